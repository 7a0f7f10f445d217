/**
 * Two kinds of time. What waits for the **network** is bounded by an `AbortSignal.timeout`: a deadline is a signal,
 * and one deadline may lie within another. What the **user** lives by (typing, pauses, outages) is `setTimeout` and
 * `Date.now`.
 */

/** Seconds within which each call is done. The host gives up `endChat` after 5, so all steps of it share 3. */
export const LIMITS = {
  /** With the undoing of a failed start, a start takes 10 at most. */
  start: 7,
  undo: 3,
  end: 3,
  send: 10,
  /** More for each file. */
  upload: 10,
  other: 4,
  /** For what is still under way when a chat ends. */
  settle: 0.5,
} as const;

/** Return a deadline: aborted after `seconds`, or when one of `outer` is. */
export function within(seconds: number, ...outer: AbortSignal[]): AbortSignal {
  const deadline = new AbortController();
  for (const signal of [AbortSignal.timeout(seconds * 1000), ...outer]) {
    if (signal.aborted) deadline.abort();
    signal.addEventListener("abort", () => deadline.abort(), { once: true, signal: deadline.signal });
  }
  return deadline.signal;
}

/** The present time in seconds. */
export function now(): number {
  return Date.now() / 1000;
}

/** Wait so many seconds, or until the signal is aborted. */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || seconds <= 0) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal.addEventListener("abort", done);
  });
}

/** Return what `promise` becomes, or `undefined` when the signal is aborted first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(undefined);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}

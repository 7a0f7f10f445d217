/** Why a promise was not kept. The text of every error is fit for a log: it holds no token, no URL and no message. */

/** The base of everything that this integration throws on purpose; `message` is the reason. */
export class IntegrationError extends Error {
  override name = "IntegrationError";
}

/** There is no running chat, or there is one already, or it ended before this was done. */
export class NoChat extends IntegrationError {
  override name = "NoChat";
}

/** The message cannot be sent as it is, and the desk was not asked. */
export class InvalidMessage extends IntegrationError {
  override name = "InvalidMessage";
}

/** The desk did not do what it was asked. `uncertain`: what came back does not tell whether it did it all the same. */
export class DeskError extends IntegrationError {
  override name = "DeskError";
  uncertain = false;
  /** The seconds that the desk asks to be left alone. */
  retryAfter: number | undefined = undefined;
}

/** The desk answered, and the answer is no. An answer of 500 and above does not tell how far the desk got. */
export class DeskRefused extends DeskError {
  override name = "DeskRefused";

  constructor(what: string, readonly status: number, readonly code?: string, retryAfter?: number) {
    super(`the desk refused to ${what} (HTTP ${status}${code ? `, ${code}` : ""})`);
    this.retryAfter = retryAfter;
    this.uncertain = status >= 500 && code !== "queue_closed";
  }

  /** Whether asking again cannot help: the token, the conversation or the position is gone. */
  get isFinal(): boolean {
    return [401, 403, 404, 410].includes(this.status);
  }
}

/** No answer came, or none that can be read. */
export class AnswerLost extends DeskError {
  override name = "AnswerLost";
  override uncertain = true;

  constructor(what: string, why: string) {
    super(`no answer from the desk when asked to ${what}: ${why}`);
  }
}

/** Note what a developer may want to know; `error` is told by its kind, as its text may quote anything. */
export function note(what: string, error?: unknown): void {
  if (error === undefined) console.warn(`byosd: ${what}`);
  else if (error instanceof IntegrationError) console.warn(`byosd: ${what}: ${error.message}`);
  else console.warn(`byosd: ${what}: ${error instanceof Error ? error.name : typeof error}`);
}

/** A time without a connection: how long to wait before the next attempt, and when to stop trying. */

import { now } from "./time";

const LONGEST_DELAY = 8;
const A_MILLISECOND = 0.001;

/** Attempts come at once, then after 0.5, 1, 2, 4, 8, 8 ... seconds, within a limit. */
export class Outage {
  private readonly endsAt: number;
  private readonly delays = [0, 0.5, 1, 2, 4];
  private notBefore = 0;

  constructor(limitSeconds: number) {
    this.endsAt = now() + limitSeconds;
  }

  /** A connection that carried nothing and broke sooner than this is no recovery: the outage goes on. */
  static readonly steadySeconds = LONGEST_DELAY;

  /** Tell whether the limit is reached. */
  isOver(): boolean {
    return this.endsAt - now() < A_MILLISECOND; // timers know no less
  }

  /** Return the seconds until the next attempt; the last attempt is at the limit. */
  nextDelay(): number {
    const delay = Math.max(this.delays.shift() ?? LONGEST_DELAY, this.notBefore - now());
    return Math.max(0, Math.min(delay, this.endsAt - now()));
  }

  /** Take note that the desk asks to be left alone for so many seconds. */
  postpone(seconds: number | undefined): void {
    if (seconds !== undefined) this.notBefore = now() + seconds;
  }
}

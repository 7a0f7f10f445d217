/** What the user does besides writing: typing and reading. Nobody misses it: a failure is noted and bothers nobody. */

import type { DeskCapabilities } from "./capabilities";
import type { Conversation } from "./conversation";
import { note } from "./errors";
import { LIMITS, now, within } from "./time";

/** The desk is told that the user types at most this often. */
const RENEWAL_SECONDS = 1;

export class Attention {
  private typing = false;
  private lastTold = -Infinity;
  /** One after the other: "stopped" never overtakes "types". */
  private wire: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: Conversation,
    private readonly capabilities: DeskCapabilities,
    private readonly cut: AbortSignal,
  ) {}

  /** Tell that the user types, at most once a second; or that they stopped, if the desk thinks they type. */
  async userTyping(isTyping: boolean): Promise<void> {
    if (!this.capabilities.userTyping) return;
    if (isTyping ? now() - this.lastTold < RENEWAL_SECONDS : !this.typing) return;
    this.typing = isTyping;
    if (isTyping) this.lastTold = now();
    await this.tell((signal) => this.api.typing(isTyping, signal));
  }

  /** Tell that the user has read everything that was shown. */
  async userRead(upToSeq: number): Promise<void> {
    if (this.capabilities.userReadMessages) await this.tell((signal) => this.api.read(upToSeq, signal));
  }

  private tell(ask: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const told = this.wire.then(() => ask(within(LIMITS.other, this.cut)));
    this.wire = told.catch((error) => note("the desk was not told what the user does", error));
    return this.wire;
  }
}

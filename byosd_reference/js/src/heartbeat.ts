/**
 * Finding out that a stream has died without a word.
 *
 * A connection may be dead although nothing was closed: a machine is gone, or the network in between. A page can
 * neither ping over a WebSocket nor see the desk's pings. So it asks the desk, now and then, for the position of the last
 * event: if the stream does not bring that event within a moment, or the desk does not answer twice, it is replaced.
 */

import type { Conversation } from "./conversation";
import { AnswerLost, DeskRefused, note } from "./errors";
import type { EventConnection } from "./event";
import type { EventStream } from "./stream";
import { LIMITS, sleep, within } from "./time";

const INTERVAL_SECONDS = 15;
/** How long an event may be on its way when the desk's answer is here. */
const MOMENT_SECONDS = 2;

export class Heartbeat {
  private unanswered = 0;
  private checking = false;

  constructor(
    private readonly conversation: Conversation,
    private readonly stream: EventStream,
    private readonly stopped: AbortSignal,
  ) {}

  /** Look after the stream until the chat is over. */
  async run(): Promise<void> {
    for (let seen = this.stream.lastSeq; ; seen = this.stream.lastSeq) {
      await sleep(INTERVAL_SECONDS, this.stopped);
      if (this.stopped.aborted) return;
      const connection = this.stream.watched();
      if (connection && this.stream.lastSeq === seen) void this.check(connection); // time goes on while it is answered
    }
  }

  private async check(connection: EventConnection): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    const isDead = await this.isDead();
    this.checking = false;
    if (isDead && this.stream.watched() === connection) connection.close();
  }

  private async isDead(): Promise<boolean> {
    try {
      const newest = await this.conversation.lastSeq(within(LIMITS.other, this.stopped));
      this.unanswered = 0;
      return !(await this.arrives(newest));
    } catch (error) {
      if (this.stopped.aborted) return false;
      note("the desk was asked for a sign of life", error);
      this.unanswered = error instanceof AnswerLost ? this.unanswered + 1 : 0;
      return this.unanswered > 1 || (error instanceof DeskRefused && error.isFinal);
    }
  }

  private async arrives(seq: number): Promise<boolean> {
    if (this.stream.lastSeq >= seq) return true;
    const moment = within(MOMENT_SECONDS, this.stopped);
    await new Promise<void>((resolve) => moment.addEventListener("abort", () => resolve(), { once: true }));
    return this.stopped.aborted || this.stream.lastSeq >= seq;
  }
}

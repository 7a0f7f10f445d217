/**
 * Sharing the screen: an agent asks, the user answers once, and either side may stop. An answer that comes after the
 * request was withdrawn, or after the chat, is not sent.
 */

import type { Conversation } from "./conversation";
import { note } from "./errors";
import type { Gate } from "./gate";
import { SCREEN_SHARE_ANSWERS, type ScreenShareAnswer } from "./host";
import { text, type Data } from "./reading";
import { LIMITS, within } from "./time";

/** The request that is open, or the sharing that goes on; never more than one. */
export class ScreenShare {
  private current: string | undefined;
  private accepted = false;
  /** One answer after the other: "ended" never overtakes "accepted". */
  private wire: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly gate: Gate, private readonly api: Conversation, private readonly cut: AbortSignal,
  ) {}

  /** An agent asks. */
  requested(data: Data): void {
    const id = text(data, "request_id");
    if (id === undefined || id === this.current || this.gate.isClosed) return;
    this.current = id;
    this.accepted = false;
    this.askTheUser(id).catch((error) => note("the answer about the screen was lost", error));
  }

  /** The agent, or the desk, withdrew the request or stopped the sharing. */
  ended(data: Data): void {
    if (this.takeAway(text(data, "request_id")) && data["by"] !== "user") this.gate.call("screenShareEnded");
  }

  /**
   * The user stopped sharing: tell the desk, once.
   *
   * @throws DeskError - the desk could not be told
   */
  stop(): Promise<void> {
    return this.inTurn(async () => {
      const id = this.accepted ? this.current : undefined;
      if (id !== undefined && this.takeAway(id)) await this.answer(id, "ended");
    });
  }

  private async askTheUser(id: string): Promise<void> {
    const answer = await this.usersAnswer();
    await this.inTurn(async () => {
      if (this.current !== id || this.gate.isClosed) return;
      this.accepted = answer === "accepted";
      if (!this.accepted) this.current = undefined;
      await this.answer(id, answer);
    });
  }

  private async usersAnswer(): Promise<ScreenShareAnswer> {
    try {
      const answer = await this.gate.ask("screenShareRequest");
      return SCREEN_SHARE_ANSWERS.find((known) => known === answer) ?? "cancelled";
    } catch (error) {
      note("the host's screenShareRequest failed", error);
      return "cancelled";
    }
  }

  private answer(id: string, answer: ScreenShareAnswer): Promise<void> {
    return this.api.answerScreenShare(id, answer, within(LIMITS.other, this.cut));
  }

  private takeAway(id: string | undefined): boolean {
    if (id === undefined || id !== this.current) return false;
    this.current = undefined;
    this.accepted = false;
    return true;
  }

  private inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.wire.then(task);
    this.wire = done.catch(() => {});
    return done;
  }
}

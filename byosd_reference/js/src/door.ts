/** Opens connections to the events of one conversation, one at a time and as often as needed. */

import type { Conversation } from "./conversation";
import { DeskError, note } from "./errors";
import type { EventConnection } from "./event";
import { openPolls } from "./polls";
import { openSocket } from "./socket";
import { LIMITS, within } from "./time";

export class EventDoor {
  private socketWorked = false;
  private takesSockets: boolean;

  /** `transports`: what the desk offers, best first; a desk that names none has a WebSocket. */
  constructor(private readonly conversation: Conversation, transports: readonly string[]) {
    const known = transports.filter((kind) => kind === "websocket" || kind === "long_poll");
    this.takesSockets = known[0] !== "long_poll" && typeof WebSocket === "function";
  }

  /**
   * Open a connection behind position `after`.
   *
   * A browser does not tell why a WebSocket was refused; a poll does. And where WebSockets do not get through at all,
   * polls are the way on: then they are not tried again.
   *
   * @throws DeskRefused - the desk answered, and the answer is no
   * @throws AnswerLost - there was no such answer in time
   */
  async open(after: number, stopped: AbortSignal): Promise<EventConnection> {
    if (this.takesSockets) {
      try {
        const connection = await openSocket(this.conversation.credentials, after, within(LIMITS.other, stopped));
        this.socketWorked = true;
        return connection;
      } catch (error) {
        if (stopped.aborted) throw error;
        note("no WebSocket, trying a poll", error instanceof DeskError ? error : undefined);
      }
    }
    const connection = await openPolls(this.conversation, after, within(LIMITS.other, stopped));
    this.takesSockets = this.takesSockets && this.socketWorked;
    return connection;
  }
}

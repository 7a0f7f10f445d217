/**
 * Events by long poll: for desks that offer no WebSocket or prefer polls, and for networks that let none through. It
 * reads like one connection.
 *
 * The desk holds a poll until something happens, for as long as it was asked to. A desk that answers at once with
 * nothing must not turn this into a busy loop: then the next poll waits until a second has gone by since the last one.
 */

import type { Conversation } from "./conversation";
import { AnswerLost, DeskError } from "./errors";
import type { EventConnection } from "./event";
import type { Answer } from "./http";
import { flag, items, part, whole, type Data } from "./reading";
import { LIMITS, now, sleep, within } from "./time";

const WAIT_SECONDS = 20;
const PAUSE_SECONDS = 1;
/** So many senseless answers in a row are passed over, as frames of a WebSocket; then the connection is lost. */
const MOST_UNREADABLE = 2;

/** What an open WebSocket is to a stream: polls, one after the other. */
class Polls implements EventConnection {
  readonly diesUnseen = false;
  retryAfter: number | undefined;
  private readonly closed = new AbortController();
  private askedAt = now();
  private unreadable = 0;
  private why = "a poll failed";

  constructor(private readonly conversation: Conversation, private batch: Data, private after: number) {}

  async *frames(): AsyncGenerator<unknown> {
    for (;;) {
      const events = items(this.batch, "events");
      yield* events;
      if (flag(this.batch, "ended")) {
        this.why = "the desk has no more events";
        return;
      }
      this.after = whole(this.batch, "next", this.after) ?? this.after;
      if (!events.length) await sleep(this.askedAt + PAUSE_SECONDS - now(), this.closed.signal);
      if (this.closed.signal.aborted || !(await this.next())) return;
    }
  }

  whyClosed(): string {
    return this.why;
  }

  close(): void {
    this.closed.abort();
  }

  /** Poll, and tell whether there is something to go on with. */
  private async next(): Promise<boolean> {
    this.askedAt = now();
    try {
      const batch = batchIn(await this.poll());
      this.unreadable = batch ? 0 : this.unreadable + 1;
      this.batch = batch ?? {};
      this.why = "the desk's answers are no batches of events";
      return this.unreadable <= MOST_UNREADABLE;
    } catch (error) {
      this.why = (error as Error).message;
      if (error instanceof DeskError) this.retryAfter = error.retryAfter;
      return false;
    }
  }

  /** A poll that is overdue may be one that something in between forgot: ask once more, and at once. */
  private async poll(): Promise<Answer> {
    const deadline = within(LIMITS.other + WAIT_SECONDS, this.closed.signal);
    try {
      return await this.conversation.events(this.after, WAIT_SECONDS, deadline);
    } catch (error) {
      if (!deadline.aborted || this.closed.signal.aborted) throw error;
      return this.conversation.events(this.after, 0, within(LIMITS.other, this.closed.signal));
    }
  }
}

/**
 * Open the stream behind position `after`: the first poll answers at once.
 *
 * @throws DeskRefused - the desk refused the poll
 * @throws AnswerLost - there was no answer within the deadline, or none that can be read
 */
export async function openPolls(
  conversation: Conversation, after: number, deadline: AbortSignal,
): Promise<EventConnection> {
  const batch = batchIn(await conversation.events(after, 0, deadline));
  if (!batch) throw new AnswerLost("tell what happens", "the answer is no batch of events");
  return new Polls(conversation, batch, after);
}

function batchIn(answer: Answer): Data | undefined {
  return answer.status === 200 && Array.isArray(part(answer.body)["events"]) ? part(answer.body) : undefined;
}

/**
 * The events of a chat: each once, in order, over as many connections as it takes.
 *
 * The desk numbers the events of a conversation: 1, 2, 3 ... The stream remembers the last number that it handled.
 * That makes it safe: what comes twice is dropped, and after a loss the desk is asked for everything after it.
 */

import type { EventDoor } from "./door";
import { AnswerLost, DeskError, DeskRefused, note } from "./errors";
import { eventIn, type DeskEvent, type EventConnection } from "./event";
import { Outage } from "./outage";
import { now, sleep } from "./time";

/** Who wants to know, one call at a time. */
export interface StreamListener {
  eventCame(event: DeskEvent): void;
  /** The connection is gone; attempts to get it back begin. */
  connectionLost(reason: string): void;
  /** The connection is back; what was missed comes next. */
  connectionRegained(): void;
  /** It will not come back. */
  connectionGivenUp(reason: string): void;
}

export class EventStream {
  private readonly stopped = new AbortController();
  private connection: EventConnection | undefined;
  private outage: Outage | undefined;
  private gap = "";
  /** Nothing has come over this connection yet. */
  private fresh = true;
  private openedAt = 0;
  private replacing = false;

  constructor(
    private readonly door: EventDoor,
    private readonly limitSeconds: number,
    /** The position of the last event that was handled. */
    public lastSeq: number,
  ) {}

  /** Open the connection; from here on nothing that happens at the desk is missed. */
  async open(deadline?: AbortSignal): Promise<void> {
    if (deadline?.aborted) throw new AnswerLost("open the event stream", "the time was used up");
    const giveUp = (): void => this.stop();
    deadline?.addEventListener("abort", giveUp, { once: true });
    const connection = await this.door.open(this.lastSeq, this.stopped.signal).finally(() => {
      deadline?.removeEventListener("abort", giveUp);
    });
    if (this.stopped.signal.aborted) {
      connection.close();
      throw new AnswerLost("open the event stream", "it is not wanted any more");
    }
    this.connection = connection;
    this.fresh = true;
    this.openedAt = now();
  }

  /** Begin to read. */
  start(listener: StreamListener): void {
    this.run(listener).catch((error) => note("the stream failed", error));
  }

  /** Stop reading, and close the connection. */
  stop(): void {
    this.stopped.abort();
    this.connection?.close();
  }

  /** Replace the connection by a new one, if it is of a kind that dies unseen. One that cannot be replaced is lost. */
  async replace(): Promise<void> {
    const old = this.connection;
    if (!old?.diesUnseen || this.replacing || this.stopped.signal.aborted) return;
    this.replacing = true;
    try {
      const fresh = await this.door.open(this.lastSeq, this.stopped.signal);
      if (this.connection === old && !this.stopped.signal.aborted) this.connection = fresh;
      else fresh.close(); // it is over, or somebody was faster
    } finally {
      this.replacing = false;
      old.close();
    }
  }

  private async run(listener: StreamListener): Promise<void> {
    let goesOn = true;
    while (goesOn && this.connection && !this.stopped.signal.aborted) {
      const connection = this.connection;
      const leftOut = await this.read(connection, listener);
      if (this.connection !== connection) continue; // it was replaced
      goesOn = !this.stopped.signal.aborted && (await this.resume(listener, leftOut));
    }
  }

  /** Read until the connection ends; return whether that was our own doing, to fetch events that were left out. */
  private async read(connection: EventConnection, listener: StreamListener): Promise<boolean> {
    for await (const frame of connection.frames()) {
      if (this.stopped.signal.aborted) return false;
      const event = eventIn(frame);
      if (!event || event.seq <= this.lastSeq) continue;
      if (this.leavesGap(event)) return true;
      this.handle(event, listener);
    }
    return false;
  }

  /** Tell whether events are missing before this one. The same gap twice is how the desk's log is: then go on. */
  private leavesGap(event: DeskEvent): boolean {
    const gap = `${this.lastSeq}-${event.seq}`;
    if (event.seq === this.lastSeq + 1 || gap === this.gap) return false;
    note(`events between ${gap} are missing: fetching them`);
    this.gap = gap;
    return true;
  }

  private handle(event: DeskEvent, listener: StreamListener): void {
    this.lastSeq = event.seq;
    this.fresh = false;
    try {
      listener.eventCame(event);
    } catch (error) {
      note(`event ${event.seq} could not be shown`, error);
    }
  }

  /** Get the connection back; return whether reading goes on. */
  private async resume(listener: StreamListener, quietly: boolean): Promise<boolean> {
    const { connection } = this;
    const reason = connection?.whyClosed() ?? "the connection broke off";
    connection?.close();
    this.connection = undefined;
    if (quietly && !(await this.attempt())) return true;
    const outage = this.outageOf();
    outage.postpone(connection?.retryAfter);
    listener.connectionLost(reason);
    while (!outage.isOver()) {
      await sleep(outage.nextDelay(), this.stopped.signal);
      if (this.stopped.signal.aborted) return false;
      const failure = await this.attempt();
      if (this.stopped.signal.aborted) return false;
      if (!failure) {
        listener.connectionRegained();
        return true;
      }
      // 410, too: going on from a later position would leave a hole in what the user saw, and an honest end is better.
      if (failure instanceof DeskRefused && failure.isFinal) return this.giveUp(listener, failure.message);
      outage.postpone(failure.retryAfter);
    }
    return this.giveUp(listener, "the connection could not be regained in time");
  }

  private async attempt(): Promise<DeskError | undefined> {
    try {
      await this.open();
      return undefined;
    } catch (error) {
      return error instanceof DeskError ? error : new AnswerLost("open the event stream", (error as Error).name);
    }
  }

  /** Return the outage: the earlier one if the connection in between was of no use, as that resets no limit. */
  private outageOf(): Outage {
    const steady = !this.fresh || now() - this.openedAt >= Outage.steadySeconds;
    if (!this.outage || steady) this.outage = new Outage(this.limitSeconds);
    return this.outage;
  }

  private giveUp(listener: StreamListener, reason: string): false {
    listener.connectionGivenUp(reason);
    return false;
  }
}

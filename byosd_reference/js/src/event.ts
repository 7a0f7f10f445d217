/** What comes over a connection: envelopes, read without trust. */

import { note } from "./errors";
import { part, text, whole, type Data } from "./reading";

/** One thing that happened at the desk. `seq` is its place in the conversation's log, 1 for the first. */
export interface DeskEvent {
  seq: number;
  type: string;
  data: Data;
}

/** One way to the events, from its opening to its end. */
export interface EventConnection {
  /** Give each envelope as it comes, parsed or as a text; end when the connection is closed or lost. */
  frames(): AsyncGenerator<unknown>;
  /** Say why there are no more. */
  whyClosed(): string;
  /** The seconds for which the desk asked to be left alone when it ended. */
  readonly retryAfter?: number | undefined;
  /** Whether it may be dead and look quiet. Polls find out by themselves. */
  readonly diesUnseen: boolean;
  close(): void;
}

/** Return the event in a frame, or `undefined` for a frame that holds none; that is noted without its content. */
export function eventIn(frame: unknown): DeskEvent | undefined {
  const envelope = typeof frame === "string" ? parsed(frame) : frame;
  const seq = whole(envelope, "seq", 1);
  const type = text(envelope, "type");
  if (seq !== undefined && type !== undefined) return { seq, type, data: part(envelope, "data") };
  note("skipped a frame that is no event");
  return undefined;
}

function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

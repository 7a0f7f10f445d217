/**
 * Finding out that a connection has died without a word.
 *
 * It may be dead although nothing was closed: a machine is gone, or the network in between. A page can neither ping
 * over a WebSocket nor see the desk's pings: there, a dead one looks like a quiet one. So a connection over which
 * nothing has come for a while is replaced by a new one, which brings what was missed; the host need not hear of it.
 */

import { note } from "./errors";
import type { EventStream } from "./stream";
import { sleep } from "./time";

/** From the last event to a new connection. The contract allows for 60 seconds. */
const QUIET_SECONDS = 30;

/** Look after the stream until it is `stopped`. */
export async function watch(stream: EventStream, stopped: AbortSignal): Promise<void> {
  for (let seen = stream.lastSeq; ; seen = stream.lastSeq) {
    await sleep(QUIET_SECONDS, stopped);
    if (stopped.aborted) return;
    if (stream.lastSeq !== seen) continue;
    // not awaited, as time goes on meanwhile
    stream.replace().catch((error) => note("a quiet connection could not be replaced", error));
  }
}

/**
 * Events over a WebSocket. A browser cannot set headers on one, so the token travels in the handshake's subprotocol;
 * never in the URL, as URLs end up in logs.
 */

import type { Credentials } from "./conversation";
import { AnswerLost } from "./errors";
import type { EventConnection } from "./event";

const WHAT = "open the event stream";

/** An open WebSocket. What comes before somebody reads is kept. */
class SocketConnection implements EventConnection {
  readonly diesUnseen = true;
  private readonly waiting: unknown[] = [];
  private isClosed = false;
  private why = "the connection broke off";
  private wake = (): void => {};

  constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => {
      this.waiting.push(data);
      this.wake();
    });
    socket.addEventListener("close", ({ code }) => {
      if (code !== 1006) this.why = `the connection was closed (code ${code})`;
      this.end();
    });
    socket.addEventListener("error", () => this.end());
  }

  async *frames(): AsyncGenerator<unknown> {
    for (;;) {
      while (this.waiting.length) yield this.waiting.shift();
      if (this.isClosed) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  whyClosed(): string {
    return this.why;
  }

  /** Close it, and read no more: a peer that has gone does not answer the closing. */
  close(): void {
    this.waiting.length = 0;
    this.socket.close();
    this.end();
  }

  private end(): void {
    this.isClosed = true;
    this.wake();
  }
}

/**
 * Open the stream behind position `after`.
 *
 * @throws AnswerLost - it could not be opened within the deadline; a browser does not tell why
 */
export function openSocket(credentials: Credentials, after: number, deadline: AbortSignal): Promise<EventConnection> {
  return new Promise((resolve, reject) => {
    const separator = credentials.streamUrl.includes("?") ? "&" : "?";
    const protocols = ["byosd.v1", `bearer.${credentials.token}`];
    const socket = new WebSocket(`${credentials.streamUrl}${separator}after=${after}`, protocols);
    const connection = new SocketConnection(socket);
    const settled = (): void => {
      for (const name of ["close", "error"]) socket.removeEventListener(name, fail);
      deadline.removeEventListener("abort", fail);
    };
    const fail = (): void => {
      settled(); // first: closing a socket that is not open yet is an error of its own
      connection.close();
      reject(new AnswerLost(WHAT, deadline.aborted ? "the time was used up" : connection.whyClosed()));
    };
    for (const name of ["close", "error"]) socket.addEventListener(name, fail);
    deadline.addEventListener("abort", fail);
    if (deadline.aborted) return fail();
    socket.addEventListener("open", () => {
      settled();
      resolve(connection);
    });
  });
}

/**
 * The operations of openapi.yaml that need no conversation. Each returns only when the desk's answer says that it was
 * done. Answers are read with care: a 2xx without the body that belongs to it is no receipt.
 */

import { capabilitiesIn, type DeskCapabilities } from "./capabilities";
import { Conversation, pathOf } from "./conversation";
import { AnswerLost } from "./errors";
import { expect, HttpLine } from "./http";
import { flag, part, text } from "./reading";

/** Whether an operation is there and works, or is none of this desk's. */
const OPTIONAL = [200, 404, 405, 501];

export class Desk {
  private readonly line: HttpLine;

  constructor(private readonly url: string) {
    this.line = new HttpLine(url);
  }

  /** Ask what the desk offers; a desk without this operation has the defaults. */
  async capabilities(signal: AbortSignal): Promise<DeskCapabilities> {
    const what = "tell its capabilities";
    const answer = await this.line.call(what, { method: "GET", path: "/v1/capabilities", signal });
    const body = expect(what, answer, ...OPTIONAL);
    if (answer.status === 200 && body === undefined) throw new AnswerLost(what, "the answer cannot be read");
    return capabilitiesIn(answer.status === 200 ? body : undefined);
  }

  /** Ask whether an agent would answer; `null` when the desk cannot tell, or says something else than yes or no. */
  async availability(queue: string | undefined, signal: AbortSignal): Promise<boolean | null> {
    const what = "tell whether agents are online";
    const path = `/v1/availability${queue ? `?queue=${encodeURIComponent(queue)}` : ""}`;
    const answer = await this.line.call(what, { method: "GET", path, signal });
    const body = expect(what, answer, ...OPTIONAL);
    return (answer.status === 200 ? flag(body, "online") : undefined) ?? null;
  }

  /** Exchange an API key for a user token. */
  async createToken(apiKey: string, userId: string, signal: AbortSignal): Promise<string> {
    const what = "authenticate the user";
    const headers = { "X-Api-Key": apiKey };
    const answer = await this.line.call(what, {
      method: "POST", path: "/v1/tokens", signal, headers, json: { user_id: userId },
    });
    return tokenIn(what, expect(what, answer, 201));
  }

  /** Make a conversation. With the same `key` it is made only once, however often this is called. */
  async start(request: object, key: string, token: string | undefined, signal: AbortSignal): Promise<Conversation> {
    const what = "start a conversation";
    const headers = { "Idempotency-Key": key };
    const answer = await this.line.call(what, {
      method: "POST", path: "/v1/conversations", signal, token, headers, json: request,
    });
    const started = expect(what, answer, 200, 201);
    const id = text(started, "conversation", "id");
    if (id === undefined) throw new AnswerLost(what, "the answer names no conversation");
    return this.conversation(id, tokenIn(what, started), text(started, "stream_url"));
  }

  /** Return a conversation that exists. A stream that is not as safe as the desk itself is not used. */
  conversation(id: string, token: string, streamUrl?: string): Conversation {
    const safe = this.url.startsWith("https:") ? /^wss:/i : /^wss?:/i;
    const url = streamUrl ?? `${this.url.replace(/^http/i, "ws")}${pathOf(id)}/stream`;
    if (!safe.test(url)) throw new AnswerLost("start a conversation", "the stream has no safe address");
    return new Conversation(this.line, { id, token, streamUrl: url });
  }
}

function tokenIn(what: string, body: unknown): string {
  const token = text(part(body), "token");
  if (token === undefined || !/^[A-Za-z0-9._~-]{1,4096}$/.test(token)) {
    throw new AnswerLost(what, "the answer holds no token");
  }
  return token;
}

/**
 * The operations of one conversation, with its token.
 *
 * A desk that answers 429 or 503 with `Retry-After` is left alone until then: what is asked before is refused here.
 */

import { AnswerLost, DeskError, DeskRefused } from "./errors";
import { expect, type Answer, type HttpLine, type Question } from "./http";
import { part, text, type Data } from "./reading";
import { now } from "./time";

/** What opens one conversation. The token is never shown, logged or persisted. */
export interface Credentials {
  id: string;
  token: string;
  streamUrl: string;
}

type Asked = Omit<Question, "token">;

export class Conversation {
  private notBefore = 0;

  constructor(private readonly line: HttpLine, readonly credentials: Credentials) {}

  /** Return the conversation as it is now. */
  async look(signal: AbortSignal): Promise<Data> {
    return part(await this.ask("tell the state of the conversation", { method: "GET", path: "", signal }, 200));
  }

  /** Hand a message over. Resolving is the receipt: the desk has it. */
  async send(message: object, signal: AbortSignal): Promise<void> {
    const what = "take the message";
    const receipt = await this.ask(what, { method: "POST", path: "/messages", json: message, signal }, 200, 201);
    if (text(receipt, "id") === undefined) throw new AnswerLost(what, "the answer is no receipt");
  }

  /** End the conversation; that it is over already, or unknown by now, is as good. Not bound by `Retry-After`. */
  async end(reason: string | undefined, signal: AbortSignal): Promise<void> {
    const what = "end the conversation";
    const answer = await this.exchange(what, { method: "POST", path: "/end", json: reason ? { reason } : {}, signal });
    expect(what, answer, 200, 204, 404, 409, 410);
  }

  /** Tell a changed session, user or locale. */
  async updateState(state: object, signal: AbortSignal): Promise<void> {
    await this.ask("note the new state", { method: "PUT", path: "/state", json: state, signal }, 200);
  }

  /** Tell that the user types, or stopped. */
  async typing(typing: boolean, signal: AbortSignal): Promise<void> {
    await this.ask("note that the user types", { method: "PUT", path: "/typing", json: { typing }, signal }, 204);
  }

  /** Tell what the user has read. */
  async read(upToSeq: number, signal: AbortSignal): Promise<void> {
    const json = upToSeq ? { up_to_seq: upToSeq } : {};
    await this.ask("note what the user has read", { method: "PUT", path: "/read", json, signal }, 204);
  }

  /** Hand a file over and return what the desk made of it. */
  async upload(file: File, signal: AbortSignal): Promise<{ id: string; state: string | undefined }> {
    const what = "take the file";
    const form = new FormData();
    form.append("file", file, file.name);
    const receipt = await this.ask(what, { method: "POST", path: "/files", form, signal }, 201);
    const id = text(receipt, "id");
    if (id === undefined) throw new AnswerLost(what, "the answer is no receipt");
    return { id, state: text(receipt, "state") };
  }

  /** Answer an agent's request to share the screen. */
  async answerScreenShare(requestId: string, answer: string, signal: AbortSignal): Promise<void> {
    const json = { request_id: requestId, answer };
    await this.ask("note the answer about the screen", { method: "PUT", path: "/screen-share", json, signal }, 204);
  }

  /** Return the events after a position; the desk may hold the request for `wait` seconds of its time. */
  async events(after: number, wait: number, signal: AbortSignal): Promise<Answer> {
    const what = "tell what happens";
    const answer = await this.exchange(what, { method: "GET", path: `/events?after=${after}&wait=${wait}`, signal });
    if (answer.status >= 400) expect(what, answer);
    return answer;
  }

  private async ask(what: string, question: Asked, ...statuses: number[]): Promise<unknown> {
    const rest = this.notBefore - now();
    if (rest > 0) throw new DeskRefused(what, 429, "rate_limited", rest);
    const answer = await this.exchange(what, question);
    if ([429, 503].includes(answer.status) && answer.retryAfter !== undefined) {
      this.notBefore = now() + answer.retryAfter;
    }
    return expect(what, answer, ...statuses);
  }

  private exchange(what: string, question: Asked): Promise<Answer> {
    const { id, token } = this.credentials;
    return this.line.call(what, { ...question, path: pathOf(id) + question.path, token });
  }
}

/** Return the path of a conversation below the desk's address. */
export function pathOf(id: string): string {
  return `/v1/conversations/${encodeURIComponent(id)}`;
}

/**
 * Ask, and ask once more when the answer does not tell: only for what has the same effect asked once or twice. Not
 * when the time is used up, and not when the desk asked to wait.
 */
export async function onceMore<T>(ask: () => Promise<T>, deadline: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const again = error instanceof DeskError && error.uncertain && error.retryAfter === undefined;
    if (!again || deadline.aborted) throw error;
    return ask();
  }
}

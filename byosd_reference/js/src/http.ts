/** One HTTP call: bounded as a whole, and it can be cut short. */

import { AnswerLost, DeskRefused } from "./errors";
import { text } from "./reading";

/** What to ask. `signal` is the call's deadline. */
export interface Question {
  method: "GET" | "POST" | "PUT";
  path: string;
  signal: AbortSignal;
  token?: string | undefined;
  json?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
}

/** What the desk said. `body` is the parsed JSON, `undefined` when there is none that can be read. */
export interface Answer {
  status: number;
  body: unknown;
  retryAfter: number | undefined;
}

/** Calls to one desk. */
export class HttpLine {
  constructor(private readonly baseUrl: string) {}

  /**
   * Ask the desk to do `what` and return its answer, whatever its status.
   *
   * @throws AnswerLost - the time was used up, the connection failed, or the answer broke off
   */
  async call(what: string, question: Question): Promise<Answer> {
    try {
      const response = await fetch(this.baseUrl + question.path, requestOf(question));
      const body = parsed(await response.text());
      return { status: response.status, body, retryAfter: retryAfter(response.headers) };
    } catch (error) {
      const why = question.signal.aborted ? "the time was used up" : (error as Error).name;
      throw new AnswerLost(what, why); // the error's own text could hold an address
    }
  }
}

/**
 * Return the body of an answer with one of `statuses`.
 *
 * @throws DeskRefused - the status is another one of 400 and above
 * @throws AnswerLost - the status makes no sense here: something else answered
 */
export function expect(what: string, answer: Answer, ...statuses: number[]): unknown {
  if (statuses.includes(answer.status)) return answer.body;
  if (answer.status < 400) throw new AnswerLost(what, `an answer that makes no sense (HTTP ${answer.status})`);
  const code = text(answer.body, "code") ?? "";
  throw new DeskRefused(what, answer.status, /^[a-z0-9_.]{1,60}$/.test(code) ? code : undefined, answer.retryAfter);
}

function requestOf({ method, signal, token, json, form, headers }: Question): RequestInit {
  return {
    method,
    signal,
    body: form ?? (json === undefined ? null : JSON.stringify(json)),
    headers: {
      Accept: "application/json",
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    cache: "no-store",
    credentials: "omit",
    redirect: "error", // the token is for this desk only
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Return the seconds of `Retry-After`; a date, which nobody sends for seconds, counts as absent. */
function retryAfter(headers: Headers): number | undefined {
  const value = (headers.get("Retry-After") ?? "").trim();
  return /^[0-9]{1,9}$/.test(value) ? Number(value) : undefined;
}

/** The desk's operations (openapi.yaml) over fetch; each call is bounded in time. */

/** The desk said no, or did not say: `lost` means that nobody knows whether it has done what was asked. */
export class DeskError extends Error {
  constructor(what, { status, code, retryAfter, lost = false }) {
    super(lost ? `the desk did not say whether it could ${what}` : `the desk refused to ${what}: ${status} ${code}`);
    Object.assign(this, { status, code, retryAfter, lost: lost || status >= 500 });
  }
}

export class Desk {
  #url;
  #timeoutScale;

  constructor(url, timeoutScale) {
    this.#url = url;
    this.#timeoutScale = timeoutScale;
  }

  /**
   * Make one call and return the JSON of its answer (`null` without a body). `accepted`: statuses that are a yes;
   * `seconds` bound it in the machine's time; `signal` breaks it off.
   */
  async call(what, method, path, { token, body, headers = {}, accepted = [200], seconds = 4, signal } = {}) {
    const limit = seconds === null ? [] : [AbortSignal.timeout(seconds * 1000 * this.#timeoutScale)];
    let answer, text;
    try {
      answer = await fetch(this.#url + path, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: {
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        redirect: "error",
        signal: AbortSignal.any([...limit, ...(signal ? [signal] : [])]),
      });
      text = await answer.text();
    } catch {
      throw new DeskError(what, { lost: true });
    }
    const json = parse(text);
    if (!accepted.includes(answer.status)) {
      const retryAfter = Number(answer.headers.get("Retry-After") ?? NaN);
      throw new DeskError(what, { status: answer.status, code: json?.code ?? "", retryAfter });
    }
    if (text && json === undefined) throw new DeskError(what, { lost: true });
    return json ?? null;
  }

  /** What the desk offers and its limits; a desk that has no such operation offers everything. */
  async capabilities() {
    const what = "tell its capabilities";
    return (await this.call(what, "GET", "/v1/capabilities", { accepted: [200, 404, 405, 501] })) ?? {};
  }

  /** Whether an agent would answer: true, false, or null when the desk cannot tell. */
  async anyAgentsOnline(queue) {
    const query = queue ? `?queue=${encodeURIComponent(queue)}` : "";
    const accepted = [200, 404, 405, 501];
    const answer = await this.call("tell whether agents are online", "GET", `/v1/availability${query}`, { accepted });
    return typeof answer?.online === "boolean" ? answer.online : null;
  }

  /** Make a conversation; with one `key` it is made only once, however often this is called. */
  async start(body, key, signal) {
    const what = "start a conversation";
    const headers = { "Idempotency-Key": key };
    const answer = await this.call(what, "POST", "/v1/conversations", { body, headers, accepted: [200, 201], signal });
    if (typeof answer?.conversation?.id !== "string" || typeof answer.token !== "string") {
      throw new DeskError(what, { lost: true });
    }
    return new Conversation(this, answer.conversation.id, answer.token);
  }
}

/** One conversation and its token. After 429 or 503 with Retry-After the desk is left alone until then. */
export class Conversation {
  #desk;
  #path;
  #token;
  #notBefore = 0;

  constructor(desk, id, token) {
    this.#desk = desk;
    this.#path = `/v1/conversations/${encodeURIComponent(id)}`;
    this.#token = token;
  }

  /** Hand a message over, once more when the answer got lost: the desk knows it by its id. */
  async send(messageId, text, now) {
    const body = { message_id: messageId, text };
    const send = () => this.#ask("take the message", "POST", "/messages", { body, accepted: [200, 201], seconds: 5 }, now);
    const receipt = await onceMore(send);
    if (typeof receipt?.id !== "string") throw new DeskError("take the message", { lost: true });
  }

  updateState(state, now) {
    return this.#ask("note the new state", "PUT", "/state", { body: state }, now);
  }

  typing(isTyping, now) {
    return this.#ask("note that the user types", "PUT", "/typing", { body: { typing: isTyping }, accepted: [204] }, now);
  }

  read(position, now) {
    const body = position ? { up_to_seq: position } : {};
    return this.#ask("note what was read", "PUT", "/read", { body, accepted: [204] }, now);
  }

  /** End the conversation; that it is over or unknown by now is as good. */
  end(reason) {
    const options = { token: this.#token, body: reason ? { reason } : {}, accepted: [200, 204, 404, 409, 410], seconds: 2 };
    return onceMore(() => this.#desk.call("end the conversation", "POST", `${this.#path}/end`, options));
  }

  /** The events after a position; the desk may keep the request for `wait` seconds of its time. */
  async poll(position, wait, signal) {
    const path = `${this.#path}/events?after=${position}&wait=${wait}`;
    const options = { token: this.#token, seconds: wait ? null : 4, signal };
    const batch = await this.#desk.call("tell the events", "GET", path, options);
    if (!Array.isArray(batch?.events)) throw new DeskError("tell the events", { lost: true });
    return batch.events;
  }

  async #ask(what, method, path, options, now) {
    if (now < this.#notBefore) throw new DeskError(what, { status: 429, code: "rate_limited" });
    try {
      return await this.#desk.call(what, method, this.#path + path, { ...options, token: this.#token });
    } catch (error) {
      if (error.retryAfter >= 0) this.#notBefore = now + error.retryAfter;
      throw error;
    }
  }
}

async function onceMore(ask) {
  try {
    return await ask();
  } catch (error) {
    if (!error.lost || error.retryAfter >= 0) throw error;
    return ask();
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

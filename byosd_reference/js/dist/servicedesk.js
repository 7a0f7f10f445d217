// mockdesk, the reference integration. SPDX-License-Identifier: Apache-2.0. Built from byosd_reference/js/src: change that, not this.
"use strict";
(() => {
  // src/reading.ts
  function part(data, ...path) {
    let found = data;
    for (const name of path) found = isObject(found) ? found[name] : void 0;
    return isObject(found) ? found : {};
  }
  function text(data, ...path) {
    const value = at(data, path);
    return typeof value === "string" && value ? value : void 0;
  }
  function items(data, ...path) {
    const value = at(data, path);
    return Array.isArray(value) ? value : [];
  }
  function number(data, name, least = 0) {
    const value = part(data)[name];
    return typeof value === "number" && Number.isFinite(value) && value >= least ? value : void 0;
  }
  function whole(data, name, least = 0) {
    const value = number(data, name, least);
    return Number.isInteger(value) ? value : void 0;
  }
  function flag(data, name) {
    const value = part(data)[name];
    return typeof value === "boolean" ? value : void 0;
  }
  function known(values) {
    const there = Object.entries(values).filter(([, value]) => value !== void 0 && value !== null);
    return Object.fromEntries(there);
  }
  function isWebUrl(url) {
    return url !== void 0 && /^https?:\/\//i.test(url);
  }
  function at(data, path) {
    const last = path[path.length - 1];
    return part(data, ...path.slice(0, -1))[last];
  }
  function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  // src/capabilities.ts
  function capabilitiesIn(body) {
    const functions = part(body, "functions");
    const limits = part(body, "limits");
    return {
      updateState: flag(functions, "update_state") ?? true,
      userTyping: flag(functions, "user_typing") ?? true,
      userReadMessages: flag(functions, "user_read_messages") ?? true,
      files: flag(functions, "files") ?? false,
      ...known({
        maxTextCharacters: whole(limits, "max_text_characters", 1),
        maxFileBytes: whole(limits, "max_file_bytes")
      }),
      allowedFileTypes: items(limits, "allowed_file_types").filter(isText),
      transports: items(body, "transports").filter(isText)
    };
  }
  function isText(value) {
    return typeof value === "string";
  }

  // src/errors.ts
  var IntegrationError = class extends Error {
    constructor() {
      super(...arguments);
      this.name = "IntegrationError";
    }
  };
  var NoChat = class extends IntegrationError {
    constructor() {
      super(...arguments);
      this.name = "NoChat";
    }
  };
  var InvalidMessage = class extends IntegrationError {
    constructor() {
      super(...arguments);
      this.name = "InvalidMessage";
    }
  };
  var DeskError = class extends IntegrationError {
    constructor() {
      super(...arguments);
      this.name = "DeskError";
      this.uncertain = false;
      /** The seconds that the desk asks to be left alone. */
      this.retryAfter = void 0;
    }
  };
  var DeskRefused = class extends DeskError {
    constructor(what, status, code, retryAfter2) {
      super(`the desk refused to ${what} (HTTP ${status}${code ? `, ${code}` : ""})`);
      this.status = status;
      this.code = code;
      this.name = "DeskRefused";
      this.retryAfter = retryAfter2;
      this.uncertain = status >= 500 && code !== "queue_closed";
    }
    /** Whether asking again cannot help: the token, the conversation or the position is gone. */
    get isFinal() {
      return [401, 403, 404, 410].includes(this.status);
    }
  };
  var AnswerLost = class extends DeskError {
    constructor(what, why) {
      super(`no answer from the desk when asked to ${what}: ${why}`);
      this.name = "AnswerLost";
      this.uncertain = true;
    }
  };
  function note(what, error) {
    if (error === void 0) console.warn(`byosd: ${what}`);
    else if (error instanceof IntegrationError) console.warn(`byosd: ${what}: ${error.message}`);
    else console.warn(`byosd: ${what}: ${error instanceof Error ? error.name : typeof error}`);
  }

  // src/http.ts
  var HttpLine = class {
    constructor(baseUrl) {
      this.baseUrl = baseUrl;
    }
    /**
     * Ask the desk to do `what` and return its answer, whatever its status.
     *
     * @throws AnswerLost - the time was used up, the connection failed, or the answer broke off
     */
    async call(what, question) {
      try {
        const response = await fetch(this.baseUrl + question.path, requestOf(question));
        const body = parsed(await response.text());
        return { status: response.status, body, retryAfter: retryAfter(response.headers) };
      } catch (error) {
        const why = question.signal.aborted ? "the time was used up" : error.name;
        throw new AnswerLost(what, why);
      }
    }
  };
  function expect(what, answer, ...statuses) {
    if (statuses.includes(answer.status)) return answer.body;
    if (answer.status < 400) throw new AnswerLost(what, `an answer that makes no sense (HTTP ${answer.status})`);
    const code = text(answer.body, "code") ?? "";
    throw new DeskRefused(what, answer.status, /^[a-z0-9_.]{1,60}$/.test(code) ? code : void 0, answer.retryAfter);
  }
  function requestOf({ method, signal, token, json, form, headers }) {
    return {
      method,
      signal,
      body: form ?? (json === void 0 ? null : JSON.stringify(json)),
      headers: {
        Accept: "application/json",
        ...json === void 0 ? {} : { "Content-Type": "application/json" },
        ...token === void 0 ? {} : { Authorization: `Bearer ${token}` },
        ...headers
      },
      cache: "no-store",
      credentials: "omit",
      redirect: "error"
      // the token is for this desk only
    };
  }
  function parsed(body) {
    try {
      return JSON.parse(body);
    } catch {
      return void 0;
    }
  }
  function retryAfter(headers) {
    const value = (headers.get("Retry-After") ?? "").trim();
    return /^[0-9]{1,9}$/.test(value) ? Number(value) : void 0;
  }

  // src/time.ts
  var LIMITS = {
    /** The host waits for a start without a limit, a user does not. A phone on a slow network needs its time, too. */
    start: 15,
    undo: 3,
    end: 3,
    send: 10,
    /** More for each file. */
    upload: 10,
    /** For each of the two ways in which a stream can be opened. */
    open: 6,
    other: 4,
    /** For what is still under way when a chat ends. */
    settle: 0.5
  };
  function within(seconds, ...outer) {
    const deadline = new AbortController();
    for (const signal of [AbortSignal.timeout(seconds * 1e3), ...outer]) {
      if (signal.aborted) deadline.abort();
      signal.addEventListener("abort", () => deadline.abort(), { once: true, signal: deadline.signal });
    }
    return deadline.signal;
  }
  function now() {
    return Date.now() / 1e3;
  }
  function sleep(seconds, signal) {
    return new Promise((resolve) => {
      if (signal.aborted || seconds <= 0) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, seconds * 1e3);
      signal.addEventListener("abort", done);
    });
  }
  function orAborted(promise, signal) {
    return new Promise((resolve, reject) => {
      const giveUp = () => resolve(void 0);
      if (signal.aborted) giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
    });
  }

  // src/conversation.ts
  var Conversation = class {
    constructor(line, credentials) {
      this.line = line;
      this.credentials = credentials;
      this.notBefore = 0;
    }
    /** Return the conversation as it is now. */
    async look(signal) {
      return part(await this.ask("tell the state of the conversation", { method: "GET", path: "", signal }, 200));
    }
    /** Hand a message over. Resolving is the receipt: the desk has it. */
    async send(message, signal) {
      const what = "take the message";
      const receipt = await this.ask(what, { method: "POST", path: "/messages", json: message, signal }, 200, 201);
      if (text(receipt, "id") === void 0) throw new AnswerLost(what, "the answer is no receipt");
    }
    /** End the conversation; that it is over already, or unknown by now, is as good. Not bound by `Retry-After`. */
    async end(reason, signal) {
      const what = "end the conversation";
      const answer = await this.exchange(what, { method: "POST", path: "/end", json: reason ? { reason } : {}, signal });
      expect(what, answer, 200, 204, 404, 409, 410);
    }
    /** Tell a changed session, user or locale. */
    async updateState(state, signal) {
      await this.ask("note the new state", { method: "PUT", path: "/state", json: state, signal }, 200);
    }
    /** Tell that the user types, or stopped. */
    async typing(typing, signal) {
      await this.ask("note that the user types", { method: "PUT", path: "/typing", json: { typing }, signal }, 204);
    }
    /** Tell what the user has read. */
    async read(upToSeq, signal) {
      const json = upToSeq ? { up_to_seq: upToSeq } : {};
      await this.ask("note what the user has read", { method: "PUT", path: "/read", json, signal }, 204);
    }
    /** Hand a file over and return what the desk made of it. */
    async upload(file, signal) {
      const what = "take the file";
      const form = new FormData();
      form.append("file", file, file.name);
      const receipt = await this.ask(what, { method: "POST", path: "/files", form, signal }, 201);
      const id = text(receipt, "id");
      if (id === void 0) throw new AnswerLost(what, "the answer is no receipt");
      return { id, state: text(receipt, "state") };
    }
    /** Answer an agent's request to share the screen. */
    async answerScreenShare(requestId, answer, signal) {
      const json = { request_id: requestId, answer };
      await this.ask("note the answer about the screen", { method: "PUT", path: "/screen-share", json, signal }, 204);
    }
    /** Return the events after a position; the desk may hold the request for `wait` seconds of its time. */
    async events(after, wait, signal) {
      const what = "tell what happens";
      const answer = await this.exchange(what, { method: "GET", path: `/events?after=${after}&wait=${wait}`, signal });
      if (answer.status >= 400) expect(what, answer);
      return answer;
    }
    async ask(what, question, ...statuses) {
      const rest = this.notBefore - now();
      if (rest > 0) throw new DeskRefused(what, 429, "rate_limited", rest);
      const answer = await this.exchange(what, question);
      if ([429, 503].includes(answer.status) && answer.retryAfter !== void 0) {
        this.notBefore = now() + answer.retryAfter;
      }
      return expect(what, answer, ...statuses);
    }
    exchange(what, question) {
      const { id, token } = this.credentials;
      return this.line.call(what, { ...question, path: pathOf(id) + question.path, token });
    }
  };
  function pathOf(id) {
    return `/v1/conversations/${encodeURIComponent(id)}`;
  }
  async function onceMore(ask, deadline) {
    try {
      return await ask();
    } catch (error) {
      const again = error instanceof DeskError && error.uncertain && error.retryAfter === void 0;
      if (!again || deadline.aborted) throw error;
      return ask();
    }
  }

  // src/desk.ts
  var OPTIONAL = [200, 404, 405, 501];
  var Desk = class {
    constructor(url) {
      this.url = url;
      this.line = new HttpLine(url);
    }
    /** Ask what the desk offers; a desk without this operation has the defaults. */
    async capabilities(signal) {
      const what = "tell its capabilities";
      const answer = await this.line.call(what, { method: "GET", path: "/v1/capabilities", signal });
      const body = expect(what, answer, ...OPTIONAL);
      if (answer.status === 200 && body === void 0) throw new AnswerLost(what, "the answer cannot be read");
      return capabilitiesIn(answer.status === 200 ? body : void 0);
    }
    /** Ask whether an agent would answer; `null` when the desk cannot tell, or says something else than yes or no. */
    async availability(queue, signal) {
      const what = "tell whether agents are online";
      const path = `/v1/availability${queue ? `?queue=${encodeURIComponent(queue)}` : ""}`;
      const answer = await this.line.call(what, { method: "GET", path, signal });
      const body = expect(what, answer, ...OPTIONAL);
      return (answer.status === 200 ? flag(body, "online") : void 0) ?? null;
    }
    /** Exchange an API key for a user token. */
    async createToken(apiKey, userId, signal) {
      const what = "authenticate the user";
      const headers = { "X-Api-Key": apiKey };
      const answer = await this.line.call(what, {
        method: "POST",
        path: "/v1/tokens",
        signal,
        headers,
        json: { user_id: userId }
      });
      return tokenIn(what, expect(what, answer, 201));
    }
    /** Make a conversation. With the same `key` it is made only once, however often this is called. */
    async start(request, key, token, signal) {
      const what = "start a conversation";
      const headers = { "Idempotency-Key": key };
      const answer = await this.line.call(what, {
        method: "POST",
        path: "/v1/conversations",
        signal,
        token,
        headers,
        json: request
      });
      const started = expect(what, answer, 200, 201);
      const id = text(started, "conversation", "id");
      if (id === void 0) throw new AnswerLost(what, "the answer names no conversation");
      return this.conversation(id, tokenIn(what, started), text(started, "stream_url"));
    }
    /** Return a conversation that exists. A stream that is not as safe as the desk itself is not used. */
    conversation(id, token, streamUrl) {
      const safe = this.url.startsWith("https:") ? /^wss:/i : /^wss?:/i;
      const url = streamUrl ?? `${this.url.replace(/^http/i, "ws")}${pathOf(id)}/stream`;
      if (!safe.test(url)) throw new AnswerLost("start a conversation", "the stream has no safe address");
      return new Conversation(this.line, { id, token, streamUrl: url });
    }
  };
  function tokenIn(what, body) {
    const token = text(part(body), "token");
    if (token === void 0 || !/^[A-Za-z0-9._~-]{1,4096}$/.test(token)) {
      throw new AnswerLost(what, "the answer holds no token");
    }
    return token;
  }

  // src/generation.ts
  function generationOf({ callback }, told) {
    return told ?? ("updatePersistedState" in callback ? "carbon" : "2023");
  }
  function availabilityFor(hostApi, place) {
    const { minutes, position, message } = place;
    const words = message === void 0 ? {} : { message };
    if (hostApi === "carbon") {
      return {
        ...minutes === void 0 ? {} : { estimatedWaitTime: minutes },
        ...position === void 0 ? {} : { positionInQueue: position },
        ...words
      };
    }
    return {
      ...minutes === void 0 ? {} : { estimated_wait_time: minutes },
      ...position === void 0 ? {} : { position_in_queue: position },
      ...words
    };
  }
  function profileFor(hostApi, profile) {
    return hostApi === "carbon" ? { ...profile, user_type: "human" } : { ...profile };
  }

  // src/attention.ts
  var RENEWAL_SECONDS = 1;
  var Attention = class {
    constructor(api, capabilities, cut) {
      this.api = api;
      this.capabilities = capabilities;
      this.cut = cut;
      this.typing = false;
      this.lastTold = -Infinity;
      /** One after the other: "stopped" never overtakes "types". */
      this.wire = Promise.resolve();
    }
    /** Tell that the user types, at most once a second; or that they stopped, if the desk thinks they type. */
    async userTyping(isTyping) {
      if (!this.capabilities.userTyping) return;
      if (isTyping ? now() - this.lastTold < RENEWAL_SECONDS : !this.typing) return;
      this.typing = isTyping;
      if (isTyping) this.lastTold = now();
      await this.tell((signal) => this.api.typing(isTyping, signal));
    }
    /** Tell that the user has read everything that was shown. */
    async userRead(upToSeq) {
      if (this.capabilities.userReadMessages) await this.tell((signal) => this.api.read(upToSeq, signal));
    }
    tell(ask) {
      const told = this.wire.then(() => ask(within(LIMITS.other, this.cut)));
      this.wire = told.catch((error) => note("the desk was not told what the user does", error));
      return this.wire;
    }
  };

  // src/polls.ts
  var WAIT_SECONDS = 20;
  var PAUSE_SECONDS = 1;
  var MOST_UNREADABLE = 2;
  var Polls = class {
    constructor(conversation, batch, after) {
      this.conversation = conversation;
      this.batch = batch;
      this.after = after;
      this.diesUnseen = false;
      this.closed = new AbortController();
      this.askedAt = now();
      this.unreadable = 0;
      this.why = "a poll failed";
    }
    async *frames() {
      for (; ; ) {
        const events = items(this.batch, "events");
        yield* events;
        if (flag(this.batch, "ended")) {
          this.why = "the desk has no more events";
          return;
        }
        this.after = whole(this.batch, "next", this.after) ?? this.after;
        if (!events.length) await sleep(this.askedAt + PAUSE_SECONDS - now(), this.closed.signal);
        if (this.closed.signal.aborted || !await this.next()) return;
      }
    }
    whyClosed() {
      return this.why;
    }
    close() {
      this.closed.abort();
    }
    /** Poll, and tell whether there is something to go on with. */
    async next() {
      this.askedAt = now();
      try {
        const batch = batchIn(await this.poll());
        this.unreadable = batch ? 0 : this.unreadable + 1;
        this.batch = batch ?? {};
        this.why = "the desk's answers are no batches of events";
        return this.unreadable <= MOST_UNREADABLE;
      } catch (error) {
        this.why = error.message;
        if (error instanceof DeskError) this.retryAfter = error.retryAfter;
        return false;
      }
    }
    /** A poll that is overdue may be one that something in between forgot: ask once more, and at once. */
    async poll() {
      const deadline = within(LIMITS.other + WAIT_SECONDS, this.closed.signal);
      try {
        return await this.conversation.events(this.after, WAIT_SECONDS, deadline);
      } catch (error) {
        if (!deadline.aborted || this.closed.signal.aborted) throw error;
        return this.conversation.events(this.after, 0, within(LIMITS.other, this.closed.signal));
      }
    }
  };
  async function openPolls(conversation, after, deadline) {
    const batch = batchIn(await conversation.events(after, 0, deadline));
    if (!batch) throw new AnswerLost("tell what happens", "the answer is no batch of events");
    return new Polls(conversation, batch, after);
  }
  function batchIn(answer) {
    return answer.status === 200 && Array.isArray(part(answer.body)["events"]) ? part(answer.body) : void 0;
  }

  // src/socket.ts
  var WHAT = "open the event stream";
  var SocketConnection = class {
    constructor(socket) {
      this.socket = socket;
      this.diesUnseen = true;
      this.waiting = [];
      this.isClosed = false;
      this.why = "the connection broke off";
      this.wake = () => {
      };
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
    async *frames() {
      for (; ; ) {
        while (this.waiting.length) yield this.waiting.shift();
        if (this.isClosed) return;
        await new Promise((resolve) => this.wake = resolve);
      }
    }
    whyClosed() {
      return this.why;
    }
    /** Close it, and read no more: a peer that has gone does not answer the closing. */
    close() {
      this.waiting.length = 0;
      this.socket.close();
      this.end();
    }
    end() {
      this.isClosed = true;
      this.wake();
    }
  };
  function openSocket(credentials, after, deadline) {
    return new Promise((resolve, reject) => {
      const separator = credentials.streamUrl.includes("?") ? "&" : "?";
      const protocols = ["byosd.v1", `bearer.${credentials.token}`];
      const socket = new WebSocket(`${credentials.streamUrl}${separator}after=${after}`, protocols);
      const connection = new SocketConnection(socket);
      const settled = () => {
        for (const name of ["close", "error"]) socket.removeEventListener(name, fail2);
        deadline.removeEventListener("abort", fail2);
      };
      const fail2 = () => {
        settled();
        connection.close();
        reject(new AnswerLost(WHAT, deadline.aborted ? "the time was used up" : connection.whyClosed()));
      };
      for (const name of ["close", "error"]) socket.addEventListener(name, fail2);
      deadline.addEventListener("abort", fail2);
      if (deadline.aborted) return fail2();
      socket.addEventListener("open", () => {
        settled();
        resolve(connection);
      });
    });
  }

  // src/door.ts
  var EventDoor = class {
    /** `transports`: what the desk offers, best first; a desk that names none has a WebSocket. */
    constructor(conversation, transports) {
      this.conversation = conversation;
      this.socketWorked = false;
      const known2 = transports.filter((kind) => kind === "websocket" || kind === "long_poll");
      this.takesSockets = known2[0] !== "long_poll" && typeof WebSocket === "function";
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
    async open(after, stopped) {
      if (this.takesSockets) {
        try {
          const connection2 = await openSocket(this.conversation.credentials, after, within(LIMITS.open, stopped));
          this.socketWorked = true;
          return connection2;
        } catch (error) {
          if (stopped.aborted) throw error;
          note("no WebSocket, trying a poll", error instanceof DeskError ? error : void 0);
        }
      }
      const connection = await openPolls(this.conversation, after, within(LIMITS.open, stopped));
      this.takesSockets = this.takesSockets && this.socketWorked;
      return connection;
    }
  };

  // src/file-rules.ts
  function fileRulesOf(capabilities) {
    const types = capabilities.allowedFileTypes;
    const anyType = types.includes("*/*") || types.includes("*");
    const { files: allowed, maxFileBytes: largest } = capabilities;
    return { allowed, multiple: true, types: anyType ? [] : types, largest };
  }
  function updatedRules(rules, data) {
    const types = (text(data, "allowed_file_upload_types") ?? "").split(",").map((type) => type.trim());
    return {
      ...rules,
      allowed: flag(data, "allow_file_uploads") ?? rules.allowed,
      multiple: flag(data, "allow_multiple_file_uploads") ?? rules.multiple,
      types: "allowed_file_upload_types" in data ? types.filter(Boolean) : rules.types
    };
  }
  function rulesForHost({ allowed, multiple, types }) {
    return {
      allowFileUploads: allowed,
      allowMultipleFileUploads: multiple,
      allowedFileUploadTypes: types.join(",")
    };
  }
  function problemWith({ file }, rules, isFirst) {
    if (!rules.allowed) return "Files cannot be sent in this chat.";
    if (!isFirst && !rules.multiple) return "Only one file can be sent at a time.";
    if (rules.largest !== void 0 && file.size > rules.largest) {
      return `The file is larger than ${rules.largest} bytes.`;
    }
    if (rules.types.length && !rules.types.some((type) => fits(file, type.toLowerCase()))) {
      return "Files of this type cannot be sent.";
    }
    return void 0;
  }
  function fits(file, type) {
    const mediaType = (file.type.split(";")[0] ?? "").trim().toLowerCase();
    if (type.startsWith(".")) return file.name.toLowerCase().endsWith(type);
    return type.endsWith("/*") ? mediaType.startsWith(type.slice(0, -1)) : type === mediaType || type === "*";
  }

  // src/files.ts
  var Files = class {
    constructor(gate, api, rules) {
      this.gate = gate;
      this.api = api;
      this.rules = rules;
      this.uploads = [];
      /** What the desk said about files, by its ids. */
      this.decisions = /* @__PURE__ */ new Map();
      this.refused = /* @__PURE__ */ new Set();
    }
    /** Tell the host what the user may send. */
    announce() {
      this.gate.call("updateCapabilities", rulesForHost(this.rules));
    }
    /** The desk changed the rules. */
    capabilitiesUpdated(data) {
      this.rules = updatedRules(this.rules, data);
      this.announce();
    }
    /** Return the files that may be sent; the user is told what is wrong with the others, once for each file. */
    chosen(uploads) {
      const fit = [];
      for (const upload of uploads) {
        const problem = problemWith(upload, this.rules, !fit.length);
        if (problem === void 0) {
          fit.push(upload);
        } else if (!this.refused.has(upload.id)) {
          this.refused.add(upload.id);
          this.gate.call("setFileUploadStatus", upload.id, true, problem);
        }
      }
      return fit;
    }
    /** Upload the files that may be sent, in order; return those that the message can name. */
    async upload(uploads, deadline) {
      const started = this.chosen(uploads).map(({ id, file }) => {
        return { file, upload: { hostId: id, state: "pending", inMessage: false } };
      });
      this.uploads.push(...started.map(({ upload }) => upload));
      for (const { file, upload } of started) await this.uploadOne(file, upload, within(LIMITS.upload, deadline));
      this.tellSettled();
      return started.map(({ upload }) => upload).filter(({ state }) => state !== "rejected");
    }
    /** The desk has the message that names these files. */
    messageAccepted(uploads) {
      for (const upload of uploads) upload.inMessage = true;
      this.tellSettled();
    }
    /** The desk does not have the message, so the files are of no use to it. */
    messageFailed(uploads) {
      for (const upload of uploads) fail(upload, "The message with this file was not delivered.");
      this.tellSettled();
    }
    /** The desk decided about a file. */
    updated(data) {
      const id = text(data, "file_id");
      const state = text(data, "state");
      if (id === void 0 || state !== "accepted" && state !== "rejected") return;
      this.decisions.set(id, { state, reason: text(data, "message") });
      this.applyDecisions();
      this.tellSettled();
    }
    /** Say the last words of a chat: files on their way have failed, and no others are taken. */
    farewell() {
      const onTheirWay = this.uploads;
      this.uploads = [];
      for (const { hostId } of onTheirWay) {
        this.gate.lastWord("setFileUploadStatus", hostId, true, "The chat has ended.");
      }
      if (this.rules.allowed) this.gate.lastWord("updateCapabilities", { allowFileUploads: false });
    }
    async uploadOne(file, upload, deadline) {
      try {
        const { id, state } = await this.api.upload(file, deadline);
        upload.deskId = id;
        upload.state = state ?? "accepted";
        upload.reason = "The file was rejected.";
        this.applyDecisions();
      } catch (error) {
        if (!(error instanceof DeskError)) throw error;
        fail(upload, `The file could not be sent: ${error.message}.`);
      }
    }
    applyDecisions() {
      for (const upload of this.uploads) {
        const decision = upload.deskId === void 0 ? void 0 : this.decisions.get(upload.deskId);
        if (decision && upload.state === "pending") Object.assign(upload, decision);
      }
    }
    /** Tell each file that has come to an end its final status, and forget it. */
    tellSettled() {
      const settled = this.uploads.filter(isSettled);
      this.uploads = this.uploads.filter((upload) => !isSettled(upload));
      for (const { hostId, state, reason } of settled) {
        if (state === "accepted") this.gate.call("setFileUploadStatus", hostId);
        else this.gate.call("setFileUploadStatus", hostId, true, reason ?? "The file was rejected.");
      }
    }
  };
  function fileIds(uploads) {
    return uploads.flatMap(({ deskId }) => deskId === void 0 ? [] : [deskId]);
  }
  function fail(upload, reason) {
    upload.state = "rejected";
    upload.reason = reason;
  }
  function isSettled({ state, inMessage }) {
    return state === "rejected" || state === "accepted" && inMessage;
  }

  // src/gate.ts
  var Gate = class {
    constructor(host) {
      this.host = host;
      this.open = true;
    }
    /** Whether the chat is over for the host. */
    get isClosed() {
      return !this.open;
    }
    /** Call the host, unless the chat is over. */
    call(name, ...given) {
      if (this.open) this.lastWord(name, ...given);
    }
    /** Call the host although the gate is closed: for the last words of whoever closed it. */
    lastWord(name, ...given) {
      this.ask(name, ...given).catch((error) => note(`the host's ${name} failed`, error));
    }
    /** Call the host at once and return what it answers. A host that has no such function answers nothing. */
    async ask(name, ...given) {
      const called = this.host[name];
      return typeof called === "function" ? called.apply(this.host, given) : void 0;
    }
    /** Let nothing pass any more; return whether it was open, which is so for one caller only. */
    close() {
      const wasOpen = this.open;
      this.open = false;
      return wasOpen;
    }
  };

  // src/heartbeat.ts
  var QUIET_SECONDS = 30;
  async function watch(stream, stopped) {
    for (let seen = stream.lastSeq; ; seen = stream.lastSeq) {
      await sleep(QUIET_SECONDS, stopped);
      if (stopped.aborted) return;
      if (stream.lastSeq !== seen) continue;
      stream.replace().catch((error) => note("a quiet connection could not be replaced", error));
    }
  }

  // src/host.ts
  var CONNECTING = 1;
  var DISCONNECTED = 2;
  var SCREEN_SHARE_ANSWERS = ["accepted", "declined", "cancelled", "ended"];

  // src/presence.ts
  var FALLBACK_NICKNAME = "Agent";
  function profileIn(data) {
    const id = text(data, "id");
    if (id === void 0) return void 0;
    const nickname = text(data, "nickname") ?? "";
    const profile = { id, nickname: nickname.trim() ? nickname : FALLBACK_NICKNAME };
    const picture = text(data, "profile_picture_url");
    return isWebUrl(picture) ? { ...profile, profile_picture_url: picture } : profile;
  }
  var Presence = class {
    constructor(gate, typing, hostApi) {
      this.gate = gate;
      this.typing = typing;
      this.hostApi = hostApi;
      this.present = /* @__PURE__ */ new Map();
      this.met = /* @__PURE__ */ new Set();
      this.handingOver = /* @__PURE__ */ new Set();
      this.transfers = /* @__PURE__ */ new Set();
      this.joinMayFollow = true;
    }
    /** Whether the host has ever been told of an agent: then it is connected, and not connecting any more. */
    get anyoneJoined() {
      return this.met.size > 0;
    }
    /** Return who is present. */
    profiles() {
      return [...this.present.values()];
    }
    /** Take over whom the host knows from before a page reload; it is told nothing. */
    restore(profiles) {
      this.present = new Map(profiles.map((profile) => [profile.id, profile]));
      this.met = new Set(this.present.keys());
      this.joinMayFollow = !this.present.size;
    }
    /** Tell whether the host was told that this agent is there. */
    isPresent(agentId) {
      return this.present.has(agentId);
    }
    /** An agent is there. */
    joined(profile) {
      if (this.present.has(profile.id)) return;
      if (!this.joinMayFollow) this.noticeTransfer(profile);
      this.present.set(profile.id, profile);
      this.met.add(profile.id);
      this.handingOver.delete(profile.id);
      this.joinMayFollow = false;
      this.gate.call("agentJoined", profileFor(this.hostApi, profile));
    }
    /** An agent's message comes next: somebody who speaks is there, whatever was missed. */
    spoke(agentId) {
      if (!this.met.has(agentId)) this.joined({ id: agentId, nickname: FALLBACK_NICKNAME });
      this.typing.interrupted(agentId);
    }
    /** An agent is gone; the chat goes on. */
    left(agentId, reason) {
      if (!this.present.delete(agentId)) return;
      this.typing.interrupted(agentId);
      if (reason === "transferred" && this.handingOver.has(agentId)) return;
      this.joinMayFollow = true;
      this.gate.call("agentLeftChat");
    }
    /** Somebody else is to take over. */
    transferStarted(data) {
      const id = text(data, "transfer_id") ?? "";
      if (!this.anyoneJoined || this.transfers.has(id)) return;
      this.transfers.add(id);
      const from = text(data, "from_agent_id");
      for (const agentId of from === void 0 ? this.present.keys() : [from]) this.handingOver.add(agentId);
      this.joinMayFollow = true;
      this.noticeTransfer(profileIn(data["to_agent"]));
    }
    noticeTransfer(profile) {
      this.typing.clear();
      if (profile) this.gate.call("beginTransferToAnotherAgent", profileFor(this.hostApi, profile));
      else this.gate.call("beginTransferToAnotherAgent");
    }
  };

  // src/memory.ts
  var PREFIX = "byosd.token.";
  function rememberedIn(state) {
    const conversationId = text(state, "conversationId");
    const lastSeq = whole(state, "lastSeq");
    if (conversationId === void 0 || lastSeq === void 0) return void 0;
    const agents = items(state, "agents").flatMap((agent) => profileIn(agent) ?? []);
    return { conversationId, streamUrl: text(state, "streamUrl"), lastSeq, agents };
  }
  var Memory = class {
    constructor(gate, credentials, hostApi) {
      this.gate = gate;
      this.credentials = credentials;
      this.outlivesThePage = hostApi === "carbon";
    }
    /** Remember the chat from now on. */
    begin(lastSeq, agents) {
      if (!this.outlivesThePage) return;
      keepToken(this.credentials.id, this.credentials.token);
      this.keep(lastSeq, agents);
    }
    /** Remember how far the chat was shown, and who is there. */
    keep(lastSeq, agents) {
      if (!this.outlivesThePage) return;
      const { id: conversationId, streamUrl } = this.credentials;
      const copies = agents.map((agent) => ({ ...agent }));
      this.gate.call("updatePersistedState", { conversationId, streamUrl, lastSeq, agents: copies }, false);
    }
    /** Forget the chat. */
    farewell() {
      if (!this.outlivesThePage) return;
      forgetToken(this.credentials.id);
      this.gate.lastWord("updatePersistedState", {}, false);
    }
  };
  function keptToken(conversationId) {
    return storage((store) => store.getItem(PREFIX + conversationId)) || void 0;
  }
  function forgetToken(conversationId) {
    storage((store) => store.removeItem(PREFIX + conversationId));
  }
  function keepToken(conversationId, token) {
    storage((store) => store.setItem(PREFIX + conversationId, token));
  }
  function storage(use) {
    try {
      return typeof sessionStorage === "undefined" ? void 0 : use(sessionStorage);
    } catch {
      return void 0;
    }
  }

  // src/random-id.ts
  function randomId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // src/outbox.ts
  var LONGEST_ID = 100;
  var Outbox = class {
    constructor(api, files, capabilities, told, cut) {
      this.api = api;
      this.files = files;
      this.capabilities = capabilities;
      this.told = told;
      this.cut = cut;
      this.line = Promise.resolve();
      this.isClosed = false;
      this.untold = {};
      this.wireIds = /* @__PURE__ */ new Map();
    }
    /**
     * Hand a message over. A text that is empty, without files, is not sent.
     *
     * @throws InvalidMessage - the text is longer than the desk takes; the desk was not asked
     * @throws NoChat - the chat ended before it was the message's turn
     * @throws DeskError - the desk does not have the message, or did not say in time that it has it
     */
    async send(words, messageId, uploads) {
      if (!words && !uploads.length) return;
      const longest = this.capabilities.maxTextCharacters;
      if (longest !== void 0 && [...words].length > longest) {
        throw new InvalidMessage(`the message is longer than the ${longest} characters that the desk takes`);
      }
      const deadline = within(LIMITS.send + LIMITS.upload * uploads.length, this.cut);
      this.lastInLine = void 0;
      await this.inLine(async () => {
        if (deadline.aborted) throw new AnswerLost("take the message", "earlier messages used the time up");
        await this.tellStateFirst(within(LIMITS.other, deadline));
        await this.sendNow(words, this.wireId(messageId), uploads, deadline);
      });
    }
    /** Take note of a change. Changes that follow each other are told as one. */
    updateState(change) {
      if (!this.capabilities.updateState) return;
      if (this.lastInLine) {
        Object.assign(this.lastInLine, change);
        return;
      }
      const waiting = { ...change };
      this.lastInLine = waiting;
      this.inLine(async () => {
        if (this.lastInLine === waiting) this.lastInLine = void 0;
        Object.assign(this.untold, waiting);
        await this.tellState(within(LIMITS.other, this.cut));
      }).catch((error) => note("the new state was not told", error));
    }
    /** Take nothing more, and wait until what is on its way has arrived, or the signal is aborted. */
    async close(signal) {
      this.isClosed = true;
      await orAborted(this.line, signal);
    }
    inLine(task) {
      const done = this.line.then(() => {
        if (this.isClosed) throw new NoChat("the chat has ended");
        return task();
      });
      this.line = done.catch(() => {
      });
      return done;
    }
    async sendNow(words, messageId, uploads, deadline) {
      const sent = await this.files.upload(uploads, deadline);
      if (!words && !sent.length) throw new InvalidMessage("none of the files could be sent");
      const message = { message_id: messageId, text: words, ...sent.length ? { file_ids: fileIds(sent) } : {} };
      try {
        await onceMore(() => this.api.send(message, deadline), deadline);
      } catch (error) {
        this.files.messageFailed(sent);
        throw error;
      }
      this.files.messageAccepted(sent);
    }
    /** Try again to tell a state that could not be told. A message never goes out under another user's name. */
    async tellStateFirst(deadline) {
      try {
        await this.tellState(deadline);
      } catch (error) {
        if (!(error instanceof DeskError) || this.untold.user_id !== void 0) throw error;
      }
    }
    async tellState(deadline) {
      const names = Object.keys(this.untold);
      const changed = names.filter((name) => this.untold[name] !== this.told[name]);
      const change = Object.fromEntries(changed.map((name) => [name, this.untold[name]]));
      if (changed.length) await this.api.updateState(change, deadline).catch(acceptedNo);
      Object.assign(this.told, change);
      this.untold = {};
    }
    /** Return the id under which the desk knows a message: the host's, or where that does not fit one in its place. */
    wireId(messageId) {
      if (messageId && messageId.length <= LONGEST_ID) return messageId;
      const id = this.wireIds.get(messageId) ?? randomId();
      if (messageId) this.wireIds.set(messageId, id);
      return id;
    }
  };
  function acceptedNo(error) {
    if (!(error instanceof DeskRefused) || error.uncertain || error.status === 429) throw error;
    note("the desk will not note the new state", error);
  }

  // src/screen-share.ts
  var ScreenShare = class {
    constructor(gate, api, cut) {
      this.gate = gate;
      this.api = api;
      this.cut = cut;
      this.accepted = false;
      /** One answer after the other: "ended" never overtakes "accepted". */
      this.wire = Promise.resolve();
    }
    /** An agent asks. */
    requested(data) {
      const id = text(data, "request_id");
      if (id === void 0 || id === this.current || this.gate.isClosed) return;
      this.current = id;
      this.accepted = false;
      this.askTheUser(id).catch((error) => note("the answer about the screen was lost", error));
    }
    /** The agent, or the desk, withdrew the request or stopped the sharing. */
    ended(data) {
      if (this.takeAway(text(data, "request_id")) && data["by"] !== "user") this.gate.call("screenShareEnded");
    }
    /**
     * The user stopped sharing: tell the desk, once.
     *
     * @throws DeskError - the desk could not be told
     */
    stop() {
      return this.inTurn(async () => {
        const id = this.accepted ? this.current : void 0;
        if (id !== void 0 && this.takeAway(id)) await this.answer(id, "ended");
      });
    }
    async askTheUser(id) {
      const answer = await this.usersAnswer();
      await this.inTurn(async () => {
        if (this.current !== id || this.gate.isClosed) return;
        this.accepted = answer === "accepted";
        if (!this.accepted) this.current = void 0;
        await this.answer(id, answer);
      });
    }
    async usersAnswer() {
      try {
        const answer = await this.gate.ask("screenShareRequest");
        return SCREEN_SHARE_ANSWERS.find((known2) => known2 === answer) ?? "cancelled";
      } catch (error) {
        note("the host's screenShareRequest failed", error);
        return "cancelled";
      }
    }
    answer(id, answer) {
      return this.api.answerScreenShare(id, answer, within(LIMITS.other, this.cut));
    }
    takeAway(id) {
      if (id === void 0 || id !== this.current) return false;
      this.current = void 0;
      this.accepted = false;
      return true;
    }
    inTurn(task) {
      const done = this.wire.then(task);
      this.wire = done.catch(() => {
      });
      return done;
    }
  };

  // src/event.ts
  function eventIn(frame) {
    const envelope = typeof frame === "string" ? parsed2(frame) : frame;
    const seq = whole(envelope, "seq", 1);
    const type = text(envelope, "type");
    if (seq !== void 0 && type !== void 0) return { seq, type, data: part(envelope, "data") };
    note("skipped a frame that is no event");
    return void 0;
  }
  function parsed2(frame) {
    try {
      return JSON.parse(frame);
    } catch {
      return void 0;
    }
  }

  // src/outage.ts
  var LONGEST_DELAY = 8;
  var A_MILLISECOND = 1e-3;
  var Outage = class {
    constructor(limitSeconds) {
      this.delays = [0, 0.5, 1, 2, 4];
      this.notBefore = 0;
      this.endsAt = now() + limitSeconds;
    }
    /** Tell whether the limit is reached. */
    isOver() {
      return this.endsAt - now() < A_MILLISECOND;
    }
    /** Return the seconds until the next attempt; the last attempt is at the limit. */
    nextDelay() {
      const delay = Math.max(this.delays.shift() ?? LONGEST_DELAY, this.notBefore - now());
      return Math.max(0, Math.min(delay, this.endsAt - now()));
    }
    /** Take note that the desk asks to be left alone for so many seconds. */
    postpone(seconds) {
      if (seconds !== void 0) this.notBefore = now() + seconds;
    }
  };
  /** A connection that carried nothing and broke sooner than this is no recovery: the outage goes on. */
  Outage.steadySeconds = LONGEST_DELAY;

  // src/stream.ts
  var EventStream = class {
    constructor(door, limitSeconds, lastSeq) {
      this.door = door;
      this.limitSeconds = limitSeconds;
      this.lastSeq = lastSeq;
      this.stopped = new AbortController();
      this.gap = "";
      /** Nothing has come over this connection yet. */
      this.fresh = true;
      this.openedAt = 0;
      this.replacing = false;
    }
    /** Open the connection; from here on nothing that happens at the desk is missed. */
    async open(deadline) {
      if (deadline?.aborted) throw new AnswerLost("open the event stream", "the time was used up");
      const giveUp = () => this.stop();
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
    start(listener) {
      this.run(listener).catch((error) => note("the stream failed", error));
    }
    /** Stop reading, and close the connection. */
    stop() {
      this.stopped.abort();
      this.connection?.close();
    }
    /** Replace the connection by a new one, if it is of a kind that dies unseen. One that cannot be replaced is lost. */
    async replace() {
      const old = this.connection;
      if (!old?.diesUnseen || this.replacing || this.stopped.signal.aborted) return;
      this.replacing = true;
      try {
        const fresh = await this.door.open(this.lastSeq, this.stopped.signal);
        if (this.connection === old && !this.stopped.signal.aborted) this.connection = fresh;
        else fresh.close();
      } finally {
        this.replacing = false;
        old.close();
      }
    }
    async run(listener) {
      let goesOn = true;
      while (goesOn && this.connection && !this.stopped.signal.aborted) {
        const connection = this.connection;
        const leftOut = await this.read(connection, listener);
        if (this.connection !== connection) continue;
        goesOn = !this.stopped.signal.aborted && await this.resume(listener, leftOut);
      }
    }
    /** Read until the connection ends; return whether that was our own doing, to fetch events that were left out. */
    async read(connection, listener) {
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
    leavesGap(event) {
      const gap = `${this.lastSeq}-${event.seq}`;
      if (event.seq === this.lastSeq + 1 || gap === this.gap) return false;
      note(`events between ${gap} are missing: fetching them`);
      this.gap = gap;
      return true;
    }
    handle(event, listener) {
      this.lastSeq = event.seq;
      this.fresh = false;
      try {
        listener.eventCame(event);
      } catch (error) {
        note(`event ${event.seq} could not be shown`, error);
      }
    }
    /** Get the connection back; return whether reading goes on. */
    async resume(listener, quietly) {
      const { connection } = this;
      const reason = connection?.whyClosed() ?? "the connection broke off";
      connection?.close();
      this.connection = void 0;
      if (quietly && !await this.attempt()) return true;
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
        if (failure instanceof DeskRefused && failure.isFinal) return this.giveUp(listener, failure.message);
        outage.postpone(failure.retryAfter);
      }
      return this.giveUp(listener, "the connection could not be regained in time");
    }
    async attempt() {
      try {
        await this.open();
        return void 0;
      } catch (error) {
        return error instanceof DeskError ? error : new AnswerLost("open the event stream", error.name);
      }
    }
    /** Return the outage: the earlier one if the connection in between was of no use, as that resets no limit. */
    outageOf() {
      const steady = !this.fresh || now() - this.openedAt >= Outage.steadySeconds;
      if (!this.outage || steady) this.outage = new Outage(this.limitSeconds);
      return this.outage;
    }
    giveUp(listener, reason) {
      listener.connectionGivenUp(reason);
      return false;
    }
  };

  // src/messages.ts
  function messageToUser(message) {
    const words = text(message, "text") ?? "";
    const rich = items(message, "items").map(itemFor);
    if (!rich.length) return words;
    return { output: { generic: words ? [textItem(words), ...rich] : rich } };
  }
  function itemFor(item) {
    const kind = text(item, "type");
    const url = text(item, "url");
    if (kind === "error") return { response_type: "inline_error", text: wordsFor(item) };
    if (!isWebUrl(url)) return textItem(wordsFor(item));
    if (kind === "image" || kind === "video") {
      return { response_type: kind, source: url, ...known({ title: text(item, "title"), alt_text: text(item, "alt") }) };
    }
    if (kind === "link") {
      return { response_type: "button", button_type: "url", label: text(item, "title") ?? url, url };
    }
    return textItem(wordsFor(item));
  }
  function wordsFor(item) {
    const names = ["text", "title", "alt", "url", "type"];
    return names.map((name) => text(item, name)).find(Boolean) ?? "(something that cannot be shown here)";
  }
  function textItem(words) {
    return { response_type: "text", text: words };
  }

  // src/translator.ts
  var NOBODY_ONLINE = "No agent is online at the moment. You are still in the queue.";
  var Translator = class {
    constructor(parts) {
      this.parts = parts;
      this.lastUserSeq = 0;
      const { presence, files, screenShare } = parts;
      this.handlers = /* @__PURE__ */ new Map([
        ["queue.updated", (data) => this.queueUpdated(data)],
        ["agent.joined", (data) => presence.joined(profileIn(data["agent"]) ?? { id: "agent", nickname: "Agent" })],
        ["agent.typing", (data) => this.agentTyping(data)],
        ["agent.read", (data) => this.agentRead(data)],
        ["agent.left", (data) => presence.left(text(data, "agent_id") ?? "", text(data, "reason"))],
        ["transfer.started", (data) => presence.transferStarted(data)],
        ["message.created", (data) => this.messageCreated(part(data, "message"))],
        ["conversation.ended", () => parts.ended()],
        ["file.updated", (data) => files.updated(data)],
        ["screen_share.requested", (data) => screenShare.requested(data)],
        ["screen_share.ended", (data) => screenShare.ended(data)],
        ["capabilities.updated", (data) => files.capabilitiesUpdated(data)]
      ]);
    }
    /** Tell the host what it should know of `event`. */
    tell(event) {
      const handler = this.handlers.get(event.type);
      if (!handler) return note(`ignored event ${event.seq}: its type is not known here`);
      handler(event.data);
      this.parts.typing.refresh();
    }
    queueUpdated(data) {
      const { gate, hostApi, presence } = this.parts;
      const place = placeIn(data);
      if (presence.anyoneJoined || !Object.keys(place).length) return;
      gate.call("updateAgentAvailability", availabilityFor(hostApi, place));
    }
    agentTyping(data) {
      const { presence, typing } = this.parts;
      const agentId = text(data, "agent_id");
      if (agentId === void 0 || !presence.isPresent(agentId)) return;
      if (data["typing"] === true) typing.started(agentId, number(data, "expires_in_seconds"));
      else typing.stopped(agentId);
    }
    /** The host's word for it means *everything*: so it is said only when nothing of the user's is left unread. */
    agentRead(data) {
      if ((whole(data, "up_to_seq") ?? 0) >= this.lastUserSeq) this.parts.gate.call("agentReadMessages");
    }
    messageCreated(message) {
      const { gate, presence } = this.parts;
      const role = text(message, "author", "role");
      if (role === "user") {
        this.lastUserSeq = whole(message, "seq") ?? this.lastUserSeq;
        return;
      }
      if (!Object.keys(message).length) return;
      const agentId = role === "agent" ? text(message, "author", "id") : void 0;
      if (agentId === void 0) return gate.call("sendMessageToUser", messageToUser(message));
      presence.spoke(agentId);
      gate.call("sendMessageToUser", messageToUser(message), agentId);
    }
  };
  function placeIn(data) {
    const seconds = number(data, "estimated_wait_seconds");
    const place = known({
      minutes: seconds === void 0 ? void 0 : Math.ceil(seconds / 60),
      position: whole(data, "position", 1),
      message: text(data, "message")
    });
    const nothingElse = !Object.keys(place).length;
    return nothingElse && number(data, "agents_online") === 0 ? { message: NOBODY_ONLINE } : place;
  }

  // src/typing.ts
  var LONGEST_SECONDS = 5;
  var TypingIndicator = class {
    constructor(gate) {
      this.gate = gate;
      this.typists = /* @__PURE__ */ new Map();
      this.shown = false;
    }
    /** The agent types, or still types. */
    started(agentId, expiresInSeconds) {
      if (this.gate.isClosed) return;
      this.forget(agentId);
      const seconds = Math.min(expiresInSeconds || LONGEST_SECONDS, LONGEST_SECONDS);
      this.typists.set(agentId, setTimeout(() => this.stopped(agentId), seconds * 1e3));
      this.show(true);
    }
    /** The agent stopped; the indicator stays while another one types. */
    stopped(agentId) {
      this.forget(agentId);
      if (!this.typists.size) this.show(false);
    }
    /** The agent's message comes next, or the agent is gone: hide the indicator now, whoever else types. */
    interrupted(agentId) {
      if (this.forget(agentId)) this.show(false);
    }
    /** Show the indicator again if somebody still types. */
    refresh() {
      if (this.typists.size) this.show(true);
    }
    /** Nobody types any more. */
    clear() {
      this.cancel();
      this.show(false);
    }
    /** Give up every timer and tell nobody. */
    cancel() {
      for (const agentId of [...this.typists.keys()]) this.forget(agentId);
    }
    forget(agentId) {
      clearTimeout(this.typists.get(agentId));
      return this.typists.delete(agentId);
    }
    show(shown) {
      if (shown === this.shown) return;
      this.shown = shown;
      this.gate.call("agentTyping", shown);
    }
  };

  // src/chat.ts
  var Chat = class {
    constructor({ callback, hostApi, options }, beginning) {
      /** Cuts every call of the chat that is under way. */
      this.cut = new AbortController();
      this.closing = Promise.resolve();
      const { conversation, capabilities, state, after, agents } = beginning;
      this.api = conversation;
      this.agents = agents;
      this.gate = new Gate(callback);
      this.typing = new TypingIndicator(this.gate);
      this.presence = new Presence(this.gate, this.typing, hostApi);
      this.memory = new Memory(this.gate, conversation.credentials, hostApi);
      this.files = new Files(this.gate, conversation, fileRulesOf(capabilities));
      this.outbox = new Outbox(conversation, this.files, capabilities, { ...state }, this.cut.signal);
      this.attention = new Attention(conversation, capabilities, this.cut.signal);
      this.screenShare = new ScreenShare(this.gate, conversation, this.cut.signal);
      const { gate, typing, presence, files, screenShare } = this;
      const ended = () => this.finish(() => this.gate.lastWord("agentEndedChat"));
      this.translator = new Translator({ gate, hostApi, typing, presence, files, screenShare, ended });
      const door = new EventDoor(conversation, capabilities.transports);
      this.stream = new EventStream(door, options.reconnectLimitSeconds ?? 60, after);
    }
    /** Whether the chat has ended, or is just ending. */
    get isOver() {
      return this.gate.isClosed;
    }
    /**
     * Open the event stream; from here on nothing that happens at the desk is missed.
     *
     * @throws DeskError - it could not be opened within the deadline
     */
    open(deadline) {
      return this.stream.open(deadline);
    }
    /** Go: tell the host what it may offer, and begin to show events. */
    begin() {
      if (this.isOver) return;
      this.presence.restore(this.agents);
      this.memory.begin(this.stream.lastSeq, this.agents);
      this.files.announce();
      this.stream.start(this);
      void watch(this.stream, this.cut.signal);
    }
    /** Give up a chat that never began; the host is told nothing. */
    abandon() {
      this.gate.close();
      this.stream.stop();
      this.cut.abort();
    }
    /**
     * End the chat for the user. Harmless when it is over; then the desk is not told again.
     *
     * @throws DeskError - the desk could not be told. Everything is cleaned up all the same
     */
    async end() {
      if (!this.gate.close()) return this.closing.catch(() => {
      });
      this.typing.cancel();
      this.closing = this.close(true);
      return this.closing;
    }
    /** Tell that the user has read everything that was shown. */
    userRead() {
      return this.attention.userRead(this.stream.lastSeq);
    }
    // ---- what the stream says
    eventCame(event) {
      this.translator.tell(event);
      this.memory.keep(event.seq, this.presence.profiles());
    }
    /** Tell the host, if it is connected; while it is connecting, an interruption is nobody's business yet. */
    connectionLost(reason) {
      this.reportConnection(true, reason);
    }
    /** What was missed comes after this. */
    connectionRegained() {
      this.reportConnection(false, "the connection is back");
    }
    /** Give up: tell the host that it is over, and the desk, if it still listens. */
    connectionGivenUp(reason) {
      const lastWord = this.presence.anyoneJoined ? () => this.gate.lastWord("agentEndedChat") : () => this.gate.lastWord("setErrorStatus", { type: CONNECTING, logInfo: reason });
      this.finish(lastWord, "the connection was lost");
    }
    reportConnection(isDisconnected, logInfo) {
      if (!this.presence.anyoneJoined) return;
      this.gate.call("setErrorStatus", { type: DISCONNECTED, isDisconnected, logInfo });
    }
    // ---- the end
    /** End the chat by itself. The host may call `end` inside the last word: it is over by then. */
    finish(lastWord, tellDesk) {
      this.typing.clear();
      if (!this.gate.close()) return;
      this.closing = this.close(tellDesk !== void 0, tellDesk);
      this.closing.catch((error) => note("the desk was not told that the chat is over", error));
      lastWord();
    }
    /** Take back what would outlive the chat in the host, let what is on its way arrive, and leave nothing open. */
    async close(tellDesk, reason) {
      this.files.farewell();
      this.memory.farewell();
      this.stream.stop();
      const deadline = within(LIMITS.end);
      try {
        await this.outbox.close(within(LIMITS.settle, deadline));
        if (tellDesk) await onceMore(() => this.api.end(reason, deadline), deadline);
      } finally {
        this.cut.abort();
      }
    }
  };

  // src/attempt.ts
  var Attempt = class {
    constructor(make) {
      /** An attempt is not over: it becomes a chat, or nothing. */
      this.isOver = false;
      this.calledOff = new AbortController();
      this.chat = make(this.calledOff.signal);
      this.chat.catch(() => {
      });
    }
    /** Call it off, and wait until it is undone; end the chat if it has just been made. */
    async end() {
      this.calledOff.abort();
      const chat = await this.chat.catch(() => void 0);
      await chat?.end();
    }
  };
  async function opened(around, beginning, deadline, calledOff) {
    const chat = new Chat(around, beginning);
    try {
      await chat.open(deadline);
      if (calledOff.aborted) throw new NoChat("the chat was called off");
      return chat;
    } catch (error) {
      chat.abandon();
      await endUnused(beginning.conversation);
      throw error;
    }
  }
  async function endUnused(conversation) {
    const deadline = within(LIMITS.undo);
    try {
      await onceMore(() => conversation.end("the chat could not be opened", deadline), deadline);
    } catch (error) {
      note("the desk keeps a conversation that nobody uses", error);
    }
  }

  // src/escalation.ts
  function stateOf(state) {
    return known({
      session_id: text(state, "sessionID"),
      user_id: text(state, "userID"),
      locale: text(state, "locale")
    });
  }
  function queueOf(connectMessage) {
    return text(connectItem(connectMessage), "transfer_info", "target", "byosd", "queue");
  }
  function startRequest(connectMessage, startChatOptions, state, options) {
    const context = contextOf(connectItem(connectMessage), startChatOptions, state);
    const userId = text(connectMessage, "context", "global", "system", "user_id") ?? state.user_id;
    return {
      user_id: userId ?? `visitor-${randomId()}`,
      ...known({
        user_name: options.userName,
        queue: queueOf(connectMessage) ?? options.queue,
        context: Object.keys(context).length ? context : void 0
      })
    };
  }
  function contextOf(item, startChatOptions, { session_id, locale }) {
    const info = part(item, "transfer_info");
    const additional = part(info, "additional_data");
    return known({
      session_id,
      locale,
      topic: text(item, "topic"),
      message_to_agent: text(item, "message_to_human_agent") ?? summary(info),
      // the first is where the host of 2023 puts it
      session_history_key: text(startChatOptions, "agentAppInfo", "sessionHistoryKey") ?? text(info, "session_history_key"),
      additional_data: Object.keys(additional).length ? additional : void 0
    });
  }
  function summary(info) {
    const texts = items(info, "summary_message_to_agent").map((item) => text(item, "text"));
    return text(info, "summary_message_to_agent") ?? (texts.filter(Boolean).join("\n") || void 0);
  }
  function connectItem(connectMessage) {
    const generic = items(connectMessage, "output", "generic");
    return part(generic.find((item) => text(item, "response_type") === "connect_to_agent"));
  }

  // src/resuming.ts
  async function resumedChat(around, persisted, calledOff) {
    const remembered = rememberedIn(persisted ?? await keptByHost(around));
    if (!remembered) throw new NoChat("there is no chat to take up");
    try {
      return await takenUp(around, remembered, calledOff);
    } catch (error) {
      forgetToken(remembered.conversationId);
      new Gate(around.callback).call("updatePersistedState", {}, false);
      throw error;
    }
  }
  async function keptByHost({ callback }) {
    try {
      return await new Gate(callback).ask("persistedState");
    } catch (error) {
      note("the host's persistedState failed", error);
      return void 0;
    }
  }
  async function takenUp(around, remembered, calledOff) {
    const { conversationId, streamUrl, lastSeq: after, agents } = remembered;
    const token = keptToken(conversationId);
    if (token === void 0) throw new NoChat("the token of the chat is gone");
    const conversation = around.desk.conversation(conversationId, token, streamUrl);
    const deadline = within(LIMITS.start, calledOff);
    try {
      const state = await stateAtDesk(conversation, deadline);
      const capabilities = await around.desk.capabilities(within(LIMITS.other, deadline));
      return await opened(around, { conversation, capabilities, state, after, agents }, deadline, calledOff);
    } catch (error) {
      if (error instanceof DeskError) await endUnused(conversation);
      throw error;
    }
  }
  async function stateAtDesk(conversation, deadline) {
    const found = await conversation.look(within(LIMITS.other, deadline));
    if ((text(found, "state") ?? "ended") === "ended") throw new NoChat("the desk has ended it");
    return known({
      session_id: text(found, "context", "session_id"),
      locale: text(found, "context", "locale"),
      user_id: text(found, "user_id")
    });
  }

  // src/starting.ts
  async function startedChat(around, request, calledOff) {
    const deadline = within(LIMITS.start, calledOff);
    try {
      const capabilities = await around.desk.capabilities(deadline);
      const userToken = await userTokenFor(around, request.user_id, deadline);
      const conversation = await madeConversation(around, request, userToken, deadline);
      const state = { ...request.context, user_id: request.user_id };
      return await opened(around, { conversation, capabilities, state, after: 0, agents: [] }, deadline, calledOff);
    } catch (error) {
      throw calledOff.aborted ? new NoChat("the chat was called off") : error;
    }
  }
  async function userTokenFor({ desk, options }, userId, deadline) {
    const { userToken, apiKey } = options;
    if (typeof userToken === "function") {
      const token = await orAborted(Promise.resolve(userToken(userId)), deadline);
      if (token === void 0) throw new AnswerLost("authenticate the user", "the time was used up");
      return token;
    }
    return userToken ?? (apiKey === void 0 ? void 0 : desk.createToken(apiKey, userId, deadline));
  }
  async function madeConversation({ desk }, request, userToken, deadline) {
    const key = randomId();
    try {
      return await desk.start(request, key, userToken, deadline);
    } catch (error) {
      if (error instanceof DeskError && error.uncertain) {
        await desk.start(request, key, userToken, within(LIMITS.undo)).then(endUnused, (again) => {
          note("the desk may keep a conversation that nobody uses", again);
        });
      }
      throw error;
    }
  }

  // src/integration.ts
  var ReferenceServiceDesk = class {
    /** Starts nothing: web chat builds an integration for every visitor who opens it. */
    constructor(around) {
      this.around = around;
      this.state = {};
    }
    // ---- must have
    /** Return a name of 1 to 40 characters. */
    getName() {
      return "byosd reference (JavaScript)";
    }
    /**
     * Make a chat; resolve when it can be used, whether or not an agent is there yet. A rejection is the only word that
     * the host gets of a start that failed, and the desk keeps no conversation.
     */
    async startChat(connectMessage, startChatOptions) {
      if (this.current && !this.current.isOver) throw new NoChat("a chat is running already");
      const state = { ...this.state };
      const request = startRequest(connectMessage, startChatOptions, state, this.around.options);
      const chat = await this.become(new Attempt((calledOff) => startedChat(this.around, request, calledOff)));
      const changed = Object.entries(this.state).filter(([name, value]) => state[name] !== value);
      if (changed.length && !chat.isOver) chat.outbox.updateState(Object.fromEntries(changed));
    }
    /** End the chat; harmless when there is none. Resolves when the desk knows. */
    async endChat() {
      await this.current?.end();
    }
    /** Hand a message to the desk; resolving is the receipt. An empty text without files is not sent. */
    async sendMessageToAgent(message, messageID, additionalData) {
      const words = part(message, "input")["text"] ?? "";
      if (typeof words !== "string") throw new InvalidMessage("the message has no text");
      const uploads = items(additionalData, "filesToUpload");
      const chat = this.runningChat();
      if (!chat) throw new NoChat("no chat is running");
      await chat.outbox.send(words, messageID, uploads);
    }
    // ---- nice to have, and later additions
    /** Take note of a changed session, user or locale: for the running chat and for the next one. `2023` only. */
    updateState(state) {
      const change = stateOf(state);
      Object.assign(this.state, change);
      if (Object.keys(change).length) this.runningChat()?.outbox.updateState(change);
    }
    /** Tell whether an agent is there, in the queue that the message asks for; `null` when the desk cannot tell. */
    areAnyAgentsOnline(connectMessage) {
      const { desk, options } = this.around;
      return desk.availability(queueOf(connectMessage) ?? options.queue, within(LIMITS.other));
    }
    /** Tell the desk that the user types, or stopped. Never rejects: nobody misses it. */
    async userTyping(isTyping) {
      await this.runningChat()?.attention.userTyping(isTyping);
    }
    /** Tell the desk that the user has read everything so far. Never rejects: nobody misses it. */
    async userReadMessages() {
      await this.runningChat()?.userRead();
    }
    /** Tell the user at once which of the chosen files cannot be sent. Nothing is sent. */
    filesSelectedForUpload(uploads) {
      this.runningChat()?.files.chosen(uploads);
    }
    /** Tell the desk that the user stopped sharing the screen; harmless when nothing is shared. */
    async screenShareStop() {
      await this.runningChat()?.screenShare.stop();
    }
    // ---- the one chat
    /** Give the integration's one place to an attempt, then to the chat that it became. */
    async become(attempt) {
      this.current = attempt;
      try {
        const chat = await attempt.chat;
        this.current = chat;
        chat.begin();
        return chat;
      } catch (error) {
        this.current = void 0;
        throw error;
      }
    }
    runningChat() {
      return this.current instanceof Chat && !this.current.isOver ? this.current : void 0;
    }
  };
  var ReconnectingServiceDesk = class extends ReferenceServiceDesk {
    constructor(around, persistedState) {
      super(around);
      this.persistedState = persistedState;
    }
    /** Take up the chat of before a page reload; tell whether it goes on. */
    async reconnect() {
      const running = this.current;
      if (running instanceof Attempt) return running.chat.then(() => true, () => false);
      if (running && !running.isOver) return true;
      const persisted = this.persistedState;
      this.persistedState = void 0;
      try {
        await this.become(new Attempt((calledOff) => resumedChat(this.around, persisted, calledOff)));
        return true;
      } catch (error) {
        note("no chat was taken up", error);
        return false;
      }
    }
  };

  // src/options.ts
  function checkedOptions(options) {
    const given = options ?? {};
    if (typeof given.deskUrl !== "string" || !/^https?:\/\/[^/]/i.test(given.deskUrl)) {
      throw new Error("serviceDeskOptions.deskUrl is missing: it is the http:// or https:// address of the desk's API");
    }
    const { hostApi, reconnectLimitSeconds: limit } = given;
    if (hostApi !== void 0 && hostApi !== "2023" && hostApi !== "carbon") {
      throw new Error('serviceDeskOptions.hostApi is "2023" or "carbon"');
    }
    if (limit !== void 0 && !(Number.isFinite(limit) && limit > 0)) {
      throw new Error("serviceDeskOptions.reconnectLimitSeconds is a positive number");
    }
    return { ...given, deskUrl: given.deskUrl.replace(/\/+$/, "") };
  }

  // src/servicedesk.ts
  function createServiceDeskFactory(options) {
    return (parameters) => {
      const checked = checkedOptions(options ?? page.serviceDeskOptions);
      const hostApi = generationOf(parameters, checked.hostApi);
      const { callback, persistedState } = parameters;
      const around = { callback, hostApi, options: checked, desk: new Desk(checked.deskUrl) };
      if (hostApi === "2023") return new ReferenceServiceDesk(around);
      return new ReconnectingServiceDesk(around, persistedState);
    };
  }
  var page = globalThis;
  page.WebChatServiceDeskFactory = createServiceDeskFactory();
  page.ByosdReference = { createServiceDeskFactory };
})();

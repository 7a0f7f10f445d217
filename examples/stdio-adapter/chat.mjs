/** One conversation: its events by long poll, what the user sends in order, and its one end. */

import { inBackground } from "./byosd-stdio.mjs";
import { Events } from "./events.mjs";

const POLL_SECONDS = 20;
const OVERDUE_SECONDS = 5;
const SHORTEST_POLL_SECONDS = 1;
const OUTAGE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 8;
const TYPING_AGAIN_SECONDS = 3;
const FINAL = [401, 403, 404, 410];

export class Chat {
  isOver = false;
  position = 0;
  #conversation;
  #host;
  #clock;
  #longestText;
  #stopped = new AbortController();
  #line = Promise.resolve();
  #untold = {};
  #gap = null;
  #typing = { told: false, at: -Infinity };
  #events;

  constructor({ conversation, host, clock, longestText }) {
    this.#conversation = conversation;
    this.#clock = clock;
    this.#longestText = longestText;
    // Nothing reaches the host once the chat is over: the last word is said by #finish.
    this.#host = new Proxy(host, { get: (target, name) => (args) => this.isOver || target[name](args) });
    this.#events = new Events(this.#host, clock, () => this.#finish(() => host.agent_ended_chat()));
    this.lastWords = { ended: () => host.agent_ended_chat(), failed: (error) => host.set_error_status({ error }) };
  }

  /** Read the first events; when this has succeeded nothing that happens at the desk is missed. Then `begin`. */
  async open(signal) {
    this.firstEvents = await this.#conversation.poll(0, 0, signal);
  }

  begin() {
    this.#take(this.firstEvents);
    inBackground(() => this.#follow());
  }

  // ---- what the user does

  /** Send a text; the promise is the receipt. Texts and changes of state go in the order in which they came. */
  send(text, messageId) {
    if (this.#longestText && [...text].length > this.#longestText) {
      throw new Error(`the message is longer than the ${this.#longestText} characters that the desk takes`);
    }
    return this.#inLine(async () => {
      if (this.isOver) throw new Error("the chat has ended");
      await this.#tellState().catch((error) => {
        if ("user_id" in this.#untold) throw error; // never under another user's name
      });
      await this.#conversation.send(messageId, text, this.#clock.now());
    });
  }

  updateState(change) {
    this.#inLine(async () => {
      Object.assign(this.#untold, change);
      if (!this.isOver) await this.#tellState();
    }).catch((error) => console.error(`the new state was not told: ${error.message}`));
  }

  async #tellState() {
    if (!Object.keys(this.#untold).length) return;
    await this.#conversation.updateState(this.#untold, this.#clock.now());
    this.#untold = {};
  }

  /** Tell that the user types, or stopped; what the desk knows already is told again only after a while. */
  async typing(isTyping) {
    const now = this.#clock.now();
    if (isTyping === this.#typing.told && now - this.#typing.at < TYPING_AGAIN_SECONDS) return;
    this.#typing = { told: isTyping, at: now };
    await this.#conversation.typing(isTyping, now);
  }

  read() {
    return this.#conversation.read(this.position, this.#clock.now());
  }

  /** The user ends the chat: nothing more is shown, what is on its way may arrive, then the desk is told. */
  async end() {
    if (this.isOver) return;
    this.#close({ hide: false });
    await this.#line;
    await this.#conversation.end();
  }

  #inLine(task) {
    const done = this.#line.then(task);
    this.#line = done.catch(() => {});
    return done;
  }

  // ---- what the desk tells

  async #follow() {
    while (!this.isOver) {
      const began = this.#clock.now();
      try {
        const events = await this.#poll(POLL_SECONDS);
        this.#take(events);
        const early = began + SHORTEST_POLL_SECONDS - this.#clock.now();
        if (!events.length && early > 0) await this.#pause(early); // a desk that does not wait is not hammered
      } catch (error) {
        if (!this.isOver) await this.#recover(error);
      }
    }
  }

  /** Poll; a poll that is overdue by the clock is broken off, for the connection may be dead. */
  async #poll(wait) {
    const overdue = new AbortController();
    const cancel = this.#clock.after(wait + OVERDUE_SECONDS, () => overdue.abort(), "poll");
    try {
      return await this.#conversation.poll(this.position, wait, AbortSignal.any([overdue.signal, this.#stopped.signal]));
    } catch (error) {
      if (!overdue.signal.aborted || this.isOver) throw error;
      return await this.#conversation.poll(this.position, 0, this.#stopped.signal);
    } finally {
      cancel();
    }
  }

  #take(events) {
    for (const event of events) {
      if (this.isOver) return;
      if (!(event?.seq > this.position) || typeof event.type !== "string") continue;
      if (event.seq > this.position + 1 && this.#gap !== event.seq) {
        this.#gap = event.seq; // ask again from here; if it is still missing, that is how the desk's log is
        return;
      }
      this.position = event.seq;
      try {
        this.#events.show(event);
      } catch (error) {
        console.error(`event ${event.seq} could not be shown: ${error.message}`);
      }
    }
  }

  /** Get the desk back: at once, then after growing pauses, until the limit of the outage. */
  async #recover(error) {
    const told = this.#events.anyoneJoined;
    if (told) this.#host.set_error_status({ error: { type: 2, is_disconnected: true, log_info: error.message } });
    const limit = this.#clock.now() + OUTAGE_SECONDS;
    for (let pause = 0; !this.isOver && this.#clock.now() <= limit; pause = Math.min(pause * 2 || 0.5, LONGEST_PAUSE_SECONDS)) {
      await this.#pause(Math.max(pause, error.retryAfter >= 0 ? error.retryAfter : 0));
      try {
        const events = await this.#conversation.poll(this.position, 0, this.#stopped.signal);
        if (told) this.#host.set_error_status({ error: { type: 2, is_disconnected: false } });
        return this.#take(events);
      } catch (another) {
        error = another;
        if (FINAL.includes(error.status)) break;
      }
    }
    this.#giveUp(error);
  }

  #pause(seconds) {
    return this.#clock.sleep(seconds, this.#stopped.signal, "pause");
  }

  #giveUp(error) {
    const { ended, failed } = this.lastWords;
    const why = { type: 1, log_info: error.message };
    if (!this.isOver && !FINAL.includes(error.status)) this.#conversation.end("the connection was lost").catch(() => {});
    this.#finish(this.#events.anyoneJoined ? ended : () => failed(why));
  }

  /** The desk, or the loss of it, ends the chat. Inside the last word the host may call `end`: it is over by then. */
  #finish(lastWord) {
    if (this.isOver) return;
    this.#close({ hide: true });
    lastWord();
  }

  #close({ hide }) {
    this.#events.stop({ hide });
    this.isOver = true;
    this.#stopped.abort();
  }
}

/**
 * What the console knows: the desk's parts, its conversations, and the journal by conversation.
 *
 * It is filled by the control stream alone, so that two consoles always show the same. Whoever shows something listens:
 * `conversations`, `entry`, `selected`, `anew`, and one event for each part of the desk.
 */

const MOST_ENTRIES = 20_000;
const TRIMMED_AT_ONCE = 2_000;

/** @typedef {{ position: number, time: string, kind: string, conversation_id: string | null, data: any, cause: number | null }} Entry */
/** @typedef {Record<string, any> & { id: string, state: string }} Conversation */

export class Store extends EventTarget {
  /** @type {Record<string, any>} */
  parts = { clock: null, script: null, agents: [], queues: [], faults: [], held: { events: 0, requests: 0, faults: [] } };
  /** @type {Map<string, Conversation>} */
  conversations = new Map();
  /** @type {string | null} */
  selected = null;
  isComplete = false;
  /** @type {Map<number, Entry>} */
  #entries = new Map();
  /** @type {Map<string, Entry[]>} */
  #ofConversation = new Map();
  /** @type {Map<number, Entry>} responses by the position of their request */
  #responses = new Map();
  /** @type {Map<string, number>} */
  #unread = new Map();
  #clockCame = 0;

  /** Forget everything: another journal begins. */
  begin() {
    this.conversations.clear();
    this.#entries.clear();
    this.#ofConversation.clear();
    this.#responses.clear();
    this.#unread.clear();
    this.selected = null;
    this.isComplete = false;
    this.#tell("anew");
    this.#tell("conversations");
    this.#tell("selected");
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} name @param {(detail: any) => void} listener */
  on(name, listener) {
    this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }

  /** Take the parts that have changed. @param {Record<string, any>} told */
  takeState(told) {
    for (const name of Object.keys(this.parts).filter((name) => name in told)) {
      this.parts[name] = told[name];
      if (name === "clock") this.#clockCame = performance.now();
      this.#tell(name);
    }
    if (told.conversations) this.#takeConversations(told);
    this.isComplete = true;
  }

  /** @param {Record<string, any>} told */
  #takeConversations(told) {
    if (told.complete) this.conversations.clear();
    for (const [id, summary] of Object.entries(told.conversations)) {
      if (summary === null) this.conversations.delete(id);
      else this.conversations.set(id, summary);
    }
    if (this.selected !== null && !this.conversations.has(this.selected)) this.select(null);
    this.#tell("conversations");
  }

  /** Take an entry of the journal; one that is known already is left alone. @param {Entry} entry */
  takeEntry(entry) {
    if (this.#entries.has(entry.position)) return;
    this.#entries.set(entry.position, entry);
    const id = entry.conversation_id;
    if (id !== null) {
      const entries = this.#ofConversation.get(id) ?? [];
      this.#ofConversation.set(id, entries);
      entries.push(...this.#ancestorsWithoutConversation(entry).filter((before) => !entries.includes(before)), entry);
    }
    if (entry.kind === "response" && entry.cause !== null) this.#responses.set(entry.cause, entry);
    this.#countUnread(entry);
    this.#trim();
    this.#tell("entry", entry);
  }

  /** What led to an entry and was not known to belong to a conversation then: the request that started it. @param {Entry} entry */
  #ancestorsWithoutConversation(entry) {
    const found = [];
    let cause = entry.cause === null ? undefined : this.#entries.get(entry.cause);
    while (cause && cause.conversation_id === null && (cause.kind === "request" || cause.data.command === "start")) {
      found.unshift(cause);
      cause = cause.cause === null ? undefined : this.#entries.get(cause.cause);
    }
    return found;
  }

  /** @param {Entry} entry */
  #countUnread(entry) {
    const id = entry.conversation_id;
    if (id === null || entry.kind !== "event" || id === this.selected) return;
    if (entry.data.data?.message?.author?.role === "user") this.#unread.set(id, this.unread(id) + 1);
  }

  #trim() {
    if (this.#entries.size <= MOST_ENTRIES) return;
    const old = new Set([...this.#entries.keys()].slice(0, TRIMMED_AT_ONCE));
    for (const position of old) {
      this.#entries.delete(position);
      this.#responses.delete(position);
    }
    for (const [id, entries] of this.#ofConversation) {
      this.#ofConversation.set(id, entries.filter(({ position }) => !old.has(position)));
    }
  }

  /** Choose a conversation. @param {string | null} id */
  select(id) {
    this.selected = id;
    if (id !== null) this.#unread.delete(id);
    this.#tell("selected");
    this.#tell("conversations");
  }

  /** The conversation that is chosen. @returns {Conversation | null} */
  get chosen() {
    return this.selected === null ? null : this.conversations.get(this.selected) ?? null;
  }

  /** How many messages of the user nobody has looked at here. @param {string} id */
  unread(id) {
    return this.#unread.get(id) ?? 0;
  }

  /** @param {string} id @returns {Entry[]} */
  entriesOf(id) {
    return this.#ofConversation.get(id) ?? [];
  }

  /** The answer to a request, if it was given. @param {number} position */
  responseTo(position) {
    return this.#responses.get(position) ?? null;
  }

  /** What people call an agent. @param {string | null | undefined} id */
  nameOf(id) {
    const chosen = this.chosen;
    const known = [...(chosen?.agents ?? []), ...(chosen?.offers ?? []), ...this.parts.agents];
    return known.find((agent) => agent.id === id)?.nickname ?? id ?? "the desk";
  }

  /** The desk's time at this moment, seconds since the epoch; null before it is known. */
  now() {
    const clock = this.parts.clock;
    if (clock === null) return null;
    return clock.now + ((performance.now() - this.#clockCame) / 1000) * (clock.speed ?? 0);
  }
}

/** The timeline of the chosen conversation: what was said, what happened, what was asked and answered. */

import { byId, make, setText } from "./dom.js";
import { titleOf } from "./conversations.js";
import { rowOf } from "./rows.js";
import { GROUPS, tell } from "./words.js";

const SHOWN_AT_ONCE = 300;
const NEAR_THE_END_PX = 60;

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").Entry} Entry */

export class Timeline {
  #store;
  #shown = new Set(GROUPS.filter(({ shown }) => shown).map(({ name }) => name));
  #most = SHOWN_AT_ONCE;
  #files = "[]";
  #frame = byId("timeline");
  #list = byId("entries");
  /** @type {Map<number, HTMLElement>} rows of requests by their position: their answer comes later */
  #requests = new Map();

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    byId("filters").append(...GROUPS.map((group) => this.#chip(group)));
    byId("earlier").addEventListener("click", () => this.#showEarlier());
    store.on("selected", () => this.#begin());
    store.on("conversations", () => this.#showHead());
    store.on("entry", (entry) => this.#take(entry));
  }

  /** @param {{ name: string, text: string, shown: boolean }} group */
  #chip({ name, text, shown }) {
    const chip = make("button", { type: "button", class: "chip", "aria-pressed": String(shown) }, text);
    chip.addEventListener("click", () => {
      const isShown = !this.#shown.has(name);
      if (isShown) this.#shown.add(name);
      else this.#shown.delete(name);
      chip.setAttribute("aria-pressed", String(isShown));
      this.#render();
    });
    return chip;
  }

  #begin() {
    this.#most = SHOWN_AT_ONCE;
    this.#showHead();
    this.#render();
  }

  #showHead() {
    const chosen = this.#store.chosen;
    setText(byId("chat-title"), chosen ? titleOf(chosen) : "No conversation chosen");
    setText(byId("chat-facts"), chosen ? factsOf(chosen) : "");
    const files = JSON.stringify(chosen?.files ?? []);
    if (this.#files !== files) this.#render(); // what can be decided about a file has changed
    this.#files = files;
  }

  #render() {
    const { selected } = this.#store;
    const entries = selected === null ? [] : this.#store.entriesOf(selected);
    const told = entries.filter((entry) => this.#isShown(entry));
    this.#requests.clear();
    this.#list.replaceChildren(...told.slice(-this.#most).map((entry) => this.#row(entry)));
    byId("earlier").hidden = told.length <= this.#most;
    byId("timeline-empty").hidden = told.length > 0;
    this.#frame.scrollTop = this.#frame.scrollHeight;
  }

  #showEarlier() {
    const before = this.#frame.scrollHeight;
    this.#most += SHOWN_AT_ONCE;
    this.#render();
    this.#frame.scrollTop = this.#frame.scrollHeight - before;
    this.#frame.focus();
  }

  /** @param {Entry} entry */
  #take(entry) {
    if (entry.kind === "response") this.#answer(entry);
    if (entry.conversation_id !== this.#store.selected || !this.#isShown(entry)) return;
    const isAtEnd = this.#frame.scrollHeight - this.#frame.scrollTop - this.#frame.clientHeight < NEAR_THE_END_PX;
    this.#list.append(this.#row(entry));
    byId("timeline-empty").hidden = true;
    if (this.#list.children.length > 2 * this.#most) this.#render();
    if (isAtEnd) this.#frame.scrollTop = this.#frame.scrollHeight;
  }

  /** @param {Entry} response */
  #answer(response) {
    const row = this.#requests.get(response.cause ?? 0);
    const entry = this.#store.entriesOf(this.#store.selected ?? "").find(({ position }) => position === response.cause);
    if (row && entry) row.replaceWith(this.#row(entry));
  }

  /** @param {Entry} entry */
  #told(entry) {
    return tell(entry, (id) => this.#store.nameOf(id), this.#store.responseTo(entry.position));
  }

  /** @param {Entry} entry */
  #isShown(entry) {
    const told = this.#told(entry);
    return told !== null && this.#shown.has(told.group);
  }

  /** @param {Entry} entry */
  #row(entry) {
    const told = this.#told(entry);
    if (told === null) throw new Error("an entry without words is not shown");
    const row = rowOf(entry, told, this.#store);
    if (entry.kind === "request") this.#requests.set(entry.position, row);
    return row;
  }
}

/** @param {import("./store.js").Conversation} conversation */
function factsOf({ id, state, user_id, queue, position, agents, screen_share, user_typing }) {
  const names = agents.map((/** @type {any} */ agent) => agent.nickname ?? agent.id).join(", ");
  const screen = screen_share ? `screen ${screen_share.state}` : "";
  const place = position === null ? `queue ${queue}` : `queue ${queue}, place ${position}`;
  const typing = user_typing && state !== "ended" ? "the user types" : "";
  return [state, place, names && `with ${names}`, screen, typing, `user ${user_id}`, id].filter(Boolean).join(" · ");
}

/** The list of conversations: who waits, for how long, what is unread. Arrow keys choose. */

import { byId, fillList, foreign, make, setText } from "./dom.js";
import { secondsOf, span } from "./time.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").Conversation} Conversation */

const STATES = { waiting: "waiting", connected: "connected", transferring: "handing over", ended: "ended" };

/** @param {Store} store */
export function startConversations(store) {
  const list = byId("conversations");
  const showEnded = byId("show-ended");
  const refresh = () => show(store, list, showEnded.checked);
  store.on("conversations", refresh);
  showEnded.addEventListener("change", refresh);
  list.addEventListener("keydown", (event) => moveByKey(event, list, store));
  store.on("clock", () => showTimes(store, list));
  setInterval(() => showTimes(store, list), 500);
}

/** Whoever waits stands first, ended ones last; among equals the latest first. @param {Conversation[]} conversations */
export function ordered(conversations) {
  const rank = { waiting: 0, transferring: 1, connected: 2, ended: 3 };
  return conversations
    .map((conversation, index) => ({ conversation, index }))
    .sort((one, other) => rank[one.conversation.state] - rank[other.conversation.state] || other.index - one.index)
    .map(({ conversation }) => conversation);
}

/** @param {Store} store @param {HTMLElement} list @param {boolean} withEnded */
function show(store, list, withEnded) {
  const all = ordered([...store.conversations.values()]);
  const shown = all.filter(({ id, state }) => withEnded || state !== "ended" || id === store.selected);
  const first = store.selected ?? shown[0]?.id;
  fillList(list, shown, ({ id }) => id, (conversation) => item(store, conversation), (element, conversation) => {
    update(store, element, conversation, conversation.id === first);
  });
  const open = all.filter(({ state }) => state !== "ended").length;
  setText(byId("list-count"), all.length ? `${open} open of ${all.length}` : "");
  byId("list-empty").hidden = shown.length > 0;
  showTimes(store, list);
}

/** @param {Store} store @param {Conversation} conversation */
function item(store, { id }) {
  const names = ["unread", "user", "state", "facts", "time"];
  const [unread, user, state, facts, time] = names.map((name) => make("span", { class: `item-${name}` }));
  const line = make("button", { type: "button", class: "item" }, user, unread, state, time, facts);
  line.addEventListener("click", () => store.select(id));
  return make("li", {}, line);
}

/** @param {Store} store @param {HTMLElement} element @param {Conversation} conversation @param {boolean} isEntry */
function update(store, element, conversation, isEntry) {
  const line = /** @type {HTMLElement} */ (element.firstElementChild);
  const place = (/** @type {string} */ name) => /** @type {HTMLElement} */ (line.querySelector(`.item-${name}`));
  line.setAttribute("aria-current", String(conversation.id === store.selected));
  line.tabIndex = isEntry ? 0 : -1;
  place("user").replaceChildren(foreign(titleOf(conversation)));
  place("state").className = `item-state state-${conversation.state}`;
  setText(place("state"), STATES[conversation.state]);
  const unread = store.unread(conversation.id);
  setText(place("unread"), unread ? `${unread} new` : "");
  place("facts").replaceChildren(foreign(factsOf(conversation)));
}

/** What a conversation is called. @param {Conversation | null} conversation */
export function titleOf(conversation) {
  return conversation?.user_name || conversation?.user_id || "the user";
}

/** @param {Conversation} conversation */
function factsOf({ queue, position, agents, user_typing, state }) {
  const who = agents.map((/** @type {any} */ { nickname, id }) => nickname ?? id).join(", ");
  const place = position === null ? queue : `${queue}, place ${position}`;
  return [place, who, user_typing && state !== "ended" ? "the user types" : ""].filter(Boolean).join(" · ");
}

/** @param {Store} store @param {HTMLElement} list */
function showTimes(store, list) {
  const now = store.now();
  if (now === null) return;
  for (const element of list.children) {
    const conversation = store.conversations.get(/** @type {HTMLElement} */ (element).dataset.key ?? "");
    if (!conversation) continue;
    const until = conversation.ended_at ? secondsOf(conversation.ended_at) : now;
    const words = span(until - secondsOf(conversation.created_at));
    const place = /** @type {HTMLElement} */ (element.querySelector(".item-time"));
    setText(place, conversation.state === "waiting" ? `waits ${words}` : words);
  }
}

/** @param {KeyboardEvent} event @param {HTMLElement} list @param {Store} store */
function moveByKey(event, list, store) {
  const lines = [...list.querySelectorAll("button")];
  const here = lines.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const wanted = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (wanted === undefined || here < 0) return;
  event.preventDefault();
  const target = lines[Math.min(lines.length - 1, Math.max(0, wanted))];
  target.focus();
  store.select(/** @type {HTMLElement} */ (target.parentElement).dataset.key ?? null);
}

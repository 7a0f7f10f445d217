/** Faults with one click, what is left of the installed ones, and what is held back. */

import { ask, attempt, part } from "./api.js";
import { button, byId, fillList, make, setText } from "./dom.js";
import { titleOf } from "./conversations.js";
import { span } from "./time.js";
import { faultWords } from "./words.js";

/** @typedef {import("./store.js").Store} Store */

const SHOWN_AT_FIRST = 8;
/** What one click does; docs/control-api.md has the fields. */
const PRESETS = [
  { text: "503 once", fault: { kind: "status", status: 503, code: "unavailable", retryable: true } },
  { text: "503 for 10 s", fault: { kind: "status", status: 503, code: "unavailable", retryable: true, count: null, until_seconds: 10 } },
  { text: "3 s late, for 30 s", fault: { kind: "delay", seconds: 3, count: null, until_seconds: 30 } },
  { text: "No answer", fault: { kind: "no_answer" } },
  { text: "Lose the stream", fault: { kind: "eof" } },
  { text: "Hold events", fault: { kind: "hold_events" } },
  { text: "Garbage answer", fault: { kind: "garbage" } },
  { text: "Expire the token", fault: { kind: "expire_token" } },
  { text: "Too many requests", fault: { kind: "rate_limit", retry_after: 3 } },
  { text: "Answer cut off", fault: { kind: "truncated" } },
  { text: "Connection reset", fault: { kind: "reset" } },
  { text: "Hold a request", fault: { kind: "hold" } },
  { text: "Close with 1011", fault: { kind: "close", code: 1011 } },
  { text: "Silent stream", fault: { kind: "silence" } },
  { text: "Event twice", fault: { kind: "duplicate", nth: 1 } },
  { text: "Swap two events", fault: { kind: "reorder" } },
  { text: "Garbage frame", fault: { kind: "garbage_frame" } },
  { text: "Unknown event", fault: { kind: "unknown_type" } },
];

/** @param {Store} store */
export function startFaults(store) {
  const buttons = PRESETS.map(({ text, fault }) => button(text, () => void inject(store, fault), { class: "preset" }));
  byId("presets").append(...buttons.slice(0, SHOWN_AT_FIRST));
  byId("more-presets").append(...buttons.slice(SHOWN_AT_FIRST));
  const refresh = () => show(store);
  for (const name of ["faults", "held", "conversations"]) store.on(name, refresh);
  setInterval(refresh, 500);
  byId("release-one").addEventListener("click", () => void release({ count: 1 }));
  byId("release-all").addEventListener("click", () => void release({}));
}

/** @param {Store} store @param {Record<string, unknown>} fault */
function inject(store, fault) {
  return attempt(byId("faults-error"), async () => {
    const isForAll = byId("fault-whom").value === "all";
    if (!isForAll && store.selected === null) throw new Error("Choose a conversation first, or strike every one.");
    await ask("POST", "/faults", isForAll ? fault : { ...fault, conversation_id: store.selected });
  });
}

/** @param {Record<string, unknown>} body */
function release(body) {
  return attempt(byId("faults-error"), () => ask("POST", "/release", body));
}

/** @param {Store} store */
function show(store) {
  const { faults, held } = store.parts;
  const holds = held.faults.map((/** @type {any} */ one) => ({ ...one, kind: "hold_events", remaining: null, ends_at: null }));
  const now = store.now() ?? 0;
  const left = [...faults, ...holds].filter(({ ends_at }) => ends_at === null || ends_at > now);
  fillList(byId("faults"), left, ({ id }) => id, newFault, (element, fault) => {
    setText(element.querySelector(".what"), faultWords(fault));
    setText(element.querySelector(".facts"), factsOf(store, fault, now));
  });
  byId("held").hidden = held.events + held.requests === 0;
  setText(byId("held-facts"), `Held back: ${counted(held.events, "event")}, ${counted(held.requests, "request")}`);
}

/** @param {number} count @param {string} noun */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {any} fault */
function newFault({ id, kind }) {
  const remove = button("Remove", () => void attempt(byId("faults-error"), () => ask("DELETE", `/faults/${part(id)}`)), {
    "aria-label": `Remove the fault ${kind}`,
  });
  return make("li", { class: "line-item" }, make("span", {}, make("b", { class: "what" }), " ", make("span", { class: "facts" })), remove);
}

/** @param {Store} store @param {any} fault @param {number} now */
function factsOf(store, { remaining, ends_at, conversation_id, nth, seen }, now) {
  const conversation = conversation_id ? store.conversations.get(conversation_id) : null;
  const parts = [conversation_id ? (conversation ? titleOf(conversation) : conversation_id) : "everybody"];
  if (remaining !== null) parts.push(`${remaining} left`);
  else if (ends_at === null) parts.push("until removed");
  if (ends_at !== null) parts.push(`${span(ends_at - now)} to go`);
  if (nth > 1 && seen < nth) parts.push(`at match ${nth}, ${seen} seen`);
  return parts.join(" · ");
}

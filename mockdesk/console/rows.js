/** One row of the timeline. Whatever users and agents wrote comes in as text. */

import { ask, attempt, BASE, part } from "./api.js";
import { button, foreign, make } from "./dom.js";
import { titleOf } from "./conversations.js";
import { clockTime, secondsOf } from "./time.js";

const LONGEST_SHOWN = 1_500;

/** @typedef {import("./store.js").Store} Store */

/**
 * Return the row of an entry.
 * @param {import("./store.js").Entry} entry
 * @param {import("./words.js").Told} told
 * @param {Store} store
 * @returns {HTMLElement}
 */
export function rowOf(entry, told, store) {
  const time = make("time", { datetime: entry.time }, clockTime(secondsOf(entry.time)));
  const classes = ["entry", `group-${told.group}`, told.isBad ? "bad" : "", told.message ? `by-${told.message.role}` : ""];
  const body = told.message ? messageBody(told, store) : lineBody(told, store);
  return make("li", { class: classes.filter(Boolean).join(" ") }, time, body, detailsOf(entry));
}

/** @param {import("./words.js").Told} told @param {Store} store */
function lineBody(told, store) {
  const line = make("span", { class: "line" }, make("b", { class: "label" }, told.label), " ", text(told.text));
  if (told.fileId) line.append(" ", fileControls(told.fileId, store));
  return line;
}

/** @param {import("./words.js").Told} told @param {Store} store */
function messageBody(told, store) {
  const { author, items, fileIds } = /** @type {NonNullable<typeof told.message>} */ (told.message);
  const bubble = make("div", { class: "bubble" }, make("b", { class: "author" }, foreign(author || titleOf(store.chosen))));
  if (told.text) bubble.append(make("p", {}, text(told.text)));
  for (const item of items) bubble.append(make("p", { class: "attached" }, text(itemWords(item))));
  for (const id of fileIds) bubble.append(make("p", { class: "attached" }, fileControls(id, store)));
  return bubble;
}

/** The address is shown and not linked or loaded: a page here asks nobody but the mock. @param {any} item */
function itemWords({ type, title, alt, url, text: fallback }) {
  return [type, title, alt, fallback, url].filter((one) => typeof one === "string" && one).join(" · ");
}

/** Somebody's text; a very long one is cut until it is asked for. @param {string} whole */
function text(whole) {
  if (whole.length <= LONGEST_SHOWN) return foreign(whole);
  const shown = foreign(`${whole.slice(0, LONGEST_SHOWN)}…`);
  const more = button(`Show all ${whole.length} characters`, () => {
    shown.textContent = whole;
    more.remove();
  });
  return make("span", {}, shown, " ", more);
}

/** @param {string} fileId @param {Store} store */
function fileControls(fileId, store) {
  const id = store.selected ?? "";
  const file = store.chosen?.files.find((/** @type {any} */ one) => one.id === fileId);
  const place = make("span", { class: "file" }, foreign(file ? `${file.name} (${file.content_type}, ${file.size} bytes) ` : `${fileId} `));
  const address = `${BASE}/_mock/conversations/${part(id)}/files/${part(fileId)}`;
  place.append(make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "look"), " ");
  if (file?.state !== "pending") return place;
  const error = make("span", { class: "error", role: "alert" });
  const decide = (/** @type {string} */ state) => () => {
    const action = { action: "set_file_state", file_id: fileId, state };
    void attempt(error, () => ask("POST", `/conversations/${part(id)}/actions`, action));
  };
  place.append(button("Accept", decide("accepted")), " ", button("Reject", decide("rejected")), " ", error);
  return place;
}

/** The entry as it stands in the journal, made when it is asked for. @param {import("./store.js").Entry} entry */
function detailsOf(entry) {
  const details = make("details", { class: "raw" }, make("summary", { "aria-label": `Entry ${entry.position} in full` }, "{ }"));
  details.addEventListener("toggle", () => {
    if (details.children.length === 1) details.append(make("pre", {}, JSON.stringify(entry, null, 2)));
  });
  return details;
}

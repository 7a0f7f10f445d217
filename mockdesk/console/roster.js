/** Queues and agents: open or closed, how long one waits, who is online. */

import { ask, attempt, part } from "./api.js";
import { button, byId, fillList, foreign, make, setText } from "./dom.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store */
export function startRoster(store) {
  store.on("queues", () => showQueues(store));
  store.on("agents", () => showAgents(store));
  byId("new-queue").addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (await setQueue(byId("new-queue-name").value.trim(), {})) byId("new-queue").reset();
  });
}

/** @param {string} name @param {Record<string, unknown>} changes */
function setQueue(name, changes) {
  return attempt(byId("queues-error"), () => ask("PUT", `/queues/${part(name)}`, changes));
}

/** @param {Store} store */
function showQueues(store) {
  fillList(byId("queues"), store.parts.queues, (queue) => queue.name, newQueue, (element, queue) => {
    element.querySelector("input[type=checkbox]").checked = queue.open;
    const online = queue.agents_online === null ? "nobody knows who is online" : `${queue.agents_online} online`;
    setText(element.querySelector(".facts"), `${queue.length} waiting, ${online}`);
    putValue(element.querySelector("input[type=number]"), queue.seconds_per_conversation);
  });
}

/** @param {any} queue */
function newQueue({ name }) {
  const open = make("input", { type: "checkbox" });
  open.addEventListener("change", () => void setQueue(name, { open: /** @type {HTMLInputElement} */ (open).checked }));
  const seconds = make("input", { type: "number", min: "0", step: "any" });
  seconds.addEventListener("change", () => void setQueue(name, { seconds_per_conversation: numberOf(seconds) }));
  return make(
    "li", {},
    make("b", {}, foreign(name)), " ", make("span", { class: "facts" }),
    make("div", { class: "row" },
      make("label", { class: "inline" }, open, " open", hiddenText(` (${name})`)),
      make("label", { class: "inline" }, "seconds a chat", hiddenText(` in ${name}`), " ", seconds)),
  );
}

/** @param {string} text */
function hiddenText(text) {
  return make("span", { class: "hidden" }, text);
}

/** @param {any} input */
function numberOf(input) {
  return input.value === "" ? null : Number(input.value);
}

/** A field that is being written in is left alone. @param {HTMLInputElement} input @param {number | null} value */
function putValue(input, value) {
  if (document.activeElement !== input) input.value = value === null ? "" : String(value);
}

/** @param {Store} store */
function showAgents(store) {
  const place = byId("agents");
  fillList(place, store.parts.agents, (agent) => agent.id, (agent) => newAgent(store, agent.id), (element, agent) => {
    element.querySelector("input").checked = agent.online;
    element.querySelector(".who").replaceChildren(foreign(agent.nickname ?? agent.id));
    element.querySelector(".facts").replaceChildren(foreign([agent.id, ...agent.queues].join(", ")));
  });
}

/** @param {Store} store @param {string} id */
function newAgent(store, id) {
  const online = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
  const error = byId("agents-error");
  online.addEventListener("change", () => {
    const { id: _, ...agent } = store.parts.agents.find((/** @type {any} */ one) => one.id === id);
    void attempt(error, () => ask("PUT", `/agents/${part(id)}`, { ...agent, online: online.checked }));
  });
  const remove = button("Remove", () => void attempt(error, () => ask("DELETE", `/agents/${part(id)}`)), { "aria-label": `Remove the agent ${id}` });
  const label = make("label", { class: "inline" }, online, " ", make("b", { class: "who" }), " online");
  return make("li", { class: "line-item" }, make("span", {}, label, " ", make("span", { class: "facts" })), remove);
}

/** Links, images and files that an agent sends, and handing over. */

import { ask, attempt, BASE } from "./api.js";
import { byId, fillSelect } from "./dom.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store @param {import("./agent_bar.js").AgentBar} bar */
export function startAttach(store, bar) {
  const kind = byId("attach-kind");
  kind.addEventListener("change", () => {
    byId("attach-file-field").hidden = kind.value !== "file";
    byId("attach-url-field").hidden = kind.value === "file";
  });
  byId("attach-form").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    void send(bar);
  });
}

/** @param {import("./agent_bar.js").AgentBar} bar */
async function send(bar) {
  const kind = byId("attach-kind").value;
  const title = byId("attach-title").value.trim();
  /** @type {any} */
  let item = null;
  const isThere = await attempt(byId("bar-error"), async () => {
    item = kind === "file" ? await fileItem(byId("attach-file").files[0]) : { type: kind, url: byId("attach-url").value.trim() };
    if (!item.url) throw new Error("Give the address.");
  });
  if (!isThere) return;
  if (title) item.title = title;
  if (await bar.act({ action: "say", text: "", items: [item] })) byId("attach-form").reset();
  byId("attach-kind").dispatchEvent(new Event("change"));
}

/** Put a file at the mock and return the item that points to it. @param {File | undefined} file */
async function fileItem(file) {
  if (!file) throw new Error("Choose a file.");
  const name = `${Date.now().toString(36)}/${file.name}`.split("/").map(encodeURIComponent).join("/");
  const typed = file.type ? file : new Blob([file], { type: "application/octet-stream" });
  const made = await (await ask("PUT", `/files/${name}`, typed)).json();
  return { type: file.type.startsWith("image/") ? "image" : "link", url: `${location.origin}${BASE}${made.path}`, title: file.name };
}

/** @param {Store} store @param {import("./agent_bar.js").AgentBar} bar */
export function startTransfer(store, bar) {
  const to = byId("transfer-to");
  const refresh = () => fillSelect(to, targets(store));
  for (const name of ["agents", "queues"]) store.on(name, refresh);
  refresh();
  byId("transfer-form").addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    const { kind, id } = JSON.parse(to.value);
    const reason = byId("transfer-reason").value.trim();
    const target = kind === "nobody" ? {} : { [`to_${kind}`]: id };
    if (await bar.act({ action: "transfer", ...target, ...(reason ? { reason } : {}) })) byId("transfer-form").reset();
  });
}

/** @param {Store} store */
function targets(store) {
  const value = (/** @type {string} */ kind, /** @type {string} */ id) => JSON.stringify({ kind, id });
  const agents = store.parts.agents.map((/** @type {any} */ { id, nickname }) => ({ value: value("agent", id), text: nickname ?? id, group: "Agents" }));
  const queues = store.parts.queues.map((/** @type {any} */ { name }) => ({ value: value("queue", name), text: name, group: "Queues" }));
  return [...agents, ...queues, { value: value("nobody", ""), text: "whoever takes it" }];
}

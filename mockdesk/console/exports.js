/** What can be taken along: the transcript, the played session as a script; and beginning anew. */

import { ask, attempt, part } from "./api.js";
import { byId, make } from "./dom.js";
import { installText } from "./scripts.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store */
export function startExports(store) {
  const error = byId("export-error");
  const on = (/** @type {string} */ id, /** @type {() => Promise<unknown>} */ act) => {
    byId(id).addEventListener("click", () => void attempt(error, act));
  };
  on("export-transcript", async () => save("transcript.json", await textOf("/transcript"), "application/json"));
  on("export-script", async () => save(`played-${chosen(store)}.yaml`, await played(store), "application/yaml"));
  on("replay", async () => installText(await played(store)));
  on("reset", async () => {
    if (window.confirm("Forget every conversation, fault and agent of this desk?")) await ask("POST", "/reset");
  });
}

/** @param {string} path */
async function textOf(path) {
  return (await ask("GET", path)).text();
}

/** @param {Store} store */
function chosen(store) {
  if (store.selected === null) throw new Error("Choose a conversation first.");
  return store.selected;
}

/** @param {Store} store */
function played(store) {
  return textOf(`/conversations/${part(chosen(store))}/script`);
}

/** @param {string} name @param {string} text @param {string} type */
function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = /** @type {HTMLAnchorElement} */ (make("a", { href: address, download: name }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

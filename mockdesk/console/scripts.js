/** Who plays the agents: one of the mock's scripts, one of yours, or nobody but you. */

import { ask, askJson, attempt } from "./api.js";
import { byId, fillSelect, foreign } from "./dom.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store */
export function startScripts(store) {
  const error = byId("script-error");
  store.on("script", () => show(store));
  void attempt(error, async () => {
    const { scripts } = await askJson("GET", "/scripts");
    const options = scripts.map((/** @type {any} */ { name }) => ({ value: name, text: name }));
    fillSelect(byId("script"), [{ value: "", text: "nobody but you" }, ...options]);
    show(store);
  });
  byId("script-form").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = byId("script").value;
    void attempt(error, () => (name ? ask("PUT", "/script", { name }) : ask("DELETE", "/script")));
  });
  byId("script-file").addEventListener("change", (/** @type {Event} */ event) => {
    const [file] = /** @type {HTMLInputElement} */ (event.target).files ?? [];
    if (file) void attempt(error, async () => installText(await file.text()));
  });
  byId("signal-form").addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    await attempt(error, async () => {
      const { told } = await askJson("POST", "/script/signals", { name: byId("signal").value });
      if (told === 0) throw new Error("No script heard it: none is at work in a conversation.");
    });
  });
}

/** Install a script file. @param {string} text YAML or JSON */
export function installText(text) {
  return ask("PUT", "/script", { text });
}

/** @param {Store} store */
function show(store) {
  const { script } = store.parts;
  byId("script-facts").replaceChildren(foreign(script ? `${script.name}: ${script.description}` : "Nobody but you plays the agents."));
  const select = byId("script");
  const isKnown = [...select.options].some(({ value }) => value === (script?.name ?? ""));
  if (isKnown) select.value = script?.name ?? "";
}

/** Single keys, which work outside of fields and can be switched off; the list of them stands behind "?". */

import { byId } from "./dom.js";
import { ordered } from "./conversations.js";

const STORED = "mockdesk.console.keys";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store @param {import("./agent_bar.js").AgentBar} bar */
export function startKeys(store, bar) {
  const help = byId("help");
  const isOn = byId("keys-on");
  isOn.checked = localStorage.getItem(STORED) !== "off";
  isOn.addEventListener("change", () => localStorage.setItem(STORED, isOn.checked ? "on" : "off"));
  byId("help-open").addEventListener("click", () => help.showModal());
  byId("help-close").addEventListener("click", () => help.close());
  const acts = {
    "?": () => help.showModal(),
    n: () => nextConversation(store),
    l: () => /** @type {HTMLElement | null} */ (document.querySelector("#conversations [tabindex='0']"))?.focus(),
    s: () => byId("say").focus(),
    j: () => void bar.press("join"),
    t: () => byId("timeline").focus(),
    f: () => /** @type {HTMLElement | null} */ (document.querySelector("#presets button"))?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isField(event.target)) /** @type {HTMLElement} */ (event.target).blur();
    const act = acts[/** @type {keyof acts} */ (event.key)];
    const isFree = isOn.checked && !help.open && !isField(event.target);
    if (!act || !isFree || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select");
}

/** @param {Store} store */
function nextConversation(store) {
  const open = ordered([...store.conversations.values()]);
  const wanted = open.find(({ id, state }) => id !== store.selected && (state === "waiting" || store.unread(id) > 0));
  if (wanted) store.select(wanted.id);
}

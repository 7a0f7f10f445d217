/** What belongs to the page as a whole: colours, the picker of desks, and what is read out. */

import { attempt, DESK, ROOT } from "./api.js";
import { titleOf } from "./conversations.js";
import { byId, fillSelect } from "./dom.js";

const STORED = "mockdesk.console.theme";

/** @typedef {import("./store.js").Store} Store */

/** Colours: as the system says, or as chosen here. */
export function startTheme() {
  const theme = byId("theme");
  theme.value = localStorage.getItem(STORED) ?? "";
  const apply = () => {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(STORED, theme.value);
  };
  theme.addEventListener("change", apply);
  apply();
}

/** The desks of this server; choosing one goes to its console. */
export async function startDesks() {
  const select = byId("desks");
  fillSelect(select, [{ value: DESK, text: nameOf(DESK) }]);
  const refresh = () => attempt(document.createElement("p"), async () => {
    const { desks } = await (await fetch(`${ROOT}/_mock/desks`)).json();
    fillSelect(select, desks.map((/** @type {any} */ { name }) => ({ value: name, text: nameOf(name) })));
    select.value = DESK;
  });
  select.addEventListener("focus", () => void refresh());
  select.addEventListener("change", () => location.assign(`${ROOT}${select.value ? `/desks/${select.value}` : ""}/console`));
  document.title = DESK ? `Agent console: ${DESK}` : "Agent console";
  await refresh();
}

/** @param {string} name */
function nameOf(name) {
  return name || "the server's own";
}

/** Read out what comes in while the page is open. @param {Store} store */
export function startAnnouncer(store) {
  const announcer = byId("announcer");
  store.on("entry", (entry) => {
    const conversation = store.conversations.get(entry.conversation_id ?? "");
    if (!store.isComplete || entry.kind !== "event") return;
    const who = conversation ? titleOf(conversation) : "a new user";
    const message = entry.data.data.message;
    if (message?.author.role === "user") announcer.textContent = `${who}: ${message.text.slice(0, 300)}`;
    else if (entry.data.seq === 1) announcer.textContent = "A conversation was started";
    else if (entry.data.type === "conversation.ended") announcer.textContent = `The conversation with ${who} has ended`;
  });
}


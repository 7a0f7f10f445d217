/** The page with both sides of a chat: the web chat in one frame, the agent console in the other. */
import { newVisitor } from "./visitor.js";

const BASE = document.documentElement.dataset.base ?? "";
const ROOT = BASE.replace(/\/desks\/[^/]+$/, "");

const picker = /** @type {HTMLSelectElement} */ (document.getElementById("script"));
const widget = /** @type {HTMLIFrameElement} */ (document.getElementById("widget"));

/** Ask the mock; refusals come as errors. @param {string} path @param {string} method @param {object} [body] */
async function ask(path, method = "GET", body = undefined) {
  const headers = body === undefined ? undefined : { "Content-Type": "application/json" };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (answer.status === 204) return null;
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail ?? told.title ?? `The mock answered ${answer.status}`);
  return told;
}

/** @param {string} text */
function say(text) {
  const status = /** @type {HTMLElement} */ (document.getElementById("status"));
  status.textContent = text;
}

/** Do something for the reader; what goes wrong is said. @param {() => Promise<void>} act */
async function attempt(act) {
  try {
    await act();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

/** Show the web chat, with the options of this page's address. @param {string | null} user */
function showWidget(user) {
  const options = new URLSearchParams(location.search);
  if (user !== null) options.set("user", user);
  widget.src = `${BASE}/widget?${options}`;
}

/** Fill the picker with the scripts that the mock has. */
async function showScripts() {
  const [{ scripts }, { script }] = await Promise.all([ask(`${BASE}/_mock/scripts`), ask(`${BASE}/_mock/script`)]);
  const options = scripts.map((/** @type {{ name: string, description: string }} */ { name, description }) => {
    const option = new Option(name, name);
    option.title = description;
    return option;
  });
  picker.append(...options);
  const known = options.some((/** @type {HTMLOptionElement} */ { value }) => value === script?.name);
  if (script && !known) {
    const loaded = new Option(`${script.name} (loaded from elsewhere)`, script.name);
    loaded.disabled = true; // a page may name the scripts that come with the mock only
    picker.append(loaded);
  }
  picker.value = script?.name ?? "";
  picker.disabled = false;
}

async function chooseScript() {
  const name = picker.value;
  await (name ? ask(`${BASE}/_mock/script`, "PUT", { name }) : ask(`${BASE}/_mock/script`, "DELETE"));
  const description = picker.selectedOptions[0]?.title;
  say(name ? `${name}: ${description}` : "Nobody plays the agents now: do it yourself.");
}

async function openDesk() {
  const settings = picker.value ? { script: picker.value } : {};
  const { url } = await ask(`${ROOT}/_mock/desks`, "POST", { clock: "system", settings });
  location.assign(`${new URL(url).pathname}/`);
}

picker.addEventListener("change", () => attempt(chooseScript));
document.getElementById("visitor")?.addEventListener("click", () => showWidget(newVisitor()));
document.getElementById("desk")?.addEventListener("click", () => attempt(openDesk));
showWidget(null);
attempt(showScripts);

/** The desk's time: shown, moved, paused, and run faster. */

import { ask, attempt } from "./api.js";
import { byId, setText } from "./dom.js";
import { dateAndTime, span } from "./time.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {Store} store */
export function startClock(store) {
  const refresh = () => show(store);
  store.on("clock", refresh);
  setInterval(refresh, 250);
  for (const control of document.querySelectorAll("[data-step]")) {
    const step = /** @type {HTMLElement} */ (control).dataset.step;
    control.addEventListener("click", () => void advance(step === "next" ? { to_next: true } : { seconds: Number(step) }));
  }
  let before = 1;
  byId("pause").addEventListener("click", () => {
    const { speed } = store.parts.clock;
    before = speed || before;
    void setSpeed(speed === 0 ? before : 0);
  });
  byId("speed-set").addEventListener("click", () => void setSpeed(Number(byId("speed").value)));
}

/** @param {Record<string, unknown>} body */
function advance(body) {
  return attempt(byId("clock-error"), () => ask("POST", "/clock/advance", body));
}

/** @param {number} speed */
function setSpeed(speed) {
  return attempt(byId("clock-error"), () => ask("PUT", "/clock", { speed }));
}

/** @param {Store} store */
function show(store) {
  const { clock } = store.parts;
  const now = store.now();
  if (clock === null || now === null) return;
  const isVirtual = clock.speed === null;
  byId("clock-steps").hidden = !isVirtual;
  byId("clock-speeds").hidden = isVirtual;
  setText(byId("pause"), clock.speed === 0 ? "Go on" : "Pause");
  setText(byId("now"), dateAndTime(now));
  setText(byId("clock-facts"), `${manner(clock)}${nextOf(clock, now)}`);
  byId("now").dataset.state = isVirtual || clock.speed === 0 ? "still" : "running";
}

/** @param {any} clock */
function manner({ speed }) {
  if (speed === null) return "Virtual: it moves when you move it.";
  if (speed === 0) return "Paused.";
  return speed === 1 ? "The machine's time." : `${speed} times as fast as the machine's.`;
}

/** @param {any} clock @param {number} now */
function nextOf({ next_due }, now) {
  if (next_due === null) return " No timer is set.";
  return ` The next timer falls due in ${span(next_due - now)}.`;
}

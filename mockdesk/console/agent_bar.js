/** The bar of the agent: who acts, and every action of an agent in the chosen conversation. */

import { ask, askJson, attempt, part } from "./api.js";
import { byId, fillSelect, setText } from "./dom.js";

const NEW = "+";
const FIRST = { id: "me", nickname: "Me" };

/** @typedef {import("./store.js").Store} Store */

export class AgentBar {
  #store;
  #error = byId("bar-error");
  #agent = byId("agent");
  #say = byId("say");
  /** @type {Map<string | null, string>} what was begun to be written, by conversation */
  #drafts = new Map();
  /** @type {string | null} */
  #draftOf = null;
  #isTyping = false;

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    for (const control of document.querySelectorAll("[data-act]")) {
      const name = /** @type {HTMLElement} */ (control).dataset.act ?? "";
      control.addEventListener("click", () => void this.press(name));
    }
    this.#agent.addEventListener("change", () => this.#choose());
    byId("new-agent").addEventListener("submit", (/** @type {Event} */ event) => this.#makeAgent(event));
    byId("say-form").addEventListener("submit", (/** @type {Event} */ event) => this.#send(event));
    this.#say.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#sendByKey(event));
    for (const name of ["agents", "conversations"]) store.on(name, () => this.#refresh());
    store.on("selected", () => this.#changeConversation());
    this.#refresh();
  }

  /** Who acts: the roster's id, or the profile of the agent that the console begins with. */
  get #actor() {
    const known = this.#store.parts.agents.some((/** @type {any} */ { id }) => id === this.#agent.value);
    return known ? this.#agent.value : FIRST;
  }

  /** Act in the chosen conversation; a refusal is shown below the bar. @param {Record<string, unknown>} action */
  async act(action) {
    const id = this.#store.selected;
    return attempt(this.#error, async () => {
      if (id === null) throw new Error("Choose a conversation first.");
      await ask("POST", `/conversations/${part(id)}/actions`, { agent: this.#actor, ...action });
    });
  }

  /** What a button says. @param {string} name */
  async press(name) {
    if (name !== "typing") return void (await this.act({ action: name }));
    if (await this.act({ action: "typing", typing: !this.#isTyping })) this.#showTyping(!this.#isTyping);
  }

  /** @param {boolean} isTyping */
  #showTyping(isTyping) {
    this.#isTyping = isTyping;
    document.querySelector('[data-act="typing"]')?.setAttribute("aria-pressed", String(isTyping));
  }

  #choose() {
    byId("new-agent").hidden = this.#agent.value !== NEW;
    if (this.#agent.value === NEW) byId("new-agent-id").focus();
    this.#showTyping(false);
    this.#refresh();
  }

  /** @param {Event} event */
  async #makeAgent(event) {
    event.preventDefault();
    const id = byId("new-agent-id").value.trim();
    const nickname = byId("new-agent-name").value.trim() || null;
    const isMade = await attempt(this.#error, async () => {
      const made = await askJson("PUT", `/agents/${part(id)}`, { nickname });
      if (!this.#store.parts.agents.some((/** @type {any} */ one) => one.id === id)) {
        this.#store.takeState({ agents: [...this.#store.parts.agents, made] });
      }
    });
    if (!isMade) return;
    this.#agent.value = id;
    byId("new-agent").reset();
    this.#choose();
  }

  /** @param {KeyboardEvent} event */
  #sendByKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("say-form").requestSubmit();
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    const text = this.#say.value;
    if (!text.trim()) return;
    const id = this.#store.selected;
    if (!(await this.act({ action: "say", text }))) return;
    if (this.#store.selected === id && this.#say.value === text) this.#say.value = "";
    else this.#drafts.delete(id);
    this.#showTyping(false);
  }

  #changeConversation() {
    this.#drafts.set(this.#draftOf, this.#say.value);
    this.#draftOf = this.#store.selected;
    this.#say.value = this.#drafts.get(this.#draftOf) ?? "";
    this.#error.textContent = "";
    this.#showTyping(false);
    this.#chooseAPresentAgent();
    this.#refresh();
  }

  /** Whoever is in the conversation goes on with it. */
  #chooseAPresentAgent() {
    const present = (this.#store.chosen?.agents ?? []).map((/** @type {any} */ { id }) => id);
    if (present.length > 0 && !present.includes(this.#agent.value)) {
      this.#refresh();
      this.#agent.value = present[present.length - 1];
    }
  }

  #refresh() {
    const roster = this.#store.parts.agents;
    const known = roster.length > 0 ? roster : [FIRST];
    const options = known.map((/** @type {any} */ { id, nickname }) => ({ value: id, text: nickname ?? id }));
    fillSelect(this.#agent, [...options, { value: NEW, text: "a new agent…" }]);
    this.#enable();
  }

  /** Offer what makes sense; the desk has the last word. */
  #enable() {
    const chosen = this.#store.chosen;
    const isOpen = chosen !== null && chosen.state !== "ended";
    const agent = typeof this.#actor === "string" ? this.#actor : this.#actor.id;
    const isIn = (/** @type {string} */ list) => Boolean(chosen?.[list].some((/** @type {any} */ { id }) => id === agent));
    const isPresent = isOpen && isIn("agents");
    const isShared = ["requested", "accepted"].includes(chosen?.screen_share?.state);
    const allowed = {
      join: isOpen && !isPresent, offer: isOpen && !isPresent && !isIn("offers"), decline: isOpen && isIn("offers"),
      typing: isPresent, read: isPresent, request_screen: isPresent && !isShared, end_screen: isPresent && isShared,
      leave: isPresent, end: isPresent,
    };
    for (const [name, isAllowed] of Object.entries(allowed)) {
      const control = /** @type {HTMLButtonElement} */ (document.querySelector(`[data-act="${name}"]`));
      control.disabled = !isAllowed;
    }
    for (const control of document.querySelectorAll("#say-form button, #attach-form button, #transfer-form button")) {
      /** @type {HTMLButtonElement} */ (control).disabled = !isPresent;
    }
    setText(byId("say").labels[0], `What ${this.#store.nameOf(agent)} says`);
  }
}

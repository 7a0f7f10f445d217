/** The control stream: kept open, taken up again where it broke off, and begun anew with another journal. */

import { BASE } from "./api.js";
import { byId, setText } from "./dom.js";

const AGAIN_MS = 1_000;
const WORDS = { connecting: "Connecting", live: "Live", lost: "The mock does not answer; trying again" };

export class Connection {
  /** @type {string | null} */
  #journal = null;
  #last = "0";
  #store;

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** Open the stream and keep it open. */
  open() {
    const source = new EventSource(`${BASE}/_mock/stream?after=${encodeURIComponent(this.#last)}`);
    this.#listen(source, "begin", (told) => this.#begin(told.journal));
    this.#listen(source, "journal", (entry, id) => {
      this.#last = id;
      this.#store.takeEntry(entry);
    });
    this.#listen(source, "state", (told) => this.#store.takeState(told));
    this.#listen(source, "end", () => this.#again(source, "connecting"));
    source.addEventListener("error", () => this.#again(source, "lost"));
  }

  /** @param {EventSource} source @param {string} name @param {(data: any, id: string) => void} take */
  #listen(source, name, take) {
    source.addEventListener(name, (event) => take(JSON.parse(event.data), event.lastEventId));
  }

  /** @param {string} journal */
  #begin(journal) {
    this.#show("live");
    if (this.#journal !== journal) this.#store.begin();
    this.#journal = journal;
  }

  /** Come back after a moment: by ourselves, as browsers give up after some errors. @param {EventSource} source @param {keyof WORDS} state */
  #again(source, state) {
    source.close();
    this.#show(state);
    setTimeout(() => this.open(), AGAIN_MS);
  }

  /** @param {keyof WORDS} state */
  #show(state) {
    const place = byId("connection");
    place.dataset.state = state;
    setText(place, WORDS[state]);
  }
}

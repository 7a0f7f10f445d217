/**
 * The suite's stdio protocol (docs/adapter-protocol.md) for adapters on Node 20 or newer. No dependencies.
 *
 *     serve({ name: "my adapter", build: ({ deskUrl, options, host, clock }) => ({ get_name: () => "...", ... }) });
 *
 * `build` returns an object whose functions have the host's names and take their arguments by name, as one object. What
 * a function returns, or what its promise becomes, is the result; what it throws is the rejection.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { createInterface } from "node:readline";

const PROTOCOL = 1;

/** The call of the suite that the present code carries out: a timer that it waits for must name it. */
const presentCall = new AsyncLocalStorage();

function write(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

/** The host: `host.agent_joined({ profile })` makes a callback and returns a promise of what the host returned. */
class Host {
  #waiting = new Map();
  #last = 0;

  call(name, args = {}) {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    answer.catch((error) => console.error(`the host failed in ${name}: ${error.message}`));
    write({ type: "callback", id, name, arguments: args });
    return answer;
  }

  settle({ id, type, value, message }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === "returned") resolve(value);
    else reject(new Error(message));
  }
}

/** The suite's clock: time stands still between two messages, and timers are asked for. */
class Clock {
  #now = 0;
  #timers = new Map();
  #last = 0;

  /** The desk's time in seconds since the epoch. */
  now() {
    return this.#now;
  }

  /** Call `task` after so many seconds of the desk's time; the function that is returned gives the timer up. */
  after(seconds, task, name = "timer") {
    const id = ++this.#last;
    const call = presentCall.getStore();
    this.#timers.set(id, task);
    write({ type: "timer", id, seconds: Math.max(0, seconds), name, ...(call === undefined ? {} : { call }) });
    return () => {
      if (this.#timers.delete(id)) write({ type: "cancel_timer", id });
    };
  }

  /** Wait so many seconds of the desk's time, or until the signal is aborted. */
  sleep(seconds, signal, name = "sleep") {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.after(seconds, resolve, name);
      signal?.addEventListener("abort", () => (cancel(), resolve()), { once: true });
    });
  }

  set(now) {
    this.#now = now;
  }

  fire(id) {
    const task = this.#timers.get(id);
    this.#timers.delete(id);
    task?.();
    setImmediate(() => write({ type: "fired", id })); // behind everything that the timer has set off
  }
}

/** Run `task` as nobody's call: for what goes on after the call that began it. */
export function inBackground(task) {
  return presentCall.exit(task);
}

/** Speak the protocol until the suite says bye. */
export function serve({ name, build }) {
  const host = new Host();
  const clock = new Clock();
  let adapter;

  const handlers = {
    hello({ desk_url: deskUrl, options, persisted_state: persistedState }) {
      const callbacks = new Proxy(host, { get: (_, callback) => (args) => host.call(callback, args) });
      adapter = build({ deskUrl, options, persistedState, host: callbacks, clock });
      write({ type: "ready", protocol: PROTOCOL, name, functions: Object.keys(adapter), clock: "suite" });
    },
    async call({ id, function: called, arguments: args }) {
      try {
        const value = await presentCall.run(id, () => adapter[called](args));
        write({ type: "result", id, value: value ?? null });
      } catch (error) {
        write({ type: "error", id, message: String(error?.message ?? error) });
      }
    },
    returned: (message) => host.settle(message),
    raised: (message) => host.settle(message),
    fire: ({ id }) => clock.fire(id),
    ping: ({ id }) => setImmediate(() => write({ type: "pong", id })), // behind what was set off before
    bye: () => process.exit(0),
  };

  const tellUnhandled = (error) => write({ type: "unhandled", message: String(error?.stack ?? error) });
  process.on("unhandledRejection", tellUnhandled);
  process.on("uncaughtException", tellUnhandled);
  createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on("line", (line) => {
      const message = JSON.parse(line);
      clock.set(message.now);
      handlers[message.type]?.(message);
    })
    .on("close", () => process.exit(0));
}

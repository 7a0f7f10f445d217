/** The callback object that the page's integration gets: a proxy that knows all names, and records unknown ones, too. */
(function (parts) {
  const DEEPEST = 12;

  /** A value as JSON can hold it: what is not JSON becomes a name of what it is, so that nothing is hidden. */
  function told(value, depth = 0, above = []) {
    if (value === undefined || value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : `<${value}>`;
    if (typeof value !== "object") return `<${typeof value}>`;
    if (above.includes(value)) return "<circular>";
    if (depth > DEEPEST) return "<too deep>";
    const inner = (item) => told(item, depth + 1, [...above, value]);
    if (Array.isArray(value)) return value.map((item) => inner(item) ?? null);
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (value instanceof Date) return value.toJSON();
    const kind = Object.getPrototypeOf(value)?.constructor?.name;
    if (kind && kind !== "Object" && !Object.keys(value).length) return `<${kind}>`;
    const items = Object.entries(value).map(([key, item]) => [key, inner(item)]);
    return Object.fromEntries(items.filter(([, item]) => item !== undefined));
  }

  class Host {
    #write;
    #generation;
    #waiting = new Map();
    #last = 0;
    #kept;
    /** Whether the host is inside `agentEndedChat`: then it calls `endChat` because the agent has ended the chat. */
    endedByAgent = false;

    constructor(write, generation, persistedState) {
      this.#write = write;
      this.#generation = generation;
      this.#kept = persistedState ?? {};
    }

    /** The callback object. */
    get callback() {
      const host = this;
      const functions = new Map();
      return new Proxy(Object.freeze({}), {
        get(_, name) {
          if (typeof name !== "string" || name === "then") return undefined;
          if (!functions.has(name)) functions.set(name, (...given) => host.#called(name, given));
          return functions.get(name);
        },
        has: (_, name) => parts.callbackName(String(name), host.#generation) !== undefined,
      });
    }

    #called(name, given) {
      const known = parts.callbackName(name, this.#generation);
      if (known === undefined) {
        const values = Object.fromEntries(given.map((value, place) => [`argument_${place + 1}`, told(value) ?? null]));
        this.#tell(/^[A-Za-z]\w*$/.test(name) ? name : "unspeakable", values);
        throw new TypeError(`callback.${name} is not a function`);
      }
      const values = told(parts.callbackArguments(name, given, this.#generation));
      if (known === "persisted_state") return structuredClone(this.#kept);
      if (known === "update_persisted_state") {
        this.#kept = { ...(values.merge === false ? {} : this.#kept), ...values.state };
        return void this.#tell(known, values);
      }
      if (known === "agent_ended_chat") this.endedByAgent = true;
      const answer = this.#tell(known, values);
      if (known === "agent_ended_chat") answer.finally(() => (this.endedByAgent = false)).catch(() => {});
      return known === "update_capabilities" ? undefined : answer;
    }

    #tell(name, values) {
      const id = ++this.#last;
      const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
      answer.catch(() => {}); // who does not wait for a callback need not hear that the host failed in it
      this.#write({ type: "callback", id, name, arguments: values });
      return answer;
    }

    /** The host came back from a callback, or raised. */
    settle({ id, type, value, message }) {
      const { resolve, reject } = this.#waiting.get(id) ?? {};
      this.#waiting.delete(id);
      if (type === "returned") resolve?.(value ?? undefined);
      else reject?.(new Error(message));
    }
  }

  Object.assign(parts, { Host, told });
})((globalThis[Symbol.for("contracts")] ??= {}));

/**
 * The suite's protocol (docs/adapter-protocol.md) spoken for an integration of web chat: its factory is called with the
 * host's parameters, its functions with the host's arguments, and what it does comes back as messages.
 *
 * `contracts.begin(config, write, load)`: `write` sends a message, `load` loads the bundle and returns its module (or
 * `undefined`). `contracts.take(messages)` takes what the suite sends.
 */
(function (parts) {
  const PROTOCOL = 1;
  const LOOK_MILLISECONDS = 20;

  class Peer {
    #config;
    #load;
    #send;
    #time;
    #network;
    #host;
    #adapter;
    #calls = new Map();
    #stored = "{}";

    constructor(config, send, load) {
      this.#config = config;
      this.#send = send;
      this.#load = load;
      this.#time = new parts.Time((message) => this.#write(message), (error) => this.#tellUnhandled(error));
      this.#network = new parts.Network(config.rewrites);
    }

    #write(message) {
      this.#tellStorage();
      this.#send(message);
    }

    take(message) {
      this.#time.set(message.now);
      switch (message.type) {
        case "hello":
          return void this.#hello(message);
        case "call":
          return void this.#call(message);
        case "fire":
          return this.#time.fire(message.id);
        case "ping":
          return parts.afterwards(() => this.#write({ type: "pong", id: message.id }));
        case "bye":
          return this.#send({ type: "gone" });
        default:
          return this.#host?.settle(message);
      }
    }

    async #hello({ options, persisted_state: persistedState }) {
      try {
        this.#prepare(options);
        this.#adapter = await this.#build(persistedState);
        const functions = parts.offered(this.#adapter, this.#config.hostApi);
        this.#write({ type: "ready", protocol: PROTOCOL, functions, clock: "suite" });
      } catch (error) {
        this.#write({ type: "failed", message: parts.describeError(error) });
      }
    }

    #prepare(options) {
      this.#restoreStorage(options.token_store ?? {});
      this.#time.install(options.timeout_scale ?? 1, this.#config.isEngine);
      this.#network.install();
      parts.real.setInterval(() => this.#lookForWaiting(options.timeout_scale ?? 1), LOOK_MILLISECONDS)?.unref?.();
      for (const [path, value] of Object.entries(this.#config.globals)) parts.setGlobal(path, value);
      if (Object.keys(this.#config.env).length) {
        globalThis.process ??= {};
        globalThis.process.env = { ...globalThis.process.env, ...this.#config.env };
      }
      parts.onUnhandled((error) => this.#tellUnhandled(error));
    }

    #tellUnhandled(error) {
      this.#write({ type: "unhandled", message: parts.describeError(error) });
    }

    async #build(persistedState) {
      const module = await this.#load();
      const name = this.#config.factory;
      const factory = parts.getGlobal(name) ?? module?.[name] ?? module?.default;
      if (typeof factory !== "function") {
        const exported = module ? `, and exports neither ${name} nor a default` : "";
        throw new Error(`the bundle sets no function window.${name}${exported}; name its global with --factory`);
      }
      const carbon = this.#config.hostApi === "carbon";
      this.#host = new parts.Host((message) => this.#write(message), this.#config.hostApi, persistedState);
      const kept = carbon && persistedState !== undefined ? { persistedState } : {};
      const instance = parts.webChatInstance();
      const adapter = await factory({ callback: this.#host.callback, instance, ...kept });
      if (adapter === null || typeof adapter !== "object") throw new Error(`the factory returned ${String(adapter)}`);
      return adapter;
    }

    async #call({ id, function: called, arguments: given }) {
      const api = this.#config.hostApi;
      const values = parts.functionArguments(called, given, api, this.#host.endedByAgent);
      const before = JSON.stringify(values);
      this.#calls.set(id, { began: parts.real.now(), quiet: 0 });
      let answer;
      try {
        const value = await this.#adapter[parts.FUNCTIONS[called]](...values);
        answer = { type: "result", id, value: parts.told(value) ?? null };
      } catch (error) {
        answer = { type: "error", id, message: parts.describeError(error, false) };
      }
      this.#calls.delete(id);
      if (JSON.stringify(values) !== before) this.#write({ type: "mutated", id, change: `an argument of ${called}` });
      this.#write(answer);
    }

    /**
     * Does a call wait for time? Either nothing of the network is awaited for three looks, or a timer has been pending
     * for as long, on the machine, as a time-out of the network may take there.
     */
    #lookForWaiting(timeoutScale) {
      for (const [id, call] of this.#calls) {
        call.quiet = this.#network.isBusy ? 0 : call.quiet + 1;
        const timer = this.#time.since(call.began)[0];
        if (!timer) continue;
        const overdue = parts.real.now() - timer.asked >= timer.milliseconds * timeoutScale;
        if (call.quiet > 2 || overdue) this.#time.callWaits(id, timer);
      }
    }

    #restoreStorage(tokens) {
      for (const [key, value] of Object.entries(tokens)) globalThis.sessionStorage?.setItem(key, value);
      this.#stored = JSON.stringify(snapshot());
    }

    /** What stands in the session storage outlives the page: tell it before anything that may come after it. */
    #tellStorage() {
      const value = snapshot();
      const stored = JSON.stringify(value);
      if (stored === this.#stored) return;
      this.#stored = stored;
      this.#send({ type: "token_store", value });
    }
  }

  function snapshot() {
    const storage = globalThis.sessionStorage;
    if (!storage) return {};
    const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place)).sort();
    return Object.fromEntries(keys.map((key) => [key, storage.getItem(key)]));
  }

  parts.begin = function (config, send, load) {
    const peer = new Peer(config, send, load);
    parts.take = (messages) => messages.forEach((message) => peer.take(message));
  };
})((globalThis[Symbol.for("contracts")] ??= {}));

/** Small things of a page: globals by path, errors in words, the instance of web chat, what nobody has handled. */
(function (parts) {
  parts.setGlobal = function (path, value) {
    const names = path.replace(/^window\./, "").split(".");
    const last = names.pop();
    let place = globalThis;
    for (const name of names) place = place[name] ??= {};
    place[last] = value;
  };

  parts.getGlobal = function (path) {
    return path.replace(/^window\./, "").split(".").reduce((place, name) => place?.[name], globalThis);
  };

  /** What was thrown, in words; `where`: with the first place of its stack. */
  parts.describeError = function (error, where = true) {
    if (!(error instanceof Error)) return typeof error === "string" ? error : JSON.stringify(parts.told(error)) ?? "undefined";
    const place = where ? /^\s*at .*$/m.exec(error.stack ?? "")?.[0].trim() : undefined;
    const message = `${error.name}: ${error.message}`;
    return place ? `${message} (${place})` : message;
  };

  /**
   * The second parameter of a factory: the widget's instance. Whatever an integration asks of it is a function that does
   * nothing and returns the instance, so that building one needs no widget.
   */
  parts.webChatInstance = function () {
    const instance = new Proxy(function () {}, {
      get: (_, name) => (typeof name !== "string" || name === "then" ? undefined : instance),
      apply: () => instance,
    });
    return instance;
  };

  parts.onUnhandled = function (tell) {
    if (typeof globalThis.process?.on === "function") {
      globalThis.process.on("unhandledRejection", tell);
      globalThis.process.on("uncaughtException", tell);
      return;
    }
    globalThis.addEventListener("error", (event) => event.message && tell(event.error ?? event.message));
    globalThis.addEventListener("unhandledrejection", (event) => tell(event.reason));
  };
})((globalThis[Symbol.for("contracts")] ??= {}));

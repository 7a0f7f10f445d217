/**
 * The page's network: addresses of a vendor are rewritten to those of the desk under test, and what is under way is
 * counted, so that the suite knows whether the adapter waits for the network or for time.
 */
(function (parts) {
  class Network {
    #rewrites;
    #underWay = 0;
    #sockets = new Set();

    /** `rewrites`: pairs of address prefixes, from and to; the first that fits counts. */
    constructor(rewrites) {
      const addresses = rewrites.filter(([, to]) => !to.startsWith("file:")); // files are put there by the lane
      this.#rewrites = addresses.flatMap(([from, to]) => [[from, to], [asSocket(from), asSocket(to)]]);
    }

    /** Whether an answer is awaited: of a request, of a handshake, or to what was written into a socket. */
    get isBusy() {
      return this.#underWay > 0 || [...this.#sockets].some((socket) => socket.isAwaited);
    }

    /** The address that is really used for one. */
    rewritten(address) {
      const url = absolute(address);
      for (const [from, to] of this.#rewrites) {
        if (url.startsWith(from)) return to + url.slice(from.length);
      }
      return address;
    }

    async #during(promise) {
      this.#underWay += 1;
      try {
        return await promise;
      } finally {
        this.#underWay -= 1;
      }
    }

    install() {
      this.#fetch();
      this.#requests();
      this.#webSockets();
      this.#others();
    }

    #fetch() {
      const network = this;
      const fetch = globalThis.fetch;
      if (!fetch) return;
      globalThis.fetch = function (input, options) {
        if (typeof Request !== "undefined" && input instanceof Request) {
          const address = network.rewritten(input.url);
          const request = address === input.url ? input : new Request(address, input);
          return network.#during(fetch(request, options));
        }
        return network.#during(fetch(network.rewritten(String(input)), options));
      };
    }

    #requests() {
      const network = this;
      const prototype = globalThis.XMLHttpRequest?.prototype;
      if (!prototype) return;
      const { open, send } = prototype;
      prototype.open = function (method, address, ...rest) {
        return open.call(this, method, network.rewritten(String(address)), ...(rest.length ? rest : [true]));
      };
      prototype.send = function (...body) {
        network.#underWay += 1;
        this.addEventListener("loadend", () => (network.#underWay -= 1), { once: true });
        return send.apply(this, body);
      };
    }

    #webSockets() {
      const network = this;
      const Plain = globalThis.WebSocket;
      if (!Plain) return;
      globalThis.WebSocket = class WebSocket extends Plain {
        /** It was opened, or something was written into it, and nothing has come since. */
        isAwaited = true;

        constructor(address, ...protocols) {
          super(network.rewritten(String(address)), ...protocols);
          network.#sockets.add(this);
          this.addEventListener("message", () => (this.isAwaited = false));
          this.addEventListener("close", () => network.#sockets.delete(this));
          this.addEventListener("error", () => network.#sockets.delete(this));
        }

        send(data) {
          this.isAwaited = true;
          super.send(data);
        }
      };
    }

    #others() {
      const network = this;
      const Source = globalThis.EventSource;
      if (Source) {
        globalThis.EventSource = class EventSource extends Source {
          constructor(address, options) {
            super(network.rewritten(String(address)), options);
          }
        };
      }
      const navigator = globalThis.navigator;
      const sendBeacon = navigator?.sendBeacon?.bind(navigator);
      if (sendBeacon) navigator.sendBeacon = (address, data) => sendBeacon(network.rewritten(String(address)), data);
    }
  }

  function absolute(address) {
    try {
      return new URL(address, globalThis.location?.href).href;
    } catch {
      return address;
    }
  }

  /** An address of http as one of a web socket on the same host. */
  function asSocket(address) {
    return address.replace(/^http/i, "ws");
  }

  Object.assign(parts, { Network });
})((globalThis[Symbol.for("contracts")] ??= {}));

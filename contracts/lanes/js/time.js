/**
 * The page's time: `setTimeout`, `setInterval`, `Date` and `performance.now` on the suite's clock.
 *
 * Time stands still between two messages of the suite, and timers are asked of it. What the network needs stays on the
 * machine's time: `AbortSignal.timeout` takes `timeoutScale` of what it is given.
 */
(function (parts) {
  const real = {
    setTimeout: globalThis.setTimeout.bind(globalThis),
    setInterval: globalThis.setInterval.bind(globalThis),
    clearTimeout: globalThis.clearTimeout.bind(globalThis),
    Date: globalThis.Date,
    now: globalThis.performance.now.bind(globalThis.performance),
  };

  /** Do something behind all that is ready to run now, without the delay of a timer. */
  function afterwards(task) {
    if (typeof globalThis.setImmediate === "function") return void globalThis.setImmediate(task);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      task();
    };
    channel.port2.postMessage(null);
  }

  class Time {
    #write;
    #onError;
    #now = 0;
    #began = 0;
    #last = 0;
    #timers = new Map();

    /** `write` sends a message to the suite; `onError` takes what a timer's function throws. */
    constructor(write, onError) {
      this.#write = write;
      this.#onError = onError;
    }

    /** Take the suite's time, in seconds since the epoch. */
    set(now) {
      this.#began ||= now;
      this.#now = now;
    }

    get milliseconds() {
      return Math.round(this.#now * 1000);
    }

    /** Ask for a timer; `repeat`: it comes again and again. Returns its id, a number as in browsers. */
    ask(task, delay, extra, { repeat = false } = {}) {
      const id = ++this.#last;
      const milliseconds = Math.max(0, Number(delay) || 0);
      const due = this.#now + milliseconds / 1000;
      const timer = { id, told: id, task, extra, milliseconds, repeat, asked: real.now(), due };
      timer.name = `${task?.name || (repeat ? "interval" : "timeout")} of ${milliseconds} ms`;
      this.#timers.set(id, timer);
      this.#tell(timer, milliseconds / 1000);
      return id;
    }

    #tell(timer, seconds, call) {
      const waiting = call === undefined ? {} : { call };
      this.#write({ type: "timer", id: timer.told, seconds, name: timer.name, ...waiting });
    }

    cancel(id) {
      const timer = this.#timers.get(Number(id));
      if (this.#timers.delete(Number(id))) this.#write({ type: "cancel_timer", id: timer.told });
    }

    /** A timer is due: do what it does, and answer when that has been done as far as it needs no time. */
    fire(id) {
      const timer = this.#timers.get(Number.parseInt(id));
      this.#timers.delete(timer?.id);
      if (timer && timer.told !== id) this.#write({ type: "cancel_timer", id: timer.told }); // it was asked for anew
      try {
        if (timer) this.#run(timer);
      } catch (error) {
        this.#onError(error);
      }
      afterwards(() => this.#write({ type: "fired", id }));
    }

    #run(timer) {
      if (timer.repeat) {
        timer.told = timer.id;
        this.#timers.set(timer.id, timer);
        timer.asked = real.now();
        timer.due = this.#now + timer.milliseconds / 1000;
        this.#tell(timer, Math.max(timer.milliseconds, 1) / 1000);
      }
      if (typeof timer.task === "function") timer.task.apply(globalThis, timer.extra);
      else globalThis.eval(String(timer.task));
    }

    /** The pending timers that were asked for since a moment of the machine's time, the next one first. */
    since(moment) {
      const young = [...this.#timers.values()].filter((timer) => timer.asked >= moment);
      return young.sort((one, other) => one.due - other.due);
    }

    /** Tell the suite that a call waits for a timer, so that the time goes by: it is asked for anew, by another name. */
    callWaits(call, timer) {
      timer.asked = -Infinity; // it is told once
      this.#write({ type: "cancel_timer", id: timer.told });
      timer.told = `${timer.id} of call ${call}`;
      this.#tell(timer, Math.max(0, timer.due - this.#now), call);
    }

    /**
     * Put this time in the place of the page's. `timeoutScale`: the machine's seconds in one of the network's.
     * `isEngine` tells whether the engine itself, and not the page, is calling: its timers stay the machine's.
     */
    install(timeoutScale, isEngine = () => false) {
      const time = this;
      const timers = (name, repeat) => (task, delay, ...extra) =>
        isEngine() ? real[name](task, delay, ...extra) : time.ask(task, delay, extra, { repeat });
      globalThis.setTimeout = timers("setTimeout", false);
      globalThis.setInterval = timers("setInterval", true);
      globalThis.clearTimeout = globalThis.clearInterval = (id) =>
        typeof id === "object" ? real.clearTimeout(id) : time.cancel(id);
      globalThis.Date = class Date extends real.Date {
        constructor(...parts) {
          if (parts.length) super(...parts);
          else super(time.milliseconds);
        }
        static now = () => time.milliseconds;
      };
      globalThis.performance.now = () => (time.#now - time.#began) * 1000;
      AbortSignal.timeout = (milliseconds) => {
        const controller = new AbortController();
        const late = () => controller.abort(new DOMException("The operation timed out.", "TimeoutError"));
        const waiting = real.setTimeout(late, Number(milliseconds) * timeoutScale);
        waiting?.unref?.();
        return controller.signal;
      };
    }
  }

  Object.assign(parts, { Time, afterwards, real });
})((globalThis[Symbol.for("contracts")] ??= {}));

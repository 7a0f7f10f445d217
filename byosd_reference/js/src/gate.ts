/**
 * The one door through which the host is called: in the order of what happened, and never once the chat is over.
 *
 * The host's functions return promises. Nobody waits for them: the host keeps its own order, and one that takes its
 * time must not hold up the next event. What it throws, or rejects with, is its own affair and only noted.
 */

import { note } from "./errors";
import type { HostCallback } from "./host";

type Name = keyof HostCallback;
type Arguments<N extends Name> = Parameters<NonNullable<HostCallback[N]>>;

export class Gate {
  private open = true;

  constructor(private readonly host: HostCallback) {}

  /** Whether the chat is over for the host. */
  get isClosed(): boolean {
    return !this.open;
  }

  /** Call the host, unless the chat is over. */
  call<N extends Name>(name: N, ...given: Arguments<N>): void {
    if (this.open) this.lastWord(name, ...given);
  }

  /** Call the host although the gate is closed: for the last words of whoever closed it. */
  lastWord<N extends Name>(name: N, ...given: Arguments<N>): void {
    this.ask(name, ...given).catch((error) => note(`the host's ${name} failed`, error));
  }

  /** Call the host at once and return what it answers. A host that has no such function answers nothing. */
  async ask<N extends Name>(name: N, ...given: Arguments<N>): Promise<unknown> {
    const called = this.host[name] as ((...all: Arguments<N>) => unknown) | undefined;
    return typeof called === "function" ? called.apply(this.host, given) : undefined;
  }

  /** Let nothing pass any more; return whether it was open, which is so for one caller only. */
  close(): boolean {
    const wasOpen = this.open;
    this.open = false;
    return wasOpen;
  }
}

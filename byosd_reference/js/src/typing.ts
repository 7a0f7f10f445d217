/**
 * The "agent is typing" indicator, which cannot stick.
 *
 * The host shows what it was told last and clears nothing by itself. So every `true` gets a timer, which the desk's
 * renewal replaces. `false` is said only while `true` is shown.
 */

import type { Gate } from "./gate";

/** What is not renewed for so long is over, whatever the desk says. */
const LONGEST_SECONDS = 5;

/** One indicator for all agents: shown while at least one of them types. */
export class TypingIndicator {
  private readonly typists = new Map<string, ReturnType<typeof setTimeout>>();
  private shown = false;

  constructor(private readonly gate: Gate) {}

  /** The agent types, or still types. */
  started(agentId: string, expiresInSeconds: number | undefined): void {
    if (this.gate.isClosed) return;
    this.forget(agentId);
    const seconds = Math.min(expiresInSeconds || LONGEST_SECONDS, LONGEST_SECONDS);
    this.typists.set(agentId, setTimeout(() => this.stopped(agentId), seconds * 1000));
    this.show(true);
  }

  /** The agent stopped; the indicator stays while another one types. */
  stopped(agentId: string): void {
    this.forget(agentId);
    if (!this.typists.size) this.show(false);
  }

  /** The agent's message comes next, or the agent is gone: hide the indicator now, whoever else types. */
  interrupted(agentId: string): void {
    if (this.forget(agentId)) this.show(false);
  }

  /** Show the indicator again if somebody still types. */
  refresh(): void {
    if (this.typists.size) this.show(true);
  }

  /** Nobody types any more. */
  clear(): void {
    this.cancel();
    this.show(false);
  }

  /** Give up every timer and tell nobody. */
  cancel(): void {
    for (const agentId of [...this.typists.keys()]) this.forget(agentId);
  }

  private forget(agentId: string): boolean {
    clearTimeout(this.typists.get(agentId));
    return this.typists.delete(agentId);
  }

  private show(shown: boolean): void {
    if (shown === this.shown) return;
    this.shown = shown;
    this.gate.call("agentTyping", shown);
  }
}

/**
 * What survives a page reload: which conversation it was, how far it was shown, and who was there. Never a token: that
 * opens the conversation, and persisted state lies about. The token is kept apart, in the tab's session storage;
 * without one, or without a host that keeps state, a chat is over after a reload.
 */

import type { Credentials } from "./conversation";
import type { Gate } from "./gate";
import type { AgentProfile, HostApi } from "./host";
import { profileIn } from "./presence";
import { items, text, whole } from "./reading";

const PREFIX = "byosd.token.";

/** A chat of before a page reload. */
export interface Remembered {
  conversationId: string;
  streamUrl: string | undefined;
  lastSeq: number;
  agents: AgentProfile[];
}

/** Read a persisted state; `undefined` when it holds no chat. */
export function rememberedIn(state: unknown): Remembered | undefined {
  const conversationId = text(state, "conversationId");
  const lastSeq = whole(state, "lastSeq");
  if (conversationId === undefined || lastSeq === undefined) return undefined;
  const agents = items(state, "agents").flatMap((agent) => profileIn(agent) ?? []);
  return { conversationId, streamUrl: text(state, "streamUrl"), lastSeq, agents };
}

/** Keeps what is persisted of one chat up to date, and clears it at the end. */
export class Memory {
  private readonly outlivesThePage: boolean;

  constructor(private readonly gate: Gate, private readonly credentials: Credentials, hostApi: HostApi) {
    this.outlivesThePage = hostApi === "carbon";
  }

  /** Remember the chat from now on. */
  begin(lastSeq: number, agents: AgentProfile[]): void {
    if (!this.outlivesThePage) return;
    keepToken(this.credentials.id, this.credentials.token);
    this.keep(lastSeq, agents);
  }

  /** Remember how far the chat was shown, and who is there. */
  keep(lastSeq: number, agents: AgentProfile[]): void {
    if (!this.outlivesThePage) return;
    const { id: conversationId, streamUrl } = this.credentials;
    const copies = agents.map((agent) => ({ ...agent }));
    this.gate.call("updatePersistedState", { conversationId, streamUrl, lastSeq, agents: copies }, false);
  }

  /** Forget the chat. */
  farewell(): void {
    if (!this.outlivesThePage) return;
    forgetToken(this.credentials.id);
    this.gate.lastWord("updatePersistedState", {}, false);
  }
}

/** Return the token of a conversation of before the reload. */
export function keptToken(conversationId: string): string | undefined {
  return storage((store) => store.getItem(PREFIX + conversationId)) || undefined;
}

/** Forget a token. */
export function forgetToken(conversationId: string): void {
  storage((store) => store.removeItem(PREFIX + conversationId));
}

function keepToken(conversationId: string, token: string): void {
  storage((store) => store.setItem(PREFIX + conversationId, token));
}

/** Use the session storage where there is one: a page may not have it, or may not be allowed to use it. */
function storage<T>(use: (store: Storage) => T): T | undefined {
  try {
    return typeof sessionStorage === "undefined" ? undefined : use(sessionStorage);
  } catch {
    return undefined;
  }
}

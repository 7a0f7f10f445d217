/** What making a chat and taking one up have in common: an open stream or nothing, and the user may call it off. */

import { Chat, type Beginning } from "./chat";
import { onceMore, type Conversation } from "./conversation";
import { NoChat, note } from "./errors";
import type { Surroundings } from "./surroundings";
import { LIMITS, within } from "./time";

/** On the way to a chat. It holds the integration's one place meanwhile, so there is never a second one. */
export class Attempt {
  /** An attempt is not over: it becomes a chat, or nothing. */
  readonly isOver = false;
  /** The chat; rejects when there is none, and then nothing is left of it. */
  readonly chat: Promise<Chat>;
  private readonly calledOff = new AbortController();

  constructor(make: (calledOff: AbortSignal) => Promise<Chat>) {
    this.chat = make(this.calledOff.signal);
    this.chat.catch(() => {}); // whoever began it is told, and waits for it
  }

  /** Call it off, and wait until it is undone; end the chat if it has just been made. */
  async end(): Promise<void> {
    this.calledOff.abort();
    const chat = await this.chat.catch(() => undefined);
    await chat?.end();
  }
}

/**
 * Open a chat's stream and return the chat; if that fails, end the conversation at the desk.
 *
 * @throws DeskError - the stream could not be opened
 * @throws NoChat - the user called it off
 */
export async function opened(
  around: Surroundings, beginning: Beginning, deadline: AbortSignal, calledOff: AbortSignal,
): Promise<Chat> {
  const chat = new Chat(around, beginning);
  try {
    await chat.open(deadline);
    if (calledOff.aborted) throw new NoChat("the chat was called off");
    return chat;
  } catch (error) {
    chat.abandon();
    await endUnused(beginning.conversation);
    throw error;
  }
}

/** End a conversation that nobody will use. */
export async function endUnused(conversation: Conversation): Promise<void> {
  const deadline = within(LIMITS.undo);
  try {
    await onceMore(() => conversation.end("the chat could not be opened", deadline), deadline);
  } catch (error) {
    note("the desk keeps a conversation that nobody uses", error);
  }
}

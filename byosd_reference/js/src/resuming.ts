/**
 * Taking up a chat after a page reload (`carbon` only).
 *
 * The page is new, the conversation is not. What the host persisted says which one it was and how far it was shown;
 * the session storage has the token. Then the stream is opened behind the last event that the user saw, so nothing is
 * shown twice and nothing is missed. Whatever is missing or fails: the chat is over, here and, if it can be told, at
 * the desk.
 */

import { endUnused, opened } from "./attempt";
import type { Chat } from "./chat";
import type { Conversation } from "./conversation";
import { DeskError, NoChat, note } from "./errors";
import type { State } from "./escalation";
import { Gate } from "./gate";
import { forgetToken, keptToken, rememberedIn, type Remembered } from "./memory";
import { known, text } from "./reading";
import type { Surroundings } from "./surroundings";
import { LIMITS, within } from "./time";

/**
 * Return the chat of before the reload, with its stream open.
 *
 * @throws Error - there is none, or it cannot be taken up; what was persisted of it is cleared
 */
export async function resumedChat(around: Surroundings, persisted: unknown, calledOff: AbortSignal): Promise<Chat> {
  const remembered = rememberedIn(persisted ?? (await keptByHost(around)));
  if (!remembered) throw new NoChat("there is no chat to take up");
  try {
    return await takenUp(around, remembered, calledOff);
  } catch (error) {
    forgetToken(remembered.conversationId);
    new Gate(around.callback).call("updatePersistedState", {}, false);
    throw error;
  }
}

async function keptByHost({ callback }: Surroundings): Promise<unknown> {
  try {
    return await new Gate(callback).ask("persistedState");
  } catch (error) {
    note("the host's persistedState failed", error);
    return undefined;
  }
}

async function takenUp(around: Surroundings, remembered: Remembered, calledOff: AbortSignal): Promise<Chat> {
  const { conversationId, streamUrl, lastSeq: after, agents } = remembered;
  const token = keptToken(conversationId);
  if (token === undefined) throw new NoChat("the token of the chat is gone");
  const conversation = around.desk.conversation(conversationId, token, streamUrl);
  const deadline = within(LIMITS.start, calledOff);
  try {
    const state = await stateAtDesk(conversation, deadline);
    const capabilities = await around.desk.capabilities(within(LIMITS.other, deadline));
    return await opened(around, { conversation, capabilities, state, after, agents }, deadline, calledOff);
  } catch (error) {
    if (error instanceof DeskError) await endUnused(conversation);
    throw error;
  }
}

/** Return what the desk knows of the host's state. */
async function stateAtDesk(conversation: Conversation, deadline: AbortSignal): Promise<State> {
  const found = await conversation.look(within(LIMITS.other, deadline));
  if ((text(found, "state") ?? "ended") === "ended") throw new NoChat("the desk has ended it");
  return known({
    session_id: text(found, "context", "session_id"),
    locale: text(found, "context", "locale"),
    user_id: text(found, "user_id"),
  });
}

/**
 * Making a chat: everything or nothing.
 *
 * The start asks what the desk offers, makes a conversation, and opens its event stream; only then it is a chat.
 * Whatever fails on the way, the host hears of it once, as the rejection of `startChat`, and the desk keeps no
 * conversation that nobody will use.
 */

import { endUnused, opened } from "./attempt";
import type { Chat } from "./chat";
import type { Conversation } from "./conversation";
import { AnswerLost, DeskError, NoChat, note } from "./errors";
import type { StartRequest } from "./escalation";
import { randomId } from "./random-id";
import type { Surroundings } from "./surroundings";
import { LIMITS, orAborted, within } from "./time";

/**
 * Return a chat whose stream is open.
 *
 * @throws DeskError - no chat can be had; the desk has none either, as far as it can be told
 * @throws NoChat - the user called it off
 */
export async function startedChat(around: Surroundings, request: StartRequest, calledOff: AbortSignal): Promise<Chat> {
  const deadline = within(LIMITS.start, calledOff);
  try {
    const capabilities = await around.desk.capabilities(deadline);
    const userToken = await userTokenFor(around, request.user_id, deadline);
    const conversation = await madeConversation(around, request, userToken, deadline);
    const state = { ...request.context, user_id: request.user_id };
    return await opened(around, { conversation, capabilities, state, after: 0, agents: [] }, deadline, calledOff);
  } catch (error) {
    throw calledOff.aborted ? new NoChat("the chat was called off") : error;
  }
}

/** Return the user token, where the page says how to get one. */
async function userTokenFor(
  { desk, options }: Surroundings, userId: string, deadline: AbortSignal,
): Promise<string | undefined> {
  const { userToken, apiKey } = options;
  if (typeof userToken === "function") {
    const token = await orAborted(Promise.resolve(userToken(userId)), deadline);
    if (token === undefined) throw new AnswerLost("authenticate the user", "the time was used up");
    return token;
  }
  return userToken ?? (apiKey === undefined ? undefined : desk.createToken(apiKey, userId, deadline));
}

/**
 * Make a conversation. Where it is unclear whether the desk made one, the same start is asked for once more, under the
 * same idempotency key, just to learn which conversation to end.
 */
async function madeConversation(
  { desk }: Surroundings, request: StartRequest, userToken: string | undefined, deadline: AbortSignal,
): Promise<Conversation> {
  const key = randomId();
  try {
    return await desk.start(request, key, userToken, deadline);
  } catch (error) {
    if (error instanceof DeskError && error.uncertain) {
      await desk.start(request, key, userToken, within(LIMITS.undo)).then(endUnused, (again) => {
        note("the desk may keep a conversation that nobody uses", again);
      });
    }
    throw error;
  }
}

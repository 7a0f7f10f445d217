/**
 * What the desk is told at the start: who comes, where to, and what the bot knows. Everything may be missing: an
 * escalation without any of it is still a user who wants to talk.
 */

import type { ServiceDeskOptions } from "./options";
import { randomId } from "./random-id";
import { items, known, part, text, type Data } from "./reading";

/** What the desk can be told of the host's session, in the names of openapi.yaml. */
export interface State {
  session_id?: string;
  user_id?: string;
  locale?: string;
}

/** The body of `startChat`. */
export interface StartRequest {
  user_id: string;
  user_name?: string;
  queue?: string;
  context?: State & Record<string, unknown>;
}

/** Return the part of the host's state that the desk can be told: what is absent or `null` is left out. */
export function stateOf(state: unknown): State {
  return known({
    session_id: text(state, "sessionID"),
    user_id: text(state, "userID"),
    locale: text(state, "locale"),
  });
}

/** Return the queue that the connect message asks for. */
export function queueOf(connectMessage: unknown): string | undefined {
  return text(connectItem(connectMessage), "transfer_info", "target", "byosd", "queue");
}

/** Return the body of `startChat`. A visitor without a user id gets one that is theirs alone. */
export function startRequest(
  connectMessage: unknown, startChatOptions: unknown, state: State, options: ServiceDeskOptions,
): StartRequest {
  const context = contextOf(connectItem(connectMessage), startChatOptions, state);
  const userId = text(connectMessage, "context", "global", "system", "user_id") ?? state.user_id;
  return {
    user_id: userId ?? `visitor-${randomId()}`,
    ...known({
      user_name: options.userName,
      queue: queueOf(connectMessage) ?? options.queue,
      context: Object.keys(context).length ? context : undefined,
    }),
  };
}

function contextOf(item: Data, startChatOptions: unknown, { session_id, locale }: State): Record<string, unknown> {
  const info = part(item, "transfer_info");
  const additional = part(info, "additional_data");
  return known({
    session_id,
    locale,
    topic: text(item, "topic"),
    message_to_agent: text(item, "message_to_human_agent") ?? summary(info),
    // the first is where the host of 2023 puts it
    session_history_key:
      text(startChatOptions, "agentAppInfo", "sessionHistoryKey") ?? text(info, "session_history_key"),
    additional_data: Object.keys(additional).length ? additional : undefined,
  });
}

/** Return the summary for the agent: a text, or in the successor's messages a list of items with texts. */
function summary(info: Data): string | undefined {
  const texts = items(info, "summary_message_to_agent").map((item) => text(item, "text"));
  return text(info, "summary_message_to_agent") ?? (texts.filter(Boolean).join("\n") || undefined);
}

/** Return the `connect_to_agent` item of the message, or an empty one. */
function connectItem(connectMessage: unknown): Data {
  const generic = items(connectMessage, "output", "generic");
  return part(generic.find((item) => text(item, "response_type") === "connect_to_agent"));
}

/**
 * A small adapter in plain JavaScript for Node 20, verified over stdio:
 *
 *     contracts verify adapter "exec:node examples/stdio-adapter/adapter.mjs"
 *
 * This file holds the functions that web chat calls. chat.mjs is one conversation, events.mjs tells the host what happens
 * in it, desk.mjs makes the calls, byosd-stdio.mjs speaks with the suite.
 */

import { randomUUID } from "node:crypto";

import { serve } from "./byosd-stdio.mjs";
import { Chat } from "./chat.mjs";
import { Desk } from "./desk.mjs";

const STATE = ["session_id", "user_id", "locale"];

function build({ deskUrl, options, host, clock }) {
  const desk = new Desk(deskUrl, options.timeout_scale ?? 1);
  const state = {};
  let chat = null;
  let starting = null;

  async function makeChat(connectMessage, startOptions, signal) {
    const capabilities = await desk.capabilities();
    const request = startRequest(connectMessage, startOptions, state);
    const conversation = await startOrUndo(desk, request, signal);
    const made = new Chat({ conversation, host, clock, longestText: capabilities.limits?.max_text_characters });
    try {
      await made.open(signal);
      if (signal.aborted) throw new Error("the user has ended the chat");
    } catch (error) {
      await conversation.end("the chat could not be opened").catch(() => {});
      throw error;
    }
    return made;
  }

  return {
    get_name: () => "stdio example",

    async start_chat({ connect_message: connectMessage, start_chat_options: startOptions }) {
      if (starting || (chat && !chat.isOver)) throw new Error("a chat is running already");
      const calledOff = new AbortController();
      const known = { ...state };
      const done = makeChat(connectMessage, startOptions, calledOff.signal);
      starting = { calledOff, done };
      try {
        chat = await done;
      } finally {
        starting = null;
      }
      const change = Object.fromEntries(Object.entries(state).filter(([name, value]) => known[name] !== value));
      if (Object.keys(change).length) chat.updateState(change);
      chat.begin();
    },

    async end_chat() {
      if (starting) {
        starting.calledOff.abort();
        await starting.done.then((made) => made.end(), () => {});
      }
      await chat?.end();
    },

    async send_message_to_agent({ message, message_id: messageId }) {
      if (!chat || chat.isOver) throw new Error("no chat is running");
      const text = message.input?.text;
      if (typeof text !== "string") throw new Error("the message has no text");
      if (text) await chat.send(text, messageId || randomUUID());
    },

    update_state({ state: changed }) {
      const change = Object.fromEntries(STATE.filter((name) => changed[name]).map((name) => [name, changed[name]]));
      Object.assign(state, change);
      if (chat && !chat.isOver && Object.keys(change).length) chat.updateState(change);
    },

    are_any_agents_online: ({ connect_message: connectMessage }) => desk.anyAgentsOnline(queueOf(connectMessage)),

    // Nobody misses these two: a desk that does not take them is no reason to bother the user.
    user_typing: ({ is_typing: isTyping }) => quietly(chat?.isOver === false && chat.typing(isTyping)),
    user_read_messages: () => quietly(chat?.isOver === false && chat.read()),
  };
}

async function quietly(promise) {
  try {
    await promise;
  } catch (error) {
    console.error(error.message);
  }
}

/** Make a conversation. When nobody knows whether there is one, ask once more with the same key, only to end it. */
async function startOrUndo(desk, request, signal) {
  const key = randomUUID();
  try {
    return await desk.start(request, key, signal);
  } catch (error) {
    if (error.lost) await desk.start(request, key).then((orphan) => orphan.end("the start failed"), () => {});
    throw error;
  }
}

function connectItem(connectMessage) {
  return connectMessage?.output?.generic?.find((item) => item?.response_type === "connect_to_agent") ?? {};
}

function queueOf(connectMessage) {
  return connectItem(connectMessage).transfer_info?.target?.byosd?.queue;
}

/** The body of startChat. Everything may be missing: an escalation without it is still a user who wants to talk. */
function startRequest(connectMessage, startOptions, state) {
  const item = connectItem(connectMessage);
  const info = item.transfer_info ?? {};
  const context = {
    session_id: state.session_id,
    locale: state.locale,
    topic: item.topic,
    message_to_agent: item.message_to_human_agent || info.summary_message_to_agent,
    session_history_key: startOptions?.agent_app_info?.session_history_key ?? info.session_history_key,
    additional_data: info.additional_data,
  };
  return {
    user_id: connectMessage?.context?.global?.system?.user_id || state.user_id || `visitor-${randomUUID()}`,
    queue: queueOf(connectMessage),
    context,
  };
}

serve({ name: "stdio example", build });

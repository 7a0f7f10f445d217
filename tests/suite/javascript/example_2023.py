"""The example of the stdio lane (examples/stdio-adapter) as a bundle of 2023: it polls, without files and reloads.

A second integration of other hands than the reference's: what the lanes do to one must not be what the other needs.
"""

from __future__ import annotations

import re
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "examples" / "stdio-adapter"
PARTS = ("desk.mjs", "events.mjs", "chat.mjs", "adapter.mjs")
IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)
EXPORT = re.compile(r"^export ", re.MULTILINE)
SERVE = re.compile(r"^serve\(.*\n", re.MULTILINE)
BEFORE = """
const randomUUID = () => crypto.randomUUID();
const inBackground = (task) => task();
const clock = {
  now: () => Date.now() / 1000,
  after(seconds, task) {
    const timer = setTimeout(task, seconds * 1000);
    return () => clearTimeout(timer);
  },
  sleep(seconds, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.after(seconds, resolve);
      signal?.addEventListener("abort", () => (cancel(), resolve()), { once: true });
    });
  },
};
"""
AFTER = """
/** The host as the example knows it, by the callbacks of 2023. */
function hostOf(callback) {
  return {
    update_agent_availability: ({ availability }) => callback.updateAgentAvailability(availability),
    agent_joined: ({ profile }) => callback.agentJoined(profile),
    agent_read_messages: () => callback.agentReadMessages(),
    agent_typing: ({ is_typing: isTyping }) => callback.agentTyping(isTyping),
    send_message_to_user: ({ message, agent_id: agentId }) => callback.sendMessageToUser(message, agentId),
    begin_transfer_to_another_agent: ({ profile }) => callback.beginTransferToAnotherAgent(profile),
    agent_left_chat: () => callback.agentLeftChat(),
    agent_ended_chat: () => callback.agentEndedChat(),
    set_error_status: ({ error: { type, message_to_user: messageToUser, log_info: logInfo, is_disconnected } }) =>
      callback.setErrorStatus({ type, messageToUser, logInfo, isDisconnected: is_disconnected }),
  };
}

window.WebChatServiceDeskFactory = ({ callback }) => {
  const { deskUrl } = window.serviceDeskOptions;
  const adapter = build({ deskUrl, options: {}, host: hostOf(callback), clock });
  return {
    getName: () => "example of 2023",
    startChat: (connect_message, options) => {
      const historyKey = options?.agentAppInfo?.sessionHistoryKey;
      const start_chat_options = options && { agent_app_info: { session_history_key: historyKey } };
      return adapter.start_chat({ connect_message, start_chat_options });
    },
    endChat: () => adapter.end_chat(),
    sendMessageToAgent: (message, message_id) => adapter.send_message_to_agent({ message, message_id }),
    updateState: ({ sessionID, userID, locale }) =>
      adapter.update_state({ state: { session_id: sessionID, user_id: userID, locale } }),
    areAnyAgentsOnline: (connect_message) => adapter.are_any_agents_online({ connect_message }),
    userTyping: (is_typing) => adapter.user_typing({ is_typing }),
    userReadMessages: () => adapter.user_read_messages(),
  };
};
"""


def bundle() -> str:
    """Return the text of the bundle: one script that needs nothing else."""
    texts = [SERVE.sub("", EXPORT.sub("", IMPORT.sub("", (EXAMPLE / name).read_text("utf-8")))) for name in PARTS]
    return "(function () {\n" + "\n".join([BEFORE, *texts, AFTER]) + "})();\n"

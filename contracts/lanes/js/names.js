/**
 * The host's interface in its own names, in both generations, and the suite's names (snake_case) for them.
 *
 * `2023`: the published type file of that year. `carbon`: its successor. What a generation does not have is left as it is,
 * so that the host of the suite refuses it or does not understand it, as the real one would.
 */
(function (parts) {
  const FUNCTIONS = {
    get_name: "getName",
    start_chat: "startChat",
    end_chat: "endChat",
    send_message_to_agent: "sendMessageToAgent",
    update_state: "updateState",
    are_any_agents_online: "areAnyAgentsOnline",
    user_typing: "userTyping",
    user_read_messages: "userReadMessages",
    files_selected_for_upload: "filesSelectedForUpload",
    screen_share_stop: "screenShareStop",
    reconnect: "reconnect",
  };

  /** What the host of a generation never calls. */
  const NEVER_CALLED = { 2023: ["reconnect"], carbon: ["update_state"] };

  const CAPABILITIES = {
    allowFileUploads: "allow_file_uploads",
    allowMultipleFileUploads: "allow_multiple_file_uploads",
    allowedFileUploadTypes: "allowed_file_upload_types",
  };
  const AVAILABILITY = {
    2023: {
      estimated_wait_time: "estimated_wait_time",
      position_in_queue: "position_in_queue",
      message: "message",
    },
    carbon: {
      estimatedWaitTime: "estimated_wait_time",
      positionInQueue: "position_in_queue",
      message: "message",
    },
  };
  const ERROR = {
    type: "type",
    messageToUser: "message_to_user",
    logInfo: "log_info",
    isDisconnected: "is_disconnected",
    messageID: "message_id",
  };

  /** Rename the keys of an object; one that the host does not know is kept and marked. Anything else stays as it is. */
  function renamed(value, names) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [names[key] ?? `unknown:${key}`, item]));
  }

  const same = (value) => value;

  /** Callbacks: the suite's name, and for each argument its name and its form. */
  const CALLBACKS = {
    updateCapabilities: ["update_capabilities", ["capabilities", (value) => renamed(value, CAPABILITIES)]],
    updateAgentAvailability: [
      "update_agent_availability",
      ["availability", (value, generation) => renamed(value, AVAILABILITY[generation])],
    ],
    agentJoined: ["agent_joined", ["profile", same]],
    agentReadMessages: ["agent_read_messages"],
    agentTyping: ["agent_typing", ["is_typing", same]],
    sendMessageToUser: ["send_message_to_user", ["message", same], ["agent_id", (value) => value ?? null]],
    beginTransferToAnotherAgent: ["begin_transfer_to_another_agent", ["profile", same]],
    agentLeftChat: ["agent_left_chat"],
    agentEndedChat: ["agent_ended_chat"],
    setErrorStatus: ["set_error_status", ["error", (value) => renamed(value, ERROR)]],
    setFileUploadStatus: ["set_file_upload_status", ["file_id", same], ["is_error", same], ["error_message", same]],
    screenShareRequest: ["screen_share_request"],
    screenShareEnded: ["screen_share_ended"],
    persistedState: ["persisted_state"],
    updatePersistedState: ["update_persisted_state", ["state", same], ["merge", same]],
  };
  const ONLY_CARBON = ["persistedState", "updatePersistedState"];

  /** The suite's name of a callback, or `undefined` when the host of this generation has none of this name. */
  function callbackName(name, generation) {
    const known = Object.hasOwn(CALLBACKS, name) && !(generation === "2023" && ONLY_CARBON.includes(name));
    return known ? CALLBACKS[name][0] : undefined;
  }

  /** The arguments of a callback by the suite's names; more than the interface has get names of their own. */
  function callbackArguments(name, given, generation) {
    const [, ...parameters] = CALLBACKS[name];
    const needed = name === "sendMessageToUser" ? 2 : 0; // an agent's id may be left away: then it is the desk's word
    const values = Array.from({ length: Math.max(given.length, needed) }, (_, place) => given[place]);
    const named = values.map((value, place) => {
      const [argument, form] = parameters[place] ?? [`argument_${place + 1}`, same];
      return [argument, form(value, generation)];
    });
    return Object.fromEntries(named.filter(([, value]) => value !== undefined));
  }

  function fileOf({ id, name, content_type: type, content_base64: content, status }) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    return { id, file: new File([bytes], name, { type }), status: status ?? "edit" };
  }

  /** The arguments of a function of the interface, in the host's names and order. */
  function functionArguments(name, given, generation, endedByAgent) {
    const end = { preEndChatPayload: undefined };
    const historyKey = given.start_chat_options?.agent_app_info?.session_history_key;
    const options = generation === "2023" ? { agentAppInfo: { sessionHistoryKey: historyKey } } : {};
    switch (name) {
      case "start_chat":
        return [given.connect_message, ...("start_chat_options" in given ? [options] : [])];
      case "end_chat":
        return "info" in given ? [generation === "2023" ? end : { ...end, endedByHumanAgent: endedByAgent }] : [];
      case "send_message_to_agent": {
        const { message, message_id: id, additional_data: more } = given;
        const files = more?.files_to_upload?.map(fileOf);
        return [message, id, ...(more === undefined || more === null ? [] : [files ? { filesToUpload: files } : {}])];
      }
      case "update_state": {
        const names = { session_id: "sessionID", user_id: "userID" };
        const state = Object.entries(given.state).map(([key, value]) => [names[key] ?? key, value]);
        return [Object.fromEntries(state)];
      }
      case "files_selected_for_upload":
        return [given.uploads.map(fileOf)];
      default:
        return Object.values(given);
    }
  }

  /** The functions that an integration offers and the host of this generation calls, in the suite's names. */
  function offered(adapter, generation) {
    const has = ([, name]) => typeof adapter?.[name] === "function";
    const names = Object.entries(FUNCTIONS).filter(has).map(([name]) => name);
    return names.filter((name) => !NEVER_CALLED[generation].includes(name));
  }

  Object.assign(parts, { FUNCTIONS, callbackName, callbackArguments, functionArguments, offered });
})((globalThis[Symbol.for("contracts")] ??= {}));

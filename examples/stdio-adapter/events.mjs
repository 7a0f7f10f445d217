/** From the desk's events to the host's callbacks. The host hears of each thing once, and of nothing after the end. */

const TYPING_SECONDS = 5;

const isWebUrl = (url) => typeof url === "string" && /^https?:\/\//i.test(url);

function profileOf(agent) {
  const profile = { id: String(agent?.id || "agent"), nickname: agent?.nickname?.trim() ? agent.nickname : "Agent" };
  return isWebUrl(agent?.profile_picture_url) ? { ...profile, profile_picture_url: agent.profile_picture_url } : profile;
}

export class Events {
  /** Whether the host was ever told of an agent: then it is connected, and not connecting any more. */
  anyoneJoined = false;
  #host;
  #clock;
  #ended;
  #present = new Map();
  #met = new Set();
  #givers = new Set();
  #transfers = new Set();
  #joinMayFollow = true;
  #typists = new Map();
  #typingShown = false;
  #lastOfUser = 0;

  /** `ended` is called when the desk says that the conversation is over. */
  constructor(host, clock, ended) {
    this.#host = host;
    this.#clock = clock;
    this.#ended = ended;
  }

  /** Tell the host what it should know of one event; types that nobody knows yet are ignored. */
  show({ type, data }) {
    const tell = {
      "queue.updated": () => this.#queue(data),
      "agent.joined": () => this.#joined(profileOf(data.agent)),
      "agent.typing": () => this.#types(data),
      "agent.read": () => data.up_to_seq >= this.#lastOfUser && this.#host.agent_read_messages(),
      "agent.left": () => this.#left(data.agent_id, data.reason),
      "transfer.started": () => this.#transfer(data),
      "message.created": () => this.#message(data.message),
      "conversation.ended": () => this.#ended(),
    }[type];
    tell?.();
    this.#showTyping();
  }

  /** Let no timer outlive the chat. `hide`: the host is to take the typing indicator away. */
  stop({ hide }) {
    for (const cancel of this.#typists.values()) cancel();
    this.#typists.clear();
    if (hide) this.#showTyping();
  }

  #queue({ position, estimated_wait_seconds: seconds, message, agents_online: online }) {
    const availability = {
      ...(typeof seconds === "number" ? { estimated_wait_time: Math.ceil(seconds / 60) } : {}),
      ...(position >= 1 ? { position_in_queue: position } : {}),
      ...(message ? { message } : {}),
    };
    if (online === 0 && !Object.keys(availability).length) availability.message = "No agent is online at the moment.";
    if (!this.anyoneJoined && Object.keys(availability).length) this.#host.update_agent_availability({ availability });
  }

  /** A further join must follow a transfer notice or a leaving; for an agent who joins beside another, give one. */
  #joined(profile) {
    if (this.#present.has(profile.id)) return;
    if (!this.#joinMayFollow) this.#host.begin_transfer_to_another_agent({ profile });
    this.#present.set(profile.id, profile);
    this.#met.add(profile.id);
    this.#givers.delete(profile.id);
    this.#joinMayFollow = false;
    this.anyoneJoined = true;
    this.#host.agent_joined({ profile });
  }

  #left(agentId, reason) {
    if (!this.#present.delete(agentId)) return;
    this.#stopsTyping(agentId);
    if (reason === "transferred" && this.#givers.has(agentId)) return; // the notice said so
    this.#joinMayFollow = true;
    this.#host.agent_left_chat();
  }

  #transfer({ transfer_id: id, from_agent_id: from, to_agent: to }) {
    if (!this.anyoneJoined || this.#transfers.has(id)) return; // another attempt needs no second notice
    this.#transfers.add(id);
    for (const giver of from ? [from] : this.#present.keys()) this.#givers.add(giver);
    this.#joinMayFollow = true;
    this.stop({ hide: true });
    this.#host.begin_transfer_to_another_agent(to ? { profile: profileOf(to) } : {});
  }

  #message(message) {
    const { role, id } = message.author;
    if (role === "user") {
      this.#lastOfUser = message.seq ?? this.#lastOfUser; // the host shows it already
      return;
    }
    const agentId = role === "agent" ? id : null;
    if (agentId !== null && !this.#met.has(agentId)) this.#joined(profileOf({ id: agentId }));
    this.#stopsTyping(agentId);
    this.#host.send_message_to_user({ message: toUser(message), agent_id: agentId });
  }

  #types({ agent_id: agentId, typing, expires_in_seconds: seconds }) {
    if (!this.#present.has(agentId)) return;
    this.#typists.get(agentId)?.();
    this.#typists.delete(agentId);
    if (!typing) return;
    const limit = Math.min(seconds > 0 ? seconds : TYPING_SECONDS, TYPING_SECONDS);
    const expire = () => (this.#typists.delete(agentId), this.#showTyping());
    this.#typists.set(agentId, this.#clock.after(limit, expire, "typing"));
  }

  #stopsTyping(agentId) {
    this.#typists.get(agentId)?.();
    this.#typists.delete(agentId);
    this.#showTyping();
  }

  #showTyping() {
    const shown = this.#typists.size > 0;
    if (shown !== this.#typingShown) {
      this.#typingShown = shown;
      this.#host.agent_typing({ is_typing: shown });
    }
  }
}

/** A desk's message in the host's words; a text stays as it is, and what the host does not know becomes a text. */
function toUser({ text, items }) {
  if (!items?.length) return text ?? "";
  const words = (item) => item.text || item.title || item.alt || item.url || item.type || "(cannot be shown here)";
  const generic = items.map((item) => {
    if (item.type === "error") return { response_type: "inline_error", text: words(item) };
    if (!isWebUrl(item.url)) return { response_type: "text", text: words(item) };
    if (item.type === "image" || item.type === "video") return { response_type: item.type, source: item.url };
    if (item.type !== "link") return { response_type: "text", text: words(item) };
    return { response_type: "button", button_type: "url", label: item.title || item.url, url: item.url };
  });
  return { output: { generic: [...(text ? [{ response_type: "text", text }] : []), ...generic] } };
}

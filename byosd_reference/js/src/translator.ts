/**
 * From the desk's events to the host's callbacks: one small function for each type of event. An event that lacks what
 * it cannot do without is skipped; types that nobody knows yet are ignored.
 */

import { note } from "./errors";
import type { DeskEvent } from "./event";
import type { Files } from "./files";
import type { Gate } from "./gate";
import { availabilityFor, type Place } from "./generation";
import type { HostApi } from "./host";
import { messageToUser } from "./messages";
import { profileIn, type Presence } from "./presence";
import { known, number, part, text, whole, type Data } from "./reading";
import type { ScreenShare } from "./screen-share";
import type { TypingIndicator } from "./typing";

const NOBODY_ONLINE = "No agent is online at the moment. You are still in the queue.";

/** The parts of a chat that an event may concern. `ended`: the desk says that the conversation is over. */
export interface Parts {
  gate: Gate;
  hostApi: HostApi;
  typing: TypingIndicator;
  presence: Presence;
  files: Files;
  screenShare: ScreenShare;
  ended: () => void;
}

export class Translator {
  private lastUserSeq = 0;
  private readonly handlers: ReadonlyMap<string, (data: Data) => void>;

  constructor(private readonly parts: Parts) {
    const { presence, files, screenShare } = parts;
    this.handlers = new Map<string, (data: Data) => void>([
      ["queue.updated", (data) => this.queueUpdated(data)],
      ["agent.joined", (data) => presence.joined(profileIn(data["agent"]) ?? { id: "agent", nickname: "Agent" })],
      ["agent.typing", (data) => this.agentTyping(data)],
      ["agent.read", (data) => this.agentRead(data)],
      ["agent.left", (data) => presence.left(text(data, "agent_id") ?? "", text(data, "reason"))],
      ["transfer.started", (data) => presence.transferStarted(data)],
      ["message.created", (data) => this.messageCreated(part(data, "message"))],
      ["conversation.ended", () => parts.ended()],
      ["file.updated", (data) => files.updated(data)],
      ["screen_share.requested", (data) => screenShare.requested(data)],
      ["screen_share.ended", (data) => screenShare.ended(data)],
      ["capabilities.updated", (data) => files.capabilitiesUpdated(data)],
    ]);
  }

  /** Tell the host what it should know of `event`. */
  tell(event: DeskEvent): void {
    const handler = this.handlers.get(event.type);
    if (!handler) return note(`ignored event ${event.seq}: its type is not known here`);
    handler(event.data);
    this.parts.typing.refresh();
  }

  private queueUpdated(data: Data): void {
    const { gate, hostApi, presence } = this.parts;
    const place = placeIn(data);
    if (presence.anyoneJoined || !Object.keys(place).length) return;
    gate.call("updateAgentAvailability", availabilityFor(hostApi, place));
  }

  private agentTyping(data: Data): void {
    const { presence, typing } = this.parts;
    const agentId = text(data, "agent_id");
    if (agentId === undefined || !presence.isPresent(agentId)) return;
    if (data["typing"] === true) typing.started(agentId, number(data, "expires_in_seconds"));
    else typing.stopped(agentId);
  }

  /** The host's word for it means *everything*: so it is said only when nothing of the user's is left unread. */
  private agentRead(data: Data): void {
    if ((whole(data, "up_to_seq") ?? 0) >= this.lastUserSeq) this.parts.gate.call("agentReadMessages");
  }

  private messageCreated(message: Data): void {
    const { gate, presence } = this.parts;
    const role = text(message, "author", "role");
    if (role === "user") {
      this.lastUserSeq = whole(message, "seq") ?? this.lastUserSeq; // the host shows the user's own words already
      return;
    }
    if (!Object.keys(message).length) return;
    const agentId = role === "agent" ? text(message, "author", "id") : undefined;
    if (agentId === undefined) return gate.call("sendMessageToUser", messageToUser(message));
    presence.spoke(agentId);
    gate.call("sendMessageToUser", messageToUser(message), agentId);
  }
}

/** Return the user's place in the queue: whole minutes, and only what is known. */
function placeIn(data: Data): Place {
  const seconds = number(data, "estimated_wait_seconds");
  const place: Place = known({
    minutes: seconds === undefined ? undefined : Math.ceil(seconds / 60),
    position: whole(data, "position", 1),
    message: text(data, "message"),
  });
  const nothingElse = !Object.keys(place).length;
  return nothingElse && number(data, "agents_online") === 0 ? { message: NOBODY_ONLINE } : place;
}

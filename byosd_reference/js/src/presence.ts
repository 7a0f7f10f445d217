/**
 * Who is there, as the host was told.
 *
 * The host knows one present agent and the profiles of all that it was ever told. Its rules, and how they are kept:
 *
 * - one `agentJoined` for one presence, before anything that the agent says or types;
 * - a further join follows `beginTransferToAnotherAgent` or `agentLeftChat`. An agent who joins *beside* another one
 *   (a conference) has neither: the notice is then given right before the join, with the profile that joins;
 * - no transfer notice before the first join, and one for one transfer, however many agents are asked in turn;
 * - `agentLeftChat` once for each agent who leaves, also when another one stays: the host has no other word for it. An
 *   agent who leaves because of a transfer is not reported: the notice said so.
 */

import type { Gate } from "./gate";
import { profileFor } from "./generation";
import type { AgentProfile, HostApi } from "./host";
import { isWebUrl, text, type Data } from "./reading";
import type { TypingIndicator } from "./typing";

const FALLBACK_NICKNAME = "Agent";

/** Return the profile in `data`, with a nickname in any case; `undefined` without an id. */
export function profileIn(data: unknown): AgentProfile | undefined {
  const id = text(data, "id");
  if (id === undefined) return undefined;
  const nickname = text(data, "nickname") ?? "";
  const profile = { id, nickname: nickname.trim() ? nickname : FALLBACK_NICKNAME };
  const picture = text(data, "profile_picture_url");
  return isWebUrl(picture) ? { ...profile, profile_picture_url: picture } : profile;
}

/** Turns arrivals, departures and transfers into what the host is told. */
export class Presence {
  private present = new Map<string, AgentProfile>();
  private met = new Set<string>();
  private readonly handingOver = new Set<string>();
  private readonly transfers = new Set<string>();
  private joinMayFollow = true;

  constructor(
    private readonly gate: Gate, private readonly typing: TypingIndicator, private readonly hostApi: HostApi,
  ) {}

  /** Whether the host has ever been told of an agent: then it is connected, and not connecting any more. */
  get anyoneJoined(): boolean {
    return this.met.size > 0;
  }

  /** Return who is present. */
  profiles(): AgentProfile[] {
    return [...this.present.values()];
  }

  /** Take over whom the host knows from before a page reload; it is told nothing. */
  restore(profiles: AgentProfile[]): void {
    this.present = new Map(profiles.map((profile) => [profile.id, profile]));
    this.met = new Set(this.present.keys());
    this.joinMayFollow = !this.present.size;
  }

  /** Tell whether the host was told that this agent is there. */
  isPresent(agentId: string): boolean {
    return this.present.has(agentId);
  }

  /** An agent is there. */
  joined(profile: AgentProfile): void {
    if (this.present.has(profile.id)) return;
    if (!this.joinMayFollow) this.noticeTransfer(profile);
    this.present.set(profile.id, profile);
    this.met.add(profile.id);
    this.handingOver.delete(profile.id);
    this.joinMayFollow = false;
    this.gate.call("agentJoined", profileFor(this.hostApi, profile));
  }

  /** An agent's message comes next: somebody who speaks is there, whatever was missed. */
  spoke(agentId: string): void {
    if (!this.met.has(agentId)) this.joined({ id: agentId, nickname: FALLBACK_NICKNAME });
    this.typing.interrupted(agentId);
  }

  /** An agent is gone; the chat goes on. */
  left(agentId: string, reason: string | undefined): void {
    if (!this.present.delete(agentId)) return;
    this.typing.interrupted(agentId);
    if (reason === "transferred" && this.handingOver.has(agentId)) return;
    this.joinMayFollow = true;
    this.gate.call("agentLeftChat");
  }

  /** Somebody else is to take over. */
  transferStarted(data: Data): void {
    const id = text(data, "transfer_id") ?? "";
    if (!this.anyoneJoined || this.transfers.has(id)) return;
    this.transfers.add(id);
    const from = text(data, "from_agent_id");
    for (const agentId of from === undefined ? this.present.keys() : [from]) this.handingOver.add(agentId);
    this.joinMayFollow = true;
    this.noticeTransfer(profileIn(data["to_agent"]));
  }

  private noticeTransfer(profile: AgentProfile | undefined): void {
    this.typing.clear();
    if (profile) this.gate.call("beginTransferToAnotherAgent", profileFor(this.hostApi, profile));
    else this.gate.call("beginTransferToAnotherAgent");
  }
}

/**
 * One conversation, from the moment it can be used to its end.
 *
 * A chat ends in one of three ways, and each time exactly once: the user ends it, the desk ends it, or the connection
 * is lost for good. Whoever closes the gate first is the one who ends it.
 */

import { Attention } from "./attention";
import type { DeskCapabilities } from "./capabilities";
import { onceMore, type Conversation } from "./conversation";
import { EventDoor } from "./door";
import { note } from "./errors";
import type { State } from "./escalation";
import type { DeskEvent } from "./event";
import { fileRulesOf } from "./file-rules";
import { Files } from "./files";
import { Gate } from "./gate";
import { watch } from "./heartbeat";
import { CONNECTING, DISCONNECTED, type AgentProfile } from "./host";
import { Memory } from "./memory";
import { Outbox } from "./outbox";
import { Presence } from "./presence";
import { ScreenShare } from "./screen-share";
import { EventStream, type StreamListener } from "./stream";
import type { Surroundings } from "./surroundings";
import { LIMITS, within } from "./time";
import { Translator } from "./translator";
import { TypingIndicator } from "./typing";

/** What a chat begins with. `after`: the position up to which it was shown before; `agents`: whom the host knows. */
export interface Beginning {
  conversation: Conversation;
  capabilities: DeskCapabilities;
  state: State;
  after: number;
  agents: AgentProfile[];
}

/** A running chat. It listens to its own event stream. */
export class Chat implements StreamListener {
  readonly files: Files;
  readonly outbox: Outbox;
  readonly attention: Attention;
  readonly screenShare: ScreenShare;
  private readonly api: Conversation;
  private readonly agents: AgentProfile[];
  private readonly gate: Gate;
  private readonly typing: TypingIndicator;
  private readonly presence: Presence;
  private readonly memory: Memory;
  private readonly translator: Translator;
  private readonly stream: EventStream;
  /** Cuts every call of the chat that is under way. */
  private readonly cut = new AbortController();
  private closing: Promise<void> = Promise.resolve();

  constructor({ callback, hostApi, options }: Surroundings, beginning: Beginning) {
    const { conversation, capabilities, state, after, agents } = beginning;
    this.api = conversation;
    this.agents = agents;
    this.gate = new Gate(callback);
    this.typing = new TypingIndicator(this.gate);
    this.presence = new Presence(this.gate, this.typing, hostApi);
    this.memory = new Memory(this.gate, conversation.credentials, hostApi);
    this.files = new Files(this.gate, conversation, fileRulesOf(capabilities));
    this.outbox = new Outbox(conversation, this.files, capabilities, { ...state }, this.cut.signal);
    this.attention = new Attention(conversation, capabilities, this.cut.signal);
    this.screenShare = new ScreenShare(this.gate, conversation, this.cut.signal);
    const { gate, typing, presence, files, screenShare } = this;
    const ended = (): void => this.finish(() => this.gate.lastWord("agentEndedChat"));
    this.translator = new Translator({ gate, hostApi, typing, presence, files, screenShare, ended });
    const door = new EventDoor(conversation, capabilities.transports);
    this.stream = new EventStream(door, options.reconnectLimitSeconds ?? 60, after);
  }

  /** Whether the chat has ended, or is just ending. */
  get isOver(): boolean {
    return this.gate.isClosed;
  }

  /**
   * Open the event stream; from here on nothing that happens at the desk is missed.
   *
   * @throws DeskError - it could not be opened within the deadline
   */
  open(deadline: AbortSignal): Promise<void> {
    return this.stream.open(deadline);
  }

  /** Go: tell the host what it may offer, and begin to show events. */
  begin(): void {
    if (this.isOver) return;
    this.presence.restore(this.agents);
    this.memory.begin(this.stream.lastSeq, this.agents);
    this.files.announce();
    this.stream.start(this);
    void watch(this.stream, this.cut.signal);
  }

  /** Give up a chat that never began; the host is told nothing. */
  abandon(): void {
    this.gate.close();
    this.stream.stop();
    this.cut.abort();
  }

  /**
   * End the chat for the user. Harmless when it is over; then the desk is not told again.
   *
   * @throws DeskError - the desk could not be told. Everything is cleaned up all the same
   */
  async end(): Promise<void> {
    if (!this.gate.close()) return this.closing.catch(() => {});
    this.typing.cancel();
    this.closing = this.close(true);
    return this.closing;
  }

  /** Tell that the user has read everything that was shown. */
  userRead(): Promise<void> {
    return this.attention.userRead(this.stream.lastSeq);
  }

  // ---- what the stream says

  eventCame(event: DeskEvent): void {
    this.translator.tell(event);
    this.memory.keep(event.seq, this.presence.profiles());
  }

  /** Tell the host, if it is connected; while it is connecting, an interruption is nobody's business yet. */
  connectionLost(reason: string): void {
    this.reportConnection(true, reason);
  }

  /** What was missed comes after this. */
  connectionRegained(): void {
    this.reportConnection(false, "the connection is back");
  }

  /** Give up: tell the host that it is over, and the desk, if it still listens. */
  connectionGivenUp(reason: string): void {
    const lastWord = this.presence.anyoneJoined
      ? () => this.gate.lastWord("agentEndedChat")
      : () => this.gate.lastWord("setErrorStatus", { type: CONNECTING, logInfo: reason });
    this.finish(lastWord, "the connection was lost");
  }

  private reportConnection(isDisconnected: boolean, logInfo: string): void {
    if (!this.presence.anyoneJoined) return;
    this.gate.call("setErrorStatus", { type: DISCONNECTED, isDisconnected, logInfo });
  }

  // ---- the end

  /** End the chat by itself. The host may call `end` inside the last word: it is over by then. */
  private finish(lastWord: () => void, tellDesk?: string): void {
    this.typing.clear();
    if (!this.gate.close()) return;
    this.closing = this.close(tellDesk !== undefined, tellDesk);
    this.closing.catch((error) => note("the desk was not told that the chat is over", error));
    lastWord();
  }

  /** Take back what would outlive the chat in the host, let what is on its way arrive, and leave nothing open. */
  private async close(tellDesk: boolean, reason?: string): Promise<void> {
    this.files.farewell();
    this.memory.farewell();
    this.stream.stop();
    const deadline = within(LIMITS.end);
    try {
      await this.outbox.close(within(LIMITS.settle, deadline));
      if (tellDesk) await onceMore(() => this.api.end(reason, deadline), deadline);
    } finally {
      this.cut.abort();
    }
  }
}

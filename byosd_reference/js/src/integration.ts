/**
 * The functions that web chat calls, one method each. Read this module first, then `starting` (how a chat is made),
 * `chat` (how it lives and ends), `stream` (how events arrive, whatever the network does) and `translator` (what the
 * host is told about them).
 *
 * **A promise that resolves is a promise kept**: a message that was sent is at the desk, a chat that was started can
 * be used, a chat that was ended is known to be.
 */

import { Attempt } from "./attempt";
import { Chat } from "./chat";
import { InvalidMessage, NoChat, note } from "./errors";
import { queueOf, startRequest, stateOf, type State } from "./escalation";
import type { FileUpload, HostState, ServiceDesk } from "./host";
import { items, part } from "./reading";
import { resumedChat } from "./resuming";
import { startedChat } from "./starting";
import type { Surroundings } from "./surroundings";
import { LIMITS, within } from "./time";

/** The integration of one widget with one desk: one chat at a time, and any number one after the other. */
export class ReferenceServiceDesk implements ServiceDesk {
  protected current: Chat | Attempt | undefined;
  private state: State = {};

  /** Starts nothing: web chat builds an integration for every visitor who opens it. */
  constructor(protected readonly around: Surroundings) {}

  // ---- must have

  /** Return a name of 1 to 40 characters. */
  getName(): string {
    return "byosd reference (JavaScript)";
  }

  /**
   * Make a chat; resolve when it can be used, whether or not an agent is there yet. A rejection is the only word that
   * the host gets of a start that failed, and the desk keeps no conversation.
   */
  async startChat(connectMessage: unknown, startChatOptions?: unknown): Promise<void> {
    if (this.current && !this.current.isOver) throw new NoChat("a chat is running already");
    const state = { ...this.state };
    const request = startRequest(connectMessage, startChatOptions, state, this.around.options);
    const chat = await this.become(new Attempt((calledOff) => startedChat(this.around, request, calledOff)));
    const changed = Object.entries(this.state).filter(([name, value]) => state[name as keyof State] !== value);
    if (changed.length && !chat.isOver) chat.outbox.updateState(Object.fromEntries(changed));
  }

  /** End the chat; harmless when there is none. Resolves when the desk knows. */
  async endChat(): Promise<void> {
    await this.current?.end();
  }

  /** Hand a message to the desk; resolving is the receipt. An empty text without files is not sent. */
  async sendMessageToAgent(message: unknown, messageID: string, additionalData?: unknown): Promise<void> {
    const words = part(message, "input")["text"] ?? "";
    if (typeof words !== "string") throw new InvalidMessage("the message has no text");
    const uploads = items(additionalData, "filesToUpload") as readonly FileUpload[];
    const chat = this.runningChat();
    if (!chat) throw new NoChat("no chat is running");
    await chat.outbox.send(words, messageID, uploads);
  }

  // ---- nice to have, and later additions

  /** Take note of a changed session, user or locale: for the running chat and for the next one. `2023` only. */
  updateState(state: HostState): void {
    const change = stateOf(state);
    Object.assign(this.state, change);
    if (Object.keys(change).length) this.runningChat()?.outbox.updateState(change);
  }

  /** Tell whether an agent is there, in the queue that the message asks for; `null` when the desk cannot tell. */
  areAnyAgentsOnline(connectMessage: unknown): Promise<boolean | null> {
    const { desk, options } = this.around;
    return desk.availability(queueOf(connectMessage) ?? options.queue, within(LIMITS.other));
  }

  /** Tell the desk that the user types, or stopped. Never rejects: nobody misses it. */
  async userTyping(isTyping: boolean): Promise<void> {
    await this.runningChat()?.attention.userTyping(isTyping);
  }

  /** Tell the desk that the user has read everything so far. Never rejects: nobody misses it. */
  async userReadMessages(): Promise<void> {
    await this.runningChat()?.userRead();
  }

  /** Tell the user at once which of the chosen files cannot be sent. Nothing is sent. */
  filesSelectedForUpload(uploads: FileUpload[]): void {
    this.runningChat()?.files.chosen(uploads);
  }

  /** Tell the desk that the user stopped sharing the screen; harmless when nothing is shared. */
  async screenShareStop(): Promise<void> {
    await this.runningChat()?.screenShare.stop();
  }

  // ---- the one chat

  /** Give the integration's one place to an attempt, then to the chat that it became. */
  protected async become(attempt: Attempt): Promise<Chat> {
    this.current = attempt;
    try {
      const chat = await attempt.chat;
      this.current = chat;
      chat.begin();
      return chat;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }

  private runningChat(): Chat | undefined {
    return this.current instanceof Chat && !this.current.isOver ? this.current : undefined;
  }
}

/** The integration with a host that keeps state over a page reload. */
export class ReconnectingServiceDesk extends ReferenceServiceDesk {
  constructor(around: Surroundings, private persistedState: unknown) {
    super(around);
  }

  /** Take up the chat of before a page reload; tell whether it goes on. */
  async reconnect(): Promise<boolean> {
    const running = this.current;
    if (running instanceof Attempt) return running.chat.then(() => true, () => false);
    if (running && !running.isOver) return true;
    const persisted = this.persistedState;
    this.persistedState = undefined;
    try {
      await this.become(new Attempt((calledOff) => resumedChat(this.around, persisted, calledOff)));
      return true;
    } catch (error) {
      note("no chat was taken up", error);
      return false;
    }
  }
}

/**
 * What the user sends: messages and changes of state, in one line, so that each message carries the state that it was
 * written in.
 *
 * A message's promise is its receipt: it resolves when the desk has the message. When the answer got lost, the message
 * is sent once more under the same id, which the desk stores once. When the time is used up, it is not: nobody knows,
 * and the honest answer is no.
 */

import type { DeskCapabilities } from "./capabilities";
import { onceMore, type Conversation } from "./conversation";
import { AnswerLost, DeskError, DeskRefused, InvalidMessage, NoChat, note } from "./errors";
import type { State } from "./escalation";
import { fileIds, type Files } from "./files";
import type { FileUpload } from "./host";
import { randomId } from "./random-id";
import { LIMITS, orAborted, within } from "./time";

const LONGEST_ID = 100;

export class Outbox {
  private line: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  /** The last change in the line, while nothing stands behind it. */
  private lastInLine: State | undefined;
  private untold: State = {};
  private readonly wireIds = new Map<string, string>();

  constructor(
    private readonly api: Conversation,
    private readonly files: Files,
    private readonly capabilities: DeskCapabilities,
    private readonly told: State,
    private readonly cut: AbortSignal,
  ) {}

  /**
   * Hand a message over. A text that is empty, without files, is not sent.
   *
   * @throws InvalidMessage - the text is longer than the desk takes; the desk was not asked
   * @throws NoChat - the chat ended before it was the message's turn
   * @throws DeskError - the desk does not have the message, or did not say in time that it has it
   */
  async send(words: string, messageId: string, uploads: readonly FileUpload[]): Promise<void> {
    if (!words && !uploads.length) return;
    const longest = this.capabilities.maxTextCharacters;
    if (longest !== undefined && [...words].length > longest) {
      throw new InvalidMessage(`the message is longer than the ${longest} characters that the desk takes`);
    }
    const deadline = within(LIMITS.send + LIMITS.upload * uploads.length, this.cut);
    this.lastInLine = undefined;
    await this.inLine(async () => {
      if (deadline.aborted) throw new AnswerLost("take the message", "earlier messages used the time up");
      await this.tellStateFirst(within(LIMITS.other, deadline));
      await this.sendNow(words, this.wireId(messageId), uploads, deadline);
    });
  }

  /** Take note of a change. Changes that follow each other are told as one. */
  updateState(change: State): void {
    if (!this.capabilities.updateState) return;
    if (this.lastInLine) {
      Object.assign(this.lastInLine, change);
      return;
    }
    const waiting = { ...change };
    this.lastInLine = waiting;
    this.inLine(async () => {
      if (this.lastInLine === waiting) this.lastInLine = undefined;
      Object.assign(this.untold, waiting);
      await this.tellState(within(LIMITS.other, this.cut));
    }).catch((error) => note("the new state was not told", error));
  }

  /** Take nothing more, and wait until what is on its way has arrived, or the signal is aborted. */
  async close(signal: AbortSignal): Promise<void> {
    this.isClosed = true;
    await orAborted(this.line, signal);
  }

  private inLine(task: () => Promise<void>): Promise<void> {
    const done = this.line.then(() => {
      if (this.isClosed) throw new NoChat("the chat has ended");
      return task();
    });
    this.line = done.catch(() => {});
    return done;
  }

  private async sendNow(
    words: string, messageId: string, uploads: readonly FileUpload[], deadline: AbortSignal,
  ): Promise<void> {
    const sent = await this.files.upload(uploads, deadline);
    if (!words && !sent.length) throw new InvalidMessage("none of the files could be sent");
    const message = { message_id: messageId, text: words, ...(sent.length ? { file_ids: fileIds(sent) } : {}) };
    try {
      await onceMore(() => this.api.send(message, deadline), deadline);
    } catch (error) {
      this.files.messageFailed(sent);
      throw error;
    }
    this.files.messageAccepted(sent);
  }

  /** Try again to tell a state that could not be told. A message never goes out under another user's name. */
  private async tellStateFirst(deadline: AbortSignal): Promise<void> {
    try {
      await this.tellState(deadline);
    } catch (error) {
      if (!(error instanceof DeskError) || this.untold.user_id !== undefined) throw error;
    }
  }

  private async tellState(deadline: AbortSignal): Promise<void> {
    const names = Object.keys(this.untold) as (keyof State)[];
    const changed = names.filter((name) => this.untold[name] !== this.told[name]);
    const change = Object.fromEntries(changed.map((name) => [name, this.untold[name]]));
    if (changed.length) await this.api.updateState(change, deadline).catch(acceptedNo);
    Object.assign(this.told, change);
    this.untold = {};
  }

  /** Return the id under which the desk knows a message: the host's, or where that does not fit one in its place. */
  private wireId(messageId: string): string {
    if (messageId && messageId.length <= LONGEST_ID) return messageId;
    const id = this.wireIds.get(messageId) ?? randomId();
    if (messageId) this.wireIds.set(messageId, id);
    return id;
  }
}

/** A desk that says a definite no to a state is not asked again; anything else is for a later attempt. */
function acceptedNo(error: unknown): void {
  if (!(error instanceof DeskRefused) || error.uncertain || error.status === 429) throw error;
  note("the desk will not note the new state", error);
}

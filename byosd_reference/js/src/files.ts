/**
 * Files of the user: validated when chosen, uploaded when sent, and each told its one final status.
 *
 * A file has arrived when the desk accepted it *and* the message that names it; one without the other is of no use to
 * an agent. The desk may decide about a file later (`file.updated`), even before the answer to its upload is here.
 */

import type { Conversation } from "./conversation";
import { DeskError } from "./errors";
import { problemWith, rulesForHost, updatedRules, type FileRules } from "./file-rules";
import type { Gate } from "./gate";
import type { FileUpload } from "./host";
import { text, type Data } from "./reading";
import { LIMITS, within } from "./time";

/** A file on its way. */
interface Upload {
  hostId: string;
  deskId?: string;
  state: string;
  reason?: string | undefined;
  inMessage: boolean;
}

/** The files of one chat. */
export class Files {
  private uploads: Upload[] = [];
  /** What the desk said about files, by its ids. */
  private readonly decisions = new Map<string, { state: string; reason: string | undefined }>();
  private readonly refused = new Set<string>();

  constructor(private readonly gate: Gate, private readonly api: Conversation, private rules: FileRules) {}

  /** Tell the host what the user may send. */
  announce(): void {
    this.gate.call("updateCapabilities", rulesForHost(this.rules));
  }

  /** The desk changed the rules. */
  capabilitiesUpdated(data: Data): void {
    this.rules = updatedRules(this.rules, data);
    this.announce();
  }

  /** Return the files that may be sent; the user is told what is wrong with the others, once for each file. */
  chosen(uploads: readonly FileUpload[]): FileUpload[] {
    const fit: FileUpload[] = [];
    for (const upload of uploads) {
      const problem = problemWith(upload, this.rules, !fit.length);
      if (problem === undefined) {
        fit.push(upload);
      } else if (!this.refused.has(upload.id)) {
        this.refused.add(upload.id);
        this.gate.call("setFileUploadStatus", upload.id, true, problem);
      }
    }
    return fit;
  }

  /** Upload the files that may be sent, in order; return those that the message can name. */
  async upload(uploads: readonly FileUpload[], deadline: AbortSignal): Promise<Upload[]> {
    const started = this.chosen(uploads).map(({ id, file }) => {
      return { file, upload: { hostId: id, state: "pending", inMessage: false } as Upload };
    });
    this.uploads.push(...started.map(({ upload }) => upload));
    for (const { file, upload } of started) await this.uploadOne(file, upload, within(LIMITS.upload, deadline));
    this.tellSettled();
    return started.map(({ upload }) => upload).filter(({ state }) => state !== "rejected");
  }

  /** The desk has the message that names these files. */
  messageAccepted(uploads: Upload[]): void {
    for (const upload of uploads) upload.inMessage = true;
    this.tellSettled();
  }

  /** The desk does not have the message, so the files are of no use to it. */
  messageFailed(uploads: Upload[]): void {
    for (const upload of uploads) fail(upload, "The message with this file was not delivered.");
    this.tellSettled();
  }

  /** The desk decided about a file. */
  updated(data: Data): void {
    const id = text(data, "file_id");
    const state = text(data, "state");
    if (id === undefined || (state !== "accepted" && state !== "rejected")) return;
    this.decisions.set(id, { state, reason: text(data, "message") });
    this.applyDecisions();
    this.tellSettled();
  }

  /** Say the last words of a chat: files on their way have failed, and no others are taken. */
  farewell(): void {
    const onTheirWay = this.uploads;
    this.uploads = [];
    for (const { hostId } of onTheirWay) {
      this.gate.lastWord("setFileUploadStatus", hostId, true, "The chat has ended.");
    }
    if (this.rules.allowed) this.gate.lastWord("updateCapabilities", { allowFileUploads: false });
  }

  private async uploadOne(file: File, upload: Upload, deadline: AbortSignal): Promise<void> {
    try {
      const { id, state } = await this.api.upload(file, deadline);
      upload.deskId = id;
      upload.state = state ?? "accepted";
      upload.reason = "The file was rejected.";
      this.applyDecisions();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      fail(upload, `The file could not be sent: ${error.message}.`);
    }
  }

  private applyDecisions(): void {
    for (const upload of this.uploads) {
      const decision = upload.deskId === undefined ? undefined : this.decisions.get(upload.deskId);
      if (decision && upload.state === "pending") Object.assign(upload, decision);
    }
  }

  /** Tell each file that has come to an end its final status, and forget it. */
  private tellSettled(): void {
    const settled = this.uploads.filter(isSettled);
    this.uploads = this.uploads.filter((upload) => !isSettled(upload));
    for (const { hostId, state, reason } of settled) {
      if (state === "accepted") this.gate.call("setFileUploadStatus", hostId);
      else this.gate.call("setFileUploadStatus", hostId, true, reason ?? "The file was rejected.");
    }
  }
}

/** The id by which a message names a file. */
export function fileIds(uploads: readonly Upload[]): string[] {
  return uploads.flatMap(({ deskId }) => (deskId === undefined ? [] : [deskId]));
}

function fail(upload: Upload, reason: string): void {
  upload.state = "rejected";
  upload.reason = reason;
}

/** Whether nothing can change any more: the file failed, or is both accepted and named by a message. */
function isSettled({ state, inMessage }: Upload): boolean {
  return state === "rejected" || (state === "accepted" && inMessage);
}

/**
 * The host's side of the interface: what web chat calls, and what it lets an integration call.
 *
 * There are two generations of it. Where they differ the comments say so; `generation.ts` tells which one it is.
 */

/** `2023`: web chat up to 8. `carbon`: the open-source widget that followed it. */
export type HostApi = "2023" | "carbon";

/** Who an agent is. `id` is stable, `nickname` is what the user sees. */
export interface AgentProfile {
  id: string;
  nickname: string;
  profile_picture_url?: string;
  /** `carbon` only. */
  user_type?: "human";
}

/** Where the user stands in the queue, in the names of `2023`; waits are in minutes. */
export interface Availability2023 {
  estimated_wait_time?: number;
  position_in_queue?: number;
  message?: string;
}

/** Where the user stands in the queue, in the names of `carbon`; waits are in minutes. */
export interface AvailabilityCarbon {
  estimatedWaitTime?: number;
  positionInQueue?: number;
  message?: string;
}

/** What the widget may offer to the user. */
export interface HostCapabilities {
  allowFileUploads?: boolean;
  allowMultipleFileUploads?: boolean;
  allowedFileUploadTypes?: string;
}

/** Kinds of error: CONNECTING ends a chat that has not begun, DISCONNECTED locks the input of one that has. */
export const CONNECTING = 1;
export const DISCONNECTED = 2;

export type ErrorStatus =
  | { type: typeof CONNECTING; messageToUser?: string; logInfo?: unknown }
  | { type: typeof DISCONNECTED; isDisconnected: boolean; logInfo?: unknown };

/** An item of a message, such as `{response_type: "text", text: "..."}`. */
export type MessageItem = { response_type: string } & Record<string, unknown>;

/** A plain text, or a message with items. */
export type MessageToUser = string | { output: { generic: MessageItem[] } };

export const SCREEN_SHARE_ANSWERS = ["accepted", "declined", "cancelled", "ended"] as const;
export type ScreenShareAnswer = (typeof SCREEN_SHARE_ANSWERS)[number];

/** A file that the user chose. */
export interface FileUpload {
  id: string;
  file: File;
  status?: string;
}

/** What an integration may call. Promises are the host's affair: nothing here waits for one but that of the screen. */
export interface HostCallback {
  updateCapabilities(capabilities: HostCapabilities): unknown;
  updateAgentAvailability(availability: Availability2023 | AvailabilityCarbon): unknown;
  agentJoined(profile: AgentProfile): unknown;
  agentReadMessages(): unknown;
  agentTyping(isTyping: boolean): unknown;
  sendMessageToUser(message: MessageToUser, agentID?: string): unknown;
  beginTransferToAnotherAgent(profile?: AgentProfile): unknown;
  agentLeftChat(): unknown;
  /** The host calls `endChat` back inside this. */
  agentEndedChat(): unknown;
  setErrorStatus(error: ErrorStatus): unknown;
  setFileUploadStatus(fileID: string, isError?: boolean, errorMessage?: string): unknown;
  screenShareRequest(): Promise<ScreenShareAnswer>;
  screenShareEnded(): unknown;
  /** `carbon` only, as the next one. */
  persistedState?(): unknown;
  updatePersistedState?(state: object, mergeWithCurrent?: boolean): unknown;
}

/** What the page hands to the factory. `persistedState` is `carbon` only: what was kept over a page reload. */
export interface FactoryParameters {
  callback: HostCallback;
  instance?: unknown;
  persistedState?: unknown;
}

/** The host's session, as `updateState` tells it; `2023` only. */
export interface HostState {
  sessionID?: string | null;
  userID?: string | null;
  locale?: string;
}

/** What an integration offers to web chat. The comments of `integration.ts` say what each function promises. */
export interface ServiceDesk {
  getName(): string;
  startChat(connectMessage: unknown, startChatOptions?: unknown): Promise<void>;
  endChat(info?: unknown): Promise<void>;
  sendMessageToAgent(message: unknown, messageID: string, additionalData?: unknown): Promise<void>;
  updateState?(state: HostState): void;
  areAnyAgentsOnline?(connectMessage: unknown): Promise<boolean | null>;
  userTyping?(isTyping: boolean): Promise<void>;
  userReadMessages?(): Promise<void>;
  filesSelectedForUpload?(uploads: FileUpload[]): void;
  screenShareStop?(): Promise<void>;
  reconnect?(): Promise<boolean>;
}

/** What the desk offers. A desk that does not tell is taken to offer everything but files, without limits. */

import { flag, items, known, part, whole } from "./reading";

export interface DeskCapabilities {
  updateState: boolean;
  userTyping: boolean;
  userReadMessages: boolean;
  files: boolean;
  maxTextCharacters?: number;
  maxFileBytes?: number;
  allowedFileTypes: readonly string[];
  transports: readonly string[];
}

/** Read the answer of `getCapabilities`; what is missing in it keeps its default. */
export function capabilitiesIn(body: unknown): DeskCapabilities {
  const functions = part(body, "functions");
  const limits = part(body, "limits");
  return {
    updateState: flag(functions, "update_state") ?? true,
    userTyping: flag(functions, "user_typing") ?? true,
    userReadMessages: flag(functions, "user_read_messages") ?? true,
    files: flag(functions, "files") ?? false,
    ...known({
      maxTextCharacters: whole(limits, "max_text_characters", 1),
      maxFileBytes: whole(limits, "max_file_bytes"),
    }),
    allowedFileTypes: items(limits, "allowed_file_types").filter(isText),
    transports: items(body, "transports").filter(isText),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Which files the user may send: what the desk said, and whether a file fits. */

import type { DeskCapabilities } from "./capabilities";
import type { FileUpload, HostCapabilities } from "./host";
import { flag, text, type Data } from "./reading";

/** What may be sent. `types` holds media types, families (`image/*`) and endings (`.pdf`); empty: any. */
export interface FileRules {
  allowed: boolean;
  multiple: boolean;
  types: readonly string[];
  largest?: number | undefined;
}

/** Return the rules at the start of a chat. */
export function fileRulesOf(capabilities: DeskCapabilities): FileRules {
  const types = capabilities.allowedFileTypes;
  const anyType = types.includes("*/*") || types.includes("*");
  const { files: allowed, maxFileBytes: largest } = capabilities;
  return { allowed, multiple: true, types: anyType ? [] : types, largest };
}

/** Return the rules after the desk changed them; what is missing in `data` stays as it was. */
export function updatedRules(rules: FileRules, data: Data): FileRules {
  const types = (text(data, "allowed_file_upload_types") ?? "").split(",").map((type) => type.trim());
  return {
    ...rules,
    allowed: flag(data, "allow_file_uploads") ?? rules.allowed,
    multiple: flag(data, "allow_multiple_file_uploads") ?? rules.multiple,
    types: "allowed_file_upload_types" in data ? types.filter(Boolean) : rules.types,
  };
}

/** Return the rules as the host wants them. */
export function rulesForHost({ allowed, multiple, types }: FileRules): HostCapabilities {
  return {
    allowFileUploads: allowed,
    allowMultipleFileUploads: multiple,
    allowedFileUploadTypes: types.join(","),
  };
}

/** Return what is wrong with a file, in words for the user. */
export function problemWith({ file }: FileUpload, rules: FileRules, isFirst: boolean): string | undefined {
  if (!rules.allowed) return "Files cannot be sent in this chat.";
  if (!isFirst && !rules.multiple) return "Only one file can be sent at a time.";
  if (rules.largest !== undefined && file.size > rules.largest) {
    return `The file is larger than ${rules.largest} bytes.`;
  }
  if (rules.types.length && !rules.types.some((type) => fits(file, type.toLowerCase()))) {
    return "Files of this type cannot be sent.";
  }
  return undefined;
}

function fits(file: File, type: string): boolean {
  const mediaType = (file.type.split(";")[0] ?? "").trim().toLowerCase();
  if (type.startsWith(".")) return file.name.toLowerCase().endsWith(type);
  return type.endsWith("/*") ? mediaType.startsWith(type.slice(0, -1)) : type === mediaType || type === "*";
}

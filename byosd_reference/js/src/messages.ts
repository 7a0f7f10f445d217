/**
 * What an agent said, in the words of the host.
 *
 * A text is passed on as it was written: it is data, and showing it safely is the host's part. Rich items become
 * response types that the host knows; what it does not know becomes a text, so that nothing an agent sent vanishes.
 */

import type { MessageItem, MessageToUser } from "./host";
import { isWebUrl, items, known, text, type Data } from "./reading";

/** Return a desk's message for `sendMessageToUser`. */
export function messageToUser(message: Data): MessageToUser {
  const words = text(message, "text") ?? "";
  const rich = items(message, "items").map(itemFor);
  if (!rich.length) return words;
  return { output: { generic: words ? [textItem(words), ...rich] : rich } };
}

function itemFor(item: unknown): MessageItem {
  const kind = text(item, "type");
  const url = text(item, "url");
  if (kind === "error") return { response_type: "inline_error", text: wordsFor(item) };
  if (!isWebUrl(url)) return textItem(wordsFor(item));
  if (kind === "image" || kind === "video") {
    return { response_type: kind, source: url, ...known({ title: text(item, "title"), alt_text: text(item, "alt") }) };
  }
  if (kind === "link") {
    return { response_type: "button", button_type: "url", label: text(item, "title") ?? url, url };
  }
  return textItem(wordsFor(item));
}

/** Return the best words there are for an item that cannot be shown as what it is. */
function wordsFor(item: unknown): string {
  const names = ["text", "title", "alt", "url", "type"];
  return names.map((name) => text(item, name)).find(Boolean) ?? "(something that cannot be shown here)";
}

function textItem(words: string): MessageItem {
  return { response_type: "text", text: words };
}

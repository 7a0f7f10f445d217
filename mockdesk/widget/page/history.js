/**
 * Remembers in this tab what was shown, so that a reloaded page shows it again. A real assistant keeps it on its server.
 *
 * @typedef {import("@carbon/ai-chat").ChatInstance} ChatInstance
 * @typedef {import("@carbon/ai-chat").HistoryItem} HistoryItem
 * @typedef {import("@carbon/ai-chat").BusEventType} BusEventType
 * @typedef {import("@carbon/ai-chat").BusEvent & { data: Message }} MessageEvent
 * @typedef {HistoryItem["message"]} Message
 */

const KEY = "mockdesk.history";
const MOST_MESSAGES = 200;

// Of agents' chats the moment before the sending is taken: the receipt comes later than the answer, sometimes.
const SHOWN = /** @type {BusEventType[]} */ (["receive", "send", "human_agent:receive", "human_agent:pre:send"]);

/**
 * Write down what is shown from now on.
 *
 * @param {ChatInstance} instance
 * @param {Storage} storage the tab's
 */
export function keepHistory(instance, storage) {
  for (const type of SHOWN) {
    instance.on({ type, handler: (event) => remember(/** @type {MessageEvent} */ (event).data, storage) });
  }
}

/**
 * Return what was shown before the page was loaded.
 *
 * @param {Storage} storage the tab's
 * @returns {HistoryItem[]}
 */
export function loadHistory(storage) {
  return JSON.parse(storage.getItem(KEY) ?? "[]");
}

/** @param {Message} message @param {Storage} storage */
function remember(message, storage) {
  if ("input" in message && !message.input.text) return;
  const items = [...loadHistory(storage), { message, time: new Date().toISOString() }];
  storage.setItem(KEY, JSON.stringify(items.slice(-MOST_MESSAGES)));
}

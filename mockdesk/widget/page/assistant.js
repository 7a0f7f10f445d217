/**
 * The small assistant in front of the desk: one answer for each message, by the table in answers.js.
 *
 * @typedef {import("@carbon/ai-chat").ChatInstance} ChatInstance
 * @typedef {import("@carbon/ai-chat").MessageRequest} MessageRequest
 * @typedef {import("@carbon/ai-chat").MessageResponse} MessageResponse
 * @typedef {import("@carbon/ai-chat").GenericItem} GenericItem
 * @typedef {import("@carbon/ai-chat").TextItem} TextItem
 */
import { ANSWERS, ESCALATION, UNKNOWN, WELCOME } from "./answers.js";

/**
 * Make the function that the widget hands the user's messages to.
 *
 * @param {string} userId who the user is, for the desk
 * @returns {(request: MessageRequest, options: unknown, instance: ChatInstance) => Promise<void>}
 */
export function createAssistant(userId) {
  return async (request, _options, instance) => {
    const isWelcome = request.history?.is_welcome_request === true;
    const items = isWelcome ? [text(WELCOME)] : answerTo(request.input.text ?? "");
    await instance.messaging.addMessage(response(items, userId));
  };
}

/**
 * Return the items that answer a text.
 *
 * @param {string} said
 * @returns {GenericItem[]}
 */
export function answerTo(said) {
  const lower = said.toLowerCase();
  const found = ANSWERS.find(({ words }) => words.some((word) => hasWord(lower, word)));
  if (!found) return [text(UNKNOWN)];
  return found.escalate ? [text(found.text), escalation(said)] : [text(found.text)];
}

/** Tell whether a word, or one that begins with it, stands in a text. @param {string} said @param {string} word */
function hasWord(said, word) {
  return ` ${said.replace(/[^\p{L}\p{N}]+/gu, " ")}`.includes(` ${word}`);
}

/** @param {string} said @returns {TextItem} */
function text(said) {
  return { response_type: /** @type {TextItem["response_type"]} */ ("text"), text: said };
}

/** @param {string} said @returns {GenericItem} */
function escalation(said) {
  const { agent_available, agent_unavailable, message_to_human_agent, topic, additional_data } = ESCALATION;
  const summary = [text(`The user wrote: ${said}`)];
  const item = {
    response_type: /** @type {GenericItem["response_type"]} */ ("connect_to_agent"),
    topic,
    message_to_human_agent,
    agent_available,
    agent_unavailable,
    transfer_info: { additional_data, summary_message_to_agent: summary },
  };
  return /** @type {GenericItem} */ (item);
}

/** @param {GenericItem[]} items @param {string} userId @returns {MessageResponse} */
function response(items, userId) {
  return { output: { generic: items }, context: { global: { system: { user_id: userId } } } };
}

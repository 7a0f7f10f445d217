/** One entry of the journal in words. Pure: from an entry and what names stand for to values that a row shows. */

/** @typedef {import("./store.js").Entry} Entry */
/**
 * @typedef {object} Told
 * @property {string} group one of GROUPS
 * @property {string} label the short word in front
 * @property {string} text
 * @property {{ role: string, author: string, items: any[], fileIds: string[] }} [message] what somebody said; an author
 *   without a name is the user
 * @property {string} [fileId] the file that it is about
 * @property {boolean} [isBad] something went wrong, on purpose or not
 */

/** What can be shown or hidden, and whether it is shown at first. */
export const GROUPS = [
  { name: "messages", text: "Messages", shown: true },
  { name: "agents", text: "Agents", shown: true },
  { name: "queue", text: "Queue", shown: true },
  { name: "files", text: "Files and screen", shown: true },
  { name: "requests", text: "Requests", shown: true },
  { name: "faults", text: "Faults", shown: true },
  { name: "streams", text: "Streams", shown: false },
  { name: "commands", text: "Commands", shown: false },
  { name: "script", text: "Script", shown: false },
];

/**
 * Tell what an entry says; null for what only belongs to another row.
 * @param {Entry} entry
 * @param {(id: string | null | undefined) => string} nameOf
 * @param {Entry | null} response the answer, if the entry is a request
 * @returns {Told | null}
 */
export function tell(entry, nameOf, response) {
  const teller = KINDS[entry.kind];
  return teller ? teller(entry, nameOf, response) : null;
}

/** @type {Record<string, (entry: Entry, nameOf: (id: any) => string, response: Entry | null) => Told | null>} */
const KINDS = {
  event: (entry, nameOf) => (EVENTS[entry.data.type] ?? unknownEvent)(entry.data.data, nameOf, entry.data.type),
  request: (entry, _, response) => request(entry.data, response),
  response: () => null,
  fault: ({ data }) => ({ group: "faults", label: "fault", text: `${faultWords(data)} struck${struckAt(data)}`, isBad: true }),
  near_miss: ({ data }) => ({ group: "faults", label: "near miss", text: nearMiss(data), isBad: true }),
  command: ({ data }, nameOf) => command(data, nameOf),
  script: ({ data }) => ({ group: "script", label: "script", text: scriptWords(data), isBad: "failed" in data }),
  "frame.in": ({ data }) => ({ group: "streams", label: "frame in", text: data.text }),
  "frame.out": ({ data }) => ({ group: "streams", label: "frame out", text: data.seq ? `event ${data.seq} over ${data.transport}` : data.text }),
  "stream.open": ({ data }) => ({ group: "streams", label: "stream", text: `opened by ${data.transport} after event ${data.after}` }),
  "stream.close": ({ data }) => ({ group: "streams", label: "stream", text: `closed by the ${data.by}${data.code ? ` with ${data.code}` : ""}` }),
};

/** @type {Record<string, (data: any, nameOf: (id: any) => string, type: string) => Told>} */
const EVENTS = {
  "message.created": ({ message }, nameOf) => ({
    group: "messages",
    label: message.author.role,
    text: message.text,
    message: {
      role: message.author.role,
      author: message.author.role === "agent" ? nameOf(message.author.id) : message.author.role === "system" ? "the desk" : "",
      items: message.items ?? [],
      fileIds: message.file_ids ?? [],
    },
  }),
  "agent.joined": ({ agent }) => agents(`${agent.nickname ?? agent.id} joined`),
  "agent.left": ({ agent_id, reason }, nameOf) => agents(`${nameOf(agent_id)} left (${reason})`),
  "agent.typing": ({ agent_id, typing }, nameOf) => agents(`${nameOf(agent_id)} ${typing ? "types" : "stopped typing"}`),
  "agent.read": ({ agent_id, up_to_seq }, nameOf) => agents(`${nameOf(agent_id)} has read up to event ${up_to_seq}`),
  "transfer.started": ({ from_agent_id, to_agent, to_queue, reason }, nameOf) =>
    agents(`${nameOf(from_agent_id)} hands over to ${to_agent ? to_agent.nickname ?? to_agent.id : to_queue ? `the queue ${to_queue}` : "whoever takes it"}${because(reason)}`),
  "queue.updated": (data) => ({ group: "queue", label: "queue", text: queueWords(data) }),
  "conversation.ended": ({ by, agent_id, reason }, nameOf) => agents(`ended by ${by === "agent" ? nameOf(agent_id) : `the ${by}`}${because(reason)}`),
  "file.updated": ({ file_id, state, message }) => ({ group: "files", label: "file", text: `${state}${because(message)}`, fileId: file_id }),
  "screen_share.requested": ({ agent_id }, nameOf) => ({ group: "files", label: "screen", text: `${nameOf(agent_id)} asks to see the screen` }),
  "screen_share.ended": ({ by }) => ({ group: "files", label: "screen", text: `ended by the ${by}` }),
  "capabilities.updated": (data) => ({ group: "files", label: "uploads", text: data.allow_file_uploads ? `allowed: ${data.allowed_file_upload_types || "any type"}` : "not allowed" }),
};

/** @param {any} _ @param {unknown} __ @param {string} type @returns {Told} */
function unknownEvent(_, __, type) {
  return { group: "agents", label: "event", text: type };
}

/** @param {string} text @returns {Told} */
function agents(text) {
  return { group: "agents", label: "agent", text };
}

/** @param {string | null | undefined} reason */
function because(reason) {
  return reason ? `: ${reason}` : "";
}

/** @param {any} data */
function queueWords({ queue, position, estimated_wait_seconds, agents_online, message }) {
  const parts = [position === null ? `not in the queue ${queue} any more` : `place ${position} in ${queue}`];
  if (typeof estimated_wait_seconds === "number") parts.push(`about ${Math.round(estimated_wait_seconds)} s`);
  if (typeof agents_online === "number") parts.push(`${agents_online} online`);
  if (message) parts.push(message);
  return parts.join(", ");
}

/** @param {any} data @param {Entry | null} response @returns {Told} */
function request(data, response) {
  const status = response === null ? "no answer yet" : response.data.status ?? "no answer";
  const isBad = response !== null && !(response.data.status < 400);
  const lost = isBad && typeof data.body?.text === "string" ? `: ${data.body.text}` : "";
  return { group: "requests", label: data.in_socket ? "in socket" : data.method ?? "request", text: `${data.operation} → ${status}${lost}`, isBad };
}

/** @param {any} data @param {(id: any) => string} nameOf @returns {Told} */
function command(data, nameOf) {
  const agent = typeof data.agent === "object" ? data.agent?.nickname ?? data.agent?.id : data.agent && nameOf(data.agent);
  const who = agent ? ` by ${agent}` : "";
  if (data.refused) return { group: "commands", label: "refused", text: `${data.command}: ${data.refused}`, isBad: true };
  if (data.command === "inject") return { group: "faults", label: "fault", text: `${faultWords(data.fault)} installed`, isBad: true };
  return { group: "commands", label: "command", text: `${data.action ?? data.command}${who}` };
}

/** @param {any} data */
function scriptWords(data) {
  if ("failed" in data) return `${data.failed}`;
  if ("rule" in data) return `${data.script}: rule ${data.rule + 1} on ${data.on}`;
  const refused = data.refused ? `, refused: ${data.refused}` : "";
  return `${data.script}: ${data.step ?? data.on}${data.seconds ? ` ${data.seconds} s` : ""}${refused}`;
}

/** @param {any} data */
function nearMiss(data) {
  return data.unknown_key ? `${data.operation}: unknown key ${data.unknown_key}; ${data.hint}` : `${data.request}: ${data.status}`;
}

/** @param {any} data */
function struckAt({ struck, seq, operation }) {
  if (struck === operation) return "";
  return struck ? ` at ${struck}` : seq ? ` at event ${seq}` : "";
}

/** A fault in a few words. @param {any} fault */
export function faultWords(fault) {
  const parts = [String(fault.kind).replaceAll("_", " ")];
  if (fault.status) parts.push(String(fault.status));
  if (fault.kind === "close" && fault.code) parts.push(String(fault.code));
  if (fault.seconds) parts.push(`${fault.seconds} s`);
  if (fault.operation && fault.operation !== "*") parts.push(`at ${fault.operation}`);
  return parts.join(" ");
}

/** The control API of the desk that this page is for. Everything goes to the server that the page came from. */

export const BASE = document.documentElement.dataset.base ?? "";
export const ROOT = BASE.replace(/\/desks\/[^/]+$/, "");
export const DESK = BASE.slice(ROOT.length).replace("/desks/", "");

/** A refusal of the desk (RFC 9457), in words for people. */
export class Refused extends Error {
  /** @param {{ title?: string, detail?: string, errors?: { pointer: string, detail: string }[] }} problem */
  constructor(problem) {
    const said = problem.detail ?? problem.title ?? "The desk refused";
    const fields = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer || "the body"} ${detail}`);
    super([said, ...fields.filter((field) => !said.includes(field))].join("; "));
  }
}

/**
 * Ask below `/_mock`.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] JSON, or a Blob as it is
 * @returns {Promise<Response>}
 */
export async function ask(method, path, body) {
  const isBlob = body instanceof Blob;
  const headers = body === undefined || isBlob ? {} : { "Content-Type": "application/json" };
  const sent = body === undefined || isBlob ? body : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(`${BASE}/_mock${path}`, { method, headers, body: sent, cache: "no-store" });
  } catch {
    throw new Error("The mock does not answer.");
  }
  if (!answer.ok) throw new Refused(await answer.json().catch(() => ({ title: `The mock answered ${answer.status}` })));
  return answer;
}

/** Ask for JSON; nothing is null. @param {string} method @param {string} path @param {unknown} [body] */
export async function askJson(method, path, body) {
  const answer = await ask(method, path, body);
  return answer.status === 204 ? null : answer.json();
}

/** A part of a path. @param {string} text */
export function part(text) {
  return encodeURIComponent(text);
}

/**
 * Do something; a refusal is shown where the action was, and is gone with the next success.
 * @param {HTMLElement} place
 * @param {() => Promise<unknown>} act
 * @returns {Promise<boolean>} whether it was done
 */
export async function attempt(place, act) {
  try {
    await act();
    place.textContent = "";
    return true;
  } catch (error) {
    place.textContent = error instanceof Error ? error.message : String(error);
    return false;
  }
}

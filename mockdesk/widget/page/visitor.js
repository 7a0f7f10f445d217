/** Who sits in front of this tab. A new visitor begins with nothing; a reloaded page is the same visitor. */

const KEY = "mockdesk.visitor";

/**
 * Return the user's id; another user than before makes the tab forget what it knew of the one before.
 *
 * @param {string | null} wanted who the address says it is
 * @param {Storage} storage the tab's
 * @returns {string}
 */
export function enterVisitor(wanted, storage) {
  const before = storage.getItem(KEY);
  if (before !== null && (wanted === null || wanted === before)) return before;
  if (before !== null) storage.clear();
  const visitor = wanted ?? newVisitor();
  storage.setItem(KEY, visitor);
  return visitor;
}

/** Return an id for somebody new. @returns {string} */
export function newVisitor() {
  return `visitor-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}

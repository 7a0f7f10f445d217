/** Times and spans in words. Times are the desk's, which may stand still. */

/** `12:05:07`, UTC as everything of the desk. @param {number} seconds since the epoch */
export function clockTime(seconds) {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

/** @param {number} seconds since the epoch */
export function dateAndTime(seconds) {
  return `${new Date(seconds * 1000).toISOString().slice(0, 10)} ${clockTime(seconds)} UTC`;
}

/** `45 s`, `3 min 05 s`, `2 h 10 min`. @param {number} seconds */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** @param {string} time RFC 3339 */
export function secondsOf(time) {
  return Date.parse(time) / 1000;
}

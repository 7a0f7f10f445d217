/** Ids that nobody can guess. `crypto.randomUUID` would do, but exists on https pages only. */

/** Return 128 random bits in hexadecimal digits. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

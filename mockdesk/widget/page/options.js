/** What the page's address says: which desk, which language, which colours, who the user is. */

const THEMES = /** @type {const} */ (["white", "g10", "g90", "g100"]);

/**
 * @typedef {object} PageOptions
 * @property {string} deskUrl the desk's base URL, always of this server
 * @property {string} locale for dates and numbers, e.g. `en-gb`
 * @property {"white" | "g10" | "g90" | "g100"} theme colours of the Carbon design system
 * @property {string | null} user who the user is; null: whoever this tab belongs to
 */

/**
 * Read the options of a page.
 *
 * `desk` is the path or URL of an isolated desk; absent: the desk that the page belongs to.
 *
 * @param {URL} address of the page
 * @param {string} own path of the desk that the page belongs to, e.g. `/desks/checkout`
 * @param {boolean} isDark whether the reader's system is set to dark colours
 * @returns {PageOptions}
 * @throws {Error} the desk is on another server: the page may not call it
 */
export function readOptions(address, own, isDark) {
  const told = address.searchParams;
  const desk = new URL(told.get("desk") ?? own, address.origin);
  if (desk.origin !== address.origin) throw new Error(`The desk must be one of this server, ${address.origin}`);
  const theme = THEMES.find((one) => one === told.get("theme"));
  return {
    deskUrl: desk.origin + desk.pathname.replace(/\/+$/, ""),
    locale: told.get("locale") || "en",
    theme: theme ?? (isDark ? "g100" : "white"),
    user: told.get("user") || null,
  };
}

/**
 * Building the page. Text of users and agents is data: it comes into the page as text nodes only, never as markup.
 */

/** Return the element with an id. @param {string} id @returns {any} */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * Make an element; strings among the children become text.
 * @param {string} tag
 * @param {Record<string, string | boolean | null | undefined>} attributes true: present, null or false: absent
 * @param {...(Node | string | null)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** @param {Element} element @param {Record<string, string | boolean | null | undefined>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (value === true) element.setAttribute(name, "");
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/** A button. @param {string} text @param {() => void} act @param {Record<string, string | boolean | null>} attributes */
export function button(text, act, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/** Text of somebody else: its direction must not reorder what stands around it. @param {string} text */
export function foreign(text) {
  return make("bdi", {}, text);
}

/** Change a text only if it differs, so that nothing is read out twice. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Fill a list so that what stays the same keeps its element, and with it the focus.
 * @template T
 * @param {Element} list
 * @param {T[]} values
 * @param {(value: T) => string} keyOf
 * @param {(value: T) => Element} create
 * @param {(element: any, value: T) => void} update
 */
export function fillList(list, values, keyOf, create, update) {
  const known = new Map([...list.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.key, child]));
  const wanted = values.map((value) => {
    const key = keyOf(value);
    const element = /** @type {HTMLElement} */ (known.get(key) ?? create(value));
    known.delete(key);
    element.dataset.key = key;
    update(element, value);
    return element;
  });
  for (const old of known.values()) old.remove();
  wanted.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}

/**
 * Fill a select and keep what is chosen, if it is still there.
 * @param {HTMLSelectElement} select
 * @param {{ value: string, text: string, group?: string }[]} options
 */
export function fillSelect(select, options) {
  const print = JSON.stringify(options);
  if (select.dataset.print === print) return;
  const chosen = select.value;
  select.dataset.print = print;
  const groups = new Map();
  select.replaceChildren();
  for (const { value, text, group } of options) {
    if (group && !groups.has(group)) groups.set(group, select.appendChild(make("optgroup", { label: group })));
    (group ? groups.get(group) : select).append(make("option", { value }, text));
  }
  if (options.some(({ value }) => value === chosen)) select.value = chosen;
}

/**
 * Looking into data that somebody else made, without believing anything about its shape: what has the wrong type is
 * not there. None of these functions throws.
 */

export type Data = Readonly<Record<string, unknown>>;

/** Return the object at `path`, or an empty one. */
export function part(data: unknown, ...path: string[]): Data {
  let found: unknown = data;
  for (const name of path) found = isObject(found) ? found[name] : undefined;
  return isObject(found) ? found : {};
}

/** Return the non-empty text at `path`. */
export function text(data: unknown, ...path: [string, ...string[]]): string | undefined {
  const value = at(data, path);
  return typeof value === "string" && value ? value : undefined;
}

/** Return the list at `path`, or an empty one. */
export function items(data: unknown, ...path: [string, ...string[]]): readonly unknown[] {
  const value = at(data, path);
  return Array.isArray(value) ? value : [];
}

/** Return the finite number `name` that is not below `least`. */
export function number(data: unknown, name: string, least = 0): number | undefined {
  const value = part(data)[name];
  return typeof value === "number" && Number.isFinite(value) && value >= least ? value : undefined;
}

/** Return the whole number `name` that is not below `least`. */
export function whole(data: unknown, name: string, least = 0): number | undefined {
  const value = number(data, name, least);
  return Number.isInteger(value) ? value : undefined;
}

/** Return the truth value `name`. */
export function flag(data: unknown, name: string): boolean | undefined {
  const value = part(data)[name];
  return typeof value === "boolean" ? value : undefined;
}

/** Return the values that are there, without the names of those that are not. */
export function known<T extends object>(values: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  const there = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(there) as { [Name in keyof T]?: NonNullable<T[Name]> };
}

/** Tell whether this is an http address: anything else (`javascript:` ...) is not for a page. */
export function isWebUrl(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url);
}

function at(data: unknown, path: readonly string[]): unknown {
  const last = path[path.length - 1] as string;
  return part(data, ...path.slice(0, -1))[last];
}

function isObject(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

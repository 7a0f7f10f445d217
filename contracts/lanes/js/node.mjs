/**
 * The page of the Node lane: `node [flags] node.mjs CONFIG`, where CONFIG is a JSON file. Messages are lines on standard
 * input and output; what the integration prints goes to standard error.
 *
 * Node is no browser: there is no document, and what a page has besides is given in its plainest form.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";

const here = dirname(fileURLToPath(import.meta.url));
const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const output = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
for (const kind of ["log", "info", "debug"]) console[kind] = () => {}; // a console shows these to nobody who waits

function storage() {
  const items = new Map();
  return {
    get length() {
      return items.size;
    },
    key: (place) => [...items.keys()][place] ?? null,
    getItem: (key) => items.get(String(key)) ?? null,
    setItem: (key, value) => void items.set(String(key), String(value)),
    removeItem: (key) => void items.delete(String(key)),
    clear: () => items.clear(),
  };
}

function makePage() {
  const events = new EventTarget();
  const page = { window: globalThis, self: globalThis, location: new URL(`${config.origin}/`) };
  for (const name of ["localStorage", "sessionStorage"]) page[name] = storage();
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) page[name] = events[name].bind(events);
  if (globalThis.navigator === undefined) page.navigator = { userAgent: `Node.js/${process.versions.node}`, language: "en", onLine: true };
  for (const [name, value] of Object.entries(page)) Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

function run(path) {
  const script = new vm.Script(readFileSync(path, "utf8"), { filename: path, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  script.runInThisContext();
}

const ofModule = /import statement outside a module|Unexpected token 'export'|import\.meta|await is only valid/;

async function load() {
  for (const path of config.scripts) run(resolve(path));
  const path = resolve(config.bundle);
  if (/\.cjs$/.test(path)) return (await import(pathToFileURL(path).href)).default;
  if (/\.mjs$/.test(path)) return import(pathToFileURL(path).href);
  try {
    return run(path);
  } catch (error) {
    if (error.name !== "SyntaxError" || !ofModule.test(error.message)) throw error;
  }
  return imported(path);
}

/** Import a module whose name ends in .js: as it stands, or where Node takes it for something else, by its text. */
async function imported(path) {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error.name !== "SyntaxError") throw error;
    return import(`data:text/javascript;base64,${readFileSync(path).toString("base64")}`);
  }
}

/** Whether a global timer was asked for by Node's own fetch or WebSocket, which use the global ones, too. */
function isEngine() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 3;
  const stack = new Error().stack;
  Error.stackTraceLimit = limit;
  return stack.split("\n")[3]?.includes("node:internal") ?? false;
}

makePage();
for (const part of ["time", "network", "names", "host", "page", "peer"]) run(join(here, `${part}.js`));
const parts = globalThis[Symbol.for("contracts")];
const send = (message) => (message.type === "gone" ? process.exit(0) : output(`${JSON.stringify(message)}\n`));
parts.begin({ ...config, isEngine }, send, load);
createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on("line", (line) => parts.take([JSON.parse(line)]))
  .on("close", () => process.exit(0));

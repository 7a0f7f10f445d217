// The licences of the packages that are in a built file.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;
const CHOSEN = { "(MPL-2.0 OR Apache-2.0)": "Apache-2.0, chosen of (MPL-2.0 OR Apache-2.0)" };
const RULE = "-".repeat(100);

/** Return the text for a build: each package with its licence, and each licence's text once.
 *
 * Throws an Error for a package that names no licence. */
export function licencesOf(metafile, root) {
  const texts = new Map();
  for (const folder of foldersOf(metafile)) {
    const { heading, text } = licenceOf(root, folder);
    texts.set(text, new Set([...(texts.get(text) ?? []), heading]));
  }
  const parts = [...texts].map(([text, headings]) => `${[...headings].join("\n")}\n\n${text}\n`);
  return `What carbon-ai-chat.js is built from\n${RULE}\n${parts.join(`${RULE}\n`)}`;
}

function foldersOf(metafile) {
  const [output] = Object.values(metafile.outputs);
  const inside = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return [...new Set(inside.map(([path]) => path.match(PACKAGE)?.[1]).filter(Boolean))].sort();
}

// A package may carry a copy of another one, without its package.json: then the one that is installed tells the licence.
function manifestOf(root, folder) {
  const name = folder.split("node_modules/").pop();
  const [found] = [join(root, folder), join(root, "node_modules", name)].filter((one) => existsSync(join(one, "package.json")));
  if (!found) throw new Error(`${folder} has no package.json, and ${name} is not installed`);
  return { found, manifest: JSON.parse(readFileSync(join(found, "package.json"), "utf8")) };
}

function licenceOf(root, folder) {
  const { found, manifest } = manifestOf(root, folder);
  const { name, version, license, author, repository } = manifest;
  if (!license) throw new Error(`${name} names no licence`);
  const files = readdirSync(found).filter((file) => LICENCE_FILE.test(file)).sort();
  const texts = files.map((file) => readFileSync(join(found, file), "utf8").replaceAll("\r\n", "\n").trim());
  const source = typeof repository === "string" ? repository : (repository?.url ?? "");
  const holder = typeof author === "string" ? author : (author?.name ?? "");
  const text = texts.join("\n\n") || `The package holds no text of its licence. Author: ${holder || "not named"}. Source: ${source}`;
  return { heading: `${name} ${version}: ${CHOSEN[license] ?? license}`, text };
}

// Builds the widget into one file, with the licences of what is in it and a checksum; see README.md.
//   node library/build.mjs [FOLDER]     FOLDER: built
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { licencesOf } from "./licences.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const FOLDER = resolve(process.argv[2] ?? join(ROOT, "built"));
const NAME = "carbon-ai-chat.js";
const LICENCES = "THIRD_PARTY_LICENSES.txt";

const REPLACED = [
  { path: /\/codemirror\/language-data\.js$|^\.\/language-data\.js$/, by: "no_languages.mjs" },
  { path: /^react-player(\/|$)/, by: "no_player.mjs" },
];

// What a service desk does not need, and what would ask other sites for something.
const replacements = {
  name: "replacements",
  setup({ onResolve }) {
    for (const { path, by } of REPLACED) {
      onResolve({ filter: path }, () => ({ path: join(HERE, by) }));
    }
  },
};

const result = await build({
  absWorkingDir: ROOT,
  entryPoints: [join(HERE, "entry.mjs")],
  outfile: join(FOLDER, NAME),
  write: false,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  define: { "process.env.NODE_ENV": '"production"' },
  banner: { js: `/*! Built from the packages that ${LICENCES} names, under their licences. */` },
  legalComments: "none", // they stand in the file of licences
  metafile: true,
  plugins: [replacements],
  logLevel: "warning",
});

const script = result.outputFiles[0].contents;
const licences = Buffer.from(licencesOf(result.metafile, ROOT));
const sums = [
  [LICENCES, licences],
  [NAME, script],
].map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`);

mkdirSync(FOLDER, { recursive: true });
writeFileSync(join(FOLDER, `${NAME}.gz`), gzipSync(script, { level: 9 }));
writeFileSync(join(FOLDER, LICENCES), licences);
writeFileSync(join(FOLDER, "SHA256SUMS"), sums.join(""));
console.log(`${NAME}: ${script.length} bytes`);

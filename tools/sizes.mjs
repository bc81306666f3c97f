// Prints what a page downloads, raw, gzip -9, brotli -11, and fails where that has grown beyond what CHANGELOG.md last said. Run by
// `./build.sh sizes` and by the tests, after building.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../pkg/dist/", import.meta.url));
const CHANGELOG = fileURLToPath(new URL("../CHANGELOG.md", import.meta.url));
/** As a sentence in the changelog: the newest counts. */
const SAID = /^- Sizes to load, brotli: (.*)\.$/m;
/** Compilers and compressors differ a little from machine to machine. */
const TOLERANCE = 1.01;

const WEIGHTS = ["model/ink-number.weights"];
const module = (name) => [`${name}/ink_number_bg.wasm`, `${name}/ink_number.js`];
/** What a page loads, by what it uses. */
const LOADED = {
  "recogniser, CPU": { scripts: scripts("index.js", "worker.js"), engine: module("cpu"), weights: WEIGHTS },
  "<ink-number>, CPU": { scripts: scripts("element.js", "worker.js"), engine: module("cpu"), weights: WEIGHTS },
  "GPU engine, besides": { engine: module("gpu") },
};

/** Scripts and all that they import. */
function scripts(...entries) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const script = readFileSync(join(DIST, name), "utf8");
    for (const [, path] of script.matchAll(/\b(?:from|import)\s*"(\.[^"]+\.js)"/g)) visit(join(dirname(name), path));
  };
  entries.forEach(visit);
  return [...found];
}

/** Files are compressed one by one, as a server does. */
function sizesOf(files) {
  const each = files.map((file) => {
    const bytes = readFileSync(join(DIST, file));
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
  });
  return sum(each);
}

function sum(rows) {
  return [0, 1, 2].map((column) => rows.reduce((total, row) => total + row[column], 0));
}

function line(what, part, sizes) {
  return [what.padEnd(19), part.padEnd(8), ...sizes.map((size) => size.toLocaleString("en").padStart(11))].join(" ");
}

console.log(["".padEnd(28), ...["raw", "gzip", "brotli"].map((how) => how.padStart(11))].join(" ") + "   bytes");
const totals = {};
for (const [what, parts] of Object.entries(LOADED)) {
  const rows = Object.entries(parts).map(([part, files]) => [part, sizesOf(files)]);
  for (const [part, sizes] of rows) console.log(line(what, part, sizes));
  const total = sum(rows.map(([, sizes]) => sizes));
  console.log(line(what, "all", total));
  totals[what] = Math.ceil(total[2] / 1000);
}

const now = Object.entries(totals).map(([what, kilobytes]) => `${what} ${kilobytes} KB`).join("; ");
const said = SAID.exec(readFileSync(CHANGELOG, "utf8"))?.[1] ?? "";
const allowed = Object.fromEntries(said.split("; ").map((part) => /^(.*) (\d+) KB$/.exec(part)?.slice(1) ?? []));
const grown = Object.entries(totals).filter(([what, kilobytes]) => !(kilobytes <= allowed[what] * TOLERANCE));
if (grown.length > 0) {
  console.error(`sizes: expected no more than CHANGELOG.md says ("${said}"), saw more: ${grown.map(([what]) => what).join("; ")}.`);
  console.error(`If that is worth it, tell why in CHANGELOG.md, with this line:\n- Sizes to load, brotli: ${now}.`);
  process.exit(1);
}

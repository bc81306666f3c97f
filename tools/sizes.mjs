// Prints what a browser downloads for each engine: raw, gzip -9, brotli -11. Run by `./build.sh sizes` after building.

import { readFileSync, readdirSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = new URL("../pkg/dist/", import.meta.url);
const scripts = readdirSync(DIST).filter((name) => name.endsWith(".js"));
const shared = { package: scripts, weights: ["model/ink-number.weights"] };
const ENGINES = {
  cpu: { wasm: ["cpu/ink_number_bg.wasm"], script: ["cpu/ink_number.js"], ...shared },
  webgpu: { wasm: ["gpu/ink_number_bg.wasm"], script: ["gpu/ink_number.js"], ...shared },
};

/** Files are compressed one by one, as a server does. */
function sizesOf(files) {
  const each = files.map((file) => {
    const bytes = readFileSync(new URL(file, DIST));
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length];
  });
  return sum(each);
}

function sum(rows) {
  return [0, 1, 2].map((column) => rows.reduce((total, row) => total + row[column], 0));
}

function line(engine, part, sizes) {
  return [engine.padEnd(8), part.padEnd(8), ...sizes.map((size) => size.toLocaleString("en").padStart(11))].join(" ");
}

console.log([`${"engine".padEnd(8)} ${"part".padEnd(8)}`, ...["raw", "gzip", "brotli"].map((h) => h.padStart(11))].join(" ") + "   bytes");
for (const [engine, parts] of Object.entries(ENGINES)) {
  const rows = Object.entries(parts).map(([part, files]) => [part, sizesOf(files)]);
  for (const [part, sizes] of rows) console.log(line(engine, part, sizes));
  console.log(line(engine, "total", sum(rows.map(([, sizes]) => sizes))));
}

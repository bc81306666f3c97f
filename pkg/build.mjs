// Builds the npm package's scripts and types: pkg/src -> pkg/dist. The engines and the weights are put there by ./build.sh
// first: their digests go into the scripts (src/integrity.ts).
//
// Libraries are bundled in, so that a page without a bundler can import the files as they are; what the entries share is in chunks.
// The engines, the weights and the worker stay files of their own, found by `new URL(..., import.meta.url)`.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";

import { notices } from "./notices.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

for (const entry of await readdir(here("dist"), { withFileTypes: true })) {
  if (!["cpu", "gpu", "model"].includes(entry.name)) await rm(here(`dist/${entry.name}`), { recursive: true });
}
const typescript = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));
execFileSync(process.execPath, [typescript, "-p", here(".")], { stdio: "inherit" });
for (const license of ["LICENSE-MIT", "LICENSE-APACHE"]) await copyFile(here(`../${license}`), here(license));
const { metafile } = await build({
  entryPoints: ["index", "element", "element-class", "handwriting-panel", "pad", "worker"].map((name) => here(`src/${name}.ts`)),
  outdir: here("dist"),
  chunkNames: "chunk-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome117", "firefox117", "safari16.4"],
  minify: true,
  sourcemap: "external",
  legalComments: "inline",
  metafile: true,
  define: { INTEGRITY: JSON.stringify(await integrity()) },
  plugins: [styleSheetsAsText()],
});

await markImportsByAddress();
await writeFile(here("dist/THIRD-PARTY.txt"), notices(Object.keys(metafile.inputs)));

/** Minifying takes the comments away that tell bundlers to leave an import by address alone: back they go. */
async function markImportsByAddress() {
  let marked = 0;
  for (const name of await readdir(here("dist"))) {
    if (!name.endsWith(".js")) continue;
    const script = await readFile(here(`dist/${name}`), "utf8");
    const byAddress = /(?<![.\w$])import\((?=[\w$]+\)(?!\{))/g;
    marked += script.match(byAddress)?.length ?? 0;
    await writeFile(here(`dist/${name}`), script.replace(byAddress, "import(/* webpackIgnore: true *//* @vite-ignore */"));
  }
  if (marked !== 1) throw new Error(`pkg/build.mjs: expected one import by address, saw ${marked}`);
}

/** See src/integrity.ts. */
async function integrity() {
  const files = { weights: "model/ink-number.weights", cpu: "cpu/ink_number_bg.wasm", gpu: "gpu/ink_number_bg.wasm" };
  const digest = async ([name, file]) => {
    const bytes = await readFile(here(`dist/${file}`)).catch((error) => {
      // Served while it is built, the GPU engine comes last.
      if (name === "gpu" && error.code === "ENOENT") return null;
      throw error;
    });
    return [name, bytes ? `sha256-${createHash("sha256").update(bytes).digest("base64")}` : ""];
  };
  return Object.fromEntries(await Promise.all(Object.entries(files).map(digest)));
}

function styleSheetsAsText() {
  return {
    name: "style-sheets-as-text",
    setup({ onLoad }) {
      onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
        return { contents: code.trim(), loader: "text" };
      });
    },
  };
}

// Builds the demo page: www/src -> www/dist, with the built package beside it in www/dist/ink-number.
//
//   node www/build.mjs [--package pkg/dist] [--out www/dist]
//
// The package is copied, not bundled: it finds its wasm and weights by `new URL(..., import.meta.url)`.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    package: { type: "string", default: here("../pkg/dist") },
    out: { type: "string", default: here("dist") },
  },
});

const hasPackage = await stat(join(options.package, "index.js")).catch(() => null);
if (!hasPackage) {
  console.error(`www/build.mjs: expected the built package in ${options.package}, saw no index.js there: run ./build.sh first`);
  process.exit(1);
}

await rm(options.out, { recursive: true, force: true });
await mkdir(options.out, { recursive: true });
const browser = { bundle: true, format: "esm", target: ["es2022", "chrome117", "firefox117", "safari16.4"], minify: true };
await build({
  ...browser,
  entryPoints: [here("src/main.ts"), here("src/reading-worker.ts"), here("src/main.css")],
  outdir: options.out,
  sourcemap: true,
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  plugins: [packageBesideThePage()],
});
for (const file of ["index.html", "icon.svg"]) await cp(here(`src/${file}`), join(options.out, file));
await cp(options.package, join(options.out, "ink-number"), { recursive: true });
const { files, version } = await inventory(options.out);
await build({
  ...browser,
  format: "iife", // Not every browser takes modules for service workers.
  entryPoints: [here("offline/offline.ts")],
  outdir: options.out,
  define: { OFFLINE_FILES: JSON.stringify(files), OFFLINE_VERSION: JSON.stringify(version) },
});
console.log(`www/build.mjs: wrote ${options.out}`);

/** The page's source imports "ink-number" as any user would; in the browser that is the copy beside the page. */
function packageBesideThePage() {
  return {
    name: "package-beside-the-page",
    setup({ onResolve }) {
      onResolve({ filter: /^ink-number$/ }, () => ({ path: "./ink-number/index.js", external: true }));
    },
  };
}

/** What the page needs without a network, and a name that changes with any byte of it. */
async function inventory(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath, e.name)));
  const files = paths.filter((path) => !/\.map$|\.d\.ts$|(^|\/)\./.test(path)).sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
  return { files: ["./", ...files], version: hash.digest("hex").slice(0, 16) };
}

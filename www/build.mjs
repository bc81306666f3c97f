// Builds the site: www/src -> www/dist, with the built package beside it in www/dist/ink-number.
//
//   node www/build.mjs [--package pkg/dist] [--out www/dist]
//
// A page is an .html file, with the script of its name beside it and what is in parts/ on every one. Scripts and style sheets get
// names with a hash. The package is copied, not bundled: it finds its worker, wasm and weights by `new URL(..., import.meta.url)`.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
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
const pages = (await readdir(here("src"))).filter((name) => name.endsWith(".html"));
const sources = await Promise.all(pages.map((page) => readFile(here(`src/${page}`), "utf8")));
const parts = { head: await part("head"), top: await part("top") };
const whole = sources.map((source, i) => source.replace("<!-- head -->\n", parts.head).replace("<!-- top -->\n", topOf(pages[i])));

const { exports } = JSON.parse(await readFile(here("../pkg/package.json"), "utf8"));
const browser = { bundle: true, target: ["es2022", "chrome117", "firefox117", "safari16.4"], minify: true };
const entries = new Set(whole.flatMap((html) => [...html.matchAll(/(?:src|href)="([\w-]+\.(?:ts|css))"/g)].map(([, file]) => file)));
const { metafile } = await build({
  ...browser,
  format: "esm",
  splitting: true,
  entryPoints: [...entries].map((file) => here(`src/${file}`)),
  outdir: options.out,
  entryNames: "[name]-[hash]",
  chunkNames: "shared-[hash]",
  assetNames: "[name]-[hash]",
  sourcemap: true,
  metafile: true,
  loader: { ".woff2": "file" },
  plugins: [packageBesideThePage()],
});
const built = new Map(Object.entries(metafile.outputs).filter(([, o]) => o.entryPoint).map(([file, o]) => [basename(o.entryPoint), basename(file)]));
for (const [i, page] of pages.entries()) {
  const html = whole[i].replace(/(src|href)="([\w-]+\.(?:ts|css))"/g, (_, attribute, file) => `${attribute}="${built.get(file)}"`);
  await writeFile(join(options.out, page), html);
}
for (const file of ["icon.svg", "manifest.webmanifest"]) await cp(here(`src/${file}`), join(options.out, file));
// The measured figures, as `ink-number evaluate` wrote them.
await cp(here("../model/evaluation.json"), join(options.out, "evaluation.json"));
await cp(here("../docs/figures"), join(options.out, "figures"), { recursive: true });
await cp(options.package, join(options.out, "ink-number"), { recursive: true });
await build({
  ...browser,
  format: "iife", // Not every browser takes modules for service workers.
  entryPoints: [here("offline/offline.ts")],
  outdir: options.out,
  define: { OFFLINE_FILES: JSON.stringify(await inventory(options.out)), "process.env.NODE_ENV": '"production"' },
});
console.log(`www/build.mjs: wrote ${options.out}`);

function part(name) {
  return readFile(here(`src/parts/${name}.html`), "utf8");
}

/** The header, with the link to the page itself marked. */
function topOf(page) {
  const own = page === "index.html" ? "./" : page;
  return parts.top.replace(`<a href="${own}">`, `<a href="${own}" aria-current="page">`);
}

/** The page's source imports "ink-number" as any user would; in the browser that is the copy beside the page. */
function packageBesideThePage() {
  return {
    name: "package-beside-the-page",
    setup({ onResolve }) {
      onResolve({ filter: /^ink-number(\/|$)/ }, ({ path }) => {
        const entry = exports[path.replace("ink-number", ".")];
        return { path: entry.default.replace("./dist", "./ink-number"), external: true };
      });
    },
  };
}

/** What the site needs without a network, each file with the digest of its bytes. */
async function inventory(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath, e.name)));
  const files = paths.filter((path) => !/\.map$|\.d\.ts$|\.txt$|(^|\/)\./.test(path)).sort();
  const digest = async (file) => createHash("sha256").update(await readFile(join(folder, file))).digest("hex").slice(0, 16);
  return Promise.all(files.map(async (url) => ({ url, revision: await digest(url) })));
}

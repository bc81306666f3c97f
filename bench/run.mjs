/**
 * Times ink-number and what a page would use instead, in one Chromium, in one run, by turns; writes docs/benchmarks.md and its figure.
 *
 *     node bench/run.mjs DATA CLI [--brief]
 *
 * DATA is the folder of the data sets (crohme/strings.jsonl.gz is read), CLI the built command line. `./build.sh bench` calls it when
 * everything is built. `--brief` takes few rounds: to see that it works.
 */

import { execFileSync, spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gunzipSync, gzipSync } from "node:zlib";

import { build } from "esbuild";
import { chromium } from "@playwright/test";

import { networksOf } from "./src/network.js";
import { onnxModel } from "./src/onnx-model.js";
import { page as report } from "./src/report.js";
import { median } from "./src/statistics.js";
import { turned } from "./src/turned.js";

const { positionals: [data, cli], values: { brief } } = parseArgs({ allowPositionals: true, options: { brief: { type: "boolean" } } });
const PORT = 4199;
const PAGE = `http://127.0.0.1:${PORT}/`;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SITE = here("../target/bench/");
const DIST = here("../pkg/dist/");
const OUT = here(brief ? "../target/" : "../docs/");
const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const ENGINES = ["ink-number", "onnxruntime-web", "tensorflow.js"];
/** Rounds are many where a round is short. */
const rounds = (count) => (brief ? 3 : count);

await buildSite();
const server = spawn(process.execPath, [here("../tools/serve.mjs"), SITE, String(PORT)], { stdio: ["ignore", "pipe", "inherit"] });
await new Promise((ready) => server.stdout.once("data", ready));
try {
  const inks = await numbers();
  const browser = await chromium.launch({ executablePath: process.env.CHROME ?? "/usr/bin/chromium", args: [...QUIET, "--no-sandbox", "--enable-unsafe-webgpu"] });
  const results = { machine: { cpu: cpus()[0].model, cores: cpus().length, browser: browser.version() } };
  await measure(browser, inks, results);
  await browser.close();
  results.bytes = await bytesOf(results.cold);
  await mkdir(`${OUT}figures`, { recursive: true });
  await writeFile(`${OUT}benchmarks.md`, report(results, ENGINES));
  await drawFigure(results);
  console.log(`${OUT}benchmarks.md`);
} finally {
  server.kill();
}

/** The page, our package, the peers' wasm files and the exported networks in one folder. */
async function buildSite() {
  say("the page");
  await rm(SITE, { recursive: true, force: true });
  await mkdir(SITE, { recursive: true });
  await build({
    entryPoints: { page: here("src/page.js"), figure: here("src/figure.js") },
    outdir: SITE,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    // Written for node too; in a page these are not reached.
    external: ["fs", "path", "crypto", "worker_threads", "perf_hooks", "os", "util"],
    logOverride: { "empty-import-meta": "silent" },
  });
  const page = (script) => `<!doctype html><meta charset="utf-8"><title>ink-number: benchmark</title><script type="module" src="${script}"></script>`;
  await writeFile(`${SITE}index.html`, page("page.js"));
  await writeFile(`${SITE}figure.html`, page("figure.js"));
  await cp(DIST, `${SITE}ink-number`, { recursive: true });
  await cp(here("node_modules/@tensorflow/tfjs-backend-wasm/wasm-out"), `${SITE}tf`, { recursive: true });
  const ort = here("node_modules/onnxruntime-web/dist");
  await cp(ort, `${SITE}ort`, { recursive: true, filter: (path) => path === ort || /ort-wasm-simd-threaded[^/]*\.(mjs|wasm)$/.test(path) });
  execFileSync(cli, ["export", `${SITE}network.safetensors`]);
  const tensors = await readFile(`${SITE}network.safetensors`);
  await writeFile(`${SITE}network.onnx`, onnxModel(networksOf(tensors.buffer.slice(tensors.byteOffset, tensors.byteOffset + tensors.length))));
}

/** Numbers of CROHME's writers by length; longer ones than people wrote are made of several, side by side. */
async function numbers() {
  const lines = gunzipSync(await readFile(`${data}/crohme/strings.jsonl.gz`)).toString().trim().split("\n");
  const written = lines.map((line) => JSON.parse(line));
  const of = (length, count) => {
    const all = written.filter(({ label }) => label.length === length);
    const step = Math.max(1, Math.floor(all.length / count));
    return all.filter((_, i) => i % step === 0).slice(0, count).map(({ strokes }) => strokes.map((stroke) => stroke.map(([x, y]) => [x, y])));
  };
  const fives = of(5, 24);
  const pairs = (all) => all.filter((_, i) => i % 2 === 0 && i + 1 < all.length).map((ink, i) => beside(ink, all[2 * i + 1]));
  const tens = pairs(fives);
  return { 2: of(2, 24), 5: fives, 6: of(6, 12), 10: tens, 20: pairs(tens) };
}

/** Two inks as one number, equally high, a digit's half apart. */
function beside(first, second) {
  const box = (strokes) => {
    const xs = strokes.flat().map(([x]) => x);
    const ys = strokes.flat().map(([, y]) => y);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), height: Math.max(...ys) - Math.min(...ys) };
  };
  const [a, b] = [box(first), box(second)];
  const scale = a.height / b.height;
  const moved = ([x, y]) => [a.right + a.height / 3 + (x - b.left) * scale, a.top + (y - b.top) * scale];
  return [...first, ...second.map((stroke) => stroke.map(moved))];
}

async function measure(browser, inks, results) {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  const ask = (name, options) => page.evaluate(([name, options]) => window.bench[name](options), [name, options]);
  const open = async () => {
    await page.goto(PAGE);
    await page.waitForFunction(() => "bench" in window);
  };

  await open();
  say("engines, and whether they say the same");
  results.prepared = await ask("prepare", { inks: inks[6], gpu: false });
  results.batches = {};
  for (const [size, count] of [[1, 400], [8, 120], [32, 60], [128, 25]]) {
    say(`batches of ${size}`);
    results.batches[size] = await ask("batches", { size, rounds: rounds(count) });
  }
  results.readings = {};
  for (const [length, count] of [[2, 4], [5, 6], [6, 6], [10, 6], [20, 6]]) {
    say(`readings of ${length} digits`);
    results.readings[length] = await ask("readings", { inks: inks[length], rounds: rounds(count) });
  }
  say("live writing of 6 digits");
  results.writing = await ask("writing", { inks: inks[6], rounds: rounds(8) });
  results.writingInWorker = await ask("writingInWorker", { inks: inks[6], rounds: rounds(4) });

  results.cold = Object.fromEntries(ENGINES.map((engine) => [engine, { ms: [], files: [] }]));
  results.memory = {};
  for (let round = 0; round < rounds(8); round++) {
    say(`cold starts, ${round + 1}`);
    for (const engine of turned(ENGINES, round)) {
      const context = await browser.newContext();
      const cold = await context.newPage();
      await cold.goto(PAGE);
      await cold.waitForFunction(() => "bench" in window);
      const files = new Set();
      context.on("requestfinished", (request) => files.add(request.url()));
      const ms = await cold.evaluate(([options]) => window.bench.coldStart(options), [{ engine, strokes: inks[2][0], count: results.readings[2].counts.candidates[0] }]);
      results.cold[engine].ms.push(ms);
      results.cold[engine].files = [...files];
      await context.close();
    }
  }

  for (const engine of ENGINES) {
    await open();
    results.memory[engine] = await ask("memoryOf", { engine, size: 128 });
  }

  say("WebGPU");
  await open();
  results.gpu = { adapter: await page.evaluate(adapterName) };
  if (results.gpu.adapter === null) return;
  results.gpu.furthest = (await ask("prepare", { inks: inks[6].slice(0, 2), gpu: true })).furthest;
  for (const [size, count] of [[1, 10], [8, 5]]) results.gpu[size] = await ask("batches", { size, rounds: rounds(count), warmUpMs: 1 });
}

async function adapterName() {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return null;
  const { vendor, architecture, description } = adapter.info;
  return [vendor, architecture, description].filter(Boolean).join(" ");
}

/** What each engine loaded at its cold start, as a server sends it. */
async function bytesOf(cold) {
  const sizes = {};
  for (const [engine, { files }] of Object.entries(cold)) {
    const rows = [];
    for (const name of files.map((url) => new URL(url).pathname.slice(1))) {
      const bytes = await readFile(SITE + name);
      const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
      const kind = /\.(weights|safetensors|onnx)$/.test(name) ? "weights" : name.endsWith(".wasm") ? "wasm" : "scripts";
      rows.push({ name, kind, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length });
    }
    sizes[engine] = rows;
  }
  return sizes;
}

async function drawFigure(results) {
  const browser = await chromium.launch({ executablePath: process.env.CHROME ?? "/usr/bin/chromium", args: [...QUIET, "--no-sandbox"] });
  const page = await browser.newPage();
  await page.goto(`${PAGE}figure.html`);
  await page.waitForFunction(() => "figure" in window);
  const bars = Object.entries(results.batches).flatMap(([size, times]) =>
    Object.entries(times).map(([engine, ms]) => ({ size: `${size}`, engine, ms: median(ms) / Number(size) })),
  );
  await writeFile(`${OUT}figures/benchmark-batches.svg`, await page.evaluate((bars) => window.figure(bars), bars));
  await browser.close();
}

function say(what) {
  console.log(`bench: ${what}`);
}

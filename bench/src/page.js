/** Measurements in the page: times in milliseconds, as they come; ../run.mjs asks for them and makes tables of them. */

import { ENGINES, GPU_ENGINES } from "./engines/index.js";
import { flat } from "./engines/ink-number.js";
import { turned } from "./turned.js";

const GLYPH = 28 * 28;
/** Before a browser's optimising compiler has taken over, times say little. */
const WARM_UP_MS = 1500;
/** Of readings, whose batches are of all sizes. */
const WARM_ROUNDS = 3;

const memories = watchMemories();
let engines = {};
/** Candidates of real numbers, as the networks see them. */
let glyphs = [];

/** Loads all engines and the glyphs that they are timed with, and sees that they say the same. */
async function prepare({ inks, gpu }) {
  engines = {};
  for (const [name, load] of Object.entries(gpu ? GPU_ENGINES : ENGINES)) engines[name] = await load();
  glyphs = [];
  const reference = await ENGINES["ink-number"]().then((engine) => engine.fresh());
  const logits = [];
  for (const strokes of inks) {
    for (const candidate of (await reference.inspectStrokes(...flat(strokes))).candidates) {
      glyphs.push(Uint8Array.from(candidate.glyph));
      logits.push(candidate.logits);
    }
  }
  const some = Math.min(glyphs.length, 64);
  const furthest = {};
  for (const [name, engine] of Object.entries(engines)) {
    // Our module's batches give nothing back: it is asked for the same candidates by an inspection.
    const answers = (await engine.classify(batchOf(some))) ?? (await inspected(engine, inks));
    furthest[name] = logits.slice(0, some).flat().reduce((most, logit, i) => Math.max(most, Math.abs(logit - answers[i])), 0);
    if (!(furthest[name] < 0.01)) throw new Error(`${name}: expected the logits of our CPU engine, saw some ${furthest[name]} away`);
  }
  return { glyphs: some, furthest };
}

async function inspected(engine, inks) {
  const reader = await engine.fresh();
  const logits = [];
  for (const strokes of inks) logits.push(...(await reader.inspectStrokes(...flat(strokes))).candidates.map((candidate) => candidate.logits));
  return logits.flat();
}

function batchOf(count, from = 0) {
  const pixels = new Uint8Array(count * GLYPH);
  for (let i = 0; i < count; i++) pixels.set(glyphs[(from + i) % glyphs.length], i * GLYPH);
  return pixels;
}

/** A batch by each engine in turn, round by round: a machine that slows down slows down all of them. */
async function batches({ size, rounds, warmUpMs = WARM_UP_MS }) {
  const times = Object.fromEntries(Object.keys(engines).map((name) => [name, []]));
  for (const engine of Object.values(engines)) {
    for (const end = performance.now() + warmUpMs; performance.now() < end; ) await engine.classify(batchOf(size));
  }
  for (let round = 0; round < rounds; round++) {
    const pixels = batchOf(size, round * 7);
    for (const [name, engine] of turned(Object.entries(engines), round)) times[name].push(await timed(() => engine.classify(pixels)));
  }
  return times;
}

/**
 * Numbers read by our engine with nothing remembered, and the peers' time for the networks alone on the same candidates: finding these and
 * searching them is not counted for the peers.
 */
async function readings({ inks, rounds }) {
  const times = Object.fromEntries(Object.keys(engines).map((name) => [name, []]));
  const counts = { candidates: [], cuts: [], search: [] };
  for (let round = -WARM_ROUNDS; round < rounds; round++) {
    for (const strokes of inks) {
      const [reader, inspector] = [await engines["ink-number"].fresh(), await engines["ink-number"].fresh()];
      const { candidates, cuts } = await inspector.inspectStrokes(...flat(strokes));
      inspector.free();
      const unseen = distinct(candidates.map((candidate) => candidate.glyph), new Set());
      let reading;
      const read = async () => (reading = await reader.recognizeStrokes(...flat(strokes)));
      const taken = await timesOf(read, unseen, round);
      reader.free();
      if (round < 0) continue;
      for (const [name, ms] of taken) times[name].push(ms);
      counts.candidates.push(unseen.length);
      counts.cuts.push(cuts.length);
      counts.search.push(reading.timings.search);
    }
  }
  return { times, counts };
}

/** The time of our reading, and of each peer for the glyphs that it asks for, by name. */
async function timesOf(read, unseen, round) {
  const times = [];
  for (const name of turned(Object.keys(engines), round)) {
    if (name === "ink-number") times.push([name, await timed(read)]);
    else times.push([name, unseen.length === 0 ? 0 : await timed(() => engines[name].classify(joined(unseen)))]);
  }
  return times;
}

/** The same stroke by stroke, each engine asked only for glyphs that no stroke before has shown. */
async function writing({ inks, rounds }) {
  const times = Object.fromEntries(Object.keys(engines).map((name) => [name, []]));
  for (let round = -WARM_ROUNDS; round < rounds; round++) {
    for (const strokes of inks) {
      const [reader, inspector] = [await engines["ink-number"].fresh(), await engines["ink-number"].fresh()];
      const seen = new Set();
      for (let count = 1; count <= strokes.length; count++) {
        const written = flat(strokes.slice(0, count));
        const unseen = distinct((await inspector.inspectStrokes(...written)).candidates.map((c) => c.glyph), seen);
        const taken = await timesOf(() => reader.recognizeStrokes(...written), unseen, round);
        if (round < 0) continue;
        for (const [name, ms] of taken) times[name].push(ms);
      }
      reader.free();
      inspector.free();
    }
  }
  return times;
}

/** Stroke to reading as a page sees it: through the package, in its worker. */
async function writingInWorker({ inks, rounds }) {
  const { WorkerRecognizer } = await thePackage();
  const times = [];
  for (let round = 0; round < rounds + 1; round++) {
    const recognizer = new WorkerRecognizer({ engine: "cpu" });
    await recognizer.warmUp();
    for (const strokes of inks) {
      for (let count = 1; count <= strokes.length; count++) {
        const ms = await timed(() => recognizer.recognize({ strokes: strokes.slice(0, count) }));
        if (round > 0) times.push(ms);
      }
    }
    recognizer.dispose();
  }
  return times;
}

/** From nothing loaded to the first answer of one engine: ours, as a page uses it, reads a number, the others look at some glyphs. */
async function coldStart({ engine: name, strokes, count }) {
  return timed(async () => {
    if (name === "ink-number") {
      const { WorkerRecognizer } = await thePackage();
      await new WorkerRecognizer({ engine: "cpu" }).recognize({ strokes });
    } else {
      await (await ENGINES[name]()).classify(new Uint8Array(count * GLYPH).fill(128));
    }
  });
}

function thePackage() {
  return import(new URL("ink-number/index.js", location.href).href);
}

/** Bytes of wasm memory after the largest batch. */
async function memoryOf({ engine: name, size }) {
  const engine = await ENGINES[name]();
  for (let i = 0; i < 3; i++) await engine.classify(new Uint8Array(size * GLYPH).fill(128));
  return memories().reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

async function timed(task) {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/** Those not in `seen`, which then has them. */
function distinct(found, seen) {
  return found.filter((glyph) => {
    const key = String.fromCharCode(...glyph);
    return !seen.has(key) && seen.add(key);
  });
}

function joined(all) {
  const pixels = new Uint8Array(all.length * GLYPH);
  all.forEach((glyph, i) => pixels.set(glyph, i * GLYPH));
  return pixels;
}

/** Keeps every wasm memory that is made from now on, ours or a library's. */
function watchMemories() {
  const found = new Set();
  const keep = (value) => value instanceof WebAssembly.Memory && found.add(value);
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (source, imports) => {
      const result = await original(source, imports);
      Object.values((result.instance ?? result).exports).forEach(keep);
      Object.values(imports ?? {}).flatMap((group) => Object.values(group)).forEach(keep);
      return result;
    };
  }
  return () => [...found];
}

window.bench = { prepare, batches, readings, writing, writingInWorker, coldStart, memoryOf };

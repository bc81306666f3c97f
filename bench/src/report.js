/** The results as a page of Markdown. */

import { TOP } from "./engines/ink-number.js";
import { median, quantile, ratio } from "./statistics.js";

const OURS = "ink-number";

/** @param results what ../run.mjs measured @param engines ours and the peers, by name */
export function page(results, engines) {
  const { machine, prepared, batches, readings, writing, writingInWorker, cold, bytes, memory, gpu } = results;
  const peers = engines.filter((engine) => engine !== OURS);
  const faster = (times) => peers.reduce((best, peer) => (median(times[peer]) < median(times[best]) ? peer : best));
  const compared = (times) => engines.map((engine) => spread(times[engine]));
  const share = (times) => ratio(times[OURS], times[faster(times)]).toFixed(2);
  const searches = Object.values(readings).flatMap(({ counts }) => counts.cuts.map((cuts, i) => ({ cuts, ms: counts.search[i] })));
  const nearForty = searches.filter(({ cuts }) => cuts >= 30 && cuts <= 50);
  // What a stroke adds no glyph for, costs a peer nothing and us a search.
  const busy = writing[peers[0]].map((ms, i) => (ms > 0 ? i : -1)).filter((i) => i >= 0);
  const some = Object.fromEntries(engines.map((engine) => [engine, busy.map((i) => writing[engine][i])]));
  return `# Benchmarks

Written by \`./build.sh bench\`, in one run in one browser: ${machine.browser} on ${machine.cores} cores of ${machine.cpu}. Engines take turns, round by round and another one first each time, so that a slow
moment of the machine slows all of them; all run on one thread. Times are medians in milliseconds, with the middle half of the rounds; ratios are medians over the rounds, of
ours to the faster peer. The peers run the same networks (\`ink-number export\`): on ${prepared.glyphs} candidates their logits were at most ${Math.max(...Object.values(prepared.furthest)).toPrecision(1)} away from ours. Theirs are read out, ours, in
batches, are not, which makes no difference of note: fourteen numbers a glyph.

## Glyphs in batches

| glyphs | rounds | ${engines.join(" | ")} | ours / faster peer |
|---|---|${"---|".repeat(engines.length + 1)}
${Object.entries(batches).map(([size, times]) => row([size, times[OURS].length, ...compared(times), share(times)])).join("\n")}

![Milliseconds a glyph by batch and engine](figures/benchmark-batches.svg)

## Whole readings

Numbers of CROHME's writers; 10 and 20 digits are several of them side by side. Ours is all of it, from strokes to ranked numbers, with nothing remembered; the peers' time is for the networks
alone on the same candidates.

| digits | candidates | ${engines.join(" | ")} | ours / faster peer |
|---|---|${"---|".repeat(engines.length + 1)}
${Object.entries(readings).map(([length, { times, counts }]) => row([length, median(counts.candidates), ...compared(times), share(times)])).join("\n")}

Ten digits cost ${(median(readings[10].times[OURS]) / median(readings[5].times[OURS])).toFixed(2)} times what five do, of the same writers.

The exact search for the ${TOP} likeliest numbers takes ${spread(nearForty.map(({ ms }) => ms))} ms in readings of 30 to 50 cuts (${nearForty.length} readings; browsers tell the time in steps of 0.1 ms).

## Live writing

Six digits, stroke by stroke. Glyphs that an earlier stroke has shown are not looked at again, by ours or the peers; ours cuts and searches besides. Of ${writing[OURS].length} strokes
${busy.length} show glyphs that are new.

| | ${engines.join(" | ")} | ours / faster peer |
|---|${"---|".repeat(engines.length + 1)}
${row(["stroke to reading", ...compared(some), share(some)])}

In its worker, as a page uses it, a stroke is read in ${spread(writingInWorker)} ms.

## Cold start

From nothing loaded to the first answer, served from this machine: ours reads a number in its worker, the peers look at its ${readings[2].counts.candidates[0]} candidates alone.

| | ${engines.join(" | ")} |
|---|${"---|".repeat(engines.length)}
${row(["ms", ...engines.map((engine) => spread(cold[engine].ms))])}
${row(["wasm memory after 128 glyphs, MB", ...engines.map((engine) => (memory[engine] / 1e6).toFixed(1))])}

## Bytes to load

What was loaded for that first answer, each file compressed by itself (gzip 9, brotli 11), KB. The peers would load the networks in 32 bits; the last line counts our weights file, of ${kb(sum(bytes[OURS], "brotli", "weights"))} KB, for them too.

| | ${engines.map((engine) => `${engine}, gzip | brotli`).join(" | ")} |
|---|${"---|".repeat(2 * engines.length)}
${["scripts", "wasm", "weights"].map((kind) => row([kind, ...engines.flatMap((engine) => ["gzip", "brotli"].map((how) => kb(sum(bytes[engine], how, kind))))])).join("\n")}
${row(["all", ...engines.flatMap((engine) => ["gzip", "brotli"].map((how) => kb(sum(bytes[engine], how))))])}
${row(["all, with our weights", ...engines.flatMap((engine) => ["gzip", "brotli"].map((how) => kb(withOurs(bytes, engine, how))))])}

Brotli, ours to the smaller peer: ${(sum(bytes[OURS], "brotli") / Math.min(...peers.map((peer) => withOurs(bytes, peer, "brotli")))).toFixed(2)}.

## WebGPU

${gpuSection(gpu, engines, compared, share)}
`;
}

function gpuSection(gpu, engines, compared, share) {
  if (gpu.adapter === null) return "No adapter here.";
  const { adapter, furthest, ...batches } = gpu;
  const software = /swiftshader|llvmpipe/i.test(adapter) ? ` That is a processor's emulation: it shows that all of them work (logits at most ${Math.max(...Object.values(furthest)).toPrecision(1)} away from our CPU engine's), and nothing about speed.` : "";
  return `Adapter: ${adapter}.${software}

| glyphs | ${engines.join(" | ")} | ours / faster peer |
|---|${"---|".repeat(engines.length + 1)}
${Object.entries(batches).map(([size, times]) => row([size, ...compared(times), share(times)])).join("\n")}`;
}

function row(cells) {
  return `| ${cells.join(" | ")} |`;
}

/** The median and the middle half. */
function spread(values) {
  const digits = median(values) < 10 ? 2 : 1;
  return [median(values), quantile(values, 0.25), quantile(values, 0.75)]
    .map((v) => v.toFixed(digits))
    .join(" (")
    .replace(/ \(([^(]*)$/, " to $1)");
}

function kb(bytes) {
  return (bytes / 1000).toFixed(1);
}

function sum(files, how, kind) {
  return files.filter((file) => kind === undefined || file.kind === kind).reduce((total, file) => total + file[how], 0);
}

function withOurs(bytes, engine, how) {
  return sum(bytes[engine], how) - sum(bytes[engine], how, "weights") + sum(bytes[OURS], how, "weights");
}

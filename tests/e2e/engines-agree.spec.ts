/** Both engines run one golden suite and say the same to 1e-4 in log-probability. */

import { type Page, expect, test } from "@playwright/test";

import type { EngineName, Reading } from "ink-number";

import goldenInk from "./golden-ink.json" with { type: "json" };

/** Natural logarithms. */
const TOLERANCE = 1e-4;
/** Below this probability a string is noise, and its logarithm magnifies the last bits of a float. */
const MIN_PROBABILITY = 1e-6;

test("cpu and webgpu agree on the golden ink", async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto("./");
  const cpu = await readAll(page, "cpu");
  const webgpu = await readAll(page, "webgpu");
  const differences = goldenInk.flatMap(({ name }, i) => compare(name, cpu[i] as Reading, webgpu[i] as Reading));
  expect(differences).toEqual([]);
  // And the comparison compared something.
  expect(cpu.flatMap((reading) => reading.segments).length).toBeGreaterThan(goldenInk.length);
});

function readAll(page: Page, engine: EngineName): Promise<Reading[]> {
  return page.evaluate(
    async ([engine, inks]) => {
      const url = "./ink-number/index.js";
      const { Recognizer } = (await import(url)) as typeof import("ink-number");
      const recognizer = await Recognizer.load({ engine });
      const readings: Reading[] = [];
      for (const { strokes } of inks) readings.push(await recognizer.recognize({ strokes: strokes as [number, number][][] }));
      recognizer.dispose();
      return readings;
    },
    [engine, goldenInk] as const,
  );
}

/** What differs between two readings of the same ink, in words. */
function compare(name: string, cpu: Reading, webgpu: Reading): string[] {
  const shapes = [cpu, webgpu].map((r) => JSON.stringify([r.decision, r.text, r.segments.map((s) => [s.digit, s.box])]));
  if (cpu.engine !== "cpu" || webgpu.engine !== "webgpu") return [`${name}: read by ${cpu.engine} and ${webgpu.engine}`];
  if (shapes[0] !== shapes[1]) return [`${name}: cpu ${shapes[0]}, webgpu ${shapes[1]}`];
  const pairs = cpu.segments.flatMap((segment, i) => {
    const other = logSoftmax(webgpu.segments[i]?.logits ?? []);
    return logSoftmax(segment.logits).map((value, k) => [`segment ${i}, class ${k}`, value, other[k] ?? NaN] as const);
  });
  const strings = cpu.hypotheses
    .filter((h) => h.probability > MIN_PROBABILITY)
    .map((h) => {
      const other = webgpu.hypotheses.find((o) => o.text === h.text)?.probability ?? 0;
      return [`"${h.text}"`, Math.log(h.probability), Math.log(other)] as const;
    });
  return [...pairs, ...strings]
    .filter(([, a, b]) => !(Math.abs(a - b) <= TOLERANCE))
    .map(([what, a, b]) => `${name}, ${what}: cpu ${a}, webgpu ${b}`);
}

function logSoftmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits);
  const norm = max + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
  return logits.map((logit) => logit - norm);
}

/** Nothing of ours stands in the way of a stroke: every sample of the pen is counted, and long tasks are reported (no test asserts a time). */

import { expect, test } from "@playwright/test";

import { FieldPage } from "./field-page";
import { type Path, type Xy, fortyTwoApart, placed } from "./ink";

/** What browsers call a long task, ms. */
const LONG = 50;

test("a number of ten digits, both engines at work: no sample of the pen is lost", async ({ page }) => {
  const field = new FieldPage(page);
  await field.open('<ink-number id="field"></ink-number>', { engine: "auto" });
  await field.field().evaluate((e) => ((e as HTMLElement).style.inlineSize = "1200px"));
  // The first stroke starts the worker, the first reading has it look at the GPU.
  await field.draw(placed([fortyTwoApart()[1] ?? []], 5, 10, 0.8));
  await field.read();
  await field.button("Clear").click();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  // Ten ones, in samples far enough apart for the pad to keep each of them.
  const number = Array.from({ length: 10 }, (_, i): Path => Array.from({ length: 40 }, (_, step): Xy => [60 + 100 * i - step / 4, 14 + 2 * step]));
  await field.drawQuickly(number);
  await field.read();
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  const kept = await field.field().evaluate((e) => (e as unknown as { ink: { strokes: unknown[][] } }).ink.strokes.map((stroke) => stroke.length));
  const long = tasks.length === 0 ? "none" : tasks.map((ms) => `${ms} ms`).join(", ");
  console.log(`tasks of the main thread above ${LONG} ms: ${long}; samples of the pen kept: ${kept.reduce((a, b) => a + b)}`);
  expect(await field.value()).toBe("1".repeat(10));
  expect(kept).toEqual(number.map((path) => path.length));
});

/** Nothing of ours stands in the way of a stroke: every sample of the pen is counted, and long tasks are reported (no test asserts a time). */

import { expect, test } from "@playwright/test";

import { FieldPage } from "./field-page";
import { type Path, fortyTwoApart, placed } from "./ink";

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
    const seen = { tasks: [] as number[], samples: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
    addEventListener("pointermove", (event) => (seen.samples += event.buttons === 0 ? 0 : event.getCoalescedEvents().length), { capture: true });
  });
  const number: Path[] = Array.from({ length: 5 }, (_, i) => placed(fortyTwoApart(), 20 + 230 * i, 10, 0.8)).flat();
  await field.drawQuickly(number);
  await field.read();
  const { tasks, samples } = await page.evaluate(() => (window as unknown as { seen: { tasks: number[]; samples: number } }).seen);
  const long = tasks.length === 0 ? "none" : tasks.map((ms) => `${ms} ms`).join(", ");
  console.log(`tasks of the main thread above ${LONG} ms: ${long}; samples of the pen: ${samples}`);
  expect(await field.value()).toBe("42".repeat(5));
  expect(samples).toBe(number.reduce((sum, path) => sum + path.length - 1, 0));
});

/** Undo, redo, clear, and what pointers do to a stroke. */

import { type Page, expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { fortyTwoApart, placed } from "./ink";

/** 42, of which the first two strokes are the 4. */
const INK = placed(fortyTwoApart(), 150, 90, 2);

test("undo, redo and clear by button", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  for (const name of ["Undo", "Redo", "Clear"]) await expect(demo.button(name)).toBeDisabled();
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");

  await demo.button("Undo").click();
  await demo.expectFirstHypothesis("4");
  await demo.button("Redo").click();
  await demo.expectFirstHypothesis("42");
  await expect(demo.button("Redo")).toBeDisabled();

  await demo.button("Clear").click();
  await expect(demo.badge).toHaveText("Empty");
  await expect(demo.button("Clear")).toBeDisabled();
  await demo.button("Undo").click();
  await demo.expectFirstHypothesis("42");
});

test("undo, redo and clear by key", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");

  await page.keyboard.press("Control+z");
  await demo.expectFirstHypothesis("4");
  await page.keyboard.press("Control+Shift+Z");
  await demo.expectFirstHypothesis("42");
  for (const key of ["Escape", "Delete"]) {
    await page.keyboard.press(key);
    await expect(demo.badge).toHaveText("Empty");
    await page.keyboard.press("Control+z");
    await demo.expectFirstHypothesis("42");
  }
});

test("keys of a list belong to the list", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");
  await page.getByLabel("Strategy").focus();
  await page.keyboard.press("Escape");
  await expect(demo.button("Clear")).toBeEnabled();
});

test("a new stroke forgets what was undone", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(INK);
  await demo.button("Undo").click();
  await expect(demo.button("Redo")).toBeEnabled();
  await demo.draw(INK.slice(2));
  await expect(demo.button("Redo")).toBeDisabled();
});

test("nothing is undone under the pen", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(INK.slice(0, 2));
  await demo.expectFirstHypothesis("4");
  const box = await demo.pad.boundingBox();
  if (!box) throw new Error("the pad is on the page");
  await page.mouse.move(box.x + 400, box.y + 100);
  await page.mouse.down();
  await page.keyboard.press("Control+z");
  await page.mouse.move(box.x + 400, box.y + 280, { steps: 8 });
  await page.mouse.up();
  // All three strokes are there: one to undo for each.
  for (let i = 0; i < 3; i++) await demo.button("Undo").click();
  await expect(demo.button("Undo")).toBeDisabled();
});

test("one pointer owns a stroke: a second one is ignored", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await sendPointers(page, [
    ["pointerdown", 11, 200, 100],
    ["pointerdown", 12, 500, 300],
    ["pointermove", 12, 520, 320],
    ["pointermove", 11, 200, 200],
    ["pointerup", 12, 520, 320],
    ["pointermove", 11, 200, 300],
    ["pointerup", 11, 200, 300],
  ]);
  await expect(demo.button("Undo")).toBeEnabled();
  // A line straight down at 200, as wide as the nib: nothing of the second pointer's.
  const { left, right } = await inkOnScreen(page);
  expect(left).toBeGreaterThan(185);
  expect(right).toBeLessThan(215);
  await demo.button("Undo").click();
  await expect(demo.button("Undo")).toBeDisabled();
});

test("a cancelled pointer ends its stroke and keeps it", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await sendPointers(page, [
    ["pointerdown", 11, 200, 100],
    ["pointermove", 11, 200, 250],
    ["pointercancel", 11, 200, 250],
    ["pointermove", 11, 600, 250],
  ]);
  await expect(demo.button("Undo")).toBeEnabled();
  await expect(demo.badge).not.toHaveText("Empty");
  const box = await page.locator("#segments .mark-box").first().boundingBox();
  expect(box?.width).toBeLessThan(100);
});

test("the right button draws nothing", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.pad.click({ button: "right" });
  await expect(demo.button("Undo")).toBeDisabled();
});

test("ink outlives a narrowed window and comes back where it was", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 420, 90, 2));
  await demo.expectFirstHypothesis("42");
  const before = await inkOnScreen(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(async () => (await demo.pad.boundingBox())?.width).toBeLessThan(391);
  // It began at 428, right of this screen: now it is whole in the middle.
  await expect.poll(async () => (await inkOnScreen(page)).left).toBeLessThan(60);
  const pad = await demo.pad.boundingBox();
  expect((await inkOnScreen(page)).right).toBeLessThan((pad?.width ?? 0) - 10);
  await expect(demo.digitBoxes).toHaveCount(2);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => inkOnScreen(page)).toEqual(before);
});

/** Events as a browser with two fingers on the glass would send them; the real ones cannot be had from one mouse. */
async function sendPointers(page: Page, events: [type: string, pointerId: number, x: number, y: number][]): Promise<void> {
  await page.locator("#pad").evaluate((pad, events) => {
    // The browser gives capture only to pointers it knows.
    pad.setPointerCapture = () => {};
    const { left, top } = pad.getBoundingClientRect();
    for (const [type, pointerId, x, y] of events) {
      const buttons = type === "pointerup" || type === "pointercancel" ? 0 : 1;
      pad.dispatchEvent(
        new PointerEvent(type, { pointerId, buttons, button: 0, clientX: left + x, clientY: top + y, pointerType: "touch", bubbles: true }),
      );
    }
  }, events);
}

/** The columns of the pad's canvas that have ink, CSS px. */
function inkOnScreen(page: Page): Promise<{ left: number; right: number }> {
  return page.locator("#ink").evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    let [left, right] = [Infinity, -Infinity];
    for (let i = 3; i < data.length; i += 4) {
      if (data[i] === 0) continue;
      const x = ((i - 3) / 4) % width;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
    }
    return { left: left / devicePixelRatio, right: right / devicePixelRatio };
  });
}

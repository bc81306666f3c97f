/** What is drawn is read: on both engines, by every strategy, and refused where it is no number. */

import { expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { denseScribble, fortyTwoApart, placed, singleDot, twoZeroThreeOnePenPath } from "./ink";

const STRATEGIES = ["left-to-right", "right-to-left", "meet-in-the-middle", "whole-permutation"];

for (const [engine, shown] of [["cpu", "CPU"], ["webgpu", "WebGPU"]] as const) {
  test.describe(`engine ${engine}`, () => {
    test("42 in three strokes is read", async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(engine);
      await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
      await demo.expectFirstHypothesis("42");
      await expect(demo.badge).toHaveText("Read");
      await expect(demo.headline).toHaveText("42");
      await expect(demo.digitBoxes).toHaveCount(2);
      await expect(page.locator("#timings-total")).toHaveText(new RegExp(`^${shown} · [\\d.]+ ms$`));
    });

    test("203 in one pen path is cut into three digits", async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(engine);
      await demo.draw(placed(twoZeroThreeOnePenPath(), 120, 80, 2.4));
      await demo.expectFirstHypothesis("203");
      await expect(page.locator("#segments .mark-label")).toHaveText(["2", "0", "3"]);
    });
  });
}

test("a reading that takes long says so, until the newest is there", async ({ page }) => {
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]): void {
      setTimeout(() => post.apply(this, message as Parameters<typeof post>), 700);
    };
  });
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await expect(demo.badge).toHaveText("Reading…");
  await demo.expectFirstHypothesis("42");
  await expect(demo.badge).toHaveText("Read");
});

test("the boxes lie on the digits they name", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await demo.expectFirstHypothesis("42");
  const pad = await demo.pad.boundingBox();
  const four = await demo.digitBoxes.nth(0).locator(".mark-box").boundingBox();
  const two = await demo.digitBoxes.nth(1).locator(".mark-box").boundingBox();
  if (!pad || !four || !two) throw new Error("pad and boxes are on the page");
  // The 4 is drawn from x = 158 to 274, the 2 from 354 to 458; a box may be some px wider.
  expect(Math.abs(four.x - pad.x - 158)).toBeLessThan(14);
  expect(Math.abs(four.x + four.width - pad.x - 274)).toBeLessThan(14);
  expect(Math.abs(two.x - pad.x - 354)).toBeLessThan(14);
  expect(Math.abs(two.x + two.width - pad.x - 458)).toBeLessThan(14);
});

test("an empty pad is empty, before and after", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await expect(demo.badge).toHaveText("Empty");
  await expect(demo.spoken).toHaveText("The pad is empty.");
  await expect(demo.hypotheses).toHaveCount(0);
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await expect(demo.badge).toHaveText("Read");
  await demo.button("Clear").click();
  await expect(demo.badge).toHaveText("Empty");
  await expect(demo.digitBoxes).toHaveCount(0);
});

test("a scribble is refused, with the reason on it", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(denseScribble(), 150, 80, 2));
  await expect(demo.badge).toHaveText("Refused");
  await expect(demo.headline).toHaveText("Not a number");
  await expect(demo.explanation).not.toBeEmpty();
  await expect(demo.refusedBoxes.first()).toBeVisible();
  await expect(demo.refusedBoxes.first().locator(".mark-label")).toHaveText(/part of a digit|several digits|letter or sign|scribble/);
});

test("the touch of a pen is no number", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(singleDot(), 300, 200, 1));
  await expect(page.locator("#reading")).not.toHaveAttribute("data-stale");
  await expect(demo.badge).toHaveText(/Refused|Empty/);
});

test("each stroke is read, and the newest ink wins", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  const [angle, stem, two] = placed(fortyTwoApart(), 150, 90, 2);
  if (!angle || !stem || !two) throw new Error("42 has three strokes");
  await demo.draw([angle, stem]);
  await demo.expectFirstHypothesis("4");
  await demo.draw([two]);
  await demo.expectFirstHypothesis("42");
  await expect(demo.spoken).toHaveText(/^Read 42\. 2 digits, .*\d+% sure\.$/);
});

test("ink drawn while the engine loads is read when it has", async ({ page }) => {
  const demo = new DemoPage(page);
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("?engine=cpu");
  await expect(page.getByRole("progressbar", { name: "Loading the engine" })).toBeVisible();
  await expect(demo.status).toHaveText("Loading engine");
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  letGo();
  await demo.expectFirstHypothesis("42");
  await expect(page.getByRole("progressbar")).toBeHidden();
});

test("every strategy reads digits that stand apart", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  for (const strategy of STRATEGIES) {
    await page.getByLabel("Strategy").selectOption(strategy);
    await expect(page).toHaveURL(new RegExp(`strategy=${strategy}`));
    await expect(page.locator("#reading")).not.toHaveAttribute("data-stale");
    await demo.expectFirstHypothesis("42");
  }
  await expect(demo.notice).toBeEmpty();
});

test("engines change under standing ink", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open("cpu");
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await expect(page.locator("#timings-total")).toHaveText(/^CPU/);
  for (const [choice, shown] of [["WebGPU", /^WebGPU/], ["CPU", /^CPU/], ["Auto", /^(CPU|WebGPU)/]] as const) {
    await page.getByText(choice, { exact: true }).click();
    await expect(demo.status).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
    await expect(page.locator("#timings-total")).toHaveText(shown, { timeout: 60_000 });
    await demo.expectFirstHypothesis("42");
  }
});

test("the network's thoughts open up: fourteen bars a digit", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await demo.expectFirstHypothesis("42");
  await page.getByText("What the network thought").click();
  const segments = page.locator(".network-segment");
  await expect(segments).toHaveCount(2);
  await expect(segments.nth(0).locator(".class-bar")).toHaveCount(14);
  await expect(segments.nth(0).locator(".network-title")).toHaveText("read as 4");
  await expect(segments.nth(1).locator(".is-chosen .class-label")).toHaveText("2");
});

test("a hypothesis shows its own digits while it is pointed at", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(twoZeroThreeOnePenPath(), 120, 80, 2.4));
  await demo.expectFirstHypothesis("203");
  const second = demo.hypotheses.nth(1);
  const text = (await second.getAttribute("data-text")) ?? "";
  await second.hover();
  await expect(page.locator("#segments .mark-label")).toHaveText([...text]);
  await page.mouse.move(0, 0);
  await expect(page.locator("#segments .mark-label")).toHaveText(["2", "0", "3"]);
});

test("the point of 4.2 is marked and said to be left out", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  const [angle, stem, two] = placed(fortyTwoApart(), 150, 90, 2);
  if (!angle || !stem || !two) throw new Error("42 has three strokes");
  await demo.draw([angle, stem, [[310, 286], [312, 289], [311, 291]], two]);
  await demo.expectFirstHypothesis("42");
  await expect(page.locator("#segments .mark-sign .mark-label")).toHaveText(["point"]);
  await expect(demo.explanation).toHaveText(/Left out: point\./);
});

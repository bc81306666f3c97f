/** On a phone: real touches, a narrow screen. */

import { expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { fortyTwoApart, placed } from "./ink";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

test("a finger writes 42, and the page stays where it is", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.drawByTouch(placed(fortyTwoApart(), 70, 70, 1.4));
  await demo.expectFirstHypothesis("42");
  expect(await page.evaluate(() => scrollY)).toBe(0);
  // Three strokes came of three touches. By click: Chromium takes a tap this soon after a swipe for the end of the swipe.
  for (let i = 0; i < 3; i++) await demo.button("Undo").click();
  await expect(demo.button("Undo")).toBeDisabled();
});

test("pad and reading fit on the screen together", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.drawByTouch(placed(fortyTwoApart(), 70, 70, 1.4));
  await demo.expectFirstHypothesis("42");
  await expect(demo.pad).toBeInViewport({ ratio: 1 });
  await expect(demo.explanation).toBeInViewport({ ratio: 1 });
});

for (const width of [320, 360, 390, 768, 1024, 1600]) {
  test(`nothing sticks out sideways at ${width} px`, async ({ page }) => {
    const demo = new DemoPage(page);
    await page.setViewportSize({ width, height: 800 });
    await demo.open();
    await demo.draw(placed(fortyTwoApart(), 60, 60, 1.3));
    await demo.expectFirstHypothesis("42");
    await page.getByText("What the network thought").click();
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overhang).toBe(0);
  });
}

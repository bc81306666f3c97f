/**
 * Every page on a desk and on a phone, by day and by night, compared with the pictures that docs/screenshots keeps and the README shows.
 * `npx playwright test -c tests/e2e screenshots --update-snapshots` takes them anew: then look at them.
 */

import { type Page, expect, test } from "@playwright/test";

import { drawByMouse } from "./drawing";
import { FieldPage } from "./field-page";
import { placed, twentyTwentySix, twoZeroThreeOnePenPath } from "./ink";

const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
};

const PAGES: Record<string, (page: Page) => Promise<void>> = {
  async pad(page) {
    await page.goto("./?engine=cpu");
    await expect(page.locator("#engine-status")).toHaveAttribute("data-state", "ready");
    const pad = await page.locator("#pad").boundingBox();
    if (!pad) throw new Error("no pad");
    const scale = Math.min(2.5, (0.85 * pad.width) / 218);
    const [left, top] = [(pad.width - 218 * scale) / 2, (pad.height - 100 * scale) / 2];
    await drawByMouse(page, pad, placed(twoZeroThreeOnePenPath(), left, top, scale));
    await expect(page.locator("button.hypothesis").first()).toContainText("203");
    await page.mouse.move(0, 0);
  },
  async forms(page) {
    await page.goto("forms.html");
    const field = new FieldPage(page);
    await field.draw(placed(twentyTwentySix(), 22, 14, 0.75), "amount");
    await field.read("amount");
    await page.evaluate(() => scrollTo(0, 0));
  },
  async inside(page) {
    await page.goto("inside.html");
    await page.getByRole("button", { name: "203 in one stroke" }).click();
    await expect(page.locator(".candidate").first()).toBeVisible();
  },
  async grid(page) {
    await page.goto("grid.html");
    await page.getByRole("button", { name: "Try an example" }).click();
    await expect(page.locator("#rows tr")).toHaveCount(5);
    await expect(page.locator("#progress-card")).toBeHidden();
  },
  async methods(page) {
    await page.goto("methods.html");
    await expect(page.locator("#methods table")).toBeVisible();
  },
  async docs(page) {
    await page.goto("docs.html");
    await expect(page.locator("article").first()).toBeVisible();
  },
};

for (const [device, options] of Object.entries(DEVICES)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(() => {
      test.use({ ...options, colorScheme, contextOptions: { reducedMotion: "reduce" } });
      for (const [name, open] of Object.entries(PAGES)) {
        test(`${name} on a ${device}, ${colorScheme}`, async ({ page }) => {
          await open(page);
          await page.waitForLoadState("networkidle");
          // Times differ from run to run: they are told alike. Letters differ from machine to machine where a font is the system's.
          await page.evaluate(() => {
            for (const time of document.querySelectorAll("#timings dd, #timings-total")) time.textContent = time.id ? "CPU · 120 ms" : "40 ms";
            for (const part of document.querySelectorAll<HTMLElement>(".timing-part")) part.style.flexGrow = "1";
          });
          await expect(page).toHaveScreenshot(`${name}-${device}-${colorScheme}.png`, { maxDiffPixelRatio: 0.02, scale: "css" });
        });
      }
    });
  }
}

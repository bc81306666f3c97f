/** By keyboard and by ear, and for who wants no motion. */

import { expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { fortyTwoApart, placed } from "./ink";

test("every control has a name, and the Tab key reaches it with a visible ring", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await demo.expectFirstHypothesis("42");
  const reached: string[] = [];
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const ringOn = element.matches("input[type=radio]") ? (element.nextElementSibling as HTMLElement) : element;
      return { id: element.id || element.getAttribute("name") || element.localName, ring: getComputedStyle(ringOn).outlineStyle };
    });
    if (!focused) break;
    expect(focused, focused.id).toMatchObject({ ring: "solid" });
    reached.push(focused.id);
  }
  for (const id of ["undo", "clear", "pick", "engine", "strategy", "summary"]) expect(reached).toContain(id);
  for (const name of ["Undo", "Redo", "Clear", "Picture"]) await expect(demo.button(name)).toHaveCount(1);
  for (const name of ["Auto", "CPU", "WebGPU"]) await expect(page.getByRole("radio", { name, exact: true })).toHaveCount(1);
  await expect(page.getByRole("group", { name: "Engine" })).toHaveCount(1);
  await expect(page.getByRole("combobox", { name: "Strategy" })).toHaveCount(1);
});

test("the reading is spoken politely", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await expect(demo.spoken).toHaveAttribute("aria-live", "polite");
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await expect(demo.spoken).toHaveText(/^Read 42\./);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`text stands out from its ground, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const demo = new DemoPage(page);
    await demo.open();
    await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
    await demo.expectFirstHypothesis("42");
    await page.getByText("What the network thought").click();
    expect(await page.evaluate(faintTexts)).toEqual([]);
  });
}

test("nothing moves for who wants no motion", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await demo.expectFirstHypothesis("42");
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

/** Texts with a contrast below WCAG AA's 4.5, by the solid ground behind them. Runs in the page. */
function faintTexts(): string[] {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  const rgba = (colour: string): number[] => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour: number[]): number => {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element: Element | null): number[] => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba("white");
  };
  const faint: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || element.closest(":disabled, svg, .visually-hidden") || !element.checkVisibility({ visibilityProperty: true })) continue;
    const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(groundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${node.textContent.trim()}: ${contrast.toFixed(2)}`);
  }
  return faint;
}

/** A browser without WebGPU: the default still reads, and asking for WebGPU is answered in words. */

import { expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { fortyTwoApart, placed } from "./ink";

const INK = placed(fortyTwoApart(), 150, 90, 2);

test("there is no adapter here", async ({ page }) => {
  await page.goto("./");
  expect(await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null)).toBeNull();
});

test("auto reads on the CPU", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open("auto");
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");
  await expect(demo.status).toHaveText("CPU engine");
  await expect(demo.notice).toBeEmpty();
});

test("choosing WebGPU shows why not, and the CPU reads on", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open("cpu");
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");
  await page.getByText("WebGPU", { exact: true }).click();
  await expect(demo.notice).toContainText("The WebGPU engine could not be started.");
  await expect(demo.notice).toContainText("webgpu-unavailable");
  await expect(demo.notice).toContainText("Reading goes on with CPU.");
  await expect(page.getByRole("radio", { name: "CPU", exact: true })).toBeChecked();
  await demo.button("Undo").click();
  await demo.expectFirstHypothesis("4");
});

test("a link that asks for WebGPU shows why not, and another engine can be chosen", async ({ page }) => {
  const demo = new DemoPage(page);
  await page.goto("?engine=webgpu");
  await expect(demo.notice).toContainText("webgpu-unavailable");
  await expect(demo.status).toHaveText("No engine");
  await demo.draw(INK);
  await page.getByText("Auto", { exact: true }).click();
  await demo.expectFirstHypothesis("42");
  await expect(demo.notice).toBeEmpty();
});

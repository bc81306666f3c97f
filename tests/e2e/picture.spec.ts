/** Pictures: dropped, pasted and picked. */

import { type Page, expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { type Path, fortyTwoApart, placed } from "./ink";

const INK = placed(fortyTwoApart(), 40, 30, 1.5);

for (const type of ["image/png", "image/jpeg"] as const) {
  test(`a dropped ${type} is read`, async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open();
    await bring(page, "drop", await drawPicture(page, INK, type), type);
    await demo.expectFirstHypothesis("42");
    await expect(demo.digitBoxes).toHaveCount(2);
    await demo.button("Undo").click();
    await expect(demo.badge).toHaveText("Empty");
  });
}

test("a pasted picture is read, and a stroke on it begins a new sheet", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await bring(page, "paste", await drawPicture(page, INK, "image/png"), "image/png");
  await demo.expectFirstHypothesis("42");
  await demo.draw(placed(fortyTwoApart().slice(0, 2), 200, 100, 2));
  await demo.expectFirstHypothesis("4");
  await demo.button("Undo").click();
  await demo.button("Undo").click();
  await demo.expectFirstHypothesis("42");
});

test("a picked picture is read", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  const buffer = Buffer.from(await drawPicture(page, INK, "image/png"));
  const chooser = page.waitForEvent("filechooser");
  await demo.button("Picture").click();
  await (await chooser).setFiles({ name: "number.png", mimeType: "image/png", buffer });
  await demo.expectFirstHypothesis("42");
});

test("a picture without ink is said to have none", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await bring(page, "drop", await drawPicture(page, [], "image/png"), "image/png");
  await expect(page.locator("#headline")).toHaveText("No ink");
  await expect(page.locator("#explanation")).toContainText("this picture");
});

test("a file that is no picture is refused in words", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await bring(page, "drop", [1, 2, 3], "application/pdf");
  await expect(demo.notice).toContainText("picture-type");
  await expect(demo.notice).toContainText("Expected a PNG or JPEG picture, saw application/pdf.");
  await bring(page, "drop", [1, 2, 3], "image/png");
  await expect(demo.notice).toContainText("picture-broken");
  await demo.button("Dismiss").click();
  await expect(demo.notice).toBeEmpty();
});

test("a picture that is cut short is refused in words, and the ink stays", async ({ page }) => {
  const demo = new DemoPage(page);
  await demo.open();
  await demo.draw(placed(fortyTwoApart(), 150, 90, 2));
  await demo.expectFirstHypothesis("42");
  const whole = await drawPicture(page, INK, "image/png");
  // Past the header: the browser learns the picture's size and then misses half of its pixels.
  const half = whole.slice(0, whole.length >> 1);
  expect(String.fromCharCode(...half)).toContain("IDAT");
  await bring(page, "drop", half, "image/png");
  await expect(demo.notice).toContainText("This file cannot be read.");
  await expect(demo.notice).toContainText("number could not be decoded as a picture.");
  await expect(demo.notice).toContainText("picture-broken");
  await expect(demo.hypotheses.first()).toHaveAttribute("data-text", "42");
  // The last change is still the last stroke.
  await demo.button("Undo").click();
  await demo.expectFirstHypothesis("4");
});

/** The bytes of a picture, dark on white, drawn on a canvas of the page. */
function drawPicture(page: Page, ink: readonly Path[], type: string): Promise<number[]> {
  return page.evaluate(
    async ([ink, type]) => {
      const canvas = new OffscreenCanvas(360, 220);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no canvas");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.lineWidth = 9;
      context.lineCap = context.lineJoin = "round";
      context.strokeStyle = "#223";
      for (const path of ink) {
        context.beginPath();
        for (const [x, y] of path) context.lineTo(x, y);
        context.stroke();
      }
      const blob = await canvas.convertToBlob({ type });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [ink, type] as const,
  );
}

/** Drops or pastes a file on the page. */
async function bring(page: Page, how: "drop" | "paste", bytes: number[], type: string): Promise<void> {
  await page.locator("#pad").evaluate(
    (pad, [how, bytes, type]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], "number", { type }));
      const event =
        how === "drop"
          ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
          : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
      pad.dispatchEvent(event);
    },
    [how, bytes, type] as const,
  );
}

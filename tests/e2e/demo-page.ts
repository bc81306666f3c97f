/** The pad as a test sees it: by what stands on it, with real pointers and keys. */

import { type Locator, type Page, expect } from "@playwright/test";

import { drawByMouse, drawByTouch } from "./drawing";
import type { Path } from "./ink";

export class DemoPage {
  readonly pad: Locator;
  readonly badge: Locator;
  readonly headline: Locator;
  readonly explanation: Locator;
  readonly spoken: Locator;
  readonly status: Locator;
  readonly notice: Locator;
  readonly hypotheses: Locator;
  readonly digitBoxes: Locator;
  readonly refusedBoxes: Locator;

  constructor(readonly page: Page) {
    this.pad = page.locator("#pad");
    this.badge = page.locator("#badge");
    this.headline = page.locator("#headline");
    this.explanation = page.locator("#explanation");
    this.spoken = page.locator("#spoken");
    this.status = page.locator("#engine-status");
    this.notice = page.locator("#notice");
    this.hypotheses = page.locator("button.hypothesis");
    this.digitBoxes = page.locator("#segments .mark-digit");
    this.refusedBoxes = page.locator("#segments .mark-refused");
  }

  /** Opens the page and waits until it can read. */
  async open(engine: "auto" | "cpu" | "webgpu" = "cpu"): Promise<void> {
    await this.page.goto(`?engine=${engine}`);
    await expect(this.status).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Draws with the mouse; coordinates are CSS px of the pad. */
  async draw(ink: readonly Path[]): Promise<void> {
    await drawByMouse(this.page, await this.padBox(), ink);
  }

  /** Draws with a finger: real touch events by the browser's own input pipeline. */
  async drawByTouch(ink: readonly Path[]): Promise<void> {
    await drawByTouch(this.page, await this.padBox(), ink);
  }

  /** Waits for a reading whose first hypothesis is `text`. */
  async expectFirstHypothesis(text: string): Promise<void> {
    await expect(this.hypotheses.first()).toHaveAttribute("data-text", text, { timeout: 60_000 });
  }

  private async padBox(): Promise<{ x: number; y: number }> {
    await this.pad.scrollIntoViewIfNeeded();
    const box = await this.pad.boundingBox();
    if (!box) throw new Error("the pad is not on the page");
    return box;
  }
}

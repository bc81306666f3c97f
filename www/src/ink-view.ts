/** Draws content on the pad's canvas; redraws by itself on a new size, another pixel density or another colour scheme. */

import { type Content, NOTHING, type Stroke, isEmpty } from "./content";
import { outlineOf } from "./ink-outline";
import { AS_DRAWN, type Placement, type Size, placeContent } from "./placement";

export class InkView {
  readonly #canvas: HTMLCanvasElement;
  readonly #placed: () => void;
  #content: Content = NOTHING;
  #growing: Stroke | null = null;
  #placement: Placement = AS_DRAWN;
  #size: Size = { width: 0, height: 0 };
  #frame = 0;

  /** `placed` is called whenever content has moved on the pad. */
  constructor(canvas: HTMLCanvasElement, placed: () => void) {
    this.#canvas = canvas;
    this.#placed = placed;
    new ResizeObserver(() => this.#fitToElement()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#schedule());
    this.#watchDensity();
  }

  /** Where the content lies. Stays put while strokes are added, so that nothing moves under the pen. */
  get placement(): Placement {
    return this.#placement;
  }

  /** Shows `content`, placed anew: ink that was scaled down keeps its place when only strokes are added to it. */
  show(content: Content): void {
    const sameSheet = hasInk(content) && hasInk(this.#content);
    this.#content = content;
    this.#growing = null;
    if (!sameSheet) this.#place();
    this.#schedule();
  }

  /** A picture makes room for a clean sheet when a stroke begins on it. */
  beginStroke(): void {
    if (this.#content.kind === "picture") this.show(NOTHING);
  }

  /** Shows the stroke being drawn on top of the content. */
  grow(stroke: Stroke): void {
    this.#growing = stroke;
    this.#schedule();
  }

  #place(): void {
    this.#placement = placeContent(this.#content, this.#size);
    this.#placed();
  }

  #fitToElement(): void {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const density = devicePixelRatio;
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#place();
    this.#draw(); // At once: a resized canvas is blank, and a frame of that flickers.
  }

  #watchDensity(): void {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        this.#fitToElement();
        this.#watchDensity();
      },
      { once: true },
    );
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    const density = devicePixelRatio;
    const { scale, x, y } = this.#placement;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(scale * density, 0, 0, scale * density, x * density, y * density);
    drawContent(context, this.#content, inkColour(this.#canvas));
    if (this.#growing) context.fill(outlineOf(this.#growing, "growing"));
  }
}

function hasInk(content: Content): boolean {
  return content.kind === "ink" && !isEmpty(content);
}

/** Draws in the content's own units. Leaves the ink's colour set. */
export function drawContent(context: CanvasRenderingContext2D, content: Content, colour: string): void {
  context.fillStyle = colour;
  if (content.kind === "picture") {
    context.drawImage(content.picture.canvas, 0, 0);
    return;
  }
  for (const stroke of content.strokes) context.fill(outlineOf(stroke, "finished"));
}

export function inkColour(element: Element): string {
  return getComputedStyle(element).getPropertyValue("--ink").trim();
}

/** Draws strokes on a canvas; redraws by itself on a new size, another pixel density or another colour. */

import { drawInk, outlineOf } from "./outline.js";
import { AS_DRAWN, type Placement, type Size, placeInk } from "./placement.js";
import type { Stroke } from "./stroke.js";

/** What may lie under the strokes, in units of the ink. */
export interface Underlay {
  place(pad: Size): Placement;
  draw(context: CanvasRenderingContext2D): void;
}

/** Pens are as wide as this share of the pad is high, within bounds in px: writing in a low field is small. */
const NIB_SHARE = 0.042;
const NIB_LEAST = 2.5;
const NIB_MOST = 10;

export class InkView {
  readonly #canvas: HTMLCanvasElement;
  readonly #placed: () => void;
  readonly #abort = new AbortController();
  #strokes: readonly Stroke[] = [];
  #underlay: Underlay | null = null;
  #growing: Stroke | null = null;
  #placement: Placement = AS_DRAWN;
  #size: Size = { width: 0, height: 0 };
  #frame = 0;

  /** `placed` is called whenever the ink has moved on the pad. */
  constructor(canvas: HTMLCanvasElement, placed: () => void = () => {}) {
    this.#canvas = canvas;
    this.#placed = placed;
    const { signal } = this.#abort;
    const sizes = new ResizeObserver(() => this.#fitToElement());
    sizes.observe(canvas);
    signal.addEventListener("abort", () => sizes.disconnect());
    // The style sheet gives the colour a transition, of no length to speak of: its end tells of every change, whatever brought it.
    canvas.addEventListener("transitionend", () => this.#schedule(), { signal });
    this.#watchDensity();
  }

  /** Where the ink lies. Stays put while strokes are added, so that nothing moves under the pen. */
  get placement(): Placement {
    return this.#placement;
  }

  /** Shows `strokes`, placed anew: but what a stroke is added to keeps its place, were it nothing and the stroke beyond the edge. */
  show(strokes: readonly Stroke[], underlay: Underlay | null = null): void {
    const sameSheet = strokes.length > 0 && (strokes[0] === this.#strokes[0] || this.#growing !== null);
    if (strokes !== this.#strokes) this.#growing = null;
    this.#strokes = strokes;
    this.#underlay = underlay;
    if (!sameSheet) this.#place();
    this.#schedule();
  }

  /** Shows the stroke being drawn on top of the others. */
  grow(stroke: Stroke): void {
    this.#growing = stroke;
    this.#schedule();
  }

  /** Stops watching and drawing. */
  detach(): void {
    this.#abort.abort();
    cancelAnimationFrame(this.#frame);
  }

  #place(): void {
    this.#placement = this.#underlay?.place(this.#size) ?? placeInk(this.#strokes, this.#size);
    this.#placed();
  }

  #fitToElement(): void {
    // Not the box on the screen, which a zoomed or turned ancestor changes.
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.#place();
    this.#draw(); // At once: a resized canvas is blank, and a frame of that flickers.
  }

  #watchDensity(): void {
    const { signal } = this.#abort;
    const changed = (): void => {
      this.#fitToElement();
      this.#watchDensity();
    };
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", changed, { once: true, signal });
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    const { scale, x, y } = this.#placement;
    const density = devicePixelRatio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(scale * density, 0, 0, scale * density, x * density, y * density);
    this.#underlay?.draw(context);
    context.fillStyle = getComputedStyle(this.#canvas).color;
    const nib = Math.min(NIB_MOST, Math.max(NIB_LEAST, NIB_SHARE * this.#size.height)) / scale;
    drawInk(context, this.#strokes, nib);
    if (this.#growing) context.fill(outlineOf(this.#growing, nib, "growing"));
  }
}

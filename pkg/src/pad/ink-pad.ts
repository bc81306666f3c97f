/**
 * Captures strokes from mouse, pen and touch.
 *
 * One pointer owns a stroke; every other pointer is ignored until it ends. A cancelled pointer ends its stroke too: what was
 * drawn stays, undo takes it away. Where a pen writes, touches are the palm's: they begin no stroke, and one that has begun makes way.
 */

import type { Point } from "./placement.js";
import type { Sample, Stroke } from "./stroke.js";

export interface PadListener {
  /** Called before the first point is taken, so that the pad may be laid out for it. */
  strokeBegan(): void;
  /** `current` has grown. */
  strokeGrew(): void;
  strokeEnded(stroke: Stroke): void;
}

/** How long after a pen was seen a touch is a palm's, ms: shorter draws the palm, longer keeps a finger waiting that takes the pen's place. */
const PALM_MS = 2_000;

/** Points nearer than this to the one before add noise and no shape, CSS px. */
const MIN_DISTANCE = 0.7;

export class InkPad {
  readonly #surface: HTMLElement;
  readonly #toContent: (pad: Point) => Point;
  readonly #listener: PadListener;
  readonly #abort = new AbortController();
  #owner: { readonly id: number; readonly type: string } | null = null;
  /** When a pen was last seen. */
  #penAt = -Infinity;
  #points: Sample[] = [];

  constructor(surface: HTMLElement, toContent: (pad: Point) => Point, listener: PadListener) {
    this.#surface = surface;
    this.#toContent = toContent;
    this.#listener = listener;
    surface.style.touchAction = "none";
    const { signal } = this.#abort;
    surface.addEventListener("pointerdown", (event) => this.#begin(event), { signal });
    surface.addEventListener("pointermove", (event) => this.#grow(event), { signal });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      surface.addEventListener(type, (event) => this.#end(event), { signal });
    }
    // A long press must not open a menu over the ink.
    surface.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** The stroke being drawn, else `null`. */
  get current(): Stroke | null {
    return this.#owner === null ? null : this.#points;
  }

  /** Stops listening and gives the surface its touch behaviour back. A stroke that is being drawn ends here: it is not lost. */
  detach(): void {
    this.#abort.abort();
    this.#surface.style.touchAction = "";
    if (this.#owner !== null) this.#finish();
  }

  #begin(event: PointerEvent): void {
    this.#notice(event);
    if (event.button !== 0) return;
    const isPalm = event.pointerType === "touch" && event.timeStamp - this.#penAt < PALM_MS;
    const takesOver = event.pointerType === "pen" && this.#owner?.type === "touch";
    if (isPalm || (this.#owner !== null && !takesOver)) return;
    event.preventDefault();
    this.#surface.setPointerCapture(event.pointerId);
    this.#owner = { id: event.pointerId, type: event.pointerType };
    this.#points = [];
    this.#listener.strokeBegan();
    this.#add(event);
    this.#listener.strokeGrew();
  }

  #grow(event: PointerEvent): void {
    this.#notice(event);
    if (event.pointerId !== this.#owner?.id) return;
    if (event.buttons === 0) return this.#end(event); // The button was let go where no event could reach us.
    const samples = event.getCoalescedEvents?.() ?? [];
    for (const sample of samples.length > 0 ? samples : [event]) this.#add(sample);
    this.#listener.strokeGrew();
  }

  #end(event: PointerEvent): void {
    if (event.pointerId === this.#owner?.id) this.#finish();
  }

  #notice({ pointerType, timeStamp }: PointerEvent): void {
    if (pointerType === "pen") this.#penAt = timeStamp;
  }

  #finish(): void {
    this.#owner = null;
    const stroke = this.#points;
    this.#points = [];
    this.#listener.strokeEnded(stroke);
  }

  #add(event: PointerEvent): void {
    const { left, top, width, height } = this.#surface.getBoundingClientRect();
    // The box on the screen may be zoomed by an ancestor.
    const [zoomX, zoomY] = [width / this.#surface.offsetWidth, height / this.#surface.offsetHeight];
    const at = this.#toContent({ x: (event.clientX - left) / zoomX, y: (event.clientY - top) / zoomY });
    if (!Number.isFinite(at.x) || !Number.isFinite(at.y)) return;
    const last = this.#points.at(-1);
    if (last && Math.hypot(at.x - last.x, at.y - last.y) < MIN_DISTANCE) return;
    // A mouse and most fingers report a constant: that is no pressure.
    const pressure = event.pointerType === "pen" ? { pressure: event.pressure } : {};
    this.#points.push({ x: at.x, y: at.y, time: event.timeStamp, ...pressure });
  }
}

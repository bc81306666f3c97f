/** Where content lies on the pad: a scale and a shift, so that ink survives a turned phone or a narrowed window. */

import type { Stroke } from "./stroke.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Point, Size {}

/** pad = content * scale + (x, y), in CSS px of the pad. */
export interface Placement extends Point {
  readonly scale: number;
}

export const AS_DRAWN: Placement = { scale: 1, x: 0, y: 0 };

/** Room left around content that had to be made smaller, CSS px. */
const MARGIN = 24;

/** Smaller sides count as this one: a dot has none. */
const LEAST = 1e-6;

export function toPad(placement: Placement, box: Box): Box {
  return {
    x: box.x * placement.scale + placement.x,
    y: box.y * placement.scale + placement.y,
    width: box.width * placement.scale,
    height: box.height * placement.scale,
  };
}

export function toContent(placement: Placement, point: Point): Point {
  return { x: (point.x - placement.x) / placement.scale, y: (point.y - placement.y) / placement.scale };
}

/** Ink stays where it was drawn while it fits, else it is fitted whole. */
export function placeInk(strokes: readonly Stroke[], pad: Size): Placement {
  const bounds = inkBounds(strokes);
  if (bounds === null || pad.width === 0 || pad.height === 0) return AS_DRAWN;
  const fits = bounds.x >= 0 && bounds.y >= 0 && bounds.x + bounds.width <= pad.width && bounds.y + bounds.height <= pad.height;
  return fits ? AS_DRAWN : fit(bounds, pad, /* largest scale */ 1);
}

/** `box` in the middle of the pad, whole, with a margin. */
export function fit(box: Box, pad: Size, largestScale: number, margin = MARGIN): Placement {
  const scale = Math.min(
    largestScale,
    Math.max(1, pad.width - 2 * margin) / Math.max(LEAST, box.width),
    Math.max(1, pad.height - 2 * margin) / Math.max(LEAST, box.height),
  );
  return {
    scale,
    x: (pad.width - box.width * scale) / 2 - box.x * scale,
    y: (pad.height - box.height * scale) / 2 - box.y * scale,
  };
}

/** The smallest box around all samples; `null` without any. */
export function inkBounds(strokes: readonly Stroke[]): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const stroke of strokes) {
    for (const { x, y } of stroke) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

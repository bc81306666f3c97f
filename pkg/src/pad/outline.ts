/** The outline of a stroke as a nib would leave it. */

import { getStroke } from "perfect-freehand";

import type { Stroke } from "./stroke.js";

const outlines = new WeakMap<Stroke, { nib: number; outline: Path2D }>();

/**
 * The filled shape of a stroke, by a pen that draws lines `nib` wide at middling pressure, in units of the ink. Finished strokes never
 * change, so their shape is made once.
 */
export function outlineOf(stroke: Stroke, nib: number, state: "finished" | "growing"): Path2D {
  const known = state === "finished" ? outlines.get(stroke) : undefined;
  if (known?.nib === nib) return known.outline;
  const outline = makeOutline(stroke, nib, state === "finished");
  if (state === "finished") outlines.set(stroke, { nib, outline });
  return outline;
}

/** Draws strokes in the context's own units, with its fill. */
export function drawInk(context: CanvasRenderingContext2D, strokes: readonly Stroke[], nib: number): void {
  for (const stroke of strokes) context.fill(outlineOf(stroke, nib, "finished"));
}

function makeOutline(stroke: Stroke, nib: number, last: boolean): Path2D {
  const hasPressure = stroke.some((p) => p.pressure !== undefined);
  const polygon = getStroke(
    stroke.map((p) => ({ x: p.x, y: p.y, pressure: p.pressure ?? 0.5 })),
    { size: nib, thinning: 0.42, smoothing: 0.6, streamline: 0.3, simulatePressure: !hasPressure, last },
  );
  return throughMidpoints(polygon);
}

/** A closed curve: the polygon's corners become control points, its sides' middles the points passed. */
function throughMidpoints(polygon: readonly (readonly number[])[]): Path2D {
  const path = new Path2D();
  polygon.forEach((corner, i) => {
    const [x, y] = corner as [number, number];
    const [nextX, nextY] = polygon[(i + 1) % polygon.length] as [number, number];
    const [midX, midY] = [(x + nextX) / 2, (y + nextY) / 2];
    if (i === 0) path.moveTo(midX, midY);
    else path.quadraticCurveTo(x, y, midX, midY);
  });
  path.closePath();
  return path;
}

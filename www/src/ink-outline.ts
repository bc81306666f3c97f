/** The outline of a stroke as a nib would leave it. */

import { getStroke } from "perfect-freehand";

import type { Stroke } from "./content";

/** Width of a line drawn at middling pressure, in units of the ink. */
const NIB = 10;

const outlines = new WeakMap<Stroke, Path2D>();

/** The filled shape of a stroke. Finished strokes never change, so their shape is made once. */
export function outlineOf(stroke: Stroke, state: "finished" | "growing"): Path2D {
  const known = state === "finished" ? outlines.get(stroke) : undefined;
  if (known) return known;
  const outline = makeOutline(stroke, state === "finished");
  if (state === "finished") outlines.set(stroke, outline);
  return outline;
}

function makeOutline(stroke: Stroke, last: boolean): Path2D {
  const hasPressure = stroke.some((p) => p.pressure !== undefined);
  const polygon = getStroke(
    stroke.map((p) => ({ x: p.x, y: p.y, pressure: p.pressure ?? 0.5 })),
    { size: NIB, thinning: 0.42, smoothing: 0.6, streamline: 0.3, simulatePressure: !hasPressure, last },
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

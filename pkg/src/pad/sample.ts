/** Points as callers may give them, as the pad keeps them. */

import type { InkPoint } from "../types.js";
import type { Sample } from "./stroke.js";

export function sampleOf(point: InkPoint): Sample {
  if (!("x" in point)) return { x: point[0], y: point[1], time: point[2] ?? 0 };
  return { x: point.x, y: point.y, time: point.time ?? 0, ...(point.pressure === undefined ? {} : { pressure: point.pressure }) };
}

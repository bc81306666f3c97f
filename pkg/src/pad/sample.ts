/** Points as callers may give them, as the pad keeps them. */

import type { InkPoint } from "../types.js";
import type { Sample } from "./stroke.js";

export function sampleOf(point: InkPoint): Sample {
  const [x, y, time, pressure] = "x" in point ? [point.x, point.y, point.time, point.pressure] : point;
  return { x, y, time: time ?? 0, ...(pressure === undefined || pressure === null ? {} : { pressure }) };
}

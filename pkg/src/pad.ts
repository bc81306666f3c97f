/** The writing surface of the element by itself, for pages that show readings their own way: it captures strokes and draws them. */

export { History } from "./pad/history.js";
export { InkPad, type PadListener } from "./pad/ink-pad.js";
export { InkView, type Underlay } from "./pad/ink-view.js";
export { drawInk } from "./pad/outline.js";
export { AS_DRAWN, type Box, type Placement, type Point, type Size, fit, inkBounds, placeInk, toContent, toPad } from "./pad/placement.js";
export { sampleOf } from "./pad/sample.js";
export type { Sample, Stroke } from "./pad/stroke.js";

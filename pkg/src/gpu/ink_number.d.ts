/** Types of the script that wasm-bindgen puts here in pkg/dist, as far as this package uses it. */

import type { Edge } from "../edge.js";

declare const start: Edge["default"];
export default start;
export const onPanic: Edge["onPanic"];
export const checkImageSize: Edge["checkImageSize"];
export const checkInkSize: Edge["checkInkSize"];
export const Engine: Edge["Engine"];

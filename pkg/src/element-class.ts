/** The class of `<ink-number>`, not registered. */

export { type InkReadingDetail, InkNumberElement } from "./element/ink-number-element.js";
export type { Mode } from "./element/number-text.js";
export { ENGLISH, type Words } from "./element/words.js";

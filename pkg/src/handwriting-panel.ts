/** Registers `<ink-handwriting>`: what `<ink-number learn>` has learnt, to be seen, saved and forgotten. */

import { define } from "./element/dom.js";
import { InkHandwritingElement } from "./element/handwriting-element.js";

declare global {
  interface HTMLElementTagNameMap {
    "ink-handwriting": InkHandwritingElement;
  }
}

define("ink-handwriting", InkHandwritingElement);

export { HANDWRITING_ENGLISH, type HandwritingWords, InkHandwritingElement } from "./element/handwriting-element.js";

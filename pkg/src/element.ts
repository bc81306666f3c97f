/** Registers `<ink-number>`. */

import { define } from "./element/dom.js";
import { type InkReadingDetail, InkNumberElement } from "./element/ink-number-element.js";
import type { InkNumberError } from "./errors.js";

declare global {
  interface HTMLElementTagNameMap {
    "ink-number": InkNumberElement;
  }
  interface GlobalEventHandlersEventMap {
    "ink-reading": CustomEvent<InkReadingDetail>;
    "ink-error": CustomEvent<InkNumberError>;
  }
}

define("ink-number", InkNumberElement);

export * from "./element-class.js";

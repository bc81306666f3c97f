/** What to tell the person of a fault. */

import type { ReflectingElement } from "./reflecting-element.js";
import type { Fault } from "./rules.js";
import type { Words } from "./words.js";

/** The browser's own words, in the person's language, where it has some: those of a native field with the same fault. */
export function faultMessage(fault: Fault, field: ReflectingElement & { readonly value: string }, words: Words): string {
  const own = words.fault[fault];
  if (own) return own(fault === "tooShort" ? String(field.minLength) : fault === "tooLong" ? String(field.maxLength) : "");
  const native = document.createElement("input");
  native.type = fault === "valueMissing" || fault === "patternMismatch" ? "text" : "number";
  for (const attribute of ["required", "pattern", "min", "max", "step", "title"]) {
    const given = field.getAttribute(attribute);
    if (given !== null) native.setAttribute(attribute, given);
  }
  if (native.type === "number" && !field.step) native.step = "any";
  native.defaultValue = field.defaultValue;
  native.value = field.value;
  return native.validationMessage;
}

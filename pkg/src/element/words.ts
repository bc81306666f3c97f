/** Everything that the element says, in English: replace what you like by `InkNumberElement.words`. */

import type { Fault } from "./rules.js";

export interface Words {
  /** The field's name for assistive technology where the page gives none. */
  field: string;
  /** On the empty pad. */
  hint: string;
  /** The writing surface, for assistive technology. */
  pad: string;
  undo: string;
  redo: string;
  clear: string;
  /** The button that puts the cursor into the text. */
  type: string;
  /** The list of other readings, for assistive technology. */
  alternatives: string;
  /** While a form that was sent waits for the last stroke to be read. */
  reading: string;
  /** For ears alone: what was read. */
  read(value: string): string;
  empty: string;
  /** The question of a reading that is not sure. */
  question(first: string, second: string): string;
  /** Where there is no second one to ask for. */
  unsure(value: string): string;
  /** Why ink gives no value; `reason` is the reading's own. */
  refused(reason: string): string;
  /** What was written or typed is read well, and is no number of this field's kind. */
  noNumber(text: string): string;
  /** After a correction that was learnt from. */
  learnt(value: string): string;
  /** The engine failed, or could not be loaded; `code` is that of the error. */
  failed(code: string): string;
  /** What a fault asks for, where the browser has no words of its own. `wanted` is the attribute's value. */
  fault: Partial<Record<Fault, (wanted: string) => string>>;
}

export const ENGLISH: Words = {
  field: "Number",
  hint: "Write a number",
  pad: "Writing area",
  undo: "Undo",
  redo: "Redo",
  clear: "Clear",
  type: "Type instead",
  alternatives: "Other readings",
  reading: "Reading…",
  read: (value) => `Read ${value}.`,
  empty: "Empty.",
  question: (first, second) => `Is this ${first} or ${second}?`,
  unsure: (value) => `Is this ${value}?`,
  refused: (reason) => sentence(reason),
  noNumber: (text) => `${text} is no number for this field.`,
  learnt: (value) => `Learnt how you write ${value}.`,
  failed: (code) => `This could not be read (${code}). The next stroke tries again.`,
  fault: {
    tooShort: (wanted) => `Please write at least ${wanted} characters.`,
    tooLong: (wanted) => `Please write at most ${wanted} characters.`,
    checkMismatch: () => "The check digit does not fit: please look for a wrong digit.",
    notListed: () => "This is none of the numbers that are possible here.",
  },
};

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(start) ? start : `${start}.`;
}

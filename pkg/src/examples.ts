/** Examples of a hand, checked and packed for the edge, and back. */

import type { EdgeExamples } from "./edge.js";
import { InkNumberError, mismatch, tagOf } from "./errors.js";
import type { Example } from "./types.js";

const GLYPH_PIXELS = 28 * 28;
/** As src/adaptation.rs has it; here too, so that no memory is asked for what will be refused. */
export const MAX_EXAMPLES = 1000;

/** No examples: the engine reads everybody alike. */
export const NOBODY: EdgeExamples = { digits: new Uint8Array(), pixels: new Uint8Array() };

/** The examples as they are now. */
export function packed(examples: readonly Example[]): EdgeExamples {
  if (!Array.isArray(examples)) throw mismatch("bad-argument", "examples", "an array of examples", examples);
  if (examples.length > MAX_EXAMPLES) {
    throw new InkNumberError("too-many-examples", `examples: expected at most ${MAX_EXAMPLES}, saw ${examples.length}`);
  }
  const digits = new Uint8Array(examples.length);
  const pixels = new Uint8Array(examples.length * GLYPH_PIXELS);
  for (let i = 0; i < examples.length; i++) {
    const example: unknown = examples[i];
    if (typeof example !== "object" || example === null) throw mismatch("bad-argument", `examples[${i}]`, "{digit, pixels}", example);
    const { digit, pixels: own } = example as Partial<Record<keyof Example, unknown>>;
    if (typeof digit !== "number" || !Number.isInteger(digit) || digit < 0 || digit > 9) {
      throw mismatch("bad-correction", `examples[${i}].digit`, "0 to 9", digit);
    }
    if (tagOf(own) !== "Uint8Array" || (own as Uint8Array).length !== GLYPH_PIXELS) {
      throw mismatch("bad-argument", `examples[${i}].pixels`, `a Uint8Array of ${GLYPH_PIXELS} bytes`, own);
    }
    digits[i] = digit;
    pixels.set(own as Uint8Array, i * GLYPH_PIXELS);
  }
  return { digits, pixels };
}

export function unpacked({ digits, pixels }: EdgeExamples): Example[] {
  return Array.from(digits, (digit, i) => ({ digit, pixels: pixels.slice(i * GLYPH_PIXELS, (i + 1) * GLYPH_PIXELS) }));
}

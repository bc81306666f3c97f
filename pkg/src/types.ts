/** The shapes that go in and come out. Those of a reading are those of src/reading.rs, field by field. */

/** What a reading comes to: `ambiguous` asks the person to choose, `rejected` is not a number, `empty` has no ink. */
export type Decision = "accepted" | "ambiguous" | "rejected" | "empty";

export type EngineName = "cpu" | "webgpu";

/** `auto` starts on the CPU and moves to WebGPU where that is there and measured to be faster. */
export type EngineChoice = "auto" | EngineName;

/** How the cuts are searched: all permutations exactly, or one of three older greedy ways. */
export type Strategy = "whole-permutation" | "left-to-right" | "right-to-left" | "meet-in-the-middle";

/** Check digits: Luhn's sum as on bank cards, or a rest of 1 when divided by 97 (ISO 7064 MOD 97-10). */
export type Check = "luhn" | "mod97";

/** A rectangle in the units of the input, y downward. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The reason of a rejected reading whose ink is rather a number that is not allowed, word for word. */
export const NOTHING_ALLOWED = "no number that is allowed fits";

/** The reason of a rejected reading whose ink one line crosses out, word for word. */
export const STRUCK_OUT = "it is struck out";

/** The reason of a rejected reading with an equals sign between digits, word for word. */
export const EQUATED = "an equals sign stands between two numbers";

/** One reading of one input. */
export interface Reading {
  readonly decision: Decision;
  /** Why it was not accepted, in words for a person; `null` when accepted. {@link NOTHING_ALLOWED}, {@link STRUCK_OUT} and {@link EQUATED} are some. */
  readonly reason: string | null;
  /** The best hypothesis when accepted, else `null`. */
  readonly text: string | null;
  /** Most probable first; empty when nothing was read. */
  readonly hypotheses: readonly Hypothesis[];
  /**
   * Probability that some part is not a digit. With the hypotheses it sums to at most 1. Where only some numbers are allowed, these are
   * probabilities given that it is one of them or none.
   */
  readonly notANumber: number;
  /** Probability, before the numbers that are not allowed were ruled out, that it is one of them; 0 where all are allowed. */
  readonly notAllowed: number;
  /** The best path, left to right, refused parts included: what the network thought before it had to choose. */
  readonly segments: readonly SegmentDetail[];
  /** Points, commas, dashes, equals signs and slashes, left to right. They are in `text` only where that was asked for. */
  readonly marks: readonly Mark[];
  /** The engine that read. */
  readonly engine: EngineName;
  readonly timings: Timings;
}

/** A string that the ink may spell. */
export interface Hypothesis {
  /** The digits, with the marks between them where that was asked for. */
  readonly text: string;
  /** Posterior probability of the string, summed over all segmentations that spell it. */
  readonly probability: number;
  /** Its most probable segmentation, left to right, one segment a digit. */
  readonly segments: readonly Segment[];
}

/** One digit of a hypothesis. */
export interface Segment {
  /** 0 to 9. */
  readonly digit: number;
  /** Posterior probability that exactly this piece of ink is this digit. */
  readonly probability: number;
  readonly box: Box;
}

/** A mark that is no digit. */
export interface Mark {
  readonly kind: "point" | "comma" | "dash" | "equals" | "slash";
  readonly box: Box;
}

/** One piece of the best path with everything the network said of it. */
export interface SegmentDetail {
  /** The digit that it is read as; `null` where the best path refuses the piece. */
  readonly digit: number | null;
  readonly box: Box;
  /** Calibrated probability of each digit, 0 to 9. */
  readonly probabilities: readonly number[];
  /** The outputs before softmax: the ten digits, then fragment, several, symbol, noise. */
  readonly logits: readonly number[];
  readonly reject: RejectProbabilities;
  /** How far the networks of the ensemble are apart: the widest range of their probabilities for one answer, 0 to 1. */
  readonly spread: number;
}

/** Calibrated probability of each way not to be one digit. */
export interface RejectProbabilities {
  /** A piece of a digit. */
  readonly fragment: number;
  /** Several digits at once. */
  readonly several: number;
  /** A letter or another sign. */
  readonly symbol: number;
  /** Scribble or specks. */
  readonly noise: number;
}

/** Milliseconds a stage. */
export interface Timings {
  /** Ink to glyphs. */
  readonly segment: number;
  /** The network. */
  readonly score: number;
  /** The search. */
  readonly search: number;
  readonly total: number;
}

/** A reading with all that it was made of. The shapes are those of src/inspection.rs, field by field. */
export interface Inspection {
  readonly reading: Reading;
  /** The pieces that the ink was cut into, left to right. */
  readonly fragments: readonly Fragment[];
  /** `cuts[i]` lies between the fragments `i` and `i + 1`. */
  readonly cuts: readonly InspectedCut[];
  /** The runs of fragments that were tried as one digit, by start, then by end. */
  readonly candidates: readonly InspectedCandidate[];
  /** The single most probable path, left to right, as indexes of candidates; `null` for a fragment that is left out alone. */
  readonly path: readonly (number | null)[];
}

/** A piece of ink. */
export interface Fragment {
  /** Where its pixels lie, in the input's own units. */
  readonly box: Box;
  readonly width: number;
  readonly height: number;
  /** `width * height` coverages, row by row from the top, 0 to 255. */
  readonly pixels: Uint8Array;
}

/** A place where two digits may part. */
export interface InspectedCut {
  /** What it goes through: nothing, the ink of a picture, or the way of the pen where it turns. */
  readonly kind: "gap" | "seam" | "turn";
  /** How probable it seemed before any glyph was looked at. */
  readonly prior: number;
  /** How probable it is that it is used, when all is weighed. */
  readonly posterior: number;
}

/** A run of fragments tried as one digit. */
export interface InspectedCandidate {
  /** First fragment. */
  readonly start: number;
  /** One past the last. */
  readonly end: number;
  /** Fragments of the run, at its left and at its right, whose ink is not this digit's: ligatures and marks. */
  readonly leftOut: readonly [number, number];
  readonly box: Box;
  /** What the networks saw: 28 x 28 bytes, rows from the top, ink 255 on 0. */
  readonly glyph: Uint8Array;
  /** Calibrated probability of each digit, 0 to 9. */
  readonly probabilities: readonly number[];
  readonly reject: RejectProbabilities;
  /**
   * The outputs before softmax: the ten digits, then fragment, several, symbol, noise; of strokes with what the way of the pen says. The mean of
   * `networks`, and for the digits what the hand adds that was learnt.
   */
  readonly logits: readonly number[];
  /** The same of each network alone. */
  readonly networks: readonly (readonly number[])[];
  /** How far those are apart, as `SegmentDetail` has it. */
  readonly spread: number;
  /** How probable it is, when all is weighed, that exactly this ink is exactly this digit, 0 to 9. */
  readonly posterior: readonly number[];
}

/** One sample of the pen: x to the right and y downward in any unit, time in ms on any clock, pressure 0 to 1; null is not known. */
export type InkPoint =
  | readonly [x: number, y: number]
  | readonly [x: number, y: number, time: number | null]
  | readonly [x: number, y: number, time: number | null, pressure: number | null]
  | { readonly x: number; readonly y: number; readonly time?: number | null | undefined; readonly pressure?: number | null | undefined };

/** Pen strokes in the order of writing, each the points from pen-down to pen-up. */
export interface InkStrokes {
  readonly strokes: readonly (readonly InkPoint[])[];
}

/** What can be read. Pictures may be dark on light or light on dark; strokes keep apart what touches. */
export type RecognizeInput = InkStrokes | ImageData | HTMLCanvasElement | OffscreenCanvas | ImageBitmap;

/** Which numbers are allowed: all that is given must hold. The search looks at no others, and their probabilities are given that. */
export interface Allowed {
  /** Fewest digits. */
  readonly minLength?: number | undefined;
  /** Most digits. */
  readonly maxLength?: number | undefined;
  /**
   * What the whole number matches: `\d`, digits, `[0-4]`, `?`, `*`, `+`, `{2}`, `{2,}`, `{2,4}`, `(...)`, `|`. The separators `-` `.` `,`
   * `/` `:` and space stand for no digit and are passed over: `\d{4}-\d{2}` allows all numbers of six digits.
   */
  readonly pattern?: string | undefined;
  /** Smallest value. Leading zeros do not count: 007 is 7. A text of digits where it is above `Number.MAX_SAFE_INTEGER`. */
  readonly min?: number | string | undefined;
  /** Largest value, as `min`. */
  readonly max?: number | string | undefined;
  readonly check?: Check | undefined;
  /** The numbers themselves, digit by digit: "007" is not "7". */
  readonly values?: readonly string[] | undefined;
}

export interface RecognizeOptions extends Allowed {
  /** Hypotheses wanted, 1 to 100; 5 unless given. */
  readonly top?: number | undefined;
  /** `whole-permutation` unless given. */
  readonly strategy?: Strategy | undefined;
  /** Whether marks are in the text of readings: `drop` ("1250") unless given, or `keep` ("-12.50", "12/25"). */
  readonly marks?: "drop" | "keep" | undefined;
}

/** A digit by one person's hand, as a corrected reading teaches it: plain data, which IndexedDB and messages take as it is. */
export interface Example {
  /** 0 to 9. */
  readonly digit: number;
  /** The ink of that digit alone: 28 x 28 bytes, rows from the top, ink 255 on 0. */
  readonly pixels: Uint8Array;
}

/**
 * Where the files are, each beside this package's script unless given. Only those beside it are held against the digests that the package was
 * built with: whoever gives another address answers for what is there.
 */
export interface Assets {
  /** The weights file. */
  readonly weights?: string | URL | undefined;
  readonly cpu?: EngineAssets | undefined;
  readonly webgpu?: EngineAssets | undefined;
}

/** The two files of one engine. */
export interface EngineAssets {
  readonly script?: string | URL | undefined;
  readonly wasm?: string | URL | undefined;
}

export interface LoadOptions {
  /** `auto` unless given. */
  readonly engine?: EngineChoice | undefined;
  readonly assets?: Assets | undefined;
}

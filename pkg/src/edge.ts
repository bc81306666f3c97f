/** The wasm modules as src/wasm.rs exports them. Both engines have the same names. */

import type { Inspection, Reading, RecognizeOptions } from "./types.js";

export interface Edge {
  /** Compiles and starts the module; again: does nothing. */
  default(init: { module_or_path: Promise<Response> }): Promise<unknown>;
  onPanic(listener: (message: string) => void): void;
  readonly Engine: { load(weights: Uint8Array): Promise<EdgeEngine> };
}

export interface EdgeEngine {
  recognizeStrokes(
    points: Float64Array,
    known: Uint8Array,
    lengths: Uint32Array,
    options: RecognizeOptions | undefined,
  ): Promise<Reading>;
  recognizePicture(
    width: number,
    height: number,
    data: Uint8ClampedArray,
    options: RecognizeOptions | undefined,
  ): Promise<Reading>;
  inspectStrokes(
    points: Float64Array,
    known: Uint8Array,
    lengths: Uint32Array,
    options: RecognizeOptions | undefined,
  ): Promise<Inspection>;
  inspectPicture(
    width: number,
    height: number,
    data: Uint8ClampedArray,
    options: RecognizeOptions | undefined,
  ): Promise<Inspection>;
  examplesOfStrokes(points: Float64Array, known: Uint8Array, lengths: Uint32Array, text: string): Promise<EdgeExamples>;
  examplesOfPicture(width: number, height: number, data: Uint8ClampedArray, text: string): Promise<EdgeExamples>;
  adapt(digits: Uint8Array, pixels: Uint8Array): Promise<void>;
  warmUp(glyphs: Uint8Array): Promise<void>;
  free(): void;
}

/** Examples as they cross the edge: the digit of each, and their glyphs one after another. */
export interface EdgeExamples {
  readonly digits: Uint8Array;
  readonly pixels: Uint8Array;
}

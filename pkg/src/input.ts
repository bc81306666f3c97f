/**
 * What is to be read, taken as it is at the moment of the call: the page may draw on while the reading waits.
 *
 * Here are the checks that only JavaScript can make, of types and of the browser's own objects; values are checked once, in wasm.
 */

import type { EdgeEngine, EdgeExamples } from "./edge.js";
import { InkNumberError, messageOf, mismatch, tagOf } from "./errors.js";
import type { InkPoint, Inspection, Reading, RecognizeInput, RecognizeOptions } from "./types.js";

/** The input as plain data, to be handed to engines and workers as often as need be. */
export type Snapshot =
  | { readonly kind: "ink"; readonly points: Float64Array; readonly known: Uint8Array; readonly lengths: Uint32Array }
  | { readonly kind: "picture"; readonly width: number; readonly height: number; readonly pixels: Uint8ClampedArray };

type Drawable = HTMLCanvasElement | OffscreenCanvas | ImageBitmap;

/** The caps of src/ink.rs; here too, so that no memory is asked for what will be refused. */
const MAX_POINTS = 100_000;
const MAX_STROKES = 2_000;
const MAX_SIDE = 16_384;
const MAX_PIXELS = 2 ** 25;

/** The bits of `known` for each point, as src/wasm/convert.rs has them. */
const KNOWS_TIME = 1;
const KNOWS_PRESSURE = 2;

const SOURCES = "a canvas, an ImageBitmap (createImageBitmap makes one of an image or a file), an ImageData or {strokes}";

export function snapshot(source: RecognizeInput): Snapshot {
  switch (tagOf(source)) {
    case "ImageData": {
      const { width, height, data } = source as ImageData;
      checkImageSize(width, height);
      return picture(width, height, data.slice());
    }
    case "HTMLCanvasElement":
    case "OffscreenCanvas":
    case "ImageBitmap": {
      const { width, height } = source as Drawable;
      if (tagOf(source) === "ImageBitmap" && width === 0) {
        throw new InkNumberError("unreadable-picture", "source: expected an ImageBitmap with its pixels, saw one that was closed");
      }
      checkImageSize(width, height);
      return picture(width, height, pixelsOf(source as Drawable).data);
    }
  }
  if (typeof source !== "object" || source === null || !("strokes" in source)) {
    throw mismatch("bad-argument", "source", SOURCES, source);
  }
  return ink(source.strokes);
}

/** Has the engine read it. */
export function recognizeOn(engine: EdgeEngine, input: Snapshot, options: RecognizeOptions | undefined): Promise<Reading> {
  return input.kind === "ink"
    ? engine.recognizeStrokes(input.points, input.known, input.lengths, options)
    : engine.recognizePicture(input.width, input.height, input.pixels, options);
}

/** Has the engine read it and tell how. */
export function inspectOn(engine: EdgeEngine, input: Snapshot, options: RecognizeOptions | undefined): Promise<Inspection> {
  return input.kind === "ink"
    ? engine.inspectStrokes(input.points, input.known, input.lengths, options)
    : engine.inspectPicture(input.width, input.height, input.pixels, options);
}

/** What the engine finds in it of the digits of `text`. */
export function examplesOn(engine: EdgeEngine, input: Snapshot, text: string): Promise<EdgeExamples> {
  return input.kind === "ink"
    ? engine.examplesOfStrokes(input.points, input.known, input.lengths, text)
    : engine.examplesOfPicture(input.width, input.height, input.pixels, text);
}

function checkImageSize(width: number, height: number): void {
  const fits = (side: number): boolean => side >= 1 && side <= MAX_SIDE;
  if (fits(width) && fits(height) && width * height <= MAX_PIXELS) return;
  const expected = `an image of 1 to ${MAX_SIDE} pixels a side and at most ${MAX_PIXELS} in all`;
  throw new InkNumberError("image-size", `expected ${expected}, saw ${width} x ${height}`);
}

function picture(width: number, height: number, data: ImageData["data"]): Snapshot {
  return { kind: "picture", width, height, pixels: data as Uint8ClampedArray };
}

/** Draws on a canvas of our own: it works for canvases of every kind and leaves the caller's as it is. */
function pixelsOf(source: Drawable): ImageData {
  const { width, height } = source;
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no memory for a canvas of this size");
    context.drawImage(source, 0, 0);
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "SecurityError") {
      const message = "source: expected a canvas that the page may read, saw one with something of another origin on it";
      throw new InkNumberError("tainted-canvas", message, { cause });
    }
    throw new InkNumberError("unreadable-picture", `source: ${width} x ${height} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function ink(strokes: unknown): Snapshot {
  if (!Array.isArray(strokes)) throw mismatch("bad-argument", "strokes", "an array of strokes", strokes);
  // Not forEach, which passes over holes.
  for (let i = 0; i < strokes.length; i++) {
    if (!Array.isArray(strokes[i])) throw mismatch("bad-argument", `strokes[${i}]`, "an array of points", strokes[i]);
  }
  const lengths = Array.from(strokes as unknown[][], (stroke) => stroke.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (lengths.length > MAX_STROKES) {
    throw new InkNumberError("too-many-strokes", `expected at most ${MAX_STROKES} strokes, saw ${lengths.length}`);
  }
  if (total > MAX_POINTS) {
    throw new InkNumberError("too-many-points", `expected at most ${MAX_POINTS} points, saw ${total}`);
  }

  const points = new Float64Array(4 * total);
  const known = new Uint8Array(total);
  let next = 0;
  (strokes as unknown[][]).forEach((stroke, i) => {
    for (let j = 0; j < (lengths[i] as number); j++) {
      const { x, y, time, pressure } = point(stroke[j], `strokes[${i}][${j}]`);
      points.set([x, y, time ?? 0, pressure ?? 0], 4 * next);
      known[next] = (time === undefined ? 0 : KNOWS_TIME) | (pressure === undefined ? 0 : KNOWS_PRESSURE);
      next++;
    }
  });
  return { kind: "ink", points, known, lengths: Uint32Array.from(lengths) };
}

interface Sample {
  x: number;
  y: number;
  time: number | undefined;
  pressure: number | undefined;
}

function point(value: unknown, field: string): Sample {
  const given = value as InkPoint;
  if (Array.isArray(given) && given.length >= 2 && given.length <= 4) {
    const [x, y, time, pressure] = given as readonly unknown[];
    return {
      x: number(x, `${field}[0]`),
      y: number(y, `${field}[1]`),
      time: numberIfKnown(time, `${field}[2]`),
      pressure: numberIfKnown(pressure, `${field}[3]`),
    };
  }
  // Typed arrays have no x either, and are better named than their x.
  if (typeof given !== "object" || given === null || Array.isArray(given) || ArrayBuffer.isView(given)) {
    throw mismatch("bad-argument", field, "[x, y], [x, y, time], [x, y, time, pressure] or {x, y, time?, pressure?}", value);
  }
  const { x, y, time, pressure } = given as Record<keyof Sample, unknown>;
  return {
    x: number(x, `${field}.x`),
    y: number(y, `${field}.y`),
    time: numberIfKnown(time, `${field}.time`),
    pressure: numberIfKnown(pressure, `${field}.pressure`),
  };
}

/** JSON has no undefined: files say null. */
function numberIfKnown(value: unknown, field: string): number | undefined {
  return value === undefined || value === null ? undefined : number(value, field);
}

function number(value: unknown, field: string): number {
  if (typeof value !== "number") throw mismatch("bad-argument", field, "a number", value);
  return value;
}

/** The one error of this package. */

/** Stable names for programs. */
export type ErrorCode =
  /** An argument is of the wrong type: the message names it and what was seen. */
  | "bad-argument"
  | "bad-engine"
  | "bad-top"
  | "bad-strategy"
  /** `marks` is neither "drop" nor "keep". */
  | "bad-marks"
  /** `minLength` or `maxLength` is no whole number, or the first is above the second. */
  | "bad-length"
  /** `pattern` is none: the message names the place in it. */
  | "bad-pattern"
  /** `min` or `max` is no number, or the first is above the second. */
  | "bad-range"
  | "bad-check"
  /** `values` is no list of digits, or an empty one. */
  | "bad-values"
  /** No number meets all that was asked for. */
  | "constraint-impossible"
  /** The allowed numbers take more room than there is: some thousands of unrelated values do, or a very long pattern. */
  | "constraint-too-large"
  /** A correction or the digit of an example is no digits. */
  | "bad-correction"
  /** The ink cannot be parted into the digits of the correction. */
  | "correction-not-there"
  | "too-many-examples"
  /** A number of a point is NaN, infinite or too large. */
  | "bad-point"
  | "too-many-points"
  | "too-many-strokes"
  /** A picture without pixels or with too many. */
  | "image-size"
  | "image-length"
  /** A canvas with something of another origin on it: the browser does not give its pixels. */
  | "tainted-canvas"
  /** A canvas or bitmap that the browser cannot give the pixels of, for want of memory or because it was closed. */
  | "unreadable-picture"
  /** A file of this package could not be fetched, or is not the one that it was built with. */
  | "asset-missing"
  | "weights-unknown"
  | "weights-version"
  | "weights-networks"
  | "weights-shape"
  | "weights-length"
  | "weights-altered"
  /** The browser has no WebGPU, or gives no adapter or no device. */
  | "webgpu-unavailable"
  /** The engine broke down or did not answer; the input may be read again. */
  | "engine-failed"
  /** A recogniser of the wasm module was called while it read, without the package around it, which lets calls wait. */
  | "busy"
  /** The browser did not keep a change of what was learnt: it holds for this page alone. */
  | "storage-failed"
  /** The recogniser was disposed of. */
  | "disposed";

/** Thrown, or the reason of a rejected promise, wherever this package refuses or fails. */
export class InkNumberError extends Error {
  override readonly name = "InkNumberError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Errors of the wasm edge carry the same name and code but are plain Errors; whatever else an engine throws is its failure. */
export function fromEngine(error: unknown): InkNumberError {
  if (error instanceof InkNumberError) return error;
  if (error instanceof Error && error.name === "InkNumberError" && "code" in error) {
    return new InkNumberError(error.code as ErrorCode, error.message, { cause: error });
  }
  return new InkNumberError("engine-failed", `the engine failed: ${messageOf(error)}`, { cause: error });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error of an argument that is not what it should be. */
export function mismatch(code: ErrorCode, field: string, expected: string, value: unknown): InkNumberError {
  return new InkNumberError(code, `${field}: expected ${expected}, saw ${describe(value)}`);
}

/** What a value is, in a few words. */
function describe(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `"${value.slice(0, 40)}..."` : `"${value}"`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return tagOf(value);
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return String(value);
}

/** `HTMLCanvasElement`, `ImageData`, `Object`...: unlike instanceof this knows objects of other frames too. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

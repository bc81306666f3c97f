/** What the page and its reading worker say to each other. */

import type { EngineName, InkStrokes, Reading, RecognizeOptions } from "ink-number";

import type { EngineChoice } from "./engine-switch";

export type ToWorker =
  /** Once, first. */
  | { readonly kind: "load"; readonly engine: EngineChoice }
  | { readonly kind: "read"; readonly id: number; readonly input: InkStrokes | ImageBitmap; readonly options: RecognizeOptions };

export type FromWorker =
  | { readonly kind: "loaded"; readonly engine: EngineName }
  | { readonly kind: "load-failed"; readonly error: PlainError }
  | { readonly kind: "read"; readonly id: number; readonly reading: Reading }
  | { readonly kind: "read-failed"; readonly id: number; readonly error: PlainError };

/** An error as it crosses the line: structured cloning would lose its code. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
}

export function toPlain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), code: null };
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return { name: error.name, message: error.message, code };
}

export function fromPlain({ name, message, code }: PlainError): Error {
  return Object.assign(new Error(message), { name }, code === null ? {} : { code });
}

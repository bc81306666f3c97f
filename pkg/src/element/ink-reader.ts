/** Reads a field's ink: the newest wins, and whoever must know can wait for it. */

import { InkNumberError, messageOf } from "../errors.js";
import type { Stroke } from "../pad/stroke.js";
import type { InkStrokes, Reading } from "../types.js";

/** What came of the ink that is there; both `null` while it is read, and where there is none. */
export interface Outcome {
  readonly reading: Reading | null;
  readonly error: InkNumberError | null;
}

const NONE: Outcome = { reading: null, error: null };

export class InkReader {
  readonly #read: (ink: InkStrokes, signal: AbortSignal) => Promise<Reading>;
  readonly #settled: () => void;
  #outcome: Outcome = NONE;
  #pending: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;

  /** `settled` is called when a reading has come, or failed; not when newer ink has overtaken it. */
  constructor(read: (ink: InkStrokes, signal: AbortSignal) => Promise<Reading>, settled: () => void) {
    this.#read = read;
    this.#settled = settled;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  get isReading(): boolean {
    return this.#pending !== null;
  }

  /** Reads `strokes` in the place of whatever is being read. */
  start(strokes: readonly Stroke[]): void {
    this.stop();
    this.#outcome = NONE;
    if (strokes.length === 0) return;
    const abort = new AbortController();
    const pending = { abort, done: Promise.resolve() };
    const settle = (outcome: Outcome): void => {
      if (this.#pending !== pending) return;
      this.#pending = null;
      this.#outcome = outcome;
      this.#settled();
    };
    pending.done = this.#read({ strokes }, abort.signal).then(
      (reading) => settle({ reading, error: null }),
      (error: unknown) => settle({ reading: null, error: asOurs(error) }),
    );
    this.#pending = pending;
  }

  stop(): void {
    this.#pending?.abort.abort();
    this.#pending = null;
  }

  /** Settles when nothing is being read any more. Never rejects. */
  async whenRead(): Promise<void> {
    while (this.#pending) await this.#pending.done;
  }
}

function asOurs(error: unknown): InkNumberError {
  if (error instanceof InkNumberError) return error;
  return new InkNumberError("engine-failed", messageOf(error), { cause: error });
}

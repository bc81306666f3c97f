/** The recogniser's side of the line: in a worker, or in the page itself where workers are forbidden. Its errors keep their codes. */

import { InkNumberError, type ErrorCode, fromEngine } from "../errors.js";
import type { Snapshot } from "../input.js";
import { Recognizer } from "../recognizer.js";
import type { EngineName, Example, Inspection, LoadOptions, Reading, RecognizeOptions } from "../types.js";

/** What a call came to. Plain data: structured cloning would lose the code of an Error. */
export type Answer<T> = { readonly value: T } | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

/** What can be asked of a {@link Host}, on either side of the line. */
export type HostCalls = Pick<Host, keyof Host>;

export class Host {
  #recognizer: Recognizer | null = null;

  /** Once, first. While the host lives it holds the lock `lifeline`: whoever gets it knows that the host is no more. */
  load(options: LoadOptions, hand: readonly Example[], lifeline: string | null): Promise<Answer<EngineName>> {
    return answer(async () => {
      if (lifeline !== null) void navigator.locks.request(lifeline, () => new Promise(() => {}));
      const recognizer = await Recognizer.load(options);
      if (hand.length > 0) await recognizer.adapt(hand);
      this.#recognizer = recognizer;
      return recognizer.engine;
    });
  }

  recognize(input: Snapshot, options: RecognizeOptions | undefined): Promise<Answer<Reading>> {
    return answer(() => this.#loaded().recognizeSnapshot(input, options));
  }

  inspect(input: Snapshot, options: RecognizeOptions | undefined): Promise<Answer<Inspection>> {
    return answer(() => this.#loaded().inspectSnapshot(input, options));
  }

  examples(input: Snapshot, text: string): Promise<Answer<Example[]>> {
    return answer(() => this.#loaded().examplesOfSnapshot(input, text));
  }

  adapt(examples: readonly Example[]): Promise<Answer<undefined>> {
    return answer(async () => {
      await this.#loaded().adapt(examples);
      return undefined;
    });
  }

  /** Frees the engines. A worker need not be asked: it ends whole. */
  async dispose(): Promise<void> {
    this.#recognizer?.dispose();
  }

  #loaded(): Recognizer {
    if (!this.#recognizer) throw new Error("a call before the recogniser had loaded");
    return this.#recognizer;
  }
}

async function answer<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    const { code, message } = fromEngine(error);
    return { failure: { code, message } };
  }
}

/** The value of an answer; throws its failure. */
export function valueOf<T>(answered: Answer<T>): T {
  if ("value" in answered) return answered.value;
  throw new InkNumberError(answered.failure.code, answered.failure.message);
}

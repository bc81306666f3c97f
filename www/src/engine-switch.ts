/** Holds the recogniser in service and changes it for another engine without a gap. */

import { WorkerRecognizer } from "ink-number";

export const ENGINES = ["auto", "cpu", "webgpu"] as const;
export type EngineChoice = (typeof ENGINES)[number];

export class EngineSwitch {
  readonly #beforeDispose: () => Promise<void>;
  #recognizer: WorkerRecognizer | null = null;
  #choice: EngineChoice | null = null;
  #lastRequest = 0;

  /** `beforeDispose` settles when the recogniser in service is no longer at work. */
  constructor(beforeDispose: () => Promise<void>) {
    this.#beforeDispose = beforeDispose;
  }

  /** The recogniser in service; `null` before the first has loaded. */
  get recognizer(): WorkerRecognizer | null {
    return this.#recognizer;
  }

  /** The choice that the recogniser in service was loaded for. */
  get choice(): EngineChoice | null {
    return this.#choice;
  }

  /**
   * Puts another engine in service; the old one serves until then, and stays when the new one cannot be had.
   * Returns false where a later call has overtaken this one.
   */
  async use(choice: EngineChoice): Promise<boolean> {
    const request = ++this.#lastRequest;
    // The demo is there to be read with: it keeps its worker.
    const loaded = new WorkerRecognizer({ engine: choice, idleAfter: Infinity });
    try {
      await loaded.warmUp();
    } catch (error) {
      loaded.dispose();
      if (request !== this.#lastRequest) return false;
      throw error;
    }
    if (request !== this.#lastRequest) {
      loaded.dispose();
      return false;
    }
    const old = this.#recognizer;
    this.#recognizer = loaded;
    this.#choice = choice;
    if (old) void this.#beforeDispose().finally(() => old.dispose());
    return true;
  }
}

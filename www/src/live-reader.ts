/**
 * Reads what was asked for last: while one reading runs only the newest request waits, and a result that newer ink has
 * overtaken is thrown away. No reading starts while there is a reason to hold back.
 */

/** A stroke is being drawn, or there is no engine yet. */
export type HoldReason = "stroke" | "engine";

export interface ReaderListener<Result> {
  done(result: Result): void;
  failed(error: unknown): void;
}

export class LiveReader<Input, Result> {
  readonly #read: (input: Input) => Promise<Result>;
  readonly #listener: ReaderListener<Result>;
  #wanted: { input: Input } | null = null;
  #running: Promise<void> | null = null;
  readonly #holds = new Set<HoldReason>();

  constructor(read: (input: Input) => Promise<Result>, listener: ReaderListener<Result>) {
    this.#read = read;
    this.#listener = listener;
  }

  request(input: Input): void {
    this.#wanted = { input };
    this.#pump();
  }

  /** Starts nothing until released. */
  hold(reason: HoldReason): void {
    this.#holds.add(reason);
  }

  release(reason: HoldReason): void {
    this.#holds.delete(reason);
    this.#pump();
  }

  /** Settles when no reading runs: then an engine may be taken away. */
  async idle(): Promise<void> {
    await this.#running;
  }

  #pump(): void {
    if (this.#running || this.#holds.size > 0 || !this.#wanted) return;
    const { input } = this.#wanted;
    this.#wanted = null;
    this.#running = this.#run(input).finally(() => {
      this.#running = null;
      this.#pump();
    });
  }

  async #run(input: Input): Promise<void> {
    try {
      const result = await this.#read(input);
      if (!this.#wanted) this.#listener.done(result);
    } catch (error) {
      if (!this.#wanted) this.#listener.failed(error);
    }
  }
}

/** A recogniser that lives in a worker of its own. */

import type { EngineName, InkStrokes, Reading, RecognizeOptions } from "ink-number";

import type { EngineChoice } from "./engine-switch";
import { type FromWorker, type ToWorker, fromPlain } from "./worker-protocol";

interface Waiting {
  resolve(reading: Reading): void;
  reject(error: Error): void;
}

export class WorkerRecognizer {
  /** The engine that it began with; `auto` may change it, each reading tells its own. */
  readonly engine: EngineName;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  private constructor(worker: Worker, engine: EngineName) {
    this.#worker = worker;
    this.engine = engine;
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.#settle(event.data);
    worker.onerror = (event) => this.#failAll(new Error(`the worker broke down: ${event.message}`));
  }

  static load(engine: EngineChoice): Promise<WorkerRecognizer> {
    const worker = new Worker(new URL("./reading-worker.js", import.meta.url), { type: "module", name: "ink-number" });
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        worker.terminate();
        reject(error);
      };
      worker.onerror = (event) => fail(new Error(`the worker could not be started${event.message ? `: ${event.message}` : ""}`));
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === "loaded") resolve(new WorkerRecognizer(worker, data.engine));
        else if (data.kind === "load-failed") fail(fromPlain(data.error));
      };
      worker.postMessage({ kind: "load", engine } satisfies ToWorker);
    });
  }

  async recognize(input: InkStrokes | HTMLCanvasElement, options: RecognizeOptions): Promise<Reading> {
    const id = ++this.#lastId;
    const isPicture = input instanceof HTMLCanvasElement;
    const sent = isPicture ? await createImageBitmap(input) : input;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ kind: "read", id, input: sent, options } satisfies ToWorker, isPicture ? [sent as ImageBitmap] : []);
    });
  }

  /** Ends the worker; who still waits is told. */
  dispose(): void {
    this.#worker.terminate();
    this.#failAll(new Error("the recogniser was disposed of"));
  }

  #settle(message: FromWorker): void {
    if (message.kind !== "read" && message.kind !== "read-failed") return;
    const answer = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === "read") answer?.resolve(message.reading);
    else answer?.reject(fromPlain(message.error));
  }

  #failAll(error: Error): void {
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }
}

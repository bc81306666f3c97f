/** The recogniser off the main thread. */

import { address, checkAssets, whole } from "./assets.js";
import { InkNumberError, mismatch, tagOf } from "./errors.js";
import { packed } from "./examples.js";
import { snapshot } from "./input.js";
import { optionsNow } from "./recognizer.js";
import type { Assets, EngineAssets, EngineName, Example, Inspection, LoadOptions, Reading, RecognizeInput, RecognizeOptions } from "./types.js";
import { Breakdown, type Connection, connect } from "./worker/connection.js";
import { type Answer, type HostCalls, valueOf } from "./worker/host.js";

export interface WorkerOptions extends LoadOptions {
  /** The worker's script, where it is not beside this package's own. It must be of the page's origin. */
  readonly worker?: string | URL | undefined;
  /** How long nothing is asked for before the worker ends and frees its memory, ms; 60000 unless given, Infinity keeps it. */
  readonly idleAfter?: number | undefined;
}

/** For one call. */
export interface CallOptions {
  /** Takes the call back: it rejects with the signal's reason, and is not begun if it still waits. */
  readonly signal?: AbortSignal | undefined;
}

const IDLE_MS = 60_000;
/** Timers of browsers know no longer time: asked for more, they go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** How long loading may take, and then one call, ms: a worker that has not answered by then never will. */
const PATIENCE_MS = 90_000;
/** How often a call is begun: a worker may die under it once, and the next one gets it again. */
const TRIES = 2;

interface Job {
  run(host: HostCalls): Promise<void>;
  fail(error: unknown): void;
  tries: number;
  /** Answered, failed, or taken back. */
  isOver: boolean;
}

/**
 * Reads in a worker, which is started at the first need, ends after idleness and is started anew after a breakdown, with nothing lost:
 * what was asked for is asked again. Calls wait for each other. Where workers are forbidden, or the script does not come, the page itself reads, and the console says so.
 */
export class WorkerRecognizer {
  static #shared: WorkerRecognizer | null = null;
  #options: WorkerOptions;
  #connection: Promise<Connection> | null = null;
  #queue: Job[] = [];
  #running = false;
  /** Ends a worker that is still loading. */
  #stop: AbortController | null = null;
  #hand: readonly Example[] = [];
  #idle: ReturnType<typeof setTimeout> | undefined;
  #engine: EngineName | null = null;
  #disposed = false;
  readonly #gone = new AbortController();

  /** Throws an {@link InkNumberError} where an option is of a wrong type. Starts nothing yet. */
  constructor(options: WorkerOptions = {}) {
    this.#options = checkedOptions(options);
    // A page that holds a lock cannot be kept for coming back to it.
    globalThis.addEventListener?.("pagehide", () => this.#endIfFree(), { signal: this.#gone.signal });
  }

  /** The one that all `<ink-number>` elements of the page use. */
  static get shared(): WorkerRecognizer {
    return (this.#shared ??= new WorkerRecognizer());
  }

  /** Sets the options of the {@link shared} one; those of its engine hold from its next start. */
  static configure(options: WorkerOptions): void {
    this.shared.#options = checkedOptions(options);
    this.shared.#endWhenFree();
  }

  /** The engine that read last; `null` before. */
  get engine(): EngineName | null {
    return this.#engine;
  }

  /** Starts the worker, so that the first reading need not wait for it. Rejects as {@link recognize}. */
  warmUp(): Promise<void> {
    return this.#call(async () => ({ value: undefined }), undefined);
  }

  /**
   * Reads one input as it is now; later changes to it do not matter.
   *
   * Rejects with an {@link InkNumberError} on wrong input or options, where a file is missing or wrong, or where the engine fails twice,
   * and with the signal's reason.
   */
  async recognize(source: RecognizeInput, options?: RecognizeOptions & CallOptions): Promise<Reading> {
    const how = optionsNow(options);
    const input = snapshot(source);
    const reading = await this.#call((host) => host.recognize(input, how), options?.signal);
    this.#engine = reading.engine;
    return reading;
  }

  /** A reading with all that it was made of: as `Recognizer.inspect`. */
  async inspect(source: RecognizeInput, options?: RecognizeOptions & CallOptions): Promise<Inspection> {
    const how = optionsNow(options);
    const input = snapshot(source);
    return this.#call((host) => host.inspect(input, how), options?.signal);
  }

  /** What a corrected reading teaches: as `Recognizer.examples`. */
  async examples(source: RecognizeInput, text: string, options?: CallOptions): Promise<Example[]> {
    const input = snapshot(source);
    return this.#call((host) => host.examples(input, text), options?.signal);
  }

  /** Reads from now on as the person writes whose examples these are: as `Recognizer.adapt`. A worker that is started later knows them too. */
  async adapt(examples: readonly Example[]): Promise<void> {
    packed(examples); // Throws where one is wrong.
    this.#hand = examples.map(({ digit, pixels }) => ({ digit, pixels: pixels.slice() }));
    if (this.#connection === null) return;
    const hand = this.#hand;
    await this.#call((host) => host.adapt(hand), undefined);
  }

  /** Ends the worker. What waits is rejected, as is whatever is asked for later. */
  dispose(): void {
    this.#disposed = true;
    this.#gone.abort();
    for (const job of this.#queue.splice(0)) job.fail(disposed());
    this.#end();
  }

  #call<T>(ask: (host: HostCalls) => Promise<Answer<T>>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) throw disposed();
      if (signal && tagOf(signal) !== "AbortSignal") throw mismatch("bad-argument", "signal", "an AbortSignal", signal);
      signal?.throwIfAborted();
      const takeBack = (): void => {
        this.#queue = this.#queue.filter((other) => other !== job);
        job.fail(signal?.reason);
      };
      const settle = (how: () => void): void => {
        signal?.removeEventListener("abort", takeBack);
        job.isOver = true;
        how();
      };
      const job: Job = {
        run: async (host) => {
          const value = valueOf(await ask(host));
          settle(() => resolve(value));
        },
        fail: (error) => settle(() => reject(error)),
        tries: 0,
        isOver: false,
      };
      signal?.addEventListener("abort", takeBack);
      this.#queue.push(job);
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#idle);
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) await this.#do(job);
    this.#running = false;
    this.#endWhenFree(this.#options.idleAfter ?? IDLE_MS);
  }

  async #do(job: Job): Promise<void> {
    job.tries++;
    try {
      const { host, broken } = await (this.#connection ??= this.#connect());
      await within(PATIENCE_MS, job.run(host), broken);
    } catch (error) {
      if (!(error instanceof Breakdown)) return job.fail(error);
      this.#end();
      if (this.#disposed) job.fail(disposed());
      else if (job.tries < TRIES && !job.isOver) this.#queue.unshift(job);
      else job.fail(error);
    }
  }

  async #connect(): Promise<Connection> {
    const stop = (this.#stop = new AbortController());
    const { worker, engine, assets } = this.#options;
    try {
      return await within(PATIENCE_MS, connect(worker, { engine, assets }, this.#hand, stop.signal));
    } catch (error) {
      stop.abort(error); // One that is late is not to come later.
      if (this.#stop === stop) this.#connection = null; // The next call tries again: the network may be back.
      throw error;
    }
  }

  /** Ends the worker after `ms` in which nothing is asked for. */
  #endWhenFree(ms = 0): void {
    clearTimeout(this.#idle);
    if (ms > LONGEST_TIMER_MS) return;
    this.#idle = setTimeout(() => this.#endIfFree(), ms);
  }

  #endIfFree(): void {
    if (!this.#running) this.#end();
  }

  #end(): void {
    void this.#connection?.then((connection) => connection.end(), () => {});
    this.#stop?.abort(disposed());
    this.#connection = null;
  }
}

/** The result of `call`, or a breakdown when it takes longer than `ms` or `broken` says so. */
async function within<T>(ms: number, call: Promise<T>, broken?: AbortSignal): Promise<T> {
  const over = new AbortController();
  const breakdown = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Breakdown(`no answer within ${ms} ms`)), ms);
    over.signal.addEventListener("abort", () => clearTimeout(timer));
    broken?.addEventListener("abort", () => reject(broken.reason as Breakdown), { signal: over.signal });
    if (broken?.aborted) reject(broken.reason as Breakdown);
  });
  try {
    return await Promise.race([call, breakdown]);
  } finally {
    over.abort();
  }
}

function disposed(): InkNumberError {
  return new InkNumberError("disposed", "expected a recogniser in service, saw one that was disposed of");
}

function checkedOptions(options: WorkerOptions): WorkerOptions {
  if (typeof options !== "object" || options === null) throw mismatch("bad-argument", "options", "an object", options);
  const { engine, assets, worker, idleAfter } = options;
  checkAssets(assets);
  address("worker", worker);
  if (idleAfter !== undefined && !(typeof idleAfter === "number" && idleAfter >= 0)) {
    throw mismatch("bad-argument", "idleAfter", "a number of ms from 0", idleAfter);
  }
  return { engine, assets: assets && fromThePage(assets), worker, idleAfter };
}

/** Whole addresses as strings: a worker would take those of the page for its own, and takes no URL objects. */
function fromThePage({ weights, cpu, webgpu }: Assets): Assets {
  const given = (address: string | URL | undefined): string | undefined => address && whole(address);
  const files = (engine: EngineAssets | undefined): EngineAssets | undefined =>
    engine && { script: given(engine.script), wasm: given(engine.wasm) };
  return { weights: given(weights), cpu: files(cpu), webgpu: files(webgpu) };
}

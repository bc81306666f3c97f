/** One engine: calls to it one after another, and what becomes of a call when the engine breaks down. */

import { importEdge } from "./assets.js";
import type { Edge, EdgeEngine, EdgeExamples } from "./edge.js";
import { InkNumberError, fromEngine } from "./errors.js";
import { NOBODY } from "./examples.js";
import type { Assets, EngineName } from "./types.js";

/** How long an engine may take to start, ms. */
const LOAD_PATIENCE_MS = 60_000;

/** What recognisers share of a module. */
interface Module {
  /** A panic in wasm leaves its promise open for ever; here it reaches those who wait. */
  readonly waiting: Set<(error: InkNumberError) => void>;
  /** The last load, which the next one waits for: the GPU is set up by the first. */
  loading: Promise<unknown>;
}

const modules = new WeakMap<Edge, Module>();

function moduleOf(edge: Edge): Module {
  const known = modules.get(edge);
  if (known) return known;
  const module: Module = { waiting: new Set(), loading: Promise.resolve() };
  modules.set(edge, module);
  edge.onPanic((message) => {
    for (const reject of module.waiting) reject(new InkNumberError("engine-failed", `the engine failed: ${message}`));
  });
  return module;
}

/** `call`, or a rejection when the module panics or does not answer within `patience` ms. */
async function guarded<T>(edge: Edge, patience: number, call: () => Promise<T>): Promise<T> {
  const { waiting } = moduleOf(edge);
  let reject!: (error: InkNumberError) => void;
  const breakdown = new Promise<never>((_, rejectBreakdown) => (reject = rejectBreakdown));
  waiting.add(reject);
  const slow = () => reject(new InkNumberError("engine-failed", `the engine did not answer within ${patience} ms`));
  const timer = setTimeout(slow, patience);
  try {
    return await Promise.race([call(), breakdown]);
  } catch (error) {
    throw fromEngine(error);
  } finally {
    clearTimeout(timer);
    waiting.delete(reject);
  }
}

function loadHandle(edge: Edge, weights: Uint8Array): Promise<EdgeEngine> {
  const module = moduleOf(edge);
  const handle = module.loading.then(() => guarded(edge, LOAD_PATIENCE_MS, () => edge.Engine.load(weights)));
  module.loading = handle.catch(() => {});
  return handle;
}

export class Engine {
  readonly name: EngineName;
  readonly edge: Edge;
  /** Whose hand it reads: calls are made with that of the moment at which they were asked for. */
  hand: EdgeExamples = NOBODY;
  /** The hand that the handle knows. */
  #known: EdgeExamples = NOBODY;
  readonly #weights: Uint8Array;
  /** `null` after a breakdown: the next call makes a new one. */
  #handle: EdgeEngine | null;
  #last: Promise<unknown> = Promise.resolve();
  #retired: InkNumberError | null = null;
  #isDisposed = false;

  private constructor(name: EngineName, edge: Edge, weights: Uint8Array, handle: EdgeEngine) {
    this.name = name;
    this.edge = edge;
    this.#weights = weights;
    this.#handle = handle;
  }

  /** The weights come as a promise so that they are fetched beside the module. */
  static async load(name: EngineName, weights: Promise<Uint8Array>, assets: Assets | undefined): Promise<Engine> {
    const [edge, bytes] = await Promise.all([importEdge(name, assets), weights]);
    return new Engine(name, edge, bytes, await loadHandle(edge, bytes));
  }

  /** Runs `call` when all calls before it are done. */
  run<T>(patience: number, call: (engine: EdgeEngine) => Promise<T>): Promise<T> {
    const { hand } = this;
    const isLate = this.#isDisposed;
    const result = this.#last.then(async () => {
      if (this.#retired) throw this.#retired;
      const handle = (this.#handle ??= await this.#reload());
      try {
        if (hand !== this.#known) {
          await guarded(this.edge, patience, () => handle.adapt(hand.digits, hand.pixels));
          this.#known = hand;
        }
        return await guarded(this.edge, patience, () => call(handle));
      } catch (error) {
        // Its state is not to be trusted, nor is it safe to free.
        if ((error as InkNumberError).code === "engine-failed") this.#handle = null;
        throw error;
      } finally {
        if (isLate) this.#free();
      }
    });
    this.#last = result.catch(() => {});
    return result;
  }

  #reload(): Promise<EdgeEngine> {
    this.#known = NOBODY;
    return loadHandle(this.edge, this.#weights);
  }

  /** Fails the calls that still wait, at once and with this reason. */
  retire(reason: InkNumberError): void {
    this.#retired = reason;
  }

  /** Frees its memory when all calls are done. One that comes later still, from a GPU that failed, is answered by an engine of its own. */
  dispose(): void {
    this.#isDisposed = true;
    void this.#last.then(() => this.#free());
  }

  #free(): void {
    this.#handle?.free();
    this.#handle = null;
  }
}

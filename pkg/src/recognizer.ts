/** The recogniser: reads ink and pictures on one engine, or on the better of two. */

import { checkAssets, fetchWeights } from "./assets.js";
import { Engine } from "./engine.js";
import { InkNumberError, mismatch } from "./errors.js";
import { NOBODY, packed, unpacked } from "./examples.js";
import { type Snapshot, examplesOn, inspectOn, recognizeOn, snapshot } from "./input.js";
import { race, readOnce, warmUp } from "./race.js";
import { deviceOf, recall, remember } from "./remembered.js";
import type { Assets, EngineChoice, EngineName, Example, Inspection, LoadOptions, Reading, RecognizeInput, RecognizeOptions } from "./types.js";
import { findGpu } from "./webgpu.js";

const ENGINES: readonly EngineChoice[] = ["auto", "cpu", "webgpu"];

/** How long a reading may take, ms, before the engine counts as broken: the only engine gets the time of a slow machine... */
const PATIENCE_MS = 60_000;
/** ...and a GPU that the CPU can stand in for gets less. Shorter loses patience with a busy GPU, longer keeps a person waiting. */
const REPLACEABLE_PATIENCE_MS = 5_000;

/** With `auto` the GPU is looked at after the first reading, or after this many ms without one, to be in nobody's way. */
const QUIET_MS = 1_500;

/** Where nobody tells of idleness, as in workers, the wait for calls that are on their way, ms. */
const CALLS_ARE_HERE_MS = 100;

export class Recognizer {
  readonly #cpuOrOnly: Engine;
  /** Faster than the CPU, and not broken so far; only ever there with `auto`. */
  #gpu: Engine | null = null;
  #hand = NOBODY;
  #disposed = false;
  #isAsked = false;
  /** What is remembered of engines is of this; `null` before there is a GPU. */
  #device: string | null = null;
  #wake!: () => void;
  /** Settles with the engine when that will not change any more for a faster one: at once unless `auto` was asked for. */
  readonly settled: Promise<EngineName>;

  private constructor(engine: Engine, weights: Promise<Uint8Array>, options: LoadOptions) {
    this.#cpuOrOnly = engine;
    const quiet = new Promise<void>((resolve) => (this.#wake = resolve));
    void whenIdle().then(() => this.#prepare());
    this.settled = options.engine === "auto" ? this.#upgrade(quiet, weights, options.assets) : Promise.resolve(engine.name);
  }

  /**
   * Loads the weights and an engine. `auto` settles as soon as the CPU engine can read.
   *
   * Rejects with an {@link InkNumberError}: `webgpu-unavailable` where WebGPU was asked for and is not to be had, `asset-missing`
   * and `weights-...` where a file is missing or wrong, `bad-engine` and `bad-argument` on wrong options.
   */
  static async load(options: LoadOptions = {}): Promise<Recognizer> {
    const { engine = "auto", assets } = checkLoadOptions(options);
    if (engine === "webgpu" && (await findGpu()) === null) {
      const message = "engine: expected WebGPU for \"webgpu\", saw a browser that gives no adapter or no device";
      throw new InkNumberError("webgpu-unavailable", message);
    }
    const weights = fetchWeights(assets);
    const first = await Engine.load(engine === "webgpu" ? "webgpu" : "cpu", weights, assets);
    // Compiling its kernels is part of loading, as is finding out that it does not work.
    if (engine === "webgpu") await warmUp(first);
    return new Recognizer(first, weights, { engine, assets });
  }

  /** The engine that the next reading will use. With `auto` it may change: see {@link settled}. */
  get engine(): EngineName {
    return (this.#gpu ?? this.#cpuOrOnly).name;
  }

  /**
   * Reads one input as it is now; later changes to it do not matter. Calls wait for each other.
   *
   * Rejects with an {@link InkNumberError} on wrong input or options; with `auto` never because a GPU failed.
   */
  async recognize(source: RecognizeInput, options?: RecognizeOptions): Promise<Reading> {
    this.#checkInService();
    return this.recognizeSnapshot(snapshot(source), optionsNow(options));
  }

  /** @internal The same for an input that was taken elsewhere. */
  async recognizeSnapshot(input: Snapshot, how: RecognizeOptions | undefined): Promise<Reading> {
    this.#checkInService();
    this.#isAsked = true;
    try {
      return await this.#read(input, how);
    } finally {
      this.#wake();
    }
  }

  /**
   * Reads as {@link recognize} does and lays open how: fragments, cuts, candidates, what each network said. For people who want to look
   * inside; it takes longer, and always the CPU where there is one.
   */
  async inspect(source: RecognizeInput, options?: RecognizeOptions): Promise<Inspection> {
    this.#checkInService();
    return this.inspectSnapshot(snapshot(source), optionsNow(options));
  }

  /** @internal The same for an input that was taken elsewhere. */
  async inspectSnapshot(input: Snapshot, options: RecognizeOptions | undefined): Promise<Inspection> {
    this.#checkInService();
    this.#isAsked = true;
    return this.#cpuOrOnly.run(PATIENCE_MS, (engine) => inspectOn(engine, input, options));
  }

  /**
   * What a corrected reading teaches: one example for each digit of `text`, where the input is most likely to hold it; marks in `text` are
   * passed over. Learns nothing by itself: keep the examples, and give all of a person's to {@link adapt}.
   *
   * Rejects with an {@link InkNumberError}: `bad-correction` where `text` is not all digits, `correction-not-there` where the input cannot
   * be parted into them, and as {@link recognize}.
   */
  async examples(source: RecognizeInput, text: string): Promise<Example[]> {
    this.#checkInService();
    return this.examplesOfSnapshot(snapshot(source), text);
  }

  /** @internal The same for an input that was taken elsewhere. */
  async examplesOfSnapshot(input: Snapshot, text: string): Promise<Example[]> {
    this.#checkInService();
    this.#isAsked = true;
    return unpacked(await this.#cpuOrOnly.run(PATIENCE_MS, (engine) => examplesOn(engine, input, text)));
  }

  /**
   * Reads all that is asked for after this call as the person writes whose examples these are, instead of those given before; `[]` forgets
   * the person. Digits like theirs become likelier, nearly all else is read as before.
   *
   * Rejects with an {@link InkNumberError}: `bad-argument` and `bad-correction` where an example is none, `too-many-examples` above 1000.
   */
  async adapt(examples: readonly Example[]): Promise<void> {
    this.#checkInService();
    this.#hand = packed(examples);
    for (const engine of [this.#cpuOrOnly, this.#gpu]) if (engine) engine.hand = this.#hand;
    await this.#cpuOrOnly.run(PATIENCE_MS, () => Promise.resolve());
  }

  /** Frees the engines' memory once the readings that were asked for are made; no others are taken. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#wake();
    this.#cpuOrOnly.dispose();
    this.#gpu?.dispose();
    this.#gpu = null;
  }

  async #read(input: Snapshot, options: RecognizeOptions | undefined): Promise<Reading> {
    const gpu = this.#gpu;
    if (gpu) {
      try {
        return await gpu.run(REPLACEABLE_PATIENCE_MS, (engine) => recognizeOn(engine, input, options));
      } catch (error) {
        if ((error as InkNumberError).code !== "engine-failed") throw error;
        this.#leave(gpu, error as InkNumberError);
      }
    }
    return this.#cpuOrOnly.run(PATIENCE_MS, (engine) => recognizeOn(engine, input, options));
  }

  /** A GPU that failed once is not asked again. */
  #leave(gpu: Engine, reason: InkNumberError): void {
    if (this.#gpu !== gpu) return;
    console.warn("ink-number: WebGPU failed, the CPU reads on.", reason);
    gpu.retire(reason);
    this.#gpu = null;
    if (this.#device !== null) void remember(this.#device, "cpu", false);
  }

  /** Makes the first reading as quick as the others; not where that is asked for already. */
  async #prepare(): Promise<void> {
    if (this.#disposed || this.#isAsked) return;
    await readOnce(this.#cpuOrOnly).catch(() => {}); // If it is broken, the next reading tells.
  }

  /** Moves to the GPU where it is faster, or was the last time. Whatever goes wrong with it, the CPU reads on. */
  async #upgrade(quiet: Promise<void>, weights: Promise<Uint8Array>, assets: Assets | undefined): Promise<EngineName> {
    await Promise.race([quiet, new Promise((resolve) => setTimeout(resolve, QUIET_MS))]);
    const cpu = this.#cpuOrOnly;
    const name = this.#disposed ? null : await findGpu();
    if (name === null) return cpu.name;
    const device = (this.#device = deviceOf(name, assets));
    const known = await recall(device);
    if (known === "cpu" || this.#disposed) return cpu.name;
    let gpu: Engine | null = null;
    try {
      gpu = await Engine.load("webgpu", weights, assets);
      const { winner, isClear } = known === null ? await race(gpu, cpu, () => this.#disposed) : { winner: gpu, isClear: true };
      // Compiles what the race did not need, and finds out whether it works.
      if (winner === gpu && !this.#disposed) await readOnce(gpu);
      if (this.#disposed) return cpu.name;
      if (winner === gpu) {
        gpu.hand = this.#hand;
        this.#gpu = gpu;
      }
      if (known === null) await remember(device, winner.name, isClear);
    } catch (error) {
      console.warn("ink-number: WebGPU is not used, the CPU reads.", error);
      // Files may be there the next time; an engine that failed would be loaded by every page, only to fail.
      if ((error as InkNumberError).code === "engine-failed") await remember(device, "cpu", false);
    } finally {
      if (this.#gpu !== gpu) gpu?.dispose();
    }
    return this.engine;
  }

  #checkInService(): void {
    if (this.#disposed) throw new InkNumberError("disposed", "expected a recogniser in service, saw one that was disposed of");
  }
}

/** When a page has nothing better to do. */
function whenIdle(): Promise<unknown> {
  const idle = (globalThis as { requestIdleCallback?: (callback: (deadline: unknown) => void) => number }).requestIdleCallback;
  return new Promise((resolve) => (idle ? idle(resolve) : setTimeout(resolve, CALLS_ARE_HERE_MS)));
}

function checkLoadOptions(options: LoadOptions): LoadOptions {
  if (typeof options !== "object" || options === null) throw mismatch("bad-argument", "options", "an object", options);
  const { engine, assets } = options;
  if (engine !== undefined && !ENGINES.includes(engine)) {
    throw mismatch("bad-engine", "engine", ENGINES.map((name) => `"${name}"`).join(", "), engine);
  }
  checkAssets(assets);
  return { engine, assets };
}

const OPTIONS = [
  "top", "strategy", "marks", "minLength", "maxLength", "pattern", "min", "max", "check", "values",
] as const satisfies readonly (keyof RecognizeOptions)[];

/** The options as they are now; their values are checked in wasm. A name that is none is told: what it asks for would be missed in silence. */
export function optionsNow(options: RecognizeOptions | undefined): RecognizeOptions | undefined {
  if (options === undefined) return undefined;
  if (typeof options !== "object" || options === null) throw mismatch("bad-argument", "options", "an object", options);
  const known: readonly string[] = [...OPTIONS, "signal"];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw mismatch("bad-argument", "options", `some of ${OPTIONS.join(", ")}`, unknown);
  const now = Object.fromEntries(OPTIONS.map((name) => [name, options[name]])) as RecognizeOptions;
  return Array.isArray(now.values) ? { ...now, values: [...now.values] } : now;
}

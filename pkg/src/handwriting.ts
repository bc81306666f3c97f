/** What corrected readings taught of one person's hand: kept in this browser, for this site alone. */

import { createStore, get, update } from "idb-keyval";

import { InkNumberError, messageOf, mismatch } from "./errors.js";
import { MAX_EXAMPLES, packed } from "./examples.js";
import { snapshot } from "./input.js";
import { STORAGE_PATIENCE_MS, soon } from "./storage.js";
import type { Example, InkStrokes } from "./types.js";
import { WorkerRecognizer } from "./worker-recognizer.js";

/** One corrected reading. */
export interface Lesson {
  readonly id: string;
  /** What the ink is. */
  readonly text: string;
  /** When it was learnt, ms since 1970. */
  readonly when: number;
  readonly ink: InkStrokes;
  readonly examples: readonly Example[];
}

/** Older lessons go when there are more: a hand changes, and every example costs a little time. */
const MOST_LESSONS = 100;
/** Of the exported file. */
const VERSION = 1;
const KEY = "lessons";

/**
 * The lessons of this browser's person. `<ink-number learn>` teaches and uses them; they go nowhere but where {@link export} is saved to.
 * An `EventTarget`: `change` tells of new or forgotten lessons, in this page or another of the site.
 */
export class Handwriting extends EventTarget {
  static #shared: Handwriting | null = null;
  readonly #recognizer: WorkerRecognizer;
  readonly #others = channel();
  #store: ReturnType<typeof createStore> | null = null;
  #lessons: readonly Lesson[] = [];
  #loaded: Promise<void> | null = null;

  private constructor(recognizer: WorkerRecognizer) {
    super();
    this.#recognizer = recognizer;
    this.#others?.addEventListener("message", () => {
      this.#loaded = null;
      void this.ready().then(() => this.dispatchEvent(new Event("change")));
    });
  }

  /** That of the shared recogniser. */
  static get shared(): Handwriting {
    return (this.#shared ??= new Handwriting(WorkerRecognizer.shared));
  }

  /**
   * Settles when the recogniser reads by the lessons that are kept. Never rejects: where nothing can be kept there are none. It does not
   * wait for ever for storage that does not answer.
   */
  ready(): Promise<void> {
    // Waited for once: every reading asks.
    return (this.#loaded ??= Promise.race([this.#load(), new Promise<void>((resolve) => setTimeout(resolve, STORAGE_PATIENCE_MS))]));
  }

  /** Newest first. */
  async lessons(): Promise<readonly Lesson[]> {
    await this.ready();
    return this.#lessons;
  }

  /**
   * "This was 7": the next reading knows. Rejects with an {@link InkNumberError}, and learns nothing, where `text` is no digits
   * (`bad-correction`) or the ink cannot be parted into them (`correction-not-there`).
   */
  async learn(ink: InkStrokes, text: string): Promise<Lesson> {
    await this.ready();
    snapshot(ink); // Throws where it is none.
    const examples = await this.#recognizer.examples(ink, text);
    const strokes = ink.strokes.map((stroke) => stroke.map((point) => ("x" in point ? { ...point } : ([...point] as typeof point))));
    const lesson: Lesson = { id: String(Math.random()).slice(2), text, when: Date.now(), ink: { strokes }, examples };
    const error = await this.#change((lessons) => [lesson, ...lessons]);
    if (error) console.warn("ink-number: this lesson holds for this page alone.", error);
    return lesson;
  }

  /**
   * Forgets one lesson, or all. Rejects with an {@link InkNumberError}, `storage-failed`, where the browser still keeps what this page has
   * forgotten.
   */
  async forget(id?: string): Promise<void> {
    await this.ready();
    const error = await this.#change((lessons) => (id === undefined ? [] : lessons.filter((lesson) => lesson.id !== id)));
    if (error) throw error;
  }

  /** All lessons as JSON, to be kept elsewhere or taken to another device. */
  async export(): Promise<string> {
    const lessons = (await this.lessons()).map(({ examples, ...rest }) => ({
      ...rest,
      examples: examples.map(({ digit, pixels }) => ({ digit, pixels: btoa(String.fromCharCode(...pixels)) })),
    }));
    return JSON.stringify({ version: VERSION, lessons });
  }

  /**
   * Adds exported lessons to those that are there; of more than a hundred the newest stay. Rejects with an {@link InkNumberError}:
   * `bad-argument` where the text is none of ours, `storage-failed` where they hold for this page alone.
   */
  async import(exported: string): Promise<void> {
    const imported = parsed(exported);
    await this.ready();
    const isNew = ({ id }: Lesson): boolean => !imported.some((other) => other.id === id);
    const error = await this.#change((lessons) => [...imported, ...lessons.filter(isNew)].sort((a, b) => b.when - a.when));
    if (error) throw error;
  }

  async #load(): Promise<void> {
    try {
      this.#lessons = (await get<readonly Lesson[]>(KEY, this.#opened())) ?? [];
    } catch (error) {
      this.#store = null; // The next change tries again.
      console.info("ink-number: handwriting is learnt for this page alone, the browser keeps nothing.", error);
    }
    await this.#adapt();
  }

  #opened(): ReturnType<typeof createStore> {
    return (this.#store ??= createStore("ink-number", "handwriting"));
  }

  /** Gives what kept the browser from keeping it: it holds for this page all the same. */
  async #change(change: (lessons: readonly Lesson[]) => readonly Lesson[]): Promise<InkNumberError | null> {
    let failure: InkNumberError | null = null;
    const kept = (lessons: readonly Lesson[]): readonly Lesson[] => change(lessons).slice(0, MOST_LESSONS);
    try {
      let changed = kept(this.#lessons);
      await soon(update<readonly Lesson[]>(KEY, (lessons) => (changed = kept(lessons ?? [])), this.#opened()));
      this.#lessons = changed;
      this.#others?.postMessage("changed");
    } catch (error) {
      this.#store = null;
      this.#lessons = kept(this.#lessons);
      failure = new InkNumberError("storage-failed", `expected a browser that keeps what changed, saw: ${messageOf(error)}`, { cause: error });
    }
    await this.#adapt();
    this.dispatchEvent(new Event("change"));
    return failure;
  }

  /** As many of the newest examples as a recogniser takes. */
  async #adapt(): Promise<void> {
    const examples = this.#lessons.flatMap((lesson) => lesson.examples);
    await this.#recognizer.adapt(examples.slice(0, MAX_EXAMPLES)).catch((error: unknown) => console.warn("ink-number: the hand is not used.", error));
  }
}

/** To the site's other pages; `null` where the browser has none for this one, as where it keeps no data either. */
function channel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel("ink-number-handwriting");
  } catch {
    return null;
  }
}

function parsed(exported: string): Lesson[] {
  try {
    const { version, lessons } = JSON.parse(exported) as { version?: unknown; lessons?: unknown };
    if (version !== VERSION || !Array.isArray(lessons)) throw new Error(`version ${String(version)}`);
    return lessons.map((value: Omit<Lesson, "examples"> & { examples: { digit: number; pixels: string }[] }) => {
      const { id, text, when, ink } = value;
      const examples = value.examples.map(({ digit, pixels }) => ({ digit, pixels: Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0)) }));
      packed(examples);
      snapshot(ink);
      if (typeof id !== "string" || typeof text !== "string" || typeof when !== "number") throw mismatch("bad-argument", "lessons", "lessons", value);
      return { id, text, when, ink, examples };
    });
  } catch (cause) {
    throw new InkNumberError("bad-argument", `exported: expected lessons of version ${VERSION}, saw: ${messageOf(cause)}`, { cause });
  }
}

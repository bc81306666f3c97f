import { InkNumberError, messageOf } from "../errors.js";
import { Handwriting, type Lesson } from "../handwriting.js";
import { drawInk } from "../pad/outline.js";
import { fit, inkBounds } from "../pad/placement.js";
import { sampleOf } from "../pad/sample.js";
import { make, sheetOf } from "./dom.js";
import sheetText from "./ink-handwriting.css";

/** What the panel says, in English: replace what you like by `InkHandwritingElement.words`. */
export interface HandwritingWords {
  nothing: string;
  count(lessons: number): string;
  forget(text: string): string;
  forgetAll: string;
  /** The same button, when it was clicked once. */
  reallyForgetAll: string;
  export: string;
  import: string;
  failed(message: string): string;
  /** What was added or forgotten holds for this page alone. */
  notKept(message: string): string;
}

export const HANDWRITING_ENGLISH: HandwritingWords = {
  nothing: "Nothing has been learnt yet.",
  count: (lessons) => (lessons === 1 ? "One number learnt." : `${lessons} numbers learnt.`),
  forget: (text) => `Forget ${text}`,
  forgetAll: "Forget all",
  reallyForgetAll: "Really forget all?",
  export: "Save to a file",
  import: "Add from a file",
  failed: (message) => `This file was not added: ${message}`,
  notKept: (message) => `The browser did not keep this change: ${message}`,
};

/** Of a thumbnail, CSS px. */
const THUMBNAIL = { width: 84, height: 52 };
const NIB = 3;
/** How long a first click on *Forget all* waits for the second, ms. */
const MEANT_MS = 5_000;

const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * What `<ink-number learn>` has learnt in this browser: each corrected number with a button to forget it, and buttons to save, add and
 * forget all.
 *
 * @csspart lessons - The list.
 * @csspart lesson - Each of them.
 * @csspart button - The buttons under it.
 */
export class InkHandwritingElement extends Base {
  static words: HandwritingWords = HANDWRITING_ENGLISH;
  readonly #count = make("p", { role: "status" });
  readonly #list = make("ul", { part: "lessons" });
  readonly #export = make("button", { part: "button", type: "button" });
  readonly #import = make("button", { part: "button", type: "button" });
  readonly #forgetAll = make("button", { part: "button", type: "button" });
  readonly #file = make("input", { type: "file", accept: ".json,application/json", hidden: "" });
  #abort: AbortController | null = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheetOf(sheetText)];
    root.append(this.#count, this.#list, make("div", { class: "buttons" }, this.#export, this.#import, this.#forgetAll), this.#file);
    this.#export.addEventListener("click", () => void this.#save());
    this.#import.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => void this.#add());
    this.#forgetAll.addEventListener("click", () => this.#askToForgetAll());
  }

  connectedCallback(): void {
    const { words } = InkHandwritingElement;
    this.#export.textContent = words.export;
    this.#import.textContent = words.import;
    this.#forgetAll.textContent = words.forgetAll;
    this.#file.setAttribute("aria-label", words.import);
    this.#abort = new AbortController();
    Handwriting.shared.addEventListener("change", () => void this.#show(), { signal: this.#abort.signal });
    void this.#show();
  }

  disconnectedCallback(): void {
    this.#abort?.abort();
  }

  async #show(): Promise<void> {
    const lessons = await Handwriting.shared.lessons();
    const { words } = InkHandwritingElement;
    this.#count.textContent = lessons.length === 0 ? words.nothing : words.count(lessons.length);
    const buttons = (): HTMLElement[] => [...this.#list.querySelectorAll("button")];
    const focused = buttons().indexOf(this.shadowRoot?.activeElement as HTMLElement);
    this.#list.replaceChildren(...lessons.map((lesson) => this.#item(lesson)));
    this.#export.disabled = this.#forgetAll.disabled = lessons.length === 0;
    // The one that was forgotten took the focus along: the next takes its place.
    if (focused >= 0) (buttons()[Math.min(focused, lessons.length - 1)] ?? this.#import).focus();
  }

  #item(lesson: Lesson): HTMLElement {
    const button = make("button", { type: "button", "aria-label": InkHandwritingElement.words.forget(lesson.text) });
    button.textContent = "×";
    button.addEventListener("click", () => void this.#forget(lesson.id));
    const text = make("span", {});
    text.textContent = lesson.text;
    return make("li", { part: "lesson" }, thumbnail(lesson, getComputedStyle(this).color), text, button);
  }

  /** What was learnt cannot be had back: the second click means it. */
  #askToForgetAll(): void {
    const { words } = InkHandwritingElement;
    if (this.#forgetAll.textContent === words.reallyForgetAll) {
      this.#forgetAll.textContent = words.forgetAll;
      void this.#forget();
      return;
    }
    this.#forgetAll.textContent = words.reallyForgetAll;
    setTimeout(() => (this.#forgetAll.textContent = words.forgetAll), MEANT_MS);
  }

  async #forget(id?: string): Promise<void> {
    await Handwriting.shared.forget(id).catch((error: unknown) => this.#tell(error));
  }

  async #save(): Promise<void> {
    const url = URL.createObjectURL(new Blob([await Handwriting.shared.export()], { type: "application/json" }));
    make("a", { href: url, download: "handwriting.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  async #add(): Promise<void> {
    const file = this.#file.files?.[0];
    if (!file) return;
    await file.text().then((text) => Handwriting.shared.import(text)).catch((error: unknown) => this.#tell(error));
    this.#file.value = ""; // So that the same file can be picked again.
  }

  async #tell(error: unknown): Promise<void> {
    await this.#show(); // It says how many there are.
    const { words } = InkHandwritingElement;
    const isKept = !(error instanceof InkNumberError && error.code === "storage-failed");
    this.#count.textContent = (isKept ? words.failed : words.notKept)(messageOf(error));
  }
}

function thumbnail({ ink }: Lesson, colour: string): HTMLCanvasElement {
  const canvas = make("canvas", { "aria-hidden": "true" });
  canvas.width = THUMBNAIL.width * devicePixelRatio;
  canvas.height = THUMBNAIL.height * devicePixelRatio;
  const strokes = ink.strokes.map((stroke) => stroke.map(sampleOf));
  const bounds = inkBounds(strokes);
  const context = canvas.getContext("2d");
  if (!context || !bounds) return canvas;
  const { scale, x, y } = fit(bounds, THUMBNAIL, /* largest scale */ 1, /* margin */ 6);
  context.setTransform(scale * devicePixelRatio, 0, 0, scale * devicePixelRatio, x * devicePixelRatio, y * devicePixelRatio);
  context.fillStyle = colour;
  drawInk(context, strokes, NIB / scale);
  return canvas;
}

import { InkNumberError } from "../errors.js";
import { Handwriting } from "../handwriting.js";
import { snapshot } from "../input.js";
import { History } from "../pad/history.js";
import { InkPad } from "../pad/ink-pad.js";
import { InkView } from "../pad/ink-view.js";
import { toContent } from "../pad/placement.js";
import { sampleOf } from "../pad/sample.js";
import type { Stroke } from "../pad/stroke.js";
import { type InkStrokes, NOTHING_ALLOWED, type Reading } from "../types.js";
import { WorkerRecognizer } from "../worker-recognizer.js";
import { faultMessage } from "./fault-message.js";
import { holdSubmit, submitImplicitly } from "./held-submit.js";
import { InkReader } from "./ink-reader.js";
import { decimalSignOf, sanitised, typeable, valueOf } from "./number-text.js";
import { ReflectingElement } from "./reflecting-element.js";
import { type Fault, allowedBy, faultsOf } from "./rules.js";
import { type Content, parseState, printState } from "./saved-state.js";
import { scratchOut } from "./scratch-out.js";
import { EMPTY, type State, type Verdict, verdictOf } from "./verdict.js";
import { type Inside, build, name, showAlternatives } from "./view.js";
import { ENGLISH, type Words } from "./words.js";

const NOTHING: Content = { strokes: [], text: null };

/** Detail of `ink-reading`. */
export interface InkReadingDetail {
  /** The whole reading, before the person's own choice. */
  readonly reading: Reading;
  /** What was read: it can be read again, or taught with. */
  readonly ink: InkStrokes;
}

/**
 * Share of the numbers' probability that is not allowed, from which the ink is read without the rules, as it is where nothing that is allowed fits: more
 * likely the number is not finished yet. By reasoning, not measured: lower shows unfinished numbers as they are, higher makes allowed ones of them.
 */
const MOSTLY_NOT_ALLOWED = 0.95;
/** Readings asked for: the value, the alternatives, and one more since marks may make two of them the same. */
const TOP = 6;
const STATES = ["blank", "accepted", "doubtful", "refused", "reading"];

/**
 * A form field that numbers are handwritten in: `<ink-number name="amount" required maxlength="8"></ink-number>`.
 *
 * What is written is read after each stroke, in a worker that all fields of the page share. The value is the number read, or what the
 * person tapped or typed instead. Ink that is no number gives no value and is a fault (`badInput`), as letters are in a number field.
 *
 * Attributes, each reflected by a property: `name`, `value` (`defaultValue`), `placeholder`, `required`, `readonly`, `disabled`,
 * `minlength`, `maxlength`, `pattern`, `min`, `max`, `step` as native fields have them; `mode`, "digits" unless "decimal" or "signed";
 * `check`, "luhn" or "mod97"; `values`, the numbers that are allowed, parted by spaces; `confirm`, a doubtful reading is a fault until
 * the person has confirmed it by a tap; `learn`, corrections teach the person's hand (see `Handwriting`), and readings go by it.
 * `autocomplete`, `enterkeyhint`, `aria-labelledby` and `aria-describedby` go on to the text.
 *
 * @fires input - The person changed what is in the field, by a stroke that was read, a tap or a key.
 * @fires change - The changed value is final: by a tap on another reading, Undo, Redo, Clear, Enter, or as focus leaves.
 * @fires ink-reading - `CustomEvent<InkReadingDetail>`: ink was read.
 * @fires ink-error - `CustomEvent<InkNumberError>`: ink could not be read; it stays, and the next stroke tries again.
 *
 * @csspart field - The pad and the line under it.
 * @csspart pad - The writing surface.
 * @csspart ink - The canvas on it; its `color` is that of the ink.
 * @csspart hint - The words on the empty pad.
 * @csspart line - Text and tools.
 * @csspart text - The number, where it can be typed too.
 * @csspart tools - The buttons.
 * @csspart tool - Each of them; also `undo`, `redo`, `clear`, `type`.
 * @csspart below - What stands under the field: the message and the alternatives.
 * @csspart message - The question, or the reason.
 * @csspart alternatives - The other readings.
 * @csspart alternative - Each of them.
 *
 * @cssproperty --ink-number-height - Height of the pad, 7rem.
 * @cssproperty --ink-number-radius - Of the corners.
 * @cssproperty --ink-number-ink - Colours: of the ink; also `-ground`, `-text`, `-quiet`, `-line`, `-rule`, `-accent`, `-warn`.
 *
 * @cssstate blank - No ink and no text; also `reading`, `accepted`, `doubtful`, `refused`.
 */
export class InkNumberElement extends ReflectingElement {
  static readonly formAssociated = true;
  static readonly observedAttributes = [
    ...["aria-describedby", "aria-label", "aria-labelledby", "autocomplete", "check", "confirm", "enterkeyhint", "lang", "learn", "max", "maxlength"],
    ...["min", "minlength", "mode", "pattern", "placeholder", "readonly", "required", "step", "title", "value", "values"],
  ];
  /** What all fields say. Assign `{ ...InkNumberElement.words, undo: "…" }` before the first is made, to say it otherwise. */
  static words: Words = ENGLISH;

  readonly #internals: ElementInternals;
  readonly #inside: Inside;
  readonly #reader = new InkReader((ink, signal) => this.#readInk(ink, signal), () => this.#wasRead());
  #history = new History<Content>(NOTHING);
  /** False as long as the value is the attribute's. */
  #dirty = false;
  /** Of the ink that was read last. */
  #verdict: Verdict = EMPTY;
  #customError = "";
  #disabledByForm = false;
  /** The person's last edit is still to be told of by `input`, and it is final, so that `change` follows. */
  #untold = false;
  #final = false;
  /** The value at the last `change`, or as the page set it. */
  #committed = "";
  /** The value as the page set it: its length is the page's affair. */
  #given: string | null = null;
  /** The ink that is read was not written by the person: `#committed` follows. */
  #byPage = false;
  /** The person has been here, and left: faults are shown from then on. */
  #visited = false;
  #holding = false;
  /** Said once, until something else happens. */
  #note = "";
  #lastTyped: Content | null = null;
  /** What was learnt from last: once is enough. */
  #learnt: Content | null = null;
  /** Whether a focused text calls up a keyboard on the screen: only when the person asked for it, since it covers the pad. */
  #callsKeyboard = false;
  #wantsFocus = true;
  #attached: { readonly inkPad: InkPad; readonly view: InkView; readonly abort: AbortController } | null = null;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.#internals.role = "group";
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#inside = build(root);
    const { text, undo, redo, clear, type } = this.#inside;
    undo.addEventListener("click", () => this.#takeBack(() => this.#history.undo()));
    redo.addEventListener("click", () => this.#takeBack(() => this.#history.redo()));
    clear.addEventListener("click", () => this.#takeBack(() => this.#push(NOTHING)));
    type.addEventListener("click", () => {
      this.#callKeyboard(true);
      text.select();
    });
    text.addEventListener("pointerdown", () => this.#callKeyboard(true));
    text.addEventListener("blur", () => this.#callKeyboard(false));
    // For fields in closed shadow roots, into which no listener at the window sees.
    root.addEventListener("input", (event) => this.#typed(event));
    // What an input method has composed is taken as a whole; its last `input` still says that it composes.
    root.addEventListener("compositionend", (event) => this.#typed(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusin", () => this.#nameText());
    // Of moves within the field none gets out here. In the first phase: `change` comes before the page hears of `blur`.
    this.addEventListener("blur", () => this.#commit(), { capture: true });
    // A label's click comes to the field itself, not to anything in it.
    this.addEventListener("click", (event) => {
      if (event.composedPath()[0] === this) this.focus();
    });
  }

  // --- the life of the element

  connectedCallback(): void {
    const abort = new AbortController();
    const { signal } = abort;
    const view = new InkView(this.#inside.ink);
    const inkPad = new InkPad(this.#inside.pad, (point) => toContent(view.placement, point), {
      strokeBegan: () => {
        this.#inside.pad.focus({ preventScroll: true });
        this.#inside.hint.hidden = true;
        this.#prepare();
      },
      strokeGrew: () => inkPad.current && view.grow(inkPad.current),
      strokeEnded: (stroke) => this.#written(stroke),
    });
    this.#attached = { inkPad, view, abort };
    // Whoever comes near will write soon.
    this.addEventListener("pointerenter", () => this.#prepare(), { signal, once: true });
    // Before the page's own listeners: it must not see a value that is about to change.
    window.addEventListener("input", (event) => this.#typed(event), { capture: true, signal });
    const root = this.getRootNode();
    const outermost = root === document ? window : root;
    outermost.addEventListener("submit", (event) => this.#holdSubmit(event as SubmitEvent), { capture: true, signal });
    // After them: the page may have had other plans for the key.
    outermost.addEventListener("keydown", (event) => this.#enter(event as KeyboardEvent), { signal });
    requestAnimationFrame(() => this.#nameText());
    name(this.#inside, InkNumberElement.words, this.placeholder);
    const { reading, error } = this.#reader.outcome;
    if (!this.#reader.isReading && !reading && !error) this.#startReading("page");
    this.#show();
    // The browser gave the focus while the field was not one yet.
    if (this.#wantsFocus && this.autofocus && document.activeElement === document.body) this.focus();
    this.#wantsFocus = false;
  }

  disconnectedCallback(): void {
    const attached = this.#attached;
    this.#attached = null;
    attached?.inkPad.detach();
    attached?.view.detach();
    attached?.abort.abort();
    // A field that is only moved is back by then.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#holding = false;
      this.#reader.stop();
    });
  }

  attributeChangedCallback(attribute: string): void {
    if (attribute === "check" && this.hasAttribute("check") && this.check === null) {
      console.warn(`ink-number: check: expected luhn or mod97, saw "${this.getAttribute("check")}"; this field has no check digit.`, this);
    }
    if (attribute === "placeholder") name(this.#inside, InkNumberElement.words, this.placeholder);
    else if (attribute === "value" && !this.#dirty) this.#committed = this.value;
    // The search went by other rules.
    else if (["check", "lang", "max", "maxlength", "min", "minlength", "mode", "pattern", "step", "values"].includes(attribute)) {
      if (this.#attached) this.#startReading(this.#untold || this.value !== this.#committed ? "person" : "page");
    }
    this.#nameText();
    this.#show();
  }

  formResetCallback(): void {
    this.#dirty = this.#visited = this.#untold = this.#final = this.#holding = false;
    this.#setContent(NOTHING);
    this.#committed = this.value;
    this.#show();
  }

  formDisabledCallback(disabled: boolean): void {
    this.#disabledByForm = disabled;
    this.#show();
  }

  formStateRestoreCallback(state: string | File | FormData | null): void {
    const content = typeof state === "string" ? parseState(state) : null;
    if (!content) return;
    this.#dirty = true;
    this.#setContent(content);
    this.#committed = this.value;
    this.#show();
  }

  // --- what a native field has

  get type(): "ink-number" {
    return "ink-number";
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get labels(): NodeList {
    return this.#internals.labels;
  }

  get validity(): ValidityState {
    return this.#internals.validity;
  }

  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  get willValidate(): boolean {
    return this.#internals.willValidate && !this.readOnly;
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  /** A fault of the page's own; "" takes it back. */
  setCustomValidity(message: string): void {
    this.#customError = String(message);
    this.#show();
  }

  /**
   * The number as text: "007", "-12.50"; "" where there is none. Setting another value takes ink away, setting the same one does not: ink
   * without a value goes by {@link clear}. A text that is no value of this `mode` sets "". While a stroke is being read it is still the
   * one before: see {@link whenRead}.
   */
  get value(): string {
    const { text } = this.#history.present;
    if (text !== null) return this.#valueOf(text);
    return this.#dirty ? this.#verdict.value : sanitised(this.defaultValue, this.mode);
  }

  set value(value: string) {
    const next = sanitised(String(value), this.mode);
    // Frameworks give back what `input` told them: that must not cost the ink.
    if (!this.#dirty || next !== this.value) {
      this.#dirty = true;
      this.#push(next === "" ? NOTHING : { strokes: [], text: next });
      this.#startReading("page");
      this.#untold = this.#final = false;
      this.#committed = this.#given = next;
    }
    this.#show();
  }

  /** The value as a number, NaN where there is none. Large ones lose digits. */
  get valueAsNumber(): number {
    return this.value === "" ? NaN : Number(this.value);
  }

  set valueAsNumber(value: number) {
    this.value = Number.isFinite(value) ? String(value) : "";
  }

  // --- what a native field has not

  /** The ink, oldest stroke first. Setting it is like writing it: it is read, and `value` follows; see {@link whenRead}. */
  get ink(): InkStrokes {
    return { strokes: this.#history.present.strokes };
  }

  set ink(ink: InkStrokes) {
    snapshot(ink); // Throws where it is none.
    const strokes = ink.strokes.map((stroke) => stroke.map(sampleOf));
    this.#editByPage(() => this.#push({ strokes, text: null }));
  }

  /** The newest reading of the ink that is there; `null` before there is one. */
  get reading(): Reading | null {
    return this.#reader.outcome.reading;
  }

  /** The other readings that are offered, likeliest first. */
  get alternatives(): readonly string[] {
    const { state, value, alternatives } = this.#verdict;
    const all = value === "" ? alternatives : [value, ...alternatives];
    // A doubtful value can be confirmed by a tap on it; after any choice the others can still be had.
    const isAsked = state === "doubtful" && this.#history.present.text === null;
    return isAsked ? all : all.filter((other) => other !== this.value);
  }

  /** Settles when nothing is being read any more: `value` is up to date then. Never rejects. */
  whenRead(): Promise<void> {
    return this.#reader.whenRead();
  }

  /** As the button does, but it is the page that does it: no events. */
  undo(): void {
    this.#editByPage(() => this.#history.undo());
  }

  /** As {@link undo}. */
  redo(): void {
    this.#editByPage(() => this.#history.redo());
  }

  /** Empties the field, without events; undo brings back what was there. */
  clear(): void {
    this.#editByPage(() => this.#push(NOTHING));
  }

  // --- what the person does

  #written(stroke: Stroke): void {
    const { strokes } = this.#history.present;
    this.#edit(() => this.#push({ strokes: scratchOut(stroke, strokes) ?? [...strokes, stroke], text: null }));
  }

  #typed(event: Event): void {
    const { text } = this.#inside;
    if (event.composedPath()[0] !== text) return;
    if (event.type === "input") event.stopImmediatePropagation(); // The field's own comes when it has the value.
    if ((event as InputEvent).isComposing) return;
    const most = this.maxLength >= 0 ? this.maxLength : Infinity;
    const kept = (raw: string): string => typeable(raw, this.mode).slice(0, most);
    const typed = kept(text.value);
    if (typed !== text.value) {
      const caret = kept(text.value.slice(0, text.selectionStart ?? text.value.length)).length;
      text.value = typed;
      text.setSelectionRange(caret, caret);
    }
    if (typed === this.#history.present.text) return; // Of composed text both events may tell.
    const content = { strokes: this.#history.present.strokes, text: typed };
    // What is typed at one go is one step for undo.
    const goesOn = this.#history.present === this.#lastTyped;
    this.#edit(() => (goesOn ? this.#history.replace(content) : this.#history.push(content)));
    this.#lastTyped = content;
  }

  #choose(text: string, by: "pointer" | "key"): void {
    // The buttons go with the choice, and focus with them: keep it here, where a finger calls up no keyboard.
    this.#inside[by === "key" ? "text" : "pad"].focus({ preventScroll: true });
    this.#edit(() => this.#push({ ...this.#history.present, text }), "final");
  }

  #key(event: KeyboardEvent): void {
    const at = event.composedPath()[0] as Element;
    const { pad, text, alternatives, undo, redo } = this.#inside;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && (key === "z" || key === "y")) {
      event.preventDefault();
      (event.shiftKey || key === "y" ? redo : undo).click();
    } else if (key === "arrowdown" && at === text && alternatives.firstElementChild) {
      event.preventDefault();
      (alternatives.firstElementChild as HTMLElement).focus();
    } else if (at.parentElement === alternatives && key.startsWith("arrow")) {
      event.preventDefault();
      const [before, after] = [at.previousElementSibling, at.nextElementSibling];
      const isRtl = getComputedStyle(this).direction === "rtl";
      const next = { arrowright: isRtl ? before : after, arrowleft: isRtl ? after : before, arrowup: text }[key];
      (next as HTMLElement | null | undefined)?.focus();
    } else if (at === pad && event.ctrlKey !== event.metaKey && key === "a") {
      event.preventDefault();
      text.focus({ preventScroll: true });
      text.select();
    } else if (at === pad && /^([\d.,-]|backspace)$/.test(key) && !event.ctrlKey && !event.metaKey) {
      text.focus({ preventScroll: true }); // The key is typed there then.
      // Digits after ink say what it should have been read as; a point may go on with it.
      const { strokes, text: typed } = this.#history.present;
      if (strokes.length > 0 && typed === null && /[\d-]/.test(typeable(key, this.mode))) text.select();
    }
  }

  #enter(event: KeyboardEvent): void {
    const at = event.composedPath()[0];
    const { pad, text } = this.#inside;
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || (at !== text && at !== pad)) return;
    this.#commit();
    if (this.form) submitImplicitly(this.form);
  }

  /** What was to be sent is no longer there. */
  #takeBack(change: () => void): void {
    this.#holding = false;
    this.#edit(change, "final");
  }

  /** A form that is submitted while the last stroke is being read waits for it. */
  #holdSubmit(event: SubmitEvent): void {
    const { form } = this;
    if (!form || event.target !== form || !this.#isUnsettled) return;
    this.#holding = true;
    this.#show();
    const isWanted = this.whenRead().then(() => {
      const isWanted = this.#holding;
      this.#holding = false;
      this.#show();
      return isWanted;
    });
    holdSubmit(event, form, isWanted);
  }

  #callKeyboard(calls: boolean): void {
    this.#callsKeyboard = calls;
    this.#showKeyboard();
  }

  /** Every change by the person passes here. */
  #edit(change: () => void, how: "goes on" | "final" = "goes on"): void {
    if (this.#isLocked) return this.#show();
    // The default becomes a text like any other, so that undo comes back to it.
    if (!this.#dirty && this.value !== "") this.#history.replace({ strokes: [], text: this.value });
    const before = this.#history.present;
    change();
    if (this.#history.present === before) return this.#show();
    this.#dirty = this.#untold = true;
    this.#final ||= how === "final";
    this.#note = "";
    if (this.#history.present.strokes !== before.strokes) this.#startReading("person");
    this.#tell();
    if (!this.#reader.isReading && how === "final") this.#speak();
  }

  #editByPage(change: () => void): void {
    const before = this.#history.present;
    change();
    this.#dirty = true;
    this.#note = "";
    if (this.#history.present.strokes !== before.strokes) this.#startReading("page");
    if (!this.#isUnsettled) this.#committed = this.value;
    this.#show();
  }

  #setContent(content: Content): void {
    this.#history = new History(content);
    this.#note = "";
    this.#startReading("page");
  }

  #push(content: Content): void {
    const { strokes, text } = this.#history.present;
    const isSame = content.text === text && (content.strokes === strokes || (content.strokes.length === 0 && strokes.length === 0));
    if (!isSame) this.#history.push(content);
  }

  /** Shows the state that the last edit led to and, when it is settled, tells the page. */
  #tell(): void {
    this.#show();
    if (this.#isUnsettled) return;
    if (this.#untold) {
      this.#untold = false;
      this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    }
    if (this.#final) this.#commit();
  }

  #commit(): void {
    this.#visited = true;
    this.#final = this.#isUnsettled;
    if (this.#final) return;
    void this.#learn();
    this.#show();
    if (this.value === this.#committed) return;
    this.#committed = this.value;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Ink that the person said to be another number than it was read as, or than it was surely read as, teaches. */
  async #learn(): Promise<void> {
    const { present } = this.#history;
    const { strokes, text } = present;
    const { state, value, alternatives } = this.#verdict;
    if (!this.learn || strokes.length === 0 || text === null || present === this.#learnt) return;
    if (state === "accepted" && this.value === value) return;
    // What nobody would read there is another number in its place, and no lesson.
    if (this.value !== value && !alternatives.includes(this.value)) return;
    this.#learnt = present;
    try {
      const number = this.value;
      await Handwriting.shared.learn({ strokes }, number.replace(/\D/g, ""));
      if (this.#history.present !== present) return;
      this.#note = InkNumberElement.words.learnt(number);
      this.#show();
      this.#speak();
    } catch (error) {
      if (!(error instanceof InkNumberError)) throw error;
      console.info("ink-number: nothing was learnt from this correction.", error);
    }
  }

  // --- reading

  get #recognizer(): WorkerRecognizer {
    return WorkerRecognizer.shared;
  }

  /** Has the worker ready by the end of the first stroke. What goes wrong the reading will tell. */
  #prepare(): void {
    this.#recognizer.warmUp().catch(() => {});
  }

  #startReading(by: "person" | "page"): void {
    const { strokes } = this.#history.present;
    if (strokes.length === 0) this.#verdict = EMPTY;
    this.#byPage = by === "page";
    this.#reader.start(strokes);
  }

  #wasRead(): void {
    const { reading, error } = this.#reader.outcome;
    const { words } = InkNumberElement;
    if (reading) this.#verdict = verdictOf(reading, (text) => this.#valueOf(text), (value) => this.#isOpen(value), words);
    else if (error) this.#verdict = { ...EMPTY, state: "refused", message: words.failed(error.code) };
    if (this.#byPage) this.#committed = this.value;
    this.#tell();
    this.#speak();
    const { strokes } = this.#history.present;
    const tell = <T>(type: string, detail: T): void => void this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    if (reading) tell<InkReadingDetail>("ink-reading", { reading, ink: { strokes } });
    else if (error) tell<InkNumberError>("ink-error", error);
  }

  /** By the rules where they leave the number enough of a chance; else as it is written, since the rules will say what is wrong. */
  async #readInk(ink: InkStrokes, signal: AbortSignal): Promise<Reading> {
    const how = { top: TOP, marks: this.mode === "digits" ? "drop" : "keep", signal } as const;
    const { rules } = this;
    if (this.learn) await Handwriting.shared.ready();
    try {
      const reading = await this.#recognizer.recognize(ink, { ...how, ...allowedBy(rules) });
      if (reading.reason !== NOTHING_ALLOWED && reading.notAllowed < MOSTLY_NOT_ALLOWED) return reading;
    } catch (error) {
      if (!isOfRules(error)) throw error;
      // Patterns may use more of the regular expressions than the search knows, and rules may rule out every number.
      console.warn("ink-number: the search goes without the rules of this field.", this, error);
    }
    return this.#recognizer.recognize(ink, how);
  }

  /** Whether a value may become one that the rules allow: a number that is not finished yet may. */
  #isOpen(value: string): boolean {
    return !faultsOf(value, this.rules).some((fault) => fault === "tooLong" || fault === "rangeOverflow" || fault === "notListed");
  }

  #valueOf(text: string): string {
    const language = this.closest<HTMLElement>("[lang]")?.lang || navigator.language;
    return valueOf(text, this.mode, this.mode === "digits" ? "." : decimalSignOf(language));
  }

  /** The value is about to be another: it waits for a reading. */
  get #isUnsettled(): boolean {
    return this.#reader.isReading && this.#history.present.text === null;
  }

  get #isOff(): boolean {
    return this.disabled || this.#disabledByForm;
  }

  get #isLocked(): boolean {
    return this.#isOff || this.readOnly;
  }

  // --- showing

  #show(): void {
    const { field, hint, text, message } = this.#inside;
    const { strokes, text: own } = this.#history.present;
    this.#attached?.view.show(strokes);
    this.#internals.setFormValue(this.value, printState(this.#history.present));
    this.#showValidity();
    const state = this.#state;
    field.dataset["state"] = state;
    field.toggleAttribute("data-fault", this.#visited && !this.#isUnsettled && !this.#internals.validity.valid);
    field.setAttribute("aria-busy", String(this.#reader.isReading));
    hint.hidden = strokes.length > 0 || own !== null || this.value !== "";
    const shown = own ?? this.value;
    if (text.value !== shown) text.value = shown;
    text.readOnly = this.readOnly;
    text.ariaRequired = String(this.required);
    this.#showKeyboard();
    this.#showTools(strokes.length === 0 && shown === "");
    message.textContent = this.#message();
    this.#showStates(state);
  }

  #showTools(isBlank: boolean): void {
    const { pad, text, undo, redo, clear, type } = this.#inside;
    const active = this.shadowRoot?.activeElement as HTMLButtonElement | null | undefined;
    const isLocked = this.#isLocked;
    text.disabled = this.#isOff;
    undo.disabled = isLocked || !this.#history.canUndo;
    redo.disabled = isLocked || !this.#history.canRedo;
    clear.disabled = isLocked || isBlank;
    type.disabled = isLocked;
    showAlternatives(this.#inside, isLocked ? [] : this.alternatives, (value, by) => this.#choose(value, by));
    // A field that is off takes no focus, nor does anything in it.
    if (this.#isOff) pad.removeAttribute("tabindex");
    else pad.tabIndex = -1;
    // A button that has done its work takes the focus along, out of the field: the next key is meant for it.
    if (active && (active.disabled || !active.isConnected)) pad.focus({ preventScroll: true });
  }

  #showKeyboard(): void {
    const { text } = this.#inside;
    const keyboard = { digits: "numeric", decimal: "decimal", signed: "text" }[this.mode];
    text.inputMode = this.#callsKeyboard || !matchMedia("(pointer: coarse)").matches ? keyboard : "none";
  }

  /** What the field is at, ink being read aside. */
  get #state(): State {
    const { text } = this.#history.present;
    if (text === null) return this.#verdict.state;
    return text === "" ? "empty" : this.#valueOf(text) === "" ? "refused" : "accepted";
  }

  #message(): string {
    if (this.#holding) return InkNumberElement.words.reading;
    if (this.#isUnsettled) return "";
    return this.#note || (this.#history.present.text === null ? this.#verdict.message : "") || (this.#visited && !this.#isLocked ? this.validationMessage : "");
  }

  #speak(): void {
    const { words } = InkNumberElement;
    this.#inside.spoken.textContent = this.#message() || (this.value === "" ? words.empty : words.read(this.value));
  }

  #showStates(state: State): void {
    const on = new Set<string>([state === "empty" && this.#history.present.strokes.length === 0 ? "blank" : state]);
    if (this.#reader.isReading) on.add("reading");
    for (const name of STATES) {
      try {
        if (on.has(name)) this.#internals.states?.add(name);
        else this.#internals.states?.delete(name);
      } catch {
        return; // A browser of before :state() had other ideas of names.
      }
    }
  }

  #showValidity(): void {
    if (this.readOnly) return this.#internals.setValidity({});
    const flags: ValidityStateFlags = { customError: this.#customError !== "" };
    let message = this.#customError;
    // A value that is about to be another has no faults: a form that is sent meanwhile waits for the reading, and asks again.
    if (!this.#isUnsettled) {
      flags.badInput = this.#state === "refused" || (this.confirm && this.#state === "doubtful");
      const isGiven = !this.#dirty || this.value === this.#given;
      const passedOver: Fault[] = [...(flags.badInput ? (["valueMissing"] as const) : []), ...(isGiven ? (["tooShort", "tooLong"] as const) : [])];
      const faults = faultsOf(this.value, this.rules).filter((fault) => !passedOver.includes(fault));
      for (const fault of faults) flags[fault === "checkMismatch" || fault === "notListed" ? "patternMismatch" : fault] = true;
      const { text } = this.#history.present;
      const ofInput = text === null ? this.#verdict.message : InkNumberElement.words.noNumber(text);
      message ||= flags.badInput ? ofInput : faults[0] ? faultMessage(faults[0], this, InkNumberElement.words) : "";
    }
    const isFine = !Object.values(flags).includes(true);
    this.#inside.text.ariaInvalid = String(!isFine && this.#visited);
    if (isFine) this.#internals.setValidity({});
    else this.#internals.setValidity(flags, message || InkNumberElement.words.field, this.#inside.text);
  }

  /** Gives the text the name and the hints that the page gave the field. */
  #nameText(): void {
    const { text } = this.#inside;
    const root = this.getRootNode() as Document | ShadowRoot;
    const textOf = (elements: Iterable<Node | null>): string => [...elements].map((element) => element?.textContent?.trim() ?? "").filter(Boolean).join(" ");
    const named = (attribute: string): string => textOf((this.getAttribute(attribute)?.split(/\s+/) ?? []).map((id) => root.querySelector(`#${CSS.escape(id)}`)));
    const given = named("aria-labelledby") || this.getAttribute("aria-label") || textOf(this.#internals.labels) || this.title || InkNumberElement.words.field;
    this.#internals.ariaLabel = given;
    text.setAttribute("aria-label", given);
    this.#inside.described.textContent = named("aria-describedby");
    text.setAttribute("autocomplete", this.getAttribute("autocomplete") ?? "off");
    text.enterKeyHint = this.enterKeyHint;
  }
}

/** Errors of the constraints, not of the ink or the engine. */
function isOfRules(error: unknown): boolean {
  const codes = ["bad-pattern", "bad-length", "bad-range", "bad-check", "bad-values", "constraint-impossible", "constraint-too-large"];
  return error instanceof InkNumberError && codes.includes(error.code);
}

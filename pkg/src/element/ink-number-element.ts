import { InkNumberError, messageOf } from "../errors.js";
import { Handwriting } from "../handwriting.js";
import { snapshot } from "../input.js";
import { History } from "../pad/history.js";
import { InkPad } from "../pad/ink-pad.js";
import { InkView } from "../pad/ink-view.js";
import { toContent } from "../pad/placement.js";
import { sampleOf } from "../pad/sample.js";
import type { Stroke } from "../pad/stroke.js";
import type { Check, InkStrokes, Reading } from "../types.js";
import { WorkerRecognizer } from "../worker-recognizer.js";
import { MODES, type Mode, typeable, valueOf } from "./number-text.js";
import { type Fault, type Rules, allowedBy, faultsOf } from "./rules.js";
import { parseState, printState } from "./saved-state.js";
import { scratchOut } from "./scratch-out.js";
import { EMPTY, type Verdict, verdictOf } from "./verdict.js";
import { type Inside, build, name, showAlternatives } from "./view.js";
import { ENGLISH, type Words } from "./words.js";

/** What lies in the field: ink, and the text that stands for it where the person chose or typed one. */
interface Content {
  readonly strokes: readonly Stroke[];
  /** As typed; `null` where the ink is to be read. */
  readonly text: string | null;
}

const NOTHING: Content = { strokes: [], text: null };

/** Detail of `ink-reading`. */
export interface InkReadingDetail {
  /** The whole reading, before the person's own choice. */
  readonly reading: Reading;
  /** What was read: it can be read again, or taught with. */
  readonly ink: InkStrokes;
}

/** Share of the numbers' probability that is not allowed, from which the ink is read without the rules: more likely the number is not finished yet. */
const MOSTLY_NOT_ALLOWED = 0.95;
/** Readings asked for: the value, the alternatives, and one more since marks may make two of them the same. */
const TOP = 6;

/** Only what is drawn in a browser extends it: a server may import the class. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * A form field that numbers are handwritten in: `<ink-number name="amount" required maxlength="8"></ink-number>`.
 *
 * What is written is read after each stroke, in a worker that all fields of the page share. The value is the number read, or what the
 * person tapped or typed instead. Ink that is no number gives no value and is a fault (`badInput`), as letters are in a number field.
 *
 * Attributes, each with a property of the same meaning: `name`, `value` (the default), `placeholder`, `required`, `readonly`, `disabled`,
 * `minlength`, `maxlength`, `pattern`, `min`, `max`, `step` as native fields have them; `mode`, "digits" unless "decimal" or "signed";
 * `learn`, corrections teach the person's hand (see `Handwriting`), and readings go by it; `check`, "luhn" or "mod97"; `values`, the numbers that are allowed, parted by spaces; `confirm`, a doubtful reading is a fault until
 * the person has confirmed it by a tap.
 *
 * @fires input - The person changed the value, by a stroke, a tap or a key.
 * @fires change - The changed value is final: an alternative was tapped, the field was cleared, or focus left it.
 * @fires ink-reading - `CustomEvent<InkReadingDetail>`: ink was read.
 * @fires ink-error - `CustomEvent<InkNumberError>`: ink could not be read; it stays, and the next stroke tries again.
 *
 * @csspart field - The pad and the line under it.
 * @csspart pad - The writing surface.
 * @csspart ink - The canvas on it; its `color` is that of the ink.
 * @csspart hint - The words on the empty pad.
 * @csspart line - Text and tools.
 * @csspart text - The number, where it can be typed too.
 * @csspart alternatives - The other readings.
 * @csspart alternative - Each of them.
 * @csspart tools - The buttons.
 * @csspart tool - Each of them; also `undo`, `redo`, `clear`, `type`.
 * @csspart below - What stands under the field: the message and the alternatives.
 * @csspart message - The question, or the reason.
 *
 * @cssproperty --ink-number-height - Height of the pad, 7rem.
 * @cssproperty --ink-number-radius - Of the corners.
 * @cssproperty --ink-number-ink - Colours: of the ink; also `-ground`, `-text`, `-quiet`, `-line`, `-rule`, `-accent`, `-warn`.
 *
 * @cssstate blank - No ink and no text; also `reading`, `accepted`, `doubtful`, `refused`.
 */
export class InkNumberElement extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes = [
    "aria-label", "check", "confirm", "learn", "max", "maxlength", "min", "minlength", "mode", "pattern", "placeholder", "readonly", "required", "step", "value", "values",
  ];
  /** What all fields say. Assign `{ ...InkNumberElement.words, undo: "…" }` before the first is made, to say it otherwise. */
  static words: Words = ENGLISH;

  readonly #internals: ElementInternals;
  readonly #inside: Inside;
  #history = new History<Content>(NOTHING);
  /** False as long as the value is the attribute's. */
  #dirty = false;
  #verdict: Verdict = EMPTY;
  #reading: Reading | null = null;
  #error: InkNumberError | null = null;
  /** Of the ink that is being read, with those who wait for it. */
  #pending: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  #customError = "";
  #disabledByForm = false;
  /** The value at the last `change`, or as the page set it. */
  #committed = "";
  #lastTyped: Content | null = null;
  /** What was learnt from last: once is enough. */
  #learnt: Content | null = null;
  #attached: { readonly inkPad: InkPad; readonly view: InkView; readonly abort: AbortController } | null = null;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    this.#internals.role = "group";
    this.#inside = build(this.attachShadow({ mode: "open", delegatesFocus: true }));
    const { text, undo, redo, clear, type } = this.#inside;
    undo.addEventListener("click", () => this.#edit(() => this.#history.undo(), "change"));
    redo.addEventListener("click", () => this.#edit(() => this.#history.redo(), "change"));
    clear.addEventListener("click", () => this.#edit(() => this.#push(NOTHING), "change"));
    type.addEventListener("click", () => text.select());
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusin", () => this.#nameByLabels());
    this.addEventListener("focusout", () => this.#commit()); // From one part of the field to another none gets out here.
    // A label's click comes to the field itself, not to anything in it.
    this.addEventListener("click", (event) => {
      if (event.composedPath()[0] === this) this.focus();
    });
  }

  // --- the life of the element

  connectedCallback(): void {
    const abort = new AbortController();
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
    this.addEventListener("pointerenter", () => this.#prepare(), { signal: abort.signal, once: true });
    // Both before the page's own listeners: it must not see a value that is about to change.
    const first = { capture: true, signal: abort.signal };
    window.addEventListener("submit", (event) => this.#holdSubmit(event), first);
    window.addEventListener("input", (event) => this.#typed(event), first);
    // The browser gave the focus while the field was not one yet.
    if (this.autofocus && document.activeElement === document.body) this.focus();
    requestAnimationFrame(() => this.#nameByLabels());
    name(this.#inside, InkNumberElement.words, this.placeholder);
    if (this.#pending === null) this.#read();
    this.#show();
  }

  disconnectedCallback(): void {
    const attached = this.#attached;
    this.#attached = null;
    attached?.inkPad.detach();
    attached?.view.detach();
    attached?.abort.abort();
    this.#pending?.abort.abort();
    this.#pending = null;
  }

  attributeChangedCallback(attribute: string): void {
    if (attribute === "placeholder") name(this.#inside, InkNumberElement.words, this.placeholder);
    else if (attribute === "aria-label") this.#nameByLabels();
    else if (attribute === "value") this.#committed = this.#dirty ? this.#committed : this.value;
    // Rules changed: what is on the pad may be another number by them.
    else if (!["required", "readonly", "confirm", "learn", "step"].includes(attribute) && this.#attached) this.#read();
    this.#show();
  }

  formResetCallback(): void {
    this.#history = new History(NOTHING);
    this.#dirty = false;
    this.#read();
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
    this.#history = new History<Content>(content);
    if (this.#attached) this.#read();
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
    this.#showValidity();
  }

  /** The number as text: "007", "-12.50"; "" where there is none. Setting it takes ink away; a text that is no number sets "". */
  get value(): string {
    const { text } = this.#history.present;
    if (text !== null) return valueOf(text, this.mode);
    return this.#dirty ? this.#verdict.value : valueOf(this.defaultValue, this.mode);
  }

  set value(value: string) {
    this.#dirty = true;
    this.#push({ strokes: [], text: valueOf(String(value), this.mode) });
    this.#read();
    this.#committed = this.value;
    this.#show();
  }

  /** The value as a number, NaN where there is none. Large ones lose digits. */
  get valueAsNumber(): number {
    return this.value === "" ? NaN : Number(this.value);
  }

  /** The `value` attribute: what a reset goes back to. */
  get defaultValue(): string {
    return this.getAttribute("value") ?? "";
  }

  set defaultValue(value: string) {
    this.setAttribute("value", value);
  }

  get name(): string {
    return this.getAttribute("name") ?? "";
  }

  set name(value: string) {
    this.setAttribute("name", value);
  }

  get placeholder(): string {
    return this.getAttribute("placeholder") ?? "";
  }

  set placeholder(value: string) {
    this.setAttribute("placeholder", value);
  }

  get pattern(): string {
    return this.getAttribute("pattern") ?? "";
  }

  set pattern(value: string) {
    this.setAttribute("pattern", value);
  }

  get min(): string {
    return this.getAttribute("min") ?? "";
  }

  set min(value: string) {
    this.setAttribute("min", value);
  }

  get max(): string {
    return this.getAttribute("max") ?? "";
  }

  set max(value: string) {
    this.setAttribute("max", value);
  }

  get step(): string {
    return this.getAttribute("step") ?? "";
  }

  set step(value: string) {
    this.setAttribute("step", value);
  }

  /** -1 where there is none, as with `maxLength`. */
  get minLength(): number {
    return lengthOf(this.getAttribute("minlength")) ?? -1;
  }

  set minLength(value: number) {
    this.setAttribute("minlength", String(value));
  }

  get maxLength(): number {
    return lengthOf(this.getAttribute("maxlength")) ?? -1;
  }

  set maxLength(value: number) {
    this.setAttribute("maxlength", String(value));
  }

  get required(): boolean {
    return this.hasAttribute("required");
  }

  set required(value: boolean) {
    this.toggleAttribute("required", value);
  }

  get readOnly(): boolean {
    return this.hasAttribute("readonly");
  }

  set readOnly(value: boolean) {
    this.toggleAttribute("readonly", value);
  }

  get disabled(): boolean {
    return this.hasAttribute("disabled");
  }

  set disabled(value: boolean) {
    this.toggleAttribute("disabled", value);
  }

  // --- what a native field has not

  get mode(): Mode {
    const mode = this.getAttribute("mode") as Mode;
    return MODES.includes(mode) ? mode : "digits";
  }

  set mode(value: Mode) {
    this.setAttribute("mode", value);
  }

  get check(): Check | null {
    const check = this.getAttribute("check");
    return check === "luhn" || check === "mod97" ? check : null;
  }

  set check(value: Check | null) {
    if (value === null) this.removeAttribute("check");
    else this.setAttribute("check", value);
  }

  /** The numbers that are allowed; `null` where all are. */
  get values(): readonly string[] | null {
    return this.getAttribute("values")?.split(/\s+/).filter(Boolean) ?? null;
  }

  set values(values: readonly string[] | null) {
    if (values === null) this.removeAttribute("values");
    else this.setAttribute("values", values.join(" "));
  }

  get confirm(): boolean {
    return this.hasAttribute("confirm");
  }

  set confirm(value: boolean) {
    this.toggleAttribute("confirm", value);
  }

  get learn(): boolean {
    return this.hasAttribute("learn");
  }

  set learn(value: boolean) {
    this.toggleAttribute("learn", value);
  }

  /** The ink, oldest stroke first. Setting it is like writing it: it is read, and `value` follows; see {@link whenRead}. */
  get ink(): InkStrokes {
    return { strokes: this.#history.present.strokes };
  }

  set ink(ink: InkStrokes) {
    snapshot(ink); // Throws where it is none.
    const strokes = ink.strokes.map((stroke) => stroke.map(sampleOf));
    this.#dirty = true;
    this.#push({ strokes, text: null });
    this.#read();
    this.#show();
    void this.whenRead().then(() => (this.#committed = this.value));
  }

  /** The newest reading of the ink that is there; `null` before there is one. */
  get reading(): Reading | null {
    return this.#reading;
  }

  /** The other readings that are offered, likeliest first. */
  get alternatives(): readonly string[] {
    return this.#alternatives();
  }

  /** Settles when nothing is being read any more: `value` is up to date then. Never rejects. */
  async whenRead(): Promise<void> {
    while (this.#pending) await this.#pending.done;
  }

  undo(): void {
    this.#edit(() => this.#history.undo(), "silent");
  }

  redo(): void {
    this.#edit(() => this.#history.redo(), "silent");
  }

  /** Empties the field; undo brings back what was there. */
  clear(): void {
    this.#edit(() => this.#push(NOTHING), "silent");
  }

  // --- what the person does

  #written(stroke: Stroke): void {
    const { strokes } = this.#history.present;
    const left = scratchOut(stroke, strokes);
    this.#edit(() => this.#push({ strokes: left ?? [...strokes, stroke], text: null }), "input");
  }

  #typed(event: Event): void {
    const { text } = this.#inside;
    if (event.composedPath()[0] !== text) return;
    event.stopImmediatePropagation(); // The field's own comes when it has the value.
    const content = { strokes: this.#history.present.strokes, text: typeable(text.value, this.mode) };
    // What is typed at one go is one step for undo.
    const goesOn = this.#history.present === this.#lastTyped;
    this.#edit(() => (goesOn ? this.#history.replace(content) : this.#push(content)), "input");
    this.#lastTyped = content;
  }

  #choose(text: string, by: "pointer" | "key"): void {
    // The buttons go with the choice, and focus with them: keep it here, where a finger calls up no keyboard.
    this.#inside[by === "key" ? "text" : "pad"].focus({ preventScroll: true });
    this.#edit(() => this.#push({ ...this.#history.present, text }), "change");
  }

  #key(event: KeyboardEvent): void {
    const at = event.composedPath()[0] as Element;
    const { text, alternatives } = this.#inside;
    if (event.key === "Enter" && at === text && !event.isComposing) {
      this.#commit();
      this.#submit();
    } else if (event.key === "ArrowDown" && at === text && alternatives.firstElementChild) {
      event.preventDefault();
      (alternatives.firstElementChild as HTMLElement).focus();
    } else if (at.parentElement === alternatives && event.key.startsWith("Arrow")) {
      event.preventDefault();
      const next = { ArrowRight: at.nextElementSibling, ArrowLeft: at.previousElementSibling, ArrowUp: text }[event.key];
      (next as HTMLElement | null | undefined)?.focus();
    } else if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      (event.shiftKey ? this.#inside.redo : this.#inside.undo).click();
    }
  }

  /** What Enter does in a native field: it clicks the form's first button, or submits where there is none. */
  #submit(): void {
    const { form } = this;
    if (!form) return;
    const isSubmit = (control: Element): control is HTMLButtonElement => (control as HTMLButtonElement).type === "submit";
    const button = [...form.elements].find(isSubmit);
    if (button) button.click();
    else form.requestSubmit();
  }

  /** A form that is submitted while the last stroke is being read waits for it. */
  #holdSubmit(event: SubmitEvent): void {
    const { form } = this;
    if (event.target !== form || !form || !this.#pending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void this.whenRead().then(() => form.requestSubmit(event.submitter));
  }

  /** Every change of what lies in the field passes here. `silent` is the page's own. */
  #edit(change: () => void, event: "input" | "change" | "silent"): void {
    if (event !== "silent" && (this.#isOff || this.readOnly)) return;
    const before = this.value;
    // The default becomes a text like any other, so that undo comes back to it.
    if (!this.#dirty && before !== "") this.#history.replace({ strokes: [], text: before });
    this.#dirty = true;
    const { strokes } = this.#history.present;
    change();
    const { present } = this.#history;
    if (present.strokes !== strokes || (present.text === null && !this.#reading)) this.#read(event);
    this.#show();
    if (!this.#pending && event !== "input") this.#speak(); // Who types hears the keys.
    if (event === "silent") this.#committed = this.value;
    else if (this.value !== before && !this.#pending) this.#tell("input");
    if (event === "change") void this.whenRead().then(() => this.#commit());
  }

  #push(content: Content): void {
    const { strokes, text } = this.#history.present;
    if (content.strokes !== strokes || content.text !== text) this.#history.push(content);
  }

  #commit(): void {
    if (this.#pending) return void this.#pending.done.then(() => this.#commit());
    void this.#learn();
    if (this.value === this.#committed) return;
    this.#committed = this.value;
    this.#tell("change");
  }

  /** Ink that the person said to be another number than was read, or than it was surely read as, teaches. */
  async #learn(): Promise<void> {
    const { present } = this.#history;
    const { strokes, text } = present;
    const { state, value } = this.#verdict;
    if (!this.learn || strokes.length === 0 || text === null || this.value === "" || present === this.#learnt) return;
    if (state === "accepted" && this.value === value) return;
    this.#learnt = present;
    try {
      await Handwriting.shared.learn({ strokes }, this.value.replace(/\D/g, ""));
      this.#inside.spoken.textContent = this.#inside.message.textContent = InkNumberElement.words.learnt(this.value);
    } catch (error) {
      // The ink need not be what was typed beside it.
      if (!(error instanceof InkNumberError)) throw error;
      console.info("ink-number: nothing was learnt from this correction.", error);
    }
  }

  #tell(type: "input" | "change"): void {
    this.dispatchEvent(new Event(type, { bubbles: true, composed: type === "input" }));
  }

  // --- reading

  get #recognizer(): WorkerRecognizer {
    return WorkerRecognizer.shared;
  }

  /** Has the worker ready by the end of the first stroke. What goes wrong the reading will tell. */
  #prepare(): void {
    this.#recognizer.warmUp().catch(() => {});
  }

  /** Reads the ink that is there, in the place of whatever is being read. */
  #read(by: "input" | "change" | "silent" = "silent"): void {
    this.#pending?.abort.abort();
    this.#pending = null;
    this.#reading = null;
    this.#error = null;
    const { strokes } = this.#history.present;
    if (strokes.length === 0) {
      this.#verdict = EMPTY;
      return;
    }
    const abort = new AbortController();
    const before = this.value;
    const pending = { abort, done: Promise.resolve() };
    pending.done = this.#readInk({ strokes }, abort.signal).then(
      (reading) => this.#settle(pending, () => {
        this.#reading = reading;
        this.#verdict = verdictOf(reading, this.mode, InkNumberElement.words);
      }, by === "silent" ? null : before),
      (error: unknown) => this.#settle(pending, () => {
        this.#error = error instanceof InkNumberError ? error : new InkNumberError("engine-failed", messageOf(error), { cause: error });
        this.#verdict = { ...EMPTY, state: "refused", message: InkNumberElement.words.failed(this.#error.message) };
      }, by === "silent" ? null : before),
    );
    this.#pending = pending;
  }

  #settle(pending: object, take: () => void, before: string | null): void {
    if (this.#pending !== pending) return; // Newer ink has overtaken it.
    this.#pending = null;
    take();
    this.#show();
    this.#speak();
    if (before !== null && this.value !== before) this.#tell("input");
    const { strokes } = this.#history.present;
    const of = <T>(type: string, detail: T): void => void this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    if (this.#reading) of<InkReadingDetail>("ink-reading", { reading: this.#reading, ink: { strokes } });
    else if (this.#error) of<InkNumberError>("ink-error", this.#error);
  }

  /** By the rules where they leave the number enough of a chance; else as it is written, since the rules will say what is wrong. */
  async #readInk(ink: InkStrokes, signal: AbortSignal): Promise<Reading> {
    const how = { top: TOP, marks: this.mode === "digits" ? "drop" : "keep", signal } as const;
    const rules = this.#rules();
    if (this.learn) await Handwriting.shared.ready();
    try {
      const reading = await this.#recognizer.recognize(ink, { ...how, ...allowedBy(rules) });
      if (reading.notAllowed < MOSTLY_NOT_ALLOWED) return reading;
    } catch (error) {
      if (!isOfRules(error)) throw error;
      // Patterns may use more of the regular expressions than the search knows, and rules may rule out every number.
      console.warn("ink-number: the search goes without the rules of this field.", this, error);
    }
    return this.#recognizer.recognize(ink, how);
  }

  // --- showing

  #show(): void {
    const { field, pad, hint, text, undo, redo, clear, type } = this.#inside;
    const { strokes, text: own } = this.#history.present;
    const isOff = this.#isOff || this.readOnly;
    this.#attached?.view.show(strokes);
    const state = this.#state();
    field.dataset["state"] = state;
    field.setAttribute("aria-busy", String(this.#pending !== null));
    hint.hidden = strokes.length > 0 || own !== null || this.value !== "";
    const shown = own ?? this.value;
    if (text.value !== shown) text.value = shown;
    text.inputMode = this.mode === "digits" ? "numeric" : this.mode === "decimal" ? "decimal" : "text";
    if (this.maxLength >= 0) text.maxLength = this.maxLength;
    else text.removeAttribute("maxlength");
    text.readOnly = this.readOnly;
    text.disabled = this.#isOff;
    text.ariaRequired = String(this.required);
    undo.disabled = isOff || !this.#history.canUndo;
    redo.disabled = isOff || !this.#history.canRedo;
    clear.disabled = isOff || (strokes.length === 0 && shown === "");
    type.disabled = isOff;
    // A field that is off takes no focus, nor does anything in it.
    if (this.#isOff) pad.removeAttribute("tabindex");
    else pad.tabIndex = -1;
    showAlternatives(this.#inside, isOff ? [] : this.#alternatives(), (value, by) => this.#choose(value, by));
    this.#inside.message.textContent = this.#message();
    this.#showStates(state);
    this.#internals.setFormValue(this.value, printState(this.#history.present));
    this.#showValidity();
  }

  /** What the field is at, ink being read aside. */
  #state(): Verdict["state"] {
    const { text } = this.#history.present;
    return text === null ? this.#verdict.state : valueOf(text, this.mode) === "" ? "empty" : "accepted";
  }

  #alternatives(): readonly string[] {
    const { state, value, alternatives } = this.#verdict;
    const all = value === "" ? alternatives : [value, ...alternatives];
    // A doubtful value can be confirmed by a tap on it; after any choice the others can still be had.
    const isAsked = state === "doubtful" && this.#history.present.text === null;
    return isAsked ? all : all.filter((other) => other !== this.value);
  }

  #message(): string {
    return this.#history.present.text === null && this.#pending === null ? this.#verdict.message : "";
  }

  #speak(): void {
    const { words } = InkNumberElement;
    this.#inside.spoken.textContent = this.#message() || (this.value === "" ? words.empty : words.read(this.value));
  }

  #showStates(state: Verdict["state"]): void {
    const on = new Set<string>([state === "empty" && this.#history.present.strokes.length === 0 ? "blank" : state]);
    if (this.#pending) on.add("reading");
    for (const name of ["blank", "accepted", "doubtful", "refused", "reading"]) {
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
    const { words } = InkNumberElement;
    const faults = this.#faults();
    const refused = !this.#pending && this.#state() === "refused";
    const unconfirmed = !this.#pending && this.confirm && this.#state() === "doubtful";
    const flags: ValidityStateFlags = { customError: this.#customError !== "", badInput: refused || unconfirmed };
    for (const fault of faults) flags[fault === "checkMismatch" || fault === "notListed" ? "patternMismatch" : fault] = true;
    const message =
      this.#customError || (refused || unconfirmed ? this.#verdict.message : faults[0] ? this.#faultMessage(faults[0]) : "");
    const isFine = !Object.values(flags).includes(true);
    this.#inside.text.ariaInvalid = String(!isFine && this.#dirty);
    if (isFine) this.#internals.setValidity({});
    else this.#internals.setValidity(flags, message || words.field, this.#inside.text);
  }

  #faults(): Fault[] {
    // Ink that gives no value yet is not missing.
    const isEmpty = this.#history.present.strokes.length === 0 || this.#history.present.text !== null;
    return faultsOf(this.value, this.#rules()).filter((fault) => fault !== "valueMissing" || isEmpty);
  }

  /** The browser's own words, in the person's language, where it has some: those of a native field with the same fault. */
  #faultMessage(fault: Fault): string {
    const wanted = { tooShort: this.minLength, tooLong: this.maxLength, rangeUnderflow: this.min, rangeOverflow: this.max }[fault as "tooShort"];
    const own = InkNumberElement.words.fault[fault];
    if (own) return own(String(wanted ?? ""));
    const field = document.createElement("input");
    field.type = fault === "valueMissing" || fault === "patternMismatch" ? "text" : "number";
    for (const attribute of ["required", "pattern", "min", "max", "step", "title"]) {
      const given = this.getAttribute(attribute);
      if (given !== null) field.setAttribute(attribute, given);
    }
    if (field.type === "number" && !this.step) field.step = "any";
    field.value = this.value;
    return field.validationMessage;
  }

  #rules(): Rules {
    return {
      mode: this.mode,
      required: this.required,
      minLength: lengthOf(this.getAttribute("minlength")),
      maxLength: lengthOf(this.getAttribute("maxlength")),
      pattern: this.pattern,
      min: this.min,
      max: this.max,
      step: this.step,
      check: this.check,
      values: this.values,
    };
  }

  #nameByLabels(): void {
    const labels = [...this.#internals.labels].map((label) => label.textContent?.trim() ?? "").filter(Boolean);
    const given = this.getAttribute("aria-label") || labels.join(" ") || this.title || InkNumberElement.words.field;
    this.#internals.ariaLabel = given;
    this.#inside.text.setAttribute("aria-label", given);
  }

  get #isOff(): boolean {
    return this.disabled || this.#disabledByForm;
  }
}

function lengthOf(attribute: string | null): number | null {
  return attribute !== null && /^\s*\d+/.test(attribute) ? parseInt(attribute, 10) : null;
}

/** Errors of the constraints, not of the ink or the engine. */
function isOfRules(error: unknown): boolean {
  const codes = ["bad-pattern", "bad-length", "bad-range", "bad-check", "bad-values", "constraint-impossible", "constraint-too-large"];
  return error instanceof InkNumberError && codes.includes(error.code);
}

/** Attributes and the properties that go with them, as native fields reflect them. */

import type { Check } from "../types.js";
import { MODES, type Mode } from "./number-text.js";
import type { Rules } from "./rules.js";

/** Only what is drawn in a browser extends it: a server may import the class. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export class ReflectingElement extends Base {
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

  /** @internal What the attributes ask of a value. */
  get rules(): Rules {
    const { mode, required, pattern, min, max, step, check, values } = this;
    const [minLength, maxLength] = [this.getAttribute("minlength"), this.getAttribute("maxlength")].map(lengthOf) as [number | null, number | null];
    return { mode, required, pattern, min, max, step, stepBase: this.defaultValue, check, values, minLength, maxLength };
  }
}

/** A length as HTML reads it; `null` where there is none. */
function lengthOf(attribute: string | null): number | null {
  return attribute !== null && /^\s*\d+/.test(attribute) ? parseInt(attribute, 10) : null;
}

/** The documentation's live examples. */

import "ink-number/element";
import "ink-number/handwriting";

import { byId, make } from "./dom";
import { EXAMPLES } from "./examples";

/** An attribute with what it does, and the markup of a field that shows it. */
const ATTRIBUTES: readonly [attribute: string, meaning: string, markup: Record<string, string>][] = [
  ["name, value", "As in any field; value is the default, and what a reset goes back to.", { name: "amount", value: "42" }],
  ["required", "The field may not be left empty.", { required: "" }],
  ["placeholder", "Words on the empty pad.", { placeholder: "Your shoe size" }],
  ["mode", "“digits” as they are, 007; “decimal”, 12.50; “signed”, -12.50. Points, commas and dashes are read only where there is a use for them.", { mode: "signed" }],
  ["minlength, maxlength", "How many characters the value has.", { minlength: "4", maxlength: "4" }],
  ["min, max, step", "Of the number's value. Of amounts the search knows how many digits they leave.", { min: "1", max: "31", step: "1" }],
  ["pattern", "A regular expression that the whole value matches. The search knows \\d, sets, groups, |, ?, *, + and {2,3}.", { pattern: "(0[1-9]|1[0-2])\\d{2}" }],
  ["check", "A check digit: “luhn” as on bank cards, “mod97” as in IBANs.", { check: "luhn" }],
  ["values", "The only numbers that are possible.", { values: "101 102 203 204" }],
  ["confirm", "A doubtful reading is a fault until it is confirmed by a tap.", { confirm: "" }],
  ["learn", "Corrections teach this person's hand, in this browser.", { learn: "" }],
  ["readonly, disabled", "As in any field.", { readonly: "", value: "1987" }],
];

const PARTS = ["field", "pad", "ink", "hint", "line", "text", "tools", "tool", "undo", "redo", "clear", "type", "below", "message", "alternatives", "alternative"];

byId("attributes", HTMLElement).append(...ATTRIBUTES.map(example));
showEvents();
showParts();

function example([attribute, meaning, attributes]: (typeof ATTRIBUTES)[number]): HTMLElement {
  const field = make("ink-number", "");
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  field.ariaLabel = `Example of ${attribute}`;
  const result = make("output", "");
  const tell = (): void => void (result.value = field.validity.valid ? `value "${field.value}"` : `value "${field.value}", ${field.validationMessage}`);
  for (const type of ["input", "change", "ink-reading"]) field.addEventListener(type, tell);
  const markup = Object.entries(attributes).map(([name, value]) => (value === "" ? name : `${name}="${value}"`));
  const code = make("code", "", `<ink-number ${markup.join(" ")}></ink-number>`);
  return make("article", "", make("h3", "", attribute), make("p", "", meaning), make("pre", "", code), field, result);
}

/** Each part as a button that outlines it in a field which has all of them: one in doubt. */
function showParts(): void {
  const field = byId("parts-field", HTMLElement) as HTMLElementTagNameMap["ink-number"];
  const doubtful = EXAMPLES.find(({ name }) => name === "1 or 7?")?.strokes ?? [];
  field.ink = { strokes: doubtful.map((stroke) => stroke.map(([x, y]) => [x + 40, y + 4] as const)) };
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const buttons = PARTS.map((part) => {
    const button = make("button", "button", part);
    button.type = "button";
    button.addEventListener("click", () => {
      for (const other of buttons) other.ariaPressed = String(other === button);
      sheet.replaceSync(`#parts-field::part(${part}) { outline: 3px solid var(--doubt); outline-offset: -1px; }`);
    });
    return button;
  });
  byId("parts", HTMLElement).append(...buttons);
}

function showEvents(): void {
  const field = byId("events-field", HTMLElement) as HTMLElementTagNameMap["ink-number"];
  const list = byId("events", HTMLOListElement);
  const note = (type: string, what: string): void => {
    list.prepend(make("li", "", make("code", "", type), ` ${what}`));
    while (list.children.length > 6) list.lastElementChild?.remove();
  };
  for (const type of ["input", "change"]) field.addEventListener(type, () => note(type, `value "${field.value}"`));
  field.addEventListener("ink-reading", ({ detail: { reading } }) => {
    const [best] = reading.hypotheses;
    note("ink-reading", `${reading.decision}${best ? `, ${best.text} with ${best.probability.toFixed(3)}` : ""}, ${Math.round(reading.timings.total)} ms`);
  });
  field.addEventListener("ink-error", ({ detail }) => note("ink-error", `${detail.code}: ${detail.message}`));
}

/** The element's inside: what stands in its shadow root. No logic. */

import { make, sheetOf } from "./dom.js";
import sheetText from "./ink-number.css";
import type { Words } from "./words.js";

export interface Inside {
  readonly field: HTMLElement;
  readonly pad: HTMLElement;
  readonly ink: HTMLCanvasElement;
  readonly hint: HTMLElement;
  readonly text: HTMLInputElement;
  readonly alternatives: HTMLElement;
  /** What the page says of the field, for those who hear it. */
  readonly described: HTMLElement;
  readonly message: HTMLElement;
  readonly spoken: HTMLElement;
  readonly undo: HTMLButtonElement;
  readonly redo: HTMLButtonElement;
  readonly clear: HTMLButtonElement;
  readonly type: HTMLButtonElement;
}

const ICONS = {
  undo: "M5 8h8a4 4 0 0 1 0 8H9M5 8l3.5-3.5M5 8l3.500 3.5",
  redo: "M15 8H7a4 4 0 0 0 0 8h4M15 8l-3.5-3.5M15 8l-3.500 3.500",
  clear: "M5 5l10 10M15 5L5 15",
  type: "M3 6h14v9H3zM6 9h.01M10 9h.01M14 9h.01M7 12h6",
};

/** Builds it in `root`. */
export function build(root: ShadowRoot): Inside {
  root.adoptedStyleSheets = [sheetOf(sheetText)];
  const ink = make("canvas", { part: "ink", "aria-hidden": "true" });
  const hint = make("span", { part: "hint", "aria-hidden": "true" });
  const pad = make("div", { part: "pad", role: "img" }, ink, hint);
  const text = make("input", { part: "text", id: "text", type: "text", size: "1", autocomplete: "off", spellcheck: "false", "aria-describedby": "described message" });
  const alternatives = make("div", { part: "alternatives", role: "group" });
  const described = make("p", { id: "described", hidden: "" });
  const message = make("p", { part: "message", id: "message" });
  const spoken = make("p", { class: "spoken", role: "status" });
  const [undo, redo, clear, type] = (["undo", "redo", "clear", "type"] as const).map(tool) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement, HTMLButtonElement];
  const tools = make("div", { part: "tools" }, undo, redo, clear, type);
  // The text comes first: it is where focus goes. The style sheet puts the pad above it.
  const field = make("div", { part: "field" }, make("div", { part: "line" }, text, tools), pad);
  root.replaceChildren(field, make("div", { part: "below" }, message, alternatives), described, spoken);
  return { field, pad, ink, hint, text, alternatives, described, message, spoken, undo, redo, clear, type };
}

/** Puts the words in. */
export function name({ pad, hint, alternatives, undo, redo, clear, type }: Inside, words: Words, placeholder: string): void {
  pad.setAttribute("aria-label", words.pad);
  hint.textContent = placeholder || words.hint;
  alternatives.setAttribute("aria-label", words.alternatives);
  for (const [button, word, keys] of [
    [undo, words.undo, "Ctrl+Z"],
    [redo, words.redo, "Ctrl+Shift+Z"],
    [clear, words.clear, ""],
    [type, words.type, ""],
  ] as const) {
    button.setAttribute("aria-label", word);
    button.title = keys ? `${word} (${keys})` : word;
  }
}

/** The other readings as buttons. */
export function showAlternatives({ alternatives }: Inside, values: readonly string[], chosen: (value: string, by: "pointer" | "key") => void): void {
  // The same ones stay: one of them may be under a finger, or have the focus.
  if (values.join(" ") === [...alternatives.children].map((button) => button.textContent).join(" ")) return;
  const buttons = values.map((value) => {
    const button = make("button", { part: "alternative", type: "button" });
    button.textContent = value;
    button.addEventListener("click", (event) => chosen(value, event.detail === 0 ? "key" : "pointer"));
    return button;
  });
  alternatives.replaceChildren(...buttons);
}

function tool(kind: keyof typeof ICONS): HTMLButtonElement {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 20 20");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[kind]);
  icon.append(path);
  return make("button", { part: `tool ${kind}`, type: "button" }, icon);
}

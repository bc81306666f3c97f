/** Three helpers for the elements' insides. */

const sheets = new Map<string, CSSStyleSheet>();

/** One constructed style sheet for all elements of a kind: a page's content security policy may forbid all others. */
export function sheetOf(text: string): CSSStyleSheet {
  let sheet = sheets.get(text);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  return sheet;
}

export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Record<string, string>, ...children: Element[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

/** Registers a tag once: another copy of the package may have been there before. */
export function define(tag: string, element: CustomElementConstructor): void {
  const registered = customElements.get(tag);
  if (registered === undefined) customElements.define(tag, element);
  else if (registered !== element) console.warn(`ink-number: <${tag}> is already registered, by another copy of the package.`);
}

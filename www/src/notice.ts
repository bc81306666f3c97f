/** Shows what went wrong, in words and with its code. */

import { make } from "./dom";

export class Notice {
  readonly #element: HTMLElement;

  /** `element` is a live region: empty, or around what is shown. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** `consequence` says what still works. */
  show(title: string, error: unknown, consequence = ""): void {
    const code = codeOf(error);
    const close = make("button", "notice-close", "Dismiss");
    close.type = "button";
    close.addEventListener("click", () => this.hide());
    const message = make("p", "notice-message", messageOf(error), consequence && ` ${consequence}`);
    const text = make("div", "notice-text", make("strong", "notice-title", title), message);
    if (code) text.append(make("code", "notice-code", code));
    this.#element.replaceChildren(make("div", "notice", text, close));
  }

  hide(): void {
    this.#element.replaceChildren();
  }
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /[.?!]$/.test(message) ? message : `${message}.`;
}

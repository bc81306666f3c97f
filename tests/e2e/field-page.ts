/** A page of a test's own with fields on it, served beside the built package. */

import type { CDPSession, Locator, Page } from "@playwright/test";

import { drawByMouse, drawByTouch, drawQuickly } from "./drawing";
import type { Path } from "./ink";

/** What the demo site sends along in practice: no inline script, no inline style, nothing from elsewhere. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

export class FieldPage {
  #client: CDPSession | null = null;

  constructor(readonly page: Page) {}

  /** Opens a page with `body`, once the element is there. Its name is part of its address: a page of another name is another page. */
  async open(body: string, { name = "field", engine = "cpu" }: { name?: string; engine?: "auto" | "cpu" } = {}): Promise<void> {
    await this.serve(body, name, engine);
    await this.page.goto(`${name}.html`);
    await this.page.waitForFunction(() => customElements.get("ink-number"));
  }

  async serve(body: string, name: string, engine: "auto" | "cpu" = "cpu"): Promise<void> {
    const head = `<meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Field</title>
      <meta http-equiv="Content-Security-Policy" content="${POLICY}"><script type="module" src="${name}.js"></script>`;
    const html = `<!doctype html><html lang="en"><head>${head}</head><body><main>${body}</main></body></html>`;
    await this.page.route(`**/${name}.html*`, (route) => route.fulfill({ contentType: "text/html", body: html }));
    const script = `import { WorkerRecognizer } from "./ink-number/index.js";
      WorkerRecognizer.configure({ engine: "${engine}" });
      document.documentElement.style.background = "Canvas";
      await import("./ink-number/element.js");`;
    await this.page.route(`**/${name}.js`, (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  }

  /** The native field or ours, by its id. */
  field(id = "field"): Locator {
    return this.page.locator(`#${id}`);
  }

  /** Where one types in it. */
  text(id = "field"): Locator {
    return this.page.locator(`input#${id}, ink-number#${id} input`);
  }

  part(part: string, id = "field"): Locator {
    return this.page.locator(`#${id} [part~="${part}"]`);
  }

  button(name: string, id = "field"): Locator {
    return this.field(id).getByRole("button", { name, exact: true });
  }

  value(id = "field"): Promise<string> {
    return this.field(id).evaluate((field) => (field as HTMLInputElement).value);
  }

  get<Property extends string>(property: Property, id = "field"): Promise<unknown> {
    return this.field(id).evaluate((field, name) => (field as unknown as Record<string, unknown>)[name], property);
  }

  /** The form's entries as they would be sent. */
  entries(): Promise<[string, string][]> {
    return this.page.evaluate(() => [...new FormData(document.forms[0])] as [string, string][]);
  }

  /** Waits until nothing is being read. */
  async read(id = "field"): Promise<void> {
    await this.field(id).evaluate((field) => (field as unknown as { whenRead(): Promise<void> }).whenRead());
  }

  /** Writes down every event of these types, in the order in which they come to the document, with the value at that moment. */
  async listen(...types: string[]): Promise<void> {
    await this.page.evaluate((types) => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      for (const type of types) {
        document.addEventListener(type, (event) => {
          const { id, value } = event.target as HTMLInputElement;
          seen.push(event.target instanceof HTMLFormElement ? event.type : `${event.type} ${id} ${value}`);
          if (event.type === "submit") event.preventDefault();
        }, { capture: true });
      }
    }, types);
  }

  seen(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  }

  /** Draws on the pad with the mouse; coordinates are CSS px of it. */
  async draw(ink: readonly Path[], id = "field"): Promise<void> {
    await drawByMouse(this.page, await this.padBox(id), ink);
  }

  /** As {@link draw}, as a quick pen would. */
  async drawQuickly(ink: readonly Path[], id = "field"): Promise<void> {
    this.#client ??= await this.page.context().newCDPSession(this.page);
    await drawQuickly(this.#client, await this.padBox(id), ink);
  }

  /** As {@link draw}, with a finger. */
  async drawByTouch(ink: readonly Path[], id = "field"): Promise<void> {
    await drawByTouch(this.page, await this.padBox(id), ink);
  }

  async padBox(id = "field"): Promise<{ x: number; y: number; width: number; height: number }> {
    await this.part("pad", id).scrollIntoViewIfNeeded();
    const box = await this.part("pad", id).boundingBox();
    if (!box) throw new Error("the pad has no box");
    return box;
  }
}

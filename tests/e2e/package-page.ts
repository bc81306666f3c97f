/** A page that has the package's names at hand, and engines that break down as a test wants it. */

import type { Page } from "@playwright/test";

/** A line and a bow, in the page's words. */
export const INK = "({ strokes: [[[0, 0], [4, 50], [8, 100]], [[40, 10], [80, 0], [80, 50], [40, 100], [90, 100]]] })";

/** Opens a page with nothing on it, where all that the package exports is global. */
export async function openPackage(page: Page): Promise<void> {
  await page.route("**/empty.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>empty</title>" }));
  await page.goto("./empty.html");
  await page.evaluate(async () => {
    const url = "./ink-number/index.js";
    Object.assign(globalThis, await import(url));
  });
}

/** Runs the body of an asynchronous function in the page. */
export function run(page: Page, body: string): Promise<unknown> {
  return page.evaluate(`(async () => { ${body} })()`);
}

export async function serveScript(page: Page, name: string, body: string): Promise<void> {
  await page.route(`**/${name}`, (route) => route.fulfill({ contentType: "text/javascript", body }));
}

/** A script with the exports of an engine's own, some methods of its Engine replaced; these may use `engine` and `sleep`. */
export function engineScript(engine: "cpu" | "gpu", methods: string): string {
  return `
    import * as own from "./ink-number/${engine}/ink_number.js";
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const load = async (weights) => {
      const engine = await own.Engine.load(weights);
      const forward = (name) => (...values) => engine[name](...values);
      const forwarded = Object.fromEntries(["recognizeStrokes", "recognizePicture", "inspectStrokes", "inspectPicture", "examplesOfStrokes", "examplesOfPicture", "adapt", "warmUp", "free"].map((name) => [name, forward(name)]));
      return { ...forwarded, ${methods} };
    };
    export default own.default;
    export const { onPanic } = own;
    export const Engine = { load };`;
}

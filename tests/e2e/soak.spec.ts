/** Ten thousand readings in one page: after the first five hundred its memory, JavaScript's heap and wasm's together, does not grow. */

import { type Page, expect, test } from "@playwright/test";

import { openPackage, run } from "./package-page";

const READINGS = 10_000;
const FIRST = 500;
/** Of what was there after the first. */
const MOST_GROWTH = 0.05;

test("ten thousand readings leave nothing behind", async ({ page }) => {
  test.setTimeout(600_000);
  await page.addInitScript(() => {
    // A stream is compiled as the same bytes would be.
    WebAssembly.instantiateStreaming = async (source, imports) => {
      const made = await WebAssembly.instantiate(await (await source).arrayBuffer(), imports);
      Object.assign(globalThis, { wasmMemory: made.instance.exports["memory"] });
      return made;
    };
  });
  await openPackage(page);
  await run(page, `
    globalThis.recognizer = await Recognizer.load({ engine: "cpu" });
    globalThis.done = 0;
    // Never twice the same ink: what is remembered of glyphs is thrown away and filled again many times over.
    const wave = (n) => Array.from({ length: 60 }, (_, i) => [i * 3 + (n % 97) / 9, 50 + 40 * Math.sin(i / (4 + (n % 13) / 5) + n / 7)]);
    const bar = (n) => [[200 + (n % 31), 10], [200 + (n % 17), 90]];
    globalThis.read = async (until) => {
      for (; done < until; done++) await recognizer.recognize({ strokes: [wave(done), bar(done)] });
    };`);
  await run(page, `await read(${FIRST})`);
  const before = await memory(page);
  await run(page, `await read(${READINGS / 2})`);
  const halfway = await memory(page);
  await run(page, `await read(${READINGS})`);
  const after = await memory(page);
  console.log(`soak: after ${FIRST}, ${READINGS / 2} and ${READINGS} readings ${[before, halfway, after].map(({ heap, wasm }) => `heap ${heap}, wasm ${wasm}`).join("; ")} bytes`);
  expect((after.heap + after.wasm) / (before.heap + before.wasm) - 1).toBeLessThan(MOST_GROWTH);
  // The heap alone is small, and compiled code still comes to it for a while; what is lost at each reading would show for ever.
  expect(after.heap / halfway.heap - 1).toBeLessThan(MOST_GROWTH / 5);
  expect(after.wasm).toBe(halfway.wasm);
});

/** Bytes in use, when all that can be collected is. */
async function memory(page: Page): Promise<{ heap: number; wasm: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return { heap: usedSize, wasm: (await run(page, "return globalThis.wasmMemory.buffer.byteLength")) as number };
}

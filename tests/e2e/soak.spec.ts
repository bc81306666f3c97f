/** Long use of one page: after a while its memory, JavaScript's heap and wasm's together, does not grow. */

import { type CDPSession, type Page, expect, test } from "@playwright/test";

import { FieldPage } from "./field-page";
import { openPackage, run } from "./package-page";

/** Of what was there after the first. */
const MOST_GROWTH = 0.05;

test("ten thousand readings leave nothing behind", async ({ page }) => {
  const READINGS = 10_000;
  const FIRST = 500;
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

test("thousands of numbers in one field leave nothing behind, in the page and in the worker", async ({ page }) => {
  test.setTimeout(600_000);
  // By then the undo is full and the browser has made up its mind what to compile.
  const [FIRST, ALL] = [1_500, 4_500];
  const field = new FieldPage(page);
  await field.open('<form><ink-number id="field" name="amount"></ink-number></form>');
  const write = (from: number, until: number) =>
    page.evaluate(async ([from, until]) => {
      const field = document.querySelector("ink-number") as unknown as { ink: unknown; whenRead(): Promise<void>; clear(): void };
      for (let n = from; n < until; n++) {
        const wave = Array.from({ length: 40 }, (_, i) => [20 + i * 2, 40 + 25 * Math.sin(i / (4 + (n % 13) / 5) + n / 7)]);
        field.ink = { strokes: [wave, [[120 + (n % 31), 10], [120 + (n % 17), 70]]] };
        await field.whenRead();
        field.clear();
      }
    }, [from, until] as const);
  await write(0, FIRST);
  const client = await page.context().newCDPSession(page);
  const worker = await workerOf(client);
  const memory = async () => ({ page: await inUse(client.send.bind(client)), worker: await inUse(worker), dom: await client.send("Memory.getDOMCounters") });
  const before = await memory();
  await write(FIRST, ALL);
  const after = await memory();
  console.log(`soak: after ${FIRST} and ${ALL} numbers ${[before, after].map(({ page, worker, dom }) => `page ${page}, worker ${worker} bytes, ${dom.nodes} nodes, ${dom.jsEventListeners} listeners`).join("; ")}`);
  for (const where of ["page", "worker"] as const) expect(after[where] / before[where] - 1).toBeLessThan(MOST_GROWTH);
  for (const what of ["nodes", "jsEventListeners"] as const) expect(after.dom[what]).toBeLessThan(before.dom[what] + 10);
});

/** Bytes in use, when all that can be collected is. */
async function memory(page: Page): Promise<{ heap: number; wasm: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return { heap: usedSize, wasm: (await run(page, "return globalThis.wasmMemory.buffer.byteLength")) as number };
}

type Send = (method: "HeapProfiler.collectGarbage" | "Runtime.getHeapUsage") => Promise<unknown>;

/** Bytes in use, those of buffers and wasm too, when all that can be collected is. */
async function inUse(send: Send): Promise<number> {
  await send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = (await send("Runtime.getHeapUsage")) as { usedSize: number; backingStorageSize: number };
  return usedSize + backingStorageSize;
}

/** A line to the page's worker: messages within messages, since sessions of Playwright are those of pages alone. */
async function workerOf(client: CDPSession): Promise<Send> {
  const attached = new Promise<string>((resolve) => client.once("Target.attachedToTarget", ({ sessionId }) => resolve(sessionId)));
  await client.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let last = 0;
  return async (method) => {
    const id = ++last;
    const answer = new Promise<unknown>((resolve) => {
      client.on("Target.receivedMessageFromTarget", ({ message }) => {
        const { id: of, result } = JSON.parse(message) as { id?: number; result?: unknown };
        if (of === id) resolve(result);
      });
    });
    await client.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) });
    return answer;
  };
}

/** The package's recogniser: how it loads, which engine reads, and that no reading is lost when one breaks down. */

import { readFileSync } from "node:fs";

import { type Page, expect, test } from "@playwright/test";

import { fortyTwoApart } from "./ink";
import { INK, engineScript, openPackage, run, serveScript } from "./package-page";

/** The shipped weights: whatever their format, they are of today's. */
const WEIGHTS = readFileSync(new URL("../../model/ink-number.weights", import.meta.url));
/** Where a weights file has its format version: behind the eight bytes that all formats begin with. */
const VERSION_AT = 8;

/** In the page's words: the engine that `auto` comes to. */
const SETTLED = "return (await Recognizer.load()).settled";

/** In the page's words: a promise of what a request to the store of the faster engine gives. */
const inStore = (mode: "readonly" | "readwrite", request: string): string => `new Promise((resolve, reject) => {
  const open = indexedDB.open("ink-number-engine");
  open.onerror = () => reject(open.error);
  open.onsuccess = () => {
    const asked = open.result.transaction("engine", "${mode}").objectStore("engine").${request};
    asked.onsuccess = () => { open.result.close(); resolve(asked.result); };
    asked.onerror = () => reject(asked.error);
  };
})`;
const REMEMBERED = inStore("readonly", 'get("faster")');

/** A method of an engine that makes its first reading, the one for itself, and of later ones what is given. */
const afterTheFirst = (later: string): string =>
  `recognizeStrokes: (...ink) => (globalThis.asked = (globalThis.asked ?? 0) + 1) > 1 ? ${later} : engine.recognizeStrokes(...ink)`;

/** Whether the page has asked for files of the GPU engine since it was asked last. */
function gpuFiles(page: Page): () => boolean {
  let seen = false;
  page.on("request", (request) => (seen ||= request.url().includes("/gpu/")));
  return () => {
    const before = seen;
    seen = false;
    return before;
  };
}

test.beforeEach(({ page }) => openPackage(page));

test.describe("engines", () => {
  test("auto stays on the CPU where the GPU is slower", async ({ page }) => {
    // SwiftShader, a GPU in software, is.
    const engines = await run(page, `
      const recognizer = await Recognizer.load();
      const first = (await recognizer.recognize(${INK})).engine;
      return [first, await recognizer.settled, recognizer.engine];`);
    expect(engines).toEqual(["cpu", "cpu", "cpu"]);
  });

  test("auto moves to a faster GPU; when its device is lost the CPU reads the same ink", async ({ page }) => {
    test.setTimeout(240_000);
    await serveScript(page, "slow-cpu.js", engineScript("cpu", "warmUp: (glyphs) => sleep(3000).then(() => engine.warmUp(glyphs))"));
    const seen = await run(page, `
      const devices = [];
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...how) {
        const device = await requestDevice.apply(this, how);
        devices.push(device);
        return device;
      };
      const recognizer = await Recognizer.load({ assets: { cpu: { script: "slow-cpu.js" } } });
      const engines = [(await recognizer.recognize(${INK})).engine, await recognizer.settled];
      const before = await recognizer.recognize(${INK});
      for (const device of devices) device.destroy();
      // Other ink: what the engine remembers would not need the device.
      const after = await recognizer.recognize({ strokes: ${INK}.strokes.slice(1) });
      return [...engines, before.engine, after.engine, after.segments.length > 0, recognizer.engine];`);
    expect(seen).toEqual(["cpu", "webgpu", "webgpu", "cpu", true, "cpu"]);
  });

  test("auto remembers a slower GPU: the next page does not even load it", async ({ page }) => {
    const loaded = gpuFiles(page);
    expect(await run(page, SETTLED)).toBe("cpu");
    expect(loaded()).toBe(true);
    await openPackage(page);
    expect(await run(page, SETTLED)).toBe("cpu");
    expect(loaded()).toBe(false);
    // Nothing else is kept.
    expect(await run(page, "return (await indexedDB.databases()).map(({ name }) => name)")).toEqual(["ink-number-engine"]);
    expect(await run(page, `return Object.keys(await ${REMEMBERED}).sort()`)).toEqual(["device", "engine", "until"]);
  });

  for (const [what, change] of [
    ["that is too old", "{ ...answer, until: Date.now() - 1 }"],
    ["of a clock that was set back since", "{ ...answer, until: Date.now() + 1e10 }"],
    ["of another GPU or other files", "{ ...answer, device: `${answer.device} ` }"],
    ["of no sense", "7"],
  ] as const) {
    test(`auto measures again where what it remembers is an answer ${what}`, async ({ page }) => {
      const loaded = gpuFiles(page);
      expect(await run(page, SETTLED)).toBe("cpu");
      expect(loaded()).toBe(true);
      await run(page, `const answer = await ${REMEMBERED}; await ${inStore("readwrite", `put(${change}, "faster")`)}`);
      await openPackage(page);
      expect(await run(page, SETTLED)).toBe("cpu");
      expect(loaded()).toBe(true);
    });
  }

  test("auto remembers a faster GPU, and for a while not to use it when it fails", async ({ page }) => {
    test.setTimeout(240_000);
    const warmUp = "warmUp: (glyphs) => { globalThis.timed = true; return sleep(3000).then(() => engine.warmUp(glyphs)); }";
    await serveScript(page, "slow-cpu.js", engineScript("cpu", warmUp));
    await serveScript(page, "gpu.js", engineScript("cpu", afterTheFirst("Promise.reject(new WebAssembly.RuntimeError('unreachable'))")));
    const assets = '{ cpu: { script: "slow-cpu.js" }, webgpu: { script: "gpu.js", wasm: "ink-number/cpu/ink_number_bg.wasm" } }';
    const load = `const recognizer = await Recognizer.load({ assets: ${assets} }); const settled = await recognizer.settled;`;
    const timed = "return [settled, globalThis.timed ?? false];";
    expect(await run(page, load + timed)).toEqual(["webgpu", true]);
    await openPackage(page);
    expect(await run(page, load + timed)).toEqual(["webgpu", false]);
    expect(await run(page, `${load} return (await recognizer.recognize(${INK})).engine;`)).toBe("cpu");
    await expect.poll(() => run(page, `return (await ${REMEMBERED}).engine`)).toBe("cpu");
    await openPackage(page);
    expect(await run(page, load + timed)).toEqual(["cpu", false]);
    expect(await run(page, `return (await ${REMEMBERED}).until - Date.now() <= 24 * 60 * 60 * 1000`)).toBe(true);
  });

  test("a GPU that reads nothing is not moved to, and the next page does not load it", async ({ page }) => {
    await serveScript(page, "gpu.js", engineScript("cpu", "warmUp: async () => {}, recognizeStrokes: () => Promise.reject(new WebAssembly.RuntimeError('unreachable'))"));
    const load = 'return (await Recognizer.load({ assets: { webgpu: { script: "gpu.js", wasm: "ink-number/cpu/ink_number_bg.wasm" } } })).settled';
    expect(await run(page, load)).toBe("cpu");
    let loaded = false;
    page.on("request", (request) => (loaded ||= request.url().endsWith("gpu.js")));
    await openPackage(page);
    expect(await run(page, load)).toBe("cpu");
    expect(loaded).toBe(false);
  });

  for (const [what, recognize] of [
    ["hangs", "new Promise(() => {})"],
    ["throws", "Promise.reject(new WebAssembly.RuntimeError('unreachable'))"],
  ] as const) {
    test(`a GPU that ${what} is left, and its reading is made on the CPU`, async ({ page }) => {
      await serveScript(page, "broken-gpu.js", engineScript("cpu", `warmUp: async () => {}, ${afterTheFirst(recognize)}`));
      const seen = await run(page, `
        const webgpu = { script: "broken-gpu.js", wasm: "ink-number/cpu/ink_number_bg.wasm" };
        const recognizer = await Recognizer.load({ assets: { webgpu } });
        const settled = await recognizer.settled;
        const readings = await Promise.all([recognizer.recognize(${INK}), recognizer.recognize(${INK})]);
        return [settled, ...readings.map((r) => r.engine), recognizer.engine];`);
      expect(seen).toEqual(["webgpu", "cpu", "cpu", "cpu"]);
    });
  }

  test("a reading whose GPU fails after dispose is made on the CPU, which is freed all the same", async ({ page }) => {
    const counts = "alive: (globalThis.alive = (globalThis.alive ?? 0) + 1), free: () => { globalThis.alive--; engine.free(); }";
    await serveScript(page, "counted-cpu.js", engineScript("cpu", counts));
    const fails = "sleep(100).then(() => Promise.reject(new WebAssembly.RuntimeError('unreachable')))";
    await serveScript(page, "broken-gpu.js", engineScript("cpu", `warmUp: async () => {}, ${afterTheFirst(fails)}`));
    const seen = await run(page, `
      const webgpu = { script: "broken-gpu.js", wasm: "ink-number/cpu/ink_number_bg.wasm" };
      const recognizer = await Recognizer.load({ assets: { cpu: { script: "counted-cpu.js" }, webgpu } });
      const settled = await recognizer.settled;
      const reading = recognizer.recognize(${INK});
      recognizer.dispose();
      return [settled, (await reading).engine];`);
    expect(seen).toEqual(["webgpu", "cpu"]);
    await expect.poll(() => page.evaluate("globalThis.alive")).toBe(0);
  });

  test("auto reads on where the GPU engine's files are missing; asked for, they are missed", async ({ page }) => {
    await page.route("**/ink-number/gpu/**", (route) => route.fulfill({ status: 404 }));
    const seen = await run(page, `
      const recognizer = await Recognizer.load();
      return [await recognizer.settled, (await recognizer.recognize(${INK})).engine];`);
    expect(seen).toEqual(["cpu", "cpu"]);
    expect(await codeOf(page, 'Recognizer.load({ engine: "webgpu" })')).toBe("asset-missing");
  });

  // Not among the tests without WebGPU: here the refusal is all that stands in its way.
  for (const [what, stub] of [
    ["no WebGPU", 'Object.defineProperty(navigator, "gpu", { value: undefined })'],
    ["a refused adapter", 'GPU.prototype.requestAdapter = () => Promise.reject(new TypeError("no adapter"))'],
    ["no adapter", "GPU.prototype.requestAdapter = async () => null"],
    ["a refused device", 'GPUAdapter.prototype.requestDevice = () => Promise.reject(new DOMException("no device", "OperationError"))'],
  ] as const) {
    test(`${what}: auto reads on the CPU; asked for, WebGPU is unavailable`, async ({ page }) => {
      await run(page, stub);
      expect(await codeOf(page, 'Recognizer.load({ engine: "webgpu" })')).toBe("webgpu-unavailable");
      const seen = await run(page, `
        const recognizer = await Recognizer.load();
        const reading = await recognizer.recognize({ strokes: ${JSON.stringify(fortyTwoApart())} });
        return [reading.hypotheses[0].text, await recognizer.settled];`);
      expect(seen).toEqual(["42", "cpu"]);
    });
  }

  test("WebGPU can be had after its device was refused, to the question or to the engine itself", async ({ page }) => {
    const seen = await run(page, `
      const { requestDevice } = GPUAdapter.prototype;
      const refused = [true, false, true];
      GPUAdapter.prototype.requestDevice = function (...how) {
        return refused.shift() ? Promise.reject(new DOMException("no device", "OperationError")) : requestDevice.apply(this, how);
      };
      const load = () => Recognizer.load({ engine: "webgpu" }).then((recognizer) => recognizer.engine, (e) => e.code);
      return [await load(), await load(), await load()];`);
    expect(seen).toEqual(["webgpu-unavailable", "engine-failed", "webgpu"]);
  });

  test("WebGPU can be loaded again, and by two at once", async ({ page }) => {
    const seen = await run(page, `
      (await Recognizer.load({ engine: "webgpu" })).dispose();
      const both = await Promise.all([1, 2].map(() => Recognizer.load({ engine: "webgpu" })));
      const readings = await Promise.all(both.flatMap((r) => [r.recognize(${INK}), r.recognize(${INK})]));
      return readings.map((r) => r.engine);`);
    expect(seen).toEqual(["webgpu", "webgpu", "webgpu", "webgpu"]);
  });
});

test("an engine that nobody asks reads once for itself, so that the first number need not wait for what comes with it", async ({ page }) => {
  const count = "recognizeStrokes: (...ink) => { globalThis.readings = (globalThis.readings ?? 0) + 1; return engine.recognizeStrokes(...ink); }";
  await serveScript(page, "counts.js", engineScript("cpu", count));
  const load = 'const recognizer = await Recognizer.load({ engine: "cpu", assets: { cpu: { script: "counts.js" } } });';
  await run(page, load);
  await page.waitForFunction("globalThis.readings === 1");
  await run(page, `${load} await recognizer.recognize(${INK}); await new Promise((resolve) => requestIdleCallback(resolve));`);
  expect(await page.evaluate("globalThis.readings")).toBe(2);
});

test("everything works in a worker too", async ({ page }) => {
  await serveScript(page, "reads.js", `
    import { Recognizer } from "./ink-number/index.js";
    const recognizer = await Recognizer.load({ engine: "cpu" });
    const canvas = new OffscreenCanvas(60, 120);
    canvas.getContext("2d").fillRect(27, 10, 6, 100);
    const readings = [await recognizer.recognize(${INK}), await recognizer.recognize(canvas)];
    postMessage(readings.map((r) => [r.engine, r.segments.length > 0, r.timings.total > 0]));`);
  const seen = await run(page, `
    const worker = new Worker("reads.js", { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });`);
  expect(seen).toEqual([["cpu", true, true], ["cpu", true, true]]);
});

test.describe("loading", () => {
  for (const [what, code, body] of [
    ["missing", "asset-missing", null],
    ["a page in its place", "weights-unknown", "<!doctype html>"],
    ["of another version", "weights-version", altered(VERSION_AT)],
    ["cut short in its header", "weights-length", WEIGHTS.subarray(0, VERSION_AT + 3)],
    ["cut short in its data", "weights-length", WEIGHTS.subarray(0, -1)],
    ["altered", "weights-altered", altered(WEIGHTS.length >> 1)],
  ] as const) {
    test(`weights: ${what}`, async ({ page }) => {
      const answer = body === null ? { status: 404 } : { body };
      await page.route("**/other.weights", (route) => route.fulfill(answer));
      expect(await codeOf(page, 'Recognizer.load({ engine: "cpu", assets: { weights: "other.weights" } })')).toBe(code);
      // The default ones are still there.
      expect(await codeOf(page, 'Recognizer.load({ engine: "cpu" })')).toBe("no error");
    });
  }

  test("a script that is not there is named", async ({ page }) => {
    const message = await run(page, 'return Recognizer.load({ engine: "cpu", assets: { cpu: { script: "no.js" } } }).catch((e) => e.code + " " + e.message);');
    expect(message).toMatch(/^asset-missing cpu engine's script: expected it at .*no\.js,/);
  });

  for (const [options, code, field] of [
    ["null", "bad-argument", "options"],
    ['"cpu"', "bad-argument", "options"],
    ["{ engine: 1 }", "bad-engine", "engine"],
    ["{ engine: null }", "bad-engine", "engine"],
    ["{ assets: 'folder/' }", "bad-argument", "assets"],
    ["{ assets: { weights: 5 } }", "bad-argument", "assets.weights"],
    ["{ assets: { weights: 'http://[no' } }", "bad-argument", "assets.weights"],
    ["{ assets: { cpu: 'cpu.js' } }", "bad-argument", "assets.cpu"],
    ["{ assets: { webgpu: { wasm: {} } } }", "bad-argument", "assets.webgpu.wasm"],
  ] as const) {
    test(`options ${options}`, async ({ page }) => {
      const message = await run(page, `return Recognizer.load(${options}).catch((e) => e.code + " " + e.message);`);
      expect(message).toContain(`${code} ${field}: expected`);
    });
  }
});

test.describe("a call", () => {
  test("reads the ink as it was when it was called", async ({ page }) => {
    const [same, alone] = (await run(page, `
      const recognizer = await Recognizer.load({ engine: "cpu" });
      const expected = await recognizer.recognize(${INK});
      const ink = ${INK};
      const reading = recognizer.recognize(ink);
      ink.strokes.pop();
      ink.strokes[0][0] = "spoilt";
      const boxes = (r) => JSON.stringify(r.segments.map((s) => s.box));
      return [boxes(await reading) === boxes(expected), expected.segments.length];`)) as [boolean, number];
    expect(alone).toBeGreaterThan(0);
    expect(same).toBe(true);
  });

  test("made before dispose is answered, one made after is refused", async ({ page }) => {
    const seen = await run(page, `
      const recognizer = await Recognizer.load({ engine: "cpu" });
      const readings = [recognizer.recognize(${INK}), recognizer.recognize(${INK})];
      recognizer.dispose();
      recognizer.dispose();
      const late = recognizer.recognize(${INK}).catch((e) => e.code);
      return [...(await Promise.all(readings)).map((r) => r.engine), await late];`);
    expect(seen).toEqual(["cpu", "cpu", "disposed"]);
  });

  test("with an option that is none is refused", async ({ page }) => {
    const call = (options: string) => `Recognizer.load({ engine: "cpu" }).then((recognizer) => recognizer.recognize(${INK}, ${options}))`;
    expect(await codeOf(page, call("{ length: 2 }"))).toBe("bad-argument");
    expect(await run(page, `return ${call("{ tpo: 5 }")}.catch((error) => error.message)`)).toContain('saw "tpo"');
  });

  test("that was refused does not stand in the way of the next", async ({ page }) => {
    const seen = await run(page, `
      const recognizer = await Recognizer.load({ engine: "cpu" });
      const calls = [recognizer.recognize(${INK}, { top: 0 }), recognizer.recognize(${INK}, 5), recognizer.recognize(${INK})];
      return (await Promise.allSettled(calls)).map((c) => c.reason?.code ?? c.value.engine);`);
    expect(seen).toEqual(["bad-top", "bad-argument", "cpu"]);
  });
});

test.describe("a hand", () => {
  test("is learnt from a corrected reading, survives an engine's breakdown, and is forgotten", async ({ page }) => {
    await serveScript(page, "frail.js", engineScript("cpu", "recognizeStrokes: (...ink) => globalThis.broken ? Promise.reject(new WebAssembly.RuntimeError('unreachable')) : engine.recognizeStrokes(...ink)"));
    const seen = await run(page, `
      const recognizer = await Recognizer.load({ engine: "cpu", assets: { cpu: { script: "frail.js" } } });
      const line = { strokes: [[[0, 0], [2, 50], [0, 100]]] };
      const best = async () => (await recognizer.recognize(line)).hypotheses[0].text;
      const before = await best();
      const examples = structuredClone(await recognizer.examples(line, "7"));
      const asked = await best();
      // Five times over: nobody's bar is a 7, and one correction does not outweigh that.
      await recognizer.adapt(Array(5).fill(examples[0]));
      const adapted = await best();
      globalThis.broken = true;
      const broken = await recognizer.recognize(line).catch((e) => e.code);
      globalThis.broken = false;
      const again = await best();
      await recognizer.adapt([]);
      return [before === asked, adapted, broken, again, (await best()) === before, examples.map((e) => [e.digit, e.pixels.length])];`);
    expect(seen).toEqual([true, "7", "engine-failed", "7", true, [[7, 784]]]);
  });

  test("is refused where it is none", async ({ page }) => {
    const seen = await run(page, `
      const recognizer = await Recognizer.load({ engine: "cpu" });
      const pixels = new Uint8Array(784);
      const line = { strokes: [[[0, 0], [2, 50], [0, 100]]] };
      const calls = [
        recognizer.examples(line, "x"), recognizer.examples(line, 7), recognizer.examples(5, "7"),
        recognizer.adapt(5), recognizer.adapt([null]), recognizer.adapt([{ digit: 10, pixels }]),
        recognizer.adapt([{ digit: 1, pixels: [] }]), recognizer.adapt(Array(1001).fill({ digit: 1, pixels })),
      ];
      return (await Promise.allSettled(calls)).map((c) => c.reason?.code);`);
    expect(seen).toEqual([
      "bad-correction", "bad-argument", "bad-argument",
      "bad-argument", "bad-argument", "bad-correction",
      "bad-argument", "too-many-examples",
    ]);
  });
});

/** The weights with another byte at one place. */
function altered(at: number): Buffer {
  return Buffer.from(WEIGHTS.map((byte, i) => (i === at ? byte ^ 1 : byte)));
}

async function codeOf(page: Page, expression: string): Promise<unknown> {
  return run(page, `return ${expression}.then(() => "no error", (e) => e.code ?? String(e));`);
}

/**
 * What goes wrong around a reading, one fault a test; docs/security.md lists them all, these and those of other specs. After each: an error
 * with its code where one is due, nothing of the ink lost, and the next reading works.
 */

import { readFileSync } from "node:fs";

import { type Page, type Route, expect, test } from "@playwright/test";

import { INK, openPackage, run } from "./package-page";

test.beforeEach(({ page }) => openPackage(page));

/** Two bars far apart, as a canvas has them. */
const CANVAS = `
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [120, 100];
  const pen = canvas.getContext("2d");
  pen.lineWidth = 9;
  pen.strokeRect(30, 10, 0, 80);
  pen.strokeRect(90, 10, 0, 80);`;

test("a wasm module that gets no more memory fails with its code, and reads on when there is some", async ({ page }) => {
  await limitMemory(page, /* pages of 64 KB beyond what it starts with: */ 200);
  const seen = await run(page, `
    const recognizer = await Recognizer.load({ engine: "cpu", assets: { cpu: { wasm: "limited.wasm" } } });
    const before = (await recognizer.recognize(${INK})).hypotheses[0].text;
    const huge = new ImageData(4000, 1000);
    huge.data.fill(200);
    const refused = await recognizer.recognize(huge).catch((error) => [error instanceof InkNumberError, error.code]);
    const after = (await recognizer.recognize(${INK})).hypotheses[0].text;
    return [refused, before === after];`);
  expect(seen).toEqual([[true, "engine-failed"], true]);
});

for (const [what, spoil, told] of [
  ["that does not arrive", (route: Route) => route.abort("connectionreset"), "Failed to fetch"],
  ["that is not there", (route: Route) => route.fulfill({ status: 404 }), "the server answered 404"],
  ["that was cut off on its way", async (route: Route) => {
    const body = await (await route.fetch()).body();
    await route.fulfill({ contentType: "application/wasm", body: body.subarray(0, body.length / 2) });
  }, "another file, not the one of sha256-"],
  ["that was exchanged for a sound one", async (route: Route) => {
    const body = await (await route.fetch()).body();
    // A section of a name and no contents, which every engine passes over.
    await route.fulfill({ contentType: "application/wasm", body: Buffer.concat([body, Buffer.from([0, 2, 1, 0x78])]) });
  }, "another file, not the one of sha256-"],
] as const) {
  test(`a wasm file ${what} is told, and the next try works; a single time nobody hears of it`, async ({ page }) => {
    const load = 'Recognizer.load({ engine: "cpu" })';
    await page.route("**/ink_number_bg.wasm", spoil);
    const refused = (await run(page, `return ${load}.then(() => ["loaded"], (error) => [error.code, error.message])`)) as string[];
    expect(refused[0]).toBe("asset-missing");
    expect(refused[1]).toContain(told);
    await page.unroute("**/ink_number_bg.wasm");
    expect(await run(page, `return (await (await ${load}).recognize(${INK})).engine`)).toBe("cpu");
    await openPackage(page);
    await page.route("**/ink_number_bg.wasm", spoil, { times: 1 });
    expect(await run(page, `return (await (await ${load}).recognize(${INK})).engine`)).toBe("cpu");
  });
}

test("weights exchanged for sound ones of another network are not taken, those of an address that is asked for are", async ({ page }) => {
  const other = { body: readFileSync(new URL("../../model/baseline.weights", import.meta.url)) };
  for (const name of ["ink-number", "other"]) await page.route(`**/${name}.weights`, (route) => route.fulfill(other));
  const seen = await run(page, `
    const load = (assets) => Recognizer.load({ engine: "cpu", assets }).then(({ engine }) => engine, (error) => error.code);
    return [await load(), await load({ weights: "other.weights" })];`);
  expect(seen).toEqual(["asset-missing", "cpu"]);
});

test("an older file that the browser has kept is asked for anew", async ({ page }) => {
  const old = { headers: { "cache-control": "max-age=3600" }, contentType: "application/wasm", body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) };
  await page.route("**/ink_number_bg.wasm", (route) => route.fulfill(old), { times: 1 });
  await run(page, 'await fetch("./ink-number/cpu/ink_number_bg.wasm").then((response) => response.arrayBuffer())');
  expect(await run(page, `return (await (await Recognizer.load({ engine: "cpu" })).recognize(${INK})).engine`)).toBe("cpu");
});

test("a clock that goes back changes no reading", async ({ page }) => {
  const seen = await run(page, `
    const recognizer = await Recognizer.load({ engine: "cpu" });
    const plain = await recognizer.recognize(${INK});
    let now = 1e6;
    performance.now = Date.now = () => (now -= 250);
    const back = await recognizer.recognize(${INK});
    const strokes = [[{ x: 0, y: 0, time: 900 }, { x: 4, y: 50, time: 500 }, { x: 8, y: 100, time: -3 }]];
    const times = await recognizer.recognize({ strokes });
    const text = (reading) => reading.hypotheses.map((h) => [h.text, h.probability]);
    return [JSON.stringify(text(plain)) === JSON.stringify(text(back)), Object.values(back.timings).every((ms) => ms >= 0), times.hypotheses[0].text];`);
  expect(seen).toEqual([true, true, "1"]);
});

test("points as files have them are read as others are", async ({ page }) => {
  const seen = await run(page, `
    const recognizer = await Recognizer.load({ engine: "cpu" });
    const read = async (stroke) => JSON.stringify((await recognizer.recognize({ strokes: [stroke] })).hypotheses);
    const plain = await read([[0, 0], [4, 50], [8, 100]]);
    const others = [[[0, 0, null, 0.5], [4, 50, null, null], [8, 100, null]], [{ x: 0, y: 0, time: null }, { x: 4, y: 50, pressure: null }, { x: 8, y: 100 }]];
    return [plain, ...await Promise.all(others.map(read))].map((text) => text === plain && text.length > 20);`);
  expect(seen).toEqual([true, true, true]);
});

test("a canvas that is drawn over, resized and thrown away while it is read is read as it was", async ({ page }) => {
  const seen = await run(page, `${CANVAS}
    const recognizer = await Recognizer.load({ engine: "cpu" });
    const reading = recognizer.recognize(canvas);
    pen.fillRect(0, 0, 120, 100);
    canvas.width = 1;
    canvas.remove();
    return (await reading).text;`);
  expect(seen).toBe("11");
});

test("a canvas that was replaced by one without pixels is refused, and the next is read", async ({ page }) => {
  const seen = await run(page, `${CANVAS}
    const recognizer = await Recognizer.load({ engine: "cpu" });
    const empty = document.createElement("canvas");
    empty.width = 0;
    const refused = await recognizer.recognize(empty).then((reading) => reading.decision, (error) => error.code);
    return [refused, (await recognizer.recognize(canvas)).text];`);
  expect(seen).toEqual(["image-size", "11"]);
});

test("strokes that change while they are read are read as they were", async ({ page }) => {
  const seen = await run(page, `
    const recognizer = await Recognizer.load({ engine: "cpu" });
    const ink = ${INK};
    const copy = structuredClone(ink);
    const changing = recognizer.recognize(ink);
    for (const stroke of ink.strokes) for (const point of stroke) point[0] = point[1] = 7;
    ink.strokes.length = 0;
    const [changed, kept] = [await changing, await recognizer.recognize(copy)];
    return [kept.hypotheses.length > 0, JSON.stringify(changed.hypotheses) === JSON.stringify(kept.hypotheses)];`);
  expect(seen).toEqual([true, true]);
});

for (const [what, breakIt] of [
  ["is full", `IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }`],
  ["is forbidden", `IDBFactory.prototype.open = () => { throw new DOMException("forbidden", "SecurityError"); }`],
  ["does not answer", `IDBFactory.prototype.open = () => new EventTarget()`],
] as const) {
  test(`storage that ${what}: a lesson holds for this page alone, and readings go on`, async ({ page }) => {
    const learn = `
      const ink = { strokes: [[[0, 0], [2, 50], [0, 100]]] };
      await Handwriting.shared.ready();`;
    const seen = await run(page, `
      ${breakIt};
      ${learn}
      const { text } = await Handwriting.shared.learn(ink, "7");
      const lessons = (await Handwriting.shared.lessons()).map((lesson) => lesson.text);
      // Which of two engines is faster cannot be kept either.
      const two = { script: "ink-number/cpu/ink_number.js", wasm: "ink-number/cpu/ink_number_bg.wasm" };
      const { settled } = await Recognizer.load({ assets: { webgpu: two } });
      return [text, lessons, (await WorkerRecognizer.shared.recognize(ink)).hypotheses.length > 0, typeof (await settled)];`);
    expect(seen).toEqual(["7", ["7"], true, "string"]);
    // The person thinks that it is gone: where it may come back they are told.
    const forget = "Handwriting.shared.forget().then(() => 'kept', (error) => error.code)";
    expect(await run(page, `return [await ${forget}, (await Handwriting.shared.lessons()).length]`)).toEqual(["storage-failed", 0]);
    await openPackage(page);
    expect(await run(page, `${learn} return (await Handwriting.shared.lessons()).length;`)).toBe(0);
  });
}

/** Serves the CPU engine as limited.wasm, with a memory that may grow by so many pages only. */
async function limitMemory(page: Page, growth: number): Promise<void> {
  await page.route("**/limited.wasm", async (route) => {
    const wasm = await (await route.fetch({ url: new URL("ink-number/cpu/ink_number_bg.wasm", page.url()).href })).body();
    await route.fulfill({ contentType: "application/wasm", body: withMaximum(wasm, growth) });
  });
}

/** A module whose memory section has a maximum, `growth` pages above the minimum. */
function withMaximum(wasm: Buffer, growth: number): Buffer {
  const MEMORY_SECTION = 5;
  for (let at = 8; at < wasm.length; ) {
    const [size, contents] = leb(wasm, at + 1);
    if (wasm[at] === MEMORY_SECTION) {
      // One memory, without a maximum.
      expect([...wasm.subarray(contents, contents + 2)]).toEqual([1, 0]);
      const [minimum] = leb(wasm, contents + 2);
      const section = [1, 1, ...toLeb(minimum), ...toLeb(minimum + growth)];
      return Buffer.concat([wasm.subarray(0, at), Buffer.from([MEMORY_SECTION, ...toLeb(section.length), ...section]), wasm.subarray(contents + size)]);
    }
    at = contents + size;
  }
  throw new Error("expected a memory section");
}

/** A number in the base that wasm writes them in, and the place after it. */
function leb(bytes: Buffer, at: number): [value: number, next: number] {
  const low = bytes.readUInt8(at);
  if (low < 128) return [low, at + 1];
  const [high, next] = leb(bytes, at + 1);
  return [(low & 127) | (high << 7), next];
}

function toLeb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...toLeb(value >> 7)];
}

/** The package's own API in the page: what it refuses, by code. */

import { type Page, expect, test } from "@playwright/test";

// The page's policy would stop the foreign picture that taints a canvas before the package sees it.
test.use({ bypassCSP: true });

/** Runs in the page: `recognize(input(), options)` and gives the error's name, code and message. */
type Case = readonly [what: string, code: string, input: string, options?: string];

const CASES: readonly Case[] = [
  ["NaN", "bad-point", "({ strokes: [[[0, 0], [1, NaN]]] })"],
  ["Infinity", "bad-point", "({ strokes: [[{ x: Infinity, y: 0 }]] })"],
  ["a NaN time", "bad-point", "({ strokes: [[{ x: 0, y: 0, time: NaN }]] })"],
  ["a million points", "too-many-points", "({ strokes: [Array(1e6).fill([0, 0])] })"],
  ["too many strokes", "too-many-strokes", "({ strokes: Array(2001).fill([[0, 0]]) })"],
  ["undefined", "bad-argument", "undefined"],
  ["null", "bad-argument", "null"],
  ["a string", "bad-argument", '"42"'],
  ["strokes that are no array", "bad-argument", "({ strokes: 42 })"],
  ["a stroke that is no array", "bad-argument", "({ strokes: [42] })"],
  ["a point that is a string", "bad-argument", '({ strokes: [["1,2"]] })'],
  ["a point of one number", "bad-argument", "({ strokes: [[[1]]] })"],
  ["a point of five numbers", "bad-argument", "({ strokes: [[[1, 2, 3, 0.5, 5]]] })"],
  ["a coordinate that is null", "bad-argument", "({ strokes: [[{ x: null, y: 2 }]] })"],
  ["a coordinate that is a string", "bad-argument", '({ strokes: [[{ x: "1", y: 2 }]] })'],
  ["a canvas of 0 x 0", "image-size", "Object.assign(document.createElement('canvas'), { width: 0, height: 0 })"],
  ["a canvas of 16k x 16k", "image-size", "Object.assign(document.createElement('canvas'), { width: 16384, height: 16384 })"],
  ["a tainted canvas", "tainted-canvas", "taintedCanvas()"],
  ["a closed bitmap", "unreadable-picture", "closedBitmap()"],
  ["top of 0", "bad-top", "({ strokes: [[[0, 0]]] })", "{ top: 0 }"],
  ["top of half", "bad-top", "({ strokes: [[[0, 0]]] })", "{ top: 1.5 }"],
  ["an unknown strategy", "bad-strategy", "({ strokes: [[[0, 0]]] })", '{ strategy: "guess" }'],
];

test.beforeEach(async ({ page, context }) => {
  await context.route("http://elsewhere.test/dot.svg", (route) =>
    route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>' }),
  );
  await page.goto("./");
  await page.evaluate(async () => {
    const url = "./ink-number/index.js";
    const { Recognizer, InkNumberError } = (await import(url)) as typeof import("ink-number");
    Object.assign(globalThis, { Recognizer, InkNumberError, recognizer: await Recognizer.load({ engine: "cpu" }) });
  });
});

test("every bad input has its code, and the next good one is read", async ({ page }) => {
  const seen: string[] = [];
  for (const [what, , input, options = "undefined"] of CASES) seen.push(`${what}: ${await codeOf(page, input, options)}`);
  expect(seen).toEqual(CASES.map(([what, code]) => `${what}: ${code}`));
  const after = await page.evaluate(
    "recognizer.recognize({ strokes: [[[30, 0], [30, 25], [30, 50], [30, 75], [30, 100]]] }).then((r) => r.hypotheses.length > 0)",
  );
  expect(after).toBe(true);
});

test("an unknown engine is refused, and a disposed recogniser says so", async ({ page }) => {
  expect(await errorOf(page, 'Recognizer.load({ engine: "gpu" })')).toBe("bad-engine");
  expect(await errorOf(page, "(recognizer.dispose(), recognizer.recognize({ strokes: [] }))")).toBe("disposed");
});

test("a signal that is none is refused", async ({ page }) => {
  const reading = `import("./ink-number/index.js").then(({ WorkerRecognizer }) => new WorkerRecognizer().recognize({ strokes: [] }, { signal: "now" }))`;
  expect(await errorOf(page, reading)).toBe("bad-argument");
});

for (const [input, ...told] of [
  ["{ strokes: [[[0, 0]], [[1, 2], [3, NaN]]] }", "strokes[1][1]", "NaN"],
  ["{ strokes: [[new Float32Array([1, 2])]] }", "strokes[0][0]", "[x, y]", "Float32Array"],
  ["new Image()", "createImageBitmap", "HTMLImageElement"],
] as const) {
  test(`the message names what was expected and seen: ${input}`, async ({ page }) => {
    const message = await page.evaluate(`recognizer.recognize(${input}).catch((e) => e.message)`);
    for (const words of told) expect(message).toContain(words);
  });
}

test("no strokes are empty, not an error", async ({ page }) => {
  for (const strokes of ["[]", "[[]]"]) {
    expect(await page.evaluate(`recognizer.recognize({ strokes: ${strokes} }).then((r) => r.decision)`)).toBe("empty");
  }
});

test("the same 1 is read from every kind of picture", async ({ page }) => {
  const texts = await page.evaluate(`(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 120, height: 160 });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 120, 160);
    context.lineWidth = 9;
    context.stroke(new Path2D("M62 20 L60 138"));
    const inputs = [canvas, context.getImageData(0, 0, 120, 160), await createImageBitmap(canvas)];
    return Promise.all(inputs.map(async (input) => (await recognizer.recognize(input)).hypotheses[0]?.text));
  })()`);
  expect(texts).toEqual(["1", "1", "1"]);
});

function codeOf(page: Page, input: string, options: string): Promise<string> {
  const helpers = `
    async function taintedCanvas() {
      const image = new Image();
      image.src = "http://elsewhere.test/dot.svg";
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 20 });
      canvas.getContext("2d").drawImage(image, 0, 0);
      return canvas;
    }
    async function closedBitmap() {
      const bitmap = await createImageBitmap(new ImageData(4, 4));
      bitmap.close();
      return bitmap;
    }`;
  return errorOf(page, `(async () => { ${helpers}; const input = await (${input}); return recognizer.recognize(input, ${options}); })()`);
}

/** The code of the InkNumberError that the expression's promise is rejected with, else what came instead. */
function errorOf(page: Page, expression: string): Promise<string> {
  return page.evaluate(`Promise.resolve().then(() => ${expression}).then(
    () => "no error",
    (e) => (e instanceof InkNumberError && e.name === "InkNumberError" ? e.code : String(e)),
  )`);
}

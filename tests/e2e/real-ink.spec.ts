/** Numbers by people, drawn stroke by stroke on the field: how many values are right as they come, and after one tap at most. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { expect, test } from "@playwright/test";

import { scratchOut } from "../../pkg/src/element/scratch-out";
import { FieldPage } from "./field-page";
import type { Path, Xy } from "./ink";

const DATA = process.env["INK_NUMBER_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Every so many-th number of the set, so that all its writers and years are there. */
const EVERY = 14;
const COUNT = 200;
/** Floors, percent. */
const RIGHT = 94;
const RIGHT_AFTER_A_TAP = 98;

interface Written {
  readonly label: string;
  readonly strokes: Path[];
}

test(`${COUNT} numbers by people`, async ({ page }) => {
  test.setTimeout(900_000);
  const numbers = byPeople("crohme/strings").filter((_, i) => i % EVERY === 0).slice(0, COUNT);
  expect(numbers.length).toBe(COUNT);
  const field = new FieldPage(page);
  await field.open('<form><ink-number id="field" name="number"></ink-number></form>');
  const pad = await field.padBox();

  const mistakes: string[] = [];
  let [right, afterATap] = [0, 0];
  for (const { label, strokes } of numbers) {
    await field.drawQuickly(fitted(strokes, pad.width, pad.height));
    await field.read();
    const value = (await field.entries())[0]?.[1];
    const alternative = field.part("alternative").getByText(label, { exact: true });
    const canBeTapped = value !== label && (await alternative.count()) === 1;
    if (canBeTapped) {
      await alternative.click();
      expect(await field.entries()).toEqual([["number", label]]);
    }
    right += value === label ? 1 : 0;
    afterATap += value === label || canBeTapped ? 1 : 0;
    if (value !== label) mistakes.push(`${label} as ${value || "nothing"}${canBeTapped ? ", one tap" : ""}`);
    await field.button("Clear").click();
  }
  const share = (count: number): number => (100 * count) / COUNT;
  console.log(`${share(right)} % right, ${share(afterATap)} % after at most one tap. Not right: ${mistakes.join("; ")}`);
  expect(share(right)).toBeGreaterThanOrEqual(RIGHT);
  expect(share(afterATap)).toBeGreaterThanOrEqual(RIGHT_AFTER_A_TAP);
});

for (const file of ["crohme/strings", "crohme/digits", "pendigits/train", "pendigits/test"]) {
  test(`no stroke of ${file} is taken for scratching out`, () => {
    const scratches = byPeople(file).flatMap(({ label, strokes }) => {
      const ink = strokes.map((stroke) => stroke.map(([x, y]) => ({ x, y, time: 0 })));
      return ink.some((stroke, i) => scratchOut(stroke, ink.slice(0, i)) !== null) ? [label] : [];
    });
    expect(scratches).toEqual([]);
  });
}

/** Ink of one file of the data sets. */
function byPeople(file: string): Written[] {
  const path = `${DATA}/${file}.jsonl.gz`;
  test.skip(!existsSync(path), `no ${path}: INK_NUMBER_DATA names the folder of the data sets`);
  return gunzipSync(readFileSync(path)).toString().trim().split("\n").map((line) => JSON.parse(line) as Written);
}

/** As large as the pad allows, with room around. */
function fitted(strokes: readonly Path[], width: number, height: number): Path[] {
  const points = strokes.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [across, down] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const scale = Math.min((0.9 * width) / Math.max(across, 1e-6), (0.7 * height) / Math.max(down, 1e-6));
  const place = ([x, y]: Xy): Xy => [(x - left) * scale + (width - across * scale) / 2, (y - top) * scale + (height - down * scale) / 2];
  return strokes.map((stroke) => stroke.map(place));
}

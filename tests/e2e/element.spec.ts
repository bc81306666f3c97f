/** What `<ink-number>` does that no native field does: ink, readings, corrections, and where it lives. */

import AxeBuilder from "@axe-core/playwright";
import { type Page, expect, test } from "@playwright/test";

import { type Rules, allowedBy } from "../../pkg/src/element/rules";
import { FieldPage } from "./field-page";
import goldenInk from "./golden-ink.json" with { type: "json" };
import { type Path, denseScribble, fortyTwoApart, oneOrSeven, placed, singleDot, twoZeroThreeOnePenPath } from "./ink";

const FORM = '<form><label for="field">Amount</label> <ink-number id="field" name="amount"></ink-number><button id="send">Send</button></form>';

/** In the middle of the pad, 80 px high. */
const onPad = (ink: readonly Path[]): Path[] => placed(ink, 40, 14, 0.8);
const FORTY_TWO = onPad(fortyTwoApart());
const TWO_ZERO_THREE = onPad(twoZeroThreeOnePenPath());
const SCRIBBLE = onPad(denseScribble());
const ONE_OR_SEVEN = onPad(oneOrSeven());
const FOUR_SLASH_TWO = onPad(golden("four-slash-two"));

function golden(name: string): Path[] {
  const ink = goldenInk.find((ink) => ink.name === name);
  if (!ink) throw new Error(`no golden ink is called ${name}`);
  return ink.strokes as unknown as Path[];
}

let field: FieldPage;
test.beforeEach(({ page }) => {
  field = new FieldPage(page);
});

test.describe("writing", () => {
  test("gives the value, stroke by stroke, and tells of it", async ({ page }) => {
    await field.open(FORM);
    await field.listen("input", "change", "ink-reading");
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.entries()).toEqual([["amount", "42"]]);
    await page.focus("#send");
    const seen = await field.seen();
    expect(seen.at(-1)).toBe("change field 42");
    expect(seen).toContain("input field 42");
    expect(seen.indexOf("input field 42")).toBeLessThan(seen.indexOf("ink-reading field 42"));
    expect(seen.filter((event) => event.startsWith("change"))).toHaveLength(1);
  });

  test("a slash is no digit: left out of a number, and no amount has one", async () => {
    await field.open('<ink-number id="field"></ink-number><ink-number id="amount" mode="decimal"></ink-number>');
    await field.draw(FOUR_SLASH_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
    await field.draw(FOUR_SLASH_TWO, "amount");
    await field.read("amount");
    expect(await field.value("amount")).toBe("");
    expect(await field.get("validationMessage", "amount")).not.toBe("");
  });

  test("hands the whole reading out with its ink", async ({ page }) => {
    await field.open(FORM);
    await page.evaluate(() =>
      document.addEventListener("ink-reading", (event) => Object.assign(window, { detail: (event as CustomEvent).detail }), { once: true }),
    );
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    const { reading, strokes } = await page.evaluate(() => {
      const { reading, ink } = (window as unknown as { detail: { reading: { text: string; segments: unknown[] }; ink: { strokes: unknown[] } } }).detail;
      return { reading: { text: reading.text, segments: reading.segments.length }, strokes: ink.strokes.length };
    });
    expect(reading).toEqual({ text: "203", segments: 3 });
    expect(strokes).toBe(1);
  });

  for (const [edge, first] of [
    ["the foot", [[30, 15], [30, 130]]],
    ["the top", [[30, 60], [30, -25]]],
    ["the side", [[30, 62], [30, 15], [-20, 16]]],
  ] as const) {
    test(`a stroke that runs over ${edge} moves nothing under the pen`, async () => {
      await field.open(FORM);
      const pad = await field.padBox();
      // The way from point to point, as a hand goes it.
      const way = (points: readonly (readonly [number, number])[]): Path =>
        points.slice(1).flatMap(([x, y], i): Path => Array.from({ length: 9 }, (_, k): [number, number] => {
          const [fromX, fromY] = points[i] ?? [0, 0];
          return [fromX + ((x - fromX) * k) / 8, fromY + ((y - fromY) * k) / 8];
        }));
      const five = [way([[96, 15], [72, 15], [70, 36], [84, 33], [94, 42], [92, 54], [80, 62], [68, 58]])];
      await field.draw([way(first), ...five]);
      await field.read();
      expect(pad.height).toBeLessThan(130);
      const lefts = await field.field().evaluate((e) => (e as unknown as { ink: { strokes: { x: number }[][] } }).ink.strokes.map((s) => Math.min(...s.map(({ x }) => x))));
      expect(Math.abs((lefts[1] ?? 0) - 68)).toBeLessThan(2);
      if (edge !== "the side") expect(await field.value()).toBe("15");
    });
  }

  test("the last two hundred steps can be undone", async () => {
    await field.open(FORM);
    const lengths = await field.field().evaluate((element) => {
      const field = element as unknown as { ink: { strokes: number[][][] }; undo(): void };
      for (let n = 1; n <= 205; n++) field.ink = { strokes: Array.from({ length: n }, () => [[10, 10]]) };
      const seen: number[] = [];
      for (let n = 0; n < 210; n++) {
        field.undo();
        seen.push(field.ink.strokes.length);
      }
      return seen;
    });
    expect(lengths[0]).toBe(204);
    expect(lengths.at(-1)).toBe(5);
  });

  test("by finger works like writing by mouse", async ({ browser }) => {
    const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 700 } });
    const page = await context.newPage();
    field = new FieldPage(page);
    await field.open(`${FORM}<p class="filler">${"more to scroll to<br>".repeat(80)}</p>`);
    await field.drawByTouch(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await context.close();
  });

  test("with a pen leaves the palm out", async ({ page }) => {
    await field.open(FORM);
    const box = await field.padBox();
    // The palm comes first, then the pen, and the palm again.
    await page.evaluate(([x, y]) => {
      const pad = document.querySelector("#field")?.shadowRoot?.querySelector("[part~=pad]") as HTMLElement;
      pad.setPointerCapture = () => {};
      const send = (type: string, pointerType: string, pointerId: number, dx: number, dy: number): void => {
        const at = { clientX: x + dx, clientY: y + dy, pointerType, pointerId, button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1 };
        pad.dispatchEvent(new PointerEvent(type, { bubbles: true, composed: true, isPrimary: true, ...at }));
      };
      send("pointerdown", "touch", 7, 200, 90);
      send("pointermove", "touch", 7, 240, 90);
      send("pointerdown", "pen", 8, 60, 20);
      for (let dy = 20; dy <= 90; dy += 5) send("pointermove", "pen", 8, 60, dy);
      send("pointerup", "pen", 8, 60, 90);
      send("pointerdown", "touch", 9, 220, 80);
      send("pointermove", "touch", 9, 260, 80);
      send("pointerup", "touch", 9, 260, 80);
    }, [box.x, box.y] as const);
    await field.read();
    expect(await field.value()).toBe("1");
    expect(await field.field().evaluate((e) => (e as unknown as { ink: { strokes: unknown[] } }).ink.strokes.length)).toBe(1);
  });

  test("and sending at once sends the newest ink", async ({ page }) => {
    await field.open(FORM.replace("name=", "required name="));
    await field.listen("submit");
    await field.draw(FORTY_TWO);
    await page.click("#send");
    await expect.poll(() => field.seen()).toEqual(["submit"]);
    expect(await field.value()).toBe("42");
  });

  test("and sending at once is not held against what was read before", async ({ page }) => {
    await field.open(FORM.replace("name=", 'minlength="2" name='));
    await field.draw(FORTY_TWO.slice(0, 2));
    await field.read();
    await field.listen("submit", "invalid");
    // Twice, as impatient people do, and at the very end of the stroke, before it can have been read: it is one submit that is held.
    await page.evaluate(() => {
      const send = document.querySelector<HTMLButtonElement>("#send");
      addEventListener("pointerup", () => ["", ""].forEach(() => send?.click()), { once: true });
    });
    await field.draw(FORTY_TWO.slice(2));
    await field.read();
    await expect.poll(() => field.seen()).toEqual(["submit"]);
    expect(await field.value()).toBe("42");
  });

  test("and typing meanwhile waits for nothing", async ({ page }) => {
    await page.route("**/*.weights", () => {}); // It never loads.
    await field.open(FORM);
    await field.draw(FORTY_TWO);
    await field.listen("input", "change", "submit");
    await field.text().fill("42");
    await field.text().press("Enter");
    expect(await field.seen()).toEqual(["input field 42", "change field 42", "submit"]);
  });

  test("in a form within a shadow root waits as well", async ({ page }) => {
    await field.open('<div id="host"></div>');
    await page.evaluate((form) => {
      const root = document.querySelector("#host")?.attachShadow({ mode: "open" });
      if (root) root.innerHTML = form;
      root?.addEventListener("submit", (event) => {
        event.preventDefault();
        document.title = String(new FormData(event.target as HTMLFormElement).get("amount"));
      });
    }, FORM);
    await field.draw(FORTY_TWO);
    await page.click("#send");
    await expect(page).toHaveTitle("42");
  });

  test("goes on when the page gives the value back, as frameworks do", async ({ page }) => {
    await field.open(FORM);
    await page.evaluate(() => document.addEventListener("input", (event) => {
      const { target } = event;
      if (target instanceof HTMLElement && target.localName === "ink-number") setTimeout(() => ((target as HTMLInputElement).value = (target as HTMLInputElement).value));
    }));
    for (const stroke of FORTY_TWO) {
      await field.draw([stroke]);
      await field.read();
      await page.waitForTimeout(50);
    }
    expect(await field.value()).toBe("42");
    await field.listen("change");
    await page.focus("#send");
    expect(await field.seen()).toEqual(["change field 42"]);
  });

  for (const [what, takeBack] of [
    ["Clear", () => field.button("Clear").click()],
    ["Undo", () => field.button("Undo").click()],
    ["a reset", () => field.page.evaluate(() => document.forms[0]?.reset())],
  ] as const) {
    test(`and sending at once sends nothing after ${what}`, async ({ page }) => {
      let load = (): void => {};
      const isTime = new Promise<void>((resolve) => (load = resolve));
      await page.route("**/*.weights", (route) => isTime.then(() => route.continue()));
      await field.open(FORM);
      await field.draw(FORTY_TWO);
      await field.listen("submit");
      await page.click("#send");
      await expect(field.part("message")).toHaveText("Reading…");
      await takeBack();
      load();
      await field.read();
      await page.waitForTimeout(100);
      expect(await field.seen()).toEqual([]);
      await page.click("#send");
      await field.read();
      await expect.poll(() => field.seen()).toEqual(["submit"]);
    });
  }

  test("on a default value takes its place, and undo brings it back", async () => {
    await field.open('<form><ink-number id="field" value="9"></ink-number></form>');
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
    for (let i = 0; i < FORTY_TWO.length; i++) await field.button("Undo").click();
    expect(await field.value()).toBe("9");
  });
});

test.describe("editing", () => {
  test("undo, redo and clear by buttons", async () => {
    await field.open(FORM);
    await expect(field.button("Undo")).toBeDisabled();
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    await field.button("Clear").click();
    expect(await field.value()).toBe("");
    await field.button("Undo").click();
    await field.read();
    expect(await field.value()).toBe("203");
    await field.button("Undo").click();
    expect(await field.value()).toBe("");
    await field.button("Redo").click();
    await field.read();
    expect(await field.value()).toBe("203");
  });

  test("clearing takes the focus nowhere: undo by key has the ink back", async ({ page }) => {
    await field.open(FORM);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    await field.button("Clear").click();
    await page.keyboard.press("Control+z");
    await field.read();
    expect(await field.value()).toBe("203");
  });

  test("undo and redo by keys", async ({ page }) => {
    await field.open(FORM);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    await page.keyboard.press("Control+z");
    expect(await field.value()).toBe("");
    await page.keyboard.press("Control+Shift+z");
    await field.read();
    expect(await field.value()).toBe("203");
  });

  test("scratching out takes the ink under it away, and undo brings it back", async () => {
    await field.open(FORM);
    await field.draw(FORTY_TWO);
    await field.read();
    const two = { left: 40 + 0.8 * 90, right: 40 + 0.8 * 160 };
    const scratch = Array.from({ length: 9 }, (_, i): [number, number] => [i % 2 ? two.right : two.left, 24 + 7 * i]);
    await field.draw([scratch.flatMap(([x, y], i) => between(scratch[i - 1] ?? [x, y], [x, y]))]);
    await field.read();
    expect(await field.value()).toBe("4");
    await field.button("Undo").click();
    await field.read();
    expect(await field.value()).toBe("42");
  });

  test("scratching out one digit of a joined number leaves the others", async () => {
    await field.open(FORM);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    // Over the 0, which the 2 runs into and the 3 comes out of.
    const [left, right] = [40 + 0.8 * 84, 40 + 0.8 * 156];
    const scratch = Array.from({ length: 9 }, (_, i): [number, number] => [i % 2 ? right : left, 22 + 8 * i]);
    await field.draw([scratch.flatMap(([x, y], i) => between(scratch[i - 1] ?? [x, y], [x, y]))]);
    await field.read();
    expect(await field.value()).toBe("23");
  });

  test("a line across a number strikes it out", async () => {
    await field.open(FORM);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    await field.draw([[[30, 58], ...between([30, 58], [224, 64])]]);
    await field.read();
    expect(await field.value()).toBe("");
    await expect(field.part("message")).toHaveText(/^It is struck out/);
    // What the line was not meant for can be had all the same.
    await expect(field.part("alternatives").getByRole("button").first()).toBeVisible();
    await field.button("Undo").click();
    await field.read();
    expect(await field.value()).toBe("203");
  });

  test("typing over ink keeps it, and undo takes the text away", async () => {
    await field.open(FORM);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    await field.text().fill("208");
    expect(await field.value()).toBe("208");
    await expect(field.part("alternative").first()).toHaveText("203");
    expect(await field.field().evaluate((e) => (e as unknown as { ink: { strokes: unknown[] } }).ink.strokes.length)).toBe(1);
    await field.button("Undo").click();
    expect(await field.value()).toBe("203");
  });

  test("typed letters do not stay, and digits of other scripts are digits", async () => {
    await field.open(FORM);
    await field.text().pressSequentially("1a2-3");
    await expect(field.text()).toHaveValue("123");
    await field.text().fill("٤٢１");
    expect(await field.value()).toBe("421");
  });

  test("what an input method composes is taken when it is done", async ({ page }) => {
    await field.open(FORM);
    await field.listen("input", "change");
    await field.text().focus();
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "１２", selectionStart: 2, selectionEnd: 2 });
    expect(await field.value()).toBe("");
    await client.send("Input.insertText", { text: "１２" });
    expect(await field.value()).toBe("12");
    await page.focus("#send");
    expect(await field.seen()).toEqual(["input field 12", "change field 12"]);
  });

  test("what is typed after writing is the number, and a point goes on with what was read", async ({ page }) => {
    await field.open('<ink-number id="field" mode="decimal"></ink-number>');
    await field.draw(FORTY_TWO);
    await field.read();
    await page.keyboard.type(".5");
    expect(await field.value()).toBe("42.5");
    const backOnThePad = async (): Promise<void> => {
      await page.keyboard.press("Control+z");
      expect(await field.value()).toBe("42");
      await field.part("pad").focus();
    };
    await backOnThePad();
    await page.keyboard.type("15");
    expect(await field.value()).toBe("15");
    await backOnThePad();
    await page.keyboard.press("Backspace");
    expect(await field.value()).toBe("4");
    await backOnThePad();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("7");
    expect(await field.value()).toBe("7");
    await backOnThePad();
    await page.keyboard.press("-");
    expect(await field.value(), "there is no use for it").toBe("42");
  });

  test("amounts know how many digits they may have", () => {
    const rules = { mode: "decimal", required: false, minLength: null, maxLength: null, pattern: "", min: "", max: "99.99", step: "0.01", stepBase: "", check: null, values: null } as const;
    const most = (given: Partial<Rules>): number | undefined => allowedBy({ ...rules, ...given }).maxLength;
    expect([most({}), most({ step: "5" }), most({ max: "1000", maxLength: 5 }), most({ min: "0.005" })]).toEqual([4, 4, 5, 5]);
    expect([most({ max: "" }), most({ step: "" }), most({ step: "0" }), most({ mode: "signed" })]).toEqual(Array(4).fill(undefined));
    expect(most({ mode: "signed", min: "-200", max: "9" })).toBe(5);
  });

  test("a check that is none is told", async ({ page }) => {
    const told = page.waitForEvent("console", (message) => message.text().includes(`expected luhn or mod97, saw "foo"`));
    await field.open('<ink-number id="field" check="foo"></ink-number>');
    await told;
  });

  test("a letter in the middle leaves the cursor there", async ({ page }) => {
    await field.open(FORM);
    await field.text().fill("123456");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("x9");
    expect(await field.value()).toBe("1239456");
  });

  test("values that are none set nothing, and amounts are as the language writes them", async () => {
    await field.open('<ink-number id="field"></ink-number><ink-number id="en" mode="decimal" lang="en"></ink-number><ink-number id="de" mode="decimal" lang="de"></ink-number>');
    const set = async (id: string, value: unknown): Promise<string> => {
      await field.field(id).evaluate((e, value) => ((e as HTMLInputElement).value = value as string), value);
      return field.value(id);
    };
    expect([await set("field", 12.5), await set("field", "1e3"), await set("field", "007"), await set("en", "1e3"), await set("en", 12.5)]).toEqual(["", "", "007", "", "12.5"]);
    const typed = async (id: string, text: string): Promise<string> => {
      await field.text(id).fill(text);
      return field.value(id);
    };
    expect([await typed("en", "1,234"), await typed("de", "1,234"), await typed("en", "1.234"), await typed("de", "1.234")]).toEqual(["1234", "1.234", "1.234", "1234"]);
    expect([await typed("en", "0,125"), await typed("de", "0.125"), await typed("en", "01,234")]).toEqual(["0.125", "0.125", "01.234"]);
    // What is no amount is no value, whoever wrote it.
    expect([await typed("en", "1.2.3"), await field.field("en").evaluate((e) => (e as HTMLInputElement).validity.badInput)]).toEqual(["", true]);
    expect([await typed("en", "12,50"), await typed("de", "1.234,50"), await typed("en", "1,234,567.5")]).toEqual(["12.50", "1234.50", "1234567.5"]);
  });
});

test.describe("doubt", () => {
  test("another reading is one tap away", async () => {
    await field.open(FORM);
    await field.draw(ONE_OR_SEVEN);
    await field.read();
    const value = await field.value();
    expect(["1", "7"]).toContain(value);
    const other = value === "1" ? "7" : "1";
    await field.listen("input", "change");
    await field.part("alternative").getByText(other, { exact: true }).click();
    expect(await field.value()).toBe(other);
    await expect.poll(() => field.seen()).toEqual([`input field ${other}`, `change field ${other}`]);
    await expect(field.part("message")).toHaveText("");
  });

  test("is no fault unless a tap is asked for", async () => {
    await field.open('<form><ink-number id="field" confirm></ink-number><ink-number id="lax"></ink-number></form>');
    for (const id of ["field", "lax"]) {
      await field.draw(ONE_OR_SEVEN, id);
      await field.read(id);
    }
    await expect(field.part("message")).toHaveText(/^Is this [17] or [17]\?$/);
    expect(await field.field().evaluate((e) => e.matches(":invalid"))).toBe(true);
    expect(await field.field("lax").evaluate((e) => e.matches(":invalid"))).toBe(false);
    await field.part("alternative").first().click();
    expect(await field.field().evaluate((e) => e.matches(":invalid"))).toBe(false);
  });

  test("a fault is said when the person leaves, not while they write", async ({ page }) => {
    await field.open(FORM.replace("name=", 'check="luhn" name='));
    await field.draw(FORTY_TWO.slice(0, 2));
    await field.read();
    await expect(field.part("message")).toHaveText("");
    await page.focus("#send");
    await expect(field.part("message")).toHaveText(/check digit/);
    await field.draw(FORTY_TWO.slice(2));
    await field.read();
    await expect(field.part("message")).toHaveText("");
  });

  test("what is no number gives no value, says why and holds the form back", async ({ page }) => {
    await field.open(FORM);
    await field.listen("submit", "invalid");
    await field.draw(SCRIBBLE);
    await field.read();
    expect(await field.value()).toBe("");
    await expect(field.part("message")).not.toHaveText("");
    expect(await field.field().evaluate((e) => (e as HTMLInputElement).validity.badInput)).toBe(true);
    await page.click("#send");
    expect(await field.seen()).toEqual(["invalid field "]);
    await field.button("Clear").click();
    expect(await field.field().evaluate((e) => e.matches(":valid"))).toBe(true);
  });
});

test.describe("rules", () => {
  test("lead the search", async () => {
    await field.open('<form><ink-number id="field" values="208 209"></ink-number></form>');
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    // Nothing that is allowed is likely: it is shown as it is written, and is a fault.
    expect(await field.value()).toBe("203");
    expect(await field.field().evaluate((e) => (e as HTMLInputElement).validity.patternMismatch)).toBe(true);
    await field.field().evaluate((e) => e.setAttribute("values", "203 42"));
    await field.read();
    expect(await field.field().evaluate((e) => e.matches(":valid"))).toBe(true);
  });

  test("show a long number that breaks them as it is written, however much doubt its length leaves", async () => {
    const ones = Array.from({ length: 12 }, (_, i): Path => [[26 * i, 0], [26 * i + 1, 30], [26 * i, 60]]);
    await field.open('<form><ink-number id="field" check="luhn"></ink-number></form>');
    await field.draw(onPad(ones));
    await field.read();
    expect(await field.value()).toBe("1".repeat(12));
    expect(await field.field().evaluate((e) => e.matches(":invalid"))).toBe(true);
  });

  test("of unfinished numbers are no reason to read another", async () => {
    await field.open('<form><ink-number id="field" minlength="4"></ink-number></form>');
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
    expect(await field.field().evaluate((e) => (e as HTMLInputElement).validity.tooShort)).toBe(true);
  });

  test("that the search does not know hold all the same", async () => {
    await field.open('<form><ink-number id="field" pattern="(?!4).*"></ink-number></form>');
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
    expect(await field.field().evaluate((e) => (e as HTMLInputElement).validity.patternMismatch)).toBe(true);
  });

  test("amounts have a point and a sign", async () => {
    const dash: Path = [[4, 56], [16, 55], [30, 56]];
    const [angle = [], stem = [], two = []] = fortyTwoApart();
    const right = (path: Path, dx: number): Path => path.map(([x, y]) => [x + dx, y]);
    const point = singleDot()[0]?.map(([x, y]): [number, number] => [x + 58, y + 48]) ?? [];
    const ink = onPad([dash, right(angle, 50), right(stem, 50), right(point, 50), right(two, 90)]);
    await field.open('<form><ink-number id="field" mode="signed"></ink-number><ink-number id="digits"></ink-number></form>');
    await field.draw(ink);
    await field.draw(ink, "digits");
    await field.read();
    await field.read("digits");
    expect(await field.value()).toBe("-4.2");
    // A field for amounts without a sign does not make another amount of it.
    await field.field().evaluate((e) => e.setAttribute("mode", "decimal"));
    await field.read();
    expect([await field.value(), await field.field().evaluate((e) => (e as HTMLInputElement).validity.badInput)]).toEqual(["", true]);
    expect(await field.value("digits")).toBe("42");
  });
});

test.describe("wherever it is", () => {
  test("coming back to the page brings the ink back", async ({ page }) => {
    await field.serve("Elsewhere", "elsewhere");
    await field.open(FORM);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    await page.goto("elsewhere.html");
    await page.goBack();
    await page.waitForFunction(() => customElements.get("ink-number"));
    await expect.poll(() => field.value()).toBe("203");
    expect(await field.field().evaluate((e) => (e as unknown as { ink: { strokes: unknown[] } }).ink.strokes.length)).toBe(1);
    // The person has changed nothing since.
    await field.listen("change");
    await field.text().focus();
    await field.text().blur();
    await field.read();
    expect(await field.seen()).toEqual([]);
  });

  test("made while hidden, and shown later", async () => {
    await field.open(`<div hidden id="box">${FORM}</div>`);
    await field.page.evaluate(() => ((document.querySelector("#box") as HTMLElement).hidden = false));
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
  });

  test("zoomed by its page", async () => {
    await field.open(`<div id="box">${FORM}</div>`);
    await field.page.evaluate(() => {
      const { style } = document.querySelector("#box") as HTMLElement;
      [style.transform, style.transformOrigin] = ["scale(1.6)", "0 0"];
    });
    await field.draw(placed(FORTY_TWO, 0, 0, 1.6));
    await field.read();
    expect(await field.value()).toBe("42");
    // The ink lies where it was drawn: in units of the pad, not of the screen.
    const right = await field.field().evaluate((e) => Math.max(...(e as unknown as { ink: { strokes: { x: number }[][] } }).ink.strokes.flat().map((p) => p.x)));
    expect(right).toBeCloseTo(Math.max(...FORTY_TWO.flat().map(([x]) => x)), 0);
  });

  test("narrowed after writing shows all of the ink", async ({ page }) => {
    await page.setViewportSize({ width: 900, height: 600 });
    await field.open('<ink-number id="field"></ink-number>');
    await field.field().evaluate((e) => ((e as HTMLElement).style.inlineSize = "800px"));
    await field.draw(placed(fortyTwoApart(), 600, 14, 0.8));
    await field.read();
    await field.field().evaluate((e) => ((e as HTMLElement).style.inlineSize = "300px"));
    await expect.poll(() => field.part("ink").evaluate(inkInside)).toBe(true);
    expect(await field.value()).toBe("42");
  });

  test("in a dialog, in another component, and in a moved one", async ({ page }) => {
    await field.open('<dialog id="dialog"><ink-number id="field"></ink-number></dialog><div id="host"></div>');
    await page.evaluate(() => (document.querySelector("#dialog") as HTMLDialogElement).showModal());
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
    await page.evaluate(() => {
      document.querySelector("#host")?.attachShadow({ mode: "open" }).append(document.querySelector("#field") as Node);
      (document.querySelector("#dialog") as HTMLDialogElement).close();
    });
    await field.read();
    expect(await field.value()).toBe("42");
    await field.button("Clear").click();
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    expect(await field.value()).toBe("203");
  });

  test("twenty on a page share one worker", async ({ page }) => {
    const ids = Array.from({ length: 20 }, (_, i) => `f${i}`);
    await field.open(ids.map((id) => `<ink-number id="${id}"></ink-number>`).join(""));
    for (const id of ids) await field.draw(FORTY_TWO, id);
    for (const id of ids) await field.read(id);
    expect(await Promise.all(ids.map((id) => field.value(id)))).toEqual(ids.map(() => "42"));
    expect(page.workers()).toHaveLength(1);
  });
});

test.describe("when things break", () => {
  test("a worker that dies in mid-reading is replaced, and the reading comes", async ({ page }) => {
    await page.addInitScript(recordWorkers);
    await field.open(FORM);
    await field.draw(FORTY_TWO.slice(0, 2));
    await field.read();
    // It dies of the next thing that it is asked.
    await page.evaluate(() => {
      const [worker] = (window as unknown as { started: Worker[] }).started;
      if (worker) worker.postMessage = () => worker.terminate();
    });
    await field.draw(FORTY_TWO.slice(2));
    await field.read();
    expect(await field.value()).toBe("42");
    expect(await page.evaluate(() => (window as unknown as { started: Worker[] }).started.length)).toBe(2);
  });

  test("where workers are forbidden the page reads", async ({ page }) => {
    await page.addInitScript(() => {
      window.Worker = class {
        constructor() {
          throw new DOMException("no workers here", "SecurityError");
        }
      } as unknown as typeof Worker;
    });
    await field.open(FORM);
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
  });

  test("a worker whose script is not there is no loss either", async ({ page }) => {
    await page.route("**/worker.js", (route) => route.fulfill({ status: 404 }));
    await field.open(FORM);
    await field.draw(FORTY_TWO);
    await field.read();
    expect(await field.value()).toBe("42");
  });

  test("missing weights are told, the ink stays, and the next stroke tries again", async ({ page }) => {
    await page.route("**/*.weights", (route) => route.fulfill({ status: 404 }));
    await field.open(FORM);
    await field.listen("ink-error");
    await field.draw(FORTY_TWO.slice(0, 2));
    await field.read();
    expect(await field.seen()).toContain("ink-error field ");
    await expect(field.part("message")).toContainText("could not be read");
    expect(await field.field().evaluate((e) => e.matches(":invalid"))).toBe(true);
    await page.unroute("**/*.weights");
    await field.draw(FORTY_TWO.slice(2));
    await field.read();
    expect(await field.value()).toBe("42");
  });

  test("the worker ends when nothing is asked of it, and starts again", async ({ page }) => {
    await field.open(FORM);
    await page.evaluate(async () => {
      const { WorkerRecognizer } = (await import(new URL("./ink-number/index.js", location.href).href)) as typeof import("ink-number");
      WorkerRecognizer.configure({ engine: "cpu", idleAfter: 50 });
    });
    await field.draw(FORTY_TWO.slice(0, 2));
    await field.read();
    await expect.poll(() => page.workers().length).toBe(0);
    await field.draw(FORTY_TWO.slice(2));
    await field.read();
    expect(await field.value()).toBe("42");
  });
});

test.describe("for everyone", () => {
  test("what describes the field is said with its message", async ({ page }) => {
    await field.open(`<p id="vat">Incl. VAT</p>${FORM.replace("name=", 'aria-describedby="vat" check="luhn" name=')}`);
    await field.text().fill("43");
    await page.focus("#send");
    await expect(field.text()).toHaveAccessibleDescription(/^Incl. VAT .*check digit/);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await field.open(`<h1>Fields</h1>${FORM}<form><label for="unread">Other</label><ink-number id="unread" disabled value="3"></ink-number>
        <label for="refused">Refused</label><ink-number id="refused" required></ink-number></form>`);
      await expectNoViolations(page);
      await field.draw(ONE_OR_SEVEN);
      await field.draw(SCRIBBLE, "refused");
      await field.read();
      await field.read("refused");
      await expectNoViolations(page);
    });
  }

  test("every reading is spoken", async ({ page }) => {
    await field.open(FORM);
    const spoken = page.locator("#field [role=status]");
    await field.draw(FORTY_TWO);
    await expect(spoken).toHaveText("Read 42.");
    await field.button("Clear").click();
    await expect(spoken).toHaveText("Empty.");
    await field.draw(SCRIBBLE);
    await expect(spoken).toHaveText(/not a digit|likely|not a number/i);
  });

  test("every action is done by keys alone", async ({ page }) => {
    await field.open(FORM);
    await field.field().evaluate((e, ink) => ((e as unknown as { ink: unknown }).ink = { strokes: ink }), ONE_OR_SEVEN);
    await field.read();
    const first = await field.value();
    await page.keyboard.press("Tab"); // Into the text.
    await expect(field.text()).toBeFocused();
    await page.keyboard.press("ArrowDown"); // To the first of the other readings.
    const [chosen] = await field.part("alternative").allTextContents();
    await page.keyboard.press("Enter");
    expect(await field.value()).toBe(chosen);
    await expect(field.text()).toBeFocused();
    await page.keyboard.press("Control+z");
    await field.read();
    expect(await field.value()).toBe(first);
    await field.button("Clear").focus();
    await page.keyboard.press("Space");
    expect(await field.value()).toBe("");
    await field.button("Type instead").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("15");
    expect(await field.value()).toBe("15");
  });

  test("from right to left the number still runs from left to right", async () => {
    await field.open(`<div dir="rtl">${FORM}</div>`);
    await field.draw(TWO_ZERO_THREE);
    await field.read();
    expect(await field.value()).toBe("203");
    expect(await field.text().evaluate((e) => getComputedStyle(e).direction)).toBe("ltr");
    const [text, tools] = await Promise.all([field.text().boundingBox(), field.part("tools").boundingBox()]);
    expect(text?.x).toBeGreaterThan(tools?.x ?? Infinity);
  });
});

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
}

/** Points on the way from one to the other. */
function between([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): [number, number][] {
  return Array.from({ length: 6 }, (_, i): [number, number] => [ax + ((bx - ax) * (i + 1)) / 6, ay + ((by - ay) * (i + 1)) / 6]);
}

/** Runs in the page. */
function recordWorkers(): void {
  const started: Worker[] = [];
  Object.assign(window, { started });
  const Native = Worker;
  window.Worker = class extends Native {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      started.push(this);
    }
  };
}

/** Whether a canvas has ink, and none at its edges. Runs in the page. */
function inkInside(canvas: SVGElement | HTMLElement): boolean {
  const { width, height } = canvas as unknown as HTMLCanvasElement;
  const context = (canvas as unknown as HTMLCanvasElement).getContext("2d");
  const alpha = (x: number, y: number, w: number, h: number): boolean => context?.getImageData(x, y, w, h).data.some((v, i) => i % 4 === 3 && v > 0) ?? false;
  return alpha(0, 0, width, height) && !alpha(width - 2, 0, 2, height) && !alpha(0, 0, 2, height);
}

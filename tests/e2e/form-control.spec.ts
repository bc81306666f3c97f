/** What any field of a form does: each test is passed by a native <input> and by <ink-number> alike. */

import { expect, test } from "@playwright/test";

import { FieldPage } from "./field-page";

type Kind = "input" | "ink-number";

/** The markup of a field with these attributes. Numbers' limits are things of `<input type="number">` alone. */
function field(kind: Kind, attributes = 'name="amount"', id = "field"): string {
  const type = /\b(min|max|step)=/.test(attributes) ? "number" : "text";
  return kind === "input" ? `<input id="${id}" type="${type}" ${attributes}>` : `<ink-number id="${id}" ${attributes}></ink-number>`;
}

for (const kind of ["input", "ink-number"] as const) {
  test.describe(`a form with <${kind}>`, () => {
    const open = async (page: FieldPage, attributes: string, around = (html: string) => `<form>${html}<button id="send">Send</button></form>`) =>
      page.open(around(field(kind, attributes)));
    let form: FieldPage;
    test.beforeEach(({ page }) => {
      form = new FieldPage(page);
    });
    const validity = (flag: string) => form.field().evaluate((e, flag) => (e as HTMLInputElement).validity[flag as "valid"], flag);
    const matches = (selector: string) => form.field().evaluate((e, selector) => e.matches(selector), selector);
    const set = (property: string, value: unknown) =>
      form.field().evaluate((e, [property, value]) => void ((e as unknown as Record<string, unknown>)[property as string] = value), [property, value]);

    test.describe("value", () => {
      test("is the attribute's to begin with", async () => {
        await open(form, 'value="12"');
        expect(await form.value()).toBe("12");
        await expect(form.text()).toHaveValue("12");
      });
      test("is what was typed", async () => {
        await open(form, "");
        await form.text().pressSequentially("203");
        expect(await form.value()).toBe("203");
      });
      test("can be set and shows", async () => {
        await open(form, "");
        await set("value", "45");
        await expect(form.text()).toHaveValue("45");
      });
      test("does not change the attribute", async () => {
        await open(form, 'value="12"');
        await set("value", "45");
        await expect(form.field()).toHaveAttribute("value", "12");
      });
      test("follows the attribute as long as nobody changed it", async () => {
        await open(form, 'value="12"');
        await form.field().evaluate((e) => e.setAttribute("value", "34"));
        expect(await form.value()).toBe("34");
        await set("value", "5");
        await form.field().evaluate((e) => e.setAttribute("value", "67"));
        expect(await form.value()).toBe("5");
      });
      test("is a number where that is asked for", async () => {
        await open(form, 'step="any" value="12"');
        expect(await form.get("valueAsNumber")).toBe(12);
      });
      test("survives a move in the document", async ({ page }) => {
        await open(form, "", (html) => `<form>${html}</form><form id="other"></form>`);
        await form.text().pressSequentially("77");
        await page.evaluate(() => document.forms[1]?.append(document.querySelector("#field") as Node));
        expect(await form.value()).toBe("77");
        expect(await page.evaluate(() => (document.querySelector("#field") as HTMLInputElement).form?.id)).toBe("other");
      });
      test("comes with a clone as the attribute has it", async ({ page }) => {
        await open(form, 'value="12"');
        expect(await page.evaluate(() => (document.querySelector("#field")?.cloneNode(true) as HTMLInputElement).value)).toBe("12");
      });
    });

    test.describe("submission", () => {
      test("sends the value under the name", async () => {
        await open(form, 'name="amount"');
        await form.text().pressSequentially("203");
        expect(await form.entries()).toEqual([["amount", "203"]]);
      });
      test("sends an empty value too", async () => {
        await open(form, 'name="amount"');
        expect(await form.entries()).toEqual([["amount", ""]]);
      });
      test("sends the default", async () => {
        await open(form, 'name="amount" value="9"');
        expect(await form.entries()).toEqual([["amount", "9"]]);
      });
      test("sends nothing without a name", async () => {
        await open(form, 'value="9"');
        expect(await form.entries()).toEqual([]);
      });
      test("sends nothing when disabled", async () => {
        await open(form, 'name="amount" value="9" disabled');
        expect(await form.entries()).toEqual([]);
      });
      test("sends what is read-only", async () => {
        await open(form, 'name="amount" value="9" readonly');
        expect(await form.entries()).toEqual([["amount", "9"]]);
      });
      test("goes by the address of the form", async ({ page }) => {
        await form.serve("Thank you", "thanks");
        await open(form, 'name="amount"', (html) => `<form action="thanks.html">${html}<button id="send">Send</button></form>`);
        await form.text().pressSequentially("203");
        await page.click("#send");
        await expect(page).toHaveURL(/thanks\.html\?amount=203$/);
      });
      test("is done by Enter, after change", async () => {
        await open(form, "");
        await form.listen("change", "submit");
        await form.text().pressSequentially("8");
        await form.text().press("Enter");
        expect(await form.seen()).toEqual(["change field 8", "submit"]);
      });
      test("by Enter clicks the first button", async ({ page }) => {
        await open(form, "", (html) => `<form>${html}<button type="button">No</button><button id="a">A</button><button id="b">B</button></form>`);
        await page.evaluate(() => document.addEventListener("submit", (e) => { e.preventDefault(); document.title = e.submitter?.id ?? ""; }));
        await form.text().press("Enter");
        await expect(page).toHaveTitle("a");
      });
      test("by Enter can be kept from it by the page", async ({ page }) => {
        await open(form, "");
        await form.listen("submit");
        await page.evaluate(() => document.querySelector("#field")?.addEventListener("keydown", (event) => event.preventDefault()));
        await form.text().press("Enter");
        expect(await form.seen()).toEqual([]);
      });
      test("by Enter is not done from one of two fields without a button", async () => {
        await open(form, "", (html) => `<form>${html}<input></form>`);
        await form.listen("submit");
        await form.text().press("Enter");
        expect(await form.seen()).toEqual([]);
      });
      test("by Enter needs no button", async () => {
        await open(form, "", (html) => `<form>${html}</form>`);
        await form.listen("submit");
        await form.text().press("Enter");
        expect(await form.seen()).toEqual(["submit"]);
      });
    });

    test.describe("reset", () => {
      test("goes back to the default", async ({ page }) => {
        await open(form, 'value="12"');
        await form.text().fill("45");
        await page.evaluate(() => document.forms[0]?.reset());
        expect(await form.value()).toBe("12");
        await expect(form.text()).toHaveValue("12");
      });
      test("goes back to the newest default", async ({ page }) => {
        await open(form, 'value="12"');
        await form.text().fill("45");
        await form.field().evaluate((e) => e.setAttribute("value", "6"));
        await page.evaluate(() => document.forms[0]?.reset());
        expect(await form.value()).toBe("6");
      });
      test("tells of no change", async ({ page }) => {
        await open(form, 'value="12"');
        await form.text().fill("45");
        await form.text().blur();
        await form.listen("input", "change");
        await page.evaluate(() => document.forms[0]?.reset());
        await form.text().focus();
        await form.text().blur();
        expect(await form.seen()).toEqual([]);
      });
    });

    test.describe("restoring", () => {
      test("brings the value back after going away and coming back", async ({ page }) => {
        await form.serve("Elsewhere", "elsewhere");
        await open(form, 'name="amount"');
        await form.text().pressSequentially("203");
        await page.goto("elsewhere.html");
        await page.goBack();
        await page.waitForFunction(() => customElements.get("ink-number"));
        await expect.poll(() => form.value()).toBe("203");
      });
    });

    test.describe("form and labels", () => {
      test("knows its form", async ({ page }) => {
        await open(form, "");
        expect(await page.evaluate(() => (document.querySelector("#field") as HTMLInputElement).form === document.forms[0])).toBe(true);
      });
      test("belongs to a form elsewhere by its id", async () => {
        await open(form, 'name="amount" value="3" form="far"', (html) => `<form id="far"></form>${html}`);
        expect(await form.entries()).toEqual([["amount", "3"]]);
      });
      test("is among the form's elements, by name", async ({ page }) => {
        await open(form, 'name="amount"');
        expect(await page.evaluate(() => document.forms[0]?.elements.namedItem("amount") === document.querySelector("#field"))).toBe(true);
      });
      test("knows its labels", async () => {
        await open(form, "", (html) => `<form><label for="field">One</label><label>Two ${html}</label></form>`);
        expect(await form.field().evaluate((e) => [...((e as HTMLInputElement).labels ?? [])].map((l) => l.textContent?.trim()))).toEqual(["One", "Two"]);
      });
      test("takes the focus when its label is clicked", async ({ page }) => {
        await open(form, "", (html) => `<form><label for="field">One</label>${html}</form>`);
        await page.getByText("One").click();
        await expect(form.field()).toBeFocused();
      });
      test("is named by its label", async ({ page }) => {
        await open(form, "", (html) => `<form><label for="field">Amount</label>${html}</form>`);
        await expect(page.getByRole("textbox", { name: "Amount" })).toBeVisible();
      });
    });

    test.describe("validity", () => {
      test("is fine by default", async () => {
        await open(form, "");
        expect(await validity("valid")).toBe(true);
        expect(await matches(":valid")).toBe(true);
      });
      test("asks for a value that is required", async () => {
        await open(form, "required");
        expect(await validity("valueMissing")).toBe(true);
        expect(await matches(":invalid:required, :invalid[required]")).toBe(true);
        await form.text().pressSequentially("1");
        expect(await validity("valid")).toBe(true);
      });
      test("says so in the browser's words", async ({ page }) => {
        await open(form, "required");
        const words = await page.evaluate(() => Object.assign(document.createElement("input"), { required: true }).validationMessage);
        expect(words).not.toBe("");
        expect(await form.get("validationMessage")).toBe(words);
      });
      test("follows the attribute", async () => {
        await open(form, "");
        await set("required", true);
        expect(await matches(":invalid")).toBe(true);
        await set("required", false);
        expect(await matches(":valid")).toBe(true);
      });
      test("asks for the length that is wanted", async () => {
        await open(form, 'minlength="3"');
        await form.text().pressSequentially("12");
        expect(await validity("tooShort")).toBe(true);
        await form.text().pressSequentially("3");
        expect(await validity("valid")).toBe(true);
      });
      test("asks for no length of a value that the page gave", async () => {
        await open(form, 'value="12" minlength="3"');
        expect(await validity("valid")).toBe(true);
        await set("value", "45");
        expect(await validity("valid")).toBe(true);
        await form.text().press("End");
        await form.text().press("Backspace");
        expect(await validity("tooShort")).toBe(true);
      });
      test("takes no more than the length that is allowed", async () => {
        await open(form, 'maxlength="3"');
        await form.text().pressSequentially("12345");
        expect(await form.value()).toBe("123");
      });
      test("asks for the pattern", async () => {
        await open(form, 'pattern="1\\d{2}"');
        await form.text().pressSequentially("203");
        expect(await validity("patternMismatch")).toBe(true);
        await form.text().fill("103");
        expect(await validity("valid")).toBe(true);
      });
      test("asks for no pattern of an empty value", async () => {
        await open(form, 'pattern="\\d{3}" minlength="2"');
        expect(await validity("valid")).toBe(true);
      });
      test("asks for the range", async () => {
        await open(form, 'min="5" max="20"');
        await form.text().pressSequentially("3");
        expect(await validity("rangeUnderflow")).toBe(true);
        await form.text().pressSequentially("4");
        expect(await validity("rangeOverflow")).toBe(true);
        await form.text().fill("7");
        expect(await validity("valid")).toBe(true);
      });
      test("asks for the step", async () => {
        await open(form, 'min="5" step="5"');
        await form.text().pressSequentially("12");
        expect(await validity("stepMismatch")).toBe(true);
        await form.text().fill("15");
        expect(await validity("valid")).toBe(true);
      });
      test("has the page's own fault", async () => {
        await open(form, "");
        await form.field().evaluate((e) => (e as HTMLInputElement).setCustomValidity("Not on a Monday"));
        expect(await validity("customError")).toBe(true);
        expect(await form.get("validationMessage")).toBe("Not on a Monday");
        await form.field().evaluate((e) => (e as HTMLInputElement).setCustomValidity(""));
        expect(await validity("valid")).toBe(true);
      });
      test("tells of a fault when asked", async () => {
        await open(form, "required");
        await form.listen("invalid");
        expect(await form.field().evaluate((e) => (e as HTMLInputElement).checkValidity())).toBe(false);
        expect(await form.seen()).toEqual(["invalid field "]);
      });
      test("holds the form back and takes the focus", async ({ page }) => {
        await open(form, "required");
        await form.listen("invalid", "submit");
        await page.click("#send");
        expect(await form.seen()).toEqual(["invalid field "]);
        await expect(form.field()).toBeFocused();
      });
      test("holds nothing back in a form that asks for none", async ({ page }) => {
        await open(form, "required", (html) => `<form novalidate>${html}<button id="send">Send</button></form>`);
        await form.listen("submit");
        await page.click("#send");
        expect(await form.seen()).toEqual(["submit"]);
      });
      test("is not asked of what is disabled or read-only", async () => {
        await open(form, "required disabled");
        expect(await form.get("willValidate")).toBe(false);
        await set("disabled", false);
        expect(await form.get("willValidate")).toBe(true);
        await set("readOnly", true);
        expect(await form.get("willValidate")).toBe(false);
        expect(await form.field().evaluate((e) => (e as HTMLInputElement).checkValidity())).toBe(true);
      });
    });

    test.describe("disabled and read-only", () => {
      test("disabled takes no focus", async () => {
        await open(form, "disabled");
        await form.field().evaluate((e) => (e as HTMLElement).focus());
        await expect(form.field()).not.toBeFocused();
        expect(await matches(":disabled")).toBe(true);
      });
      test("a disabled fieldset disables", async ({ page }) => {
        await open(form, 'name="amount" value="9"', (html) => `<form><fieldset disabled>${html}</fieldset></form>`);
        expect(await matches(":disabled")).toBe(true);
        expect(await form.get("disabled")).toBe(false);
        expect(await form.entries()).toEqual([]);
        await expect(form.text()).toBeDisabled();
        await page.evaluate(() => ((document.querySelector("fieldset") as HTMLFieldSetElement).disabled = false));
        expect(await form.entries()).toEqual([["amount", "9"]]);
        await expect(form.text()).toBeEnabled();
      });
      test("the legend of a disabled fieldset is not", async () => {
        await open(form, "", (html) => `<form><fieldset disabled><legend>${html}</legend></fieldset></form>`);
        expect(await matches(":enabled")).toBe(true);
      });
      test("read-only takes focus and no text", async () => {
        await open(form, 'value="4" readonly');
        await form.text().focus();
        await form.text().press("5");
        await expect(form.field()).toBeFocused();
        expect(await form.value()).toBe("4");
      });
    });

    test.describe("events", () => {
      test("input comes with every key, change when focus leaves, each with the new value", async () => {
        await open(form, "");
        await form.listen("input", "change");
        await form.text().pressSequentially("12");
        await form.text().blur();
        expect(await form.seen()).toEqual(["input field 1", "input field 12", "change field 12"]);
      });
      test("change comes before blur", async () => {
        await open(form, "");
        await form.text().pressSequentially("1");
        await form.field().evaluate((e) => {
          const seen: string[] = [];
          Object.assign(window, { seen });
          for (const type of ["change", "blur"]) e.addEventListener(type, () => seen.push(type));
        });
        await form.text().blur();
        expect(await form.seen()).toEqual(["change", "blur"]);
      });
      test("none comes where nothing was changed", async () => {
        await open(form, 'value="3"');
        await form.listen("input", "change");
        await form.text().focus();
        await form.text().blur();
        expect(await form.seen()).toEqual([]);
      });
      test("none comes from the page's own changes", async () => {
        await open(form, "");
        await form.listen("input", "change");
        await set("value", "7");
        await form.text().focus();
        await form.text().blur();
        expect(await form.seen()).toEqual([]);
      });
      test("both bubble", async ({ page }) => {
        await open(form, "");
        await page.evaluate(() => {
          const seen: string[] = [];
          Object.assign(window, { seen });
          for (const type of ["input", "change"]) document.forms[0]?.addEventListener(type, (e) => seen.push(e.type));
        });
        await form.text().pressSequentially("1");
        await form.text().blur();
        expect(await form.seen()).toEqual(["input", "change"]);
      });
      test("focus and blur come to the field", async () => {
        await open(form, "");
        await form.listen("focus", "blur");
        await form.text().focus();
        await form.text().blur();
        expect(await form.seen()).toEqual(["focus field ", "blur field "]);
      });
    });

    test.describe("focus", () => {
      test("is taken and given by methods", async ({ page }) => {
        await open(form, "");
        await form.field().evaluate((e) => (e as HTMLElement).focus());
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("field");
        expect(await matches(":focus")).toBe(true);
        await form.field().evaluate((e) => (e as HTMLElement).blur());
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("");
      });
      test("comes by tab", async ({ page }) => {
        await open(form, "", (html) => `<form><button id="before">Before</button>${html}</form>`);
        await page.focus("#before");
        await page.keyboard.press("Tab");
        await page.keyboard.press("6");
        expect(await form.value()).toBe("6");
      });
      test("comes by itself with autofocus", async () => {
        await open(form, "autofocus");
        await expect(form.field()).toBeFocused();
      });
    });

    test.describe("properties and attributes go together", () => {
      const pairs: [string, string, unknown, string][] = [
        ["name", "name", "a", "a"],
        ["required", "required", true, ""],
        ["readOnly", "readonly", true, ""],
        ["disabled", "disabled", true, ""],
        ["minLength", "minlength", 2, "2"],
        ["maxLength", "maxlength", 9, "9"],
        ["pattern", "pattern", "1+", "1+"],
        ["min", "min", "1", "1"],
        ["max", "max", "8", "8"],
        ["step", "step", "2", "2"],
        ["placeholder", "placeholder", "Size", "Size"],
        ["defaultValue", "value", "5", "5"],
      ];
      for (const [property, attribute, value, text] of pairs) {
        test(property, async () => {
          await open(form, "");
          await set(property, value);
          await expect(form.field()).toHaveAttribute(attribute, text);
          expect(await form.get(property)).toBe(value);
        });
      }
      test("lengths that are not given are -1", async () => {
        await open(form, "");
        expect([await form.get("minLength"), await form.get("maxLength")]).toEqual([-1, -1]);
      });
    });
  });
}

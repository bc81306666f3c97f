/** The whole site: every page opens, keeps its promises, and does what it is there for. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import AxeBuilder from "@axe-core/playwright";
import { type Page, expect, test } from "@playwright/test";

import { FieldPage } from "./field-page";
import { type Path, fortyTwoApart, oneOrSeven, placed, twoZeroThreeOnePenPath } from "./ink";

const PAGES = ["./", "forms.html", "inside.html", "grid.html", "methods.html", "docs.html"];
/** As strict as a site can be that runs wasm. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

const onPad = (ink: readonly Path[]): Path[] => placed(ink, 40, 12, 0.75);

for (const address of PAGES) {
  test(`${address}: opens without an error, from its own address alone, under a strict policy`, async ({ page, baseURL }) => {
    const wrong: string[] = [];
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => new URL(request.url()).origin === new URL(baseURL ?? "").origin || /^(blob|data):/.test(request.url()) || wrong.push(request.url()));
    await page.route("**/*", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": POLICY } });
    });
    await page.goto(address);
    await expect(page.locator("h1")).toBeAttached();
    await expect(page.locator(".nav [aria-current=page]")).toHaveCount(1);
    await page.waitForLoadState("networkidle");
    expect(wrong).toEqual([]);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`${address}: axe finds nothing, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(address);
      await page.waitForLoadState("networkidle");
      await fill(page, address);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
    });
  }

  test(`${address}: nothing sticks out sideways on a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    await fill(page, address);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
}

test.describe("offline", () => {
  test.use({ serviceWorkers: "allow" });

  test("after one visit all pages open and read without a network", async ({ page, context }) => {
    await page.goto("./");
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    for (const address of PAGES) {
      await page.goto(address);
      await expect(page.locator("h1")).toBeAttached();
    }
    const field = new FieldPage(page);
    await page.goto("forms.html");
    await field.draw(onPad(twoZeroThreeOnePenPath()), "amount");
    await field.read("amount");
    expect(await field.value("amount")).toBe("203");
  });
});

test("a new version of the site can wait", async ({ page }) => {
  await page.addInitScript(() => {
    const registration = Object.assign(new EventTarget(), { waiting: { postMessage() {} } });
    const value = { controller: {}, register: () => Promise.resolve(registration) };
    Object.defineProperty(navigator, "serviceWorker", { value });
  });
  await page.goto("./");
  await page.getByRole("button", { name: "Later" }).click();
  await expect(page.getByText("A new version of this site is here.")).toHaveCount(0);
  await page.goto("forms.html");
  await expect(page.getByRole("button", { name: "Reload" })).toBeVisible();
});

test("forms: what was written is what is sent", async ({ page }) => {
  const field = new FieldPage(page);
  await page.goto("forms.html");
  await field.draw(onPad(fortyTwoApart()), "amount");
  await page.getByRole("button", { name: "Pay" }).click();
  await expect(page).toHaveURL(/amount=42/);
  await expect(page.locator("#sent-entries")).toContainText("42");
});

test("forms: scores are added up", async ({ page }) => {
  await page.goto("forms.html");
  await page.getByRole("textbox", { name: "Ada, round 1" }).fill("12");
  await page.getByRole("textbox", { name: "Ada, round 2" }).fill("30");
  await expect(page.locator(".sum output").first()).toHaveText("42");
});

test("forms: a correction is learnt, shown, saved and forgotten", async ({ page }) => {
  const field = new FieldPage(page);
  const write = async (): Promise<string> => {
    const clear = field.button("Clear", "amount");
    if (await clear.isEnabled()) await clear.click();
    await field.draw(onPad(oneOrSeven()), "amount");
    await field.read("amount");
    return field.value("amount");
  };
  await page.goto("forms.html");
  await expect(page.getByText("Nothing has been learnt yet.")).toBeVisible();
  const before = await write();
  expect(["1", "7"]).toContain(before);
  const truly = before === "1" ? "7" : "1";
  await field.part("alternative", "amount").getByText(truly, { exact: true }).click();
  await expect(page.getByText("One number learnt.")).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save to a file" }).click()]);
  const saved = JSON.parse(readFileSync(await download.path(), "utf8")) as { lessons: { text: string; examples: unknown[] }[] };
  expect(saved.lessons.map(({ text, examples }) => [text, examples.length])).toEqual([[truly, 1]]);
  // The next reading knows, and so does the next visit.
  expect(await write()).toBe(truly);
  await page.reload();
  await expect(page.getByText("One number learnt.")).toBeVisible();
  expect(await write()).toBe(truly);
  await page.getByRole("button", { name: `Forget ${truly}` }).click();
  await expect(page.getByText("Nothing has been learnt yet.")).toBeVisible();
  expect(await write()).toBe(before);
});

test("inside: an example is laid open, piece by piece", async ({ page }) => {
  await page.goto("inside.html");
  await page.getByRole("button", { name: "203 in one stroke" }).click();
  await expect(page.locator("#verdict")).toContainText("Read as 203");
  await expect(page.locator(".fragment").first()).toBeVisible();
  await expect(page.locator(".candidate .on-path")).toHaveCount(3);
  const likely = await page.locator(".candidate").count();
  await page.getByLabel("also the unlikely ones").check();
  expect(await page.locator(".candidate").count()).toBeGreaterThan(likely);
  await page.locator(".arc.is-best").first().focus();
  await expect(page.locator(".candidate.is-pointed")).toHaveCount(1);
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.locator("#candidates")).toBeHidden();
});

test("grid: ink files become a table, a matrix, a CSV and a picture", async ({ page }) => {
  await page.goto("grid.html");
  const lines = ["42", "203", "24"].map((label, i) => JSON.stringify({ label, strokes: i === 1 ? twoZeroThreeOnePenPath() : fortyTwoApart() }));
  await page.setInputFiles("#files", [
    { name: "numbers.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(lines.join("\n")) },
    { name: "9_broken.png", mimeType: "image/png", buffer: Buffer.from("no picture") },
  ]);
  await expect(page.locator("#confusion-card")).toBeVisible();
  await expect(page.locator("#rows tr")).toHaveCount(4);
  // The mistake comes first: it says 24 and was a 42.
  await expect(page.locator("#rows tr").first()).toContainText("42");
  await expect(page.locator("#rows tr.is-wrong")).toHaveCount(2);
  const [csv] = await Promise.all([page.waitForEvent("download"), page.click("#csv")]);
  expect(readFileSync(await csv.path(), "utf8")).toMatch(/^source,truth,read,probability,decision,reason\nnumbers\.jsonl:3,24,42,/);
  const [png] = await Promise.all([page.waitForEvent("download"), page.click("#png")]);
  expect(readFileSync(await png.path()).subarray(1, 4).toString()).toBe("PNG");
});

test("grid: what is no picture and no ink is said, in its row", async ({ page }) => {
  await page.goto("grid.html");
  const file = (name: string, text: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.setInputFiles("#files", [file("notes.txt", "203"), file(".hidden", ""), file("42.json", JSON.stringify({ strokes: fortyTwoApart() }))]);
  await expect(page.locator("#rows tr")).toHaveCount(2);
  await expect(page.locator("#rows tr", { hasText: "notes.txt" })).toContainText("expected a PNG or JPEG picture, or ink");
});

test("methods: the threshold moves the figures, which are those of the evaluation", async ({ page }) => {
  await page.goto("methods.html");
  const record = JSON.parse(readFileSync(fileURLToPath(new URL("../../model/evaluation.json", import.meta.url)), "utf8")) as {
    kept: number[];
    methods: { row: string; method: string; separation: { let_in: number[] } }[];
  };
  const slider = page.getByLabel("True digits let in");
  const shipped = record.methods.find(({ row, method }) => row.startsWith("letters, Omniglot") && method === "reject-classes");
  const column = (await page.locator("#methods thead th").allTextContents()).indexOf("reject-classes");
  for (const kept of [90, 95, 99]) {
    const at = record.kept.indexOf(kept);
    await slider.fill(String(at));
    const share = shipped?.separation.let_in[at] ?? NaN;
    const cell = page.locator("#methods tbody tr", { hasText: "letters, Omniglot" }).locator("th, td").nth(column);
    await expect(cell).toHaveText(share < 10 ? share.toFixed(1) : String(Math.round(share)));
  }
});

test("docs: an example tells what its field asks for", async ({ page }) => {
  await page.goto("docs.html");
  const example = page.locator("article", { hasText: "minlength, maxlength" });
  await example.getByRole("textbox").fill("12");
  await expect(example.locator("output")).toContainText('value "12"');
  await expect(example.locator("output")).toContainText("4 characters");
});

/** Brings a page into the state that it is there for. */
async function fill(page: Page, address: string): Promise<void> {
  if (address === "inside.html") {
    await page.getByRole("button", { name: "203 in one stroke" }).click();
    await expect(page.locator(".candidate").first()).toBeVisible();
  } else if (address === "grid.html") {
    await page.getByRole("button", { name: "Try an example" }).click();
    await expect(page.locator("#rows tr")).toHaveCount(5);
    await expect(page.locator("#progress-card")).toBeHidden();
  }
}

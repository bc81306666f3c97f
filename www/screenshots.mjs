// Makes the README's pictures of the demo page: a drawn 203 on a desk and on a phone, light and dark.
//
//   node www/screenshots.mjs [--site www/dist] [--out docs] [--query engine=cpu]      after node www/build.mjs
//
// Writes demo-desktop.png, demo-phone.png, demo-desktop-dark.png and demo-phone-dark.png.
// CHROME names the browser (default /usr/bin/chromium). No server: the files are handed to the browser as it asks for them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chromium } from "@playwright/test";
import { transform } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    site: { type: "string", default: here("dist") },
    out: { type: "string", default: here("../docs") },
    query: { type: "string", default: "engine=cpu" },
  },
});

const SITE = "http://localhost/";
const DEVICES = [
  { name: "desktop", viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, inkScale: 2.5 },
  { name: "phone", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, inkScale: 1.25 },
];

const { twoZeroThreeOnePenPath, placed } = await importTypeScript("../tests/e2e/ink.ts");
const browser = await chromium.launch({
  executablePath: process.env.CHROME ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
for (const device of DEVICES) {
  for (const colorScheme of ["light", "dark"]) await shoot(device, colorScheme);
}
await browser.close();

async function shoot({ name, viewport, deviceScaleFactor, inkScale }, colorScheme) {
  const context = await browser.newContext({ viewport, deviceScaleFactor, colorScheme, reducedMotion: "reduce" });
  await context.route(`${SITE}**`, (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill({ path: join(options.site, pathname === "/" ? "index.html" : pathname) });
  });
  const page = await context.newPage();
  await page.goto(`${SITE}?${options.query}`);
  await page.locator('#engine-status[data-state="ready"]').waitFor({ timeout: 60_000 });
  await draw(page, inkScale);
  await page.locator('#reading:not([data-decision="empty"], [data-stale])').waitFor({ timeout: 60_000 });
  const path = join(options.out, `demo-${name}${colorScheme === "dark" ? "-dark" : ""}.png`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path });
  console.log(`www/screenshots.mjs: wrote ${path}`);
  await context.close();
}

/** Draws a connected 203 in the middle of the pad. */
async function draw(page, scale) {
  const box = await page.locator("#pad").boundingBox();
  const [width, height] = [218 * scale, 100 * scale];
  for (const [first, ...rest] of placed(twoZeroThreeOnePenPath(), box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, scale)) {
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...point);
    await page.mouse.up();
  }
}

async function importTypeScript(path) {
  const { code } = await transform(await readFile(here(path), "utf8"), { loader: "ts", format: "esm" });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** The promise on the page: it works offline, and nothing is sent anywhere. */

import { type Page, expect, test } from "@playwright/test";

import { DemoPage } from "./demo-page";
import { fortyTwoApart, placed } from "./ink";

test.use({ serviceWorkers: "allow" });

const INK = placed(fortyTwoApart(), 150, 90, 2);

test("only the page's own origin is asked, and nothing at all once it has loaded", async ({ page, baseURL }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  const demo = new DemoPage(page);
  await demo.open("cpu");
  await siteIsKept(page);
  const own = new URL(baseURL ?? "").origin;
  // A blob or data URL never leaves the browser.
  expect(asked.filter((url) => new URL(url).origin !== own && !/^(blob|data):/.test(url))).toEqual([]);
  expect(asked.length).toBeGreaterThan(4);

  asked.length = 0;
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");
  await page.getByLabel("Strategy").selectOption("left-to-right");
  await page.getByText("What the network thought").click();
  await demo.button("Clear").click();
  await expect(demo.badge).toHaveText("Empty");
  // The browser fetches the icon of the tab when it sees fit.
  expect(asked.filter((url) => !url.endsWith("/icon.svg"))).toEqual([]);
});

test("the page may not reach another origin even if it tried", async ({ page }) => {
  await new DemoPage(page).open("cpu");
  const refused = await page.evaluate(async () => {
    const violation = new Promise<string>((resolve) =>
      document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)),
    );
    await fetch("https://example.com/").catch(() => {});
    return violation;
  });
  expect(refused).toBe("connect-src");
});

test("it opens and reads without a network", async ({ page, context }) => {
  const demo = new DemoPage(page);
  await demo.open("cpu");
  await siteIsKept(page);
  await context.setOffline(true);
  await demo.open("cpu");
  await demo.draw(INK);
  await demo.expectFirstHypothesis("42");
});

/** Waits until the service worker has stored every file and serves them. */
async function siteIsKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === "activated") return;
    await new Promise<void>((resolve) =>
      active?.addEventListener("statechange", () => {
        if (active.state === "activated") resolve();
      }),
    );
  });
}

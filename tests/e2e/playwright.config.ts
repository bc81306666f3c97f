/**
 * End-to-end tests of the site and the package in real Chromium: `npx playwright test -c tests/e2e` after `./build.sh`.
 *
 * CHROME names the browser (default /usr/bin/chromium). Without a GPU the WebGPU tests run on SwiftShader: slow, the same results.
 */

import { defineConfig } from "@playwright/test";

const PORT = 4173;

/** A fresh Chromium that talks to nobody. */
const QUIET = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const chromium = (...args: string[]) => ({
  launchOptions: { executablePath: process.env["CHROME"] ?? "/usr/bin/chromium", args: [...QUIET, ...args] },
});

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  snapshotPathTemplate: "../../docs/screenshots/{arg}{ext}",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  // WebGPU on SwiftShader takes every core there is: tests beside it would time out.
  workers: 1,
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"]],
  // The service worker answers from what it keeps, past what a test puts in the way: only tests of being offline have one.
  use: { serviceWorkers: "block", baseURL: `http://127.0.0.1:${PORT}/`, viewport: { width: 1280, height: 800 } },
  projects: [
    { name: "chromium", testIgnore: "without-webgpu.spec.ts", use: chromium("--enable-unsafe-webgpu") },
    { name: "chromium-without-webgpu", testMatch: "without-webgpu.spec.ts", use: chromium() },
  ],
  webServer: {
    command: `node ../../tools/serve.mjs ../../www/dist ${PORT}`,
    url: `http://127.0.0.1:${PORT}/`,
    reuseExistingServer: false,
  },
});

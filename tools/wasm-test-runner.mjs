// Cargo's runner for wasm tests: runs one test binary in the Chromium that $CHROME names and prints what it says.
//
// wasm-bindgen-test-runner serves the tests as a page; Playwright opens it. The runner's own way needs a chromedriver of the
// browser's very version, which not every Chromium comes with.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { chromium } from "@playwright/test";

const PATIENCE_MS = 300_000;

const [binary, ...args] = process.argv.slice(2);
const address = `127.0.0.1:${await freePort()}`;
const server = spawn("wasm-bindgen-test-runner", [binary, ...args], {
  env: { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: address },
  stdio: ["ignore", "ignore", "inherit"],
});
server.on("exit", (code) => code && process.exit(code));
const browser = await chromium.launch({
  executablePath: process.env.CHROME,
  args: ["--headless=new", "--no-sandbox", "--enable-unsafe-webgpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  await open(page, `http://${address}/`);
  const result = page.locator("#output", { hasText: /test result: |no tests to run/ });
  await result.waitFor({ timeout: PATIENCE_MS }).catch(() => {});
  const output = await page.locator("#output").innerText();
  console.log(output);
  process.exitCode = /test result: ok|no tests to run/.test(output) ? 0 : 1;
} finally {
  await browser.close();
  server.kill();
}

async function open(page, url) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await page.goto(url);
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

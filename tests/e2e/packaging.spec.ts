/** The packed package, installed in tiny projects as its users have them: each reads a number. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "@playwright/test";
import sirv from "sirv";

import { FieldPage } from "./field-page";
import { type Path, placed, twentyTwentySix } from "./ink";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STARTERS = join(ROOT, "pkg/starters");
const tool = (name: string): string => join(ROOT, "node_modules/.bin", name);

/** How each project is built, and where the pages are then. */
const PROJECTS: Record<string, { build?: [command: string, ...args: string[]]; out: string }> = {
  plain: { out: "." },
  vite: { build: [tool("vite"), "build"], out: "dist" },
  webpack: { build: [tool("webpack"), "--mode", "production", "--output-path", "."], out: "." },
  react: { build: [tool("vite"), "build"], out: "dist" },
  vue: { build: [tool("vite"), "build"], out: "dist" },
};

let work: string;
let packed: string;

test.beforeAll(() => {
  // Within the workspace, whose bundlers and frameworks the projects find.
  mkdirSync(join(ROOT, "target"), { recursive: true });
  work = mkdtempSync(join(ROOT, "target/packaging-"));
  run("npm", ["pack", "--silent", "--pack-destination", work], join(ROOT, "pkg"));
  packed = join(work, readdirSync(work).find((name) => name.endsWith(".tgz")) as string);
});
test.afterAll(() => rmSync(work, { recursive: true, force: true }));

test("what is packed is what is needed", () => {
  const files = execFileSync("tar", ["-tzf", packed], { encoding: "utf8" }).trim().split("\n");
  for (const file of ["package.json", "README.md", "LICENSE-MIT", "dist/index.js", "dist/element.js", "dist/worker.js", "dist/element.d.ts", "dist/cpu/ink_number_bg.wasm", "dist/model/ink-number.weights"]) {
    expect(files).toContain(`package/${file}`);
  }
  // Whatever is fetched is held against a digest in the scripts.
  const read = (file: string) => execFileSync("tar", ["-xzOf", packed, file], { maxBuffer: 1 << 26 });
  const scripts = files.filter((file) => /^package\/dist\/[^/]*\.js$/.test(file)).map((file) => read(file).toString()).join("\n");
  for (const file of ["cpu/ink_number_bg.wasm", "gpu/ink_number_bg.wasm", "model/ink-number.weights"]) {
    expect(scripts).toContain(`sha256-${createHash("sha256").update(read(`package/dist/${file}`)).digest("base64")}`);
  }
  expect(files.filter((file) => /src\/|starters\/|tsconfig|\.map$|build\.mjs/.test(file))).toEqual([]);
});

for (const [name, { build, out }] of Object.entries(PROJECTS)) {
  test(`a project of its own: ${name}`, async ({ page }) => {
    const project = join(work, name);
    cpSync(join(STARTERS, name), project, { recursive: true });
    run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", packed], project);
    if (build) run(build[0], build.slice(1), project);
    const server = await serve(join(project, out));
    const { port } = server.address() as AddressInfo;
    const home = `http://127.0.0.1:${port}/`;
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    try {
      await page.goto(home);
      await page.waitForFunction(() => customElements.get("ink-number") && document.querySelector("#year"));
      const field = new FieldPage(page);
      await field.draw(onPad(twentyTwentySix()), "year");
      await field.read("year");
      expect(await field.entries()).toEqual([["year", "2026"]]);
      if (name !== "plain") await expect(page.locator("output")).toContainText("2026");
      expect(page.workers()).toHaveLength(1);
      expect(requests.filter((url) => !url.startsWith(home) && !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([]);
    } finally {
      server.close();
    }
  });
}

function onPad(ink: readonly Path[]): Path[] {
  return placed(ink, 24, 16, 0.72);
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

function serve(folder: string): Promise<Server> {
  const files = sirv(folder, { dev: true, dotfiles: false });
  const server = createServer((request, response) => files(request, response, () => void response.writeHead(404).end()));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

// The licences of everything that is compiled or bundled into the package, as they ask for: one text, each with the names of those that
// come under it.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LICENCE_FILE = /^(licen[cs]e|copying|notice|copyright)/i;

/** @param inputs the files that esbuild bundled, relative to the current folder */
export function notices(inputs) {
  const texts = new Map();
  for (const { name, licence, folder } of [...npmPackages(inputs), ...crates()]) {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name));
    // A few crates have theirs in the repository alone.
    const found = files.length > 0 ? files.map((file) => readFileSync(join(folder, file.name), "utf8").trim()) : [`Licence: ${licence}`];
    for (const text of found) texts.set(text, [...(texts.get(text) ?? []), name]);
  }
  const parts = [...texts].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`);
  return `Parts of this package are made of the following.\n\n${parts.join(`\n${"-".repeat(78)}\n\n`)}`;
}

function npmPackages(inputs) {
  const folders = new Set(inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { name: `${name} ${version}`, licence: license, folder };
  });
}

/** What either engine is compiled of; build scripts and macros are not in it. */
function crates() {
  const found = new Map();
  for (const feature of ["cpu", "webgpu"]) {
    const how = ["metadata", "--locked", "--format-version=1", "--filter-platform=wasm32-unknown-unknown", "--no-default-features", `--features=${feature}`];
    const { packages, resolve } = JSON.parse(execFileSync("cargo", how, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] }));
    const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
    const open = [resolve.root];
    const seen = new Set(open);
    for (let id; (id = open.pop()); ) {
      for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
        if (seen.has(pkg) || !kinds.some(({ kind }) => kind === null)) continue;
        seen.add(pkg);
        open.push(pkg);
      }
    }
    for (const { id, name, version, license, source, targets, manifest_path: manifest } of packages) {
      const isMacro = targets.some(({ kind }) => kind.includes("proc-macro"));
      if (seen.has(id) && source !== null && !isMacro) found.set(`${name} ${version}`, { name: `${name} ${version}`, licence: license, folder: dirname(manifest) });
    }
  }
  return [...found.keys()].sort().map((key) => found.get(key));
}

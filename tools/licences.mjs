// Fails where a locked npm package has a licence that nobody looked at, or comes from elsewhere than the registry with a checksum. What is bundled into
// our own package may have fewer licences than what only builds and tests it. Run by `./build.sh licences` and by the tests.

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What may be part of a package under MIT or Apache-2.0. */
const BUNDLED = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"];
/** What may build and test it besides. */
const TOOLS = [...BUNDLED, "BlueOak-1.0.0", "CC-BY-4.0", "MPL-2.0", "OFL-1.1", "Unlicense"];
/** What the package's own source imports is bundled into it (pkg/build.mjs). */
const PACKAGED = imported(fileURLToPath(new URL("../pkg/src", import.meta.url)));

const faults = [];
let count = 0;
for (const file of ["package-lock.json", "bench/package-lock.json"]) {
  const { packages } = JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"));
  for (const [path, { license, integrity, link }] of Object.entries(packages)) {
    // The project itself, and its own folders.
    if (path === "" || link || !path.includes("node_modules/")) continue;
    count++;
    const isTool = !PACKAGED.has(path.replace(/^.*node_modules\//, ""));
    const licences = (license ?? "none").replace(/[()]/g, "").split(" OR ");
    if (!licences.some((one) => (isTool ? TOOLS : BUNDLED).includes(one))) faults.push(`${file}, ${path}: licence ${license ?? "unknown"}`);
    if (!/^sha512-/.test(integrity ?? "")) faults.push(`${file}, ${path}: expected a checksum of the registry, saw ${integrity}`);
  }
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`licences: ${count} npm packages ok`);

function imported(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".ts"));
  const names = files.flatMap((file) => [...readFileSync(`${folder}/${file}`, "utf8").matchAll(/ from "([^".][^"]*)"/g)]);
  return new Set(names.map(([, name]) => name));
}

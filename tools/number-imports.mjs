// Numbers what an engine imports where wasm-bindgen puts a hash behind each name: `__wbg_now_043d245551b22f9c` becomes
// `__wbg_now_0000000000000001`, in the module and in the script that gives it. Hashes do not compress, and there are two of each: a
// kilobyte of what a page loads. The names stay as long as they were, so that the lengths inside the module hold.
//
//     node tools/number-imports.mjs FOLDER

import { readFile, writeFile } from "node:fs/promises";

const [folder] = process.argv.slice(2);
// One character a byte, there and back.
const [script, wasm] = ["ink_number.js", "ink_number_bg.wasm"].map((name) => `${folder}/${name}`);
const before = await readFile(script, "latin1");
const hashes = [...new Set(before.match(/(?<=__wbg_\w+_)[0-9a-f]{16}(?!\w)/g))];
if (hashes.length === 0) throw new Error(`number-imports: expected imports with hashes in ${script}, saw none`);
const numbers = new Map(hashes.map((hash, i) => [hash, String(i + 1).padStart(16, "0")]));
for (const file of [script, wasm]) {
  const text = await readFile(file, "latin1");
  await writeFile(file, text.replaceAll(new RegExp(hashes.join("|"), "g"), (hash) => numbers.get(hash)), "latin1");
}

// Numbers what an engine imports where wasm-bindgen puts a hash behind each name: `__wbg_now_043d245551b22f9c` becomes
// `__wbg_now_0000000000000001`, in the module and in the script that gives it. Hashes do not compress, and there are two of each: a
// kilobyte of what a page loads. The names stay as long as they were, so that the lengths inside the module hold.
//
//     node tools/number-imports.mjs FOLDER

import { readFile, writeFile } from "node:fs/promises";

const [folder] = process.argv.slice(2);
const files = ["ink_number.js", "ink_number_bg.wasm"].map((name) => `${folder}/${name}`);
// One character a byte, there and back.
const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
const hashes = [...new Set(texts[0].match(/(?<=__wbg_\w+_)[0-9a-f]{16}(?!\w)/g))];
if (hashes.length === 0) throw new Error(`number-imports: expected imports with hashes in ${files[0]}, saw none`);
const missing = hashes.find((hash) => !texts[1].includes(hash));
if (missing) throw new Error(`number-imports: expected ${missing} in ${files[1]} as in ${files[0]}`);
const numbers = new Map(hashes.map((hash, i) => [hash, String(i + 1).padStart(16, "0")]));
const numbered = (text) => text.replaceAll(new RegExp(hashes.join("|"), "g"), (hash) => numbers.get(hash));
await Promise.all(files.map((file, i) => writeFile(file, numbered(texts[i]), "latin1")));

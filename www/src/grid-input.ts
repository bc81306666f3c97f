/** What was dropped or picked, as numbers to read: pictures and ink, each with its true number where that is known. */

import type { InkStrokes } from "ink-number";

import { drawPicture } from "./picture";

/** One number to read. */
export interface Item {
  readonly source: string;
  /** `null` where it is not known. */
  readonly truth: string | null;
  /** Gives what is to be read; rejects where the file is broken. */
  load(): Promise<HTMLCanvasElement | InkStrokes>;
}

const PICTURE = /\.(png|jpe?g)$/i;
const INK = /\.(jsonl?|jsonl\.gz)$/i;

/** Files of other kinds are numbers that cannot be loaded; hidden ones, which systems leave in folders, are passed over. */
export async function itemsOf(files: readonly File[]): Promise<Item[]> {
  return (await Promise.all(files.filter((file) => !file.name.startsWith(".")).map(itemsIn))).flat();
}

/** Rejects where a packed file cannot be unpacked. */
async function itemsIn(file: File): Promise<Item[]> {
  if (PICTURE.test(file.name)) return [pictureItem(file)];
  if (INK.test(file.name)) return inkItems(file);
  const load = () => Promise.reject(new Error("expected a PNG or JPEG picture, or ink in .json, .jsonl or .jsonl.gz"));
  return [{ source: pathOf(file), truth: null, load }];
}

/** All files that were dropped, those in folders too. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = await Promise.all(entries.map((entry) => filesIn(entry, "")));
  return found.flat();
}

async function filesIn(entry: FileSystemEntry, folder: string): Promise<File[]> {
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [withPath(file, path)];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: File[] = [];
  // A reader gives a hundred at a time.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return inside;
    for (const each of entries) inside.push(...(await filesIn(each, `${path}/`)));
  }
}

const paths = new WeakMap<File, string>();

function withPath(file: File, path: string): File {
  paths.set(file, path);
  return file;
}

function pathOf(file: File): string {
  return paths.get(file) ?? (file.webkitRelativePath || file.name);
}

function pictureItem(file: File): Item {
  const path = pathOf(file);
  return { source: path, truth: truthIn(path), load: () => drawPicture(file) };
}

/** The number that a file's name begins with, else the name of its folder where that is one. */
export function truthIn(path: string): string | null {
  const [name = "", folder = ""] = path.split("/").reverse();
  return /^(\d+)(?:[_\-. ]|$)/.exec(name)?.[1] ?? /^\d+$/.exec(folder)?.[0] ?? null;
}

async function inkItems(file: File): Promise<Item[]> {
  const name = file.name.toLowerCase();
  const stream = name.endsWith(".gz") ? file.stream().pipeThrough(new DecompressionStream("gzip")) : file.stream();
  const text = await new Response(stream).text();
  const lines = name.endsWith(".json") ? [text] : text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, i) => inkItem(lines.length === 1 ? pathOf(file) : `${pathOf(file)}:${i + 1}`, line));
}

/** A line that is no ink is a number that cannot be loaded: the others are read all the same. */
function inkItem(source: string, line: string): Item {
  try {
    const { label, strokes } = JSON.parse(line) as { label?: unknown; strokes?: unknown };
    if (!Array.isArray(strokes)) throw new Error(`expected {"strokes": …}, saw ${line.slice(0, 40)}`);
    const truth = typeof label === "string" || typeof label === "number" ? String(label) : null;
    return { source, truth, load: async () => ({ strokes: strokes as InkStrokes["strokes"] }) };
  } catch (error) {
    return { source, truth: null, load: () => Promise.reject(error as Error) };
  }
}

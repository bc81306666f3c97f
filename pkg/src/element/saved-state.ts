/** What a browser keeps of a field when it restores a page: the ink and the text, in a text of their own. */

import type { Sample, Stroke } from "../pad/stroke.js";

interface Content {
  readonly strokes: readonly Stroke[];
  readonly text: string | null;
}

/** Of this form; a later one may have another. */
const VERSION = 1;

/** Tenths of a px are as fine as any pen. */
export function printState({ strokes, text }: Content): string {
  const round = (v: number): number => Math.round(v * 10) / 10;
  const flat = strokes.map((stroke) => stroke.map(({ x, y, time }) => [round(x), round(y), Math.round(time)]));
  return JSON.stringify({ version: VERSION, strokes: flat, text });
}

/** `null` where it is none of ours. */
export function parseState(state: string): Content | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(state);
  } catch {
    return null;
  }
  if (typeof parsed !== "object" || parsed === null) return null;
  const { version, strokes, text } = parsed as Record<string, unknown>;
  if (version !== VERSION || !Array.isArray(strokes) || !(text === null || typeof text === "string")) return null;
  const read = strokes.map((stroke) => (Array.isArray(stroke) ? stroke.map(sampleOf) : [null]));
  return read.flat().includes(null) ? null : { strokes: read as Stroke[], text };
}

function sampleOf(value: unknown): Sample | null {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((v) => typeof v === "number" && Number.isFinite(v))) return null;
  const [x, y, time] = value as [number, number, number];
  return { x, y, time };
}

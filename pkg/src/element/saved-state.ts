/** What a browser keeps of a field when it restores a page: the ink and the text, in a text of their own. */

import { sampleOf } from "../pad/sample.js";
import type { Sample, Stroke } from "../pad/stroke.js";

/** What lies in the field: ink, and the text that stands for it where the person chose or typed one. */
export interface Content {
  readonly strokes: readonly Stroke[];
  /** As typed; `null` where the ink is to be read. */
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
  if (!strokes.every((stroke) => Array.isArray(stroke) && stroke.every(isSaved))) return null;
  return { strokes: (strokes as [number, number, number][][]).map((stroke): Sample[] => stroke.map(sampleOf)), text };
}

function isSaved(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every((v) => typeof v === "number" && Number.isFinite(v));
}

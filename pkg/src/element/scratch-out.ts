/**
 * Scratching out: a stroke to and fro over ink takes that ink away, as on paper. The numbers below were chosen so that no stroke of
 * CROHME's numbers and digits or of pendigits is one; tests/e2e/real-ink.spec.ts looks at them all.
 */

import { type Box, inkBounds } from "../pad/placement.js";
import type { Sample, Stroke } from "../pad/stroke.js";

/** Turns back, to and fro or up and down, from which a stroke is a scratch: 4 would be some people's 3s and 8s... */
const LEAST_TURNS = 5;
/** ...and a scratch goes most of its own width between them; a line of joined digits does not. */
const LEAST_SWEEP = 0.45;
/** A scratch is at least so wide, in its own heights: the stem of a 4 shakes within less. */
const LEAST_WIDTH = 0.25;
/** Share of a stroke's way that lies in the scratch, from which it goes. Lower takes neighbours along, higher leaves ends behind. */
const COVERED = 0.6;
/** A scratch may miss what it means by this share of its own height. */
const REACH = 0.25;

/** Shorter ends of a stroke that is scratched in the middle go too, in heights of the scratch. */
const SHORT_END = 0.3;

/**
 * What is left of `strokes` after `scratch`; `null` where it is no scratch, or scratches nothing. Strokes that lie in it go whole; where
 * none does, it is meant for a digit of a joined number, and cuts that out of its stroke.
 */
export function scratchOut(scratch: Stroke, strokes: readonly Stroke[]): readonly Stroke[] | null {
  const box = inkBounds([scratch]);
  if (!box || box.width === 0 || box.width < LEAST_WIDTH * box.height) return null;
  if (turnsOf(scratch, box) < LEAST_TURNS) return null;
  const reach = REACH * box.height;
  const within = (p: Sample): boolean =>
    p.x >= box.x - reach && p.x <= box.x + box.width + reach && p.y >= box.y - reach && p.y <= box.y + box.height + reach;
  const left = strokes.filter((stroke) => shareOf(stroke, within) < COVERED);
  if (left.length < strokes.length) return left;
  const beside = (p: Sample): boolean => p.x < box.x || p.x > box.x + box.width;
  const isMeant = (stroke: Stroke): boolean => shareOf(stroke, within) > 0 && !stroke.every(beside);
  if (!strokes.some(isMeant)) return null;
  return strokes.flatMap((stroke) => (isMeant(stroke) ? runsOf(stroke, beside).filter((run) => lengthOf(run) >= SHORT_END * box.height) : [stroke]));
}

/** The runs of samples that `keep` says yes to. */
function runsOf(stroke: Stroke, keep: (p: Sample) => boolean): Stroke[] {
  const runs: Sample[][] = [[]];
  for (const sample of stroke) {
    if (keep(sample)) (runs.at(-1) as Sample[]).push(sample);
    else if (runs.at(-1)?.length) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function lengthOf(stroke: Stroke): number {
  return stroke.slice(1).reduce((sum, p, i) => sum + Math.hypot(p.x - (stroke[i] as Sample).x, p.y - (stroke[i] as Sample).y), 0);
}

/** How often a stroke turns back after most of the way across its box, to and fro or up and down. */
function turnsOf(stroke: Stroke, { width, height }: Box): number {
  const along = (axis: "x" | "y", extent: number): number => {
    let [turns, from, way] = [0, stroke[0]?.[axis] ?? 0, 0];
    let furthest = from;
    for (const { [axis]: at } of stroke) {
      if (way === 0) way = Math.sign(at - from);
      if ((at - furthest) * way > 0) furthest = at;
      else if ((furthest - at) * way >= LEAST_SWEEP * extent) {
        // It has come back far enough for the way out to count, and that was long enough too.
        turns += Math.abs(furthest - from) >= LEAST_SWEEP * extent ? 1 : 0;
        [from, way, furthest] = [furthest, -way, at];
      }
    }
    return turns;
  };
  return Math.max(along("x", width), along("y", height));
}

/** By length, so that slow places count no more than quick ones. */
function shareOf(stroke: Stroke, within: (p: Sample) => boolean): number {
  if (stroke.length === 1) return within(stroke[0] as Sample) ? 1 : 0;
  let [inside, all] = [0, 0];
  for (let i = 1; i < stroke.length; i++) {
    const [a, b] = [stroke[i - 1] as Sample, stroke[i] as Sample];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    all += length;
    if (within(a) && within(b)) inside += length;
  }
  return all > 0 ? inside / all : 0;
}

/** The four ways of not being a digit, in words. */

import type { SegmentDetail } from "ink-number";

type Reject = keyof SegmentDetail["reject"];

export const REJECTS: readonly { readonly key: Reject; readonly short: string; readonly words: string }[] = [
  { key: "fragment", short: "part", words: "part of a digit" },
  { key: "several", short: "many", words: "several digits" },
  { key: "symbol", short: "sign", words: "letter or sign" },
  { key: "noise", short: "noise", words: "scribble" },
];

/** The most probable of them for this piece of ink. */
export function refusalOf(segment: SegmentDetail): (typeof REJECTS)[number] {
  return REJECTS.reduce((best, next) => (segment.reject[next.key] > segment.reject[best.key] ? next : best));
}

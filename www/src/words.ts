/** Readings in plain words: pure functions from numbers to text. */

import type { Reading } from "ink-number";

import type { Content } from "./content";

/** What was read. */
type Kind = Content["kind"];

/** Whole percents, but never a certainty that was not claimed. */
export function percent(probability: number): string {
  if (probability > 0.99 && probability < 1) return "> 99%";
  if (probability < 0.01 && probability > 0) return "< 1%";
  return `${Math.round(probability * 100)}%`;
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** One or two words for the badge. */
export function verdict(reading: Reading): string {
  const words = { accepted: "Read", ambiguous: "Ambiguous", rejected: "Refused", empty: "Empty" };
  return words[reading.decision];
}

/** What stands large: the number, the numbers that it could be, or words. */
export function headline(reading: Reading, of: Kind): string {
  const words = {
    accepted: reading.text ?? "",
    ambiguous: `${alternatives(reading).join(" or ")}?`,
    rejected: isUnsure(reading) ? "No clear reading" : "Not a number",
    empty: of === "picture" ? "No ink" : "Nothing yet",
  };
  return words[reading.decision];
}

/** The sentence under it. */
export function explanation(reading: Reading, of: Kind): string {
  if (reading.decision === "empty") {
    return of === "picture"
      ? "There is no writing in this picture, or it is too faint. Lines and boxes are taken for paper."
      : "Each stroke is read as soon as the pen is lifted.";
  }
  if (reading.decision !== "accepted") return sentence(reading.reason ?? "no reason given");
  const [best] = reading.hypotheses;
  const digits = best?.segments.length ?? 0;
  const leftOut = reading.marks.map((mark) => mark.kind).join(", ");
  const sure = `${digits === 1 ? "One digit" : `${digits} digits`}, ${percent(best?.probability ?? 0)} sure.`;
  return leftOut ? `${sure} Left out: ${leftOut}.` : sure;
}

/** The same for ears: one sentence that makes sense by itself. */
export function spoken(reading: Reading, of: Kind): string {
  if (reading.decision === "accepted") return `Read ${headline(reading, of)}. ${explanation(reading, of)}`;
  if (reading.decision === "ambiguous") return `Ambiguous: ${headline(reading, of)}`;
  if (reading.decision === "empty" && of === "ink") return "The pad is empty.";
  return `${headline(reading, of)}: ${explanation(reading, of)}`;
}

/** The hypotheses that the person has to choose between. */
function alternatives(reading: Reading): string[] {
  return reading.hypotheses.slice(0, 2).map((h) => h.text);
}

/** Refused for doubt between numbers, not for being none. */
function isUnsure(reading: Reading): boolean {
  return (reading.hypotheses[0]?.probability ?? 0) > reading.notANumber;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.?!]$/.test(start) ? start : `${start}.`;
}

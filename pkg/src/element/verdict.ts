/** What a reading means for the field: pure functions. */

import { type Reading, STRUCK_OUT } from "../types.js";
import type { Words } from "./words.js";

/** `doubtful`: there is a value, but the person should look at it. `refused`: there is ink and no value. */
export type State = "empty" | "accepted" | "doubtful" | "refused";

export interface Verdict {
  readonly state: State;
  /** "" where there is none. */
  readonly value: string;
  /** Other values that it may be, likeliest first. */
  readonly alternatives: readonly string[];
  /** What to tell the person; "" where all is well. */
  readonly message: string;
}

export const EMPTY: Verdict = { state: "empty", value: "", alternatives: [], message: "" };

/** Other readings that are offered, and the least that one must be worth: less would be noise under every sure reading... */
const MOST_ALTERNATIVES = 4;
const LEAST_PROBABILITY = 0.0005;
/** ...and more under ink that is rather no number at all. */
const LEAST_OF_REFUSED = 0.02;

/** `isOpen` says whether a value may be offered: whatever it asks, an alternative that is a fault by itself is none. */
export function verdictOf(reading: Reading, valueOf: (text: string) => string, isOpen: (value: string) => boolean, words: Words): Verdict {
  const { decision, reason, hypotheses, notANumber } = reading;
  if (decision === "empty") return EMPTY;
  const [best] = hypotheses;
  const value = best ? valueOf(best.text) : "";
  const others = (least: number): string[] => {
    const likely = hypotheses.filter(({ probability }) => probability >= least).map(({ text }) => valueOf(text));
    return [...new Set(likely)].filter((other) => other !== "" && other !== value && isOpen(other)).slice(0, MOST_ALTERNATIVES);
  };
  const isNumber = best && (decision !== "rejected" || best.probability > notANumber);
  if (!best || !isNumber) {
    // What seems struck out may have been meant: then the number is a click away. Of two numbers with an equals sign neither is offered.
    const isLikely = best && (best.probability >= LEAST_OF_REFUSED || reason === STRUCK_OUT);
    const offered = isLikely && value !== "" && isOpen(value) ? [value] : [];
    const alternatives = [...offered, ...others(LEAST_OF_REFUSED)];
    return { state: "refused", value: "", alternatives, message: words.refused(reason ?? "") };
  }
  const alternatives = others(LEAST_PROBABILITY);
  if (value === "") return { state: "refused", value, alternatives, message: words.noNumber(best.text) };
  if (decision === "accepted") return { state: "accepted", value, alternatives, message: "" };
  const second = alternatives[0];
  return { state: "doubtful", value, alternatives, message: second === undefined ? words.unsure(value) : words.question(value, second) };
}

/** What a reading means for the field: pure functions. */

import { NOTHING_ALLOWED, type Reading } from "../types.js";
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

/** Other readings that are offered, and the least that one must be worth: less would be noise under every sure reading. */
const MOST_ALTERNATIVES = 4;
const LEAST_PROBABILITY = 0.0005;

export function verdictOf(reading: Reading, valueOf: (text: string) => string, words: Words): Verdict {
  const { decision, reason, hypotheses, notANumber } = reading;
  if (decision === "empty") return EMPTY;
  const likely = hypotheses.filter(({ probability }, i) => i === 0 || probability >= LEAST_PROBABILITY);
  const values = [...new Set(likely.map(({ text }) => valueOf(text)))].filter((value) => value !== "");
  const [value, ...others] = values;
  const isNumber = decision !== "rejected" || (reason !== NOTHING_ALLOWED && (hypotheses[0]?.probability ?? 0) > notANumber);
  if (value === undefined || !isNumber) {
    const message = words.refused(reason ?? NOTHING_ALLOWED);
    return { state: "refused", value: "", alternatives: values.slice(0, MOST_ALTERNATIVES), message };
  }
  const alternatives = others.slice(0, MOST_ALTERNATIVES);
  if (decision === "accepted") return { state: "accepted", value, alternatives, message: "" };
  const second = alternatives[0];
  return { state: "doubtful", value, alternatives, message: second === undefined ? words.unsure(value) : words.question(value, second) };
}

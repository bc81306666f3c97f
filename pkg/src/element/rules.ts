/** What a field asks of its value: the faults of a value as native fields name them, and what of it the search can use. */

import type { Allowed, Check } from "../types.js";
import { type Decimal, compare, decimalOf, isOnStep } from "./decimal.js";
import type { Mode } from "./number-text.js";

export interface Rules {
  readonly mode: Mode;
  readonly required: boolean;
  /** In characters of the value; `null` where the attribute is absent or no number, as with the others. */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** A regular expression that the whole value matches; "" for none. */
  readonly pattern: string;
  /** Numbers as texts; "" for none. */
  readonly min: string;
  readonly max: string;
  readonly step: string;
  /** Where steps are counted from without a `min`: the default value. */
  readonly stepBase: string;
  readonly check: Check | null;
  /** Allowed values; `null` where any may be. */
  readonly values: readonly string[] | null;
}

export type Fault =
  | "valueMissing"
  | "tooShort"
  | "tooLong"
  | "patternMismatch"
  | "rangeUnderflow"
  | "rangeOverflow"
  | "stepMismatch"
  | "checkMismatch"
  | "notListed";

/** The faults of a value. An empty one has no other fault than to be missing, as in native fields. */
export function faultsOf(value: string, rules: Rules): Fault[] {
  if (value === "") return rules.required ? ["valueMissing"] : [];
  const { minLength, maxLength, check, values } = rules;
  const faults: (Fault | false)[] = [
    minLength !== null && value.length < minLength && "tooShort",
    maxLength !== null && value.length > maxLength && "tooLong",
    !matches(value, rules.pattern) && "patternMismatch",
    ...rangeFaults(value, rules),
    check !== null && !isChecked(value, check) && "checkMismatch",
    values !== null && !values.includes(value) && "notListed",
  ];
  return faults.filter((fault) => fault !== false);
}

function rangeFaults(value: string, { min, max, step, stepBase }: Rules): (Fault | false)[] {
  const [number, least, most, stride, base] = [value, min, max, step, min || stepBase].map(decimalOf) as ReturnType<typeof decimalOf>[];
  if (!number) return [];
  return [
    !!least && compare(number, least) < 0 && "rangeUnderflow",
    !!most && compare(number, most) > 0 && "rangeOverflow",
    !!stride && stride.units > 0n && !isOnStep(number, base ?? { units: 0n, places: 0 }, stride) && "stepMismatch",
  ];
}

/** As HTML has it: the whole value, and a pattern that is none asks nothing. */
function matches(value: string, pattern: string): boolean {
  if (pattern === "") return true;
  // "u" where a browser does not know "v" yet.
  for (const flag of ["v", "u"]) {
    try {
      return new RegExp(`^(?:${pattern})$`, flag).test(value);
    } catch {
      continue;
    }
  }
  return true;
}

function isChecked(digits: string, check: Check): boolean {
  if (!/^\d+$/.test(digits)) return false;
  if (check === "mod97") return BigInt(digits) % 97n === 1n;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (1 + (i % 2));
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** What the search may know of the rules: it looks at digits alone, so of amounts it knows how many digits they may have, not how large they are. */
export function allowedBy(rules: Rules): Allowed {
  const { mode, minLength, maxLength, pattern, min, max, check, values } = rules;
  const rest = { pattern: pattern || undefined, check: check ?? undefined };
  if (mode !== "digits") {
    const most = Math.min(maxLength ?? Infinity, mostDigits(rules));
    return { maxLength: most === Infinity ? undefined : most, values: values?.map((value) => value.replace(/\D/g, "")), ...rest };
  }
  const whole = (text: string): string | undefined => (/^\d+$/.test(text) ? text : undefined);
  const lengths = { minLength: minLength ?? undefined, maxLength: maxLength ?? undefined };
  return { ...lengths, min: whole(min), max: whole(max), values: values ?? undefined, ...rest };
}

/** Places that people write of amounts though a step needs fewer: 20.00. */
const CENTS = 2;

/** Most digits of an amount in range and on a step, as people write it; Infinity where the range or the step is open. */
function mostDigits({ mode, min, max, step, stepBase }: Rules): number {
  const [least, most, stride, base] = [min, max, step, min || stepBase].map(decimalOf) as (Decimal | null)[];
  if (!most || !stride || stride.units <= 0n || (mode === "signed" && !least)) return Infinity;
  const whole = (bound: Decimal): number => String(bound.units / 10n ** BigInt(bound.places)).replace("-", "").length;
  return Math.max(whole(most), least ? whole(least) : 1) + Math.max(CENTS, stride.places, base?.places ?? 0);
}

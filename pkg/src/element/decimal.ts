/** Decimal numbers without rounding: 0.1 is a tenth, and 20 digits are all kept. */

/** `units` / 10^`places`. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

/** The number that HTML's rules read, an exponent aside; `null` for any other text. */
export function decimalOf(text: string): Decimal | null {
  const match = /^(-?)(\d*)(?:\.(\d+))?$/.exec(text.trim());
  if (!match || !(match[2] || match[3])) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  return { units: BigInt(`${sign}${whole}${fraction}`), places: fraction.length };
}

/** Below 0 where `a` is the smaller, 0 where they are equal. */
export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Whether `value` is `base` and a whole number of `steps`. */
export function isOnStep(value: Decimal, base: Decimal, step: Decimal): boolean {
  const places = Math.max(value.places, base.places, step.places);
  return step.units === 0n || (unitsAt(value, places) - unitsAt(base, places)) % unitsAt(step, places) === 0n;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  const places = Math.max(a.places, b.places);
  return [unitsAt(a, places), unitsAt(b, places)];
}

function unitsAt({ units, places }: Decimal, at: number): bigint {
  return units * 10n ** BigInt(at - places);
}

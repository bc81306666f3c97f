/** From what stands on the pad, or was typed, to the value that a form gets: pure functions. */

/** What a field takes: digits as they are, 007; amounts, 12.50; amounts with a sign, -12.50. */
export type Mode = "digits" | "decimal" | "signed";

export const MODES: readonly Mode[] = ["digits", "decimal", "signed"];

const VALUES: Readonly<Record<Mode, RegExp>> = { digits: /^\d+$/, decimal: /^\d*(\.\d+)?$/, signed: /^-?\d*(\.\d+)?$/ };

/** A value that a program gives: as it is where it is one, else "", as native number fields do. */
export function sanitised(value: string, mode: Mode): string {
  return VALUES[mode].test(value) && /\d/.test(value) ? value : "";
}

/**
 * The value of a text that a person wrote or typed: digits, or a decimal number as HTML writes it, with "." and no grouping. Signs that
 * the mode has no use for are passed over. Of several separators the last is the decimal one where it is of its own kind (1.234,50),
 * else all group (1.234.567). A single one groups where it stands before three digits and is not the `decimalSign` of the language.
 */
export function valueOf(text: string, mode: Mode, decimalSign: string): string {
  if (mode === "digits") return text.replace(/\D/g, "");
  const sign = mode === "signed" && /^\s*[-−–]/.test(text) ? "-" : "";
  const plain = text.replace(/[^\d.,]/g, "");
  const separators = plain.replace(/\d/g, "");
  const last = separators.at(-1);
  const isOwnKind = last !== undefined && separators.indexOf(last) === separators.length - 1;
  const groups = separators.length === 1 && last !== decimalSign && /^\d{1,3}[.,]\d{3}$/.test(plain);
  const at = isOwnKind && !groups ? plain.lastIndexOf(last) : plain.length;
  const [whole, fraction] = [plain.slice(0, at), plain.slice(at)].map((part) => part.replace(/\D/g, "")) as [string, string];
  if (whole === "" && fraction === "") return "";
  return sign + (whole || "0") + (fraction && `.${fraction}`);
}

/** "." or ",": how a language parts the fraction off; "." for languages that are none. */
export function decimalSignOf(language: string): string {
  try {
    return new Intl.NumberFormat(language).formatToParts(1.1).find(({ type }) => type === "decimal")?.value ?? ".";
  } catch {
    return ".";
  }
}

/** What can be typed of a text: digits of any script, as 0 to 9, and the mode's own signs at any place, as people type from left to right. */
export function typeable(text: string, mode: Mode): string {
  const allowed = { digits: /[^\d]/g, decimal: /[^\d.,]/g, signed: /[^\d.,-]/g }[mode];
  return text.replace(/\p{Nd}/gu, asciiDigit).replace(/[−–]/g, "-").replace(allowed, "");
}

/** Scripts have their digits in a row, from 0 to 9. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}

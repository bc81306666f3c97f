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
 * The value of a text that a person wrote or typed: digits, or a decimal number as HTML writes it, with "." and no grouping; "" where the
 * text is none, such as 1.2.3, or -12 where there is no sign to be. Of two kinds of separators the last is the decimal one (1.234,50).
 * A single one groups where it stands before three digits and is not the `decimalSign` of the language; no group begins with 0. Prices may
 * end in a dash (12,-).
 */
export function valueOf(text: string, mode: Mode, decimalSign: string): string {
  if (mode === "digits") return text.replace(/\D/g, "");
  const plain = text.replace(/\s/g, "").replace(/[−–]/g, "-").replace(/([.,])-$/, "$1");
  const [, sign = "", number = ""] = /^(-?)([\d.,]*)$/.exec(plain) ?? [];
  if (sign && mode !== "signed") return "";
  const separators = number.replace(/\d/g, "");
  const last = separators.at(-1) ?? "";
  const isSingle = separators.length === 1;
  const groups = isSingle && last !== decimalSign && /^[1-9]\d{0,2}[.,]\d{3}$/.test(number);
  const isDecimal = last !== "" && !groups && separators.indexOf(last) === separators.length - 1;
  const at = isDecimal ? number.lastIndexOf(last) : number.length;
  const [whole, fraction] = [number.slice(0, at), number.slice(at + 1)];
  const isWhole = /^\d*$/.test(whole) || /^[1-9]\d{0,2}(([.,])\d{3})(\2\d{3})*$/.test(whole);
  if (!isWhole || !/\d/.test(whole + fraction)) return "";
  return sign + (whole.replace(/\D/g, "") || "0") + (fraction && `.${fraction}`);
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

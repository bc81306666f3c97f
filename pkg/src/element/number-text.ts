/** From what stands on the pad, or was typed, to the value that a form gets: pure functions. */

/** What a field takes: digits as they are, 007; amounts, 12.50; amounts with a sign, -12.50. */
export type Mode = "digits" | "decimal" | "signed";

export const MODES: readonly Mode[] = ["digits", "decimal", "signed"];

/**
 * The value of a text: digits, or a decimal number as HTML writes it, with "." and no grouping. Signs that the mode has no use for are
 * passed over. Of several separators the last is the decimal one where it is of its own kind (1.234,50), else all group (1.234.567).
 */
export function valueOf(text: string, mode: Mode): string {
  if (mode === "digits") return text.replace(/\D/g, "");
  const sign = mode === "signed" && /^\s*[-−–]/.test(text) ? "-" : "";
  const plain = text.replace(/[^\d.,]/g, "");
  const separators = plain.replace(/\d/g, "");
  const last = separators.at(-1);
  const isDecimal = last !== undefined && separators.indexOf(last) === separators.length - 1;
  const at = isDecimal ? plain.lastIndexOf(last) : plain.length;
  const [whole, fraction] = [plain.slice(0, at), plain.slice(at)].map((part) => part.replace(/\D/g, "")) as [string, string];
  if (whole === "" && fraction === "") return "";
  return sign + (whole || "0") + (fraction && `.${fraction}`);
}

/** What can be typed of a text: the mode's own signs, at any place, as people type from left to right. */
export function typeable(text: string, mode: Mode): string {
  const allowed = { digits: /[^\d]/g, decimal: /[^\d.,]/g, signed: /[^\d.,-]/g }[mode];
  return text.replace(allowed, "");
}

/** The evaluation's figures as they were measured, with a threshold to move. */

import { byId, make } from "./dom";

interface Separation {
  readonly auroc: number;
  readonly fpr95: number;
  readonly let_in: readonly number[];
}

interface MethodResult {
  readonly row: string;
  readonly against: string;
  readonly method: string;
  readonly separation: Separation;
}

/** What the page reads of model/evaluation.json; src/train/evaluate.rs writes it. */
interface Evaluation {
  readonly strings: readonly { row: string; strings: number; right: number; right_in_five: number; accepted_right: number; accepted_wrong: number; calibration_error: number }[];
  readonly refusals: readonly { row: string; glyphs: number; plain_sure: number; ours_sure: number; ours_accepted: number }[];
  readonly kept: readonly number[];
  readonly methods: readonly MethodResult[];
  readonly jury: readonly MethodResult[];
}

/** Where the slider stands to begin with: the threshold that papers report. */
const USUAL = 95;

const evaluation = await load();
showSure();
showStrings();
showFigures();
const slider = byId("kept", HTMLInputElement);
slider.max = String(evaluation.kept.length - 1);
slider.value = String(evaluation.kept.indexOf(USUAL));
slider.addEventListener("input", showMethods);
showMethods();

async function load(): Promise<Evaluation> {
  const response = await fetch("evaluation.json");
  if (response.ok) return (await response.json()) as Evaluation;
  byId("threshold-note", HTMLElement).textContent = `The figures are not there: the server answered ${response.status}.`;
  throw new Error(`evaluation.json: ${response.status}`);
}

function showSure(): void {
  const [digits, ...others] = evaluation.refusals;
  if (!digits) return;
  const row = (result: typeof digits, good: boolean): HTMLElement => {
    const cells = [result.plain_sure, result.ours_sure, result.ours_accepted].map((share) => bar(share, good));
    return make("tr", good ? "is-good" : "", head(result.row, "row"), make("td", "quiet count", result.glyphs.toLocaleString("en")), ...cells);
  };
  const columns = ["glyphs", "how many", "a plain network is sure", "ink-number is sure", "ink-number accepts"];
  byId("sure", HTMLElement).replaceChildren(table(columns, [row(digits, true), ...others.map((result) => row(result, false))]));
}

/** One line a kind of non-digits, one column a way: how much of it gets in. */
function showMethods(): void {
  const at = Number(slider.value);
  const kept = evaluation.kept[at] ?? USUAL;
  byId("kept-shown", HTMLOutputElement).value = `${kept} %`;
  slider.ariaValueText = `${kept} percent of the digits`;
  const results = [...evaluation.methods, ...evaluation.jury.filter((result) => !evaluation.methods.some((other) => same(other, result)))];
  const methods = [...new Set(results.map((result) => result.method))];
  const own = new Set(evaluation.methods.map((result) => result.method)).size;
  const rows = [...new Set(results.map((result) => result.row))].map((row) => {
    const ofRow = results.filter((result) => result.row === row);
    const shares = methods.map((method) => ofRow.find((result) => result.method === method)?.separation.let_in[at]);
    const least = Math.min(...shares.filter((share) => share !== undefined));
    const cells = shares.map((share) => cell(share, share === least));
    return make("tr", "", head(row, "row"), ...cells);
  });
  byId("methods", HTMLElement).replaceChildren(table(["let in of", ...methods], rows));
  byId("threshold-note", HTMLElement).textContent =
    `Percent of each kind of non-digits that gets in. “reject-classes” is what ships. The last ${methods.length - own} ask small networks of their own, made to be compared with each other, and with “reject-classes” by one of their kind in docs/evaluation.md.`;
}

function same(a: MethodResult, b: MethodResult): boolean {
  return a.row === b.row && a.method === b.method;
}

function showStrings(): void {
  const rows = evaluation.strings.map((result) => {
    const { right, right_in_five, accepted_right, accepted_wrong, calibration_error } = result;
    const cells = [right, right_in_five, accepted_right, accepted_wrong, calibration_error].map((value) => make("td", "", value.toFixed(1)));
    return make("tr", "", head(result.row, "row"), make("td", "quiet count", result.strings.toLocaleString("en")), ...cells);
  });
  const columns = ["numbers", "how many", "right, %", "in the first five", "accepted, right", "accepted, wrong", "calibration error"];
  byId("strings", HTMLElement).replaceChildren(table(columns, rows));
}

function showFigures(): void {
  const names = evaluation.strings.map(({ row }) => [row, `reliability-${row.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`]);
  const pictures = [...names, ["error among the surest", "risk-by-coverage"]].map(([row = "", name = ""]) => {
    const picture = make("img", "");
    picture.src = `figures/${name}.svg`;
    picture.alt = row;
    picture.loading = "lazy";
    return make("figure", "", picture, make("figcaption", "", row));
  });
  byId("figures", HTMLElement).replaceChildren(...pictures);
}

function table(columns: readonly string[], rows: readonly HTMLElement[]): HTMLTableElement {
  const headings = columns.map((column) => head(column, "col"));
  return make("table", "", make("thead", "", make("tr", "", ...headings)), make("tbody", "", ...rows));
}

function head(text: string, scope: string): HTMLTableCellElement {
  const cell = make("th", "", text);
  cell.scope = scope;
  return cell;
}

/** A share as a bar: long is good for digits and bad for the rest. */
function bar(share: number, good: boolean): HTMLElement {
  const fill = make("span", good ? "fill is-good" : "fill");
  fill.style.inlineSize = `${share}%`;
  return make("td", "with-bar", make("span", "track", fill), make("span", "", `${share.toFixed(1)} %`));
}

/** The more gets in, the redder; the best of a line stands out. */
function cell(share: number | undefined, best: boolean): HTMLElement {
  if (share === undefined) return make("td", "quiet", "–");
  const element = make("td", best ? "heat is-best" : "heat", share < 10 ? share.toFixed(1) : String(Math.round(share)));
  // By the root, or the small differences that matter would look alike.
  element.style.setProperty("--heat", `${Math.round(100 * Math.sqrt(share / 100))}%`);
  return element;
}

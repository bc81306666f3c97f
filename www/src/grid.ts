/** Many numbers at once: a table of pictures with what they are read as, the surest mistakes first, and what is taken for what. */

import { type InkStrokes, type Reading, WorkerRecognizer } from "ink-number";
import { drawInk, fit, inkBounds, sampleOf } from "ink-number/pad";

import { byId, make } from "./dom";
import { EXAMPLES } from "./examples";
import { type Item, filesOf, itemsOf } from "./grid-input";
import { listenForDrops } from "./image-drop";
import { percent } from "./words";

/** A number that was read. */
interface Row {
  readonly item: Item;
  readonly reading: Reading | null;
  /** Why there is no reading. */
  readonly error: string | null;
}

type Order = "mistakes" | "doubtful" | "given";

/** Rows shown at a time: thousands of pictures would make the page slow. */
const PAGE = 200;
const THUMBNAIL = { width: 132, height: 56 };
/** In px of the canvas, which is twice as fine. */
const NIB = 6;
const MARGIN = 10;
/** Of the table as a picture. */
const PNG = { columns: 6, most: 300, caption: 34, gap: 12 };

const recognizer = new WorkerRecognizer();
const rowsBody = byId("rows", HTMLTableSectionElement);
const order = byId("order", HTMLSelectElement);
const more = byId("more", HTMLButtonElement);
let rows: Row[] = [];
let shownRows = PAGE;
let stop = new AbortController();

for (const [button, input] of [["pick-files", "files"], ["pick-folder", "folder"]] as const) {
  const picker = byId(input, HTMLInputElement);
  byId(button, HTMLButtonElement).addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    void take(async () => [...(picker.files ?? [])]).then(() => (picker.value = ""));
  });
}
byId("try", HTMLButtonElement).addEventListener("click", () => void readAll(exampleItems()));
byId("stop", HTMLButtonElement).addEventListener("click", () => stop.abort());
byId("csv", HTMLButtonElement).addEventListener("click", () => save("readings.csv", new Blob([csv()], { type: "text/csv" })));
byId("png", HTMLButtonElement).addEventListener("click", async () => (await drawSheet()).toBlob((blob) => blob && save("readings.png", blob)));
order.addEventListener("change", showRows);
more.addEventListener("click", () => {
  shownRows += PAGE;
  showRows();
});
listenForDrops(document, byId("drop", HTMLElement), (dropped) => {
  const files = filesOf(dropped); // Now: what was dropped is gone when this call is over.
  void take(() => files);
});

async function take(files: () => Promise<File[]>): Promise<void> {
  try {
    const items = await itemsOf(await files());
    if (items.length === 0) throw new Error("There are no files among these.");
    await readAll(items);
  } catch (error) {
    byId("progress-card", HTMLElement).hidden = false;
    byId("progress-words", HTMLElement).textContent = (error as Error).message;
  }
}

async function readAll(items: readonly Item[]): Promise<void> {
  stop.abort();
  stop = new AbortController();
  const { signal } = stop;
  rows = [];
  shownRows = PAGE;
  const card = byId("progress-card", HTMLElement);
  const bar = byId("progress", HTMLProgressElement);
  card.hidden = false;
  bar.max = items.length;
  let painted = performance.now();
  for (const item of items) {
    rows.push(await readOne(item));
    if (signal.aborted) break;
    bar.value = rows.length;
    byId("progress-words", HTMLElement).textContent = `${rows.length} of ${items.length}`;
    // Not after each: drawing the table takes longer than reading a number.
    if (performance.now() - painted > 1000) {
      showRows();
      painted = performance.now();
    }
  }
  if (stop.signal !== signal) return; // Others have been dropped meanwhile.
  card.hidden = true;
  showRows();
  showConfusion();
}

async function readOne(item: Item): Promise<Row> {
  try {
    return { item, reading: await recognizer.recognize(await item.load(), { top: 3 }), error: null };
  } catch (error) {
    return { item, reading: null, error: (error as Error).message };
  }
}

function exampleItems(): Item[] {
  const truths: Record<string, string> = { "203 in one stroke": "203", "1 or 7?": "7" };
  return EXAMPLES.map(({ name, strokes }) => ({ source: name, truth: truths[name] ?? null, load: async () => ({ strokes }) }));
}

// --- what comes of it

function best({ reading }: Row): { text: string; probability: number } | null {
  return reading?.hypotheses[0] ?? null;
}

function isRight(row: Row): boolean | null {
  return row.item.truth === null ? null : best(row)?.text === row.item.truth;
}

function ordered(): Row[] {
  const sure = (row: Row): number => best(row)?.probability ?? 0;
  const by: Record<Order, (a: Row, b: Row) => number> = {
    given: () => 0,
    doubtful: (a, b) => sure(a) - sure(b),
    mistakes: (a, b) => Number(isRight(b) === false) - Number(isRight(a) === false) || sure(b) - sure(a),
  };
  return [...rows].sort(by[order.value as Order]);
}

function showRows(): void {
  byId("results", HTMLElement).hidden = rows.length === 0;
  byId("summary", HTMLElement).textContent = summary();
  rowsBody.replaceChildren(...ordered().slice(0, shownRows).map(rowElement));
  more.hidden = rows.length <= shownRows;
}

function summary(): string {
  const known = rows.filter((row) => row.item.truth !== null);
  const right = known.filter(isRight);
  const accepted = known.filter((row) => row.reading?.decision === "accepted");
  const wrong = accepted.filter((row) => isRight(row) === false);
  const share = (part: number, of: number): string => (of === 0 ? "–" : `${((100 * part) / of).toFixed(1)} %`);
  if (known.length === 0) return `${rows.length} numbers. What they truly are is not known.`;
  const of = `${share(right.length, known.length)} of ${known.length} are right`;
  const others = rows.length > known.length ? ` Of ${rows.length - known.length} others it is not known.` : "";
  return `${of}; ${share(accepted.length, known.length)} are accepted, of those ${share(wrong.length, accepted.length)} wrongly.${others}`;
}

function rowElement(row: Row): HTMLElement {
  const { item, reading, error } = row;
  const read = best(row);
  const right = isRight(row);
  const cells: (Node | string)[] = [
    pictureOf(row),
    make("strong", "", read?.text ?? "–"),
    item.truth ?? "?",
    read ? percent(read.probability) : "",
    error ?? (reading?.decision === "accepted" ? "accepted" : (reading?.reason ?? reading?.decision ?? "")),
    make("span", "source", item.source),
  ];
  const isSure = reading?.decision === "accepted";
  return make("tr", `${right === null ? "" : right ? "is-right" : "is-wrong"}${isSure ? "" : " is-unsure"}`, ...cells.map((cell) => make("td", "", cell)));
}

/** The number's picture: made when it is shown, since thousands of them are more than a page can keep. */
function pictureOf({ item, error }: Row): HTMLElement {
  const place = make("span", "thumbnail");
  if (error === null) void item.load().then((input) => place.append(thumbnail(input)), () => {});
  return place;
}

function showConfusion(): void {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for (const row of rows) {
    const [truth, read] = [row.item.truth ?? "", best(row)?.text ?? ""];
    if (truth === "" || truth.length !== read.length) continue;
    [...truth].forEach((digit, i) => {
      const line = counts[Number(digit)];
      if (line) line[Number(read[i])] = (line[Number(read[i])] ?? 0) + 1;
    });
  }
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  byId("confusion-card", HTMLElement).hidden = total === 0;
  const heading = (text: string, scope: string): HTMLElement => Object.assign(make("th", "", text), { scope });
  const digits = counts.map((_, digit) => String(digit));
  const lines = counts.map((line, digit) => {
    const sum = Math.max(1, line.reduce((a, b) => a + b, 0));
    const cells = line.map((count, read) => {
      const cell = make("td", read === digit ? "is-right" : "", count === 0 ? "" : String(count));
      cell.style.setProperty("--heat", `${Math.round(100 * Math.sqrt(count / sum))}%`);
      return cell;
    });
    return make("tr", "", heading(String(digit), "row"), ...cells);
  });
  const table = make("table", "confusion", make("thead", "", make("tr", "", make("td", ""), ...digits.map((d) => heading(d, "col")))), make("tbody", "", ...lines));
  byId("confusion", HTMLElement).replaceChildren(table);
}

// --- taken along

function csv(): string {
  const field = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const line = (row: Row): string => {
    const read = best(row);
    const values = [row.item.source, row.item.truth ?? "", read?.text ?? "", read ? read.probability.toFixed(4) : "", row.reading?.decision ?? "error", row.reading?.reason ?? row.error ?? ""];
    return values.map(field).join(",");
  };
  return ["source,truth,read,probability,decision,reason", ...ordered().map(line)].join("\n") + "\n";
}

/** The table as one picture, as far as it goes. */
async function drawSheet(): Promise<HTMLCanvasElement> {
  const shown = ordered().slice(0, PNG.most);
  const [cellWidth, cellHeight] = [THUMBNAIL.width + PNG.gap, THUMBNAIL.height + PNG.caption + PNG.gap];
  const sheet = make("canvas", "");
  sheet.width = PNG.columns * cellWidth + PNG.gap;
  sheet.height = Math.ceil(shown.length / PNG.columns) * cellHeight + PNG.gap;
  const context = sheet.getContext("2d");
  if (!context) return sheet;
  context.fillStyle = "white";
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.font = "13px system-ui, sans-serif";
  for (const [i, row] of shown.entries()) {
    const x = PNG.gap + (i % PNG.columns) * cellWidth;
    const y = PNG.gap + Math.floor(i / PNG.columns) * cellHeight;
    if (row.error === null) context.drawImage(thumbnail(await row.item.load()), x, y, THUMBNAIL.width, THUMBNAIL.height);
    const read = best(row);
    context.fillStyle = isRight(row) === false ? "#c02636" : "#151a2d";
    context.fillText(`${read?.text ?? "–"} ${read ? percent(read.probability) : ""}`, x, y + THUMBNAIL.height + 15, THUMBNAIL.width);
    if (isRight(row) === false) context.fillText(`truly ${row.item.truth}`, x, y + THUMBNAIL.height + 30, THUMBNAIL.width);
  }
  return sheet;
}

function save(name: string, blob: Blob): void {
  const link = make("a", "");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Dark on white, as a row of the table and in the saved picture alike. */
function thumbnail(input: HTMLCanvasElement | InkStrokes): HTMLCanvasElement {
  const canvas = make("canvas", "");
  [canvas.width, canvas.height] = [2 * THUMBNAIL.width, 2 * THUMBNAIL.height];
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (!("strokes" in input)) {
    const whole = { x: 0, y: 0, width: input.width, height: input.height };
    const { scale, x, y } = fit(whole, canvas, /* largest scale */ 8, MARGIN);
    context.drawImage(input, x, y, scale * input.width, scale * input.height);
    return canvas;
  }
  const strokes = input.strokes.map((stroke) => stroke.map(sampleOf));
  const bounds = inkBounds(strokes);
  if (!bounds) return canvas;
  // Units differ by source, from thousandths to thousands: the pen draws in px.
  const { scale, x, y } = fit(bounds, canvas, /* largest scale */ Infinity, MARGIN);
  context.fillStyle = "#1a2c9c";
  drawInk(context, strokes.map((stroke) => stroke.map((p) => ({ ...p, x: p.x * scale + x, y: p.y * scale + y }))), NIB);
  return canvas;
}

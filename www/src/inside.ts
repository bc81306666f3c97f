/** One reading laid open: the pieces of the ink, the lattice of all readings, and every candidate as the networks saw it. */

import "ink-number/element";

import { type InkStrokes, type InspectedCandidate, type Inspection, WorkerRecognizer } from "ink-number";
import { type Stroke, fit, inkBounds, sampleOf } from "ink-number/pad";

import { byId, make } from "./dom";
import { EXAMPLES } from "./examples";
import { REJECTS } from "./refusal";
import { svg } from "./svg";
import { percent } from "./words";

/** Candidates less probable than this, all in all, are shown on request only. */
const LIKELY = 0.01;
/** Arcs drawn: a long line has hundreds that mean nothing. */
const MOST_ARCS = 120;
/** Height of the ink as it is shown, CSS px, and the room for what stands under it. */
const INK_HEIGHT = 150;
const CUT_ROOM = 62;
const LABEL_WIDTH = 66;
const GLYPH_SIDE = 28;

const field = document.querySelector("ink-number") as HTMLElementTagNameMap["ink-number"];
const steps = document.querySelectorAll<HTMLElement>("[data-step]");
const all = byId("all", HTMLInputElement);
const candidateList = byId("candidates", HTMLOListElement);
let shown: Inspection | null = null;
let stale: AbortController | null = null;

for (const { name, strokes } of EXAMPLES) {
  const button = make("button", "button", name);
  button.type = "button";
  button.addEventListener("click", () => {
    const { width, height } = field.getBoundingClientRect();
    field.ink = { strokes: fitted(strokes, width, 0.55 * height) };
  });
  byId("examples", HTMLElement).append(button);
}
field.addEventListener("ink-reading", ({ detail }) => void inspect(detail.ink));
field.addEventListener("input", () => {
  if (field.ink.strokes.length === 0) show(null);
});
all.addEventListener("change", () => shown && showCandidates(shown));

async function inspect(ink: InkStrokes): Promise<void> {
  stale?.abort();
  stale = new AbortController();
  const { signal } = stale;
  try {
    const inspection = await WorkerRecognizer.shared.inspect(ink, { top: 5, signal });
    if (!signal.aborted) show(inspection);
  } catch (error) {
    if (!signal.aborted) byId("verdict", HTMLElement).textContent = `This could not be looked into: ${(error as Error).message}`;
  }
}

function show(inspection: Inspection | null): void {
  if (inspection === null) stale?.abort();
  shown = inspection;
  for (const step of steps) step.hidden = !inspection || inspection.fragments.length === 0;
  byId("verdict", HTMLElement).textContent = inspection ? verdict(inspection) : "";
  if (!inspection || inspection.fragments.length === 0) return;
  byId("fragments", HTMLElement).replaceChildren(drawFragments(inspection));
  byId("lattice", HTMLElement).replaceChildren(drawLattice(inspection));
  byId("count", HTMLElement).textContent = `Here are ${ways(inspection).toLocaleString("en")} of them.`;
  byId("strings", HTMLOListElement).replaceChildren(...stringRows(inspection));
  showCandidates(inspection);
}

function verdict({ reading }: Inspection): string {
  const [best] = reading.hypotheses;
  if (reading.decision === "accepted" && best) return `Read as ${best.text}, ${percent(best.probability)} sure.`;
  return reading.decision === "empty" ? "" : `Not answered: ${reading.reason}.`;
}

// --- the pieces of the ink

function drawFragments({ fragments, cuts }: Inspection): SVGSVGElement {
  const boxes = fragments.map((f) => f.box);
  const left = Math.min(...boxes.map((b) => b.x));
  const top = Math.min(...boxes.map((b) => b.y));
  const right = Math.max(...boxes.map((b) => b.x + b.width));
  const bottom = Math.max(...boxes.map((b) => b.y + b.height));
  const scale = INK_HEIGHT / (bottom - top);
  const width = Math.max((right - left) * scale + 40, LABEL_WIDTH * cuts.length);
  const drawing = svg("svg", { width, height: INK_HEIGHT + CUT_ROOM + 12, class: "ink-drawing", role: "img", "aria-label": `${fragments.length} pieces` });
  const at = (x: number): number => 20 + (x - left) * scale;
  fragments.forEach((fragment, i) => {
    const { box } = fragment;
    drawing.append(
      svg("foreignObject", { x: at(box.x), y: 6 + (box.y - top) * scale, width: box.width * scale, height: box.height * scale }, painted(fragment, i)),
    );
  });
  const places = cuts.map((_, i) => {
    const [before, after] = [boxes[i], boxes[i + 1]];
    return before && after ? at((before.x + before.width + after.x) / 2) : 0;
  });
  spread(places, LABEL_WIDTH, width).forEach((label, i) => {
    const [cut, x] = [cuts[i], places[i]];
    if (!cut || x === undefined) return;
    const y = INK_HEIGHT + 10;
    drawing.append(
      svg(
        "g",
        { class: cut.posterior > 0.5 ? "cut is-used" : "cut" },
        svg("path", { d: `M${x} 2V${y}L${label} ${y + 18}` }),
        svg("text", { x: label, y: y + 32 }, percent(cut.posterior)),
        svg("text", { x: label, y: y + 47, class: "quiet" }, `${percent(cut.prior)} before`),
      ),
    );
  });
  return drawing;
}

/** The places from left to right, moved so that neighbours are `gap` apart, within `width` where there is room. */
function spread(places: readonly number[], gap: number, width: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let least = gap / 2;
  for (const i of order) least = (moved[i] = Math.max(moved[i] ?? 0, least)) + gap;
  let most = width - gap / 2;
  for (const i of order.reverse()) most = (moved[i] = Math.min(moved[i] ?? 0, most)) - gap;
  return moved;
}

/** The coverage of a piece in its colour. */
function painted({ width, height, pixels }: Inspection["fragments"][number], i: number): HTMLCanvasElement {
  const canvas = make("canvas", `fragment fragment-${i % 6}`);
  canvas.width = width;
  canvas.height = height;
  paint(canvas, pixels, colourOf(`--fragment-${i % 6}`));
  return canvas;
}

/** What a custom property comes to: its own value may be one for light and one for dark. */
function colourOf(property: string): string {
  const probe = make("span", "");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Ink of one colour, as opaque as `pixels` say. */
function paint(canvas: HTMLCanvasElement, pixels: Uint8Array, colour: string): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
  const image = context.createImageData(canvas.width, canvas.height);
  pixels.forEach((value, i) => image.data.set([r, g, b, value], 4 * i));
  context.putImageData(image, 0, 0);
}

// --- the lattice

function drawLattice(inspection: Inspection): SVGSVGElement {
  const { fragments, candidates, path } = inspection;
  const step = Math.max(64, Math.min(140, 1000 / fragments.length));
  const width = fragments.length * step + 60;
  const arcs = candidates
    .map((candidate, i) => ({ candidate, i, ...best(candidate) }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_ARCS)
    .reverse();
  const highest = Math.max(...arcs.map(({ candidate }) => candidate.end - candidate.start));
  const ground = 40 + Math.min(210, 46 * highest);
  const drawing = svg("svg", { width, height: ground + 34, class: "lattice-drawing", role: "group", "aria-label": "Arcs" });
  for (const { candidate, i, digit, probability } of arcs) {
    const [x1, x2] = [30 + candidate.start * step, 30 + candidate.end * step];
    const top = ground - Math.min(ground - 26, 46 * (candidate.end - candidate.start)) * 1.28;
    const onPath = path.includes(i);
    const likely = probability >= LIKELY;
    const name = `Pieces ${candidate.start + 1} to ${candidate.end}: ${digit}, ${percent(probability)}`;
    const arc = svg(
      "g",
      { class: `arc${onPath ? " is-best" : ""}${likely ? "" : " is-faint"}`, ...(likely ? { tabindex: 0 } : {}), role: "img", "aria-label": name },
      svg("title", {}, name),
      svg("path", { d: `M${x1} ${ground}Q${(x1 + x2) / 2} ${top} ${x2} ${ground}`, "stroke-width": 1 + 6 * probability }),
    );
    if (likely) {
      const y = (ground + top) / 2;
      arc.append(svg("text", { x: (x1 + x2) / 2, y: y - 8 }, String(digit)), svg("text", { x: (x1 + x2) / 2, y: y + 7, class: "quiet" }, percent(probability)));
    }
    const mark = (on: boolean) => (): void => candidateList.querySelector(`[data-candidate="${i}"]`)?.classList.toggle("is-pointed", on) as void;
    for (const type of ["pointerenter", "focus"]) arc.addEventListener(type, mark(true));
    for (const type of ["pointerleave", "blur"]) arc.addEventListener(type, mark(false));
    drawing.append(arc);
  }
  for (let node = 0; node <= fragments.length; node++) {
    drawing.append(svg("circle", { cx: 30 + node * step, cy: ground, r: 5, class: "node" }));
    if (node < fragments.length) drawing.append(svg("text", { x: 30 + (node + 0.5) * step, y: ground + 22, class: `piece piece-${node % 6}` }, `piece ${node + 1}`));
  }
  return drawing;
}

/** The digit that a candidate most probably is, all in all. */
function best({ posterior }: InspectedCandidate): { digit: number; probability: number } {
  const probability = Math.max(...posterior);
  return { digit: posterior.indexOf(probability), probability };
}

/** How many ways there are to go from left to right, digits and their segmentation apart. */
function ways({ fragments, candidates }: Inspection): number {
  const to = new Array<number>(fragments.length + 1).fill(0);
  to[0] = 1;
  for (const { start, end } of candidates) to[end] = (to[end] ?? 0) + 10 * (to[start] ?? 0);
  return to[fragments.length] ?? 0;
}

function stringRows({ reading }: Inspection): HTMLElement[] {
  const row = (text: string, probability: number): HTMLElement => make("li", "", make("strong", "", text), ` ${percent(probability)}`);
  const rows = reading.hypotheses.map(({ text, probability }) => row(text, probability));
  return [...rows, row("not a number", reading.notANumber)];
}

// --- the candidates

function showCandidates(inspection: Inspection): void {
  const { candidates, path } = inspection;
  const listed = candidates.map((candidate, i) => ({ candidate, i })).filter(({ candidate, i }) => all.checked || path.includes(i) || best(candidate).probability >= LIKELY);
  candidateList.replaceChildren(...listed.map(({ candidate, i }) => candidateCard(candidate, i, path.includes(i))));
}

function candidateCard(candidate: InspectedCandidate, i: number, onPath: boolean): HTMLElement {
  const { start, end, probabilities, reject, logits, networks, spread, glyph } = candidate;
  const { digit, probability } = best(candidate);
  const refusal = Math.max(...Object.values(reject));
  const thought = refusal > Math.max(...probabilities) ? (REJECTS.find(({ key }) => reject[key] === refusal)?.words ?? "") : `a ${probabilities.indexOf(Math.max(...probabilities))}`;
  const canvas = make("canvas", "glyph");
  canvas.width = canvas.height = GLYPH_SIDE;
  canvas.setAttribute("aria-hidden", "true");
  paint(canvas, glyph, colourOf("--text"));
  const pieces = end - start === 1 ? `Piece ${start + 1}` : `Pieces ${start + 1} to ${end}`;
  const heading = make("h3", "", pieces, onPath ? make("span", "on-path", "on the best path") : "");
  const summary = make("p", "", `The networks see ${thought}. In the line: ${digit} with ${percent(probability)}. They are ${percent(spread)} apart.`);
  const card = make("li", "candidate", canvas, make("div", "", heading, summary), bars(candidate, softmaxOfDigits(logits)), numbers(logits, networks));
  card.dataset["candidate"] = String(i);
  return card;
}

/** Of each answer its probability, and in grey what a network of the ten digits alone would make of the same outputs. */
function bars({ probabilities, reject }: InspectedCandidate, plain: readonly number[]): HTMLElement {
  const digits = probabilities.map((p, digit) => bar(String(digit), `digit ${digit}`, p, plain[digit] ?? 0));
  const rejects = REJECTS.map(({ key, short, words }) => bar(short, words, reject[key], 0, "is-refusal"));
  return make("ul", "bars", ...digits, ...rejects);
}

function bar(label: string, name: string, probability: number, plain: number, extra = ""): HTMLElement {
  const fill = make("span", "fill");
  const ghost = make("span", "ghost");
  fill.style.blockSize = `${100 * probability}%`;
  ghost.style.blockSize = `${100 * plain}%`;
  const item = make("li", extra, make("span", "track", ghost, fill), make("span", "label", label), make("span", "visually-hidden", `: ${percent(probability)}`));
  item.title = `${name}: ${percent(probability)}${extra ? "" : `; without reject classes ${percent(plain)}`}`;
  return item;
}

/** The outputs before softmax: the mean, and each network's own. */
function numbers(logits: readonly number[], networks: readonly (readonly number[])[]): HTMLElement {
  const line = (name: string, values: readonly number[]): HTMLElement =>
    make("tr", "", header(name, "row"), ...values.map((value) => make("td", "", value.toFixed(1))));
  const answers = [...Array.from({ length: 10 }, (_, digit) => String(digit)), ...REJECTS.map(({ short }) => short)];
  const head = make("thead", "", make("tr", "", header("before softmax", "col"), ...answers.map((answer) => header(answer, "col"))));
  const body = make("tbody", "", line("mean", logits), ...networks.map((values, i) => line(`network ${i + 1}`, values)));
  return make("details", "", make("summary", "", "Numbers"), scrolled(make("table", "", head, body)));
}

/** Wide tables scroll, by key too. */
function scrolled(table: HTMLElement): HTMLElement {
  const group = make("div", "scroll", table);
  group.tabIndex = 0;
  group.role = "group";
  group.ariaLabel = "Outputs before softmax";
  return group;
}

function header(text: string, scope: string): HTMLTableCellElement {
  const cell = make("th", "", text);
  cell.scope = scope;
  return cell;
}

function softmaxOfDigits(logits: readonly number[]): number[] {
  const digits = logits.slice(0, 10);
  const most = Math.max(...digits);
  const weights = digits.map((logit) => Math.exp(logit - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The strokes in the middle of a pad of this size, as large as it allows. */
function fitted(strokes: InkStrokes["strokes"], width: number, height: number): Stroke[] {
  const samples = strokes.map((stroke) => stroke.map(sampleOf));
  const bounds = inkBounds(samples);
  if (!bounds) return samples;
  const { scale, x, y } = fit(bounds, { width, height }, /* largest scale */ Infinity, /* margin */ 12);
  return samples.map((stroke) => stroke.map((p) => ({ ...p, x: p.x * scale + x, y: p.y * scale + y })));
}

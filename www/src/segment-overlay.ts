/** Boxes over the ink: what was taken for one digit, what for a mark, and what was refused. */

import type { Reading, SegmentDetail } from "ink-number";
import { type Box, type Placement, toPad } from "ink-number/pad";

import { refusalOf } from "./refusal";

/** One box. `label` is the digit, or why there is none. */
export interface Mark {
  readonly box: Box;
  readonly label: string;
  readonly kind: "digit" | "sign" | "refused";
}

const SVG = "http://www.w3.org/2000/svg";

/** Room between ink and box, CSS px: less at the sides, where the neighbour may touch. */
const PADDING_X = 3;
const PADDING_Y = 9;
const TAG_HEIGHT = 22;

export function marksOf(reading: Reading): Mark[] {
  const segments = reading.segments.map((segment): Mark =>
    isRefused(segment, reading)
      ? { box: segment.box, label: refusalOf(segment).words, kind: "refused" }
      : { box: segment.box, label: String(segment.digit), kind: "digit" },
  );
  return [...segments, ...reading.marks.map((mark): Mark => ({ box: mark.box, label: mark.kind, kind: "sign" }))];
}

/** No digit to the search, or, in a reading that was refused, more probably none to the network: what the reason speaks of. */
function isRefused(segment: SegmentDetail, reading: Reading): boolean {
  const digit = segment.probabilities.reduce((sum, p) => sum + p, 0);
  return segment.digit === null || (reading.decision === "rejected" && digit < 0.5);
}

export class SegmentOverlay {
  readonly #svg: SVGSVGElement;
  readonly #layer: SVGGElement;
  #marks: readonly Mark[] = [];

  constructor(svg: SVGSVGElement) {
    this.#svg = svg;
    this.#layer = svg.appendChild(document.createElementNS(SVG, "g"));
  }

  show(marks: readonly Mark[], placement: Placement): void {
    this.#marks = marks;
    this.setStale(false);
    this.place(placement);
  }

  /** Draws the same boxes where the content now lies. */
  place(placement: Placement): void {
    const { width } = this.#svg.getBoundingClientRect();
    this.#layer.replaceChildren(...this.#marks.map((mark) => drawMark(mark, padded(toPad(placement, mark.box)), width)));
  }

  /** Fades boxes that new ink is about to overtake. */
  setStale(stale: boolean): void {
    this.#svg.toggleAttribute("data-stale", stale);
  }
}

function padded(box: Box): Box {
  return { x: box.x - PADDING_X, y: box.y - PADDING_Y, width: box.width + 2 * PADDING_X, height: box.height + 2 * PADDING_Y };
}

function drawMark(mark: Mark, box: Box, padWidth: number): SVGGElement {
  const group = make("g", { class: `mark mark-${mark.kind}`, "data-label": mark.label });
  group.append(make("rect", { class: "mark-box", ...box, rx: 8 }));
  if (mark.kind === "refused") group.append(make("rect", { class: "mark-hatch", ...box, rx: 8, fill: "url(#hatch)" }));
  const tagWidth = 14 + mark.label.length * (mark.kind === "digit" ? 9 : 7);
  const x = Math.max(4, Math.min(box.x + box.width / 2 - tagWidth / 2, padWidth - tagWidth - 4));
  const y = box.y > TAG_HEIGHT + 6 ? box.y - TAG_HEIGHT - 4 : box.y + box.height + 4;
  group.append(make("rect", { class: "mark-tag", x, y, width: tagWidth, height: TAG_HEIGHT, rx: 7 }));
  const text = make("text", { class: "mark-label", x: x + tagWidth / 2, y: y + TAG_HEIGHT / 2 });
  text.textContent = mark.label;
  group.append(text);
  return group;
}

function make<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** "What the network thought": for each piece of the best path its ink and all fourteen probabilities. */

import type { Reading, SegmentDetail } from "ink-number";

import { type Content, drawContent } from "./content";
import { byId, make } from "./dom";
import { REJECTS, refusalOf } from "./refusal";
import { percent } from "./words";

/** Side of the little picture of a piece, CSS px. */
const THUMBNAIL = 64;
/** Room around its ink, CSS px. */
const THUMBNAIL_MARGIN = 9;

export class NetworkView {
  readonly #details = byId("network", HTMLDetailsElement);
  readonly #list = byId("network-segments", HTMLOListElement);
  #shown: { reading: Reading; content: Content } | null = null;

  constructor() {
    this.#details.addEventListener("toggle", () => this.#render());
  }

  show(reading: Reading, content: Content): void {
    this.#shown = { reading, content };
    this.#details.hidden = reading.segments.length === 0;
    this.#render();
  }

  /** Nothing is made while nobody looks. */
  #render(): void {
    if (!this.#shown || !this.#details.open) return;
    const { reading, content } = this.#shown;
    this.#list.replaceChildren(...reading.segments.map((segment) => segmentItem(segment, content)));
  }
}

function segmentItem(segment: SegmentDetail, content: Content): HTMLElement {
  const read = segment.digit === null ? refusalOf(segment).words : `read as ${segment.digit}`;
  const heading = make("p", "network-title", read);
  const item = make("li", "network-segment", thumbnail(segment, content), make("div", "network-body", heading, classBars(segment)));
  item.classList.toggle("is-refused", segment.digit === null);
  return item;
}

function classBars(segment: SegmentDetail): HTMLElement {
  const digits = segment.probabilities.map((probability, digit) => ({
    label: String(digit),
    name: `digit ${digit}`,
    probability,
    chosen: digit === segment.digit,
    refusal: false,
  }));
  const refusals = REJECTS.map(({ key, short, words }) => ({
    label: short,
    name: words,
    probability: segment.reject[key],
    chosen: segment.digit === null && refusalOf(segment).key === key,
    refusal: true,
  }));
  const bars = [...digits, ...refusals].map(({ label, name, probability, chosen, refusal }) => {
    const fill = make("span", "class-fill");
    fill.style.blockSize = `${probability * 100}%`;
    const value = make("span", "visually-hidden", `${name}: ${percent(probability)}`);
    const caption = make("span", "class-label", label);
    caption.setAttribute("aria-hidden", "true");
    const bar = make("li", "class-bar", make("span", "class-track", fill), caption, value);
    bar.title = `${name}: ${percent(probability)}`;
    bar.classList.toggle("is-chosen", chosen);
    bar.classList.toggle("is-refusal", refusal);
    return bar;
  });
  return make("ul", "class-bars", ...bars);
}

/** The ink inside the segment's box, enlarged. */
function thumbnail(segment: SegmentDetail, content: Content): HTMLCanvasElement {
  const canvas = make("canvas", "network-ink");
  canvas.setAttribute("aria-hidden", "true");
  canvas.width = canvas.height = Math.round(THUMBNAIL * devicePixelRatio);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const { x, y, width, height } = segment.box;
  const scale = (THUMBNAIL - 2 * THUMBNAIL_MARGIN) / Math.max(width, height, 1);
  const density = scale * devicePixelRatio;
  const left = canvas.width / 2 - (x + width / 2) * density;
  const top = canvas.height / 2 - (y + height / 2) * density;
  context.setTransform(density, 0, 0, density, left, top);
  const room = THUMBNAIL_MARGIN / 2 / scale; // Half the pen's width belongs to the ink.
  context.beginPath();
  context.rect(x - room, y - room, width + 2 * room, height + 2 * room);
  context.clip();
  drawContent(context, content, getComputedStyle(document.documentElement).getPropertyValue("--ink").trim());
  return canvas;
}

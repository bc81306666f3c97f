/** The reading: the number large, the decision in words, every hypothesis as a bar, and where the time went. */

import type { Hypothesis, Reading } from "ink-number";

import type { Content } from "./content";
import { byId, make } from "./dom";
import { explanation, headline, milliseconds, percent, spoken, verdict } from "./words";

export interface ReadingListener {
  /** A hypothesis is pointed at or focused; `null` when no longer. */
  hypothesisPreviewed(hypothesis: Hypothesis | null): void;
}

const STAGES = [
  ["segment", "Cut"],
  ["score", "Network"],
  ["search", "Search"],
] as const;

export class ReadingView {
  readonly #card = byId("reading", HTMLElement);
  readonly #badge = byId("badge", HTMLElement);
  readonly #headline = byId("headline", HTMLElement);
  readonly #explanation = byId("explanation", HTMLElement);
  readonly #spoken = byId("spoken", HTMLElement);
  readonly #hypotheses = byId("hypotheses", HTMLOListElement);
  readonly #hypothesesCard = byId("hypotheses-card", HTMLElement);
  readonly #tips = byId("tips", HTMLElement);
  readonly #timings = byId("timings", HTMLElement);
  readonly #timingsTotal = byId("timings-total", HTMLElement);
  readonly #timingsCard = byId("timings-card", HTMLElement);
  readonly #listener: ReadingListener;
  #verdict = this.#badge.textContent;

  constructor(listener: ReadingListener) {
    this.#listener = listener;
  }

  show(reading: Reading, of: Content["kind"]): void {
    const hasWords = reading.decision === "rejected" || reading.decision === "empty";
    this.#card.dataset["decision"] = reading.decision;
    this.#badge.textContent = this.#verdict = verdict(reading);
    this.#headline.textContent = headline(reading, of);
    this.#headline.classList.toggle("headline-words", hasWords);
    this.#headline.style.setProperty("--characters", String(Math.max(3, headline(reading, of).length)));
    this.#explanation.textContent = explanation(reading, of);
    this.#spoken.textContent = spoken(reading, of);
    this.#tips.hidden = reading.decision !== "empty";
    this.#showHypotheses(reading);
    this.#showTimings(reading);
    this.setStale(false);
  }

  /** Fades a reading that new ink is about to overtake. */
  setStale(stale: boolean): void {
    this.#card.toggleAttribute("data-stale", stale);
  }

  /** Says that a reading takes its time. */
  setSlow(slow: boolean): void {
    this.#card.toggleAttribute("data-slow", slow);
    this.#badge.textContent = slow ? "Reading…" : this.#verdict;
  }

  #showHypotheses(reading: Reading): void {
    this.#hypothesesCard.hidden = reading.decision === "empty";
    const rows = reading.hypotheses.map((hypothesis) => {
      const row = this.#hypothesisRow(hypothesis);
      return make("li", "", row);
    });
    const refusal = make("div", "hypothesis hypothesis-none", ...bar("not a number", reading.notANumber));
    this.#hypotheses.replaceChildren(...rows, make("li", "", refusal));
  }

  #hypothesisRow(hypothesis: Hypothesis): HTMLButtonElement {
    const row = make("button", "hypothesis", ...bar(hypothesis.text, hypothesis.probability));
    row.type = "button";
    row.dataset["text"] = hypothesis.text;
    row.title = "Show where its digits are";
    const preview = (on: boolean) => (): void => this.#listener.hypothesisPreviewed(on ? hypothesis : null);
    for (const type of ["pointerenter", "focus"]) row.addEventListener(type, preview(true));
    for (const type of ["pointerleave", "blur"]) row.addEventListener(type, preview(false));
    return row;
  }

  #showTimings({ decision, engine, timings }: Reading): void {
    this.#timingsCard.hidden = decision === "empty";
    this.#timingsTotal.textContent = `${engineName(engine)} · ${milliseconds(timings.total)}`;
    const known = STAGES.reduce((sum, [key]) => sum + timings[key], 0);
    const track = make("div", "timing-track");
    const legend = make("dl", "timing-legend");
    for (const [key, name] of STAGES) {
      const part = make("span", `timing-part timing-${key}`);
      part.style.flexGrow = String(known > 0 ? timings[key] / known : 1);
      track.append(part);
      legend.append(make("div", `timing-${key}`, make("dt", "", name), make("dd", "", milliseconds(timings[key]))));
    }
    this.#timings.replaceChildren(track, legend);
  }
}

export function engineName(engine: string): string {
  return engine === "webgpu" ? "WebGPU" : engine.toUpperCase();
}

function bar(text: string, probability: number): HTMLElement[] {
  const fill = make("span", "bar-fill");
  fill.style.inlineSize = `${Math.min(100, Math.max(0, probability * 100))}%`;
  return [
    make("span", "hypothesis-text", text),
    make("span", "bar", fill),
    make("span", "hypothesis-probability", percent(probability)),
  ];
}

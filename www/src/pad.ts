/** The pad: draws, reads and shows. Everything happens on this device; nothing is sent anywhere. */

import type { Hypothesis, InkStrokes, Reading } from "ink-number";
import { History, InkPad, InkView, type Stroke, toContent } from "ink-number/pad";

import { type Content, NOTHING, type Picture, isEmpty, strokesOf, underlayOf, withStroke } from "./content";
import { byId } from "./dom";
import { type EngineChoice, EngineSwitch } from "./engine-switch";
import { listenForPictures } from "./image-drop";
import { LiveReader } from "./live-reader";
import { NetworkView } from "./network-view";
import { Notice } from "./notice";
import { ReadingView, engineName } from "./reading-view";
import { SegmentOverlay, marksOf } from "./segment-overlay";
import { Settings } from "./settings";
import { listenForShortcuts } from "./shortcuts";

/** Hypotheses asked for. */
const TOP = 5;
/** Milliseconds after which a person wonders. */
const SLOW = 400;

const pad = byId("pad", HTMLElement);
const status = byId("engine-status", HTMLElement);
const progress = byId("engine-progress", HTMLElement);
const undoButton = byId("undo", HTMLButtonElement);
const redoButton = byId("redo", HTMLButtonElement);
const clearButton = byId("clear", HTMLButtonElement);
const picker = byId("picture", HTMLInputElement);

const history = new History(NOTHING);
let shown: { reading: Reading; content: Content } | null = null;
/** Runs from the first reading that was begun until one is shown: those that newer ink overtakes are a part of the same wait. */
let wait: ReturnType<typeof setTimeout> | undefined;

const view: InkView = new InkView(byId("ink", HTMLCanvasElement), () => overlay.place(view.placement));
const overlay = new SegmentOverlay(byId("segments", SVGSVGElement));
const notice = new Notice(byId("notice", HTMLElement));
const networkView = new NetworkView();
const readingView = new ReadingView({ hypothesisPreviewed: preview });
const reader = new LiveReader<Content, { reading: Reading; content: Content }>(read, {
  done: showReading,
  failed(error) {
    endWait();
    notice.show("This could not be read.", error);
  },
});
const engines = new EngineSwitch(() => reader.idle());
const settings = new Settings(byId("settings", HTMLFormElement), {
  engineChosen: (engine) => void useEngine(engine),
  strategyChosen: () => reader.request(history.present),
});

const inkPad: InkPad = new InkPad(pad, (point) => toContent(view.placement, point), {
  strokeBegan() {
    reader.hold("stroke");
    if (history.present.kind === "picture") view.show([]); // It makes room for a clean sheet.
    setStale(true);
  },
  strokeGrew() {
    if (inkPad.current) view.grow(inkPad.current);
  },
  strokeEnded(stroke: Stroke) {
    change(() => history.push(withStroke(history.present, stroke)));
    reader.release("stroke");
  },
});

undoButton.addEventListener("click", () => change(() => history.undo()));
redoButton.addEventListener("click", () => change(() => history.redo()));
clearButton.addEventListener("click", () => change(() => isEmpty(history.present) || history.push(NOTHING)));
listenForShortcuts({
  undo: () => undoButton.click(),
  redo: () => redoButton.click(),
  clear: () => clearButton.click(),
});
byId("pick", HTMLButtonElement).addEventListener("click", () => picker.click());
listenForPictures(document, pad, picker, {
  pictureArrived: (picture: Picture) => change(() => history.push({ kind: "picture", picture })),
  pictureFailed: (error) => notice.show("This file cannot be read.", error),
});

reader.hold("engine");
showContent();
void useEngine(settings.engine);

/** Every change of the content passes here: it is drawn at once and read as soon as may be. */
function change(edit: () => void): void {
  if (inkPad.current) return; // Not under the pen.
  edit();
  notice.hide();
  showContent();
  reader.request(history.present);
}

function showContent(): void {
  const content = history.present;
  view.show(strokesOf(content), underlayOf(content));
  setStale(true);
  pad.toggleAttribute("data-empty", isEmpty(content));
  undoButton.disabled = !history.canUndo;
  redoButton.disabled = !history.canRedo;
  clearButton.disabled = isEmpty(content);
}

function setStale(stale: boolean): void {
  overlay.setStale(stale);
  readingView.setStale(stale);
}

async function read(content: Content): Promise<{ reading: Reading; content: Content }> {
  const { recognizer } = engines;
  if (!recognizer) throw new Error("a reading was begun before there was an engine");
  wait ??= setTimeout(() => readingView.setSlow(true), SLOW);
  const reading = await recognizer.recognize(inputOf(content), { top: TOP, strategy: settings.strategy });
  return { reading, content };
}

function inputOf(content: Content): InkStrokes | HTMLCanvasElement {
  return content.kind === "ink" ? { strokes: content.strokes } : content.picture.canvas;
}

function endWait(): void {
  clearTimeout(wait);
  wait = undefined;
  readingView.setSlow(false);
}

function showReading(read: { reading: Reading; content: Content }): void {
  endWait();
  shown = read;
  readingView.show(read.reading, read.content.kind);
  networkView.show(read.reading, read.content);
  overlay.show(marksOf(read.reading), view.placement);
  setStale(inkPad.current !== null);
  showEngine();
}

function preview(hypothesis: Hypothesis | null): void {
  if (!shown || shown.content !== history.present) return;
  const marks = hypothesis?.segments.map((s) => ({ box: s.box, label: String(s.digit), kind: "digit" as const }));
  overlay.show(marks ?? marksOf(shown.reading), view.placement);
}

async function useEngine(engine: EngineChoice): Promise<void> {
  setLoading(true);
  try {
    if (!(await engines.use(engine))) return;
    notice.hide();
    reader.request(history.present);
    reader.release("engine");
  } catch (error) {
    const remaining = engines.recognizer?.engine;
    notice.show(
      engine === "auto" ? "No engine could be started." : `The ${engineName(engine)} engine could not be started.`,
      error,
      remaining ? `Reading goes on with ${engineName(remaining)}.` : "Choose another engine below.",
    );
    if (engines.choice) settings.engine = engines.choice;
  }
  setLoading(false);
  showEngine();
}

function setLoading(loading: boolean): void {
  progress.hidden = !loading;
  if (!loading) return;
  status.dataset["state"] = "loading";
  status.textContent = "Loading engine";
}

function showEngine(): void {
  if (!progress.hidden) return;
  const engine = shown?.reading.engine ?? engines.recognizer?.engine;
  status.dataset["state"] = engines.recognizer ? "ready" : "failed";
  status.textContent = engines.recognizer ? `${engineName(engine ?? "cpu")} engine` : "No engine";
}

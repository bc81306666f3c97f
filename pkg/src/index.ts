/** Reads handwritten numbers in the browser, connected digits included, and says so when there is none. */

export { type ErrorCode, InkNumberError } from "./errors.js";
export { Handwriting, type Lesson } from "./handwriting.js";
export { Recognizer } from "./recognizer.js";
export { EQUATED, NOTHING_ALLOWED, STRUCK_OUT } from "./types.js";
export { type CallOptions, type WorkerOptions, WorkerRecognizer } from "./worker-recognizer.js";
export type {
  Allowed,
  Assets,
  Box,
  Check,
  Decision,
  EngineAssets,
  EngineChoice,
  EngineName,
  Example,
  Fragment,
  Hypothesis,
  InkPoint,
  InkStrokes,
  InspectedCandidate,
  InspectedCut,
  Inspection,
  LoadOptions,
  Mark,
  Reading,
  RecognizeInput,
  RecognizeOptions,
  RejectProbabilities,
  Segment,
  SegmentDetail,
  Strategy,
  Timings,
} from "./types.js";

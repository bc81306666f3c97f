/** The worker: holds one recogniser, so that no reading and no compiling ever stands in the way of a stroke. */

import type { Recognizer } from "ink-number";

import { type FromWorker, type ToWorker, toPlain } from "./worker-protocol";

let recognizer: Recognizer | null = null;

addEventListener("message", (event: MessageEvent<ToWorker>) => {
  void answer(event.data).then((reply: FromWorker) => postMessage(reply));
});

function answer(message: ToWorker): Promise<FromWorker> {
  return message.kind === "load" ? load(message) : read(message);
}

async function load({ engine }: ToWorker & { kind: "load" }): Promise<FromWorker> {
  try {
    // Not at the top: a package that cannot be fetched is an error with words, not a worker that never starts.
    const { Recognizer } = await import("ink-number");
    recognizer = await Recognizer.load({ engine });
    return { kind: "loaded", engine: recognizer.engine };
  } catch (error) {
    return { kind: "load-failed", error: toPlain(error) };
  }
}

async function read({ id, input, options }: ToWorker & { kind: "read" }): Promise<FromWorker> {
  try {
    if (!recognizer) throw new Error("a reading was asked for before the recogniser had loaded");
    return { kind: "read", id, reading: await recognizer.recognize(input, options) };
  } catch (error) {
    return { kind: "read-failed", id, error: toPlain(error) };
  } finally {
    if (input instanceof ImageBitmap) input.close();
  }
}

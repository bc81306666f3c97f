/** Warming engines up, and which of two is faster on the same batch of glyphs. */

import type { Engine } from "./engine.js";
import { recognizeOn, snapshot } from "./input.js";

/** Glyphs of the batch: about what one more stroke of a number asks for. */
const BATCH = 16;
const GLYPH_PIXELS = 28 * 28;

/** Unmeasured calls first: the browser's optimising compiler and the GPU's kernels come only then. */
const WARM_UPS = 3;
const ROUNDS = 5;
/** A lead this large in a measured round ends it: smaller saves time where one engine is far slower, but may err on a busy machine. */
const DECISIVE_LEAD = 3;
/** A lead this large is hardly chance. */
const CLEAR_LEAD = 1.5;

/** Longest wait for one batch, ms: the first makes the GPU compile every kernel, which a software GPU takes ten seconds for. */
const PATIENCE_MS = 60_000;

/** A one, a two and an eight that touch: something to cut, to look at and to search. */
const INK = snapshot({
  strokes: [
    [[0, 0], [4, 50], [8, 100]],
    [[40, 10], [80, 0], [80, 50], [40, 100], [90, 100], [120, 60], [150, 20], [165, 60], [150, 95], [130, 60], [150, 20]],
  ],
});

/** One reading: browsers compile most of a module only when it is needed, and a person's first number would wait for that. */
export async function readOnce(engine: Engine): Promise<void> {
  await engine.run(PATIENCE_MS, (handle) => recognizeOn(handle, INK, undefined));
}

/** One batch, for whatever comes only with the first. */
export async function warmUp(engine: Engine): Promise<void> {
  await timeOf(engine, glyphs());
}

/** Which of two is faster, by the fastest of a few batches, and whether that is clear. Ends early, with the holder, when `cancelled`. */
export async function race(challenger: Engine, holder: Engine, cancelled: () => boolean): Promise<{ winner: Engine; isClear: boolean }> {
  const batch = glyphs();
  for (let i = 0; i < WARM_UPS; i++) {
    for (const engine of [holder, challenger]) {
      if (cancelled()) return { winner: holder, isClear: false };
      await timeOf(engine, batch);
    }
  }
  let [bestOfHolder, bestOfChallenger] = [Infinity, Infinity];
  for (let i = 0; i < ROUNDS; i++) {
    bestOfHolder = Math.min(bestOfHolder, await timeOf(holder, batch));
    bestOfChallenger = Math.min(bestOfChallenger, await timeOf(challenger, batch));
    if (cancelled()) return { winner: holder, isClear: false };
    const lead = bestOfHolder / bestOfChallenger;
    if (lead > DECISIVE_LEAD || lead < 1 / DECISIVE_LEAD) break;
  }
  const lead = bestOfHolder / bestOfChallenger;
  return { winner: lead > 1 ? challenger : holder, isClear: lead > CLEAR_LEAD || lead < 1 / CLEAR_LEAD };
}

/** The time is taken when the engine's turn has come, so that readings in the queue do not count. */
function timeOf(engine: Engine, batch: Uint8Array): Promise<number> {
  return engine.run(PATIENCE_MS, async (handle) => {
    const start = performance.now();
    await handle.warmUp(batch);
    return performance.now() - start;
  });
}

/** Diagonal strokes: what is drawn does not change the time. */
function glyphs(): Uint8Array {
  return new Uint8Array(BATCH * GLYPH_PIXELS).map((_, i) => (i % 29 < 3 ? 255 : 0));
}

/** Our engines, as their wasm modules export them. */

/** @param {"cpu" | "gpu"} kind */
export async function load(kind) {
  const base = new URL(`ink-number/${kind}/`, location.href);
  const module = await import(new URL("ink_number.js", base).href);
  const wasm = await module.default({ module_or_path: new URL("ink_number_bg.wasm", base) });
  const weights = new Uint8Array(await (await fetch("ink-number/model/ink-number.weights")).arrayBuffer());
  const engine = await module.Engine.load(weights);
  return {
    /** Nothing comes back: its logits are those of an inspection. */
    classify: (pixels) => engine.warmUp(pixels),
    memory: () => wasm.memory.buffer.byteLength,
    /** With nothing remembered. */
    fresh: () => module.Engine.load(weights),
  };
}

/** Hypotheses asked for. */
export const TOP = 10;

/** Strokes as a module takes them. */
export function flat(strokes) {
  const points = strokes.flat();
  const values = new Float64Array(points.length * 4);
  points.forEach(([x, y], i) => values.set([x, y], 4 * i));
  return [values, new Uint8Array(points.length), Uint32Array.from(strokes, (stroke) => stroke.length), { top: TOP }];
}

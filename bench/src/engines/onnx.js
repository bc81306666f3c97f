/** onnxruntime-web with the exported networks. */

import { SIDE, toInput } from "../network.js";

/** @param {typeof import("onnxruntime-web")} ort @param {"wasm" | "webgpu"} provider */
export async function load(ort, provider) {
  ort.env.wasm.wasmPaths = new URL("ort/", location.href).href;
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create("network.onnx", { executionProviders: [provider] });
  return {
    async classify(pixels) {
      const glyphs = new ort.Tensor("float32", toInput(pixels), [pixels.length / SIDE ** 2, 1, SIDE, SIDE]);
      const { logits } = await session.run({ glyphs });
      return await logits.getData();
    },
  };
}

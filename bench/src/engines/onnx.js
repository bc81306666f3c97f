/** onnxruntime-web with the exported networks. */

import { onnx } from "onnx-proto";

import { CLASSES, POOLED, SIDE, loadNetworks, toInput } from "../network.js";

const FLOAT = 1;
const INTS = 7;

/** @param {typeof import("onnxruntime-web")} ort @param {"wasm" | "webgpu"} provider */
export async function load(ort, provider) {
  ort.env.wasm.wasmPaths = new URL("ort/", location.href).href;
  ort.env.wasm.numThreads = 1;
  const model = encode(await loadNetworks("network.safetensors"));
  const session = await ort.InferenceSession.create(model, { executionProviders: [provider] });
  return {
    name: provider === "wasm" ? "onnxruntime-web" : "onnxruntime-web, WebGPU",
    async classify(pixels) {
      const glyphs = new ort.Tensor("float32", toInput(pixels), [pixels.length / SIDE ** 2, 1, SIDE, SIDE]);
      const { logits } = await session.run({ glyphs });
      return await logits.getData();
    },
  };
}

/** The ensemble as one graph: the mean of the networks' logits. */
function encode(networks) {
  const nodes = [];
  const initializers = [];
  const constant = (name, { shape, values }) => {
    initializers.push({ name, dataType: FLOAT, dims: shape, rawData: new Uint8Array(values.buffer) });
    return name;
  };
  const node = (opType, input, output, attribute = []) => nodes.push({ opType, input, output: [output], attribute });
  const ints = (name, values) => ({ name, type: INTS, ints: values });
  const means = networks.map((network, n) => {
    let x = "glyphs";
    network.convs.forEach((conv, i) => {
      const name = `${n}.conv${i}`;
      const inputs = [x, constant(`${name}.w`, conv.weight), constant(`${name}.b`, conv.bias)];
      node("Conv", inputs, name, [ints("kernel_shape", [3, 3]), ints("pads", [1, 1, 1, 1])]);
      node("Relu", [name], `${name}.relu`);
      x = `${name}.relu`;
      if (!POOLED.includes(i)) return;
      node("MaxPool", [x], `${name}.pool`, [ints("kernel_shape", [2, 2]), ints("strides", [2, 2])]);
      x = `${name}.pool`;
    });
    node("Flatten", [x], `${n}.flat`);
    node("Gemm", [`${n}.flat`, constant(`${n}.dense.w`, network.dense.weight), constant(`${n}.dense.b`, network.dense.bias)], `${n}.dense`);
    node("Relu", [`${n}.dense`], `${n}.hidden`);
    node("Gemm", [`${n}.hidden`, constant(`${n}.last.w`, network.last.weight), constant(`${n}.last.b`, network.last.bias)], `${n}.logits`);
    return `${n}.logits`;
  });
  node("Mean", means, "logits");
  const shaped = (name, dims) => ({ name, type: { tensorType: { elemType: FLOAT, shape: { dim: dims } } } });
  const graph = {
    name: "ink-number",
    node: nodes,
    initializer: initializers,
    input: [shaped("glyphs", [{ dimParam: "batch" }, { dimValue: 1 }, { dimValue: SIDE }, { dimValue: SIDE }])],
    output: [shaped("logits", [{ dimParam: "batch" }, { dimValue: CLASSES }])],
  };
  return onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ domain: "", version: 13 }], graph }).finish();
}

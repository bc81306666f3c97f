/** The exported networks as an ONNX model. */

import protocol from "onnx-proto";

import { CLASSES, POOLED, SIDE } from "./network.js";

const FLOAT = 1;
const INTS = 7;

/** The ensemble as one graph: the mean of the networks' logits. */
export function onnxModel(networks) {
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
  return protocol.onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ domain: "", version: 13 }], graph }).finish();
}

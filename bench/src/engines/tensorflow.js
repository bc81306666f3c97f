/** TensorFlow.js with the exported networks. */

import { POOLED, SIDE, loadNetworks, toInput } from "../network.js";

/** @param {typeof import("@tensorflow/tfjs-core")} tf @param {"wasm" | "webgpu"} backend */
export async function load(tf, backend) {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js: no ${backend}`);
  await tf.ready();
  const networks = (await loadNetworks("network.safetensors")).map((network) => place(tf, network));
  return {
    name: backend === "wasm" ? "TensorFlow.js" : "TensorFlow.js, WebGPU",
    async classify(pixels) {
      const logits = tf.tidy(() => {
        const glyphs = tf.tensor4d(toInput(pixels), [pixels.length / SIDE ** 2, SIDE, SIDE, 1]);
        return tf.mul(tf.addN(networks.map((network) => forward(tf, network, glyphs))), 1 / networks.length);
      });
      const values = await logits.data();
      logits.dispose();
      return values;
    },
  };
}

/** Its maps have the channels of a pixel side by side. */
function place(tf, { convs, dense, last }) {
  const [pixels, channels] = [9, convs.at(-1).bias.shape[0]];
  const hidden = dense.bias.shape[0];
  const of = ({ shape, values }) => tf.tensor(values, shape);
  return {
    convs: convs.map(({ weight, bias }) => ({ filter: tf.transpose(of(weight), [2, 3, 1, 0]), bias: of(bias) })),
    dense: {
      b: tf.reshape(tf.transpose(tf.reshape(of(dense.weight), [channels, pixels, hidden]), [1, 0, 2]), [pixels * channels, hidden]),
      bias: of(dense.bias),
    },
    last: { b: of(last.weight), bias: of(last.bias) },
  };
}

function forward(tf, { convs, dense, last }, glyphs) {
  let x = glyphs;
  convs.forEach(({ filter, bias }, i) => {
    x = tf.fused.conv2d({ x, filter, strides: 1, pad: "same", bias, activation: "relu" });
    if (POOLED.includes(i)) x = tf.maxPool(x, 2, 2, "valid");
  });
  const features = tf.fused.matMul({ a: tf.reshape(x, [x.shape[0], -1]), ...dense, activation: "relu" });
  return tf.fused.matMul({ a: features, ...last });
}

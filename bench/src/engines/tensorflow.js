/** TensorFlow.js with the exported networks. */

// By name, so that only these are bundled.
import { addN, fused, maxPool, mul, ready, reshape, setBackend, tensor, tensor4d, tidy, transpose } from "@tensorflow/tfjs-core";

import { POOLED, SIDE, loadNetworks, toInput } from "../network.js";

/** @param {"wasm" | "webgpu"} backend */
export async function load(backend) {
  if (!(await setBackend(backend))) throw new Error(`TensorFlow.js: no ${backend}`);
  await ready();
  const networks = (await loadNetworks("network.safetensors")).map(place);
  return {
    async classify(pixels) {
      const logits = tidy(() => {
        const glyphs = tensor4d(toInput(pixels), [pixels.length / SIDE ** 2, SIDE, SIDE, 1]);
        return mul(addN(networks.map((network) => forward(network, glyphs))), 1 / networks.length);
      });
      const values = await logits.data();
      logits.dispose();
      return values;
    },
  };
}

/** Its maps have the channels of a pixel side by side. */
function place({ convs, dense, last }) {
  const [pixels, channels] = [9, convs.at(-1).bias.shape[0]];
  const hidden = dense.bias.shape[0];
  const of = ({ shape, values }) => tensor(values, shape);
  return {
    convs: convs.map(({ weight, bias }) => ({ filter: transpose(of(weight), [2, 3, 1, 0]), bias: of(bias) })),
    dense: {
      b: reshape(transpose(reshape(of(dense.weight), [channels, pixels, hidden]), [1, 0, 2]), [pixels * channels, hidden]),
      bias: of(dense.bias),
    },
    last: { b: of(last.weight), bias: of(last.bias) },
  };
}

function forward({ convs, dense, last }, glyphs) {
  let x = glyphs;
  convs.forEach(({ filter, bias }, i) => {
    x = fused.conv2d({ x, filter, strides: 1, pad: "same", bias, activation: "relu" });
    if (POOLED.includes(i)) x = maxPool(x, 2, 2, "valid");
  });
  const features = fused.matMul({ a: reshape(x, [x.shape[0], -1]), ...dense, activation: "relu" });
  return fused.matMul({ a: features, ...last });
}

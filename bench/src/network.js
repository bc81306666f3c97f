/** The exported networks: tensors of a safetensors file (`ink-number export`). */

/** @typedef {{ shape: number[], values: Float32Array }} Tensor */
/** @typedef {{ convs: { weight: Tensor, bias: Tensor }[], dense: { weight: Tensor, bias: Tensor }, last: { weight: Tensor, bias: Tensor } }} Network */

/** Convolutions that 2x2 max-pooling follows. */
export const POOLED = [0, 2, 4];
export const SIDE = 28;
export const CLASSES = 14;

/** @param {ArrayBuffer} file @returns {Network[]} */
export function networksOf(file) {
  const headerBytes = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, headerBytes)));
  const tensor = (name) => {
    const { shape, data_offsets: [from, to] } = header[name];
    return { shape, values: new Float32Array(file.slice(8 + headerBytes + from, 8 + headerBytes + to)) };
  };
  const layer = (name) => ({ weight: tensor(`${name}.weight`), bias: tensor(`${name}.bias`) });
  const networks = [];
  for (let i = 0; `${i}.last.weight` in header; i++) {
    networks.push({
      convs: [1, 2, 3, 4, 5].map((conv) => layer(`${i}.conv${conv}`)),
      dense: layer(`${i}.dense`),
      last: layer(`${i}.last`),
    });
  }
  return networks;
}

export async function loadNetworks(url) {
  return networksOf(await (await fetch(url)).arrayBuffer());
}

/** Bytes 0 to 255 to what the networks read, 0 to 1. */
export function toInput(pixels) {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < values.length; i++) values[i] = pixels[i] / 255;
  return values;
}

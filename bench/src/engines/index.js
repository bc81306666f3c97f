/** All engines by name, each loaded only where it is asked for, so that a cold start loads nothing else. */

export const ENGINES = {
  "ink-number": async () => (await import("./ink-number.js")).load("cpu"),
  "onnxruntime-web": async () => {
    const [{ load }, ort] = await Promise.all([import("./onnx.js"), import("onnxruntime-web/wasm")]);
    return load(ort, "wasm");
  },
  "tensorflow.js": async () => {
    const [{ load }, wasm] = await Promise.all([import("./tensorflow.js"), import("@tensorflow/tfjs-backend-wasm")]);
    wasm.setWasmPaths(new URL("tf/", location.href).href);
    wasm.setThreadsCount(1);
    return load("wasm");
  },
};

export const GPU_ENGINES = {
  "ink-number": async () => (await import("./ink-number.js")).load("gpu"),
  "onnxruntime-web": async () => {
    const [{ load }, ort] = await Promise.all([import("./onnx.js"), import("onnxruntime-web/webgpu")]);
    return load(ort, "webgpu");
  },
  "tensorflow.js": async () => {
    const [{ load }] = await Promise.all([import("./tensorflow.js"), import("@tensorflow/tfjs-backend-webgpu")]);
    return load("webgpu");
  },
};

/** Whether WebGPU is to be had: asked before the GPU module is loaded, which needs an adapter to start. */

interface Gpu {
  requestAdapter(): Promise<object | null>;
}

export async function hasWebGpu(): Promise<boolean> {
  const { gpu } = globalThis.navigator as Navigator & { readonly gpu?: Gpu };
  if (!gpu) return false;
  try {
    return (await gpu.requestAdapter()) !== null;
  } catch {
    return false;
  }
}

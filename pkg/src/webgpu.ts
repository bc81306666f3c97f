/** Whether WebGPU is to be had: asked before the GPU module is loaded, which panics where it gets no adapter or no device. */

interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

interface Adapter {
  requestDevice(): Promise<{ destroy(): void }>;
}

/** Never rejects. */
export async function hasWebGpu(): Promise<boolean> {
  try {
    const { gpu } = globalThis.navigator as Navigator & { readonly gpu?: Gpu };
    const adapter = await gpu?.requestAdapter();
    // An adapter is no promise of a device. The engine asks for one of its own, so this one goes at once.
    const device = await adapter?.requestDevice();
    device?.destroy();
    return device !== undefined;
  } catch {
    return false;
  }
}

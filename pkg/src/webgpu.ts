/** Whether WebGPU is to be had: asked before the GPU module is loaded, which panics where it gets no adapter or no device. */

interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

interface Adapter {
  /** Not in every browser yet. */
  readonly info?: { readonly vendor: string; readonly architecture: string; readonly description: string };
  requestDevice(): Promise<{ destroy(): void }>;
}

/** The name of the GPU, as far as the browser tells it; `null` where there is none to be had. Never rejects. */
export async function findGpu(): Promise<string | null> {
  try {
    const { gpu } = globalThis.navigator as Navigator & { readonly gpu?: Gpu };
    const adapter = await gpu?.requestAdapter();
    // An adapter is no promise of a device. The engine asks for one of its own, so this one goes at once.
    const device = await adapter?.requestDevice();
    if (!device) return null;
    device.destroy();
    const { vendor = "", architecture = "", description = "" } = adapter?.info ?? {};
    return [vendor, architecture, description].join(" ");
  } catch {
    return null;
  }
}

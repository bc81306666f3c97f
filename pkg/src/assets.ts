/** Where the files are and how they come: written so that bundlers see every one of them. */

import type { Edge } from "./edge.js";
import { InkNumberError, messageOf, mismatch } from "./errors.js";
import type { Assets, EngineAssets, EngineName } from "./types.js";

/** Throws where an override is neither a string nor a URL. */
export function checkAssets(assets: Assets | undefined): void {
  object("assets", assets);
  address("assets.weights", assets?.weights);
  for (const engine of ["cpu", "webgpu"] as const) {
    object(`assets.${engine}`, assets?.[engine]);
    for (const part of ["script", "wasm"] as const) address(`assets.${engine}.${part}`, assets?.[engine]?.[part]);
  }
}

function object(field: string, value: unknown): void {
  if (value === undefined || (typeof value === "object" && value !== null)) return;
  throw mismatch("bad-argument", field, "an object", value);
}

function address(field: string, value: unknown): void {
  if (value === undefined || typeof value === "string" || value instanceof URL) return;
  throw mismatch("bad-argument", field, "a string or a URL", value);
}

export async function fetchWeights(assets: Assets | undefined): Promise<Uint8Array> {
  const url = assets?.weights ?? new URL("./model/ink-number.weights", import.meta.url);
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw missing("weights", url, cause);
  }
}

/** The started module of one engine. */
export async function importEdge(engine: EngineName, assets: Assets | undefined): Promise<Edge> {
  const { script, wasm } = engine === "cpu" ? cpuFiles(assets?.cpu) : webgpuFiles(assets?.webgpu);
  try {
    const edge = await script();
    await edge.default({ module_or_path: wasm });
    return edge;
  } catch (cause) {
    throw missing(`${engine} engine`, wasm, cause);
  }
}

interface EngineFiles {
  script(): Promise<Edge>;
  wasm: string | URL;
}

function cpuFiles(given: EngineAssets | undefined): EngineFiles {
  return {
    script: () => (given?.script ? importFrom(given.script) : import("./cpu/ink_number.js")),
    wasm: given?.wasm ?? new URL("./cpu/ink_number_bg.wasm", import.meta.url),
  };
}

function webgpuFiles(given: EngineAssets | undefined): EngineFiles {
  return {
    script: () => (given?.script ? importFrom(given.script) : import("./gpu/ink_number.js")),
    wasm: given?.wasm ?? new URL("./gpu/ink_number_bg.wasm", import.meta.url),
  };
}

function importFrom(script: string | URL): Promise<Edge> {
  // An override is an address of the page, not of this package.
  const url = new URL(script, globalThis.location?.href ?? import.meta.url).href;
  return import(/* @vite-ignore */ /* webpackIgnore: true */ url) as Promise<Edge>;
}

function missing(what: string, url: string | URL, cause: unknown): InkNumberError {
  return new InkNumberError("asset-missing", `${what}: expected it at ${url}, saw: ${messageOf(cause)}`, { cause });
}

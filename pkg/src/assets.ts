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
  const { script, wasm } = filesOf(engine, assets?.[engine]);
  try {
    // By address, not by name: bundlers then carry the script along as it is, like the wasm file, and need no code splitting in workers.
    const edge = (await import(/* @vite-ignore */ /* webpackIgnore: true */ script)) as Edge;
    await edge.default({ module_or_path: wasm });
    return edge;
  } catch (cause) {
    throw missing(`${engine} engine`, wasm, cause);
  }
}

function filesOf(engine: EngineName, given: EngineAssets | undefined): { script: string; wasm: string | URL } {
  const own =
    engine === "cpu"
      ? { script: new URL("./cpu/ink_number.js", import.meta.url), wasm: new URL("./cpu/ink_number_bg.wasm", import.meta.url) }
      : { script: new URL("./gpu/ink_number.js", import.meta.url), wasm: new URL("./gpu/ink_number_bg.wasm", import.meta.url) };
  // An override is an address of the page, not of this package.
  return { script: new URL(given?.script ?? own.script, globalThis.location?.href ?? import.meta.url).href, wasm: given?.wasm ?? own.wasm };
}

function missing(what: string, url: string | URL, cause: unknown): InkNumberError {
  return new InkNumberError("asset-missing", `${what}: expected it at ${url}, saw: ${messageOf(cause)}`, { cause });
}

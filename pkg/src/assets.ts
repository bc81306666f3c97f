/** Where the files are and how they come: written so that bundlers see every one of them. */

import type { Edge } from "./edge.js";
import { InkNumberError, messageOf, mismatch } from "./errors.js";
import { integrity } from "./integrity.js";
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
    const response = await fetch(url, assets?.weights === undefined ? { integrity: integrity.weights } : {});
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw missing("weights", url, cause);
  }
}

/** The started module of one engine. */
export async function importEdge(engine: EngineName, assets: Assets | undefined): Promise<Edge> {
  const { script, wasm, digest } = filesOf(engine, assets?.[engine]);
  try {
    // By address, not by name: bundlers then carry the script along as it is, like the wasm file, and need no code splitting in workers.
    const edge = (await import(/* @vite-ignore */ /* webpackIgnore: true */ script)) as Edge;
    await edge.default({ module_or_path: new Request(wasm, { integrity: digest }) });
    return edge;
  } catch (cause) {
    throw missing(`${engine} engine`, wasm, cause);
  }
}

/** Whoever gives a file of another address answers for what is in it: only this package's own are held against their digests. */
function filesOf(engine: EngineName, given: EngineAssets | undefined): { script: string; wasm: string | URL; digest: string } {
  const own =
    engine === "cpu"
      ? { script: new URL("./cpu/ink_number.js", import.meta.url), wasm: new URL("./cpu/ink_number_bg.wasm", import.meta.url), digest: integrity.cpu }
      : { script: new URL("./gpu/ink_number.js", import.meta.url), wasm: new URL("./gpu/ink_number_bg.wasm", import.meta.url), digest: integrity.gpu };
  // An override is an address of the page, not of this package.
  const script = new URL(given?.script ?? own.script, globalThis.location?.href ?? import.meta.url).href;
  return { script, wasm: given?.wasm ?? own.wasm, digest: given?.wasm === undefined ? own.digest : "" };
}

function missing(what: string, url: string | URL, cause: unknown): InkNumberError {
  return new InkNumberError("asset-missing", `${what}: expected it at ${url}, saw: ${messageOf(cause)}`, { cause });
}

/** Where the files are and how they come: written so that bundlers see every one of them. */

import type { Edge } from "./edge.js";
import { InkNumberError, messageOf, mismatch } from "./errors.js";
import { integrity } from "./integrity.js";
import type { Assets, EngineAssets, EngineName } from "./types.js";

/** Throws where an override is no address. */
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

/** Throws where it is neither a URL nor a text that is one. */
export function address(field: string, value: unknown): void {
  if (value === undefined || value instanceof URL) return;
  if (typeof value !== "string") throw mismatch("bad-argument", field, "a string or a URL", value);
  try {
    whole(value);
  } catch {
    throw mismatch("bad-argument", field, "a URL", value);
  }
}

/** An address of the page, in full. */
export function whole(address: string | URL): string {
  return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href ?? import.meta.url).href;
}

export async function fetchWeights(assets: Assets | undefined): Promise<Uint8Array> {
  const own = assets?.weights === undefined;
  const url = assets?.weights ?? new URL("./model/ink-number.weights", import.meta.url);
  try {
    const response = await fetchFile(url, own ? integrity.weights : "");
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw missing("weights", url, cause);
  }
}

/** Modules that were started, and those that are being. */
const modules = new Map<string, Promise<Edge>>();

/** The started module of one engine: the same for all who ask for the same files. */
export async function importEdge(engine: EngineName, assets: Assets | undefined): Promise<Edge> {
  const { script, wasm, digest } = filesOf(engine, assets?.[engine]);
  const key = `${script} ${wasm}`;
  const module = modules.get(key) ?? startModule(engine, script, wasm, digest);
  modules.set(key, module);
  try {
    return await module;
  } catch (cause) {
    modules.delete(key); // The next one tries again.
    if (cause instanceof InkNumberError) throw cause;
    throw missing(`${engine} engine`, wasm, cause);
  }
}

async function startModule(engine: EngineName, script: string, wasm: string | URL, digest: string): Promise<Edge> {
  const response = fetchFile(wasm, digest);
  response.catch(() => {}); // Whether the script comes or not, this failure is not nobody's.
  // By address, not by name: bundlers then carry the script along as it is, like the wasm file, and need no code splitting in workers.
  const edge = await (import(/* @vite-ignore */ /* webpackIgnore: true */ script) as Promise<Edge>).catch((cause: unknown) => {
    throw missing(`${engine} engine's script`, script, cause);
  });
  await edge.default({ module_or_path: response });
  return edge;
}

/**
 * A file, of these bytes where `digest` is not empty. Other bytes may be an older file of the same name that the browser has kept: then it is
 * asked for anew.
 */
async function fetchFile(url: string | URL, digest: string): Promise<Response> {
  if (digest === "") return answered(await fetch(url));
  try {
    return answered(await fetch(url, { integrity: digest }));
  } catch {
    return answered(await fetch(url, { integrity: digest, cache: "reload" }).catch(() => otherBytes(url, digest)));
  }
}

function answered(response: Response): Response {
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

/** Browsers do not tell other bytes from no answer. */
async function otherBytes(url: string | URL, digest: string): Promise<never> {
  answered(await fetch(url));
  throw new Error(`another file, not the one of ${digest} that this package was built with`);
}

/** Whoever gives a file of another address answers for what is in it: only this package's own are held against their digests. */
function filesOf(engine: EngineName, given: EngineAssets | undefined): { script: string; wasm: string | URL; digest: string } {
  const own =
    engine === "cpu"
      ? { script: new URL("./cpu/ink_number.js", import.meta.url), wasm: new URL("./cpu/ink_number_bg.wasm", import.meta.url), digest: integrity.cpu }
      : { script: new URL("./gpu/ink_number.js", import.meta.url), wasm: new URL("./gpu/ink_number_bg.wasm", import.meta.url), digest: integrity.gpu };
  // An override is an address of the page, not of this package.
  const script = whole(given?.script ?? own.script);
  return { script, wasm: given?.wasm ?? own.wasm, digest: given?.wasm === undefined ? own.digest : "" };
}

function missing(what: string, url: string | URL, cause: unknown): InkNumberError {
  return new InkNumberError("asset-missing", `${what}: expected it at ${url}, saw: ${messageOf(cause)}`, { cause });
}

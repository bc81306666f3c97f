/**
 * Which engine was faster on this device: kept in this browser for the site, so that the next page need not load and time the GPU's again.
 * What is kept is that, the GPU's name, and until when it holds.
 */

import { createStore, get, set } from "idb-keyval";

import { integrity } from "./integrity.js";
import { soon } from "./storage.js";
import type { Assets, EngineName } from "./types.js";

/** How long an answer holds, ms: drivers and browsers get better... */
const CLEAR_HOLDS_MS = 30 * 24 * 60 * 60 * 1000;
/** ...and what was close, or a failure, may have been chance. */
const DOUBTFUL_HOLDS_MS = 24 * 60 * 60 * 1000;

interface Answer {
  readonly engine: EngineName;
  /** What it was measured on. */
  readonly device: string;
  /** ms since 1970. */
  readonly until: number;
}

const KEY = "faster";
let opened: ReturnType<typeof createStore> | null = null;

/** What an answer is of: the GPU of this name, and these very files. */
export function deviceOf(gpu: string, assets: Assets | undefined): string {
  return JSON.stringify([gpu, integrity, assets ?? null]);
}

/** The faster engine on `device`; `null` where that is not known. Never rejects. */
export async function recall(device: string): Promise<EngineName | null> {
  try {
    const answer = await soon(get<Answer>(KEY, store()));
    const left = (answer?.until ?? 0) - Date.now();
    // A clock that was set back does not make it hold longer.
    return answer?.device === device && left > 0 && left <= CLEAR_HOLDS_MS ? answer.engine : null;
  } catch {
    return null;
  }
}

/** Keeps an answer, for long if it is a clear one. Never rejects: what cannot be kept is measured again. */
export async function remember(device: string, engine: EngineName, isClear: boolean): Promise<void> {
  const until = Date.now() + (isClear ? CLEAR_HOLDS_MS : DOUBTFUL_HOLDS_MS);
  try {
    await soon(set(KEY, { engine, device, until } satisfies Answer, store()));
  } catch (error) {
    console.info("ink-number: which engine is faster is not remembered, the browser keeps nothing.", error);
  }
}

function store(): ReturnType<typeof createStore> {
  return (opened ??= createStore("ink-number-engine", "engine"));
}

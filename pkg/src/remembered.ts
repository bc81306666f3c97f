/** Which engine was faster on this device: kept in this browser for the site, so that the next page need not load and time the GPU's again. */

import { createStore, del, get, set } from "idb-keyval";

import { integrity } from "./integrity.js";
import { soon } from "./storage.js";
import type { EngineName } from "./types.js";

/** For so long an answer holds, ms: drivers and browsers get better. */
const HOLDS_MS = 30 * 24 * 60 * 60 * 1000;

interface Answer {
  readonly engine: EngineName;
  /** What it was measured on. */
  readonly device: string;
  /** ms since 1970. */
  readonly when: number;
}

const KEY = "faster";

/** The faster engine on `device`, by this build of them; `null` where that is not known. Never rejects. */
export async function recall(device: string): Promise<EngineName | null> {
  try {
    const answer = await soon(get<Answer>(KEY, createStore("ink-number-engine", "engine")));
    const age = Date.now() - (answer?.when ?? 0);
    return answer?.device === withBuild(device) && age >= 0 && age < HOLDS_MS ? answer.engine : null;
  } catch {
    return null;
  }
}

/** Keeps an answer. Never rejects: what cannot be kept is measured again. */
export async function remember(device: string, engine: EngineName): Promise<void> {
  await change((store) => set(KEY, { engine, device: withBuild(device), when: Date.now() } satisfies Answer, store));
}

/** Never rejects. */
export async function forget(): Promise<void> {
  await change((store) => del(KEY, store));
}

async function change(how: (store: ReturnType<typeof createStore>) => Promise<void>): Promise<void> {
  try {
    await soon(how(createStore("ink-number-engine", "engine")));
  } catch (error) {
    console.info("ink-number: which engine is faster is not remembered, the browser keeps nothing.", error);
  }
}

function withBuild(device: string): string {
  return `${device}, ${integrity.cpu}, ${integrity.gpu}`;
}

/** A line to a {@link Host} in a worker of its own, or to one in the page where there can be no worker. */

import { wrap } from "comlink";

import { InkNumberError, messageOf } from "../errors.js";
import type { Example, LoadOptions } from "../types.js";
import { Host, type HostCalls, valueOf } from "./host.js";

export interface Connection {
  readonly host: HostCalls;
  /** Aborted, for a {@link Breakdown}, when the worker breaks down or is no more. A promise would keep all that ever waited for it. */
  readonly broken: AbortSignal;
  /** Ends the worker at once. */
  end(): void;
}

/** A worker that was at work and is no more, or does not answer: another one may be asked the same. */
export class Breakdown extends InkNumberError {
  constructor(what: string) {
    super("engine-failed", `the worker failed: ${what}`);
  }
}

/** A worker that never came to life. */
class NoWorker extends Error {}

/**
 * Starts a host and has it load. Rejects with what loading failed of, or when `signal` ends it; a worker that cannot be started is no
 * failure.
 */
export async function connect(
  script: string | URL | undefined,
  options: LoadOptions,
  hand: readonly Example[],
  signal: AbortSignal,
): Promise<Connection> {
  try {
    return await connectToWorker(script, options, hand, signal);
  } catch (error) {
    if (!(error instanceof NoWorker)) throw error;
    console.warn("ink-number: no worker can be started here, the page itself reads.", error.message);
    return connectToPage(options, hand);
  }
}

async function connectToPage(options: LoadOptions, hand: readonly Example[]): Promise<Connection> {
  const host = new Host();
  valueOf(await host.load(options, hand, /* lifeline */ null));
  return { host, broken: new AbortController().signal, end: () => void host.dispose() };
}

async function connectToWorker(
  script: string | URL | undefined,
  options: LoadOptions,
  hand: readonly Example[],
  signal: AbortSignal,
): Promise<Connection> {
  const worker = startWorker(script);
  const watch = new AbortController();
  const end = (): void => {
    watch.abort();
    worker.terminate();
  };
  const host: HostCalls = wrap<Host>(worker);
  const lifeline = "locks" in navigator ? `ink-number-${Math.random()}` : null;
  try {
    const error = new Promise<ErrorEvent>((resolve) => worker.addEventListener("error", resolve, { once: true }));
    const loaded = host.load(options, hand, lifeline);
    const stopped = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
    const first = await Promise.race([loaded, error, stopped]);
    if ("type" in first) throw new NoWorker(first.message || "its script cannot be loaded");
    valueOf(first);
    const broken = new AbortController();
    void error.then(({ message }) => broken.abort(new Breakdown(message)));
    void gone(lifeline, watch.signal).then(() => broken.abort(new Breakdown("it was ended")));
    return { host, broken: broken.signal, end };
  } catch (error) {
    end();
    throw error;
  }
}

function startWorker(script: string | URL | undefined): Worker {
  try {
    // Bundlers look for just this expression.
    if (script === undefined) return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "ink-number" });
    return new Worker(script, { type: "module", name: "ink-number" });
  } catch (error) {
    // A package on another server: its worker must begin with a script of the page's own.
    const address = new URL(script ?? new URL("./worker.js", import.meta.url), location.href);
    if (address.origin === location.origin) throw new NoWorker(messageOf(error));
    return startFromElsewhere(address);
  }
}

function startFromElsewhere(address: URL): Worker {
  const own = URL.createObjectURL(new Blob([`import ${JSON.stringify(address.href)};`], { type: "text/javascript" }));
  try {
    return new Worker(own, { type: "module", name: "ink-number" });
  } catch (error) {
    throw new NoWorker(messageOf(error));
  } finally {
    setTimeout(() => URL.revokeObjectURL(own), 10_000);
  }
}

/**
 * Resolves when the worker is no more, at the latest when `ended`. One that the browser ends, for want of memory say, tells nobody, but
 * its lock comes free.
 */
async function gone(lifeline: string | null, ended: AbortSignal): Promise<void> {
  const end = new Promise<void>((resolve) => ended.addEventListener("abort", () => resolve()));
  if (lifeline === null) return end;
  await navigator.locks.request(lifeline, { signal: ended }, () => {}).catch(() => end);
}

/**
 * Service worker: keeps the whole site, so that it opens without a network. With one, the network's files are the ones used.
 *
 * build.mjs names the files and a version that changes with any byte of them; a new version replaces the old one whole.
 */

declare const self: ServiceWorkerGlobalScope;
declare const OFFLINE_FILES: readonly string[];
declare const OFFLINE_VERSION: string;

const PREFIX = "ink-number-";
const CACHE = PREFIX + OFFLINE_VERSION;

self.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOldVersions()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(fromNetworkOrCache(event.request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the HTTP cache: it may still hold files of the version before.
  await cache.addAll(OFFLINE_FILES.map((file) => new Request(file, { cache: "no-cache" })));
}

async function dropOldVersions(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function fromNetworkOrCache(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(CACHE);
    // The settings in the address do not change the files.
    return (await cache.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}

export {};

/** Service worker: keeps the whole site, so that it opens without a network. A new version replaces the old one whole. */

import { clientsClaim } from "workbox-core";
import { type PrecacheEntry, cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** Every file with the digest of its bytes: build.mjs puts them here. */
declare const OFFLINE_FILES: PrecacheEntry[];

// A page may hold files of the version before and ask for others of them: a new version waits until it is told to take over.
self.addEventListener("message", ({ data }) => data === "take over" && void self.skipWaiting());
clientsClaim();
cleanupOutdatedCaches();
// The settings in an address do not change the file.
precacheAndRoute(OFFLINE_FILES, { ignoreURLParametersMatching: [/./], directoryIndex: "index.html" });

/** Has the service worker keep the site. Without one (an old browser, a private window) the page works until it is closed. */

export function keepForOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./offline.js").catch((error: unknown) => {
    console.info("ink-number: this page will not open without a network:", error);
  });
}

/** Has the service worker keep the site. Without one (an old browser, a private window) the page works until it is closed. */

import { make } from "./dom";

export function keepForOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  const hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.register("./offline.js").catch((error: unknown) => {
    console.info("ink-number: this page will not open without a network:", error);
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => hadOne && offerNewVersion(), { once: true });
}

/** The page is of the version before: what is written on it is not to be lost, so it is asked. */
function offerNewVersion(): void {
  const reload = make("button", "button button-main", "Reload");
  reload.type = "button";
  reload.addEventListener("click", () => location.reload());
  const offer = make("div", "new-version", make("p", "", "A new version of this site is here."), reload);
  offer.role = "status";
  document.body.append(offer);
}

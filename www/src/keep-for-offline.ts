/** Has the service worker keep the site. Without one (an old browser, a private window) the page works until it is closed. */

import { make } from "./dom";

export async function keepForOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("./offline.js");
    offerWhenThere(registration);
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", () => offerWhenThere(registration));
    });
  } catch (error) {
    console.info("ink-number: this page will not open without a network:", error);
  }
}

/** The person wants to finish on this page first. The next one asks again. */
let isPutOff = false;

/** The page is of the version before: what is written on it is not to be lost, so the person is asked. */
function offerWhenThere({ waiting }: ServiceWorkerRegistration): void {
  if (!waiting || !navigator.serviceWorker.controller || isPutOff || document.querySelector(".new-version")) return;
  const reload = make("button", "button button-main", "Reload");
  reload.type = "button";
  reload.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("take over");
  });
  const later = make("button", "button", "Later");
  later.type = "button";
  const offer = make("div", "new-version", make("p", "", "A new version of this site is here."), reload, later);
  later.addEventListener("click", () => {
    isPutOff = true;
    offer.remove();
  });
  offer.role = "status";
  document.body.append(offer);
}

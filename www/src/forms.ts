/** The form gallery: plain forms. This script only shows what was sent, and adds the scores up. */

import "ink-number/element";
import "ink-number/handwriting";

import { byId, make } from "./dom";

const PLAYERS = ["Ada", "Blaise", "Emmy"];
const ROUNDS = 2;

showSent(new URLSearchParams(location.search));
fillScoreSheet(byId("scores", HTMLFormElement));

/** A form that is sent comes back to this page with its entries in the address, as forms do without a server. */
function showSent(entries: URLSearchParams): void {
  if (entries.size === 0) return;
  const rows = [...entries].map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value || "nothing")));
  byId("sent-entries", HTMLDListElement).replaceChildren(...rows);
  byId("sent", HTMLElement).hidden = false;
}

function fillScoreSheet(form: HTMLFormElement): void {
  const body = form.querySelector("tbody") as HTMLTableSectionElement;
  for (const player of PLAYERS) {
    const name = make("th", "", player);
    name.scope = "row";
    const fields = Array.from({ length: ROUNDS }, (_, round) => {
      const field = make("ink-number", "score");
      field.name = `${player}-${round + 1}`;
      field.maxLength = 3;
      field.ariaLabel = `${player}, round ${round + 1}`;
      return field;
    });
    const sum = make("output", "", "0");
    const add = (): void => void (sum.value = String(fields.reduce((total, { value }) => total + Number(value), 0)));
    for (const field of fields) field.addEventListener("input", add);
    // The browser may have restored what was there, and ink is still to be read.
    requestAnimationFrame(() => void Promise.all(fields.map((field) => field.whenRead())).then(add));
    form.addEventListener("reset", () => setTimeout(add));
    body.append(make("tr", "", name, ...fields.map((field) => make("td", "", field)), make("td", "sum", sum)));
  }
}

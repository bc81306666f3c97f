/** Engine and strategy: radio buttons and a select, kept in the address so that a link carries them. */

import { ENGINES, type EngineChoice } from "./engine-switch";

export const STRATEGIES = ["whole-permutation", "left-to-right", "right-to-left", "meet-in-the-middle"] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface SettingsListener {
  engineChosen(engine: EngineChoice): void;
  strategyChosen(strategy: Strategy): void;
}

export class Settings {
  readonly #form: HTMLFormElement;

  constructor(form: HTMLFormElement, listener: SettingsListener) {
    this.#form = form;
    const address = new URLSearchParams(location.search);
    this.#set("engine", oneOf(ENGINES, address.get("engine")) ?? "auto");
    this.#set("strategy", oneOf(STRATEGIES, address.get("strategy")) ?? "whole-permutation");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => {
      this.#remember();
      if ((event.target as HTMLInputElement).name === "engine") listener.engineChosen(this.engine);
      else listener.strategyChosen(this.strategy);
    });
  }

  get engine(): EngineChoice {
    return oneOf(ENGINES, this.#get("engine")) ?? "auto";
  }

  /** Shows another choice without telling the listener. */
  set engine(engine: EngineChoice) {
    this.#set("engine", engine);
    this.#remember();
  }

  get strategy(): Strategy {
    return oneOf(STRATEGIES, this.#get("strategy")) ?? "whole-permutation";
  }

  #get(name: string): string | null {
    const value = new FormData(this.#form).get(name);
    return typeof value === "string" ? value : null;
  }

  #set(name: string, value: string): void {
    const control = this.#form.elements.namedItem(name);
    if (control instanceof RadioNodeList || control instanceof HTMLSelectElement) control.value = value;
  }

  #remember(): void {
    const address = new URL(location.href);
    address.searchParams.set("engine", this.engine);
    address.searchParams.set("strategy", this.strategy);
    history.replaceState(null, "", address);
  }
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | undefined {
  return known.find((k) => k === value);
}

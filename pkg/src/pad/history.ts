/** Steps that can be undone: a page may stay open for days. */
const MOST_STEPS = 200;

/** Undo and redo over immutable states; of many the oldest are forgotten. */
export class History<State> {
  #past: State[] = [];
  #present: State;
  #future: State[] = [];

  constructor(first: State) {
    this.#present = first;
  }

  get present(): State {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Makes `state` the present; what was undone is forgotten. */
  push(state: State): void {
    this.#past.push(this.#present);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.replace(state);
  }

  /** Makes `state` the present in the place of what it is now: one step for undo. */
  replace(state: State): void {
    this.#present = state;
    this.#future = [];
  }

  /** Returns whether there was anything to undo. */
  undo(): boolean {
    return this.#step(this.#past, this.#future);
  }

  /** Returns whether there was anything to redo. */
  redo(): boolean {
    return this.#step(this.#future, this.#past);
  }

  #step(from: State[], to: State[]): boolean {
    if (from.length === 0) return false;
    to.push(this.#present);
    this.#present = from.pop() as State;
    return true;
  }
}

/** Undo and redo over immutable contents. */

import { type Content, NOTHING, isEmpty } from "./content";

export class ContentHistory {
  #past: Content[] = [];
  #present: Content = NOTHING;
  #future: Content[] = [];

  get present(): Content {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Makes `content` the present; what was undone is forgotten. */
  push(content: Content): void {
    this.#past.push(this.#present);
    this.#present = content;
    this.#future = [];
  }

  /** Returns whether there was anything to undo. */
  undo(): boolean {
    const before = this.#past.pop();
    if (before === undefined) return false;
    this.#future.push(this.#present);
    this.#present = before;
    return true;
  }

  /** Returns whether there was anything to redo. */
  redo(): boolean {
    const after = this.#future.pop();
    if (after === undefined) return false;
    this.#past.push(this.#present);
    this.#present = after;
    return true;
  }

  /** Empties the pad; undo brings the content back. Returns whether there was anything to clear. */
  clear(): boolean {
    if (isEmpty(this.#present)) return false;
    this.push(NOTHING);
    return true;
  }
}

/** Ink as it is captured and kept: the source of truth that everything is drawn and read from. */

/** One sample of the pen. */
export interface Sample {
  /** To the right, in CSS px of the pad as it was when the first stroke was drawn. */
  readonly x: number;
  /** Downward, same units. */
  readonly y: number;
  /** The event's own time stamp, ms. */
  readonly time: number;
  /** 0 to 1; absent where the device has no pressure to tell. */
  readonly pressure?: number;
}

/** The samples from pen-down to pen-up. */
export type Stroke = readonly Sample[];

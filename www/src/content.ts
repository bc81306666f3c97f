/** What lies on the pad: the source of truth that views are drawn from and that the recogniser reads. */

/** One sample of the pen. */
export interface InkPoint {
  /** To the right, in the units of the ink: CSS px of the pad as it was when the first stroke was drawn. */
  readonly x: number;
  /** Downward, same units. */
  readonly y: number;
  /** The event's own time stamp, ms. */
  readonly time: number;
  /** 0 to 1; absent where the device has no pressure to tell. */
  readonly pressure?: number;
}

/** The points from pen-down to pen-up. */
export type Stroke = readonly InkPoint[];

/** A picture that was dropped, pasted or picked. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly name: string;
}

export type Content =
  | { readonly kind: "ink"; readonly strokes: readonly Stroke[] }
  | { readonly kind: "picture"; readonly picture: Picture };

export const NOTHING: Content = { kind: "ink", strokes: [] };

export function isEmpty(content: Content): boolean {
  return content.kind === "ink" && content.strokes.length === 0;
}

/** The content after one more stroke. A stroke on a picture starts new ink: the two are not read together. */
export function withStroke(content: Content, stroke: Stroke): Content {
  const before = content.kind === "ink" ? content.strokes : [];
  return { kind: "ink", strokes: [...before, stroke] };
}

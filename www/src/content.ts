/** What lies on the demo's pad, ink or a picture: the source of truth that views are drawn from and that the recogniser reads. */

import { type Box, type Stroke, type Underlay, drawInk, fit } from "ink-number/pad";

/** A picture that was dropped, pasted or picked. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly name: string;
}

export type Content =
  | { readonly kind: "ink"; readonly strokes: readonly Stroke[] }
  | { readonly kind: "picture"; readonly picture: Picture };

export const NOTHING: Content = { kind: "ink", strokes: [] };

/** Pictures are shown up to this much larger than they are. */
const LARGEST_SCALE = 4;
/** Width of the pen in thumbnails, in units of the ink. */
const NIB = 10;

export function isEmpty(content: Content): boolean {
  return content.kind === "ink" && content.strokes.length === 0;
}

export function strokesOf(content: Content): readonly Stroke[] {
  return content.kind === "ink" ? content.strokes : [];
}

/** The content after one more stroke. A stroke on a picture starts new ink: the two are not read together. */
export function withStroke(content: Content, stroke: Stroke): Content {
  return { kind: "ink", strokes: [...strokesOf(content), stroke] };
}

/** The picture for the pad to show; `null` where there is none. */
export function underlayOf(content: Content): Underlay | null {
  if (content.kind === "ink") return null;
  const { canvas } = content.picture;
  const box: Box = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  return { place: (pad) => fit(box, pad, LARGEST_SCALE), draw: (context) => context.drawImage(canvas, 0, 0) };
}

/** Draws in the content's own units. */
export function drawContent(context: CanvasRenderingContext2D, content: Content, colour: string): void {
  underlayOf(content)?.draw(context);
  context.fillStyle = colour;
  drawInk(context, strokesOf(content), NIB);
}

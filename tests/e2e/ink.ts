/** Ink for the tests, named by what makes it hard, written as smooth curves through a few points. */

/** [x, y], y downward. */
export type Xy = readonly [number, number];
/** Pen-down to pen-up. */
export type Path = readonly Xy[];

/** Points between two knots of a curve: about what a pen at 200 points a second leaves. */
const STEPS = 7;

/** Digits as knots in a box 60 wide and 100 high, in the order of writing. */
const TWO: Path = [[6, 26], [14, 8], [32, 1], [50, 10], [54, 28], [44, 50], [26, 72], [6, 96], [8, 98], [30, 95], [58, 96]];
const FOUR_ANGLE: Path = [[30, 0], [20, 26], [4, 60], [5, 63], [30, 62], [62, 60]];
const FOUR_STEM: Path = [[46, 30], [45, 60], [43, 102]];
const SEVEN: Path = [[4, 6], [28, 4], [56, 3], [57, 6], [42, 44], [26, 100]];

/** `42` written as most people do: three strokes, air between the digits. The easiest case. */
export function fortyTwoApart(): Path[] {
  return [curve(FOUR_ANGLE), curve(FOUR_STEM), curve(shifted(TWO, 96, 0))];
}

/** `203` without lifting the pen: the 2's foot runs into the 0, the 0's top runs into the 3. The case this project is for. */
export function twoZeroThreeOnePenPath(): Path[] {
  const intoZero: Path = [[74, 92], [86, 74], [90, 52]];
  const zero: Path = [[93, 26], [110, 4], [130, 4], [146, 28], [148, 56], [138, 86], [118, 98], [99, 86], [90, 56], [94, 26], [110, 5]];
  const intoThree: Path = [[128, 0], [152, 8], [168, 12]];
  const three: Path = [[186, 3], [206, 5], [213, 20], [204, 38], [186, 46], [188, 47], [210, 53], [218, 72], [208, 92], [188, 100], [168, 91]];
  return [curve([...TWO, ...intoZero, ...zero, ...intoThree, ...three])];
}

/** `2026`, digit by digit. */
export function twentyTwentySix(): Path[] {
  const zero: Path = [[30, 0], [8, 22], [4, 56], [16, 90], [34, 98], [52, 84], [58, 48], [50, 14], [32, 1]];
  const six: Path = [[46, 2], [24, 20], [8, 54], [10, 84], [28, 98], [48, 88], [52, 68], [38, 54], [18, 60], [9, 74]];
  return [TWO, shifted(zero, 86, 0), shifted(TWO, 172, 0), shifted(six, 258, 0)].map(curve);
}

/** A stem with a long flag, which some write for a 1 and some for a 7: doubtful. */
export function oneOrSeven(): Path[] {
  const corners: Path = [[18, 16.8], [50, 4], [47.5, 50], [45, 98]];
  const between = ([ax, ay]: Xy, [bx, by]: Xy): Path => Array.from({ length: 6 }, (_, i): Xy => [ax + ((bx - ax) * (i + 1)) / 6, ay + ((by - ay) * (i + 1)) / 6]);
  return [corners.flatMap((corner, i) => (i === 0 ? [] : between(corners[i - 1] as Xy, corner)))];
}

/** `77`: twice the same, so that a mixed-up order of boxes shows. */
export function sevenSeven(): Path[] {
  return [curve(SEVEN), curve(shifted(SEVEN, 80, 2))];
}

/** A thicket of loops and zigzags, nothing that a person would call a digit. */
export function denseScribble(): Path[] {
  const knots: Xy[] = [];
  for (let i = 0; i < 90; i++) {
    // Two incommensurable turns fill the box evenly and never repeat.
    knots.push([110 + 105 * Math.sin(i * 2.399), 52 + 50 * Math.cos(i * 1.731 + 0.4)]);
  }
  return [curve(knots)];
}

/** Nothing but the touch of a pen. */
export function singleDot(): Path[] {
  return [[[30, 50]]];
}

/** The same ink elsewhere and larger. */
export function placed(ink: readonly Path[], left: number, top: number, scale: number): Path[] {
  return ink.map((path) => path.map(([x, y]): Xy => [left + x * scale, top + y * scale]));
}

function shifted(path: Path, dx: number, dy: number): Path {
  return path.map(([x, y]): Xy => [x + dx, y + dy]);
}

/** A centripetal Catmull-Rom curve through the knots: smooth, and without the loops that the uniform one makes at tight knots. */
function curve(knots: Path): Path {
  const first = knots[0];
  if (!first || knots.length < 3) return knots;
  const points: Xy[] = [first];
  for (let i = 0; i + 1 < knots.length; i++) {
    const p1 = knots[i] as Xy;
    const p2 = knots[i + 1] as Xy;
    const p0 = knots[i - 1] ?? beyond(p1, p2);
    const p3 = knots[i + 2] ?? beyond(p2, p1);
    for (let step = 1; step <= STEPS; step++) points.push(onSpan([p0, p1, p2, p3], step / STEPS));
  }
  return points;
}

/** The point as far before `near` as `far` is behind it. */
function beyond(near: Xy, far: Xy): Xy {
  return [2 * near[0] - far[0], 2 * near[1] - far[1]];
}

/** The span from the second to the third knot at 0 <= u <= 1, by Barry and Goldman's pyramid. */
function onSpan([p0, p1, p2, p3]: readonly [Xy, Xy, Xy, Xy], u: number): Xy {
  const t0 = 0;
  const t1 = t0 + Math.sqrt(distance(p0, p1));
  const t2 = t1 + Math.sqrt(distance(p1, p2));
  const t3 = t2 + Math.sqrt(distance(p2, p3));
  const t = t1 + u * (t2 - t1);
  const a1 = between(p0, p1, t0, t1, t);
  const a2 = between(p1, p2, t1, t2, t);
  const a3 = between(p2, p3, t2, t3, t);
  return between(between(a1, a2, t0, t2, t), between(a2, a3, t1, t3, t), t1, t2, t);
}

function between(a: Xy, b: Xy, ta: number, tb: number, t: number): Xy {
  const w = tb > ta ? (t - ta) / (tb - ta) : 0;
  return [a[0] + (b[0] - a[0]) * w, a[1] + (b[1] - a[1]) * w];
}

function distance(a: Xy, b: Xy): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

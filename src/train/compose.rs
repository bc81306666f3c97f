//! Strings of digits that know which ink is whose: single digits set side by side, with gaps, touching, overlapping or joined by the
//! pen, so that every candidate of our own segmenter can be labelled for free.

mod form;
mod mark;
mod scan;
mod strike;

use rand::{Rng, RngExt};

use super::datasets::{GreyImage, LabelledInk};
use super::path::Bend;
use crate::classify::Reject;
use crate::geom::Point;
use crate::ink::{Ink, Input, Stroke};
use crate::raster::strokes::{PEN_WIDTH, draw_stroke};
use crate::raster::{Grid, Line, Raster};
use crate::segment::{Candidate, LeftOut, PossibleCut, Segmentation};

pub use form::{Form, on_form};
pub use mark::{Between, leaning, with_mark};
pub use scan::scanned;
pub use strike::struck_out;

/// A composed string: what the pipeline gets, and whose ink is whose.
#[derive(Debug, Clone)]
pub struct Composed {
    /// The digits.
    pub text: String,
    /// Strokes or a picture.
    pub input: Input,
    owners: Owners,
}

#[derive(Debug, Clone)]
enum Owners {
    /// The strokes of each digit, without the pen's way between digits.
    Strokes(Vec<Ink>),
    /// The picture of each digit alone, in the string's own frame, and the string's margin.
    Pictures(Vec<GreyImage>),
}

/// How the digits of a string stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// As people fill in forms: nearly all apart.
    Apart,
    /// As people write in haste: mostly apart, some touching, some joined.
    Natural,
    /// Every pair touches, overlaps or is joined.
    Touching,
}

/// Whose hands write a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hands {
    /// The writers of the data, as they are.
    Own,
    /// Writers whom the data does not hold: its digits bent, stretched and, in strokes, leaning, some a little, some as far as people can
    /// still read.
    Strange,
}

/// A digit's strokes in units of its own line height, left edge and baseline at 0.
fn placed_strokes(digit: &LabelledInk, shape: &Placement) -> Vec<Vec<Point>> {
    let points = || digit.strokes.iter().flatten();
    let (top, bottom) = min_max(points().map(|p| p[1]));
    let (left, right) = min_max(points().map(|p| p[0]));
    // A flat or narrow digit keeps its proportions: its longer side decides.
    let size = (bottom - top).max(0.5 * (right - left)).max(1e-9);
    let middle = (top + bottom) / 2.;
    let place = |p: &[f64; 2]| {
        let (x, y) = ((p[0] - left) / size, (p[1] - middle) / size);
        let [x, y] = shape.bend.of([x, y]);
        let y = y * shape.height;
        Point::new((x * shape.width) - shape.slant * y, y + shape.rise)
    };
    let mut strokes: Vec<Vec<Point>> = digit.strokes.iter().map(|s| s.iter().map(place).collect()).collect();
    let left = strokes.iter().flatten().map(|p| p.x).fold(f64::INFINITY, f64::min);
    strokes.iter_mut().flatten().for_each(|p| p.x -= left);
    strokes
}

/// How one digit is set into the line; lengths in line heights.
struct Placement {
    width: f64,
    height: f64,
    slant: f64,
    rise: f64,
    bend: Bend,
}

fn min_max(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
}

/// What a whole string shares.
struct Hand {
    slant: f64,
    width: f64,
    /// Share of pairs that touch or overlap, and that the pen joins.
    touching: f64,
    joined: f64,
    /// Whether it swings from digit to digit and hardly ever lifts the pen; room is left for the way.
    swings: bool,
    /// Height of a nought against the other digits: many people write theirs small.
    nought: f64,
    /// How far points are from where the data's writers put them, in line heights.
    bend: f64,
}

impl Hand {
    fn random(spacing: Spacing, hands: Hands, rng: &mut impl Rng) -> Self {
        /// What the strangest hands do: slant, logarithm of the stretch, and bend.
        const STRANGEST: [f64; 3] = [0.3, 0.35, 0.1];
        const SWINGING: f64 = 0.2;
        let ([leaning, stretch, bend], swings) = match hands {
            Hands::Own => ([0.; 3], false),
            Hands::Strange => {
                let strangeness = rng.random_range(0.0..1.0);
                let [leaning, stretch, bend] = STRANGEST.map(|most| strangeness * most);
                let shape = [leaning * rng.random_range(-1.0..1.0), stretch * rng.random_range(-1.0..1.0f64), bend];
                (shape, spacing != Spacing::Apart && rng.random_bool(SWINGING))
            }
        };
        let (touching, joined) = match spacing {
            Spacing::Apart => (rng.random_range(0.0..0.1), 0.),
            Spacing::Natural => (rng.random_range(0.0..0.6), if rng.random_bool(0.3) { 0.5 } else { 0. }),
            Spacing::Touching => (1., rng.random_range(0.2..0.6)),
        };
        let small_noughts = spacing != Spacing::Touching && rng.random_bool(0.3);
        let nought = if small_noughts { rng.random_range(0.5..0.85) } else { 1. };
        Self {
            slant: rng.random_range(-0.25..0.35) + leaning,
            width: rng.random_range(0.8..1.2) * stretch.exp(),
            touching,
            joined: if swings { 0.9 } else { joined },
            swings,
            nought,
            bend,
        }
    }

    fn placement(&self, is_nought: bool, rng: &mut impl Rng) -> Placement {
        let size = if is_nought { self.nought } else { 1. };
        let height = size * rng.random_range(0.85..1.15);
        Placement {
            width: height * self.width * rng.random_range(0.9..1.1),
            height,
            slant: self.slant + rng.random_range(-0.08..0.08),
            // A small nought stands on the line.
            rise: (1. - size) / 2. + rng.random_range(-0.09..0.09),
            bend: self.bend_of_digit(rng),
        }
    }

    /// For points in heights of their digit; about one wave over it.
    fn bend_of_digit(&self, rng: &mut impl Rng) -> Bend {
        if self.bend == 0. {
            return Bend::NONE;
        }
        Bend::random(self.bend, /* pitch */ 5.4, rng)
    }

    /// Empty space before the next digit, in line heights, measured between the nearest ink; negative where they overlap.
    fn gap(&self, rng: &mut impl Rng) -> f64 {
        if self.swings {
            return rng.random_range(0.1..0.5);
        }
        if rng.random_bool(self.touching) { rng.random_range(-0.07..0.01) } else { rng.random_range(0.02..0.45) }
    }
}

/// How far `next` must move right so that it stands `gap` from what is there, row by row: profiles hold, for each of a few bands of
/// height, the rightmost (leftmost) ink. Digits close up where their shapes allow, as in writing.
fn kern(before: &[(f64, f64)], next: &[(f64, f64)], gap: f64) -> f64 {
    /// Height of the neighbourhood in which two points count as facing each other.
    const BAND: f64 = 0.12;
    let mut shift = f64::NEG_INFINITY;
    for &(bx, by) in before {
        for &(nx, ny) in next {
            if (by - ny).abs() < BAND {
                shift = shift.max(bx - nx + gap);
            }
        }
    }
    shift
}

/// Digits of one writer as strokes, set side by side.
pub fn compose_strokes(digits: &[&LabelledInk], spacing: Spacing, hands: Hands, rng: &mut impl Rng) -> Composed {
    let hand = Hand::random(spacing, hands, rng);
    let mut owned: Vec<Vec<Vec<Point>>> = Vec::new();
    for digit in digits {
        let mut strokes = placed_strokes(digit, &hand.placement(digit.label == "0", rng));
        if let Some(before) = owned.last() {
            let (before, next) = (outline_of(before), outline_of(&strokes));
            // Points lie in the middle of the pen's ink.
            let facing = kern(&before, &next, hand.gap(rng) + PEN_WIDTH);
            // Digits never pass each other: at least a little of the next lies to the right.
            let (_, right) = min_max(before.iter().map(|p| p.0));
            let shift = facing.max(right - 0.35);
            strokes.iter_mut().flatten().for_each(|p| p.x += shift);
        }
        owned.push(strokes);
    }
    let labels: Vec<&str> = digits.iter().map(|digit| digit.label.as_str()).collect();
    let all = join(&owned, &labels, &hand, rng);
    // Tablets differ in their units; the pipeline must not care.
    let unit = rng.random_range(20.0..400.0);
    let ink = |strokes: &[Vec<Point>]| {
        let scaled: Vec<Vec<[f64; 2]>> =
            strokes.iter().map(|s| s.iter().map(|p| [p.x * unit, p.y * unit]).collect()).collect();
        Ink::from_xy(&scaled).expect("finite points")
    };
    Composed {
        text: digits.iter().map(|d| d.label.as_str()).collect(),
        input: Input::Strokes(ink(&all)),
        owners: Owners::Strokes(owned.iter().map(|s| ink(s)).collect()),
    }
}

/// Points along strokes, close enough that none of the pen's way lies between two bands of [`kern`].
fn outline_of(strokes: &[Vec<Point>]) -> Vec<(f64, f64)> {
    /// Farthest apart, in line heights.
    const SPACING: f64 = 0.04;
    let mut outline: Vec<(f64, f64)> = strokes.iter().filter_map(|s| s.first()).map(|p| (p.x, p.y)).collect();
    for pair in strokes.iter().flat_map(|s| s.windows(2)) {
        let steps = (pair[0].distance(pair[1]) / SPACING).ceil().max(1.);
        outline.extend((1..=steps as usize).map(|i| {
            let t = i as f64 / steps;
            (pair[0].x + (pair[1].x - pair[0].x) * t, pair[0].y + (pair[1].y - pair[0].y) * t)
        }));
    }
    outline
}

/// Longest way, in line heights, on which a pen stays on the paper between two digits: for a longer one most people lift it, and those
/// who swing do not.
const LONGEST_JOIN: f64 = 0.6;
const LONGEST_SWING: f64 = 1.5;

/// All strokes in order; a digit's last stroke may run on into the next digit's first, where the way is not too long. Two 1s are never joined: that
/// would be a 4 or an N in one stroke.
fn join(owned: &[Vec<Vec<Point>>], labels: &[&str], hand: &Hand, rng: &mut impl Rng) -> Vec<Vec<Point>> {
    let longest = if hand.swings { LONGEST_SWING } else { LONGEST_JOIN };
    let mut all: Vec<Vec<Point>> = Vec::new();
    for (place, next) in owned.iter().enumerate() {
        let mut strokes = next.iter().cloned();
        let two_ones = place > 0 && [labels[place - 1], labels[place]] == ["1", "1"];
        let way = all.last().filter(|_| !two_ones).map(|last| (last[last.len() - 1], next[0][0]));
        let short = way.filter(|(from, to)| from.distance(*to) <= longest);
        if let Some((from, to)) = short.filter(|_| rng.random_bool(hand.joined)) {
            let first = strokes.next().expect("a digit has a stroke");
            let last = all.last_mut().expect("there is a digit before");
            if hand.swings {
                let speed = rng.random_range(0.4..1.1) * from.distance(to);
                let way = swing(last, &first, speed);
                last.extend(way);
                last.extend(first);
                all.extend(strokes);
                continue;
            }
            // A slack curve instead of a ruled line: it sags as a moving hand does.
            let sag = rng.random_range(-0.1..0.15) * from.distance(to);
            for step in 1..6 {
                let t = f64::from(step) / 6.;
                let bow = sag * 4. * t * (1. - t);
                last.push(Point::new(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t + bow));
            }
            last.extend(first);
        }
        all.extend(strokes);
    }
    all
}

/// The way from the end of one stroke to the beginning of another that leaves the first and comes into the second as each of them runs:
/// Hermite's cubic, with this speed at both ends.
fn swing(before: &[Point], after: &[Point], speed: f64) -> Vec<Point> {
    /// How much of a stroke shows where it runs, line heights.
    const SEEN: f64 = 0.12;
    const STEPS: u32 = 14;
    let (from, to) = (before[before.len() - 1], after[0]);
    let far = |p: &&Point, end: Point| p.distance(end) >= SEEN;
    let leaving = before.iter().rev().find(|p| far(p, from)).map_or((0., 0.), |p| (from.x - p.x, from.y - p.y));
    let coming = after.iter().find(|p| far(p, to)).map_or((0., 0.), |p| (p.x - to.x, p.y - to.y));
    let velocity = |(x, y): (f64, f64)| {
        let length = x.hypot(y).max(1e-9);
        (speed * x / length, speed * y / length)
    };
    let ((ux, uy), (vx, vy)) = (velocity(leaving), velocity(coming));
    let point = |step: u32| {
        let t = f64::from(step) / f64::from(STEPS);
        let (t2, t3) = (t * t, t * t * t);
        let [a, u, b, v] = [2. * t3 - 3. * t2 + 1., t3 - 2. * t2 + t, 3. * t2 - 2. * t3, t3 - t2];
        Point::new(a * from.x + u * ux + b * to.x + v * vx, a * from.y + u * uy + b * to.y + v * vy)
    };
    (1..STEPS).map(point).collect()
}

/// Draws strokes as a picture, ink bright on 0, with `pen` px of width and the line `height` px high.
pub fn picture_of(composed: &Composed, height: f64, pen: f64) -> Composed {
    let (Input::Strokes(ink), Owners::Strokes(owners)) = (&composed.input, &composed.owners) else {
        return composed.clone();
    };
    let bounds = ink.strokes().iter().map(Stroke::bounds).reduce(|a, b| a.union(&b)).expect("a string has strokes");
    // A flat ink, such as a minus, has a height too.
    let unit = bounds.height.max(0.12 * bounds.width).max(1e-9) / height;
    let margin = pen + 3.;
    let grid = Grid { unit, x: bounds.x - margin * unit, y: bounds.y - margin * unit, pen_reach: 0. };
    let side = |length: f64| (length / unit + 2. * margin).ceil() as usize;
    let (width, height) = (side(bounds.width), side(bounds.height));
    let draw = |ink: &Ink| {
        let mut page = Raster::blank_ltwh(0, 0, width, height);
        ink.strokes().iter().for_each(|s| page.blend(&draw_stroke(s, &grid, pen / 2.)));
        GreyImage { width, height, pixels: page.ink }
    };
    Composed {
        text: composed.text.clone(),
        input: draw(ink).to_input(0),
        owners: Owners::Pictures(owners.iter().map(draw).collect()),
    }
}

/// Picture digits set side by side, each enlarged `scale` times.
pub fn compose_pictures(
    digits: &[(&GreyImage, u8)],
    spacing: Spacing,
    hands: Hands,
    scale: f64,
    rng: &mut impl Rng,
) -> Composed {
    let hand = Hand::random(spacing, hands, rng);
    let line = 20. * scale;
    let mut placed: Vec<(GreyImage, f64, f64)> = Vec::new();
    for &(image, label) in digits {
        let size = if label == 0 { hand.nought } else { 1. };
        let scale = size * scale * rng.random_range(0.88..1.1);
        let drawn = enlarged(image, scale, hand.width.sqrt(), &hand.bend_of_digit(rng));
        // A small nought stands on the line; pictures are placed by their tops.
        let rise = (1. - size + rng.random_range(-0.09..0.09)) * line;
        let x = match placed.last() {
            None => 0.,
            Some((before, bx, by)) => {
                let edge = |image: &GreyImage, x0: f64, y0: f64| {
                    let unit = |(x, y): (usize, usize)| ((x0 + x as f64) / line, (y0 + y as f64) / line);
                    outline(image).into_iter().map(unit).collect::<Vec<_>>()
                };
                let (before_edge, next_edge) = (edge(before, *bx, *by), edge(&drawn, 0., rise));
                let (_, right) = min_max(before_edge.iter().map(|p| p.0));
                kern(&before_edge, &next_edge, hand.gap(rng)).max(right - 0.5) * line
            }
        };
        placed.push((drawn, x.round(), rise.round()));
    }
    let margin = 4.;
    let (left, _) = min_max(placed.iter().map(|p| p.1));
    let (top, _) = min_max(placed.iter().map(|p| p.2));
    let (_, right) = min_max(placed.iter().map(|p| p.1 + p.0.width as f64));
    let (_, bottom) = min_max(placed.iter().map(|p| p.2 + p.0.height as f64));
    let (width, height) = ((right - left + 2. * margin) as usize, (bottom - top + 2. * margin) as usize);
    let frame = |(image, x, y): &(GreyImage, f64, f64)| {
        let mut page = GreyImage::blank(width, height);
        let (x0, y0) = ((x - left + margin) as usize, (y - top + margin) as usize);
        for (y, row) in image.pixels.chunks_exact(image.width).enumerate() {
            page.pixels[(y0 + y) * width + x0..][..image.width].copy_from_slice(row);
        }
        page
    };
    let owners: Vec<GreyImage> = placed.iter().map(frame).collect();
    let mut page = GreyImage::blank(width, height);
    for owner in &owners {
        page.pixels.iter_mut().zip(&owner.pixels).for_each(|(p, &o)| *p = o.max(*p));
    }
    Composed {
        text: digits.iter().map(|d| char::from(b'0' + d.1)).collect(),
        input: page.to_input(0),
        owners: Owners::Pictures(owners),
    }
}

/// Leftmost and rightmost ink of each row.
fn outline(image: &GreyImage) -> Vec<(usize, usize)> {
    let mut edge = Vec::new();
    for (y, row) in image.pixels.chunks_exact(image.width).enumerate() {
        let inked = |v: &u8| *v > 100;
        if let (Some(first), Some(last)) = (row.iter().position(inked), row.iter().rposition(inked)) {
            edge.extend([(first, y), (last + 1, y)]);
        }
    }
    edge
}

/// A picture digit `scale` times as large, `wider` times as wide, bent, smooth and then sharpened back to pen-like edges.
fn enlarged(image: &GreyImage, scale: f64, wider: f64, bend: &Bend) -> GreyImage {
    let (sx, sy) = (scale * wider, scale);
    let side = image.height as f64;
    // Some sets fill their frames: what bends out of them stays.
    let margin = bend.reach().map(|reach| (reach * side).ceil());
    let size = [image.width as f64 + 2. * margin[0], side + 2. * margin[1]];
    let (width, height) = ((size[0] * sx) as usize, (size[1] * sy) as usize);
    let mut out = GreyImage::blank(width, height);
    for (i, pixel) in out.pixels.iter_mut().enumerate() {
        let place = [((i % width) as f64 + 0.5) / sx - margin[0], ((i / width) as f64 + 0.5) / sy - margin[1]];
        let [x, y] = bend.of(place.map(|v| v / side)).map(|v| v * side - 0.5);
        let value = bilinear(image, x, y);
        let sharpened = (value - 127.5) * scale.max(1.) + 127.5;
        *pixel = sharpened.clamp(0., 255.) as u8;
    }
    out
}

/// Value between pixel centres; 0 outside.
pub fn bilinear(image: &GreyImage, x: f64, y: f64) -> f64 {
    let at = |x: i64, y: i64| {
        let inside = x >= 0 && y >= 0 && (x as usize) < image.width && (y as usize) < image.height;
        if inside { f64::from(image.pixels[y as usize * image.width + x as usize]) } else { 0. }
    };
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let (x0, y0) = (x0 as i64, y0 as i64);
    let top = at(x0, y0) * (1. - fx) + at(x0 + 1, y0) * fx;
    let bottom = at(x0, y0 + 1) * (1. - fx) + at(x0 + 1, y0 + 1) * fx;
    top * (1. - fy) + bottom * fy
}

impl Composed {
    /// One ink alone, a string without text.
    pub fn single(ink: Ink) -> Self {
        Self { text: String::new(), input: Input::Strokes(ink.clone()), owners: Owners::Strokes(vec![ink]) }
    }

    /// A real string whose strokes are known by digit; `None` where the ink does not say which stroke is whose.
    pub fn labelled(string: &LabelledInk) -> Option<Self> {
        let all = string.ink().ok()?;
        let count = string.digit.iter().max()? + 1;
        if string.digit.len() != string.strokes.len() || count != string.label.len() {
            return None;
        }
        let own = |digit: usize| {
            let strokes = string.strokes.iter().zip(&string.digit).filter(|&(_, &d)| d == digit);
            Ink::from_xy(&strokes.map(|(s, _)| s.clone()).collect::<Vec<_>>()).ok()
        };
        let owners = (0..count).map(own).collect::<Option<Vec<Ink>>>()?;
        Some(Self { text: string.label.clone(), input: Input::Strokes(all), owners: Owners::Strokes(owners) })
    }

    /// The ink of each digit alone on the work grid, within the box of all of it.
    pub fn owners_on(&self, grid: &Grid, line_height: f64, frame: &Raster) -> Vec<Raster> {
        let blank = || Raster::blank_ltwh(frame.left, frame.top, frame.width, frame.height);
        match &self.owners {
            Owners::Strokes(owners) => {
                let radius = PEN_WIDTH * line_height / 2.;
                let draw = |ink: &Ink| {
                    let mut page = blank();
                    ink.strokes().iter().for_each(|s| page.blend(&draw_stroke(s, grid, radius)));
                    page
                };
                owners.iter().map(draw).collect()
            }
            Owners::Pictures(owners) => {
                let draw = |image: &GreyImage| {
                    let mut page = blank();
                    for (i, pixel) in page.ink.iter_mut().enumerate() {
                        let x = f64::from(frame.left) + (i % frame.width) as f64 + 0.5;
                        let y = f64::from(frame.top) + (i / frame.width) as f64 + 0.5;
                        *pixel = bilinear(image, x * grid.unit + grid.x - 0.5, y * grid.unit + grid.y - 0.5) as u8;
                    }
                    page
                };
                owners.iter().map(draw).collect()
            }
        }
    }

    /// For each candidate what it truly is: `Ok(k)` the k-th digit whole, `Err` a reject; `None` where it is neither one nor the other.
    pub fn truth(&self, grid: &Grid, segmentation: &Segmentation) -> Vec<Option<Result<usize, Reject>>> {
        let Some(frame) = Raster::blended(&segmentation.fragments) else { return Vec::new() };
        let owners = self.owners_on(grid, segmentation.line_height, &frame);
        let masses: Vec<f64> = owners.iter().map(Raster::mass).collect();
        // With something left out a candidate shows the same ink as the one without it.
        let seen_before = |c: &Candidate| c.left_out_as != LeftOut::Nothing;
        let truth = |c: &Candidate| if seen_before(c) { None } else { truth_of(&c.ink, &owners, &masses) };
        segmentation.candidates.iter().map(truth).collect()
    }

    /// For each cut the boundary that it hits, by the place of the digit before it: nearly all ink of the digits before lies left of the
    /// cut, hardly any of it right, and the other way round for the digits after.
    pub fn cut_hits(&self, grid: &Grid, segmentation: &Segmentation) -> Vec<Option<usize>> {
        let count = self.text.len();
        let Some(frame) = Raster::blended(&segmentation.fragments) else { return Vec::new() };
        let owners = self.owners_on(grid, segmentation.line_height, &frame);
        let masses: Vec<f64> = owners.iter().map(Raster::mass).collect();
        let mut left_of = vec![0.; count];
        let hit = |fragment: &Raster| {
            let own = Shares::of(fragment, &owners);
            left_of.iter_mut().zip(&own.shared).for_each(|(sum, share)| *sum += share);
            let cover = |k: usize| left_of[k] / masses[k].max(1e-9);
            let parts = |k: &usize| (0..=*k).all(|b| cover(b) >= WHOLE) && (k + 1..count).all(|a| cover(a) <= CLEAN);
            (0..count.saturating_sub(1)).find(parts)
        };
        segmentation.fragments[..segmentation.fragments.len() - 1].iter().map(hit).collect()
    }

    /// For each cut how cleanly it parts two digits, going by the ink on its own two sides alone: the least share of any digit's ink that
    /// lies on the side where that digit belongs, 0 where it parts nothing. A cut that [`Composed::cut_hits`] counts has 0.9 or more.
    pub fn purities(&self, line: &Line, cuts: &[PossibleCut]) -> Vec<f64> {
        /// A digit of which less is on both sides together than this share is no matter of the cut.
        const SEEN: f64 = 0.1;
        let Some(frame) = line.whole() else { return Vec::new() };
        let owners = self.owners_on(&line.grid, line.height, &frame);
        let masses: Vec<f64> = owners.iter().map(Raster::mass).collect();
        let purity = |cut: &PossibleCut| {
            let (left, right) = (Shares::of(&cut.left, &owners).shared, Shares::of(&cut.right, &owners).shared);
            let both = left.iter().zip(&right).zip(&masses);
            let seen = both.filter(|((l, r), mass)| *l + *r >= SEEN * **mass);
            let on_left: Vec<f64> = seen.map(|((l, r), _)| l / (l + r)).collect();
            let split_at = |at: usize| {
                let (before, after) = on_left.split_at(at);
                before.iter().copied().chain(after.iter().map(|share| 1. - share)).fold(1., f64::min)
            };
            (1..on_left.len()).map(split_at).fold(0., f64::max)
        };
        cuts.iter().map(purity).collect()
    }

    /// For each boundary between neighbouring digits whether some cut hits it.
    pub fn boundaries_hit(&self, grid: &Grid, segmentation: &Segmentation) -> Vec<bool> {
        let hits = self.cut_hits(grid, segmentation);
        (0..self.text.len().saturating_sub(1)).map(|k| hits.contains(&Some(k))).collect()
    }

    /// The class of a digit by its place in the string.
    pub fn class_of(&self, place: usize) -> usize {
        usize::from(self.text.as_bytes()[place] - b'0')
    }
}

/// A candidate is a digit when it has nearly all of its ink and hardly any of another's.
const WHOLE: f64 = 0.9;
const CLEAN: f64 = 0.1;
/// Below this share of a digit's ink it is surely a fragment.
const PIECE: f64 = 0.76;
/// With this much foreign ink beside a whole digit it is surely several.
const SPOILT: f64 = 0.18;

/// How the ink of one candidate or fragment divides among the digits.
struct Shares {
    /// Ink shared with each digit, px.
    shared: Vec<f64>,
    /// For each digit the ink that is another's and not its own, px. The pen's way between digits belongs to none and counts against none.
    foreign: Vec<f64>,
    /// All of it, px.
    total: f64,
}

impl Shares {
    fn of(ink: &Raster, owners: &[Raster]) -> Self {
        let (mut shared, mut foreign, mut total) = (vec![0.; owners.len()], vec![0.; owners.len()], 0.);
        for y in 0..ink.height {
            for x in 0..ink.width {
                let own = f64::from(ink.at_xy(x, y)) / 255.;
                if own == 0. {
                    continue;
                }
                total += own;
                let (gx, gy) = ((ink.left - owners[0].left) as usize + x, (ink.top - owners[0].top) as usize + y);
                let covers = |o: &Raster| (f64::from(o.at_xy(gx, gy)) / 255.).min(own);
                let most = owners.iter().map(covers).fold(0., f64::max);
                for (k, owner) in owners.iter().enumerate() {
                    shared[k] += covers(owner);
                    foreign[k] += most - covers(owner);
                }
            }
        }
        Self { shared, foreign, total }
    }
}

fn truth_of(ink: &Raster, owners: &[Raster], masses: &[f64]) -> Option<Result<usize, Reject>> {
    let Shares { shared, foreign, total } = Shares::of(ink, owners);
    let cover = |k: usize| shared[k] / masses[k].max(1e-9);
    let best = (0..owners.len()).max_by(|&a, &b| cover(a).total_cmp(&cover(b)))?;
    let spoilt = foreign[best] / total.max(1e-9);
    let halves = (0..owners.len()).filter(|&k| cover(k) > 0.5).count();
    if cover(best) >= WHOLE && spoilt <= CLEAN {
        Some(Ok(best))
    } else if halves >= 2 || (cover(best) >= WHOLE && spoilt >= SPOILT) {
        Some(Err(Reject::Several))
    } else if cover(best) <= PIECE {
        Some(Err(Reject::Fragment))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn a_swing_runs_on_as_one_stroke_ends_and_the_next_begins() {
        let line = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>();
        // To the right out of the foot of a 2, down into the top of a 1.
        let (before, after) = (line(&[(0., 1.), (0.2, 1.), (0.4, 1.)]), line(&[(0.9, 0.), (0.9, 0.5), (0.9, 1.)]));
        let way = swing(&before, &after, 1.);
        let (first, last) = (way[0], way[way.len() - 1]);
        assert!(first.x > 0.4 && (first.y - 1.).abs() < 0.05, "{first:?}");
        assert!(last.y < 0. && (last.x - 0.9).abs() < 0.05, "it comes down from above: {last:?}");
        let all: Vec<Point> = before.into_iter().chain(way).chain(after).collect();
        assert!(all.windows(2).all(|pair| pair[0].distance(pair[1]) < 0.51));
    }

    #[test]
    fn hands_that_swing_join_what_others_do_not() {
        let digits = |shift: f64| {
            vec![
                vec![Point::new(shift, 1.), Point::new(shift + 0.3, 1.)],
                vec![Point::new(shift, 0.), Point::new(shift, 0.9)],
            ]
        };
        let owned = [digits(0.), digits(0.8)];
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let mut strokes = |labels: [&str; 2], swings: bool| {
            let hand = Hand { slant: 0., width: 1., touching: 0., joined: 1., swings, nought: 1., bend: 0. };
            join(&owned, &labels, &hand, &mut rng).len()
        };
        assert_eq!((strokes(["4", "1"], false), strokes(["4", "1"], true)), (4, 3));
        assert_eq!(strokes(["1", "1"], true), 4);
    }
}

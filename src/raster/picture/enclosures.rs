//! Rings and boxes around a number, by hand or in print, that it does not touch: connected ink that runs all around other ink and is an outline,
//! no more. No digit has ink within that it does not touch, but for the stroke or the dot in a nought.
//!
//! O(outlines * parts), and O(pixels) for each pair that lie within each other. Known limits: what is written touches the ring; a ring
//! around a lone 1 without a flag by the same pen, which is like a nought with a stroke in it.

use std::f64::consts::FRAC_PI_2;
use std::ops::Range;

use super::{Plane, THINNER};
use crate::raster::{Part, Raster};

/// Ink runs all around if it lies beyond this share of the inner ink's columns and rows, on each of the four sides: rings drawn by hand
/// need not close.
const AROUND: f64 = 0.9;

/// What lies within is at least this much ink against the ring's: less is the dot or the stroke in a nought.
const LEAST_WITHIN: f64 = 0.25;

/// An outline is crossed at most twice on the way across it, but for this share of the rows and of the columns, where its ends overlap or a side
/// wavers. More, and a digit touches it from within.
const WAVERS: f64 = 0.15;

/// An outline is no more ink than lines around its box of this share of its shorter side: letters are bolder.
const THIN: f64 = 0.12;

/// Boxes of one form have sides alike to this share: an empty one beside one that is written in goes too.
const ALIKE: f64 = 0.15;

/// A lone outline of so much its height is no nought, whether or not its corners are where a box has them.
const WIDE: f64 = 4.;

/// The corners of a box are inked within this share of its shorter side.
const CORNER: f64 = 0.08;

/// Less than this share of a box is dirt, in it or beside it.
const DIRT: f64 = 0.03;

/// Ink that is so narrow, against its length, is a bar: in a ring of the same pen the stroke of a nought, if it is no 1 without a flag.
const NARROW: f64 = 0.2;

/// Outlines times parts, beyond which nothing is erased: a page of print or a halftone, and no number in a box.
const MOST_PAIRS: usize = 1 << 21;

/// Erases the outlines among the parts of a picture that run around others, empty ones that are like those, and a row of empty boxes if there is
/// nothing else. `seed` is what connects the parts: ink at least so dark.
pub(super) fn erase(plane: &mut Plane, parts: &[Part], seed: u8) {
    // Cut off at an edge of the picture it may be anything.
    let is_whole = |ink: &Raster| {
        ink.left > 0 && ink.top > 0 && ink.right() < plane.width as i32 && ink.bottom() < plane.height as i32
    };
    let inks = || parts.iter().map(|part| &part.ink);
    let rings: Vec<&Raster> = inks().filter(|ink| is_whole(ink) && is_outline(ink, seed)).collect();
    if rings.len() * parts.len() > MOST_PAIRS {
        return;
    }
    let outlines: Vec<Outline> = rings.into_iter().map(|ring| Outline::of(ring, inks(), seed)).collect();
    // A box or a row of boxes that nobody wrote in.
    let is_form = |outline: &Outline| if outlines.len() > 1 { outline.is_box } else { outline.is_wide(seed) };
    let is_row = !outlines.is_empty()
        && outlines.iter().all(|outline| {
            outline.is_empty && is_form(outline) && outline.is_like(&outlines[0]) && outline.is_beside(&outlines[0])
        })
        && inks().filter(|ink| ink.mass() > DIRT * outlines[0].ring.mass()).count() == outlines.len();
    for outline in &outlines {
        // A nought in a box is as empty as another box.
        let is_inside = || outlines.iter().any(|other| surrounds(other.ring, outline.ring, seed));
        let is_like_one = || outlines.iter().any(|other| other.encloses && outline.is_like(other));
        if is_row || outline.encloses || outline.is_empty && !is_inside() && is_like_one() {
            let ring = outline.ring;
            for (i, _) in ring.ink.iter().enumerate().filter(|&(_, &value)| value > 0) {
                let (x, y) = (ring.left as usize + i % ring.width, ring.top as usize + i / ring.width);
                plane.values[y * plane.width + x] = 0.;
            }
        }
    }
}

/// Ink that is nothing but an outline.
struct Outline<'a> {
    ring: &'a Raster,
    /// There is writing within.
    encloses: bool,
    /// There is nothing within but dirt.
    is_empty: bool,
    /// It has corners.
    is_box: bool,
}

impl<'a> Outline<'a> {
    fn of(ring: &'a Raster, inks: impl Iterator<Item = &'a Raster>, seed: u8) -> Self {
        let within: Vec<&Raster> = inks.filter(|ink| surrounds(ring, ink, seed)).collect();
        let is_box = is_box(ring, seed);
        let share = within.iter().map(|ink| ink.mass()).sum::<f64>() / ring.mass();
        let is_slash = || matches!(within[..], [lone] if narrowness(lone) < NARROW && !is_thinner(ring, lone));
        Self { ring, encloses: share >= LEAST_WITHIN && (is_box || !is_slash()), is_empty: share < DIRT, is_box }
    }

    /// No nought is; and there is paper within, as there is in no dash.
    fn is_wide(&self, seed: u8) -> bool {
        let ring = self.ring;
        let is_hollow = |&x: &usize| {
            let inked = |y: usize| ring.at_xy(x, y) >= seed;
            (1..ring.height).filter(|&y| inked(y) && !inked(y - 1)).count() + usize::from(inked(0)) >= 2
        };
        ring.width as f64 >= WIDE * ring.height as f64
            && (0..ring.width).filter(is_hollow).count() as f64 >= AROUND * ring.width as f64
    }

    /// Not above or below it.
    fn is_beside(&self, other: &Self) -> bool {
        2 * self.ring.top.abs_diff(other.ring.top) as usize <= other.ring.height
    }

    fn is_like(&self, other: &Self) -> bool {
        let alike = |a: usize, b: usize| a.abs_diff(b) as f64 <= ALIKE * b as f64;
        alike(self.ring.width, other.ring.width)
            && alike(self.ring.height, other.ring.height)
            && self.is_box == other.is_box
    }
}

/// How wide ink is against its length, 0 to 1, in whatever direction it runs: by its second moments.
fn narrowness(ink: &Raster) -> f64 {
    let mut sums = [0.; 6];
    for (i, &value) in ink.ink.iter().enumerate() {
        let (x, y) = ((i % ink.width) as f64, (i / ink.width) as f64);
        let terms = [1., x, y, x * x, x * y, y * y];
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += f64::from(value) * term);
    }
    let [x, y, xx, xy, yy] = [1, 2, 3, 4, 5].map(|i| sums[i] / sums[0]);
    let (xx, xy, yy) = (xx - x * x, xy - x * y, yy - y * y);
    let (mean, spread) = ((xx + yy) / 2., ((xx - yy) / 2.).hypot(xy));
    ((mean - spread).max(0.) / (mean + spread).max(f64::MIN_POSITIVE)).sqrt()
}

/// Whether an ellipse is of a clearly thinner line than the bar in it: a nought and its stroke are of one pen.
fn is_thinner(ring: &Raster, bar: &Raster) -> bool {
    let [around, along] = [FRAC_PI_2 * (ring.width + ring.height) as f64, (bar.width as f64).hypot(bar.height as f64)];
    ring.mass() / around < THINNER * bar.mass() / along
}

/// Whether an outline has four corners: a nought has none.
fn is_box(ring: &Raster, seed: u8) -> bool {
    let corner = (CORNER * ring.width.min(ring.height) as f64).ceil() as usize;
    let inked = |columns: Range<usize>, rows: Range<usize>| {
        rows.into_iter().any(|y| ring.row(y)[columns.clone()].iter().any(|&value| value >= seed))
    };
    let [columns, rows] = [ring.width, ring.height].map(|side| [0..corner, side - corner..side]);
    columns.iter().all(|columns| rows.iter().all(|rows| inked(columns.clone(), rows.clone())))
}

/// Whether there is ink of `ring` on all four sides of `inner`.
fn surrounds(ring: &Raster, inner: &Raster, seed: u8) -> bool {
    if inner.left <= ring.left
        || inner.top <= ring.top
        || inner.right() >= ring.right()
        || inner.bottom() >= ring.bottom()
    {
        return false;
    }
    let (left, top) = ((inner.left - ring.left) as usize, (inner.top - ring.top) as usize);
    let (right, bottom) = (left + inner.width, top + inner.height);
    let beside = |columns: Range<usize>| {
        let hit = (top..bottom).filter(|&y| ring.row(y)[columns.clone()].iter().any(|&value| value >= seed)).count();
        hit as f64 >= AROUND * inner.height as f64
    };
    let beyond = |rows: Range<usize>| {
        let hit = (left..right).filter(|&x| rows.clone().any(|y| ring.at_xy(x, y) >= seed)).count();
        hit as f64 >= AROUND * inner.width as f64
    };
    beside(0..left) && beside(right..ring.width) && beyond(0..top) && beyond(bottom..ring.height)
}

/// Whether the ink is thin, and nearly every row and column crosses it at most twice.
fn is_outline(ink: &Raster, seed: u8) -> bool {
    let (width, height) = (ink.width as f64, ink.height as f64);
    if ink.mass() > 2. * (width + height) * THIN * width.min(height) {
        return false;
    }
    let is_crossed_often = |at: &dyn Fn(usize) -> u8, length: usize| {
        let inked = |i: usize| i < length && at(i) >= seed;
        (0..length).filter(|&i| inked(i) && !inked(i + 1)).count() > 2
    };
    let rows = (0..ink.height).filter(|&y| is_crossed_often(&|x| ink.at_xy(x, y), ink.width)).count();
    let columns = (0..ink.width).filter(|&x| is_crossed_often(&|y| ink.at_xy(x, y), ink.height)).count();
    rows as f64 <= WAVERS * height && columns as f64 <= WAVERS * width
}

#[cfg(test)]
mod tests {
    use super::super::{Coverage, SEED, connected_parts};
    use super::*;

    const WIDTH: usize = 200;
    const HEIGHT: usize = 120;

    /// A picture of what is inked; what is left of it when the rings are gone.
    fn left_of(inked: impl Fn(f64, f64) -> bool) -> Vec<bool> {
        let value = |i: usize| if inked((i % WIDTH) as f64, (i / WIDTH) as f64) { 1. } else { 0. };
        let values = (0..WIDTH * HEIGHT).map(value).collect();
        let mut coverage = Coverage { plane: Plane { width: WIDTH, height: HEIGHT, values }, patterned: false };
        let parts = connected_parts(&coverage, SEED);
        erase(&mut coverage.plane, &parts, SEED);
        coverage.plane.values.iter().map(|&value| value > 0.).collect()
    }

    fn inked(what: impl Fn(f64, f64) -> bool) -> Vec<bool> {
        (0..WIDTH * HEIGHT).map(|i| what((i % WIDTH) as f64, (i / WIDTH) as f64)).collect()
    }

    fn ellipse(x: f64, y: f64, [cx, cy]: [f64; 2], [a, b]: [f64; 2]) -> bool {
        let r = ((x - cx) / a).hypot((y - cy) / b);
        (r - 1.).abs() * a.min(b) <= 1.6
    }

    fn frame(x: f64, y: f64, left: f64, right: f64) -> bool {
        let within = (left..right).contains(&x) && (30. ..90.).contains(&y);
        within && (x < left + 2. || x >= right - 2. || !(32. ..88.).contains(&y))
    }

    fn bar(x: f64, y: f64, at: f64) -> bool {
        (at..at + 4.).contains(&x) && (40. ..80.).contains(&y)
    }

    #[test]
    fn a_ring_around_a_number_goes_and_the_number_stays() {
        let number = |x: f64, y: f64| bar(x, y, 80.) || bar(x, y, 100.) || ellipse(x, y, [122., 60.], [12., 20.]);
        let ring = |x: f64, y: f64| ellipse(x, y, [100., 60.], [60., 45.]);
        assert!(left_of(|x, y| number(x, y) || ring(x, y)) == inked(number));
        let open = |x: f64, y: f64| ring(x, y) && !((98. ..103.).contains(&x) && y < 60.);
        assert!(left_of(|x, y| number(x, y) || open(x, y)) == inked(number), "it need not close");
        let twice = |x: f64, y: f64| ring(x, y) || ellipse(x, y, [100., 60.], [66., 51.]);
        assert!(left_of(|x, y| number(x, y) || twice(x, y)) == inked(number));
    }

    #[test]
    fn of_a_page_of_rings_nothing_is_erased() {
        let left_of = |side: usize| {
            let pitch = 12;
            let inked = |i: usize| {
                let (x, y) = ((i % (side * pitch)) % pitch, (i / (side * pitch)) % pitch);
                let ring = (1..10).contains(&x) && (1..10).contains(&y) && ([1, 9].contains(&x) || [1, 9].contains(&y));
                ring || (4..7).contains(&x) && (4..7).contains(&y)
            };
            let length = side * pitch;
            let values: Vec<f32> = (0..length * length).map(|i| f32::from(u8::from(inked(i)))).collect();
            let mut coverage = Coverage { plane: Plane { width: length, height: length, values }, patterned: false };
            let (parts, before) = (connected_parts(&coverage, SEED), coverage.plane.values.clone());
            erase(&mut coverage.plane, &parts, SEED);
            coverage.plane.values == before
        };
        assert!(!left_of(10) && left_of(34));
    }

    #[test]
    fn a_nought_stays_with_a_stroke_or_a_dot_in_it() {
        let nought = |x: f64, y: f64| ellipse(x, y, [100., 60.], [24., 36.]);
        let stroke = |x: f64, y: f64| (x - 100. + (y - 60.) * 0.3).abs() < 2.5 && (34. ..86.).contains(&y);
        let dot = |x: f64, y: f64| (x - 100.).hypot(y - 60.) < 4.;
        let slashed = |x: f64, y: f64| nought(x, y) || stroke(x, y);
        let dotted = |x: f64, y: f64| nought(x, y) || dot(x, y);
        assert!(left_of(slashed) == inked(slashed));
        assert!(left_of(dotted) == inked(dotted));
        let fine = |x: f64, y: f64| {
            let r = ((x - 100.) / 24.).hypot((y - 60.) / 36.);
            (r - 1.).abs() * 24. <= 0.8
        };
        assert!(left_of(|x, y| stroke(x, y) || fine(x, y)) == inked(stroke), "a ring of another pen goes");
    }

    #[test]
    fn a_ring_that_a_digit_touches_takes_no_digit_with_it() {
        let ring = |x: f64, y: f64| ellipse(x, y, [100., 60.], [60., 45.]);
        let touching = |x: f64, y: f64| (78. ..82.).contains(&x) && (18. ..80.).contains(&y);
        let all = |x: f64, y: f64| ring(x, y) || touching(x, y) || bar(x, y, 100.) || bar(x, y, 120.);
        assert!(left_of(all) == inked(all));
    }

    #[test]
    fn boxes_that_stand_apart_go_and_empty_ones_of_their_kind_with_them() {
        let more = |x: f64, y: f64| bar(x, y, 30.) || ellipse(x, y, [80., 60.], [12., 20.]);
        let boxes = |x: f64, y: f64| [10., 58., 106.].into_iter().any(|left| frame(x, y, left, left + 44.));
        assert!(left_of(|x, y| more(x, y) || boxes(x, y)) == inked(more));
        let smaller = |x: f64, y: f64| ellipse(x, y, [180., 60.], [12., 20.]);
        let all = |x: f64, y: f64| more(x, y) || smaller(x, y);
        assert!(left_of(|x, y| all(x, y) || boxes(x, y)) == inked(all), "a nought beside boxes is none");
        let full = |x: f64, y: f64| more(x, y) || ellipse(x, y, [127.5, 60.], [17.4, 24.]);
        assert!(left_of(|x, y| full(x, y) || boxes(x, y)) == inked(full), "nor is one that fills its box");
        let dirt = |x: f64, y: f64| more(x, y) || [x, y] == [128., 60.];
        assert!(left_of(|x, y| dirt(x, y) || boxes(x, y)) == inked(dirt), "dirt in a box is no writing");
    }

    #[test]
    fn a_row_of_empty_boxes_goes_and_noughts_stay() {
        let row = |x: f64, y: f64| [10., 58., 106.].into_iter().any(|left| frame(x, y, left, left + 44.));
        let speck = |x: f64, y: f64| (160. ..163.).contains(&x) && (40. ..43.).contains(&y);
        assert!(left_of(|x, y| row(x, y) || speck(x, y)) == inked(speck));
        // One on its own, aslant, so that its corners are not in those of the box around it.
        let wide = |x: f64, y: f64| {
            let y = y - x / 20.;
            let is_side = !(12. ..188.).contains(&x) || !(42. ..68.).contains(&y);
            (10. ..190.).contains(&x) && (40. ..70.).contains(&y) && is_side
        };
        assert!(left_of(|x, y| wide(x, y) || speck(x, y)) == inked(speck));
        let dash = |x: f64, y: f64| (10. ..190.).contains(&x) && (50. ..54.).contains(&(y - x / 15.));
        assert!(left_of(dash) == inked(dash), "a dash is no box");
        let noughts = |x: f64, y: f64| [40., 90.].into_iter().any(|cx| ellipse(x, y, [cx, 60.], [20., 32.]));
        assert!(left_of(noughts) == inked(noughts));
        let with_a_one = |x: f64, y: f64| row(x, y) || bar(x, y, 170.);
        assert!(left_of(with_a_one) == inked(with_a_one));
    }

    #[test]
    fn a_ring_at_an_edge_or_of_bold_ink_stays() {
        let cut_off = |x: f64, y: f64| bar(x, y, 20.) || bar(x, y, 40.) || frame(x, y, 0., 60.);
        assert!(left_of(cut_off) == inked(cut_off));
        let bold = |x: f64, y: f64| {
            let r = (x - 100.).hypot(y - 60.);
            r < 20. || (24. ..44.).contains(&r)
        };
        assert!(left_of(bold) == inked(bold));
    }
}

//! Points, commas, dashes, equals signs and slashes between and behind digits, told by shape and place. All but slashes are small, stand free
//! of the digits, and lie on the foot of the line or at its middle. What is surely one is taken out here, before the line is cut, so that no
//! digit is read from it; what only may be one the search weighs against a piece of a digit, and a slash against a 1 (`LeftOut::Marks` in
//! segment.rs). All are reported.
//!
//! Known limits: a mark that touches a digit stays with it; a slash alone, or at an end, is a 1.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::order;
use crate::raster::{Line, Part, Raster};

/// What a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// A dot on the foot of the line.
    Point,
    /// A point with a tail, or one that hangs below the foot.
    Comma,
    /// A flat stroke at the middle: minus or hyphen.
    Dash,
    /// Two dashes, one above the other.
    Equals,
    /// A straight stroke that leans to the right more than a 1 does, between digits.
    Slash,
}

impl MarkKind {
    /// As it is written in text.
    pub fn as_char(self) -> char {
        match self {
            MarkKind::Point => '.',
            MarkKind::Comma => ',',
            MarkKind::Dash => '-',
            MarkKind::Equals => '=',
            MarkKind::Slash => '/',
        }
    }
}

/// What becomes of marks in the text of a reading. They are reported either way, and constraints are on the digits alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MarksInText {
    /// Digits only: `1250`.
    #[default]
    Dropped,
    /// Each where it was written: `-12.50`.
    Kept,
}

impl MarksInText {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dropped, Self::Kept];

    /// Its name for options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dropped => "drop",
            Self::Kept => "keep",
        }
    }
}

impl fmt::Display for MarksInText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is neither `drop` nor `keep`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMarksInText {
    /// The name given.
    pub seen: String,
}

impl fmt::Display for UnknownMarksInText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "marks: expected drop or keep, saw {:?}", self.seen)
    }
}

impl std::error::Error for UnknownMarksInText {}

impl FromStr for MarksInText {
    type Err = UnknownMarksInText;

    fn from_str(name: &str) -> Result<Self, UnknownMarksInText> {
        Self::ALL.into_iter().find(|m| m.name() == name).ok_or_else(|| UnknownMarksInText { seen: name.to_owned() })
    }
}

/// A mark and its ink.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// Its ink on the work grid.
    pub ink: Raster,
}

impl Mark {
    /// Of ink that no digit is made of, by its shape and where it stands among these digits; `None` where no mark stands.
    pub fn beside(digits: &[&Raster], ink: &Raster, line_height: f64) -> Option<Self> {
        let neighbours: Vec<Neighbour> = digits.iter().map(|d| Neighbour::of(d)).collect();
        let is_slash = slash_log_odds(ink, line_height).is_some();
        let kind = if is_slash { MarkKind::Slash } else { kind_of(ink, &neighbours, line_height)? };
        Some(Self { kind, ink: ink.clone() })
    }
}

/// From this share of the line's height a part may be a digit and tells where the line runs.
const TALL: f64 = 0.5;

/// Largest height and width of a mark, in line heights. Larger takes small digits and the bars of 5s for marks.
const HIGHEST: f64 = 0.45;
const POINT_WIDTH: f64 = 0.32;
const DASH_WIDTHS: std::ops::Range<f64> = 0.22..2.2;
/// Greatest height of a dash and of a point, in line heights.
const DASH_HEIGHT: f64 = 0.35;
const POINT_HEIGHT: f64 = 0.26;
/// A dash is so many times as wide as high.
const DASH_SHAPE: f64 = 1.6;

/// Most of a mark's width that may lie above or below a digit, and most of a digit's that may lie above or below a dash: what overlaps more
/// is a piece of it, as the bar of a plus sign is, or that of a t.
const FREE: f64 = 0.3;

/// Where the middle of a mark lies between the top (0) and the foot (1) of the digits beside it.
const FOOT: std::ops::Range<f64> = 0.72..1.5;
const MIDDLE: std::ops::Range<f64> = 0.25..0.8;

/// Puts marks in order, left to right, and joins the two strokes of an equals sign.
pub fn ordered(mut marks: Vec<Mark>) -> Vec<Mark> {
    order::sort(&mut marks, |mark| [i64::from(mark.ink.left), 0, 0]);
    let mut joined: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        match joined.last_mut() {
            Some(last) if last.kind == MarkKind::Dash && mark.kind == MarkKind::Dash && are_stacked(last, &mark) => {
                let ink = Raster::blended([&last.ink, &mark.ink]).expect("two rasters");
                *last = Mark { kind: MarkKind::Equals, ink };
            }
            _ => joined.push(mark),
        }
    }
    joined
}

/// Whether one lies above the other for at least half of its width.
fn are_stacked(left: &Mark, right: &Mark) -> bool {
    let width = left.ink.width.min(right.ink.width) as f64;
    overlap(&left.ink, &Neighbour::of(&right.ink)) >= 0.5 * width
}

/// How much likelier ink is a slash than a 1, as log-odds, natural; `None` where it is no tall straight stroke that could be either.
pub fn slash_log_odds(ink: &Raster, line_height: f64) -> Option<f64> {
    /// Sideways for each px up from which on it is rather a slash, of one as high as the digits, and how fast that grows with the lean and the
    /// height, in line heights. Of 1s by people hardly one in two hundred leans so far (a test of `train::hand` counts those that
    /// training knows), and people who write slashes mostly make them lean by a third or more, and higher than digits.
    const LEAN: f64 = 0.33;
    const LEAN_WEIGHT: f64 = 23.;
    const HEIGHT_WEIGHT: f64 = 8.;
    /// Lowest slash, in line heights, and highest share of its height by which ink may stray from its straight line, beyond the pen's width.
    const LOWEST: f64 = 0.75;
    const STRAY: f64 = 0.045;
    let height = ink.height as f64 / line_height;
    if height < LOWEST {
        return None;
    }
    let mut sums = [0.; 6];
    for (y, row) in ink.ink.chunks_exact(ink.width).enumerate() {
        for (x, &v) in row.iter().enumerate().filter(|(_, v)| **v > 0) {
            let (m, x, y) = (f64::from(v) / 255., x as f64, y as f64);
            let terms = [1., x, y, x * x, x * y, y * y].map(|term| m * term);
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
        }
    }
    let [mass, x, y, xx, xy, yy] = sums;
    let (xx, xy, yy) =
        (xx / mass - (x / mass).powi(2), xy / mass - x * y / mass.powi(2), yy / mass - (y / mass).powi(2));
    let lean = -xy / yy;
    // Of a straight stroke each row's ink is as wide as all ink over its height; the variance of that is a twelfth of its square.
    let stray = xx - xy * xy / yy - (mass / ink.height as f64).powi(2) / 12.;
    let is_straight = stray < (STRAY * ink.height as f64).powi(2);
    (is_straight && lean > 0.).then(|| LEAN_WEIGHT * (lean - LEAN) + HEIGHT_WEIGHT * (height - 1.))
}

/// Takes the marks out of a line, left to right; none where nothing on the line is as high as a digit.
pub fn take_marks(line: &mut Line) -> Vec<Mark> {
    let is_tall = |p: &&Part| p.ink.height as f64 >= TALL * line.height;
    let tall: Vec<Neighbour> = line.parts.iter().filter(is_tall).map(|p| Neighbour::of(&p.ink)).collect();
    let mut marks = Vec::new();
    for parts in [&mut line.parts, &mut line.specks] {
        parts.retain(|part| match kind_of(&part.ink, &tall, line.height) {
            Some(kind) => {
                marks.push(Mark { kind, ink: part.ink.clone() });
                false
            }
            None => true,
        });
    }
    ordered(marks)
}

/// Where a part that may be a digit stands, px on the work grid.
struct Neighbour {
    left: i32,
    right: i32,
    top: i32,
    foot: i32,
}

impl Neighbour {
    fn of(part: &Raster) -> Self {
        Self { left: part.left, right: part.right(), top: part.top, foot: part.bottom() }
    }

    /// Twice its middle: whole numbers compare exactly.
    fn middle(&self) -> i32 {
        self.left + self.right
    }
}

fn kind_of(part: &Raster, tall: &[Neighbour], line_height: f64) -> Option<MarkKind> {
    let (width, height) = (part.width as f64 / line_height, part.height as f64 / line_height);
    if height > HIGHEST || tall.iter().any(|t| overlap(part, t) > FREE * part.width as f64) {
        return None;
    }
    // The neighbours on both sides tell where the line runs here: writing climbs and falls.
    let middle = part.left + part.right();
    let near = |on_left: bool| {
        let side = tall.iter().filter(|t| (t.middle() < middle) == on_left);
        side.min_by_key(|t| (t.middle() - middle).abs())
    };
    let sides: Vec<&Neighbour> = [near(true), near(false)].into_iter().flatten().collect();
    let mean = |of: fn(&Neighbour) -> i32| sides.iter().map(|t| f64::from(of(t))).sum::<f64>() / sides.len() as f64;
    if sides.is_empty() {
        return None;
    }
    let (top, foot) = (mean(|t| t.top), mean(|t| t.foot));
    let level = (f64::from(part.top + part.bottom()) / 2. - top) / (foot - top);
    let crosses = |t: &Neighbour| overlap(part, t) > FREE * f64::from(t.right - t.left);
    let is_flat = height <= DASH_HEIGHT && DASH_WIDTHS.contains(&width) && width >= DASH_SHAPE * height;
    let is_dash = is_flat && !tall.iter().any(crosses);
    match () {
        () if is_dash && MIDDLE.contains(&level) => Some(MarkKind::Dash),
        () if width > POINT_WIDTH || !FOOT.contains(&level) => None,
        () if height <= POINT_HEIGHT && level < 1. => Some(MarkKind::Point),
        () => Some(MarkKind::Comma),
    }
}

/// Columns that a part shares with a neighbour.
fn overlap(part: &Raster, neighbour: &Neighbour) -> f64 {
    f64::from((part.right().min(neighbour.right) - part.left.max(neighbour.left)).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Grid;

    fn part(left: i32, top: i32, width: usize, height: usize) -> Raster {
        Raster { left, top, width, height, ink: vec![255; width * height] }
    }

    fn kinds(small: Raster) -> Vec<MarkKind> {
        let parts = [part(0, 0, 30, 60), part(80, 2, 30, 60), small].map(Part::from).to_vec();
        let grid = Grid { unit: 1., x: 0., y: 0., pen_reach: 0. };
        let mut line = Line { parts, specks: Vec::new(), height: 60., grid, is_struck_out: false };
        take_marks(&mut line).iter().map(|m| m.kind).collect()
    }

    #[test]
    fn marks_are_told_by_shape_and_place() {
        assert_eq!(kinds(part(50, 52, 8, 8)), [MarkKind::Point]);
        assert_eq!(kinds(part(50, 50, 8, 22)), [MarkKind::Comma]);
        assert_eq!(kinds(part(42, 28, 24, 6)), [MarkKind::Dash]);
        assert_eq!(kinds(part(118, 28, 24, 6)), [MarkKind::Dash]);
    }

    #[test]
    fn pieces_of_digits_and_small_digits_are_no_marks() {
        // The floating bar of a 5, a dot inside a digit's columns, a bar above the line, a small 0.
        for small in [part(20, 0, 30, 6), part(10, 52, 8, 8), part(42, -10, 24, 6), part(45, 30, 22, 30)] {
            assert_eq!(kinds(small.clone()), [], "{small:?}");
        }
    }

    #[test]
    fn a_bar_through_a_stem_is_no_dash() {
        let stem = part(50, 0, 5, 60);
        let kind = |ink: &Raster| Mark::beside(&[&stem], ink, 60.).map(|m| m.kind);
        assert_eq!(kind(&part(54, 27, 40, 6)), Some(MarkKind::Dash));
        assert_eq!(kind(&part(30, 27, 45, 6)), None, "a plus sign");
        assert_eq!(kind(&part(52, 27, 40, 6)), None, "half of an H");
    }

    #[test]
    fn what_stands_where_no_mark_does_is_none() {
        let (before, after) = (part(0, 0, 30, 60), part(80, 2, 30, 60));
        let kind = |ink: &Raster| Mark::beside(&[&before, &after], ink, 60.).map(|m| m.kind);
        assert_eq!(kind(&part(50, 52, 8, 8)), Some(MarkKind::Point));
        assert_eq!(kind(&part(35, -14, 40, 4)), None);
        assert_eq!(Mark::beside(&[], &part(50, 52, 8, 8), 60.), None);
    }

    #[test]
    fn two_dashes_one_above_the_other_are_an_equals_sign() {
        let (upper, lower, beside) = (part(100, 20, 24, 6), part(102, 38, 22, 6), part(130, 30, 24, 6));
        let dash = |ink: &Raster| Mark { kind: MarkKind::Dash, ink: ink.clone() };
        let kinds = |inks: [&Raster; 2]| ordered(inks.map(dash).to_vec()).iter().map(|m| m.kind).collect::<Vec<_>>();
        assert_eq!(kinds([&lower, &upper]), [MarkKind::Equals]);
        assert_eq!(kinds([&beside, &upper]), [MarkKind::Dash; 2]);
        assert_eq!(ordered(vec![dash(&lower), dash(&upper)])[0].ink, Raster::blended([&upper, &lower]).unwrap());
    }

    /// A straight stroke 60 px high that leans by `lean` px sideways a px up, with a bow of so many px.
    fn stroke(lean: f64, bow: f64) -> Raster {
        let middle = |y: usize| 40. + lean * (30. - y as f64) + bow * (1. - ((y as f64 - 30.) / 30.).powi(2));
        let mut ink = part(0, 0, 80, 60);
        ink.ink.iter_mut().enumerate().for_each(|(i, v)| {
            *v = if ((i % 80) as f64 - middle(i / 80)).abs() < 3. { 255 } else { 0 };
        });
        ink.trimmed().unwrap()
    }

    #[test]
    fn what_leans_and_is_tall_is_rather_a_slash() {
        let log_odds = |ink: &Raster, line_height: f64| slash_log_odds(ink, line_height);
        let at = |lean: f64| log_odds(&stroke(lean, 0.), 60.).expect("a straight stroke");
        assert!(at(0.1) < -4. && at(0.3) < 0. && at(0.36) > 0. && at(0.6) > 4.);
        // The higher beside the digits the sooner.
        assert!(log_odds(&stroke(0.3, 0.), 50.).unwrap() > 0.5);
        for none in [stroke(-0.4, 0.), stroke(0.4, 9.), part(0, 0, 40, 60)] {
            assert_eq!(log_odds(&none, 60.), None, "{none:?}");
        }
        assert_eq!(log_odds(&stroke(0.4, 0.), 90.), None, "lower than the digits");
    }

    #[test]
    fn marks_alone_stay() {
        let grid = Grid { unit: 1., x: 0., y: 0., pen_reach: 0. };
        let mut line =
            Line { parts: vec![part(0, 0, 30, 6).into()], specks: Vec::new(), height: 30., grid, is_struck_out: false };
        assert!(take_marks(&mut line).is_empty() && line.parts.len() == 1);
    }
}

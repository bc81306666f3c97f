//! Points, commas and dashes between and behind digits, told by shape and place: they are small, stand free of the digits, and lie on
//! the foot of the line or at its middle. What is surely one is taken out here, before the line is cut, so that no digit is read from it;
//! what only may be one the search weighs against a piece of a digit (`LeftOut::Marks` in segment.rs). Both are reported.
//!
//! Known limits: no slash, no equals sign as one mark; a mark that touches a digit stays with it.

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
    /// A flat stroke at the middle: minus, hyphen, or one half of an equals sign.
    Dash,
}

impl MarkKind {
    /// As it is written in text.
    pub fn as_char(self) -> char {
        match self {
            MarkKind::Point => '.',
            MarkKind::Comma => ',',
            MarkKind::Dash => '-',
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
        Some(Self { kind: kind_of(ink, &neighbours, line_height)?, ink: ink.clone() })
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
    order::sort(&mut marks, |mark| [i64::from(mark.ink.left), 0, 0]);
    marks
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
    fn marks_alone_stay() {
        let grid = Grid { unit: 1., x: 0., y: 0., pen_reach: 0. };
        let mut line =
            Line { parts: vec![part(0, 0, 30, 6).into()], specks: Vec::new(), height: 30., grid, is_struck_out: false };
        assert!(take_marks(&mut line).is_empty() && line.parts.len() == 1);
    }
}

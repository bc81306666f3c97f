//! Points, commas, dashes, equals signs and slashes between and behind digits, told by shape and place. All but slashes are small, stand free
//! of the digits, and lie on the foot of the line or at its middle. What is surely one is taken out here, before the line is cut, so that no
//! digit is read from it; what only may be one the search weighs against a piece of a digit, and a slash against a 1 (`LeftOut::Marks` in
//! segment.rs). All are reported.
//!
//! Known limits: a mark that touches a digit, or begins clearly below its foot, stays with it; a slash alone, at an end, or no higher than the
//! digits is mostly a 1.

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
    /// A straight stroke between digits, higher than they are or leaning farther to the right than a 1 does.
    Slash,
}

impl MarkKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Point, Self::Comma, Self::Dash, Self::Equals, Self::Slash];

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

impl MarkKind {
    /// Of ink that no digit is made of, by its shape and where it stands among these digits; `None` where no mark stands, and of slashes.
    pub fn beside(digits: &[&Raster], ink: &Raster, line_height: f64) -> Option<Self> {
        let (width, height) = (ink.width as f64 / line_height, ink.height as f64 / line_height);
        if height > LONGEST_TAIL {
            return None;
        }
        // Of what is as high as some digits, it may be among them itself.
        let others = || digits.iter().filter(|&&t| !std::ptr::eq(t, ink));
        // Twice as far to the right of the mark: whole numbers compare exactly.
        let beyond = |t: &Raster| t.left + t.right() - ink.left - ink.right();
        let mut nearest: [Option<&Raster>; 2] = [None; 2];
        let mut crosses = false;
        for t in others() {
            let side = &mut nearest[usize::from(beyond(t) >= 0)];
            if side.is_none_or(|other| beyond(t).abs() < beyond(other).abs()) {
                *side = Some(t);
            }
            crosses |= overlap(ink, t) > FREE * ink.width.min(t.width) as f64;
        }
        // The neighbours on both sides tell where the line runs here: writing climbs and falls.
        let [left, right] = nearest;
        let left = left.or(right)?;
        let right = right.unwrap_or(left);
        let middle = |a: i32, b: i32| f64::from(a + b) / 2.;
        let (top, foot) = (middle(left.top, right.top), middle(left.bottom(), right.bottom()));
        let level = (middle(ink.top, ink.bottom()) - top) / (foot - top);
        let is_flat = height <= DASH_HEIGHT && DASH_WIDTHS.contains(&width) && width >= DASH_SHAPE * height;
        if is_flat && !crosses && MIDDLE.contains(&level) {
            return Some(MarkKind::Dash);
        }
        let begins = (f64::from(ink.top) - foot) / line_height;
        let is_beneath = |t: &&Raster| {
            let head = head(ink, foot as i32);
            let near = near(t, &head, line_height);
            near.is_some_and(|near| overlap(&head, &near) > BENEATH * head.width as f64)
        };
        let highest = if begins > HANGS { LONGEST_TAIL } else { HIGHEST };
        match () {
            () if height > highest
                || width > POINT_WIDTH
                || level < FOOT
                || begins > BELOW
                || others().any(is_beneath) =>
            {
                None
            }
            () if height <= DOT_HEIGHT || (height <= POINT_HEIGHT && level < 1.) => Some(MarkKind::Point),
            () => Some(MarkKind::Comma),
        }
    }
}

/// From this share of the line's height a part may be a digit and tells where the line runs.
const TALL: f64 = 0.5;

/// Largest height and width of a mark, in line heights. Larger takes small digits and the bars of 5s for marks.
const HIGHEST: f64 = 0.45;
/// Longest comma that hangs from the foot, in line heights, and how far above the foot it may begin, below 0: no digit stands so low.
const LONGEST_TAIL: f64 = 0.75;
const HANGS: f64 = -0.3;
const POINT_WIDTH: f64 = 0.32;
const DASH_WIDTHS: std::ops::Range<f64> = 0.22..2.2;
/// Greatest height of a dash and of a point, in line heights.
const DASH_HEIGHT: f64 = 0.35;
const POINT_HEIGHT: f64 = 0.26;
/// Greatest height, in line heights, of what is a point also where most of it lies below the foot: the pen's width and a tremble. Without it one in thirty
/// of the evaluation's points was a comma; with it none is, and as many commas are right.
const DOT_HEIGHT: f64 = 0.18;
/// A dash is so many times as wide as high.
const DASH_SHAPE: f64 = 1.6;

/// Most of a dash's width that may share columns with a digit, or of a digit's: what shares more is a piece of it, as the bar of a plus sign
/// is, or that of a t.
const FREE: f64 = 0.3;
/// Most of the width of a point or comma, above the foot, that may lie beneath a digit: what does more is a crumb of it. Less loses marks of
/// hands that lean, more takes crumbs of broken digits for marks. Chosen by a stranger's slanted amounts.
const BENEATH: f64 = 0.5;
/// How far above and below a point or comma, in line heights, a digit counts as lying there: they may stand beneath a flag, or beneath a digit that
/// leans. Less takes crumbs of broken digits for points, more loses points beneath low flags.
const REACH: f64 = 0.15;

/// Where the middle of a mark lies between the top (0) and the foot (1) of the digits beside it: of points and commas from here on, of dashes.
const FOOT: f64 = 0.72;
const MIDDLE: std::ops::Range<f64> = 0.25..0.8;
/// How far below the foot a point or comma may begin, in line heights. More takes what is left of a ruled line there for some.
const BELOW: f64 = 0.05;

/// Puts marks in order, left to right, and joins the two strokes of an equals sign.
pub fn ordered(mut marks: Vec<Mark>) -> Vec<Mark> {
    order::sort(&mut marks, |mark| [i64::from(mark.ink.left), 0, 0]);
    marks.dedup_by(|mark, last| {
        let is_equals = mark.kind == MarkKind::Dash && last.kind == MarkKind::Dash && are_stacked(last, mark);
        if is_equals {
            last.kind = MarkKind::Equals;
            last.ink = Raster::blended([&last.ink, &mark.ink]).expect("two rasters");
        }
        is_equals
    });
    marks
}

/// Whether one lies above the other for at least half of its width.
fn are_stacked(left: &Mark, right: &Mark) -> bool {
    let width = left.ink.width.min(right.ink.width) as f64;
    overlap(&left.ink, &right.ink) >= 0.5 * width
}

/// How something as high as a digit stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stem {
    /// Sideways to the right for each px up, of the straight line through its ink.
    pub lean: f64,
    /// Whether it is a single straight stroke.
    pub is_straight: bool,
}

impl Stem {
    /// `None` of what is lower than a digit.
    #[inline(never)] // Once for all who ask: it is a part of what a page loads.
    pub fn of(ink: &Raster, line_height: f64) -> Option<Self> {
        /// Lowest stem, in line heights: a slash is hardly lower than the digits beside it.
        const LOWEST: f64 = 0.75;
        /// How far, as a share of its height, ink may stray from its straight line beyond the pen's width: more takes the bow of a bracket
        /// for straight, less loses slashes from a shaking hand.
        const STRAY: f64 = 0.045;
        /// Widest stroke, level, in line heights: two strokes that have run together are wider.
        const WIDEST: f64 = 0.3;
        if (ink.height as f64) < LOWEST * line_height {
            return None;
        }
        let [mut mass, mut x, mut y, mut xx, mut xy, mut yy] = [0.; 6];
        for (at, &v) in ink.ink.iter().enumerate() {
            let (m, column, row) = (f64::from(v) / 255., (at % ink.width) as f64, (at / ink.width) as f64);
            mass += m;
            x += m * column;
            y += m * row;
            xx += m * column * column;
            xy += m * column * row;
            yy += m * row * row;
        }
        let (x, y) = (x / mass, y / mass);
        let (xx, xy, yy) = (xx / mass - x * x, xy / mass - x * y, yy / mass - y * y);
        // Of a straight stroke each row's ink is as wide as all ink over its height; the variance of that is a twelfth of its square.
        let width = mass / ink.height as f64;
        let stray = xx - xy * xy / yy - width * width / 12.;
        let is_straight = stray < (STRAY * ink.height as f64).powi(2) && width < WIDEST * line_height;
        Some(Self { lean: -xy / yy, is_straight })
    }
}

/// How far a hand leans, by the stems of a line: as its straight strokes do, and half of all. Where slashes are the only straight ones the others
/// tell; where those lean by nature, as 7s do, a straight one does. Never to the left, which people's slashes do not follow.
pub fn lean_of_hand(stems: &[Stem]) -> f64 {
    // The largest below which lie less than half; they are few.
    let below = |lean: f64| stems.iter().filter(|other| other.lean < lean).count();
    let mut half = 0f64;
    let mut upright = f64::INFINITY;
    for &Stem { lean, is_straight } in stems {
        if 2 * below(lean) < stems.len() {
            half = half.max(lean);
        }
        if is_straight {
            upright = upright.min(lean);
        }
    }
    half.min(upright).max(0.)
}

/// The log-odds, natural, that a stem of this height, in line heights, among digits of a hand that leans so far is a slash and not a 1; `None` where
/// it is no straight stroke that leans farther. It takes slashes and 1s that stand so for equally common.
pub fn slash_log_odds(stem: &Stem, height: f64, hand: f64) -> Option<f64> {
    /// The lean beyond the hand's, of a stroke as high as the digits, at which either is as likely: so that of the 1s of training's writers
    /// between others hardly one in a hundred is rather a slash (a test of `train::pool` counts). Lower takes leaning 1s away, higher reads steep slashes as 1s.
    const LEAN: f64 = 0.75;
    /// How fast the odds grow with it. Slowly: there are people who lean nothing but their 1s.
    const LEAN_WEIGHT: f64 = 8.;
    /// Below this nothing is a slash, not even where only some numbers are allowed: a bar between columns.
    const LEAST_LEAN: f64 = 0.05;
    /// Slashes are drawn higher than digits, mostly, which tells more than the lean: a tenth of a line makes up for a lean of a fifth. No height
    /// makes up for all of it: some people write high 1s.
    const HEIGHT_WEIGHT: f64 = 16.;
    const HIGH: f64 = 1.3;
    let lean = stem.lean - hand;
    let odds = LEAN_WEIGHT * (lean - LEAN) + HEIGHT_WEIGHT * (height.min(HIGH) - 1.);
    (stem.is_straight && lean > LEAST_LEAN).then_some(odds)
}

/// Takes the marks out of a line, left to right; none where nothing on the line is as high as a digit.
pub fn take_marks(line: &mut Line) -> Vec<Mark> {
    let is_tall = |p: &&Part| p.ink.height as f64 >= TALL * line.height;
    let tall: Vec<&Raster> = line.parts.iter().filter(is_tall).map(|p| &p.ink).collect();
    let kinds = [&line.parts, &line.specks].map(|parts| {
        let kinds = parts.iter().map(|part| MarkKind::beside(&tall, &part.ink, line.height));
        kinds.collect::<Vec<_>>()
    });
    let mut marks = Vec::new();
    for (parts, kinds) in [&mut line.parts, &mut line.specks].into_iter().zip(kinds) {
        let mut kinds = kinds.into_iter();
        parts.retain(|part| match kinds.next().flatten() {
            Some(kind) => {
                marks.push(Mark { kind, ink: part.ink.clone() });
                false
            }
            None => true,
        });
    }
    ordered(marks)
}

/// What a digit that shares columns with a mark has in the rows of the mark, and a little above and below them.
fn near(digit: &Raster, mark: &Raster, line_height: f64) -> Option<Raster> {
    if overlap(mark, digit) == 0. {
        return None;
    }
    let reach = (REACH * line_height) as i32;
    rows(digit, mark.top - reach, mark.height + 2 * reach as usize)
}

/// The ink in some rows of the line.
fn rows(of: &Raster, top: i32, height: usize) -> Option<Raster> {
    let mut rows = Raster::blank_ltwh(of.left, top, of.width, height);
    rows.blend(of);
    rows.trimmed()
}

/// What a mark has above the foot, or its first row: the tail of a comma hangs beneath digits.
fn head(mark: &Raster, foot: i32) -> Raster {
    rows(mark, mark.top, (foot - mark.top).max(1) as usize).unwrap_or_else(|| mark.clone())
}

/// Whether a mark stands before a digit, by their middles; where one reaches over the other, by that of the ink beside the mark.
pub fn stands_before(mark: &Raster, digit: &Raster, line_height: f64) -> bool {
    let mark = &head(mark, digit.bottom());
    let near = near(digit, mark, line_height);
    let digit = near.as_ref().unwrap_or(digit);
    mark.left + mark.right() < digit.left + digit.right()
}

/// Columns that a part shares with a neighbour.
fn overlap(part: &Raster, neighbour: &Raster) -> f64 {
    f64::from((part.right().min(neighbour.right()) - part.left.max(neighbour.left)).max(0))
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
        assert_eq!(kinds(part(50, 60, 8, 10)), [MarkKind::Point], "a tap below the line has no tail");
        assert_eq!(kinds(part(50, 60, 8, 11)), [MarkKind::Comma]);
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
    fn a_mark_may_stand_beneath_what_reaches_over_it_far_above() {
        // A stem with a flag, or a bar, over what stands before it.
        let mut flagged = part(60, 0, 50, 60);
        flagged.ink.iter_mut().enumerate().filter(|(at, _)| at / 50 >= 8 && at % 50 < 42).for_each(|(_, v)| *v = 0);
        let before = part(0, 0, 30, 60);
        let kind = |ink: &Raster| MarkKind::beside(&[&before, &flagged], ink, 60.);
        for point in [part(70, 52, 8, 8), part(88, 52, 8, 8)] {
            assert_eq!(kind(&point), Some(MarkKind::Point));
            assert!(stands_before(&point, &flagged, 60.) && !stands_before(&point, &before, 60.));
        }
        assert_eq!(kind(&part(99, 52, 8, 8)), None, "more than half beneath the stem");
        assert_eq!(kind(&part(70, 27, 24, 6)), None, "the middle bar of an F");
    }

    #[test]
    fn a_mark_may_stand_beside_the_foot_of_a_digit_that_leans() {
        let leaning = stroke(0.7, 0.);
        let after = Raster { left: leaning.right() + 10, ..part(0, 0, 30, 60) };
        for (left, is_before) in [(leaning.left - 14, true), (leaning.left + 18, false)] {
            let point = part(left, 52, 8, 8);
            assert_eq!(MarkKind::beside(&[&leaning, &after], &point, 60.), Some(MarkKind::Point));
            assert_eq!(stands_before(&point, &leaning, 60.), is_before, "{left}");
        }
    }

    #[test]
    fn the_tail_of_a_comma_may_hang_beneath_the_digit_before_it() {
        let kind = |left: i32| {
            let mut comma = part(left, 50, 14, 24);
            comma
                .ink
                .iter_mut()
                .enumerate()
                .for_each(|(at, v)| *v = if (at % 14 < 7) == (at / 14 >= 11) { 255 } else { 0 });
            kinds(comma)
        };
        assert_eq!(kind(20), [MarkKind::Comma], "its dot stands half clear of the digit, its tail wholly beneath");
        assert_eq!(kind(14), [], "its dot stands beneath the digit");
        // From the foot of a 1 down to the left, farther than the 1 is wide.
        let mut comma = part(53, 56, 18, 18);
        comma.ink.iter_mut().enumerate().for_each(|(at, v)| {
            *v = if (12..18).contains(&(at % 18 + at / 18)) { 255 } else { 0 };
        });
        let (before, one, after) = (part(10, 0, 30, 60), part(60, 0, 6, 60), part(90, 2, 30, 60));
        assert_eq!(MarkKind::beside(&[&before, &one, &after], &comma, 60.), Some(MarkKind::Comma));
        assert!(!stands_before(&comma, &one, 60.), "it stands where its dot does");
    }

    #[test]
    fn a_comma_that_hangs_from_the_foot_may_be_long() {
        for height in [34, 42] {
            assert_eq!(kinds(part(48, 54, 6, height)), [MarkKind::Comma], "{height}");
            assert_eq!(kinds(part(48, 60 - height as i32, 6, height)), [], "what stands on the foot, {height}");
        }
        assert_eq!(kinds(part(48, 54, 6, 48)), [], "as long as digits are high");
    }

    #[test]
    fn a_bar_in_an_open_mouth_is_no_dash() {
        let mut c = part(0, 0, 40, 60);
        let is_mouth = |at: usize| (8..52).contains(&(at / 40)) && at % 40 >= 8;
        c.ink.iter_mut().enumerate().filter(|(at, _)| is_mouth(*at)).for_each(|(_, v)| *v = 0);
        assert_eq!(MarkKind::beside(&[&c, &part(80, 0, 30, 60)], &part(12, 27, 28, 6), 60.), None, "an E");
    }

    #[test]
    fn what_begins_below_the_foot_is_no_mark() {
        assert_eq!(kinds(part(50, 63, 8, 16)), [MarkKind::Comma], "the feet beside it are at 60 and 62");
        assert_eq!(kinds(part(50, 66, 8, 3)), []);
    }

    #[test]
    fn a_bar_through_a_stem_is_no_dash() {
        let stem = part(50, 0, 5, 60);
        let kind = |ink: &Raster| MarkKind::beside(&[&stem], ink, 60.);
        assert_eq!(kind(&part(54, 27, 40, 6)), Some(MarkKind::Dash));
        assert_eq!(kind(&part(30, 27, 45, 6)), None, "a plus sign");
        assert_eq!(kind(&part(52, 27, 40, 6)), None, "half of an H");
    }

    #[test]
    fn what_stands_where_no_mark_does_is_none() {
        let (before, after) = (part(0, 0, 30, 60), part(80, 2, 30, 60));
        let kind = |ink: &Raster| MarkKind::beside(&[&before, &after], ink, 60.);
        assert_eq!(kind(&part(50, 52, 8, 8)), Some(MarkKind::Point));
        assert_eq!(kind(&part(35, -14, 40, 4)), None);
        assert_eq!(MarkKind::beside(&[], &part(50, 52, 8, 8), 60.), None);
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

    /// A stroke 60 px high that leans by `lean` px sideways a px up, with a bow of so many px.
    fn stroke(lean: f64, bow: f64) -> Raster {
        bowed(lean, bow, 3.)
    }

    fn stroke_as_wide_as(lean: f64, half: f64) -> Raster {
        bowed(lean, 0., half)
    }

    fn bowed(lean: f64, bow: f64, half: f64) -> Raster {
        let middle = |y: usize| 40. + lean * (30. - y as f64) + bow * (1. - ((y as f64 - 30.) / 30.).powi(2));
        let mut ink = part(0, 0, 80, 60);
        ink.ink.iter_mut().enumerate().for_each(|(i, v)| {
            *v = if ((i % 80) as f64 - middle(i / 80)).abs() < half { 255 } else { 0 };
        });
        ink.trimmed().unwrap()
    }

    #[test]
    fn stems_are_straight_thin_and_high() {
        let of = |ink: &Raster, line_height: f64| Stem::of(ink, line_height);
        for lean in [-0.4, 0.1, 0.6] {
            let stem = of(&stroke(lean, 0.), 60.).unwrap();
            assert!(stem.is_straight && (stem.lean - lean).abs() < 0.02, "{stem:?}");
        }
        let bowed = of(&stroke(0.4, 9.), 60.).unwrap();
        let block = of(&stroke_as_wide_as(0.4, 14.), 60.).unwrap();
        assert!(!bowed.is_straight && !block.is_straight, "{bowed:?} {block:?}");
        assert_eq!(of(&stroke(0.4, 0.), 90.), None, "lower than the digits");
    }

    #[test]
    fn what_leans_farther_than_the_hand_is_rather_a_slash() {
        let stem = |lean: f64| Stem { lean, is_straight: true };
        let at = |lean: f64, height: f64, hand: f64| slash_log_odds(&stem(lean), height, hand);
        assert!(at(0.5, 1., 0.).unwrap() < -1. && at(0.8, 1., 0.).unwrap() > 0.);
        assert!(
            at(0.5, 1.2, 0.).unwrap() > 1. && at(0.3, 1.3, 0.).unwrap() > 1.,
            "the higher beside the digits the sooner"
        );
        assert!(at(0.5, 1.2, 0.25).unwrap() < 0., "beyond the hand's lean");
        assert_eq!((at(0.04, 3., 0.), at(-0.4, 1., 0.), at(0.4, 1.2, 0.36)), (None, None, None));
        assert!(at(0.1, 3., 0.).unwrap() < 0., "no height makes up for all of the lean");
        assert_eq!(slash_log_odds(&Stem { is_straight: false, ..stem(0.5) }, 1.2, 0.), None);
    }

    #[test]
    fn a_hand_leans_as_its_straight_strokes_and_half_of_all_do() {
        let of = |stems: &[(f64, bool)]| {
            let stems: Vec<Stem> = stems.iter().map(|&(lean, is_straight)| Stem { lean, is_straight }).collect();
            lean_of_hand(&stems)
        };
        assert_eq!(of(&[]), 0.);
        // 11 aslant beside a 4 in two strokes; a slash beside 2, 0 and 3; a 7 beside an upright 1.
        assert_eq!(of(&[(0.35, true), (0.37, true), (-0.2, false)]), 0.35);
        assert_eq!(of(&[(0.5, true), (0.1, false), (0., false), (0.05, false)]), 0.05);
        assert_eq!(of(&[(0.3, false), (0., true), (0.3, false)]), 0.);
        assert_eq!(of(&[(-0.3, true)]), 0., "never to the left");
    }

    #[test]
    fn marks_alone_stay() {
        let grid = Grid { unit: 1., x: 0., y: 0., pen_reach: 0. };
        let mut line =
            Line { parts: vec![part(0, 0, 30, 6).into()], specks: Vec::new(), height: 30., grid, is_struck_out: false };
        assert!(take_marks(&mut line).is_empty() && line.parts.len() == 1);
    }
}

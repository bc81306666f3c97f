//! Numbers with a mark between two of their digits.

use rand::{Rng, RngExt};

use super::min_max;
use crate::marks::MarkKind;
use crate::train::datasets::LabelledInk;

/// A mark of one stroke that people set between digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// From below left to above right.
    Slash,
    /// A dot.
    Point,
    /// A short stroke that hangs.
    Comma,
}

impl Between {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Slash, Self::Point, Self::Comma];

    /// Which mark it is.
    pub fn kind(self) -> MarkKind {
        match self {
            Self::Slash => MarkKind::Slash,
            Self::Point => MarkKind::Point,
            Self::Comma => MarkKind::Comma,
        }
    }

    /// What in a text is most like it.
    pub fn most_like(self) -> &'static str {
        match self {
            Self::Slash => "1",
            Self::Point => ",",
            Self::Comma => "1",
        }
    }
}

/// The string with a mark before one of its digits, for which those behind it make room. `None` where there are not two digits, or
/// where it is not known which stroke is whose.
///
/// A slash is straight or nearly so, leans by 0.3 to 0.7 of its height, and is from as high as the line to half as high again; it stands as close as
/// slashes do, at times over the foot of its neighbour. A point is a dot on the foot, a comma runs from there down to the left; both
/// stand beside the digits' feet, whatever is above them.
pub fn with_mark(string: &LabelledInk, mark: Between, rng: &mut impl Rng) -> Option<LabelledInk> {
    let digits = string.label.len();
    if digits < 2 || string.digit.len() != string.strokes.len() {
        return None;
    }
    let place = rng.random_range(1..digits);
    let (top, lowest) = min_max(points_of(string, |_| true).map(|p| p[1]));
    // Lines slope, and digits like 4 and 7 hang: where the pen stands is the middle between the feet of the two beside it.
    let foot_of = |digit: usize| min_max(points_of(string, |of| of == digit).map(|p| p[1])).1;
    let foot = match mark {
        Between::Slash => lowest,
        Between::Point | Between::Comma => (foot_of(place - 1) + foot_of(place)) / 2.,
    };
    let line = lowest - top;
    // Ink above these rows is passed beneath.
    let highest = if mark == Between::Slash { top } else { foot - 0.35 * line };
    let beside = |before: bool| {
        let side = points_of(string, |digit| (digit < place) == before);
        min_max(side.filter(|p| p[1] >= highest).map(|p| p[0]))
    };
    let ((_, right), (left, _)) = (beside(true), beside(false));
    if ![right, left, foot].iter().all(|length| length.is_finite()) {
        return None;
    }
    let (stroke, end) = match mark {
        Between::Slash => slash([right, foot], line, rng),
        Between::Point => dot([right, foot], line, rng),
        Between::Comma => comma([right, foot], line, rng),
    };
    let shift = (end - left).max(0.);
    let moved = |stroke: &Vec<[f64; 2]>, digit: usize| {
        let by = if digit < place { 0. } else { shift };
        stroke.iter().map(|p| [p[0] + by, p[1]]).collect::<Vec<_>>()
    };
    let mut with = string.clone();
    with.strokes = string.strokes.iter().zip(&string.digit).map(|(stroke, &digit)| moved(stroke, digit)).collect();
    with.strokes.push(stroke);
    with.digit.iter_mut().filter(|digit| **digit >= place).for_each(|digit| *digit += 1);
    with.digit.push(place);
    with.label.insert(place, mark.kind().as_char());
    Some(with)
}

/// The points of some of a string's digits.
fn points_of(string: &LabelledInk, is: impl Fn(usize) -> bool) -> impl Iterator<Item = &[f64; 2]> {
    let own = string.strokes.iter().zip(&string.digit).filter(move |&(_, &digit)| is(digit));
    own.flat_map(|(stroke, _)| stroke)
}

/// A mark's stroke, and where the next digit may begin.
type Drawn = (Vec<[f64; 2]>, f64);

/// A slash behind the right edge and the foot of what lies before it.
fn slash([right, foot]: [f64; 2], line: f64, rng: &mut impl Rng) -> Drawn {
    const POINTS: u32 = 12;
    let height = line * rng.random_range(0.95..1.45);
    let width = height * rng.random_range(0.3..0.7);
    let gap = line * rng.random_range(0.1..0.3);
    // It may lean over both of its neighbours by a fifth of its width.
    let (start, below) = (right + gap - 0.2 * width, foot + rng.random_range(0.2..0.8) * (height - line));
    let bow = rng.random_range(-0.04..0.04) * height;
    let point = |i: u32| {
        let t = f64::from(i) / f64::from(POINTS);
        [start + t * width + bow * 4. * t * (1. - t), below - t * height]
    };
    let mut slash: Vec<[f64; 2]> = (0..=POINTS).map(point).collect();
    if rng.random_bool(0.6) {
        slash.reverse();
    }
    (slash, start + 0.8 * width + gap)
}

/// A point behind them: the pen is set down, and moves a little or not at all.
fn dot([right, foot]: [f64; 2], line: f64, rng: &mut impl Rng) -> Drawn {
    let gap = line * rng.random_range(0.1..0.25);
    let [x, y] = [right + gap, foot - line * rng.random_range(0.0..0.08)];
    let [dx, dy] = [0, 1].map(|_| line * rng.random_range(-0.03..0.03));
    (vec![[x, y], [x + dx, y + dy]], x + gap)
}

/// A comma behind them: it begins on the foot or a little above and curls below it.
fn comma([right, foot]: [f64; 2], line: f64, rng: &mut impl Rng) -> Drawn {
    const POINTS: u32 = 6;
    let gap = line * rng.random_range(0.1..0.25);
    let height = line * rng.random_range(0.15..0.3);
    let width = height * rng.random_range(0.2..0.7);
    let [x, top] = [right + gap, foot - line * rng.random_range(0.02..0.14)];
    let curl = rng.random_range(0.0..0.3) * width;
    let point = |i: u32| {
        let t = f64::from(i) / f64::from(POINTS);
        [x - t * width + curl * 4. * t * (1. - t), top + t * height]
    };
    ((0..=POINTS).map(point).collect(), x + gap)
}

/// The string in a hand that leans to the right by so much of its height more.
pub fn leaning(string: &LabelledInk, by: f64) -> LabelledInk {
    let mut leaning = string.clone();
    leaning.strokes.iter_mut().flatten().for_each(|[x, y]| *x -= by * *y);
    leaning
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn bars(count: u32) -> LabelledInk {
        let bar = |i: u32| vec![[20. * f64::from(i), 0.], [20. * f64::from(i), 40.]];
        let digit = (0..count as usize).collect();
        LabelledInk { label: "1".repeat(count as usize), strokes: (0..count).map(bar).collect(), writer: None, digit }
    }

    #[test]
    fn a_mark_stands_between_the_digits_that_its_place_in_the_label_says() {
        for (mark, seed) in Between::ALL.into_iter().flat_map(|mark| (0..50).map(move |seed| (mark, seed))) {
            let with = with_mark(&bars(3), mark, &mut StdRng::seed_from_u64(seed)).expect("three digits");
            let char = mark.kind().as_char();
            let place = with.label.find(char).expect("a mark");
            let (stroke, digits) = with.strokes.split_last().expect("strokes");
            let [(left, right), (top, foot)] = [0, 1].map(|axis| min_max(stroke.iter().map(|p| p[axis])));
            let middle = (left + right) / 2.;
            assert!(digits.iter().enumerate().all(|(i, d)| (d[0][0] < middle) == (i < place)), "{}", with.label);
            assert_eq!(with.label.replace(char, ""), "111");
            match mark {
                Between::Slash => assert!(
                    stroke.iter().all(|p| (p[0] - middle) * (p[1] - (top + foot) / 2.) < 0.1 * (foot - top).powi(2))
                ),
                Between::Point => assert!(top > 35. && foot < 42.),
                Between::Comma => assert!(top > 30. && foot > 40.),
            }
        }
        let mut without_digit = bars(3);
        without_digit.digit = vec![0, 0, 2];
        for mark in Between::ALL {
            assert!(with_mark(&bars(1), mark, &mut StdRng::seed_from_u64(1)).is_none(), "nothing to stand between");
        }
        let made =
            (0..20).filter_map(|seed| with_mark(&without_digit, Between::Comma, &mut StdRng::seed_from_u64(seed)));
        assert_eq!(made.count(), 0, "each place is beside the digit without ink");
    }

    #[test]
    fn points_stand_beneath_what_overhangs() {
        let mut string = bars(2);
        // A flag over most of the way to the next.
        string.strokes[0] = vec![[15., 0.], [0., 0.], [0., 40.]];
        let with = with_mark(&string, Between::Point, &mut StdRng::seed_from_u64(1)).expect("two digits");
        assert!(with.strokes[2][0][0] < 12., "{:?}", with.strokes[2]);
    }

    #[test]
    fn what_leans_keeps_its_heights() {
        let strokes = leaning(&bars(1), 0.5).strokes;
        assert_eq!(strokes, [[[0., 0.], [-20., 40.]]], "its foot is farther left than its head");
    }
}

//! Strokes of any numbers at all, read in any way.
#![no_main]

use ink_number::constraint::{Check, Constraint};
use ink_number::ink::{Ink, Input, limits};
use ink_number::lattice::Strategy;
use ink_number::marks::MarksInText;
use ink_number::recognizer::ReadOptions;
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(Debug, arbitrary::Arbitrary)]
enum Strokes {
    /// As a person might write: small steps on a canvas.
    Steps(Vec<Vec<(i8, i8)>>),
    /// NaN, infinities, huge and tiny numbers.
    Anything(Vec<Vec<[f64; 2]>>),
    /// Scribbles as large as they may be, to and fro in a box of this width for its height, in powers of two.
    Scribble { strokes: u16, points: u32, wide: i8, seed: u32 },
}

#[derive(Debug, arbitrary::Arbitrary)]
struct How {
    shortest: u8,
    longest: Option<u8>,
    check: Option<bool>,
    strategy: u8,
    keeps_marks: bool,
    top: u8,
}

fuzz_target!(|case: (Strokes, How)| {
    let (strokes, how) = case;
    let strokes: Vec<Vec<[f64; 2]>> = match strokes {
        Strokes::Anything(strokes) => strokes,
        Strokes::Steps(strokes) => strokes.into_iter().map(walk).collect(),
        Strokes::Scribble { strokes, points, wide, seed } => scribble(strokes.into(), points, wide, seed),
    };
    let Ok(ink) = Ink::from_xy(&strokes) else { return };
    let Ok(length) = Constraint::length(how.shortest.into(), how.longest.map(usize::from)) else { return };
    let check = how.check.map(|luhn| Constraint::check(if luhn { Check::Luhn } else { Check::Mod97 }));
    let Ok(constraint) = Constraint::all([length].into_iter().chain(check)) else { return };
    let marks = if how.keeps_marks { MarksInText::Kept } else { MarksInText::Dropped };
    let strategy = Strategy::ALL[usize::from(how.strategy) % Strategy::ALL.len()];
    let top = usize::from(how.top % 20) + 1;
    ink_number_fuzz::read(&Input::Strokes(ink), &ReadOptions { top, strategy, constraint, marks });
});

fn walk(steps: Vec<(i8, i8)>) -> Vec<[f64; 2]> {
    let walk = |at: &mut [f64; 2], (x, y): (i8, i8)| {
        *at = [at[0] + f64::from(x) / 4., at[1] + f64::from(y) / 4.];
        Some(*at)
    };
    steps.into_iter().scan([0., 0.], walk).collect()
}

fn scribble(strokes: usize, points: u32, wide: i8, mut seed: u32) -> Vec<Vec<[f64; 2]>> {
    let strokes = strokes % limits::MAX_STROKES + 1;
    let each = points as usize % (limits::MAX_POINTS / strokes) + 1;
    let width = f64::from(wide % 20).exp2();
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1 << 24)
    };
    (0..strokes).map(|_| (0..each).map(|_| [width * next(), next()]).collect()).collect()
}

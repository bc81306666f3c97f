//! Strokes of any numbers at all, read under any length.
#![no_main]

use ink_number::constraint::Constraint;
use ink_number::ink::{Ink, Input};
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(Debug, arbitrary::Arbitrary)]
enum Strokes {
    /// As a person might write: small steps on a canvas.
    Steps(Vec<Vec<(i8, i8)>>),
    /// NaN, infinities, huge and tiny numbers.
    Anything(Vec<Vec<[f64; 2]>>),
}

fuzz_target!(|case: (Strokes, u8, Option<u8>, u8)| {
    let (strokes, shortest, longest, top) = case;
    let strokes: Vec<Vec<[f64; 2]>> = match strokes {
        Strokes::Anything(strokes) => strokes,
        Strokes::Steps(strokes) => strokes
            .into_iter()
            .map(|steps| {
                let mut at = [0., 0.];
                steps.into_iter().map(|(x, y)| { at = [at[0] + f64::from(x) / 4., at[1] + f64::from(y) / 4.]; at }).collect()
            })
            .collect(),
    };
    let Ok(ink) = Ink::from_xy(&strokes) else { return };
    let Ok(constraint) = Constraint::length(usize::from(shortest), longest.map(usize::from)) else { return };
    ink_number_fuzz::read(&Input::Strokes(ink), constraint, usize::from(top % 20) + 1);
});

//! Letters that no script has, made of those that some script has: mirrored and turned, of strokes of two letters, with strokes lost. And
//! digits that nobody writes: the asymmetric ones, mirrored.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::Xy;
use crate::ink::Ink;
use crate::train::datasets::LabelledInk;
use crate::train::path;

/// A letter made of one or two of `letters`.
pub fn letter(letters: &[LabelledInk], rng: &mut impl Rng) -> Ink {
    let mut pick = || boxed(&letters.choose(rng).expect("there are letters").strokes);
    let [own, other] = [pick(), pick()];
    let mut strokes: Vec<Vec<Xy>> = Vec::new();
    if rng.random_bool(0.6) {
        strokes.extend(own.iter().filter(|_| rng.random_bool(0.7)).cloned());
        strokes.extend(other.iter().filter(|_| rng.random_bool(0.5)).cloned());
    }
    // A stroke alone comes to a digit more often than not.
    if strokes.len() < 2 {
        strokes = own;
    }
    let mirror = [0, 1].map(|_| rng.random_bool(0.5));
    drawn(&strokes, mirror, rng.random_bool(0.3), rng)
}

/// A digit from right to left, of those whose mirror images are no digits; `None` where `digit` is another.
pub fn mirrored(digit: &LabelledInk, rng: &mut impl Rng) -> Option<Ink> {
    let asymmetric = ["2", "3", "4", "6", "7", "9"].contains(&&*digit.label);
    asymmetric.then(|| drawn(&boxed(&digit.strokes), [true, false], false, rng))
}

/// Strokes within the unit square, whatever their shape was.
fn boxed(strokes: &[Vec<Xy>]) -> Vec<Vec<Xy>> {
    let Some([left, top, right, bottom]) = path::bounds(strokes.iter().flatten()) else { return Vec::new() };
    // A letter that is a bar keeps to a third of the square.
    let side = [right - left, bottom - top].map(|s| s.max((right - left).max(bottom - top) / 3.).max(f64::EPSILON));
    strokes.iter().map(|s| s.iter().map(|p| [(p[0] - left) / side[0], (p[1] - top) / side[1]]).collect()).collect()
}

/// Strokes of the unit square as a letter of ordinary width that leans a little.
fn drawn(strokes: &[Vec<Xy>], mirror: [bool; 2], transposed: bool, rng: &mut impl Rng) -> Ink {
    let (width, slant) = (rng.random_range(0.5..1.2), rng.random_range(-0.2..0.2));
    let place = |p: &Xy| {
        let [x, y] = [0, 1].map(|axis| if mirror[axis] { 1. - p[axis] } else { p[axis] });
        let (x, y) = if transposed { (y, x) } else { (x, y) };
        [9. * (x * width + slant * (1. - y)), 9. * y]
    };
    let strokes: Vec<Vec<Xy>> = strokes.iter().map(|s| s.iter().map(place).collect()).collect();
    Ink::from_xy(&strokes).expect("finite points")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::ink::Input;
    use crate::recognizer::whole_glyph;

    fn inked(label: &str, strokes: &[&[Xy]]) -> LabelledInk {
        let strokes = strokes.iter().map(|s| s.to_vec()).collect();
        LabelledInk { label: label.into(), strokes, writer: None, digit: Vec::new() }
    }

    #[test]
    fn letters_have_ink_differ_and_a_seed_gives_one() {
        let letters = [
            inked("T", &[&[[0., 0.], [60., 0.]], &[[30., 0.], [30., 90.]]]),
            inked("V", &[&[[0., 0.], [30., 80.]], &[[30., 80.], [60., 0.]]]),
            inked("I", &[&[[5., 0.], [5., 80.]]]),
        ];
        let write = |seed| letter(&letters, &mut StdRng::seed_from_u64(seed));
        for seed in 0..100 {
            assert!(whole_glyph(&Input::Strokes(write(seed))).is_some(), "seed {seed}");
            assert_eq!(write(seed), write(seed));
        }
        assert!((1..100).any(|seed| write(seed).strokes().len() > 2));
    }

    #[test]
    fn only_digits_that_are_none_in_the_mirror_are_mirrored() {
        let rng = &mut StdRng::seed_from_u64(1);
        let seven: &[&[Xy]] = &[&[[0., 0.], [5., 0.], [2., 9.]]];
        let ink = mirrored(&inked("7", seven), rng).expect("a 7 has another mirror image");
        let points = ink.strokes()[0].points();
        assert!(points[0].at.x > points[1].at.x, "{points:?}");
        assert_eq!(mirrored(&inked("8", seven), rng), None);
    }
}

//! Letters and signs drawn by ourselves, so that the network refuses what is no digit: alphabets as shapes in the language of
//! [`path`], written by varying hands here, and printed as fonts would in [`mod@print`]; beside them letters of no script
//! ([`pseudo`]), letters made of others ([`mixed`]) and filled silhouettes ([`silhouette`]).
//!
//! The alphabets hold no shape that people also write as a digit, but for those that a dot or the way of the pen tells from one (`ways`); what only print
//! tells from a digit is never written by hand. A
//! shaky hand makes doubles all the same: the pool leaves them out by comparing them with true digits.

mod latin;
pub mod mixed;
pub mod print;
pub mod pseudo;
mod sheet;
mod signs;
pub mod silhouette;
mod ways;

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::datasets::GreyImage;
use super::path::{self, Bend, Xy};
use crate::ink::Ink;

/// A letter's name and the shapes it is written in, print first.
type Row = (&'static str, &'static [&'static str]);

/// One way to write one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// The letter.
    pub name: &'static str,
    /// Its strokes, in the language of [`path`].
    pub shape: &'static str,
    /// Where it belongs.
    pub kind: Kind,
}

/// What a letter can be drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Latin letter, written and printed.
    Latin,
    /// A letter or sign that a hand could mean as a digit: printed only.
    Printed,
    /// Any other sign, written and printed.
    Sign,
    /// A letter or sign that its dot tells from a 1: written only, since dots are specks in pictures.
    Dotted,
    /// A letter in one stroke that the way of the pen tells from a digit and a picture often does not: only ways are learnt from it.
    OneStroke,
}

/// Every letter in every shape, parted into (training, validation): of the letters with several shapes a few shapes are held back,
/// so that every letter is learnt from and the validation asks for new forms.
pub fn alphabet() -> (Vec<Letter>, Vec<Letter>) {
    /// Every how many-th further shape is held back.
    const HOLD_BACK: usize = 5;
    let rows = [
        (latin::LETTERS, Kind::Latin),
        (latin::PRINTED, Kind::Printed),
        (signs::SIGNS, Kind::Sign),
        (ways::DOTTED, Kind::Dotted),
        (ways::ONE_STROKE, Kind::OneStroke),
    ];
    let (mut kept, mut held) = (Vec::new(), Vec::new());
    let mut further = 0usize;
    for (rows, kind) in rows {
        for &(name, shapes) in rows {
            for (i, &shape) in shapes.iter().enumerate() {
                further += usize::from(i > 0);
                let side = if i > 0 && further.is_multiple_of(HOLD_BACK) { &mut held } else { &mut kept };
                side.push(Letter { name, shape, kind });
            }
        }
    }
    (kept, held)
}

/// Any of the letters that are written by hand, by an unsteady one; Latin ones half the time.
pub fn written(letters: &[Letter], rng: &mut impl Rng) -> Ink {
    let kind = if rng.random_bool(0.5) { Kind::Latin } else { Kind::Sign };
    of_kind(kind, letters, rng)
}

/// Any of the letters that a dot tells from a 1, by an unsteady hand.
pub fn dotted(letters: &[Letter], rng: &mut impl Rng) -> Ink {
    of_kind(Kind::Dotted, letters, rng)
}

/// Any of the letters that the way of the pen tells from digits, dotted ones half the time, by an unsteady hand.
pub fn told_by_way(letters: &[Letter], rng: &mut impl Rng) -> Ink {
    let kind = if rng.random_bool(0.5) { Kind::Dotted } else { Kind::OneStroke };
    of_kind(kind, letters, rng)
}

fn of_kind(kind: Kind, letters: &[Letter], rng: &mut impl Rng) -> Ink {
    by_hand(&path::strokes(any_of(&[kind], letters, rng).shape, |p| p), rng)
}

/// Any of the letters as some font prints it; signs less often, as in print.
pub fn printed(letters: &[Letter], rng: &mut impl Rng) -> GreyImage {
    let kinds: &[Kind] = if rng.random_bool(0.7) { &[Kind::Latin, Kind::Printed] } else { &[Kind::Sign] };
    print::letter(any_of(kinds, letters, rng), rng)
}

/// A bracket, by an unsteady hand that was to bow it by a ninth to a third of its height. Now and then one comes out nearly straight.
pub fn bracket(rng: &mut impl Rng) -> Ink {
    let bow = rng.random_range(1.0..3.2);
    let [above, below] = [0, 1].map(|_| rng.random_range(1.0..3.5));
    let mirror = if rng.random_bool(0.5) { 1. } else { -1. };
    let arc = [[bow, 0.], [0., above], [0., 9. - below], [bow, 9.]].map(|[x, y]| [mirror * x, y]);
    by_hand(&[arc.to_vec()], rng)
}

/// Widest and highest dot, in steps of the grid.
const DOT: f64 = 1.;

fn any_of<'a>(kinds: &[Kind], letters: &'a [Letter], rng: &mut impl Rng) -> &'a Letter {
    let of_kind: Vec<&Letter> = letters.iter().filter(|l| kinds.contains(&l.kind)).collect();
    of_kind.choose(rng).expect("letters of every kind are at hand")
}

/// Strokes of control points as a hand would write them: leaning, shaking, strokes off their places and too long or too short, in
/// haste with round corners and the pen down between strokes.
pub fn by_hand(strokes: &[Vec<Xy>], rng: &mut impl Rng) -> Ink {
    let unsteady = rng.random_range(0.05..0.4);
    let (slant, width) = (rng.random_range(-0.2..0.3), rng.random_range(0.7..1.4));
    let (sin, cos) = rng.random_range(-0.15..0.15f64).sin_cos();
    // Reach in grid steps; the pitch makes about one wave over a letter.
    let bend = Bend::random(/* reach */ 0.7, /* pitch */ 0.6, rng);
    let hasty = rng.random_bool(0.25);
    let joined = if rng.random_bool(0.2) { 0.5 } else { 0. };
    let mut written: Vec<Vec<Xy>> = Vec::new();
    let mut after_dot = false;
    for stroke in strokes {
        // A triangle in haste would be a nought.
        let hasty = hasty && stroke.first() != stroke.last();
        let mut shaken: Vec<Xy> = Vec::new();
        let mut off = |most: f64| [0, 1].map(|_| rng.random_range(-most..most));
        let [shift, jolt] = [off(0.35), off(unsteady)];
        for (i, &point) in stroke.iter().enumerate() {
            let corner = i > 0 && point == stroke[i - 1];
            if corner && hasty {
                continue;
            }
            let [dx, dy] = if i == 0 { jolt } else { off(unsteady) };
            let moved = [point[0] + shift[0] + dx, point[1] + shift[1] + dy];
            shaken.push(if corner { shaken[shaken.len() - 1] } else { moved });
        }
        // Joined to a stem it would make a 1 of an i.
        let is_dot =
            path::bounds(stroke).is_some_and(|[left, top, right, bottom]| (right - left).max(bottom - top) <= DOT);
        let shaken = stretched(path::curve(&shaken), rng.random_range(0.9..1.15));
        let place = |&p: &Xy| {
            let [x, y] = bend.of(p);
            let x = (x - slant * y) * width;
            [x * cos - y * sin, x * sin + y * cos]
        };
        let placed = shaken.iter().map(place);
        match written.last_mut() {
            Some(last) if rng.random_bool(joined) && !is_dot && !after_dot => last.extend(placed),
            _ => written.push(placed.collect()),
        }
        after_dot = is_dot;
    }
    Ink::from_xy(&written).expect("finite points")
}

/// The stroke about its middle, `by` times as large.
fn stretched(stroke: Vec<Xy>, by: f64) -> Vec<Xy> {
    let Some([left, top, right, bottom]) = path::bounds(&stroke) else { return stroke };
    let middle = [(left + right) / 2., (top + bottom) / 2.];
    stroke.into_iter().map(|p| path::between(middle, p, by)).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::ink::Input;
    use crate::recognizer::whole_glyph;

    fn all() -> Vec<Letter> {
        let (kept, held) = alphabet();
        kept.into_iter().chain(held).collect()
    }

    #[test]
    fn every_shape_is_well_formed_fills_its_box_and_is_there_once() {
        let all = all();
        for (i, Letter { name, shape, .. }) in all.iter().enumerate() {
            assert!(path::is_well_formed(shape), "{name}: {shape}");
            let strokes = path::strokes(shape, |p| p);
            let [left, top, right, bottom] = path::bounds(strokes.iter().flatten()).unwrap();
            assert!(left == 0. || top == 0., "{name} stands off its corner: {shape}");
            assert!((right - left).max(bottom - top) >= 4., "{name} is small: {shape}");
            assert!(all[..i].iter().all(|other| other.shape != *shape), "{name}: {shape} is there twice");
        }
    }

    #[test]
    fn no_hand_joins_a_dot_to_its_stem() {
        let stem_and_dot = path::strokes("0209 0000", |p| p);
        for seed in 0..300 {
            assert_eq!(by_hand(&stem_and_dot, &mut StdRng::seed_from_u64(seed)).strokes().len(), 2, "{seed}");
        }
    }

    #[test]
    fn every_letter_is_learnt_from_and_some_shapes_are_held_back() {
        let (kept, held) = alphabet();
        assert!(kept.len() > 8 * held.len() && held.len() >= 10, "{} {}", kept.len(), held.len());
        assert!(held.iter().all(|h| kept.iter().any(|k| k.name == h.name)));
        assert!(held.iter().any(|h| h.kind == Kind::Sign));
    }

    #[test]
    fn brackets_are_bowed() {
        for seed in 0..50 {
            let ink = bracket(&mut StdRng::seed_from_u64(seed));
            let bounds = ink.strokes()[0].bounds();
            assert!(bounds.width > 0.08 * bounds.height, "seed {seed}: {bounds:?}");
        }
    }

    #[test]
    fn every_letter_by_any_hand_has_ink_and_a_seed_gives_one_result() {
        for (i, letter) in all().iter().enumerate() {
            let strokes = path::strokes(letter.shape, |p| p);
            let write = |seed| by_hand(&strokes, &mut StdRng::seed_from_u64(seed));
            let seed = i as u64;
            assert!(whole_glyph(&Input::Strokes(write(seed))).is_some(), "{}", letter.name);
            assert_eq!(write(seed), write(seed));
            assert_ne!(write(seed), write(seed + 1), "{}", letter.name);
        }
    }
}

//! Letters of no script: two to five strokes out of the few that all scripts are made of, joined as letters are. What is no digit is
//! far wider than any list of alphabets.

use std::f64::consts::TAU;

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::Xy;
use crate::ink::Ink;
use crate::train::path;

/// The strokes of writing within a unit square, as control points: bars, hooks, arcs, angles, loops, waves.
const STROKES: &[&[Xy]] = &[
    &[[0., 0.5], [1., 0.5]],
    &[[0.5, 0.], [0.5, 1.]],
    &[[0., 0.], [1., 1.]],
    &[[1., 0.], [0., 1.]],
    &[[0.5, 0.], [0.5, 1.], [0., 1.]],
    &[[0., 0.], [1., 0.], [1., 0.], [1., 1.]],
    &[[0., 0.], [0., 1.], [0., 1.], [1., 1.]],
    &[[1., 0.], [0., 0.], [0., 1.], [1., 1.]],
    &[[0., 1.], [0., 0.], [1., 0.], [1., 1.]],
    &[[0., 0.], [0.5, 1.], [0.5, 1.], [1., 0.]],
    &[[0.5, 0.], [0., 0.], [0., 1.], [1., 1.], [1., 0.], [0.5, 0.]],
    &[[0., 1.], [0.8, 0.6], [0.9, 0.], [0.3, 0.], [0.3, 0.9], [1., 1.]],
    &[[0., 0.3], [0.3, 0.], [0.7, 0.6], [1., 0.3]],
];

/// A letter of no script by an unsteady hand.
pub fn letter(rng: &mut impl Rng) -> Ink {
    // Two strokes alone come to a digit more often.
    let count = if rng.random_bool(0.15) { 2 } else { rng.random_range(3..=5) };
    let mut strokes: Vec<Vec<Xy>> = Vec::new();
    // Some scripts hang their letters on a line, some stand them by a stem.
    match rng.random_range(0..6) {
        0 => strokes.push(vec![[0., 0.], [8., 0.]]),
        1 => strokes.push(vec![[rng.random_range(0.0..6.0), 0.], [rng.random_range(0.0..6.0), 9.]]),
        _ => {}
    }
    while strokes.len() < count {
        let stroke = stroke(rng);
        let stroke = match strokes.choose(rng) {
            // Most strokes start, end or cross where another one passes.
            Some(other) if rng.random_bool(0.85) => moved_onto(stroke, point_on(other, rng), rng),
            _ => stroke,
        };
        strokes.push(stroke);
    }
    super::by_hand(&upright(&strokes, rng.random_range(4.0..9.0)), rng)
}

/// The strokes in a box of the grid's height and the given width, as letters stand on a line.
fn upright(strokes: &[Vec<Xy>], width: f64) -> Vec<Vec<Xy>> {
    let [left, top, right, bottom] = path::bounds(strokes.iter().flatten()).expect("a letter has points");
    // A flat letter is stretched only so far.
    let [sx, sy] = [width / (right - left).max(3.), 9. / (bottom - top).max(3.)];
    strokes.iter().map(|s| s.iter().map(|p| [(p[0] - left) * sx, (p[1] - top) * sy]).collect()).collect()
}

/// One stroke, large or small, mirrored or turned by quarters and a little, somewhere in a letter's box.
fn stroke(rng: &mut impl Rng) -> Vec<Xy> {
    let shape = STROKES.choose(rng).expect("there are strokes");
    let size = [0, 1].map(|_| rng.random_range(2.0..8.0));
    let corner = [rng.random_range(0.0..8.0 - size[0] * 0.7), rng.random_range(0.0..9.0 - size[1] * 0.7)];
    let turn = f64::from(rng.random_range(0..4)) * TAU / 4. + rng.random_range(-0.3..0.3);
    let mirror = if rng.random_bool(0.5) { -1. } else { 1. };
    let (sin, cos) = turn.sin_cos();
    let place = |&[x, y]: &Xy| {
        let (x, y) = (mirror * (x - 0.5), y - 0.5);
        [corner[0] + size[0] * (0.5 + x * cos - y * sin), corner[1] + size[1] * (0.5 + x * sin + y * cos)]
    };
    let mut points: Vec<Xy> = shape.iter().map(place).collect();
    if rng.random_bool(0.5) {
        points.reverse();
    }
    points
}

fn point_on(stroke: &[Xy], rng: &mut impl Rng) -> Xy {
    let i = rng.random_range(1..stroke.len());
    // Ends and corners draw strokes on more than the way between them.
    let t = *[0., 0.5, 1., rng.random_range(0.0..1.0)].choose(rng).expect("there are places");
    path::between(stroke[i - 1], stroke[i], t)
}

fn moved_onto(stroke: Vec<Xy>, place: Xy, rng: &mut impl Rng) -> Vec<Xy> {
    let own = if rng.random_bool(0.6) { stroke[0] } else { point_on(&stroke, rng) };
    stroke.iter().map(|p| [p[0] + place[0] - own[0], p[1] + place[1] - own[1]]).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::ink::Input;
    use crate::recognizer::whole_glyph;

    #[test]
    fn letters_have_two_to_five_strokes_unless_joined_and_a_seed_gives_one() {
        let write = |seed| letter(&mut StdRng::seed_from_u64(seed));
        for seed in 0..200 {
            let ink = write(seed);
            assert!((1..=5).contains(&ink.strokes().len()), "seed {seed}");
            assert!(whole_glyph(&Input::Strokes(ink.clone())).is_some(), "seed {seed}");
            assert_eq!(ink, write(seed));
        }
    }
}

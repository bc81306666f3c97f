//! Ink that is nothing, drawn by ourselves: scribbles, strays, hatching, spirals, tangles.

use rand::{Rng, RngExt};

use crate::ink::Ink;

/// A scribble: a wandering pen, hatching, a spiral, strays, or a tangle of straight lines.
pub fn scribble(rng: &mut impl Rng) -> Ink {
    let strokes = match rng.random_range(0..5) {
        0 => vec![wander(rng, 200)],
        1 => hatching(rng),
        2 => vec![spiral(rng)],
        3 => (0..rng.random_range(2..9))
            .map(|_| {
                let n = rng.random_range(2..14);
                wander(rng, n)
            })
            .collect(),
        _ => vec![tangle(rng)],
    };
    Ink::from_xy(&strokes).expect("finite points")
}

fn wander(rng: &mut impl Rng, most: usize) -> Vec<[f64; 2]> {
    let steps = rng.random_range(most / 2..=most);
    let (mut x, mut y) = (rng.random_range(0.0..1.0), rng.random_range(0.0..1.0));
    let (mut heading, mut turn) = (rng.random_range(0.0..6.3f64), 0.0f64);
    let wildness = rng.random_range(0.05..0.5);
    let mut points = vec![[x, y]];
    for _ in 0..steps {
        turn = 0.9 * turn + rng.random_range(-wildness..wildness);
        heading += turn;
        x += 0.05 * heading.cos();
        y += 0.05 * heading.sin();
        // The pen stays on its patch of paper.
        if !(-0.2..1.2).contains(&x) || !(-0.2..1.2).contains(&y) {
            heading += 2.5;
        }
        points.push([x, y]);
    }
    points
}

fn hatching(rng: &mut impl Rng) -> Vec<Vec<[f64; 2]>> {
    let (lines, angle) = (rng.random_range(3..14), rng.random_range(0.0..6.3f64));
    let zigzag = rng.random_bool(0.6);
    let mut strokes: Vec<Vec<[f64; 2]>> = Vec::new();
    for i in 0..lines {
        let across = f64::from(i) / f64::from(lines);
        let mut ends = [rng.random_range(-0.1..0.2), rng.random_range(0.8..1.1)];
        if i % 2 == 1 {
            ends.reverse();
        }
        let turned = ends.map(|along| {
            let (u, v) = (along, across + rng.random_range(-0.03..0.03));
            [u * angle.cos() - v * angle.sin(), u * angle.sin() + v * angle.cos()]
        });
        match strokes.last_mut() {
            Some(last) if zigzag => last.extend(turned),
            _ => strokes.push(turned.to_vec()),
        }
    }
    strokes
}

fn spiral(rng: &mut impl Rng) -> Vec<[f64; 2]> {
    let turns = rng.random_range(2.0..6.0);
    let squash = rng.random_range(0.5..1.5);
    let point = |i: i32| {
        let t = f64::from(i) / 120.;
        let angle = t * turns * std::f64::consts::TAU;
        [t * angle.cos(), squash * t * angle.sin()]
    };
    (0..120).map(point).collect()
}

fn tangle(rng: &mut impl Rng) -> Vec<[f64; 2]> {
    (0..rng.random_range(5..16)).map(|_| [rng.random_range(0.0..1.0), rng.random_range(0.0..1.0)]).collect()
}

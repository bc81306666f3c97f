//! Ink that is no digit, drawn by ourselves: scribbles, strays, hatching, and a small alphabet of signs.

use rand::{Rng, RngExt};

use crate::ink::Ink;

/// Signs as polylines on a 4 x 6 grid (x 0-4, y 0-6 downward), strokes parted by spaces, points two digits each. None that people
/// also write as a digit (I l O o S s Z z B b q g).
const SIGNS: &[&str] = &[
    "0343 2145",
    "0343 2125",
    "0242 0444",
    "0545 0141",
    "0145 4105",
    "4006",
    "0046",
    "302213142536",
    "102231342516",
    "4103 0345",
    "0143 4305",
    "0626 2640 ",
    "002640 1333",
    "0006 0040 0333 0646",
    "0006 0040 0333",
    "0006 4046 0343",
    "0006 4003 0346",
    "0600234046",
    "06004640",
    "0006 0030413303 3346",
    "0006 003041423303",
    "0040 2026",
    "002640",
    "0016234640",
    "0046 4006",
    "0023 4023 2326",
    "40100110 01023344 45361605",
    "0006 0030424436 3606",
    "0005164540",
    "2006 2046 1333",
    "0143 2125 4305",
    "1311 3133 0242 0444",
    "0602 0211314246",
    "0602 021131424346 424346",
    "0242013130 3045263606",
    "0040 1016 3036",
    "4303030041 0006",
    "000646",
    "0646 0343 2006",
    "402022254501",
];

/// Any of the signs by an unsteady hand.
pub fn sign(rng: &mut impl Rng) -> Ink {
    let sign = SIGNS[rng.random_range(0..SIGNS.len())];
    let (slant, width) = (rng.random_range(-0.3..0.3), rng.random_range(0.7..1.3));
    let mut jitter = || rng.random_range(-0.25..0.25);
    let mut point = |pair: &[u8]| {
        let (x, y) = (f64::from(pair[0] - b'0') + jitter(), f64::from(pair[1] - b'0') + jitter());
        [(x - slant * y) * width, y]
    };
    let strokes: Vec<Vec<[f64; 2]>> = sign
        .split_whitespace()
        .map(|s| smooth(&s.as_bytes().chunks_exact(2).map(&mut point).collect::<Vec<_>>()))
        .collect();
    Ink::from_xy(&strokes).expect("finite points")
}

/// Corner cutting, once (G. Chaikin, "An algorithm for high-speed curve generation", 1974): pens round their corners.
pub(super) fn smooth(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    let mut out = vec![first];
    for pair in points.windows(2) {
        let between = |t: f64| [0, 1].map(|i| pair[0][i] + (pair[1][i] - pair[0][i]) * t);
        out.extend([between(0.2), between(0.8)]);
    }
    out.push(last);
    out
}

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

//! Shapes drawn by ourselves, as text: the little language that our digits, letters and signs are written in, and its curves.
//!
//! A shape is control points on a 10 x 10 grid, x rightward and y downward, two digits a point, strokes parted by spaces: `0009 0464`.
//! A stroke is a quadratic B-spline: it starts and ends on its outer points and only leans towards the inner ones, so a ring is
//! `300009696030`, its box with the seam in the middle of a side. A point said twice is a corner: `00090969` is an L.

use rand::{Rng, RngExt};

/// A point, x then y.
pub type Xy = [f64; 2];

/// The control points of each stroke, each put where `place` says; a corner stays one point said twice.
pub fn strokes(shape: &str, mut place: impl FnMut(Xy) -> Xy) -> Vec<Vec<Xy>> {
    let mut stroke = |text: &str| {
        let pairs: Vec<&[u8]> = text.as_bytes().chunks_exact(2).collect();
        let mut points: Vec<Xy> = Vec::new();
        for (i, pair) in pairs.iter().enumerate() {
            let point = match points.last() {
                Some(&last) if pairs[i - 1] == *pair => last,
                _ => place([f64::from(pair[0] - b'0'), f64::from(pair[1] - b'0')]),
            };
            points.push(point);
        }
        points
    };
    shape.split_whitespace().map(&mut stroke).collect()
}

/// Corner cutting, once (G. Chaikin, "An algorithm for high-speed curve generation", 1974): pens round their corners. `cut` is the
/// share of each side that goes; 0.25 again and again comes to the B-spline, less keeps more of the angles.
pub fn smooth(points: &[Xy], cut: f64) -> Vec<Xy> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return Vec::new() };
    let mut out = vec![first];
    for pair in points.windows(2) {
        out.extend([cut, 1. - cut].map(|t| between(pair[0], pair[1], t)));
    }
    out.push(last);
    out
}

/// The stroke as a smooth line.
pub fn curve(points: &[Xy]) -> Vec<Xy> {
    (0..3).fold(points.to_vec(), |points, _| smooth(&points, 0.25))
}

/// The point that lies the share `t` of the way from `a` to `b`.
pub fn between(a: Xy, b: Xy, t: f64) -> Xy {
    [0, 1].map(|i| a[i] + (b[i] - a[i]) * t)
}

/// Left, top, right and bottom of the points; `None` when there are none.
pub fn bounds<'a>(points: impl IntoIterator<Item = &'a Xy>) -> Option<[f64; 4]> {
    let join = |a: [f64; 4], b: [f64; 4]| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
    points.into_iter().map(|&[x, y]| [x, y, x, y]).reduce(join)
}

/// A smooth displacement: one slow wave along each axis, as no two hands write alike.
#[derive(Debug, Clone, Copy)]
pub struct Bend {
    reach: Xy,
    phase: Xy,
    pitch: f64,
}

impl Bend {
    /// Moves nothing.
    pub const NONE: Self = Self { reach: [0.; 2], phase: [0.; 2], pitch: 0. };

    /// Waves that move points by at most `reach`, at `pitch` radians a unit of length.
    pub fn random(reach: f64, pitch: f64, rng: &mut impl Rng) -> Self {
        let mut pair = |most: f64| [0, 1].map(|_| most * rng.random_range(0.0..1.0));
        Self { reach: pair(reach), phase: pair(std::f64::consts::TAU), pitch }
    }

    /// How far it moves points at most, along each axis.
    pub fn reach(&self) -> Xy {
        self.reach
    }

    /// Where it moves a point.
    pub fn of(&self, [x, y]: Xy) -> Xy {
        let wave = |axis: usize, along: f64| self.reach[axis] * (self.pitch * along + self.phase[axis]).sin();
        [x + wave(0, y), y + wave(1, x)]
    }
}

#[cfg(test)]
pub(super) fn is_well_formed(shape: &str) -> bool {
    let whole = |s: &str| s.len() >= 4 && s.len().is_multiple_of(2) && s.bytes().all(|b| b.is_ascii_digit());
    shape.split_whitespace().count() > 0 && shape.split_whitespace().all(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_strokes_of_points_and_a_corner_is_placed_once() {
        let mut placed = 0;
        let strokes = strokes("00090969 0464", |p| {
            placed += 1;
            p
        });
        assert_eq!(strokes, [vec![[0., 0.], [0., 9.], [0., 9.], [6., 9.]], vec![[0., 4.], [6., 4.]]]);
        assert_eq!(placed, 5);
    }

    #[test]
    fn a_curve_keeps_its_ends_and_its_corners_and_rounds_the_rest() {
        let corner = curve(&strokes("00090969", |p| p)[0]);
        assert!(corner.contains(&[0., 9.]) && corner.first() == Some(&[0., 0.]) && corner.last() == Some(&[6., 9.]));
        let round = curve(&strokes("000969", |p| p)[0]);
        assert!(!round.contains(&[0., 9.]) && round.first() == Some(&[0., 0.]) && round.last() == Some(&[6., 9.]));
        assert_eq!(curve(&[]), Vec::<Xy>::new());
    }

    #[test]
    fn a_ring_touches_the_sides_of_its_box() {
        let [left, top, right, bottom] = bounds(&curve(&strokes("300009696030", |p| p)[0])).unwrap();
        assert!((left, top) == (0., 0.) && (right - 6.).abs() < 0.1 && (bottom - 9.).abs() < 0.2, "{right} {bottom}");
    }
}

//! Numbers that somebody wrote and struck out.

use rand::{Rng, RngExt};

use crate::geom::{Point, Rect};
use crate::ink::{Ink, InkPoint, Stroke};

/// The ink with a line across it: about the middle, from end to end or a little less or more, hardly ever level, a little bowed.
///
/// # Panics
/// Where there is no ink.
pub fn struck_out(ink: &Ink, rng: &mut impl Rng) -> Ink {
    const POINTS: u32 = 12;
    let bounds = ink.strokes().iter().map(Stroke::bounds).reduce(|a, b| a.union(&b)).expect("there is ink");
    let Rect { x, y, width, height } = bounds;
    let mut by = |most: f64| rng.random_range(-most..most);
    let (middle, rise, bow) = (y + height / 2. + by(0.15) * height, by(0.1) * width, by(0.08) * height);
    let [from, to] = [x - height * (0.15 + by(0.25)), x + width + height * (0.15 + by(0.25))];
    let point = |i: u32| {
        let along = f64::from(i) / f64::from(POINTS);
        let across = 2. * along - 1.;
        let at = Point::new(from + (to - from) * along, middle + rise * across + bow * (1. - across * across));
        InkPoint { at, time: None, pressure: None }
    };
    let mut strokes: Vec<Vec<InkPoint>> = ink.strokes().iter().map(|stroke| stroke.points().to_vec()).collect();
    strokes.push((0..=POINTS).map(point).collect());
    Ink::new(strokes).expect("points between finite ones are finite")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn the_line_goes_across_the_middle_of_all_ink() {
        let ink = Ink::from_xy(&[vec![[10., 5.], [12., 45.]], vec![[60., 5.], [70., 45.]]]).unwrap();
        for seed in 0..50 {
            let struck = struck_out(&ink, &mut StdRng::seed_from_u64(seed));
            assert_eq!(struck.strokes()[..2], *ink.strokes());
            let line = struck.strokes()[2].bounds();
            assert!(line.x < 14. && line.right() > 66., "{line:?}");
            assert!(line.y > 5. && line.bottom() < 45., "{line:?}");
        }
    }
}

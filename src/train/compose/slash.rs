//! Numbers with a slash between two of their digits.

use rand::{Rng, RngExt};

use super::min_max;
use crate::train::datasets::LabelledInk;

/// The string with a slash before one of its digits, for which those behind it make room: straight or nearly so, leaning by 0.3 to 0.7 of
/// its height, from as high as the line to half as high again. It stands as close as slashes do, at times over the foot of its neighbour. `None` where there
/// are not two digits, or where it is not known which stroke is whose.
pub fn with_slash(string: &LabelledInk, rng: &mut impl Rng) -> Option<LabelledInk> {
    const POINTS: u32 = 12;
    let digits = string.label.len();
    if digits < 2 || string.digit.len() != string.strokes.len() {
        return None;
    }
    let place = rng.random_range(1..digits);
    let side = |before: bool| {
        let own = string.strokes.iter().zip(&string.digit).filter(move |&(_, &digit)| (digit < place) == before);
        own.flat_map(|(stroke, _)| stroke)
    };
    let (_, right) = min_max(side(true).map(|p| p[0]));
    let (left, _) = min_max(side(false).map(|p| p[0]));
    let (top, foot) = min_max(side(true).chain(side(false)).map(|p| p[1]));
    if !(right.is_finite() && left.is_finite()) {
        return None;
    }
    let line = foot - top;
    let height = line * rng.random_range(0.95..1.45);
    let width = height * rng.random_range(0.3..0.7);
    let gap = line * rng.random_range(0.1..0.3);
    // It may lean over both of its neighbours by a fifth of its width.
    let (start, below) = (right + gap - 0.2 * width, foot + rng.random_range(0.2..0.8) * (height - line));
    let shift = (start + 0.8 * width + gap - left).max(0.);
    let bow = rng.random_range(-0.04..0.04) * height;
    let point = |i: u32| {
        let t = f64::from(i) / f64::from(POINTS);
        [start + t * width + bow * 4. * t * (1. - t), below - t * height]
    };
    let mut slash: Vec<[f64; 2]> = (0..=POINTS).map(point).collect();
    if rng.random_bool(0.6) {
        slash.reverse();
    }
    let moved = |stroke: &Vec<[f64; 2]>, digit: usize| {
        let by = if digit < place { 0. } else { shift };
        stroke.iter().map(|p| [p[0] + by, p[1]]).collect::<Vec<_>>()
    };
    let mut with = string.clone();
    with.strokes = string.strokes.iter().zip(&string.digit).map(|(stroke, &digit)| moved(stroke, digit)).collect();
    with.strokes.push(slash);
    with.digit.iter_mut().filter(|digit| **digit >= place).for_each(|digit| *digit += 1);
    with.digit.push(place);
    with.label.insert(place, '/');
    Some(with)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn the_slash_leans_between_the_digits_that_its_place_in_the_label_says() {
        let bar = |x: f64| vec![[x, 0.], [x, 40.]];
        let string = LabelledInk {
            label: "111".into(),
            strokes: vec![bar(0.), bar(20.), bar(40.)],
            writer: None,
            digit: vec![0, 1, 2],
        };
        for seed in 0..50 {
            let with = with_slash(&string, &mut StdRng::seed_from_u64(seed)).expect("three digits");
            let place = with.label.find('/').expect("a slash");
            let (slash, digits) = with.strokes.split_last().expect("strokes");
            let [(left, right), (top, foot)] = [0, 1].map(|axis| min_max(slash.iter().map(|p| p[axis])));
            let middle = (left + right) / 2.;
            assert!(digits.iter().enumerate().all(|(i, d)| (d[0][0] < middle) == (i < place)), "{}", with.label);
            assert!(slash.iter().all(|p| (p[0] - middle) * (p[1] - (top + foot) / 2.) < 0.1 * (foot - top).powi(2)));
            assert_eq!(with.label.replace('/', ""), "111");
        }
        let one = LabelledInk { label: "1".into(), strokes: vec![bar(0.)], writer: None, digit: vec![0] };
        assert!(with_slash(&one, &mut StdRng::seed_from_u64(1)).is_none(), "nothing to stand between");
    }
}

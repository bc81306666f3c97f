//! Weights in few bits: whole numbers and what one of them counts by (R. Krishnamoorthi, "Quantizing deep convolutional networks for
//! efficient inference", arXiv:1806.08342, 2018).

/// The nearest bfloat16: an f32 without the lower half of its bits, 1 of 256 exact (D. Kalamkar et al., "A Study of BFLOAT16 for Deep Learning
/// Training", arXiv:1905.12322, 2019). Scales and biases are kept so. What is no number stays none.
#[cfg(any(test, feature = "cli"))]
pub fn bfloat16(value: f32) -> f32 {
    let bits = value.to_bits();
    if value.is_finite() { f32::from_bits((bits + 0x8000) & 0xffff_0000) } else { value }
}

/// Weights that share a scale.
#[cfg(any(test, feature = "cli"))]
#[derive(Debug, Clone, PartialEq)]
pub struct Rounded {
    /// What 1 counts by, 0 or more, a [`bfloat16`].
    pub scale: f32,
    /// In units of the scale.
    pub weights: Vec<i8>,
}

/// Most squared error of the scale that is taken, in that of the best. Networks that had learnt for 8,000 steps took 1,593 bytes more to load at 1.03
/// than so, 534 more at 1.1, and read no better.
#[cfg(any(test, feature = "cli"))]
const ERROR: f32 = 1.12;

#[cfg(any(test, feature = "cli"))]
impl Rounded {
    /// The nearest whole numbers from `-highest` to `highest`, with the coarsest scale whose squared error is at most 12 % more than the least:
    /// a few of the largest may be cut short for the many, and small numbers pack well. Where one is no finite number, the scale is none.
    pub fn nearest(weights: &[f32], highest: i8) -> Self {
        /// Scales that are tried, the coarsest is that of the largest weight.
        const TRIED: i32 = 20;
        /// The finest as a share of the coarsest.
        const FINEST: f32 = 0.55;
        /// Sums that run side by side.
        const LANES: usize = 8;
        let highest = f32::from(highest);
        let largest = weights.iter().fold(0f32, |largest, w| w.abs().max(largest));
        if largest == 0. || !weights.iter().all(|w| w.is_finite()) {
            let scale = if weights.iter().all(|w| w.is_finite()) { 0. } else { f32::NAN };
            return Self { scale, weights: vec![0; weights.len()] };
        }
        // Half away from zero, by a truncation, which the compiler does for several at once: every step of a training rounds.
        let rounded = |scale: f32| {
            move |weight: &f32| {
                let steps = (weight / scale).clamp(-highest, highest);
                (steps + 0.5f32.copysign(steps)) as i32
            }
        };
        let error = |scale: f32| -> f32 {
            let mut sums = [0.; LANES];
            let (rows, rest) = weights.as_chunks::<LANES>();
            let square = |weight: &f32| (rounded(scale)(weight) as f32 * scale - weight).powi(2);
            for row in rows {
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += square(weight));
            }
            sums.iter().sum::<f32>() + rest.iter().map(square).sum::<f32>()
        };
        let scales = (0..TRIED).map(|i| (1. - (1. - FINEST) * i as f32 / (TRIED - 1) as f32) * largest / highest);
        let scales = scales.map(bfloat16);
        let tried: Vec<(f32, f32)> = scales.map(|scale| (scale, error(scale))).collect();
        let least = tried.iter().fold(f32::INFINITY, |least, tried| least.min(tried.1));
        let (scale, _) = tried.into_iter().find(|tried| tried.1 <= ERROR * least).expect("some were tried");
        Self { scale, weights: weights.iter().map(rounded(scale)).map(|w| w as i8).collect() }
    }

    /// The weights as numbers to compute with.
    pub fn values(&self) -> impl Iterator<Item = f32> {
        self.weights.iter().map(|&weight| f32::from(weight) * self.scale)
    }
}

/// The parameters of one layer of a network, as a file keeps them.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerParameters {
    /// Weights, in units of their output's scale.
    pub weights: Vec<i8>,
    /// One an output, see `weights`; a `bfloat16`.
    pub scales: Vec<f32>,
    /// One an output, a `bfloat16`.
    pub biases: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(weights: &[f32], rounded: &Rounded) -> f32 {
        rounded.values().zip(weights).map(|(a, b)| (a - b).powi(2)).sum()
    }

    #[test]
    fn all_are_near_and_rounding_again_changes_nothing() {
        let weights: Vec<f32> = (0..200).map(|i| ((i * 37) % 101) as f32 / 50. - 1.).collect();
        for highest in [1, 7, 15, 31, 127] {
            let rounded = Rounded::nearest(&weights, highest);
            assert!(rounded.weights.iter().all(|w| w.abs() <= highest));
            let again = Rounded::nearest(&rounded.values().collect::<Vec<_>>(), highest);
            assert_eq!(again.weights, rounded.weights);
            assert!((again.scale - rounded.scale).abs() <= rounded.scale / 256.);
        }
        let fine = Rounded::nearest(&weights, 127);
        assert!(fine.values().zip(&weights).all(|(a, b)| (a - b).abs() <= 0.51 * fine.scale));
    }

    #[test]
    fn one_large_weight_does_not_drown_the_many() {
        let mut weights: Vec<f32> = (0..300).map(|i| ((i * 37) % 101) as f32 / 50. - 1.).collect();
        weights.push(1.7);
        let by_largest =
            Rounded { scale: 1.7 / 7., weights: weights.iter().map(|w| (w / (1.7 / 7.)).round() as i8).collect() };
        assert!(error(&weights, &Rounded::nearest(&weights, 7)) < error(&weights, &by_largest));
    }

    #[test]
    fn of_scales_that_fit_alike_the_coarsest_is_taken() {
        let mut weights: Vec<f32> = (0..64).map(|i| ((i * 29) % 53) as f32 / 26. - 1.).collect();
        weights.push(1.1);
        let at = |scale: f32| {
            let rounded = weights.iter().map(|w| (w / scale).round().clamp(-7., 7.) as i8);
            error(&weights, &Rounded { scale, weights: rounded.collect() })
        };
        // From that of the largest weight to the finest that is tried.
        let scales: Vec<f32> = (0..20).map(|i| bfloat16(1.1 * (1. - 0.45 * i as f32 / 19.) / 7.)).collect();
        let best = scales.iter().copied().min_by(|&a, &b| at(a).total_cmp(&at(b))).expect("some scales");
        let taken = Rounded::nearest(&weights, 7).scale;
        assert!(taken > best && at(taken) <= ERROR * at(best), "{taken} {best}");
        let coarser: Vec<f32> = scales.into_iter().filter(|&scale| scale > taken).collect();
        assert!(!coarser.is_empty() && coarser.into_iter().all(|scale| at(scale) > ERROR * at(best)), "{taken}");
    }

    #[test]
    fn a_bfloat16_is_the_nearest_of_half_the_bits() {
        for i in -2000..2000 {
            let value = i as f32 * 0.37 + 0.013;
            let near = bfloat16(value);
            assert_eq!(near.to_bits() & 0xffff, 0);
            assert!((near - value).abs() <= value.abs() / 256., "{value} {near}");
            assert_eq!(bfloat16(near), near);
        }
        assert_eq!([0., 1.5, -3.].map(bfloat16), [0., 1.5, -3.]);
        assert!(bfloat16(f32::NAN).is_nan() && bfloat16(f32::INFINITY) == f32::INFINITY);
        assert_eq!(bfloat16(f32::MAX), f32::INFINITY);
    }

    #[test]
    fn nothing_and_what_is_no_number() {
        assert_eq!(Rounded::nearest(&[0., 0.], 31), Rounded { scale: 0., weights: vec![0, 0] });
        assert_eq!(Rounded::nearest(&[], 31), Rounded { scale: 0., weights: vec![] });
        assert!(Rounded::nearest(&[1., f32::NAN], 31).scale.is_nan());
        assert!(Rounded::nearest(&[1., f32::INFINITY], 31).scale.is_nan());
    }
}

//! One person's hand: corrected readings, kept as glyphs with their digits, make the digits that look like them likelier.
//!
//! The network stays as it is. A glyph near a corrected one, in the features that the network's last layer reads, gains in the logit of
//! that one's digit, the more the nearer (R. Zhang et al., "Tip-Adapter: Training-free Adaption of CLIP for Few-shot Classification",
//! ECCV 2022). Far from all of them nothing changes, so other hands are read as before; without examples nothing does.
//! A last layer trained further on the same examples mends about as many mistakes and lets more letters in (docs/evaluation.md).

use crate::classify::{Calibration, DIGITS, Glyph, Scores, log_sum_exp};

/// A glyph that a person has said the digit of. It is what callers store: it outlives the weights that it was first read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// 0 to 9.
    pub digit: u8,
    /// The ink of that digit alone.
    pub glyph: Glyph,
}

/// Most examples that a hand may have.
pub const MAX_EXAMPLES: usize = 1000;

/// Logit that an example as good as equal adds to its digit. Larger mends more of the person's mistakes and confuses more of the digits that are
/// a little like each other. Like [`SHARPNESS`] chosen on pendigits writers that are held back from training.
const STRENGTH: f64 = 10.;

/// How fast that falls as the cosine between features does: to a third over its inverse. Larger reaches fewer glyphs.
const SHARPNESS: f64 = 12.;

/// How much likelier a glyph becomes a digit at all, natural log of the odds before the temperature: examples say which digit rather than that it is one. Without this limit
/// the halves of an 8 are read as two of a person's 0s; with it what the networks surely refuse stays refused, however often it is corrected. Chosen
/// on strings composed of the same writers' digits, where one digit alone was taught and where all were.
const MOST_FOR_DIGITS: f64 = 3.;

/// Examples of a digit that count for a glyph, the nearest ones: many of one kind say no more than a few.
const NEAREST: usize = 5;

/// Examples as the networks see them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adaptation {
    /// Digit and features of length 1 of each.
    examples: Vec<(u8, Vec<f32>)>,
}

impl Adaptation {
    /// From the scores of examples and what their digits are. Scores without features teach nothing.
    pub fn new<'a>(examples: impl IntoIterator<Item = (u8, &'a Scores)>) -> Self {
        let seen = examples.into_iter().map(|(digit, scores)| (digit, unit(&scores.features)));
        Self { examples: seen.filter(|(_, features)| !features.is_empty()).collect() }
    }

    /// The scores by a person whose examples these are; `calibration` as for [`Scores::calibrated`].
    pub fn applied(&self, scores: Scores, calibration: Calibration) -> Scores {
        if self.examples.is_empty() || scores.features.is_empty() {
            return scores;
        }
        let features = unit(&scores.features);
        let mut near = [[0f64; NEAREST]; DIGITS];
        for (digit, example) in &self.examples {
            let cosine: f32 = features.iter().zip(example).map(|(a, b)| a * b).sum();
            let kernel = (-SHARPNESS * (1. - f64::from(cosine))).exp();
            let nearest = &mut near[usize::from(*digit)];
            let least = (0..NEAREST).min_by(|&a, &b| nearest[a].total_cmp(&nearest[b])).expect("there are some");
            nearest[least] = kernel.max(nearest[least]);
        }
        let mut logits = scores.logits;
        let any_digit =
            |logits: &[f32]| log_sum_exp(&std::array::from_fn::<f64, DIGITS, _>(|digit| logits[digit].into()));
        let before = any_digit(&logits);
        for (logit, nearest) in logits.iter_mut().zip(near) {
            *logit += (STRENGTH * nearest.iter().sum::<f64>()) as f32;
        }
        let beyond = (any_digit(&logits) - before - MOST_FOR_DIGITS).max(0.) as f32;
        logits[..DIGITS].iter_mut().for_each(|logit| *logit -= beyond);
        Scores { features: scores.features, members: scores.members, ..Scores::calibrated(logits, calibration) }
    }
}

/// Of length 1; zeros stay zeros.
fn unit(features: &[f32]) -> Vec<f32> {
    let length = features.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    features.iter().map(|v| v / length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::CLASSES;

    /// A glyph that the network takes for a 1, at these features.
    fn scored(features: [f32; 3]) -> Scores {
        let mut logits = [0.; CLASSES];
        logits[1] = 4.;
        Scores { features: features.into(), ..Scores::calibrated(logits, Calibration::NONE) }
    }

    #[test]
    fn a_corrected_glyph_is_read_as_corrected_and_one_far_from_it_as_before() {
        let (one, far) = (scored([1., 0., 0.2]), scored([0., 1., 0.]));
        let adaptation = Adaptation::new([(7, &one)]);
        assert_eq!(adaptation.applied(one.clone(), Calibration::NONE).best_digit().0, 7);
        // As alike as two glyphs of a digit are.
        assert_eq!(adaptation.applied(scored([1., 0.1, 0.2]), Calibration::NONE).best_digit().0, 7);
        let same = adaptation.applied(far.clone(), Calibration::NONE);
        assert_eq!(same.best_digit().0, 1);
        assert!((same.logits[7] - far.logits[7]).abs() < 1e-4);
    }

    #[test]
    fn what_is_surely_no_digit_stays_none_however_near() {
        let mut logits = [0.; CLASSES];
        logits[DIGITS] = 9.;
        let piece = Scores { features: [1., 0., 0.].into(), ..Scores::calibrated(logits, Calibration::NONE) };
        let zero = scored([1., 0., 0.]);
        let adapted = Adaptation::new(vec![(0, &zero); NEAREST]).applied(piece.clone(), Calibration::NONE);
        assert_eq!(adapted.best_digit().0, 0);
        let odds = |scores: &Scores| {
            let sum = |of: &[f32]| log_sum_exp(&of.iter().map(|&v| f64::from(v)).collect::<Vec<_>>());
            sum(&scores.logits[..DIGITS]) - sum(&scores.logits[DIGITS..])
        };
        assert!((odds(&adapted) - odds(&piece) - MOST_FOR_DIGITS).abs() < 1e-4);
        assert!(adapted.log_probs[DIGITS] > 0.5f64.ln(), "it is still rather a piece");
    }

    #[test]
    fn the_length_of_features_says_nothing() {
        let adaptation = Adaptation::new([(7, &scored([10., 0., 2.]))]);
        assert_eq!(adaptation.applied(scored([0.1, 0., 0.02]), Calibration::NONE).best_digit().0, 7);
    }

    #[test]
    fn without_examples_or_features_nothing_changes() {
        let (with, without) = (scored([1., 0., 0.]), Scores::calibrated([1.; CLASSES], Calibration::NONE));
        assert_eq!(Adaptation::default().applied(with.clone(), Calibration::NONE), with);
        assert_eq!(Adaptation::new([(7, &without)]), Adaptation::default());
        assert_eq!(
            Adaptation::new([(7, &with)]).applied(without.clone(), Calibration::NONE).best_digit(),
            without.best_digit()
        );
    }

    #[test]
    fn many_examples_say_no_more_than_a_few() {
        let one = scored([1., 0., 0.]);
        let of = |count| Adaptation::new(vec![(7, &one); count]).applied(one.clone(), Calibration::NONE).logits[7];
        assert_eq!(of(NEAREST), of(10 * NEAREST));
        assert!(of(2) > of(1));
    }
}

//! How scores become decisions: the settings learnt on validation data and the decision on a reading.

use serde::Serialize;

use crate::classify::{Calibration, DIGITS, Reject, Scores, log_sum_exp};
use crate::lattice::CutWeights;
use crate::reading::{Decision, RejectProbabilities};
use crate::refusal::RefusalMethod;
use crate::segment::{Cut, CutKind};

/// Everything that was fitted rather than designed: it travels with the weights that it was fitted for.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Policy {
    /// Of [`Calibration`].
    pub temperature: f32,
    /// Multiplies the log-odds of a segment.
    pub odds_weight: f32,
    /// Power of the number of fragments by which a segment's log-odds grow: at 0 one digit made of five fragments says no more than one
    /// made of a single fragment, at 1 as much as five of those.
    pub run_power: f32,
    /// Log-weight of every digit, whatever it is: below 0 it holds back readings of many digits.
    pub digit_bias: f32,
    /// Multiplies the log-probabilities of cuts: of each [`CutKind`], in its order, since the model of cuts is not as
    /// sure of one kind as of another.
    pub cut_weights: [f32; CutKind::ALL.len()],
    /// Added to the log-odds of every cut of a kind.
    pub cut_biases: [f32; CutKind::ALL.len()],
    /// Penalty of a segment for the squared logarithm of its height against the line's.
    pub height_weight: f32,
    /// Log-weight of leaving a fragment out as no digit.
    pub junk_bias: f32,
    /// Multiplies the log-odds of a run of fragments being a sign: something whole that is no digit.
    pub sign_weight: f32,
    /// Log-weight of every sign, whatever it is.
    pub sign_bias: f32,
    /// Log-weight of a ligature: a piece of a stroke that is no ink of the digits at its ends. Higher lets flags and feet be left out of
    /// their digits, lower loses digits that were written without lifting the pen.
    pub ligature_bias: f32,
    /// Log-weight of leaving a small part out as a mark: as with ligatures.
    pub mark_bias: f32,
    /// Penalty of a mark for the square of its height, in line heights.
    pub mark_height_weight: f32,
    /// A best string below this probability is not given out as the answer.
    pub least_probability: f32,
    /// Of [`Calibration`].
    pub reject_bias: f32,
    /// Least acceptance of a glyph taken for a digit, for each of [`RefusalMethod::OF_ONE`]: it lets 97 % of the validation digits in.
    pub thresholds: [f32; RefusalMethod::OF_ONE.len()],
}

impl Policy {
    /// Number of settings.
    pub const LEN: usize = Self::SCALARS + 2 * CutKind::ALL.len() + RefusalMethod::OF_ONE.len();
    const SCALARS: usize = 13;

    /// All settings: those that are one number in the order of the fields, then the others in theirs.
    pub fn to_array(mut self) -> [f32; Self::LEN] {
        let mut all = self.settings().into_iter();
        std::array::from_fn(|_| *all.next().expect("as many as there are"))
    }

    /// The opposite of [`Policy::to_array`].
    pub fn from_array(values: [f32; Self::LEN]) -> Self {
        let mut policy = Self::default();
        policy.settings().into_iter().zip(values).for_each(|(setting, value)| *setting = value);
        policy
    }

    fn settings(&mut self) -> Vec<&mut f32> {
        // Every field by name: a new one does not compile until it is here.
        let Self {
            temperature,
            odds_weight,
            run_power,
            digit_bias,
            cut_weights,
            cut_biases,
            height_weight,
            junk_bias,
            sign_weight,
            sign_bias,
            ligature_bias,
            mark_bias,
            mark_height_weight,
            least_probability,
            reject_bias,
            thresholds,
        } = self;
        let scalars: [_; Self::SCALARS] = [
            temperature,
            odds_weight,
            run_power,
            digit_bias,
            height_weight,
            junk_bias,
            sign_weight,
            sign_bias,
            ligature_bias,
            mark_bias,
            mark_height_weight,
            least_probability,
            reject_bias,
        ];
        scalars.into_iter().chain(cut_weights).chain(cut_biases).chain(thresholds).collect()
    }

    /// What makes probabilities of this network's outputs.
    pub fn calibration(&self) -> Calibration {
        Calibration { temperature: self.temperature, reject_bias: self.reject_bias }
    }

    /// Log-weight of a candidate as one sign: its log-odds of being a whole thing that is no digit, a letter or a scribble, against digits,
    /// pieces of them and several at once.
    pub fn weight_of_sign(&self, scores: &Scores) -> f64 {
        let log_prob = |rejects: [Reject; 2]| log_sum_exp(&rejects.map(|r| scores.log_probs[r.class()]));
        let whole = log_prob([Reject::Symbol, Reject::Noise]);
        let others =
            log_sum_exp(&[log_sum_exp(&scores.log_probs[..DIGITS]), log_prob([Reject::Fragment, Reject::Several])]);
        f64::from(self.sign_weight) * (whole - others).clamp(-MOST_ODDS, MOST_ODDS) + f64::from(self.sign_bias)
    }

    /// Log-weights of a digit arc: log-odds of each digit against all rejects, and what the segment's height says.
    /// `fragments` is how many the segment is made of, `height` its height as a share of the line's.
    pub fn weights_of_digits(&self, scores: &Scores, fragments: usize, height: f64) -> [f64; DIGITS] {
        let reject = scores.log_prob_reject();
        let geometry = -f64::from(self.height_weight) * height.max(1e-3).ln().powi(2);
        // A power by way of logarithms: that of the standard library takes a kilobyte to load.
        let odds_weight = f64::from(self.odds_weight) * (f64::from(self.run_power) * (fragments as f64).ln()).exp();
        std::array::from_fn(|digit| {
            let odds = (scores.log_probs[digit] - reject).clamp(-MOST_ODDS, MOST_ODDS);
            odds_weight * odds + f64::from(self.digit_bias) + geometry
        })
    }

    /// Log-weight of a mark of this height, in line heights.
    pub fn weight_of_mark(&self, height: f64) -> f64 {
        f64::from(self.mark_bias) - f64::from(self.mark_height_weight) * height * height
    }

    /// Log-weights of using and of passing over a cut: the logarithms of p and 1 - p, scaled.
    pub fn weights_of_cut(&self, cut: &Cut) -> CutWeights {
        let log_odds = f64::from(cut.log_odds + self.cut_biases[cut.kind as usize]);
        let scale = f64::from(self.cut_weights[cut.kind as usize]);
        CutWeights { used: -scale * softplus(-log_odds), passed: -scale * softplus(log_odds) }
    }

    /// What the probabilities of the two best strings and of "not a number" come to. The caller puts the reason in words.
    pub fn decide(&self, best: Option<f64>, second: Option<f64>, not_a_number: f64) -> Decision {
        match best {
            None => Decision::Rejected,
            Some(p) if not_a_number > p => Decision::Rejected,
            Some(p) if second.is_some_and(|q| q >= AMBIGUOUS_SHARE * p) => Decision::Ambiguous,
            Some(p) if p >= f64::from(self.least_probability) => Decision::Accepted,
            Some(_) => Decision::Rejected,
        }
    }

    /// As [`Policy::decide`], with probabilities given that the number is an allowed one or none; `not_allowed` is the probability before
    /// that of a number that is not allowed.
    pub fn decide_allowed(
        &self,
        best: Option<f64>,
        second: Option<f64>,
        not_a_number: f64,
        not_allowed: f64,
    ) -> Decision {
        let allowed = (1. - not_allowed) * (1. - not_a_number);
        match self.decide(best, second, not_a_number) {
            Decision::Accepted | Decision::Ambiguous if allowed < LEAST_ALLOWED * not_allowed => Decision::Rejected,
            decision => decision,
        }
    }
}

/// Log-odds beyond this say no more; it keeps one glyph from outvoting the rest of the line.
const MOST_ODDS: f64 = 14.;

/// ln (1 + e^x).
pub(crate) fn softplus(x: f64) -> f64 {
    log_sum_exp(&[0., x])
}

impl RejectProbabilities {
    /// Those of one glyph.
    pub fn of(scores: &Scores) -> Self {
        Self {
            fragment: scores.reject(Reject::Fragment),
            several: scores.reject(Reject::Several),
            symbol: scores.reject(Reject::Symbol),
            noise: scores.reject(Reject::Noise),
        }
    }
}

/// The most probable reject class in words for a person.
pub fn describe_reject(scores: &Scores) -> &'static str {
    let likeliest = Reject::ALL.into_iter().max_by(|a, b| scores.reject(*a).total_cmp(&scores.reject(*b)));
    match likeliest.expect("there are reject classes") {
        Reject::Fragment => "it looks like a piece of a digit",
        Reject::Several => "it looks like several digits at once",
        Reject::Symbol => "it looks like a letter or another sign",
        Reject::Noise => "it looks like a scribble",
    }
}

/// Second best this close to the best, as a share, makes a reading ambiguous.
const AMBIGUOUS_SHARE: f64 = 0.5;

/// An allowed number must be at least this probable against all numbers that are not allowed. People do write what a form does not
/// take: this is about how often. A guess, fitted to nothing. Larger refuses more of the numbers that only the constraint makes
/// readable, smaller makes more wrong numbers into allowed ones.
const LEAST_ALLOWED: f64 = 1e-3;

/// Whether a reading was rejected because of what is not allowed: that is likelier than all else together. Where `LEAST_ALLOWED`
/// alone decided against a reading, it is.
pub fn rather_not_allowed(not_allowed: f64) -> bool {
    not_allowed > 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::CLASSES;
    use crate::segment::CutKind;

    #[test]
    fn policy_survives_its_array() {
        let values = std::array::from_fn(|i| i as f32 + 0.5);
        assert_eq!(Policy::from_array(values).to_array(), values);
    }

    #[test]
    fn cut_weights_are_log_probabilities() {
        let policy = Policy::from_array([1.; Policy::LEN]);
        let cut = |log_odds| Cut { kind: CutKind::Seam, log_odds };
        for cut in [-30., -1., 0., 2.5].map(cut) {
            let CutWeights { used, passed } = policy.weights_of_cut(&cut);
            assert!((used.exp() + passed.exp() - 1.).abs() < 1e-12, "{cut:?}");
        }
        assert!(policy.weights_of_cut(&cut(0.3)).used > policy.weights_of_cut(&cut(0.)).used);
        let loud = Policy { cut_weights: [1., 2., 3.], cut_biases: [0., 0., 5.], ..policy };
        let used = CutKind::ALL.map(|kind| loud.weights_of_cut(&Cut { kind, log_odds: 0. }).used);
        let half = 0.5f64.ln();
        assert!(
            (used[0] - half).abs() < 1e-12 && (used[1] - 2. * half).abs() < 1e-12 && used[2] > 0.1 * half,
            "{used:?}"
        );
    }

    #[test]
    fn letters_and_scribbles_are_signs_and_pieces_are_not() {
        let policy = Policy { sign_weight: 0.5, sign_bias: -3., ..Policy::from_array([1.; Policy::LEN]) };
        let weight = |class: usize, logit: f32| {
            let mut logits = [0.; CLASSES];
            logits[class] = logit;
            policy.weight_of_sign(&Scores::calibrated(logits, Calibration::NONE))
        };
        // Of 14 classes alike two are signs: log-odds of 2 to 12.
        assert!((weight(0, 0.) - (0.5 * (2f64 / 12.).ln() - 3.)).abs() < 1e-6);
        for (class, more) in
            [(Reject::Symbol, true), (Reject::Noise, true), (Reject::Fragment, false), (Reject::Several, false)]
        {
            assert_eq!(weight(class.class(), 4.) > weight(0, 0.), more, "{class:?}");
        }
        assert!(weight(7, 4.) < weight(0, 0.));
        assert!(
            (weight(Reject::Symbol.class(), 100.) - (0.5 * MOST_ODDS - 3.)).abs() < 1e-9,
            "no glyph outvotes a line"
        );
    }

    /// Gives out what is at least 40 % probable.
    fn policy() -> Policy {
        Policy { least_probability: 0.4, ..Policy::from_array([1.; Policy::LEN]) }
    }

    #[test]
    fn decisions() {
        let decide = |best, second, not_a_number| policy().decide(best, second, not_a_number);
        assert_eq!(decide(None, None, 1.), Decision::Rejected);
        assert_eq!(decide(Some(0.9), Some(0.05), 0.01), Decision::Accepted);
        assert_eq!(decide(Some(0.45), Some(0.4), 0.1), Decision::Ambiguous);
        assert_eq!(decide(Some(0.3), Some(0.01), 0.69), Decision::Rejected);
        assert_eq!(decide(Some(0.3), Some(0.1), 0.2), Decision::Rejected);
    }

    #[test]
    fn a_constraint_may_choose_among_likely_numbers_but_not_make_one_up() {
        for (not_allowed, decision) in [
            (0.2, Decision::Accepted),
            (0.99, Decision::Accepted),
            (0.9995, Decision::Rejected),
            (1., Decision::Rejected),
        ] {
            assert_eq!(policy().decide_allowed(Some(0.9), Some(0.05), 0.01, not_allowed), decision, "{not_allowed}");
        }
        assert_eq!(policy().decide_allowed(Some(0.45), Some(0.4), 0.1, 0.9999), Decision::Rejected);
        assert!(rather_not_allowed(0.9995) && !rather_not_allowed(0.4));
    }
}

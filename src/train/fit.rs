//! Fitting the settings on held-back data: temperature, threshold of acceptance, and the weights of the path score.

use super::calibration::{bins, calibration_error, rms_calibration_error};
use crate::classify::{CLASSES, Calibration, DIGITS, Scores};
use crate::confidence::Policy;
use crate::lattice::Strategy;
use crate::reading::Decision;
use crate::recognizer::{Prepared, lattice_of};
use crate::refusal::RefusalMethod;

/// Settings that weights carry until they are fitted, and the first place that the fit begins from.
pub const START: Policy = Policy {
    temperature: 1.,
    odds_weight: 0.8,
    run_power: 0.4,
    digit_bias: -0.3,
    cut_weights: [0.1; 3],
    cut_biases: [-3.; 3],
    height_weight: 9.,
    junk_bias: -2.5,
    sign_weight: 0.5,
    sign_bias: -4.,
    ligature_bias: -2.,
    mark_bias: -3.,
    mark_height_weight: 10.,
    least_probability: 0.4,
    reject_bias: 0.,
    thresholds: [0.; RefusalMethod::OF_ONE.len()],
};

/// The second: cuts count for as much as they say. The loss has more than one valley.
const CUTS_COUNT: Policy =
    Policy { cut_weights: [1.; 3], cut_biases: [1.; 3], run_power: 0., digit_bias: 0., height_weight: 4., ..START };

/// Digits to each non-digit among what people write where a digit is asked for, as in D. Hendrycks et al. ("Deep Anomaly Detection with
/// Outlier Exposure", ICLR 2019).
const DIGITS_A_NON_DIGIT: f64 = 5.;

/// The same of whole numbers. More make probabilities of numbers higher, and more letters accepted with them.
const NUMBERS_A_NON_NUMBER: f64 = DIGITS_A_NON_DIGIT;

/// What makes the outputs of held-back glyphs likeliest, were there so many digits to each non-digit: golden-section searches of the
/// temperature and the bias in turn.
pub fn calibration(logits: &[[f32; CLASSES]], classes: &[usize]) -> Calibration {
    calibration_and_loss(logits, classes).0
}

/// How much what the way of the pen says is to count beside the networks' outputs: by the same search. `evidence` is that of each glyph.
pub fn trajectory_weight(logits: &[[f32; CLASSES]], evidence: &[[f32; CLASSES]], classes: &[usize]) -> f32 {
    lowest(0. ..3., |weight| {
        let both = |(logits, evidence): (&[f32; CLASSES], &[f32; CLASSES])| {
            std::array::from_fn(|class| logits[class] + weight * evidence[class])
        };
        let together: Vec<[f32; CLASSES]> = logits.iter().zip(evidence).map(both).collect();
        calibration_and_loss(&together, classes).1
    })
}

fn calibration_and_loss(logits: &[[f32; CLASSES]], classes: &[usize]) -> (Calibration, f64) {
    let digits = classes.iter().filter(|&&c| c < DIGITS).count();
    let digit_weight = DIGITS_A_NON_DIGIT * (classes.len() - digits) as f64 / digits.max(1) as f64;
    let loss = |calibration: Calibration| -> f64 {
        let one = |(l, &c): (&[f32; CLASSES], &usize)| {
            let weight = if c < DIGITS { digit_weight } else { 1. };
            -weight * Scores::calibrated(*l, calibration).log_probs[c]
        };
        logits.iter().zip(classes).map(one).sum()
    };
    let mut best = Calibration::NONE;
    for _ in 0..4 {
        best.temperature = lowest(0.3..5., |temperature| loss(Calibration { temperature, ..best }));
        best.reject_bias = lowest(-6. ..6., |reject_bias| loss(Calibration { reject_bias, ..best }));
    }
    (best, loss(best))
}

/// Where a function of one valley is lowest.
fn lowest(range: std::ops::Range<f32>, of: impl Fn(f32) -> f64) -> f32 {
    let ratio = (5f32.sqrt() - 1.) / 2.;
    let (mut low, mut high) = (range.start, range.end);
    while high - low > 1e-3 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if of(a) < of(b) { high = b } else { low = a }
    }
    (low + high) / 2.
}

/// For each method the threshold that lets the share `wanted` of digits in.
pub fn thresholds(digits: &[Scores], wanted: f64) -> [f32; RefusalMethod::OF_ONE.len()] {
    RefusalMethod::OF_ONE.map(|method| {
        let mut accepts: Vec<f64> = digits.iter().map(|s| method.acceptance(s)).collect();
        accepts.sort_by(f64::total_cmp);
        accepts[((accepts.len() - 1) as f64 * (1. - wanted)) as usize] as f32
    })
}

/// A held-back string with everything scored: fitting only searches again.
#[derive(Debug)]
pub struct ScoredString {
    /// The true digits; `None` for ink that is no number.
    pub text: Option<String>,
    /// Its cuts and candidates.
    pub prepared: Prepared,
    /// One for each candidate.
    pub scores: Vec<Scores>,
}

/// Probability below which a miss costs no more: a string whose digits are not among the candidates cannot be won.
const WORST: f64 = 1e-4;

/// Mean of -ln p(truth): of the true string, or of "not a number" where it is none, weighed as if there were
/// so many numbers to each of those as `NUMBERS_A_NON_NUMBER` says. 0 without ink.
pub fn string_loss(strings: &[ScoredString], policy: &Policy) -> f64 {
    use rayon::prelude::*;
    let inked: Vec<&ScoredString> = strings.iter().filter(|s| !s.scores.is_empty()).collect();
    let numbers = inked.iter().filter(|s| s.text.is_some()).count();
    let number_weight = match inked.len() - numbers {
        0 => 1.,
        others => NUMBERS_A_NON_NUMBER * others as f64 / numbers.max(1) as f64,
    };
    let loss = |s: &&ScoredString| {
        let lattice = lattice_of(&s.prepared.segmentation, &s.scores, policy);
        let posterior = lattice.read(Strategy::WholePermutation, 3);
        let probability = match &s.text {
            None => posterior.not_a_number,
            Some(text) => {
                let is_text = |digits: &[u8]| digits.iter().map(|d| d + b'0').eq(text.bytes());
                posterior.strings.iter().find(|h| is_text(&h.digits)).map_or(0., |h| h.probability)
            }
        };
        (if s.text.is_some() { number_weight } else { 1. }, -probability.max(WORST).ln())
    };
    // Summed in order: how threads share the work must not decide which settings are a little better.
    let losses: Vec<(f64, f64)> = inked.par_iter().map(loss).collect();
    let sum: f64 = losses.iter().map(|(weight, loss)| weight * loss).sum();
    if losses.is_empty() { 0. } else { sum / losses.iter().map(|l| l.0).sum::<f64>() }
}

/// What became of one held-back string.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    is_number: bool,
    right: bool,
    best: Option<f64>,
    second: Option<f64>,
    not_a_number: f64,
}

impl Outcome {
    fn is_accepted(&self, policy: &Policy) -> bool {
        policy.decide(self.best, self.second, self.not_a_number) == Decision::Accepted
    }
}

fn outcomes(strings: &[ScoredString], policy: &Policy, strategy: Strategy) -> Vec<Outcome> {
    use rayon::prelude::*;
    let outcome = |s: &ScoredString| {
        let posterior = lattice_of(&s.prepared.segmentation, &s.scores, policy).read(strategy, 2);
        let of = |rank: usize| posterior.strings.get(rank).map(|h| h.probability);
        let right = match (&s.text, posterior.strings.first()) {
            (Some(text), Some(best)) => best.digits.iter().map(|d| d + b'0').eq(text.bytes()),
            _ => false,
        };
        Outcome { is_number: s.text.is_some(), right, best: of(0), second: of(1), not_a_number: posterior.not_a_number }
    };
    strings.par_iter().filter(|s| !s.scores.is_empty()).map(outcome).collect()
}

/// The probability that the share `wanted` of the strings that are read right have or exceed.
pub fn least_probability(strings: &[ScoredString], policy: &Policy, wanted: f64) -> f32 {
    let outcomes = outcomes(strings, policy, Strategy::WholePermutation);
    let mut right: Vec<f64> = outcomes.iter().filter(|o| o.right).filter_map(|o| o.best).collect();
    right.sort_by(f64::total_cmp);
    right.get(((right.len() as f64) * (1. - wanted)) as usize).map_or(START.least_probability, |&p| p as f32)
}

/// How well strings are read and how honest their probabilities are, in words for the log.
pub fn report(strings: &[ScoredString], policy: &Policy, strategy: Strategy) -> String {
    let outcomes = outcomes(strings, policy, strategy);
    let share = |of: &dyn Fn(&Outcome) -> bool, is_number: bool| {
        let among = || outcomes.iter().filter(|o| o.is_number == is_number);
        100. * among().filter(|o| of(o)).count() as f64 / among().count().max(1) as f64
    };
    let confidences = |keep: &dyn Fn(&&Outcome) -> bool| -> Vec<(f64, bool)> {
        outcomes.iter().filter(keep).map(|o| (o.best.unwrap_or(0.), o.right)).collect()
    };
    format!(
        "{:.1} % right, {:.1} % accepted and right, {:.1} % accepted and wrong, calibration error {:.1} %; of no numbers {:.1} % \
         accepted; RMS calibration error of all {:.1} %",
        share(&|o| o.right, true),
        share(&|o| o.right && o.is_accepted(policy), true),
        share(&|o| !o.right && o.is_accepted(policy), true),
        calibration_error(&bins(&confidences(&|o| o.is_number))),
        share(&|o| o.is_accepted(policy), false),
        rms_calibration_error(&confidences(&|_| true)),
    )
}

/// A setting of a policy.
type Setting = fn(&mut Policy) -> &mut f32;

/// The weights of the path score, with their first steps and the least that they may be: weights of log-probabilities and penalties are never
/// negative.
const PATH: [(Setting, f32, f32); 16] = [
    (|p| &mut p.odds_weight, 0.2, 0.),
    (|p| &mut p.run_power, 0.2, f32::NEG_INFINITY),
    (|p| &mut p.height_weight, 1., 0.),
    (|p| &mut p.junk_bias, 1., f32::NEG_INFINITY),
    (|p| &mut p.sign_weight, 0.2, 0.),
    (|p| &mut p.sign_bias, 1., f32::NEG_INFINITY),
    (|p| &mut p.mark_bias, 1., f32::NEG_INFINITY),
    (|p| &mut p.mark_height_weight, 4., 0.),
    (|p| &mut p.ligature_bias, 1., f32::NEG_INFINITY),
    (|p| &mut p.digit_bias, 0.5, f32::NEG_INFINITY),
    (|p| &mut p.cut_weights[0], 0.3, 0.),
    (|p| &mut p.cut_weights[1], 0.3, 0.),
    (|p| &mut p.cut_weights[2], 0.3, 0.),
    (|p| &mut p.cut_biases[0], 1., f32::NEG_INFINITY),
    (|p| &mut p.cut_biases[1], 1., f32::NEG_INFINITY),
    (|p| &mut p.cut_biases[2], 1., f32::NEG_INFINITY),
];

/// Those that a new model of cuts asks for, the last of them: how much cuts count, against digits and the pen's ways between them.
const CUTS: usize = 8;

/// Who writes numbers joins digits more often than adding what is no number: by so much, at least, the log-weight of a ligature is above that
/// of junk. By reasoning: composed strings join digits by short ways only, and alone they would have long ones taken for junk.
const LIGATURE_OVER_JUNK: f32 = 1.;

fn admissible(mut policy: Policy) -> Policy {
    for (setting, _, least) in PATH {
        let value = setting(&mut policy);
        *value = value.max(least);
    }
    policy.ligature_bias = policy.ligature_bias.max(policy.junk_bias + LIGATURE_OVER_JUNK);
    policy
}

/// Steps of the search end when they have shrunk to this share of the first ones.
const SHORTEST_STEP: f32 = 0.05;

/// A round that lowers the loss by less than this helps nothing: a valley with a flat floor would be walked for an hour.
const LEAST_GAIN: f64 = 1e-4;

/// Lowers [`string_loss`] over the weights of the path score: a pattern search (R. Hooke, T. Jeeves, ""Direct Search" Solution of Numerical
/// and Statistical Problems", J. ACM 1961), since a few numbers and a loss that is cheap to ask for need no gradient. Each round tries
/// one step of each weight, then the whole way of the round once more; where nothing helps, steps halve.
fn lowered(
    strings: &[ScoredString],
    start: Policy,
    settings: &[(Setting, f32, f32)],
    report: &mut impl FnMut(usize, f64),
) -> (Policy, f64) {
    let mut best = start;
    let mut best_loss = string_loss(strings, &best);
    let mut shrink = 1.;
    for round in 0.. {
        let (mut before, loss_before) = (best, best_loss);
        for &(setting, step, _) in settings {
            for sign in [1., -1.] {
                let mut next = best;
                *setting(&mut next) += sign * step * shrink;
                let next = admissible(next);
                let loss = string_loss(strings, &next);
                if loss < best_loss {
                    (best, best_loss) = (next, loss);
                    break;
                }
            }
        }
        if best != before {
            let mut further = best;
            for &(setting, ..) in settings {
                let value = setting(&mut further);
                *value += *value - *setting(&mut before);
            }
            let further = admissible(further);
            let loss = string_loss(strings, &further);
            if loss < best_loss {
                (best, best_loss) = (further, loss);
            }
        }
        report(round, best_loss);
        if loss_before - best_loss < LEAST_GAIN {
            shrink /= 2.;
        }
        if shrink < SHORTEST_STEP {
            break;
        }
    }
    (best, best_loss)
}

/// The weights of the path score with the lowest [`string_loss`] that a search from any start finds, `known` ones among them; calibration
/// and thresholds are those of `policy`. Calls `report` after each round with the loss.
pub fn path_weights(
    strings: &[ScoredString],
    policy: Policy,
    known: &[Policy],
    mut report: impl FnMut(usize, f64),
) -> Policy {
    let Policy { temperature, reject_bias, thresholds, .. } = policy;
    let searches = [START, CUTS_COUNT].iter().chain(known).map(|&start| {
        let start = Policy { temperature, reject_bias, thresholds, ..start };
        lowered(strings, start, &PATH, &mut report)
    });
    searches.min_by(|a, b| a.1.total_cmp(&b.1)).expect("two searches").0
}

/// The same of what cuts count alone, for other cuts than those that `policy` was fitted with.
pub fn cut_weights(strings: &[ScoredString], policy: Policy, mut report: impl FnMut(usize, f64)) -> Policy {
    lowered(strings, policy, &PATH[PATH.len() - CUTS..], &mut report).0
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::ink::{Ink, Input};
    use crate::recognizer::prepare;
    use crate::segment::CutModel;

    /// A bar that the network takes for a 1 with this logit.
    fn bar(text: Option<&str>, logit: f32) -> ScoredString {
        let ink = Ink::from_xy(&[vec![[0., 0.], [0., 40.]]]).unwrap();
        let prepared = prepare(&Input::Strokes(ink), &CutModel::blank());
        let mut logits = [0.; CLASSES];
        logits[1] = logit;
        let scores = prepared.glyphs.iter().map(|_| Scores::calibrated(logits, Calibration::NONE)).collect();
        ScoredString { text: text.map(str::to_owned), prepared, scores }
    }

    #[test]
    fn numbers_weigh_five_times_what_is_none_however_many_there_are() {
        let (number, none) = (|| bar(Some("1"), 4.), || bar(None, 4.));
        let alone = |string| string_loss(&[string], &START);
        let expected = (5. * alone(number()) + alone(none())) / 6.;
        for strings in [vec![number(), none()], vec![number(), none(), none(), none()]] {
            assert!((string_loss(&strings, &START) - expected).abs() < 1e-12);
        }
        assert!(alone(number()) < alone(none()), "it looks like a 1");
    }

    #[test]
    fn the_way_of_the_pen_counts_as_much_as_it_tells() {
        let mut rng = StdRng::seed_from_u64(8);
        let classes: Vec<usize> = (0..1400).map(|i| i % CLASSES).collect();
        let mut of = |tells: f32, noise: f32| -> Vec<[f32; CLASSES]> {
            let mut at = |hit: bool| if hit { tells } else { 0. } + noise * rng.random_range(-1.0..1.0);
            classes.iter().map(|&class| std::array::from_fn(|c| at(c == class))).collect()
        };
        let (logits, telling, idle) = (of(2., 2.), of(2., 2.), of(0., 2.));
        let [telling, idle] = [telling, idle].map(|evidence| trajectory_weight(&logits, &evidence, &classes));
        assert!((0.7..1.4).contains(&telling) && idle < 0.1, "{telling} {idle}");
    }

    #[test]
    fn the_search_lowers_the_loss_and_ends() {
        let strings: Vec<ScoredString> =
            (0..6).map(|i| bar((i > 0).then_some("1"), if i > 0 { 3. } else { -3. })).collect();
        let fitted = path_weights(&strings, START, &[], |_, _| ());
        assert!(string_loss(&strings, &fitted) < string_loss(&strings, &START));
        assert_eq!(string_loss(&[], &START), 0.);
        path_weights(&[], START, &[], |round, _| assert!(round < 20, "nothing to fit"));
    }
}

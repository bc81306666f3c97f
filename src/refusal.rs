//! Ways to say how surely a glyph is one digit: each turns what the network said into one number, and accepts from its own threshold on,
//! which lets the same share of digits in for all of them.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::classify::{DIGITS, Scores, log_sum_exp};

/// A way to tell digits from everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalMethod {
    /// Largest probability of a softmax over the ten digits alone, as a network without reject classes gives it: the failing baseline
    /// (D. Hendrycks, K. Gimpel, "A Baseline for Detecting Misclassified and Out-of-Distribution Examples", ICLR 2017).
    Softmax,
    /// The same with the logits divided by the fitted temperature (C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
    Temperature,
    /// Largest digit logit (D. Hendrycks et al., "Scaling Out-of-Distribution Detection for Real-World Settings", ICML 2022).
    MaxLogit,
    /// Log-sum-exp of the digit logits (W. Liu et al., "Energy-based Out-of-distribution Detection", NeurIPS 2020).
    Energy,
    /// Two metrics at once: the largest digit logit times its softmax probability, so that neither a large logit among others as large
    /// nor a clear winner among small ones is enough.
    TwoMetric,
    /// Calibrated log-odds of being one digit, whichever, against all reject classes. What ships.
    #[default]
    RejectClasses,
    /// The mean of the last and of energy.
    Joined,
    /// Log-odds of being one digit against one class for all that is no digit, by a network that has no others.
    OtherClass,
    /// The same by a network that knows only digits and non-digits and stands before the one that tells the digits.
    Gate,
    /// The same by the mean probabilities of networks that differ in their seeds (B. Lakshminarayanan et al., "Simple and Scalable
    /// Predictive Uncertainty Estimation using Deep Ensembles", NeurIPS 2017).
    Ensemble,
    /// Entropy of the ensemble's mean over the ten digits, negative: the same paper's own measure.
    Entropy,
    /// What that entropy has beyond the members' own: how far they disagree, negative (N. Houlsby et al., "Bayesian Active Learning for
    /// Classification and Preference Learning", 2011).
    Disagreement,
    /// As the ensemble, by one network asked again and again with other hidden units left out (Y. Gal, Z. Ghahramani, "Dropout as a
    /// Bayesian Approximation", ICML 2016).
    Dropout,
    /// Distance to the nearest digit among the features, negative.
    Distance,
}

/// What the networks that only some methods ask say of one glyph.
#[derive(Debug, Clone)]
pub struct Opinion {
    /// Of an ensemble, each member's.
    pub members: Vec<Scores>,
    /// Of a network with one class for all that is no digit, the first reject class.
    pub other: Scores,
    /// Of a network with the digits as class 0 and all else as the first reject class.
    pub gate: Scores,
    /// Of one network, with other units left out each time.
    pub thinned: Vec<Scores>,
    /// From the nearest digit's mean features, squared, in units of the digits' own spread.
    pub distance: f64,
}

impl RefusalMethod {
    /// Those that the shipped network is enough for.
    pub const OF_ONE: [Self; 7] = [
        Self::Softmax,
        Self::Temperature,
        Self::MaxLogit,
        Self::Energy,
        Self::TwoMetric,
        Self::RejectClasses,
        Self::Joined,
    ];

    /// Those that ask networks of their own, which the command line has and the browser has not.
    pub const OF_JURY: [Self; 7] = [
        Self::OtherClass,
        Self::Gate,
        Self::Ensemble,
        Self::Entropy,
        Self::Disagreement,
        Self::Dropout,
        Self::Distance,
    ];

    /// All methods.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OF_ONE.into_iter().chain(Self::OF_JURY)
    }

    /// Its name for options and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Softmax => "softmax",
            Self::Temperature => "temperature",
            Self::MaxLogit => "max-logit",
            Self::Energy => "energy",
            Self::TwoMetric => "two-metric",
            Self::RejectClasses => "reject-classes",
            Self::Joined => "joined",
            Self::OtherClass => "other-class",
            Self::Gate => "gate",
            Self::Ensemble => "ensemble",
            Self::Entropy => "entropy",
            Self::Disagreement => "disagreement",
            Self::Dropout => "dropout",
            Self::Distance => "distance",
        }
    }

    /// How surely a glyph is one digit; higher is surer. The scales of the methods differ. Only for [`RefusalMethod::OF_ONE`]: the
    /// others panic, since they have an [`Opinion`] to ask.
    pub fn acceptance(self, scores: &Scores) -> f64 {
        let digits: [f64; DIGITS] = std::array::from_fn(|d| f64::from(scores.logits[d]));
        let largest = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let softmax = |values: &[f64]| (largest(values) - log_sum_exp(values)).exp();
        match self {
            Self::Softmax => softmax(&digits),
            Self::Temperature => softmax(&scores.log_probs[..DIGITS]),
            Self::MaxLogit => largest(&digits),
            Self::Energy => log_sum_exp(&digits),
            Self::TwoMetric => largest(&digits) * softmax(&digits),
            Self::Joined => (log_odds(scores) + log_sum_exp(&digits)) / 2.,
            Self::RejectClasses => log_odds(scores),
            jury => unreachable!("{jury} asks networks of its own: `acceptance_by`"),
        }
    }

    /// The same of [`RefusalMethod::OF_JURY`]; what needs one network asks the ensemble's first.
    pub fn acceptance_by(self, opinion: &Opinion) -> f64 {
        let Opinion { members, other, gate, thinned, distance } = opinion;
        match self {
            Self::OtherClass => log_odds(other),
            Self::Gate => log_odds(gate),
            Self::Ensemble => log_odds_of_mean(members),
            Self::Entropy => -entropy(&mean_digits(members)),
            Self::Disagreement => {
                let own = members.iter().map(|m| entropy(&mean_digits(std::slice::from_ref(m)))).sum::<f64>();
                own / members.len() as f64 - entropy(&mean_digits(members))
            }
            Self::Dropout => log_odds_of_mean(thinned),
            Self::Distance => -distance,
            _ => self.acceptance(&members[0]),
        }
    }
}

/// Of being one digit, whichever.
fn log_odds(scores: &Scores) -> f64 {
    scores.log_prob_digit() - scores.log_prob_reject()
}

fn log_odds_of_mean(all: &[Scores]) -> f64 {
    let sum = |of: fn(&Scores) -> f64| log_sum_exp(&all.iter().map(of).collect::<Vec<_>>());
    sum(Scores::log_prob_digit) - sum(Scores::log_prob_reject)
}

/// Mean over networks of the probabilities of the ten digits, given that it is one.
fn mean_digits(all: &[Scores]) -> [f64; DIGITS] {
    std::array::from_fn(|digit| {
        all.iter().map(|s| (s.log_probs[digit] - s.log_prob_digit()).exp()).sum::<f64>() / all.len() as f64
    })
}

fn entropy(probabilities: &[f64]) -> f64 {
    probabilities.iter().filter(|&&p| p > 0.).map(|p| -p * p.ln()).sum()
}

impl fmt::Display for RefusalMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no method has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMethod {
    /// The name given.
    pub seen: String,
}

impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = RefusalMethod::all().map(RefusalMethod::name).collect::<Vec<_>>().join(", ");
        write!(f, "unknown way of refusing {:?}; there are: {names}", self.seen)
    }
}

impl std::error::Error for UnknownMethod {}

impl FromStr for RefusalMethod {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
        let named = |method: &Self| method.name() == name;
        Self::all().find(named).ok_or_else(|| UnknownMethod { seen: name.to_owned() })
    }
}

/// The acceptance of a glyph by every method that one network is enough for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Acceptance([f64; RefusalMethod::OF_ONE.len()]);

impl Acceptance {
    /// That of one glyph.
    pub fn of(scores: &Scores) -> Self {
        Self(RefusalMethod::OF_ONE.map(|method| method.acceptance(scores)))
    }

    /// That by one of [`RefusalMethod::OF_ONE`].
    ///
    /// # Panics
    /// For the others, which ask more than one network.
    pub fn by(&self, method: RefusalMethod) -> f64 {
        self.0[method as usize]
    }
}

impl Serialize for Acceptance {
    /// As an object with a number for each method's name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(RefusalMethod::OF_ONE.map(|method| (method, self.by(method))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{CLASSES, Calibration, Reject};

    #[test]
    fn a_sure_digit_scores_above_a_sure_reject_by_every_method() {
        let scores = |class: usize| {
            let mut logits = [0.; CLASSES];
            logits[class] = 8.;
            Acceptance::of(&Scores::calibrated(logits, Calibration::NONE))
        };
        let (digit, reject) = (scores(4), scores(Reject::Symbol.class()));
        for method in RefusalMethod::OF_ONE {
            assert!(digit.by(method) > reject.by(method), "{method}");
        }
        assert!(digit.by(RefusalMethod::RejectClasses) > 0. && reject.by(RefusalMethod::RejectClasses) < 0.);
    }

    #[test]
    fn a_digit_that_all_see_scores_above_one_that_they_do_not_by_every_method_of_the_jury() {
        let scores = |class: usize| {
            let mut logits = [0.; CLASSES];
            logits[class] = 8.;
            Scores::calibrated(logits, Calibration::NONE)
        };
        let (reject, gate) = (Reject::ALL[0].class(), 0);
        let digit = Opinion {
            members: vec![scores(4); 3],
            other: scores(4),
            gate: scores(gate),
            thinned: vec![scores(4); 5],
            distance: 1.,
        };
        let none = Opinion {
            members: vec![scores(4), scores(9), scores(reject)],
            other: scores(reject),
            gate: scores(reject),
            thinned: vec![scores(4), scores(reject), scores(reject)],
            distance: 9.,
        };
        for method in RefusalMethod::OF_JURY {
            assert!(method.acceptance_by(&digit) > method.acceptance_by(&none) + 0.01, "{method}");
        }
    }

    #[test]
    fn methods_have_names() {
        for method in RefusalMethod::all() {
            assert_eq!(method.name().parse(), Ok(method));
        }
        let error = "gut-feeling".parse::<RefusalMethod>().unwrap_err().to_string();
        assert!(error.starts_with("unknown way of refusing \"gut-feeling\"; there are: softmax, "), "{error}");
    }
}

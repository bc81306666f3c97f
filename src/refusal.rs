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
    /// Calibrated log-odds of being one digit, whichever, against all reject classes: what ships.
    #[default]
    RejectClasses,
}

impl RefusalMethod {
    /// All methods.
    pub const ALL: [Self; 6] =
        [Self::Softmax, Self::Temperature, Self::MaxLogit, Self::Energy, Self::TwoMetric, Self::RejectClasses];

    /// Its name for options and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Softmax => "softmax",
            Self::Temperature => "temperature",
            Self::MaxLogit => "max-logit",
            Self::Energy => "energy",
            Self::TwoMetric => "two-metric",
            Self::RejectClasses => "reject-classes",
        }
    }

    /// How surely a glyph is one digit; higher is surer. The scales of the methods differ.
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
            Self::RejectClasses => scores.log_prob_digit() - scores.log_prob_reject(),
        }
    }
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
        let names = RefusalMethod::ALL.map(RefusalMethod::name).join(", ");
        write!(f, "unknown way of refusing {:?}; there are: {names}", self.seen)
    }
}

impl std::error::Error for UnknownMethod {}

impl FromStr for RefusalMethod {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
        let named = |method: &Self| method.name() == name;
        Self::ALL.into_iter().find(named).ok_or_else(|| UnknownMethod { seen: name.to_owned() })
    }
}

/// The acceptance of a glyph by every method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Acceptance([f64; RefusalMethod::ALL.len()]);

impl Acceptance {
    /// That of one glyph.
    pub fn of(scores: &Scores) -> Self {
        Self(RefusalMethod::ALL.map(|method| method.acceptance(scores)))
    }

    /// That by one method.
    pub fn by(&self, method: RefusalMethod) -> f64 {
        self.0[method as usize]
    }
}

impl Serialize for Acceptance {
    /// As an object with a number for each method's name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(RefusalMethod::ALL.map(|method| (method, self.by(method))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{CLASSES, Reject};

    #[test]
    fn a_sure_digit_scores_above_a_sure_reject_by_every_method() {
        let scores = |class: usize| {
            let mut logits = [0.; CLASSES];
            logits[class] = 8.;
            Acceptance::of(&Scores::from_logits_temperature(logits, 1.))
        };
        let (digit, reject) = (scores(4), scores(Reject::Symbol.class()));
        for method in RefusalMethod::ALL {
            assert!(digit.by(method) > reject.by(method), "{method}");
        }
        assert!(digit.by(RefusalMethod::RejectClasses) > 0. && reject.by(RefusalMethod::RejectClasses) < 0.);
    }

    #[test]
    fn methods_have_names() {
        for method in RefusalMethod::ALL {
            assert_eq!(method.name().parse(), Ok(method));
        }
        let error = "gut-feeling".parse::<RefusalMethod>().unwrap_err().to_string();
        assert!(error.starts_with("unknown way of refusing \"gut-feeling\"; there are: softmax, "), "{error}");
    }
}

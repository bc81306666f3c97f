//! The search over every permutation of cuts: exact posteriors of digits, cuts and strings, without enumerating anything.
//!
//! A lattice stands on positions 0 to n, the borders of n fragments. An [`Arc`] reads the fragments between two positions as one
//! digit, or as one sign that is no digit; besides, every single fragment may be left out as junk. A path runs from 0 to n over such
//! steps, so it decides every cut: a cut at which two steps meet is used, a cut inside a step is passed. Its log score is the sum of the
//! log weights of its steps and of its cuts, and its probability is exp(score) over the sum of exp(score) of all paths, those with
//! signs and junk included. A path with either is not a number; where only junk is spoken of, signs are meant with it.
//!
//! Under a [`Constraint`] the paths without junk that spell no allowed number are taken out, and the probabilities are of the paths
//! that remain: given that the number is an allowed one or that there is none. The search walks through positions and the states of
//! the constraint's automaton at once, so nothing is cut off (`lattice/chain.rs`).
//!
//! [`Lattice::read`] and [`Lattice::read_allowed`] answer. The cost with `n` fragments and `a` arcs: `10 a` exponentials and a few a more for the sums, O(10 n a) for
//! the bounds of the string search, then O(10 a) for each prefix that the search extends; on a peaked lattice those are about the
//! digits of the listed strings. `lattice/strings.rs` proves that search exact. A constraint multiplies `a` with the number of its states
//! that the lattice's digits come to.

use std::fmt;
use std::str::FromStr;

use crate::classify::DIGITS;
use crate::constraint::Constraint;
use crate::order;

mod best_path;
mod chain;
mod forward_backward;
mod greedy;
mod strings;

use chain::Chain;
use forward_backward::Flow;

pub use greedy::CONFIDENT_LOG_ODDS;
pub use strings::MAX_EXPANSIONS;

/// Some consecutive fragments read as one digit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// First fragment, and the position where the arc starts.
    pub start: usize,
    /// One past the last fragment, and the position where the arc ends.
    pub end: usize,
    /// Log-odds of each digit; -inf where impossible, never NaN or +inf.
    pub log_weights: [f64; DIGITS],
    /// Log-odds of a sign that is no digit; -inf where impossible, never NaN or +inf.
    pub sign: f64,
}

/// The log weights of the two ways to treat a cut; -inf where impossible, never NaN or +inf.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CutWeights {
    /// Two digits, or a digit and what is none, meet here.
    pub used: f64,
    /// The ink goes on through it within one digit or sign.
    pub passed: f64,
}

/// All ways to read a row of fragments. Immutable; what the constructor checked holds ever after.
#[derive(Debug, Clone)]
pub struct Lattice {
    fragments: usize,
    arcs: Vec<Arc>,
    cuts: Vec<CutWeights>,
    /// Log weight of leaving fragment i out, the cut at its end included.
    junk: Vec<f64>,
    /// For each arc: the log weights of the cuts inside it and of the one at its end.
    cut_sums: Vec<f64>,
    /// Arcs by start, then end: `leaving[leaving_from[p]..leaving_from[p + 1]]` leave position p.
    leaving: Vec<usize>,
    leaving_from: Vec<usize>,
    /// Arcs by end, then from the shortest: `arriving[arriving_from[p]..arriving_from[p + 1]]` arrive at position p.
    arriving: Vec<usize>,
    arriving_from: Vec<usize>,
}

/// An arc read as one digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// Index into [`Lattice::arcs`].
    pub arc: usize,
    /// 0 to 9.
    pub digit: u8,
}

/// One step of a path that may refuse fragments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// A digit.
    Digit(Step),
    /// The fragments of an arc, left out together as one sign.
    Sign {
        /// Index into [`Lattice::arcs`].
        arc: usize,
    },
    /// A fragment left out.
    Junk {
        /// Which.
        fragment: usize,
    },
}

/// A string of digits and how probable it is.
#[derive(Debug, Clone, PartialEq)]
pub struct StringPosterior {
    /// 0 to 9 each, never empty.
    pub digits: Vec<u8>,
    /// Summed over all segmentations that spell it.
    pub probability: f64,
    /// Its most probable segmentation (the greedy strategies: their own), one step a digit, left to right.
    pub path: Vec<Step>,
}

/// What a lattice says. All probabilities are of the whole lattice, junk included, whatever the strategy; under a constraint, of what
/// it leaves.
///
/// Where no path is possible at all, `log_total` is -inf, `not_a_number` 1 by convention, every other probability 0, and there are
/// neither strings nor a best path.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// ln of the sum of exp(score) over all paths.
    pub log_total: f64,
    /// Probability of all paths with junk.
    pub not_a_number: f64,
    /// The probability, before anything was taken out, of all that the constraint took out: that this is a number, and one that is not
    /// allowed. Without a constraint 0. To about 1e-15 absolute.
    pub not_allowed: f64,
    /// For each arc, in the order of [`Lattice::arcs`]: the probability that exactly these fragments are exactly this digit.
    pub digits: Vec<[f64; DIGITS]>,
    /// For each interior cut, from cut 1: the probability that it is used.
    pub cuts: Vec<f64>,
    /// For each arc: the probability that exactly these fragments are one sign.
    pub signs: Vec<f64>,
    /// For each fragment: the probability that it is left out, alone or as part of a sign.
    pub junk: Vec<f64>,
    /// The most probable strings, most probable first. Probabilities that agree to about 2^-32 relative count as equal; then the
    /// shorter string comes first, then the lexicographically smaller. Strings with less than 1e-280 of the probability of all
    /// allowed numbers are not listed. A greedy strategy lists the one string that it found, or none when it had to leave something out.
    pub strings: Vec<StringPosterior>,
    /// Whether `strings` are proven to be the most probable ones: always so with [`Strategy::WholePermutation`], unless the search
    /// gave up at [`MAX_EXPANSIONS`]; then the ranks not proven are the best strings it had found or finds with a beam search.
    /// Every single probability is exact even so. The greedy strategies prove nothing.
    pub exact: bool,
    /// The single most probable path, junk and all (the greedy strategies: their own path), left to right.
    /// Among equals digits go before junk, junk before signs, then short runs before long ones, then small digits before large ones.
    pub best_path: Vec<PathStep>,
}

impl Posterior {
    /// Leaves this share, 0 to 1, of every number's probability, where there is other evidence that it is none. The logarithm of all
    /// paths' mass stays, and so do the shares of cuts and signs.
    pub fn doubt(&mut self, share: f64) {
        self.strings.iter_mut().for_each(|string| string.probability *= share);
        self.digits.iter_mut().flatten().for_each(|probability| *probability *= share);
        self.not_a_number = 1. - share * (1. - self.not_a_number);
        self.not_allowed *= share;
    }
}

/// How to go through the cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strategy {
    /// All permutations of cuts at once, exactly.
    #[default]
    WholePermutation,
    /// Greedily from the left: at each position the shortest run with a confident digit ([`CONFIDENT_LOG_ODDS`]), else the run with
    /// the best score, else the fragment is left out; never a sign. Under a constraint only among the steps that can still end in an allowed number;
    /// where there is no such number at all, the path is that of the whole search.
    LeftToRight,
    /// The mirror image of [`Strategy::LeftToRight`].
    RightToLeft,
    /// Greedily from both ends by turns, left first, until the two meet.
    MeetInTheMiddle,
}

impl Strategy {
    /// Every strategy, the default first.
    pub const ALL: [Strategy; 4] =
        [Strategy::WholePermutation, Strategy::LeftToRight, Strategy::RightToLeft, Strategy::MeetInTheMiddle];

    /// `whole-permutation`, `left-to-right`, `right-to-left` or `meet-in-the-middle`.
    pub fn name(self) -> &'static str {
        match self {
            Strategy::WholePermutation => "whole-permutation",
            Strategy::LeftToRight => "left-to-right",
            Strategy::RightToLeft => "right-to-left",
            Strategy::MeetInTheMiddle => "meet-in-the-middle",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Strategy {
    type Err = UnknownStrategy;

    fn from_str(name: &str) -> Result<Self, UnknownStrategy> {
        let named = Strategy::ALL.into_iter().find(|s| s.name() == name);
        named.ok_or_else(|| UnknownStrategy { name: name.into() })
    }
}

/// There is no strategy of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStrategy {
    /// The name as given.
    pub name: String,
}

impl fmt::Display for UnknownStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Strategy::ALL.map(Strategy::name).join(", ");
        write!(f, "unknown strategy {:?}; there are: {names}", self.name)
    }
}

impl std::error::Error for UnknownStrategy {}

impl Lattice {
    /// A lattice over `fragments` fragments. `cuts` has one entry less: `cuts[c - 1]` lies before fragment `c`. `junk[i]` is the log
    /// weight of leaving fragment `i` out as no digit; like all weights it may be -inf. Several arcs may have the same span.
    ///
    /// Scores must stay within f64's range. A probability's relative error is about 1e-15 times the largest score's magnitude.
    ///
    /// # Panics
    /// When there is no fragment, a length does not fit, an arc is empty or ends beyond the last fragment, or a weight is NaN or
    /// +inf: these are mistakes of the caller, not of the input.
    pub fn new(fragments: usize, arcs: Vec<Arc>, cuts: Vec<CutWeights>, junk: Vec<f64>) -> Self {
        assert!(fragments > 0, "a lattice needs a fragment");
        assert_eq!(cuts.len(), fragments - 1, "one pair of weights for each interior cut");
        assert_eq!(junk.len(), fragments, "one junk weight for each fragment");
        for arc in &arcs {
            let in_order = arc.start < arc.end && arc.end <= fragments;
            assert!(in_order, "an arc from {} to {} among {fragments} fragments", arc.start, arc.end);
            assert!(arc.log_weights.iter().all(|&w| is_log_weight(w)), "digit weights {:?}", arc.log_weights);
            assert!(is_log_weight(arc.sign), "sign weight {}", arc.sign);
        }
        assert!(cuts.iter().all(|c| is_log_weight(c.used) && is_log_weight(c.passed)), "cut weights {cuts:?}");
        assert!(junk.iter().all(|&w| is_log_weight(w)), "junk weights {junk:?}");

        // Each step takes along the cuts inside it and the one at its end; the last step has none there.
        let used_at = |position: usize| if position < fragments { cuts[position - 1].used } else { 0. };
        let cut_sums = arcs.iter().map(|arc| passed_within(&cuts, arc) + used_at(arc.end)).collect();
        let junk = junk.iter().enumerate().map(|(i, w)| w + used_at(i + 1)).collect();

        let (leaving, leaving_from) = grouped(&arcs, fragments, |arc| (arc.start, arc.end));
        let (arriving, arriving_from) = grouped(&arcs, fragments, |arc| (arc.end, arc.end - arc.start));
        Self { fragments, arcs, cuts, junk, cut_sums, leaving, leaving_from, arriving, arriving_from }
    }

    /// How many fragments there are, at least one.
    pub fn fragments(&self) -> usize {
        self.fragments
    }

    /// The arcs in the order given.
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// Reads with a strategy; `top` strings at most. The numbers are those of [`Lattice::posterior`] whatever the strategy, only
    /// `strings`, `exact` and `best_path` depend on it.
    pub fn read(&self, strategy: Strategy, top: usize) -> Posterior {
        self.read_allowed(strategy, top, &Constraint::any())
    }

    /// As [`Lattice::read`], of allowed numbers only.
    pub fn read_allowed(&self, strategy: Strategy, top: usize, allowed: &Constraint) -> Posterior {
        let flow = Flow::new(self);
        let chain = Chain::new(self, &flow, allowed.automaton());
        let mut posterior = if allowed.is_any() { flow.posterior(self) } else { chain.posterior(self, &flow) };
        if posterior.log_total == f64::NEG_INFINITY {
            posterior.exact = strategy == Strategy::WholePermutation;
            return posterior;
        }
        let number = chain.log_allowed() - posterior.log_total;
        if strategy == Strategy::WholePermutation {
            let ranking = chain.best_strings(top, strings::MAX_EXPANSIONS);
            let mut table = Vec::new();
            let mut listed = |(digits, given_number): (Vec<u8>, f64)| {
                let path = self.best_segmentation(&digits, &mut table);
                StringPosterior { digits, probability: (number + given_number.ln()).exp(), path }
            };
            posterior.strings = ranking.strings.into_iter().map(&mut listed).collect();
            posterior.exact = ranking.exact;
            posterior.best_path = self.best_path(&chain);
        } else {
            posterior.best_path = self.greedy_path(strategy, &chain);
            let digit = |step: &PathStep| match *step {
                PathStep::Digit(step) => Some(step),
                PathStep::Sign { .. } | PathStep::Junk { .. } => None,
            };
            if let Some(path) = posterior.best_path.iter().map(digit).collect::<Option<Vec<_>>>()
                && top > 0
            {
                let digits: Vec<u8> = path.iter().map(|s| s.digit).collect();
                let probability = (number + chain.probability_of(&digits).ln()).exp();
                posterior.strings.push(StringPosterior { digits, probability, path });
            }
        }
        posterior
    }

    /// Most steps that [`Lattice::read_allowed`] weighs: its time and memory, some hundred bytes a step, go with them.
    pub fn steps_within(&self, allowed: &Constraint) -> usize {
        chain::most_steps(self, allowed.automaton())
    }

    /// The exact posterior with the `top` most probable strings: [`Strategy::WholePermutation`].
    pub fn posterior(&self, top: usize) -> Posterior {
        self.read(Strategy::WholePermutation, top)
    }

    /// Log weight of the run of an arc as one sign, the cuts inside it and at its end included.
    fn sign_mass(&self, arc: usize) -> f64 {
        self.arcs[arc].sign + self.cut_sums[arc]
    }

    /// Indices of the arcs that leave `position`, shortest first.
    fn leaving(&self, position: usize) -> &[usize] {
        &self.leaving[self.leaving_from[position]..self.leaving_from[position + 1]]
    }

    /// Indices of the arcs that arrive at `position`, shortest first.
    fn arriving(&self, position: usize) -> &[usize] {
        &self.arriving[self.arriving_from[position]..self.arriving_from[position + 1]]
    }
}

fn is_log_weight(weight: f64) -> bool {
    !weight.is_nan() && weight < f64::INFINITY
}

/// The log weight of passing every cut inside an arc.
fn passed_within(cuts: &[CutWeights], arc: &Arc) -> f64 {
    cuts[arc.start..arc.end - 1].iter().map(|c| c.passed).sum()
}

/// Arc indices sorted by `key`, and where each group with the same first key component begins; the sort keeps the order of equals.
fn grouped(arcs: &[Arc], fragments: usize, key: impl Fn(&Arc) -> (usize, usize)) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..arcs.len()).collect();
    order::sort(&mut order, |&arc| {
        let (first, second) = key(&arcs[arc]);
        [order::whole(first), order::whole(second), 0]
    });
    let from = (0..=fragments + 1).map(|p| order.partition_point(|&arc| key(&arcs[arc]).0 < p)).collect();
    (order, from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: f64 = f64::NEG_INFINITY;

    fn arc(start: usize, end: usize, weights: &[(usize, f64)]) -> Arc {
        let mut log_weights = [NEVER; DIGITS];
        weights.iter().for_each(|&(digit, weight)| log_weights[digit] = weight);
        Arc { start, end, log_weights, sign: NEVER }
    }

    fn texts(posterior: &Posterior) -> Vec<String> {
        let text = |s: &StringPosterior| s.digits.iter().map(|d| char::from(b'0' + d)).collect();
        posterior.strings.iter().map(text).collect()
    }

    #[test]
    fn one_fragment_is_a_softmax_with_junk() {
        let (three, two) = (3f64.ln(), 2f64.ln());
        let lattice = Lattice::new(1, vec![arc(0, 1, &[(4, three), (7, two)])], vec![], vec![0.]);
        let posterior = lattice.posterior(10);
        assert!((posterior.log_total - 6f64.ln()).abs() < 1e-12);
        assert!((posterior.not_a_number - 1. / 6.).abs() < 1e-12);
        assert_eq!(texts(&posterior), ["4", "7"]);
        assert!((posterior.strings[0].probability - 0.5).abs() < 1e-12);
        assert!((posterior.digits[0][7] - 1. / 3.).abs() < 1e-12);
        assert_eq!(posterior.strings[0].path, [Step { arc: 0, digit: 4 }]);
        assert_eq!(posterior.best_path, [PathStep::Digit(Step { arc: 0, digit: 4 })]);
        assert!((posterior.junk[0] - 1. / 6.).abs() < 1e-12 && posterior.cuts.is_empty() && posterior.exact);
    }

    #[test]
    fn every_path_accounts_for_every_cut() {
        let arcs = vec![arc(0, 2, &[(8, 0.)]), arc(0, 1, &[(1, 0.)]), arc(1, 2, &[(1, 0.)])];
        let cuts = vec![CutWeights { used: 0.9f64.ln(), passed: 0.1f64.ln() }];
        let posterior = Lattice::new(2, arcs, cuts, vec![NEVER; 2]).posterior(10);
        assert_eq!(texts(&posterior), ["11", "8"]);
        assert!((posterior.strings[0].probability - 0.9).abs() < 1e-12 && (posterior.cuts[0] - 0.9).abs() < 1e-12);
        assert!((posterior.log_total).abs() < 1e-12 && posterior.not_a_number == 0.);
    }

    #[test]
    fn many_weak_segmentations_beat_one_strong() {
        // 11 with the border at either of two cuts, weight 1 each, against 7 with weight e^0.2.
        let one = [(1, 0.)];
        let arcs = vec![arc(0, 1, &one), arc(1, 3, &one), arc(0, 2, &one), arc(2, 3, &one), arc(0, 3, &[(7, 0.2)])];
        let posterior = Lattice::new(3, arcs, vec![CutWeights::default(); 2], vec![NEVER; 3]).posterior(10);
        assert_eq!(texts(&posterior), ["11", "7"]);
        assert_eq!(
            posterior.best_path,
            [PathStep::Digit(Step { arc: 4, digit: 7 })],
            "the single best path is the other"
        );
        assert!((posterior.strings[0].probability - 2. / (2. + 0.2f64.exp())).abs() < 1e-12);
    }

    #[test]
    fn ties_go_to_the_shorter_then_to_the_smaller() {
        let both = [(2, 0.), (5, 0.)];
        let arcs = vec![arc(0, 1, &both), arc(1, 2, &both), arc(0, 2, &both)];
        let lattice = Lattice::new(2, arcs, vec![CutWeights::default()], vec![0.; 2]);
        assert_eq!(texts(&lattice.posterior(10)), ["2", "5", "22", "25", "52", "55"]);
        assert_eq!(texts(&lattice.posterior(4)), ["2", "5", "22", "25"]);
        assert!(lattice.posterior(0).strings.is_empty());
    }

    #[test]
    fn among_equal_paths_digits_then_short_runs_then_small_digits_win() {
        let arcs = vec![arc(0, 2, &[(1, 0.)]), arc(1, 2, &[(6, 0.), (3, 0.)]), arc(0, 1, &[(9, 0.), (4, 0.)])];
        let lattice = Lattice::new(2, arcs, vec![CutWeights::default()], vec![0.; 2]);
        let path = vec![PathStep::Digit(Step { arc: 2, digit: 4 }), PathStep::Digit(Step { arc: 1, digit: 3 })];
        assert_eq!(lattice.posterior(1).best_path, path);
        assert_eq!(lattice.read(Strategy::RightToLeft, 1).best_path, path);
    }

    #[test]
    fn junk_can_be_the_best_path() {
        let arcs = vec![arc(0, 1, &[(3, 1.)]), arc(1, 2, &[(3, -9.)])];
        let posterior = Lattice::new(2, arcs, vec![CutWeights::default()], vec![0.; 2]).posterior(1);
        assert_eq!(posterior.best_path, [PathStep::Digit(Step { arc: 0, digit: 3 }), PathStep::Junk { fragment: 1 }]);
        assert!(posterior.not_a_number > 0.99 && posterior.junk[1] > 0.99 && posterior.junk[0] < 0.5);
    }

    #[test]
    fn a_run_may_be_one_sign() {
        // The number 11, e^1, and four ways to be none: a sign of both fragments, e^2, junk twice, e^-1, and twice a digit beside junk, e^0.
        let whole = Arc { sign: 2. - 0.1f64.ln(), ..arc(0, 2, &[]) };
        let arcs = vec![arc(0, 1, &[(1, 0.5)]), arc(1, 2, &[(1, 0.5 - 0.9f64.ln())]), whole];
        let cuts = vec![CutWeights { used: 0.9f64.ln(), passed: 0.1f64.ln() }];
        let posterior = Lattice::new(2, arcs, cuts, vec![-0.5, -0.5 - 0.9f64.ln()]).posterior(1);
        let total = 2f64.exp() + (-1f64).exp() + 1f64.exp() + 2.;
        assert!((posterior.log_total - total.ln()).abs() < 1e-12);
        assert!((posterior.strings[0].probability - 1f64.exp() / total).abs() < 1e-12);
        assert!((posterior.not_a_number - (1. - 1f64.exp() / total)).abs() < 1e-12);
        let left_out = (2f64.exp() + (-1f64).exp() + 1.) / total;
        assert!(posterior.junk.iter().all(|junk| (junk - left_out).abs() < 1e-12), "{:?}", posterior.junk);
        assert!((posterior.signs[2] - 2f64.exp() / total).abs() < 1e-12 && posterior.signs[0] == 0.);
        assert!((posterior.cuts[0] - (1. - posterior.signs[2])).abs() < 1e-12);
        assert_eq!(posterior.best_path, [PathStep::Sign { arc: 2 }]);
    }

    #[test]
    fn extreme_weights_neither_overflow_nor_vanish() {
        let arcs = vec![arc(0, 1, &[(1, -2000.), (2, -2001.)]), arc(1, 2, &[(1, 1500.), (2, 1499.)])];
        let posterior = Lattice::new(2, arcs, vec![CutWeights::default()], vec![-5000.; 2]).posterior(4);
        let best = 1. / (1. + (-1f64).exp());
        assert_eq!(texts(&posterior), ["11", "12", "21", "22"]);
        assert!((posterior.strings[0].probability - best * best).abs() < 1e-9);
        assert!((posterior.log_total - (-500. - 2. * best.ln())).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_ranked_however_unlikely_a_number_is() {
        let arcs = vec![arc(0, 1, &[(1, -3000.), (2, -2999.)])];
        let posterior = Lattice::new(1, arcs, vec![], vec![0.]).posterior(4);
        assert_eq!(texts(&posterior), ["2", "1"]);
        assert_eq!((posterior.not_a_number, posterior.strings[0].probability), (1., 0.));
    }

    #[test]
    fn no_path_at_all_is_not_a_number() {
        let lattice = Lattice::new(2, vec![arc(0, 1, &[(1, 0.)])], vec![CutWeights::default()], vec![NEVER; 2]);
        for strategy in Strategy::ALL {
            let posterior = lattice.read(strategy, 10);
            assert_eq!((posterior.log_total, posterior.not_a_number), (NEVER, 1.), "{strategy}");
            assert!(posterior.strings.is_empty() && posterior.best_path.is_empty());
            assert_eq!((posterior.digits, posterior.cuts, posterior.junk), (vec![[0.; DIGITS]], vec![0.], vec![0.; 2]));
        }
    }

    #[test]
    fn strategies_have_names() {
        for strategy in Strategy::ALL {
            assert_eq!(strategy.name().parse(), Ok(strategy));
        }
        assert_eq!(Strategy::default(), Strategy::WholePermutation);
        let error = "inside-out".parse::<Strategy>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown strategy \"inside-out\"; there are: whole-permutation, left-to-right, right-to-left, meet-in-the-middle"
        );
    }

    #[test]
    #[should_panic(expected = "digit weights")]
    fn nan_is_refused() {
        Lattice::new(1, vec![arc(0, 1, &[(0, f64::NAN)])], vec![], vec![0.]);
    }

    #[test]
    #[should_panic(expected = "an arc from 1 to 3 among 2 fragments")]
    fn an_arc_beyond_the_end_is_refused() {
        Lattice::new(2, vec![arc(1, 3, &[(0, 0.)])], vec![CutWeights::default()], vec![0.; 2]);
    }

    #[test]
    #[should_panic(expected = "one pair of weights for each interior cut")]
    fn a_missing_cut_is_refused() {
        Lattice::new(2, vec![], vec![], vec![0.; 2]);
    }
}

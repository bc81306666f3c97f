//! The greedy strategies: they step through the cuts and never look back. Here to be compared with the whole search.

use super::chain::Chain;
use super::{Lattice, PathStep, Step, Strategy, passed_within};
use crate::classify::DIGITS;
use crate::constraint::{NOWHERE, START};

/// From these log-odds on a digit is a confident match and a greedy strategy looks no further: 999 to 1, ln 999. On held-back strings it
/// reads more than 99 to 1 or 9 to 1, at which half of a 4 passes for a 1, and no less than never being confident.
pub const CONFIDENT_LOG_ODDS: f64 = 6.906_754_778_648_554;

/// The ink between what was read from both ends.
#[derive(Debug, Clone, Copy)]
struct Gap {
    left: usize,
    right: usize,
    /// Where the next step is taken.
    from_left: bool,
}

impl Lattice {
    /// The path of a greedy strategy. It leaves a fragment out only where no arc leads on, whatever the weight of doing so.
    ///
    /// Under a constraint it takes only steps that some allowed number takes, too, with all the steps before, so it never comes to a
    /// dead end; where there is no allowed number to begin with, it is [`Lattice::best_path`].
    pub(super) fn greedy_path(&self, strategy: Strategy, chain: &Chain) -> Vec<PathStep> {
        let mut gap = Gap { left: 0, right: self.fragments, from_left: strategy != Strategy::RightToLeft };
        let mut open = if chain.is_free() { None } else { Some(OpenNodes::new(self, chain)) };
        if open.is_some() && !chain.goes_on(START, 0) {
            return self.best_path(chain);
        }
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        while gap.left < gap.right {
            let choice = self.greedy_step(gap, |arc| open.as_ref().map_or([true; DIGITS], |o| o.digits(arc)));
            if gap.from_left {
                head.push(choice.map_or(PathStep::Junk { fragment: gap.left }, PathStep::Digit));
                gap.left = choice.map_or(gap.left + 1, |s| self.arcs[s.arc].end);
            } else {
                tail.push(choice.map_or(PathStep::Junk { fragment: gap.right - 1 }, PathStep::Digit));
                gap.right = choice.map_or(gap.right - 1, |s| self.arcs[s.arc].start);
            }
            if let (Some(open), Some(step)) = (&mut open, choice) {
                open.take(step, gap.from_left);
            }
            if strategy == Strategy::MeetInTheMiddle {
                gap.from_left = !gap.from_left;
            }
        }
        head.extend(tail.into_iter().rev());
        head
    }

    /// The next digit within the gap, of those allowed for each arc: the shortest confident run, else the best score (the digit's
    /// log-odds with the cuts that the run passes and ends at; the shortest run among equals). `None` where no arc is possible.
    fn greedy_step(&self, gap: Gap, allowed: impl Fn(usize) -> [bool; DIGITS]) -> Option<Step> {
        let arcs = if gap.from_left { self.leaving(gap.left) } else { self.arriving(gap.right) };
        let mut best: Option<(f64, Step)> = None;
        for &arc in arcs {
            let (start, end) = (self.arcs[arc].start, self.arcs[arc].end);
            if start < gap.left || end > gap.right {
                continue;
            }
            let (digit, weight) = self.peak(arc, allowed(arc));
            let step = Step { arc, digit };
            // The cut that the run decides to use is at its far end: at its end from the left, at its start from the right.
            let far = if gap.from_left { end } else { start };
            let used = if far == 0 || far == self.fragments { 0. } else { self.cuts[far - 1].used };
            let score = weight + passed_within(&self.cuts, &self.arcs[arc]) + used;
            if score == f64::NEG_INFINITY {
                continue;
            }
            if weight >= CONFIDENT_LOG_ODDS {
                return Some(step);
            }
            if best.is_none_or(|(s, _)| score > s) {
                best = Some((score, step));
            }
        }
        best.map(|(_, step)| step)
    }
}

/// The nodes of the chain that agree with the steps taken so far.
struct OpenNodes<'a> {
    lattice: &'a Lattice,
    chain: &'a Chain<'a>,
    /// For each node: whether the steps from the left lead there by some digits.
    ahead: Vec<bool>,
    /// For each node: whether some digits lead from it to the steps from the right.
    behind: Vec<bool>,
}

impl<'a> OpenNodes<'a> {
    fn new(lattice: &'a Lattice, chain: &'a Chain<'a>) -> Self {
        let none = vec![false; chain.node_count()];
        let mut open = Self { lattice, chain, ahead: none.clone(), behind: none };
        open.ahead[chain.node_of(START, 0)] = true;
        for &state in chain.states_at(lattice.fragments).iter().filter(|&&state| chain.accepts(state)) {
            open.behind[chain.node_of(state, lattice.fragments)] = true;
        }
        open.look_ahead();
        open.look_behind();
        open
    }

    /// All that an arc does: from which node by which digit to which node.
    fn moves(&self, arc: usize) -> impl Iterator<Item = (usize, u8, usize)> + use<'a> {
        let Self { lattice, chain, .. } = *self;
        let (arc, cuts) = (&lattice.arcs[arc], lattice.cut_sums[arc]);
        chain.states_at(arc.start).iter().flat_map(move |&state| {
            let from = chain.node_of(state, arc.start);
            let digits = (0..).zip(arc.log_weights).zip(chain.next(state));
            let possible =
                digits.filter(move |&((_, weight), next)| weight + cuts > f64::NEG_INFINITY && next != NOWHERE);
            possible.map(move |((digit, _), next)| (from, digit, chain.node_of(next, arc.end)))
        })
    }

    /// Which digits of an arc lead from the steps on one side to those on the other.
    fn digits(&self, arc: usize) -> [bool; DIGITS] {
        let mut digits = [false; DIGITS];
        let open = self.moves(arc).filter(|&(from, _, to)| self.ahead[from] && self.behind[to]);
        open.for_each(|(_, digit, _)| digits[usize::from(digit)] = true);
        digits
    }

    /// Keeps to a step, in O(10 a s).
    fn take(&mut self, step: Step, from_left: bool) {
        let mut side = vec![false; self.chain.node_count()];
        for (from, digit, to) in self.moves(step.arc) {
            if digit == step.digit && self.ahead[from] && self.behind[to] {
                side[if from_left { to } else { from }] = true;
            }
        }
        if from_left {
            self.ahead = side;
            self.look_ahead();
        } else {
            self.behind = side;
            self.look_behind();
        }
    }

    fn look_ahead(&mut self) {
        for arc in (0..self.lattice.fragments).flat_map(|position| self.lattice.leaving(position)) {
            self.moves(*arc).for_each(|(from, _, to)| self.ahead[to] |= self.ahead[from]);
        }
    }

    fn look_behind(&mut self) {
        for arc in (0..=self.lattice.fragments).rev().flat_map(|position| self.lattice.arriving(position)) {
            self.moves(*arc).for_each(|(from, _, to)| self.behind[from] |= self.behind[to]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::Constraint;
    use crate::lattice::{Arc, CutWeights};

    fn arc(start: usize, end: usize, digit: usize, weight: f64) -> Arc {
        let mut log_weights = [f64::NEG_INFINITY; DIGITS];
        log_weights[digit] = weight;
        Arc { start, end, log_weights, sign: f64::NEG_INFINITY }
    }

    fn lattice(fragments: usize, arcs: Vec<Arc>) -> Lattice {
        Lattice::new(fragments, arcs, vec![CutWeights::default(); fragments - 1], vec![-1.; fragments])
    }

    /// The arcs taken, `None` for junk.
    fn taken(lattice: &Lattice, strategy: Strategy) -> Vec<Option<usize>> {
        taken_within(lattice, strategy, &Constraint::any())
    }

    fn taken_within(lattice: &Lattice, strategy: Strategy, allowed: &Constraint) -> Vec<Option<usize>> {
        let of = |step| match step {
            PathStep::Digit(Step { arc, .. }) => Some(arc),
            PathStep::Sign { .. } | PathStep::Junk { .. } => None,
        };
        lattice.read_allowed(strategy, 1, allowed).best_path.into_iter().map(of).collect()
    }

    #[test]
    fn the_shortest_confident_run_goes_before_a_better_one() {
        let l = lattice(2, vec![arc(0, 2, 8, 9.), arc(0, 1, 1, CONFIDENT_LOG_ODDS), arc(1, 2, 1, 0.)]);
        assert_eq!(taken(&l, Strategy::LeftToRight), [Some(1), Some(2)]);
        // From the right the short run is not confident, the long one is.
        assert_eq!(taken(&l, Strategy::RightToLeft), [Some(0)]);
    }

    #[test]
    fn without_confidence_the_best_score_wins_cuts_included() {
        let arcs = vec![arc(0, 1, 1, 1.), arc(1, 2, 1, 1.), arc(0, 2, 8, 0.5)];
        assert_eq!(taken(&lattice(2, arcs.clone()), Strategy::LeftToRight), [Some(0), Some(1)]);
        let passed = vec![CutWeights { used: -0.5, passed: 0.2 }];
        let l = Lattice::new(2, arcs, passed, vec![-1.; 2]);
        assert_eq!(taken(&l, Strategy::LeftToRight), [Some(2)]);
        assert_eq!(taken(&l, Strategy::RightToLeft), [Some(2)]);
    }

    #[test]
    fn what_no_arc_covers_is_left_out() {
        let l = lattice(4, vec![arc(1, 2, 3, 5.), arc(3, 4, 7, 5.)]);
        for strategy in &Strategy::ALL[1..] {
            assert_eq!(taken(&l, *strategy), [None, Some(0), None, Some(1)], "{strategy}");
        }
        assert!(l.read(Strategy::LeftToRight, 3).strings.is_empty());
    }

    #[test]
    fn both_ends_advance_until_they_meet() {
        // The run across the middle is out of reach once both ends have come to its inside.
        let l = lattice(
            4,
            vec![
                arc(0, 1, 1, 7.),
                arc(1, 2, 2, 7.),
                arc(2, 3, 3, 7.),
                arc(3, 4, 4, 7.),
                arc(1, 4, 9, 9.),
                arc(0, 3, 9, 9.),
            ],
        );
        assert_eq!(taken(&l, Strategy::MeetInTheMiddle), [Some(0), Some(1), Some(2), Some(3)]);
        // Left first: it takes 0..2, and right must keep within 2..3.
        let l = lattice(3, vec![arc(0, 2, 1, 5.), arc(1, 3, 2, 5.), arc(2, 3, 3, 1.)]);
        assert_eq!(taken(&l, Strategy::MeetInTheMiddle), [Some(0), Some(2)]);
        assert_eq!(taken(&l, Strategy::RightToLeft), [None, Some(1)], "0..1 has no arc");
    }

    #[test]
    fn a_greedy_string_has_its_whole_probability() {
        // 11 in two ways: 0..1 1..3 and 0..2 2..3; greedy sees the first alone.
        let l = lattice(3, vec![arc(0, 1, 1, 3.), arc(1, 3, 1, 3.), arc(0, 2, 1, 3.), arc(2, 3, 1, 3.)]);
        let (greedy, whole) = (l.read(Strategy::LeftToRight, 5), l.posterior(5));
        assert_eq!(greedy.strings[0].digits, [1, 1]);
        assert!((greedy.strings[0].probability - whole.strings[0].probability).abs() < 1e-12);
        assert!(greedy.strings[0].path.iter().map(|s| s.arc).eq([0, 1]));
        assert!(!greedy.exact && whole.exact);
        assert!(l.read(Strategy::LeftToRight, 0).strings.is_empty());
    }

    #[test]
    fn only_steps_that_an_allowed_number_takes_are_taken() {
        // Freely read this is 111, one fragment a digit.
        let short = (0..3).map(|start| arc(start, start + 1, 1, 9.));
        let l = lattice(3, short.chain([arc(0, 2, 4, 1.), arc(1, 3, 5, 1.), arc(0, 3, 8, 1.)]).collect());
        let length = |n| Constraint::length(n, Some(n)).unwrap();
        for (strategy, two) in [
            (Strategy::LeftToRight, [Some(0), Some(4)]),
            (Strategy::RightToLeft, [Some(3), Some(2)]),
            (Strategy::MeetInTheMiddle, [Some(0), Some(4)]),
        ] {
            assert_eq!(taken(&l, strategy), [Some(0), Some(1), Some(2)], "{strategy}");
            assert_eq!(taken_within(&l, strategy, &length(2)), two, "{strategy}");
            assert_eq!(taken_within(&l, strategy, &length(1)), [Some(5)], "{strategy}");
            // The digit that ends it decides about the one that begins it, and the other way round.
            let ends = Constraint::one_of(&["15", "41"]).unwrap();
            assert_eq!(taken_within(&l, strategy, &ends), two, "{strategy}");
            let none = l.read_allowed(strategy, 1, &length(4));
            assert!(none.strings.is_empty());
            assert_eq!(none.best_path, l.read_allowed(Strategy::WholePermutation, 1, &length(4)).best_path);
        }
    }
}

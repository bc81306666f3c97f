//! The greedy strategies: they step through the cuts and never look back. Here to be compared with the whole search.

use super::{Lattice, PathStep, Step, Strategy, passed_within};

/// From these log-odds on a digit is a confident match and a greedy strategy looks no further: 999 to 1, ln 999. On held-back strings it
/// reads more than 99 to 1 or 9 to 1, at which half of a 4 passes for a 1, and no less than never being confident.
pub const CONFIDENT_LOG_ODDS: f64 = 6.906_754_778_648_554;

impl Lattice {
    /// The path of a greedy strategy. It leaves a fragment out only where no arc leads on, whatever the weight of doing so.
    pub(super) fn greedy_path(&self, strategy: Strategy) -> Vec<PathStep> {
        let (mut left, mut right) = (0, self.fragments);
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        let mut from_left = strategy != Strategy::RightToLeft;
        while left < right {
            let choice = self.greedy_step(left, right, from_left);
            let step = choice
                .map_or_else(|| PathStep::Junk { fragment: if from_left { left } else { right - 1 } }, PathStep::Digit);
            if from_left {
                left = choice.map_or(left + 1, |s| self.arcs[s.arc].end);
                head.push(step);
            } else {
                right = choice.map_or(right - 1, |s| self.arcs[s.arc].start);
                tail.push(step);
            }
            if strategy == Strategy::MeetInTheMiddle {
                from_left = !from_left;
            }
        }
        head.extend(tail.into_iter().rev());
        head
    }

    /// The next digit from `left` or from `right` within both: the shortest confident run, else the best score (the digit's log-odds
    /// with the cuts that the run passes and ends at; the shortest run among equals). `None` where no arc is possible.
    fn greedy_step(&self, left: usize, right: usize, from_left: bool) -> Option<Step> {
        let arcs = if from_left { self.leaving(left) } else { self.arriving(right) };
        let mut best: Option<(f64, Step)> = None;
        for &arc in arcs {
            let (start, end) = (self.arcs[arc].start, self.arcs[arc].end);
            if start < left || end > right {
                continue;
            }
            let (digit, weight) = self.peak(arc);
            let step = Step { arc, digit };
            // The cut that the run decides to use is at its far end: at its end from the left, at its start from the right.
            let far = if from_left { end } else { start };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::DIGITS;
    use crate::lattice::{Arc, CutWeights};

    fn arc(start: usize, end: usize, digit: usize, weight: f64) -> Arc {
        let mut log_weights = [f64::NEG_INFINITY; DIGITS];
        log_weights[digit] = weight;
        Arc { start, end, log_weights }
    }

    fn lattice(fragments: usize, arcs: Vec<Arc>) -> Lattice {
        Lattice::new(fragments, arcs, vec![CutWeights::default(); fragments - 1], vec![-1.; fragments])
    }

    /// The arcs taken, `None` for junk.
    fn taken(lattice: &Lattice, strategy: Strategy) -> Vec<Option<usize>> {
        let of = |step| match step {
            PathStep::Digit(Step { arc, .. }) => Some(arc),
            PathStep::Junk { .. } => None,
        };
        lattice.greedy_path(strategy).into_iter().map(of).collect()
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
}

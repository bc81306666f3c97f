//! The single best paths, by Viterbi from the right.

use std::cmp::Ordering;

use super::chain::Chain;
use super::{Lattice, PathStep, Step};
use crate::classify::DIGITS;
use crate::constraint::START;

/// The best ways to go on, a number for each place that a path can be in.
struct BestWays {
    scores: Vec<f64>,
    /// The first step and the place that it leads to.
    steps: Vec<Option<(PathStep, usize)>>,
}

impl BestWays {
    fn new(places: usize) -> Self {
        Self { scores: vec![f64::NEG_INFINITY; places], steps: vec![None; places] }
    }

    /// Goes from `place` by `step` to `to`, where that is better than all that was offered before.
    fn offer(&mut self, place: usize, step: PathStep, weight: f64, to: usize) {
        let score = weight + self.scores[to];
        if score > self.scores[place] {
            self.scores[place] = score;
            self.steps[place] = Some((step, to));
        }
    }

    fn path(&self, start: usize) -> Vec<PathStep> {
        std::iter::successors(self.steps[start], |&(_, to)| self.steps[to]).map(|(step, _)| step).collect()
    }
}

impl Lattice {
    /// The path with the best score, of those that spell an allowed number or leave something out; empty when none is possible.
    pub(super) fn best_path(&self, chain: &Chain) -> Vec<PathStep> {
        let n = self.fragments;
        // What has left something out may go on as it likes, what has not must still do so if it spells no allowed number.
        let (free, whole) = (|position| position, |position| n + 1 + position);
        let mut ways = BestWays::new(2 * (n + 1));
        ways.scores[free(n)] = 0.;
        for position in (0..n).rev() {
            self.offer_steps(&mut ways, position, free, free);
        }
        if chain.is_free() {
            return ways.path(free(0));
        }
        for position in (0..n).rev() {
            self.offer_steps(&mut ways, position, whole, free);
        }
        let (refused, number) = (ways.path(whole(0)), self.best_number(chain));
        let by_rule = || self.precedence(&number.1).cmp(self.precedence(&refused)).is_le();
        match number.0.total_cmp(&ways.scores[whole(0)]) {
            Ordering::Greater => number.1,
            Ordering::Equal if by_rule() => number.1,
            _ => refused,
        }
    }

    /// The best path of an allowed number and its score.
    fn best_number(&self, chain: &Chain) -> (f64, Vec<PathStep>) {
        let n = self.fragments;
        if !chain.goes_on(START, 0) {
            return (f64::NEG_INFINITY, Vec::new());
        }
        let mut ways = BestWays::new(chain.node_count());
        for &state in chain.states_at(n).iter().filter(|&&state| chain.accepts(state)) {
            ways.scores[chain.node_of(state, n)] = 0.;
        }
        for position in (0..n).rev() {
            for &state in chain.states_at(position) {
                let (here, next) = (chain.node_of(state, position), chain.next(state));
                for edge in chain.leaving(state, position) {
                    let possible = edge.digits.iter().zip(next).zip(0..).filter(|((share, _), _)| **share > 0.);
                    for ((_, next), digit) in possible {
                        let weight = self.arcs[edge.arc()].log_weights[usize::from(digit)] + self.cut_sums[edge.arc()];
                        let step = PathStep::Digit(Step { arc: edge.arc(), digit });
                        ways.offer(here, step, weight, chain.node_of(next, edge.end()));
                    }
                }
            }
        }
        let start = chain.node_of(START, 0);
        (ways.scores[start], ways.path(start))
    }

    /// Offers every step from a position, where it does not matter which digit is taken: digits stay `here`, signs and junk go `there`.
    fn offer_steps(
        &self,
        ways: &mut BestWays,
        position: usize,
        here: impl Fn(usize) -> usize,
        there: impl Fn(usize) -> usize,
    ) {
        for &arc in self.leaving(position) {
            let (digit, weight) = self.peak(arc, [true; DIGITS]);
            let step = PathStep::Digit(Step { arc, digit });
            ways.offer(here(position), step, weight + self.cut_sums[arc], here(self.arcs[arc].end));
        }
        ways.offer(here(position), PathStep::Junk { fragment: position }, self.junk[position], there(position + 1));
        for &arc in self.leaving(position) {
            ways.offer(here(position), PathStep::Sign { arc }, self.sign_mass(arc), there(self.arcs[arc].end));
        }
    }

    /// The order among equals: digits before junk, short runs before long ones, small digits before large ones.
    fn precedence(&self, path: &[PathStep]) -> impl Iterator<Item = (usize, u8)> {
        path.iter().map(|step| match *step {
            PathStep::Digit(Step { arc, digit }) => (self.arcs[arc].end - self.arcs[arc].start, digit),
            PathStep::Sign { .. } | PathStep::Junk { .. } => (usize::MAX, 0),
        })
    }

    /// The best of some digits of an arc and its log weight, the cuts not counted; the smaller digit wins a tie. Weight -inf where none
    /// of them is possible.
    pub(super) fn peak(&self, arc: usize, among: [bool; DIGITS]) -> (u8, f64) {
        let mut peak = (0, f64::NEG_INFINITY);
        for (digit, &weight) in (0..).zip(&self.arcs[arc].log_weights) {
            if among[usize::from(digit)] && weight > peak.1 {
                peak = (digit, weight);
            }
        }
        peak
    }

    /// The best segmentation that spells `digits`, Viterbi from the right; short runs first among equals. Empty when there is none.
    /// `table` is scratch space to be used again.
    pub(super) fn best_segmentation(&self, digits: &[u8], table: &mut Vec<f64>) -> Vec<Step> {
        let (n, length) = (self.fragments, digits.len());
        // table[i * (n + 1) + p]: the best score of spelling digits[i..] from position p on.
        table.clear();
        table.resize((length + 1) * (n + 1), f64::NEG_INFINITY);
        table[length * (n + 1) + n] = 0.;
        let score = |table: &[f64], arc: usize, i: usize| {
            let a = &self.arcs[arc];
            a.log_weights[usize::from(digits[i])] + self.cut_sums[arc] + table[(i + 1) * (n + 1) + a.end]
        };
        let longest = self.arcs.iter().map(|arc| arc.end - arc.start).max().unwrap_or(0);
        for i in (0..length).rev() {
            // Where runs of one fragment up to the longest can have come, and can come to the end from.
            let first = i.max(n.saturating_sub((length - i) * longest));
            let last = (i * longest).min(n + i - length);
            for position in first..=last {
                let best =
                    self.leaving(position).iter().map(|&arc| score(table, arc, i)).fold(f64::NEG_INFINITY, f64::max);
                table[i * (n + 1) + position] = best;
            }
        }
        let mut position = 0;
        let mut path = Vec::with_capacity(length);
        for (i, &digit) in digits.iter().enumerate() {
            let best = table[i * (n + 1) + position];
            let spells = |&&arc: &&usize| best > f64::NEG_INFINITY && score(table, arc, i) == best;
            let Some(&arc) = self.leaving(position).iter().find(spells) else { return Vec::new() };
            path.push(Step { arc, digit });
            position = self.arcs[arc].end;
        }
        path
    }
}

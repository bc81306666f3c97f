//! U of the string search: how probable the rest of a string may be, for each node and number of digits to come.

use std::ops::Range;

use super::{Chain, Edge};
use crate::classify::DIGITS;

/// Most bounds that are kept, 8 bytes each. No lattice comes near without a constraint, nor with one at the lengths of numbers; beyond,
/// one bound serves for all numbers of digits of a node, which is as safe and less tight: the search may give up sooner.
pub(super) const MOST_BOUNDS: usize = 1 << 23;

/// `U(x, l)`, state by state.
pub(super) struct Bounds {
    /// For each state its nodes, for each node one bound for each number of digits to come.
    values: Vec<f64>,
    states: Vec<Shelf>,
    grain: Grain,
}

/// Whether a bound is for one number of digits to come or, but for none to come, for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Fine,
    Coarse,
}

/// Where the bounds of one state are. Those for numbers of digits outside `least..=most` are 0 and have no place.
#[derive(Debug, Clone, Copy)]
struct Shelf {
    least: usize,
    most: usize,
    /// Its positions.
    low: usize,
    high: usize,
    /// Where the bounds of its first node begin in the values.
    offset: usize,
}

impl Shelf {
    /// How many bounds each node has.
    #[inline]
    fn width(self, grain: Grain) -> usize {
        match grain {
            _ if self.most < self.least => 0,
            Grain::Fine => self.most - self.least + 1,
            Grain::Coarse => 2,
        }
    }

    fn len(self, grain: Grain) -> usize {
        self.width(grain) * (self.high - self.low)
    }

    /// Where the bounds of the node at a position are.
    #[inline]
    fn node(self, grain: Grain, position: usize) -> Range<usize> {
        let width = self.width(grain);
        let start = self.offset + (position - self.low) * width;
        start..start + width
    }

    /// Which of a node's bounds is for this many digits to come.
    fn column(self, grain: Grain, to_come: usize) -> Option<usize> {
        (self.least..=self.most).contains(&to_come).then(|| match grain {
            Grain::Fine => to_come - self.least,
            Grain::Coarse => to_come.min(1),
        })
    }
}

impl Bounds {
    pub(super) fn new(chain: &Chain, most_bounds: usize) -> Self {
        let mut states = digits_to_come(chain);
        let all = |grain| states.iter().map(|shelf| shelf.len(grain)).sum::<usize>();
        let grain = if all(Grain::Fine) <= most_bounds { Grain::Fine } else { Grain::Coarse };
        let values = vec![0.; all(grain)];
        let mut offset = 0;
        for shelf in &mut states {
            shelf.offset = offset;
            offset += shelf.len(grain);
        }
        let mut bounds = Self { values, states, grain };
        bounds.fill(chain);
        bounds
    }

    fn fill(&mut self, chain: &Chain) {
        let n = chain.fragments;
        for &state in chain.states_at(n).iter().filter(|&&state| chain.goes_on(state, n)) {
            let shelf = self.states[state as usize];
            let none = shelf.column(self.grain, 0).expect("a number that has ended has no digit to come");
            self.values[shelf.node(self.grain, n)][none] = 1.;
        }
        let (mut sums, mut best) = (Vec::new(), Vec::new());
        for position in (0..n).rev() {
            for &state in chain.states_at(position).iter().filter(|&&state| chain.goes_on(state, position)) {
                let shelf = self.states[state as usize];
                sums.clear();
                sums.resize(shelf.width(self.grain), [0.; DIGITS]);
                for edge in chain.leaving(state, position) {
                    self.add_edge(&mut sums, shelf, edge, chain, state);
                }
                best.clear();
                best.extend(sums.iter().map(|digits| digits.iter().copied().fold(0., f64::max)));
                self.values[shelf.node(self.grain, position)].copy_from_slice(&best);
            }
        }
    }

    /// Adds what an edge comes to, for each number of digits to come and each digit, to the sums of the node that it leaves.
    fn add_edge(&self, sums: &mut [[f64; DIGITS]], shelf: Shelf, edge: &Edge, chain: &Chain, state: u32) {
        if let Some(next) = chain.same_next(state) {
            self.each_sum(sums, shelf, next, edge.end(), chain.fragments, |sums, bound| {
                if bound > 0. {
                    sums.iter_mut().zip(edge.digits).for_each(|(sum, p)| *sum += p * bound);
                }
            });
            return;
        }
        for (digit, next) in chain.next(state).into_iter().enumerate().filter(|&(digit, _)| edge.digits[digit] > 0.) {
            let probability = edge.digits[digit];
            self.each_sum(sums, shelf, next, edge.end(), chain.fragments, |sums, bound| {
                sums[digit] += probability * bound
            });
        }
    }

    /// For each number of digits to come, brings the sums before a digit together with the bound after it.
    fn each_sum(
        &self,
        sums: &mut [[f64; DIGITS]],
        shelf: Shelf,
        next: u32,
        end: usize,
        n: usize,
        mut add: impl FnMut(&mut [f64; DIGITS], f64),
    ) {
        let after = self.states[next as usize];
        let bounds = &self.values[after.node(self.grain, end)];
        match self.grain {
            Grain::Fine => {
                // Counted after the digit. Behind `end` there are no more digits than fragments.
                let least = after.least.max(shelf.least.saturating_sub(1));
                let most = after.most.min(shelf.most - 1).min(n - end);
                if least <= most {
                    let sums = &mut sums[least + 1 - shelf.least..=most + 1 - shelf.least];
                    let bounds = &bounds[least - after.least..=most - after.least];
                    sums.iter_mut().zip(bounds).for_each(|(sums, &bound)| add(sums, bound));
                }
            }
            // No node has both bounds: those with no digit to come are at the end.
            Grain::Coarse => add(&mut sums[1], bounds[0] + bounds[1]),
        }
    }

    /// The bound on `to_come` digits from a node on.
    pub(super) fn of(&self, state: u32, to_come: usize, position: usize) -> f64 {
        self.column(state, to_come, position..position + 1).1.next().unwrap_or(0.)
    }

    /// The bounds of a state at `positions`, as far as it comes to them, and the first position that they are for.
    pub(super) fn column(
        &self,
        state: u32,
        to_come: usize,
        positions: Range<usize>,
    ) -> (usize, impl Iterator<Item = f64>) {
        let shelf = self.states.get(state as usize).copied();
        let shelf = shelf.unwrap_or(Shelf { least: 1, most: 0, low: 0, high: 0, offset: 0 });
        let (low, high) = (shelf.low.max(positions.start), shelf.high.min(positions.end));
        let (low, count, first) = match shelf.column(self.grain, to_come) {
            Some(column) if low < high => (low, high - low, shelf.node(self.grain, low).start + column),
            _ => (positions.start, 0, 0),
        };
        (low, self.values[first..].iter().step_by(shelf.width(self.grain).max(1)).take(count).copied())
    }
}

/// For each state: the least and the most digits with which one of its nodes goes on to a number.
fn digits_to_come(chain: &Chain) -> Vec<Shelf> {
    let none = |s: &super::Span| Shelf { least: usize::MAX, most: 0, low: s.low, high: s.high, offset: 0 };
    let mut states: Vec<Shelf> = chain.spans.iter().map(none).collect();
    // The same for single nodes.
    let mut nodes = vec![(usize::MAX, 0); chain.node_count()];
    for position in (0..=chain.fragments).rev() {
        for &state in chain.states_at(position).iter().filter(|&&state| chain.goes_on(state, position)) {
            let (mut least, mut most) = if position == chain.fragments { (0, 0) } else { (usize::MAX, 0) };
            let (next, same) = (chain.next(state), chain.same_next(state).is_some());
            for edge in chain.leaving(state, position) {
                let possible = edge.digits.iter().zip(next).filter(|(p, _)| **p > 0.);
                // Where all digits lead to one state, one of them says it all.
                for (_, next) in possible.take(if same { 1 } else { DIGITS }) {
                    let (shorter, longer) = nodes[chain.node_of(next, edge.end())];
                    least = least.min(shorter + 1);
                    most = most.max(longer + 1);
                }
            }
            nodes[chain.node_of(state, position)] = (least, most);
            let shelf = &mut states[state as usize];
            shelf.least = shelf.least.min(least);
            shelf.most = shelf.most.max(most);
        }
    }
    states
}

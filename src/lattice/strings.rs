//! The exact k best strings, each summed over all segmentations that spell it: A* over prefixes.
//!
//! Among the paths that spell an allowed number the lattice is a Markov chain over nodes, positions with a state of the constraint
//! ([`super::chain`]): from a node, an arc and a digit are taken with a known probability, and every number ends at n in an accepting
//! state with probability 1. A prefix p of a string has one state, that of the automaton after its digits, and a mass at each
//! position, m(p, x): the probability that a number's first digits spell p and end at x. Extending p by a digit is one sparse
//! vector-matrix product, and the probability of a whole string s is m(s, n).
//!
//! The bound. Let w(x, y, d) be the chain's probability to go from node x to node y by digit d, and M(x, s) the probability that a
//! number from x on spells exactly s: M(x, d s') = sum over y of w(x, y, d) M(y, s'). Define U(x, 0) = 1 where x is at n and accepting,
//! 0 elsewhere, and U(x, l) = max over d of sum over y of w(x, y, d) U(y, l - 1). Then M(x, s) <= U(x, |s|) by induction on the length:
//! for the empty string both are the same, and M(x, d s') <= sum over y of w(x, y, d) U(y, |s'|) <= U(x, |s'| + 1) because w >= 0. So no string
//! that begins with p and has l digits more is more probable than B(p, l) = sum over x of m(p, x) U(x, l), x with the state of p; and B(p d, l - 1) <= B(p, l)
//! for every d by the same maximum, and B(s, 0) = m(s, n) is the probability itself. Entries (p, l) are taken from a heap, the largest
//! bound first, and replaced by their ten (p d, l - 1). A whole string that comes before every open entry comes before everything not
//! yet seen: the ranking is exact. Among equal bounds the entry with fewer digits in all goes first, then the lexicographically smaller
//! prefix, which for whole strings is the rule of the ranking and which no extension of a prefix can overtake.

mod bounds;

use super::chain::{Chain, Edge, Span};
use crate::classify::DIGITS;
use crate::constraint::START;
use crate::order;
use bounds::Bounds;

/// How many entries the search for the best strings takes up before it gives up on proving their ranks: some 20 to 40 ms, and at most
/// 2.5 kB an entry, at 40 cuts. Lattices with anything like a reading in them stay far below (`tests/lattice_oracle.rs` prints how
/// many do not); what comes here are noisy lattices without one, where even the best string has next to no probability.
pub const MAX_EXPANSIONS: usize = 10_000;

/// How many prefixes of each length the beam search keeps that fills up the ranks not proven.
const BEAM: usize = 32;

/// Strings below this share of all numbers are not listed: beneath it products lose digits to underflow.
const NEGLIGIBLE: f64 = 1e-280;

/// The best strings found, each with its share of all numbers, in order.
pub(super) struct Ranking {
    pub(super) strings: Vec<(Vec<u8>, f64)>,
    pub(super) exact: bool,
}

impl Chain<'_> {
    /// The `top` most probable strings; gives up on proof after `max_expansions` entries.
    pub(super) fn best_strings(&self, top: usize, max_expansions: usize) -> Ranking {
        if top == 0 {
            return Ranking { strings: Vec::new(), exact: true };
        }
        let mut search = Search::new(self, top);
        let exact = search.a_star(max_expansions);
        if !exact {
            search.beam();
        }
        let strings = search.found.iter().map(|e| (search.tree.spell(e.node), e.bound)).collect();
        Ranking { strings, exact }
    }
}

/// A prefix: one of the ten extensions of the prefix that a block extends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    block: u32,
    digit: u8,
}

/// The empty prefix: block 0 holds it alone.
const ROOT: Node = Node { block: 0, digit: 0 };
/// No block yet; block 0 is nobody's extension.
const NO_BLOCK: u32 = 0;

/// The masses of a prefix extended by each digit, at positions `low..high`.
struct Block {
    parent: Node,
    /// The constraint's state after the prefix that it extends.
    state: u32,
    /// Digits in each of its prefixes.
    depth: usize,
    low: usize,
    high: usize,
    /// `masses[offset + x - low][d]`.
    offset: usize,
    /// The blocks that extend its prefixes, once made.
    extensions: [u32; DIGITS],
}

/// All prefixes made so far.
struct Tree<'a> {
    chain: &'a Chain<'a>,
    blocks: Vec<Block>,
    masses: Vec<[f64; DIGITS]>,
}

impl<'a> Tree<'a> {
    fn new(chain: &'a Chain<'a>) -> Self {
        // Its one prefix extends nothing; see `state_after`.
        let root =
            Block { parent: ROOT, state: START, depth: 0, low: 0, high: 1, offset: 0, extensions: [NO_BLOCK; DIGITS] };
        let mut masses = vec![[0.; DIGITS]];
        masses[0][usize::from(ROOT.digit)] = 1.;
        Self { chain, blocks: vec![root], masses }
    }

    fn block(&self, index: u32) -> &Block {
        &self.blocks[index as usize]
    }

    /// The constraint's state after a prefix.
    fn state_after(&self, node: Node) -> u32 {
        let before = self.block(node.block).state;
        if node == ROOT { before } else { self.chain.next(before)[usize::from(node.digit)] }
    }

    /// The block that extends `node`, made on first demand.
    fn extend(&mut self, node: Node) -> u32 {
        let digit = usize::from(node.digit);
        let parent = self.block(node.block);
        if parent.extensions[digit] != NO_BLOCK {
            return parent.extensions[digit];
        }
        let (parent_low, parent_high, parent_offset, depth) = (parent.low, parent.high, parent.offset, parent.depth);
        let state = self.state_after(node);
        let chain = self.chain;
        let mass_at = |masses: &[[f64; DIGITS]], x: usize| masses[parent_offset + x - parent_low][digit];
        let (mut low, mut high) = (usize::MAX, 0);
        for (x, edges) in chain.leaving_each(state, parent_low..parent_high) {
            if mass_at(&self.masses, x) > 0.
                && let [first, .., last] | [first @ last] = edges
            {
                low = low.min(first.end());
                high = high.max(last.end() + 1);
            }
        }
        let low = low.min(high);
        let offset = self.masses.len();
        self.masses.resize(offset + high - low, [0.; DIGITS]);
        let (made, masses) = self.masses.split_at_mut(offset);
        for (x, edges) in chain.leaving_each(state, parent_low..parent_high) {
            let mass = mass_at(made, x);
            if mass > 0. {
                for edge in edges {
                    let sums = &mut masses[edge.end() - low];
                    sums.iter_mut().zip(&edge.digits).for_each(|(sum, p)| *sum += mass * p);
                }
            }
        }
        let index = u32::try_from(self.blocks.len()).expect("the expansions are capped");
        let block = Block { parent: node, state, depth: depth + 1, low, high, offset, extensions: [NO_BLOCK; DIGITS] };
        self.blocks.push(block);
        self.blocks[node.block as usize].extensions[digit] = index;
        index
    }

    /// For each prefix of a block: the sum over x of its mass times the bound on `to_come` digits from x on.
    fn bounds(&self, block: u32, bounds: &Bounds, to_come: usize) -> [f64; DIGITS] {
        let block = self.block(block);
        let masses = &self.masses[block.offset..block.offset + block.high - block.low];
        let mut sums = [0.; DIGITS];
        if let Some(state) = self.chain.same_next(block.state) {
            let (low, column) = bounds.column(state, to_come, block.low..block.high);
            for (masses, bound) in masses[low - block.low..].iter().zip(column) {
                if bound > 0. {
                    sums.iter_mut().zip(masses).for_each(|(sum, m)| *sum += m * bound);
                }
            }
        } else {
            for (digit, (sum, state)) in sums.iter_mut().zip(self.chain.next(block.state)).enumerate() {
                let (low, column) = bounds.column(state, to_come, block.low..block.high);
                *sum = masses[low - block.low..].iter().zip(column).map(|(masses, bound)| masses[digit] * bound).sum();
            }
        }
        sums
    }

    fn spell(&self, mut node: Node) -> Vec<u8> {
        let mut digits = Vec::with_capacity(self.block(node.block).depth);
        while node.block != ROOT.block {
            digits.push(node.digit);
            node = self.block(node.block).parent;
        }
        digits.reverse();
        digits
    }

    /// Whether `a` is lexicographically before `b`; a prefix is before what it begins.
    fn spells_before(&self, mut a: Node, mut b: Node) -> bool {
        let depth = |node: Node| self.block(node.block).depth;
        let shorter = depth(a) < depth(b);
        while depth(a) > depth(b) {
            a = self.block(a.block).parent;
        }
        while depth(b) > depth(a) {
            b = self.block(b.block).parent;
        }
        if a == b {
            return shorter;
        }
        while a.block != b.block {
            a = self.block(a.block).parent;
            b = self.block(b.block).parent;
        }
        a.digit < b.digit
    }
}

/// A prefix with the number of digits still to come: a set of strings.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// No string of the set has more; its very probability when no digit is to come.
    bound: f64,
    /// Digits of the whole string.
    length: usize,
    node: Node,
}

/// Bounds in steps of 2^-32 relative, as integers in the same order: what rounding made differ is equal again.
fn rank(bound: f64) -> u64 {
    (bound.to_bits() + (1 << 19)) >> 20
}

struct Search<'a> {
    tree: Tree<'a>,
    bounds: Bounds,
    width: usize,
    top: usize,
    /// The best whole strings seen, at most `top`, in order.
    found: Vec<Entry>,
    /// A binary heap, children of i at 2 i + 1 and 2 i + 2; std's cannot look into the tree to compare.
    heap: Vec<Entry>,
}

impl<'a> Search<'a> {
    fn new(chain: &'a Chain<'a>, top: usize) -> Self {
        let width = chain.fragments + 1;
        Self {
            tree: Tree::new(chain),
            bounds: Bounds::new(chain, bounds::MOST_BOUNDS),
            width,
            top,
            found: Vec::new(),
            heap: Vec::new(),
        }
    }

    /// Whether `a` comes before `b` in the ranking.
    fn precedes(&self, a: &Entry, b: &Entry) -> bool {
        let (rank_a, rank_b) = (rank(a.bound), rank(b.bound));
        if rank_a != rank_b {
            return rank_a > rank_b;
        }
        if a.length != b.length {
            return a.length < b.length;
        }
        self.tree.spells_before(a.node, b.node)
    }

    /// Whether something in the set may yet get into `found`.
    fn is_open(&self, entry: &Entry) -> bool {
        entry.bound > NEGLIGIBLE && (self.found.len() < self.top || self.precedes(entry, &self.found[self.top - 1]))
    }

    /// Puts a whole string into `found` if it is among the best so far and not there yet.
    fn keep(&mut self, entry: Entry) {
        if self.is_open(&entry) && self.found.iter().all(|f| f.node != entry.node) {
            let at = self.found.partition_point(|f| self.precedes(f, &entry));
            self.found.insert(at, entry);
            self.found.truncate(self.top);
        }
    }

    /// True when `found` is proven.
    fn a_star(&mut self, max_expansions: usize) -> bool {
        for length in 1..self.width {
            let entry = Entry { bound: self.bounds.of(START, length, 0), length, node: ROOT };
            if self.is_open(&entry) {
                self.push(entry);
            }
        }
        let mut expansions = 0;
        while let Some(entry) = self.pop() {
            if !self.is_open(&entry) {
                return true;
            }
            if expansions == max_expansions {
                return false;
            }
            expansions += 1;
            let block = self.tree.extend(entry.node);
            let to_come = entry.length - self.tree.block(block).depth;
            let bounds = self.tree.bounds(block, &self.bounds, to_come);
            for (digit, bound) in (0..).zip(bounds) {
                let child = Entry { bound, length: entry.length, node: Node { block, digit } };
                if to_come == 0 {
                    self.keep(child);
                } else if self.is_open(&child) {
                    self.push(child);
                }
            }
        }
        true
    }

    /// Fills up `found`: of the prefixes of each length, the [`BEAM`] with the largest bounds are extended.
    fn beam(&mut self) {
        let mut kept = vec![ROOT];
        while !kept.is_empty() {
            let mut next = Vec::new();
            for node in kept {
                let block = self.tree.extend(node);
                let depth = self.tree.block(block).depth;
                let mut best = [0f64; DIGITS];
                for to_come in 0..self.width - depth {
                    let bounds = self.tree.bounds(block, &self.bounds, to_come);
                    for (digit, bound) in (0..).zip(bounds) {
                        if to_come == 0 {
                            self.keep(Entry { bound, length: depth, node: Node { block, digit } });
                        } else {
                            best[usize::from(digit)] = best[usize::from(digit)].max(bound);
                        }
                    }
                }
                next.extend((0..).zip(best).map(|(digit, bound)| (bound, Node { block, digit })));
            }
            next.retain(|&(bound, _)| bound > NEGLIGIBLE);
            order::sort(&mut next, |&(bound, _)| [order::total(-bound), 0, 0]);
            kept = next.into_iter().take(BEAM).map(|(_, node)| node).collect();
        }
    }

    fn push(&mut self, entry: Entry) {
        let mut at = self.heap.len();
        self.heap.push(entry);
        while at > 0 {
            let parent = (at - 1) / 2;
            if !self.precedes(&self.heap[at], &self.heap[parent]) {
                break;
            }
            self.heap.swap(at, parent);
            at = parent;
        }
    }

    fn pop(&mut self) -> Option<Entry> {
        if self.heap.is_empty() {
            return None;
        }
        let first = self.heap.swap_remove(0);
        let mut at = 0;
        loop {
            let mut best = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < self.heap.len() && self.precedes(&self.heap[child], &self.heap[best]) {
                    best = child;
                }
            }
            if best == at {
                return Some(first);
            }
            self.heap.swap(at, best);
            at = best;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::{Check, Constraint};
    use crate::lattice::forward_backward::Flow;
    use crate::lattice::{Arc, CutWeights, Lattice};

    /// Runs of up to 3 among 12 fragments, with weights from a fixed sequence times `spread`.
    fn lattice(spread: f64) -> Lattice {
        let mut state = 1u32;
        let mut weight = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            spread * f64::from(state >> 16) / 65536.
        };
        let mut arcs = Vec::new();
        for start in 0..12 {
            for end in start + 1..=12.min(start + 3) {
                arcs.push(Arc { start, end, log_weights: [0.; DIGITS].map(|_: f64| weight()), sign: weight() });
            }
        }
        Lattice::new(12, arcs, vec![CutWeights::default(); 11], vec![0.; 12])
    }

    fn chain<'a>(lattice: &Lattice, allowed: &'a Constraint) -> Chain<'a> {
        Chain::new(lattice, &Flow::new(lattice), allowed.automaton())
    }

    /// Constraints of one state and of many, with few digits and with all, with one length and with many.
    fn constraints() -> [Constraint; 5] {
        let pattern = |text| Constraint::pattern(text).unwrap();
        let card = Constraint::all([Constraint::check(Check::Luhn), Constraint::length(6, Some(6)).unwrap()]).unwrap();
        [Constraint::any(), card, Constraint::check(Check::Mod97), pattern("[0-4]+7*"), pattern(r"1?\d{5}|[3-6]{7}")]
    }

    #[test]
    fn the_chain_always_goes_on() {
        let lattice = lattice(6.);
        for allowed in &constraints() {
            let chain = chain(&lattice, allowed);
            assert!(chain.goes_on(START, 0));
            for position in 0..12 {
                for &state in chain.states_at(position) {
                    let sum: f64 = chain.leaving(state, position).iter().flat_map(|e| e.digits).sum();
                    let expected = if chain.goes_on(state, position) { 1. } else { 0. };
                    assert!((sum - expected).abs() < 1e-12, "{sum} at {position}");
                }
            }
        }
    }

    /// Every bound, fine and coarse, against the probabilities of all suffixes of some strings from all nodes on, among them those that
    /// no string of the list takes.
    #[test]
    fn no_bound_is_below_what_it_bounds() {
        let lattice = lattice(3.);
        for allowed in &constraints() {
            let chain = chain(&lattice, allowed);
            let ranking = chain.best_strings(60, usize::MAX);
            assert!(ranking.exact && ranking.strings.len() == 60);
            for bounds in [Bounds::new(&chain, usize::MAX), Bounds::new(&chain, 0)] {
                let nodes = |x: usize| chain.states_at(x).iter().map(move |&state| (x, state));
                for (digits, _) in &ranking.strings {
                    for (i, (x, start)) in (0..=digits.len()).flat_map(|i| (0..12).flat_map(nodes).map(move |n| (i, n)))
                    {
                        let mut mass = [0.; 13];
                        mass[x] = 1.;
                        let mut state = start;
                        for &digit in &digits[i..] {
                            let mut next = [0.; 13];
                            for (y, m) in mass.into_iter().enumerate().filter(|(_, m)| *m > 0.) {
                                chain
                                    .leaving(state, y)
                                    .iter()
                                    .for_each(|e| next[e.end()] += m * e.digits[usize::from(digit)]);
                            }
                            mass = next;
                            state = chain.next(state)[usize::from(digit)];
                        }
                        assert!(mass[12] <= bounds.of(start, digits.len() - i, x) * (1. + 1e-12));
                    }
                }
            }
        }
    }

    #[test]
    fn coarse_bounds_find_the_same_strings() {
        let lattice = lattice(6.);
        for allowed in &constraints() {
            let chain = chain(&lattice, allowed);
            let found = |most_bounds: usize| {
                let mut search = Search::new(&chain, 10);
                search.bounds = Bounds::new(&chain, most_bounds);
                assert!(search.a_star(usize::MAX));
                search.found.iter().map(|e| (search.tree.spell(e.node), e.bound)).collect::<Vec<_>>()
            };
            assert_eq!(found(0), found(usize::MAX));
        }
    }

    #[test]
    fn what_the_beam_fills_in_is_exact_but_for_the_rank() {
        let lattice = lattice(2.);
        let any = Constraint::any();
        let chain = chain(&lattice, &any);
        let proven = chain.best_strings(10, usize::MAX);
        assert!(proven.exact);
        for cap in [0, 1, 20] {
            let guessed = chain.best_strings(10, cap);
            assert!(!guessed.exact);
            assert_eq!(guessed.strings.len(), 10);
            assert!(guessed.strings.is_sorted_by(|a, b| a.1 >= b.1 * (1. - 1e-9)));
            for (i, (digits, probability)) in guessed.strings.iter().enumerate() {
                assert!((probability - chain.probability_of(digits)).abs() <= 1e-12 * probability);
                assert!(*probability <= proven.strings[i].1 * (1. + 1e-12));
                assert!(guessed.strings[..i].iter().all(|s| s.0 != *digits));
            }
        }
    }

    #[test]
    fn the_beam_finds_what_stands_out() {
        let lattice = lattice(25.);
        for allowed in &constraints() {
            let chain = chain(&lattice, allowed);
            assert_eq!(chain.best_strings(1, 0).strings, chain.best_strings(1, usize::MAX).strings);
        }
    }

    #[test]
    fn a_listed_probability_is_that_of_the_string() {
        let lattice = lattice(4.);
        for allowed in &constraints() {
            let chain = chain(&lattice, allowed);
            for (digits, probability) in chain.best_strings(50, usize::MAX).strings {
                assert!((probability - chain.probability_of(&digits)).abs() <= 1e-12 * probability);
            }
            assert_eq!(chain.probability_of(&[]), 0.);
            assert_eq!(chain.probability_of(&[1; 13]), 0.);
        }
    }

    #[test]
    fn ranks_keep_the_order_and_forgive_rounding() {
        let (third, next) = (1f64 / 3., f64::from_bits((1f64 / 3.).to_bits() + 3));
        assert_eq!(rank(third), rank(next));
        assert!(rank(third) < rank(third * (1. + 1e-9)));
        assert!(rank(0.) < rank(NEGLIGIBLE) && rank(0.5) < rank(1.));
    }
}

//! The allowed numbers of a lattice as a Markov chain: from a place in the ink and a state of the constraint, one digit leads on.
//!
//! Among the paths without junk that spell an allowed number, the next arc and digit depend on two things only: the position that the
//! path has come to, and the state that the constraint's automaton is in after its digits. These pairs are the chain's nodes. Every
//! number of the chain ends, at the last position in an accepting state, with probability 1. Without a constraint there is one state
//! and the nodes are the positions.
//!
//! Cost: O(10 a s) for `a` arcs and `s` states, those alone that the lattice's digits come to.

use std::ops::Range;

use super::forward_backward::Flow;
use super::{Lattice, Posterior};
use crate::classify::{DIGITS, log_sum_exp};
use crate::constraint::{Automaton, NOWHERE, START};

/// The chain over allowed numbers.
pub(super) struct Chain<'a> {
    pub(super) fragments: usize,
    automaton: &'a Automaton,
    /// For each state: the nodes in which it is.
    pub(super) spans: Vec<Span>,
    /// For each position: the states in which digits come to it.
    states_at: Vec<Vec<u32>>,
    /// The possible arcs, those of one node by their ends.
    edges: Vec<Edge>,
    /// For each node: ln of the mass of all ways to go on to an allowed number, and which edges leave it.
    nodes: Vec<Node>,
}

/// The nodes of one state: positions `low..high`, numbered on from `first`. Not all of them need be part of a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) low: usize,
    pub(super) high: usize,
    pub(super) first: usize,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    log_mass: f64,
    from: u32,
    to: u32,
}

/// An arc from a node on.
pub(super) struct Edge {
    arc: u32,
    end: u32,
    /// The probability of each digit as the next step of an allowed number that has come to the node.
    pub(super) digits: [f64; DIGITS],
}

impl Edge {
    fn new(lattice: &Lattice, arc: usize, digits: [f64; DIGITS]) -> Self {
        let index = |index: usize| u32::try_from(index).expect("arcs are counted in 32 bits");
        Self { arc: index(arc), end: index(lattice.arcs[arc].end), digits }
    }

    /// Index into the lattice's arcs.
    #[inline]
    pub(super) fn arc(&self) -> usize {
        self.arc as usize
    }

    /// The position it leads to; the state depends on the digit.
    #[inline]
    pub(super) fn end(&self) -> usize {
        self.end as usize
    }
}

impl<'a> Chain<'a> {
    pub(super) fn new(lattice: &Lattice, flow: &Flow, automaton: &'a Automaton) -> Self {
        let states_at = states_at(lattice, automaton);
        let spans = spans(&states_at, automaton.states().len());
        let nodes = spans.last().map_or(0, |span| span.first + span.high - span.low);
        let nodes = vec![Node { log_mass: f64::NEG_INFINITY, from: 0, to: 0 }; nodes];
        let edges = Vec::with_capacity(lattice.arcs.len());
        let mut chain = Self { fragments: lattice.fragments, automaton, spans, states_at, edges, nodes };
        let mut terms = Vec::new();
        for position in (0..=lattice.fragments).rev() {
            for place in 0..chain.states_at[position].len() {
                let state = chain.states_at[position][place];
                chain.add_node(lattice, flow, state, position, &mut terms);
            }
        }
        chain
    }

    /// Adds what leaves a node, once all that it leads to is there.
    fn add_node(&mut self, lattice: &Lattice, flow: &Flow, state: u32, position: usize, terms: &mut Vec<f64>) {
        let now = self.automaton.states()[state as usize];
        let node = self.node_of(state, position);
        let from = self.edges.len();
        if position == lattice.fragments {
            self.nodes[node].log_mass = if now.accepting { 0. } else { f64::NEG_INFINITY };
        } else if let Some(next) = now.same_next() {
            // The ten digits of an arc together: they lead to one node.
            let onward = |chain: &Self, arc: usize| flow.log_mass(arc) + chain.log_mass(next, lattice.arcs[arc].end);
            terms.clear();
            terms.extend(lattice.leaving(position).iter().map(|&arc| onward(self, arc)));
            let log_mass = log_sum_exp(terms);
            self.nodes[node].log_mass = log_mass;
            for &arc in lattice.leaving(position).iter().filter(|_| log_mass > f64::NEG_INFINITY) {
                let all = (onward(self, arc) - log_mass).exp();
                let digits = flow.shares(arc).map(|share| share * all);
                if digits != [0.; DIGITS] {
                    self.edges.push(Edge::new(lattice, arc, digits));
                }
            }
        } else {
            self.nodes[node].log_mass = self.add_edges(lattice, now.next, position);
        }
        let number = |edges: usize| u32::try_from(edges).expect("states and arcs are capped");
        (self.nodes[node].from, self.nodes[node].to) = (number(from), number(self.edges.len()));
    }

    /// Adds the edges of a node whose digits part ways; ln of their mass.
    fn add_edges(&mut self, lattice: &Lattice, next: [u32; DIGITS], position: usize) -> f64 {
        let from = self.edges.len();
        let mut peak = f64::NEG_INFINITY;
        for &arc in lattice.leaving(position) {
            let end = lattice.arcs[arc].end;
            let mut digits = [f64::NEG_INFINITY; DIGITS];
            for (digit, &next) in next.iter().enumerate().filter(|(_, next)| **next != NOWHERE) {
                digits[digit] = lattice.arcs[arc].log_weights[digit] + lattice.cut_sums[arc] + self.log_mass(next, end);
                peak = peak.max(digits[digit]);
            }
            if digits != [f64::NEG_INFINITY; DIGITS] {
                self.edges.push(Edge::new(lattice, arc, digits));
            }
        }
        let mut sum = 0.;
        for share in self.edges[from..].iter_mut().flat_map(|edge| &mut edge.digits) {
            *share = if *share > f64::NEG_INFINITY { (*share - peak).exp() } else { 0. };
            sum += *share;
        }
        self.edges[from..].iter_mut().flat_map(|edge| &mut edge.digits).for_each(|share| *share /= sum);
        peak + sum.ln()
    }

    /// The number of a node, if digits may come to it.
    #[inline]
    pub(super) fn node(&self, state: u32, position: usize) -> Option<usize> {
        let span = self.spans.get(state as usize)?;
        (span.low..span.high).contains(&position).then(|| span.first + position - span.low)
    }

    /// Nodes are numbered below this.
    pub(super) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The number of a node that digits come to.
    #[inline]
    pub(super) fn node_of(&self, state: u32, position: usize) -> usize {
        self.node(state, position).expect("digits come here")
    }

    /// The state after each digit, [`NOWHERE`] where it is not allowed.
    #[inline]
    pub(super) fn next(&self, state: u32) -> [u32; DIGITS] {
        if state == NOWHERE { [NOWHERE; DIGITS] } else { self.automaton.states()[state as usize].next }
    }

    /// The one state that all digits lead to, if they do.
    #[inline]
    pub(super) fn same_next(&self, state: u32) -> Option<u32> {
        self.automaton.states()[state as usize].same_next()
    }

    /// ln of the mass of all ways to go on from a node to an allowed number.
    #[inline]
    fn log_mass(&self, state: u32, position: usize) -> f64 {
        if state == NOWHERE {
            return f64::NEG_INFINITY;
        }
        self.node(state, position).map_or(f64::NEG_INFINITY, |node| self.nodes[node].log_mass)
    }

    /// Whether every number is allowed.
    pub(super) fn is_free(&self) -> bool {
        self.automaton.is_free()
    }

    /// Whether the digits may end in a state.
    pub(super) fn accepts(&self, state: u32) -> bool {
        self.automaton.states()[state as usize].accepting
    }

    /// ln of the mass of all allowed numbers.
    pub(super) fn log_allowed(&self) -> f64 {
        self.log_mass(START, 0)
    }

    /// What leaves a node that some digits come to, by its end.
    #[inline]
    pub(super) fn leaving(&self, state: u32, position: usize) -> &[Edge] {
        let node = &self.nodes[self.node_of(state, position)];
        &self.edges[node.from as usize..node.to as usize]
    }

    /// What leaves each node of a state at `positions`, as far as digits come to them, with the position.
    pub(super) fn leaving_each(&self, state: u32, positions: Range<usize>) -> impl Iterator<Item = (usize, &[Edge])> {
        let span = &self.spans[state as usize];
        let (low, high) = (span.low.max(positions.start), span.high.min(positions.end));
        let nodes =
            if low < high { &self.nodes[span.first + low - span.low..span.first + high - span.low] } else { &[] };
        let edges = |(position, node): (usize, &Node)| (position, &self.edges[node.from as usize..node.to as usize]);
        (low..).zip(nodes).map(edges)
    }

    /// The states in which digits come to a position.
    #[inline]
    pub(super) fn states_at(&self, position: usize) -> &[u32] {
        &self.states_at[position]
    }

    /// Whether a node is part of an allowed number.
    #[inline]
    pub(super) fn goes_on(&self, state: u32, position: usize) -> bool {
        self.log_mass(state, position) > f64::NEG_INFINITY
    }

    /// The share of one string among all allowed numbers.
    pub(super) fn probability_of(&self, digits: &[u8]) -> f64 {
        let mut state = START;
        let mut mass = vec![0.; self.fragments + 1];
        mass[0] = 1.;
        for &digit in digits {
            let mut next = vec![0.; self.fragments + 1];
            for (position, m) in mass.into_iter().enumerate().filter(|&(_, m)| m > 0.) {
                for edge in self.leaving(state, position) {
                    next[edge.end()] += m * edge.digits[usize::from(digit)];
                }
            }
            mass = next;
            state = self.next(state)[usize::from(digit)];
        }
        // None comes to the end but in an accepting state, and none goes on where it is not allowed.
        mass[self.fragments]
    }

    /// Everything but the strings and the best path, given that the number is allowed or that there is none.
    pub(super) fn posterior(&self, lattice: &Lattice, flow: &Flow) -> Posterior {
        let log_total = log_sum_exp(&[self.log_allowed(), flow.log_refused()]);
        let mut posterior = flow.refused_posterior(lattice, log_total);
        if log_total == f64::NEG_INFINITY {
            posterior.not_allowed = if flow.log_number() > f64::NEG_INFINITY { 1. } else { 0. };
            return posterior;
        }
        posterior.not_allowed = (1. - (log_total - flow.log_total()).exp()).max(0.);

        // The probability that an allowed number goes through each node: all ways to come to it, which the chain has normalised.
        let allowed = (self.log_allowed() - log_total).exp();
        let mut through = vec![0.; self.nodes.len()];
        if let Some(start) = self.node(START, 0) {
            through[start] = allowed;
        }
        for position in 0..self.fragments {
            for &state in self.states_at(position) {
                let probability = through[self.node_of(state, position)];
                if probability == 0. {
                    continue;
                }
                if position > 0 {
                    posterior.cuts[position - 1] += probability;
                }
                let next = self.next(state);
                for edge in self.leaving(state, position) {
                    for (digit, share) in edge.digits.iter().enumerate().filter(|(_, share)| **share > 0.) {
                        posterior.digits[edge.arc()][digit] += probability * share;
                        let to = self.node_of(next[digit], edge.end());
                        through[to] += probability * share;
                    }
                }
            }
        }
        posterior
    }
}

/// Most steps that a search under this automaton may have to weigh: each arc in each state in which digits come to its start.
pub(super) fn most_steps(lattice: &Lattice, automaton: &Automaton) -> usize {
    let states_at = states_at(lattice, automaton);
    (0..lattice.fragments).map(|position| lattice.leaving(position).len() * states_at[position].len()).sum()
}

/// For each position: the states of the automaton in which the lattice's digits come to it from the left.
fn states_at(lattice: &Lattice, automaton: &Automaton) -> Vec<Vec<u32>> {
    let mut states_at = vec![vec![START]];
    // For each state: the last position in whose list it is.
    let mut listed_at = vec![0; automaton.states().len()];
    for position in 1..=lattice.fragments {
        let mut here = Vec::new();
        for &arc in lattice.arriving(position) {
            let arc = &lattice.arcs[arc];
            let possible = arc.log_weights.map(|weight| weight > f64::NEG_INFINITY);
            if possible == [false; DIGITS] {
                continue;
            }
            for &state in &states_at[arc.start] {
                let state = &automaton.states()[state as usize];
                let mut come = |next: u32| {
                    if std::mem::replace(&mut listed_at[next as usize], position) != position {
                        here.push(next);
                    }
                };
                match state.same_next() {
                    Some(next) => come(next),
                    None => {
                        let next = state.next.into_iter().zip(possible);
                        next.filter(|&(next, possible)| possible && next != NOWHERE).for_each(|(next, _)| come(next));
                    }
                }
            }
        }
        states_at.push(here);
    }
    states_at
}

fn spans(states_at: &[Vec<u32>], states: usize) -> Vec<Span> {
    let mut spans = vec![Span { low: usize::MAX, high: 0, first: 0 }; states];
    for (position, states) in states_at.iter().enumerate() {
        for &state in states {
            let span = &mut spans[state as usize];
            span.low = span.low.min(position);
            span.high = position + 1;
        }
    }
    let mut first = 0;
    for span in &mut spans {
        span.low = span.low.min(span.high);
        span.first = first;
        first += span.high - span.low;
    }
    spans
}

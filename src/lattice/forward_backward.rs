//! Sums over all paths, in log space: nothing overflows, and what underflows is a probability below f64's own range.

use super::{Arc, Lattice, Posterior};
use crate::classify::{DIGITS, log_sum_exp};

/// Log masses of arcs and positions. Ten exponentials an arc, made once; all else is a few an arc.
pub(super) struct Flow {
    /// For each arc and digit: its weight relative to the arc's best digit, 0 to 1.
    shares: Vec<[f64; DIGITS]>,
    /// For each arc: ln of the sum of all its digits' weights, its cuts included.
    arcs: Vec<f64>,
    /// For each arc: the sum of `shares`; 1 where no digit is possible.
    share_sums: Vec<f64>,
    /// For each position: all ways to come here from 0.
    forward: Vec<f64>,
    /// For each position: all ways to go on to n with digits only.
    number: Vec<f64>,
    /// For each position: all ways to go on to n with some junk.
    refused: Vec<f64>,
    /// For each position: all ways to go on to n.
    backward: Vec<f64>,
}

impl Flow {
    pub(super) fn new(lattice: &Lattice) -> Self {
        let n = lattice.fragments;
        let count = lattice.arcs.len();
        let mut shares = Vec::with_capacity(count);
        let mut share_sums = Vec::with_capacity(count);
        let mut arcs = Vec::with_capacity(count);
        for (arc, cuts) in lattice.arcs.iter().zip(&lattice.cut_sums) {
            let peak = arc.log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if peak == f64::NEG_INFINITY {
                shares.push([0.; DIGITS]);
                share_sums.push(1.);
                arcs.push(f64::NEG_INFINITY);
                continue;
            }
            let share = arc.log_weights.map(|w| (w - peak).exp());
            let sum: f64 = share.iter().sum();
            shares.push(share);
            share_sums.push(sum);
            arcs.push(peak + sum.ln() + cuts);
        }

        let mut terms = Vec::new();
        let mut forward = vec![f64::NEG_INFINITY; n + 1];
        forward[0] = 0.;
        for position in 1..=n {
            terms.clear();
            terms.push(forward[position - 1] + lattice.junk[position - 1]);
            for &arc in lattice.arriving(position) {
                let before = forward[lattice.arcs[arc].start];
                terms.extend([before + arcs[arc], before + lattice.sign_mass(arc)]);
            }
            forward[position] = log_sum_exp(&terms);
        }

        // Numbers and refusals apart, so that neither is a difference of the other from 1.
        let mut number = vec![f64::NEG_INFINITY; n + 1];
        let mut refused = vec![f64::NEG_INFINITY; n + 1];
        let mut backward = vec![f64::NEG_INFINITY; n + 1];
        number[n] = 0.;
        backward[n] = 0.;
        for position in (0..n).rev() {
            terms.clear();
            terms.extend(lattice.leaving(position).iter().map(|&a| arcs[a] + number[lattice.arcs[a].end]));
            number[position] = log_sum_exp(&terms);
            terms.clear();
            terms.push(lattice.junk[position] + backward[position + 1]);
            for &arc in lattice.leaving(position) {
                let end = lattice.arcs[arc].end;
                terms.extend([arcs[arc] + refused[end], lattice.sign_mass(arc) + backward[end]]);
            }
            refused[position] = log_sum_exp(&terms);
            backward[position] = log_sum_exp(&[number[position], refused[position]]);
        }
        Self { shares, arcs, share_sums, forward, number, refused, backward }
    }

    /// ln of the mass of all paths.
    pub(super) fn log_total(&self) -> f64 {
        self.backward[0]
    }

    /// ln of the mass of all paths without junk.
    pub(super) fn log_number(&self) -> f64 {
        self.number[0]
    }

    /// ln of the mass of all paths with junk.
    pub(super) fn log_refused(&self) -> f64 {
        self.refused[0]
    }

    /// ln of the mass of all digits of an arc, its cuts included.
    pub(super) fn log_mass(&self, arc: usize) -> f64 {
        self.arcs[arc]
    }

    /// The share of each digit in the mass of its arc.
    pub(super) fn shares(&self, arc: usize) -> [f64; DIGITS] {
        self.shares[arc].map(|share| share / self.share_sums[arc])
    }

    /// Everything but the strings and the best path.
    pub(super) fn posterior(&self, lattice: &Lattice) -> Posterior {
        self.posterior_around(lattice, self.log_total(), |start, end| self.forward[start] + self.backward[end])
    }

    /// As [`Flow::posterior`], but of the paths with junk alone, in a world whose paths have the mass `total`.
    pub(super) fn refused_posterior(&self, lattice: &Lattice, total: f64) -> Posterior {
        // A path with junk has it before a step, or has none before and some behind.
        let (clean, spoilt) = self.ways_here(lattice);
        self.posterior_around(lattice, total, |start, end| {
            log_sum_exp(&[spoilt[start] + self.backward[end], clean[start] + self.refused[end]])
        })
    }

    /// The posterior where `around` gives ln of the mass of all paths that come to one position and go on from another.
    fn posterior_around(&self, lattice: &Lattice, total: f64, around: impl Fn(usize, usize) -> f64) -> Posterior {
        let n = lattice.fragments;
        let possible = total > f64::NEG_INFINITY;
        let probability = |log_mass: f64| if possible { (log_mass - total).exp() } else { 0. };
        let of_arc = |(index, arc): (usize, &Arc)| {
            let all = probability(around(arc.start, arc.end) + self.arcs[index]);
            self.shares(index).map(|share| share * all)
        };
        let signs: Vec<f64> = (0..lattice.arcs.len())
            .map(|arc| {
                let Arc { start, end, .. } = lattice.arcs[arc];
                probability(self.forward[start] + lattice.sign_mass(arc) + self.backward[end])
            })
            .collect();
        // Whatever a path was before and is behind, what leaves something out is one with junk.
        let mut junk: Vec<f64> =
            (0..n).map(|i| probability(self.forward[i] + lattice.junk[i] + self.backward[i + 1])).collect();
        for (arc, sign) in lattice.arcs.iter().zip(&signs) {
            junk[arc.start..arc.end].iter_mut().for_each(|of_fragment| *of_fragment += sign);
        }
        Posterior {
            log_total: total,
            not_a_number: if possible { probability(self.refused[0]) } else { 1. },
            not_allowed: 0.,
            digits: lattice.arcs.iter().enumerate().map(of_arc).collect(),
            cuts: (1..n).map(|c| probability(around(c, c))).collect(),
            junk,
            signs,
            strings: Vec::new(),
            exact: false,
            best_path: Vec::new(),
        }
    }

    /// For each position: ln of the mass of all ways to come here from 0 with digits only, and with some junk.
    fn ways_here(&self, lattice: &Lattice) -> (Vec<f64>, Vec<f64>) {
        let (mut clean, mut spoilt) = (vec![0.], vec![f64::NEG_INFINITY]);
        let mut terms = Vec::new();
        for position in 1..=lattice.fragments {
            let arcs = || lattice.arriving(position).iter().map(|&a| (lattice.arcs[a].start, self.arcs[a]));
            terms.clear();
            terms.extend(arcs().map(|(start, mass)| clean[start] + mass));
            clean.push(log_sum_exp(&terms));
            terms.clear();
            terms.push(self.forward[position - 1] + lattice.junk[position - 1]);
            terms.extend(arcs().map(|(start, mass)| spoilt[start] + mass));
            let sign = |&arc: &usize| self.forward[lattice.arcs[arc].start] + lattice.sign_mass(arc);
            terms.extend(lattice.arriving(position).iter().map(sign));
            spoilt.push(log_sum_exp(&terms));
        }
        (clean, spoilt)
    }
}

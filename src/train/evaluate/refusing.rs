//! Every way of refusing on every row of non-digits: how well it tells them from the digits that belong to the row.

use std::collections::HashMap;

use rayon::prelude::*;
use serde::Serialize;

use super::{SURE, scores_of, share};
use crate::classify::{DIGITS, Glyph};
use crate::model::Weights;
use crate::recognizer::{GlyphReading, lattice_of, prepare};
use crate::refusal::{Acceptance, RefusalMethod};
use crate::train::compose::Composed;

/// Who gave the acceptances: a network and a method.
const BASELINE: &str = "plain network, softmax";

/// Shares of the digits that are let in, percent, at which [`Separation::let_in`] is measured.
pub const KEPT: [f64; 15] = [70., 75., 80., 85., 90., 91., 92., 93., 94., 95., 96., 97., 98., 99., 99.5];

/// How well one method tells one row's non-digits from digits; percent.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Separation {
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Non-digits let in at the threshold that lets 95 % of the digits in.
    pub fpr95: f64,
    /// Digits refused at the threshold that refuses 95 % of the non-digits: the convention of papers that take those as the positives.
    pub digits_lost: f64,
    /// Non-digits let in at the thresholds that let so many digits in as [`KEPT`] says.
    pub let_in: [f64; KEPT.len()],
}

/// One row by one method.
#[derive(Debug, Serialize)]
pub struct MethodResult {
    /// The non-digits, and the digits that they are told from.
    pub row: &'static str,
    /// See `row`.
    pub against: &'static str,
    /// How many non-digits.
    pub glyphs: usize,
    /// The method, or the plain network's softmax.
    pub method: &'static str,
    /// How well it does.
    pub separation: Separation,
}

/// What both networks say of one row.
pub struct Judged {
    /// The row.
    pub name: &'static str,
    /// The plain network's.
    pub plain: Vec<Acceptance>,
    /// Ours.
    pub ours: Vec<Acceptance>,
}

impl Judged {
    /// From readings; ink that is empty is left out.
    pub fn of(name: &'static str, plain: &[GlyphReading], ours: &[GlyphReading]) -> Self {
        let accepts = |readings: &[GlyphReading]| readings.iter().filter_map(|r| r.accept).collect();
        Self { name, plain: accepts(plain), ours: accepts(ours) }
    }
}

/// One row of non-digits by every method.
pub fn compare(non_digits: &Judged, digits: &Judged) -> Vec<MethodResult> {
    let result = |method: &'static str, of: &dyn Fn(&Judged) -> Vec<f64>| MethodResult {
        row: non_digits.name,
        against: digits.name,
        glyphs: non_digits.ours.len(),
        method,
        separation: separation(of(digits), of(non_digits)),
    };
    let softmax = |judged: &Judged| judged.plain.iter().map(|a| a.by(RefusalMethod::Softmax)).collect();
    let mut results = vec![result(BASELINE, &softmax)];
    results.extend(RefusalMethod::OF_ONE.map(|method| {
        let ours = move |judged: &Judged| judged.ours.iter().map(|a| a.by(method)).collect();
        result(method.name(), &ours)
    }));
    results
}

/// How well acceptances tell digits from the rest.
pub fn separation(mut digits: Vec<f64>, mut others: Vec<f64>) -> Separation {
    digits.sort_by(f64::total_cmp);
    others.sort_by(f64::total_cmp);
    let below = |sorted: &[f64], value: f64| sorted.partition_point(|&v| v < value);
    let not_above = |sorted: &[f64], value: f64| sorted.partition_point(|&v| v <= value);
    // A digit beats the non-digits below it, and half of those equal to it.
    let beaten = |&d: &f64| (below(&others, d) + not_above(&others, d)) as f64 / 2.;
    let won: f64 = digits.iter().map(beaten).sum();
    // The threshold that lets `kept` percent of the digits in; to a thousandth, so that 5 % of 20 are one and not 0.999.
    let let_in = |kept: f64| {
        let lost = (digits.len() as f64 * (100. - kept) / 100. + 1e-3) as usize;
        share(others.len() - below(&others, digits[lost]), others.len())
    };
    let refuses = others[(others.len() * 95).div_ceil(100) - 1];
    Separation {
        auroc: 100. * won / (digits.len() * others.len()) as f64,
        fpr95: let_in(95.),
        digits_lost: share(not_above(&digits, refuses), digits.len()),
        let_in: KEPT.map(let_in),
    }
}

/// The candidates of our own segmenter in strings whose digits are known.
pub struct Candidates {
    /// The wrong ones, and the true ones.
    pub judged: [Judged; 2],
    /// How well these are told from those by the probability that a reading gives them, which knows the rest of the line.
    pub in_line: Separation,
}

/// Cuts and reads `strings`.
pub fn candidates(strings: &[Composed], ours: &Weights, plain: &Weights) -> Candidates {
    let cut = |composed: &Composed| {
        let prepared = prepare(&composed.input, &ours.cuts);
        let truths = composed.truth(&prepared.grid, &prepared.segmentation);
        (prepared, truths)
    };
    let cut: Vec<_> = strings.par_iter().map(cut).collect();
    let all: Vec<Glyph> = cut.iter().flat_map(|(prepared, _)| prepared.glyphs.iter().cloned()).collect();
    let mut scores = scores_of(ours, &all).into_iter();
    let (mut glyphs, mut probabilities) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for (prepared, truths) in cut {
        let scores: Vec<_> = scores.by_ref().take(prepared.glyphs.len()).collect();
        let posterior = lattice_of(&prepared.segmentation, &scores, &ours.policy).posterior(0);
        // A reading may take the same ink with or without a ligature left out beside it.
        let mut of_ink: HashMap<(usize, usize), [f64; DIGITS]> = HashMap::new();
        for (candidate, digits) in prepared.segmentation.candidates.iter().zip(posterior.digits) {
            let sums = of_ink.entry(candidate.inked()).or_default();
            sums.iter_mut().zip(digits).for_each(|(sum, p)| *sum += p);
        }
        let candidates = prepared.segmentation.candidates.iter().zip(prepared.glyphs);
        for ((candidate, glyph), truth) in candidates.zip(truths) {
            let Some(truth) = truth else { continue };
            let kind = usize::from(truth.is_ok());
            glyphs[kind].push(glyph);
            probabilities[kind].push(of_ink[&candidate.inked()].into_iter().fold(0., f64::max));
        }
    }
    let judged =
        |name, glyphs: &[Glyph]| Judged { name, plain: acceptances(plain, glyphs), ours: acceptances(ours, glyphs) };
    let [wrong, right] = probabilities;
    Candidates {
        judged: [judged("wrong candidates of our segmenter", &glyphs[0]), judged("true candidates", &glyphs[1])],
        in_line: separation(right, wrong),
    }
}

fn acceptances(weights: &Weights, glyphs: &[Glyph]) -> Vec<Acceptance> {
    scores_of(weights, glyphs).iter().map(Acceptance::of).collect()
}

/// Percent of the readings that give a digit 90 % or more.
pub fn sure(readings: &[GlyphReading]) -> f64 {
    share(readings.iter().filter(|r| r.probability >= SURE).count(), readings.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separation_by_hand() {
        // 20 digits, of which one may be lost; 20 others, of which two lie above the threshold 1.
        let digits: Vec<f64> = (0..20).map(f64::from).collect();
        let others: Vec<f64> = (0..20).map(|i| if i < 2 { 1.5 } else { -1. }).collect();
        let Separation { auroc, fpr95, digits_lost, let_in } = separation(digits, others);
        // Where six of 20 digits are lost, and where none is, the two others at 1.5 are refused and let in.
        assert_eq!((let_in[0], let_in[9], let_in[14]), (0., fpr95, 10.));
        assert!((fpr95 - 10.).abs() < 1e-9, "{fpr95}");
        // Digits 0 and 1 lose to two others each.
        assert!((auroc - 100. * (400. - 4.) / 400.).abs() < 1e-9, "{auroc}");
        // 19 of 20 others are refused from 1.5 on, with digits 0 and 1.
        assert!((digits_lost - 10.).abs() < 1e-9, "{digits_lost}");
    }

    #[test]
    fn equal_acceptances_tell_nothing() {
        assert!((separation(vec![1.; 50], vec![1.; 30]).auroc - 50.).abs() < 1e-9);
    }
}

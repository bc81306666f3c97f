//! The path score taken apart: what each of its terms is worth, from the sum of a softmax's logarithms, which every tutorial would begin
//! with, to what ships.

use rayon::prelude::*;
use serde::Serialize;

use super::{Row, scores_of, share, tables};
use crate::classify::{DIGITS, Scores, log_sum_exp};
use crate::confidence::Policy;
use crate::lattice::Strategy;
use crate::model::Weights;
use crate::recognizer::{Prepared, lattice_of, prepare};
use crate::segment::LeftOut;

/// One score on one row.
#[derive(Debug, Serialize)]
pub struct AblationResult {
    /// The strings.
    pub row: &'static str,
    /// How paths are scored.
    pub score: &'static str,
    /// Percent of the strings whose best path spells them.
    pub right: f64,
}

/// A way to score a path.
#[derive(Debug, Clone, Copy)]
enum PathScore {
    /// Sum of the logarithms of the digits' probabilities, by a softmax over the ten digits.
    Sum,
    /// Their mean over the segments.
    Mean,
    /// Their sum, each times the width of its segment.
    Width,
    /// The shipped score with some of its terms left out.
    Shipped { cuts: bool, geometry: bool },
}

const SCORES: [(&str, PathScore); 6] = [
    ("sum of ln p", PathScore::Sum),
    ("mean of ln p", PathScore::Mean),
    ("ln p by width", PathScore::Width),
    ("log-odds against the reject classes", PathScore::Shipped { cuts: false, geometry: false }),
    ("+ cuts", PathScore::Shipped { cuts: true, geometry: false }),
    ("+ geometry: what ships", PathScore::Shipped { cuts: true, geometry: true }),
];

/// All scores on one row.
pub fn evaluate(row: &Row<String>, weights: &Weights) -> Vec<AblationResult> {
    let prepared: Vec<Prepared> = row.inputs.par_iter().map(|input| prepare(input, &weights.cuts)).collect();
    let glyphs: Vec<_> = prepared.iter().flat_map(|p| p.glyphs.iter().cloned()).collect();
    let mut scores = scores_of(weights, &glyphs).into_iter();
    let scores: Vec<Vec<Scores>> = prepared.iter().map(|p| scores.by_ref().take(p.glyphs.len()).collect()).collect();
    let result = |(name, score): (&'static str, PathScore)| {
        let read = |((prepared, scores), truth): ((&Prepared, &Vec<Scores>), &String)| {
            let digits = if scores.is_empty() { Vec::new() } else { score.best(prepared, scores, &weights.policy) };
            digits.iter().map(|d| d + b'0').eq(truth.bytes())
        };
        let right = prepared.par_iter().zip(&scores).zip(&row.truths).filter(|&pair| read(pair)).count();
        AblationResult { row: row.name, score: name, right: share(right, prepared.len()) }
    };
    SCORES.into_iter().map(result).collect()
}

/// The table, a column for each row of strings.
pub fn table(page: &mut String, results: &[AblationResult]) {
    let note = "Strings whose best path spells them, by the score that paths are compared with. The first three take the digits' \
                probabilities as a network without reject classes gives them; the others are the shipped score without some of its \
                terms, its other weights as they are.";
    let (first, others) = results.split_at(SCORES.len());
    let columns: Vec<&[AblationResult]> = std::iter::once(first).chain(others.chunks(SCORES.len())).collect();
    let head: Vec<&str> = std::iter::once("score").chain(columns.iter().map(|c| c[0].row)).collect();
    let row = |i: usize| {
        let cells = columns.iter().map(|c| tables::percent(c[i].right));
        std::iter::once(columns[0][i].score.to_owned()).chain(cells).collect()
    };
    tables::table(page, "The path score, term by term", note, &head, (0..SCORES.len()).map(row));
}

impl PathScore {
    /// The digits of the best path.
    fn best(self, prepared: &Prepared, scores: &[Scores], policy: &Policy) -> Vec<u8> {
        if let PathScore::Shipped { cuts, geometry } = self {
            let left_out = |weight: f32, kept: bool| if kept { weight } else { 0. };
            let policy = Policy {
                cut_weights: policy.cut_weights.map(|weight| left_out(weight, cuts)),
                height_weight: left_out(policy.height_weight, geometry),
                ..*policy
            };
            let posterior = lattice_of(&prepared.segmentation, scores, &policy).read(Strategy::WholePermutation, 1);
            return posterior.strings.into_iter().next().map(|s| s.digits).unwrap_or_default();
        }
        let segmentation = &prepared.segmentation;
        // To leave ink out is the shipped score's affair.
        let whole = segmentation.candidates.iter().zip(scores).filter(|(c, _)| c.left_out_as == LeftOut::Nothing);
        let arcs: Vec<Arc> = whole
            .map(|(candidate, scores)| {
                let width = candidate.ink.width as f64 / segmentation.line_height;
                let (digit, log_prob) = scores.best_digit();
                let log_prob = log_prob - log_sum_exp(&scores.log_probs[..DIGITS]);
                let weight = if matches!(self, PathScore::Width) { width * log_prob } else { log_prob };
                Arc { start: candidate.start, end: candidate.end, digit, weight }
            })
            .collect();
        let by_count = best_by_count(segmentation.fragments.len(), &arcs);
        let value = |(count, (weight, _)): &(usize, (f64, Vec<u8>))| match self {
            PathScore::Mean => weight / *count as f64,
            _ => *weight,
        };
        let paths = by_count.into_iter().enumerate().skip(1).filter_map(|(count, path)| Some((count, path?)));
        paths.max_by(|a, b| value(a).total_cmp(&value(b))).map(|(_, (_, digits))| digits).unwrap_or_default()
    }
}

struct Arc {
    start: usize,
    end: usize,
    digit: u8,
    weight: f64,
}

/// A path's weight and digits; none where there is no path.
type Path = Option<(f64, Vec<u8>)>;

/// The heaviest path over all fragments for each number of segments.
fn best_by_count(fragments: usize, arcs: &[Arc]) -> Vec<Path> {
    let mut best: Vec<Vec<Path>> = vec![vec![None; fragments + 1]; fragments + 1];
    best[0][0] = Some((0., Vec::new()));
    for end in 1..=fragments {
        for arc in arcs.iter().filter(|a| a.end == end) {
            for count in 0..fragments {
                let Some((before, digits)) = &best[arc.start][count] else { continue };
                let weight = before + arc.weight;
                if best[end][count + 1].as_ref().is_none_or(|(there, _)| weight > *there) {
                    let digits = digits.iter().copied().chain([arc.digit]).collect();
                    best[end][count + 1] = Some((weight, digits));
                }
            }
        }
    }
    best.swap_remove(fragments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_path_of_each_length() {
        let arc = |start, end, digit, weight| Arc { start, end, digit, weight };
        let arcs = [arc(0, 1, 1, -1.), arc(1, 2, 2, -1.), arc(0, 2, 3, -1.5), arc(0, 2, 4, -3.)];
        assert_eq!(best_by_count(2, &arcs), [None, Some((-1.5, vec![3])), Some((-2., vec![1, 2]))]);
    }
}

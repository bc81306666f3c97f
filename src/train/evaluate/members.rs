//! Each network of the shipped ensemble alone beside all of them together: what the second one is worth, and what it costs.

use rayon::prelude::*;
use serde::Serialize;

use super::refusing::{Separation, separation};
use super::{Row, scores_of, share, tables};
use crate::classify::{Glyph, Scores};
use crate::model::Weights;
use crate::recognizer::whole_glyph;
use crate::refusal::RefusalMethod;

/// Some of the networks, and how they do; percent.
#[derive(Debug, Serialize)]
pub struct MemberResult {
    /// Which.
    pub networks: String,
    /// Their weights file.
    pub bytes: usize,
    /// Theirs for one glyph.
    pub multiply_adds: usize,
    /// Digits that they read right, by row.
    pub right: Vec<(&'static str, f64)>,
    /// How the shipped way of refusing does by them, by row.
    pub separation: Vec<(&'static str, Separation)>,
}

/// One choice of networks at work.
pub struct Member {
    weights: Weights,
    result: MemberResult,
    /// Acceptances of each row of digits.
    digits: Vec<(&'static str, Vec<f64>)>,
}

impl Member {
    /// Each network alone, and then all together, by the settings of all; nothing where there is only one.
    pub fn all(weights: &Weights) -> Vec<Self> {
        let count = weights.networks.len();
        let member = |networks: String, weights: Weights| {
            let (bytes, multiply_adds) = (weights.to_bytes().len(), weights.multiply_adds());
            let result = MemberResult { networks, bytes, multiply_adds, right: Vec::new(), separation: Vec::new() };
            Self { weights, result, digits: Vec::new() }
        };
        let alone = weights.networks.iter().enumerate().map(|(i, network)| {
            member(format!("network {} alone", i + 1), Weights { networks: vec![network.clone()], ..weights.clone() })
        });
        let together = std::iter::once_with(|| member("together".into(), weights.clone()));
        if count == 1 { Vec::new() } else { alone.chain(together).collect() }
    }

    /// What they make of a row of single digits.
    pub fn read(&mut self, row: &Row<u8>) {
        let all = self.scores(row);
        let is_right = |(scores, truth): (&Option<Scores>, &u8)| {
            scores.as_ref().is_some_and(|scores| scores.best_digit().0 == *truth)
        };
        let right = all.iter().zip(&row.truths).filter(|&pair| is_right(pair)).count();
        self.result.right.push((row.name, share(right, all.len())));
        self.digits.push((row.name, acceptances(&all)));
    }

    /// How well they tell a row of non-digits from the digits of the row `against`.
    pub fn refuse(&mut self, row: &Row<()>, against: &str) {
        let digits = self.digits.iter().find(|d| d.0 == against).expect("a row of single digits");
        let separation = separation(digits.1.clone(), acceptances(&self.scores(row)));
        self.result.separation.push((row.name, separation));
    }

    /// What came out.
    pub fn result(self) -> MemberResult {
        self.result
    }

    /// None for what has no ink to the eye, as a letter that fills its picture: no network is asked.
    fn scores<T>(&self, row: &Row<T>) -> Vec<Option<Scores>> {
        let glyphs: Vec<Option<Glyph>> = row.inputs.par_iter().map(whole_glyph).collect();
        let inked: Vec<Glyph> = glyphs.iter().flatten().cloned().collect();
        let mut scores = scores_of(&self.weights, &inked).into_iter();
        glyphs.iter().map(|glyph| glyph.as_ref().and_then(|_| scores.next())).collect()
    }
}

/// Without ink nothing is accepted.
fn acceptances(scores: &[Option<Scores>]) -> Vec<f64> {
    let acceptance = |scores: &Option<Scores>| {
        scores.as_ref().map_or(f64::NEG_INFINITY, |scores| RefusalMethod::default().acceptance(scores))
    };
    scores.iter().map(acceptance).collect()
}

/// The table.
pub fn table(page: &mut String, results: &[MemberResult]) {
    let Some(first) = results.first() else { return };
    let note = "The networks that ship, each alone and together, by the settings of all. Digits read right, and *FPR95 / AUROC / digits \
                lost* of the shipped way of refusing.";
    let names = first.right.iter().map(|r| r.0).chain(first.separation.iter().map(|s| s.0));
    let head: Vec<&str> = ["networks", "bytes", "million multiply-adds"].into_iter().chain(names).collect();
    let row = |r: &MemberResult| {
        let cost = [r.networks.clone(), r.bytes.to_string(), format!("{:.2}", r.multiply_adds as f64 / 1e6)];
        let right = r.right.iter().map(|r| tables::percent(r.1));
        let separation = r.separation.iter().map(|s| tables::separation(&s.1));
        cost.into_iter().chain(right).chain(separation).collect()
    };
    tables::table(page, "The networks alone and together", note, &head, results.iter().map(row));
}

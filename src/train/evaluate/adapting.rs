//! What a few corrected digits of a person do for that person, for everybody else, and for what is no digit: the shipped way
//! ([`Adaptation`]) beside a last layer trained further.

use std::path::Path;

use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde::Serialize;

use super::{scores_of, tables};
use crate::adaptation::Adaptation;
use crate::classify::{CLASSES, Calibration, DIGITS, Scores};
use crate::confidence::Policy;
use crate::ink::Input;
use crate::model::Weights;
use crate::recognizer::whole_glyph;
use crate::refusal::RefusalMethod;
use crate::train::datasets::inks;

/// Corrected samples of each digit.
pub const SAMPLES: usize = 5;
/// Times that each writer's samples are drawn anew.
const DRAWS: u64 = 10;

/// What one way of adapting does; shares in percent, means over all writers and draws.
#[derive(Debug, Serialize)]
pub struct AdaptingResult {
    /// Its name.
    pub way: &'static str,
    /// Digits of the writer, those taught left out, that are read wrong.
    pub own_wrong: f64,
    /// The same digits that are refused.
    pub own_refused: f64,
    /// Digits of all other writers that are read wrong.
    pub others_wrong: f64,
    /// Non-digits that are accepted.
    pub accepted_non_digits: f64,
}

/// A digit, its writer, and what the network says of it.
struct Written<'a> {
    writer: &'a str,
    digit: u8,
    scores: Scores,
}

/// Compares the ways on the writers of pendigits test, and on Omniglot's letters as non-digits.
///
/// # Errors
/// Where a set is missing.
pub fn evaluate(data: &Path, weights: &Weights, letters: &[Input]) -> Result<Vec<AdaptingResult>> {
    let inks = inks(&data.join("pendigits/test.jsonl.gz"))?;
    let inputs = inks.iter().map(|ink| Ok(Input::Strokes(ink.ink()?))).collect::<Result<Vec<Input>>>()?;
    let glyph = |input: &Input| whole_glyph(input).expect("the sets hold no empty ink");
    let scores = |inputs: &[Input]| scores_of(weights, &inputs.iter().map(glyph).collect::<Vec<_>>());
    let mut digits = Vec::new();
    for (ink, scores) in inks.iter().zip(scores(&inputs)) {
        let writer = ink.writer.as_deref().context("a digit of pendigits has no writer")?;
        digits.push(Written { writer, digit: ink.label.parse()?, scores });
    }
    Ok(compare(&digits, &scores(letters), &weights.policy))
}

/// The table.
pub fn table(page: &mut String, results: &[AdaptingResult]) {
    let note = format!(
        "A writer of pendigits test corrects {SAMPLES} samples of each digit; what is left of that writer's digits is read again, and \
         everybody else's, and the letters of Omniglot small2. Means over all writers, of {DRAWS} draws each for the writer's own digits, of \
         one for the others. *Near examples*: \
         src/adaptation.rs. *Last layer*: trained further on the samples."
    );
    let head = ["adapted by", "own digits, wrong", "own digits, refused", "others' digits, wrong", "letters, accepted"];
    let row = |r: &AdaptingResult| {
        let figures = [r.own_wrong, r.own_refused, r.others_wrong, r.accepted_non_digits];
        std::iter::once(r.way.to_owned()).chain(figures.map(tables::percent)).collect()
    };
    tables::table(page, "Other hands", &note, &head, results.iter().map(row));
}

/// Sums over glyphs.
#[derive(Default)]
struct Tally {
    own: usize,
    own_wrong: usize,
    own_refused: usize,
    others: usize,
    others_wrong: usize,
    non_digits: usize,
    accepted: usize,
}

fn compare(digits: &[Written], non_digits: &[Scores], policy: &Policy) -> Vec<AdaptingResult> {
    let mut ways =
        [("none", Tally::default()), ("near examples, shipped", Tally::default()), ("last layer", Tally::default())];
    let mut writers: Vec<&str> = digits.iter().map(|d| d.writer).collect();
    writers.sort_unstable();
    writers.dedup();
    for (number, writer) in writers.iter().enumerate() {
        for draw in 0..DRAWS {
            let mut rng = StdRng::seed_from_u64(draw << 8 | number as u64);
            let taught = samples(digits, writer, &mut rng);
            let examples: Vec<(u8, &Scores)> = taught.iter().map(|&i| (digits[i].digit, &digits[i].scores)).collect();
            let near = Adaptation::new(examples.iter().copied());
            let layer = LastLayer::trained(&examples, policy.calibration());
            for (name, tally) in &mut ways {
                let adapted = |scores: &Scores| match *name {
                    "none" => scores.clone(),
                    "last layer" => layer.applied(scores, policy.calibration()),
                    _ => near.applied(scores.clone(), policy.calibration()),
                };
                let accepts = |scores: &Scores| {
                    let method = RefusalMethod::default();
                    method.acceptance(scores) >= f64::from(policy.thresholds[method as usize])
                };
                for (_, digit) in digits.iter().enumerate().filter(|(i, _)| !taught.contains(i)) {
                    let is_own = digit.writer == *writer;
                    // Others are many: one draw in ten says enough.
                    if !is_own && draw > 0 {
                        continue;
                    }
                    let scores = adapted(&digit.scores);
                    let is_wrong = scores.best_digit().0 != digit.digit;
                    if is_own {
                        tally.own += 1;
                        tally.own_wrong += usize::from(is_wrong);
                        tally.own_refused += usize::from(!accepts(&scores));
                    } else {
                        tally.others += 1;
                        tally.others_wrong += usize::from(is_wrong);
                    }
                }
                if draw == 0 {
                    tally.non_digits += non_digits.len();
                    tally.accepted += non_digits.iter().filter(|s| accepts(&adapted(s))).count();
                }
            }
        }
    }
    let share = |part: usize, of: usize| 100. * part as f64 / of.max(1) as f64;
    let result = |(way, t): (&'static str, Tally)| AdaptingResult {
        way,
        own_wrong: share(t.own_wrong, t.own),
        own_refused: share(t.own_refused, t.own),
        others_wrong: share(t.others_wrong, t.others),
        accepted_non_digits: share(t.accepted, t.non_digits),
    };
    ways.into_iter().map(result).collect()
}

/// Places of the writer's samples that are taught.
fn samples(digits: &[Written], writer: &str, rng: &mut impl Rng) -> Vec<usize> {
    let of_digit = |digit: u8| -> Vec<usize> {
        (0..digits.len()).filter(|&i| digits[i].writer == writer && digits[i].digit == digit).collect()
    };
    let drawn = |digit: u8| -> Vec<usize> {
        let own = of_digit(digit);
        // One at least is left to be read.
        own.sample(rng, SAMPLES.min(own.len().saturating_sub(1))).copied().collect()
    };
    (0..DIGITS as u8).flat_map(drawn).collect()
}

/// A change of the last layer by gradient descent on the examples, held near nothing.
struct LastLayer {
    weights: Vec<[f64; CLASSES]>,
}

impl LastLayer {
    fn trained(examples: &[(u8, &Scores)], calibration: Calibration) -> Self {
        const STEPS: usize = 300;
        const RATE: f64 = 0.3;
        const DECAY: f64 = 0.001;
        let width = examples.first().map_or(0, |(_, s)| s.features.len());
        let mut layer = Self { weights: vec![[0.; CLASSES]; width] };
        let scale = layer.scale(examples);
        for _ in 0..STEPS {
            let mut gradients = vec![[0.; CLASSES]; width];
            for (digit, scores) in examples {
                let adapted = layer.applied(scores, calibration);
                for (gradient, &feature) in gradients.iter_mut().zip(&scores.features) {
                    for (class, g) in gradient.iter_mut().enumerate() {
                        let truth = f64::from(u8::from(class == usize::from(*digit)));
                        *g += f64::from(feature) * (adapted.log_probs[class].exp() - truth);
                    }
                }
            }
            let rate = RATE / (examples.len() as f64 * scale);
            for (weights, gradient) in layer.weights.iter_mut().zip(&gradients) {
                weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= rate * g + RATE * DECAY * *w);
            }
        }
        layer
    }

    /// Mean square of a feature: steps are as long as if it were 1.
    fn scale(&self, examples: &[(u8, &Scores)]) -> f64 {
        let squares = examples.iter().flat_map(|(_, s)| &s.features).map(|v| f64::from(v * v));
        let count = (examples.len() * self.weights.len()).max(1);
        (squares.sum::<f64>() / count as f64).max(1e-9)
    }

    fn applied(&self, scores: &Scores, calibration: Calibration) -> Scores {
        let mut logits = scores.logits;
        for (&feature, weights) in scores.features.iter().zip(&self.weights) {
            logits.iter_mut().zip(weights).for_each(|(l, w)| *l += feature * *w as f32);
        }
        Scores::calibrated(logits, calibration)
    }
}

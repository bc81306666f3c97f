//! Learning where digits part: composed strings are cut everywhere that they can be, every cut is labelled by whose ink lies on its
//! sides, and the small network of [`CutModel`] learns to tell the true ones by what is seen there.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use super::compose::{Composed, Hands, Spacing};
use super::datasets::TrainingData;
use super::habits::Habits;
use super::perceptron::{Outputs, Training, learn};
use super::pool::string_by;
use crate::raster::Line;
use crate::segment::{CutKind, CutModel, PossibleCut, View, gaps, possible_cuts, without_ways};

/// What is seen at a cut, and how surely it parts two digits, 0 to 1.
type Example = (View, [f32; 1]);

/// Purities between which a cut goes over from wrong to right. Many cuts of a picture are almost the same, and a sharp limit would not
/// say which of them is the best.
const IMPURE: f64 = 0.8;
const PURE: f64 = 0.95;

/// Share of the cuts within digits that are learnt from: they are many, and much alike.
const FALSE_KEPT: f64 = 0.25;

/// How sure a cut may be learnt to be right or wrong, where the pen's ways are seen: those of the data's few writers say more of them than of others.
const DOUBT: f32 = 0.005;

/// Share of the strings whose strokes come in any order and direction, and of the cuts at which the pen's ways are hidden: as much as keeps hands
/// unlike the data's from being cut by how those of the data go.
const AT_WILL: f64 = 0.6;
const HIDDEN: f64 = 0.3;

const EPOCHS: usize = 8;

/// The model for cuts of `strings` strings composed of the digits of `data`.
pub fn learn_cuts(data: &TrainingData, strings: usize, seed: u64) -> CutModel {
    let one = |i: usize| {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9).wrapping_add(i as u64));
        let spacing = if rng.random_bool(0.5) { Spacing::Natural } else { Spacing::Touching };
        let habits = |rng: &mut StdRng| if rng.random_bool(AT_WILL) { Habits::AT_WILL } else { Habits::random(rng) };
        let composed = string_by(data, rng.random_range(1..=6), spacing, Hands::Strange, habits, &mut rng);
        let mut examples = examples_of(&composed, &mut rng);
        examples.retain(|&(_, [parts])| parts > DOUBT || rng.random_bool(FALSE_KEPT));
        examples
    };
    let examples: Vec<Example> = (0..strings).into_par_iter().flat_map_iter(one).collect();
    let mut network = learn(CutModel::SHAPE, examples, EPOCHS, cross_entropy, seed);
    // Fewer false cuts were seen than there are.
    network.add_to_outputs(&[FALSE_KEPT.ln() as f32]);
    CutModel(network)
}

/// Every cut of a string, labelled.
fn examples_of(composed: &Composed, rng: &mut StdRng) -> Vec<Example> {
    let line = Line::from_input(&composed.input);
    let cuts = possible_cuts(&line).into_iter().chain(gaps(&line));
    let cuts: Vec<_> = cuts.collect();
    let purities = composed.purities(&line, &cuts);
    let example = |(cut, purity): (PossibleCut, f64)| {
        let parts = ((purity - IMPURE) / (PURE - IMPURE)).clamp(0., 1.) as f32;
        match cut.kind {
            CutKind::Seam => (cut.view, [parts]),
            _ if rng.random_bool(HIDDEN) => (without_ways(cut.view), [parts]),
            _ => (cut.view, [parts.clamp(DOUBT, 1. - DOUBT)]),
        }
    };
    cuts.into_iter().zip(purities).map(example).collect()
}

/// Mean of -ln p of what is true in part: burn's own wants labels that are whole.
fn cross_entropy(log_odds: Outputs, truth: Outputs) -> Tensor<Training, 1> {
    let softplus = relu(log_odds.clone()) + (log_odds.clone().abs().neg().exp() + 1.).log();
    (softplus - log_odds * truth).mean()
}

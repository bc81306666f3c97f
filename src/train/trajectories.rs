//! Learning what the way of the pen says: from glyphs like those that the networks learn from, as far as they were written.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::perceptron::{Outputs, Training, learn};
use super::pool::{Pool, Sample, glyphs_of};
use super::scores_of;
use crate::classify::{CLASSES, Scores};
use crate::model::Weights;
use crate::trajectory::TrajectoryModel;

/// Glyphs drawn from the pool; one in five of them was written and is not only a picture.
const DRAWN: usize = 1_500_000;

/// Divides the networks' logits: of the hands that they learnt from they are surer than of others. Chosen by how well held-back writers' digits
/// are told from held-back letters; 1.3, their temperature, and 3 were tried beside it.
const SOFTENED: f32 = 2.;

const EPOCHS: usize = 20;

/// The model for the written glyphs of a pool: it learns what `networks` leave in doubt. The pool is better drawn anew than that which they learnt
/// from, though it is of the same hands.
pub fn learn_trajectories(pool: &Pool, networks: &Weights, seed: u64) -> TrajectoryModel {
    let mut rng = StdRng::seed_from_u64(seed);
    let is_written = |sample: &&Sample| sample.glyph.trajectory.is_some();
    let samples: Vec<Sample> = (0..DRAWN).map(|_| pool.draw(&mut rng).0).filter(is_written).cloned().collect();
    let scores = scores_of(networks, &glyphs_of(&samples));
    let example = |(Sample { glyph, class }, scores): (&Sample, Scores)| {
        let trajectory = glyph.trajectory.as_ref().expect("it was written");
        let mut told = [0f32; 2 * CLASSES];
        told[*class] = 1.;
        told[CLASSES..].copy_from_slice(&scores.logits.map(|logit| logit / SOFTENED));
        (trajectory.view(), told)
    };
    let examples = samples.iter().zip(scores).map(example).collect();
    TrajectoryModel(learn(TrajectoryModel::SHAPE, examples, EPOCHS, cross_entropy, seed))
}

/// Of the truth, by the outputs and the networks' logits together; `told` is the truth and those.
fn cross_entropy(outputs: Outputs, told: Outputs) -> Tensor<Training, 1> {
    let (truth, logits) = (told.clone().narrow(1, 0, CLASSES), told.narrow(1, CLASSES, CLASSES));
    -(log_softmax(outputs + logits, 1) * truth).sum_dim(1).mean()
}

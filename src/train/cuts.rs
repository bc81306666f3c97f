//! Learning where digits part: composed strings are cut everywhere that they can be, every cut is labelled by whose ink lies on its
//! sides, and the small network of [`CutModel`] learns to tell the true ones by what is seen there.

use burn::backend::Autodiff;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamWConfig, GradientsParams, Optimizer};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};
use burn_flex::Flex;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use super::compose::{Composed, Hands, Spacing};
use super::datasets::TrainingData;
use super::pool::random_string;
use crate::raster::Line;
use crate::segment::{CutModel, VIEW, View, gaps, possible_cuts};

/// What is seen at a cut, and how surely it parts two digits, 0 to 1.
type Example = (View, f32);

/// Purities between which a cut goes over from wrong to right. Many cuts of a picture are almost the same, and a sharp limit would not
/// say which of them is the best.
const IMPURE: f64 = 0.8;
const PURE: f64 = 0.95;

/// Share of the cuts within digits that are learnt from: they are many, and much alike.
const FALSE_KEPT: f64 = 0.25;

const EPOCHS: usize = 8;
const BATCH: usize = 256;
const LEARNING_RATE: f64 = 2e-3;

/// The model for cuts of `strings` strings composed of the digits of `data`.
pub fn learn_cuts(data: &TrainingData, strings: usize, seed: u64) -> CutModel {
    let one = |i: usize| {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9).wrapping_add(i as u64));
        let spacing = if rng.random_bool(0.5) { Spacing::Natural } else { Spacing::Touching };
        let composed = random_string(data, rng.random_range(1..=6), spacing, Hands::Strange, &mut rng);
        let mut examples = examples_of(&composed);
        examples.retain(|&(_, parts)| parts > 0. || rng.random_bool(FALSE_KEPT));
        examples
    };
    let examples: Vec<Example> = (0..strings).into_par_iter().flat_map_iter(one).collect();
    train(examples, seed)
}

/// Every cut of a string, labelled.
fn examples_of(composed: &Composed) -> Vec<Example> {
    let line = Line::from_input(&composed.input);
    let cuts = possible_cuts(&line).into_iter().chain(gaps(&line));
    let cuts: Vec<_> = cuts.collect();
    let purities = composed.purities(&line, &cuts);
    let sure = |purity: f64| ((purity - IMPURE) / (PURE - IMPURE)).clamp(0., 1.) as f32;
    cuts.into_iter().zip(purities).map(|(cut, purity)| (cut.view, sure(purity))).collect()
}

#[derive(Module, Debug)]
struct Mlp<B: Backend> {
    hidden: Linear<B>,
    output: Linear<B>,
}

impl<B: Backend> Mlp<B> {
    fn forward(&self, views: Tensor<B, 2>) -> Tensor<B, 1> {
        self.output.forward(relu(self.hidden.forward(views))).flatten(0, 1)
    }
}

/// Mean of -ln p of what is true in part: burn's own wants labels that are whole.
fn cross_entropy<B: Backend>(log_odds: Tensor<B, 1>, truth: Tensor<B, 1>) -> Tensor<B, 1> {
    let softplus = relu(log_odds.clone()) + (log_odds.clone().abs().neg().exp() + 1.).log();
    (softplus - log_odds * truth).mean()
}

fn train(mut examples: Vec<Example>, seed: u64) -> CutModel {
    type Training = Autodiff<Flex>;
    let device = Default::default();
    <Training as Backend>::seed(&device, seed);
    let mut mlp = Mlp::<Training> {
        hidden: LinearConfig::new(VIEW, CutModel::hidden()).init(&device),
        output: LinearConfig::new(CutModel::hidden(), 1).init(&device),
    };
    let mut optim = AdamWConfig::new().with_weight_decay(0.01).init();
    let mut rng = StdRng::seed_from_u64(seed);
    let steps = EPOCHS * examples.len().div_ceil(BATCH);
    let mut step = 0;
    for _ in 0..EPOCHS {
        examples.shuffle(&mut rng);
        for batch in examples.chunks(BATCH) {
            let views: Vec<f32> = batch.iter().flat_map(|(view, _)| *view).collect();
            let parts: Vec<f32> = batch.iter().map(|&(_, parts)| parts).collect();
            let views = Tensor::<Training, 2>::from_data(TensorData::new(views, [batch.len(), VIEW]), &device);
            let parts = Tensor::<Training, 1>::from_data(TensorData::new(parts, [batch.len()]), &device);
            let loss = cross_entropy(mlp.forward(views), parts);
            let gradients = GradientsParams::from_grads(loss.backward(), &mlp);
            let rate = LEARNING_RATE * (1. - step as f64 / steps as f64).max(0.02);
            mlp = optim.step(rate, mlp, gradients);
            step += 1;
        }
    }
    let values = |tensor: TensorData| tensor.to_vec::<f32>().expect("parameters are f32");
    let bias = |linear: &Linear<Training>| values(linear.bias.as_ref().expect("it has biases").val().into_data());
    let mut all = values(mlp.hidden.weight.val().transpose().into_data());
    all.extend(bias(&mlp.hidden));
    all.extend(values(mlp.output.weight.val().into_data()));
    // Fewer false cuts were seen than there are.
    all.push(bias(&mlp.output)[0] + FALSE_KEPT.ln() as f32);
    CutModel::from_values(&all).expect("as many as it has")
}

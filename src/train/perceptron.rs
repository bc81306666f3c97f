//! Training the small networks of [`Perceptron`].

use burn::backend::Autodiff;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamWConfig, GradientsParams, Optimizer};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};
use burn_flex::Flex;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::perceptron::{Perceptron, Shape};

/// What trains them.
pub type Training = Autodiff<Flex>;

/// `[batch, outputs]` that a network gives, or `[batch, any]` that are told of the same examples.
pub type Outputs = Tensor<Training, 2>;

const BATCH: usize = 256;
const LEARNING_RATE: f64 = 2e-3;

#[derive(Module, Debug)]
struct Mlp<B: Backend> {
    hidden: Linear<B>,
    output: Linear<B>,
}

/// A network that sees each example's view, `inputs` long, with the least mean `loss` over batches of its outputs and of what is told of the
/// examples, for each as many numbers.
pub fn learn<V: AsRef<[f32]>, T: AsRef<[f32]>>(
    shape: Shape,
    mut examples: Vec<(V, T)>,
    epochs: usize,
    loss: impl Fn(Outputs, Outputs) -> Tensor<Training, 1>,
    seed: u64,
) -> Perceptron {
    let device = Default::default();
    <Training as Backend>::seed(&device, seed);
    let mut mlp = Mlp::<Training> {
        hidden: LinearConfig::new(shape.inputs, shape.hidden).init(&device),
        output: LinearConfig::new(shape.hidden, shape.outputs).init(&device),
    };
    let mut optim = AdamWConfig::new().with_weight_decay(0.01).init();
    let mut rng = StdRng::seed_from_u64(seed);
    let steps = epochs * examples.len().div_ceil(BATCH);
    let mut step = 0;
    for _ in 0..epochs {
        examples.shuffle(&mut rng);
        for batch in examples.chunks(BATCH) {
            let tensor = |values: Vec<f32>, width: usize| {
                Outputs::from_data(TensorData::new(values, [batch.len(), width]), &device)
            };
            let views = tensor(batch.iter().flat_map(|(view, _)| view.as_ref()).copied().collect(), shape.inputs);
            let truths: Vec<f32> = batch.iter().flat_map(|(_, truth)| truth.as_ref()).copied().collect();
            let width = truths.len() / batch.len();
            let truths = tensor(truths, width);
            let outputs = mlp.output.forward(relu(mlp.hidden.forward(views)));
            let gradients = GradientsParams::from_grads(loss(outputs, truths).backward(), &mlp);
            let rate = LEARNING_RATE * (1. - step as f64 / steps as f64).max(0.02);
            mlp = optim.step(rate, mlp, gradients);
            step += 1;
        }
    }
    let values = |tensor: TensorData| tensor.to_vec::<f32>().expect("parameters are f32");
    let layers = [&mlp.hidden, &mlp.output].map(|layer| {
        let biases = layer.bias.as_ref().expect("it has biases");
        (values(layer.weight.val().transpose().into_data()), values(biases.val().into_data()))
    });
    Perceptron::nearest(layers.each_ref().map(|(weights, biases)| (&weights[..], &biases[..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_learns_what_no_weighted_sum_tells() {
        let shape = Shape { inputs: 2, hidden: 8, outputs: 1 };
        let examples: Vec<([f32; 2], [f32; 1])> = (0..2000)
            .map(|i| [(i * 37 % 101) as f32 / 50. - 1., (i * 53 % 97) as f32 / 48. - 1.])
            .map(|[x, y]| ([x, y], [x.abs() - y.abs()]))
            .collect();
        let squares = |outputs: Outputs, truth: Outputs| (outputs - truth).powi_scalar(2).mean();
        let network = learn(shape, examples.clone(), 200, squares, 5);
        let error: f32 = examples.iter().map(|(view, [truth])| (network.outputs(view)[0] - truth).powi(2)).sum();
        // The best weighted sum comes to a sixth.
        assert!(error / 2000. < 0.02, "{}", error / 2000.);
    }
}

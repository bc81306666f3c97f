//! Small networks of one hidden layer (F. Rosenblatt, "Principles of Neurodynamics", 1962), their weights kept in few bits: what tells
//! cuts by what is seen there, and digits by the way of the pen.

use crate::rounding::LayerParameters;
#[cfg(any(test, feature = "cli"))]
use crate::rounding::{Rounded, bfloat16};

/// Most that a learnt weight counts in units of its scale: little in the hidden layer, which has nearly all weights, so that they pack well. A file
/// may have finer ones.
#[cfg(any(test, feature = "cli"))]
const HIDDEN: i8 = 10;
#[cfg(any(test, feature = "cli"))]
const OUTPUT: i8 = i8::MAX;

/// Widths of the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Numbers that it looks at.
    pub inputs: usize,
    /// Units between, those below 0 silent.
    pub hidden: usize,
    /// Numbers that it gives.
    pub outputs: usize,
}

impl Shape {
    /// What each layer reads and gives.
    pub const fn layers(self) -> [[usize; 2]; 2] {
        [[self.inputs, self.hidden], [self.hidden, self.outputs]]
    }
}

/// The network: its layers' weights are `[output, input]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Perceptron(pub [LayerParameters; 2]);

impl Perceptron {
    /// Gives 0 for everything.
    pub fn blank(shape: Shape) -> Self {
        Self(shape.layers().map(|[inputs, outputs]| LayerParameters {
            weights: vec![0; inputs * outputs],
            scales: vec![0.; outputs],
            biases: vec![0.; outputs],
        }))
    }

    /// The nearest network that a file can keep to weights and biases of each layer, the weights `[output, input]`.
    #[cfg(any(test, feature = "cli"))]
    pub fn nearest(layers: [(&[f32], &[f32]); 2]) -> Self {
        let mut highest = [HIDDEN, OUTPUT].into_iter();
        Self(layers.map(|(weights, biases)| {
            let highest = highest.next().expect("two layers");
            let units = weights.chunks_exact(weights.len() / biases.len()).map(|unit| Rounded::nearest(unit, highest));
            let (scales, weights): (Vec<f32>, Vec<Vec<i8>>) = units.map(|unit| (unit.scale, unit.weights)).unzip();
            LayerParameters {
                weights: weights.concat(),
                scales,
                biases: biases.iter().copied().map(bfloat16).collect(),
            }
        }))
    }

    /// Adds to each output, whatever is seen.
    #[cfg(feature = "cli")]
    pub fn add_to_outputs(&mut self, more: &[f32]) {
        self.0[1].biases.iter_mut().zip(more).for_each(|(bias, more)| *bias = bfloat16(*bias + more));
    }

    /// Multiplies every output.
    #[cfg(feature = "cli")]
    pub fn scale_outputs(&mut self, by: f32) {
        let last = &mut self.0[1];
        last.scales.iter_mut().chain(&mut last.biases).for_each(|value| *value = bfloat16(*value * by));
    }

    /// Whether no scale and no bias is farther from 0 than `highest`.
    pub fn is_within(&self, highest: f32) -> bool {
        let of_layer = |layer: &LayerParameters| layer.scales.iter().chain(&layer.biases).all(|v| v.abs() <= highest);
        self.0.iter().all(of_layer)
    }

    /// What it says of `view`.
    pub fn outputs(&self, view: &[f32]) -> Vec<f32> {
        let [first, last] = &self.0;
        let mut hidden = layer(first, view);
        hidden.iter_mut().for_each(|v| *v = v.max(0.));
        layer(last, &hidden)
    }
}

#[inline(never)]
fn layer(layer: &LayerParameters, view: &[f32]) -> Vec<f32> {
    let LayerParameters { weights, scales, biases } = layer;
    let unit = |((weights, scale), bias): ((&[i8], &f32), &f32)| scale * dot(weights, view) + bias;
    weights.chunks_exact(view.len()).zip(scales).zip(biases).map(unit).collect()
}

/// Eight sums side by side, which the compiler can lay into registers.
fn dot(a: &[i8], b: &[f32]) -> f32 {
    let mut sums = [0f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(&a, b)| f32::from(a) * b).sum();
    for (a, b) in a.zip(b) {
        (0..8).for_each(|lane| sums[lane] += f32::from(a[lane]) * b[lane]);
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { inputs: 11, hidden: 3, outputs: 2 };

    #[test]
    fn it_weighs_what_it_sees() {
        let mut view = [0.; 11];
        view[3] = 2.;
        assert_eq!(Perceptron::blank(SHAPE).outputs(&view), [0., 0.]);
        let (mut hidden, mut output) = ([0.; 33], [0.; 6]);
        // The second hidden unit looks at the fourth number and the last; the second output takes it three times and adds a half.
        hidden[11 + 3] = 1.;
        hidden[11 + 10] = 1.;
        output[3 + 1] = 3.;
        let network = Perceptron::nearest([(&hidden, &[0., -0.5, 0.]), (&output, &[0., 0.5])]);
        let near = |a: &[f32], b: [f32; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.06);
        assert!(near(&network.outputs(&view), [0., 5.]));
        view[10] = 1.;
        assert!(near(&network.outputs(&view), [0., 8.]));
        assert!(near(&network.outputs(&[0.; 11]), [0., 0.5]), "a unit below 0 is silent");
    }

    #[test]
    fn a_value_that_is_none_is_not_within_bounds() {
        let with = |odd: f32| {
            let (mut hidden, output) = ([0.5; 33], [0.5; 6]);
            hidden[4] = odd;
            Perceptron::nearest([(&hidden, &[0.; 3]), (&output, &[0., odd])]).is_within(100.)
        };
        assert!(with(99.) && !with(101.) && !with(f32::NAN) && !with(f32::INFINITY));
    }
}

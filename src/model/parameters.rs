//! One network's parameters: its shape, and each layer's weights in a few bits with a scale for each output
//! ([`crate::rounding::Rounded`]). Computing is in f32.

use crate::classify::CLASSES;
use crate::rounding::LayerParameters;
#[cfg(any(test, feature = "cli"))]
use crate::rounding::{Rounded, bfloat16};

/// Convolutions of a network.
pub(super) const CONVS: usize = 5;
/// Sides of the square maps, px: what each convolution reads, then what the dense layer does. Where the next is smaller, 2x2 max-pooling comes between.
pub(super) const SIDES: [usize; CONVS + 1] = [28, 14, 14, 7, 7, 3];
/// Pixels of the last feature map.
pub(super) const LAST_MAP: usize = SIDES[CONVS] * SIDES[CONVS];
/// Numbers that make a shape.
pub(super) const SHAPE_LEN: usize = CONVS + 1;

/// Highest weight in units of its scale: eight bits for the first and the last layer, which have few, five for the other convolutions, four for the
/// dense layer, which has more than half of all. A file keeps each in a byte and is sent compressed: chosen so that all that a page loads for
/// the CPU engine keeps within its budget.
const FINE: i8 = i8::MAX;
const CONVOLUTION: i8 = 15;
const DENSE: i8 = 7;

/// What the layers are called outside, in the file's order.
const LAYER_NAMES: [&str; CONVS + 2] = ["conv1", "conv2", "conv3", "conv4", "conv5", "dense", "last"];

/// The widths of the network's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct NetworkShape {
    /// Channels after each 3x3 convolution; 2x2 max-pooling follows the first, third and fifth.
    pub channels: [u16; CONVS],
    /// Outputs of the dense layer before the last.
    pub hidden: u16,
}

impl NetworkShape {
    /// From the widths in the file's order.
    pub(super) fn of_widths([c0, c1, c2, c3, c4, hidden]: [u16; SHAPE_LEN]) -> Self {
        Self { channels: [c0, c1, c2, c3, c4], hidden }
    }

    /// The widths in the file's order.
    pub(super) fn widths(&self) -> impl Iterator<Item = u16> {
        self.channels.into_iter().chain([self.hidden])
    }

    /// Inputs and outputs of each layer: the convolutions, the dense layer, the last layer.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let mut layers = Vec::new();
        let mut inputs = 1;
        for (i, channels) in self.channels.map(usize::from).into_iter().enumerate() {
            let highest = if i == 0 { FINE } else { CONVOLUTION };
            layers.push(Layer { weights: vec![channels, inputs, 3, 3], outputs: channels, highest });
            inputs = channels;
        }
        let hidden = usize::from(self.hidden);
        layers.push(Layer { weights: vec![inputs * LAST_MAP, hidden], outputs: hidden, highest: DENSE });
        layers.push(Layer { weights: vec![hidden, CLASSES], outputs: CLASSES, highest: FINE });
        layers
    }

    /// Weights and biases in all.
    pub fn parameters(&self) -> usize {
        self.layers().iter().map(|l| l.weight_count() + l.outputs).sum()
    }

    /// Multiply-adds for one glyph.
    pub fn multiply_adds(&self) -> usize {
        let each = |(i, layer): (usize, &Layer)| {
            let places = if i < CONVS { SIDES[i] * SIDES[i] } else { 1 };
            layer.weight_count() * places
        };
        self.layers().iter().enumerate().map(each).sum()
    }
}

/// Shape of one layer's parameters.
pub(super) struct Layer {
    pub weights: Vec<usize>,
    pub outputs: usize,
    /// Of its weights in units of their scale.
    #[cfg_attr(not(any(test, feature = "cli")), expect(dead_code, reason = "only what is trained is rounded"))]
    pub highest: i8,
}

impl Layer {
    /// Where the weights of an output lie: convolutions are `[out, in, 3, 3]`, dense layers `[in, out]`.
    fn places_of(&self, output: usize) -> impl Iterator<Item = usize> + use<> {
        let each = self.weight_count() / self.outputs;
        let (first, step) = match self.weights.len() {
            4 => (output * each, 1),
            _ => (output, self.outputs),
        };
        (0..each).map(move |i| first + i * step)
    }

    /// Where a file has them, in the same order: inputs come first there, `[in, out, 3, 3]`, which packs a little better.
    fn kept_places_of(&self, output: usize) -> impl Iterator<Item = usize> + use<> {
        let (outputs, taps) = (self.outputs, self.weights.iter().skip(2).product::<usize>());
        (0..self.weight_count() / outputs).map(move |i| (i / taps * outputs + output) * taps + i % taps)
    }

    pub fn weight_count(&self) -> usize {
        self.weights.iter().product()
    }
}

impl LayerParameters {
    /// The nearest that can be kept. What is no number makes its scale none.
    #[cfg(any(test, feature = "cli"))]
    fn rounded(layer: &Layer, weights: &[f32], biases: Vec<f32>) -> Self {
        let mut kept = vec![0; weights.len()];
        let scales = (0..layer.outputs).map(|output| {
            let of_output: Vec<f32> = layer.places_of(output).map(|i| weights[i]).collect();
            let rounded = Rounded::nearest(&of_output, layer.highest);
            layer.kept_places_of(output).zip(rounded.weights).for_each(|(i, weight)| kept[i] = weight);
            rounded.scale
        });
        Self { scales: scales.collect(), weights: kept, biases: biases.into_iter().map(bfloat16).collect() }
    }

    /// The weights, row-major.
    pub(super) fn values(&self, layer: &Layer) -> Vec<f32> {
        let mut values = vec![0.; self.weights.len()];
        for (output, scale) in self.scales.iter().enumerate() {
            let places = layer.places_of(output).zip(layer.kept_places_of(output));
            places.for_each(|(to, from)| values[to] = f32::from(self.weights[from]) * scale);
        }
        values
    }
}

/// The parameters of one layer as numbers to compute with.
pub(crate) struct LayerTensors {
    /// `conv1` to `conv5`, `dense` or `last`.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "other programs are told the name"))]
    pub name: &'static str,
    /// Of the weights: convolutions are `[output, input, 3, 3]`, the others `[input, output]`.
    #[cfg_attr(not(any(feature = "cli", feature = "webgpu")), expect(dead_code, reason = "the CPU engine knows it"))]
    pub shape: Vec<usize>,
    /// Row-major.
    pub weights: Vec<f32>,
    /// One an output.
    pub biases: Vec<f32>,
}

/// The parameters of one network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkWeights {
    /// Widths of the layers.
    pub shape: NetworkShape,
    pub(super) layers: Vec<LayerParameters>,
}

impl NetworkWeights {
    /// The nearest that a file can keep: parameters in the file's order, each layer's weights and then its biases.
    #[cfg(any(test, feature = "cli"))]
    pub(crate) fn from_values(shape: NetworkShape, mut values: impl Iterator<Item = f32>) -> Self {
        let mut take = |count: usize| values.by_ref().take(count).collect::<Vec<_>>();
        let layers = shape.layers().into_iter();
        let layers = layers.map(|l| LayerParameters::rounded(&l, &take(l.weight_count()), take(l.outputs)));
        Self { shape, layers: layers.collect() }
    }

    /// All parameters in the order of [`NetworkWeights::from_values`].
    #[cfg(feature = "cli")]
    pub(crate) fn values(&self) -> impl Iterator<Item = f32> {
        self.tensors().flat_map(|layer| layer.weights.into_iter().chain(layer.biases))
    }

    /// The layers in the file's order, computed with.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = LayerTensors> {
        let layers = self.shape.layers().into_iter().zip(&self.layers).zip(LAYER_NAMES);
        layers.map(|((layer, parameters), name)| LayerTensors {
            name,
            weights: parameters.values(&layer),
            biases: parameters.biases.clone(),
            shape: layer.weights,
        })
    }

    /// Raw outputs for features, as the last layer makes them.
    #[cfg(feature = "cli")]
    pub(crate) fn logits_of_features(&self, features: &[f32]) -> [f32; CLASSES] {
        let last = self.layers.last().expect("a network has layers");
        let mut sums = [0.; CLASSES];
        for (feature, row) in features.iter().zip(last.weights.chunks_exact(CLASSES)) {
            sums.iter_mut().zip(row).for_each(|(sum, &w)| *sum += feature * f32::from(w));
        }
        std::array::from_fn(|class| sums[class] * last.scales[class] + last.biases[class])
    }

    /// Whether all is finite, and so far from the highest float that no glyph can lead to what is not: an engine need not look.
    pub(super) fn is_bounded(&self) -> bool {
        /// Leaves room for what sums are made of on the way.
        const HIGHEST: f32 = 1e30;
        let mut highest = 1.;
        self.shape.layers().iter().zip(&self.layers).all(|(layer, parameters)| {
            let values = parameters.values(layer);
            let reach = |output: usize| layer.places_of(output).map(|i| values[i].abs() * highest).sum::<f32>();
            let outputs = parameters.biases.iter().enumerate();
            let sums: Vec<f32> = outputs.map(|(output, bias)| bias.abs() + reach(output)).collect();
            // Not `max`, which passes over what is no number.
            let is_bounded = sums.iter().all(|&sum| sum < HIGHEST);
            highest = sums.into_iter().fold(0., f32::max);
            is_bounded
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiply_adds_by_hand() {
        let shape = NetworkShape { channels: [1, 1, 1, 1, 1], hidden: 1 };
        assert_eq!(shape.multiply_adds(), 9 * (28 * 28 + 2 * 14 * 14 + 2 * 7 * 7) + 9 + 14);
        assert_eq!(shape.parameters(), 5 * 10 + 10 + 28);
    }

    #[test]
    fn each_output_has_a_scale_of_its_own() {
        let convolution = Layer { weights: vec![2, 3, 3, 3], outputs: 2, highest: 31 };
        let dense = Layer { weights: vec![3, 2], outputs: 2, highest: 31 };
        // The first output's weights are a hundred times the second's, which must not drown in them.
        let of_convolution: Vec<f32> = (0..54).map(|i| (i as f32 - 5.3) * if i < 27 { 1. } else { 0.01 }).collect();
        let of_dense: Vec<f32> = (0..6).map(|i| (i as f32 - 2.1) * if i % 2 == 0 { 1. } else { 0.01 }).collect();
        for (layer, weights) in [(convolution, of_convolution), (dense, of_dense)] {
            let kept = LayerParameters::rounded(&layer, &weights, vec![0.; 2]);
            let values = kept.values(&layer);
            for (i, output) in (0..2).flat_map(|output| layer.places_of(output).map(move |i| (i, output))) {
                let step = kept.scales[output];
                assert!((values[i] - weights[i]).abs() <= 2. * step, "{} instead of {}", values[i], weights[i]);
            }
            assert!(kept.scales[0] > 20. * kept.scales[1]);
            let all: Vec<usize> = (0..2).flat_map(|output| layer.kept_places_of(output)).collect();
            let mut sorted = all.clone();
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..weights.len()), "each has a place: {all:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_taken_for_0() {
        let shape = NetworkShape { channels: [1; 5], hidden: 1 };
        let with = |odd: f32| {
            let values = (0..shape.parameters()).map(|i| if i == 3 { odd } else { 0.5 });
            NetworkWeights::from_values(shape, values).is_bounded()
        };
        assert!(with(0.) && !with(f32::NAN) && !with(f32::INFINITY));
        // The scale is finite, the weight would not be.
        let mut weights = NetworkWeights::from_values(shape, (0..shape.parameters()).map(|_| 0.5));
        weights.layers[0].scales[0] = 3e36;
        assert!(!weights.is_bounded());
    }

    #[test]
    fn an_output_without_weights_stays_without() {
        let layer = Layer { weights: vec![2, 1], outputs: 1, highest: 31 };
        assert_eq!(LayerParameters::rounded(&layer, &[0., 0.], vec![1.]).values(&layer), [0., 0.]);
    }
}

//! Five 3x3 convolutions with ReLU, max-pooled 28 → 14 → 7 → 3, then two dense layers: glyphs to [`CLASSES`] logits.
//!
//! No batch normalisation: on burn's flex backend it makes training and inference three times slower, and with He's initialisation a
//! network this shallow trains as well without.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Tensor, TensorData};

#[cfg(feature = "cli")]
use super::weights::LayerValues;
use super::weights::{CONVS, LAST_MAP, NetworkShape, Weights};
use crate::classify::{CLASSES, Calibration, Classifier, ClassifyError, GLYPH_PIXELS, GLYPH_SIDE, Glyph, Scores};
#[cfg(feature = "cli")]
use crate::confidence::Policy;
#[cfg(feature = "cli")]
use crate::segment::CutModel;

/// Most glyphs in one pass; longer batches are split, which bounds memory.
const MAX_BATCH: usize = 128;

/// The network. Input `[batch, 1, 28, 28]`, 0 to 1; output `[batch, 14]` logits, digits first, then the reject classes.
#[derive(Module, Debug)]
pub struct Network<B: Backend> {
    convs: [Conv2d<B>; CONVS],
    dense: Linear<B>,
    last: Linear<B>,
    pool: MaxPool2d,
}

impl<B: Backend> Network<B> {
    /// A fresh network with random weights (K. He et al., "Delving Deep into Rectifiers", ICCV 2015).
    pub fn new(shape: &NetworkShape, device: &B::Device) -> Self {
        let he = || Initializer::KaimingNormal { gain: std::f64::consts::SQRT_2, fan_out_only: false };
        let mut inputs = 1;
        let convs = shape.channels.map(|channels| {
            let config = Conv2dConfig::new([inputs, usize::from(channels)], [3, 3]);
            inputs = usize::from(channels);
            config.with_padding(PaddingConfig2d::Same).with_initializer(he()).init(device)
        });
        let hidden = usize::from(shape.hidden);
        Self {
            convs,
            dense: LinearConfig::new(inputs * LAST_MAP, hidden).with_initializer(he()).init(device),
            last: LinearConfig::new(hidden, CLASSES).init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
        }
    }

    /// The network with given weights.
    pub fn from_weights(weights: &Weights, device: &B::Device) -> Self {
        let mut network = Self::new(&weights.shape, device);
        let (convs, dense) = weights.layers.split_at(CONVS);
        for ((conv, values), shape) in network.convs.iter_mut().zip(convs).zip(weights.shape.layers()) {
            let dims: [usize; 4] = shape.weights.try_into().expect("a convolution has four dimensions");
            conv.weight = Param::from_data(TensorData::new(values.weights.clone(), dims), device);
            conv.bias = Some(Param::from_data(TensorData::new(values.biases.clone(), [dims[0]]), device));
        }
        for (linear, values) in [&mut network.dense, &mut network.last].into_iter().zip(dense) {
            let outputs = values.biases.len();
            let dims = [values.weights.len() / outputs, outputs];
            linear.weight = Param::from_data(TensorData::new(values.weights.clone(), dims), device);
            linear.bias = Some(Param::from_data(TensorData::new(values.biases.clone(), [outputs]), device));
        }
        network
    }

    /// The weights of this network, with the settings that belong to them.
    #[cfg(feature = "cli")]
    pub fn to_weights(&self, shape: NetworkShape, policy: Policy, cuts: CutModel) -> Weights {
        fn values<B: Backend, const D: usize>(
            weight: &Param<Tensor<B, D>>,
            bias: &Option<Param<Tensor<B, 1>>>,
        ) -> LayerValues {
            let bias = bias.as_ref().expect("every layer has biases").val();
            let flat = |data: TensorData| data.to_vec::<f32>().expect("parameters are f32");
            LayerValues { weights: flat(weight.val().into_data()), biases: flat(bias.into_data()) }
        }
        let convs = self.convs.iter().map(|c| values(&c.weight, &c.bias));
        let dense = [&self.dense, &self.last].into_iter().map(|l| values(&l.weight, &l.bias));
        Weights { shape, policy, cuts, layers: convs.chain(dense).collect() }
    }

    /// Glyphs `[batch, 1, 28, 28]` to logits `[batch, 14]`.
    pub fn forward(&self, glyphs: Tensor<B, 4>) -> Tensor<B, 2> {
        self.last.forward(self.features(glyphs))
    }

    /// Glyphs `[batch, 1, 28, 28]` to logits and then features, `[batch, 14 + hidden]`: one tensor, so that a GPU reads back once.
    pub fn logits_and_features(&self, glyphs: Tensor<B, 4>) -> Tensor<B, 2> {
        let features = self.features(glyphs);
        Tensor::cat(vec![self.last.forward(features.clone()), features], 1)
    }

    /// Glyphs `[batch, 1, 28, 28]` to what the last layer reads, `[batch, hidden]`.
    fn features(&self, glyphs: Tensor<B, 4>) -> Tensor<B, 2> {
        let mut x = glyphs;
        for (i, conv) in self.convs.iter().enumerate() {
            x = relu(conv.forward(x));
            if i % 2 == 0 {
                x = self.pool.forward(x);
            }
        }
        relu(self.dense.forward(x.flatten(1, 3)))
    }
}

/// Glyphs as network input `[batch, 1, 28, 28]`, 0 to 1.
pub fn tensor_of<B: Backend>(glyphs: &[Glyph], device: &B::Device) -> Tensor<B, 4> {
    let mut values = Vec::with_capacity(glyphs.len() * GLYPH_PIXELS);
    values.extend(glyphs.iter().flat_map(|g| g.pixels.iter().map(|&v| f32::from(v) / 255.)));
    Tensor::from_data(TensorData::new(values, [glyphs.len(), 1, GLYPH_SIDE, GLYPH_SIDE]), device)
}

/// The network as a [`Classifier`].
#[derive(Debug)]
pub struct BurnClassifier<B: Backend> {
    network: Network<B>,
    device: B::Device,
    calibration: Calibration,
    engine: &'static str,
}

impl<B: Backend> BurnClassifier<B> {
    /// The network with `weights` on `device`; `engine` is the name that readings carry.
    pub fn on_device(weights: &Weights, device: B::Device, engine: &'static str) -> Self {
        let network = Network::from_weights(weights, &device);
        Self { network, device, calibration: weights.policy.calibration(), engine }
    }
}

impl<B: Backend> Classifier for BurnClassifier<B> {
    async fn classify(&self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
        let mut scores = Vec::with_capacity(glyphs.len());
        for batch in glyphs.chunks(MAX_BATCH) {
            let outputs = self.network.logits_and_features(tensor_of(batch, &self.device));
            let width = outputs.dims()[1];
            let failed = |e: &dyn std::fmt::Debug| ClassifyError { message: format!("{e:?}") };
            let data = outputs.into_data_async().await.map_err(|e| failed(&e))?;
            let values = data.to_vec::<f32>().map_err(|e| failed(&e))?;
            for row in values.chunks_exact(width) {
                let (logits, features) = row.split_first_chunk().expect("a row has one logit a class");
                let calibrated = Scores::calibrated(*logits, self.calibration);
                scores.push(Scores { features: features.to_vec(), ..calibrated });
            }
        }
        if scores.iter().any(|s| s.logits.iter().any(|l| !l.is_finite())) {
            return Err(ClassifyError { message: "the network gave a number that is not finite".into() });
        }
        Ok(scores)
    }

    fn engine(&self) -> &'static str {
        self.engine
    }
}

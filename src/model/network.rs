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

use super::parameters::{CONVS, LAST_MAP, LayerTensors, NetworkShape, NetworkWeights, SIDES};
use super::weights::Weights;
use crate::classify::{CLASSES, Calibration, Classifier, ClassifyError, GLYPH_PIXELS, GLYPH_SIDE, Glyph, Scores};
use crate::trajectory::TrajectoryModel;

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
    pub fn from_weights(weights: &NetworkWeights, device: &B::Device) -> Self {
        let mut network = Self::new(&weights.shape, device);
        let mut layers = weights.tensors();
        for (conv, LayerTensors { shape, weights, biases, .. }) in network.convs.iter_mut().zip(layers.by_ref()) {
            let dims: [usize; 4] = shape.try_into().expect("a convolution has four dimensions");
            conv.weight = Param::from_data(TensorData::new(weights, dims), device);
            conv.bias = Some(Param::from_data(TensorData::new(biases, [dims[0]]), device));
        }
        let dense = [&mut network.dense, &mut network.last].into_iter();
        for (linear, LayerTensors { shape, weights, biases, .. }) in dense.zip(layers) {
            let dims: [usize; 2] = shape.try_into().expect("a dense layer has two dimensions");
            linear.weight = Param::from_data(TensorData::new(weights, dims), device);
            linear.bias = Some(Param::from_data(TensorData::new(biases, [dims[1]]), device));
        }
        network
    }

    /// All parameters, each layer's weights and then its biases.
    #[cfg(feature = "cli")]
    pub fn values(&self) -> Vec<f32> {
        fn flat<B: Backend, const D: usize>(parameter: &Param<Tensor<B, D>>) -> Vec<f32> {
            parameter.val().into_data().to_vec().expect("parameters are f32")
        }
        let bias = |bias: &Option<Param<Tensor<B, 1>>>| flat(bias.as_ref().expect("every layer has biases"));
        let convs = self.convs.iter().flat_map(|c| [flat(&c.weight), bias(&c.bias)]);
        let dense = [&self.dense, &self.last].into_iter().flat_map(|l| [flat(&l.weight), bias(&l.bias)]);
        convs.chain(dense).flatten().collect()
    }

    /// Glyphs `[batch, 1, 28, 28]` to logits `[batch, 14]`.
    pub fn forward(&self, glyphs: Tensor<B, 4>) -> Tensor<B, 2> {
        self.last.forward(self.features(glyphs))
    }

    /// Glyphs `[batch, 1, 28, 28]` to what the last layer reads, `[batch, hidden]`.
    fn features(&self, glyphs: Tensor<B, 4>) -> Tensor<B, 2> {
        let mut x = glyphs;
        for (i, conv) in self.convs.iter().enumerate() {
            x = relu(conv.forward(x));
            if SIDES[i + 1] < SIDES[i] {
                x = self.pool.forward(x);
            }
        }
        relu(self.dense.forward(x.flatten(1, 3)))
    }
}

/// Networks whose logits are averaged: each errs in its own way, and less of that is left (B. Lakshminarayanan et al., "Simple and
/// Scalable Predictive Uncertainty Estimation using Deep Ensembles", NeurIPS 2017). One is an ensemble too.
#[derive(Debug, Clone)]
pub struct Ensemble<B: Backend>(Vec<Network<B>>);

impl<B: Backend> Ensemble<B> {
    /// The networks with given weights.
    pub fn from_weights(networks: &[NetworkWeights], device: &B::Device) -> Self {
        Self(networks.iter().map(|n| Network::from_weights(n, device)).collect())
    }

    /// Glyphs `[batch, 1, 28, 28]` to every network's logits and then every network's features, `[batch, networks * 14 + features]`:
    /// one tensor, so that a GPU reads back once.
    pub fn logits_and_features(&self, glyphs: Tensor<B, 4>) -> Tensor<B, 2> {
        let features: Vec<_> = self.0.iter().map(|n| n.features(glyphs.clone())).collect();
        let logits: Vec<_> = self.0.iter().zip(&features).map(|(n, f)| n.last.forward(f.clone())).collect();
        Tensor::cat(logits.into_iter().chain(features).collect(), 1)
    }

    /// How many.
    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Glyphs as network input `[batch, 1, 28, 28]`, 0 to 1.
pub fn tensor_of<B: Backend>(glyphs: &[Glyph], device: &B::Device) -> Tensor<B, 4> {
    let mut values = Vec::with_capacity(glyphs.len() * GLYPH_PIXELS);
    values.extend(glyphs.iter().flat_map(|g| g.pixels.iter().map(|&v| f32::from(v) / 255.)));
    Tensor::from_data(TensorData::new(values, [glyphs.len(), 1, GLYPH_SIDE, GLYPH_SIDE]), device)
}

/// The networks as a [`Classifier`].
#[derive(Debug)]
pub struct BurnClassifier<B: Backend> {
    networks: Ensemble<B>,
    trajectories: TrajectoryModel,
    device: B::Device,
    calibration: Calibration,
    engine: &'static str,
}

impl<B: Backend> BurnClassifier<B> {
    /// The networks with `weights` on `device`; `engine` is the name that readings carry.
    pub fn on_device(weights: &Weights, device: B::Device, engine: &'static str) -> Self {
        let networks = Ensemble::from_weights(&weights.networks, &device);
        let (trajectories, calibration) = (weights.trajectories.clone(), weights.policy.calibration());
        Self { networks, trajectories, device, calibration, engine }
    }
}

impl<B: Backend> Classifier for BurnClassifier<B> {
    async fn classify(&self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
        let mut scores = Vec::with_capacity(glyphs.len());
        for batch in glyphs.chunks(MAX_BATCH) {
            let outputs = self.networks.logits_and_features(tensor_of(batch, &self.device));
            let width = outputs.dims()[1];
            let failed = |e: &dyn std::fmt::Debug| ClassifyError { message: format!("{e:?}") };
            let data = outputs.into_data_async().await.map_err(|e| failed(&e))?;
            let values = data.to_vec::<f32>().map_err(|e| failed(&e))?;
            for (row, glyph) in values.chunks_exact(width).zip(batch) {
                let (logits, features) = row.split_at(self.networks.len() * CLASSES);
                let members = logits.as_chunks::<CLASSES>().0.iter();
                let members = members.map(|&logits| self.trajectories.applied(logits, glyph)).collect();
                scores.push(Scores::of_members(members, features.to_vec(), self.calibration));
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

//! The network as training sees it: its loss and the gradients of that, written out by hand for this one architecture.
//!
//! burn's autodiff gives the same gradients (a test compares them) several times slower: its convolution copies every tensor
//! several times over. Here glyphs go through the convolutions one at a time, so that all that belongs to one stays in the cache; only
//! the dense layers take the batch as a whole. Maps keep the channels of a pixel side by side, and a margin of zeros around the pixels.

mod layer;
mod maps;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use self::layer::Layer;
use self::maps::{Map, NOBODY, pool, rectify, unpool, unrectify};
use super::kernels::{Grid, LANES, Panels, SPILL, Windows, accumulate, multiply, wide};
use crate::classify::{CLASSES, GLYPH_SIDE, Glyph};
use crate::model::{NetworkShape, NetworkWeights};

const CONVS: usize = 5;
/// Side of the map that each convolution reads, px; what follows the last is 3x3.
const SIDES: [usize; CONVS + 1] = [GLYPH_SIDE, 14, 14, 7, 7, 3];
/// True for the convolutions that 2x2 max-pooling follows.
fn is_pooled(conv: usize) -> bool {
    conv.is_multiple_of(2)
}

/// The windows of a dense layer: rows of `width` values.
fn rows_of(width: usize) -> Windows {
    Windows { step: width, runs: 1, length: width, apart: 0 }
}

/// The network in training.
#[derive(Debug, Clone)]
pub struct Learner {
    shape: NetworkShape,
    /// The convolutions, the dense layer, the last layer.
    layers: [Layer; CONVS + 2],
    /// Where each of the values of [`NetworkWeights`] lies among the parameters.
    places: Vec<usize>,
    /// As the optimiser moves them, by steps that are mostly too small to see in what a file keeps.
    parameters: Vec<f32>,
    /// As a file keeps them: what glyphs go through. Their gradients are taken for those of `parameters` (Y. Bengio, N. Léonard,
    /// A. Courville, "Estimating or Propagating Gradients Through Stochastic Neurons", arXiv:1308.3432, 2013: the straight-through
    /// estimator).
    rounded: Vec<f32>,
    /// The weights for [`multiply`], forwards and backwards.
    forward: Vec<Panels>,
    backward: Vec<Panels>,
}

impl Learner {
    /// Begins with these weights.
    pub fn new(weights: &NetworkWeights) -> Self {
        let shape = weights.shape;
        let wide = |width: u16| usize::from(width).next_multiple_of(LANES);
        let (channels, hidden) = (shape.channels.map(wide), wide(shape.hidden));
        let features = SIDES[CONVS].pow(2);
        let widths: [_; CONVS + 2] = std::array::from_fn(|i| match i {
            0 => (9, 1, channels[0]),
            1..CONVS => (9, channels[i - 1], channels[i]),
            CONVS => (1, features * channels[CONVS - 1], hidden),
            _ => (1, hidden, CLASSES.next_multiple_of(LANES)),
        });
        let mut first = 0;
        let layers = widths.map(|(taps, inputs, outputs)| {
            let layer = Layer { taps, inputs, outputs, first };
            first = layer.end();
            layer
        });
        let forward = layers.map(|l| Panels::zeros(l.depth(), l.outputs)).to_vec();
        let backward = layers.map(|l| Panels::zeros(l.taps * l.outputs, l.inputs.next_multiple_of(LANES))).to_vec();
        let places = places(&shape, &layers);
        let mut parameters = vec![0.; first];
        weights.values().zip(&places).for_each(|(value, &place)| parameters[place] = value);
        let rounded = parameters.clone();
        let mut learner = Self { shape, layers, places, parameters, rounded, forward, backward };
        learner.lay_out();
        learner
    }

    /// The weights, rounded as a file keeps them.
    pub fn weights(&self) -> NetworkWeights {
        NetworkWeights::from_values(self.shape, self.places.iter().map(|&place| self.parameters[place]))
    }

    /// All parameters, zeros that fill registers included.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// Lets `change` set the parameters, and rounds them.
    pub fn update(&mut self, change: impl FnOnce(&mut [f32])) {
        change(&mut self.parameters);
        self.weights().values().zip(&self.places).for_each(|(value, &place)| self.rounded[place] = value);
        self.lay_out();
    }

    /// What the products read.
    fn lay_out(&mut self) {
        for (i, layer) in self.layers.iter().enumerate() {
            let weights = layer.weights_of(&self.rounded);
            self.forward[i].fill(|k| &weights[k * layer.outputs..]);
            // Nobody asks for the gradients of the glyphs.
            if i > 0 {
                let turned = layer.turned(&self.rounded);
                self.backward[i].fill(|k| &turned[k * layer.inputs..]);
            }
        }
    }

    /// Raw outputs for each glyph.
    pub fn logits(&self, glyphs: &[Glyph], work: &mut Workspace) -> Vec<[f32; CLASSES]> {
        self.run(glyphs, None, work);
        let rows = work.logits.chunks_exact(self.layers[CONVS + 1].outputs).take(glyphs.len());
        rows.map(|row| row[..CLASSES].try_into().expect("a row has one logit a class")).collect()
    }

    /// Adds the gradients of the summed loss, times `scale`, to those of `work`, and gives the loss: the cross-entropy against the targets.
    ///
    /// `dropped` leaves hidden units out (N. Srivastava et al., "Dropout", JMLR 2014).
    pub fn learn(
        &self,
        glyphs: &[Glyph],
        targets: &[Target],
        scale: f32,
        mut dropped: Option<&mut Dropout>,
        work: &mut Workspace,
    ) -> f64 {
        self.run(glyphs, dropped.as_deref_mut(), work);
        let scale_up = dropped.map_or(1., |d| d.scale_up());
        let [dense, last] = [self.layers[CONVS], self.layers[CONVS + 1]];
        let Workspace { maps, winners, raw, framed, features, hidden, logits, gradients } = work;
        let batch = Grid { lines: 1, columns: glyphs.len(), pitch: 0 };
        let (weight_gradients, bias_gradients) = last.split_mut(gradients);
        let mut loss = 0.;
        for (row, target) in logits.chunks_exact_mut(last.outputs).zip(targets) {
            loss += cross_entropy(row, target, scale);
            bias_gradients.iter_mut().zip(&*row).for_each(|(sum, v)| *sum += v);
        }
        accumulate(hidden, rows_of(last.inputs), logits, batch, last.outputs, weight_gradients);
        let hidden_gradients = &mut raw[..hidden.len()];
        multiply(logits, rows_of(last.outputs), &self.backward[CONVS + 1], glyphs.len(), hidden_gradients);
        let (weight_gradients, bias_gradients) = dense.split_mut(gradients);
        let rows = hidden.chunks_exact_mut(dense.outputs).zip(hidden_gradients.chunks_exact(dense.outputs));
        for (row, of) in rows.take(glyphs.len()) {
            for ((v, gradient), sum) in row.iter_mut().zip(of).zip(&mut *bias_gradients) {
                *v = if *v > 0. { *gradient * scale_up } else { 0. };
                *sum += *v;
            }
        }
        accumulate(features, rows_of(dense.inputs), hidden, batch, dense.outputs, weight_gradients);
        multiply(hidden, rows_of(dense.outputs), &self.backward[CONVS], glyphs.len(), features);
        for (i, (maps, winners)) in maps.iter().zip(winners.iter()).take(glyphs.len()).enumerate() {
            let features = &features[i * dense.inputs..][..dense.inputs];
            self.convolve_back(features, maps, winners, raw, framed, gradients);
        }
        loss
    }

    /// Forward, to logits with their biases.
    fn run(&self, glyphs: &[Glyph], mut dropped: Option<&mut Dropout>, work: &mut Workspace) {
        let [dense, last] = [self.layers[CONVS], self.layers[CONVS + 1]];
        work.reserve(&self.layers, glyphs.len());
        let Workspace { maps, winners, raw, features, hidden, logits, .. } = work;
        for (i, glyph) in glyphs.iter().enumerate() {
            let features = &mut features[i * dense.inputs..][..dense.inputs];
            self.convolve(glyph, &mut maps[i], &mut winners[i], raw, features);
        }
        multiply(features, rows_of(dense.inputs), &self.forward[CONVS], glyphs.len(), hidden);
        let biases = dense.biases_of(&self.rounded);
        for row in hidden.chunks_exact_mut(dense.outputs) {
            row.iter_mut().zip(biases).for_each(|(v, bias)| *v = (*v + bias).max(0.));
            if let Some(dropout) = &mut dropped {
                dropout.thin(row);
            }
        }
        multiply(hidden, rows_of(dense.outputs), &self.forward[CONVS + 1], glyphs.len(), logits);
        let biases = last.biases_of(&self.rounded);
        for row in logits.chunks_exact_mut(last.outputs) {
            row.iter_mut().zip(biases).for_each(|(v, bias)| *v += bias);
        }
    }

    /// From a glyph to the features that the dense layers read, `[pixel, channel]`; fills the maps that each convolution reads.
    fn convolve(
        &self,
        glyph: &Glyph,
        maps: &mut [Vec<f32>; CONVS],
        winners: &mut [Vec<u32>; CONVS],
        raw: &mut [f32],
        features: &mut [f32],
    ) {
        let ink = Map::framed(GLYPH_SIDE, 1);
        for (y, line) in glyph.pixels.chunks_exact(GLYPH_SIDE).enumerate() {
            let to = &mut maps[0][ink.pixel(y, 0).start..][..GLYPH_SIDE];
            to.iter_mut().zip(line).for_each(|(to, &v)| *to = f32::from(v) / 255.);
        }
        for i in 0..CONVS {
            let (layer, side, next) = (self.layers[i], SIDES[i], SIDES[i + 1]);
            let (before, after) = maps.split_at_mut(i + 1);
            multiply(&before[i], Map::framed(side, layer.inputs).windows(), &self.forward[i], last_row(i), raw);
            let from = Map::raw(side, layer.outputs);
            let (out, to) = match after.first_mut() {
                Some(map) => (&mut map[..], Map::framed(next, layer.outputs)),
                None => (&mut *features, Map::dense(next, layer.outputs)),
            };
            let biases = layer.biases_of(&self.rounded);
            if is_pooled(i) {
                wide(
                    #[inline(always)]
                    || pool(raw, from, biases, out, to, next, &mut winners[i]),
                );
            } else {
                wide(
                    #[inline(always)]
                    || rectify(raw, from, biases, out, to, next),
                );
            }
        }
    }

    /// From the gradients of a glyph's features to those of the convolutions' parameters.
    fn convolve_back(
        &self,
        features: &[f32],
        maps: &[Vec<f32>; CONVS],
        winners: &[Vec<u32>; CONVS],
        raw: &mut [f32],
        framed: &mut [Vec<f32>; CONVS],
        gradients: &mut [f32],
    ) {
        for i in (0..CONVS).rev() {
            let (layer, side, next) = (self.layers[i], SIDES[i], SIDES[i + 1]);
            let (weight_gradients, bias_gradients) = layer.split_mut(gradients);
            let (to, out) = (Map::framed(side, layer.outputs), &mut framed[i]);
            let (from, source) = if i + 1 == CONVS {
                (Map::dense(next, layer.outputs), features)
            } else {
                (Map::raw(next, layer.outputs), &*raw)
            };
            if is_pooled(i) {
                wide(
                    #[inline(always)]
                    || unpool(source, from, &winners[i], out, to, next, bias_gradients),
                );
            } else {
                wide(
                    #[inline(always)]
                    || unrectify(source, from, &maps[i + 1], out, to, next, bias_gradients),
                );
            }
            let grid = Grid { lines: lines(i), columns: lines(i), pitch: to.pitch };
            let windows = Map::framed(side, layer.inputs).windows();
            accumulate(&maps[i], windows, &out[to.pixel(0, 0).start..], grid, layer.outputs, weight_gradients);
            if i > 0 {
                multiply(out, to.windows(), &self.backward[i], side * to.pitch - 1, raw);
            }
        }
    }
}

/// Lines and columns of a convolution's output that anybody reads: pooling leaves an odd last one out.
fn lines(conv: usize) -> usize {
    if is_pooled(conv) { 2 * SIDES[conv + 1] } else { SIDES[conv] }
}

/// Rows to multiply for those lines, those between the lines included.
fn last_row(conv: usize) -> usize {
    lines(conv) * (SIDES[conv] + 1) - 1
}

fn places(shape: &NetworkShape, layers: &[Layer; CONVS + 2]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut inputs = 1;
    for (layer, channels) in layers.iter().zip(shape.channels.map(usize::from)) {
        let order = (0..channels).flat_map(|o| (0..inputs).flat_map(move |i| (0..9).map(move |tap| (o, i, tap))));
        places.extend(order.map(|(o, i, tap)| layer.first + (tap * layer.inputs + i) * layer.outputs + o));
        places.extend((0..channels).map(|o| layer.biases() + o));
        inputs = channels;
    }
    let [.., dense, last] = layers;
    let (pixels, hidden) = (SIDES[CONVS].pow(2), usize::from(shape.hidden));
    let wide = dense.inputs / pixels;
    let rows = (0..inputs).flat_map(|channel| (0..pixels).map(move |pixel| pixel * wide + channel));
    places.extend(rows.flat_map(|row| (0..hidden).map(move |o| dense.first + row * dense.outputs + o)));
    places.extend((0..hidden).map(|o| dense.biases() + o));
    let rows = (0..hidden).flat_map(|row| (0..CLASSES).map(move |o| last.first + row * last.outputs + o));
    places.extend(rows.chain((0..CLASSES).map(|o| last.biases() + o)));
    places
}

/// What a glyph is, in parts where a teacher is not sure; they sum to 1.
pub type Target = [f32; CLASSES];

/// The target of a glyph of one class.
pub fn target_of(class: usize) -> Target {
    std::array::from_fn(|c| if c == class { 1. } else { 0. })
}

/// Half what the glyph is, half what the teachers' mean says of it (G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural
/// Network", 2015).
pub fn taught(own: Target, teachers: &[[f32; CLASSES]]) -> Target {
    let mut mean: Target =
        std::array::from_fn(|class| teachers.iter().map(|t| t[class]).sum::<f32>() / teachers.len() as f32);
    softmax(&mut mean);
    std::array::from_fn(|class| (own[class] + mean[class]) / 2.)
}

/// Turns logits into the gradients of their loss times `scale`, and gives the loss.
fn cross_entropy(row: &mut [f32], target: &Target, scale: f32) -> f64 {
    let (logits, filling) = row.split_at_mut(CLASSES);
    filling.fill(0.);
    let raw: Target = (&*logits).try_into().expect("one logit a class");
    let norm = softmax(logits);
    let loss = raw.iter().zip(target).map(|(l, t)| f64::from(t * (norm - l))).sum();
    logits.iter_mut().zip(target).for_each(|(v, t)| *v = (*v - t) * scale);
    loss
}

/// Logits to probabilities; gives the logarithm of the sum of their exponentials.
fn softmax(logits: &mut [f32]) -> f32 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter_mut().for_each(|v| *v = (*v - most).exp());
    let sum: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|v| *v /= sum);
    most + sum.ln()
}

/// Leaves out a share of the hidden units, anew for each glyph, and makes up for them with the others.
#[derive(Debug)]
pub struct Dropout {
    share: f32,
    rng: StdRng,
}

impl Dropout {
    /// `share` is the chance of each unit, 0 to 1.
    pub fn new(share: f32, seed: u64) -> Self {
        Self { share, rng: StdRng::seed_from_u64(seed) }
    }

    fn scale_up(&self) -> f32 {
        1. / (1. - self.share)
    }

    /// One glyph's units, some of them 0.
    pub fn thin(&mut self, units: &mut [f32]) {
        let up = self.scale_up();
        units.iter_mut().for_each(|v| *v = if self.rng.random::<f32>() < self.share { 0. } else { *v * up });
    }
}

/// A thread's gradients, and its memory for everything between.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The sum so far; whoever uses it sets it to zero.
    pub gradients: Vec<f32>,
    /// For each glyph the maps that the convolutions read, framed.
    maps: Vec<[Vec<f32>; CONVS]>,
    /// For each glyph which of four pixels each pooling took.
    winners: Vec<[Vec<u32>; CONVS]>,
    /// Sums of a convolution, before the bias.
    raw: Vec<f32>,
    /// Gradients of those sums, framed, for each convolution.
    framed: [Vec<f32>; CONVS],
    /// A row for each glyph; later their gradients. So with the next two.
    features: Vec<f32>,
    hidden: Vec<f32>,
    logits: Vec<f32>,
}

impl Workspace {
    fn reserve(&mut self, layers: &[Layer; CONVS + 2], glyphs: usize) {
        let (convs, [dense, last]) = (&layers[..CONVS], [layers[CONVS], layers[CONVS + 1]]);
        self.gradients.resize(last.end(), 0.);
        let rows = glyphs + SPILL;
        self.features.resize(rows * dense.inputs, 0.);
        self.hidden.resize(rows * dense.outputs, 0.);
        self.logits.resize(rows * last.outputs, 0.);
        let widest = (0..CONVS).map(|i| Map::framed(SIDES[i], layers[i].outputs.max(layers[i].inputs)).zeros().len());
        self.raw.resize(widest.max().unwrap_or(0).max(self.hidden.len()), 0.);
        self.framed = std::array::from_fn(|i| Map::framed(SIDES[i], convs[i].outputs).zeros());
        let maps = || std::array::from_fn(|i| Map::framed(SIDES[i], convs[i].inputs).zeros());
        self.maps.resize_with(glyphs.max(self.maps.len()), maps);
        let marks = |i| if is_pooled(i) { vec![NOBODY; SIDES[i + 1].pow(2) * convs[i].outputs] } else { Vec::new() };
        self.winners.resize_with(glyphs.max(self.winners.len()), || std::array::from_fn(marks));
    }
}

#[cfg(test)]
mod tests {
    use burn::backend::Autodiff;
    use burn::nn::loss::CrossEntropyLossConfig;
    use burn::optim::{GradientsParams, Optimizer, SgdConfig};
    use burn::tensor::{Int, Tensor, TensorData};
    use burn_flex::Flex;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::classify::GLYPH_PIXELS;
    use crate::model::{Network, tensor_of};

    type Slow = Autodiff<Flex>;

    /// Grain on a flat ground: flat parts tie where pooling chooses.
    fn glyphs(count: usize) -> (Vec<Glyph>, Vec<usize>) {
        let mut rng = StdRng::seed_from_u64(7);
        let mut glyph = any_glyph();
        let one = |i: usize| {
            *glyph.pixels = std::array::from_fn(|p| if p % 28 < 9 { 0 } else { rng.random() });
            (glyph.clone(), i % CLASSES)
        };
        (0..count).map(one).unzip()
    }

    fn any_glyph() -> Glyph {
        let ink = crate::raster::Raster { left: 0, top: 0, width: 9, height: 20, ink: vec![255; 180] };
        let glyph = crate::glyph::glyph_of(&ink).expect("a bar has ink");
        assert_eq!(glyph.pixels.len(), GLYPH_PIXELS);
        glyph
    }

    /// The loss and its gradients by burn's autodiff, in the order of the weights: what a step of -1 adds.
    fn slow(weights: &NetworkWeights, glyphs: &[Glyph], classes: &[usize]) -> (f64, Vec<f32>) {
        // A long step, so that rounding it into the weights costs nothing.
        const RATE: f64 = 4096.;
        let device = Default::default();
        let network = Network::<Slow>::from_weights(weights, &device);
        let classes = classes.iter().map(|&c| c as i64).collect::<Vec<_>>();
        let targets = Tensor::<Slow, 1, Int>::from_data(TensorData::new(classes, [glyphs.len()]), &device);
        let loss =
            CrossEntropyLossConfig::new().init(&device).forward(network.forward(tensor_of(glyphs, &device)), targets);
        let value = f64::from(loss.clone().into_scalar());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        let moved = SgdConfig::new().init().step(RATE, network, gradients).values();
        (value, weights.values().zip(moved).map(|(before, after)| (before - after) / RATE as f32).collect())
    }

    #[test]
    fn a_target_is_half_the_truth_and_half_the_teachers_mean() {
        let sure = |class: usize| std::array::from_fn(|c| if c == class { 50. } else { 0. });
        let target = taught(target_of(3), &[sure(3), sure(5)]);
        assert!((target[3] - 0.75).abs() < 1e-5 && (target[5] - 0.25).abs() < 1e-5, "{target:?}");
        assert!((target.iter().sum::<f32>() - 1.).abs() < 1e-5);
    }

    #[test]
    fn steps_too_small_to_be_kept_are_remembered_but_not_seen() {
        let shape = NetworkShape { channels: [5, 8, 30, 16, 40], hidden: 10 };
        let weights =
            NetworkWeights::from_values(shape, (0..shape.parameters()).map(|i| (i * 37 % 101) as f32 / 500. - 0.1));
        let (glyphs, _) = glyphs(3);
        let mut learner = Learner::new(&weights);
        let (before, mut work) = (learner.logits(&glyphs, &mut Workspace::default()), Workspace::default());
        let step = |learner: &mut Learner| {
            learner.update(|parameters| parameters.iter_mut().filter(|v| **v > 0.02).for_each(|v| *v += 1e-4));
        };
        step(&mut learner);
        let kept = Learner::new(&learner.weights());
        assert_eq!(learner.logits(&glyphs, &mut work), kept.logits(&glyphs, &mut Workspace::default()));
        assert_ne!(learner.parameters(), kept.parameters(), "what is too small to be kept was forgotten");
        (0..100).for_each(|_| step(&mut learner));
        assert_ne!(learner.logits(&glyphs, &mut work), before);
    }

    #[test]
    fn loss_and_gradients_are_those_of_burn() {
        // Widths of one, two and three registers a panel, whole and filled up.
        for (channels, hidden, count) in [([5, 8, 30, 16, 40], 10, 5), ([8, 24, 24, 48, 64], 96, 16), ([1; 5], 1, 1)] {
            let shape = NetworkShape { channels, hidden };
            <Flex as burn::tensor::backend::Backend>::seed(&Default::default(), 3);
            let random = Network::<Flex>::new(&shape, &Default::default()).values();
            let mut rng = StdRng::seed_from_u64(1);
            // Biases begin at zero, which would hide that they are left out.
            let jittered = random.into_iter().map(|v| v + rng.random_range(-0.05..0.05));
            let weights = NetworkWeights::from_values(shape, jittered);
            let (glyphs, classes) = glyphs(count);
            let (expected_loss, gradients) = slow(&weights, &glyphs, &classes);
            let learner = Learner::new(&weights);
            let mut expected = vec![0.; learner.parameters.len()];
            learner.places.iter().zip(gradients).for_each(|(&place, gradient)| expected[place] = gradient);
            let mut work = Workspace::default();
            // Twice: the second must not see what the first left behind.
            for _ in 0..2 {
                work.gradients.fill(0.);
                let targets: Vec<Target> = classes.iter().map(|&c| target_of(c)).collect();
                let loss = learner.learn(&glyphs, &targets, 1. / count as f32, None, &mut work) / count as f64;
                assert!((loss - expected_loss).abs() < 1e-5 * expected_loss, "{loss} instead of {expected_loss}");
                for (i, layer) in learner.layers.iter().enumerate() {
                    let (seen, expected) = (layer.first..layer.end(), &expected[layer.first..layer.end()]);
                    let most = expected.iter().fold(0f32, |most, v| most.max(v.abs()));
                    for (seen, expected) in work.gradients[seen].iter().zip(expected) {
                        assert!((seen - expected).abs() <= 1e-4 * most, "layer {i}: {seen} instead of {expected}");
                    }
                }
            }
        }
    }
}

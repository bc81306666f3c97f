//! The CPU engine: the networks with kernels of our own, on whatever wide registers a processor or a browser has.
//!
//! It computes in f32 as burn does and gives the same logits but for the last bits (a test compares them), in a fraction of the time and the
//! bytes of burn's CPU backend (docs/architecture.md). The convolutions, nearly all of the work, go by Winograd's algorithm.

use ink_number_kernels::{Convolution, Map, Panels, Pixels, Rows, Tiles, Workspace as ConvolutionWorkspace};

use crate::classify::{CLASSES, Calibration, Classifier, ClassifyError, GLYPH_SIDE, Glyph, Scores};
use crate::trajectory::TrajectoryModel;

use super::parameters::{CONVS, LAST_MAP, NetworkWeights, SIDES};
use super::weights::Weights;

/// Most glyphs whose dense layers go together; longer batches are split, which bounds memory.
const MAX_BATCH: usize = 64;
/// Pixels of a 3x3 window.
const TAPS: usize = 9;

/// The networks as a [`Classifier`].
#[derive(Debug, Clone)]
pub struct CpuClassifier {
    networks: Vec<Network>,
    trajectories: TrajectoryModel,
    calibration: Calibration,
}

impl CpuClassifier {
    /// The engine with these weights.
    pub fn load(weights: &Weights) -> Self {
        let networks = weights.networks.iter().map(Network::from_weights).collect();
        Self { networks, trajectories: weights.trajectories.clone(), calibration: weights.policy.calibration() }
    }
}

impl Classifier for CpuClassifier {
    async fn classify(&self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
        let mut work = Workspace::default();
        let mut scores = Vec::with_capacity(glyphs.len());
        for batch in glyphs.chunks(MAX_BATCH) {
            let outputs: Vec<_> = self.networks.iter().map(|network| network.run(batch, &mut work)).collect();
            scores.extend(batch.iter().enumerate().map(|(i, glyph)| {
                let of_glyph = || outputs.iter().map(|network| &network[i]);
                let features = of_glyph().flat_map(|output| output.features.iter().copied()).collect();
                let members = of_glyph().map(|output| self.trajectories.applied(output.logits, glyph)).collect();
                Scores::of_members(members, features, self.calibration)
            }));
        }
        Ok(scores)
    }

    fn engine(&self) -> &'static str {
        "cpu"
    }
}

/// What a network says of one glyph.
struct Output {
    logits: [f32; CLASSES],
    /// What the last layer reads.
    features: Vec<f32>,
}

/// Memory that is used again.
#[derive(Debug, Default)]
struct Workspace {
    /// What a convolution reads, and what it writes.
    maps: [Map; 2],
    convolution: ConvolutionWorkspace,
    /// Raw outputs of the first convolution.
    raw: Vec<f32>,
    /// What the dense layer reads, a row a glyph.
    rows: Vec<f32>,
    /// What the last layer reads, a row a glyph.
    hidden: Vec<f32>,
    /// A row a glyph.
    logits: Vec<f32>,
}

/// One network. Channels are filled up to whole registers by some that stay 0.
#[derive(Debug, Clone)]
struct Network {
    /// The first convolution, of glyphs, which have one channel only: for so little the transforms would not pay.
    first: Dense,
    convs: [Convolution; CONVS - 1],
    dense: Dense,
    last: Dense,
    /// Outputs of the dense layer, without those that fill up.
    features: usize,
}

/// Rows of values times weights, plus biases.
#[derive(Debug, Clone)]
struct Dense {
    weights: Panels,
    biases: Vec<f32>,
}

impl Dense {
    fn new(depth: usize, biases: &[f32], weight: impl Fn(usize, usize) -> f32) -> Self {
        let weights = Panels::new(depth, biases.len(), weight);
        let mut biases = biases.to_vec();
        biases.resize(weights.outputs(), 0.);
        Self { weights, biases }
    }

    fn outputs(&self) -> usize {
        self.weights.outputs()
    }

    /// All rows of `values`, one after another.
    fn run(&self, values: &[f32], out: &mut Vec<f32>) {
        let depth = self.weights.depth();
        out.resize(values.len() / depth * self.outputs(), 0.);
        self.weights.multiply(values, Rows::of(depth), out);
        for row in out.chunks_exact_mut(self.outputs()) {
            row.iter_mut().zip(&self.biases).for_each(|(v, bias)| *v += bias);
        }
    }
}

impl Network {
    fn from_weights(network: &NetworkWeights) -> Self {
        let mut layers = network.tensors().map(|layer| (layer.weights, layer.biases));
        let mut next = || layers.next().expect("a network has all its layers");
        let (weights, biases) = next();
        let first = Dense::new(TAPS, &biases, |tap, output| weights[output * TAPS + tap]);
        let (mut channels, mut kept) = (biases.len(), first.outputs());
        let convs = std::array::from_fn(|_| {
            let ((weights, biases), inputs) = (next(), channels);
            // The file has [output, channel, tap].
            let window = |channel: usize, output: usize| {
                let at = |y: usize, x: usize| weights[(output * inputs + channel) * TAPS + 3 * y + x];
                std::array::from_fn(|y| std::array::from_fn(|x| if channel < inputs { at(y, x) } else { 0. }))
            };
            let conv = Convolution::new(kept, &biases, window);
            (channels, kept) = (biases.len(), conv.outputs());
            conv
        });
        let (weights, biases) = next();
        let features = biases.len();
        // The file has [channel, pixel, output]; maps are kept pixel by pixel.
        let dense = Dense::new(LAST_MAP * kept, &biases, |input, output| {
            let (pixel, channel) = (input / kept, input % kept);
            if channel < channels { weights[(channel * LAST_MAP + pixel) * features + output] } else { 0. }
        });
        let (weights, biases) = next();
        let of_feature = |input: usize, output: usize| weights.get(input * CLASSES + output).copied().unwrap_or(0.);
        let last = Dense::new(dense.outputs(), &biases, of_feature);
        Self { first, convs, dense, last, features }
    }

    /// The convolutions one glyph after the other, the dense layers all together.
    fn run(&self, glyphs: &[Glyph], work: &mut Workspace) -> Vec<Output> {
        let depth = self.dense.weights.depth();
        work.rows.resize(glyphs.len() * depth, 0.);
        for (row, glyph) in glyphs.iter().enumerate() {
            self.convolve(glyph, row * depth, work);
        }
        let Workspace { rows, hidden, logits, .. } = work;
        self.dense.run(rows, hidden);
        hidden.iter_mut().for_each(|v| *v = larger(*v, 0.));
        self.last.run(hidden, logits);
        let rows = hidden.chunks_exact(self.dense.outputs()).zip(logits.chunks_exact(self.last.outputs()));
        let output = |(features, logits): (&[f32], &[f32])| Output {
            logits: std::array::from_fn(|class| logits[class]),
            features: features[..self.features].to_vec(),
        };
        rows.map(output).collect()
    }

    /// From a glyph to what the dense layer reads, from `row` on in the workspace.
    fn convolve(&self, glyph: &Glyph, row: usize, work: &mut Workspace) {
        let Workspace { maps: [from, to], convolution, raw, rows, .. } = work;
        from.clear(GLYPH_SIDE, 1);
        let Pixels { values, pitch, .. } = from.pixels();
        for (line, pixels) in values.chunks_mut(pitch).zip(glyph.pixels.chunks_exact(GLYPH_SIDE)) {
            line.iter_mut().zip(pixels).for_each(|(to, &v)| *to = f32::from(v) / 255.);
        }
        to.clear(SIDES[1], self.first.outputs());
        self.convolve_ink(from, raw, to.pixels());
        for (i, conv) in self.convs.iter().enumerate() {
            std::mem::swap(from, to);
            let (side, next) = (SIDES[i + 1], SIDES[i + 2]);
            let tiles = if next < side { Tiles::Pooled } else { Tiles::Whole };
            let pixels = if i + 2 < CONVS {
                to.clear(next, conv.outputs());
                to.pixels()
            } else {
                Pixels { values: &mut rows[row..], side: next, pitch: next * conv.outputs() }
            };
            conv.run(from, tiles, convolution, pixels);
        }
    }

    /// The first convolution, pooled, without what is below 0.
    fn convolve_ink(&self, ink: &Map, raw: &mut Vec<f32>, to: Pixels<'_>) {
        let Dense { weights, biases } = &self.first;
        let outputs = weights.outputs();
        raw.resize(GLYPH_SIDE * GLYPH_SIDE * outputs, 0.);
        let windows = Rows { step: 1, runs: 3, length: 3, apart: ink.pitch() };
        for (line, out) in raw.chunks_exact_mut(GLYPH_SIDE * outputs).enumerate() {
            weights.multiply(&ink.framed()[line * ink.pitch()..], windows, out);
        }
        for (lines, to) in raw.chunks_exact(2 * GLYPH_SIDE * outputs).zip(to.values.chunks_mut(to.pitch)) {
            let (upper, lower) = lines.split_at(GLYPH_SIDE * outputs);
            let pairs = upper.chunks_exact(2 * outputs).zip(lower.chunks_exact(2 * outputs));
            for ((upper, lower), to) in pairs.zip(to.chunks_exact_mut(outputs)) {
                for (i, (to, bias)) in to.iter_mut().zip(biases).enumerate() {
                    let highest = larger(larger(upper[i], upper[outputs + i]), larger(lower[i], lower[outputs + i]));
                    *to = larger(highest + bias, 0.);
                }
            }
        }
    }
}

/// Not `max`, which minds what is no number and is slower for it.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use burn_flex::Flex;

    use super::*;
    use crate::geom::Point;
    use crate::model::BurnClassifier;
    use crate::model::weights::tests::small_weights;
    use crate::trajectory::Trajectory;

    /// Rings, bars and noise of all strengths, and a blank.
    fn glyphs(count: usize) -> Vec<Glyph> {
        let glyph = |n: usize| {
            let pixel = |i: usize| {
                let (x, y) = ((i % GLYPH_SIDE) as f32 - 14., (i / GLYPH_SIDE) as f32 - 14.);
                let ring = (x.hypot(y * (1. + n as f32 / 9.)) - n as f32 / 3.).abs() < 2.;
                let bar = (x * (n as f32 / 7.).cos() + y * (n as f32 / 7.).sin()).abs() < 1.5;
                let noise = (i * 7919 * (n + 1)) % 255;
                match n % 4 {
                    0 => noise * (n % 3) / 2,
                    1 => 255 * usize::from(ring),
                    2 => 200 * usize::from(bar) + noise / 8,
                    _ => 255 * usize::from(ring || bar) / (1 + n % 5),
                }
            };
            let way = (0..9).map(|i| Point::new((i * n % 7) as f64, (i * (n + 3) % 11) as f64));
            let drawn = Glyph::of_pixels(Box::new(std::array::from_fn(|i| pixel(i).min(255) as u8)));
            Glyph { trajectory: Trajectory::of(&[way.collect()]).filter(|_| n.is_multiple_of(2)), ..drawn }
        };
        (0..count).map(glyph).collect()
    }

    fn classify(classifier: &impl Classifier, glyphs: &[Glyph]) -> Vec<Scores> {
        pollster::block_on(classifier.classify(glyphs)).unwrap()
    }

    fn furthest(one: &[f32], other: &[f32]) -> f32 {
        assert_eq!(one.len(), other.len());
        one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0., f32::max)
    }

    #[test]
    fn it_agrees_with_burn() {
        for weights in [Weights::shipped(), small_weights()] {
            let glyphs = glyphs(60);
            let ours = classify(&CpuClassifier::load(&weights), &glyphs);
            let burn = BurnClassifier::<Flex>::on_device(&weights, Default::default(), "burn");
            for (ours, burn) in ours.iter().zip(classify(&burn, &glyphs)) {
                assert!(furthest(&ours.logits, &burn.logits) < 1e-4, "{ours:?}\n{burn:?}");
                assert!(furthest(&ours.features, &burn.features) < 1e-4, "{ours:?}\n{burn:?}");
                assert!(ours.members.iter().zip(&burn.members).all(|(a, b)| furthest(a, b) < 1e-4));
            }
        }
    }

    #[test]
    fn a_glyph_scores_the_same_in_any_company() {
        let classifier = CpuClassifier::load(&Weights::shipped());
        let glyphs = glyphs(MAX_BATCH + 3);
        let together = classify(&classifier, &glyphs);
        for (glyph, scores) in glyphs.iter().zip(&together) {
            assert_eq!(classify(&classifier, std::slice::from_ref(glyph)), std::slice::from_ref(scores));
        }
        assert_eq!(classify(&classifier, &[]), []);
    }

    #[test]
    fn the_way_of_the_pen_counts_where_it_is_known() {
        for weights in [Weights::shipped(), small_weights()] {
            let classifier = CpuClassifier::load(&weights);
            for glyph in glyphs(20) {
                let seen = Glyph::of_pixels(glyph.pixels.clone());
                let [one, other] = [&glyph, &seen].map(|g| classify(&classifier, std::slice::from_ref(g)).remove(0));
                assert_eq!(one.logits == other.logits, glyph.trajectory.is_none());
                assert_eq!(one.features, other.features);
                let alone = other.members.iter().map(|&logits| weights.trajectories.applied(logits, &glyph));
                assert!(one.members.iter().copied().eq(alone));
            }
        }
    }

    #[test]
    fn an_ensemble_gives_the_mean_logits_and_all_features() {
        let weights = small_weights();
        let glyph = &glyphs(3)[2..];
        let run = |networks: &[NetworkWeights]| {
            let weights = Weights { networks: networks.to_vec(), ..small_weights() };
            classify(&CpuClassifier::load(&weights), glyph).remove(0)
        };
        let (first, second) = (run(&weights.networks[..1]), run(&weights.networks[1..]));
        let both = run(&weights.networks);
        assert_ne!(first.logits, second.logits);
        for (class, logit) in both.logits.iter().enumerate() {
            assert!((logit - (first.logits[class] + second.logits[class]) / 2.).abs() < 1e-5, "class {class}");
        }
        for (member, alone) in both.members.iter().zip([&first, &second]) {
            assert!(member.iter().zip(&alone.logits).all(|(a, b)| (a - b).abs() < 1e-5));
        }
        assert!(both.spread(Calibration::NONE) > 0.);
        assert_eq!(first.spread(Calibration::NONE), 0.);
        assert_eq!(both.features, [first.features, second.features].concat());
    }
}

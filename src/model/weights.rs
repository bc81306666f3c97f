//! The weights file, format 10, little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `inknumbr` |
//! | 2 | format version |
//! | 2 | networks: more than one are an ensemble, whose logits are averaged |
//! | 2 x 6 a network | its shape: channels of the five convolutions, width of the dense layer |
//! | 4 x 26 | the [`Policy`] as f32, in the order of [`Policy::to_array`] |
//! | | the layers of the [`CutModel`], of the [`TrajectoryModel`] and of each network: the scale of each output's weights, then each output's bias, as bfloat16, then the weights as i8 |
//! | 4 | CRC-32 of all before |
//!
//! Convolution weights are `[in, out, 3, 3]`, which packs a little better than the other way about, dense weights `[in, out]`; those of the two models
//! `[out, in]`.

use std::fmt;

use crate::confidence::Policy;
use crate::perceptron::{Perceptron, Shape};
use crate::rounding::LayerParameters;
use crate::segment::CutModel;
use crate::trajectory::TrajectoryModel;

use super::parameters::{Layer, NetworkShape, NetworkWeights, SHAPE_LEN};

const MAGIC: &[u8; 8] = b"inknumbr";
const VERSION: u16 = 10;
/// Of a file with no network.
const HEADER: usize = MAGIC.len()
    + 2
    + 2
    + 4 * Policy::LEN
    + perceptron_bytes(CutModel::SHAPE)
    + perceptron_bytes(TrajectoryModel::SHAPE);
const CHECKSUM: usize = 4;
/// Most networks that a file may ask for.
pub const MAX_NETWORKS: usize = 8;
/// Widest layer that a file may ask for: with [`MAX_NETWORKS`] it bounds what a hostile file can make us allocate.
const MAX_WIDTH: u16 = 512;

/// Bytes that a small network takes in a file.
const fn perceptron_bytes(shape: Shape) -> usize {
    let [[inputs, hidden], [_, outputs]] = shape.layers();
    hidden * (inputs + 4) + outputs * (hidden + 4)
}

/// Bytes that a network takes in a file, its shape included.
fn bytes_of(shape: &NetworkShape) -> usize {
    let layers = shape.layers().into_iter().map(|l| l.weight_count() + 4 * l.outputs);
    2 * SHAPE_LEN + layers.sum::<usize>()
}

/// The networks that read glyphs, and the settings fitted for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// One, or an ensemble.
    pub networks: Vec<NetworkWeights>,
    /// Settings fitted for these networks.
    pub policy: Policy,
    /// Tells where digits part.
    pub cuts: CutModel,
    /// Tells what was written by the way of the pen.
    pub trajectories: TrajectoryModel,
}

impl Weights {
    /// The weights that are shipped with this version.
    #[cfg(feature = "cli")]
    pub fn shipped() -> Self {
        let bytes = include_bytes!("../../model/ink-number.weights");
        Self::from_bytes(bytes).expect("the shipped weights belong to this version; a test loads them")
    }

    /// Networks that read single glyphs as they look: nothing tells cuts or the ways of the pen.
    #[cfg(feature = "cli")]
    pub fn of_networks(networks: Vec<NetworkWeights>, policy: Policy) -> Self {
        Self { networks, policy, cuts: CutModel::blank(), trajectories: TrajectoryModel::blank() }
    }

    /// Multiply-adds for one glyph by all networks.
    pub fn multiply_adds(&self) -> usize {
        self.networks.iter().map(|n| n.shape.multiply_adds()).sum()
    }

    /// Reads a weights file.
    ///
    /// # Errors
    /// [`WeightsError`] where the file is of another kind or version, cut short, altered, or not of a shape that our networks can have.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        if !bytes.starts_with(MAGIC) {
            return Err(WeightsError::NotWeights);
        }
        let mut rest = Bytes(&bytes[MAGIC.len()..]);
        let too_short = || WeightsError::Length { expected: HEADER + CHECKSUM, seen: bytes.len() };
        let version = rest.u16().ok_or_else(too_short)?;
        if version != VERSION {
            return Err(WeightsError::Version { seen: version });
        }
        let count = rest.u16().ok_or_else(too_short)?;
        if !(1..=MAX_NETWORKS).contains(&usize::from(count)) {
            return Err(WeightsError::Networks { seen: count });
        }
        let mut shapes = Vec::new();
        for _ in 0..count {
            let mut widths = [0; SHAPE_LEN];
            for width in &mut widths {
                *width = rest.u16().ok_or_else(too_short)?;
                if !(1..=MAX_WIDTH).contains(width) {
                    return Err(WeightsError::Shape { seen: *width });
                }
            }
            shapes.push(NetworkShape::of_widths(widths));
        }
        let expected = HEADER + shapes.iter().map(bytes_of).sum::<usize>() + CHECKSUM;
        if bytes.len() != expected {
            return Err(WeightsError::Length { expected, seen: bytes.len() });
        }
        let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
        if crc32fast::hash(body).to_le_bytes() != checksum {
            return Err(WeightsError::Altered);
        }
        let weights = rest.weights(&shapes).ok_or_else(too_short)?;
        if weights.usable() { Ok(weights) } else { Err(WeightsError::Altered) }
    }

    /// Writes a weights file, which holds exactly what these weights are.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let count = u16::try_from(self.networks.len()).expect("a few networks");
        let widths = self.networks.iter().flat_map(|n| n.shape.widths());
        [VERSION, count].into_iter().chain(widths).for_each(|v| bytes.extend(v.to_le_bytes()));
        self.policy.to_array().iter().for_each(|setting| bytes.extend(setting.to_le_bytes()));
        let small = self.cuts.0.0.iter().chain(&self.trajectories.0.0);
        for layer in small.chain(self.networks.iter().flat_map(|n| &n.layers)) {
            let floats = layer.scales.iter().chain(&layer.biases);
            floats.for_each(|value| bytes.extend(&value.to_le_bytes()[2..]));
            bytes.extend(layer.weights.iter().flat_map(|w| w.to_le_bytes()));
        }
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Whether nothing that comes of it is beyond the finite numbers.
    fn usable(&self) -> bool {
        /// Far above all that is fitted, and so low that powers of a run's length and sums over a line stay finite.
        const HIGHEST: f32 = 100.;
        let settings = self.policy.to_array();
        self.policy.temperature >= 1. / HIGHEST
            && self.networks.iter().all(NetworkWeights::is_bounded)
            && self.cuts.0.is_within(HIGHEST)
            && self.trajectories.0.is_within(HIGHEST)
            && settings.iter().all(|v| v.abs() <= HIGHEST)
    }
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn f32(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }

    fn f32s(&mut self, count: usize) -> Option<Vec<f32>> {
        (0..count).map(|_| self.f32()).collect()
    }

    fn i8s(&mut self, count: usize) -> Option<Vec<i8>> {
        let (these, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(these.iter().map(|&b| b.cast_signed()).collect())
    }

    fn layer(&mut self, weights: usize, outputs: usize) -> Option<LayerParameters> {
        let mut floats = || (0..outputs).map(|_| Some(f32::from_bits(u32::from(self.u16()?) << 16))).collect();
        let (scales, biases): (Option<Vec<f32>>, Option<Vec<f32>>) = (floats(), floats());
        let (scales, biases) = (scales?, biases?);
        Some(LayerParameters { weights: self.i8s(weights)?, scales, biases })
    }

    fn perceptron(&mut self, shape: Shape) -> Option<Perceptron> {
        let [[inputs, hidden], [_, outputs]] = shape.layers();
        Some(Perceptron([self.layer(inputs * hidden, hidden)?, self.layer(hidden * outputs, outputs)?]))
    }

    /// Everything behind the shapes.
    fn weights(&mut self, shapes: &[NetworkShape]) -> Option<Weights> {
        let settings = self.f32s(Policy::LEN)?.try_into().expect("as many as asked for");
        let cuts = CutModel(self.perceptron(CutModel::SHAPE)?);
        let trajectories = TrajectoryModel(self.perceptron(TrajectoryModel::SHAPE)?);
        let mut network = |shape: &NetworkShape| {
            let layer = |layer: &Layer| self.layer(layer.weight_count(), layer.outputs);
            Some(NetworkWeights { shape: *shape, layers: shape.layers().iter().map(layer).collect::<Option<_>>()? })
        };
        let networks = shapes.iter().map(&mut network).collect::<Option<_>>()?;
        Some(Weights { networks, policy: Policy::from_array(settings), cuts, trajectories })
    }
}

/// Why a weights file was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightsError {
    /// It does not begin as a weights file does.
    NotWeights,
    /// It was made by another version of the program.
    Version {
        /// The format version seen.
        seen: u16,
    },
    /// No network at all, or more than an ensemble of ours has.
    Networks {
        /// How many it says that it holds.
        seen: u16,
    },
    /// A layer of no width, or of one beyond every network of ours.
    Shape {
        /// The width seen.
        seen: u16,
    },
    /// It is cut short or has too much.
    Length {
        /// Bytes that its header asks for.
        expected: usize,
        /// Bytes that came.
        seen: usize,
    },
    /// Its checksum does not fit, or a value is not finite, or the temperature not above 0.
    Altered,
}

impl WeightsError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWeights => "weights-unknown",
            Self::Version { .. } => "weights-version",
            Self::Networks { .. } => "weights-networks",
            Self::Shape { .. } => "weights-shape",
            Self::Length { .. } => "weights-length",
            Self::Altered => "weights-altered",
        }
    }
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWeights => write!(f, "expected an ink-number weights file, saw something else"),
            Self::Version { seen } => write!(f, "expected weights of format {VERSION}, saw format {seen}"),
            Self::Networks { seen } => write!(f, "expected 1 to {MAX_NETWORKS} networks, saw {seen}"),
            Self::Shape { seen } => write!(f, "expected layers 1 to {MAX_WIDTH} wide, saw {seen}"),
            Self::Length { expected, seen } => write!(f, "expected a weights file of {expected} bytes, saw {seen}"),
            Self::Altered => write!(f, "the weights file is damaged: its checksum does not fit, or a value is none"),
        }
    }
}

impl std::error::Error for WeightsError {}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Two small networks with parameters all about.
    pub(in crate::model) fn small_weights() -> Weights {
        let mut next = 0;
        let mut values = |count: usize| -> Vec<f32> {
            let ramp = (0..count).map(|i| ((next + i) % 41) as f32 / 64. - 0.3125).collect();
            next += count;
            ramp
        };
        let mut network = |channels, hidden| {
            let shape = NetworkShape { channels, hidden };
            NetworkWeights::from_values(shape, values(shape.parameters()).into_iter())
        };
        let networks = vec![network([2, 3, 3, 4, 4], 5), network([1, 2, 3, 2, 2], 3)];
        let mut perceptron = |shape: Shape| {
            let [hidden, output] = shape.layers().map(|[inputs, outputs]| (values(inputs * outputs), values(outputs)));
            Perceptron::nearest([(&hidden.0, &hidden.1), (&output.0, &output.1)])
        };
        let cuts = CutModel(perceptron(CutModel::SHAPE));
        let trajectories = TrajectoryModel(perceptron(TrajectoryModel::SHAPE));
        Weights { networks, policy: Policy::from_array(std::array::from_fn(|i| 1. + i as f32)), cuts, trajectories }
    }

    #[test]
    fn a_file_gives_back_what_was_written() {
        let weights = small_weights();
        assert_eq!(Weights::from_bytes(&weights.to_bytes()).unwrap(), weights);
    }

    #[test]
    fn damaged_files_are_refused_by_name() {
        let good = small_weights().to_bytes();
        let code = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap_err().code();
        assert_eq!(code(&[]), "weights-unknown");
        assert_eq!(code(b"not weights at all"), "weights-unknown");
        assert_eq!(code(&good[..20]), "weights-length");
        assert_eq!(code(&good[..good.len() - 1]), "weights-length");
        assert_eq!(code(&[&good[..], &[0]].concat()), "weights-length");
        let changed = |at: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[at] = value;
            bytes
        };
        assert_eq!(code(&changed(8, 99)), "weights-version");
        assert_eq!(code(&changed(10, 0)), "weights-networks");
        assert_eq!(code(&changed(11, 1)), "weights-networks");
        assert_eq!(code(&changed(13, 255)), "weights-shape");
        assert_eq!(code(&changed(good.len() / 2, good[good.len() / 2] ^ 1)), "weights-altered");
    }

    #[test]
    fn values_that_nothing_can_be_computed_with_are_refused() {
        let refused = |weights: Weights| Weights::from_bytes(&weights.to_bytes()) == Err(WeightsError::Altered);
        let good = small_weights();
        for temperature in [0., -1., f32::NAN, f32::INFINITY] {
            assert!(
                refused(Weights { policy: Policy { temperature, ..good.policy }, ..good.clone() }),
                "{temperature}"
            );
        }
        let mut bad = good.clone();
        bad.networks[1].layers[2].biases[0] = f32::NAN;
        assert!(refused(bad) && !refused(good));
    }

    #[test]
    fn every_truncation_is_refused() {
        let good = small_weights().to_bytes();
        assert!((0..good.len()).all(|len| Weights::from_bytes(&good[..len]).is_err()));
    }
}

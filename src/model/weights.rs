//! The weights file, format 5, little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `inknumbr` |
//! | 2 | format version |
//! | 2 x 6 | the network's shape: channels of the five convolutions, width of the dense layer |
//! | 4 x 24 | the [`Policy`] as f32, in the order of [`Policy::to_array`] |
//! | 2 a value | the [`CutModel`] as f16 |
//! | 2 a value | the tensors as f16: each layer's weights, then its biases |
//! | 4 | CRC-32 of all before |
//!
//! Convolution weights are `[out, in, 3, 3]`, dense weights `[in, out]`, as burn keeps them.

use std::fmt;

use half::f16;

use crate::classify::CLASSES;
use crate::confidence::Policy;
use crate::segment::CutModel;

const MAGIC: &[u8; 8] = b"inknumbr";
const VERSION: u16 = 5;
/// Convolutions of the network.
pub(super) const CONVS: usize = 5;
/// Pixels of the last feature map, 3x3.
pub(super) const LAST_MAP: usize = 9;
const SHAPE_LEN: usize = CONVS + 1;
const HEADER: usize = MAGIC.len() + 2 + 2 * SHAPE_LEN + 4 * Policy::LEN + 2 * CutModel::LEN;
const CHECKSUM: usize = 4;
/// Widest layer that a file may ask for: it bounds what a hostile file can make us allocate.
const MAX_WIDTH: u16 = 512;

/// The widths of the network's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct NetworkShape {
    /// Channels after each 3x3 convolution; 2x2 max-pooling follows the first, third and fifth.
    pub channels: [u16; CONVS],
    /// Outputs of the dense layer before the last.
    pub hidden: u16,
}

impl NetworkShape {
    /// Side of the square that each convolution works on, px.
    const SIDES: [usize; CONVS] = [28, 14, 14, 7, 7];

    /// Inputs and outputs of each layer: the convolutions, the dense layer, the last layer.
    pub(super) fn layers(&self) -> Vec<Layer> {
        let mut layers = Vec::new();
        let mut inputs = 1;
        for channels in self.channels.map(usize::from) {
            layers.push(Layer { weights: vec![channels, inputs, 3, 3], outputs: channels });
            inputs = channels;
        }
        let hidden = usize::from(self.hidden);
        layers.push(Layer { weights: vec![inputs * LAST_MAP, hidden], outputs: hidden });
        layers.push(Layer { weights: vec![hidden, CLASSES], outputs: CLASSES });
        layers
    }

    /// Weights and biases in all.
    pub fn parameters(&self) -> usize {
        self.layers().iter().map(|l| l.weight_count() + l.outputs).sum()
    }

    /// Multiply-adds for one glyph.
    pub fn multiply_adds(&self) -> usize {
        let each = |(i, layer): (usize, &Layer)| {
            let places = Self::SIDES.get(i).map_or(1, |side| side * side);
            layer.weight_count() * places
        };
        self.layers().iter().enumerate().map(each).sum()
    }
}

/// Shape of one layer's parameters.
pub(super) struct Layer {
    pub weights: Vec<usize>,
    pub outputs: usize,
}

impl Layer {
    pub fn weight_count(&self) -> usize {
        self.weights.iter().product()
    }
}

/// The parameters of one layer, row-major.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LayerValues {
    pub weights: Vec<f32>,
    pub biases: Vec<f32>,
}

/// A network's parameters and the settings fitted for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Widths of the layers.
    pub shape: NetworkShape,
    /// Settings fitted for these parameters.
    pub policy: Policy,
    /// Tells where digits part.
    pub cuts: CutModel,
    pub(super) layers: Vec<LayerValues>,
}

impl Weights {
    /// The weights that are shipped with this version.
    #[cfg(feature = "cli")]
    pub fn shipped() -> Self {
        let bytes = include_bytes!("../../model/ink-number.weights");
        Self::from_bytes(bytes).expect("the shipped weights belong to this version; a test loads them")
    }

    /// The same network with other settings.
    #[cfg(feature = "cli")]
    pub fn with_settings(self, policy: Policy, cuts: CutModel) -> Self {
        Self { policy, cuts, ..self }
    }

    /// Raw outputs for features, as the last layer makes them.
    #[cfg(feature = "cli")]
    pub(crate) fn logits_of_features(&self, features: &[f32]) -> [f32; CLASSES] {
        let last = self.layers.last().expect("a network has layers");
        let mut logits: [f32; CLASSES] = std::array::from_fn(|class| last.biases[class]);
        for (feature, row) in features.iter().zip(last.weights.chunks_exact(CLASSES)) {
            logits.iter_mut().zip(row).for_each(|(l, w)| *l += feature * w);
        }
        logits
    }

    /// All parameters in the file's order.
    #[cfg(feature = "cli")]
    pub(crate) fn values(&self) -> impl Iterator<Item = f32> {
        self.layers.iter().flat_map(|l| l.weights.iter().chain(&l.biases)).copied()
    }

    /// Weights of parameters in the file's order.
    #[cfg(feature = "cli")]
    pub(crate) fn from_values(
        shape: NetworkShape,
        policy: Policy,
        cuts: CutModel,
        mut values: impl Iterator<Item = f32>,
    ) -> Self {
        let mut take = |count: usize| values.by_ref().take(count).collect();
        let layers = shape.layers().into_iter();
        let layers = layers.map(|l| LayerValues { weights: take(l.weight_count()), biases: take(l.outputs) });
        Self { shape, policy, cuts, layers: layers.collect() }
    }

    /// Reads a weights file.
    ///
    /// # Errors
    /// [`WeightsError`] where the file is of another kind or version, cut short, altered, or not of a shape that this network can have.
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
        if bytes.len() < HEADER + CHECKSUM {
            return Err(too_short());
        }
        let mut widths = [0; SHAPE_LEN];
        for width in &mut widths {
            *width = rest.u16().ok_or_else(too_short)?;
            if !(1..=MAX_WIDTH).contains(width) {
                return Err(WeightsError::Shape { seen: *width });
            }
        }
        let [c0, c1, c2, c3, c4, hidden] = widths;
        let shape = NetworkShape { channels: [c0, c1, c2, c3, c4], hidden };
        let expected = HEADER + 2 * shape.parameters() + CHECKSUM;
        if bytes.len() != expected {
            return Err(WeightsError::Length { expected, seen: bytes.len() });
        }
        let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
        if crc32fast::hash(body).to_le_bytes() != checksum {
            return Err(WeightsError::Altered);
        }
        let mut settings = [0.; Policy::LEN];
        for setting in &mut settings {
            *setting = rest.f32().ok_or_else(too_short)?;
        }
        let mut values =
            |count: usize| (0..count).map(|_| rest.f16().expect("the length was checked")).collect::<Vec<f32>>();
        let cuts = CutModel::from_values(values(CutModel::LEN)).expect("as many as it has");
        let mut read =
            |layer: Layer| LayerValues { weights: values(layer.weight_count()), biases: values(layer.outputs) };
        let layers = shape.layers().into_iter().map(&mut read).collect();
        let weights = Self { shape, policy: Policy::from_array(settings), cuts, layers };
        if weights.all_finite() { Ok(weights) } else { Err(WeightsError::Altered) }
    }

    /// Writes a weights file; values are rounded to f16.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        let NetworkShape { channels, hidden } = self.shape;
        channels.iter().chain([&hidden]).for_each(|width| bytes.extend(width.to_le_bytes()));
        self.policy.to_array().iter().for_each(|setting| bytes.extend(setting.to_le_bytes()));
        for value in self.cuts.values().iter().chain(self.parameters()) {
            bytes.extend(f16::from_f32(*value).to_le_bytes());
        }
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    fn parameters(&self) -> impl Iterator<Item = &f32> {
        self.layers.iter().flat_map(|l| l.weights.iter().chain(&l.biases))
    }

    fn all_finite(&self) -> bool {
        self.parameters().chain(self.cuts.values()).chain(&self.policy.to_array()).all(|v| v.is_finite())
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

    fn f16(&mut self) -> Option<f32> {
        self.take().map(|b| f16::from_le_bytes(b).to_f32())
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
    /// Its checksum does not fit, or a value is not finite.
    Altered,
}

impl WeightsError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWeights => "weights-unknown",
            Self::Version { .. } => "weights-version",
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
            Self::Shape { seen } => write!(f, "expected layers 1 to {MAX_WIDTH} wide, saw {seen}"),
            Self::Length { expected, seen } => write!(f, "expected a weights file of {expected} bytes, saw {seen}"),
            Self::Altered => write!(f, "the weights file is damaged: its checksum does not fit"),
        }
    }
}

impl std::error::Error for WeightsError {}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A small network with every parameter different.
    pub(in crate::model) fn small_weights() -> Weights {
        let shape = NetworkShape { channels: [2, 3, 3, 4, 4], hidden: 5 };
        let mut next = 0;
        let mut values = |count: usize| -> Vec<f32> {
            let ramp = (0..count).map(|i| ((next + i) % 41) as f32 / 64. - 0.3125).collect();
            next += count;
            ramp
        };
        let mut fill = |l: Layer| LayerValues { weights: values(l.weight_count()), biases: values(l.outputs) };
        let layers = shape.layers().into_iter().map(&mut fill).collect();
        let cuts = CutModel::from_values(values(CutModel::LEN)).unwrap();
        Weights { shape, policy: Policy::from_array(std::array::from_fn(|i| 1. + i as f32)), cuts, layers }
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
        assert_eq!(code(&changed(8, 9)), "weights-version");
        assert_eq!(code(&changed(11, 255)), "weights-shape");
        assert_eq!(code(&changed(good.len() / 2, good[good.len() / 2] ^ 1)), "weights-altered");
    }

    #[test]
    fn every_truncation_is_refused() {
        let good = small_weights().to_bytes();
        assert!((0..good.len()).all(|len| Weights::from_bytes(&good[..len]).is_err()));
    }

    #[test]
    fn multiply_adds_by_hand() {
        let shape = NetworkShape { channels: [1, 1, 1, 1, 1], hidden: 1 };
        assert_eq!(shape.multiply_adds(), 9 * (28 * 28 + 2 * 14 * 14 + 2 * 7 * 7) + 9 + 14);
        assert_eq!(shape.parameters(), 5 * 10 + 10 + 28);
    }
}

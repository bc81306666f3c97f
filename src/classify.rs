//! The line between the pipeline and any network: glyphs in, scores out.

use std::fmt;

use crate::trajectory::Trajectory;

/// Side of a glyph, px: MNIST's.
pub const GLYPH_SIDE: usize = 28;
/// Pixels of a glyph.
pub const GLYPH_PIXELS: usize = GLYPH_SIDE * GLYPH_SIDE;
/// Digit classes, 0 to 9, the first outputs of a network.
pub const DIGITS: usize = 10;
/// All outputs of a network: the digits, then [`Reject`] in its order.
pub const CLASSES: usize = DIGITS + Reject::ALL.len();

/// What a glyph can be that is not one digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reject {
    /// A piece of a digit.
    Fragment,
    /// Two digits or more, or one and a piece of its neighbour.
    Several,
    /// A letter or any other sign.
    Symbol,
    /// Scribble, specks, texture, anything else.
    Noise,
}

impl Reject {
    /// In the order of the network's outputs.
    pub const ALL: [Reject; 4] = [Reject::Fragment, Reject::Several, Reject::Symbol, Reject::Noise];

    /// The class number among all outputs of a network.
    pub fn class(self) -> usize {
        DIGITS + self as usize
    }

    /// `fragment`, `several`, `symbol` or `noise`.
    pub fn name(self) -> &'static str {
        match self {
            Reject::Fragment => "fragment",
            Reject::Several => "several",
            Reject::Symbol => "symbol",
            Reject::Noise => "noise",
        }
    }
}

/// A candidate drawn as MNIST draws its digits: 28x28, rows from the top, ink 255 on 0, in a 20x20 box by aspect ratio with its
/// centre of mass at (14, 14); and how the pen went.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Glyph {
    /// Row-major, [`GLYPH_PIXELS`] bytes.
    pub pixels: Box<[u8; GLYPH_PIXELS]>,
    /// Of strokes; `None` of pictures.
    pub trajectory: Option<Trajectory>,
}

impl Glyph {
    /// A glyph without ink.
    pub fn blank() -> Self {
        Self::of_pixels(Box::new([0; GLYPH_PIXELS]))
    }

    /// A glyph whose pen's way is not known.
    pub fn of_pixels(pixels: Box<[u8; GLYPH_PIXELS]>) -> Self {
        Self { pixels, trajectory: None }
    }
}

impl fmt::Debug for Glyph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ink: u32 = self.pixels.iter().map(|&v| u32::from(v)).sum();
        write!(f, "Glyph {{ ink: {ink} }}")
    }
}

/// What makes honest probabilities of a network's raw outputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Divides the logits before softmax (C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
    pub temperature: f32,
    /// Added to the logits of the reject classes then: what people write is more often a digit than what a network learns from.
    pub reject_bias: f32,
}

impl Calibration {
    /// Leaves them as they are.
    pub const NONE: Self = Self { temperature: 1., reject_bias: 0. };
}

/// What a network says of one glyph.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// The outputs before softmax, digits first, then [`Reject::ALL`]; of strokes with what the way of the pen says.
    pub logits: [f32; CLASSES],
    /// Calibrated log-probabilities, in the same order; their exponentials sum to 1.
    pub log_probs: [f64; CLASSES],
    /// Of an ensemble, what each network says alone: `logits` are their mean, but for what a hand changed. Empty where a classifier does not tell.
    pub members: Vec<[f32; CLASSES]>,
    /// What the last layers of the networks read, one network's behind the other's: the glyph as a point among those that they hold for
    /// alike. Empty where a classifier has no such layer.
    pub features: Vec<f32>,
}

impl Scores {
    /// Calibrates raw outputs: log-softmax of `logits / temperature`, the rejects' raised by their bias.
    pub fn calibrated(logits: [f32; CLASSES], Calibration { temperature, reject_bias }: Calibration) -> Self {
        let bias = |class: usize| if class < DIGITS { 0. } else { f64::from(reject_bias) };
        let scaled: [f64; CLASSES] =
            std::array::from_fn(|class| f64::from(logits[class]) / f64::from(temperature) + bias(class));
        let norm = log_sum_exp(&scaled);
        Self { logits, log_probs: scaled.map(|l| l - norm), members: Vec::new(), features: Vec::new() }
    }

    /// The scores of an ensemble: the mean of what its networks say.
    pub fn of_members(members: Vec<[f32; CLASSES]>, features: Vec<f32>, calibration: Calibration) -> Self {
        let mean = |class: usize| members.iter().map(|logits| logits[class]).sum::<f32>() / members.len() as f32;
        let calibrated = Self::calibrated(std::array::from_fn(mean), calibration);
        Self { members, features, ..calibrated }
    }

    /// How far the networks are apart: the widest range that their calibrated probabilities have for one class, 0 to 1.
    pub fn spread(&self, calibration: Calibration) -> f64 {
        let each: Vec<[f64; CLASSES]> =
            self.members.iter().map(|&logits| Self::calibrated(logits, calibration).log_probs.map(f64::exp)).collect();
        let range = |class: usize| {
            let of = |fold: fn(f64, f64) -> f64, from: f64| each.iter().map(|p| p[class]).fold(from, fold);
            of(f64::max, 0.) - of(f64::min, 1.)
        };
        (0..CLASSES).map(range).fold(0., f64::max)
    }

    /// The most probable digit and its log-probability; the smaller digit wins a tie.
    pub fn best_digit(&self) -> (u8, f64) {
        let mut best = (0, self.log_probs[0]);
        for (digit, &log_prob) in self.log_probs[..DIGITS].iter().enumerate() {
            if log_prob > best.1 {
                best = (digit as u8, log_prob);
            }
        }
        best
    }

    /// Log-probability that this is one digit, whichever.
    pub fn log_prob_digit(&self) -> f64 {
        log_sum_exp(&self.log_probs[..DIGITS])
    }

    /// Log-probability that this is not one digit.
    pub fn log_prob_reject(&self) -> f64 {
        log_sum_exp(&self.log_probs[DIGITS..])
    }

    /// Probability of one reject class.
    pub fn reject(&self, reject: Reject) -> f64 {
        self.log_probs[reject.class()].exp()
    }
}

/// ln(sum of exp), without overflow. The sum of nothing, and of only -inf, is -inf.
pub fn log_sum_exp(values: &[f64]) -> f64 {
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if max == f64::NEG_INFINITY {
        return f64::NEG_INFINITY;
    }
    max + values.iter().map(|v| (v - max).exp()).sum::<f64>().ln()
}

/// Scores glyphs. Asynchronous because WebGPU reads back only so; on the CPU the answer is there at once.
#[allow(async_fn_in_trait, reason = "awaited where it is called, never spawned on another thread")]
pub trait Classifier {
    /// One score for each glyph, in order.
    ///
    /// # Errors
    /// [`ClassifyError`] when the engine failed; nothing is lost and the call may be repeated on another engine.
    async fn classify(&self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError>;

    /// `cpu`, `webgpu`, or a test's own name; it appears in readings.
    fn engine(&self) -> &'static str;
}

/// The engine failed to answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassifyError {
    /// What the engine said.
    pub message: String,
}

impl fmt::Display for ClassifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the engine could not score the glyphs: {}", self.message)
    }
}

impl std::error::Error for ClassifyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_sum_exp_of_nothing_is_minus_infinity() {
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[f64::NEG_INFINITY; 3]), f64::NEG_INFINITY);
    }

    #[test]
    fn log_sum_exp_does_not_overflow() {
        assert!((log_sum_exp(&[1000., 1000.]) - (1000. + 2f64.ln())).abs() < 1e-9);
        assert!((log_sum_exp(&[-1000., f64::NEG_INFINITY]) + 1000.).abs() < 1e-9);
    }

    #[test]
    fn calibrated_scores_sum_to_one() {
        let mut logits = [0.; CLASSES];
        logits[3] = 9.;
        logits[12] = 4.;
        let scores = Scores::calibrated(logits, Calibration { temperature: 1.7, reject_bias: -0.5 });
        let total: f64 = scores.log_probs.iter().map(|l| l.exp()).sum();
        assert!((total - 1.).abs() < 1e-12);
        assert_eq!(scores.best_digit().0, 3);
        let (yes, no) = (scores.log_prob_digit().exp(), scores.log_prob_reject().exp());
        assert!((yes + no - 1.).abs() < 1e-12);
    }
}

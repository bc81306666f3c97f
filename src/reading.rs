//! The result: what was read, how sure, and why not. The same names in Rust, JSON and TypeScript.

use serde::Serialize;

use crate::geom::Rect;
use crate::marks::MarkKind;

/// The reason of a rejected reading whose ink is rather a number that is not allowed, word for word: programs may compare with it.
pub const NOTHING_ALLOWED: &str = "no number that is allowed fits";

/// The reason of a rejected reading whose ink one line crosses out, word for word.
pub const STRUCK_OUT: &str = "it is struck out";

/// The reason of a rejected reading with an equals sign between digits, word for word.
pub const EQUATED: &str = "an equals sign stands between two numbers";

/// What a reading comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// `text` is the number.
    Accepted,
    /// Another reading is at least half as likely: ask the person.
    Ambiguous,
    /// Not a number, or none that can be read, or none that is allowed.
    Rejected,
    /// There is no ink.
    Empty,
}

/// One reading of one input.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// What it comes to.
    pub decision: Decision,
    /// Why it was not accepted, in words for a person; `None` when accepted. [`NOTHING_ALLOWED`], [`STRUCK_OUT`] and
    /// [`EQUATED`] are some.
    pub reason: Option<String>,
    /// The best hypothesis when accepted, else `None`.
    pub text: Option<String>,
    /// Most probable first; empty when nothing was read.
    pub hypotheses: Vec<Hypothesis>,
    /// Probability that some part is not a digit. With the hypotheses it sums to at most 1. Under a constraint these are probabilities
    /// given that it is an allowed number or none.
    pub not_a_number: f64,
    /// Probability, before the constraint was applied, that it is a number which is not allowed; 0 without a constraint.
    pub not_allowed: f64,
    /// The best path, left to right, refused parts included: what the network thought before it had to choose.
    pub segments: Vec<SegmentDetail>,
    /// Points, commas, dashes, equals signs and slashes, left to right. They are in `text` only where that was asked for.
    pub marks: Vec<MarkReading>,
    /// `cpu` or `webgpu`.
    pub engine: String,
    /// Where the time went.
    pub timings: Timings,
}

/// A string that the ink may spell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hypothesis {
    /// The digits, with the marks between them where that was asked for.
    pub text: String,
    /// Posterior probability of the string, summed over all segmentations that spell it.
    pub probability: f64,
    /// Its most probable segmentation, left to right, one segment a digit.
    pub segments: Vec<Segment>,
}

/// One digit of a hypothesis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Segment {
    /// 0 to 9.
    pub digit: u8,
    /// Posterior probability that exactly this piece of ink is this digit.
    pub probability: f64,
    /// Where, in the input's own units.
    #[serde(rename = "box")]
    pub bounds: Rect,
}

/// A mark that is no digit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MarkReading {
    /// What it is.
    pub kind: MarkKind,
    /// Where, in the input's own units.
    #[serde(rename = "box")]
    pub bounds: Rect,
}

/// One piece of the best path with everything the network said of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentDetail {
    /// The digit that it is read as; `None` where the best path refuses the piece.
    pub digit: Option<u8>,
    /// Where, in the input's own units.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Calibrated probability of each digit, 0 to 9.
    pub probabilities: Vec<f64>,
    /// The outputs before softmax: the ten digits, then fragment, several, symbol, noise.
    pub logits: Vec<f32>,
    /// Calibrated probabilities of the reject classes.
    pub reject: RejectProbabilities,
    /// How far the networks of the ensemble are apart: the widest range of their probabilities for one answer, 0 to 1.
    pub spread: f64,
}

/// Probability of each reject class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RejectProbabilities {
    /// A piece of a digit.
    pub fragment: f64,
    /// Several digits at once.
    pub several: f64,
    /// A letter or another sign.
    pub symbol: f64,
    /// Scribble or specks.
    pub noise: f64,
}

/// Milliseconds a stage; 0 where no clock is to be had.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Timings {
    /// Ink to glyphs: raster, cuts, candidates.
    pub segment: f64,
    /// The network.
    pub score: f64,
    /// The search.
    pub search: f64,
    /// All together.
    pub total: f64,
}

impl Reading {
    /// The reading of no ink.
    pub fn empty(engine: &str) -> Self {
        Self {
            decision: Decision::Empty,
            reason: Some("there is no ink".into()),
            text: None,
            hypotheses: Vec::new(),
            not_a_number: 0.,
            not_allowed: 0.,
            segments: Vec::new(),
            marks: Vec::new(),
            engine: engine.into(),
            timings: Timings::default(),
        }
    }
}

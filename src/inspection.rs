//! How one reading came about, laid open: the fragments, the cuts between them, every candidate as the networks saw it, and how probable
//! the lattice holds each. It is for people who want to look inside, and for debugging; nothing is decided by it.

use serde::{Serialize, Serializer};

use crate::classify::{Calibration, Scores};
use crate::geom::Rect;
use crate::lattice::{PathStep, Posterior};
use crate::reading::{Reading, RejectProbabilities};
use crate::recognizer::{Prepared, digit_probabilities};
use crate::segment::{Cut, CutKind};

/// A reading with all that it was made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// What comes of it.
    pub reading: Reading,
    /// The pieces that the ink was cut into, left to right.
    pub fragments: Vec<Fragment>,
    /// `cuts[i]` lies between the fragments `i` and `i + 1`.
    pub cuts: Vec<InspectedCut>,
    /// The runs of fragments that were tried as one digit, by start, then by end.
    pub candidates: Vec<InspectedCandidate>,
    /// The single most probable path, left to right, as candidates; a fragment left out alone is `None`.
    pub path: Vec<Option<usize>>,
}

/// A piece of ink.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fragment {
    /// Where its pixels lie, in the input's own units.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` coverages, row by row from the top, 0 to 255.
    #[serde(serialize_with = "bytes")]
    pub pixels: Vec<u8>,
}

/// A place where two digits may part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct InspectedCut {
    /// What it goes through.
    pub kind: CutKind,
    /// How probable it seemed before any glyph was looked at.
    pub prior: f64,
    /// How probable it is that it is used, when all is weighed.
    pub posterior: f64,
}

/// A run of fragments tried as one digit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectedCandidate {
    /// First fragment.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Fragments of the run, at its left and at its right, whose ink is not this digit's: ligatures and marks.
    pub left_out: [usize; 2],
    /// Where its ink is, in the input's own units.
    #[serde(rename = "box")]
    pub bounds: Rect,
    /// What the networks saw: 28 x 28 bytes, rows from the top, ink 255 on 0.
    #[serde(serialize_with = "bytes")]
    pub glyph: Vec<u8>,
    /// Calibrated probability of each digit, 0 to 9.
    pub probabilities: Vec<f64>,
    /// Calibrated probabilities of the reject classes.
    pub reject: RejectProbabilities,
    /// The outputs before softmax: the ten digits, then fragment, several, symbol, noise; of strokes with what the way of the pen says. The mean
    /// of `networks`, and for the digits what the hand adds that was learnt.
    pub logits: Vec<f32>,
    /// The same of each network alone.
    pub networks: Vec<Vec<f32>>,
    /// How far those are apart, as `SegmentDetail` has it.
    pub spread: f64,
    /// How probable it is, when all is weighed, that exactly this ink is exactly this digit, 0 to 9.
    pub posterior: Vec<f64>,
}

impl Inspection {
    /// Of a reading made from these; there is no posterior without ink.
    pub(crate) fn new(
        reading: Reading,
        prepared: &Prepared,
        scores: &[Scores],
        posterior: Option<&Posterior>,
        calibration: Calibration,
    ) -> Self {
        let mut inspection = Self { reading, fragments: vec![], cuts: vec![], candidates: vec![], path: vec![] };
        let Some(posterior) = posterior else { return inspection };
        let segmentation = &prepared.segmentation;
        inspection.fragments = segmentation
            .fragments
            .iter()
            .map(|ink| Fragment {
                bounds: prepared.grid.box_of(ink),
                width: ink.width,
                height: ink.height,
                pixels: ink.ink.clone(),
            })
            .collect();
        let cut = |(cut, &posterior): (&Cut, &f64)| {
            let prior = 1. / (1. + (-f64::from(cut.log_odds)).exp());
            InspectedCut { kind: cut.kind, prior, posterior }
        };
        inspection.cuts = segmentation.cuts.iter().zip(&posterior.cuts).map(cut).collect();
        let all = segmentation.candidates.iter().zip(&prepared.glyphs).zip(scores).zip(&posterior.digits);
        inspection.candidates = all
            .map(|(((candidate, glyph), scores), digits)| InspectedCandidate {
                start: candidate.start,
                end: candidate.end,
                left_out: candidate.left_out,
                bounds: prepared.grid.bounds_of(&candidate.ink),
                glyph: glyph.pixels.to_vec(),
                probabilities: digit_probabilities(scores),
                reject: RejectProbabilities::of(scores),
                logits: scores.logits.to_vec(),
                networks: scores.members.iter().map(|logits| logits.to_vec()).collect(),
                spread: scores.spread(calibration),
                posterior: digits.to_vec(),
            })
            .collect();
        let step = |step: &PathStep| match *step {
            PathStep::Digit(step) => Some(step.arc),
            PathStep::Sign { arc } => Some(arc),
            PathStep::Junk { .. } => None,
        };
        inspection.path = posterior.best_path.iter().map(step).collect();
        inspection
    }
}

/// As bytes, not as a list of numbers.
fn bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

//! What the fuzz targets share: a classifier that is as fast as nothing, and what must hold of every reading.

use std::hash::{DefaultHasher, Hash, Hasher};

use ink_number::classify::{Calibration, Classifier, ClassifyError, Glyph, Scores};
use ink_number::confidence::Policy;
use ink_number::ink::Input;
use ink_number::reading::Reading;
use ink_number::recognizer::{ReadOptions, Recognizer};
use ink_number::segment::CutModel;

/// Says something else of every glyph, and always the same of one: searches that no network would lead to are led to as well.
#[derive(Debug)]
pub struct Whims;

impl Classifier for Whims {
    async fn classify(&self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
        let scores = |glyph: &Glyph| {
            let mut hasher = DefaultHasher::new();
            glyph.hash(&mut hasher);
            let hash = hasher.finish();
            let logit = |class: usize| ((hash >> (4 * class)) & 15) as f32 - 8.;
            Scores::calibrated(std::array::from_fn(logit), Calibration::NONE)
        };
        Ok(glyphs.iter().map(scores).collect())
    }

    fn engine(&self) -> &'static str {
        "whims"
    }
}

/// Reads, and panics where what is promised of every reading does not hold.
pub fn read(input: &Input, options: &ReadOptions) {
    let settings = std::array::from_fn(|i| if i == 0 { 1. } else { 0.3 - 0.1 * (i % 7) as f32 });
    let mut recognizer = Recognizer::new(Whims, Policy::from_array(settings), CutModel::blank());
    match pollster::block_on(recognizer.recognize(input, options)) {
        Ok(reading) => check(&reading, options),
        Err(error) => assert_eq!(error.code(), "constraint-too-large", "{error}"),
    }
}

/// Panics where what is promised of every reading does not hold.
pub fn check(reading: &Reading, options: &ReadOptions) {
    assert!(reading.hypotheses.len() <= options.top);
    let probabilities = || reading.hypotheses.iter().map(|h| h.probability);
    let all = probabilities().sum::<f64>() + reading.not_a_number;
    assert!(probabilities().chain([reading.not_a_number, reading.not_allowed]).all(|p| (0. ..=1. + 1e-9).contains(&p)));
    assert!(all <= 1. + 1e-6, "probabilities sum to {all}");
    assert!(reading.hypotheses.is_sorted_by(|a, b| a.probability >= b.probability - 1e-12));
    for hypothesis in &reading.hypotheses {
        assert!(options.constraint.allows(&hypothesis.text), "{:?} is not allowed", hypothesis.text);
        assert_eq!(hypothesis.segments.len(), hypothesis.text.len());
    }
}

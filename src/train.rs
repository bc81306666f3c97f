//! Making the network: data sets, composed strings, augmentation, training, fitting of the settings, evaluation. Native only.

pub mod adamw;
pub mod augment;
pub mod calibration;
pub mod command;
pub mod compose;
pub mod cuts;
pub mod datasets;
pub mod evaluate;
pub mod fit;
pub mod habits;
pub mod hand;
pub mod jury;
pub mod kernels;
pub mod learner;
pub mod letters;
pub mod path;
pub mod perceptron;
pub mod pool;
pub mod scribble;
pub mod sheet;
pub mod trainer;
pub mod trajectories;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;

use crate::classify::{Classifier, Glyph, Scores};
use crate::model::{CpuClassifier, Weights};

/// Weights from a file.
fn read_weights(path: &Path) -> Result<Weights> {
    let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    Weights::from_bytes(&bytes).with_context(|| format!("could not use {}", path.display()))
}

/// What the networks say of each glyph, on all cores, in order.
fn scores_of(weights: &Weights, glyphs: &[Glyph]) -> Vec<Scores> {
    let score = |classifier: &mut CpuClassifier, part: &[Glyph]| {
        pollster::block_on(classifier.classify(part)).expect("the CPU engine answers")
    };
    glyphs.par_chunks(128).map_init(|| CpuClassifier::load(weights), score).flatten_iter().collect()
}

/// Milliseconds since the first call, for the timings of readings.
fn milliseconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64() * 1000.
}

//! One person's labelled ink: what it teaches, for adapting a reader or for training a network further.

use anyhow::{Context, Result};

use super::datasets::LabelledInk;
use crate::adaptation::Example;
use crate::ink::Input;
use crate::model::CpuClassifier;
use crate::recognizer::Recognizer;

/// The glyph of each digit of the inks, where `reader` finds it.
///
/// # Errors
/// Where an ink is not finite, its label is not all digits, or it cannot be parted into them; the message says which.
pub fn examples_of(inks: &[LabelledInk], reader: &mut Recognizer<CpuClassifier>) -> Result<Vec<Example>> {
    let mut all = Vec::new();
    for (i, ink) in inks.iter().enumerate() {
        let mut own = || -> Result<Vec<Example>> {
            Ok(pollster::block_on(reader.examples(&Input::Strokes(ink.ink()?), &ink.label))?)
        };
        all.extend(own().with_context(|| format!("line {}", i + 1))?);
    }
    Ok(all)
}

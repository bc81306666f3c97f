//! One person's labelled ink: what it teaches, for adapting a reader or for training a network further.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;

use super::input::ink_json::text_of;
use super::input::{Item, Items, Raw};
use crate::adaptation::Example;
use crate::model::CpuClassifier;
use crate::recognizer::Recognizer;

/// What a line says beside its ink.
#[derive(Deserialize)]
struct Labelled {
    label: String,
}

/// The glyph of each digit of the inks in a file, where `reader` finds it: .json, .jsonl or .jsonl.gz as for `recognize`, each with a
/// `label` of digits.
///
/// # Errors
/// Where the file cannot be read or is empty, an ink has no label of digits, or it cannot be parted into them; the message says which.
pub fn examples_of(path: &Path, reader: &mut Recognizer<CpuClassifier>) -> Result<Vec<Example>> {
    let mut all = Vec::new();
    for item in Items::new(vec![path.to_owned()]) {
        let Item { place, raw } = item;
        let own = || -> Result<Vec<Example>> {
            let raw = raw.map_err(|e| anyhow!(e.message))?;
            let Raw::Ink { json, .. } = &raw else { bail!("expected ink with a label, saw a picture") };
            let Labelled { label } = serde_json::from_slice(text_of(json)).context("expected ink with a label")?;
            let input = raw.decode().map_err(|e| anyhow!(e.message))?;
            Ok(pollster::block_on(reader.examples(&input, &label))?)
        };
        all.extend(own().with_context(|| format!("cannot learn from ink {} of {}", place.index + 1, path.display()))?);
    }
    ensure!(!all.is_empty(), "cannot learn from {}: expected labelled ink, saw none", path.display());
    Ok(all)
}

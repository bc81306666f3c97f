//! Golden readings: named inks whose readings are kept in `tests/golden.json` and read again here by the native CPU engine, so that a
//! change of any stage shows in review. The browser tests run the same inks through both of their engines.
//!
//! After a wanted change: `INK_NUMBER_UPDATE_GOLDEN=1 cargo test --features cli --test golden`, and read the difference.
#![cfg(feature = "cli")]

use std::fs;
use std::path::PathBuf;

use ink_number::ink::{Ink, Input};
use ink_number::model::{CpuClassifier, Weights};
use ink_number::recognizer::{ReadOptions, Recognizer};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct GoldenInk {
    name: String,
    strokes: Vec<Vec<[f64; 2]>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct GoldenReading {
    name: String,
    decision: String,
    text: Option<String>,
    best: Option<String>,
    probability: f64,
}

/// Processors round differently in the last bits; no reading may differ by more.
const TOLERANCE: f64 = 1e-3;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn read_all() -> Vec<GoldenReading> {
    let inks: Vec<GoldenInk> =
        serde_json::from_str(&fs::read_to_string(path("e2e/golden-ink.json")).expect("the inks are there")).unwrap();
    let weights = Weights::shipped();
    let mut recognizer = Recognizer::new(CpuClassifier::load(&weights), weights.policy, weights.cuts);
    let mut read = |ink: GoldenInk| {
        let input = Input::Strokes(Ink::from_xy(&ink.strokes).expect("finite points"));
        let reading =
            pollster::block_on(recognizer.recognize(&input, &ReadOptions::default())).expect("the engine reads");
        let best = reading.hypotheses.first();
        GoldenReading {
            name: ink.name,
            decision: serde_json::to_value(reading.decision).unwrap().as_str().expect("a word").to_owned(),
            text: reading.text.clone(),
            best: best.map(|h| h.text.clone()),
            probability: best.map_or(0., |h| h.probability),
        }
    };
    inks.into_iter().map(&mut read).collect()
}

#[test]
fn golden_readings_are_read_again() {
    let now = read_all();
    if std::env::var_os("INK_NUMBER_UPDATE_GOLDEN").is_some() {
        fs::write(path("golden.json"), serde_json::to_string_pretty(&now).unwrap() + "\n")
            .expect("the file can be written");
    }
    let golden: Vec<GoldenReading> =
        serde_json::from_str(&fs::read_to_string(path("golden.json")).expect("the readings are there")).unwrap();
    assert_eq!(golden.len(), now.len());
    let differs = |(then, now): &(&GoldenReading, &GoldenReading)| {
        let words = |r: &GoldenReading| (r.name.clone(), r.decision.clone(), r.text.clone(), r.best.clone());
        words(then) != words(now) || (then.probability - now.probability).abs() > TOLERANCE
    };
    let differences: Vec<_> = golden.iter().zip(&now).filter(differs).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

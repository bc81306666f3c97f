//! The CPU engine with the shipped weights or a file's, and readers that use it, one a core.

use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use super::hand::examples_of;
use super::input::ItemError;
use crate::adaptation::Example;
use crate::model::{CpuClassifier, Weights};
use crate::recognizer::{Error, Recognizer};
use crate::refusal::RefusalMethod;

/// Largest weights file, bytes; ours have about a megabyte.
const MAX_WEIGHTS_BYTES: u64 = 64 << 20;

/// Reads with weights of its own.
pub(super) type Reader = Recognizer<CpuClassifier>;

/// Which weights.
#[derive(Args)]
pub(super) struct WeightsArgs {
    /// Weights to use instead of those built in
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

impl WeightsArgs {
    /// Reads them.
    pub fn load(&self) -> Result<Weights> {
        let Some(path) = &self.weights else { return Ok(Weights::shipped()) };
        let read = || -> Result<Weights> {
            let mut bytes = Vec::new();
            std::fs::File::open(path)?.take(MAX_WEIGHTS_BYTES).read_to_end(&mut bytes)?;
            Ok(Weights::from_bytes(&bytes)?)
        };
        read().with_context(|| format!("cannot use the weights of {}", path.display()))
    }
}

/// Which weights, and whose hand.
#[derive(Args)]
pub(super) struct EngineArgs {
    #[command(flatten)]
    weights: WeightsArgs,
    /// Labelled ink of the person who wrote (.json, .jsonl, .jsonl.gz), {"label": "203", "strokes": ...}: digits like these become likelier
    #[arg(long, value_name = "FILE")]
    hand: Option<PathBuf>,
}

impl EngineArgs {
    /// Reads the weights.
    pub fn load(&self) -> Result<Engine> {
        let mut engine = Engine::of(self.weights.load()?);
        if let Some(path) = &self.hand {
            let mut reader = engine.reader();
            engine.examples = examples_of(path, &mut reader)?;
            // Here, so that it is said which file is to blame.
            pollster::block_on(reader.adapt(&engine.examples))
                .with_context(|| format!("cannot learn from {}", path.display()))?;
        }
        Ok(engine)
    }
}

/// Makes readers.
pub(super) struct Engine {
    weights: Weights,
    refusal: RefusalMethod,
    examples: Vec<Example>,
}

impl Engine {
    fn of(weights: Weights) -> Self {
        Self { weights, refusal: RefusalMethod::default(), examples: Vec::new() }
    }

    /// The same, refusing single glyphs by `refusal`.
    pub fn refusing_by(self, refusal: RefusalMethod) -> Self {
        Self { refusal, ..self }
    }

    /// A reader for one thread.
    pub fn reader(&self) -> Reader {
        let Self { weights, refusal, examples } = self;
        let mut reader = Recognizer::new(CpuClassifier::load(weights), weights.policy, weights.cuts.clone())
            .with_refusal(*refusal)
            .with_clock(milliseconds);
        pollster::block_on(reader.adapt(examples)).expect("examples that a reader of these weights took before");
        reader
    }
}

/// Milliseconds since the first call.
fn milliseconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1000.
}

impl From<Error> for ItemError {
    fn from(error: Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

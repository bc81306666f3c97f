//! `ink-number classify`: single glyphs, each input taken whole.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::engine::{EngineArgs, Reader};
use super::input::{Item, ItemError, Raw};
use super::output::{Answer, Describe, Format, decision_name, percent};
use super::{Outcome, bulk};
use crate::recognizer::GlyphReading;
use crate::refusal::RefusalMethod;

/// Glyphs that go through the network together: more is hardly faster, and leaves a core idle at the end.
const BATCH: usize = 32;

/// Arguments of `classify`.
#[derive(Args)]
pub(super) struct ClassifyArgs {
    /// IDX images (idx3-ubyte, .gz too; ink bright on 0), pictures (.png, .jpg), or ink (.json, .jsonl, .jsonl.gz)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// How what is no digit is told: softmax, temperature, max-logit, energy, two-metric or reject-classes
    #[arg(long, value_name = "METHOD", default_value_t)]
    refuse_by: RefusalMethod,
    #[command(flatten)]
    engine: EngineArgs,
}

pub(super) fn run(args: ClassifyArgs) -> Result<Outcome> {
    let engine = args.engine.load()?.refusing_by(args.refuse_by);
    bulk::run(args.paths, &engine, args.format, BATCH, classify_job)
}

/// Classifies in one batch what can be decoded.
fn classify_job(reader: &mut Reader, job: Vec<Item>) -> Vec<Answer<GlyphReading>> {
    let mut inputs = Vec::with_capacity(job.len());
    let mut failures = Vec::with_capacity(job.len());
    let mut places = Vec::with_capacity(job.len());
    for Item { source, index, raw } in job {
        places.push((source, index));
        match raw.map(Raw::framed).and_then(Raw::decode) {
            Ok(input) => {
                inputs.push(input);
                failures.push(None);
            }
            Err(error) => failures.push(Some(error)),
        }
    }
    let mut readings = match pollster::block_on(reader.classify(&inputs)) {
        Ok(readings) => readings.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(ItemError::from(error)); inputs.len()],
    }
    .into_iter();
    let answer = |((source, index), failure): (_, Option<ItemError>)| {
        let result = failure.map_or_else(|| readings.next().expect("one reading an input"), Err);
        Answer { source, index, result }
    };
    places.into_iter().zip(failures).map(answer).collect()
}

impl Describe for GlyphReading {
    fn describe(&self) -> String {
        let decision = decision_name(self.decision);
        let reason = self.reason.as_deref().unwrap_or_default();
        let digit = match self.digit {
            Some(digit) => format!("{digit}  {:>7}", percent(self.probability)),
            None => format!("-  {:>7}", ""),
        };
        format!("{decision:<9}  {digit}   {reason}").trim_end().to_owned()
    }
}

//! `ink-number classify`: single glyphs, each input taken whole.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::engine::{EngineArgs, Reader};
use super::input::{Item, ItemError, Raw};
use super::output::{Answer, Describe, Format, decision_name, percent};
use super::{Outcome, bulk};
use crate::classify::Glyph;
use crate::ink::Input;
use crate::reading::Decision;
use crate::recognizer::{GlyphReading, whole_glyph};
use crate::refusal::RefusalMethod;
use crate::train::jury::Jury;

/// Glyphs that go through the network together: more is hardly faster, and leaves a core idle at the end.
const BATCH: usize = 32;

/// Arguments of `classify`.
#[derive(Args)]
pub(super) struct ClassifyArgs {
    /// IDX images (idx3-ubyte, .gz too; ink bright on 0), pictures (.png, .jpg), or ink (.json, .jsonl, .jsonl.gz, and - for .jsonl from standard input)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// How what is no digit is told: softmax, temperature, max-logit, energy, two-metric, reject-classes or joined by the network that reads;
    /// other-class, gate, ensemble, entropy, disagreement, dropout or distance by those in --jury
    #[arg(long, value_name = "METHOD", default_value_t)]
    refuse_by: RefusalMethod,
    /// The networks that only some methods ask, as `train --jury` writes them
    #[arg(long, value_name = "DIR", default_value = "model/jury")]
    jury: PathBuf,
    #[command(flatten)]
    engine: EngineArgs,
}

pub(super) fn run(args: ClassifyArgs) -> Result<Outcome> {
    let asks_jury = RefusalMethod::OF_JURY.contains(&args.refuse_by);
    let engine = args.engine.load()?;
    let engine = if asks_jury { engine } else { engine.refusing_by(args.refuse_by) };
    let asked = || format!("{} asks networks of its own, and --jury says where they are", args.refuse_by);
    let jury = if asks_jury { Some(Jury::read(&args.jury).with_context(asked)?) } else { None };
    let job =
        |reader: &mut Reader, job: Vec<Item>| classify_job(reader, job, jury.as_ref().map(|j| (j, args.refuse_by)));
    bulk::run(args.paths, &engine, args.format, BATCH, job)
}

/// Classifies in one batch what can be decoded.
fn classify_job(
    reader: &mut Reader,
    job: Vec<Item>,
    jury: Option<(&Jury, RefusalMethod)>,
) -> Vec<Answer<GlyphReading>> {
    let mut inputs = Vec::with_capacity(job.len());
    let mut failures = Vec::with_capacity(job.len());
    let mut places = Vec::with_capacity(job.len());
    for Item { place, raw } in job {
        places.push(place);
        match raw.map(Raw::framed).and_then(Raw::decode) {
            Ok(input) => {
                inputs.push(input);
                failures.push(None);
            }
            Err(error) => failures.push(Some(error)),
        }
    }
    let mut readings = match pollster::block_on(reader.classify(&inputs)) {
        Ok(mut readings) => {
            if let Some((jury, method)) = jury {
                decide(&mut readings, &inputs, jury, method);
            }
            readings.into_iter().map(Ok).collect()
        }
        Err(error) => vec![Err(ItemError::from(error)); inputs.len()],
    }
    .into_iter();
    let answer = |(place, failure): (_, Option<ItemError>)| {
        let result = failure.map_or_else(|| readings.next().expect("one reading an input"), Err);
        Answer { place, result }
    };
    places.into_iter().zip(failures).map(answer).collect()
}

/// The decisions as the jury makes them.
fn decide(readings: &mut [GlyphReading], inputs: &[Input], jury: &Jury, method: RefusalMethod) {
    let glyphs: Vec<Option<Glyph>> = inputs.iter().map(whole_glyph).collect();
    let inked: Vec<Glyph> = glyphs.iter().flatten().cloned().collect();
    let of_inked = readings.iter_mut().zip(&glyphs).filter(|(_, glyph)| glyph.is_some());
    for ((reading, _), opinion) in of_inked.zip(jury.opinions(&inked)) {
        let accepted = jury.accepts(method, &opinion);
        reading.decision = if accepted { Decision::Accepted } else { Decision::Rejected };
        reading.reason = (!accepted).then(|| format!("not a digit, by {method}"));
    }
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

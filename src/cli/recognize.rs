//! `ink-number recognize`: numbers from pictures and ink.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::allowed::AllowedArgs;
use super::engine::{EngineArgs, Reader};
use super::input::{Item, ItemError};
use super::output::{Answer, Describe, Format, decision_name, percent};
use super::{Outcome, bulk};
use crate::lattice::Strategy;
use crate::marks::{MarkKind, MarksInText};
use crate::reading::{Hypothesis, Reading};
use crate::recognizer::{MAX_TOP, ReadOptions};

/// Arguments of `recognize`.
#[derive(Args)]
pub(super) struct RecognizeArgs {
    /// Pictures (.png, .jpg), one ink a file (.json), or one ink a line (.jsonl, .jsonl.gz, and - for standard input)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    options: ReadArgs,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    engine: EngineArgs,
}

/// How to read, as given on the command line.
#[derive(Args)]
pub(super) struct ReadArgs {
    /// Most hypotheses for each number; in text those below 0.1 % are left out
    #[arg(long, value_name = "N", default_value_t = ReadOptions::default().top as u16,
          value_parser = clap::value_parser!(u16).range(1..=MAX_TOP as i64))]
    top: u16,
    /// How the cuts are searched
    #[arg(long, value_name = "NAME", default_value_t = Strategy::default(), value_parser = strategy_parser())]
    strategy: Strategy,
    /// Whether points, commas and other marks are in the text: drop or keep
    #[arg(long, value_name = "WHAT", default_value_t)]
    marks: MarksInText,
    #[command(flatten)]
    allowed: AllowedArgs,
}

impl ReadArgs {
    /// # Errors
    /// A clap error where the constraint is none.
    pub fn options(&self) -> Result<ReadOptions> {
        let Self { top, strategy, marks, allowed } = self;
        Ok(ReadOptions { top: (*top).into(), strategy: *strategy, constraint: allowed.constraint()?, marks: *marks })
    }
}

fn strategy_parser() -> impl TypedValueParser<Value = Strategy> {
    PossibleValuesParser::new(Strategy::ALL.map(Strategy::name)).try_map(|name| name.parse::<Strategy>())
}

pub(super) fn run(args: RecognizeArgs) -> Result<Outcome> {
    let engine = args.engine.load()?;
    let options = args.options.options()?;
    let read = |reader: &mut Reader, job: Vec<Item>| {
        job.into_iter().map(|Item { place, raw }| Answer { place, result: read_one(reader, raw, &options) }).collect()
    };
    bulk::run(args.paths, &engine, args.format, /* job */ 1, read)
}

fn read_one(
    reader: &mut Reader,
    raw: Result<super::input::Raw, ItemError>,
    options: &ReadOptions,
) -> Result<Reading, ItemError> {
    let input = raw?.decode()?;
    Ok(pollster::block_on(reader.recognize(&input, options))?)
}

impl Describe for Reading {
    fn describe(&self) -> String {
        /// Hypotheses below it are listed in JSON alone.
        const WORTH_A_LOOK: f64 = 0.001;
        let reason = self.reason.as_deref().unwrap_or_default();
        let (text, listed) = match (&self.text, self.hypotheses.split_first()) {
            (Some(text), Some((best, others))) => (format!("{text:<12} {:>7}", percent(best.probability)), others),
            _ => (format!("{:<12} {:>7}", "-", ""), &self.hypotheses[..]),
        };
        let decision = decision_name(self.decision);
        let listed = listed
            .iter()
            .filter(|h| h.probability >= WORTH_A_LOOK)
            .map(|h: &Hypothesis| format!("{} {}", h.text, percent(h.probability)));
        let listed = listed.collect::<Vec<_>>().join(", ");
        let line = match (reason, listed.as_str()) {
            ("", "") => text,
            ("", listed) => format!("{text}   or {listed}"),
            (reason, "") => format!("{text}   {reason}"),
            (reason, listed) => format!("{text}   {reason}; best {listed}"),
        };
        format!("{decision:<9}  {line}{}", left_out(self)).trim_end().to_owned()
    }
}

/// The marks that are no part of the text: a number read without its point is another number.
fn left_out(reading: &Reading) -> String {
    let name = |kind| match kind {
        MarkKind::Point => "point",
        MarkKind::Comma => "comma",
        MarkKind::Dash => "dash",
        MarkKind::Equals => "equals sign",
        MarkKind::Slash => "slash",
    };
    let names: Vec<&str> = reading.marks.iter().map(|mark| name(mark.kind)).collect();
    let are_in_text = reading.hypotheses.iter().any(|h| h.text.bytes().any(|b| !b.is_ascii_digit()));
    if names.is_empty() || are_in_text { String::new() } else { format!("   (left out: {})", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::Rect;
    use crate::reading::MarkReading;

    #[test]
    fn marks_that_were_left_out_are_said() {
        let mut reading = Reading::empty("cpu");
        assert_eq!(left_out(&reading), "");
        reading.marks =
            [MarkKind::Point, MarkKind::Dash].map(|kind| MarkReading { kind, bounds: Rect::default() }).into();
        assert!(reading.describe().ends_with("(left out: point, dash)"), "{}", reading.describe());
    }
}

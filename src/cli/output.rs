//! Results to standard output: JSON lines or aligned text.

use std::io::{self, StdoutLock, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::input::{ItemError, Place};
use crate::reading::Decision;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One aligned line a result, for people
    Text,
    /// One JSON object a line, for programs
    Json,
}

/// What one item came to, with where it came from.
pub(super) struct Answer<T> {
    pub place: Place,
    pub result: Result<T, ItemError>,
}

/// A result as a person reads it.
pub(super) trait Describe {
    /// One line, without the source and the line's end.
    fn describe(&self) -> String;
}

/// Standard output, buffered.
pub(super) struct Output {
    out: io::BufWriter<StdoutLock<'static>>,
    format: Format,
    /// Columns kept for the place of an item in text.
    label_width: usize,
}

impl Output {
    /// `sources` are the names that will come, so that the text can be aligned from its first line on.
    pub fn new<S: AsRef<str>>(format: Format, sources: impl IntoIterator<Item = S>) -> Self {
        /// Room for `:index` of a few thousand; longer ones push the rest of their line to the right.
        const INDEX_WIDTH: usize = 5;
        let longest = sources.into_iter().map(|s| s.as_ref().chars().count()).max();
        let label_width = longest.unwrap_or(0) + INDEX_WIDTH;
        Self { out: io::BufWriter::new(io::stdout().lock()), format, label_width }
    }

    /// Writes one answer.
    pub fn write<T: Serialize + Describe>(&mut self, answer: &Answer<T>) -> io::Result<()> {
        match self.format {
            Format::Json => {
                serde_json::to_writer(&mut self.out, &JsonLine::from(answer)).map_err(io::Error::from)?;
                writeln!(self.out)
            }
            Format::Text => {
                let label = answer.place.to_string();
                let text = match &answer.result {
                    Ok(result) => result.describe(),
                    Err(error) => format!("{:<9}  {}: {}", "error", error.code, error.message),
                };
                writeln!(self.out, "{label:<width$}  {text}", width = self.label_width)
            }
        }
    }

    /// Sends on what is buffered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[derive(Serialize)]
struct JsonLine<'a, T> {
    source: &'a str,
    index: usize,
    #[serde(flatten)]
    body: Body<'a, T>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a, T> {
    Read(&'a T),
    Failed { error: &'a ItemError },
}

impl<'a, T> From<&'a Answer<T>> for JsonLine<'a, T> {
    fn from(answer: &'a Answer<T>) -> Self {
        let body = match &answer.result {
            Ok(result) => Body::Read(result),
            Err(error) => Body::Failed { error },
        };
        Self { source: &answer.place.source, index: answer.place.index, body }
    }
}

/// A decision by the name that it has in JSON.
pub(super) fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Accepted => "accepted",
        Decision::Ambiguous => "ambiguous",
        Decision::Rejected => "rejected",
        Decision::Empty => "empty",
    }
}

/// A probability as a person reads it.
pub(super) fn percent(probability: f64) -> String {
    let percent = 100. * probability;
    if percent > 99.9 && percent < 100. {
        return ">99.9 %".into();
    }
    if percent < 0.1 && percent > 0. {
        return "<0.1 %".into();
    }
    format!("{percent:.1} %")
}

/// Whether an error is only that nobody reads the output any more, as with `| head`.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    };
    error.chain().any(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stands_in_the_place_of_its_item() {
        let error = ItemError { code: "bad-json", message: "line 2".into() };
        let place = Place { source: "a.jsonl".into(), index: 1, of_many: true };
        assert_eq!(place.to_string(), "a.jsonl:1");
        let answer = Answer::<u8> { place, result: Err(error) };
        let json = serde_json::to_string(&JsonLine::from(&answer)).unwrap();
        assert_eq!(json, r#"{"source":"a.jsonl","index":1,"error":{"code":"bad-json","message":"line 2"}}"#);
    }

    #[test]
    fn percent_never_rounds_to_a_certainty_that_is_not_there() {
        assert_eq!(percent(1.), "100.0 %");
        assert_eq!(percent(0.99999), ">99.9 %");
        assert_eq!(percent(0.00001), "<0.1 %");
        assert_eq!(percent(0.), "0.0 %");
        assert_eq!(percent(0.876), "87.6 %");
    }
}

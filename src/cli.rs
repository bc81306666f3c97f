//! The command `ink-number`: arguments in, text or JSON out.
//!
//! Exit codes: 0 all was read, 1 something could not be, 2 wrong arguments. Results go to standard output in the order of the
//! input, everything else to standard error.

mod allowed;
mod bulk;
mod classify;
mod data;
mod engine;
mod export;
pub(crate) mod hand;
pub(crate) mod input;
mod output;
mod progress;
mod recognize;
mod render;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
#[cfg(fuzzing)]
pub use input::fuzzing;

/// What programs can rely on.
const ERRORS: &str = "What cannot be read is said in its place, with a code:
  cannot-read, empty-file, unknown-format, too-large      the file
  bad-json, bad-idx, bad-image                            what it holds
  image-size                                              a picture too large, or without pixels
  bad-point, too-many-points, too-many-strokes            an ink
  constraint-too-large                                    an ink of too many parts for what is asked of it
Exit codes: 0 all was read, 1 something could not be, 2 wrong arguments";

/// Reads handwritten numbers, connected digits included, and says so when there is none.
#[derive(Parser)]
#[command(name = "ink-number", version, after_help = ERRORS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read numbers from pictures (PNG, JPEG) and ink (.json, .jsonl, .jsonl.gz)
    Recognize(recognize::RecognizeArgs),
    /// Classify single glyphs: IDX images (.gz too), pictures, or ink, each taken whole
    Classify(classify::ClassifyArgs),
    /// Draw how one input is read: cuts, lattice, glyphs and hypotheses in one SVG
    Render(render::RenderArgs),
    /// Train networks and fit their settings; writes model/
    Train(crate::train::command::TrainArgs),
    /// Read every evaluation row; writes docs/evaluation.md with its tables and figures
    Evaluate(crate::train::evaluate::EvaluateArgs),
    /// Write the networks as plain tensors (safetensors), for other programs
    Export(export::ExportArgs),
    /// Download the open data sets that the shipped weights are trained on
    Data(data::DataArgs),
}

/// What a command came to, when it ran at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All was read.
    Fine,
    /// Something could not be read, and was said so in its place.
    Partly,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Recognize(args) => recognize::run(args),
        Command::Classify(args) => classify::run(args),
        Command::Render(args) => render::run(args),
        Command::Evaluate(args) => crate::train::evaluate::run_evaluate(&args).map(|()| Outcome::Fine),
        Command::Train(args) => crate::train::command::run_train(&args).map(|()| Outcome::Fine),
        Command::Export(args) => export::run(&args),
        Command::Data(args) => data::run(args),
    };
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::FAILURE,
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        // Arguments that are wrong only together; clap prints and exits as it does for single ones.
        Err(error) if error.is::<clap::Error>() => error.downcast::<clap::Error>().expect("just seen").exit(),
        Err(error) => {
            eprintln!("ink-number: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! `ink-number render`: how one input is read, as one SVG that needs nothing else.
//!
//! From the top: the decision; the ink, its fragments in colours and its cuts; the lattice below the ink that it reads, every arc as
//! heavy as it is probable; the hypotheses; the candidates as the network saw them, with what it said of each.

mod sheet;

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;

use super::Outcome;
use super::engine::EngineArgs;
use super::input::{ItemError, Items};
use super::recognize::ReadArgs;
use crate::classify::Scores;
use crate::ink::Input;
use crate::lattice::{Lattice, Posterior};
use crate::reading::Reading;
use crate::recognizer::{Prepared, lattice_of, prepare};

/// Arguments of `render`.
#[derive(Args)]
pub(super) struct RenderArgs {
    /// A picture, an ink, or a file of many
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Which one of a file of many, from 0
    #[arg(long, value_name = "I", default_value_t = 0)]
    index: usize,
    /// Where the SVG goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    options: ReadArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

/// Everything that is drawn.
struct Scene {
    title: String,
    input: Input,
    prepared: Prepared,
    scores: Vec<Scores>,
    reading: Reading,
    /// `None` without ink.
    search: Option<(Lattice, Posterior)>,
}

pub(super) fn run(args: RenderArgs) -> Result<Outcome> {
    let RenderArgs { path, index, out, options, engine } = args;
    let options = options.options()?;
    let mut reader = engine.load()?.reader();
    let (title, input) = read_input(path, index)?;
    let prepared = prepare(&input, reader.cuts());
    let scores = pollster::block_on(reader.score(&prepared.glyphs))?;
    let reading = reader.decode(&prepared, &scores, &options)?;
    let search = (!scores.is_empty()).then(|| {
        let lattice = lattice_of(&prepared.segmentation, &scores, reader.policy());
        let posterior = lattice.read_allowed(options.strategy, options.top, &options.constraint);
        (lattice, posterior)
    });
    let drawing = sheet::draw(&Scene { title, input, prepared, scores, reading, search })?;
    std::fs::write(&out, drawing).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(Outcome::Fine)
}

fn read_input(path: PathBuf, index: usize) -> Result<(String, Input)> {
    let name = path.display().to_string();
    let failed = |error: ItemError| anyhow!("{}: {}", error.code, error.message);
    let mut last = None;
    for item in Items::new(vec![path]) {
        if item.place.index == index {
            let input = item.raw.and_then(|raw| raw.decode()).map_err(failed).context(name.clone())?;
            return Ok((item.place.to_string(), input));
        }
        last = Some((item.place.index, item.raw.err()));
    }
    match last {
        // A file that could not be opened, or that broke off, may well hold the one wanted.
        Some((_, Some(error))) => Err(failed(error)).context(name),
        Some((last, None)) => bail!("{name}: expected an index of at most {last}, saw {index}"),
        None => bail!("{name}: there is nothing in it"),
    }
}

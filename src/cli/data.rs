//! `ink-number data`: the open data sets that the shipped weights are trained on, from their public homes.
//!
//! Every file that this makes is known by the SHA-256 of its content before compression, so a file that is there and right is left
//! alone whoever packed it, and a download or a conversion that went wrong is never kept. A file is written beside its place and
//! renamed when complete. See [`catalogue`] for what comes from where.

mod catalogue;
mod convert;
mod fetch;
mod lzw;
mod zip;

use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::Outcome;
use super::progress::Progress;
use catalogue::{RECIPES, Recipe, Target};
use fetch::Fetcher;

/// Arguments of `data`.
#[derive(Args)]
pub(super) struct DataArgs {
    /// Folder to put them in, made when it is not there; give it to the trainer as INK_NUMBER_DATA
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Only these sets
    #[arg(long, value_name = "SET", value_delimiter = ',', value_parser = catalogue::sets())]
    only: Vec<String>,
    /// Download from URL/SET/FILE instead of from the public homes
    #[arg(long, value_name = "URL")]
    from: Option<String>,
}

pub(super) fn run(args: DataArgs) -> Result<Outcome> {
    let DataArgs { dir, only, from } = args;
    let fetcher = Fetcher::new(from);
    let mut outcome = Outcome::Fine;
    for recipe in RECIPES.iter().filter(|r| only.is_empty() || only.iter().any(|set| set == r.set)) {
        if let Err(error) = follow(recipe, &dir, &fetcher) {
            eprintln!("{}: {error:#}", recipe.name());
            outcome = Outcome::Partly;
        }
    }
    Ok(outcome)
}

/// Makes the files of one recipe, unless all are there and right.
fn follow(recipe: &Recipe, dir: &Path, fetcher: &Fetcher) -> Result<()> {
    if recipe.targets.iter().all(|target| is_right(target, dir)) {
        eprintln!("{}: already there", recipe.name());
        return Ok(());
    }
    let total = recipe.downloads.iter().map(|d| d.about_bytes).sum();
    let mut progress = Progress::over_bytes(total, /* results_on_stdout */ false);
    let mut before = 0;
    let mut packed = Vec::new();
    for download in recipe.downloads {
        let bytes = fetcher.fetch(recipe.set, download, &mut |bytes| {
            progress.update(before + bytes, recipe.set, &format!("{:.1} MB", (before + bytes) as f64 / 1e6));
        })?;
        before += bytes.len() as u64;
        packed.push(bytes);
    }
    let contents = (recipe.convert)(&packed).context("the download is not what was expected")?;
    ensure!(contents.len() == recipe.targets.len(), "one content for each file");
    for (Target { path, sha256, .. }, content) in recipe.targets.iter().zip(&contents) {
        let seen = hex(&Sha256::digest(content));
        ensure!(seen == *sha256, "{path}: expected content of SHA-256 {sha256}, saw {seen}; nothing was kept");
    }
    for (Target { path, .. }, content) in recipe.targets.iter().zip(&contents) {
        write_whole(&dir.join(path), content).with_context(|| format!("cannot write {}", dir.join(path).display()))?;
    }
    eprintln!("{}: done, {:.1} MB", recipe.name(), before as f64 / 1e6);
    Ok(())
}

/// Whether the file is there with the right content.
fn is_right(target: &Target, dir: &Path) -> bool {
    let content_hash = || -> std::io::Result<String> {
        let file = BufReader::new(File::open(dir.join(target.path))?);
        let mut content: Box<dyn Read> =
            if is_packed(target.path) { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut hash = Sha256::new();
        // One byte more than there should be makes the hash wrong without reading on for ever.
        std::io::copy(&mut content.by_ref().take(target.bytes + 1), &mut hash)?;
        Ok(hex(&hash.finalize()))
    };
    content_hash().is_ok_and(|seen| seen == target.sha256)
}

/// Writes beside the place, then renames, so that a file in its place is always whole.
fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file in a folder")?;
    fs::create_dir_all(folder)?;
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let mut file = File::create(&part)?;
    if is_packed(&path.to_string_lossy()) {
        let mut encoder = GzEncoder::new(&mut file, Compression::default());
        encoder.write_all(content)?;
        encoder.finish()?;
    } else {
        file.write_all(content)?;
    }
    file.sync_all()?;
    fs::rename(&part, path)?;
    Ok(())
}

fn is_packed(path: &str) -> bool {
    path.ends_with(".gz")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

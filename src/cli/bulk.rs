//! Thousands of items on all cores, answers in the order of the items, in bounded memory.
//!
//! Items are taken in rounds; a round is cut into jobs that the cores take as they get free. A round waits for its slowest job, so
//! rounds are long against jobs.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use anyhow::Result;
use rayon::prelude::*;
use serde::Serialize;

use super::Outcome;
use super::engine::{Engine, Reader};
use super::input::{Item, Items, Raw};
use super::output::{Answer, Describe, Format, Output};
use super::progress::Progress;

/// Most items of a round. More uses the cores better at its end; fewer shows results sooner.
const ROUND_ITEMS: usize = 512;

/// Most bytes of a round, as items hold them before decoding, unless a single one is larger.
const ROUND_BYTES: usize = 64 << 20;

/// Reads all files with `work`, which answers a job of at most `job` items in order, and prints.
pub(super) fn run<T: Serialize + Describe + Send>(
    paths: Vec<PathBuf>,
    engine: &Engine,
    format: Format,
    job: usize,
    work: impl Fn(&mut Reader, Vec<Item>) -> Vec<Answer<T>> + Sync,
) -> Result<Outcome> {
    let total = paths.iter().filter_map(|p| p.metadata().ok()).map(|m| m.len()).sum();
    let mut progress = Progress::over_bytes(total, /* results_on_stdout */ true);
    let mut output = Output::new(format, paths.iter().map(|p| p.display().to_string()));
    let mut items = Items::new(paths);
    let bytes_read = items.bytes_read();
    let readers = Mutex::new(Vec::new());
    let mut outcome = Outcome::Fine;
    let mut done = 0;
    loop {
        let round = next_round(&mut items);
        let Some(last) = round.last() else { break };
        let file_name = Path::new(&*last.source).file_name().unwrap_or_default().to_string_lossy().into_owned();
        for answer in answer_round(round, job, engine, &readers, &work) {
            if answer.result.is_err() {
                outcome = Outcome::Partly;
            }
            done += 1;
            output.write(&answer)?;
        }
        output.flush()?;
        progress.update(bytes_read.load(Ordering::Relaxed), &file_name, &format!("{done} read"));
    }
    Ok(outcome)
}

/// The items of the next round, none when all were taken. It ends with the item that passes a cap.
fn next_round(items: &mut Items) -> Vec<Item> {
    let mut round = Vec::new();
    let mut bytes = 0;
    while round.len() < ROUND_ITEMS && bytes < ROUND_BYTES {
        let Some(item) = items.next() else { break };
        bytes += item.raw.as_ref().map_or(0, Raw::bytes);
        round.push(item);
    }
    round
}

/// Answers one round on all cores. Readers are kept from round to round, as many as jobs ran side by side.
fn answer_round<T: Send>(
    round: Vec<Item>,
    job: usize,
    engine: &Engine,
    readers: &Mutex<Vec<Reader>>,
    work: &(impl Fn(&mut Reader, Vec<Item>) -> Vec<Answer<T>> + Sync),
) -> Vec<Answer<T>> {
    let mut items = round.into_iter();
    let next_job = || Some(items.by_ref().take(job).collect::<Vec<_>>()).filter(|job| !job.is_empty());
    let jobs: Vec<_> = std::iter::from_fn(next_job).collect();
    let readers = || readers.lock().expect("nothing panics while the lock is held");
    let answer = |job: Vec<Item>| {
        let idle = readers().pop();
        let mut reader = idle.unwrap_or_else(|| engine.reader());
        let answers = work(&mut reader, job);
        readers().push(reader);
        answers
    };
    jobs.into_par_iter().with_max_len(1).flat_map_iter(answer).collect()
}

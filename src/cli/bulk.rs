//! Thousands of items on all cores, answers in the order of the items and as soon as they are there, in bounded memory.
//!
//! Items are cut into jobs that the cores take as they get free. This thread takes items from the files well ahead of the work and
//! prints what the oldest job answers, so that no core idles behind a slow one.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Context, Result};
use rayon::ScopeFifo;
use serde::Serialize;

use super::Outcome;
use super::engine::{Engine, Reader};
use super::input::{Item, Items, Raw, length_of};
use super::output::{Answer, Describe, Format, Output};
use super::progress::Progress;

/// Most jobs between their taking and their printing. Fewer lets cores idle behind a slow job; more keeps more answers in memory.
const MAX_JOBS: usize = 512;

/// Most bytes of those jobs, as items hold them before decoding, unless a single one is larger.
const MAX_JOBS_BYTES: usize = 64 << 20;

/// A job ends with the item that brings it to this many bytes, so that thousands of small ones can be shared out among cores.
const JOB_BYTES: usize = 1 << 20;

/// Reads all files with `work`, which answers a job of at most `job_items` items in order, and prints.
pub(super) fn run<T: Serialize + Describe + Send>(
    paths: Vec<PathBuf>,
    engine: &Engine,
    format: Format,
    job_items: usize,
    work: impl Fn(&mut Reader, Vec<Item>) -> Vec<Answer<T>> + Sync,
) -> Result<Outcome> {
    let mut printer = Printer::new(&paths, format);
    let mut items = Items::new(paths);
    let workshop = Workshop { engine, work, readers: Mutex::default(), closed: AtomicBool::new(false) };
    rayon::in_place_scope_fifo(|scope| -> Result<()> {
        let mut waiting: VecDeque<Job<T>> = VecDeque::new();
        let mut bytes = 0;
        loop {
            if waiting.len() < MAX_JOBS
                && bytes < MAX_JOBS_BYTES
                && let Some(taken) = next_items(&mut items, job_items)
            {
                let job = workshop.start(scope, taken, items.bytes_behind());
                bytes += job.bytes;
                waiting.push_back(job);
            } else if let Some(oldest) = waiting.pop_front() {
                bytes -= oldest.bytes;
                printer.print(oldest).inspect_err(|_| workshop.close())?;
            } else {
                return Ok(());
            }
        }
    })?;
    printer.output.flush()?;
    Ok(printer.outcome)
}

/// The items of the next job, at least one; `None` when all were taken. A picture is the last of its job: its file does not tell how
/// much work and memory its pixels take, and of a page both are much.
fn next_items(items: &mut Items, most: usize) -> Option<Vec<Item>> {
    let mut taken = Vec::new();
    let mut bytes = 0;
    while taken.len() < most && bytes < JOB_BYTES {
        let Some(item) = items.next() else { break };
        bytes += match &item.raw {
            Ok(Raw::Picture(_)) => JOB_BYTES,
            Ok(raw) => raw.bytes(),
            Err(_) => 0,
        };
        taken.push(item);
    }
    (!taken.is_empty()).then_some(taken)
}

/// Some items on their way.
struct Job<T> {
    answers: Receiver<Vec<Answer<T>>>,
    /// Memory of the items.
    bytes: usize,
    /// Of the last item, for the progress.
    source: Arc<str>,
    position: u64,
}

/// Where jobs are done, on all cores.
struct Workshop<'a, W> {
    engine: &'a Engine,
    work: W,
    /// Kept from job to job, as many as jobs ran side by side.
    readers: Mutex<Vec<Reader>>,
    closed: AtomicBool,
}

impl<W> Workshop<'_, W> {
    fn start<'scope, T: Send + 'scope>(
        &'scope self,
        scope: &ScopeFifo<'scope>,
        items: Vec<Item>,
        position: u64,
    ) -> Job<T>
    where
        W: Fn(&mut Reader, Vec<Item>) -> Vec<Answer<T>> + Sync,
    {
        let (give, answers) = mpsc::channel();
        let bytes = items.iter().flat_map(|item| &item.raw).map(Raw::bytes).sum();
        let source = Arc::clone(&items.last().expect("a job has items").place.source);
        scope.spawn_fifo(move |_| {
            if self.closed.load(Ordering::Relaxed) {
                return;
            }
            let idle = self.readers().pop();
            let mut reader = idle.unwrap_or_else(|| self.engine.reader());
            // Nobody receives it when the output broke off meanwhile.
            let _ = give.send((self.work)(&mut reader, items));
            self.readers().push(reader);
        });
        Job { answers, bytes, source, position }
    }

    /// Jobs not yet begun are left undone: when nobody reads the output any more, none is worth waiting for.
    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().expect("nothing panics while the lock is held")
    }
}

struct Printer {
    output: Output,
    progress: Progress,
    outcome: Outcome,
    done: usize,
}

impl Printer {
    fn new(paths: &[PathBuf], format: Format) -> Self {
        let total = paths.iter().map(|path| length_of(path)).sum();
        let progress = Progress::over_bytes(total, /* results_on_stdout */ true);
        let output = Output::new(format, paths.iter().map(|p| p.display().to_string()));
        Self { output, progress, outcome: Outcome::Fine, done: 0 }
    }

    /// Waits for the job and prints what it answers.
    fn print<T: Serialize + Describe>(&mut self, job: Job<T>) -> Result<()> {
        let answers = match job.answers.try_recv() {
            Ok(answers) => answers,
            Err(_) => {
                self.output.flush()?;
                job.answers.recv().context("a job broke off")?
            }
        };
        for answer in answers {
            if answer.result.is_err() {
                self.outcome = Outcome::Partly;
            }
            self.done += 1;
            self.output.write(&answer)?;
        }
        let file_name = Path::new(&*job.source).file_name().unwrap_or_default().to_string_lossy();
        self.progress.update(job.position, &file_name, &format!("{} read", self.done));
        Ok(())
    }
}

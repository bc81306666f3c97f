//! A progress bar that appears only where a person looks and only when the work is long.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// Counts bytes of a known total.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    waiting: bool,
}

impl Progress {
    /// A bar over `total` bytes. It stays away when results are being printed on the same terminal: they show the progress themselves.
    pub fn over_bytes(total: u64, results_on_stdout: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg:24!} {wide_bar} {percent:>3} %  {prefix}  left {eta}");
        bar.set_style(style.expect("a valid template"));
        let competes = results_on_stdout && std::io::stdout().is_terminal();
        Self { bar, started: Instant::now(), waiting: std::io::stderr().is_terminal() && !competes }
    }

    /// Says how far it is; `done` are bytes, `note` what a person counts in.
    pub fn update(&mut self, done: u64, what: &str, note: &str) {
        if self.waiting && self.started.elapsed() > PATIENCE {
            self.waiting = false;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(what.to_owned());
        self.bar.set_prefix(note.to_owned());
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

//! The training loop: seeded, resumable, on as many threads as asked for, with progress and a checkpoint every so often.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use burn_flex::Flex;
use indicatif::{ProgressBar, ProgressStyle};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};

use super::adamw::AdamW;
use super::augment::augment;
use super::fit::START;
use super::learner::{Dropout, Learner, Target, Workspace, target_of, taught};
use super::pool::{Pool, Sample, glyphs_of, is_digit};
use super::scores_of;
use crate::classify::{CLASSES, DIGITS, Glyph};
use crate::model::{Network, NetworkShape, NetworkWeights, Weights};
use crate::refusal::RefusalMethod;

/// What a network learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Recipe {
    /// Every source of the pool, augmented: what ships.
    Full,
    /// MNIST's digits as they are, the way of every tutorial: the failing baseline that reports compare with.
    Plain,
    /// As full, but all that is no digit is one class.
    Other,
    /// As full, but all digits are one class, and all that is none is another.
    Gate,
}

/// Everything that decides what comes out; it is saved beside the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainConfig {
    /// What it learns from.
    pub recipe: Recipe,
    /// Channels of the five convolutions.
    pub channels: [u16; 5],
    /// Width of the dense layer.
    pub hidden: u16,
    /// Optimiser steps.
    pub steps: usize,
    /// Glyphs a step.
    pub batch: usize,
    /// Highest learning rate, reached after the warm-up and then lowered to 1 % along a cosine.
    pub learning_rate: f64,
    /// Composed strings that the pool is cut from.
    pub strings: usize,
    /// Seed of pool, weights, batches and augmentation.
    pub seed: u64,
    /// Share of the hidden units that are left out at each step.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropout: f32,
    /// Threads that share each batch; each draws glyphs of its own, so the result depends on their number.
    pub threads: usize,
    /// Digits of one person that were learnt from beside the data.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub own_digits: usize,
    /// CRC-32 of the weights files that taught it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teachers: Vec<String>,
    /// The config of the weights that training went on from; `None` where it began with random ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Box<TrainConfig>>,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            recipe: Recipe::Full,
            channels: [8, 24, 24, 48, 64],
            hidden: 96,
            steps: 36_000,
            batch: 128,
            learning_rate: 2.5e-3,
            strings: 20_000,
            seed: 2026,
            dropout: 0.,
            threads: 2,
            own_digits: 0,
            teachers: Vec::new(),
            from: None,
        }
    }
}

impl Recipe {
    /// The class that a network of this recipe learns a sample of `class` as.
    pub fn class(self, class: usize) -> usize {
        match self {
            Recipe::Full | Recipe::Plain => class,
            Recipe::Other => class.min(DIGITS),
            Recipe::Gate => class / DIGITS * DIGITS,
        }
    }
}

impl TrainConfig {
    /// The shape of the network.
    pub fn shape(&self) -> NetworkShape {
        NetworkShape { channels: self.channels, hidden: self.hidden }
    }

    fn learning_rate_at(&self, step: usize) -> f64 {
        const WARM_UP: usize = 300;
        const LAST: f64 = 0.01;
        let warm_up = WARM_UP.min(self.steps / 10).max(1);
        let warm = (step + 1).min(warm_up) as f64 / warm_up as f64;
        let along = step as f64 / self.steps as f64;
        let cosine = LAST + (1. - LAST) * 0.5 * (1. + (std::f64::consts::PI * along).cos());
        self.learning_rate * warm * cosine
    }
}

/// Steps between checkpoints and reports.
const CHECKPOINT_EVERY: usize = 1000;

#[derive(Serialize, Deserialize)]
struct Progress {
    config: TrainConfig,
    step: usize,
}

/// What a training works with, beside its config.
#[derive(Debug, Clone, Copy)]
pub struct Materials<'a> {
    /// Weights to go on from; `None` begins with random ones.
    pub start: Option<&'a NetworkWeights>,
    /// Networks whose mean opinion is learnt from beside the truth, but of sources that are beyond doubt.
    pub teachers: &'a [NetworkWeights],
    /// What is learnt from.
    pub pool: &'a Pool,
    /// What every checkpoint is reported on.
    pub validation: &'a [Sample],
    /// Where checkpoints go.
    pub dir: &'a Path,
}

/// Trains, resuming from a checkpoint of the same config where there is one, and gives the weights.
///
/// # Errors
/// Where a checkpoint cannot be written or read, or the weights to go on from are of another shape.
pub fn train(config: &TrainConfig, materials: Materials) -> Result<NetworkWeights> {
    train_to(config.steps, config, materials)
}

/// As [`train`], stopping after step `last` with a checkpoint.
fn train_to(last: usize, config: &TrainConfig, materials: Materials) -> Result<NetworkWeights> {
    let Materials { start, teachers, pool, validation, dir } = materials;
    fs::create_dir_all(dir).with_context(|| format!("could not make {}", dir.display()))?;
    let checkpoint = Checkpoint { dir: dir.to_owned() };
    let mut learner = match start {
        Some(weights) => {
            ensure!(
                weights.shape == config.shape(),
                "expected weights of {:?}, saw {:?}",
                config.shape(),
                weights.shape
            );
            Learner::new(weights)
        }
        None => Learner::new(&random_weights(config)),
    };
    let mut optim = AdamW::new(learner.parameters().len());
    let first = checkpoint.load(config, &mut learner, &mut optim)?.unwrap_or(0);
    let teachers: Vec<Learner> = teachers.iter().map(Learner::new).collect();
    let mut threads: Vec<Memory> = Vec::new();
    threads.resize_with(config.threads, || Memory::of(teachers.len()));
    let bar = progress_bar(config.steps);
    bar.set_position(first as u64);
    let mut loss_sum = 0.;
    let begun = Instant::now();
    for step in first..last {
        loss_sum += learn_batch(config, &learner, &teachers, pool, step, &mut threads);
        let (gradients, rate) = (&threads[0].own.gradients, config.learning_rate_at(step));
        learner.update(|parameters| optim.step(parameters, gradients, rate, step + 1));
        bar.inc(1);
        if (step + 1) % CHECKPOINT_EVERY == 0 || step + 1 == last {
            let since = (step + 1 - first) as f64 / begun.elapsed().as_secs_f64();
            let report = validate(learner.weights(), validation, config.recipe);
            let steps = (step % CHECKPOINT_EVERY + 1) as f64;
            report_line(
                &bar,
                format!("step {}: loss {:.4}, {:.1} steps/s, {report}", step + 1, loss_sum / steps, since),
            );
            loss_sum = 0.;
            checkpoint.save(config, &learner, &optim, step + 1)?;
        }
    }
    bar.finish_and_clear();
    Ok(learner.weights())
}

fn random_weights(config: &TrainConfig) -> NetworkWeights {
    let device = Default::default();
    <Flex as burn::tensor::backend::Backend>::seed(&device, config.seed);
    let network = Network::<Flex>::new(&config.shape(), &device);
    NetworkWeights::from_values(config.shape(), network.values().into_iter())
}

/// Progress bars hide themselves where nobody looks; reports do not.
fn report_line(bar: &ProgressBar, line: String) {
    if bar.is_hidden() { eprintln!("{line}") } else { bar.println(line) }
}

fn progress_bar(steps: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("training {bar:30} {pos}/{len} steps, {eta} left").expect("a valid template");
    let bar = ProgressBar::new(steps as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_secs(1));
    bar
}

/// Leaves the gradients of one batch's mean loss with the first thread, and gives that loss. Every thread learns its share of the batch,
/// and the shares are added in the threads' order, so that a seed gives the same weights each time.
fn learn_batch(
    config: &TrainConfig,
    learner: &Learner,
    teachers: &[Learner],
    pool: &Pool,
    step: usize,
    threads: &mut [Memory],
) -> f64 {
    let share = config.batch / config.threads;
    let scale = 1. / (share * config.threads) as f32;
    let losses: Vec<f64> = std::thread::scope(|scope| {
        let mut handles = Vec::new();
        for (thread, work) in threads.iter_mut().enumerate() {
            let seed = config.seed.wrapping_add((step * config.threads + thread) as u64 + 1);
            handles.push(scope.spawn(move || {
                let batch = Batch::drawn(pool, share, seed);
                work.own.gradients.fill(0.);
                let targets = targets(config, &batch, teachers, &mut work.teachers);
                let mut dropout = (config.dropout > 0.).then(|| Dropout::new(config.dropout, !seed));
                learner.learn(&batch.glyphs, &targets, scale, dropout.as_mut(), &mut work.own)
            }));
        }
        handles.into_iter().map(|h| h.join().expect("a training thread ends")).collect()
    });
    let (first, others) = threads.split_first_mut().expect("there is a thread");
    for other in others {
        first.own.gradients.iter_mut().zip(&other.own.gradients).for_each(|(sum, v)| *sum += v);
    }
    losses.iter().sum::<f64>() * f64::from(scale)
}

/// A thread's memory: for the network in training, and for each teacher.
struct Memory {
    own: Workspace,
    teachers: Vec<Workspace>,
}

impl Memory {
    fn of(teachers: usize) -> Self {
        let mut all = Vec::new();
        all.resize_with(teachers, Workspace::default);
        Self { own: Workspace::default(), teachers: all }
    }
}

/// What each glyph of a batch should be taken for.
fn targets(config: &TrainConfig, batch: &Batch, teachers: &[Learner], work: &mut [Workspace]) -> Vec<Target> {
    let own = batch.classes.iter().map(|&class| target_of(config.recipe.class(class)));
    if teachers.is_empty() {
        return own.collect();
    }
    let said: Vec<Vec<_>> =
        teachers.iter().zip(work).map(|(teacher, work)| teacher.logits(&batch.glyphs, work)).collect();
    let of_all = |i: usize| said.iter().map(|s| s[i]).collect::<Vec<_>>();
    own.enumerate().map(|(i, own)| if batch.doubtful[i] { taught(own, &of_all(i)) } else { own }).collect()
}

/// Glyphs to learn from in one step.
struct Batch {
    glyphs: Vec<Glyph>,
    classes: Vec<usize>,
    /// Of each whether teachers are asked, see [`Source::doubtful`](super::pool::Source::doubtful).
    doubtful: Vec<bool>,
}

impl Batch {
    fn drawn(pool: &Pool, size: usize, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let one = |_| {
            let (sample, source) = pool.draw(&mut rng);
            (augment(&sample.glyph, source.changes, &mut rng), sample.class, source.doubtful)
        };
        let (glyphs, classes, doubtful) = (0..size).map(one).collect();
        Self { glyphs, classes, doubtful }
    }
}

/// A folder for each step that was saved; `progress.json` names the one that is whole, so that a run killed while it saves loses nothing.
struct Checkpoint {
    dir: PathBuf,
}

impl Checkpoint {
    fn folder(&self, step: usize) -> PathBuf {
        self.dir.join(format!("step-{step}"))
    }

    fn progress(&self) -> Result<Option<Progress>> {
        let Ok(text) = fs::read_to_string(self.dir.join("progress.json")) else { return Ok(None) };
        Ok(Some(serde_json::from_str(&text).with_context(|| format!("could not use {}", self.dir.display()))?))
    }

    fn save(&self, config: &TrainConfig, learner: &Learner, optim: &AdamW, step: usize) -> Result<()> {
        let before = self.progress()?.map(|p| p.step);
        let folder = self.folder(step);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("parameters.f32"), bytes_of(learner.parameters()))?;
        fs::write(folder.join("means.f32"), bytes_of(&optim.means))?;
        fs::write(folder.join("squares.f32"), bytes_of(&optim.squares))?;
        let progress = Progress { config: config.clone(), step };
        let next = self.dir.join("progress.next");
        fs::write(&next, serde_json::to_string_pretty(&progress)?)?;
        fs::rename(next, self.dir.join("progress.json"))?;
        match before {
            Some(before) if before != step => Ok(fs::remove_dir_all(self.folder(before))?),
            _ => Ok(()),
        }
    }

    /// Takes what was saved, and gives the step that comes next; `None` where nothing of this config was.
    fn load(&self, config: &TrainConfig, learner: &mut Learner, optim: &mut AdamW) -> Result<Option<usize>> {
        let Some(progress) = self.progress()? else { return Ok(None) };
        if progress.config != *config {
            eprintln!("{} holds a checkpoint of another config: starting anew", self.dir.display());
            return Ok(None);
        }
        let folder = self.folder(progress.step);
        let count = learner.parameters().len();
        let parameters = read_floats(&folder.join("parameters.f32"), count)?;
        optim.means = read_floats(&folder.join("means.f32"), count)?;
        optim.squares = read_floats(&folder.join("squares.f32"), count)?;
        learner.update(|to| to.copy_from_slice(&parameters));
        eprintln!("resuming at step {}", progress.step);
        Ok(Some(progress.step))
    }
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn read_floats(path: &Path, count: usize) -> Result<Vec<f32>> {
    let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    let (values, rest) = bytes.as_chunks();
    let fits = values.len() == count && rest.is_empty();
    ensure!(fits, "could not use {}: expected {count} values, saw {} bytes", path.display(), bytes.len());
    Ok(values.iter().map(|v| f32::from_le_bytes(*v)).collect())
}

/// One line on how well a network does.
fn validate(network: NetworkWeights, samples: &[Sample], recipe: Recipe) -> String {
    let weights = Weights::of_networks(vec![network], START);
    let scores = scores_of(&weights, &glyphs_of(samples));
    let both = || samples.iter().zip(&scores);
    let right =
        both().filter(|(s, p)| is_digit(s.class) && usize::from(p.best_digit().0) == recipe.class(s.class)).count();
    let digits = samples.iter().filter(|s| is_digit(s.class)).count();
    let mut accepts: Vec<f64> =
        both().filter(|(s, _)| is_digit(s.class)).map(|(_, p)| RefusalMethod::default().acceptance(p)).collect();
    accepts.sort_by(f64::total_cmp);
    let threshold = accepts[accepts.len() * 3 / 100];
    let let_in: Vec<String> = (DIGITS..CLASSES)
        .map(|class| {
            let of_class = || both().filter(|(s, _)| s.class == class);
            let accepted = of_class().filter(|(_, p)| RefusalMethod::default().acceptance(p) >= threshold).count();
            format!("{:.2}", 100. * accepted as f64 / of_class().count().max(1) as f64)
        })
        .collect();
    format!(
        "digits right {:.2} %, rejects let in with 97 % of digits: {} %",
        100. * right as f64 / digits as f64,
        let_in.join(" / ")
    )
}

#[cfg(test)]
mod tests {
    use super::super::pool::Source;
    use super::*;
    use crate::classify::Scores;
    use crate::glyph::glyph_of;
    use crate::raster::Raster;

    /// Upright bars are class 1, flat ones the first reject class.
    fn bars() -> Pool {
        let bar = |class: usize, width: usize, height: usize| {
            let ink = Raster { left: 0, top: 0, width, height, ink: vec![255; width * height] };
            Sample { glyph: glyph_of(&ink).expect("a bar has ink"), class }
        };
        Pool {
            sources: vec![Source {
                name: "bars",
                share: 1.,
                samples: vec![bar(1, 4, 20), bar(DIGITS, 20, 4)],
                changes: &[],
                doubtful: true,
            }],
        }
    }

    #[test]
    fn training_learns_and_resumes_where_it_stopped() {
        let root = std::env::temp_dir().join(format!("ink-number-train-{}", std::process::id()));
        let config = TrainConfig {
            channels: [4; 5],
            hidden: 8,
            steps: 200,
            batch: 16,
            learning_rate: 0.01,
            threads: 1,
            ..TrainConfig::default()
        };
        let pool = bars();
        let run = |last: usize, folder: &str| {
            let dir = &root.join(folder);
            let materials =
                Materials { start: None, teachers: &[], pool: &pool, validation: &pool.sources[0].samples, dir };
            train_to(last, &config, materials).expect("training runs")
        };
        let weights = run(200, "whole");
        let trained = Weights::of_networks(vec![weights.clone()], START);
        let samples = &pool.sources[0].samples;
        for (Scores { logits, .. }, sample) in scores_of(&trained, &glyphs_of(samples)).iter().zip(samples) {
            let best = (0..CLASSES).max_by(|&a, &b| logits[a].total_cmp(&logits[b]));
            assert_eq!(best, Some(sample.class), "{logits:?}");
        }
        // Stopped half way and begun again it comes to the same weights.
        assert_ne!(run(100, "halves"), weights);
        assert_eq!(run(200, "halves"), weights);
        fs::remove_dir_all(&root).expect("the folder was made above");
    }

    #[test]
    fn teachers_are_asked_of_what_is_doubtful_alone() {
        let config = TrainConfig { channels: [4; 5], hidden: 8, ..TrainConfig::default() };
        let teacher = Learner::new(&random_weights(&config));
        let sample = bars().sources[0].samples[0].clone();
        let batch = Batch {
            glyphs: vec![sample.glyph.clone(), sample.glyph],
            classes: vec![sample.class; 2],
            doubtful: vec![true, false],
        };
        let mut work = vec![Workspace::default()];
        let [doubtful, certain] = targets(&config, &batch, &[teacher], &mut work)[..] else { panic!("two glyphs") };
        assert_eq!(certain, target_of(sample.class));
        assert!(
            (0.5..0.9).contains(&doubtful[sample.class]),
            "half the truth, half of one who knows nothing: {doubtful:?}"
        );
    }
}

//! `ink-number train`: from the data folder to a weights file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use clap::{Args, ValueEnum};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use super::compose::{Hands, Spacing};
use super::cuts::learn_cuts;
use super::datasets::{TrainingData, data_dir, training_data};
use super::fit::{self, ScoredString};
use super::jury::{Jury, JuryConfig};
use super::letters;
use super::pool::{Pool, Sample, glyphs_of, is_digit, random_scan, random_string};
use super::scribble;
use super::sheet::contact_sheet;
use super::trainer::{Materials, Recipe, TrainConfig, train};
use super::trajectories::learn_trajectories;
use super::{read_weights, scores_of};
use crate::classify::{CLASSES, Calibration, Classifier, Glyph, Scores};
use crate::cli::hand::examples_of;
use crate::confidence::Policy;
use crate::ink::Input;
use crate::lattice::Strategy;
use crate::model::{CpuClassifier, MAX_NETWORKS, NetworkWeights, Weights};
use crate::recognizer::{Prepared, Recognizer, prepare};
use crate::segment::CutModel;
use crate::trajectory::TrajectoryModel;

/// Trains networks and fits their settings on held-back rows.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Where the data sets lie [default: INK_NUMBER_DATA, else ../shared/data beside the project]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where checkpoints go; a run of the same settings resumes from there
    #[arg(long, default_value = "target/train")]
    checkpoints: PathBuf,
    /// Where the weights and the config that made them go
    #[arg(long, default_value = "model")]
    out: PathBuf,
    /// Channels of the five convolutions
    #[arg(long, value_delimiter = ',', num_args = 1, default_values_t = TrainConfig::default().channels)]
    channels: Vec<u16>,
    /// Width of the dense layer
    #[arg(long, default_value_t = TrainConfig::default().hidden)]
    hidden: u16,
    /// Go on from the networks and their configs in this folder, in their shapes, instead of from one of random weights; its model of
    /// cuts stays, that of trajectories is learnt anew behind them
    #[arg(long, value_name = "DIR", conflicts_with_all = ["channels", "hidden"])]
    from: Option<PathBuf>,
    /// Do not train: put the networks in these folders together as an ensemble, and fit its settings
    #[arg(long, value_name = "DIR", num_args = 1.., conflicts_with_all = ["from", "channels", "hidden", "teachers", "refit", "jury"])]
    join: Vec<PathBuf>,
    /// Also learn from one person's labelled ink (.json, .jsonl, .jsonl.gz), {"label": "203", "strokes": ...}
    #[arg(long, value_name = "FILE", requires = "from")]
    ink: Option<PathBuf>,
    /// Weights that teach: what the mean of all their networks says of each glyph, printed bars aside, is learnt beside the truth
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "jury")]
    teachers: Vec<PathBuf>,
    /// Highest learning rate [default: 0.0025, or 0.0008 with --from]
    #[arg(long)]
    learning_rate: Option<f64>,
    /// Optimiser steps
    #[arg(long, default_value_t = TrainConfig::default().steps)]
    steps: usize,
    /// Composed strings that the glyphs are cut from
    #[arg(long, default_value_t = TrainConfig::default().strings)]
    strings: usize,
    /// Seed of everything random
    #[arg(long, default_value_t = TrainConfig::default().seed)]
    seed: u64,
    /// Threads that share each batch, of 128 glyphs; a seed gives the same networks for the same number of them alone
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: u16,
    /// What to learn from
    #[arg(long, value_enum, default_value_t = Recipe::Full)]
    recipe: Recipe,
    /// Do not train networks: for those in --out learn the models of cuts and trajectories and fit the settings anew; with ways the cuts stay; with
    /// settings both models; with cuts that model alone is learnt, and what cuts count in the path score
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "all", conflicts_with = "from")]
    refit: Option<Refit>,
    /// Train the small networks that the ways of refusing are compared with into this folder, instead of those that ship; those
    /// that are there stay
    #[arg(long, value_name = "DIR", conflicts_with_all = ["refit", "from"])]
    jury: Option<PathBuf>,
    /// Also write contact sheets of the training glyphs, one PNG a source, into this folder
    #[arg(long)]
    sheets: Option<PathBuf>,
}

/// What is learnt again for networks that stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Refit {
    All,
    Ways,
    Settings,
    Cuts,
}

/// Highest learning rate where training goes on: what was learnt is to stay.
const GENTLE: f64 = 8e-4;

/// Share of held-back digits that the default threshold lets in.
const ACCEPTED_DIGITS: f64 = 0.97;

/// Share of the held-back strings read right that the decision gives out: like a digit's, it is set by what must get through.
const ANSWERED_STRINGS: f64 = 0.94;

/// Held-back glyphs that networks are watched by, and those that calibration and thresholds are fitted on: of the few that are read wrong there must be
/// enough.
const VALIDATED_GLYPHS: usize = 6000;
const CALIBRATED_GLYPHS: usize = 30_000;

/// A network and the config that made it.
type Trained = (NetworkWeights, TrainConfig);

/// What `train` wrote into a folder: the weights, and for each of their networks the config that made it.
struct Written {
    weights: Weights,
    configs: Vec<TrainConfig>,
}

/// Runs the command.
///
/// # Errors
/// Where data is missing or a file cannot be written.
pub fn run_train(args: &TrainArgs) -> Result<()> {
    let config = TrainConfig {
        recipe: args.recipe,
        channels: args
            .channels
            .clone()
            .try_into()
            .map_err(|c| anyhow!("--channels: expected five widths, saw {c:?}"))?,
        hidden: args.hidden,
        steps: args.steps,
        strings: args.strings,
        seed: args.seed,
        threads: args.threads.into(),
        learning_rate: args.learning_rate.unwrap_or(if args.from.is_some() {
            GENTLE
        } else {
            TrainConfig::default().learning_rate
        }),
        ..TrainConfig::default()
    };
    let written = match (&args.from, args.refit) {
        (Some(dir), _) => vec![read_written(dir)?],
        (None, Some(_)) => vec![read_written(&args.out)?],
        (None, None) => args.join.iter().map(|dir| read_written(dir)).collect::<Result<_>>()?,
    };
    // Where networks stay, the search for settings begins at theirs too.
    let known: Vec<Policy> = match args.from {
        Some(_) => Vec::new(),
        None => written.iter().map(|one| one.weights.policy).collect(),
    };
    let pairs = |one: &Written| one.weights.networks.clone().into_iter().zip(one.configs.clone());
    let given: Vec<Trained> = written.iter().flat_map(pairs).collect();
    // That of --from or --refit.
    let before = written.first().filter(|_| args.join.is_empty());
    let stays = || &before.expect("--from and --refit read one folder").weights;
    let seen = given.len();
    ensure!(seen <= MAX_NETWORKS, "--join: expected at most {MAX_NETWORKS} networks, saw {seen}");
    for (_, TrainConfig { recipe, .. }) in &given {
        ensure!(args.join.is_empty() || *recipe == Recipe::Full, "--join: expected the recipe full, saw {recipe:?}");
    }
    let teachers = args.teachers.iter().map(|path| read_weights(path)).collect::<Result<Vec<_>>>()?;
    ensure!(
        teachers.is_empty() || config.recipe == Recipe::Full,
        "--teachers: expected the recipe full, whose classes they know, saw {:?}",
        config.recipe
    );
    let data = args.data.clone().unwrap_or_else(data_dir);
    eprintln!("reading the data sets in {}", data.display());
    let (kept, held) = training_data(&data)?;
    let cuts_stay = args.from.is_some() || matches!(args.refit, Some(Refit::Ways | Refit::Settings));
    let cuts = if cuts_stay {
        stays().cuts.clone()
    } else {
        eprintln!("learning where digits part");
        learn_cuts(&kept, config.strings, config.seed ^ 0xc7)
    };
    if args.refit == Some(Refit::Cuts) {
        let configs = given.into_iter().map(|(_, config)| config).collect::<Vec<_>>();
        let weights = Weights { cuts, ..stays().clone() };
        let report = |round, loss| eprintln!("round {round}: loss {loss:.4}");
        let fit = |strings: &[ScoredString], policy| fit::cut_weights(strings, policy, report);
        return write_trained(&args.out, &with_path_weights(weights, &held, config.seed, fit), &configs);
    }
    eprintln!("composing and cutting strings");
    let validation = Pool::build(&held, &cuts, config.strings / 12, config.seed + 1)?;
    let calibrating = evenly(&validation, CALIBRATED_GLYPHS, config.seed + 2);
    let validation = &calibrating[..VALIDATED_GLYPHS];
    let trained = if args.refit.is_some() || !args.join.is_empty() {
        given
    } else {
        let mut pool = match config.recipe {
            Recipe::Full | Recipe::Other | Recipe::Gate => Pool::build(&kept, &cuts, config.strings, config.seed)?,
            Recipe::Plain => Pool::plain(&kept),
        };
        let own_digits = match &args.ink {
            Some(path) => add_hand(&mut pool, path, stays())?,
            None => 0,
        };
        for source in &pool.sources {
            eprintln!("{:>8} {}", source.samples.len(), source.name);
        }
        if let Some(dir) = &args.sheets {
            write_sheets(&pool, dir)?;
        }
        if let Some(dir) = &args.jury {
            let checkpoints = args.checkpoints.join("jury");
            let config = JuryConfig { network: config, accepted: ACCEPTED_DIGITS, checkpoints };
            Jury::train(&config, &pool, validation, dir)?;
            eprintln!("wrote {}", dir.display());
            return Ok(());
        }
        // A file's checksum ends it; the checksum of all of it is the same for every file.
        let checksum = |weights: &Weights| {
            let bytes = weights.to_bytes();
            format!("{:08x}", u32::from_le_bytes(*bytes.last_chunk().expect("a file ends with its checksum")))
        };
        let config = TrainConfig { own_digits, teachers: teachers.iter().map(checksum).collect(), ..config };
        let onwards = |before: &TrainConfig| TrainConfig {
            channels: before.channels,
            hidden: before.hidden,
            from: Some(Box::new(before.clone())),
            ..config.clone()
        };
        let runs: Vec<(Option<&NetworkWeights>, TrainConfig)> = match &given[..] {
            [] => vec![(None, config.clone())],
            given => given.iter().map(|(network, before)| (Some(network), onwards(before))).collect(),
        };
        let teachers: Vec<NetworkWeights> = teachers.into_iter().flat_map(|t| t.networks).collect();
        let count = runs.len();
        let learn = |(number, (start, config)): (usize, (Option<&NetworkWeights>, TrainConfig))| {
            eprintln!("training network {} of {count}", number + 1);
            let dir = &args.checkpoints.join(number.to_string());
            let materials = Materials { start, teachers: &teachers, pool: &pool, validation, dir };
            Ok((train(&config, materials)?, config))
        };
        runs.into_iter().enumerate().map(learn).collect::<Result<_>>()?
    };
    let (networks, configs): (Vec<_>, Vec<_>) = trained.into_iter().unzip();
    let trajectories = match configs[0].recipe {
        Recipe::Full if args.refit == Some(Refit::Settings) => stays().trajectories.clone(),
        Recipe::Full => {
            eprintln!("learning what the way of the pen says");
            let mut fresh = Pool::build(&kept, &cuts, config.strings / 2, config.seed + 3)?;
            fresh.add_told_by_way(&kept, config.strings / 2, config.seed + 4);
            if let Some(dir) = args.sheets.as_ref().filter(|_| args.refit.is_some()) {
                write_sheets(&fresh, dir)?;
            }
            learn_trajectories(&fresh, &Weights::of_networks(networks.clone(), fit::START), config.seed ^ 0x7a)
        }
        Recipe::Other | Recipe::Gate | Recipe::Plain => TrajectoryModel::blank(),
    };
    let weights = calibrated(networks, cuts, trajectories, &calibrating);
    let report = |round, loss| eprintln!("round {round}: loss {loss:.4}");
    let fit = |strings: &[ScoredString], policy| fit::path_weights(strings, policy, &known, report);
    write_trained(&args.out, &with_path_weights(weights, &held, config.seed, fit), &configs)
}

fn write_trained(out: &Path, weights: &Weights, configs: &[TrainConfig]) -> Result<()> {
    // A training that went astray must not look like one that did not.
    Weights::from_bytes(&weights.to_bytes()).context("the training came to no usable weights")?;
    fs::create_dir_all(out)?;
    let weights_path = out.join(WEIGHTS_FILE);
    fs::write(&weights_path, weights.to_bytes())?;
    fs::write(out.join(CONFIG_FILE), serde_json::to_string_pretty(&configs)? + "\n")?;
    fs::write(out.join("policy.json"), serde_json::to_string_pretty(&weights.policy)? + "\n")?;
    eprintln!("wrote {}", weights_path.display());
    Ok(())
}

/// The files of [`Written`].
const WEIGHTS_FILE: &str = "ink-number.weights";
const CONFIG_FILE: &str = "config.json";

/// What lies in a folder that `train` wrote.
fn read_written(dir: &Path) -> Result<Written> {
    let path = dir.join(CONFIG_FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    let configs: Vec<TrainConfig> =
        serde_json::from_str(&text).with_context(|| format!("could not use {}", path.display()))?;
    let weights = read_weights(&dir.join(WEIGHTS_FILE))?;
    let (expected, seen) = (weights.networks.len(), configs.len());
    ensure!(expected == seen, "could not use {}: expected {expected} configs, saw {seen}", path.display());
    Ok(Written { weights, configs })
}

/// Adds the digits of one person's ink to what is learnt from, taken apart by these weights, and gives their number.
fn add_hand(pool: &mut Pool, ink: &Path, weights: &Weights) -> Result<usize> {
    let mut reader = Recognizer::new(CpuClassifier::load(weights), weights.policy, weights.cuts.clone());
    let examples = examples_of(ink, &mut reader)?;
    let count = examples.len();
    pool.add_hand(examples);
    Ok(count)
}

fn evenly(pool: &Pool, count: usize, seed: u64) -> Vec<Sample> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| pool.draw(&mut rng).0.clone()).collect()
}

fn write_sheets(pool: &Pool, dir: &Path) -> Result<()> {
    fs::create_dir_all(dir)?;
    for source in &pool.sources {
        let name: String = source.name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let step = (source.samples.len() / 600).max(1);
        let glyphs: Vec<&Glyph> = source.samples.iter().step_by(step).take(600).map(|s| &s.glyph).collect();
        contact_sheet(&glyphs, 30).save(dir.join(name + ".png"))?;
    }
    Ok(())
}

/// The networks with calibration and thresholds fitted on held-back glyphs.
fn calibrated(
    networks: Vec<NetworkWeights>,
    cuts: CutModel,
    mut trajectories: TrajectoryModel,
    samples: &[Sample],
) -> Weights {
    let glyphs = glyphs_of(samples);
    let classes: Vec<usize> = samples.iter().map(|s| s.class).collect();
    let logits_of =
        |weights: &Weights| -> Vec<_> { scores_of(weights, &glyphs).into_iter().map(|s| s.logits).collect() };
    let mut weights = Weights { cuts, ..Weights::of_networks(networks, fit::START) };
    let evidence = |glyph: &Glyph| glyph.trajectory.as_ref().map_or([0.; CLASSES], |way| trajectories.evidence(way));
    let evidence: Vec<_> = glyphs.iter().map(evidence).collect();
    // What knows nothing has no weight to find.
    if trajectories != TrajectoryModel::blank() {
        let weight = fit::trajectory_weight(&logits_of(&weights), &evidence, &classes);
        eprintln!("what the trajectory says counts {weight:.3} times");
        trajectories.0.scale_outputs(weight);
    }
    weights.trajectories = trajectories;
    let logits = logits_of(&weights);
    let calibration = fit::calibration(&logits, &classes);
    let scored = |l: &[f32; CLASSES]| Scores::calibrated(*l, calibration);
    let digits: Vec<Scores> =
        logits.iter().zip(samples).filter(|(_, s)| is_digit(s.class)).map(|(l, _)| scored(l)).collect();
    let thresholds = fit::thresholds(&digits, ACCEPTED_DIGITS);
    let Calibration { temperature, reject_bias } = calibration;
    eprintln!("{calibration:?}");
    Weights { policy: Policy { temperature, reject_bias, thresholds, ..fit::START }, ..weights }
}

/// The weights with those of the path score found by `fit` on held-back strings.
fn with_path_weights(
    weights: Weights,
    held: &TrainingData,
    seed: u64,
    fit: impl FnOnce(&[ScoredString], Policy) -> Policy,
) -> Weights {
    eprintln!("fitting the path score");
    let strings = held_strings(held, &weights, seed.wrapping_add(0xf17), FITTED_STRINGS);
    let policy = fit(&strings, weights.policy);
    let policy = Policy { least_probability: fit::least_probability(&strings, &policy, ANSWERED_STRINGS), ..policy };
    eprintln!("{policy:?}");
    let others = held_strings(held, &weights, seed.wrapping_add(0x0e7), REPORTED_STRINGS);
    eprintln!("strings not fitted on: loss {:.4}", fit::string_loss(&others, &policy));
    for strategy in Strategy::ALL {
        eprintln!("strings not fitted on, {strategy}: {}", fit::report(&others, &policy, strategy));
    }
    Weights { policy, ..weights }
}

/// Strings that settings are fitted on, and others that are only reported on. Of 12,000 each, two seeds came to losses of others that were 0.004 apart.
const FITTED_STRINGS: usize = 24_000;
const REPORTED_STRINGS: usize = 10_000;

/// Every how many-th of the drawn letters and signs that settings are fitted on is written as a digit is. Nobody can tell it, and a probability
/// that knows of none is too high. A guess: of Latin's 52 letters I l O o S s Z z are, and often b and q.
const LETTERS_A_DOUBLE: usize = 6;

/// A letter that is a digit as it stands.
fn a_letters_double(held: &TrainingData, rng: &mut StdRng) -> Input {
    const DOUBLES: [&str; 6] = ["0", "1", "2", "5", "6", "9"];
    loop {
        let digit = random_string(held, 1, Spacing::Apart, Hands::Strange, rng);
        if DOUBLES.contains(&digit.text.as_str()) {
            return digit.input;
        }
    }
}

/// Composed strings of held-back digits as forms hold them, and scribbles, brackets, letters and signs beside them, scored.
fn held_strings(held: &TrainingData, weights: &Weights, seed: u64, count: usize) -> Vec<ScoredString> {
    let one = |i: usize| {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(i as u64 + 1));
        let (text, input) = match i % 20 {
            0 if i % 40 == 20 => (None, Input::Strokes(letters::bracket(&mut rng))),
            0 => (None, Input::Strokes(scribble::scribble(&mut rng))),
            1 if i % (40 * LETTERS_A_DOUBLE) == 1 => (None, a_letters_double(held, &mut rng)),
            1 if i % 40 == 1 => (None, Input::Strokes(letters::written(&held.letters, &mut rng))),
            1 => (None, Input::Strokes(held.signs[i % held.signs.len()].ink().expect("finite points"))),
            17.. => {
                let scan = random_scan(held, rng.random_range(1..=6), &mut rng);
                (Some(scan.text), scan.input)
            }
            kind => {
                let spacing = match kind {
                    2..=4 => Spacing::Touching,
                    5..=9 => Spacing::Natural,
                    _ => Spacing::Apart,
                };
                let composed = random_string(held, rng.random_range(1..=6), spacing, Hands::Strange, &mut rng);
                (Some(composed.text), composed.input)
            }
        };
        (text, prepare(&input, &weights.cuts))
    };
    let prepared: Vec<_> = (0..count).into_par_iter().map(one).collect();
    let score = |classifier: &mut CpuClassifier, (text, prepared): (Option<String>, Prepared)| {
        let scores = pollster::block_on(classifier.classify(&prepared.glyphs)).expect("the CPU engine answers");
        ScoredString { text, prepared, scores }
    };
    prepared.into_par_iter().map_init(|| CpuClassifier::load(weights), score).collect()
}

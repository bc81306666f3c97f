//! The ways of refusing that one network of digits and reject classes is not enough for: each seat of the jury is a network of the same
//! small shape, trained in the same way but for what its seat stands for. They exist to be compared with what ships.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::fit;
use super::learner::Dropout;
use super::pool::{Pool, Sample, glyphs_of, is_digit};
use super::trainer::{Materials, Recipe, TrainConfig, train};
use super::{read_weights, scores_of};
use crate::classify::{Calibration, Classifier, DIGITS, Glyph, Scores};
use crate::confidence::Policy;
use crate::model::{CpuClassifier, Weights};
use crate::refusal::{Opinion, RefusalMethod};

/// The networks, by file name; the first three differ in their seeds alone and are the ensemble.
const SEATS: [(&str, Recipe, f32); 6] = [
    ("first", Recipe::Full, 0.),
    ("second", Recipe::Full, 0.),
    ("third", Recipe::Full, 0.),
    ("other", Recipe::Other, 0.),
    ("gate", Recipe::Gate, 0.),
    ("dropout", Recipe::Full, DROPPED),
];
const ENSEMBLE: usize = 3;
const OTHER: usize = 3;
const GATE: usize = 4;
const DROPOUT: usize = 5;

/// Share of the hidden units that Monte-Carlo dropout leaves out, in training and in use, and how often it asks.
const DROPPED: f32 = 0.3;
const ASKED: usize = 20;

/// The six networks with what was fitted for them.
#[derive(Debug)]
pub struct Jury {
    networks: Vec<Weights>,
    fitted: Fitted,
}

/// What is learnt beside the networks.
#[derive(Debug, Serialize, Deserialize)]
struct Fitted {
    /// Least acceptance by each method's name, which lets the same share of digits in as the shipped one.
    thresholds: BTreeMap<String, f64>,
    /// Mean features of each digit by the first network.
    means: Vec<Vec<f32>>,
    /// Inverse of the features' covariance about those means.
    precision: Vec<Vec<f32>>,
}

/// How the jury is trained.
#[derive(Debug, Clone)]
pub struct JuryConfig {
    /// Of every network; recipe, seed and dropout are those of its seat.
    pub network: TrainConfig,
    /// Share of held-back digits that every threshold lets in.
    pub accepted: f64,
    /// Where checkpoints go, a folder for each seat; a run of the same config resumes from there.
    pub checkpoints: PathBuf,
}

impl Jury {
    /// Trains every seat that `dir` does not hold yet, fits what belongs to them on held-back samples, and saves all in `dir`.
    ///
    /// # Errors
    /// Where a file cannot be written or a checkpoint not be used.
    pub fn train(config: &JuryConfig, pool: &Pool, held: &[Sample], dir: &Path) -> Result<Self> {
        let JuryConfig { network, accepted, checkpoints } = config;
        fs::create_dir_all(dir).with_context(|| format!("could not make {}", dir.display()))?;
        for (seat, (name, recipe, dropout)) in SEATS.into_iter().enumerate() {
            let path = dir.join(name).with_extension("weights");
            if path.exists() {
                continue;
            }
            eprintln!("training the {name} network of the jury");
            let seed = network.seed + 1000 * seat as u64;
            let config = TrainConfig { recipe, dropout, seed, ..network.clone() };
            let checkpoints = checkpoints.join(name);
            let materials = Materials { start: None, teachers: &[], pool, validation: held, dir: &checkpoints };
            let networks = vec![train(&config, materials)?];
            let weights = Weights::of_networks(networks, fit::START);
            let logits: Vec<_> = scores_of(&weights, &glyphs_of(held)).into_iter().map(|s| s.logits).collect();
            let classes: Vec<usize> = held.iter().map(|s| recipe.class(s.class)).collect();
            let Calibration { temperature, reject_bias } = fit::calibration(&logits, &classes);
            let policy = Policy { temperature, reject_bias, ..fit::START };
            fs::write(&path, Weights { policy, ..weights }.to_bytes())?;
            fs::remove_dir_all(&checkpoints)?;
        }
        let networks = Self::networks(dir)?;
        let mut jury = Self { networks, fitted: Fitted::of_features(held, dir)? };
        let digits: Vec<Glyph> = held.iter().filter(|s| is_digit(s.class)).map(|s| s.glyph.clone()).collect();
        let opinions = jury.opinions(&digits);
        for method in RefusalMethod::OF_JURY.into_iter().chain([RefusalMethod::RejectClasses]) {
            let mut accepts: Vec<f64> = opinions.iter().map(|o| method.acceptance_by(o)).collect();
            accepts.sort_by(f64::total_cmp);
            let least = accepts[((accepts.len() - 1) as f64 * (1. - accepted)) as usize];
            jury.fitted.thresholds.insert(method.name().into(), least);
        }
        fs::write(dir.join("jury.json"), serde_json::to_string(&jury.fitted)? + "\n")?;
        Ok(jury)
    }

    /// Reads what [`Jury::train`] saved.
    ///
    /// # Errors
    /// Where a file is missing or not what it should be.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("jury.json");
        let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
        let fitted = serde_json::from_str(&text).with_context(|| format!("could not use {}", path.display()))?;
        Ok(Self { networks: Self::networks(dir)?, fitted })
    }

    fn networks(dir: &Path) -> Result<Vec<Weights>> {
        let read = |(name, ..): (&str, Recipe, f32)| read_weights(&dir.join(name).with_extension("weights"));
        SEATS.into_iter().map(read).collect()
    }

    /// What every seat says of each glyph, in order.
    pub fn opinions(&self, glyphs: &[Glyph]) -> Vec<Opinion> {
        let seats: Vec<Vec<Scores>> = self.networks.iter().map(|weights| scores_of(weights, glyphs)).collect();
        let opinion = |i: usize| Opinion {
            members: seats[..ENSEMBLE].iter().map(|scores| scores[i].clone()).collect(),
            other: seats[OTHER][i].clone(),
            gate: seats[GATE][i].clone(),
            // The same glyph is judged alike wherever it comes.
            thinned: self.thinned(&seats[DROPOUT][i], crc32fast::hash(&*glyphs[i].pixels).into()),
            distance: self.fitted.distance(&seats[0][i].features),
        };
        (0..glyphs.len()).map(opinion).collect()
    }

    /// Whether `method` takes a glyph of this opinion for a digit.
    pub fn accepts(&self, method: RefusalMethod, opinion: &Opinion) -> bool {
        self.fitted.thresholds.get(method.name()).is_some_and(|&least| method.acceptance_by(opinion) >= least)
    }

    /// The seats that a method asks; the gate stands before the network that tells the digits.
    fn seats(method: RefusalMethod) -> &'static [usize] {
        match method {
            RefusalMethod::OtherClass => &[OTHER],
            RefusalMethod::Gate => &[GATE, 0],
            RefusalMethod::Dropout => &[DROPOUT],
            RefusalMethod::Ensemble | RefusalMethod::Entropy | RefusalMethod::Disagreement => &[0, 1, 2],
            _ => &[0],
        }
    }

    /// Bytes of the weights files that a method asks.
    pub fn bytes(&self, method: RefusalMethod) -> usize {
        Self::seats(method).iter().map(|&seat| self.networks[seat].to_bytes().len()).sum()
    }

    /// What asks the networks of one method, for the time that it takes: loaded before, on the thread that calls.
    pub fn asker(&self, method: RefusalMethod) -> impl Fn(&[Glyph]) {
        let loaded: Vec<_> =
            Self::seats(method).iter().map(|&seat| CpuClassifier::load(&self.networks[seat])).collect();
        move |glyphs| {
            for classifier in &loaded {
                let all = pollster::block_on(classifier.classify(glyphs)).expect("the CPU engine answers");
                if method == RefusalMethod::Dropout {
                    all.iter().for_each(|s| drop(self.thinned(s, 0)));
                }
            }
        }
    }

    /// The dropout network's scores, asked again and again with other units left out.
    fn thinned(&self, scores: &Scores, seed: u64) -> Vec<Scores> {
        let weights = &self.networks[DROPOUT];
        let mut dropout = Dropout::new(DROPPED, seed);
        let mut ask = || {
            let mut features = scores.features.clone();
            dropout.thin(&mut features);
            Scores::calibrated(weights.networks[0].logits_of_features(&features), weights.policy.calibration())
        };
        (0..ASKED).map(|_| ask()).collect()
    }
}

impl Fitted {
    /// Where digits lie among the features of the first network.
    fn of_features(samples: &[Sample], dir: &Path) -> Result<Self> {
        let weights = read_weights(&dir.join(SEATS[0].0).with_extension("weights"))?;
        let digits: Vec<&Sample> = samples.iter().filter(|s| is_digit(s.class)).collect();
        let glyphs: Vec<Glyph> = digits.iter().map(|s| s.glyph.clone()).collect();
        let features: Vec<Vec<f32>> = scores_of(&weights, &glyphs).into_iter().map(|s| s.features).collect();
        let width = features.first().map_or(0, Vec::len);
        let mut means = vec![vec![0f64; width]; DIGITS];
        let mut counts = [0usize; DIGITS];
        for (sample, features) in digits.iter().zip(&features) {
            counts[sample.class] += 1;
            means[sample.class].iter_mut().zip(features).for_each(|(sum, &v)| *sum += f64::from(v));
        }
        for (mean, count) in means.iter_mut().zip(counts) {
            mean.iter_mut().for_each(|v| *v /= count.max(1) as f64);
        }
        let mut covariance = vec![vec![0f64; width]; width];
        for (sample, features) in digits.iter().zip(&features) {
            let off: Vec<f64> = features.iter().zip(&means[sample.class]).map(|(&v, m)| f64::from(v) - m).collect();
            for (row, &a) in covariance.iter_mut().zip(&off) {
                row.iter_mut().zip(&off).for_each(|(sum, b)| *sum += a * b);
            }
        }
        let spread: f64 = (0..width).map(|i| covariance[i][i]).sum::<f64>() / width.max(1) as f64;
        for (i, row) in covariance.iter_mut().enumerate() {
            // Units that are never on would make it singular.
            row[i] += 0.01 * spread;
            row.iter_mut().for_each(|v| *v /= digits.len().max(1) as f64);
        }
        let narrow =
            |rows: Vec<Vec<f64>>| rows.into_iter().map(|r| r.into_iter().map(|v| v as f32).collect()).collect();
        Ok(Self { thresholds: BTreeMap::new(), means: narrow(means), precision: narrow(inverse(covariance)) })
    }

    /// Mahalanobis distance to the nearest digit's mean (K. Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution
    /// Samples and Adversarial Attacks", NeurIPS 2018).
    fn distance(&self, features: &[f32]) -> f64 {
        let to = |mean: &Vec<f32>| -> f64 {
            let off: Vec<f32> = features.iter().zip(mean).map(|(v, m)| v - m).collect();
            let row =
                |(row, a): (&Vec<f32>, &f32)| f64::from(*a * row.iter().zip(&off).map(|(p, b)| p * b).sum::<f32>());
            self.precision.iter().zip(&off).map(row).sum()
        };
        self.means.iter().map(to).fold(f64::INFINITY, f64::min)
    }
}

/// The inverse of a positive matrix, by Gauss and Jordan's elimination.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = matrix.len();
    let mut inverse: Vec<Vec<f64>> =
        (0..size).map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for pivot in 0..size {
        let scale = 1. / matrix[pivot][pivot];
        for row in [&mut matrix[pivot], &mut inverse[pivot]] {
            row.iter_mut().for_each(|v| *v *= scale);
        }
        let (from, from_inverse) = (matrix[pivot].clone(), inverse[pivot].clone());
        for other in (0..size).filter(|&i| i != pivot) {
            let factor = matrix[other][pivot];
            matrix[other].iter_mut().zip(&from).for_each(|(v, p)| *v -= factor * p);
            inverse[other].iter_mut().zip(&from_inverse).for_each(|(v, p)| *v -= factor * p);
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let matrix = vec![vec![4., 1., 0.], vec![1., 3., 0.5], vec![0., 0.5, 2.]];
        let inverse = inverse(matrix.clone());
        for (i, row) in matrix.iter().enumerate() {
            let product = |j: usize| row.iter().zip(&inverse).map(|(a, b)| a * b[j]).sum::<f64>();
            (0..3).for_each(|j| assert!((product(j) - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j}"));
        }
    }

    #[test]
    fn distance_is_to_the_nearest_mean_in_units_of_the_spread() {
        let means = vec![vec![0., 0.], vec![10., 0.]];
        let fitted = Fitted { thresholds: BTreeMap::new(), means, precision: vec![vec![1., 0.], vec![0., 0.25]] };
        assert_eq!(fitted.distance(&[9., 0.]), 1.);
        assert_eq!(fitted.distance(&[0., 2.]), 1.);
    }
}

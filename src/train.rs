//! Making the network: data sets, composed strings, augmentation, training, fitting of the settings, evaluation. Native only.

pub mod adamw;
pub mod augment;
pub mod calibration;
pub mod command;
pub mod compose;
pub mod cuts;
pub mod datasets;
pub mod evaluate;
pub mod fit;
pub mod hand;
pub mod jury;
pub mod kernels;
pub mod learner;
pub mod letters;
pub mod path;
pub mod pool;
pub mod scribble;
pub mod sheet;
pub mod trainer;

/// Weights from a file.
fn read_weights(path: &std::path::Path) -> anyhow::Result<crate::model::Weights> {
    use anyhow::Context;
    let bytes = std::fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    crate::model::Weights::from_bytes(&bytes).with_context(|| format!("could not use {}", path.display()))
}

/// Milliseconds since the first call, for the timings of readings.
fn milliseconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64() * 1000.
}

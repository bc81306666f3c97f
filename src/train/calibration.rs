//! How honest probabilities are: stated ones against the share that was right.

const BINS: usize = 10;

/// Readings whose probability falls into one tenth.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bin {
    /// How many.
    pub count: usize,
    /// Mean probability stated.
    pub stated: f64,
    /// Share that was right.
    pub right: f64,
}

/// Bins of (probability, right) pairs.
pub fn bins(judged: &[(f64, bool)]) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); BINS];
    for &(probability, right) in judged {
        let bin = &mut bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        bin.count += 1;
        bin.stated += probability;
        bin.right += f64::from(u8::from(right));
    }
    for bin in bins.iter_mut().filter(|b| b.count > 0) {
        bin.stated /= bin.count as f64;
        bin.right /= bin.count as f64;
    }
    bins
}

/// Expected calibration error, percent, by bins of equal width (C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
pub fn calibration_error(bins: &[Bin]) -> f64 {
    let total: usize = bins.iter().map(|b| b.count).sum();
    bins.iter().map(|b| 100. * (b.stated - b.right).abs() * b.count as f64 / total.max(1) as f64).sum()
}

/// Root mean square calibration error, percent, by bins of a hundred readings alike in probability (D. Hendrycks, M. Mazeika,
/// T. Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR 2019).
pub fn rms_calibration_error(judged: &[(f64, bool)]) -> f64 {
    const BIN: usize = 100;
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let squares = sorted.chunks(BIN).map(|bin| {
        let excess: f64 = bin.iter().map(|&(probability, right)| probability - f64::from(u8::from(right))).sum();
        excess * excess / bin.len() as f64
    });
    100. * (squares.sum::<f64>() / judged.len().max(1) as f64).sqrt()
}

/// For each share of readings answered, the surest first, the share of the answers that is wrong; both 0 to 1 (Y. Geifman, R. El-Yaniv,
/// "Selective Classification for Deep Neural Networks", NeurIPS 2017).
pub fn risk_by_coverage(judged: &[(f64, bool)]) -> Vec<(f64, f64)> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut wrong = 0;
    let point = |(i, &(_, right)): (usize, &(f64, bool))| {
        wrong += usize::from(!right);
        ((i + 1) as f64 / judged.len() as f64, f64::from(wrong as u32) / (i + 1) as f64)
    };
    sorted.iter().enumerate().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_probabilities_have_no_calibration_error() {
        let judged: Vec<(f64, bool)> = (0..100).map(|i| (0.75, i % 4 != 0)).collect();
        assert!(calibration_error(&bins(&judged)) < 1e-9);
    }

    #[test]
    fn boasting_shows() {
        let judged = vec![(0.95, false); 10];
        assert!((calibration_error(&bins(&judged)) - 95.).abs() < 1e-9);
    }

    #[test]
    fn the_root_mean_square_weighs_what_is_far_off() {
        let off = |by: f64| -> Vec<(f64, bool)> { (0..100).map(|i| (0.5 + by, i < 50)).collect() };
        let both = [off(0.), off(0.4)].concat();
        assert!((rms_calibration_error(&both) - 100. * (0.16f64 / 2.).sqrt()).abs() < 1e-9);
        assert!((calibration_error(&bins(&both)) - 20.).abs() < 1e-9);
        assert_eq!(rms_calibration_error(&[]), 0.);
    }

    #[test]
    fn the_surest_are_answered_first() {
        let judged = [(0.2, false), (0.9, true), (0.8, true), (0.7, false)];
        assert_eq!(risk_by_coverage(&judged), [(0.25, 0.), (0.5, 0.), (0.75, 1. / 3.), (1., 0.5)]);
    }
}

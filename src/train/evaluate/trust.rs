//! How far probabilities can be trusted: calibration alone and among non-digits, and how wrong the surest readings are.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;
use serde::Serialize;

use super::tables;
use crate::train::calibration::{bins, calibration_error, risk_by_coverage, rms_calibration_error};

/// Stated probability and whether it was right, for each reading of a row.
pub type Judged = Vec<(f64, bool)>;

/// One non-digit to so many readings of digits, as in D. Hendrycks et al. ("Deep Anomaly Detection with Outlier Exposure", ICLR 2019).
const DIGITS_A_NON_DIGIT: usize = 5;

/// Calibration of one row; percent.
#[derive(Debug, Serialize)]
pub struct CalibrationResult {
    /// What was read, and what was mixed in.
    pub row: String,
    /// Expected calibration error.
    pub expected: f64,
    /// Root mean square calibration error.
    pub root_mean_square: f64,
}

/// Error among the surest readings of one row; percent.
#[derive(Debug, Serialize)]
pub struct RiskResult {
    /// The row.
    pub row: &'static str,
    /// Error among the surest readings, for each of [`COVERAGES`].
    pub errors: [f64; COVERAGES.len()],
    #[serde(skip)]
    curve: Vec<(f64, f64)>,
}

/// Percent of the readings that are answered.
const COVERAGES: [usize; 6] = [80, 85, 90, 95, 97, 100];

/// Calibration of a row alone and with non-digits mixed in, which no probability is right of.
pub fn calibration(row: &str, judged: &Judged, non_digits: &str, others: &Judged) -> [CalibrationResult; 2] {
    let result = |row: String, judged: &Judged| CalibrationResult {
        row,
        expected: calibration_error(&bins(judged)),
        root_mean_square: rms_calibration_error(judged),
    };
    let count = judged.len() / DIGITS_A_NON_DIGIT;
    let step = (others.len() / count.max(1)).max(1);
    let mixed = judged.iter().chain(others.iter().step_by(step).take(count)).copied().collect();
    let with = format!("{row}, and to every {DIGITS_A_NON_DIGIT} of them one of {non_digits}");
    [result(row.into(), judged), result(with, &mixed)]
}

/// Error by coverage of one row.
pub fn risk(row: &'static str, judged: &Judged) -> RiskResult {
    let curve = risk_by_coverage(judged);
    let at = |percent: usize| curve.get((curve.len() * percent / 100).max(1) - 1).map_or(0., |&(_, risk)| 100. * risk);
    RiskResult { row, errors: COVERAGES.map(at), curve }
}

/// Both tables, and the picture of the curves.
pub fn tables(page: &mut String, calibration: &[CalibrationResult], risks: &[RiskResult]) {
    let note = "*Expected* calibration error by ten bins of equal width, *root mean square* by bins of a hundred readings alike, which is \
                the one that papers with outliers give. Of a non-digit no probability of a number is right.";
    let row =
        |r: &CalibrationResult| vec![r.row.clone(), tables::percent(r.expected), tables::percent(r.root_mean_square)];
    tables::table(page, "Calibration", note, &["row", "expected", "root mean square"], calibration.iter().map(row));
    let note = "Error among the surest readings, when so many percent of all are answered: whatever the decision says.";
    let shares: Vec<String> = COVERAGES.iter().map(|c| format!("{c} %")).collect();
    let head: Vec<&str> = std::iter::once("row").chain(shares.iter().map(String::as_str)).collect();
    let row = |r: &RiskResult| std::iter::once(r.row.to_owned()).chain(r.errors.map(tables::percent)).collect();
    tables::table(page, "Risk by coverage", note, &head, risks.iter().map(row));
    page.push_str(&format!("\n![risk by coverage](figures/{RISK_FILE})\n"));
}

const RISK_FILE: &str = "risk-by-coverage.svg";

/// Draws the curves of all rows.
///
/// # Errors
/// Where the file cannot be written.
pub fn draw(dir: &Path, risks: &[RiskResult]) -> Result<()> {
    draw_curves(&dir.join(RISK_FILE), risks).map_err(|e| anyhow!("could not draw {RISK_FILE}: {e}"))
}

fn draw_curves(path: &Path, risks: &[RiskResult]) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(path, (640, 400)).into_drawing_area();
    root.fill(&WHITE)?;
    let most = risks.iter().flat_map(|r| &r.curve).map(|p| p.1).fold(0.05, f64::max).min(0.3);
    let mut chart = ChartBuilder::on(&root)
        .caption("error among the surest readings", ("sans-serif", 16))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..1.0, 0.0..most)?;
    chart.configure_mesh().x_desc("share answered").y_desc("share of the answers that is wrong").draw()?;
    for (i, risk) in risks.iter().enumerate() {
        let colour = Palette99::pick(i).to_rgba();
        // Every point would make a large picture of a smooth line.
        let step = (risk.curve.len() / 200).max(1);
        let points = risk.curve.iter().skip(risk.curve.len() / 50).step_by(step).copied();
        let line = chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
        line.label(risk.row).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().position(SeriesLabelPosition::UpperLeft).background_style(WHITE).draw()?;
    root.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_of_non_digits_is_ill_calibrated() {
        let honest: Judged = (0..1000).map(|i| (0.9, i % 10 != 0)).collect();
        let [alone, mixed] = calibration("digits", &honest, "letters", &vec![(0.9, false); 300]);
        assert!(alone.expected < 1e-9 && mixed.expected > 10., "{alone:?} {mixed:?}");
        assert_eq!(mixed.row, "digits, and to every 5 of them one of letters");
    }

    #[test]
    fn risk_is_read_off_the_curve() {
        let judged: Judged = (0..100).map(|i| (1. - f64::from(i) / 100., i < 90)).collect();
        let rounded = risk("row", &judged).errors.map(|e| (e * 100.).round() as i32);
        assert_eq!(rounded, [0, 0, 0, 526, 722, 1000]);
    }
}

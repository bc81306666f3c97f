//! Reliability diagrams: how often readings of a stated probability are right.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use crate::train::calibration::Bin;

/// A row's name as part of a file name.
pub fn slug(row: &str) -> String {
    let plain = row.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let joined: String = plain.collect();
    let words: Vec<&str> = joined.split('-').filter(|w| !w.is_empty()).collect();
    words.join("-")
}

/// File name of a row's diagram.
pub fn file_name(row: &str) -> String {
    format!("reliability-{}.svg", slug(row))
}

/// Draws the reliability diagram of one row.
///
/// # Errors
/// Where the file cannot be written.
pub fn reliability(dir: &Path, row: &str, bins: &[Bin]) -> Result<()> {
    draw(&dir.join(file_name(row)), row, bins).map_err(|e| anyhow!("could not draw the diagram of {row}: {e}"))
}

fn draw(path: &Path, row: &str, bins: &[Bin]) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(path, (420, 360)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(row, ("sans-serif", 16))
        .margin(10)
        .x_label_area_size(36)
        .y_label_area_size(44)
        .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    chart.configure_mesh().x_desc("probability stated").y_desc("share right").draw()?;
    chart.draw_series(LineSeries::new([(0., 0.), (1., 1.)], BLACK.mix(0.4)))?;
    let inked = || bins.iter().filter(|b| b.count > 0);
    chart.draw_series(LineSeries::new(inked().map(|b| (b.stated, b.right)), BLUE.stroke_width(2)))?;
    let most = bins.iter().map(|b| b.count).max().unwrap_or(1) as f64;
    let size = |b: &Bin| (3. + 7. * (b.count as f64 / most).sqrt()) as i32;
    chart.draw_series(inked().map(|b| Circle::new((b.stated, b.right), size(b), BLUE.mix(0.5).filled())))?;
    root.present()?;
    Ok(())
}

//! The surest mistakes of a row as one contact sheet: mistakes teach more than figures do.

use std::path::Path;

use anyhow::Result;

use crate::ink::{Input, Stroke};
use crate::svg::{Anchor, Picture, Svg};

/// How many are shown.
const SHOWN: usize = 20;
const COLUMNS: usize = 4;
/// Width and height of a cell, and what of it the ink may fill, CSS px.
const CELL: [f64; 2] = [240., 140.];
const INK: [f64; 2] = [224., 92.];

const STYLE: &str =
    "text{font:14px system-ui,'DejaVu Sans',sans-serif;fill:#1e293b}.small{font-size:11px;fill:#64748b}";

/// One mistake.
pub struct Mistake<'a> {
    /// What was shown.
    pub input: &'a Input,
    /// Its place in the row.
    pub index: usize,
    /// What was read, and what it truly is.
    pub read: String,
    /// As `read`.
    pub truth: String,
    /// How sure the reading was, 0 to 1.
    pub probability: f64,
}

/// Writes the surest mistakes of a row to `path` as SVG.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_sheet(path: &Path, row: &str, mut mistakes: Vec<Mistake>) -> Result<()> {
    let total = mistakes.len();
    mistakes.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.index.cmp(&b.index)));
    mistakes.truncate(SHOWN);
    let mut svg = Svg::new(CELL[0] * COLUMNS as f64);
    let title = format!("{row}: the {} surest of {total} mistakes", mistakes.len());
    svg.text_xy([8., 20.], Anchor::Start, "", &title);
    for (i, mistake) in mistakes.iter().enumerate() {
        let (x, y) = ((i % COLUMNS) as f64 * CELL[0], 30. + (i / COLUMNS) as f64 * CELL[1]);
        draw(&mut svg, mistake, [x, y])?;
    }
    let height = 30. + mistakes.len().div_ceil(COLUMNS) as f64 * CELL[1];
    std::fs::write(path, svg.finish(height, &title, STYLE))?;
    Ok(())
}

fn draw(svg: &mut Svg, mistake: &Mistake, [x, y]: [f64; 2]) -> Result<()> {
    svg.rect_xywh([x + 2., y + 2., CELL[0] - 4., CELL[1] - 4.], 4., r##"fill="none" stroke="#cbd5e1""##);
    let read = format!("{} for {}", mistake.read, mistake.truth);
    svg.text_xy([x + 8., y + CELL[1] - 12.], Anchor::Start, "", read);
    let sure = format!("#{}  {:.1} %", mistake.index, 100. * mistake.probability);
    svg.text_xy([x + CELL[0] - 8., y + CELL[1] - 12.], Anchor::End, "small", sure);
    match mistake.input {
        Input::Picture(image) => {
            let scale = (INK[0] / image.width() as f64).min(INK[1] / image.height() as f64);
            let size = [image.width() as f64 * scale, image.height() as f64 * scale];
            let picture = Picture { width: image.width(), height: image.height(), rgba: image.data().to_vec() };
            svg.image_xywh([x + 8., y + 8., size[0], size[1]], &picture, r#"style="image-rendering:pixelated""#)
        }
        Input::Strokes(ink) => {
            let Some(bounds) = ink.strokes().iter().map(Stroke::bounds).reduce(|a, b| a.union(&b)) else {
                return Ok(());
            };
            let scale = (INK[0] / bounds.width.max(1e-9)).min(INK[1] / bounds.height.max(1e-9));
            for stroke in ink.strokes() {
                let place = |p: &crate::ink::InkPoint| {
                    format!("{:.1},{:.1}", x + 8. + (p.at.x - bounds.x) * scale, y + 8. + (p.at.y - bounds.y) * scale)
                };
                let points: Vec<String> = stroke.points().iter().map(place).collect();
                svg.add(format_args!(
                    r##"<polyline points="{}" fill="none" stroke="#1e3a8a" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>"##,
                    points.join(" ")
                ));
            }
            Ok(())
        }
    }
}

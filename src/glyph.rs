//! Ink to glyph, as MNIST was made: scaled into a 20x20 box by aspect ratio, placed in 28x28 with its centre of mass in the middle
//! (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"). A glyph of MNIST's own passes unchanged.
//!
//! The one way from ink to network input, for trainer, evaluator, command line and browser.

use crate::classify::{GLYPH_PIXELS, GLYPH_SIDE, Glyph};
use crate::raster::Raster;

/// Longer side of the ink in a glyph, px.
const BOX_SIDE: f64 = 20.;

/// Draws a piece of ink as a glyph; `None` when it has no ink.
pub fn glyph_of(ink: &Raster) -> Option<Glyph> {
    let ink = ink.trimmed()?;
    let scale = BOX_SIDE / ink.width.max(ink.height) as f64;
    let scaled = |side: usize| ((side as f64 * scale).round() as usize).max(1);
    let (width, height) = (scaled(ink.width), scaled(ink.height));
    let drawn = resample(&ink, width, height);
    let brightest = drawn.iter().copied().fold(0., f32::max);
    Some(centred(&drawn, width, height, 255. / brightest))
}

/// Places the ink by its centre of mass, rounded to whole pixels as MNIST did, but never beyond the edge.
fn centred(ink: &[f32], width: usize, height: usize, gain: f32) -> Glyph {
    let (mut mass, mut mx, mut my) = (0., 0., 0.);
    for (i, &v) in ink.iter().enumerate() {
        let v = f64::from(v);
        mass += v;
        mx += v * ((i % width) as f64 + 0.5);
        my += v * ((i / width) as f64 + 0.5);
    }
    let middle = GLYPH_SIDE as f64 / 2.;
    let place = |centre: f64, side: usize| (middle - centre).round().clamp(0., (GLYPH_SIDE - side) as f64) as usize;
    let (left, top) = (place(mx / mass, width), place(my / mass, height));
    let mut pixels = Box::new([0; GLYPH_PIXELS]);
    for (i, &v) in ink.iter().enumerate() {
        // As cast, what is beyond 255 is 255.
        pixels[(top + i / width) * GLYPH_SIDE + left + i % width] = (v * gain + 0.5) as u8;
    }
    Glyph::of_pixels(pixels)
}

/// Resamples with a triangle filter as wide as a pixel of the coarser grid: smooth both ways, and exact at scale 1.
/// Values 0 to 255, row-major.
fn resample(ink: &Raster, width: usize, height: usize) -> Vec<f32> {
    let columns = triangle_weights(ink.width, width);
    let rows = triangle_weights(ink.height, height);
    let mut narrow = vec![0f32; ink.height * width];
    for y in 0..ink.height {
        let from = &ink.ink[y * ink.width..(y + 1) * ink.width];
        for (to, column) in narrow[y * width..].iter_mut().zip(&columns) {
            *to = column.shares.iter().zip(&from[column.start..]).map(|(w, &v)| w * f32::from(v)).sum();
        }
    }
    let mut out = vec![0f32; width * height];
    for (to, row) in out.chunks_exact_mut(width).zip(&rows) {
        for (&share, from) in row.shares.iter().zip(narrow[row.start * width..].chunks_exact(width)) {
            to.iter_mut().zip(from).for_each(|(t, f)| *t += share * f);
        }
    }
    out
}

/// What a resampled cell takes from the old cells beginning at `start`; the shares sum to 1.
struct Taps {
    start: usize,
    shares: Vec<f32>,
}

fn triangle_weights(from: usize, to: usize) -> Vec<Taps> {
    let step = from as f64 / to as f64;
    let reach = step.max(1.);
    let cell = |i: usize| {
        let centre = (i as f64 + 0.5) * step;
        let start = ((centre - reach).floor().max(0.)) as usize;
        let end = ((centre + reach).ceil() as usize).min(from);
        let share = |j: usize| (1. - (j as f64 + 0.5 - centre).abs() / reach).max(0.);
        let total: f64 = (start..end).map(share).sum();
        Taps { start, shares: (start..end).map(|j| (share(j) / total) as f32).collect() }
    };
    (0..to).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(width: usize, height: usize) -> Raster {
        Raster { left: 3, top: 9, width, height, ink: vec![255; width * height] }
    }

    fn inked_box(glyph: &Glyph) -> (usize, usize, usize, usize) {
        let inked: Vec<usize> = (0..GLYPH_PIXELS).filter(|&i| glyph.pixels[i] > 0).collect();
        let xs = || inked.iter().map(|i| i % GLYPH_SIDE);
        let ys = || inked.iter().map(|i| i / GLYPH_SIDE);
        (xs().min().unwrap(), ys().min().unwrap(), xs().max().unwrap() + 1, ys().max().unwrap() + 1)
    }

    #[test]
    fn no_ink_no_glyph() {
        assert_eq!(glyph_of(&Raster::blank_ltwh(0, 0, 5, 5)), None);
        assert_eq!(glyph_of(&Raster::blank_ltwh(0, 0, 0, 0)), None);
    }

    #[test]
    fn ink_fills_the_box_by_aspect_ratio_at_any_size() {
        for scale in [1, 2, 5, 20, 50] {
            assert_eq!(inked_box(&glyph_of(&bar(scale, 2 * scale)).unwrap()), (9, 4, 19, 24), "scale {scale}");
        }
    }

    #[test]
    fn a_box_of_twenty_passes_unchanged() {
        let mut ink = bar(11, 20);
        ink.ink.iter_mut().enumerate().for_each(|(i, v)| *v = (i * 37 % 256) as u8);
        ink.ink[5] = 255;
        let glyph = glyph_of(&ink).unwrap();
        let (left, top, ..) = inked_box(&glyph);
        let same = |i: usize| glyph.pixels[(top + i / 11) * GLYPH_SIDE + left + i % 11] == ink.ink[i];
        assert!((0..ink.ink.len()).all(same));
    }

    #[test]
    fn faint_ink_is_brought_to_full() {
        let mut ink = bar(10, 20);
        ink.ink.fill(40);
        assert_eq!(glyph_of(&ink).unwrap().pixels.iter().max(), Some(&255));
    }

    #[test]
    fn the_centre_of_mass_is_in_the_middle() {
        // Heavy at the left: the box moves right.
        let mut ink = bar(20, 20);
        ink.ink.iter_mut().enumerate().for_each(|(i, v)| *v = if i % 20 < 4 { 255 } else { 25 });
        assert!(inked_box(&glyph_of(&ink).unwrap()).0 > 5);
    }
}

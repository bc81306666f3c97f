//! Contact sheets: many glyphs side by side in one picture, to be looked at.

use image::GrayImage;

use crate::classify::{GLYPH_SIDE, Glyph};

/// Glyphs in rows of `columns`, ink dark on white, one px apart.
pub fn contact_sheet(glyphs: &[&Glyph], columns: usize) -> GrayImage {
    let cell = GLYPH_SIDE + 1;
    let rows = glyphs.len().div_ceil(columns).max(1);
    let mut sheet = GrayImage::from_pixel((columns * cell) as u32, (rows * cell) as u32, image::Luma([200]));
    for (i, glyph) in glyphs.iter().enumerate() {
        let (left, top) = (i % columns * cell, i / columns * cell);
        for (p, &v) in glyph.pixels.iter().enumerate() {
            let (x, y) = (left + p % GLYPH_SIDE, top + p / GLYPH_SIDE);
            sheet.put_pixel(x as u32, y as u32, image::Luma([255 - v]));
        }
    }
    sheet
}

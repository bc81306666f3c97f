//! Glyphs made different as other hands, pens and scanners would: each kind alone can be asked for, so that reports can tell which
//! were on.

use rand::{Rng, RngExt};

use super::compose::bilinear;
use super::datasets::GreyImage;
use crate::classify::{GLYPH_PIXELS, GLYPH_SIDE, Glyph};
use crate::glyph::glyph_of;
use crate::raster::Raster;

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Augmentation {
    /// Slant, turn, and stretch of one side.
    Affine,
    /// Smooth random displacement (P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks applied to
    /// visual document analysis", ICDAR 2003).
    Elastic,
    /// A thicker or thinner pen.
    Pen,
    /// Grain and lost pixels.
    Grain,
}

impl Augmentation {
    /// Every kind.
    pub const ALL: [Augmentation; 4] =
        [Augmentation::Affine, Augmentation::Elastic, Augmentation::Pen, Augmentation::Grain];

    /// What bends the shape and leaves pen and paper alone.
    pub const HAND: [Augmentation; 2] = [Augmentation::Affine, Augmentation::Elastic];

    /// What leaves the shape alone.
    pub const PEN: [Augmentation; 2] = [Augmentation::Pen, Augmentation::Grain];

    /// The share of training glyphs that it touches.
    fn share(self) -> f64 {
        match self {
            Augmentation::Affine => 0.75,
            Augmentation::Elastic => 0.5,
            Augmentation::Pen => 0.5,
            Augmentation::Grain => 0.08,
        }
    }
}

/// A changed glyph, made by the pipeline's own way from ink to glyph; `kinds` are tried, each at its share.
pub fn augment(glyph: &Glyph, kinds: &[Augmentation], rng: &mut impl Rng) -> Glyph {
    let mut image = GreyImage { width: GLYPH_SIDE, height: GLYPH_SIDE, pixels: glyph.pixels.to_vec() };
    let on: Vec<Augmentation> = kinds.iter().copied().filter(|k| rng.random_bool(k.share())).collect();
    let field = Field::random(on.contains(&Augmentation::Affine), on.contains(&Augmentation::Elastic), rng);
    if !field.is_still() {
        image = field.warp(&image);
    }
    if on.contains(&Augmentation::Pen) {
        image = repen(&image, rng.random_range(-0.8..0.9));
    }
    if on.contains(&Augmentation::Grain) {
        let most = rng.random_range(5..60i16);
        image.pixels.iter_mut().filter(|p| **p > 0).for_each(|p| {
            *p = (i16::from(*p) + rng.random_range(-most..most)).clamp(0, 255) as u8;
        });
    }
    let ink = Raster { left: 0, top: 0, width: GLYPH_SIDE, height: GLYPH_SIDE, ink: faint_removed(image.pixels) };
    glyph_of(&ink).unwrap_or_else(|| glyph.clone())
}

/// Interpolation leaves a haze around the ink that would widen its box.
fn faint_removed(mut pixels: Vec<u8>) -> Vec<u8> {
    const HAZE: u8 = 24;
    pixels.iter_mut().filter(|p| **p < HAZE).for_each(|p| *p = 0);
    pixels
}

/// Where each pixel comes from: an affine map about the middle plus a smooth displacement on a coarse grid.
struct Field {
    affine: [f64; 4],
    /// Displacement in px at the 5 x 5 knots; between them it is interpolated.
    knots: Option<[[f64; 2]; KNOTS * KNOTS]>,
}

const KNOTS: usize = 5;

impl Field {
    fn random(affine: bool, elastic: bool, rng: &mut impl Rng) -> Self {
        let matrix = if affine {
            let (turn, slant) = (rng.random_range(-0.2..0.2f64), rng.random_range(-0.3..0.3));
            let (sx, sy) = (rng.random_range(0.8..1.25), rng.random_range(0.85..1.15));
            let (sin, cos) = turn.sin_cos();
            [sx * cos, sx * (slant * cos - sin), sy * sin, sy * (slant * sin + cos)]
        } else {
            [1., 0., 0., 1.]
        };
        let strength = rng.random_range(0.4..1.7);
        let knots = elastic.then(|| std::array::from_fn(|_| [0, 1].map(|_| rng.random_range(-strength..strength))));
        Self { affine: matrix, knots }
    }

    fn is_still(&self) -> bool {
        self.affine == [1., 0., 0., 1.] && self.knots.is_none()
    }

    fn displacement(&self, x: usize, y: usize) -> [f64; 2] {
        let Some(knots) = &self.knots else { return [0., 0.] };
        let place = |v: usize| {
            let at = v as f64 / (GLYPH_SIDE - 1) as f64 * (KNOTS - 1) as f64;
            let cell = (at as usize).min(KNOTS - 2);
            (cell, at - cell as f64)
        };
        let ((cx, fx), (cy, fy)) = (place(x), place(y));
        let knot = |dx: usize, dy: usize| knots[(cy + dy) * KNOTS + cx + dx];
        [0, 1].map(|i| {
            let top = knot(0, 0)[i] * (1. - fx) + knot(1, 0)[i] * fx;
            let bottom = knot(0, 1)[i] * (1. - fx) + knot(1, 1)[i] * fx;
            top * (1. - fy) + bottom * fy
        })
    }

    fn warp(&self, image: &GreyImage) -> GreyImage {
        let mut out = GreyImage::blank(GLYPH_SIDE, GLYPH_SIDE);
        let middle = (GLYPH_SIDE - 1) as f64 / 2.;
        // A full-size box may grow under the map: shrink a little so that nothing leaves the frame; the glyph step scales it back.
        const SHRINK: f64 = 1.12;
        let [a, b, c, d] = self.affine.map(|v| v * SHRINK);
        for (i, pixel) in out.pixels.iter_mut().enumerate() {
            let (x, y) = (i % GLYPH_SIDE, i / GLYPH_SIDE);
            let (u, v) = (x as f64 - middle, y as f64 - middle);
            let [dx, dy] = self.displacement(x, y);
            *pixel = bilinear(image, a * u + b * v + middle + dx, c * u + d * v + middle + dy).round() as u8;
        }
        out
    }
}

/// A pen wider (positive) or narrower by about `by` px: part of the way to the 3x3 maximum or minimum.
fn repen(image: &GreyImage, by: f64) -> GreyImage {
    let mut out = image.clone();
    let side = GLYPH_SIDE as i64;
    for i in 0..GLYPH_PIXELS {
        let (x, y) = (i as i64 % side, i as i64 / side);
        let mut extreme = f64::from(image.pixels[i]);
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            let (nx, ny) = (x + dx, y + dy);
            let inside = (0..side).contains(&nx) && (0..side).contains(&ny);
            let near = if inside { f64::from(image.pixels[(ny * side + nx) as usize]) } else { 0. };
            extreme = if by > 0. { extreme.max(near) } else { extreme.min(near) };
        }
        let own = f64::from(image.pixels[i]);
        out.pixels[i] = (own + (extreme - own) * by.abs()).round() as u8;
    }
    out
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn ring() -> Glyph {
        let mut ink = Raster::blank_ltwh(0, 0, 20, 20);
        for (i, v) in ink.ink.iter_mut().enumerate() {
            let r = ((i % 20) as f64 - 9.5).hypot((i / 20) as f64 - 9.5);
            *v = if (6.0..9.5).contains(&r) { 255 } else { 0 };
        }
        glyph_of(&ink).unwrap()
    }

    #[test]
    fn no_kinds_change_nothing() {
        assert_eq!(augment(&ring(), &[], &mut StdRng::seed_from_u64(1)), ring());
    }

    #[test]
    fn one_seed_gives_one_result() {
        let run = |seed| augment(&ring(), &Augmentation::ALL, &mut StdRng::seed_from_u64(seed));
        assert_eq!(run(5), run(5));
        assert!((0..20).any(|seed| run(seed) != ring()));
    }

    #[test]
    fn a_wider_pen_adds_ink_and_a_narrower_takes_it() {
        let glyph = ring();
        let image = GreyImage { width: GLYPH_SIDE, height: GLYPH_SIDE, pixels: glyph.pixels.to_vec() };
        let mass = |image: &GreyImage| image.pixels.iter().map(|&v| u32::from(v)).sum::<u32>();
        assert!(mass(&repen(&image, 0.7)) > mass(&image) && mass(&repen(&image, -0.7)) < mass(&image));
    }
}

//! Filled shapes with a soft texture: garments and other things as polygons, and blobs that resemble nothing. They teach that a large
//! grey mass is no pen's ink.

use std::f64::consts::TAU;

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::Xy;
use crate::train::datasets::GreyImage;
use crate::train::path;

/// Outlines of things, filled by the even-odd rule, in the language of [`path`].
const THINGS: &[&str] = &[
    // Trousers, shorts, a skirt, dresses.
    "10506949332909",
    "00808757443707",
    "20608909",
    "2031516054890934",
    "2032526064791924",
    // A shirt, a pullover, a coat.
    "203151608374636929231403",
    "203151608878636929231808",
    "2044608878647919241808",
    // Shoes, boots, a sock, a glove.
    "02224485979909",
    "053657879909",
    "032366979858261909",
    "10405486989919",
    "205056979929",
    "30606529090735",
    "1915031324206069",
    // Bags, a hat, a cup, a bottle.
    "04949909 242140507174646251413234",
    "02928717",
    "0626316166969707",
    "00605919 6182856665747362",
    "3050537579191533",
    // A leaf, a house, a tree, a fish, a car.
    "090440909559",
    "40847479191404",
    "4074648757593937072414",
    "04316391976537",
    "0705243262749597",
];

/// A silhouette of a thing or of nothing in particular.
pub fn silhouette(rng: &mut impl Rng) -> GreyImage {
    let outlines = if rng.random_bool(0.75) {
        let unsteady = rng.random_range(0.05..0.6);
        let thing = THINGS.choose(rng).expect("there are things");
        let mut off = || rng.random_range(-unsteady..unsteady);
        path::strokes(thing, |[x, y]| [x + off(), y + off()])
    } else {
        vec![blob(rng)]
    };
    let round = rng.random_bool(0.6);
    let (width, slant) = (rng.random_range(0.6..1.4), rng.random_range(-0.15..0.15));
    let flip = if rng.random_bool(0.5) { -1. } else { 1. };
    let place = |p: Xy| [flip * width * (p[0] - slant * p[1]), p[1]];
    let outlines: Vec<Vec<Xy>> = outlines
        .into_iter()
        .map(|line| if round { path::smooth(&line, 0.2) } else { line })
        .map(|line| line.into_iter().map(place).collect())
        .collect();
    filled(&outlines, &Texture::random(rng), rng)
}

/// A closed line around a middle, near and far.
fn blob(rng: &mut impl Rng) -> Vec<Xy> {
    let waves: [(f64, f64); 5] = std::array::from_fn(|i| {
        let reach = rng.random_range(0.0..1.0) / (1. + i as f64);
        (reach, rng.random_range(0.0..TAU))
    });
    let point = |step: i32| {
        let angle = f64::from(step) / 24. * TAU;
        let far = waves.iter().enumerate().map(|(i, (reach, phase))| reach * ((i + 1) as f64 * angle + phase).cos());
        let far = (2.5 + far.sum::<f64>()).max(0.6);
        [far * angle.cos(), far * angle.sin()]
    };
    (0..=24).map(point).collect()
}

/// Grey over the filled part: even, shaded, cloudy, striped or checked.
struct Texture {
    base: f64,
    /// Change from one side to the other.
    shade: Xy,
    /// Reach, waves a side, and phase of each wave.
    waves: Vec<(f64, Xy, f64)>,
    grain: f64,
    /// Darker lines, as seams and folds, x then how dark.
    seam: Option<(f64, f64)>,
}

impl Texture {
    fn random(rng: &mut impl Rng) -> Self {
        let waves = (0..rng.random_range(0..4)).map(|_| {
            let pitch = *[4., 12., 40.].choose(rng).expect("there are pitches");
            let along = [0, 1].map(|_| rng.random_range(-pitch..pitch));
            (rng.random_range(0.0..0.14), along, rng.random_range(0.0..TAU))
        });
        let waves = waves.collect();
        let mut either = |most: f64| rng.random_range(-most..most);
        Self {
            base: 0.7 + either(0.25),
            shade: [either(0.4), either(0.4)],
            waves,
            grain: either(0.12).abs(),
            seam: rng.random_bool(0.35).then(|| (rng.random_range(0.35..0.65), rng.random_range(0.2..0.7))),
        }
    }

    /// 0 to 1 at a place in the unit square.
    fn at(&self, [x, y]: Xy, rng: &mut impl Rng) -> f64 {
        let wave = |(reach, pitch, phase): &(f64, Xy, f64)| reach * (pitch[0] * x + pitch[1] * y + phase).sin();
        let mut grey = self.base + self.shade[0] * (x - 0.5) + self.shade[1] * (y - 0.5);
        grey += self.waves.iter().map(wave).sum::<f64>() + self.grain * rng.random_range(-1.0..1.0);
        match self.seam {
            Some((at, dark)) if (x - at).abs() < 0.02 => grey * (1. - dark),
            _ => grey,
        }
        .clamp(0.15, 1.)
    }
}

/// The outlines filled by the even-odd rule.
fn filled(outlines: &[Vec<Xy>], texture: &Texture, rng: &mut impl Rng) -> GreyImage {
    let side = rng.random_range(26.0..48.0);
    let [left, top, right, bottom] = path::bounds(outlines.iter().flatten()).expect("an outline has points");
    let scale = side / (right - left).max(bottom - top);
    let pixels = |length: f64| ((length * scale).ceil() as usize).max(4);
    let (width, height) = (pixels(right - left), pixels(bottom - top));
    let mut image = GreyImage::blank(width, height);
    for (i, pixel) in image.pixels.iter_mut().enumerate() {
        let [x, y] = [(i % width) as f64 + 0.5, (i / width) as f64 + 0.5];
        if is_inside(outlines, [left + x / scale, top + y / scale]) {
            *pixel = (255. * texture.at([x / width as f64, y / height as f64], rng)) as u8;
        }
    }
    image
}

/// Whether a ray from the point crosses the outlines, each closed by its ends, an odd number of times.
fn is_inside(outlines: &[Vec<Xy>], [x, y]: Xy) -> bool {
    let crosses = |a: Xy, b: Xy| (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
    let sides = |line: &[Xy]| (0..line.len()).filter(|&i| crosses(line[i], line[(i + 1) % line.len()])).count();
    outlines.iter().map(|line| sides(line)).sum::<usize>() % 2 == 1
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::recognizer::whole_glyph;

    #[test]
    fn things_are_well_formed_and_filled() {
        for thing in THINGS {
            assert!(path::is_well_formed(thing), "{thing}");
        }
        let draw = |seed| silhouette(&mut StdRng::seed_from_u64(seed));
        for seed in 0..100 {
            let image = draw(seed);
            assert!(whole_glyph(&image.to_input(2)).is_some(), "seed {seed}");
            assert!(image.pixels.iter().filter(|&&v| v > 0).count() * 8 > image.pixels.len(), "seed {seed}");
            assert_eq!(image, draw(seed));
        }
    }

    #[test]
    fn a_hole_is_not_inside() {
        let square = |lo: f64, hi: f64| vec![[lo, lo], [hi, lo], [hi, hi], [lo, hi]];
        let outlines = [square(0., 9.), square(3., 6.)];
        assert!(is_inside(&outlines, [1., 5.]) && !is_inside(&outlines, [4., 5.]) && !is_inside(&outlines, [10., 5.]));
    }
}

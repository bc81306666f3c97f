//! Composed strings as a scanner sees them on forms and cheques: dark pens, pale ones too, on paper with a pattern of lines, a shadow and
//! grain; on a ruled line or in a box, cut out a little too tightly; with the points, commas and dashes that people put beside digits.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};

use super::{Composed, Owners, bilinear};
use crate::ink::{Input, RgbaImage};
use crate::train::datasets::GreyImage;

/// A composed picture on scanned paper; what is not a picture stays as it is. The marks are no digit's ink.
pub fn scanned(composed: &Composed, rng: &mut impl Rng) -> Composed {
    let Owners::Pictures(owners) = &composed.owners else { return composed.clone() };
    let boxes: Vec<Extent> = owners.iter().filter_map(Extent::of).collect();
    let Some(line) = boxes.iter().copied().reduce(Extent::joined) else { return composed.clone() };
    let height = line.bottom - line.top;
    let pen = height * rng.random_range(0.05..0.11);
    let marks = marks(&boxes, &line, rng);
    let far_right = marks.iter().flatten().map(|p| p[0] + pen).fold(line.right, f64::max);
    let far_left = marks.iter().flatten().map(|p| p[0] - pen).fold(line.left, f64::min);
    // Cut out with some paper around, or through the ink's very edge.
    let mut air = |most: f64| (rng.random_range(-0.1..most) * height).max(-1.);
    let [left, top, right, bottom] = [air(1.), air(0.35), air(1.), air(0.35)];
    let (x0, y0) = (far_left - left, line.top - top);
    let width = (far_right + right - x0).ceil() as usize;
    let page_height = (line.bottom + bottom - y0).ceil() as usize;
    let framed = |image: &GreyImage| {
        let mut page = GreyImage::blank(width, page_height);
        for (i, pixel) in page.pixels.iter_mut().enumerate() {
            *pixel = bilinear(image, (i % width) as f64 + x0.round(), (i / width) as f64 + y0.round()) as u8;
        }
        page
    };
    let owners: Vec<GreyImage> = owners.iter().map(framed).collect();
    let mut ink = GreyImage::blank(width, page_height);
    for owner in &owners {
        ink.pixels.iter_mut().zip(&owner.pixels).for_each(|(p, &o)| *p = o.max(*p));
    }
    for mark in &marks {
        let moved: Vec<[f64; 2]> = mark.iter().map(|p| [p[0] - x0, p[1] - y0]).collect();
        moved.windows(2).for_each(|w| draw_line(&mut ink, w[0], w[1], pen / 2.));
    }
    let page = on_paper(&blurred(&ink, rng.random_range(0.0..1.0)), &rules(width, page_height, height, rng), rng);
    Composed { text: composed.text.clone(), input: page, owners: Owners::Pictures(owners) }
}

/// Where ink lies, px.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Extent {
    pub(super) fn of(image: &GreyImage) -> Option<Self> {
        let inked = (0..image.pixels.len()).filter(|&i| image.pixels[i] > 100);
        let places = inked.map(|i| ((i % image.width) as f64, (i / image.width) as f64));
        places.map(|(x, y)| Self { left: x, top: y, right: x + 1., bottom: y + 1. }).reduce(Self::joined)
    }

    pub(super) fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// Strokes of points, commas, dashes and equals signs, most often behind the number; points and commas at times between digits that stand apart.
fn marks(digits: &[Extent], line: &Extent, rng: &mut impl Rng) -> Vec<Vec<[f64; 2]>> {
    let height = line.bottom - line.top;
    let mut marks = Vec::new();
    let dot = |x: f64, foot: f64, tail: f64, rng: &mut dyn FnMut(f64) -> f64| {
        let (x, y) = (x + rng(0.04) * height, foot + rng(0.08) * height);
        vec![[x, y], [x - tail * 0.4 * height, y + tail * height + 0.5]]
    };
    let mut off = |most: f64| rng.random_range(-most..most);
    let pick = |off: &mut dyn FnMut(f64) -> f64| (off(1.) + 1.) / 2.;
    for pair in digits.windows(2) {
        let gap = pair[1].left - pair[0].right;
        if gap > 0.1 * height && pick(&mut off) < 0.15 {
            let tail = if pick(&mut off) < 0.5 { 0.02 } else { 0.18 };
            marks.push(dot(
                pair[0].right + gap / 2.,
                pair[0].bottom.max(pair[1].bottom) - 0.05 * height,
                tail,
                &mut off,
            ));
        }
    }
    if pick(&mut off) < 0.1 {
        let (to, y) = (line.left - 0.15 * height, (line.top + line.bottom) / 2. + off(0.15) * height);
        marks.push(vec![[to - (0.35 + off(0.1)) * height, y], [to, y + off(0.08) * height]]);
    }
    if pick(&mut off) < 0.45 {
        let at = line.right + (0.12 + 0.3 * pick(&mut off)) * height;
        let foot = digits.last().map_or(line.bottom, |d| d.bottom);
        let middle = (line.top + line.bottom) / 2. + off(0.15) * height;
        let dash = |y: f64, off: &mut dyn FnMut(f64) -> f64| {
            let length = (0.45 + off(0.25)) * height;
            vec![[at, y + off(0.06) * height], [at + length, y + off(0.1) * height]]
        };
        match (pick(&mut off) * 5.) as u32 {
            0 | 1 => marks.push(dash(middle, &mut off)),
            2 => marks.extend([dash(middle - 0.1 * height, &mut off), dash(middle + 0.12 * height, &mut off)]),
            3 => marks.push(dot(at, foot - 0.05 * height, 0.02, &mut off)),
            _ => marks.extend([
                dot(at, foot - 0.05 * height, 0.18, &mut off),
                dash(middle, &mut off).iter().map(|p| [p[0] + 0.2 * height, p[1]]).collect(),
            ]),
        }
    }
    marks
}

/// Ruled lines of the form: none, under the number, above it too, or a box; nearly level, at times bowed. Coverage, 0 to 255.
fn rules(width: usize, height: usize, line_height: f64, rng: &mut impl Rng) -> GreyImage {
    let mut page = GreyImage::blank(width, height);
    let (w, h) = (width as f64, height as f64);
    let thickness = line_height * rng.random_range(0.02..0.06);
    let kind = rng.random_range(0..6);
    let mut level = |y: f64| {
        let (tilt, bow) = (rng.random_range(-0.02..0.02), rng.random_range(-0.04..0.04) * line_height);
        let point = |x: f64| [x, y + tilt * (x - w / 2.) + bow * (1. - (2. * x / w - 1.).powi(2))];
        let points: Vec<[f64; 2]> = (0..=16).map(|i| point(f64::from(i) / 16. * w)).collect();
        points.windows(2).for_each(|p| draw_line(&mut page, p[0], p[1], thickness / 2.));
    };
    if matches!(kind, 1..=4) {
        level(h - line_height * 0.12);
    }
    if matches!(kind, 3 | 4) {
        level(line_height * 0.08);
    }
    if kind == 4 {
        for x in [line_height * 0.1, w - line_height * 0.1] {
            draw_line(&mut page, [x, 0.], [x, h], thickness / 2.);
        }
    }
    page
}

/// A line of round ends, by the distance of each pixel's centre.
pub(super) fn draw_line(page: &mut GreyImage, from: [f64; 2], to: [f64; 2], radius: f64) {
    let reach = radius + 1.;
    let range = |a: f64, b: f64, most: usize| {
        let first = (a.min(b) - reach).floor().max(0.) as usize;
        first..((a.max(b) + reach).ceil().max(0.) as usize).min(most)
    };
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).max(1e-9);
    for y in range(from[1], to[1], page.height) {
        for x in range(from[0], to[0], page.width) {
            let (px, py) = (x as f64 + 0.5 - from[0], y as f64 + 0.5 - from[1]);
            let t = ((px * dx + py * dy) / length).clamp(0., 1.);
            let distance = (px - t * dx).hypot(py - t * dy);
            let cover = ((radius + 0.5 - distance).clamp(0., 1.) * 255.) as u8;
            let pixel = &mut page.pixels[y * page.width + x];
            *pixel = cover.max(*pixel);
        }
    }
}

/// Part of the way, 0 to 1, to the mean of each pixel's neighbourhood.
fn blurred(image: &GreyImage, by: f64) -> GreyImage {
    let mut out = image.clone();
    let at = |x: i64, y: i64| {
        let inside = x >= 0 && y >= 0 && (x as usize) < image.width && (y as usize) < image.height;
        if inside { f64::from(image.pixels[y as usize * image.width + x as usize]) } else { 0. }
    };
    for (i, pixel) in out.pixels.iter_mut().enumerate() {
        let (x, y) = ((i % image.width) as i64, (i / image.width) as i64);
        let mean =
            (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))).map(|(dx, dy)| at(x + dx, y + dy)).sum::<f64>()
                / 9.;
        *pixel = (f64::from(*pixel) * (1. - by) + mean * by) as u8;
    }
    out
}

/// Ink and rules as darkness on paper.
fn on_paper(ink: &GreyImage, rules: &GreyImage, rng: &mut impl Rng) -> Input {
    let paper = rng.random_range(150.0..245.0);
    let darkness = rng.random_range(0.3..0.9);
    let rule_darkness = darkness * rng.random_range(0.4..1.1);
    let waves: Vec<Wave> = (0..rng.random_range(0..3)).map(|_| Wave::random(rng)).collect();
    let shadow = [0, 1].map(|_| rng.random_range(-25.0..25.0));
    let grain = rng.random_range(1.0..9.0);
    let (w, h) = (ink.width as f64, ink.height as f64);
    let mut data = Vec::with_capacity(4 * ink.pixels.len());
    for (i, (&ink_cover, &rule)) in ink.pixels.iter().zip(&rules.pixels).enumerate() {
        let (x, y) = ((i % ink.width) as f64, (i / ink.width) as f64);
        let ground = paper + shadow[0] * (x / w - 0.5) + shadow[1] * (y / h - 0.5)
            - waves.iter().map(|wave| wave.darkness(x, y)).sum::<f64>();
        let covered =
            (1. - darkness * f64::from(ink_cover) / 255.) * (1. - rule_darkness.min(0.95) * f64::from(rule) / 255.);
        let value = ground * covered + rng.random_range(-grain..grain);
        let grey = value.clamp(0., 255.) as u8;
        data.extend([grey, grey, grey, 255]);
    }
    Input::Picture(RgbaImage::from_width_height(ink.width, ink.height, data).expect("a small picture"))
}

/// The fine lines of security paper: parallel, wavy, fainter than ink.
struct Wave {
    direction: [f64; 2],
    pitch: f64,
    depth: f64,
    ripple: f64,
    sharp: i32,
}

impl Wave {
    fn random(rng: &mut impl Rng) -> Self {
        let angle = rng.random_range(0.0..TAU);
        Self {
            direction: [angle.cos(), angle.sin()],
            pitch: TAU / rng.random_range(3.0..9.0),
            depth: rng.random_range(8.0..45.0),
            ripple: rng.random_range(0.0..2.5),
            sharp: rng.random_range(1..4),
        }
    }

    fn darkness(&self, x: f64, y: f64) -> f64 {
        let [c, s] = self.direction;
        let along = x * s - y * c;
        let across = x * c + y * s + self.ripple * (along / 11.).sin();
        let wave = (1. + (across * self.pitch).sin()) / 2.;
        self.depth * wave.powi(self.sharp)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::super::{Hands, Spacing, compose_strokes, picture_of};
    use super::*;
    use crate::train::datasets::LabelledInk;

    fn string(rng: &mut StdRng) -> Composed {
        let digit = |label: &str, strokes: &[&[[f64; 2]]]| LabelledInk {
            label: label.into(),
            strokes: strokes.iter().map(|s| s.to_vec()).collect(),
            writer: None,
            digit: Vec::new(),
        };
        let one = digit("1", &[&[[0., 0.], [0., 50.]]]);
        let seven = digit("7", &[&[[0., 0.], [30., 0.], [10., 50.]]]);
        picture_of(&compose_strokes(&[&one, &seven, &one], Spacing::Apart, Hands::Own, rng), 40., 4.)
    }

    #[test]
    fn every_digit_is_in_the_picture_where_its_owner_says_and_a_seed_gives_one() {
        for seed in 0..60 {
            let scan = |seed| {
                let mut rng = StdRng::seed_from_u64(seed);
                scanned(&string(&mut rng), &mut rng)
            };
            let (seen, again) = (scan(seed), scan(seed));
            let (Input::Picture(page), Owners::Pictures(owners)) = (&seen.input, &seen.owners) else { panic!() };
            assert_eq!(owners.len(), 3);
            // What is a digit's ink is darker than the paper, on average.
            let grey = |i: usize| f64::from(page.data()[4 * i]);
            let mean = |of: &dyn Fn(usize) -> bool| {
                let all: Vec<f64> = (0..page.width() * page.height()).filter(|&i| of(i)).map(grey).collect();
                all.iter().sum::<f64>() / all.len() as f64
            };
            let paper = mean(&|i| owners.iter().all(|o| o.pixels[i] == 0));
            for owner in owners {
                assert_eq!((owner.width, owner.height), (page.width(), page.height()));
                assert!(mean(&|i| owner.pixels[i] > 200) < paper - 20., "seed {seed}");
            }
            assert_eq!(seen.input, again.input);
        }
    }
}

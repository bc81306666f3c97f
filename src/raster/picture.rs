//! Pictures: the ground is estimated and taken away, what is left is scaled to full ink, and connected ink becomes parts.

mod enclosures;
mod rules;

use super::{Grid, Line, MAX_WORK_SIDE, Part, Raster, WORK_HEIGHT, line_height};
use crate::ink::RgbaImage;

/// A picture of coverage, 0 to 1, row-major from the top.
struct Plane {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Plane {
    /// Rows as columns.
    fn turned(&self) -> Self {
        let mut turned = Self { width: self.height, height: self.width, values: vec![0.; self.values.len()] };
        for (i, &value) in self.values.iter().enumerate() {
            turned.values[i % self.width * self.height + i / self.width] = value;
        }
        turned
    }
}

/// Ink at least this dark seeds a part; fainter ink only joins a part that it touches.
const SEED: u8 = 90;

/// Thinnest pen on the work grid, px: a twentieth of the line's height, the thinnest that the network learnt from. Thinner lines,
/// a canvas' 1 px by default, would fade away when the picture is shrunk.
const THINNEST_PEN: f64 = 0.05 * WORK_HEIGHT;

/// Longest side on which the ground is studied, px; larger pictures are shrunk first.
const MAX_STUDY_SIDE: f64 = 2048.;

/// Grey levels (0 to 1) by which ink must differ from its ground; less is an empty page.
const LEAST_CONTRAST: f32 = 0.12;

pub(super) fn extract(image: &RgbaImage) -> Line {
    let longest = image.width().max(image.height()) as f64;
    let study = shrink_by(&luminance(image), (longest / MAX_STUDY_SIDE).max(1.));
    let unit = image.width() as f64 / study.width as f64;
    let Some(mut coverage) = take_ground_away(study) else {
        return Line {
            parts: Vec::new(),
            specks: Vec::new(),
            height: WORK_HEIGHT,
            grid: Grid { unit, x: 0., y: 0., pen_reach: 0. },
        };
    };
    let mut parts = connected_parts(&coverage);
    let with_print = coverage.plane.values.clone();
    enclosures::erase(&mut coverage.plane, &parts);
    rules::erase(&mut coverage.plane);
    if coverage.plane.values != with_print {
        parts = connected_parts(&coverage);
    }
    let height = line_height(parts.iter().map(|p| p.ink.height as f64));
    let too_long = longest / unit / height * WORK_HEIGHT / MAX_WORK_SIDE;
    let factor = (height / WORK_HEIGHT * too_long.max(1.)).max(1.);
    if factor == 1. {
        return Line { parts, specks: Vec::new(), height, grid: Grid { unit, x: 0., y: 0., pen_reach: 0. } };
    }
    let plane = shrink_by(&with_pen_of_least(coverage.plane, THINNEST_PEN * factor), factor);
    let parts = connected_parts(&Coverage { plane, ..coverage });
    Line {
        parts,
        specks: Vec::new(),
        height: height / factor,
        grid: Grid { unit: unit * factor, x: 0., y: 0., pen_reach: 0. },
    }
}

/// Grey levels, 0 black to 1 white. In a mostly transparent picture of one colour the alpha is the ink, whatever the colour; what is
/// transparent beside several colours is taken for paper like most of them; other pictures lie on white paper.
fn luminance(image: &RgbaImage) -> Plane {
    /// Differences in grey beyond this are no longer one ink.
    const ONE_INK: f32 = 0.3;
    // Rec. 601 luma, as MNIST-era scans and every image library use.
    let luma = |p: &[u8]| (0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])) / 255.;
    let pixels = image.data().chunks_exact(4);
    let opaque = pixels.clone().filter(|p| p[3] > 127);
    let values = if opaque.clone().count() * 2 >= image.width() * image.height() {
        pixels.map(|p| 1. - f32::from(p[3]) / 255. * (1. - luma(p))).collect()
    } else {
        let [dark, middle, light] = [0.02, 0.5, 0.98].map(|at| percentile(opaque.clone().map(luma).collect(), at));
        let grey = |p: &[u8]| {
            let alpha = f32::from(p[3]) / 255.;
            if light - dark < ONE_INK { 1. - alpha } else { middle + alpha * (luma(p) - middle) }
        };
        pixels.map(grey).collect()
    };
    Plane { width: image.width(), height: image.height(), values }
}

/// The plane with its pen thickened to about `least` px where it is thinner.
fn with_pen_of_least(plane: Plane, least: f64) -> Plane {
    let radius = ((least - pen_width(&plane)) / 2.).round();
    if radius < 1. {
        return plane;
    }
    // Along the rows, then along the columns.
    spread(&spread(&plane, radius as usize).turned(), radius as usize).turned()
}

/// Typical width of the pen, px: a stroke has two edges, so it is twice the ink's area over the length of its edges.
/// Infinite without ink.
fn pen_width(plane: &Plane) -> f64 {
    let inked = |x: usize, y: usize| plane.values[y * plane.width + x] >= 0.5;
    let (mut area, mut edges) = (0usize, 0usize);
    for y in 0..plane.height {
        for x in (0..plane.width).filter(|&x| inked(x, y)) {
            area += 1;
            edges += usize::from(x == 0 || !inked(x - 1, y)) + usize::from(x + 1 == plane.width || !inked(x + 1, y));
            edges += usize::from(y == 0 || !inked(x, y - 1)) + usize::from(y + 1 == plane.height || !inked(x, y + 1));
        }
    }
    if edges == 0 { f64::INFINITY } else { 2. * area as f64 / edges as f64 }
}

/// Each pixel the largest within `radius` of it in its row.
fn spread(plane: &Plane, radius: usize) -> Plane {
    let width = plane.width;
    let mut values = vec![0f32; plane.values.len()];
    for (i, &value) in plane.values.iter().enumerate().filter(|&(_, &value)| value > 0.) {
        let (start, x) = (i - i % width, i % width);
        let reached = start + x.saturating_sub(radius)..start + (x + radius + 1).min(width);
        values[reached].iter_mut().for_each(|v| *v = v.max(value));
    }
    Plane { values, ..*plane }
}

/// Mean of the pixels that each smaller pixel covers.
fn shrink_by(plane: &Plane, factor: f64) -> Plane {
    if factor <= 1. {
        return Plane { width: plane.width, height: plane.height, values: plane.values.clone() };
    }
    let small = |side: usize| ((side as f64 / factor).round() as usize).max(1);
    let (width, height) = (small(plane.width), small(plane.height));
    let rows = area_weights(plane.height, height);
    let columns = area_weights(plane.width, width);
    let mut values = Vec::with_capacity(width * height);
    for row in &rows {
        for column in &columns {
            let mut sum = 0.;
            for &(y, wy) in row {
                for &(x, wx) in column {
                    sum += plane.values[y * plane.width + x] * wy * wx;
                }
            }
            values.push(sum);
        }
    }
    Plane { width, height, values }
}

/// For each of `to` cells the old cells below it with their shares, which sum to 1.
fn area_weights(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let step = from as f64 / to as f64;
    let cell = |i: usize| {
        let (start, end) = (i as f64 * step, (i + 1) as f64 * step);
        let share = |j: usize| ((end.min((j + 1) as f64) - start.max(j as f64)) / step) as f32;
        (start as usize..(end.ceil() as usize).min(from)).map(|j| (j, share(j))).collect()
    };
    (0..to).map(cell).collect()
}

/// Contrast above this share of the threshold between ink and ground may be the soft edge of ink and does not tell the ground.
const SOFT_EDGE: f32 = 0.25;

/// Pixels around ink that may be its soft edge and do not tell how the ground is patterned.
const EDGE_REACH: usize = 2;

/// The ground's own pattern (nearly all of it lies below 1) is taken for ink only above this multiple of it.
const GRAIN: f32 = 1.15;

/// Pixels beyond this share of the ground lie below what is called its pattern; the rest is dirt.
const PATTERN: f64 = 0.97;

/// Where a blur takes more than this share of what looks like ink away, the lines of a pattern are as dark as ink.
const FINE_INK: f64 = 0.2;

/// However wild the ground, contrast above this share of the threshold between ink and ground is ink.
const MAX_FLOOR: f32 = 0.85;

/// What a picture comes to without its ground.
struct Coverage {
    plane: Plane,
    /// The ground had a pattern: faint ink far from darker ink is more of it.
    patterned: bool,
}

/// Coverage 0 to 1 from grey levels; `None` where no ink stands out. The ground is the local mean of what is not ink, so slow
/// shadows vanish; its own pattern is measured where no ink is near, and subtracted.
fn take_ground_away(mut plane: Plane) -> Option<Coverage> {
    if ink_is_bright(&plane) {
        plane.values.iter_mut().for_each(|v| *v = 1. - *v);
    }
    let contrast_to = |ground: &[f32]| -> Vec<f32> { ground.iter().zip(&plane.values).map(|(g, v)| g - v).collect() };
    let first = otsu(&plane.values);
    let rough = contrast_to(&local_ground(&plane, &plane.values.iter().map(|&v| v > first).collect::<Vec<_>>()));
    // Once more without the soft edges of the ink, which had darkened the ground a little.
    let edge = SOFT_EDGE * otsu(&rough);
    let paper: Vec<bool> = rough.iter().map(|&c| c < edge).collect();
    let mut contrast = contrast_to(&local_ground(&plane, &paper));
    let mut levels = Levels::of(&contrast, plane.width);
    if levels.full < LEAST_CONTRAST {
        return None;
    }
    // The lines of a pattern are finer than a pen: ink is what two blurs leave standing out, drawn as the first leaves it.
    let once = blurred(plane.width, &contrast);
    let twice = blurred(plane.width, &once);
    let calm = Levels::of(&twice, plane.width);
    if levels.is_patterned() || share_lost(&contrast, levels.threshold, &twice, calm.floor()) > FINE_INK {
        levels = Levels { full: full_ink(&once, otsu(&once)), ..calm };
        contrast = once.iter().zip(&twice).map(|(&c, &c2)| if c2 > levels.floor() { c } else { 0. }).collect();
    }
    let floor = levels.floor();
    plane.values = contrast.iter().map(|c| ((c - floor) / (levels.full - floor)).clamp(0., 1.)).collect();
    Some(Coverage { plane, patterned: levels.is_patterned() })
}

/// What parts ink from ground in a picture of contrasts.
struct Levels {
    /// Between the two.
    threshold: f32,
    /// Of full ink.
    full: f32,
    /// Below it lies nearly all of the ground's own pattern.
    grain: f32,
}

impl Levels {
    fn of(contrast: &[f32], width: usize) -> Self {
        let threshold = otsu(contrast);
        let full = full_ink(contrast, threshold);
        let ink: Vec<bool> = contrast.iter().map(|&c| c > threshold).collect();
        let near_ink = dilated(&ink, width, EDGE_REACH);
        let ground = contrast.iter().zip(&near_ink).filter(|&(_, &near)| !near).map(|(&c, _)| c).collect();
        Self { threshold, full, grain: percentile(ground, PATTERN).max(0.) }
    }

    /// Contrast from which ink covers a little.
    fn floor(&self) -> f32 {
        (GRAIN * self.grain).min(MAX_FLOOR * self.threshold)
    }

    fn is_patterned(&self) -> bool {
        self.floor() > SOFT_EDGE * self.threshold
    }
}

/// The share of what is above `threshold` that a blur brings below `floor`.
fn share_lost(contrast: &[f32], threshold: f32, blurred: &[f32], floor: f32) -> f64 {
    let ink = || contrast.iter().zip(blurred).filter(|&(&c, _)| c > threshold);
    ink().filter(|&(_, &b)| b <= floor).count() as f64 / ink().count().max(1) as f64
}

/// Contrast of full ink, of what is above `threshold`.
fn full_ink(contrast: &[f32], threshold: f32) -> f32 {
    percentile(contrast.iter().copied().filter(|&c| c > threshold).collect(), 0.95)
}

/// Binomial weights, 1 2 1, along rows and columns; what is beyond a border is as its nearest.
fn blurred(width: usize, values: &[f32]) -> Vec<f32> {
    let across = |row: &[f32]| -> Vec<f32> {
        let at = |x: usize| (row[x.saturating_sub(1)] + 2. * row[x] + row[(x + 1).min(width - 1)]) / 4.;
        (0..width).map(at).collect()
    };
    let rows: Vec<Vec<f32>> = values.chunks_exact(width).map(across).collect();
    let row = |y: usize| {
        let (above, below) = (&rows[y.saturating_sub(1)], &rows[(y + 1).min(rows.len() - 1)]);
        above.iter().zip(&rows[y]).zip(below).map(|((a, v), b)| (a + 2. * v + b) / 4.)
    };
    (0..rows.len()).flat_map(row).collect()
}

/// Everything within `reach` pixels, rows and columns alike.
fn dilated(mask: &[bool], width: usize, reach: usize) -> Vec<bool> {
    let height = mask.len() / width.max(1);
    let counts = summed(width, mask.iter().map(|&m| f64::from(u8::from(m))));
    let any = |i: usize| sum_around(&counts, [width, height], i, reach) > 0.;
    (0..mask.len()).map(any).collect()
}

/// Ink is the rarer side and does not line the border: the border's median tells the ground. The border may be the line of a box, though: then
/// the ground begins a little farther in, and what is written on it is of the border's kind. A blot on paper has nothing in it.
fn ink_is_bright(plane: &Plane) -> bool {
    /// How far in, as a share of the shorter side, the line of a box has ended: lines of forms take up to 0.06 of the writing's height.
    const FARTHER_IN: f64 = 0.1;
    /// The share that writing takes within a box: a dot in a large one, bold digits in a tight one.
    const WRITTEN: std::ops::Range<f64> = 0.005..0.4;
    let (w, h) = (plane.width, plane.height);
    let threshold = otsu(&plane.values);
    let ring = ((FARTHER_IN * w.min(h) as f64) as usize).max(1);
    // Dark pixels and all, on the border, between, on the ring and within it.
    let mut counts = [[0u32; 2]; 4];
    for (i, &value) in plane.values.iter().enumerate() {
        let (x, y) = (i % w, i / w);
        let from_border = x.min(w - 1 - x).min(y).min(h - 1 - y);
        let zone = usize::from(from_border > 0) + usize::from(from_border >= ring) + usize::from(from_border > ring);
        counts[zone][usize::from(value < threshold)] += 1;
    }
    let [border, _, ring, within] = counts.map(|[light, dark]| f64::from(dark) / f64::from(light + dark).max(1.));
    let is_box = |border: f64, ring: f64, within: f64| border > 0.5 && ring < 0.5 && WRITTEN.contains(&within);
    if border > 0.5 { !is_box(border, ring, within) } else { is_box(1. - border, 1. - ring, 1. - within) }
}

/// The threshold that best parts the values in two (N. Otsu, "A threshold selection method from gray-level histograms", IEEE
/// Transactions on Systems, Man, and Cybernetics 9, 1979). 256 levels from 0 to 1, values beyond count as those; midway between the two means it separates.
fn otsu(values: &[f32]) -> f32 {
    let mut histogram = [0f64; 256];
    values.iter().for_each(|v| histogram[(v.clamp(0., 1.) * 255.).round() as usize] += 1.);
    let total: f64 = histogram.iter().sum();
    let moment: f64 = histogram.iter().enumerate().map(|(i, n)| i as f64 * n).sum();
    let (mut below, mut below_moment) = (0., 0.);
    let mut best = (0., 0.5);
    for (level, n) in histogram.iter().enumerate() {
        below += n;
        below_moment += level as f64 * n;
        let above = total - below;
        if below == 0. || above == 0. {
            continue;
        }
        let (low, high) = (below_moment / below, (moment - below_moment) / above);
        let between = below * above * (low - high).powi(2);
        if between > best.0 {
            best = (between, (low + high) / 2. / 255.);
        }
    }
    best.1 as f32
}

/// Mean grey of the `paper` in a window around each pixel; the global mean where there is none near.
fn local_ground(plane: &Plane, paper: &[bool]) -> Vec<f32> {
    /// Window radius as a share of the shorter side: wide against a pen, narrow against a shadow.
    const WINDOW: f64 = 0.35;
    let (w, h) = (plane.width, plane.height);
    let radius = ((w.min(h) as f64 * WINDOW) as usize).max(4);
    let weights = summed(w, paper.iter().map(|&p| f64::from(u8::from(p))));
    let levels = summed(w, plane.values.iter().zip(paper).map(|(&v, &p)| if p { f64::from(v) } else { 0. }));
    let (all, all_levels) = (weights[weights.len() - 1], levels[levels.len() - 1]);
    let overall = if all > 0. { all_levels / all } else { 1. };
    let ground = |i: usize| {
        let weight = sum_around(&weights, [w, h], i, radius);
        if weight >= 1. { (sum_around(&levels, [w, h], i, radius) / weight) as f32 } else { overall as f32 }
    };
    (0..w * h).map(ground).collect()
}

/// Sum over the window of `radius` around pixel `i`, from a [`summed`] table of a plane of that width and height.
fn sum_around(table: &[f64], [w, h]: [usize; 2], i: usize, radius: usize) -> f64 {
    let (x, y) = (i % w, i / w);
    let (x0, x1) = (x.saturating_sub(radius), (x + radius + 1).min(w));
    let (y0, y1) = (y.saturating_sub(radius), (y + radius + 1).min(h));
    table[y1 * (w + 1) + x1] - table[y0 * (w + 1) + x1] - table[y1 * (w + 1) + x0] + table[y0 * (w + 1) + x0]
}

/// Summed-area table with a leading row and column of zeros.
fn summed(width: usize, values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut table = vec![0.; width + 1];
    let mut row_sum = 0.;
    for (i, value) in values.enumerate() {
        if i % width == 0 {
            row_sum = 0.;
            table.push(0.);
        }
        row_sum += value;
        table.push(table[table.len() - width - 1] + row_sum);
    }
    table
}

/// The value below which the share `at` (0 to 1) of the values lies; 0 for none.
fn percentile(mut values: Vec<f32>, at: f64) -> f32 {
    if values.is_empty() {
        return 0.;
    }
    let index = ((values.len() - 1) as f64 * at).round() as usize;
    *values.select_nth_unstable_by(index, f32::total_cmp).1
}

/// Faint ink on a patterned ground belongs to a part only this near to its darker ink, px: about a soft edge.
const SOFT_REACH: usize = 2;

/// 8-connected ink: seeds first, then the faint ink that touches them, so that soft edges stay with their stroke.
fn connected_parts(Coverage { plane, patterned }: &Coverage) -> Vec<Part> {
    let (w, h) = (plane.width, plane.height);
    let ink: Vec<u8> = plane.values.iter().map(|v| (v * 255.).round() as u8).collect();
    let mut taken = vec![false; ink.len()];
    let mut parts = Vec::new();
    for seed in 0..ink.len() {
        if taken[seed] || ink[seed] < SEED {
            continue;
        }
        let strong = flood(&ink, [w, h], vec![seed], SEED, usize::MAX, &mut taken);
        parts.push(strong);
    }
    let reach = if *patterned { SOFT_REACH } else { usize::MAX };
    // Faint ink after all seeds: where two parts share a soft edge, the first to reach a pixel keeps it.
    for part in &mut parts {
        *part = flood(&ink, [w, h], std::mem::take(part), 1, reach, &mut taken);
    }
    parts.iter().filter_map(|pixels| raster_of(pixels, &ink, w)).map(Part::from).collect()
}

/// All pixels reachable from `start` in at most `reach` steps over untaken ink of at least `least`, `start` included.
fn flood(ink: &[u8], [w, h]: [usize; 2], start: Vec<usize>, least: u8, reach: usize, taken: &mut [bool]) -> Vec<usize> {
    start.iter().for_each(|&i| taken[i] = true);
    let mut pixels = start;
    let mut edge = 0..pixels.len();
    for _ in 0..reach {
        for at in edge.clone() {
            let (x, y) = (pixels[at] % w, pixels[at] / w);
            for ny in y.saturating_sub(1)..(y + 2).min(h) {
                for nx in x.saturating_sub(1)..(x + 2).min(w) {
                    let i = ny * w + nx;
                    if !taken[i] && ink[i] >= least {
                        taken[i] = true;
                        pixels.push(i);
                    }
                }
            }
        }
        edge = edge.end..pixels.len();
        if edge.is_empty() {
            break;
        }
    }
    pixels
}

fn raster_of(pixels: &[usize], ink: &[u8], width: usize) -> Option<Raster> {
    let (x0, x1) = (pixels.iter().map(|i| i % width).min()?, pixels.iter().map(|i| i % width).max()? + 1);
    let (y0, y1) = (pixels.iter().map(|i| i / width).min()?, pixels.iter().map(|i| i / width).max()? + 1);
    let mut raster = Raster::blank_ltwh(x0 as i32, y0 as i32, x1 - x0, y1 - y0);
    for &i in pixels {
        raster.ink[(i / width - y0) * raster.width + i % width - x0] = ink[i];
    }
    Some(raster)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grey levels as an opaque picture.
    fn picture(width: usize, grey: &[u8]) -> RgbaImage {
        let data = grey.iter().flat_map(|&g| [g, g, g, 255]).collect();
        RgbaImage::from_width_height(width, grey.len() / width, data).unwrap()
    }

    /// Two bars of full ink with soft edges on nothing, 28x28 as in MNIST.
    fn bars() -> Vec<u8> {
        let mut grey = vec![0; 28 * 28];
        for y in 4..24 {
            for (x, v) in [(6, 120), (7, 255), (8, 60), (18, 255), (19, 255)] {
                grey[y * 28 + x] = v;
            }
        }
        grey
    }

    #[test]
    fn small_bright_ink_passes_unchanged() {
        let line = extract(&picture(28, &bars()));
        assert_eq!(line.parts.len(), 2);
        assert_eq!(line.grid, Grid { unit: 1., x: 0., y: 0., pen_reach: 0. });
        let bar = &line.parts[0].ink;
        assert_eq!((bar.left, bar.top, bar.width, bar.height), (6, 4, 3, 20));
        assert_eq!(&bar.ink[..3], &[120, 255, 60]);
    }

    #[test]
    fn dark_on_light_is_the_same_ink() {
        let light: Vec<u8> = bars().iter().map(|v| 255 - v).collect();
        assert_eq!(extract(&picture(28, &light)).parts, extract(&picture(28, &bars())).parts);
    }

    #[test]
    fn a_transparent_canvas_is_read_by_its_alpha() {
        let data: Vec<u8> = bars().iter().flat_map(|&v| [255, 255, 255, v]).collect();
        let canvas = RgbaImage::from_width_height(28, 28, data).unwrap();
        assert_eq!(extract(&canvas).parts, extract(&picture(28, &bars())).parts);
    }

    #[test]
    fn a_card_on_a_transparent_picture_is_paper() {
        let mut data = vec![0; 60 * 60 * 4];
        for y in 0..28 {
            for x in 0..28 {
                let level = 255 - bars()[y * 28 + x];
                data[((y + 10) * 60 + x + 10) * 4..][..4].copy_from_slice(&[level, level, level, 255]);
            }
        }
        assert_eq!(extract(&RgbaImage::from_width_height(60, 60, data).unwrap()).parts.len(), 2);
    }

    #[test]
    fn thin_lines_on_a_large_picture_do_not_fade() {
        for (width, height) in [(1, 200), (1, 900), (2, 400), (3, 900), (10, 900)] {
            let mut grey = vec![255; 1200 * 1000];
            for y in 50..50 + height {
                grey[y * 1200 + 100..y * 1200 + 100 + width].fill(0);
                grey[y * 1200 + 600..y * 1200 + 600 + width].fill(0);
            }
            let line = extract(&picture(1200, &grey));
            assert_eq!(line.parts.len(), 2, "pen {width}, height {height}");
            let thickness = line.parts[0].ink.mass() / line.parts[0].ink.height as f64;
            assert!(thickness >= 0.6 * THINNEST_PEN, "pen {width}, height {height}: {thickness}");
        }
    }

    #[test]
    fn the_line_of_a_box_on_the_border_is_not_the_ground() {
        let boxed: Vec<u8> = (0..80 * 60)
            .map(|i| {
                let (x, y) = (i % 80, i / 80);
                let on_border = x.min(79 - x).min(y).min(59 - y) < 2;
                if on_border || ((30..34).contains(&x) && (12..48).contains(&y)) { 0 } else { 255 }
            })
            .collect();
        let parts = extract(&picture(80, &boxed)).parts;
        assert_eq!(parts.iter().map(|p| [p.ink.left, p.ink.top]).collect::<Vec<_>>(), [[30, 12]]);
    }

    #[test]
    fn a_blot_on_paper_is_ink_however_large() {
        for margin in [2, 3, 6] {
            let within = |at: usize| (margin..24 - margin).contains(&at);
            let grey: Vec<u8> = (0..24 * 24).map(|i| if within(i % 24) && within(i / 24) { 0 } else { 255 }).collect();
            assert_eq!(extract(&picture(24, &grey)).parts[0].ink.width, 24 - 2 * margin);
        }
    }

    #[test]
    fn a_patterned_ground_is_not_ink() {
        let grey: Vec<u8> = (0..200 * 80)
            .map(|i| {
                let (x, y) = (i % 200, i / 200);
                let bar = (60..66).contains(&(x % 70)) && (12..68).contains(&y);
                let pattern = (x + 3 * y) % 11 == 0 || (2 * x + y) % 13 == 0;
                if bar {
                    40
                } else if pattern {
                    170
                } else {
                    215
                }
            })
            .collect();
        let line = extract(&picture(200, &grey));
        assert_eq!(line.parts.len(), 2);
        assert!(
            line.parts.iter().all(|p| p.ink.width < 16),
            "{:?}",
            line.parts.iter().map(|p| p.ink.width).collect::<Vec<_>>()
        );
    }

    #[test]
    fn dark_lines_finer_than_the_pen_are_not_ink_and_its_edges_stay() {
        let wave = |x: usize| (2. * (x as f64 / 9.).sin()).round() as i64;
        let grey: Vec<u8> = (0..160 * 60)
            .map(|i| {
                let (x, y) = (i % 160, i / 160);
                let bar = (30..34).contains(&(x % 50)) && (10..50).contains(&y);
                let line = (y as i64 + wave(x)).rem_euclid(7) == 0;
                if bar { 70 } else { [215, 160][usize::from(line)] }
            })
            .collect();
        let parts = extract(&picture(160, &grey)).parts;
        let boxes: Vec<_> = parts.iter().map(|p| (p.ink.left, p.ink.width, p.ink.height)).collect();
        assert_eq!(boxes.len(), 3, "{boxes:?}");
        for (part, bar) in parts.iter().zip([30, 80, 130]) {
            let column = |x: i32| -> u32 {
                let at = x - part.ink.left;
                if at < 0 || at >= part.ink.width as i32 {
                    return 0;
                }
                (0..part.ink.height).map(|y| u32::from(part.ink.at_xy(at as usize, y))).sum()
            };
            assert!(column(bar) > 2 * column(bar - 1) && column(bar + 3) > 2 * column(bar + 4), "bar {bar} is blurred");
        }
    }

    #[test]
    fn a_shadow_over_the_page_is_not_ink() {
        let grey: Vec<u8> = bars()
            .iter()
            .enumerate()
            .map(|(i, &v)| {
                let shadow = 250. - 3. * (i % 28) as f32;
                (shadow * (1. - f32::from(v) / 300.)) as u8
            })
            .collect();
        assert_eq!(extract(&picture(28, &grey)).parts.len(), 2);
    }

    #[test]
    fn even_pictures_have_no_ink() {
        for level in [0, 9, 128, 255] {
            assert!(extract(&picture(20, &vec![level; 400])).parts.is_empty(), "level {level}");
        }
        assert!(extract(&RgbaImage::from_width_height(5, 5, vec![0; 100]).unwrap()).parts.is_empty());
    }

    #[test]
    fn large_pictures_are_shrunk_to_the_work_height() {
        let mut grey = vec![255; 600 * 400];
        for y in 50..350 {
            grey[y * 600 + 100..y * 600 + 130].fill(0);
        }
        let line = extract(&picture(600, &grey));
        assert!((line.height - WORK_HEIGHT).abs() < 1e-9);
        let bounds = line.grid.bounds_of(&line.parts[0].ink);
        assert!((bounds.x - 100.).abs() < 6. && (bounds.height - 300.).abs() < 12., "{bounds:?}");
    }
}

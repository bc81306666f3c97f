//! Pictures: the ground is estimated and taken away, what is left is scaled to full ink, printed boxes and lines are erased, and connected
//! ink becomes parts.

mod enclosures;
mod ground;
mod rules;

use ground::{Coverage, percentile};

use super::{Grid, Line, Part, Raster, WORK_HEIGHT, line_height};
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
        for (y, row) in self.values.chunks_exact(self.width).enumerate() {
            row.iter().enumerate().for_each(|(x, &value)| turned.values[x * self.height + y] = value);
        }
        turned
    }

    /// Each pixel the one that `pick` prefers of those within `reach`, rows and columns alike.
    fn extremes(&self, reach: usize, pick: fn(f32, f32) -> f32) -> Self {
        let window = 2 * reach + 1;
        let of_rows = |plane: &Self| {
            let mut values = Vec::with_capacity(plane.values.len());
            let mut picked = Vec::new();
            for row in plane.values.chunks_exact(plane.width) {
                picked.clear();
                picked.resize(reach, row[0]);
                picked.extend_from_slice(row);
                picked.resize(row.len() + 2 * reach, row[row.len() - 1]);
                // Each holds the one picked of so many from it on.
                let mut seen = 1;
                while seen < window {
                    let step = seen.min(window - seen);
                    (0..picked.len() - step).for_each(|x| picked[x] = pick(picked[x], picked[x + step]));
                    seen += step;
                }
                values.extend_from_slice(&picked[..row.len()]);
            }
            Self { values, ..*plane }
        };
        of_rows(&of_rows(self).turned()).turned()
    }
}

/// Ink at least this dark seeds a part; fainter ink only joins a part that it touches.
const SEED: u8 = 90;

/// A fine pale line, of a pencil or in print, holds together by ink at least this dark.
const FAINT: u8 = 40;

/// A line that holds so much less ink across than the strokes beside it is of another pen, or printed.
const THINNER: f64 = 0.7;

/// Thinnest pen on the work grid, px: a twentieth of the line's height, the thinnest that the network learnt from. Thinner lines,
/// a canvas' 1 px by default, would fade away when the picture is shrunk.
const THINNEST_PEN: f64 = 0.05 * WORK_HEIGHT;

/// Longest side on which the ground is studied, px; larger pictures are shrunk first.
const MAX_STUDY_SIDE: f64 = 2048.;

pub(super) fn extract(image: &RgbaImage) -> Line {
    let longest = image.width().max(image.height()) as f64;
    let study = shrink_by(&luminance(image), (longest / MAX_STUDY_SIDE).max(1.));
    let unit = longest / study.width.max(study.height) as f64;
    let Some(mut coverage) = ground::take_away(study) else {
        return Line {
            parts: Vec::new(),
            specks: Vec::new(),
            height: WORK_HEIGHT,
            grid: Grid { unit, x: 0., y: 0., pen_reach: 0. },
            is_struck_out: false,
        };
    };
    let (parts, is_struck_out) = parts_without_print(&mut coverage);
    let height = line_height(parts.iter().map(|p| p.ink.height as f64));
    let factor = (height / WORK_HEIGHT).max(1.);
    if factor == 1. {
        let grid = Grid { unit, x: 0., y: 0., pen_reach: 0. };
        return Line { parts, specks: Vec::new(), height, grid, is_struck_out };
    }
    let plane = shrink_by(&with_pen_of_least(coverage.plane, THINNEST_PEN * factor), factor);
    let parts = connected_parts(&Coverage { plane, ..coverage }, SEED);
    Line {
        parts,
        specks: Vec::new(),
        height: height / factor,
        grid: Grid { unit: unit * factor, x: 0., y: 0., pen_reach: 0. },
        is_struck_out,
    }
}

/// Connected ink, printed lines and boxes erased, and whether it is struck out.
fn parts_without_print(coverage: &mut Coverage) -> (Vec<Part>, bool) {
    let inked = |coverage: &Coverage| coverage.plane.values.iter().filter(|&&value| value > 0.).count();
    let all = inked(coverage);
    let mut parts = connected_parts(coverage, SEED);
    enclosures::erase(&mut coverage.plane, &parts, SEED);
    if inked(coverage) == all && !coverage.patterned {
        let joined = connected_parts(coverage, FAINT);
        enclosures::erase(&mut coverage.plane, &joined, FAINT);
    }
    let is_struck_out = rules::erase(&mut coverage.plane);
    if inked(coverage) < all {
        parts.clear(); // Room for the new ones.
        parts = connected_parts(coverage, SEED);
    }
    (parts, is_struck_out)
}

/// Whether any ink is erased as print.
#[cfg(all(test, feature = "cli"))]
pub(super) fn loses_ink(image: &RgbaImage) -> bool {
    let Some(mut coverage) = ground::take_away(luminance(image)) else { return false };
    let before = coverage.plane.values.clone();
    parts_without_print(&mut coverage);
    coverage.plane.values != before
}

/// Grey levels, 0 black to 1 white. In a mostly transparent picture of one colour the alpha is the ink, whatever the colour; what is
/// transparent beside several colours is taken for paper like most of them; other pictures lie on white paper. Transparent is what is less than half
/// as opaque as the most opaque pixel.
fn luminance(image: &RgbaImage) -> Plane {
    /// Differences in grey beyond this are no longer one ink.
    const ONE_INK: f32 = 0.3;
    // Rec. 601 luma, as MNIST-era scans and every image library use.
    let luma = |p: &[u8]| (0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])) / 255.;
    let pixels = image.data().chunks_exact(4);
    let most = pixels.clone().map(|p| p[3]).max().unwrap_or(0);
    let opaque = pixels.clone().filter(|p| p[3] > most / 2);
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
    plane.extremes(radius as usize, f32::max)
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

/// Faint ink on a patterned ground belongs to a part only this near to its darker ink, px: about a soft edge.
const SOFT_REACH: usize = 2;

/// 8-connected ink: seeds, at least `seed` dark, first, then the faint ink that touches them, so that soft edges stay with their stroke.
fn connected_parts(Coverage { plane, patterned }: &Coverage, seed: u8) -> Vec<Part> {
    let (w, h) = (plane.width, plane.height);
    let ink: Vec<u8> = plane.values.iter().map(|v| (v * 255.).round() as u8).collect();
    let mut taken = vec![false; ink.len()];
    let mut parts = Vec::new();
    for at in 0..ink.len() {
        if taken[at] || ink[at] < seed {
            continue;
        }
        let strong = flood(&ink, [w, h], vec![at], seed, usize::MAX, &mut taken);
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
    pub(super) fn picture(width: usize, grey: &[u8]) -> RgbaImage {
        let data = grey.iter().flat_map(|&g| [g, g, g, 255]).collect();
        RgbaImage::from_width_height(width, grey.len() / width, data).unwrap()
    }

    /// Two bars of full ink with soft edges on nothing, 28x28 as in MNIST.
    pub(super) fn bars() -> Vec<u8> {
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
    fn an_evenly_translucent_picture_is_read_by_its_colours() {
        let faded = |alpha: u8| {
            let data = bars().iter().flat_map(|&v| [255 - v, 255 - v, 255 - v, alpha]).collect();
            extract(&RgbaImage::from_width_height(28, 28, data).unwrap()).parts.len()
        };
        assert_eq!([60, 127, 128, 255].map(faded), [2; 4]);
    }

    #[test]
    fn boxes_are_where_the_ink_is_however_narrow_the_picture() {
        let bar = |width: usize, height: usize| {
            let inked = |i: usize| (10..width - 10).contains(&(i % width)) && (10..height - 10).contains(&(i / width));
            let grey: Vec<u8> = (0..width * height).map(|i| if inked(i) { 0 } else { 255 }).collect();
            let line = extract(&picture(width, &grey));
            line.grid.box_of(&line.parts[0].ink)
        };
        assert!((bar(41, 8200).height - 8180.).abs() < 20.);
        assert!((bar(8200, 41).width - 8180.).abs() < 20.);
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

    #[test]
    fn a_pale_ring_around_a_number_holds_together() {
        let mut grey = vec![255; 200 * 120];
        let is_bar = |x: usize, y: usize| [20, 28].contains(&(x / 4)) && (40..80).contains(&y);
        for (i, level) in grey.iter_mut().enumerate() {
            let (x, y) = (i % 200, i / 200);
            let r = ((x as f64 - 100.) / 60.).hypot((y as f64 - 60.) / 45.);
            // Darker and paler by turns, as where a fine line goes from pixel to pixel.
            let is_ring = (r - 1.).abs() * 45. < 0.9;
            *level = if is_bar(x, y) { 0 } else { 255 - u8::from(is_ring) * [60, 120][(x / 3 + y / 3) % 2] };
        }
        assert_eq!(extract(&picture(200, &grey)).parts.len(), 2);
    }
}

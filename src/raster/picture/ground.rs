//! The ground of a picture, paper or a dark screen: it is estimated and taken away, and what is left is scaled to full ink.
//!
//! The ground is the local mean of what is not ink, so slow shadows vanish; sharp ones are evened out before, and a pattern is measured
//! where no ink is near. O(pixels). Known limits: light ink on dark paper under a sharp shadow; a sharp shadow that
//! meets the picture's edge aslant leaves a wedge there; a pattern with lines as thick as the pen; ink that reaches the edge of a sheet on a table.

use std::ops::Range;

use super::{Plane, flood};

/// Grey levels (0 to 1) by which ink must differ from its ground; less is an empty page.
const LEAST_CONTRAST: f32 = 0.12;

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

/// Coverage below this is paper: scaling and compression leave so much around writing, and a part with it would reach over its neighbours.
const LEAST_COVERAGE: f32 = 0.03;

/// However wild the ground, contrast above this share of the threshold between ink and ground is ink.
const MAX_FLOOR: f32 = 0.85;

/// What a picture comes to without its ground.
pub(super) struct Coverage {
    pub(super) plane: Plane,
    /// The ground had a pattern: faint ink far from darker ink is more of it.
    pub(super) patterned: bool,
}

/// Coverage 0 to 1 from grey levels; `None` where no ink stands out.
pub(super) fn take_away(mut plane: Plane) -> Option<Coverage> {
    even_out_shadow(&mut plane);
    clear_table(&mut plane);
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
    plane.values = contrast
        .iter()
        .map(|c| (c - floor) / (levels.full - floor))
        .map(|covered| if covered < LEAST_COVERAGE { 0. } else { covered.min(1.) })
        .collect();
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
        let ink = contrast.iter().map(|&c| if c > threshold { 1. } else { 0. }).collect();
        let near_ink = Plane { width, height: contrast.len() / width, values: ink }.extremes(EDGE_REACH, f32::max);
        let ground = contrast.iter().zip(&near_ink.values).filter(|&(_, &near)| near == 0.).map(|(&c, _)| c).collect();
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

/// Divides a photograph by the light on its paper where a shadow falls over its border: a local mean would follow the shadow's edge too slowly.
/// The light is what stays when all that is darker, and narrower than a window, is filled (a closing: J. Serra, "Image Analysis and
/// Mathematical Morphology", 1982).
fn even_out_shadow(plane: &mut Plane) {
    /// Share of the border that lies in shadow: less may be ink that is cut off, more the line of a box.
    const SHADED: Range<f64> = 0.15..0.85;
    /// Half the window, as a share of the shorter side. A smaller one takes thick pens for shadows, a larger one is as slow as the mean.
    const REACH: f64 = 0.12;
    /// Share of the brightest light that a shadow leaves, at least: less is ink that lies along the border.
    const LEAST_LIGHT: f32 = 0.4;
    let side = plane.width.min(plane.height);
    if !may_be_photograph(plane) || !SHADED.contains(&dark_shares(plane)[0]) {
        return;
    }
    let reach = (REACH * side as f64) as usize;
    let light = plane.extremes(reach, f32::max).extremes(reach, f32::min).values;
    let least = LEAST_LIGHT * light.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    plane.values.iter_mut().zip(light).for_each(|(v, light)| *v /= light.max(least));
}

/// In less there is only a glyph, as in MNIST's and semeion's pictures of 28 and 16 px, which itself may lie on much of the border or fill most of what is
/// within.
fn may_be_photograph(plane: &Plane) -> bool {
    /// Of the shorter side, px.
    const LEAST_SIDE: usize = 40;
    plane.width.min(plane.height) >= LEAST_SIDE
}

/// Ink is the rarer side and does not line the border: the border's median tells the ground. The border may be the line of a box, though: then
/// the ground begins a little farther in, and what is written on it is of the border's kind. A blot on paper has nothing in it.
fn ink_is_bright(plane: &Plane) -> bool {
    /// The share that writing takes within a box: a dot in a large one, bold digits in a tight one.
    const WRITTEN: Range<f64> = 0.005..0.4;
    let [border, ring, within] = dark_shares(plane);
    let is_box = |border: f64, ring: f64, within: f64| border > 0.5 && ring < 0.5 && WRITTEN.contains(&within);
    if border > 0.5 { !is_box(border, ring, within) } else { is_box(1. - border, 1. - ring, 1. - within) }
}

/// Makes the table that a sheet lies on in a photograph like the sheet: what lines the border, where most of what is farther in is something else,
/// with writing of the border's kind on it.
fn clear_table(plane: &mut Plane) {
    /// The share that writing takes on a sheet: more are the loops of bold digits, which have no sheet around them.
    const WRITTEN: Range<f64> = 0.005..0.15;
    let shares = dark_shares(plane);
    let is_dark = shares[0] > 0.5;
    let [_, ring, within] = if is_dark { shares } else { shares.map(|share| 1. - share) };
    if !may_be_photograph(plane) || ring < 0.5 || within >= 0.5 {
        return;
    }
    let (w, h) = (plane.width, plane.height);
    let threshold = otsu(&plane.values);
    let of_border: Vec<u8> = plane.values.iter().map(|&v| u8::from((v < threshold) == is_dark)).collect();
    // The topmost of its kind, since nothing on the sheet is above the table.
    let first = of_border.iter().take_while(|&&of| of == 0).count();
    let mut is_table = vec![false; w * h];
    let table = flood(&of_border, [w, h], vec![first], 1, usize::MAX, &mut is_table);
    let written = of_border.iter().filter(|&&of| of > 0).count() - table.len();
    // In each row begins one run of a sheet at most, but for specks of the table, and more of bold digits.
    let begins = |run: &&[bool]| run[0] && !run[1..].contains(&true);
    let runs = is_table.windows(w / 20 + 2).filter(begins).count();
    if !WRITTEN.contains(&(written as f64 / (w * h - table.len()) as f64)) || runs > h {
        return;
    }
    let sheet = || plane.values.iter().zip(&of_border).filter(|&(_, &of)| of == 0).map(|(v, _)| v);
    let level = sheet().sum::<f32>() / sheet().count() as f32;
    table.into_iter().for_each(|i| plane.values[i] = level);
}

/// The shares of dark pixels on the border, on a ring a little farther in, and within that.
fn dark_shares(plane: &Plane) -> [f64; 3] {
    /// How far in, as a share of the shorter side, the line of a box has ended: lines of forms take up to 0.06 of the writing's height.
    const FARTHER_IN: f64 = 0.1;
    let (w, h) = (plane.width, plane.height);
    let threshold = otsu(&plane.values);
    let ring = ((FARTHER_IN * w.min(h) as f64) as usize).max(1);
    // Light pixels and dark ones, on the border, between, on the ring and within it.
    let mut counts = [[0u32; 2]; 4];
    for (i, &value) in plane.values.iter().enumerate() {
        let (x, y) = (i % w, i / w);
        let from_border = x.min(w - 1 - x).min(y).min(h - 1 - y);
        let zone = usize::from(from_border > 0) + usize::from(from_border >= ring) + usize::from(from_border > ring);
        counts[zone][usize::from(value < threshold)] += 1;
    }
    let [border, _, ring, within] = counts.map(|[light, dark]| f64::from(dark) / f64::from(light + dark).max(1.));
    [border, ring, within]
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
pub(super) fn percentile(mut values: Vec<f32>, at: f64) -> f32 {
    if values.is_empty() {
        return 0.;
    }
    let index = ((values.len() - 1) as f64 * at).round() as usize;
    *values.select_nth_unstable_by(index, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::super::extract;
    use super::super::tests::{bars, picture};
    use crate::ink::RgbaImage;

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
    fn what_scaling_leaves_around_ink_is_paper() {
        /// By the distance from the middle of a bar.
        const GREY: [u8; 8] = [0, 0, 140, 254, 252, 251, 253, 255];
        let distance = |x: usize, y: usize, bar: usize| x.abs_diff(bar).max(y.abs_diff(100).saturating_sub(15));
        let grey_at = |x: usize, y: usize| GREY[distance(x, y, 140).min(distance(x, y, 170)).min(GREY.len() - 1)];
        let grey: Vec<u8> = (0..300 * 200).map(|i| grey_at(i % 300, i / 300)).collect();
        let parts = extract(&picture(300, &grey)).parts;
        let boxes: Vec<_> =
            parts.iter().map(|p| [p.ink.left, p.ink.top, p.ink.width as i32, p.ink.height as i32]).collect();
        assert_eq!(boxes, [[138, 83, 5, 35], [168, 83, 5, 35]]);
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
    fn a_sharp_shadow_over_a_photograph_is_not_ink() {
        for slant in [-0.4, 0., 0.7] {
            let grey: Vec<u8> = (0..160 * 100)
                .map(|i| {
                    let (x, y) = ((i % 160) as f64, (i / 160) as f64);
                    let lit = if x + slant * (y - 50.) < 75. { 230. } else { 130. };
                    let bar =
                        [40, 72, 110].iter().any(|at| (*at..at + 5).contains(&(i % 160))) && (25. ..75.).contains(&y);
                    if bar { (lit * 0.3) as u8 } else { lit as u8 }
                })
                .collect();
            let parts = extract(&picture(160, &grey)).parts;
            let bars = parts.iter().filter(|p| p.ink.height == 50).map(|p| [p.ink.left, p.ink.width as i32]);
            assert_eq!(bars.collect::<Vec<_>>(), [[40, 5], [72, 5], [110, 5]], "slant {slant}");
            let others = parts.iter().filter(|p| p.ink.height != 50);
            assert!(others.map(|p| p.ink.width.max(p.ink.height)).max() <= Some(12), "slant {slant}");
        }
    }

    #[test]
    fn a_table_around_the_paper_is_not_ink() {
        for ([ink, paper, table], turn) in
            [[40, 225, 30], [40, 225, 130], [220, 40, 160]].into_iter().flat_map(|levels| [(levels, 0.), (levels, 0.1)])
        {
            let grey: Vec<u8> = (0..200 * 120)
                .map(|i| {
                    let (x, y) = ((i % 200) as f64 - 100., (i / 200) as f64 - 60.);
                    let (x, y) = (x + turn * y, y - turn * x);
                    let is_bar = [-50., 0., 40.].iter().any(|at| (*at..at + 5.).contains(&x)) && y.abs() < 25.;
                    match () {
                        () if x.abs() > 80. || y.abs() > 40. => table,
                        () if is_bar => ink,
                        () => paper,
                    }
                })
                .collect();
            let parts = extract(&picture(200, &grey)).parts;
            assert!(
                parts.len() == 3 && parts.iter().all(|p| p.ink.height < 60),
                "{ink} on {paper} on {table}: {}",
                parts.len()
            );
        }
    }

    #[test]
    fn bold_noughts_are_no_sheet() {
        let ink = |values: &[u8]| values.iter().filter(|&&v| v > 128).count();
        for (width, apart, loops) in [(96, 21., 6. ..23.), (64, 0., 10. ..24.)] {
            let grey: Vec<u8> = (0..width * 56)
                .map(|i| {
                    let (x, y) = ((i % width) as f64 - width as f64 / 2., (i / width) as f64 - 28.);
                    if loops.contains(&(x.abs() - apart).hypot(y)) { 250 } else { 5 }
                })
                .collect();
            let parts = extract(&picture(width, &grey)).parts;
            assert_eq!(parts.iter().map(|p| ink(&p.ink.ink)).sum::<usize>(), ink(&grey), "{width}");
        }
    }

    #[test]
    fn ink_along_the_border_is_no_shadow() {
        // A 7 that was cut out tightly, of a thick pen: its bar lies on the border.
        let seven = |x: usize, y: usize| y < 9 || (60 - y * 40 / 100..70 - y * 40 / 100).contains(&x);
        for ([ink, paper], width) in
            [[40, 255], [0, 200], [230, 30]].into_iter().flat_map(|pair| [(pair, 70), (pair, 42)])
        {
            let at = |i: usize| [i % width * 70 / width, i / width * 70 / width];
            let is_inked = |i: usize| seven(at(i)[0], at(i)[1]);
            let grey: Vec<u8> = (0..width * width * 100 / 70).map(|i| if is_inked(i) { ink } else { paper }).collect();
            let parts = extract(&picture(width, &grey)).parts;
            assert_eq!(parts.len(), 1, "{ink} on {paper}");
            let whole = (0..width).all(|x| parts[0].ink.at_xy(x * parts[0].ink.width / width, 1) > 150);
            assert!(whole, "{ink} on {paper}, {width} px wide");
        }
    }

    #[test]
    fn even_pictures_have_no_ink() {
        for level in [0, 9, 128, 255] {
            assert!(extract(&picture(20, &vec![level; 400])).parts.is_empty(), "level {level}");
        }
        assert!(extract(&RgbaImage::from_width_height(5, 5, vec![0; 100]).unwrap()).parts.is_empty());
    }
}

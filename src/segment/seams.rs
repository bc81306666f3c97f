//! Cuts through the ink of a picture: minimum-ink seams from the top of a part to its bottom, found by dynamic programming as in seam
//! carving (S. Avidan, A. Shamir, "Seam Carving for Content-Aware Image Resizing", SIGGRAPH 2007), in O(width * height) a part.
//!
//! A seam bends around ink into the valleys of the contour, so slanted and curved joints are cut where they are thin. Where ink is cut
//! at the same cost all along a stroke, its ends count: there the digits meet. Strokes that touch lengthwise are cut straight from the
//! notch of the contour above the joint to the one below, though a way across one of them would be shorter.

use super::cut::{CutKind, Side, Sight, Through, View};
use crate::order;
use crate::raster::Raster;

/// Dearest seam that is kept, in line heights of full ink: above this it runs along strokes instead of across them.
const MAX_CUT_COST: f64 = 0.9;

/// Ink cost of one sideways step of a seam. 0 would let seams wander; 1 would forbid slanted cuts.
const SIDE_STEP: f32 = 0.12;

/// Rows through which seams are sought, evenly spaced: one alone misses joints that another seam of the same column undercuts.
const ROWS: usize = 8;

/// Seams within so much of the cheapest beside them, in line heights of ink, are as good as it: a stroke cut across.
const SAME_COST: f32 = 0.03;

/// A stroke longer than this, in line heights, is cut at both ends; longer than twice this, in the middle too.
const LONG: f64 = 0.12;

/// Least ink on each side of a cut, and between two cuts, in squared line heights: about a pen's width by a tenth of the height.
const LEAST_INK: f64 = 0.009;

/// Longest straight cut from notch to notch, in line heights, and how far it may lean, in px sideways for each px down.
const LONGEST_JOINT: f64 = 0.8;
const STEEPEST_JOINT: f64 = 0.7;

/// Most notches of a part from either side, and most pairs of them, that joints are sought between. What has more is no writing but a
/// texture: a checkerboard of 63 px had a million pairs and took twenty seconds. Of 2,431 parts of scanned cheques the busiest has 52
/// notches and 161 pairs.
const MAX_NOTCHES: usize = 1000;
const MAX_JOINTS: usize = 4000;

/// Ink, in squared line heights, by which two seams may cross.
const CROSSED: f64 = 0.004;

/// Ink fainter than this closes nothing in.
const CLOSED: u8 = 100;

/// A cut through a part: for each row the first column to its right.
#[derive(Debug, Clone)]
pub(super) struct Seam {
    pub columns: Vec<usize>,
    pub view: View,
}

/// All seams of a part that cross little enough ink, cheapest first; many are nearly the same, and many cross.
pub(super) fn seams(part: &Raster, slant: f64, line_height: f64) -> Vec<Seam> {
    let upright = Upright::of(part, slant);
    let costs = SeamCosts::new(&upright.ink);
    let holes = holes(part);
    let notches = Notches::of(&upright.ink);
    let rows = (0..ROWS).map(|i| (2 * i + 1) * part.height / (2 * ROWS));
    let seeds = rows.flat_map(|row| costs.seeds(row, line_height).into_iter().map(move |x| (row, x)));
    let seeds = seeds.chain(notches.from_above.iter().chain(&notches.from_below).copied());
    let mut traces: Vec<Vec<usize>> = seeds.map(|(row, x)| costs.trace(row, x)).collect();
    let joints: Vec<_> = notches.joints(line_height).take(MAX_JOINTS + 1).collect();
    if joints.len() <= MAX_JOINTS {
        traces.extend(joints.into_iter().map(|(from, to)| costs.trace_joint(from, to)));
    }
    traces.iter_mut().for_each(|trace| *trace = upright.back(trace));
    // Of those that cost the same the one farther left comes first, whatever the machine.
    order::dedup(&mut traces, |trace| {
        [order::whole(trace[trace.len() / 2]), order::hash(trace.iter().map(|&x| x as u64)), 0]
    });
    let dearest = MAX_CUT_COST * line_height;
    let priced = traces.into_iter().map(|columns| (through(part, &holes, &columns), columns));
    let mut priced: Vec<(Through, Vec<usize>)> = priced.filter(|(through, _)| through.crossed <= dearest).collect();
    order::sort(&mut priced, |(through, _)| [order::total(through.crossed), 0, 0]);
    priced.into_iter().map(|(t, columns)| Seam { view: view(part, t, &columns, line_height), columns }).collect()
}

/// The likeliest seams of which none crosses another, left to right; `seams` are paired with the log-odds of each.
pub(super) fn chosen(part: &Raster, line_height: f64, mut seams: Vec<(f32, Seam)>) -> Vec<(f32, Seam)> {
    let sums = RowSums::new(part);
    let unit = line_height * line_height;
    let edges = [vec![0; part.height], vec![part.width; part.height]];
    order::sort(&mut seams, |(odds, _)| [order::total(-f64::from(*odds)), 0, 0]);
    let mut kept: Vec<(f32, Seam)> = Vec::new();
    for (odds, seam) in seams {
        let fits = |other: &Vec<usize>| {
            let (left, right) = sums.between(&seam.columns, other);
            left + right >= LEAST_INK * unit && left.min(right) <= CROSSED * unit
        };
        if kept.iter().map(|(_, s)| &s.columns).chain(&edges).all(fits) {
            kept.push((odds, seam));
        }
    }
    // Seams that hardly cross are ordered by the ink to their left; where they do cross a little, the right one gives way.
    order::sort(&mut kept, |(_, seam)| [order::total(sums.left_of(&seam.columns)), 0, 0]);
    let mut left = vec![0; part.height];
    for (_, seam) in &mut kept {
        seam.columns.iter_mut().zip(&left).for_each(|(c, &l)| *c = l.max(*c));
        left.clone_from(&seam.columns);
    }
    kept
}

/// A part with its slant taken out, so that the cheapest way down follows the writing.
struct Upright {
    ink: Raster,
    /// For each row how far it was moved right, px.
    moved: Vec<usize>,
    /// Columns of the part.
    width: usize,
}

impl Upright {
    fn of(part: &Raster, slant: f64) -> Self {
        let shift = |y: usize| (slant * y as f64).round() as i64;
        let least = shift(0).min(shift(part.height - 1));
        let moved: Vec<usize> = (0..part.height).map(|y| (shift(y) - least) as usize).collect();
        let width = part.width + moved.iter().max().copied().unwrap_or(0);
        let mut ink = Raster::blank_ltwh(0, 0, width, part.height);
        for (y, &by) in moved.iter().enumerate() {
            ink.ink[y * width + by..][..part.width].copy_from_slice(&part.ink[y * part.width..][..part.width]);
        }
        Self { ink, moved, width: part.width }
    }

    /// A seam in the part's own columns.
    fn back(&self, seam: &[usize]) -> Vec<usize> {
        seam.iter().zip(&self.moved).map(|(&x, &by)| x.saturating_sub(by).min(self.width)).collect()
    }
}

/// How far writing leans, in px rightward for each px up: of some slants the one that makes its strokes stand upright, by the sharpness of
/// its columns (R. Bozinovic, S. Srihari, "Off-line cursive script word recognition", PAMI 1989).
pub(super) fn slant_of(line: &Raster) -> f64 {
    /// Steps of the slant and how many of them either way.
    const STEP: f64 = 0.1;
    const STEPS: i32 = 7;
    /// Upright unless it is this much sharper otherwise.
    const SHARPER: f64 = 1.03;
    let sharpness = |slant: f64| {
        let upright = Upright::of(line, slant).ink;
        let mut columns = vec![0f64; upright.width];
        for row in upright.ink.chunks_exact(upright.width) {
            columns.iter_mut().zip(row).for_each(|(sum, &v)| *sum += f64::from(v) / 255.);
        }
        columns.iter().map(|sum| sum * sum).sum::<f64>()
    };
    let slants = (-STEPS..=STEPS).map(|i| f64::from(i) * STEP);
    let best =
        slants.map(|slant| (sharpness(slant), slant)).max_by(|a, b| a.0.total_cmp(&b.0)).expect("there are some");
    if best.0 > SHARPER * sharpness(0.) { best.1 } else { 0. }
}

/// What a seam goes through.
fn through(part: &Raster, holes: &[bool], columns: &[usize]) -> Through {
    let mut through = Through { kind: CutKind::Seam, ..Through::GAP };
    let mut on_ink = false;
    for (y, &x) in columns.iter().enumerate() {
        let ink = if x < part.width { f64::from(part.at_xy(x, y)) / 255. } else { 0. };
        through.crossed += ink;
        through.crossings += usize::from(ink >= 0.5 && !on_ink);
        through.opens_loop |= x < part.width && holes[y * part.width + x];
        on_ink = ink >= 0.5;
    }
    through
}

/// What is seen at a seam.
fn view(part: &Raster, through: Through, columns: &[usize], line_height: f64) -> View {
    let mean = columns.iter().sum::<usize>() as f64 / columns.len() as f64;
    let (x, y) = (f64::from(part.left) + mean, f64::from(part.top) + part.height as f64 / 2.);
    let mut sight = Sight::around(x, y, through, line_height);
    let (from, to) = sight.columns();
    let inside = |x: f64| (x - f64::from(part.left)).clamp(0., part.width as f64) as usize;
    let seen = inside(from.floor())..inside(to.ceil());
    for (row, &seam) in columns.iter().enumerate() {
        let y = f64::from(part.top) + row as f64 + 0.5;
        for column in seen.clone() {
            let ink = part.at_xy(column, row);
            if ink > 0 {
                let side = if column < seam { Side::Left } else { Side::Right };
                let ink = f64::from(ink) / 255.;
                sight.add(side, f64::from(part.left) + column as f64 + 0.5, y, ink);
                sight.add_beside(column as f64 + 0.5 - seam as f64, y, ink);
            }
        }
    }
    sight.view()
}

/// Where the ground between two strokes ends in ink, each a (row, column): the places where contours turn inward.
#[derive(Default)]
struct Notches {
    from_above: Vec<(usize, usize)>,
    from_below: Vec<(usize, usize)>,
}

impl Notches {
    fn of(ink: &Raster) -> Self {
        let (w, h) = (ink.width, ink.height);
        let is_ink = |x: usize, y: usize| ink.at_xy(x, y) >= CLOSED;
        let (mut from_above, mut from_below) = (Vec::new(), Vec::new());
        for y in 0..h {
            let mut x = 0;
            while x < w {
                if is_ink(x, y) {
                    x += 1;
                    continue;
                }
                let from = x;
                while x < w && !is_ink(x, y) {
                    x += 1;
                }
                if from == 0 || x == w {
                    continue;
                }
                let ends = |row: usize| (from..x).all(|x| is_ink(x, row));
                let middle = (from + x) / 2;
                if y + 1 < h && ends(y + 1) {
                    from_above.push((y, middle));
                }
                if y > 0 && ends(y - 1) {
                    from_below.push((y, middle));
                }
            }
        }
        let is_writing = from_above.len().max(from_below.len()) <= MAX_NOTCHES;
        if is_writing { Self { from_above, from_below } } else { Self::default() }
    }

    /// Pairs of a notch from above and one from below it, near enough to be the two ends of a joint.
    fn joints(&self, line_height: f64) -> impl Iterator<Item = ((usize, usize), (usize, usize))> {
        let near = move |&((y1, x1), (y2, x2)): &((usize, usize), (usize, usize))| {
            let down = y2 as f64 - y1 as f64;
            down > 0.
                && down <= LONGEST_JOINT * line_height
                && (x2 as f64 - x1 as f64).abs() <= STEEPEST_JOINT * down + 2.
        };
        self.from_above.iter().flat_map(|&a| self.from_below.iter().map(move |&b| (a, b))).filter(near)
    }
}

/// The pixels of ground that ink closes in.
fn holes(part: &Raster) -> Vec<bool> {
    let (w, h) = (part.width, part.height);
    let mut hole: Vec<bool> = part.ink.iter().map(|&v| v < CLOSED).collect();
    let edge = (0..w).flat_map(|x| [x, (h - 1) * w + x]).chain((0..h).flat_map(|y| [y * w, y * w + w - 1]));
    let mut open: Vec<usize> = edge.filter(|&i| hole[i]).collect();
    open.iter().for_each(|&i| hole[i] = false);
    while let Some(i) = open.pop() {
        let (x, y) = (i % w, i / w);
        let beside =
            [(x > 0).then(|| i - 1), (x + 1 < w).then(|| i + 1), (y > 0).then(|| i - w), (y + 1 < h).then(|| i + w)];
        for j in beside.into_iter().flatten() {
            if std::mem::take(&mut hole[j]) {
                open.push(j);
            }
        }
    }
    hole
}

/// For each row the ink to the left of each column, px.
struct RowSums {
    width: usize,
    sums: Vec<f32>,
}

impl RowSums {
    fn new(part: &Raster) -> Self {
        let mut sums = Vec::with_capacity((part.width + 1) * part.height);
        for row in part.ink.chunks_exact(part.width) {
            let mut sum = 0.;
            sums.push(sum);
            for &v in row {
                sum += f32::from(v) / 255.;
                sums.push(sum);
            }
        }
        Self { width: part.width + 1, sums }
    }

    /// Ink to the left of a seam, px.
    fn left_of(&self, seam: &[usize]) -> f64 {
        seam.iter().enumerate().map(|(y, &x)| f64::from(self.sums[y * self.width + x])).sum()
    }

    /// Ink between two seams, px: where the second lies to the left of the first, and where it lies to the right.
    fn between(&self, first: &[usize], second: &[usize]) -> (f64, f64) {
        let (mut left, mut right) = (0., 0.);
        for (y, (&a, &b)) in first.iter().zip(second).enumerate() {
            let ink = f64::from(self.sums[y * self.width + b] - self.sums[y * self.width + a]);
            if ink < 0. { left -= ink } else { right += ink }
        }
        (left, right)
    }
}

/// Least cost from the top and from the bottom to every pixel: O(width * height).
struct SeamCosts<'a> {
    part: &'a Raster,
    down: Vec<f32>,
    up: Vec<f32>,
}

impl<'a> SeamCosts<'a> {
    fn new(part: &'a Raster) -> Self {
        let rows: Vec<usize> = (0..part.height).collect();
        let reversed: Vec<usize> = rows.iter().rev().copied().collect();
        Self { part, down: Self::accumulate(part, &rows), up: Self::accumulate(part, &reversed) }
    }

    fn accumulate(part: &Raster, rows: &[usize]) -> Vec<f32> {
        let w = part.width;
        let ink = |y: usize, x: usize| f32::from(part.ink[y * w + x]) / 255.;
        let mut costs = vec![0f32; part.ink.len()];
        let mut before: Option<usize> = None;
        for &y in rows {
            for x in 0..w {
                let reached: f32 = match before {
                    None => 0.,
                    Some(b) => {
                        let from = |x: usize| costs[b * w + x];
                        let mut best: f32 = from(x);
                        if x > 0 {
                            best = best.min(from(x - 1) + SIDE_STEP);
                        }
                        if x + 1 < w {
                            best = best.min(from(x + 1) + SIDE_STEP);
                        }
                        best
                    }
                };
                costs[y * w + x] = reached + ink(y, x);
            }
            before = Some(y);
        }
        costs
    }

    /// Cost of the cheapest seam through a pixel.
    fn through(&self, y: usize, x: usize) -> f32 {
        let i = y * self.part.width + x;
        self.down[i] + self.up[i] - f32::from(self.part.ink[i]) / 255.
    }

    /// Columns of a row through which a seam is no dearer than through those beside it: the middle of a short basin, both ends of a long
    /// one, and its middle where it is longer still.
    fn seeds(&self, row: usize, line_height: f64) -> Vec<usize> {
        let costs: Vec<f32> = (0..self.part.width).map(|x| self.through(row, x)).collect();
        let same = SAME_COST * line_height as f32;
        let long = (LONG * line_height) as usize;
        let mut seeds = Vec::new();
        for minimum in minima(&costs) {
            let level = costs[minimum] + same;
            let from = costs[..minimum].iter().rposition(|&c| c > level).map_or(0, |i| i + 1);
            let to = costs[minimum..].iter().position(|&c| c > level).map_or(costs.len() - 1, |i| minimum + i - 1);
            if to - from > long {
                seeds.extend([from, to]);
            }
            if to - from <= long || to - from > 2 * long {
                seeds.push((from + to) / 2);
            }
        }
        order::sort_numbers(&mut seeds);
        seeds.dedup();
        seeds
    }

    /// The cheapest seam through a pixel.
    fn trace(&self, row: usize, x: usize) -> Vec<usize> {
        self.trace_joint((row, x), (row, x))
    }

    /// The cheapest seam that runs straight from one pixel to another below it; each a (row, column).
    fn trace_joint(&self, from: (usize, usize), to: (usize, usize)) -> Vec<usize> {
        let mut columns = vec![0; self.part.height];
        let mut at = from.1;
        for y in (0..from.0).rev() {
            at = self.step(&self.down, y, at);
            columns[y] = at;
        }
        for (y, column) in columns.iter_mut().enumerate().take(to.0 + 1).skip(from.0) {
            let along = (y - from.0) as f64 / (to.0 - from.0).max(1) as f64;
            *column = (from.1 as f64 + along * (to.1 as f64 - from.1 as f64)).round() as usize;
        }
        at = to.1;
        for (y, column) in columns.iter_mut().enumerate().skip(to.0 + 1) {
            at = self.step(&self.up, y, at);
            *column = at;
        }
        columns
    }

    fn step(&self, costs: &[f32], row: usize, x: usize) -> usize {
        let w = self.part.width;
        let cost = |x2: usize| costs[row * w + x2] + if x2 == x { 0. } else { SIDE_STEP };
        let sides = [x, x.saturating_sub(1), (x + 1).min(w - 1)];
        sides.into_iter().min_by(|&a, &b| cost(a).total_cmp(&cost(b))).expect("three sides")
    }
}

/// Local minima, the middle of each plateau.
fn minima(costs: &[f32]) -> Vec<usize> {
    /// Differences below this are rounding, not shape.
    const SAME: f32 = 1e-3;
    let mut minima = Vec::new();
    let mut start = 0;
    for x in 1..=costs.len() {
        if x < costs.len() && (costs[x] - costs[start]).abs() < SAME {
            continue;
        }
        let falls_in = start > 0 && costs[start - 1] > costs[start];
        let rises_out = x < costs.len() && costs[x] > costs[start];
        if falls_in && rises_out {
            minima.push((start + x) / 2);
        }
        start = x;
    }
    minima
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHT: usize = 60;

    fn part(width: usize, inked: impl Fn(usize, usize) -> bool) -> Raster {
        let mut part = Raster::blank_ltwh(0, 0, width, HEIGHT);
        part.ink.iter_mut().enumerate().for_each(|(i, v)| *v = if inked(i % width, i / width) { 255 } else { 0 });
        part
    }

    /// Two rings that touch along a third of their height.
    fn touching_rings() -> Raster {
        let ring =
            |x: f64, y: f64, at: f64| (12.0..18.0).contains(&((x - at).powi(2) + (0.6 * (y - 29.5)).powi(2)).sqrt());
        part(70, move |x, y| ring(x as f64, y as f64, 18.) || ring(x as f64, y as f64, 51.))
    }

    #[test]
    fn digits_that_touch_lengthwise_are_cut_from_notch_to_notch() {
        let rings = touching_rings();
        let middle = |seam: &Seam| {
            let joint = &seam.columns[HEIGHT / 2 - 8..HEIGHT / 2 + 8];
            joint.iter().all(|&x| (31..=38).contains(&x))
        };
        assert!(seams(&rings, 0., HEIGHT as f64).iter().any(middle));
    }

    #[test]
    fn a_texture_is_not_searched_for_joints() {
        // Found by fuzzing: every hole makes two notches.
        let checkerboard = |width| part(width, |x, y| (x + y) % 2 == 0);
        let notches = Notches::of(&checkerboard(30));
        assert!(notches.joints(HEIGHT as f64).nth(MAX_JOINTS).is_some());
        assert!(seams(&checkerboard(30), 0., HEIGHT as f64).len() < MAX_JOINTS);
        let larger = Notches::of(&checkerboard(63));
        assert!(larger.from_above.is_empty() && larger.from_below.is_empty());
    }

    #[test]
    fn chosen_seams_never_cross_and_the_likelier_wins() {
        let rings = touching_rings();
        let all = seams(&rings, 0., HEIGHT as f64);
        // The dearest first.
        let likely = all.iter().enumerate().map(|(i, seam)| (i as f32, seam.clone())).collect();
        let chosen = chosen(&rings, HEIGHT as f64, likely);
        assert!(chosen.len() > 2);
        for pair in chosen.windows(2) {
            assert!(pair[0].1.columns.iter().zip(&pair[1].1.columns).all(|(a, b)| a <= b));
        }
        assert!(chosen.iter().any(|(odds, _)| *odds == (all.len() - 1) as f32), "the likeliest is kept");
    }

    #[test]
    fn slant_is_seen_and_taken_out() {
        let lean = |slant: f64| {
            part(120, move |x, y| (x as f64 + slant * y as f64 - 50.).rem_euclid(25.) < 5. && x > 20 && x < 100)
        };
        for slant in [-0.4, 0., 0.3, 0.5] {
            assert!((slant_of(&lean(slant)) - slant).abs() < 0.11, "{slant}: {}", slant_of(&lean(slant)));
        }
        let leaning = lean(0.5);
        let upright = Upright::of(&leaning, 0.5);
        let seam: Vec<usize> = vec![70; HEIGHT];
        let back = upright.back(&seam);
        // 0.5 px rightward for each px up.
        assert_eq!(back[0] - back[HEIGHT - 1], 30);
    }

    #[test]
    fn holes_are_what_ink_closes_in() {
        let rings = touching_rings();
        let holes = holes(&rings);
        assert!(holes[30 * rings.width + 18] && holes[30 * rings.width + 51]);
        assert!(!holes[0] && !holes[3 * rings.width + 35]);
    }
}

//! Parts to candidates: every part is cut where a cut costs little ink, the pieces (fragments) are ordered left to right, and runs of
//! neighbouring fragments become candidates for one digit.
//!
//! Cuts are minimum-ink seams from the top of a part to its bottom, found by dynamic programming as in seam carving (S. Avidan,
//! A. Shamir, "Seam Carving for Content-Aware Image Resizing", SIGGRAPH 2007), in O(width * height) a part. A seam bends around ink
//! into the valleys of the contour, so slanted and curved joints are cut where they are thin. Too many cuts cost time; a missing cut
//! costs the digit. Known limits: a joint that runs along a digit for over half its height has no cheap seam, and fragments that
//! overlap are ordered by their centres, so a digit whose pieces lie around a neighbour's is not found.

use crate::raster::{Line, Raster};

/// Dearest seam that is kept, in line heights of full ink: above this it runs along strokes instead of across them.
const MAX_CUT_COST: f32 = 0.55;

/// Ink cost of one sideways step of a seam. 0 would let seams wander; 1 would forbid slanted cuts.
const SIDE_STEP: f32 = 0.12;

/// Least distance between two cuts at mid height, in line heights. Smaller gives more fragments a digit, and slivers.
const CUT_SPACING: f64 = 0.11;

/// Parts narrower than this share of the line's height cannot hold two digits.
const NARROWEST_CUT: f64 = 0.3;

/// Parts flatter than this share of the line's height are bars of a 5 or 7, never two digits.
const FLATTEST_CUT: f64 = 0.3;

/// Parts narrower than this, in line heights, are taken for one digit when fragments are ordered: their pieces stay together, even
/// where a neighbour's ink lies between them.
const ONE_DIGIT: f64 = 1.1;

/// Least ink on each side of a cut, in squared line heights: about a pen's width by a fifth of the height.
const LEAST_INK: f64 = 0.012;

/// Longest run of fragments that is tried as one digit.
pub const MAX_RUN: usize = 7;

/// Widest candidate, in line heights: no digit is written wider. A lone fragment is always a candidate.
const MAX_WIDTH: f64 = 1.8;

/// Widest empty gap inside a candidate, in line heights: pieces of one digit lie closer.
const MAX_GAP: f64 = 0.3;

/// Most fragments of one line: beyond it the pieces are too many for writing, and neighbours are merged.
pub const MAX_FRAGMENTS: usize = 400;

/// A boundary between two neighbouring fragments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cut {
    /// Between two parts; the empty space between them in line heights, negative where they overlap.
    Gap(f32),
    /// Through the ink of a part; the ink that the seam crosses, in line heights.
    Seam(f32),
}

/// A run of fragments tried as one digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// First fragment.
    pub start: usize,
    /// One past the last fragment.
    pub end: usize,
    /// Its ink, trimmed, never empty.
    pub ink: Raster,
}

/// One line of writing in pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Left to right by centre of mass; none empty.
    pub fragments: Vec<Raster>,
    /// `cuts[i]` lies between fragments `i` and `i + 1`.
    pub cuts: Vec<Cut>,
    /// By start, then by end. Every single fragment is among them.
    pub candidates: Vec<Candidate>,
    /// Typical height of a digit, px.
    pub line_height: f64,
}

/// Cuts a line and lists its candidates.
pub fn segment(line: &Line) -> Segmentation {
    let mut pieces: Vec<Piece> = line.parts.iter().enumerate().flat_map(|(i, p)| cut_part(p, i, line.height)).collect();
    pieces.sort_by(|a, b| a.centre.total_cmp(&b.centre).then(a.part.cmp(&b.part)).then(a.order.cmp(&b.order)));
    merge_excess(&mut pieces);
    let cuts = pieces.windows(2).map(|pair| cut_between(&pair[0], &pair[1], line.height)).collect();
    let fragments: Vec<Raster> = pieces.into_iter().map(|p| p.ink).collect();
    let candidates = candidates(&fragments, line.height);
    Segmentation { fragments, cuts, candidates, line_height: line.height }
}

/// A fragment on its way: where it came from, and the seam at its left.
struct Piece {
    ink: Raster,
    /// Where it stands in the order, px.
    centre: f64,
    part: usize,
    /// Its place among the pieces of its part, and the cost of the seam to its left in line heights (0 for the first).
    order: usize,
    seam_cost: f32,
}

fn cut_between(left: &Piece, right: &Piece, line_height: f64) -> Cut {
    if left.part == right.part && left.order + 1 == right.order {
        return Cut::Seam(right.seam_cost);
    }
    Cut::Gap((f64::from(right.ink.left - left.ink.right()) / line_height) as f32)
}

/// Keeps the count of fragments within [`MAX_FRAGMENTS`] by joining neighbours, so that the cost of a scribble is bounded.
fn merge_excess(pieces: &mut Vec<Piece>) {
    while pieces.len() > MAX_FRAGMENTS {
        let mut merged = Vec::with_capacity(pieces.len() / 2 + 1);
        let mut rest = pieces.drain(..);
        while let Some(mut piece) = rest.next() {
            if let Some(next) = rest.next() {
                piece.ink = Raster::blended(&[piece.ink, next.ink]).expect("two rasters");
            }
            merged.push(piece);
        }
        drop(rest);
        *pieces = merged;
    }
}

/// The pieces of one part, left to right.
fn cut_part(part: &Raster, index: usize, line_height: f64) -> Vec<Piece> {
    let (width, height) = (part.width as f64 / line_height, part.height as f64 / line_height);
    let may_hold_two = width >= NARROWEST_CUT && height >= FLATTEST_CUT;
    let seams = if may_hold_two { seams(part, line_height) } else { Vec::new() };
    let part_centre = (width < ONE_DIGIT).then(|| part.centre_x());
    let mut pieces = Vec::new();
    let mut left_edge = vec![0; part.height];
    let mut seam_cost = 0.;
    let whole_width = vec![part.width; part.height];
    let ends = seams.iter().map(|s| (&s.columns, s.cost / line_height as f32)).chain([(&whole_width, 0.)]);
    for (right_edge, next_cost) in ends {
        if let Some(ink) = between(part, &left_edge, right_edge).trimmed() {
            let centre = part_centre.unwrap_or_else(|| ink.centre_x());
            pieces.push(Piece { ink, centre, part: index, order: pieces.len(), seam_cost });
            seam_cost = next_cost;
        }
        left_edge.clone_from(right_edge);
    }
    pieces
}

/// The ink of `part` from `left` (inclusive) to `right` (exclusive), columns given for each row.
fn between(part: &Raster, left: &[usize], right: &[usize]) -> Raster {
    let mut out = Raster::blank_ltwh(part.left, part.top, part.width, part.height);
    for y in 0..part.height {
        let row = y * part.width;
        out.ink[row + left[y]..row + right[y]].copy_from_slice(&part.ink[row + left[y]..row + right[y]]);
    }
    out
}

/// A cut through a part: for each row the first column to its right.
struct Seam {
    columns: Vec<usize>,
    /// Ink crossed, px.
    cost: f32,
}

/// The cheap seams of a part, left to right, never crossing each other.
fn seams(part: &Raster, line_height: f64) -> Vec<Seam> {
    let costs = SeamCosts::new(part);
    let spacing = CUT_SPACING * line_height;
    let mut places: Vec<(f32, usize)> = costs.minima();
    places.retain(|&(cost, _)| f64::from(cost) <= f64::from(MAX_CUT_COST) * line_height);
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<usize> = Vec::new();
    for (_, x) in places {
        if chosen.iter().all(|&c| (c as f64 - x as f64).abs() >= spacing) {
            chosen.push(x);
        }
    }
    chosen.sort_unstable();
    let mut kept: Vec<Seam> = Vec::new();
    let least_ink = LEAST_INK * line_height * line_height;
    for x in chosen {
        let mut seam = costs.trace(x);
        let left = kept.last().map_or_else(|| vec![0; part.height], |s| s.columns.clone());
        seam.columns.iter_mut().zip(&left).for_each(|(c, &l)| *c = l.max(*c));
        let rest = vec![part.width; part.height];
        let inked = |a: &[usize], b: &[usize]| between(part, a, b).mass() >= least_ink;
        if inked(&left, &seam.columns) && inked(&seam.columns, &rest) {
            kept.push(seam);
        }
    }
    kept
}

/// Least cost from the top and from the bottom to every pixel: O(width * height).
struct SeamCosts<'a> {
    part: &'a Raster,
    down: Vec<f32>,
    up: Vec<f32>,
    middle: usize,
}

impl<'a> SeamCosts<'a> {
    fn new(part: &'a Raster) -> Self {
        let rows: Vec<usize> = (0..part.height).collect();
        let reversed: Vec<usize> = rows.iter().rev().copied().collect();
        Self {
            part,
            down: Self::accumulate(part, &rows),
            up: Self::accumulate(part, &reversed),
            middle: part.height / 2,
        }
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

    /// Cost of the cheapest seam through a column at mid height.
    fn through(&self, x: usize) -> f32 {
        let i = self.middle * self.part.width + x;
        self.down[i] + self.up[i] - f32::from(self.part.ink[i]) / 255.
    }

    /// Local minima over the columns, each a (cost, column); the middle of a plateau.
    fn minima(&self) -> Vec<(f32, usize)> {
        let costs: Vec<f32> = (0..self.part.width).map(|x| self.through(x)).collect();
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
                minima.push((costs[start], (start + x) / 2));
            }
            start = x;
        }
        minima
    }

    /// The cheapest seam through a column at mid height.
    fn trace(&self, x: usize) -> Seam {
        let mut columns = vec![0; self.part.height];
        let (mut up_at, mut down_at) = (x, x);
        for y in (0..=self.middle).rev() {
            columns[y] = up_at;
            if y > 0 {
                up_at = self.step(&self.down, y - 1, up_at);
            }
        }
        for (y, column) in columns.iter_mut().enumerate().skip(self.middle) {
            *column = down_at;
            if y + 1 < self.part.height {
                down_at = self.step(&self.up, y + 1, down_at);
            }
        }
        let ink = columns.iter().enumerate().map(|(y, &x)| f32::from(self.part.at_xy(x, y)) / 255.).sum();
        Seam { columns, cost: ink }
    }

    fn step(&self, costs: &[f32], row: usize, x: usize) -> usize {
        let w = self.part.width;
        let cost = |x2: usize| costs[row * w + x2] + if x2 == x { 0. } else { SIDE_STEP };
        let sides = [x, x.saturating_sub(1), (x + 1).min(w - 1)];
        sides.into_iter().min_by(|&a, &b| cost(a).total_cmp(&cost(b))).expect("three sides")
    }
}

fn candidates(fragments: &[Raster], line_height: f64) -> Vec<Candidate> {
    let mut out = Vec::new();
    for start in 0..fragments.len() {
        let (mut left, mut right) = (fragments[start].left, fragments[start].right());
        for end in start + 1..=(start + MAX_RUN).min(fragments.len()) {
            let last = &fragments[end - 1];
            if end > start + 1 {
                let gap = f64::from(last.left - right);
                left = left.min(last.left);
                right = right.max(last.right());
                if gap > MAX_GAP * line_height || f64::from(right - left) > MAX_WIDTH * line_height {
                    break;
                }
            }
            let ink = Raster::blended(&fragments[start..end]).expect("a run has a fragment");
            out.push(Candidate { start, end, ink });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Grid;

    const HEIGHT: usize = 60;

    /// A part from a predicate over columns and rows.
    fn part(left: i32, width: usize, inked: impl Fn(usize, usize) -> bool) -> Raster {
        let mut part = Raster::blank_ltwh(left, 0, width, HEIGHT);
        part.ink.iter_mut().enumerate().for_each(|(i, v)| *v = if inked(i % width, i / width) { 255 } else { 0 });
        part
    }

    fn line(parts: Vec<Raster>) -> Line {
        Line { parts, specks: Vec::new(), height: HEIGHT as f64, grid: Grid { unit: 1., x: 0., y: 0., pen_reach: 0. } }
    }

    fn bar(left: i32) -> Raster {
        part(left, 6, |_, _| true)
    }

    /// Two bars joined by a bridge 4 px thick.
    fn joined_bars() -> Raster {
        part(0, 46, |x, y| !(6..40).contains(&x) || (28..32).contains(&y))
    }

    #[test]
    fn no_ink_no_candidates() {
        let segmentation = segment(&line(vec![]));
        assert!(
            segmentation.fragments.is_empty() && segmentation.cuts.is_empty() && segmentation.candidates.is_empty()
        );
    }

    #[test]
    fn parts_apart_are_fragments_with_a_gap() {
        let segmentation = segment(&line(vec![bar(36), bar(0)]));
        assert_eq!(segmentation.fragments, [bar(0), bar(36)]);
        assert_eq!(segmentation.cuts, [Cut::Gap(0.5)]);
        // Too far apart to be one digit.
        assert_eq!(segmentation.candidates.len(), 2);
    }

    #[test]
    fn a_bridge_is_cut_at_the_cost_of_its_ink() {
        let segmentation = segment(&line(vec![joined_bars()]));
        let seams: Vec<f32> = segmentation
            .cuts
            .iter()
            .map(|cut| match cut {
                Cut::Seam(cost) => *cost,
                Cut::Gap(gap) => panic!("one part has no gap, saw {gap}"),
            })
            .collect();
        assert!(!seams.is_empty());
        for cost in seams {
            assert!((cost - 4. / HEIGHT as f32).abs() < 0.02, "{cost}");
        }
    }

    #[test]
    fn cutting_loses_no_ink_and_makes_none() {
        let parts = vec![joined_bars(), part(60, 50, |x, y| (x as i32 - 25).pow(2) + (y as i32 - 30).pow(2) < 600)];
        let segmentation = segment(&line(parts.clone()));
        assert!(segmentation.fragments.len() >= 3);
        assert_eq!(Raster::blended(&segmentation.fragments), Raster::blended(&parts));
        let pieces: f64 = segmentation.fragments.iter().map(Raster::mass).sum();
        assert!((pieces - parts.iter().map(Raster::mass).sum::<f64>()).abs() < 1e-6);
    }

    #[test]
    fn a_narrow_part_and_a_flat_part_stay_whole() {
        let dash = part(30, 40, |_, y| (28..36).contains(&y)).trimmed().unwrap();
        assert_eq!(segment(&line(vec![bar(0), dash])).fragments.len(), 2);
    }

    #[test]
    fn pieces_of_one_digit_stay_together_around_a_neighbour() {
        // A ring with a bar inside its box: the bar's centre lies between the ring's pieces.
        let ring = part(0, 44, |x, y| {
            let r = (x as f64 - 21.5).hypot((y as f64 - 29.5) * 0.75);
            (16.0..22.0).contains(&r)
        });
        let segmentation = segment(&line(vec![ring.clone(), bar(30)]));
        let whole = segmentation.candidates.iter().any(|c| c.ink.mass() == ring.mass());
        assert!(whole, "the ring alone is a candidate");
    }

    #[test]
    fn every_fragment_alone_is_a_candidate() {
        let segmentation = segment(&line(vec![joined_bars(), bar(60), bar(100)]));
        for i in 0..segmentation.fragments.len() {
            assert!(segmentation.candidates.iter().any(|c| (c.start, c.end) == (i, i + 1)), "fragment {i}");
        }
    }

    #[test]
    fn a_scribble_of_many_parts_is_bounded() {
        let parts: Vec<Raster> = (0..3 * MAX_FRAGMENTS as i32).map(|i| bar(8 * i)).collect();
        let segmentation = segment(&line(parts));
        assert!(segmentation.fragments.len() <= MAX_FRAGMENTS);
        assert_eq!(segmentation.cuts.len() + 1, segmentation.fragments.len());
    }
}

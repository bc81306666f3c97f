//! Parts to candidates: every part is cut where two digits may meet, the pieces (fragments) are ordered left to right, and runs of
//! neighbouring fragments become candidates for one digit.
//!
//! Pictures are cut along seams that cross little ink, strokes where the pen turns; a [`CutModel`] tells from what is seen at a cut how
//! probable it is, and hopeless cuts and candidates are left out before anything is scored. Too many cuts cost time; a missing cut costs
//! the digit. Known limits: a joint that runs along a digit for over half its height has no cheap seam, and fragments that overlap are
//! ordered by their centres, so a digit whose pieces lie around a neighbour's is not found.

mod cut;
mod seams;
mod turns;

#[cfg(any(test, feature = "cli"))]
pub use cut::without_ways;
pub use cut::{Cut, CutKind, CutModel, VIEW, View};

use std::ops::RangeInclusive;

use crate::geom::Point;
use crate::marks::{Stem, lean_of_hand, slash_log_odds};
use crate::order;
use crate::raster::strokes::draw_path;
use crate::raster::{Line, Part, Raster};
use crate::trajectory::Trajectory;
use cut::{Nearby, Side, Sight, Through};

/// Parts narrower than this share of the line's height cannot hold two digits.
const NARROWEST_CUT: f64 = 0.3;

/// Parts flatter than this share of the line's height are bars of a 5 or 7, never two digits.
const FLATTEST_CUT: f64 = 0.3;

/// Parts narrower than this, in line heights, are taken for one digit when fragments are ordered: their pieces stay together, even
/// where a neighbour's ink lies between them.
const ONE_DIGIT: f64 = 1.1;

/// Log-odds below which a cut through ink is not made: higher loses digits, lower costs time.
const LEAST_ODDS: f32 = -4.2;

/// A candidate is left out when its cuts speak against it by more than this, natural log: those that it passes over and the two where it
/// ends. Higher scores more candidates in vain, lower loses digits.
const MOST_AGAINST: f32 = 8.;

/// Candidates lower than this, in line heights, are pieces: no digit is written smaller beside others.
const LOWEST: f64 = 0.33;

/// Longest run of fragments that is tried as one digit.
pub const MAX_RUN: usize = 12;

/// Widest candidate, in line heights: no digit is written wider. A lone fragment may be.
const MAX_WIDTH: f64 = 1.8;

/// Widest empty gap inside a candidate, in line heights: pieces of one digit lie closer.
const MAX_GAP: f64 = 0.3;

/// Most fragments of one line: beyond it the pieces are too many for writing, and neighbours are merged.
pub const MAX_FRAGMENTS: usize = 400;

/// A run of fragments tried as one digit.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// First fragment.
    pub start: usize,
    /// One past the last fragment.
    pub end: usize,
    /// Fragments of the run, at its left and at its right, that are no ink of this digit.
    pub left_out: [usize; 2],
    /// What those are.
    pub left_out_as: LeftOut,
    /// The ink of the others, trimmed, never empty.
    pub ink: Raster,
}

/// What belongs to no digit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// All of the run is the digit's.
    Nothing,
    /// The pen's way between two digits.
    Ligature,
    /// Points, commas, dashes, slashes, and what is left of ruled lines.
    Marks,
}

impl Candidate {
    /// The ink of the fragments from `start` to `end`, with so many left out on either side of them.
    fn leaving_out(left_out_as: LeftOut, left_out: [usize; 2], start: usize, end: usize, ink: &Raster) -> Self {
        let [before, after] = left_out;
        Self { start: start - before, end: end + after, left_out, left_out_as, ink: ink.clone() }
    }

    /// The fragments whose ink it is: the first, and one past the last.
    pub fn inked(&self) -> (usize, usize) {
        let [before, after] = self.left_out;
        (self.start + before, self.end - after)
    }
}

/// One line of writing in pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Left to right by centre of mass, the pieces of one stroke in its own order; none empty.
    pub fragments: Vec<Raster>,
    /// How the pen went through each of them.
    pub ways: Vec<Way>,
    /// `cuts[i]` lies between fragments `i` and `i + 1`.
    pub cuts: Vec<Cut>,
    /// By start, then by end. Every single fragment is among them.
    pub candidates: Vec<Candidate>,
    /// For each fragment: the log-odds, natural, of a slash against a 1, where it is a part of its own between others that may be either.
    pub slashes: Vec<Option<f64>>,
    /// Typical height of a digit, px.
    pub line_height: f64,
}

/// The pen's way through a fragment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Way {
    /// The stroke, and which of its pieces, in the order of writing.
    when: (usize, usize),
    /// Px of the work grid; none where it is not known.
    points: Vec<Point>,
}

impl Segmentation {
    /// Which candidate a fragment alone and whole is; there is one of each.
    #[inline(never)]
    pub fn lone(&self, fragment: usize) -> usize {
        let is_it = |c: &Candidate| (c.start, c.end, c.left_out_as) == (fragment, fragment + 1, LeftOut::Nothing);
        self.candidates.iter().position(is_it).expect("every fragment is a candidate")
    }

    /// How the pen wrote the fragments from `first` up to `past`; `None` where that is not known of all.
    pub fn trajectory(&self, first: usize, past: usize) -> Option<Trajectory> {
        let ways = &self.ways[first..past];
        let mut strokes: Vec<Vec<Point>> = Vec::new();
        let mut last = None;
        // They are few.
        while let Some(way) = ways.iter().filter(|way| last < Some(way.when)).min_by_key(|way| way.when) {
            let (stroke, piece) = way.when;
            match strokes.last_mut() {
                _ if way.points.is_empty() => return None,
                // The pen went on: the pieces meet in a point.
                Some(points) if piece > 0 && last == Some((stroke, piece - 1)) => points.extend_from_slice(&way.points),
                _ => strokes.push(way.points.clone()),
            }
            last = Some(way.when);
        }
        Trajectory::of(&strokes)
    }
}

/// How the pen wrote all of a line; `None` of pictures, and where its way is too long for writing.
pub fn trajectory_of(line: &Line) -> Option<Trajectory> {
    if line.parts.iter().any(|part| part.path.is_empty()) {
        return None;
    }
    let writing = Writing::of(line);
    if writing.is_writing { Trajectory::of(&writing.ways) } else { None }
}

/// Cuts a line and lists its candidates.
pub fn segment(line: &Line, model: &CutModel) -> Segmentation {
    let writing = Writing::of(line);
    let pieces = pieces(line, &writing, model);
    let cuts: Vec<Cut> = (1..pieces.len()).map(|i| cut_before(&pieces, i, &writing, model)).collect();
    let slashes = slashes(&pieces, &cuts, line);
    let (fragments, ways): (Vec<Raster>, Vec<Way>) = pieces.into_iter().map(|p| (p.ink, p.way)).unzip();
    let candidates = candidates(&fragments, &cuts, &slashes, line.height);
    Segmentation { fragments, ways, cuts, candidates, slashes, line_height: line.height }
}

/// See [`Segmentation::slashes`].
fn slashes(pieces: &[Piece], cuts: &[Cut], line: &Line) -> Vec<Option<f64>> {
    let stems: Vec<Option<Stem>> = line.parts.iter().map(|part| Stem::of(&part.ink, line.height)).collect();
    let slash = |(at, piece): (usize, &Piece)| {
        let is_between = at > 0 && at < cuts.len() && stands_free(cuts, at);
        let stem = Stem::of(&piece.ink, line.height).filter(|stem| is_between && stem.is_straight)?;
        let mut others = stems.clone();
        others[piece.part] = None;
        let others: Vec<Stem> = others.into_iter().flatten().collect();
        slash_log_odds(&stem, piece.ink.height as f64 / line.height, lean_of_hand(&others))
    };
    pieces.iter().enumerate().map(slash).collect()
}

/// The pieces of all parts in their order.
fn pieces(line: &Line, writing: &Writing, model: &CutModel) -> Vec<Piece> {
    let part = |(i, part): (usize, &Part)| cut_part(part, i, writing, model);
    let mut pieces: Vec<Piece> = line.parts.iter().enumerate().flat_map(part).collect();
    order::sort(&mut pieces, |piece| {
        [order::total(piece.place), order::whole(piece.part), order::whole(*piece.order.start())]
    });
    merge_excess(&mut pieces);
    pieces
}

/// What is known of all parts of a line before they are cut.
struct Writing {
    /// Width of the pen, px.
    pen: f64,
    slant: f64,
    line_height: f64,
    /// Not if the pen's way is too long for that: such a scribble's strokes stay whole.
    is_writing: bool,
    /// The pen's way through each part, evenly sampled; none where it is not known, and of a scribble, whose many points would be gone through
    /// for each candidate.
    ways: Vec<Vec<Point>>,
}

impl Writing {
    #[inline(never)]
    fn of(line: &Line) -> Self {
        let is_writing = turns::can_be_looked_for(line.parts.iter().map(|p| &p.path[..]), line.height);
        let is_known = |part: &Part| is_writing && !part.path.is_empty();
        let way = |part| if is_known(part) { turns::resampled(&part.path, line.height) } else { Vec::new() };
        let ways = line.parts.iter().map(way).collect();
        Self { pen: 2. * line.grid.pen_reach, slant: slant_of(line), line_height: line.height, is_writing, ways }
    }

    fn may_hold_two(&self, Part { ink, path }: &Part) -> bool {
        let is_large = ink.width as f64 >= NARROWEST_CUT * self.line_height
            && ink.height as f64 >= FLATTEST_CUT * self.line_height;
        is_large && (path.is_empty() || self.is_writing)
    }
}

/// How far the pictures of a line lean; strokes are cut along the pen's way and need it not.
fn slant_of(line: &Line) -> f64 {
    let pictures: Vec<&Raster> = line.parts.iter().filter(|p| p.path.is_empty()).map(|p| &p.ink).collect();
    Raster::blended(pictures).map_or(0., |ink| seams::slant_of(&ink))
}

/// A fragment on its way: where it came from, and the cut at its left.
struct Piece {
    ink: Raster,
    way: Way,
    /// Where it stands in the order, px.
    place: f64,
    part: usize,
    /// Its places among the pieces of its part, of which there are several where it was joined, and the cut before it; `None` for the first.
    order: RangeInclusive<usize>,
    cut: Option<Cut>,
}

/// The cut before a piece: within its part, or the gap to what lies before it.
fn cut_before(pieces: &[Piece], at: usize, writing: &Writing, model: &CutModel) -> Cut {
    let (before, after) = (&pieces[at - 1], &pieces[at]);
    match after.cut {
        Some(cut) if before.part == after.part && before.order.end() + 1 == *after.order.start() => cut,
        _ => Cut { kind: CutKind::Gap, log_odds: model.log_odds(&view_of_gap(pieces, at, writing)) },
    }
}

/// The gap before a piece, seen with the pieces on either side.
fn view_of_gap(pieces: &[Piece], at: usize, writing: &Writing) -> View {
    /// So many pieces, at most, make up a side.
    const PIECES: usize = 4;
    let line_height = writing.line_height;
    let sides = [&pieces[at.saturating_sub(PIECES)..at], &pieces[at..(at + PIECES).min(pieces.len())]];
    let (left, right) = (&pieces[at - 1].ink, &pieces[at].ink);
    let x = f64::from(left.right() + right.left) / 2.;
    let near = sides.iter().copied().flatten().filter(|p| (p.ink.centre_x() - x).abs() < ONE_DIGIT * line_height);
    let (top, bottom) = near.fold((left.top, left.bottom()), |(t, b), p| (t.min(p.ink.top), b.max(p.ink.bottom())));
    let mut sight = Sight::around(x, f64::from(top + bottom) / 2., Through::GAP, line_height);
    for (side, pieces) in [Side::Left, Side::Right].into_iter().zip(sides) {
        pieces.iter().for_each(|p| sight.add_raster(side, &p.ink));
    }
    let [left, right] = [at - 1, at].map(|piece| &writing.ways[pieces[piece].part][..]);
    if let Some([a, b]) = nearest(left, right) {
        sight.add_ways([(left, a), (right, b)].map(|(way, at)| Nearby::of(way, at, runs_up(way))));
    }
    sight.view()
}

/// Whether a way ends above where it began. Gaps see it from its upper end: from which end it was written, and which of two first, tells more of
/// whose hand it was than of whether they are one digit.
fn runs_up(way: &[Point]) -> bool {
    way[way.len() - 1].y < way[0].y
}

/// Where two ways come nearest to each other; `None` where one is not known.
fn nearest(a: &[Point], b: &[Point]) -> Option<[usize; 2]> {
    /// Of a longer way not every point is looked at: a scribble has many.
    const POINTS: usize = 200;
    let step = |way: &[Point]| way.len().div_ceil(POINTS).max(1);
    let (mut least, mut at) = (f64::INFINITY, None);
    for i in (0..a.len()).step_by(step(a)) {
        for j in (0..b.len()).step_by(step(b)) {
            let squared = (a[i].x - b[j].x).powi(2) + (a[i].y - b[j].y).powi(2);
            if squared < least {
                (least, at) = (squared, Some([i, j]));
            }
        }
    }
    at
}

/// A cut that may be made through a part, and the ink on its sides: what the model of cuts learns from.
#[derive(Debug, Clone)]
pub struct PossibleCut {
    /// What it goes through.
    pub kind: CutKind,
    /// What is seen there.
    pub view: View,
    /// Ink on its sides.
    pub left: Raster,
    /// See `left`.
    pub right: Raster,
}

/// All cuts that may be made through the parts of a line.
pub fn possible_cuts(line: &Line) -> Vec<PossibleCut> {
    let writing = Writing::of(line);
    let of_part = |(part, way): (&Part, &Vec<Point>)| -> Vec<PossibleCut> {
        if !writing.may_hold_two(part) {
            return Vec::new();
        }
        if part.path.is_empty() {
            let (none, all) = (vec![0; part.ink.height], vec![part.ink.width; part.ink.height]);
            let cut = |seam: seams::Seam| {
                let left = between(&part.ink, &none, &seam.columns).trimmed()?;
                let right = between(&part.ink, &seam.columns, &all).trimmed()?;
                Some(PossibleCut { kind: CutKind::Seam, view: seam.view, left, right })
            };
            return seams::seams(&part.ink, writing.slant, line.height).into_iter().filter_map(cut).collect();
        }
        let cut = |turn: turns::Turn| {
            let draw = |points: &[Point]| draw_path(points, writing.pen / 2.).trimmed();
            let (before, after) = (draw(&way[..=turn.at])?, draw(&way[turn.at..])?);
            let (left, right) = if runs_left(&before, &after) { (after, before) } else { (before, after) };
            Some(PossibleCut { kind: CutKind::Turn, view: turn.view, left, right })
        };
        turns::turns(way, writing.pen, line.height).into_iter().filter_map(cut).collect()
    };
    line.parts.iter().zip(&writing.ways).flat_map(of_part).collect()
}

/// The gaps between pieces of different parts, where everything is cut.
pub fn gaps(line: &Line) -> Vec<PossibleCut> {
    let writing = Writing::of(line);
    let pieces = pieces(line, &writing, &CutModel::blank());
    let blend = |pieces: &[Piece]| Raster::blended(pieces.iter().map(|p| &p.ink).collect::<Vec<_>>());
    let gap = |at: usize| {
        let view = view_of_gap(&pieces, at, &writing);
        let (left, right) = (blend(&pieces[..at])?, blend(&pieces[at..])?);
        Some(PossibleCut { kind: CutKind::Gap, view, left, right })
    };
    (1..pieces.len()).filter(|&at| pieces[at - 1].part != pieces[at].part).filter_map(gap).collect()
}

/// Some write their last digit first.
fn runs_left(before: &Raster, after: &Raster) -> bool {
    before.centre_x() > after.centre_x()
}

/// Keeps the count of fragments within [`MAX_FRAGMENTS`] by joining neighbours, so that the cost of a scribble is bounded.
fn merge_excess(pieces: &mut Vec<Piece>) {
    while pieces.len() > MAX_FRAGMENTS {
        let mut merged = Vec::with_capacity(pieces.len() / 2 + 1);
        let mut rest = pieces.drain(..);
        while let Some(mut piece) = rest.next() {
            if let Some(next) = rest.next() {
                piece.ink = Raster::blended(&[piece.ink, next.ink]).expect("two rasters");
                piece.way.points.clear();
                // Of two parts it is known only where the first began; what follows the second is a gap to it.
                if piece.part == next.part {
                    piece.order = *piece.order.start()..=*next.order.end();
                }
            }
            merged.push(piece);
        }
        drop(rest);
        *pieces = merged;
    }
}

/// The pieces of one part, left to right.
fn cut_part(part: &Part, index: usize, writing: &Writing, model: &CutModel) -> Vec<Piece> {
    let pieces = if !writing.may_hold_two(part) {
        vec![(part.ink.clone(), Way { when: (index, 0), points: writing.ways[index].clone() }, None)]
    } else if part.path.is_empty() {
        cut_picture(&part.ink, writing.slant, writing.line_height, model)
    } else {
        cut_stroke(index, writing, model)
    };
    let is_one = (part.ink.width as f64) < ONE_DIGIT * writing.line_height;
    let whole = is_one.then(|| part.ink.centre_x());
    // The pen goes back within a digit; its pieces stay in their order all the same.
    let mut reached = f64::NEG_INFINITY;
    let piece = |(order, (ink, way, cut)): (usize, (Raster, Way, Option<Cut>))| {
        reached = reached.max(ink.centre_x());
        Piece { ink, way, place: whole.unwrap_or(reached), part: index, order: order..=order, cut }
    };
    pieces.into_iter().enumerate().map(piece).collect()
}

fn cut_picture(ink: &Raster, slant: f64, line_height: f64, model: &CutModel) -> Vec<(Raster, Way, Option<Cut>)> {
    let seams = seams::seams(ink, slant, line_height).into_iter().map(|seam| (model.log_odds(&seam.view), seam));
    let likely = seams.filter(|&(log_odds, _)| log_odds >= LEAST_ODDS).collect();
    let chosen = seams::chosen(ink, line_height, likely).into_iter();
    let chosen = chosen.map(|(log_odds, seam)| (seam.columns, Some(Cut { kind: CutKind::Seam, log_odds })));
    let mut pieces = Vec::new();
    let mut left = vec![0; ink.height];
    let mut cut = None;
    for (right, next) in chosen.chain([(vec![ink.width; ink.height], None)]) {
        if let Some(piece) = between(ink, &left, &right).trimmed() {
            pieces.push((piece, Way::default(), cut));
            cut = next;
        }
        left = right;
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

fn cut_stroke(stroke: usize, writing: &Writing, model: &CutModel) -> Vec<(Raster, Way, Option<Cut>)> {
    let (way, pen) = (&writing.ways[stroke], writing.pen);
    let turns = turns::turns(way, pen, writing.line_height).into_iter();
    let turns = turns.map(|turn| (turn.at, model.log_odds(&turn.view)));
    let turns: Vec<(usize, f32)> = turns.filter(|&(_, log_odds)| log_odds >= LEAST_ODDS).collect();
    let ends: Vec<usize> = turns.iter().map(|t| t.0).chain([way.len() - 1]).collect();
    let starts = [0].into_iter().chain(ends.iter().copied());
    let piece = |(piece, (from, &to)): (usize, (usize, &usize))| {
        let points = way[from..=to].to_vec();
        let ink = draw_path(&points, pen / 2.).trimmed().expect("a pen leaves ink");
        (ink, Way { when: (stroke, piece), points })
    };
    let mut pieces: Vec<(Raster, Way)> = starts.zip(&ends).enumerate().map(piece).collect();
    let mut cuts: Vec<Cut> = turns.iter().map(|&(_, log_odds)| Cut { kind: CutKind::Turn, log_odds }).collect();
    if runs_left(&pieces[0].0, &pieces[pieces.len() - 1].0) {
        pieces.reverse();
        cuts.reverse();
    }
    let cuts = [None].into_iter().chain(cuts.into_iter().map(Some));
    pieces.into_iter().zip(cuts).map(|((ink, way), cut)| (ink, way, cut)).collect()
}

/// Runs of fragments that may be one digit.
fn candidates(fragments: &[Raster], cuts: &[Cut], slashes: &[Option<f64>], line_height: f64) -> Vec<Candidate> {
    let softplus = |x: f32| x.max(0.) + (-x.abs()).exp().ln_1p();
    // What speaks against using, and against passing over, the cut before a fragment.
    let used = |at: usize| if at == 0 || at == fragments.len() { 0. } else { softplus(-cuts[at - 1].log_odds) };
    let passed = |at: usize| softplus(cuts[at - 1].log_odds);
    let is_mark = |i: usize| slashes[i].is_some() || may_be_mark(fragments, cuts, i, line_height);
    let is_mark: Vec<bool> = (0..fragments.len()).map(is_mark).collect();
    let mut out = Vec::new();
    for start in 0..fragments.len() {
        let mut inside = 0.;
        let (mut left, mut right) = (fragments[start].left, fragments[start].right());
        for end in start + 1..=(start + MAX_RUN).min(fragments.len()) {
            let last = &fragments[end - 1];
            if end > start + 1 {
                inside += passed(end - 1);
                let gap = f64::from(last.left - right);
                left = left.min(last.left);
                right = right.max(last.right());
                if gap > MAX_GAP * line_height || f64::from(right - left) > MAX_WIDTH * line_height {
                    break;
                }
            }
            // A lone fragment stays whatever it is: the search may leave it out as junk, and must say why.
            let alone = end == start + 1;
            if !alone && used(start) + inside + used(end) > MOST_AGAINST {
                continue;
            }
            let ink = Raster::blended(&fragments[start..end]).expect("a run has a fragment");
            let may_be_digit = ink.height as f64 >= LOWEST * line_height;
            if may_be_digit {
                out.extend(with_ligatures(start, end, &ink, cuts));
                out.extend(with_marks(start, end, &ink, &is_mark));
            }
            if alone || may_be_digit {
                out.push(Candidate::leaving_out(LeftOut::Nothing, [0; 2], start, end, &ink));
            }
        }
    }
    order::sort(&mut out, |c| {
        let both = |[a, b]: [usize; 2]| order::whole(a) << 32 | order::whole(b);
        [both([c.start, c.end]), both(c.left_out), c.left_out_as as i64]
    });
    out
}

/// The same digit with the fragment before it, the one after it, or both left out as ligatures: the way that a pen makes from one digit
/// to the next without lifting. Each is cut off at both of its ends.
fn with_ligatures(start: usize, end: usize, ink: &Raster, cuts: &[Cut]) -> Vec<Candidate> {
    let is_cut_through = |at: usize| at > 0 && at <= cuts.len() && cuts[at - 1].kind != CutKind::Gap;
    let is_ligature = |fragment: usize| is_cut_through(fragment) && is_cut_through(fragment + 1);
    let before = usize::from(start > 0 && is_ligature(start - 1));
    let after = usize::from(is_ligature(end));
    let sides = [[1, 0], [0, 1], [1, 1]].into_iter().filter(|&[b, a]| b <= before && a <= after);
    sides.map(|sides| Candidate::leaving_out(LeftOut::Ligature, sides, start, end, ink)).collect()
}

/// Highest mark but a slash that the search weighs, in line heights; digits are written smaller only beside far larger ones. Longer commas are known by
/// where they hang, or not at all.
const HIGHEST_MARK: f64 = 0.5;

/// Most marks that a digit takes along on one side: the two strokes of an equals sign and what stands before them.
const MOST_MARKS: usize = 3;

/// Whether a fragment is a small part of its own.
fn may_be_mark(fragments: &[Raster], cuts: &[Cut], at: usize, line_height: f64) -> bool {
    stands_free(cuts, at) && fragments[at].height as f64 <= HIGHEST_MARK * line_height
}

/// Whether no ink joins a fragment to its neighbours.
fn stands_free(cuts: &[Cut], at: usize) -> bool {
    let is_gap = |cut: usize| cuts.get(cut).is_none_or(|c| c.kind == CutKind::Gap);
    (at == 0 || is_gap(at - 1)) && is_gap(at)
}

/// The same digit with the marks behind it, and where it is the first with those before it, so that every mark belongs to one digit.
fn with_marks(start: usize, end: usize, ink: &Raster, is_mark: &[bool]) -> Vec<Candidate> {
    let leading = start <= MOST_MARKS && is_mark[..start].iter().all(|&m| m);
    let before = if leading { start } else { 0 };
    let after = is_mark[end..].iter().take(MOST_MARKS).take_while(|&&m| m).count();
    let sides =
        [0, before].into_iter().take(1 + usize::from(before > 0)).flat_map(|b| (0..=after).map(move |a| [b, a]));
    let sides = sides.filter(|&sides| sides != [0; 2]);
    sides.map(|sides| Candidate::leaving_out(LeftOut::Marks, sides, start, end, ink)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Ink, Input};
    use crate::raster::Grid;

    const HEIGHT: usize = 60;

    /// A part from a predicate over columns and rows.
    fn part(left: i32, width: usize, inked: impl Fn(usize, usize) -> bool) -> Raster {
        let mut part = Raster::blank_ltwh(left, 0, width, HEIGHT);
        part.ink.iter_mut().enumerate().for_each(|(i, v)| *v = if inked(i % width, i / width) { 255 } else { 0 });
        part
    }

    fn line(parts: Vec<Raster>) -> Line {
        let parts = parts.into_iter().map(Part::from).collect();
        Line {
            parts,
            specks: Vec::new(),
            height: HEIGHT as f64,
            grid: Grid { unit: 1., x: 0., y: 0., pen_reach: 0. },
            is_struck_out: false,
        }
    }

    fn cut(line: Line) -> Segmentation {
        segment(&line, &CutModel::blank())
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
        let segmentation = cut(line(vec![]));
        assert!(
            segmentation.fragments.is_empty() && segmentation.cuts.is_empty() && segmentation.candidates.is_empty()
        );
    }

    #[test]
    fn parts_apart_are_fragments_with_a_gap() {
        let segmentation = cut(line(vec![bar(36), bar(0)]));
        assert_eq!(segmentation.fragments, [bar(0), bar(36)]);
        assert_eq!(segmentation.cuts.iter().map(|c| c.kind).collect::<Vec<_>>(), [CutKind::Gap]);
        // Too far apart to be one digit.
        assert_eq!(segmentation.candidates.len(), 2);
    }

    #[test]
    fn a_bridge_is_cut_at_the_cost_of_its_ink() {
        let segmentation = cut(line(vec![joined_bars()]));
        assert!(!segmentation.cuts.is_empty());
        for cut in segmentation.cuts {
            assert_eq!(cut.kind, CutKind::Seam);
        }
    }

    #[test]
    fn cutting_loses_no_ink_and_makes_none() {
        let parts = vec![joined_bars(), part(60, 50, |x, y| (x as i32 - 25).pow(2) + (y as i32 - 30).pow(2) < 600)];
        let segmentation = cut(line(parts.clone()));
        assert!(segmentation.fragments.len() >= 3);
        assert_eq!(Raster::blended(&segmentation.fragments), Raster::blended(&parts));
        let pieces: f64 = segmentation.fragments.iter().map(Raster::mass).sum();
        assert!((pieces - parts.iter().map(Raster::mass).sum::<f64>()).abs() < 1e-6);
    }

    #[test]
    fn a_narrow_part_and_a_flat_part_stay_whole() {
        let dash = part(30, 40, |_, y| (28..36).contains(&y)).trimmed().unwrap();
        assert_eq!(cut(line(vec![bar(0), dash])).fragments.len(), 2);
    }

    #[test]
    fn pieces_of_one_digit_stay_together_around_a_neighbour() {
        // A ring with a bar inside its box: the bar's centre lies between the ring's pieces.
        let ring = part(0, 44, |x, y| {
            let r = (x as f64 - 21.5).hypot((y as f64 - 29.5) * 0.75);
            (16.0..22.0).contains(&r)
        });
        let segmentation = cut(line(vec![ring.clone(), bar(30)]));
        let whole = segmentation.candidates.iter().any(|c| c.ink.mass() == ring.mass());
        assert!(whole, "the ring alone is a candidate");
    }

    #[test]
    fn every_fragment_alone_is_a_candidate() {
        let segmentation = cut(line(vec![joined_bars(), bar(60), bar(100)]));
        for i in 0..segmentation.fragments.len() {
            assert!(segmentation.candidates.iter().any(|c| (c.start, c.end) == (i, i + 1)), "fragment {i}");
        }
    }

    #[test]
    fn every_mark_belongs_to_one_digit_or_stands_for_one() {
        // A mark, a bar, two marks, a bar, a mark.
        let mark = |left: i32| part(left, 8, |_, y| (44..52).contains(&y)).trimmed().unwrap();
        let segmentation = cut(line(vec![mark(0), bar(30), mark(60), mark(75), bar(105), mark(135)]));
        let left_out = |c: &&Candidate| c.left_out_as == LeftOut::Marks;
        let seen: Vec<_> =
            segmentation.candidates.iter().filter(left_out).map(|c| (c.start, c.end, c.left_out)).collect();
        let first = [(0, 2, [1, 0]), (0, 3, [1, 1]), (0, 4, [1, 2]), (1, 3, [0, 1]), (1, 4, [0, 2])];
        assert_eq!(seen, [&first[..], &[(4, 6, [0, 1])]].concat());
    }

    #[test]
    fn a_way_too_long_for_writing_is_not_cut() {
        let to_and_fro = |turns: usize| (0..turns).map(|i| Point::new((i % 2 * 60) as f64, (i % 58) as f64)).collect();
        for (turns, is_writing) in [(400, true), (4000, false)] {
            let line = Line { parts: vec![Part { ink: bar(0), path: to_and_fro(turns) }], ..line(vec![]) };
            assert_eq!(Writing::of(&line).is_writing, is_writing, "{turns}");
            assert_eq!(trajectory_of(&line).is_some(), is_writing, "{turns}");
        }
    }

    #[test]
    fn pieces_of_strokes_give_the_way_of_the_pen_as_it_was_written() {
        // A wide W and a bar over it, the bar first; and all from right to left.
        let bar = vec![[10., -20.], [60., -20.]];
        let zigzag: Vec<[f64; 2]> = (0..9).map(|i| [f64::from(i) * 12., f64::from(i % 2) * 60.]).collect();
        let back = |stroke: &[[f64; 2]]| stroke.iter().rev().copied().collect::<Vec<_>>();
        for strokes in [[bar.clone(), zigzag.clone()], [back(&bar), back(&zigzag)]] {
            let line = Line::from_input(&Input::Strokes(Ink::from_xy(&strokes).unwrap()));
            let segmentation = segment(&line, &CutModel::blank());
            assert!(segmentation.fragments.len() > 4);
            let all = segmentation.trajectory(0, segmentation.fragments.len()).unwrap();
            let whole = trajectory_of(&line).unwrap();
            let pairs = all.view().into_iter().zip(whole.view());
            assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 0.05), "{:?}", pairs.collect::<Vec<_>>());
            // The half of it is known too, and is another way.
            assert_ne!(segmentation.trajectory(0, 2).unwrap(), all);
        }
    }

    #[test]
    fn of_digits_far_apart_some_ink_is_left() {
        for apart in [4096., 1e6, 1e7] {
            let strokes = [vec![[0., 0.], [14., 0.], [14., 100.]], vec![[100. * apart, 0.], [100. * apart, 100.]]];
            let line = Line::from_input(&Input::Strokes(Ink::from_xy(&strokes).unwrap()));
            assert_eq!(line.parts.len(), 2, "{apart} heights");
            assert!(cut(line).fragments.len() >= 2);
        }
    }

    #[test]
    fn a_gap_sees_the_strokes_on_its_sides_where_they_come_nearest() {
        let way = |x: f64, lean: f64| (0..9).map(|i| Point::new(x + lean * f64::from(i), 5. * f64::from(i))).collect();
        let (left, right): (Vec<Point>, Vec<Point>) = (way(0., 1.), way(20., 0.));
        assert_eq!(nearest(&left, &right), Some([8, 8]));
        assert_eq!(nearest(&right, &way(20., 1.)), Some([0, 0]));
        assert_eq!(nearest(&left, &[]), None);
        let strokes = |strokes: [[[f64; 2]; 2]; 2]| {
            Line::from_input(&Input::Strokes(Ink::from_xy(&strokes.map(|stroke| stroke.to_vec())).unwrap()))
        };
        let view = |line: &Line| gaps(line)[0].view;
        let (a, b) = ([[0., 0.], [0., 60.]], [[30., 0.], [20., 60.]]);
        let back = |[from, to]: [[f64; 2]; 2]| [to, from];
        let seen = view(&strokes([a, b]));
        assert!(seen != without_ways(seen));
        for other in [[b, a], [back(a), b], [back(b), back(a)]] {
            // But for where the points of the way happen to lie.
            let same = view(&strokes(other)).iter().zip(seen).all(|(a, b)| (a - b).abs() < 0.03);
            assert!(same, "in whatever order and direction: {other:?}");
        }
        assert_eq!(view(&line(vec![bar(0), bar(20)])), without_ways(view(&line(vec![bar(0), bar(20)]))));
    }

    #[test]
    fn of_pictures_the_way_is_not_known() {
        assert_eq!(trajectory_of(&line(vec![bar(0)])), None);
        let segmentation = cut(line(vec![joined_bars(), bar(60)]));
        for end in 1..=segmentation.fragments.len() {
            assert_eq!(segmentation.trajectory(0, end), None);
        }
    }

    #[test]
    fn a_scribble_of_many_parts_is_bounded() {
        let parts: Vec<Raster> = (0..3 * MAX_FRAGMENTS as i32).map(|i| bar(8 * i)).collect();
        let segmentation = cut(line(parts));
        assert!(segmentation.fragments.len() <= MAX_FRAGMENTS);
        assert_eq!(segmentation.cuts.len() + 1, segmentation.fragments.len());
    }
}

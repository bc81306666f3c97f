//! Ruled lines: a number is often written on one, above one or in a box. They are found as long, level, thin runs of ink, longer than any
//! stroke of a digit, and erased where no stroke crosses them. A rule at a short number is no longer than a bar of a digit may be: it is told
//! by sticking out of what is written, by going from edge to edge of the page, or by being part of a box. The sides of a box and upright lines of
//! the page are found in the same way, on the picture turned. A line thinner than the pen is printed; one as thick as the pen, across the
//! middle of what is written, strikes it out, and stays.
//!
//! A rule is the best path of ink from left to right, a step up or down costing it some of its length: O(width * height) each. It may
//! climb, sag and be broken. Known limits: rules that waver, or are as thick as the writing is high; boxes whose lines the digits run
//! over at a side.

use std::ops::Range;

use super::{Plane, THINNER, pen_width, percentile};
use crate::order;
use crate::raster::strike::goes_across;

/// Least length of a rule by its length alone, against the height of the picture and against its width: strokes of digits are shorter.
const LONG_BY_HEIGHT: f64 = 1.5;
const LONG_BY_WIDTH: f64 = 0.45;

/// What a step to the next row costs, in columns: cheaper follows the bows of digits, dearer loses rules that climb.
const STEP: f32 = 0.7;

/// Share of a rule's columns in which it changes its row. Bows of digits that touch one another make long runs too, but bend more.
const LEVEL: f64 = 0.1;

/// Farthest that a rule runs from a parabola, root of the mean square, in px and as a share of the picture's height. Feet of digits that run
/// on into one another make long level runs too, but never on one line.
const STRAIGHT_PX: f64 = 0.85;
const STRAIGHT: f64 = 0.011;

/// Coverage from which a pixel counts as ink.
const INKED: f32 = 0.25;

/// A run may be broken for so many px: scans lose a few. What an empty column costs, in columns.
const BREAK: usize = 4;
const GAP: f32 = 3.;

/// Where ink over the rule is thicker than the rule by so many px, a stroke crosses it and stays; so does one that lies along it, where there is so
/// much more ink across, against the rule's own and in px of full ink.
const CROSSING: usize = 2;
const MORE_INK: f32 = 1.6;
const SPARE: f32 = 0.3;

/// On at least this share of its length nothing crosses a rule, and on so much less where it runs from edge to edge of the picture:
/// digits sit on it.
const BARE: f64 = 0.6;
const ACROSS: f64 = 0.2;

/// A rule is no thicker than this share of the picture's height: a filled bar is ink, to be refused, not a rule to be erased.
const THICKEST: f64 = 0.15;

/// Sharpening and compression leave faint lines beside a dark one, this near to it against its thickness.
const HALO: usize = 2;

/// Most rules of a picture, and most lines between cells; hatching has more, is no number anyway, and each costs a search of the picture.
const MAX_RULES: usize = 16;

/// Shares of the ink's width and height that a rule at a short number runs over, at least. These and the next are chosen on held-back writers'
/// strings with lines and boxes drawn around them (`compose/form.rs`), and touch hardly one in 10,000 of the single digits that training reads.
const SHORT_BY_WIDTH: f64 = 0.7;
const SHORT_BY_HEIGHT: f64 = 0.45;

/// Such a rule is this long against the ink's height, and sticks out of the writing at both ends by this share of it and its own thickness: the
/// bar of a 7 ends in its stem, the foot of a 2 in its bow, and the foot of a 1 is shorter. Below the writing and apart from it, it may be so
/// much shorter instead.
const FREE_BY_HEIGHT: f64 = 1.2;
const STICKS_OUT: f64 = 0.05;

/// It lies in the lowest share of the writing, or below, or apart above it: the bar of a plus sign or of a T is no rule, nor is a line that
/// strikes a number out.
const AT_FEET: f64 = 0.25;

/// A line sticks out far, by this share of the writing's height, where a T or a 5 has its bar: at the heads, of writing that is so wide against the
/// height of all ink.
const FAR: f64 = 0.25;
const AT_HEADS: f64 = 0.1;
const WIDE: f64 = 0.8;

/// So do lines of a page: they are as long as [`LONG_BY_HEIGHT`] says against the writing's own height, and begin and end no farther from the picture's
/// edges than this share of its width. Nearer to the middle of the writing than this share of its height such a line may strike it out: there
/// it is one of a page's only where there is another that is not, or a margin.
const EDGE: f64 = 0.08;
const THROUGH: f64 = 0.25;

/// An upright line of the page is this share of the picture's height long, as a page may lie askew, and so long against the writing's: a 1 is
/// seldom twice as high as a digit beside it.
const MARGIN_LENGTH: f64 = 0.85;
const MARGIN_BY_HEIGHT: f64 = 2.2;

/// A line that is clearly thinner than the pen strikes nothing out, and may be this short against the writing. Upright ones are longer, since 1s
/// are written lightly too. It need stick out of the writing by no more than this.
const THIN_BY_HEIGHT: f64 = 1.;
const THIN_MARGIN_BY_HEIGHT: f64 = 1.1;
const THIN_STICKS_OUT: f64 = 0.02;

/// The writing beside an upright line is at least this share of it high: less may be the point beside a 1.
const LEAST_HIGH: f64 = 0.12;

/// Specks: this share of the ink may lie beyond a rule, and does not tell how wide and high the writing is. Writing is at least so much ink, as
/// a share of the square of the height.
const BEYOND: f64 = 0.01;
const LEAST_WRITTEN: f64 = 0.01;

/// Or it is the top or the foot of a box: they lie this share of the ink's height apart. The sides lie this near to their ends, as a share of that
/// height, or of the picture's own sides where the lines run on; they run over this share of the box's height, are bare on this one, and no thicker
/// than its other lines but for so many px: a 1 in the same place is written by a pen.
const BOX_HEIGHT: f64 = 0.7;
const BOX_CORNER: f64 = 0.12;
const SIDE_REACH: f64 = 0.5;
const SIDE_LENGTH: f64 = 0.93;
const SIDE_BARE: f64 = 0.7;
const SIDE_THICKER: usize = 1;

/// Lines part a box into cells, one for each digit, if none lies farther from where cells of one width would have it, as a share of that width.
const UNEVEN: f64 = 0.08;

/// Erases the ruled lines of a picture; whether one line is left that strikes out what is written.
pub(super) fn erase(plane: &mut Plane) -> bool {
    let Some([columns, rows]) = Inked::of(plane).extent() else { return false };
    let (width, height) = (columns.len() as f64, rows.len() as f64);
    let long = (LONG_BY_HEIGHT * plane.height as f64).max(LONG_BY_WIDTH * plane.width as f64);
    let asked = Asked {
        least: (SHORT_BY_WIDTH * width).max(SHORT_BY_HEIGHT * height).min(long),
        thickest: THICKEST * plane.height as f64,
        straight: STRAIGHT * plane.height as f64,
        bare: BARE,
        across: ACROSS,
    };
    // The longest is erased first, and each is looked for again in what is left.
    let rules = erase_all(plane, 0..plane.height, &asked);
    let in_box = erase_box(plane, &rules, height);
    let has_margin = erase_margins(plane);
    let written = Inked::of(plane);
    let [across, heads_to_feet] = written.extent().unwrap_or_default();
    let (heads, feet) = (heads_to_feet.start as f64, heads_to_feet.end as f64);
    let page_width = plane.width;
    let pen = if rules.is_empty() { 0. } else { pen_width(plane) };
    let is_of_page = |rule: &Rule| {
        let least = if rule.is_thin(pen) { THIN_BY_HEIGHT } else { LONG_BY_HEIGHT };
        rule.ends_near_edges(page_width) && rule.length >= least * (feet - heads)
    };
    let is_through =
        |rule: &Rule| !rule.is_thin(pen) && (rule.level - (heads + feet) / 2.).abs() < THROUGH * (feet - heads);
    let is_page = has_margin || rules.iter().any(|rule| is_of_page(rule) && !is_through(rule));
    let is_free = |rule: &Rule| {
        let (from, to) = (rule.first as f64, rule.last as f64);
        // No digit has a part below it that it does not touch.
        let is_apart_below = rule.is_bare && rule.level > feet;
        let is_in_place = rule.level > feet - AT_FEET * (feet - heads) || (rule.is_bare && rule.level < heads);
        let margin = if is_apart_below { -STICKS_OUT * height } else { STICKS_OUT * height + rule.thickness as f64 };
        let is_long = to - from >= FREE_BY_HEIGHT * height;
        let is_at_heads = rule.level < heads + AT_HEADS * (feet - heads) && across.len() as f64 >= WIDE * height;
        let far = rule.far(pen) * (feet - heads);
        is_long && is_in_place && written.is_within(height, from + margin, to - margin)
            || (is_long && is_at_heads || is_of_page(rule) && (is_page || !is_through(rule)))
                && written.is_within(feet - heads, from + far, to - far)
    };
    let strikes_out = |rule: &Rule| {
        let written = [across.start as f64, across.end as f64];
        is_through(rule) && !is_page && goes_across([rule.first as f64, rule.last as f64 + 1.], written, feet - heads)
    };
    // What is none, a bar or a foot of a digit, is put back.
    let mut thinnest = usize::MAX;
    let mut is_struck_out = false;
    for (i, rule) in rules.iter().enumerate().rev() {
        let is_of_box = || in_box.is_some_and(|of_box| of_box.contains(&i));
        let is_strike = strikes_out(rule);
        is_struck_out |= is_strike;
        if is_strike
            || rule.length < long && (rule.thickness as f64 > THICKEST * height || !is_of_box() && !is_free(rule))
        {
            rule.put_back(plane);
        } else {
            thinnest = thinnest.min(rule.thickness);
        }
    }
    // Of a box whose lines run on, or that is cut off.
    if in_box.is_none() && thinnest < usize::MAX {
        erase_sides(plane, (thinnest + SIDE_THICKER) as f64);
    }
    is_struck_out
}

/// Erases upright lines beside the writing that go from edge to edge of the picture and are well longer than it is high;
/// whether there were any.
fn erase_margins(plane: &mut Plane) -> bool {
    let tall = plane.height as f64;
    // Most pictures are done with here: there is paper above or below.
    if (Inked::of(plane).rows.iter().filter(|&&mass| mass > 0.).count() as f64) < MARGIN_LENGTH * tall {
        return false;
    }
    let mut turned = plane.turned();
    let asked = Asked { least: MARGIN_LENGTH * tall, ..asked_upright(tall, THICKEST * tall) };
    let lines = erase_all(&mut turned, 0..plane.width, &asked);
    let written = Inked::of(&turned);
    // Rows are columns here.
    let [heads_to_feet, across] = written.extent().unwrap_or_default();
    let high = heads_to_feet.len() as f64;
    // With one on either side it is a column of a table: of 115 both would lie on one side.
    let is_column = lines.iter().any(|line| line.level < across.start as f64)
        && lines.iter().any(|line| line.level >= across.end as f64);
    let pen = if lines.is_empty() { 0. } else { pen_width(&turned) };
    let is_margin = |line: &Rule| {
        let least_by_height = match line.is_thin(pen) {
            true => THIN_MARGIN_BY_HEIGHT,
            false if is_column => LONG_BY_HEIGHT,
            false => MARGIN_BY_HEIGHT,
        };
        let far = line.far(pen) * high;
        line.ends_near_edges(plane.height)
            && line.length >= least_by_height * high
            && high > LEAST_HIGH * tall
            && !across.contains(&(line.level as usize))
            && line.thickness as f64 <= THICKEST * high
            && written.is_within(high, line.first as f64 + far, line.last as f64 - far)
    };
    let (margins, others): (Vec<&Rule>, Vec<&Rule>) = lines.iter().partition(|line| is_margin(line));
    others.iter().rev().for_each(|line| line.put_back(&mut turned));
    *plane = turned.turned();
    !margins.is_empty()
}

/// Erases the sides of a box that are as high as the picture.
fn erase_sides(plane: &mut Plane, thickest: f64) {
    let (width, height) = (plane.width, plane.height);
    let reach = ((SIDE_REACH * height as f64) as usize).min(width / 4);
    let mut turned = plane.turned();
    for side in [0..reach, width - reach..width] {
        erase_longest(&mut turned, side, &asked_upright(height as f64, thickest));
    }
    *plane = turned.turned();
}

/// Of a line from edge to edge of the turned picture, which is so high before it is turned.
fn asked_upright(height: f64, thickest: f64) -> Asked {
    Asked { least: SIDE_LENGTH * height, thickest, straight: STRAIGHT * height, bare: SIDE_BARE, across: 0. }
}

/// Erases every rule among `rows`, the longest first.
fn erase_all(plane: &mut Plane, rows: Range<usize>, asked: &Asked) -> Vec<Rule> {
    (0..MAX_RULES).map_while(|_| erase_longest(plane, rows.clone(), asked)).collect()
}

/// How much ink each column and each row holds.
struct Inked {
    columns: Vec<f64>,
    rows: Vec<f64>,
}

impl Inked {
    fn of(plane: &Plane) -> Self {
        let mut inked = Self { columns: vec![0.; plane.width], rows: vec![0.; plane.height] };
        for (i, &value) in plane.values.iter().enumerate().filter(|&(_, &value)| value >= INKED) {
            inked.columns[i % plane.width] += f64::from(value);
            inked.rows[i / plane.width] += f64::from(value);
        }
        inked
    }

    fn all(&self) -> f64 {
        self.rows.iter().sum()
    }

    /// It is writing, `height` px high, and hardly any of it lies left of `from` or right of `to`, px.
    fn is_within(&self, height: f64, from: f64, to: f64) -> bool {
        let mut beyond = 0.;
        for (x, mass) in self.columns.iter().enumerate() {
            let is_beyond = (x as f64) < from || x as f64 > to;
            beyond += if is_beyond { *mass } else { 0. };
        }
        self.is_writing(height) && beyond <= BEYOND * self.all()
    }

    /// It is more than specks, for writing `height` px high.
    fn is_writing(&self, height: f64) -> bool {
        self.all() > LEAST_WRITTEN * height * height
    }

    /// The columns and the rows that it lies in, but for specks; `None` without any.
    fn extent(&self) -> Option<[Range<usize>; 2]> {
        let specks = BEYOND / 2. * self.all();
        (specks > 0.).then(|| [but_for_specks(&self.columns, specks), but_for_specks(&self.rows, specks)])
    }
}

/// Where these lie but for a sum of `specks` at either end.
fn but_for_specks(masses: &[f64], specks: f64) -> Range<usize> {
    let (mut first, mut last) = (0, masses.len());
    let mut sum = masses[first];
    while sum <= specks {
        first += 1;
        sum += masses[first];
    }
    sum = masses[last - 1];
    while sum <= specks {
        last -= 1;
        sum += masses[last - 1];
    }
    first..last
}

/// Erases the sides of a box around everything that is written, or around nothing, with the lines between its cells, and gives the places of its top and its foot
/// among the rules that were erased before; `None` and nothing erased where no two of them are of a box. All ink lies `height` px high.
fn erase_box(plane: &mut Plane, rules: &[Rule], height: f64) -> Option<[usize; 2]> {
    for (i, top) in rules.iter().enumerate() {
        for (j, foot) in rules.iter().enumerate() {
            if foot.level - top.level >= BOX_HEIGHT * height
                && let Some(erased) = without_sides(plane, top, foot, height)
            {
                *plane = erased;
                return Some([i, j]);
            }
        }
    }
    None
}

/// The picture without the sides of the box that has this top and this foot; `None` where there is no such box around what is written.
fn without_sides(plane: &Plane, top: &Rule, foot: &Rule, height: f64) -> Option<Plane> {
    let corner = BOX_CORNER * height;
    let ends = [[top.first, foot.first], [top.last, foot.last]];
    if ends.iter().any(|[a, b]| a.abs_diff(*b) as f64 > 2. * corner) {
        return None;
    }
    // With the rules' own rows, where the corners still are.
    let rows = (top.level as usize).saturating_sub(top.thickness)
        ..(foot.level as usize + foot.thickness + 1).min(plane.height);
    let reached = |[a, b]: [usize; 2]| {
        a.min(b).saturating_sub(corner as usize)..(a.max(b) + corner as usize + 1).min(plane.width)
    };
    // Most pairs of lines have no sides: that is soon seen.
    let is_inked =
        |columns: Range<usize>, y: usize| plane.values[y * plane.width..][columns].iter().any(|&value| value >= INKED);
    let least = SIDE_LENGTH * (foot.level - top.level);
    if ends.iter().any(|end| (rows.clone().filter(|&y| is_inked(reached(*end), y)).count() as f64) < least) {
        return None;
    }
    let within = rows.start * plane.width..rows.end * plane.width;
    let between = Plane { width: plane.width, height: rows.len(), values: plane.values[within.clone()].to_vec() };
    let mut turned = between.turned();
    let asked = Asked {
        least,
        thickest: (top.thickness.min(foot.thickness) + SIDE_THICKER) as f64,
        straight: STRAIGHT * height,
        bare: SIDE_BARE,
        across: 0.,
    };
    let mut side = |end| erase_longest(&mut turned, reached(end), &asked).map(|side| side.level);
    let [left, right] = [side(ends[0])?, side(ends[1])?];
    erase_cells(&mut turned, [left, right], &asked);
    let mut erased = Plane { width: plane.width, height: plane.height, values: plane.values.clone() };
    erased.values[within].copy_from_slice(&turned.turned().values);
    let written = Inked::of(&erased);
    // An empty one goes too, if it is wider than a square nought.
    let is_empty_box = !written.is_writing(height) && top.length >= FREE_BY_HEIGHT * height;
    (is_empty_box || written.is_within(height, left, right)).then_some(erased)
}

/// Erases the lines that part a box into cells of one width; others stay, a 1 that runs from the top to the foot. The picture is turned,
/// and the box goes from one of these rows to the other.
fn erase_cells(turned: &mut Plane, [from, to]: [f64; 2], asked: &Asked) {
    let lines = erase_all(turned, from as usize + 1..to as usize, asked);
    let cell = (to - from) / (lines.len() + 1) as f64;
    let is_even = lines.iter().all(|line| {
        let place = (line.level - from) / cell;
        (place - place.round()).abs() <= UNEVEN
    });
    if !is_even {
        lines.iter().rev().for_each(|line| line.put_back(turned));
    }
}

/// What a path of ink must be to go as a rule.
struct Asked {
    /// Length, thickness and how far it may run from a parabola, px.
    least: f64,
    thickest: f64,
    straight: f64,
    /// Share on which nothing crosses it, and how much less is enough from edge to edge.
    bare: f64,
    across: f64,
}

/// A rule that was erased.
struct Rule {
    /// The columns of its ends, and the row about which it lies.
    first: usize,
    last: usize,
    level: f64,
    /// Columns that it inked.
    length: f64,
    /// Px.
    thickness: usize,
    /// Ink across, px of full ink.
    weight: f32,
    /// Nothing touched it.
    is_bare: bool,
    /// What each pixel held.
    erased: Vec<(usize, f32)>,
}

impl Rule {
    /// It goes from edge to edge of a picture of that many columns, or nearly.
    fn ends_near_edges(&self, width: usize) -> bool {
        let reach = EDGE * width as f64;
        self.first as f64 <= reach && (width - self.last) as f64 <= reach + 1.
    }

    /// It holds clearly less ink across than a stroke of a pen so many px wide.
    fn is_thin(&self, pen: f64) -> bool {
        f64::from(self.weight) < THINNER * pen
    }

    /// How far it sticks out of the writing where other strokes might end, as a share of the writing's height. `pen` in px.
    fn far(&self, pen: f64) -> f64 {
        if self.is_thin(pen) { THIN_STICKS_OUT } else { FAR }
    }

    /// Draws it again. Of several that were erased one after another the last goes first: what an earlier one held was nothing to a later one.
    fn put_back(&self, plane: &mut Plane) {
        self.erased.iter().for_each(|&(i, value)| plane.values[i] = value);
    }
}

/// Erases the longest rule among `rows`; none where there is none.
fn erase_longest(plane: &mut Plane, rows: Range<usize>, asked: &Asked) -> Option<Rule> {
    if asked.least > plane.width as f64 || rows.is_empty() {
        return None;
    }
    let rule = longest(plane, rows);
    if (rule.len() as f64) < asked.least { None } else { erase_one(plane, &rule, asked) }
}

/// One inked pixel of a rule.
#[derive(Debug, Clone, Copy)]
struct Dot {
    x: usize,
    y: usize,
}

/// The best path of ink through these rows, left to right.
fn longest(plane: &Plane, rows: Range<usize>) -> Vec<Dot> {
    let (width, height) = (plane.width, rows.len());
    // Column by column, as the paths go: this takes most of the time that a large picture takes.
    let mut inked = vec![false; width * height];
    for (i, &value) in plane.values[rows.start * width..rows.end * width].iter().enumerate() {
        inked[i % width * height + i / width] = value >= INKED;
    }
    // For each row, from 1 on, the worth of the best path that ends there and its empty columns at the end, in this column and the one before;
    // and for each pixel the row that it came from, 0 for none.
    let [mut worth, mut worth_before] = [0, 1].map(|_| vec![0f32; height + 2]);
    let [mut empty, mut empty_before] = [0, 1].map(|_| vec![0usize; height + 2]);
    let mut from = vec![0u16; width * height];
    let mut best = (0., None);
    for x in 0..width {
        std::mem::swap(&mut worth, &mut worth_before);
        std::mem::swap(&mut empty, &mut empty_before);
        for row in 1..=height {
            let at = x * height + row - 1;
            // The same row first: of equals it is the straightest.
            let (mut source, mut reached) = (row, worth_before[row]);
            for near in [row - 1, row + 1] {
                if worth_before[near] - STEP > reached {
                    (source, reached) = (near, worth_before[near] - STEP);
                }
            }
            (worth[row], empty[row]) = (0., 0);
            if inked[at] {
                worth[row] = 1. + reached;
                if worth[row] > best.0 {
                    best = (worth[row], Some((x, row)));
                }
            } else if empty_before[source] < BREAK && reached > GAP {
                (worth[row], empty[row]) = (reached - GAP, empty_before[source] + 1);
            }
            if worth[row] > 0. && reached > 0. {
                from[at] = source as u16;
            }
        }
    }
    let mut rule = Vec::new();
    let mut next = best.1;
    while let Some((x, row)) = next {
        let at = x * height + row - 1;
        if inked[at] {
            rule.push(Dot { x, y: rows.start + row - 1 });
        }
        next = (from[at] > 0 && x > 0).then(|| (x - 1, usize::from(from[at])));
    }
    rule.reverse();
    rule
}

/// Erases a rule where nothing crosses it; none where it is too thick to be one, bends, or is crossed nearly
/// everywhere.
fn erase_one(plane: &mut Plane, rule: &[Dot], asked: &Asked) -> Option<Rule> {
    let mut through: Vec<(usize, (usize, usize))> =
        rule.iter().map(|&Dot { x, y }| (x, ink_through(plane, x, y))).collect();
    let mut thickness: Vec<usize> = through.iter().map(|(_, (top, bottom))| bottom - top).collect();
    order::sort_numbers(&mut thickness);
    // Strokes that cross make it thicker, nothing makes it thinner.
    let typical = thickness[thickness.len() * 2 / 5];
    let is_bare = |&(_, (top, bottom)): &(usize, (usize, usize))| bottom - top <= typical + CROSSING;
    let bare_columns = through.iter().filter(|c| is_bare(c)).count() as f64;
    let steps = rule.windows(2).filter(|w| w[0].y != w[1].y).count() as f64;
    let (first, last) = (rule[0].x, rule[rule.len() - 1].x);
    let across = first <= BREAK && last + BREAK + 1 >= plane.width;
    let least_bare = if across { asked.bare - asked.across } else { asked.bare };
    let length = rule.len() as f64;
    if typical as f64 > asked.thickest || steps > LEVEL * length || bare_columns < least_bare * length {
        return None;
    }
    let middles =
        through.iter().filter(|c| is_bare(c)).map(|&(x, (top, bottom))| (x as f64, (top + bottom) as f64 / 2.));
    if off_parabola(middles.collect()) > STRAIGHT_PX.max(asked.straight) {
        return None;
    }
    let (mut erased, halo) = (Vec::new(), HALO * typical);
    let ink_at = |&(x, (top, bottom)): &(usize, (usize, usize))| {
        (top..bottom).map(|y| plane.values[y * plane.width + x]).sum::<f32>()
    };
    through.retain(is_bare);
    // Below the middle, as the thickness is taken: feet may lie along half of it.
    let weight = percentile(through.iter().map(ink_at).collect(), 0.4);
    through.retain(|column| ink_at(column) <= MORE_INK * weight + SPARE);
    for (x, (top, bottom)) in through {
        for y in top.saturating_sub(halo)..(bottom + halo).min(plane.height) {
            let i = y * plane.width + x;
            if (top..bottom).contains(&y) || plane.values[i] < INKED {
                erased.push((i, plane.values[i]));
                plane.values[i] = 0.;
            }
        }
    }
    let level = rule.iter().map(|dot| dot.y as f64).sum::<f64>() / length;
    Some(Rule { first, last, level, length, thickness: typical, weight, is_bare: bare_columns == length, erased })
}

/// Root of the mean square by which points (x, y), left to right, lie off the parabola nearest to them; there is at least one.
fn off_parabola(mut points: Vec<(f64, f64)>) -> f64 {
    let (first, last) = (points[0].0, points[points.len() - 1].0);
    let half = ((last - first) / 2.).max(1.);
    let along = move |x: f64| (x - first) / half - 1.;
    // Legendre's polynomials: where points lie evenly each can be taken out by itself, and where they do not, in a few turns.
    let terms: [fn(f64) -> f64; 3] = [|_| 1., |t| t, |t| 1.5 * t * t - 0.5];
    for term in terms.iter().cycle().take(4 * terms.len()) {
        let (with, own) = points.iter().fold((0., 0.), |(with, own), &(x, y)| {
            let value = term(along(x));
            (with + value * y, own + value * value)
        });
        if own > 0. {
            points.iter_mut().for_each(|(x, y)| *y -= with / own * term(along(*x)));
        }
    }
    (points.iter().map(|(_, y)| y * y).sum::<f64>() / points.len() as f64).sqrt()
}

/// The unbroken ink above and below an inked pixel of one column, top and bottom (exclusive), soft edges too.
fn ink_through(plane: &Plane, x: usize, y: usize) -> (usize, usize) {
    let inked = |y: usize| plane.values[y * plane.width + x] > 0.;
    let top = (0..y).rev().take_while(|&y| inked(y)).last().unwrap_or(y);
    let bottom = (y..plane.height).take_while(|&y| inked(y)).last().unwrap_or(y) + 1;
    (top, bottom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, height: usize, inked: impl Fn(usize, usize) -> bool) -> Plane {
        let value = |i: usize| if inked(i % width, i / width) { 1. } else { 0. };
        Plane { width, height, values: (0..width * height).map(value).collect() }
    }

    fn ink(plane: &Plane) -> usize {
        plane.values.iter().filter(|&&v| v > 0.).count()
    }

    fn assert_stays(mut plane: Plane) {
        let before = ink(&plane);
        erase(&mut plane);
        assert_eq!(ink(&plane), before);
    }

    #[test]
    fn a_rule_goes_and_the_strokes_on_it_stay() {
        let bar = |x: usize, y: usize| (40..46).contains(&x) && (5..38).contains(&y);
        let mut with_rule = plane(120, 40, |x, y| bar(x, y) || (30..32).contains(&y));
        erase(&mut with_rule);
        let bars = plane(120, 40, bar);
        assert!(with_rule.values == bars.values);
    }

    #[test]
    fn a_foot_that_lies_on_a_finer_rule_stays() {
        let foot = |x: usize, y: usize| (60..85).contains(&x) && (58..61).contains(&y);
        let stem = |x: usize, y: usize| (60..63).contains(&x) && (20..61).contains(&y);
        let rule = |y: usize| y == 60;
        let mut ruled = plane(150, 90, |x, y| foot(x, y) || stem(x, y) || rule(y));
        erase(&mut ruled);
        assert!(ruled.values == plane(150, 90, |x, y| foot(x, y) || stem(x, y)).values);
    }

    #[test]
    fn a_slanted_and_broken_rule_goes() {
        let mut broken = plane(200, 50, |x, y| y == 20 + x / 25 && x % 40 > 2);
        erase(&mut broken);
        assert_eq!(ink(&broken), 0);
    }

    #[test]
    fn a_rule_that_sags_goes() {
        let mut sagging = plane(200, 40, |x, y| y == 30 + (x as f64 / 20.).sin().mul_add(1.4, 0.5) as usize);
        erase(&mut sagging);
        assert_eq!(ink(&sagging), 0);
    }

    #[test]
    fn a_box_goes_with_its_sides_and_the_bars_within_stay() {
        let bar = |x: usize, y: usize| (60..66).contains(&x) && (10..38).contains(&y);
        let side = |x: usize| (3..5).contains(&x) || (150..152).contains(&x);
        let mut boxed = plane(160, 50, |x, y| bar(x, y) || side(x) || (2..4).contains(&y) || (46..48).contains(&y));
        erase(&mut boxed);
        assert!(boxed.values == plane(160, 50, bar).values);
        // Lines that run on beyond the sides.
        let side = |x: usize| (9..11).contains(&x) || (150..152).contains(&x);
        let mut boxed = plane(160, 50, |x, y| bar(x, y) || side(x) || (2..4).contains(&y) || (46..48).contains(&y));
        erase(&mut boxed);
        assert!(boxed.values == plane(160, 50, bar).values);
    }

    /// A 7 in a picture with bare paper: a bar, and a stem down from its right end.
    fn seven(x: usize, y: usize) -> bool {
        let bar = (60..88).contains(&x) && (40..43).contains(&y);
        bar || ((40..78).contains(&y) && (88 - (y - 40) / 3..91 - (y - 40) / 3).contains(&x))
    }

    #[test]
    fn a_short_box_goes_and_the_bar_of_a_seven_in_it_stays() {
        for (left, right) in [(40, 110), (52, 100)] {
            let frame = |x: usize, y: usize| {
                let (across, down) = ((left..right).contains(&x), (30..88).contains(&y));
                let on = |at: usize, from: usize, to: usize| at < from + 2 || at + 2 >= to;
                across && down && (on(x, left, right) || on(y, 30, 88))
            };
            let mut boxed = plane(150, 120, |x, y| seven(x, y) || frame(x, y));
            erase(&mut boxed);
            assert!(boxed.values == plane(150, 120, seven).values, "{left} to {right}");
        }
    }

    #[test]
    fn cells_of_one_width_go_and_a_one_in_a_box_as_tall_as_it_stays() {
        let frame = |x: usize, y: usize| {
            let (across, down) = ((20..142).contains(&x), (20..82).contains(&y));
            let on = |at: usize, from: usize, to: usize| at < from + 2 || at + 2 >= to;
            across && down && (on(x, 20, 142) || on(y, 20, 82))
        };
        let written = |x: usize, y: usize| (30..72).contains(&y) && [38, 39, 40, 80, 81, 120, 121, 122].contains(&x);
        for (lines, go) in [([60, 100], true), ([60, 88], false)] {
            let line = |x: usize, y: usize| (20..82).contains(&y) && lines.iter().any(|&at| (at..at + 2).contains(&x));
            let mut cells = plane(160, 100, |x, y| written(x, y) || frame(x, y) || line(x, y));
            erase(&mut cells);
            let lines_left = ink(&cells) - ink(&plane(160, 100, written));
            assert!(if go { lines_left == 0 } else { (2 * 2 * 58..=2 * 2 * 62).contains(&lines_left) }, "{lines_left}");
        }
    }

    #[test]
    fn a_line_that_sticks_out_of_one_digit_goes_with_a_taller_picture_around() {
        let mut ruled = plane(150, 120, |x, y| seven(x, y) || ((40..115).contains(&x) && (80..82).contains(&y)));
        erase(&mut ruled);
        assert!(ruled.values == plane(150, 120, seven).values);
    }

    #[test]
    fn a_number_underlined_apart_goes_free_and_a_line_of_its_width_at_its_feet_stays() {
        let written = |x: usize, y: usize| (30..70).contains(&y) && [30, 31, 32, 60, 61, 62, 87, 88, 89].contains(&x);
        for (level, goes) in [(74, true), (69, false)] {
            let line = |x: usize, y: usize| (30..90).contains(&x) && (level..level + 2).contains(&y);
            let mut underlined = plane(130, 120, |x, y| written(x, y) || line(x, y));
            let before = ink(&underlined);
            erase(&mut underlined);
            let after = if goes { ink(&plane(130, 120, written)) } else { before };
            assert_eq!(ink(&underlined), after, "level {level}");
        }
    }

    #[test]
    fn a_long_foot_that_begins_in_a_bow_stays() {
        // A wide 2: what is above its foot begins where the foot begins.
        let two = |x: usize, y: usize| {
            let foot = (20..90).contains(&x) && (76..80).contains(&y);
            foot || ((40..78).contains(&y) && (96 - y..100 - y).contains(&x))
        };
        let mut bent = plane(150, 120, two);
        erase(&mut bent);
        assert!(bent.values == plane(150, 120, two).values);
    }

    #[test]
    fn a_square_nought_is_no_box_with_a_speck_in_it_either() {
        let side = |at: usize| (40..44).contains(&at) || (76..80).contains(&at);
        let within = |at: usize| (40..80).contains(&at);
        for speck in [0, 1, 3] {
            let is_speck = |x: usize, y: usize| (60..60 + speck).contains(&x) && (60..60 + speck).contains(&y);
            let mut nought = plane(120, 120, |x, y| within(x) && within(y) && (side(x) || side(y)) || is_speck(x, y));
            let before = ink(&nought);
            erase(&mut nought);
            assert_eq!(ink(&nought), before);
        }
    }

    #[test]
    fn bars_of_signs_and_a_line_through_a_number_stay() {
        let level = |y: usize, at: usize| (at..at + 3).contains(&y);
        let wide = |x: usize| (40..100).contains(&x);
        let stem = |x: usize, y: usize| (69..72).contains(&x) && (40..84).contains(&y);
        let number = |x: usize, y: usize| (40..84).contains(&y) && [50, 51, 52, 70, 71, 72, 88, 89, 90].contains(&x);
        let plus = plane(140, 130, |x, y| stem(x, y) || (wide(x) && level(y, 61)));
        let tee = plane(140, 130, |x, y| stem(x, y) || (wide(x) && level(y, 40)));
        let struck = plane(140, 130, |x, y| number(x, y) || (wide(x) && level(y, 58)));
        for mut sign in [plus, tee, struck] {
            let before = ink(&sign);
            erase(&mut sign);
            assert_eq!(ink(&sign), before);
        }
    }

    #[test]
    fn an_upright_line_of_the_page_goes_and_a_tall_one_stays() {
        let written = |x: usize, y: usize| (40..80).contains(&y) && [60, 61, 62, 90, 91, 92].contains(&x);
        let margin = |x: usize, y: usize| (24..26).contains(&x) && y < 118;
        let mut page = plane(150, 120, |x, y| written(x, y) || margin(x, y));
        erase(&mut page);
        assert!(page.values == plane(150, 120, written).values);
        // A 1 of the same pen beside digits of half its height, within them, beside a point, and two of them beside a digit.
        let margin = |x: usize, y: usize| (24..27).contains(&x) && y < 118;
        let half = |x: usize, y: usize| (30..85).contains(&y) && [60, 61, 62, 90, 91, 92].contains(&x);
        let around = |x: usize, y: usize| (40..80).contains(&y) && [4, 5, 6, 90, 91, 92].contains(&x);
        let point = |x: usize, y: usize| (50..64).contains(&x) && (50..64).contains(&y);
        let another = |x: usize, y: usize| (8..11).contains(&x) && y < 118;
        for beside in [&half as &dyn Fn(usize, usize) -> bool, &around, &point] {
            assert_stays(plane(150, 120, |x, y| margin(x, y) || beside(x, y)));
        }
        let shorter = |x: usize, y: usize| (30..85).contains(&y) && [60, 61, 62].contains(&x);
        assert_stays(plane(150, 120, |x, y| margin(x, y) || shorter(x, y) || another(x, y)));
        let column = |x: usize, y: usize| margin(x, y) || ((110..112).contains(&x) && y < 118);
        let mut table = plane(150, 120, |x, y| column(x, y) || shorter(x, y));
        erase(&mut table);
        assert!(table.values == plane(150, 120, shorter).values);
    }

    #[test]
    fn lines_of_a_page_go_wherever_they_cross_and_a_line_through_a_number_stays() {
        let written = |x: usize, y: usize| (80..120).contains(&y) && [70, 71, 72, 100, 101, 102].contains(&x);
        let lines = |y: usize| [20, 21, 60, 61, 100, 101, 140, 141].contains(&y);
        let mut page = plane(160, 160, |x, y| written(x, y) || lines(y));
        erase(&mut page);
        assert!(page.values == plane(160, 160, written).values);
        let through = |x: usize, y: usize| (2..158).contains(&x) && [91, 92, 93, 104, 105, 106].contains(&y);
        assert_stays(plane(160, 160, |x, y| written(x, y) || through(x, y)));
    }

    #[test]
    fn lines_thinner_than_the_pen_go_through_a_number_and_close_to_it() {
        let written = |x: usize, y: usize| (20..70).contains(&y) && [30, 31, 32, 33, 60, 61, 62, 63].contains(&x);
        for (thickness, darkness, goes) in [(1, 1., true), (4, 0.5, true), (4, 1., false)] {
            let margin = |x: usize, _: usize| (14..14 + thickness).contains(&x);
            let through = |_: usize, y: usize| (44..44 + thickness).contains(&y);
            for line in [&margin as &dyn Fn(usize, usize) -> bool, &through] {
                let mut page = plane(90, 90, written);
                for i in (0..90 * 90).filter(|&i| line(i % 90, i / 90)) {
                    page.values[i] = page.values[i].max(darkness);
                }
                let before = page.values.clone();
                erase(&mut page);
                let after = if goes { &plane(90, 90, written).values } else { &before };
                assert!(page.values == *after, "{thickness} px, {darkness}");
            }
        }
    }

    #[test]
    fn a_line_across_a_number_strikes_it_out_if_it_is_no_page_line() {
        let number = |x: usize, y: usize| (40..84).contains(&y) && [50, 51, 52, 70, 71, 72, 88, 89, 90].contains(&x);
        let level = |y: usize, at: usize, thickness: usize| (at..at + thickness).contains(&y);
        let struck = |line: &dyn Fn(usize, usize) -> bool| {
            let mut page = plane(140, 130, |x, y| number(x, y) || line(x, y));
            let before = ink(&page);
            (erase(&mut page), ink(&page) == before)
        };
        let from_to = |x: usize, from: usize, to: usize| (from..to).contains(&x);
        assert_eq!(struck(&|x, y| from_to(x, 40, 100) && level(y, 58, 3)), (true, true));
        assert_eq!(struck(&|x, y| from_to(x, 50, 91) && level(y, 58, 3)), (false, true), "it is shorter than high");
        let wide = |x: usize, y: usize| (40..70).contains(&y) && [50, 51, 52, 70, 71, 72, 88, 89, 90].contains(&x);
        let mut joined = plane(140, 130, |x, y| wide(x, y) || (from_to(x, 50, 91) && level(y, 53, 3)));
        assert!(!erase(&mut joined), "it joins digits");
        assert!(!struck(&|x, y| from_to(x, 40, 100) && level(y, 82, 3)).0, "it lies at the feet");
        assert_eq!(struck(&|_, y| level(y, 58, 1)), (false, false), "it is printed");
        assert_eq!(struck(&|_, y| level(y, 58, 3) || level(y, 108, 3)), (false, false), "there are more of it");
    }

    #[test]
    fn a_line_at_the_heads_goes_if_it_sticks_out_far_and_the_bar_of_a_letter_stays() {
        let line = |x: usize, y: usize| (35..120).contains(&x) && (39..41).contains(&y);
        let number = |x: usize, y: usize| (39..80).contains(&y) && [55, 56, 57, 75, 76, 77, 98, 99, 100].contains(&x);
        let mut page = plane(160, 120, |x, y| number(x, y) || line(x, y));
        erase(&mut page);
        assert!(page.values == plane(160, 120, number).values);
        let stem = |x: usize, y: usize| (39..80).contains(&y) && [76, 77, 78].contains(&x);
        assert_stays(plane(160, 120, |x, y| stem(x, y) || line(x, y)));
    }

    #[test]
    fn specks_far_off_save_no_rule() {
        let written = |x: usize, y: usize| (30..70).contains(&y) && [30, 31, 32, 60, 61, 62, 87, 88, 89].contains(&x);
        let speck = |x: usize, y: usize| (x, y) == (5, 112);
        let line = |x: usize, y: usize| (30..90).contains(&x) && (74..76).contains(&y);
        let mut page = plane(130, 120, |x, y| written(x, y) || speck(x, y) || line(x, y));
        erase(&mut page);
        assert!(page.values == plane(130, 120, |x, y| written(x, y) || speck(x, y)).values);
    }

    #[test]
    fn the_faint_lines_beside_a_rule_go_with_it_and_soft_edges_of_digits_stay() {
        let mut soft = plane(150, 120, |x, y| seven(x, y) || ((40..115).contains(&x) && (90..92).contains(&y)));
        (40..115).for_each(|x| [88, 93].into_iter().for_each(|y| soft.values[y * 150 + x] = 0.05));
        (40..78).for_each(|y| soft.values[y * 150 + 92 - (y - 40) / 3] = 0.1);
        let faint = soft.values.iter().filter(|&&v| v > 0. && v < INKED).count() - 2 * 75;
        erase(&mut soft);
        assert_eq!(soft.values.iter().filter(|&&v| v > 0. && v < INKED).count(), faint);
        assert_eq!(soft.values.iter().filter(|&&v| v >= INKED).count(), ink(&plane(150, 120, seven)));
    }

    #[test]
    fn an_empty_box_goes_and_so_do_empty_cells() {
        let frame = |x: usize, y: usize| {
            let on = |at: usize, from: usize, to: usize| at < from + 2 || at + 2 >= to;
            (20..142).contains(&x) && (20..82).contains(&y) && (on(x, 20, 142) || on(y, 20, 82))
        };
        let line = |x: usize, y: usize| (20..82).contains(&y) && [60, 61, 100, 101].contains(&x);
        for cells in [false, true] {
            let mut empty = plane(160, 100, |x, y| frame(x, y) || (cells && line(x, y)));
            erase(&mut empty);
            assert_eq!(ink(&empty), 0, "cells: {cells}");
        }
    }

    #[test]
    fn a_box_that_stands_on_a_line_goes() {
        let frame = |x: usize, y: usize| {
            let on = |at: usize, from: usize, to: usize| at < from + 2 || at + 2 >= to;
            (40..110).contains(&x) && (30..88).contains(&y) && (on(x, 40, 110) || on(y, 30, 88))
        };
        let line = |x: usize, y: usize| (30..120).contains(&x) && (95..97).contains(&y);
        let mut page = plane(160, 120, |x, y| seven(x, y) || frame(x, y) || line(x, y));
        erase(&mut page);
        assert!(page.values == plane(160, 120, seven).values);
    }

    #[test]
    fn a_tall_bar_at_the_edge_of_a_bare_picture_stays() {
        let mut bar = plane(120, 40, |x, _| (4..8).contains(&x));
        let before = ink(&bar);
        erase(&mut bar);
        assert_eq!(ink(&bar), before);
    }

    #[test]
    fn a_tall_bar_of_a_pen_stays_beside_a_rule() {
        let bar = |x: usize, _: usize| (4..9).contains(&x);
        let mut one = plane(160, 50, |x, y| bar(x, y) || (46..48).contains(&y));
        erase(&mut one);
        assert!(one.values == plane(160, 50, bar).values);
    }

    #[test]
    fn digits_that_touch_are_no_rule() {
        // Tops and feet of noughts side by side.
        let ring = |x: usize, y: usize| {
            let r = ((x % 24) as f64 - 12.).hypot((y as f64 - 20.) * 0.7);
            (9.0..12.5).contains(&r)
        };
        let mut noughts = plane(144, 40, ring);
        let before = ink(&noughts);
        erase(&mut noughts);
        assert_eq!(ink(&noughts), before);
    }

    #[test]
    fn feet_that_run_on_are_no_rule() {
        // Each foot 40 px long on a level of its own, and the pen's way from one to the next.
        let level = |x: usize| {
            let (foot, along) = ((x / 40).min(3), x % 40);
            let levels = [28, 32, 29, 33, 33];
            let (from, to) = (levels[foot] as f64, levels[foot + 1] as f64);
            (from + (to - from) * (along.saturating_sub(34) as f64 / 6.)) as usize
        };
        let mut feet = plane(160, 40, |x, y| (level(x)..level(x) + 4).contains(&y));
        let before = ink(&feet);
        erase(&mut feet);
        assert_eq!(ink(&feet), before);
        let mut rule = plane(160, 40, |_, y| (28..32).contains(&y));
        erase(&mut rule);
        assert_eq!(ink(&rule), 0, "on one level it is one");
    }

    #[test]
    fn the_bar_of_a_seven_stays() {
        let mut seven = plane(40, 40, |x, y| (4..8).contains(&y) || (x + y > 40 && x + y < 47));
        let before = ink(&seven);
        erase(&mut seven);
        assert_eq!(ink(&seven), before);
    }

    #[test]
    fn a_filled_bar_is_no_rule() {
        let mut bar = plane(120, 40, |_, y| (8..32).contains(&y));
        let before = ink(&bar);
        erase(&mut bar);
        assert_eq!(ink(&bar), before);
    }

    #[test]
    fn nothing_is_nothing() {
        let mut blank = plane(100, 20, |_, _| false);
        erase(&mut blank);
        assert_eq!(ink(&blank), 0);
    }
}

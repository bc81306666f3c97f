//! Ruled lines: a number is often written on one, above one or in a box. They are found as long, level, thin runs of ink, longer than any
//! stroke of a digit, and erased where no stroke crosses them. A rule at a short number is no longer than a bar of a digit may be: it is told
//! by sticking out of what is written, or by being part of a box. The sides of a box are found in the same way, on the picture turned.
//!
//! A rule is the best path of ink from left to right, a step up or down costing it some of its length: O(width * height) each. It may
//! climb, sag and be broken. Known limits: rules that waver, or are as thick as the writing is high; a box for each digit; boxes whose lines the
//! digits run over at a side.

use std::ops::Range;

use super::Plane;
use crate::order;

/// Least length of a rule against the height of the picture, and against its width: strokes of digits are shorter.
const LEAST_BY_HEIGHT: f64 = 1.5;
const LEAST_BY_WIDTH: f64 = 0.45;

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

/// Where ink over the rule is thicker than the rule by so many px, a stroke crosses it and stays.
const CROSSING: usize = 2;

/// On at least this share of its length nothing crosses a rule, and on so much less where it runs from edge to edge of the picture:
/// digits sit on it.
const BARE: f64 = 0.6;
const ACROSS: f64 = 0.2;

/// A rule is no thicker than this share of the picture's height: a filled bar is ink, to be refused, not a rule to be erased.
const THICKEST: f64 = 0.15;

/// Sharpening and compression leave faint lines beside a dark one, this near to it against its thickness.
const HALO: usize = 2;

/// Most rules of a picture; hatching has more, is no number anyway, and each costs a search of the whole picture.
const MAX_RULES: usize = 16;

/// The side of a box is this near to the picture's own side, as a share of the picture's height; it runs over this share of the height,
/// is bare on this one, and no thicker than the box's other lines but for so many px: a 1 in the same place is written by a pen.
const SIDE_REACH: f64 = 0.5;
const SIDE_LENGTH: f64 = 0.93;
const SIDE_BARE: f64 = 0.7;
const SIDE_THICKER: usize = 1;

/// Shares of the ink's width and height that a rule at a short number runs over, at least.
const SHORT_BY_WIDTH: f64 = 0.7;
const SHORT_BY_HEIGHT: f64 = 0.45;

/// Such a rule is this long against the ink's height, and sticks out of the writing at both ends by this share of it and its own thickness: the bar of a 7
/// ends in its stem, the foot of a 2 in its bow, and the foot of a 1 is shorter. Below the writing and apart from it, it may be so much shorter
/// instead. This share of the writing may lie beyond, specks.
const FREE_BY_HEIGHT: f64 = 1.2;
const STICKS_OUT: f64 = 0.08;
const BEYOND: f64 = 0.01;

/// Or it is the top or the foot of a box: they lie this share of the ink's height apart, and the sides this near to their ends.
const BOX_HEIGHT: f64 = 0.7;
const BOX_CORNER: f64 = 0.12;

/// Erases the ruled lines of a picture.
pub(super) fn erase(plane: &mut Plane) {
    erase_short(plane);
    erase_long(plane);
}

/// Erases rules that are hardly longer than the number is wide, and a box around it, however much bare paper there is.
fn erase_short(plane: &mut Plane) {
    let Some([width, height]) = extent(plane) else { return };
    let asked = Asked {
        least: (SHORT_BY_WIDTH * width).max(SHORT_BY_HEIGHT * height),
        thickest: THICKEST * height,
        straight: STRAIGHT * height,
        bare: BARE,
        across: ACROSS,
    };
    let found = |_| erase_longest(plane, 0..plane.height, &asked);
    let rules: Vec<Rule> = (0..MAX_RULES).map_while(found).collect();
    let in_box = erase_box(plane, &rules, height);
    let written = Written::of(plane);
    let is_rule = |(i, rule): (usize, &Rule)| {
        let (from, to) = (rule.first as f64, rule.last as f64);
        // No digit has a part below it that it does not touch.
        let is_apart_below = rule.is_bare && rule.level > written.foot;
        let margin = if is_apart_below { -STICKS_OUT * height } else { STICKS_OUT * height + rule.thickness as f64 };
        let is_free = to - from >= FREE_BY_HEIGHT * height && written.is_within(from + margin, to - margin);
        is_free || in_box.is_some_and(|of_box| of_box.contains(&i))
    };
    // What is a bar or a foot of a digit is put back, the last first: what an earlier one held is nothing to a later one.
    for (_, rule) in rules.iter().enumerate().rev().filter(|&r| !is_rule(r)) {
        rule.erased.iter().for_each(|&(i, value)| plane.values[i] = value);
    }
}

/// Where the writing lies.
struct Written {
    /// How much ink each column holds.
    columns: Vec<f64>,
    /// The lowest row with ink.
    foot: f64,
}

impl Written {
    fn of(plane: &Plane) -> Self {
        let mut columns = vec![0.; plane.width];
        plane.values.iter().enumerate().for_each(|(i, &v)| columns[i % plane.width] += f64::from(v));
        let lowest = plane.values.iter().rposition(|&v| v >= INKED).unwrap_or(0);
        Self { columns, foot: (lowest / plane.width) as f64 }
    }

    /// There is ink, and hardly any lies left of `from` or right of `to`.
    fn is_within(&self, from: f64, to: f64) -> bool {
        let sum = |of: &dyn Fn(f64) -> bool| -> f64 {
            self.columns.iter().enumerate().filter(|&(x, _)| of(x as f64)).map(|(_, mass)| mass).sum()
        };
        let all = sum(&|_| true);
        all > 0. && sum(&|x| x < from || x > to) <= BEYOND * all
    }
}

/// How wide and how high a picture's ink lies; `None` without any.
fn extent(plane: &Plane) -> Option<[f64; 2]> {
    let length = |place: &dyn Fn(usize) -> usize| {
        let inked = (0..plane.values.len()).filter(|&i| plane.values[i] >= INKED).map(place);
        let ends = inked.fold(None, |ends: Option<[usize; 2]>, at| {
            Some(ends.map_or([at, at], |[first, last]| [first.min(at), last.max(at)]))
        });
        ends.map(|[first, last]| (last + 1 - first) as f64)
    };
    Some([length(&|i| i % plane.width)?, length(&|i| i / plane.width)?])
}

/// Erases the sides of a box around everything that is written, of ink that lies `height` px high, and gives the places of its top and its foot among the erased rules;
/// `None` and nothing erased where there is no such box.
fn erase_box(plane: &mut Plane, rules: &[Rule], height: f64) -> Option<[usize; 2]> {
    let by_level = |&a: &usize, &b: &usize| rules[a].level.total_cmp(&rules[b].level);
    let of_box = [(0..rules.len()).min_by(by_level)?, (0..rules.len()).max_by(by_level)?];
    let [top, foot] = of_box.map(|i| &rules[i]);
    let corner = BOX_CORNER * height;
    let ends = [[top.first, foot.first], [top.last, foot.last]];
    let apart = foot.level - top.level;
    if apart < BOX_HEIGHT * height || ends.iter().any(|[a, b]| a.abs_diff(*b) as f64 > 2. * corner) {
        return None;
    }
    // With the rules' own rows, where the corners still are.
    let rows = (top.level as usize).saturating_sub(top.thickness)
        ..(foot.level as usize + foot.thickness + 1).min(plane.height);
    let within = rows.start * plane.width..rows.end * plane.width;
    let between = Plane { width: plane.width, height: rows.len(), values: plane.values[within.clone()].to_vec() };
    let mut turned = turned(&between);
    let thickest = (top.thickness.min(foot.thickness) + SIDE_THICKER) as f64;
    let straight = STRAIGHT * height;
    let asked = Asked { least: SIDE_LENGTH * apart, thickest, straight, bare: SIDE_BARE, across: 0. };
    let mut sides = Vec::new();
    for [a, b] in ends {
        let from = (a.min(b) as f64 - corner).max(0.) as usize;
        let to = (a.max(b) + corner as usize + 1).min(turned.height);
        sides.push(erase_longest(&mut turned, from..to, &asked)?.level);
    }
    let mut erased = plane.values.clone();
    erased[within].copy_from_slice(&self::turned(&turned).values);
    let erased = Plane { values: erased, ..*plane };
    if !Written::of(&erased).is_within(sides[0], sides[1]) {
        return None;
    }
    *plane = erased;
    Some(of_box)
}

/// Erases the rules that are longer than any stroke.
fn erase_long(plane: &mut Plane) {
    let least = (LEAST_BY_HEIGHT * plane.height as f64).max(LEAST_BY_WIDTH * plane.width as f64);
    let [thickest, straight] = [THICKEST, STRAIGHT].map(|share| share * plane.height as f64);
    // The longest is erased first, and each is looked for again in what is left.
    let mut thinnest = None;
    for _ in 0..MAX_RULES {
        let asked = Asked { least, thickest, straight, bare: BARE, across: ACROSS };
        let Some(Rule { thickness, .. }) = erase_longest(plane, 0..plane.height, &asked) else { break };
        thinnest = Some(thinnest.map_or(thickness, |t: usize| t.min(thickness)));
    }
    // A box has a line above or below.
    if let Some(thickness) = thinnest {
        erase_sides(plane, (thickness + SIDE_THICKER) as f64);
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

/// Erases the sides of a box.
fn erase_sides(plane: &mut Plane, thickest: f64) {
    let (width, height) = (plane.width, plane.height);
    let reach = ((SIDE_REACH * height as f64) as usize).min(width / 4);
    let mut turned = turned(plane);
    for side in [0..reach, width - reach..width] {
        let straight = STRAIGHT * height as f64;
        let asked = Asked { least: SIDE_LENGTH * height as f64, thickest, straight, bare: SIDE_BARE, across: 0. };
        erase_longest(&mut turned, side, &asked);
    }
    *plane = self::turned(&turned);
}

/// Rows as columns.
fn turned(plane: &Plane) -> Plane {
    let values = (0..plane.width).flat_map(|x| plane.values.iter().skip(x).step_by(plane.width).copied());
    Plane { width: plane.height, height: plane.width, values: values.collect() }
}

/// A rule that was erased: its columns from `first` to `last`, the row about which it lies and its thickness, px, whether nothing touched it,
/// and what each pixel held.
struct Rule {
    first: usize,
    last: usize,
    level: f64,
    thickness: usize,
    is_bare: bool,
    erased: Vec<(usize, f32)>,
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
    let inked = |x: usize, row: usize| plane.values[(rows.start + row) * width + x] >= INKED;
    // For each pixel the worth of the best path that ends there, its empty columns at the end, and the row that it came from.
    let mut worth = vec![0f32; width * height];
    let mut empty = vec![0usize; width * height];
    let mut from = vec![usize::MAX; width * height];
    let mut best = (0., None);
    for x in 0..width {
        for row in 0..height {
            let at = x * height + row;
            let before =
                |r: usize| if x > 0 { worth[(x - 1) * height + r] - if r == row { 0. } else { STEP } } else { 0. };
            let near = row.saturating_sub(1)..(row + 2).min(height);
            // The same row first: of equals it is the straightest.
            let source = near.filter(|&r| r != row).fold(row, |a, r| if before(r) > before(a) { r } else { a });
            let (reached, gap) = (before(source), if x > 0 { empty[(x - 1) * height + source] } else { 0 });
            let continues = reached > 0.;
            if inked(x, row) {
                worth[at] = 1. + reached.max(0.);
                from[at] = if continues { source } else { usize::MAX };
                if worth[at] > best.0 {
                    best = (worth[at], Some((x, row)));
                }
            } else if continues && gap < BREAK && reached > GAP {
                (worth[at], empty[at], from[at]) = (reached - GAP, gap + 1, source);
            }
        }
    }
    let mut rule = Vec::new();
    let mut next = best.1;
    while let Some((x, row)) = next {
        if inked(x, row) {
            rule.push(Dot { x, y: rows.start + row });
        }
        let source = from[x * height + row];
        next = (source != usize::MAX && x > 0).then(|| (x - 1, source));
    }
    rule.reverse();
    rule
}

/// Erases a rule where nothing crosses it; none where it is too thick to be one, bends, or is crossed nearly
/// everywhere.
fn erase_one(plane: &mut Plane, rule: &[Dot], asked: &Asked) -> Option<Rule> {
    let through: Vec<(usize, (usize, usize))> =
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
    for (x, (top, bottom)) in through.into_iter().filter(is_bare) {
        for y in top.saturating_sub(halo)..(bottom + halo).min(plane.height) {
            let i = y * plane.width + x;
            if (top..bottom).contains(&y) || plane.values[i] < INKED {
                erased.push((i, plane.values[i]));
                plane.values[i] = 0.;
            }
        }
    }
    let level = rule.iter().map(|dot| dot.y as f64).sum::<f64>() / length;
    Some(Rule { first, last, level, thickness: typical, is_bare: bare_columns == length, erased })
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

    #[test]
    fn a_rule_goes_and_the_strokes_on_it_stay() {
        let bar = |x: usize, y: usize| (40..46).contains(&x) && (5..38).contains(&y);
        let mut with_rule = plane(120, 40, |x, y| bar(x, y) || (30..32).contains(&y));
        erase(&mut with_rule);
        let bars = plane(120, 40, bar);
        assert_eq!(with_rule.values, bars.values);
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
        assert_eq!(boxed.values, plane(160, 50, bar).values);
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
            assert_eq!(boxed.values, plane(150, 120, seven).values, "{left} to {right}");
        }
    }

    #[test]
    fn a_line_that_sticks_out_of_one_digit_goes_with_a_taller_picture_around() {
        let mut ruled = plane(150, 120, |x, y| seven(x, y) || ((40..115).contains(&x) && (80..82).contains(&y)));
        erase(&mut ruled);
        assert_eq!(ruled.values, plane(150, 120, seven).values);
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
        assert_eq!(bent.values, plane(150, 120, two).values);
    }

    #[test]
    fn a_square_nought_is_no_box() {
        let side = |at: usize| (40..44).contains(&at) || (76..80).contains(&at);
        let within = |at: usize| (40..80).contains(&at);
        let mut nought = plane(120, 120, |x, y| within(x) && within(y) && (side(x) || side(y)));
        let before = ink(&nought);
        erase(&mut nought);
        assert_eq!(ink(&nought), before);
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
        assert_eq!(one.values, plane(160, 50, bar).values);
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

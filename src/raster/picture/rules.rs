//! Ruled lines: a number is often written on one, above one or in a box. They are found as long, nearly level runs of ink, longer than
//! any stroke of a digit, and erased where no stroke crosses them.
//!
//! Every slope within [`STEEPEST`] is tried on every row: O(slopes * width * height). Known limits: curved rules, and rules as thick as
//! the writing is high.

use super::Plane;

/// Least length of a rule against the height of the picture, and against its width: strokes of digits are shorter.
const LEAST_BY_HEIGHT: f64 = 1.5;
const LEAST_BY_WIDTH: f64 = 0.45;

/// Steepest rule, px down for each px rightward, and how many slopes are tried on either side of level.
const STEEPEST: f64 = 0.06;
const SLOPES: i32 = 6;

/// Coverage from which a pixel counts as ink.
const INKED: f32 = 0.25;

/// A run may be broken for so many px: scans lose a few.
const BREAK: usize = 4;

/// A rule is inked on at least this share of its length.
const SOLID: f64 = 0.85;

/// Where ink over the rule is thicker than the rule by so many px, a stroke crosses it and stays.
const CROSSING: usize = 2;

/// On at least this share of its length nothing crosses a rule and its middle is straight to a pixel: the tops of digits that touch
/// one another make long runs too, but those bend, and strokes lead away from them.
const BARE: f64 = 0.6;
const STRAIGHT: f64 = 1.;

/// A rule is no thicker than this share of the picture's height: a filled bar is ink, to be refused, not a rule to be erased.
const THICKEST: f64 = 0.15;

/// Most rules of a picture; hatching has more, is no number anyway, and each costs a search of the whole picture.
const MAX_RULES: usize = 16;

/// Erases the ruled lines of a picture.
pub(super) fn erase(plane: &mut Plane) {
    let least = (LEAST_BY_HEIGHT * plane.height as f64).max(LEAST_BY_WIDTH * plane.width as f64) as usize;
    if least > plane.width {
        return;
    }
    // One rule may cover several rows and slopes: the longest is erased first, and each is looked for again in what is left.
    for _ in 0..MAX_RULES {
        let erased = longest(plane, least).is_some_and(|rule| erase_one(plane, &rule));
        if !erased {
            return;
        }
    }
}

/// A nearly level run of ink.
struct Rule {
    /// Columns from and to (exclusive).
    from: usize,
    to: usize,
    /// Row at the middle of the picture, and rows down for each column.
    row: f64,
    slope: f64,
}

impl Rule {
    /// Where it should be in one column.
    fn row_at(&self, x: usize, plane: &Plane) -> f64 {
        self.row + self.slope * (x as f64 - plane.width as f64 / 2.)
    }

    /// The row that the rule is inked on in one column, within a pixel of where it should be: slopes are few and pixels coarse.
    fn inked_row(&self, x: usize, plane: &Plane) -> Option<usize> {
        let row = self.row_at(x, plane).round() as i64;
        let inked =
            |&y: &i64| (0..plane.height as i64).contains(&y) && plane.values[y as usize * plane.width + x] >= INKED;
        [row, row - 1, row + 1].into_iter().find(inked).map(|y| y as usize)
    }
}

fn longest(plane: &Plane, least: usize) -> Option<Rule> {
    let mut best: Option<Rule> = None;
    let drift = (STEEPEST * plane.width as f64 / 2.).ceil() as i64;
    for step in -SLOPES..=SLOPES {
        let slope = STEEPEST * f64::from(step) / f64::from(SLOPES);
        for row in -drift..plane.height as i64 + drift {
            let rule = Rule { from: 0, to: 0, row: row as f64, slope };
            let (from, to) = longest_run(plane, &rule);
            let longer = to - from > best.as_ref().map_or(0, |b| b.to - b.from);
            if to - from >= least && longer {
                best = Some(Rule { from, to, ..rule });
            }
        }
    }
    best
}

/// The longest solid run of ink along a line.
fn longest_run(plane: &Plane, rule: &Rule) -> (usize, usize) {
    let mut best = (0, 0);
    // The run so far: where it began, its inked columns, and the last of them.
    let mut run: Option<(usize, usize, usize)> = None;
    for x in (0..plane.width).filter(|&x| rule.inked_row(x, plane).is_some()) {
        let (from, count, _) = run.filter(|&(_, _, last)| x - last <= BREAK + 1).unwrap_or((x, 0, x));
        run = Some((from, count + 1, x));
        let length = x + 1 - from;
        if (count + 1) as f64 >= SOLID * length as f64 && length > best.1 - best.0 {
            best = (from, x + 1);
        }
    }
    best
}

/// Erases a rule where nothing crosses it; false where it is too thick to be one, or crossed nearly everywhere.
fn erase_one(plane: &mut Plane, rule: &Rule) -> bool {
    let stretch = |x: usize| Some(ink_through(plane, x, rule.inked_row(x, plane)?));
    let through: Vec<(usize, (usize, usize))> = (rule.from..rule.to).filter_map(|x| Some((x, stretch(x)?))).collect();
    let mut thickness: Vec<usize> = through.iter().map(|(_, (top, bottom))| bottom - top).collect();
    thickness.sort_unstable();
    let typical = thickness[thickness.len() / 2];
    let bare = |(top, bottom): (usize, usize)| bottom - top <= typical + CROSSING;
    // A thick rule may have been found on any of its rows: how far its middle lies from there.
    let off = |&(x, (top, bottom)): &(usize, (usize, usize))| (top + bottom - 1) as f64 / 2. - rule.row_at(x, plane);
    let mut offs: Vec<f64> = through.iter().map(off).collect();
    offs.sort_by(f64::total_cmp);
    let middle = offs[offs.len() / 2];
    let is_plain = |column: &&(usize, (usize, usize))| bare(column.1) && (off(column) - middle).abs() <= STRAIGHT;
    let plain = through.iter().filter(is_plain).count();
    if typical as f64 > THICKEST * plane.height as f64 || (plain as f64) < BARE * through.len() as f64 {
        return false;
    }
    for (x, (top, bottom)) in through.into_iter().filter(|&(_, stretch)| bare(stretch)) {
        (top..bottom).for_each(|y| plane.values[y * plane.width + x] = 0.);
    }
    true
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

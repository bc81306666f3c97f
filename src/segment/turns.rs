//! Cuts along the way of the pen: where it turns, one digit of a joined string may end and the next begin.
//!
//! Turns are corners, and the places where the pen goes over from left to right or from up to down and the other way round: the pieces
//! between them are what writing is made of (cf. R. Plamondon, S. Srihari, "On-line and off-line handwriting recognition", PAMI 2000).

use super::cut::{CutKind, Nearby, Side, Sight, Through, View};
use crate::geom::{Point, way_along};
use crate::order;

/// Distance of the points that the way is looked at in, line heights.
const STEP: f64 = 0.035;

/// So many steps on either side give the pen's direction: fewer see the trembling of the hand, more round the corners off.
const REACH: usize = 3;

/// Least turn of a corner, radians.
const CORNER: f64 = 0.6;

/// Least way between two cuts and from either end of a stroke, steps: about a seventh of the line's height.
const SPACING: usize = 4;

/// Longest way of all strokes of a line that is looked at for turns, steps: some five hundred digits. What is longer is scribbling.
pub(super) const LONGEST_WAY: f64 = 50_000.;

/// So much of the way on either side is looked at, steps: about as long as a 1 is high.
const WINDOW: usize = 34;

/// A place where the pen's way may be parted.
pub(super) struct Turn {
    /// Index into the [`resampled`] way.
    pub at: usize,
    pub view: View,
}

/// Whether the ways of a line are those of writing, and so of a length that turns can be looked for in.
pub(super) fn can_be_looked_for<'a>(paths: impl Iterator<Item = &'a [Point]>, line_height: f64) -> bool {
    paths.map(way_along).sum::<f64>() <= LONGEST_WAY * STEP * line_height
}

/// Points along a way, evenly [`STEP`] apart; the first and the last stay.
pub(super) fn resampled(path: &[Point], line_height: f64) -> Vec<Point> {
    let spacing = STEP * line_height;
    let mut points = vec![path[0]];
    let mut since = 0.;
    for pair in path.windows(2) {
        let length = pair[0].distance(pair[1]);
        let mut next = spacing - since;
        while next <= length {
            points.push(pair[0].towards(pair[1], next / length));
            next += spacing;
        }
        since = length - (next - spacing);
    }
    let last = path[path.len() - 1];
    if since > 0.25 * spacing || points.len() == 1 {
        points.push(last);
    } else {
        *points.last_mut().expect("the first point") = last;
    }
    points
}

/// The turns of a resampled way, in its order.
pub(super) fn turns(way: &[Point], pen: f64, line_height: f64) -> Vec<Turn> {
    if way.len() <= 2 * SPACING {
        return Vec::new();
    }
    let headings = |i: usize| {
        let (before, after) = (way[i.saturating_sub(REACH)], way[(i + REACH).min(way.len() - 1)]);
        [way[i].x - before.x, way[i].y - before.y, after.x - way[i].x, after.y - way[i].y]
    };
    let turn = |i: usize| {
        let [ax, ay, bx, by] = headings(i);
        let angle = (ax * by - ay * bx).atan2(ax * bx + ay * by).abs();
        // A way straight down goes neither left nor right: that is no going over.
        let extreme = ax * bx < 0. || ay * by < 0.;
        (angle, angle >= CORNER || extreme)
    };
    let mut places: Vec<(f64, usize)> = (SPACING..way.len() - SPACING)
        .map(|i| (turn(i), i))
        .filter(|&((_, is), _)| is)
        .map(|((a, _), i)| (a, i))
        .collect();
    order::sort(&mut places, |&(angle, i)| [order::total(-angle), order::whole(i), 0]);
    let mut is_near = vec![false; way.len()];
    places.retain(|&(_, i)| {
        let is_free = !is_near[i];
        if is_free {
            is_near[i + 1 - SPACING..i + SPACING].fill(true);
        }
        is_free
    });
    let mut chosen = places;
    order::sort(&mut chosen, |&(_, i)| [order::whole(i), 0, 0]);
    let pen_ink = pen * STEP * line_height;
    let view = |&(turn, at): &(f64, usize)| {
        let (before, after) = (&way[at.saturating_sub(WINDOW)..at], &way[at..(at + WINDOW).min(way.len())]);
        let (top, bottom) = before.iter().chain(after).fold((f64::MAX, f64::MIN), |(t, b), p| (t.min(p.y), b.max(p.y)));
        let [ax, ay, bx, by] = headings(at);
        let (a, b) = (ax.hypot(ay).max(f64::MIN_POSITIVE), bx.hypot(by).max(f64::MIN_POSITIVE));
        let headings = [ax / a, ay / a, bx / b, by / b];
        let through = Through { kind: CutKind::Turn, crossed: pen, crossings: 1, opens_loop: false, turn, headings };
        let mut sight = Sight::around(way[at].x, (top + bottom) / 2., through, line_height);
        let sides = if runs_right(before, after) { [Side::Left, Side::Right] } else { [Side::Right, Side::Left] };
        for (side, points) in sides.into_iter().zip([before, after]) {
            points.iter().for_each(|p| sight.add(side, p.x, p.y, pen_ink));
        }
        let mut ways = [Nearby::of(&way[..=at], at, true), Nearby::of(&way[at..], 0, false)];
        if let Side::Right = sides[0] {
            ways.reverse();
        }
        sight.add_ways(ways);
        Turn { at, view: sight.view() }
    };
    chosen.iter().map(view).collect()
}

/// Whether the pen comes from the left.
fn runs_right(before: &[Point], after: &[Point]) -> bool {
    let mean = |points: &[Point]| points.iter().map(|p| p.x).sum::<f64>() / points.len() as f64;
    mean(before) <= mean(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHT: f64 = 64.;

    fn way(corners: &[(f64, f64)]) -> Vec<Point> {
        resampled(&corners.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>(), HEIGHT)
    }

    #[test]
    fn points_are_evenly_apart_and_both_ends_stay() {
        let way = way(&[(0., 0.), (10., 0.), (10., 31.3)]);
        assert_eq!((way[0].x, way[0].y), (0., 0.));
        assert_eq!((way[way.len() - 1].x, way[way.len() - 1].y), (10., 31.3));
        for pair in way.windows(2).take(way.len() - 2) {
            assert!(pair[0].distance(pair[1]) <= STEP * HEIGHT + 1e-9, "{pair:?}");
        }
        assert_eq!(resampled(&[Point::new(3., 3.)], HEIGHT).len(), 2);
    }

    #[test]
    fn corners_are_turns_and_a_straight_way_has_none() {
        assert!(turns(&way(&[(0., 0.), (20., 60.)]), 6., HEIGHT).is_empty());
        let bent = way(&[(0., 0.), (20., 60.), (40., 0.)]);
        let turns = turns(&bent, 6., HEIGHT);
        assert_eq!(turns.len(), 1);
        assert!(bent[turns[0].at].distance(Point::new(20., 60.)) < 2. * STEP * HEIGHT, "{:?}", bent[turns[0].at]);
    }

    #[test]
    fn a_turn_knows_which_way_the_pen_comes_and_goes() {
        // Up to the right and straight down, as the flag of a 1 is written.
        let flag = turns(&way(&[(0., 20.), (20., 0.), (20., 60.)]), 6., HEIGHT);
        let headings = &flag[0].view[flag[0].view.len() - 4..];
        let expected = [0.5f32.sqrt(), -0.5f32.sqrt(), 0., 1.];
        assert!(headings.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.35), "{headings:?}");
    }

    #[test]
    fn a_way_back_is_seen_with_its_sides_changed() {
        let corners = [(0., 0.), (20., 60.), (40., 0.)];
        let mut back = corners;
        back.reverse();
        let views = [corners, back].map(|c| turns(&way(&c), 6., HEIGHT)[0].view);
        let near = views[0].iter().zip(views[1]).filter(|(a, b)| (*a - b).abs() < 0.3).count();
        assert!(near > views[0].len() * 9 / 10, "{near} of {} numbers agree", views[0].len());
    }
}

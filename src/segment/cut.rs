//! What is seen at a place where two digits may part, and how probable that makes it: a small network looks at the ink on both sides.

use serde::Serialize;

use crate::geom::Point;
use crate::perceptron::{Perceptron, Shape};
use crate::raster::Raster;

/// What a cut goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CutKind {
    /// Nothing: it lies between two parts.
    Gap,
    /// The ink of a picture, from top to bottom.
    Seam,
    /// The way of the pen, where it turns.
    Turn,
}

impl CutKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Gap, Self::Seam, Self::Turn];
}

/// A boundary between two neighbouring fragments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// What it goes through.
    pub kind: CutKind,
    /// Log-odds that two digits part here, before any glyph is looked at.
    pub log_odds: f32,
}

/// Cells of the view of one side, each [`CELL`] line heights wide and high; the cut is in the middle.
const ROWS: usize = 12;
const COLUMNS: usize = 16;
const CELL: f64 = 1. / 9.;

/// Cells along a seam, fine enough to show whether it hugs the edge of a stroke: as many rows, and on either side of it so many columns. Gaps and
/// turns have the pen's ways there.
const STRIP: usize = 3;
const STRIP_CELL: f64 = 1. / 32.;

/// Places along the pen's way on each side.
const PLACES: usize = 9;

/// So many steps of it before and behind the place where the ways come nearest: as long as a digit is, and no more of what it is joined to.
const WAY: usize = 68;

/// Where the strip, and what the cut goes through, begin.
const STRIP_AT: usize = 2 * ROWS * COLUMNS;
const THROUGH_AT: usize = STRIP_AT + 2 * STRIP * ROWS;

/// Numbers that describe a cut: the view of its left side, of its right side, of the strip along it, and what it goes through.
pub const VIEW: usize = THROUGH_AT + 11;

/// What is seen at a cut; each about 0 to 1, the pen's ways -2 to 2.
pub type View = [f32; VIEW];

/// What is seen at a gap or turn where nobody knows how the pen went.
#[cfg(any(test, feature = "cli"))]
pub fn without_ways(mut view: View) -> View {
    view[STRIP_AT..THROUGH_AT].fill(0.);
    view
}

/// Log-odds that digits part at a cut, by what is seen there.
#[derive(Debug, Clone, PartialEq)]
pub struct CutModel(pub(crate) Perceptron);

impl CutModel {
    /// Shape of its network.
    pub const SHAPE: Shape = Shape { inputs: VIEW, hidden: 32, outputs: 1 };

    /// Knows nothing and keeps everything: every cut is as likely as not.
    pub fn blank() -> Self {
        Self(Perceptron::blank(Self::SHAPE))
    }

    /// Log-odds that digits part where this is seen.
    pub fn log_odds(&self, view: &View) -> f32 {
        self.0.outputs(view)[0]
    }
}

/// The side of a cut.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    Left,
    Right,
}

/// What a cut goes through, in px of ink and strokes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Through {
    pub kind: CutKind,
    /// Ink that the cut crosses, px.
    pub crossed: f64,
    /// Strokes that it crosses.
    pub crossings: usize,
    /// Whether it opens a loop.
    pub opens_loop: bool,
    /// How much the pen turns there, radians.
    pub turn: f64,
    /// Which way the pen comes and which way it goes on, each as x and y of length 1: up and then down is a flag, hardly ever a boundary.
    pub headings: [f64; 4],
}

impl Through {
    /// Nothing.
    pub const GAP: Self =
        Self { kind: CutKind::Gap, crossed: 0., crossings: 0, opens_loop: false, turn: 0., headings: [0.; 4] };
}

/// So much of the pen's way as is looked at.
pub(super) struct Nearby {
    way: Vec<Point>,
    /// Where it comes nearest to the way on the other side.
    at: usize,
}

impl Nearby {
    /// Of an evenly sampled way what lies around a place, from the beginning or, turned, from the end.
    pub fn of(way: &[Point], at: usize, turned: bool) -> Self {
        let first = at.saturating_sub(WAY);
        let mut near = Self { way: way[first..(at + WAY + 1).min(way.len())].to_vec(), at: at - first };
        if turned {
            near.way.reverse();
            near.at = near.way.len() - 1 - near.at;
        }
        near
    }
}

/// Collects the view of a cut.
pub(super) struct Sight {
    view: View,
    /// Corner of the first cell, and side of a cell, px.
    left: f64,
    top: f64,
    cell: f64,
}

impl Sight {
    /// The view around a point of the work grid.
    pub fn around(x: f64, y: f64, through: Through, line_height: f64) -> Self {
        let mut view = [0.; VIEW];
        let Through { kind, crossed, crossings, opens_loop, turn, headings } = through;
        let [come_x, come_y, go_x, go_y] = headings.map(|v| v as f32);
        view[THROUGH_AT..].copy_from_slice(&[
            f32::from(u8::from(kind == CutKind::Gap)),
            f32::from(u8::from(kind == CutKind::Seam)),
            f32::from(u8::from(kind == CutKind::Turn)),
            4. * (crossed / line_height) as f32,
            crossings.saturating_sub(1).min(2) as f32,
            f32::from(u8::from(opens_loop)),
            (turn / std::f64::consts::PI) as f32,
            come_x,
            come_y,
            go_x,
            go_y,
        ]);
        let cell = CELL * line_height;
        Self { view, left: x - cell * COLUMNS as f64 / 2., top: y - cell * ROWS as f64 / 2., cell }
    }

    /// Columns beyond these are not seen, px on the work grid.
    pub fn columns(&self) -> (f64, f64) {
        (self.left, self.left + self.cell * COLUMNS as f64)
    }

    /// Adds `ink` px at a point.
    pub fn add(&mut self, side: Side, x: f64, y: f64, ink: f64) {
        let (column, row) = ((x - self.left) / self.cell, (y - self.top) / self.cell);
        if column >= 0. && row >= 0. && column < COLUMNS as f64 && row < ROWS as f64 {
            let at = (side as usize * ROWS + row as usize) * COLUMNS + column as usize;
            self.view[at] += (ink / (self.cell * self.cell)) as f32;
        }
    }

    /// Adds `ink` px that lie `off` px right of a seam, in the row of `y`.
    pub fn add_beside(&mut self, off: f64, y: f64, ink: f64) {
        let strip_cell = self.cell * STRIP_CELL / CELL;
        let (column, row) = (off / strip_cell + STRIP as f64, (y - self.top) / self.cell);
        if column >= 0. && row >= 0. && column < 2. * STRIP as f64 && row < ROWS as f64 {
            let at = STRIP_AT + row as usize * 2 * STRIP + column as usize;
            self.view[at] += (ink / (self.cell * strip_cell)) as f32;
        }
    }

    /// Adds the pen's ways to the left and to the right.
    #[inline(never)]
    pub fn add_ways(&mut self, ways: [Nearby; 2]) {
        let height = self.cell / CELL;
        let [from, to] = ways.each_ref().map(|Nearby { way, at }| way[*at]);
        let middle = from.towards(to, 0.5);
        let mut cells = self.view[STRIP_AT..THROUGH_AT].iter_mut();
        let mut add = |number: f64| *cells.next().expect("a strip has cells enough") = number.clamp(-2., 2.) as f32;
        add(1.);
        add(4. * from.distance(to) / height);
        for Nearby { way, at } in &ways {
            let last = way.len() - 1;
            add(*at as f64 / last.max(1) as f64);
            add(way.len() as f64 / WAY as f64);
            for place in 0..PLACES {
                let point = way[place * last / (PLACES - 1)];
                add((point.x - middle.x) / height);
                add((point.y - middle.y) / height);
            }
        }
    }

    /// Adds all ink of a raster.
    pub fn add_raster(&mut self, side: Side, ink: &Raster) {
        for (i, &v) in ink.ink.iter().enumerate().filter(|&(_, &v)| v > 0) {
            let (x, y) = (f64::from(ink.left) + (i % ink.width) as f64, f64::from(ink.top) + (i / ink.width) as f64);
            self.add(side, x + 0.5, y + 0.5, f64::from(v) / 255.);
        }
    }

    pub fn view(self) -> View {
        self.view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_seen_on_its_side_and_not_beyond_the_view() {
        let mut sight = Sight::around(100., 50., Through::GAP, 90.);
        sight.add(Side::Left, 95., 50., 30.);
        sight.add(Side::Right, 105., 50., 60.);
        sight.add(Side::Right, 1000., 50., 60.);
        let view = sight.view();
        let (left, right) = view[..STRIP_AT].split_at(ROWS * COLUMNS);
        // A cell is 10 px wide.
        assert!((left.iter().sum::<f32>() - 0.3).abs() < 1e-6 && (right.iter().sum::<f32>() - 0.6).abs() < 1e-6);
        assert_eq!(view[THROUGH_AT..].iter().sum::<f32>(), 1., "it goes through a gap");
    }

    /// Straight down, a step a point, 100 px to a line height.
    fn stem(x: f64) -> Vec<Point> {
        (0..=28).map(|i| Point::new(x, 3.5 * f64::from(i))).collect()
    }

    #[test]
    fn ways_are_seen_from_where_they_come_nearest_and_can_be_hidden() {
        let (left, mut right) = (stem(10.), stem(30.));
        right.reverse();
        let mut sight = Sight::around(20., 50., Through::GAP, 100.);
        sight.add_ways([Nearby::of(&left, 28, false), Nearby::of(&right, 0, true)]);
        let view = sight.view();
        // Known, 0.2 line heights apart.
        assert!(view[STRIP_AT] == 1. && (view[STRIP_AT + 1] - 0.8).abs() < 1e-6);
        for (side, x) in [-0.1f32, 0.1].into_iter().enumerate() {
            let way = &view[STRIP_AT + 2 + side * (2 + 2 * PLACES)..][..2 + 2 * PLACES];
            // Near at its end, and so many steps long.
            assert_eq!(way[..2], [1., 29. / WAY as f32]);
            let places = &way[2..];
            let ends = [places[0], places[1], places[2 * PLACES - 2], places[2 * PLACES - 1]];
            assert!(
                ends.iter().zip([x, -0.98, x, 0.]).all(|(seen, expected)| (seen - expected).abs() < 1e-6),
                "{ends:?}"
            );
        }
        assert_eq!(without_ways(view), Sight::around(20., 50., Through::GAP, 100.).view());
    }

    #[test]
    fn no_way_is_seen_farther_than_a_digit_is_long() {
        let long: Vec<Point> = (0..1000).map(|i| Point::new(3.5 * f64::from(i), 0.)).collect();
        let short = &long[500 - WAY..=500 + WAY];
        let view = |way: &[Point], at: usize| {
            let mut sight = Sight::around(1750., 0., Through::GAP, 100.);
            sight.add_ways([Nearby::of(way, at, false), Nearby::of(&stem(1750.), 0, false)]);
            sight.view()
        };
        assert_eq!(view(&long, 500), view(short, WAY));
    }
}

//! Ink as coverage: strokes drawn with a round pen, pictures freed of their ground. What comes out is a [`Line`]: the ink in parts
//! that are known to belong together (a stroke, or a connected component), on one pixel grid.
//!
//! The grid is chosen so that the line of writing is [`WORK_HEIGHT`] pixels high. Pictures are only ever shrunk to it, so that a
//! picture already as small as MNIST's goes through unchanged. Known limits: one line of writing, of roughly even height.

mod picture;
mod strike;
pub(crate) mod strokes;

use crate::geom::{Point, Rect};
use crate::ink::Input;
use crate::order;

/// Height of a line of writing on the work grid, px. Less blurs the joints between digits; more only costs time.
pub const WORK_HEIGHT: f64 = 64.;

/// Largest side of the work grid of strokes, px: a line about 60 digits long. Longer ones are drawn smaller. Pictures are bounded before.
const MAX_WORK_SIDE: f64 = 4096.;

/// Parts of a picture smaller than this share of the line's height, in both directions, are specks, dots or commas and no piece of a digit.
/// Lower lets scanned dirt in; higher loses the pieces of a broken digit.
const SPECK: f64 = 0.17;

/// A box of ink coverage on the line's pixel grid: row-major from the top, 0 no ink, 255 full ink.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    /// Column of the first pixel on the line's grid.
    pub left: i32,
    /// Row of the first pixel on the line's grid.
    pub top: i32,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` coverages.
    pub ink: Vec<u8>,
}

impl Raster {
    /// A raster without ink.
    pub fn blank_ltwh(left: i32, top: i32, width: usize, height: usize) -> Self {
        Self { left, top, width, height, ink: vec![0; width * height] }
    }

    /// Coverage at a column and row of this raster.
    pub fn at_xy(&self, x: usize, y: usize) -> u8 {
        self.ink[y * self.width + x]
    }

    /// The coverages of a row of this raster.
    fn row(&self, y: usize) -> &[u8] {
        &self.ink[y * self.width..][..self.width]
    }

    /// One past the last column on the line's grid.
    pub fn right(&self) -> i32 {
        self.left + self.width as i32
    }

    /// One past the last row on the line's grid.
    pub fn bottom(&self) -> i32 {
        self.top + self.height as i32
    }

    /// Sum of coverage, in full pixels.
    pub fn mass(&self) -> f64 {
        self.ink.iter().map(|&v| f64::from(v)).sum::<f64>() / 255.
    }

    /// Mean column of the ink on the line's grid; the middle where there is none.
    pub fn centre_x(&self) -> f64 {
        let (mut mass, mut moment) = (0., 0.);
        for row in self.ink.chunks_exact(self.width.max(1)) {
            for (x, &v) in row.iter().enumerate() {
                mass += f64::from(v);
                moment += f64::from(v) * (x as f64 + 0.5);
            }
        }
        f64::from(self.left) + if mass > 0. { moment / mass } else { self.width as f64 / 2. }
    }

    /// Lays `other` over this one, keeping the darker ink; what falls outside is lost.
    pub fn blend(&mut self, other: &Raster) {
        let (x0, x1) = (self.left.max(other.left), self.right().min(other.right()));
        let (y0, y1) = (self.top.max(other.top), self.bottom().min(other.bottom()));
        if x0 >= x1 {
            return;
        }
        for y in y0..y1 {
            let from = &other.row((y - other.top) as usize)[(x0 - other.left) as usize..];
            let (start, end) = ((x0 - self.left) as usize, (x1 - self.left) as usize);
            let to = &mut self.ink[(y - self.top) as usize * self.width..][start..end];
            to.iter_mut().zip(from).for_each(|(to, from)| *to = (*to).max(*from));
        }
    }

    /// Several rasters as one, around all of them; `None` when there are none.
    pub fn blended<'a>(parts: impl IntoIterator<Item = &'a Raster> + Clone) -> Option<Self> {
        let mut whole: Option<(i32, i32, i32, i32)> = None;
        for p in parts.clone() {
            let (l, t, r, b) = whole.unwrap_or((p.left, p.top, p.right(), p.bottom()));
            whole = Some((l.min(p.left), t.min(p.top), r.max(p.right()), b.max(p.bottom())));
        }
        let (left, top, right, bottom) = whole?;
        let mut out = Self::blank_ltwh(left, top, (right - left) as usize, (bottom - top) as usize);
        parts.into_iter().for_each(|p| out.blend(p));
        Some(out)
    }

    /// This raster cut down to its ink; `None` when it has none.
    pub fn trimmed(&self) -> Option<Self> {
        let inked = |y: &usize| self.row(*y).iter().any(|&v| v > 0);
        let (y0, y1) = ((0..self.height).find(inked)?, (0..self.height).rfind(inked)? + 1);
        // Of each row only what may still widen the box is looked at.
        let (mut x0, mut x1) = (self.width, 0);
        for y in y0..y1 {
            let row = self.row(y);
            x0 = row[..x0].iter().position(|&v| v > 0).unwrap_or(x0);
            x1 = row[x1..].iter().rposition(|&v| v > 0).map_or(x1, |x| x1 + x + 1);
        }
        let mut ink = Vec::with_capacity((x1 - x0) * (y1 - y0));
        (y0..y1).for_each(|y| ink.extend_from_slice(&self.row(y)[x0..x1]));
        let (left, top) = (self.left + x0 as i32, self.top + y0 as i32);
        Some(Self { left, top, width: x1 - x0, height: y1 - y0, ink })
    }
}

/// Where the work grid lies in the input's own units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Input units a pixel.
    pub unit: f64,
    /// Input x of the left edge of column 0.
    pub x: f64,
    /// Input y of the top edge of row 0.
    pub y: f64,
    /// How far the drawn ink reaches beyond what was written, px: half the pen that strokes are drawn with, 0 in pictures.
    pub pen_reach: f64,
}

impl Grid {
    /// The box of a raster's pixels, in input units.
    pub fn box_of(&self, raster: &Raster) -> Rect {
        Rect {
            x: self.x + f64::from(raster.left) * self.unit,
            y: self.y + f64::from(raster.top) * self.unit,
            width: raster.width as f64 * self.unit,
            height: raster.height as f64 * self.unit,
        }
    }

    /// The box of what was written there, in input units: a raster's own box without the pen's width.
    pub fn bounds_of(&self, raster: &Raster) -> Rect {
        let side = |from: f64, start: i32, length: usize| {
            let reach = self.pen_reach.min(length as f64 / 2.);
            (from + (f64::from(start) + reach) * self.unit, (length as f64 - 2. * reach) * self.unit)
        };
        let (x, width) = side(self.x, raster.left, raster.width);
        let (y, height) = side(self.y, raster.top, raster.height);
        Rect { x, y, width, height }
    }
}

/// Ink that is known to belong together: a stroke, or a connected component of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Trimmed, not empty.
    pub ink: Raster,
    /// The way of the pen on the work grid, px; empty in pictures, where it is not known.
    pub path: Vec<Point>,
}

impl From<Raster> for Part {
    fn from(ink: Raster) -> Self {
        Self { ink, path: Vec::new() }
    }
}

/// The ink of one line of writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Strokes in the order of writing, connected components in no particular one.
    pub parts: Vec<Part>,
    /// Ink of a picture that is too small to be a piece of a digit beside the larger parts: dots and dirt, apart from the rest. Every stroke was
    /// meant, a dot too: it is the search that leaves those out.
    pub specks: Vec<Part>,
    /// Typical height of a digit, px.
    pub height: f64,
    /// Back to input units.
    pub grid: Grid,
    /// One line goes across what is written, as one strikes it out.
    pub is_struck_out: bool,
}

impl Line {
    /// Whether some ink of a picture is taken for print.
    #[cfg(all(test, feature = "cli"))]
    pub(crate) fn loses_ink(image: &crate::ink::RgbaImage) -> bool {
        picture::loses_ink(image)
    }

    /// Draws or extracts the ink of one input. An input without ink gives a line without parts.
    pub fn from_input(input: &Input) -> Self {
        match input {
            Input::Strokes(ink) => strokes::draw(ink),
            Input::Picture(image) => {
                let mut line = picture::extract(image);
                line.part_specks();
                line
            }
        }
    }

    /// All ink but the specks as one raster; `None` when there is none.
    pub fn whole(&self) -> Option<Raster> {
        let parts: Vec<&Raster> = self.parts.iter().map(|p| &p.ink).collect();
        Raster::blended(parts)
    }

    /// Puts the specks beside larger ink apart. A dot alone is all that was written and stays, to be refused with a reason.
    fn part_specks(&mut self) {
        let small = SPECK * self.height;
        let is_large = |p: &Part| p.ink.width as f64 > small || p.ink.height as f64 > small;
        if self.parts.iter().any(is_large) {
            (self.parts, self.specks) = std::mem::take(&mut self.parts).into_iter().partition(is_large);
        }
    }
}

/// Typical height of a digit from the heights of the parts: the median of those that are not small beside the tallest.
/// 0 when there are none.
fn line_height(heights: impl IntoIterator<Item = f64>) -> f64 {
    /// Below this share of the tallest part it is a mark or a piece, not a digit.
    const TALL: f64 = 0.45;
    let mut heights: Vec<f64> = heights.into_iter().collect();
    order::sort(&mut heights, |&height| [order::total(height), 0, 0]);
    let tallest = heights.last().copied().unwrap_or(0.);
    heights.retain(|&h| h >= TALL * tallest);
    heights.get(heights.len() / 2).copied().unwrap_or(0.)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::Ink;

    fn dot(left: i32, top: i32) -> Raster {
        Raster { left, top, width: 1, height: 1, ink: vec![200] }
    }

    #[test]
    fn blending_spans_all_parts() {
        let all = Raster::blended(&[dot(2, 3), dot(-1, 5)]).unwrap();
        assert_eq!((all.left, all.top, all.width, all.height), (-1, 3, 4, 3));
        assert_eq!((all.at_xy(3, 0), all.at_xy(0, 2), all.mass()), (200, 200, 400. / 255.));
        assert_eq!(Raster::blended(&[]), None);
    }

    #[test]
    fn trimming_keeps_only_the_ink() {
        let mut raster = Raster::blank_ltwh(10, 20, 5, 5);
        raster.blend(&dot(12, 21));
        assert_eq!(raster.trimmed(), Some(dot(12, 21)));
        assert_eq!(Raster::blank_ltwh(0, 0, 3, 3).trimmed(), None);
    }

    #[test]
    fn specks_beside_ink_are_put_apart_and_a_lone_dot_stays() {
        let bar = Raster { left: 0, top: 0, width: 5, height: 60, ink: vec![255; 300] };
        let line = |parts: Vec<Raster>| Line {
            parts: parts.into_iter().map(Part::from).collect(),
            specks: Vec::new(),
            height: 60.,
            grid: Grid { unit: 1., x: 0., y: 0., pen_reach: 0. },
            is_struck_out: false,
        };
        let large = |mut line: Line| {
            line.part_specks();
            line.parts.into_iter().map(|p| p.ink).collect::<Vec<_>>()
        };
        assert_eq!(large(line(vec![bar.clone(), dot(30, 50)])), [bar]);
        assert_eq!(large(line(vec![dot(30, 50)])), [dot(30, 50)]);
    }

    #[test]
    fn strokes_stay_in_the_order_of_writing() {
        let stroke = |x: f64| vec![[x, 0.], [x + 4., 60.]];
        let dot = |x: f64| vec![[x, 58.], [x + 1., 58.]];
        let strokes = [stroke(80.), dot(60.), stroke(0.), dot(20.), stroke(40.)];
        let line = Line::from_input(&Input::Strokes(Ink::from_xy(&strokes).unwrap()));
        let starts: Vec<f64> = line.parts.iter().map(|part| part.path[0].x).collect();
        let places: Vec<f64> = starts.iter().map(|x| (x - starts[2]) * line.grid.unit).collect();
        assert!(places.iter().zip([80., 60., 0., 20., 40.]).all(|(seen, x)| (seen - x).abs() < 1e-6), "{places:?}");
    }

    #[test]
    fn line_height_ignores_commas() {
        assert_eq!(line_height([60., 10., 62., 8., 64.]), 62.);
        assert_eq!(line_height([]), 0.);
    }

    #[test]
    fn grid_maps_back_to_input_units() {
        let grid = Grid { unit: 0.5, x: 100., y: -10., pen_reach: 0. };
        assert_eq!(grid.bounds_of(&dot(4, 6)), Rect { x: 102., y: -7., width: 0.5, height: 0.5 });
        let bar = Raster { left: 0, top: 0, width: 6, height: 60, ink: vec![255; 360] };
        let penned = Grid { pen_reach: 3., ..grid };
        assert_eq!(penned.bounds_of(&bar), Rect { x: 101.5, y: -8.5, width: 0., height: 27. });
    }
}

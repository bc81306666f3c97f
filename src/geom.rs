//! The vocabulary of places: points and rectangles, shared by every stage.

use serde::Serialize;

/// A point, y growing downward. Units are those of its owner: source units in ink, pixels in a raster.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downward.
    pub y: f64,
}

impl Point {
    /// The point at `x`, `y`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Straight-line distance to `other`.
    pub fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point that lies this share of the way towards `other`: 0 is here, 1 is there.
    pub fn towards(self, other: Point, share: f64) -> Point {
        Point::new(self.x + share * (other.x - self.x), self.y + share * (other.y - self.y))
    }
}

/// How long a way along points is.
#[inline(never)]
pub fn way_along(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// An axis-aligned rectangle, y growing downward; `width` and `height` are never negative.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downward.
    pub height: f64,
}

impl Rect {
    /// The rectangle between two corners, left-top first.
    pub fn from_ltrb(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        debug_assert!(left <= right && top <= bottom, "corners in order");
        Self { x: left, y: top, width: right - left, height: bottom - top }
    }

    /// The smallest rectangle around `points`; `None` when there are none.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let (mut lo, mut hi) = (first, first);
        for p in points {
            lo = Point::new(lo.x.min(p.x), lo.y.min(p.y));
            hi = Point::new(hi.x.max(p.x), hi.y.max(p.y));
        }
        Some(Self::from_ltrb(lo.x, lo.y, hi.x, hi.y))
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The smallest rectangle around both.
    pub fn union(&self, other: &Rect) -> Rect {
        Rect::from_ltrb(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn around_no_points_is_none() {
        assert_eq!(Rect::around([]), None);
    }

    #[test]
    fn around_spans_every_point() {
        let rect = Rect::around([Point::new(3., 1.), Point::new(-1., 4.)]).unwrap();
        assert_eq!(rect, Rect::from_ltrb(-1., 1., 3., 4.));
    }

    #[test]
    fn union_covers_both() {
        let a = Rect::from_ltrb(0., 0., 1., 1.);
        let b = Rect::from_ltrb(2., -1., 3., 0.5);
        assert_eq!(a.union(&b), Rect::from_ltrb(0., -1., 3., 1.));
    }
}

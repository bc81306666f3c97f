//! What comes in: pen strokes or an RGBA picture, checked once at the door.
//!
//! Everything behind this module may rely on finite coordinates and on sizes within [`limits`].

use std::fmt;

use crate::geom::{Point, Rect};

/// Caps on one input. They bound the time and memory of a reading; what lies above is refused with an error, never cut off silently.
pub mod limits {
    /// Most points of one ink, all strokes together: minutes of writing at a pen's 200 points a second.
    pub const MAX_POINTS: usize = 100_000;
    /// Most strokes of one ink.
    pub const MAX_STROKES: usize = 2_000;
    /// Largest width or height of a picture, px.
    pub const MAX_SIDE: usize = 16_384;
    /// Most pixels of a picture: 128 MiB of RGBA, about an A4 page scanned at 600 dpi.
    pub const MAX_PIXELS: usize = 1 << 25;
    /// Largest magnitude of a coordinate; beyond it differences of neighbouring points lose their meaning.
    pub const MAX_COORDINATE: f64 = 1e9;
}

/// One sample of the pen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InkPoint {
    /// Where, in the source's own units (CSS px on a page), y downward.
    pub at: Point,
    /// When, ms on the source's own clock; `None` where not known.
    pub time: Option<f64>,
    /// How hard, mostly 0 to 1, as the source says; `None` where not known. Neither this nor the time is read: it is kept for those who ask.
    pub pressure: Option<f64>,
}

/// The points from pen-down to pen-up, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    points: Vec<InkPoint>,
}

impl Stroke {
    /// The samples in the order of writing, never empty.
    pub fn points(&self) -> &[InkPoint] {
        &self.points
    }

    /// How far the pen went, in the units of its points.
    pub fn way(&self) -> f64 {
        self.points.windows(2).map(|pair| pair[0].at.distance(pair[1].at)).sum()
    }

    /// The box around the pen's path, without the pen's width.
    pub fn bounds(&self) -> Rect {
        Rect::around(self.points.iter().map(|p| p.at)).expect("a stroke has at least one point")
    }
}

/// Pen strokes in the order of writing, all coordinates finite. May be empty: that reads as "empty".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ink {
    strokes: Vec<Stroke>,
}

impl Ink {
    /// Checks and keeps the strokes; strokes without points are dropped.
    ///
    /// # Errors
    /// [`InputError`] where a coordinate, time or pressure is not a finite number, a coordinate is too large, or a cap of [`limits`] is passed.
    pub fn new(strokes: Vec<Vec<InkPoint>>) -> Result<Self, InputError> {
        if strokes.len() > limits::MAX_STROKES {
            return Err(InputError::TooManyStrokes { seen: strokes.len() });
        }
        let total: usize = strokes.iter().map(Vec::len).sum();
        if total > limits::MAX_POINTS {
            return Err(InputError::TooManyPoints { seen: total });
        }
        for (stroke, points) in strokes.iter().enumerate() {
            for (point, p) in points.iter().enumerate() {
                check_point(p).map_err(|(field, value)| InputError::BadPoint { stroke, point, field, value })?;
            }
        }
        let strokes = strokes.into_iter().filter(|points| !points.is_empty());
        Ok(Self { strokes: strokes.map(|points| Stroke { points }).collect() })
    }

    /// Strokes given as bare `[x, y]` pairs.
    ///
    /// # Errors
    /// As [`Ink::new`].
    pub fn from_xy(strokes: &[Vec<[f64; 2]>]) -> Result<Self, InputError> {
        let with_defaults = |&[x, y]: &[f64; 2]| InkPoint { at: Point::new(x, y), time: None, pressure: None };
        Self::new(strokes.iter().map(|points| points.iter().map(with_defaults).collect()).collect())
    }

    /// The strokes in the order of writing.
    pub fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    /// True when there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }
}

fn check_point(p: &InkPoint) -> Result<(), (&'static str, f64)> {
    for (field, value) in [("x", p.at.x), ("y", p.at.y)] {
        if !value.is_finite() || value.abs() > limits::MAX_COORDINATE {
            return Err((field, value));
        }
    }
    for (field, value) in [("time", p.time), ("pressure", p.pressure)] {
        if let Some(value) = value.filter(|v| !v.is_finite()) {
            return Err((field, value));
        }
    }
    Ok(())
}

/// A picture as a canvas gives it: rows from the top, four bytes a pixel (red, green, blue, alpha not premultiplied).
#[derive(Debug, Clone, PartialEq)]
pub struct RgbaImage {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl RgbaImage {
    /// Checks and keeps the pixels.
    ///
    /// # Errors
    /// [`InputError`] where a side is 0 or a cap of [`limits`] is passed, or `data` is not `width * height * 4` bytes.
    pub fn from_width_height(width: usize, height: usize, data: Vec<u8>) -> Result<Self, InputError> {
        check_image_size(width, height)?;
        if data.len() != width * height * 4 {
            return Err(InputError::ImageLength { width, height, seen: data.len() });
        }
        Ok(Self { width, height, data })
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// RGBA bytes, row by row from the top.
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

/// Says whether a picture of this size would be taken, so that a caller can ask before making the pixels.
///
/// # Errors
/// [`InputError::ImageSize`] where a side is 0 or a cap of [`limits`] is passed.
pub fn check_image_size(width: usize, height: usize) -> Result<(), InputError> {
    let fits = |side: usize| (1..=limits::MAX_SIDE).contains(&side);
    if fits(width) && fits(height) && width * height <= limits::MAX_PIXELS {
        return Ok(());
    }
    Err(InputError::ImageSize { width, height })
}

/// One thing to read.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Pen strokes: touching digits written with several strokes stay apart.
    Strokes(Ink),
    /// A picture, dark on light or light on dark.
    Picture(RgbaImage),
}

/// Why an input was refused at the door.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InputError {
    /// A number of a point is NaN, infinite or beyond [`limits::MAX_COORDINATE`].
    BadPoint {
        /// Index of the stroke.
        stroke: usize,
        /// Index of the point in it.
        point: usize,
        /// `x`, `y`, `time` or `pressure`.
        field: &'static str,
        /// The number seen.
        value: f64,
    },
    /// More than [`limits::MAX_POINTS`].
    TooManyPoints {
        /// How many came.
        seen: usize,
    },
    /// More than [`limits::MAX_STROKES`].
    TooManyStrokes {
        /// How many came.
        seen: usize,
    },
    /// A side of 0, or a cap passed.
    ImageSize {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// The bytes are not four for each pixel.
    ImageLength {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// Bytes that came.
        seen: usize,
    },
}

impl InputError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadPoint { .. } => "bad-point",
            Self::TooManyPoints { .. } => "too-many-points",
            Self::TooManyStrokes { .. } => "too-many-strokes",
            Self::ImageSize { .. } => "image-size",
            Self::ImageLength { .. } => "image-length",
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The limit is not written with an exponent: that takes half a kilobyte to load.
            Self::BadPoint { stroke, point, field, value } => write!(
                f,
                "strokes[{stroke}][{point}].{field}: expected a finite number, x and y of at most {} in magnitude, saw {value:?}",
                limits::MAX_COORDINATE
            ),
            Self::TooManyPoints { seen } => write!(f, "expected at most {} points, saw {seen}", limits::MAX_POINTS),
            Self::TooManyStrokes { seen } => write!(f, "expected at most {} strokes, saw {seen}", limits::MAX_STROKES),
            Self::ImageSize { width, height } => write!(
                f,
                "expected an image of 1 to {} pixels a side and at most {} in all, saw {width} x {height}",
                limits::MAX_SIDE,
                limits::MAX_PIXELS
            ),
            Self::ImageLength { width, height, seen } => {
                write!(f, "expected {} bytes of RGBA for {width} x {height}, saw {seen}", width * height * 4)
            }
        }
    }
}

impl std::error::Error for InputError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of<T: fmt::Debug>(result: Result<T, InputError>) -> &'static str {
        result.unwrap_err().code()
    }

    #[test]
    fn nan_and_infinite_points_are_refused_by_name() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e10] {
            let error = Ink::from_xy(&[vec![[0., 0.]], vec![[1., 1.], [2., bad]]]).unwrap_err();
            assert_eq!(error.code(), "bad-point");
            assert!(error.to_string().contains("strokes[1][1].y"), "{error}");
        }
    }

    #[test]
    fn bad_time_is_refused() {
        let point = InkPoint { at: Point::new(0., 0.), time: Some(f64::NAN), pressure: None };
        assert_eq!(code_of(Ink::new(vec![vec![point]])), "bad-point");
    }

    #[test]
    fn a_million_points_are_refused() {
        assert_eq!(code_of(Ink::from_xy(&[vec![[0., 0.]; 1_000_000]])), "too-many-points");
        assert_eq!(code_of(Ink::from_xy(&vec![vec![[0., 0.]]; 2_001])), "too-many-strokes");
    }

    #[test]
    fn strokes_without_points_are_dropped() {
        let ink = Ink::from_xy(&[vec![], vec![[1., 2.]], vec![]]).unwrap();
        assert_eq!(ink.strokes().len(), 1);
        assert!(Ink::from_xy(&[vec![]]).unwrap().is_empty());
    }

    #[test]
    fn odd_canvases_are_refused() {
        for (width, height) in [(0, 0), (0, 5), (16_384, 16_384), (20_000, 1), (usize::MAX, usize::MAX)] {
            assert_eq!(code_of(check_image_size(width, height)), "image-size", "{width} x {height}");
        }
        assert_eq!(code_of(RgbaImage::from_width_height(2, 2, vec![0; 15])), "image-length");
    }
}

//! A sheet of fine black and white pixels that pens of any shape draw on.

use super::Xy;
use crate::train::datasets::GreyImage;

/// A pen's tip: an ellipse or a rectangle, held at an angle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nib {
    /// Half its sides, px.
    pub reach: [f64; 2],
    /// Radians.
    pub angle: f64,
    /// A rectangle instead of an ellipse.
    pub square: bool,
}

impl Nib {
    fn covers(&self, dx: f64, dy: f64) -> bool {
        let (sin, cos) = self.angle.sin_cos();
        let (u, v) = ((dx * cos + dy * sin) / self.reach[0], (dy * cos - dx * sin) / self.reach[1]);
        if self.square { u.abs() <= 1. && v.abs() <= 1. } else { u * u + v * v <= 1. }
    }
}

/// Row-major from the top.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    width: usize,
    height: usize,
    ink: Vec<bool>,
}

impl Sheet {
    pub fn blank(width: usize, height: usize) -> Self {
        Self { width, height, ink: vec![false; width * height] }
    }

    /// False outside.
    pub fn at(&self, x: i32, y: i32) -> bool {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        inside && self.ink[y as usize * self.width + x as usize]
    }

    /// Draws a line with the nib, or takes ink away along it.
    pub fn draw(&mut self, line: &[Xy], nib: &Nib, ink: bool) {
        /// Farthest apart that the nib is set down, px.
        const STEP: f64 = 0.7;
        for pair in line.windows(2) {
            let steps = ((pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]) / STEP).ceil().max(1.);
            for i in 0..=steps as usize {
                self.stamp(crate::train::path::between(pair[0], pair[1], i as f64 / steps), nib, ink);
            }
        }
    }

    fn stamp(&mut self, [x, y]: Xy, nib: &Nib, ink: bool) {
        let far = nib.reach[0].hypot(nib.reach[1]);
        let span = |at: f64, side: usize| {
            let clamp = |v: f64| v.clamp(0., side as f64) as usize;
            clamp((at - far).floor())..clamp((at + far).ceil() + 1.)
        };
        for row in span(y, self.height) {
            for column in span(x, self.width) {
                if nib.covers(column as f64 - x, row as f64 - y) {
                    self.ink[row * self.width + column] = ink;
                }
            }
        }
    }

    /// Each pixel anew from what it is and its column and row.
    pub fn map(&self, new: impl Fn(bool, usize, usize) -> bool) -> Self {
        let ink = self.ink.iter().enumerate().map(|(i, &ink)| new(ink, i % self.width, i / self.width)).collect();
        Self { width: self.width, height: self.height, ink }
    }

    /// The outermost `wide` pixels of the ink.
    pub fn edge(&self, wide: i32) -> Self {
        let bare_near = |x: i32, y: i32| {
            (-wide..=wide)
                .any(|dy| (-wide..=wide).any(|dx| dx * dx + dy * dy <= wide * wide + 1 && !self.at(x + dx, y + dy)))
        };
        self.map(|ink, x, y| ink && bare_near(x as i32, y as i32))
    }

    /// A filled box `around` pixels wider than the ink to every side; its corners are rounded by the share `round` of its side.
    pub fn boxed(&self, around: usize, round: f64) -> Self {
        let inked: Vec<usize> = (0..self.ink.len()).filter(|&i| self.ink[i]).collect();
        let range = |values: &dyn Fn(&usize) -> usize, side: usize| {
            let (lo, hi) = inked.iter().map(values).fold((side, 0), |(lo, hi), v| (lo.min(v), hi.max(v)));
            (lo.saturating_sub(around).max(1) as f64, (hi + around).min(side - 2) as f64)
        };
        let (left, right) = range(&|i| i % self.width, self.width);
        let (top, bottom) = range(&|i| i / self.width, self.height);
        let radius = round * (right - left).min(bottom - top);
        self.map(|_, x, y| {
            let (x, y) = (x as f64, y as f64);
            // How far beyond the inner box whose corners are the centres of the rounding.
            let beyond = |v: f64, lo: f64, hi: f64| (lo + radius - v).max(v - hi + radius).max(0.);
            let inside = x >= left && x <= right && y >= top && y <= bottom;
            inside && beyond(x, left, right).hypot(beyond(y, top, bottom)) <= radius.max(1e-9)
        })
    }

    /// A picture `factor` times smaller; its grey goes from `top` in the first row to `bottom` in the last.
    pub fn shrunk(&self, factor: usize, top: u8, bottom: u8) -> GreyImage {
        let (width, height) = (self.width.div_ceil(factor), self.height.div_ceil(factor));
        let mut image = GreyImage::blank(width, height);
        for (i, pixel) in image.pixels.iter_mut().enumerate() {
            let (x, y) = ((i % width * factor) as i32, (i / width * factor) as i32);
            let side = factor as i32;
            let inked = (0..side * side).filter(|d| self.at(x + d % side, y + d / side)).count();
            let down = (i / width) as f64 / height as f64;
            let grey = f64::from(top) + (f64::from(bottom) - f64::from(top)) * down;
            *pixel = (grey * inked as f64 / (factor * factor) as f64).round() as u8;
        }
        image
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(nib: Nib) -> Sheet {
        let mut sheet = Sheet::blank(40, 40);
        sheet.draw(&[[10., 20.], [30., 20.]], &nib, true);
        sheet
    }

    fn mass(sheet: &Sheet) -> usize {
        sheet.ink.iter().filter(|&&i| i).count()
    }

    #[test]
    fn a_nib_is_as_broad_as_it_is_held() {
        let nib = Nib { reach: [6., 2.], angle: 0., square: true };
        let upright = Nib { angle: std::f64::consts::FRAC_PI_2, ..nib };
        assert_eq!(mass(&bar(nib)), 33 * 5);
        assert!(2 * mass(&bar(upright)) > 3 * mass(&bar(nib)));
        assert!(mass(&bar(Nib { square: false, ..nib })) < mass(&bar(nib)));
    }

    #[test]
    fn an_edge_is_hollow_and_a_box_is_full() {
        let sheet = bar(Nib { reach: [6., 6.], angle: 0., square: true });
        let edge = sheet.edge(1);
        assert!(!edge.at(20, 20) && edge.at(4, 20) && sheet.at(20, 20));
        let boxed = sheet.boxed(3, 0.);
        assert_eq!(mass(&boxed), (33 + 6) * (13 + 6) - 19);
        assert!(mass(&sheet.boxed(3, 0.5)) < mass(&boxed));
    }

    #[test]
    fn shrinking_makes_greys() {
        let image = bar(Nib { reach: [6., 2.], angle: 0., square: true }).shrunk(2, 255, 255);
        assert_eq!((image.width, image.height, image.pixels[10 * 20 + 10]), (20, 20, 255));
        assert!(image.pixels.iter().any(|&v| v > 0 && v < 255));
    }
}

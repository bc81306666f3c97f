//! Composed strings as people fill in forms: a clean picture with paper around the number, on a ruled line, above a short one, or in a
//! box that is near to the digits, wide, or the picture's own edge, or in cells. How much paper lies around is chance.

use rand::{Rng, RngExt};

use super::scan::{Extent, draw_line};
use super::{Composed, Owners};
use crate::train::datasets::GreyImage;

/// What the paper has printed on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// A line from edge to edge of the picture, at the digits' feet; every other time one above their heads as well.
    Line,
    /// A line that is a little longer than the number.
    Underline,
    /// A box around the number, near to its digits or with room.
    Box,
    /// As a box, its sides the edges of the picture.
    EdgeBox,
    /// A box for each digit, side by side, each digit in the middle of its own.
    Cells,
}

impl Print {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Line, Self::Underline, Self::Box, Self::EdgeBox, Self::Cells];
}

/// A composed picture on a form, bright ink; `None` for what is not a picture or has no ink.
pub fn on_form(composed: &Composed, print: Print, rng: &mut impl Rng) -> Option<Composed> {
    let Owners::Pictures(owners) = &composed.owners else { return None };
    let mut ink = owners.iter().filter_map(Extent::of).reduce(Extent::joined)?;
    let height = ink.bottom - ink.top;
    let thickness = (height * rng.random_range(0.02..0.06)).max(1.);
    // Room between the digits and the print, and paper beyond it.
    let [room_across, room_down] = [0, 1].map(|_| height * rng.random_range(0.08..0.5));
    let cells = (print == Print::Cells).then(|| {
        let widest = owners.iter().filter_map(Extent::of).map(|e| e.right - e.left).fold(0., f64::max);
        (widest + 2. * room_across).ceil()
    });
    let owners = match cells {
        Some(cell) => {
            (ink.left, ink.right) = (room_across, cell * owners.len() as f64 - room_across);
            &in_cells(owners, cell)
        }
        None => owners,
    };
    let paper = if print == Print::EdgeBox { 0. } else { height * rng.random_range(0.1..0.6) };
    let around = [room_across + paper, room_down + paper].map(f64::ceil);
    let (x0, y0) = (ink.left - around[0], ink.top - around[1]);
    let width = (ink.right - ink.left + 2. * around[0]).ceil() as usize;
    let tall = (height + 2. * around[1]).ceil() as usize;
    let moved = |image: &GreyImage| {
        let mut page = GreyImage::blank(width, tall);
        for (i, &value) in image.pixels.iter().enumerate().filter(|&(_, &v)| v > 0) {
            let (x, y) = ((i % image.width) as f64 - x0, (i / image.width) as f64 - y0);
            if (0. ..width as f64).contains(&x) && (0. ..tall as f64).contains(&y) {
                page.pixels[y as usize * width + x as usize] = value;
            }
        }
        page
    };
    let owners: Vec<GreyImage> = owners.iter().map(moved).collect();
    let mut page = GreyImage::blank(width, tall);
    let (w, h) = (width as f64, tall as f64);
    let feet = h - around[1];
    let mut line = |from: [f64; 2], to: [f64; 2]| draw_line(&mut page, from, to, thickness / 2.);
    let tilt = height * rng.random_range(-0.02..0.02);
    match print {
        Print::Line => {
            let level = feet + height * rng.random_range(-0.1..0.15);
            line([0., level - tilt], [w, level + tilt]);
            if rng.random_bool(0.5) {
                let above = (around[1] - height * rng.random_range(0.05..0.4)).max(0.);
                line([0., above - tilt], [w, above + tilt]);
            }
        }
        Print::Underline => {
            let level = feet + height * rng.random_range(0.0..0.15);
            line([paper, level - tilt], [w - paper, level + tilt]);
        }
        Print::Box | Print::EdgeBox | Print::Cells => {
            let edge = paper + thickness / 2.;
            let corners = [[edge, edge], [w - edge, edge], [w - edge, h - edge], [edge, h - edge]];
            (0..4).for_each(|i| line(corners[i], corners[(i + 1) % 4]));
            for i in 1..owners.len() {
                let Some(cell) = cells else { break };
                let x = edge + cell * i as f64;
                line([x, edge], [x, h - edge]);
            }
        }
    }
    // Printed paler than a pen, or as dark.
    let darkness = rng.random_range(0.4..1.);
    page.pixels.iter_mut().for_each(|p| *p = (f64::from(*p) * darkness) as u8);
    for owner in &owners {
        page.pixels.iter_mut().zip(&owner.pixels).for_each(|(p, &o)| *p = o.max(*p));
    }
    Some(Composed { text: composed.text.clone(), input: page.to_input(0), owners: Owners::Pictures(owners) })
}

/// The digits side by side, each in the middle of its cell, which is so wide, px.
fn in_cells(digits: &[GreyImage], cell: f64) -> Vec<GreyImage> {
    let place = |(i, digit): (usize, &GreyImage)| {
        let mut page = GreyImage::blank((cell * digits.len() as f64) as usize, digit.height);
        let middle = Extent::of(digit).map_or(0., |e| (e.left + e.right) / 2.);
        let shift = (cell * (i as f64 + 0.5) - middle).round();
        for (at, &value) in digit.pixels.iter().enumerate().filter(|&(_, &v)| v > 0) {
            let x = (at % digit.width) as f64 + shift;
            if (0. ..page.width as f64).contains(&x) {
                page.pixels[at / digit.width * page.width + x as usize] = value;
            }
        }
        page
    };
    digits.iter().enumerate().map(place).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::super::{Composed, picture_of};
    use super::*;
    use crate::ink::{Ink, Input};

    #[test]
    fn the_number_is_whole_and_lies_among_printed_lines() {
        let one = Ink::from_xy(&[vec![[0., 0.], [0., 50.]], vec![[20., 0.], [20., 50.]]]).unwrap();
        let picture = picture_of(&Composed::single(one), 50., 4.);
        let level = |composed: &Composed, i: usize| {
            let Input::Picture(page) = &composed.input else { panic!() };
            page.data()[4 * i]
        };
        for (seed, print) in Print::ALL.into_iter().cycle().take(40).enumerate() {
            let form = on_form(&picture, print, &mut StdRng::seed_from_u64(seed as u64)).unwrap();
            let (Owners::Pictures(owners), Owners::Pictures(before)) = (&form.owners, &picture.owners) else {
                panic!()
            };
            let mass = |images: &[GreyImage]| images[0].pixels.iter().map(|&p| u64::from(p)).sum::<u64>();
            assert_eq!(mass(owners), mass(before), "{print:?}, seed {seed}");
            let pixels = 0..owners[0].pixels.len();
            assert!(pixels.clone().all(|i| level(&form, i) >= owners[0].pixels[i]));
            let printed = pixels.filter(|&i| owners[0].pixels[i] == 0 && level(&form, i) > 90).count();
            assert!(printed > 25, "{print:?}, seed {seed}: {printed} px");
            let on_edge = level(&form, owners[0].width / 2) > 90;
            assert!(print != Print::EdgeBox || on_edge, "{print:?}, seed {seed}");
        }
        assert!(
            on_form(
                &Composed::single(Ink::from_xy(&[vec![[0., 0.]]]).unwrap()),
                Print::Line,
                &mut StdRng::seed_from_u64(0)
            )
            .is_none()
        );
    }
}

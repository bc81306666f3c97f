//! Composed strings as people fill in forms: a clean picture with paper around the number, on a ruled line, above a short one, on a page
//! of lines, in a box that is near to the digits, wide, or the picture's own edge, in cells that are joined or stand apart, with a circle around
//! it, or photographed in a shadow. How much paper lies around is chance.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};

use super::scan::{Extent, draw_line};
use super::{Composed, Owners};
use crate::ink::{Input, RgbaImage};
use crate::train::datasets::GreyImage;

/// What the number is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A line from edge to edge of the picture, at the digits' feet; every other time one above their heads as well.
    Line,
    /// A line that is a little longer than the number.
    Underline,
    /// A page of lines, wherever they cross the number, with an upright line before it.
    Page,
    /// A box around the number, near to its digits or with room.
    Box,
    /// As a box, its sides the edges of the picture.
    EdgeBox,
    /// A box for each digit, side by side, each digit in the middle of its own.
    Cells,
    /// As cells, with room between them.
    CellsApart,
    /// Plain paper, the number with a ring around it, drawn by hand.
    Ring,
    /// Plain paper, photographed with a sharp shadow over one side.
    Shadow,
}

impl Form {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Line,
        Self::Underline,
        Self::Page,
        Self::Box,
        Self::EdgeBox,
        Self::Cells,
        Self::CellsApart,
        Self::Ring,
        Self::Shadow,
    ];

    /// For tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "ruled line",
            Self::Underline => "short line under the number",
            Self::Page => "page of lines with a margin",
            Self::Box => "box",
            Self::EdgeBox => "box at the picture's edge",
            Self::Cells => "joined cells",
            Self::CellsApart => "cells apart",
            Self::Ring => "ring",
            Self::Shadow => "shadow",
        }
    }

    /// Whether each digit has a place of its own.
    pub fn has_cells(self) -> bool {
        matches!(self, Self::Cells | Self::CellsApart)
    }
}

/// A composed picture on a form; `None` for what is not a picture or has no ink.
pub fn on_form(composed: &Composed, form: Form, rng: &mut impl Rng) -> Option<Composed> {
    let Owners::Pictures(owners) = &composed.owners else { return None };
    let extents: Vec<Option<Extent>> = owners.iter().map(Extent::of).collect();
    let mut ink = extents.iter().copied().flatten().reduce(Extent::joined)?;
    let height = ink.bottom - ink.top;
    let thickness = (height * rng.random_range(0.02..0.06)).max(1.);
    // Room between the digits and the print, and paper beyond it.
    let [mut room_across, mut room_down] = [0, 1].map(|_| height * rng.random_range(0.08..0.5));
    if form == Form::Ring {
        // An ellipse around a box goes so much beyond its sides to hold its corners.
        room_across += (ink.right - ink.left) * (0.5_f64.sqrt() - 0.5);
        room_down += height * (0.5_f64.sqrt() - 0.5);
    }
    let cell = (extents.iter().flatten().map(|e| e.right - e.left).fold(0., f64::max) + 2. * room_across).ceil();
    let apart = if form == Form::CellsApart { (height * rng.random_range(0.05..0.4)).ceil() } else { 0. };
    // How far each digit moves to the right, to the middle of its own cell.
    let shifts: Vec<f64> = if form.has_cells() {
        let middles = (0..owners.len()).map(|i| (cell + apart) * i as f64 + cell / 2.);
        let middle_of = |extent: &Option<Extent>| extent.map_or(0., |e| (e.left + e.right) / 2.);
        let shifts = extents.iter().zip(middles).map(|(e, middle)| (middle - middle_of(e)).round()).collect();
        let end = (cell + apart) * owners.len() as f64 - apart;
        (ink.left, ink.right) = (room_across, end - room_across);
        shifts
    } else {
        vec![0.; owners.len()]
    };
    let paper = if form == Form::EdgeBox { 0. } else { height * rng.random_range(0.1..0.6) };
    let around = [room_across + paper, room_down + paper].map(f64::ceil);
    let (x0, y0) = (ink.left - around[0], ink.top - around[1]);
    let width = (ink.right - ink.left + 2. * around[0]).ceil() as usize;
    let tall = (height + 2. * around[1]).ceil() as usize;
    let moved = |(image, shift): (&GreyImage, &f64)| {
        let mut page = GreyImage::blank(width, tall);
        for (i, &value) in image.pixels.iter().enumerate().filter(|&(_, &v)| v > 0) {
            let (x, y) = ((i % image.width) as f64 + shift - x0, (i / image.width) as f64 - y0);
            if (0. ..width as f64).contains(&x) && (0. ..tall as f64).contains(&y) {
                page.pixels[y as usize * width + x as usize] = value;
            }
        }
        page
    };
    let owners: Vec<GreyImage> = owners.iter().zip(&shifts).map(moved).collect();
    let mut page = GreyImage::blank(width, tall);
    let (w, h) = (width as f64, tall as f64);
    let feet = h - around[1];
    let mut line = |from: [f64; 2], to: [f64; 2]| draw_line(&mut page, from, to, thickness / 2.);
    let mut closed = |corners: &[[f64; 2]]| {
        (0..corners.len()).for_each(|i| line(corners[i], corners[(i + 1) % corners.len()]));
    };
    let edge = paper + thickness / 2.;
    let tilt = height * rng.random_range(-0.02..0.02);
    match form {
        Form::Line => {
            let level = feet + height * rng.random_range(-0.1..0.15);
            line([0., level - tilt], [w, level + tilt]);
            if rng.random_bool(0.5) {
                let above = (around[1] - height * rng.random_range(0.05..0.4)).max(0.);
                line([0., above - tilt], [w, above + tilt]);
            }
        }
        Form::Underline => {
            let level = feet + height * rng.random_range(0.0..0.15);
            line([paper, level - tilt], [w - paper, level + tilt]);
        }
        Form::Page => {
            let (first, pitch) = (rng.random_range(0.0..1.), height * rng.random_range(0.7..1.6));
            for level in (0..).map(|i| (f64::from(i) + first) * pitch).take_while(|&level| level < h) {
                line([0., level - tilt], [w, level + tilt]);
            }
            line([paper, 0.], [paper, h]);
        }
        Form::Box | Form::EdgeBox => closed(&[[edge, edge], [w - edge, edge], [w - edge, h - edge], [edge, h - edge]]),
        Form::Cells | Form::CellsApart => {
            for i in 0..owners.len() {
                let left = edge + (cell + apart) * i as f64;
                let right = left + cell - thickness * f64::from(u8::from(apart > 0.));
                closed(&[[left, edge], [right, edge], [right, h - edge], [left, h - edge]]);
            }
        }
        Form::Ring => {
            const CORNERS: u32 = 40;
            let half = [w / 2. - edge, h / 2. - edge];
            // It wavers inwards, by no more than there is room.
            let wavers = rng.random_range(0.0..0.5) * height * 0.08 / half[0].max(half[1]);
            let at = |i: u32| {
                let (turn, size) =
                    (f64::from(i) / f64::from(CORNERS) * TAU, 1. - wavers * (1. + (f64::from(i) * 0.47).sin()));
                [w / 2. + half[0] * size * turn.cos(), h / 2. + half[1] * size * turn.sin()]
            };
            closed(&(0..CORNERS).map(at).collect::<Vec<_>>());
        }
        Form::Shadow => {}
    }
    // Printed paler than a pen, or as dark.
    let darkness = rng.random_range(0.4..1.);
    page.pixels.iter_mut().for_each(|p| *p = (f64::from(*p) * darkness) as u8);
    for owner in &owners {
        page.pixels.iter_mut().zip(&owner.pixels).for_each(|(p, &o)| *p = o.max(*p));
    }
    let input = if form == Form::Shadow { in_shadow(&page, rng) } else { page.to_input(0) };
    Some(Composed { text: composed.text.clone(), input, owners: Owners::Pictures(owners) })
}

/// Ink on lit paper with a shadow over one side, its edge a few px wide, and the grain of a camera.
fn in_shadow(ink: &GreyImage, rng: &mut impl Rng) -> Input {
    let (w, h) = (ink.width as f64, ink.height as f64);
    let (at, slant) = (rng.random_range(0.3..0.7) * w, rng.random_range(-0.5..0.5));
    let (paper, pen) = (rng.random_range(190.0..250.0), rng.random_range(0.1..0.4));
    let (shaded, softness) = (rng.random_range(0.5..0.75), rng.random_range(1.0..6.0));
    let grain = rng.random_range(1.0..6.0);
    let grey = |i: usize| {
        let (x, y) = ((i % ink.width) as f64, (i / ink.width) as f64);
        let beyond = 1. / (1. + (-(x - at + slant * (y - h / 2.)) / softness).exp());
        let light = paper * (1. - (1. - shaded) * beyond);
        light * (1. - (1. - pen) * f64::from(ink.pixels[i]) / 255.)
    };
    let data = (0..ink.pixels.len()).flat_map(|i| {
        let value = (grey(i) + rng.random_range(-grain..grain)).clamp(0., 255.) as u8;
        [value, value, value, 255]
    });
    let data = data.collect();
    Input::Picture(RgbaImage::from_width_height(ink.width, ink.height, data).expect("a small picture"))
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
        for (seed, kind) in Form::ALL.into_iter().cycle().take(40).enumerate() {
            let form = on_form(&picture, kind, &mut StdRng::seed_from_u64(seed as u64)).unwrap();
            let (Owners::Pictures(owners), Owners::Pictures(before)) = (&form.owners, &picture.owners) else {
                panic!()
            };
            let mass = |images: &[GreyImage]| images[0].pixels.iter().map(|&p| u64::from(p)).sum::<u64>();
            assert_eq!(mass(owners), mass(before), "{kind:?}, seed {seed}");
            let pixels = 0..owners[0].pixels.len();
            if kind == Form::Shadow {
                let mean = |inked: bool| {
                    let of_kind = pixels.clone().filter(|&i| (owners[0].pixels[i] > 200) == inked);
                    let levels: Vec<f64> = of_kind.map(|i| f64::from(level(&form, i))).collect();
                    levels.iter().sum::<f64>() / levels.len() as f64
                };
                assert!(mean(true) < 0.7 * mean(false), "seed {seed}");
                let row = |x: usize| f64::from(level(&form, x));
                assert!(row(owners[0].width - 1) < 0.85 * row(0), "seed {seed}: the shadow lies on the right");
                continue;
            }
            assert!(pixels.clone().all(|i| level(&form, i) >= owners[0].pixels[i]));
            let printed = pixels.filter(|&i| owners[0].pixels[i] == 0 && level(&form, i) > 90).count();
            assert!(printed > 25, "{kind:?}, seed {seed}: {printed} px");
            let on_edge = level(&form, owners[0].width / 2) > 90;
            assert!(kind != Form::EdgeBox || on_edge, "{kind:?}, seed {seed}");
        }
        assert!(
            on_form(
                &Composed::single(Ink::from_xy(&[vec![[0., 0.]]]).unwrap()),
                Form::Line,
                &mut StdRng::seed_from_u64(0)
            )
            .is_none()
        );
    }
}

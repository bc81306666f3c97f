//! Shapes as fonts print them: pens broad one way and narrow the other, serifs, italics, bold that fills the counters, hollow, striped,
//! doubled and knocked-out letters. Each shape is drawn in black and white on a fine sheet and then shrunk to greys.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::sheet::{Nib, Sheet};
use super::{Letter, Xy};
use crate::train::datasets::GreyImage;
use crate::train::path;

/// Longer side of a letter on the sheet, px, without its pen.
const HEIGHT: f64 = 64.;

/// What is done to a letter after it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finish {
    Solid,
    /// Only the edge, as wide as given, px.
    Hollow(i32),
    /// A light line along the middle of the pen.
    Inline,
    /// Bars across the ink, as high as given, px.
    Striped(usize),
    /// The letter's edge and its shadow, this far to the right and down, px.
    Shadow(i32),
    /// Twice, this far apart, px.
    Doubled(i32),
    /// Cut out of a filled box.
    Knockout,
    /// Within a frame.
    Framed,
}

/// A letter as some font prints it.
pub fn letter(letter: &Letter, rng: &mut impl Rng) -> GreyImage {
    let finish = match rng.random_range(0..20) {
        0..11 => Finish::Solid,
        11..14 => Finish::Hollow(rng.random_range(1..4)),
        14 => Finish::Inline,
        15 => Finish::Striped(rng.random_range(4..9)),
        16 => Finish::Shadow(rng.random_range(3..8)),
        17 => Finish::Doubled(rng.random_range(5..14)),
        18 => Finish::Knockout,
        _ => Finish::Framed,
    };
    printed(letter.shape, Font::random(0.19, rng), finish, rng)
}

/// A digit as some font prints it, neither hollow nor so bold that its counters fill, and without serifs where it has round ends.
pub fn digit(digit: usize, shape: &str, rng: &mut impl Rng) -> GreyImage {
    let mut font = Font::random(0.1, rng);
    if matches!(digit, 0 | 6 | 8 | 9) {
        font.serif = 0.;
    }
    printed(shape, font, Finish::Solid, rng)
}

/// A 1 that is a bar alone with ends cut straight, as sanserif fonts and drawing programs have it. With round ends it would be what strokes have in
/// pieces of other digits too.
pub fn bar(rng: &mut impl Rng) -> GreyImage {
    printed("0009", Font::of_bars(true, rng), Finish::Solid, rng)
}

/// Two bars side by side, their middles 0.13 to 0.67 of their height apart; bold ones may touch.
pub fn two_bars(rng: &mut impl Rng) -> GreyImage {
    let shape = *["0009 2029", "0009 3039", "0009 4049"].choose(rng).expect("there are shapes");
    let is_square = rng.random_bool(0.5);
    printed(shape, Font::of_bars(is_square, rng), Finish::Solid, rng)
}

/// What the letters of a font share; lengths in px of the sheet.
struct Font {
    /// Half the pen's broad and narrow sides.
    nib: Nib,
    /// Half a serif; 0 without.
    serif: f64,
    width: f64,
    slant: f64,
    turn: f64,
    /// Straight sides in place of curves.
    angular: bool,
}

impl Font {
    /// A font whose pen is at most `boldest` of the letter's height to either side.
    fn random(boldest: f64, rng: &mut impl Rng) -> Self {
        let broad = HEIGHT * rng.random_range(0.035..boldest);
        let contrast = if rng.random_bool(0.5) { 1. } else { rng.random_range(0.15..0.6) };
        let angle = match rng.random_range(0..6) {
            0 => rng.random_range(0.2..0.8),
            // Broad along the vertical: as in posters of the old West.
            1 => std::f64::consts::FRAC_PI_2,
            _ => 0.,
        };
        let narrow = (broad * contrast).max(1.6);
        let serif = if rng.random_bool(0.45) { broad + HEIGHT * rng.random_range(0.04..0.12) } else { 0. };
        Self {
            nib: Nib { reach: [broad, narrow], angle, square: rng.random_bool(0.6) },
            serif,
            width: rng.random_range(0.6..1.5),
            slant: if rng.random_bool(0.3) { rng.random_range(0.1..0.4) } else { 0. },
            turn: if rng.random_bool(0.15) { rng.random_range(-0.3..0.3) } else { 0. },
            angular: rng.random_bool(0.1),
        }
    }

    /// A font of bars 0.03 to 0.14 of their height wide: bolder ones are what a short piece of a stroke looks like.
    fn of_bars(square: bool, rng: &mut impl Rng) -> Self {
        let half = HEIGHT * rng.random_range(0.015..0.07);
        Self {
            nib: Nib { reach: [half; 2], angle: 0., square },
            serif: 0.,
            width: rng.random_range(0.6..1.5),
            slant: if rng.random_bool(0.3) { rng.random_range(0.05..0.4) } else { 0. },
            turn: 0.,
            angular: false,
        }
    }

    /// The strokes of a shape as lines on the sheet.
    fn lines(&self, shape: &str, rng: &mut impl Rng) -> Vec<Vec<Xy>> {
        // Fonts differ in their proportions; a letter's own lines stay straight.
        let (lean, middle) = (rng.random_range(-0.12..0.12), rng.random_range(-0.8..0.8));
        let place = |[x, y]: Xy| {
            let y = y + middle * (y / 9. * std::f64::consts::PI).sin();
            [x * (1. + lean * (y / 4.5 - 1.)) * self.width, y]
        };
        let (sin, cos) = self.turn.sin_cos();
        let lines = path::strokes(shape, place).into_iter().map(|points| {
            let line = if self.angular { points } else { path::curve(&points) };
            let turned = |[x, y]: Xy| {
                let x = x - self.slant * y;
                [x * cos - y * sin, x * sin + y * cos]
            };
            line.into_iter().map(turned).collect()
        });
        let lines: Vec<Vec<Xy>> = lines.collect();
        let [left, top, right, bottom] = path::bounds(lines.iter().flatten()).expect("a shape has points");
        let scale = HEIGHT / (right - left).max(bottom - top);
        let to_sheet = |p: &Xy| [(p[0] - left) * scale, (p[1] - top) * scale];
        lines.iter().map(|line| line.iter().map(to_sheet).collect()).collect()
    }

    /// Short bars at the ends of strokes that meet no other: level ones, but upright ones at the ends of level strokes.
    fn serifs(&self, lines: &[Vec<Xy>]) -> Vec<[Xy; 2]> {
        let near = |a: Xy, b: Xy| (a[0] - b[0]).hypot(a[1] - b[1]) < 0.1 * HEIGHT;
        let mut serifs = Vec::new();
        for (i, line) in lines.iter().enumerate() {
            let (first, last) = (line[0], line[line.len() - 1]);
            for (end, before) in [(first, line[1]), (last, line[line.len() - 2])] {
                let others = || lines.iter().enumerate().filter(|&(j, _)| j != i).flat_map(|(_, l)| l);
                if near(first, last) || others().any(|&p| near(p, end)) {
                    continue;
                }
                let level = (end[0] - before[0]).abs() > 1.5 * (end[1] - before[1]).abs();
                let [dx, dy] = if level { [0., self.serif * 0.7] } else { [self.serif, 0.] };
                serifs.push([[end[0] - dx, end[1] - dy], [end[0] + dx, end[1] + dy]]);
            }
        }
        serifs
    }
}

/// The shape in a font, on a sheet that leaves room for the pen and the finish.
fn printed(shape: &str, font: Font, finish: Finish, rng: &mut impl Rng) -> GreyImage {
    let lines = font.lines(shape, rng);
    let room = font.nib.reach[0] + font.serif.max(4.) + 16.;
    let [_, _, right, bottom] = path::bounds(lines.iter().flatten()).expect("a shape has points");
    let side = |length: f64| (length + 2. * room).ceil() as usize;
    let mut sheet = Sheet::blank(side(right), side(bottom));
    let placed = |line: &[Xy]| line.iter().map(|p| [p[0] + room, p[1] + room]).collect::<Vec<_>>();
    lines.iter().for_each(|line| sheet.draw(&placed(line), &font.nib, true));
    if font.serif > 0. {
        let thin = Nib { reach: [font.nib.reach[1].min(0.5 * font.nib.reach[0]).max(1.6); 2], angle: 0., square: true };
        font.serifs(&lines).iter().for_each(|serif| sheet.draw(&placed(serif), &thin, true));
    }
    if finish == Finish::Inline {
        let thin = Nib { reach: [(0.25 * font.nib.reach[0]).max(1.); 2], angle: 0., square: false };
        lines.iter().for_each(|line| sheet.draw(&placed(line), &thin, false));
    }
    let sheet = finished(sheet, finish, rng);
    let [dark, light] = if rng.random_bool(0.85) { [255; 2] } else { [255, rng.random_range(90..220)] };
    sheet.shrunk(rng.random_range(2..=3), dark, light)
}

fn finished(sheet: Sheet, finish: Finish, rng: &mut impl Rng) -> Sheet {
    match finish {
        Finish::Solid | Finish::Inline => sheet,
        Finish::Hollow(edge) => sheet.edge(edge),
        Finish::Striped(high) => {
            let slant = rng.random_range(-1..=1);
            sheet.map(|ink, x, y| ink && (y as i32 + slant * x as i32).rem_euclid(high as i32) >= high as i32 / 3)
        }
        Finish::Shadow(far) => {
            let shadow = sheet.map(|_, x, y| sheet.at(x as i32 - far, y as i32 - far) && !sheet.at(x as i32, y as i32));
            let edge = sheet.edge(1);
            shadow.map(|ink, x, y| ink || edge.at(x as i32, y as i32))
        }
        Finish::Doubled(far) => sheet.map(|ink, x, y| ink || sheet.at(x as i32 - far, y as i32 - far / 2)),
        Finish::Knockout | Finish::Framed => {
            let around = rng.random_range(2..14);
            let round = rng.random_range(0.0..0.5);
            let boxed = sheet.boxed(around, round);
            let field = if finish == Finish::Framed { boxed.edge(rng.random_range(2..5)) } else { boxed };
            field.map(|ink, x, y| ink != sheet.at(x as i32, y as i32))
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::super::alphabet;
    use super::*;
    use crate::recognizer::whole_glyph;

    #[test]
    fn every_letter_prints_in_every_finish() {
        let (kept, held) = alphabet();
        let finishes = [
            Finish::Solid,
            Finish::Hollow(2),
            Finish::Inline,
            Finish::Striped(6),
            Finish::Shadow(5),
            Finish::Doubled(8),
            Finish::Knockout,
            Finish::Framed,
        ];
        for (i, letter) in kept.iter().chain(&held).enumerate() {
            let finish = finishes[i % finishes.len()];
            let print = || {
                let mut rng = StdRng::seed_from_u64(i as u64);
                printed(letter.shape, Font::random(0.19, &mut rng), finish, &mut rng)
            };
            let image = print();
            assert!(whole_glyph(&image.to_input(2)).is_some(), "{} {finish:?}", letter.name);
            assert_eq!(image, print());
            let edge = |i: usize| i < image.width || i.is_multiple_of(image.width);
            assert!((0..image.pixels.len()).filter(|&i| edge(i)).all(|i| image.pixels[i] == 0), "{}", letter.name);
        }
    }
}

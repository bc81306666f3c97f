//! The evaluation rows as inputs.

use std::path::Path;

use anyhow::{Context, Result};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};

use super::Row;
use crate::ink::{Input, RgbaImage};
use crate::raster::Line;
use crate::train::compose::{
    Between, Composed, Form, Hands, Spacing, compose_strokes, leaning, on_form, picture_of, struck_out, with_mark,
};
use crate::train::datasets::{GreyImage, LabelledInk, images, inks, mnist};
use crate::train::habits::Habits;
use crate::train::pool::NEARLY_WHOLE;

/// The row on which the strategies are compared.
pub const STRATEGY_ROW: &str = "touching, pendigits test, strokes";

/// The row of pictures that are on the forms of [`Form::ALL`] in turn, and that of the same pictures without.
pub const FORMS_ROW: &str = "CROHME strings, pixels, on forms";
pub const PIXELS_ROW: &str = "CROHME strings, pixels";

/// The same strings with their strokes shuffled, each from either end.
const REWRITTEN_ROW: &str = "CROHME strings, strokes in any order and direction";

/// The row of non-digits that is mixed in among digits for calibration.
const OPERATORS_ROW: &str = "letters and operators, CROHME";

/// The row of non-digits that adapting to a hand is watched on.
pub const LETTERS_ROW: &str = "letters, Omniglot small2";

/// Rows of single digits that non-digits are told from.
const MNIST_ROW: &str = "MNIST test";
const PEN_ROW: &str = "pendigits test";
const CROHME_ROW: &str = "CROHME digits";

/// Pictures are drawn this high, px, and with pens of these shares of it.
const HEIGHTS: std::ops::Range<f64> = 40.0..72.0;
const PENS: std::ops::Range<f64> = 0.06..0.11;

const TOUCHING_STRINGS: usize = 1000;
const PAIRS: usize = 2000;

fn drawn(composed: &Composed, rng: &mut impl Rng) -> Composed {
    let height = rng.random_range(HEIGHTS);
    picture_of(composed, height, height * rng.random_range(PENS))
}

/// Whole strings, length unknown.
///
/// # Errors
/// Where a set is missing.
pub fn strings(data: &Path) -> Result<Vec<Row<String>>> {
    let crohme = inks(&data.join("crohme/strings.jsonl.gz"))?;
    let truths: Vec<String> = crohme.iter().map(|s| s.label.clone()).collect();
    let mut rng = StdRng::seed_from_u64(40);
    let mut form_rng = StdRng::seed_from_u64(42);
    let mut habit_rng = StdRng::seed_from_u64(44);
    let mut strokes = Vec::new();
    let mut rewritten = Vec::new();
    let mut pixels = Vec::new();
    let mut forms = Vec::new();
    for (string, form) in crohme.iter().zip(Form::ALL.into_iter().cycle()) {
        let single = Composed::single(string.ink()?);
        let picture = drawn(&single, &mut rng);
        // A box for each digit needs to know whose ink is whose; where nobody does, the number has one box.
        let labelled = if form.has_cells() { Composed::labelled(string) } else { None };
        let digits = labelled.map_or_else(|| picture.clone(), |labelled| drawn(&labelled, &mut form_rng));
        forms.push(on_form(&digits, form, &mut form_rng).context("a string without ink")?.input);
        pixels.push(picture.input);
        strokes.push(single.input);
        rewritten.push(Input::Strokes(Habits::AT_WILL.rewritten(string, &mut habit_rng).ink()?));
    }
    let (touching, touching_drawn) = touching(data, TOUCHING_STRINGS, 2..=6)?;
    let (orand, orand_truths) = orand(data)?;
    let row = |name, inputs, truths| Row { name, inputs, truths };
    let texts = |composed: &[Composed]| composed.iter().map(|c| c.text.clone()).collect();
    let inputs = |composed: &[Composed]| composed.iter().map(|c| c.input.clone()).collect();
    Ok(vec![
        row("CROHME strings, strokes", strokes, truths.clone()),
        row(REWRITTEN_ROW, rewritten, truths.clone()),
        row(PIXELS_ROW, pixels, truths.clone()),
        row(FORMS_ROW, forms, truths),
        row(STRATEGY_ROW, inputs(&touching), texts(&touching)),
        row("touching, pendigits test, pixels", inputs(&touching_drawn), texts(&touching_drawn)),
        row("ORAND-CAR-A, scanned cheques", orand, orand_truths),
    ])
}

/// Inputs as they are, and each struck out.
pub type Pairs = [Vec<Input>; 2];

/// Strings of two digits and more as they are and, pairwise, struck out by one line.
///
/// # Errors
/// Where the set is missing.
pub fn struck(data: &Path) -> Result<[(&'static str, Pairs); 2]> {
    let crohme = inks(&data.join("crohme/strings.jsonl.gz"))?;
    let mut rng = StdRng::seed_from_u64(43);
    let mut strokes = [Vec::new(), Vec::new()];
    let mut pixels = [Vec::new(), Vec::new()];
    for string in crohme.iter().filter(|string| string.label.len() > 1) {
        let ink = string.ink()?;
        let struck = struck_out(&ink, &mut rng);
        for (i, ink) in [ink, struck].into_iter().enumerate() {
            let single = Composed::single(ink);
            pixels[i].push(drawn(&single, &mut rng).input);
            strokes[i].push(single.input);
        }
    }
    Ok([("CROHME strings, strokes", strokes), (PIXELS_ROW, pixels)])
}

/// Strings with a mark between two of their digits, for each of some marks, and all strings of the set as they are.
pub struct Marked {
    /// Their truths have the mark.
    pub with: Vec<(Between, Row<String>)>,
    /// No string has one.
    pub without: Vec<Input>,
}

/// Strings with marks: as strokes, in a hand that leans farther, and as pictures.
///
/// # Errors
/// Where the set is missing.
pub fn marked(data: &Path) -> Result<[Marked; 3]> {
    // A slash that leans as its hand does is no more than a 1.
    const OF_LEANING: [Between; 2] = [Between::Point, Between::Comma];
    let crohme = inks(&data.join("crohme/strings.jsonl.gz"))?;
    let mut rng = StdRng::seed_from_u64(45);
    let leaned: Vec<LabelledInk> = crohme.iter().map(|string| leaning(string, rng.random_range(0.25..0.5))).collect();
    type Show = fn(&Composed, &mut StdRng) -> Input;
    let mut rows_of = |name, strings: &[LabelledInk], marks: &[Between], show: Show| -> Result<Marked> {
        let mut shown = |strings: &[LabelledInk]| -> Result<Vec<Input>> {
            strings.iter().map(|string| Ok(show(&Composed::single(string.ink()?), &mut rng))).collect()
        };
        let mut mark_rng = StdRng::seed_from_u64(46);
        let mut row = |&mark: &Between| {
            let with: Vec<LabelledInk> = strings.iter().filter_map(|s| with_mark(s, mark, &mut mark_rng)).collect();
            let inputs = shown(&with)?;
            Ok((mark, Row { name, inputs, truths: with.into_iter().map(|string| string.label).collect() }))
        };
        let with = marks.iter().map(&mut row).collect::<Result<_>>()?;
        Ok(Marked { with, without: shown(strings)? })
    };
    let strokes: Show = |string, _| string.input.clone();
    Ok([
        rows_of("CROHME strings, strokes", &crohme, &Between::ALL, strokes)?,
        rows_of("CROHME strings, strokes leaning by 0.25 to 0.5 more", &leaned, &OF_LEANING, strokes)?,
        rows_of(PIXELS_ROW, &crohme, &Between::ALL, |string, rng| drawn(string, rng).input)?,
    ])
}

/// Strings of which it is known whose ink is whose, for measuring cuts.
///
/// # Errors
/// Where a set is missing.
pub fn composed(data: &Path) -> Result<Vec<(&'static str, Vec<Composed>)>> {
    let crohme = inks(&data.join("crohme/strings.jsonl.gz"))?;
    let labelled: Vec<Composed> = crohme.iter().filter_map(Composed::labelled).collect();
    let mut rng = StdRng::seed_from_u64(40);
    let labelled_drawn = labelled.iter().map(|c| drawn(c, &mut rng)).collect();
    let (touching, touching_drawn) = touching(data, TOUCHING_STRINGS, 2..=6)?;
    Ok(vec![
        ("CROHME strings, strokes", labelled),
        ("CROHME strings, pixels", labelled_drawn),
        (STRATEGY_ROW, touching),
        ("touching, pendigits test, pixels", touching_drawn),
    ])
}

/// Touching strings of one writer each, as strokes and as pictures.
fn touching(
    data: &Path,
    count: usize,
    lengths: std::ops::RangeInclusive<usize>,
) -> Result<(Vec<Composed>, Vec<Composed>)> {
    let pen = inks(&data.join("pendigits/test.jsonl.gz"))?;
    let mut rng = StdRng::seed_from_u64(41);
    let mut strokes = Vec::new();
    for _ in 0..count {
        let writer = &pen.choose(&mut rng).expect("there are digits").writer;
        let own: Vec<&LabelledInk> = pen.iter().filter(|ink| ink.writer == *writer).collect();
        let length = rng.random_range(lengths.clone());
        let digits: Vec<&LabelledInk> =
            (0..length).map(|_| *own.choose(&mut rng).expect("a writer has digits")).collect();
        strokes.push(compose_strokes(&digits, Spacing::Touching, Hands::Own, &mut rng));
    }
    let pictures = strokes.iter().map(|c| drawn(c, &mut rng)).collect();
    Ok((strokes, pictures))
}

fn orand(data: &Path) -> Result<(Vec<Input>, Vec<String>)> {
    let dir = data.join("orand_car_a");
    let mut inputs = Vec::new();
    let mut truths = Vec::new();
    for line in std::fs::read_to_string(dir.join("labels.tsv"))?.lines().skip(1) {
        let Some((file, label)) = line.split_once('\t') else { continue };
        let picture = image::open(dir.join(file))?.to_rgba8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        inputs.push(Input::Picture(RgbaImage::from_width_height(width, height, picture.into_raw())?));
        truths.push(label.trim().to_owned());
    }
    Ok((inputs, truths))
}

fn picture_row(name: &'static str, set: crate::train::datasets::Images) -> Row<u8> {
    Row { name, inputs: set.images.iter().map(as_input).collect(), truths: set.labels }
}

fn as_input(image: &GreyImage) -> Input {
    image.to_input(2)
}

fn ink_row(name: &'static str, set: &[LabelledInk]) -> Result<Row<u8>> {
    let inputs = set.iter().map(|ink| Ok(Input::Strokes(ink.ink()?))).collect::<Result<_>>()?;
    let truths = set.iter().map(|ink| Ok(ink.label.parse()?)).collect::<Result<_>>()?;
    Ok(Row { name, inputs, truths })
}

/// Single digits.
///
/// # Errors
/// Where a set is missing.
pub fn single_digits(data: &Path) -> Result<Vec<Row<u8>>> {
    let files = |prefix: &str| [format!("{prefix}-images-idx3-ubyte.gz"), format!("{prefix}-labels-idx1-ubyte.gz")];
    let set = |folder: &str, prefix: &str| {
        let [pictures, labels] = files(prefix);
        images(&data.join(folder), &pictures, Some(&labels))
    };
    Ok(vec![
        picture_row(MNIST_ROW, mnist(data, "t10k")?),
        ink_row(PEN_ROW, &inks(&data.join("pendigits/test.jsonl.gz"))?)?,
        picture_row("USPS", set("usps", "test")?),
        picture_row("ARDIS", set("ardis", "t10k")?),
        ink_row(CROHME_ROW, &inks(&data.join("crohme/digits.jsonl.gz"))?)?,
    ])
}

/// The whole digits beside which halves and pairs are refused.
///
/// # Errors
/// Where the set is missing.
pub fn whole_pen_digits(data: &Path) -> Result<Row<()>> {
    unlabelled("whole digits, pendigits test", &inks(&data.join("pendigits/test.jsonl.gz"))?)
}

/// Both halves of every pendigits test digit, cut down the middle of its box.
///
/// # Errors
/// Where the set is missing.
pub fn half_digits(data: &Path) -> Result<Row<()>> {
    Ok(half_row("half digits, pendigits test", halves(data)?))
}

fn half_row(name: &'static str, halves: Vec<Half>) -> Row<()> {
    let truths = vec![(); halves.len()];
    Row { name, inputs: halves.into_iter().map(|half| half.input).collect(), truths }
}

fn halves(data: &Path) -> Result<Vec<Half>> {
    let whole = inks(&data.join("pendigits/test.jsonl.gz"))?;
    Ok(whole.iter().map(halves_of).collect::<Result<Vec<_>>>()?.concat())
}

/// Half of a digit; a look-alike is nearly the whole of it, as training counts halves, or the right half of a 4, which may be a 1. What is one was
/// decided after looking at the halves that we accept.
#[derive(Clone)]
struct Half {
    input: Input,
    is_lookalike: bool,
}

fn halves_of(digit: &LabelledInk) -> Result<Vec<Half>> {
    let Some(ink) = Line::from_input(&Input::Strokes(digit.ink()?)).whole() else { return Ok(Vec::new()) };
    let half = |columns: std::ops::Range<usize>| {
        let mut page = GreyImage::blank(columns.len(), ink.height);
        for y in 0..ink.height {
            for x in columns.clone() {
                page.pixels[y * columns.len() + x - columns.start] = ink.at_xy(x, y);
            }
        }
        let mass = page.pixels.iter().map(|&v| f64::from(v)).sum::<f64>() / 255.;
        let is_stem = digit.label == "4" && columns.start > 0;
        Half { is_lookalike: is_stem || mass >= NEARLY_WHOLE * ink.mass(), input: page.to_input(4) }
    };
    let middle = ink.width / 2;
    Ok(if middle == 0 { Vec::new() } else { vec![half(0..middle), half(middle..ink.width)] })
}

/// Two digits of one writer that touch, taken for one glyph.
///
/// # Errors
/// Where the set is missing.
pub fn touching_pairs(data: &Path) -> Result<Row<()>> {
    let (pairs, _) = touching(data, PAIRS, 2..=2)?;
    let truths = vec![(); pairs.len()];
    Ok(Row { name: "touching pairs, pendigits test", inputs: pairs.into_iter().map(|c| c.input).collect(), truths })
}

/// Signs that some people write as they write a digit, or so nearly that only the context tells: they are reported apart.
const LOOKALIKES: [&str; 14] = ["I", "l", "|", "/", "o", "O", "s", "S", "z", "Z", "b", "B", "q", "g"];

/// Letters of Omniglot small2 that are a 3, a 7 and a slash as they stand: told by looking at one of each letter.
const FOREIGN_LOOKALIKES: [&str; 3] =
    ["Tagalog/character03", "Japanese_(katakana)/character27", "Japanese_(katakana)/character24"];

/// CROHME's look-alikes, and its other letters and operators.
fn crohme_signs(data: &Path) -> Result<(Vec<LabelledInk>, Vec<LabelledInk>)> {
    let signs = inks(&data.join("crohme/nondigits.jsonl.gz"))?;
    Ok(signs.into_iter().partition(|i| LOOKALIKES.contains(&i.label.as_str())))
}

/// Letters and operators without the look-alikes.
///
/// # Errors
/// Where the set is missing.
pub fn letters_of_crohme(data: &Path) -> Result<Row<()>> {
    unlabelled(OPERATORS_ROW, &crohme_signs(data)?.1)
}

fn unlabelled(name: &'static str, set: &[LabelledInk]) -> Result<Row<()>> {
    let inputs: Vec<Input> = set.iter().map(|ink| Ok(Input::Strokes(ink.ink()?))).collect::<Result<_>>()?;
    let truths = vec![(); inputs.len()];
    Ok(Row { name, inputs, truths })
}

/// Everything to be refused, each set alone, with the name of the row of single digits that it is told from: written by the same kind
/// of hand, or of the same kind of picture. Rows whose names begin with "look-alikes" are in no mean: what is in them is a digit to the
/// eye, or in another row as well.
///
/// # Errors
/// Where a set is missing.
pub fn refused(data: &Path) -> Result<Vec<(Row<()>, &'static str)>> {
    let (lookalikes, signs) = crohme_signs(data)?;
    let (lookalike_halves, other_halves) = halves(data)?.into_iter().partition::<Vec<_>, _>(|half| half.is_lookalike);
    // Greek and Latin come again from the training half of Omniglot.
    let mut foreign = inks(&data.join("omniglot/small2-strokes.jsonl.gz"))?;
    foreign.retain(|ink| !ink.label.starts_with("Greek") && !ink.label.starts_with("Latin"));
    let is_lookalike = |ink: &LabelledInk| FOREIGN_LOOKALIKES.contains(&ink.label.as_str());
    let (foreign_lookalikes, other_foreign) = foreign.iter().cloned().partition::<Vec<_>, _>(is_lookalike);
    let picture_row = |name, folder: &str| -> Result<Row<()>> {
        let set = images(&data.join(folder), "images-idx3-ubyte.gz", None)?;
        let inputs: Vec<Input> = set.images.iter().map(as_input).collect();
        let truths = vec![(); inputs.len()];
        Ok(Row { name, inputs, truths })
    };
    Ok(vec![
        (half_digits(data)?, PEN_ROW),
        (half_row("look-alikes, half digits, pendigits test", lookalike_halves), PEN_ROW),
        (half_row("look-alikes left out, half digits, pendigits test", other_halves), PEN_ROW),
        (touching_pairs(data)?, PEN_ROW),
        (unlabelled(OPERATORS_ROW, &signs)?, CROHME_ROW),
        (unlabelled("look-alikes, CROHME", &lookalikes)?, CROHME_ROW),
        (unlabelled(LETTERS_ROW, &foreign)?, PEN_ROW),
        (unlabelled("look-alikes, Omniglot small2", &foreign_lookalikes)?, PEN_ROW),
        (unlabelled("look-alikes left out, letters, Omniglot small2", &other_foreign)?, PEN_ROW),
        (picture_row("letters of fonts, notMNIST", "notmnist")?, MNIST_ROW),
        (picture_row("clothes, Fashion-MNIST", "fashion")?, MNIST_ROW),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_lookalikes(label: &str, strokes: &[&[[f64; 2]]]) -> Vec<bool> {
        let strokes = strokes.iter().map(|stroke| stroke.to_vec()).collect();
        let digit = LabelledInk { label: label.to_owned(), strokes, writer: None, digit: Vec::new() };
        halves_of(&digit).unwrap().iter().map(|half| half.is_lookalike).collect()
    }

    #[test]
    fn the_stem_of_a_4_and_nearly_all_of_a_digit_are_lookalikes() {
        let four: [&[[f64; 2]]; 2] = [&[[0., 0.], [0., 40.], [60., 40.]], &[[45., 10.], [45., 80.]]];
        assert_eq!(are_lookalikes("4", &four), [false, true]);
        let square: &[[f64; 2]] = &[[0., 0.], [60., 0.], [60., 80.], [0., 80.], [0., 0.]];
        assert_eq!(are_lookalikes("0", &[square]), [false, false]);
        let long_foot: &[[f64; 2]] =
            &[[0., 10.], [20., 0.], [40., 10.], [40., 40.], [0., 100.], [20., 100.], [100., 100.]];
        assert_eq!(are_lookalikes("2", &[long_foot]), [true, false]);
    }
}

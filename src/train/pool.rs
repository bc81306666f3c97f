//! The glyphs that a network learns from, by class: single digits, digits cut out of composed strings by our own segmenter, and the
//! segmenter's wrong candidates as rejects. Rejects whose shape is a true digit's are left out: they would only teach doubt.

use anyhow::Result;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rayon::prelude::*;

use super::augment::Augmentation;
use super::compose::{Composed, Hands, Spacing, compose_pictures, compose_strokes, picture_of, scanned};
use super::datasets::{GreyImage, LabelledInk, TrainingData};
use super::habits::Habits;
use super::letters::{self, mixed, print, pseudo, silhouette};
use super::{hand, scribble};
use crate::adaptation::Example;
use crate::classify::{DIGITS, GLYPH_SIDE, Glyph, Reject};
use crate::glyph::glyph_of;
use crate::ink::{Ink, Input};
use crate::raster::Line;
use crate::recognizer::{prepare, whole_glyph};
use crate::segment::CutModel;

/// A glyph and its class.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The glyph.
    pub glyph: Glyph,
    /// 0 to 9, or 10 and up for [`Reject::ALL`].
    pub class: usize,
}

/// The glyphs alone.
pub fn glyphs_of(samples: &[Sample]) -> Vec<Glyph> {
    samples.iter().map(|s| s.glyph.clone()).collect()
}

/// Glyphs by source; batches draw from each source by its share.
#[derive(Debug)]
pub struct Pool {
    /// The sources.
    pub sources: Vec<Source>,
}

/// Glyphs of one kind.
#[derive(Debug)]
pub struct Source {
    /// For reports.
    pub name: &'static str,
    /// Share of a batch.
    pub share: f64,
    /// The glyphs.
    pub samples: Vec<Sample>,
    /// How they may be changed when a batch is made.
    pub changes: &'static [Augmentation],
    /// Whether teachers are asked what they are; where not, a sample is its class and nothing else.
    pub doubtful: bool,
}

/// Most rejects kept of one string, so that long strings do not drown the rest.
const REJECTS_A_STRING: usize = 10;

/// Halves made for each composed string.
const HALVES_A_STRING: usize = 4;

impl Pool {
    /// Builds the pool from `strings` composed strings, cut by `cuts`, and proportionate numbers of the rest. The same seed gives the same pool.
    ///
    /// # Errors
    /// Where an ink of the data is not finite.
    pub fn build(data: &TrainingData, cuts: &CutModel, strings: usize, seed: u64) -> Result<Self> {
        let images: Vec<Sample> = par_samples(&data.images.images, |i, image| {
            glyph_sample(&image.to_input(2), usize::from(data.images.labels[i]))
        });
        let pens = par_samples(&data.pen, |i, ink| {
            let mut rng = StdRng::seed_from_u64(seed ^ (i as u64) << 8);
            (0..6).filter_map(|_| pen_sample(ink, ink.label.parse().ok()?, &mut rng)).collect()
        });
        let signs = par_samples(&data.signs, |i, ink| {
            let mut rng = StdRng::seed_from_u64(seed ^ (i as u64) << 20);
            (0..8).filter_map(|_| pen_sample(ink, Reject::Symbol.class(), &mut rng)).collect()
        });
        let letters = drawn(strings, seed ^ 0xd7, Reject::Symbol, |rng| letters::written(&data.letters, rng));
        let dotted = written(strings / 4, seed ^ 0x1d, |rng| letters::dotted(&data.letters, rng));
        let pseudo = drawn(strings / 2, seed ^ 0x9e, Reject::Symbol, pseudo::letter);
        let mixed = drawn(strings, seed ^ 0x4b, Reject::Symbol, |rng| mixed::letter(&data.signs, rng));
        let mirrored = drawn(strings / 4, seed ^ 0xe1, Reject::Symbol, |rng| mirrored_digit(data, rng));
        let brackets = drawn(strings / 8, seed ^ 0x28, Reject::Symbol, letters::bracket);
        let scribbles = drawn(strings / 2, seed ^ 0x5c, Reject::Noise, scribble::scribble);
        let prints =
            pictures(strings, seed ^ 0x77, |rng| (letters::printed(&data.letters, rng), Reject::Symbol.class()));
        let printed_digits = pictures(strings / 5, seed ^ 0x3d, printed_digit);
        let silhouettes =
            pictures(strings / 2, seed ^ 0x6a, |rng| (silhouette::silhouette(rng), Reject::Noise.class()));
        let bars = pictures(strings / 10, seed ^ 0xb1, |rng| (print::bar(rng), 1));
        let two_bars = pictures(strings / 10, seed ^ 0xb2, |rng| (print::two_bars(rng), Reject::Several.class()));
        let two_bars = two_bars.into_iter().filter(|s| paper_between(&s.glyph)).collect();
        let halves = halves(data, HALVES_A_STRING * strings, seed ^ 0x11);
        let (cut_digits, wrong) = cut_strings(data, cuts, strings, seed);
        let shapes = DigitShapes::new(&images, &pens, seed);
        let source = |name, share, samples: Vec<Sample>| Source {
            name,
            share,
            samples,
            changes: &Augmentation::ALL,
            doubtful: true,
        };
        let mut sources = vec![
            source("digits, pictures", 0.32, images),
            source("digits, pen", 0.15, pens),
            source("digits, cut from strings", 0.15, cut_digits),
            // Few: the product reads handwriting, but print must not be what a letter is known by.
            source("digits, printed", 0.01, printed_digits),
            // Halves of digits end in a straight cut too: a network that never saw bars takes them for halves.
            Source { doubtful: false, ..source("1s, printed bars", 0.004, bars) },
            // Not sifted, as they are a bold 1's doubles but for the paper between, which a broader pen would fill, and grain might.
            Source {
                changes: &Augmentation::HAND,
                doubtful: false,
                ..source("pairs of 1s, printed bars", 0.006, two_bars)
            },
            // Not sifted, and bent before the cut, not after: a straight edge shows. Where it does not, whole digits outnumber halves.
            Source { changes: &Augmentation::PEN, ..source("fragments, halves", 0.11, halves) },
            // Bowed on purpose, and what straightens them would make 1s of them.
            Source { changes: &Augmentation::PEN, ..source("brackets", 0.04, brackets) },
        ];
        let (fragments, several) = wrong.into_iter().partition(|s: &Sample| s.class == Reject::Fragment.class());
        let rejects = [
            source("fragments, cut from strings", 0.07, fragments),
            source("several, cut from strings", 0.06, several),
            source("signs, Omniglot", 0.04, signs),
            source("letters, written", 0.06, letters),
            source("letters, dotted", 0.015, dotted),
            source("letters, of no script", 0.02, pseudo),
            source("letters, mixed of others", 0.06, mixed),
            source("digits, mirrored", 0.01, mirrored),
            source("letters, printed", 0.04, prints),
            source("scribbles", 0.02, scribbles),
            source("silhouettes", 0.02, silhouettes),
        ];
        sources.extend(rejects.into_iter().map(|s| Source { samples: shapes.without_lookalikes(s.samples), ..s }));
        Ok(Self { sources })
    }

    /// Adds one person's digits, as many as a third of all others together: the network learns the hand and forgets nobody's.
    pub fn add_hand(&mut self, examples: Vec<Example>) {
        let others: f64 = self.sources.iter().map(|s| s.share).sum();
        let sample = |e: Example| Sample { glyph: e.glyph, class: e.digit.into() };
        let samples = examples.into_iter().map(sample).collect();
        self.sources.push(Source {
            name: "digits, own hand",
            share: others / 3.,
            samples,
            changes: &Augmentation::ALL,
            doubtful: true,
        });
    }

    /// Adds what the way of the pen tells from digits, and often nothing else does, as strokes and unsifted, for what learns from ways: pictures of such would
    /// teach doubt.
    pub fn add_told_by_way(&mut self, data: &TrainingData, count: usize, seed: u64) {
        let letters = written(count, seed, |rng| letters::told_by_way(&data.letters, rng));
        let ones = pairs_of_ones(&data.pen, count, seed ^ 0x11);
        let source = |name, share, samples| Source { name, share, samples, changes: &[], doubtful: true };
        self.sources.push(source("letters, told by their way", 0.02, letters));
        self.sources.push(source("pairs of 1s, told by their way", 0.01, ones));
    }

    /// MNIST's digits alone.
    pub fn plain(data: &TrainingData) -> Self {
        let samples = par_samples(&data.images.images, |i, image| {
            let is_mnist = image.width == GLYPH_SIDE;
            if is_mnist { glyph_sample(&image.to_input(2), usize::from(data.images.labels[i])) } else { Vec::new() }
        });
        Self { sources: vec![Source { name: "digits, MNIST", share: 1., samples, changes: &[], doubtful: true }] }
    }

    /// A glyph drawn by the sources' shares, and its source.
    pub fn draw(&self, rng: &mut impl Rng) -> (&Sample, &Source) {
        let filled = || self.sources.iter().filter(|s| !s.samples.is_empty());
        let mut at = rng.random_range(0.0..filled().map(|s| s.share).sum());
        let source = filled().find(|source| {
            at -= source.share;
            at < 0.
        });
        let source = source.or_else(|| filled().next()).expect("a pool has samples");
        (&source.samples[rng.random_range(0..source.samples.len())], source)
    }
}

fn par_samples<T: Sync>(items: &[T], make: impl Fn(usize, &T) -> Vec<Sample> + Sync) -> Vec<Sample> {
    items.par_iter().enumerate().flat_map_iter(|(i, item)| make(i, item)).collect()
}

fn glyph_sample(input: &Input, class: usize) -> Vec<Sample> {
    whole_glyph(input).map(|glyph| Sample { glyph, class }).into_iter().collect()
}

/// The ink as the pipeline draws it, or drawn as a picture by another pen; half of it as a strange hand would write it.
fn pen_sample(ink: &LabelledInk, class: usize, rng: &mut impl Rng) -> Option<Sample> {
    let ink = &Habits::random(rng).rewritten(ink, rng);
    let written = if rng.random_bool(0.5) {
        Composed::single(ink.ink().ok()?)
    } else {
        compose_strokes(&[ink], Spacing::Apart, Hands::Strange, rng)
    };
    let input = if rng.random_bool(0.5) {
        written.input
    } else {
        let height = rng.random_range(20.0..64.0);
        picture_of(&written, height, height * rng.random_range(0.05..0.17)).input
    };
    Some(Sample { glyph: whole_glyph(&input)?, class })
}

/// That of the `i`-th thing drawn from a seed: each has its own, on whichever thread it is drawn.
fn rng_of(seed: u64, i: usize) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9).wrapping_add(i as u64))
}

/// Inks of one class as strokes or as pictures; each from a seed of its own.
fn drawn(count: usize, seed: u64, class: Reject, draw: impl Fn(&mut StdRng) -> Ink + Sync) -> Vec<Sample> {
    let one = |i: usize| {
        let mut rng = rng_of(seed, i);
        let ink = draw(&mut rng);
        let height = rng.random_range(20.0..64.0);
        let pen = height * rng.random_range(0.05..0.17);
        let input = if rng.random_bool(0.4) {
            rewritten(&ink, &mut rng)
        } else {
            picture_of(&Composed::single(ink), height, pen).input
        };
        glyph_sample(&input, class.class())
    };
    (0..count).into_par_iter().flat_map_iter(one).collect()
}

/// Signs as strokes; each from a seed of its own.
fn written(count: usize, seed: u64, draw: impl Fn(&mut StdRng) -> Ink + Sync) -> Vec<Sample> {
    let one = |i: usize| {
        let mut rng = rng_of(seed, i);
        let ink = draw(&mut rng);
        glyph_sample(&rewritten(&ink, &mut rng), Reject::Symbol.class())
    };
    (0..count).into_par_iter().flat_map_iter(one).collect()
}

/// Two 1s of one writer as one glyph, often so near each other that a picture of them is a bold 1. Left out are those of
/// which one counts as the other written over.
fn pairs_of_ones(pen: &[LabelledInk], count: usize, seed: u64) -> Vec<Sample> {
    let ones: Vec<&LabelledInk> = pen.iter().filter(|ink| ink.label == "1").collect();
    let one = |i: usize| {
        let mut rng = rng_of(seed, i);
        let writer = &ones.choose(&mut rng).expect("there are 1s").writer;
        let own: Vec<_> = ones.iter().filter(|ink| ink.writer == *writer).collect();
        let habits = Habits::random(&mut rng);
        let pair = [0; 2].map(|_| habits.rewritten(own.choose(&mut rng).expect("one was chosen"), &mut rng));
        let spacing = if rng.random_bool(0.5) { Spacing::Touching } else { Spacing::Natural };
        let written = compose_strokes(&pair.each_ref(), spacing, Hands::Strange, &mut rng).input;
        let strokes = pair.iter().map(|ink| ink.strokes.len()).sum();
        if Line::from_input(&written).parts.len() < strokes {
            return Vec::new();
        }
        glyph_sample(&written, Reject::Several.class())
    };
    (0..count).into_par_iter().flat_map_iter(one).collect()
}

/// Strokes as some writer's habits have them.
fn rewritten(ink: &Ink, rng: &mut StdRng) -> Input {
    let mut strokes: Vec<_> = ink.strokes().iter().map(|stroke| stroke.points().to_vec()).collect();
    Habits::random(rng).rewrite(&mut strokes, rng);
    Input::Strokes(Ink::new(strokes).expect("the points are those of an ink"))
}

/// Pictures with their classes; each from a seed of its own.
fn pictures(count: usize, seed: u64, draw: impl Fn(&mut StdRng) -> (GreyImage, usize) + Sync) -> Vec<Sample> {
    let one = |i: usize| {
        let mut rng = rng_of(seed, i);
        let (image, class) = draw(&mut rng);
        glyph_sample(&image.to_input(2), class)
    };
    (0..count).into_par_iter().flat_map_iter(one).collect()
}

fn mirrored_digit(data: &TrainingData, rng: &mut StdRng) -> Ink {
    loop {
        let digit = data.pen.choose(rng).expect("there are pen digits");
        if let Some(ink) = mixed::mirrored(digit, rng) {
            return ink;
        }
    }
}

fn printed_digit(rng: &mut StdRng) -> (GreyImage, usize) {
    let (digit, shape) = hand::any_shape(rng);
    (print::digit(digit, shape, rng), digit)
}

/// Whether two strokes lie side by side with paper between them that a network can see: in the middle row at least two px.
fn paper_between(glyph: &Glyph) -> bool {
    /// Least coverage that counts as ink: what a stroke beside a pixel leaves in it is less.
    const INK: u8 = 64;
    let row = &glyph.pixels[GLYPH_SIDE / 2 * GLYPH_SIDE..][..GLYPH_SIDE];
    let inked: Vec<usize> = (0..GLYPH_SIDE).filter(|&x| row[x] >= INK).collect();
    inked.windows(2).any(|pair| pair[1] - pair[0] > 2)
}

/// Share of a digit's ink from which on what is left of it counts as the digit: a 2 with a long foot has all else of it on one side.
pub const NEARLY_WHOLE: f64 = 0.75;

/// Digits cut straight through: most of them down the very middle, the rest near it, slanted or across; either side.
fn halves(data: &TrainingData, count: usize, seed: u64) -> Vec<Sample> {
    let one = |i: usize| {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(i as u64));
        let digit = random_string(data, 1, Spacing::Natural, Hands::Own, &mut rng);
        let Some(whole) = Line::from_input(&digit.input).whole() else { return Vec::new() };
        let (across, at, slant) = if rng.random_bool(0.6) {
            (false, 0.5, 0.)
        } else {
            (rng.random_bool(0.4), rng.random_range(0.35..0.65), rng.random_range(-0.25..0.25))
        };
        let keep_first = rng.random_bool(0.5);
        let mut half = whole.clone();
        for (i, v) in half.ink.iter_mut().enumerate() {
            let (x, y) = ((i % whole.width) as f64, (i / whole.width) as f64);
            let (u, v_) = if across { (y, x) } else { (x, y) };
            let side = if across { whole.height } else { whole.width } as f64;
            let first = u < at * side + slant * (v_ - side / 2.);
            if first != keep_first {
                *v = 0;
            }
        }
        let share = half.mass() / whole.mass();
        let is_half = (0.1..NEARLY_WHOLE).contains(&share);
        let glyph = if is_half { glyph_of(&half) } else { None };
        glyph.map(|glyph| Sample { glyph, class: Reject::Fragment.class() }).into_iter().collect()
    };
    (0..count).into_par_iter().flat_map_iter(one).collect()
}

/// A string of digits from the data: pictures of anyone, or strokes of one writer as strokes, now and then by strange [`Habits`], or as a picture.
pub fn random_string(
    data: &TrainingData,
    length: usize,
    spacing: Spacing,
    hands: Hands,
    rng: &mut impl Rng,
) -> Composed {
    string_by(data, length, spacing, hands, Habits::random, rng)
}

/// Share of strings that stay strokes of which most digits are 1s, and their share there: of all pairs two 1s are the likeliest to be taken for one
/// sign, and drawn evenly one pair in a hundred is of them.
const MOSTLY_ONES: f64 = 0.08;
const ONES_THERE: f64 = 0.6;

/// The same by writers of these habits, where it stays strokes.
pub fn string_by<R: Rng>(
    data: &TrainingData,
    length: usize,
    spacing: Spacing,
    hands: Hands,
    habits: impl FnOnce(&mut R) -> Habits,
    rng: &mut R,
) -> Composed {
    // Amounts and measures end in noughts, and noughts in a row are chained.
    let noughts = if length > 1 && rng.random_bool(0.2) { rng.random_range(1..length) } else { 0 };
    let is_nought = |place: usize| place + noughts >= length;
    if rng.random_bool(0.4) {
        let mut pick = |place: usize| loop {
            let i = rng.random_range(0..data.images.images.len());
            let label = data.images.labels[i];
            if label == 0 || !is_nought(place) {
                break (&data.images.images[i], label);
            }
        };
        let digits: Vec<(&GreyImage, u8)> = (0..length).map(&mut pick).collect();
        // One line, one resolution: digits of 8, 16, 28 and 32 px do not mix.
        let side = digits[0].0.width;
        let same: Vec<_> = digits.into_iter().filter(|d| d.0.width == side).collect();
        let scale = rng.random_range(1.2..2.6) * 28. / side as f64;
        return compose_pictures(&same, spacing, hands, scale, rng);
    }
    let writer = &data.pen.choose(rng).expect("there are pen digits").writer;
    let own: Vec<&LabelledInk> = data.pen.iter().filter(|ink| ink.writer == *writer).collect();
    let labelled = |label: &str| own.iter().copied().filter(|ink| ink.label == label).collect::<Vec<_>>();
    let (own_noughts, own_ones) = (labelled("0"), labelled("1"));
    let is_picture = rng.random_bool(0.5);
    let ones = if !is_picture && rng.random_bool(MOSTLY_ONES) { ONES_THERE } else { 0. };
    let mut pick = |place: usize| {
        let wanted = match () {
            () if rng.random_bool(ones) => &own_ones,
            () if is_nought(place) => &own_noughts,
            () => &own,
        };
        *wanted.choose(rng).or_else(|| own.choose(rng)).expect("a writer has digits")
    };
    let digits: Vec<&LabelledInk> = (0..length).map(&mut pick).collect();
    if is_picture {
        let strokes = compose_strokes(&digits, spacing, hands, rng);
        let height = rng.random_range(24.0..72.0);
        return picture_of(&strokes, height, height * rng.random_range(0.05..0.15));
    }
    let habits = habits(rng);
    let rewritten: Vec<LabelledInk> = digits.into_iter().map(|digit| habits.rewritten(digit, rng)).collect();
    compose_strokes(&rewritten.iter().collect::<Vec<_>>(), spacing, hands, rng)
}

/// A string of the data by strange hands as scanners see it; strokes are drawn 26 to 48 px high first.
pub fn random_scan(data: &TrainingData, length: usize, rng: &mut impl Rng) -> Composed {
    let spacing = if rng.random_bool(0.3) { Spacing::Natural } else { Spacing::Apart };
    let string = random_string(data, length, spacing, Hands::Strange, rng);
    let height = rng.random_range(26.0..48.0);
    scanned(&picture_of(&string, height, height * rng.random_range(0.06..0.12)), rng)
}

/// Digits and rejects that our own segmenter finds in composed strings.
fn cut_strings(data: &TrainingData, cuts: &CutModel, strings: usize, seed: u64) -> (Vec<Sample>, Vec<Sample>) {
    let one = |i: usize| {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(i as u64));
        let length = rng.random_range(2..=6);
        let composed = match rng.random_range(0..8) {
            0 | 1 => random_scan(data, length, &mut rng),
            kind => {
                let spacing = if kind < 5 { Spacing::Natural } else { Spacing::Touching };
                let hands = if rng.random_bool(0.5) { Hands::Own } else { Hands::Strange };
                random_string(data, length, spacing, hands, &mut rng)
            }
        };
        let prepared = prepare(&composed.input, cuts);
        let truths = composed.truth(&prepared.grid, &prepared.segmentation);
        let (mut digits, mut rejects) = (Vec::new(), Vec::new());
        for (glyph, truth) in prepared.glyphs.into_iter().zip(truths) {
            match truth {
                Some(Ok(place)) => digits.push(Sample { glyph, class: composed.class_of(place) }),
                Some(Err(reject)) => rejects.push(Sample { glyph, class: reject.class() }),
                None => {}
            }
        }
        let kept = rejects.sample(&mut rng, REJECTS_A_STRING).cloned().collect();
        (digits, kept)
    };
    let parts: Vec<(Vec<Sample>, Vec<Sample>)> = (0..strings).into_par_iter().map(one).collect();
    let (mut digits, mut rejects) = (Vec::new(), Vec::new());
    for (d, r) in parts {
        digits.extend(d);
        rejects.extend(r);
    }
    (digits, rejects)
}

/// True digits at half resolution, to know a reject that is one's double.
struct DigitShapes {
    shapes: Vec<Shape>,
    /// Cosine from which two shapes count as the same.
    same: f32,
}

const SHAPE_SIDE: usize = GLYPH_SIDE / 2;

/// Mean-free, unit length.
type Shape = [f32; SHAPE_SIDE * SHAPE_SIDE];

/// References from each of the two kinds of digits.
const REFERENCES: usize = 1_500;

/// A reject is a digit's double when it is nearer to a digit than this share of digits are to their own nearest neighbour.
/// Lower leaves more rejects out: half of an 8 passes for a 3. Higher teaches the network to doubt plain 1s.
const DOUBLE: f64 = 0.6;

impl DigitShapes {
    fn new(images: &[Sample], pens: &[Sample], seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ 0xd0);
        let mut pick = |samples: &[Sample]| -> Vec<Shape> {
            samples.sample(&mut rng, REFERENCES).map(|s| shape_of(&s.glyph)).collect()
        };
        let mut shapes = pick(images);
        shapes.extend(pick(pens));
        let mut nearest: Vec<f32> = shapes
            .par_iter()
            .enumerate()
            .map(|(i, shape)| nearest(shape, shapes.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, s)| s)))
            .collect();
        nearest.sort_by(f32::total_cmp);
        let same = nearest[(nearest.len() as f64 * DOUBLE) as usize];
        Self { shapes, same }
    }

    fn without_lookalikes(&self, samples: Vec<Sample>) -> Vec<Sample> {
        samples.into_par_iter().filter(|s| nearest(&shape_of(&s.glyph), &self.shapes) < self.same).collect()
    }
}

fn nearest<'a>(shape: &Shape, among: impl IntoIterator<Item = &'a Shape>) -> f32 {
    // Four sums side by side, which the compiler can lay into one register.
    let cosine = |other: &Shape| {
        let mut sums = [0f32; 4];
        for (a, b) in shape.chunks_exact(4).zip(other.chunks_exact(4)) {
            (0..4).for_each(|lane| sums[lane] += a[lane] * b[lane]);
        }
        sums.iter().sum::<f32>()
    };
    among.into_iter().map(cosine).fold(-1., f32::max)
}

fn shape_of(glyph: &Glyph) -> Shape {
    let mut shape: Shape = std::array::from_fn(|i| {
        let (x, y) = (2 * (i % SHAPE_SIDE), 2 * (i / SHAPE_SIDE));
        let at = |dx: usize, dy: usize| f32::from(glyph.pixels[(y + dy) * GLYPH_SIDE + x + dx]);
        at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)
    });
    let mean = shape.iter().sum::<f32>() / shape.len() as f32;
    shape.iter_mut().for_each(|v| *v -= mean);
    let length = shape.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    shape.iter_mut().for_each(|v| *v /= length);
    shape
}

/// True for the classes of digits.
pub fn is_digit(class: usize) -> bool {
    class < DIGITS
}

#[cfg(test)]
mod tests {
    use super::super::datasets::{data_dir, training_data};
    use super::*;
    use crate::ink::RgbaImage;
    use crate::model::Weights;
    use crate::recognizer::Prepared;

    #[test]
    fn of_a_pair_of_1s_both_are_left() {
        let stem = |x: f64| LabelledInk {
            label: "1".into(),
            strokes: vec![vec![[0., 0.], [x, 50.], [0., 100.]]],
            writer: None,
            digit: Vec::new(),
        };
        let other = LabelledInk { label: "7".into(), ..stem(90.) };
        let pairs = pairs_of_ones(&[stem(0.), stem(3.), other], 300, 5);
        // Some lie over each other.
        assert!((150..300).contains(&pairs.len()), "{}", pairs.len());
        for Sample { glyph, class } in pairs {
            let ones = glyph.trajectory.expect("it was written").strokes();
            assert!(class == Reject::Several.class() && ones >= 2, "{class} {ones}");
        }
    }

    #[test]
    fn paper_shows_between_two_bars_and_within_none() {
        let shown = |draw: fn(&mut StdRng) -> GreyImage| {
            let glyphs = pictures(200, 7, |rng| (draw(rng), 1));
            assert_eq!(glyphs.len(), 200);
            glyphs.iter().filter(|s| paper_between(&s.glyph)).count()
        };
        assert_eq!(shown(print::bar), 0);
        // Bold ones may touch.
        assert!((120..200).contains(&shown(print::two_bars)));
    }

    /// What the constants of `raster::picture` are chosen against.
    #[cfg_attr(
        not(all(have_mnist, have_pendigits, have_semeion, have_optdigits, have_omniglot)),
        ignore = "needs the data sets: set INK_NUMBER_DATA or run `ink-number data DIR`"
    )]
    #[test]
    fn what_training_reads_is_not_taken_for_print() {
        let (kept, held) = training_data(&data_dir()).expect("the data sets");
        let loses_ink = |input: &Input| {
            let Input::Picture(picture) = input else { panic!("a picture") };
            Line::loses_ink(picture)
        };
        let few = |what: &str, lost: Vec<bool>, one_in: usize| {
            let count = lost.iter().filter(|&&lost| lost).count();
            assert!(count * one_in <= lost.len(), "{what}: {count} of {}", lost.len());
        };
        let images = kept.images.images.par_iter().chain(&held.images.images);
        few("pictures of digits", images.map(|image| loses_ink(&image.to_input(2))).collect(), 10_000);
        let drawn = kept.pen.par_iter().chain(&held.pen).enumerate().map(|(i, ink)| {
            let height = 24. + (i % 40) as f64;
            let pen = height * (0.05 + (i % 7) as f64 * 0.02);
            loses_ink(&picture_of(&Composed::single(ink.ink().expect("finite points")), height, pen).input)
        });
        few("drawn digits", drawn.collect(), 10_000);
        // Cut out tightly, a 1 goes from edge to edge.
        let strings = (0..6000u64).into_par_iter().map(|seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            let length = rng.random_range(2..=5);
            let string = random_string(&kept, length, Spacing::Natural, Hands::Strange, &mut rng);
            let picture = match string.input {
                Input::Strokes(_) => picture_of(&string, 48., 4.).input,
                Input::Picture(_) => string.input,
            };
            let Input::Picture(picture) = picture else { panic!("a picture") };
            Line::loses_ink(&tight(&picture))
        });
        few("strings cut out tightly", strings.collect(), 400);
    }

    /// What the constants of `marks::slash_log_odds` are chosen against.
    #[cfg_attr(
        not(all(have_mnist, have_pendigits, have_semeion, have_optdigits, have_omniglot)),
        ignore = "needs the data sets: set INK_NUMBER_DATA or run `ink-number data DIR`"
    )]
    #[test]
    fn hardly_a_1_of_training_between_others_is_rather_a_slash() {
        let (kept, _) = training_data(&data_dir()).expect("the data sets");
        let cuts = Weights::shipped().cuts;
        let counts = (0..6000u64).into_par_iter().map(|seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            let length = rng.random_range(3..=6);
            let string = random_string(&kept, length, Spacing::Natural, Hands::Own, &mut rng);
            let ones = string.text.bytes().skip(1).rev().skip(1).filter(|&digit| digit == b'1').count();
            if ones == 0 {
                return [0; 2];
            }
            let Prepared { grid, segmentation, .. } = prepare(&string.input, &cuts);
            let truths = string.truth(&grid, &segmentation);
            let is_1 = |fragment: usize| {
                matches!(truths[segmentation.lone(fragment)], Some(Ok(place)) if string.class_of(place) == 1)
            };
            let slashes = segmentation.slashes.iter().enumerate();
            let wrong = slashes.filter(|&(fragment, slash)| slash.is_some_and(|l| l > 0.) && is_1(fragment)).count();
            [ones, wrong]
        });
        let [ones, wrong] = counts.reduce(|| [0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        assert!(ones > 1000, "{ones} to look at");
        assert!(wrong * 100 <= ones, "{wrong} of {ones}");
    }

    /// The picture without the rows and columns at its edges that are all paper.
    fn tight(picture: &RgbaImage) -> RgbaImage {
        let (w, h) = (picture.width(), picture.height());
        let level = |x: usize, y: usize| picture.data()[4 * (y * w + x)];
        let paper = level(0, 0);
        let inked = |x: usize, y: usize| level(x, y).abs_diff(paper) > 60;
        let columns: Vec<usize> = (0..w).filter(|&x| (0..h).any(|y| inked(x, y))).collect();
        let rows: Vec<usize> = (0..h).filter(|&y| (0..w).any(|x| inked(x, y))).collect();
        let (Some((&left, &right)), Some((&top, &bottom))) =
            (columns.first().zip(columns.last()), rows.first().zip(rows.last()))
        else {
            panic!("ink")
        };
        let row = |y: usize| picture.data()[4 * (y * w + left)..4 * (y * w + right + 1)].to_vec();
        let data: Vec<u8> = (top..=bottom).flat_map(row).collect();
        RgbaImage::from_width_height(right + 1 - left, bottom + 1 - top, data).expect("a part of a picture")
    }
}

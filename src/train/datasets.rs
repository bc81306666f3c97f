//! The data sets on disk (layout: the data folder's README): digits as pictures, digits and signs as strokes.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde::Deserialize;

use super::hand;
use super::letters::{Letter, alphabet};
use crate::ink::{Ink, Input, RgbaImage};

/// The data folder: `INK_NUMBER_DATA`, else `../shared/data` beside the project.
pub fn data_dir() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    std::env::var_os("INK_NUMBER_DATA").map_or_else(beside, PathBuf::from)
}

/// A grey picture, ink bright on 0.
#[derive(Debug, Clone, PartialEq)]
pub struct GreyImage {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Row-major from the top.
    pub pixels: Vec<u8>,
}

impl GreyImage {
    /// A picture without ink.
    pub fn blank(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![0; width * height] }
    }

    /// As the pipeline takes pictures, with an empty border of `margin` pixels so that ink never lines the edge.
    pub fn to_input(&self, margin: usize) -> Input {
        let (width, height) = (self.width + 2 * margin, self.height + 2 * margin);
        let mut data = vec![0; width * height * 4];
        data.chunks_exact_mut(4).for_each(|p| p[3] = 255);
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            for (x, &v) in row.iter().enumerate() {
                let at = ((y + margin) * width + x + margin) * 4;
                data[at..at + 3].fill(v);
            }
        }
        Input::Picture(RgbaImage::from_width_height(width, height, data).expect("data sets hold small pictures"))
    }
}

/// Pictures with their labels.
#[derive(Debug, Clone, Default)]
pub struct Images {
    /// The pictures.
    pub images: Vec<GreyImage>,
    /// One label each; empty for sets without.
    pub labels: Vec<u8>,
}

/// One labelled ink of a `.jsonl.gz` set.
#[derive(Debug, Clone, Deserialize)]
pub struct LabelledInk {
    /// A digit, a string of digits, or the name of a sign.
    pub label: String,
    /// Points in the source's own units, y downward.
    pub strokes: Vec<Vec<[f64; 2]>>,
    /// Who wrote it, where known.
    #[serde(default, deserialize_with = "name_or_number")]
    pub writer: Option<String>,
    /// For strings: which digit each stroke belongs to.
    #[serde(default)]
    pub digit: Vec<usize>,
}

impl LabelledInk {
    /// As the pipeline takes strokes.
    ///
    /// # Errors
    /// Where a point is not finite.
    pub fn ink(&self) -> Result<Ink> {
        Ok(Ink::from_xy(&self.strokes)?)
    }
}

fn name_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)))
}

fn gunzip(path: &Path) -> Result<impl Read> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    Ok(GzDecoder::new(BufReader::new(file)))
}

/// The body of a gzipped IDX file of `dims` dimensions (the low byte of its magic number), with their sizes.
fn idx(path: &Path, dims: usize) -> Result<(Vec<usize>, Vec<u8>)> {
    let mut bytes = Vec::new();
    gunzip(path)?.read_to_end(&mut bytes).with_context(|| format!("could not unpack {}", path.display()))?;
    let header = 4 + 4 * dims;
    ensure!(bytes.len() >= header && bytes[..4] == [0, 0, 8, dims as u8], "{} is no IDX of bytes", path.display());
    let size = |i: usize| u32::from_be_bytes(bytes[4 + 4 * i..8 + 4 * i].try_into().expect("four bytes")) as usize;
    let sizes: Vec<usize> = (0..dims).map(size).collect();
    let body = bytes.split_off(header);
    ensure!(body.len() == sizes.iter().product::<usize>(), "{} does not hold {sizes:?} bytes", path.display());
    Ok((sizes, body))
}

/// Pictures and, where `labels` names a file, labels.
///
/// # Errors
/// Where a file is missing or not what it should be.
pub fn images(dir: &Path, images: &str, labels: Option<&str>) -> Result<Images> {
    let (sizes, body) = idx(&dir.join(images), 3)?;
    let (height, width) = (sizes[1], sizes[2]);
    let image = |pixels: &[u8]| GreyImage { width, height, pixels: pixels.to_vec() };
    let images: Vec<GreyImage> = body.chunks_exact(width * height).map(image).collect();
    let labels = match labels {
        Some(name) => idx(&dir.join(name), 1)?.1,
        None => Vec::new(),
    };
    ensure!(labels.is_empty() || labels.len() == images.len(), "{}: one label a picture", dir.display());
    Ok(Images { images, labels })
}

/// All inks of a `.jsonl.gz` file.
///
/// # Errors
/// Where it is missing or a line is no labelled ink.
pub fn inks(path: &Path) -> Result<Vec<LabelledInk>> {
    let parse = |(i, line): (usize, std::io::Result<String>)| -> Result<LabelledInk> {
        serde_json::from_str(&line?).with_context(|| format!("{} line {}", path.display(), i + 1))
    };
    BufReader::new(gunzip(path)?).lines().enumerate().map(parse).collect()
}

/// MNIST: `train` or `t10k`.
///
/// # Errors
/// As [`images`].
pub fn mnist(data: &Path, part: &str) -> Result<Images> {
    let file = |kind: &str| format!("{part}-{kind}-ubyte.gz");
    images(&data.join("mnist"), &file("images-idx3"), Some(&file("labels-idx1")))
}

/// What the shipped weights may learn from, parted by writer where writers are known.
#[derive(Debug)]
pub struct TrainingData {
    /// Digits as pictures: MNIST, semeion, optdigits.
    pub images: Images,
    /// Digits as strokes: pendigits, and those that we draw ourselves.
    pub pen: Vec<LabelledInk>,
    /// Signs that are not digits: Omniglot small1.
    pub signs: Vec<LabelledInk>,
    /// Letters and signs that we draw ourselves.
    pub letters: Vec<Letter>,
}

/// Every how many-th MNIST digit is held back to choose settings.
const HOLD_BACK_IMAGE: usize = 12;
/// Every how many-th pendigits writer is held back.
const HOLD_BACK_WRITER: usize = 6;
/// Every how many-th sign class of Omniglot is held back.
const HOLD_BACK_SIGN: usize = 10;

/// Writers that we draw ourselves, beside the 30 of pendigits, and how often each writes each digit.
const DRAWN_HANDS: usize = 500;
const DRAWN_EACH: usize = 3;

/// The rows marked train, with our own drawings, parted into (training, validation).
///
/// # Errors
/// Where a set is missing.
pub fn training_data(data: &Path) -> Result<(TrainingData, TrainingData)> {
    let [mut kept, mut held] = <[_; 2]>::from(alphabet()).map(|letters| TrainingData {
        images: Images::default(),
        pen: Vec::new(),
        signs: Vec::new(),
        letters,
    });
    let others = ["semeion", "optdigits"]
        .map(|set| images(&data.join(set), "images-idx3-ubyte.gz", Some("labels-idx1-ubyte.gz")));
    for set in [mnist(data, "train")].into_iter().chain(others) {
        let set = set?;
        for (i, (image, label)) in set.images.into_iter().zip(set.labels).enumerate() {
            let side = if i % HOLD_BACK_IMAGE == 0 { &mut held } else { &mut kept };
            side.images.images.push(image);
            side.images.labels.push(label);
        }
    }
    let part = |inks: Vec<LabelledInk>, key: fn(&LabelledInk) -> &str, every: usize| {
        let mut names: Vec<String> = inks.iter().map(|ink| key(ink).to_owned()).collect();
        names.sort();
        names.dedup();
        let held_names: Vec<String> = names.into_iter().step_by(every).collect();
        inks.into_iter().partition::<Vec<_>, _>(|ink| !held_names.iter().any(|n| n == key(ink)))
    };
    let writer: fn(&LabelledInk) -> &str = |ink| ink.writer.as_deref().unwrap_or("");
    (kept.pen, held.pen) = part(inks(&data.join("pendigits/train.jsonl.gz"))?, writer, HOLD_BACK_WRITER);
    kept.pen.extend(hand::digits(DRAWN_HANDS, DRAWN_EACH, 1));
    held.pen.extend(hand::digits(DRAWN_HANDS / HOLD_BACK_WRITER, DRAWN_EACH, 2));
    let class: fn(&LabelledInk) -> &str = |ink| &ink.label;
    (kept.signs, held.signs) = part(inks(&data.join("omniglot/small1-strokes.jsonl.gz"))?, class, HOLD_BACK_SIGN);
    Ok((kept, held))
}

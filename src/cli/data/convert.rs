//! From the sets' own formats to IDX images and JSON lines.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::MultiGzDecoder;

use super::{lzw, zip};

/// Files before compression, in the order of a recipe's targets.
pub(super) type Contents = Vec<Vec<u8>>;

/// No set has a file larger than this when unpacked, bytes.
const MOST: usize = 64 << 20;

/// Each download without its compression.
pub(super) fn gunzip(packed: &[Vec<u8>]) -> Result<Contents> {
    let unpack = |packed: &Vec<u8>| {
        let mut content = Vec::new();
        MultiGzDecoder::new(&packed[..]).take(MOST as u64 + 1).read_to_end(&mut content)?;
        ensure!(content.len() <= MOST, "the file unpacks to more than {MOST} bytes");
        Ok(content)
    };
    packed.iter().map(unpack).collect()
}

/// Square images with their labels.
struct LabelledImages {
    side: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl LabelledImages {
    fn new(side: usize) -> Self {
        Self { side, pixels: Vec::new(), labels: Vec::new() }
    }

    fn into_idx(self) -> Contents {
        let count = self.labels.len();
        vec![idx(0x803, &[count, self.side, self.side], &self.pixels), idx(0x801, &[count], &self.labels)]
    }
}

fn idx(magic: u32, sizes: &[usize], data: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    sizes.iter().for_each(|&size| bytes.extend((size as u32).to_be_bytes()));
    bytes.extend(data);
    bytes
}

/// `semeion.data`: a line an image, 256 numbers 0 or 1 in rows from the top, then ten of which one is 1, the label.
pub(super) fn semeion(downloads: &[Vec<u8>]) -> Result<Contents> {
    const SIDE: usize = 16;
    let text = std::str::from_utf8(&downloads[0])?;
    let mut images = LabelledImages::new(SIDE);
    for (number, line) in (1..).zip(text.lines()) {
        let values: Vec<f32> = line.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        ensure!(values.len() == SIDE * SIDE + 10, "line {number}: expected 266 numbers, saw {}", values.len());
        let (pixels, label) = values.split_at(SIDE * SIDE);
        images.pixels.extend(pixels.iter().map(|&v| if v > 0.5 { 255 } else { 0 }));
        let label = label.iter().position(|&v| v > 0.5).with_context(|| format!("line {number}: no label"))?;
        images.labels.push(label as u8);
    }
    Ok(images.into_idx())
}

/// `optdigits-orig.tra.Z`: after a header, 32 lines of 32 digits 0 or 1 an image, then its label on a line of its own.
pub(super) fn optdigits(downloads: &[Vec<u8>]) -> Result<Contents> {
    const SIDE: usize = 32;
    let text = String::from_utf8(lzw::unpack(&downloads[0], MOST)?)?;
    let is_row = |line: &str| line.len() == SIDE && line.bytes().all(|b| matches!(b, b'0' | b'1'));
    let mut images = LabelledImages::new(SIDE);
    let mut rows = 0;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if is_row(line) {
            ensure!(rows < SIDE, "line {number}: expected a label after {SIDE} rows");
            images.pixels.extend(line.bytes().map(|b| if b == b'1' { 255 } else { 0 }));
            rows += 1;
        } else if rows > 0 {
            let label = line.parse().ok().filter(|l| rows == SIDE && *l < 10);
            images
                .labels
                .push(label.with_context(|| format!("line {number}: expected a row or a label, saw {line:?}"))?);
            rows = 0;
        }
    }
    ensure!(rows == 0, "the last image is cut short");
    Ok(images.into_idx())
}

/// `pendigits-orig.tra.Z` and `.tes.Z`, in UNIPEN's format: `.SEGMENT DIGIT 0 ? "8"` begins a digit, `.COMMENT 8 12 224` says label,
/// writer and number, `.PEN_DOWN` and `.PEN_UP` enclose the points of a stroke. y grows upward in a box of 500.
pub(super) fn pendigits(downloads: &[Vec<u8>]) -> Result<Contents> {
    let convert = |(packed, split): (&Vec<u8>, &str)| {
        let text = String::from_utf8(lzw::unpack(packed, MOST)?)?;
        let mut out = String::new();
        for segment in text.split("\n.SEGMENT").skip(1) {
            let digit = PenDigit::parse(segment).with_context(|| {
                let first = segment.lines().next().unwrap_or_default();
                format!("the digit that begins with .SEGMENT{first}")
            })?;
            digit.write(split, &mut out);
        }
        Ok(out.into_bytes())
    };
    downloads.iter().zip(["train", "test"]).map(convert).collect()
}

struct PenDigit {
    label: String,
    comment: String,
    strokes: Vec<Vec<[i32; 2]>>,
}

impl PenDigit {
    /// Reads the lines between two `.SEGMENT`.
    fn parse(segment: &str) -> Result<Self> {
        /// Side of the box that people wrote in, tablet units.
        const BOX: i32 = 500;
        let mut lines = segment.lines();
        let label = lines.next().and_then(|first| first.split('"').nth(1)).context("expected a label in quotes")?;
        let mut digit = Self { label: label.into(), comment: String::new(), strokes: Vec::new() };
        let mut pen_is_down = false;
        for line in lines {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            match words[..] {
                [".COMMENT", ref comment @ ..] => digit.comment = comment.join(" "),
                [".PEN_DOWN"] => {
                    pen_is_down = true;
                    digit.strokes.push(Vec::new());
                }
                [".PEN_UP"] => pen_is_down = false,
                [x, y] if pen_is_down => {
                    let stroke = digit.strokes.last_mut().expect("pushed when the pen went down");
                    stroke.push([x.parse()?, BOX - y.parse::<i32>()?]);
                }
                _ => {}
            }
        }
        Ok(digit)
    }

    fn write(&self, split: &str, out: &mut String) {
        let Self { label, comment, strokes } = self;
        let writer = comment.split(' ').nth(1).unwrap_or_default();
        let strokes = serde_json::to_string(strokes).expect("numbers can be written");
        writeln!(
            out,
            r#"{{"label":"{label}","strokes":{strokes},"split":"{split}","writer":"{writer}","comment":"{comment}","source":"pendigits-orig"}}"#
        )
        .expect("a string takes all");
    }
}

/// Side of Omniglot's pictures, px.
const OMNIGLOT_SIDE: u32 = 105;

/// Omniglot's pictures and strokes, two archives of `.../ALPHABET/characterNN/NAME.png` and `.txt`.
pub(super) fn omniglot_small1(downloads: &[Vec<u8>]) -> Result<Contents> {
    let pictures = drawings(&downloads[0], ".png")?;
    let strokes = drawings(&downloads[1], ".txt")?;
    ensure!(pictures.keys().eq(strokes.keys()), "expected the same drawings as pictures and as strokes");
    let mut pixels = Vec::new();
    let mut labels = String::new();
    let mut lines = String::new();
    for ((character, name), picture) in &pictures {
        pixels.extend(omniglot_pixels(picture).with_context(|| format!("{character}/{name}.png"))?);
        writeln!(labels, "{character}").expect("a string takes all");
        let text = std::str::from_utf8(&strokes[&(character.clone(), name.clone())])?;
        let strokes = omniglot_strokes(text).with_context(|| format!("{character}/{name}.txt"))?;
        let strokes = serde_json::to_string(&strokes)?;
        writeln!(lines, r#"{{"label":"{character}","strokes":{strokes},"name":"{name}","source":"omniglot-small1"}}"#)
            .expect("a string takes all");
    }
    let side = OMNIGLOT_SIDE as usize;
    Ok(vec![idx(0x803, &[pictures.len(), side, side], &pixels), labels.into_bytes(), lines.into_bytes()])
}

/// The files of an archive with this ending, by `ALPHABET/characterNN` and name.
fn drawings(archive: &[u8], ending: &str) -> Result<BTreeMap<(String, String), Vec<u8>>> {
    /// Largest drawing, bytes.
    const MOST: usize = 1 << 20;
    let mut found = BTreeMap::new();
    for member in zip::members(archive)? {
        let path: Vec<&str> = member.name.strip_suffix(ending).unwrap_or_default().split('/').collect();
        // macOS adds shadows of every file in a folder of its own.
        if let [.., alphabet, character, name] = path[..]
            && !member.name.starts_with("__MACOSX")
        {
            found.insert((format!("{alphabet}/{character}"), name.to_owned()), member.content(MOST)?);
        }
    }
    Ok(found)
}

/// A picture's pixels, ink 255 on 0; Omniglot draws black on white.
fn omniglot_pixels(png: &[u8]) -> Result<Vec<u8>> {
    let image = image::load_from_memory_with_format(png, image::ImageFormat::Png)?.into_luma8();
    let size = image.dimensions();
    ensure!(size == (OMNIGLOT_SIDE, OMNIGLOT_SIDE), "expected {OMNIGLOT_SIDE} x {OMNIGLOT_SIDE}, saw {size:?}");
    Ok(image.into_raw().into_iter().map(|v| 255 - v).collect())
}

/// Lines `x,y,time` between `START` and `BREAK`s; y is the picture's, negated.
fn omniglot_strokes(text: &str) -> Result<Vec<Vec<[f64; 2]>>> {
    let mut strokes = Vec::new();
    let mut stroke = Vec::new();
    for line in text.lines().map(str::trim) {
        match line {
            "START" | "" => {}
            "BREAK" => strokes.push(std::mem::take(&mut stroke)),
            point => {
                let numbers: Vec<f64> = point.split(',').map(|n| n.trim().parse()).collect::<Result<_, _>>()?;
                let [x, y, ..] = numbers[..] else { bail!("expected x,y,time, saw {point:?}") };
                stroke.push([eight_digits(x), eight_digits(-y)]);
            }
        }
    }
    Ok(strokes)
}

/// To eight significant digits, as many as Omniglot's strokes have.
fn eight_digits(value: f64) -> f64 {
    format!("{value:.7e}").parse().expect("a number that was just written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pen_digits_are_turned_the_right_way_up() {
        let segment = " DIGIT 3-4 ? \"8\"\n.COMMENT 8  12 224\n.PEN_DOWN\n 267   333\n 268 1\n.PEN_UP\n.DT 100\n.PEN_DOWN\n1 2\n.PEN_UP\n";
        let mut line = String::new();
        PenDigit::parse(segment).unwrap().write("train", &mut line);
        let strokes = "[[[267,167],[268,499]],[[1,498]]]";
        let rest = r#""split":"train","writer":"12","comment":"8 12 224","source":"pendigits-orig""#;
        assert_eq!(line, format!("{{\"label\":\"8\",\"strokes\":{strokes},{rest}}}\n"));
    }

    #[test]
    fn semeion_lines_become_images_and_labels() {
        let line = format!("{}0 0 0 1 0 0 0 0 0 0 \r\n", "1.0000 ".repeat(16) + &"0.0000 ".repeat(240));
        let files = semeion(&[line.repeat(2).into_bytes()]).unwrap();
        assert_eq!(files[0][..16], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 16, 0, 0, 0, 16]);
        assert_eq!((files[0].len(), files[0][16], files[0][31], files[0][32]), (16 + 512, 255, 255, 0));
        assert_eq!(files[1], [0, 0, 8, 1, 0, 0, 0, 2, 3, 3]);
        assert!(semeion(&[b"1 2 3\n".to_vec()]).is_err());
        assert!(semeion(&["0 ".repeat(266).into_bytes()]).is_err());
    }

    #[test]
    fn omniglot_strokes_end_at_breaks() {
        let strokes =
            omniglot_strokes("START\n27.000000,-39.500000,0.000000\n28.1234567891,-40,50\nBREAK\n1,-2,60\nBREAK\n")
                .unwrap();
        assert_eq!(serde_json::to_string(&strokes).unwrap(), "[[[27.0,39.5],[28.123457,40.0]],[[1.0,2.0]]]");
        assert!(omniglot_strokes("START\n27\n").is_err());
    }
}

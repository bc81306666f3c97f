//! Files to inputs: what a file is, is told by its first bytes, then by its name; everything is read in bounded memory.
//!
//! [`Items`] walks the paths in order and yields one [`Item`] for each ink, picture or IDX image. An item still holds what lay in the
//! file: decoding it is the costly part and is left to [`Raw::decode`], on whichever thread reads it. What cannot be read is an
//! item too, with an error in its place.

mod idx;
mod ink_json;
mod picture;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use serde::Serialize;

use crate::ink::{Input, InputError};
use idx::IdxReader;

/// Caps on what is read from files, besides those of [`crate::ink::limits`]. What lies above is refused, never cut off.
pub mod limits {
    /// Longest ink in JSON, bytes: a `.json` file or a line of a `.jsonl` file. A hundred thousand points with time and pressure take 8 MiB.
    pub const MAX_INK_BYTES: u64 = 32 << 20;
    /// Largest PNG or JPEG file, bytes.
    pub const MAX_PICTURE_BYTES: u64 = 256 << 20;
    /// Most memory that the PNG and JPEG decoders may take, bytes.
    pub const MAX_DECODER_BYTES: u64 = 512 << 20;
}

/// Why a file, or one thing in it, could not be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemError {
    /// A stable name for programs.
    pub code: &'static str,
    /// What was expected and what was seen.
    pub message: String,
}

impl ItemError {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn io(error: &io::Error) -> Self {
        Self::new("cannot-read", error.to_string())
    }
}

impl From<InputError> for ItemError {
    fn from(error: InputError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// One thing to read, and where it came from.
#[derive(Debug)]
pub struct Item {
    /// The path as it was given.
    pub source: Arc<str>,
    /// Its place in that file, from 0.
    pub index: usize,
    /// As it lay in the file.
    pub raw: Result<Raw, ItemError>,
}

/// An input before decoding.
#[derive(Debug)]
pub enum Raw {
    /// A PNG or JPEG file.
    Picture(PathBuf),
    /// One ink in JSON.
    Ink {
        /// UTF-8, hopefully.
        json: Vec<u8>,
        /// Its line from 1, where a line is an ink; for messages.
        line: Option<usize>,
    },
    /// One image of an IDX file, ink bright on 0, rows from the top.
    Gray {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// `width * height` bytes.
        pixels: Vec<u8>,
    },
}

impl Raw {
    /// Bytes held in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Raw::Picture(_) => 0,
            Raw::Ink { json, .. } => json.len(),
            Raw::Gray { pixels, .. } => pixels.len(),
        }
    }

    /// Puts a ring of ground around an IDX image, so that ink which touches its edge is not taken for the ground. Others stay.
    pub fn framed(self) -> Self {
        let Raw::Gray { width, height, pixels } = self else { return self };
        let mut framed = vec![0; (width + 2) * (height + 2)];
        for (y, row) in pixels.chunks_exact(width).enumerate() {
            let start = (y + 1) * (width + 2) + 1;
            framed[start..start + width].copy_from_slice(row);
        }
        Raw::Gray { width: width + 2, height: height + 2, pixels: framed }
    }

    /// Reads what is needed and checks it.
    ///
    /// # Errors
    /// [`ItemError`] for broken data and for what passes a cap.
    pub fn decode(self) -> Result<Input, ItemError> {
        match self {
            Raw::Picture(path) => picture::read(&path).map(Input::Picture),
            Raw::Ink { json, line } => ink_json::parse(&json, line).map(Input::Strokes),
            Raw::Gray { width, height, pixels } => picture::from_gray(width, height, &pixels).map(Input::Picture),
        }
    }
}

/// Walks files in order; see the module.
pub struct Items {
    paths: std::vec::IntoIter<PathBuf>,
    open: Option<OpenFile>,
    read: Arc<AtomicU64>,
}

/// A file that holds many things, half read.
struct OpenFile {
    source: Arc<str>,
    next_index: usize,
    body: Body,
}

enum Body {
    Lines { reader: Box<dyn BufRead>, line: usize },
    Idx(IdxReader),
}

impl Items {
    /// Nothing is opened yet.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths: paths.into_iter(), open: None, read: Arc::default() }
    }

    /// Counts the bytes taken from the files so far, as they lie on the disk.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    fn start(&mut self, path: PathBuf) -> Option<Item> {
        let source: Arc<str> = path.display().to_string().into();
        let raw = match self.open_path(path) {
            Ok(Opened::Single(raw)) => Ok(raw),
            Ok(Opened::Many(body)) => {
                self.open = Some(OpenFile { source, next_index: 0, body });
                return None;
            }
            Err(error) => Err(error),
        };
        Some(Item { source, index: 0, raw })
    }

    fn open_path(&self, path: PathBuf) -> Result<Opened, ItemError> {
        let mut file = self.open_counted(&path)?;
        let plain = peek(&mut file)?;
        if plain == Kind::Gzip {
            let mut inner = BufReader::new(MultiGzDecoder::new(file));
            return match peek(&mut inner)? {
                Kind::Idx => {
                    let checked = MultiGzDecoder::new(self.open_uncounted(&path)?);
                    Ok(Opened::Many(Body::Idx(IdxReader::new(Box::new(inner), checked)?)))
                }
                other => open_json(&path, Box::new(inner), other),
            };
        }
        match plain {
            Kind::Png | Kind::Jpeg => Ok(Opened::Single(Raw::Picture(path))),
            Kind::Idx => {
                let checked = self.open_uncounted(&path)?;
                Ok(Opened::Many(Body::Idx(IdxReader::new(Box::new(file), checked)?)))
            }
            other => open_json(&path, Box::new(file), other),
        }
    }

    fn open_counted(&self, path: &Path) -> Result<BufReader<Counted>, ItemError> {
        let file = open_regular(path)?;
        Ok(BufReader::new(Counted { file, read: Arc::clone(&self.read) }))
    }

    fn open_uncounted(&self, path: &Path) -> Result<BufReader<File>, ItemError> {
        open_regular(path).map(BufReader::new)
    }
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(item) = open.next_item() {
                    return Some(item);
                }
                self.open = None;
            }
            let path = self.paths.next()?;
            if let Some(item) = self.start(path) {
                return Some(item);
            }
        }
    }
}

enum Opened {
    Single(Raw),
    Many(Body),
}

impl OpenFile {
    fn next_item(&mut self) -> Option<Item> {
        let raw = match &mut self.body {
            Body::Lines { reader, line } => next_line(reader, line),
            Body::Idx(idx) => idx.next_image(),
        }
        .transpose()?;
        let index = self.next_index;
        self.next_index += 1;
        if raw.as_ref().is_err_and(|e| e.code == "cannot-read") {
            // Nothing more will come from a reader that failed.
            self.body = Body::Lines { reader: Box::new(io::empty()), line: 0 };
        }
        Some(Item { source: Arc::clone(&self.source), index, raw })
    }
}

/// The next line that is not blank. A line over the cap is skipped to its end and is an error.
fn next_line(reader: &mut dyn BufRead, line: &mut usize) -> Result<Option<Raw>, ItemError> {
    loop {
        let mut json = Vec::new();
        *line += 1;
        let taken = (&mut *reader).take(limits::MAX_INK_BYTES).read_until(b'\n', &mut json);
        let taken = taken.map_err(|e| ItemError::new("cannot-read", format!("line {line}: {e}")))?;
        if taken as u64 == limits::MAX_INK_BYTES && json.last() != Some(&b'\n') {
            reader.skip_until(b'\n').map_err(|e| ItemError::io(&e))?;
            return Err(too_large(&format!("line {line}"), limits::MAX_INK_BYTES));
        }
        if taken == 0 {
            return Ok(None);
        }
        if !json.trim_ascii().is_empty() {
            return Ok(Some(Raw::Ink { json, line: Some(*line) }));
        }
    }
}

fn open_json(path: &Path, mut reader: Box<dyn BufRead>, kind: Kind) -> Result<Opened, ItemError> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if name.ends_with(".jsonl") {
        return Ok(Opened::Many(Body::Lines { reader, line: 0 }));
    }
    if !name.ends_with(".json") && kind != Kind::Braces {
        return Err(ItemError::new(
            "unknown-format",
            "expected a PNG or JPEG picture, an IDX file of images, or ink in .json, .jsonl or .jsonl.gz",
        ));
    }
    let mut json = Vec::new();
    reader.by_ref().take(limits::MAX_INK_BYTES + 1).read_to_end(&mut json).map_err(|e| ItemError::io(&e))?;
    if json.len() as u64 > limits::MAX_INK_BYTES {
        return Err(too_large("the file", limits::MAX_INK_BYTES));
    }
    Ok(Opened::Single(Raw::Ink { json, line: None }))
}

fn too_large(what: &str, cap: u64) -> ItemError {
    ItemError::new("too-large", format!("{what}: expected at most {cap} bytes, saw more"))
}

/// Opens a file that can be read twice: pipes, devices and folders are refused.
fn open_regular(path: &Path) -> Result<File, ItemError> {
    let file = File::open(path).map_err(|e| ItemError::io(&e))?;
    let kind = file.metadata().map_err(|e| ItemError::io(&e))?.file_type();
    if !kind.is_file() {
        let seen = if kind.is_dir() { "a folder" } else { "a pipe or device" };
        return Err(ItemError::new("cannot-read", format!("expected a file, saw {seen}")));
    }
    Ok(file)
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
    Gzip,
    Idx,
    Braces,
    Other,
}

fn peek(reader: &mut impl BufRead) -> Result<Kind, ItemError> {
    let start = reader.fill_buf().map_err(|e| ItemError::io(&e))?;
    Ok(match start {
        [0x89, b'P', b'N', b'G', ..] => Kind::Png,
        [0xff, 0xd8, 0xff, ..] => Kind::Jpeg,
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [0, 0, 8 | 9 | 11..=14, _, ..] => Kind::Idx,
        _ if start.trim_ascii_start().starts_with(b"{") => Kind::Braces,
        _ => Kind::Other,
    })
}

/// A file that counts what is taken from it.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let taken = self.file.read(buf)?;
        self.read.fetch_add(taken as u64, Ordering::Relaxed);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &'static [u8]) -> Vec<Result<Raw, ItemError>> {
        let mut open =
            OpenFile { source: "x".into(), next_index: 0, body: Body::Lines { reader: Box::new(text), line: 0 } };
        std::iter::from_fn(move || open.next_item()).map(|item| item.raw).collect()
    }

    #[test]
    fn blank_lines_are_no_inks_but_count_for_messages() {
        let lines = lines_of(b"{}\n\n  \n{\"a\":1}");
        assert_eq!(lines.len(), 2);
        assert!(matches!(&lines[1], Ok(Raw::Ink { json, line: Some(4) }) if json == b"{\"a\":1}"));
    }

    #[test]
    fn a_line_over_the_cap_is_skipped_and_the_next_one_read() {
        let long = io::repeat(b' ').take(limits::MAX_INK_BYTES + 5).chain(&b"\n{}\n"[..]);
        let mut reader = BufReader::new(long);
        let mut line = 0;
        assert_eq!(next_line(&mut reader, &mut line).unwrap_err().code, "too-large");
        assert!(matches!(next_line(&mut reader, &mut line), Ok(Some(Raw::Ink { line: Some(2), .. }))));
        assert!(matches!(next_line(&mut reader, &mut line), Ok(None)));
    }

    #[test]
    fn a_framed_image_keeps_its_rows() {
        let framed = Raw::Gray { width: 2, height: 1, pixels: vec![7, 9] }.framed();
        let Raw::Gray { width: 4, height: 3, pixels } = framed else { panic!("4 x 3") };
        assert_eq!(pixels, [0, 0, 0, 0, 0, 7, 9, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        let kind = |mut bytes: &[u8]| peek(&mut bytes).unwrap();
        assert_eq!(kind(b"\x89PNG\r\n"), Kind::Png);
        assert_eq!(kind(&[0xff, 0xd8, 0xff, 0xe0]), Kind::Jpeg);
        assert_eq!(kind(&[0, 0, 8, 3, 0, 0, 0, 1]), Kind::Idx);
        assert_eq!(kind(b" \n {\"strokes\""), Kind::Braces);
        assert_eq!(kind(b"hello"), Kind::Other);
        assert_eq!(kind(b""), Kind::Other);
    }
}

//! Files to inputs: what a file is, is told by its first bytes, then by its name; everything is read in bounded memory.
//!
//! [`Items`] walks the paths in order and yields one [`Item`] for each ink, picture or IDX image. An item still holds what lay in the
//! file: decoding it is the costly part and is left to [`Raw::decode`], on whichever thread reads it. What cannot be read is an
//! item too, with an error in its place.

mod idx;
pub(super) mod ink_json;
mod picture;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use serde::Serialize;

use crate::ink::{Input, InputError};
use idx::IdxReader;

/// What the fuzz targets reach that is nobody else's.
#[cfg(fuzzing)]
pub mod fuzzing {
    /// Ink in JSON.
    pub fn ink_json(bytes: &[u8]) {
        let _ = super::ink_json::parse(bytes, None);
    }

    /// All that a file of this extension holds.
    pub fn file(bytes: &[u8], gzip: bool, extension: &str) {
        let path = std::env::temp_dir().join(format!("ink-number-fuzz-{}.{extension}", std::process::id()));
        let mut written = Vec::new();
        if gzip {
            let mut encoder = flate2::write::GzEncoder::new(&mut written, flate2::Compression::fast());
            std::io::Write::write_all(&mut encoder, bytes).expect("memory takes all");
            encoder.finish().expect("memory takes all");
        }
        std::fs::write(&path, if gzip { &written } else { bytes }).expect("the folder takes files");
        for item in super::Items::new(vec![path.clone()]) {
            let _ = item.raw.and_then(super::Raw::decode);
        }
        std::fs::remove_file(path).expect("it was written above");
    }

    /// All images of an IDX file.
    pub fn idx(bytes: &[u8]) {
        let again = bytes.to_vec();
        let Ok(mut reader) = super::IdxReader::new(Box::new(std::io::Cursor::new(again)), bytes) else { return };
        while let Ok(Some(raw)) = reader.next_image() {
            let _ = raw.framed().decode();
        }
    }
}

/// Caps on what is read from files, besides those of [`crate::ink::limits`]. What lies above is refused, never cut off.
pub mod limits {
    /// Longest ink in JSON, bytes: a `.json` file or a line of a `.jsonl` file. A hundred thousand points with time and pressure take 8 MiB.
    pub const MAX_INK_BYTES: u64 = 32 << 20;
    /// Largest PNG or JPEG file, bytes.
    pub const MAX_PICTURE_BYTES: u64 = 256 << 20;
    /// Most memory that the PNG and JPEG decoders may take, bytes.
    pub const MAX_DECODER_BYTES: u64 = 512 << 20;
}

/// Ground put around the glyphs of a data set, px on each side: some sets have ink up to the edge, where the ground is looked for.
/// 2 px is what training and evaluation put there. It hardly matters: of 16,534 glyphs of MNIST, USPS, ARDIS, semeion and optdigits
/// 1 px reads every digit alike and accepts one otherwise, 4 px reads three otherwise.
pub(crate) const FRAME: usize = 2;

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

/// Where a thing came from.
#[derive(Debug, Clone)]
pub struct Place {
    /// The path as it was given.
    pub source: Arc<str>,
    /// Which of the things in that file it is, from 0.
    pub index: usize,
    /// The file is of a kind that may hold several.
    pub of_many: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, index, of_many } = self;
        if *of_many { write!(f, "{source}:{index}") } else { f.write_str(source) }
    }
}

/// One thing to read, and where it came from.
#[derive(Debug)]
pub struct Item {
    /// Where it came from.
    pub place: Place,
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

    /// Puts ground of [`FRAME`] around an IDX image, so that ink which touches its edge is not taken for the ground. Others stay.
    pub fn framed(self) -> Self {
        let Raw::Gray { width, height, pixels } = self else { return self };
        let (framed_width, framed_height) = (width + 2 * FRAME, height + 2 * FRAME);
        let mut framed = vec![0; framed_width * framed_height];
        for (row, to) in pixels.chunks_exact(width).zip(framed.chunks_exact_mut(framed_width).skip(FRAME)) {
            to[FRAME..FRAME + width].copy_from_slice(row);
        }
        Raw::Gray { width: framed_width, height: framed_height, pixels: framed }
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

/// The path that stands for inks, a line each, from standard input.
const STANDARD_INPUT: &str = "-";

/// Walks files in order; see the module.
pub struct Items {
    paths: std::vec::IntoIter<PathBuf>,
    open: Option<OpenFile>,
    /// Length of all files begun so far.
    begun: u64,
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
    Ended,
}

impl Items {
    /// Nothing is opened yet.
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self { paths: paths.into_iter(), open: None, begun: 0, read: Arc::default() }
    }

    /// Bytes behind the last item, as they lie on the disk: of the file that is being read those taken so far, of others the whole
    /// length, whether all of it was of use or not, and though a picture is only read when it is decoded.
    pub fn bytes_behind(&self) -> u64 {
        if self.open.is_some() { self.read.load(Ordering::Relaxed).min(self.begun) } else { self.begun }
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
        Some(Item { place: Place { source, index: 0, of_many: false }, raw })
    }

    fn open_path(&self, path: PathBuf) -> Result<Opened, ItemError> {
        if path.as_os_str() == STANDARD_INPUT {
            return open_standard_input();
        }
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
            self.read.store(self.begun, Ordering::Relaxed);
            self.begun += length_of(&path);
            if let Some(item) = self.start(path) {
                return Some(item);
            }
        }
    }
}

/// 0 where it cannot be told.
pub fn length_of(path: &Path) -> u64 {
    if path.as_os_str() == STANDARD_INPUT {
        return 0;
    }
    path.metadata().map_or(0, |m| m.len())
}

enum Opened {
    Single(Raw),
    Many(Body),
}

impl OpenFile {
    fn next_item(&mut self) -> Option<Item> {
        let next = match &mut self.body {
            Body::Lines { reader, line } => next_line(reader, line),
            Body::Idx(idx) => idx.next_image().map(|image| image.map(Ok)),
            Body::Ended => Ok(None),
        };
        let raw = next.unwrap_or_else(|error| {
            // Nothing more will come from a reader that failed.
            self.body = Body::Ended;
            Some(Err(ItemError::io(&error)))
        })?;
        let index = self.next_index;
        self.next_index += 1;
        Some(Item { place: Place { source: Arc::clone(&self.source), index, of_many: true }, raw })
    }
}

/// The next line that is not blank. A line over the cap is skipped to its end and refused; the outer error is of the reader, from
/// which nothing more will come.
fn next_line(reader: &mut dyn BufRead, line: &mut usize) -> io::Result<Option<Result<Raw, ItemError>>> {
    loop {
        let mut json = Vec::new();
        *line += 1;
        let taken = (&mut *reader).take(limits::MAX_INK_BYTES).read_until(b'\n', &mut json);
        let taken = taken.map_err(|e| io::Error::new(e.kind(), format!("line {line}: {e}")))?;
        if taken as u64 == limits::MAX_INK_BYTES && json.last() != Some(&b'\n') {
            reader.skip_until(b'\n')?;
            return Ok(Some(Err(too_large(&format!("line {line}"), limits::MAX_INK_BYTES))));
        }
        if taken == 0 {
            return Ok(None);
        }
        if !json.trim_ascii().is_empty() {
            return Ok(Some(Ok(Raw::Ink { json, line: Some(*line) })));
        }
    }
}

/// Inks, a line each: all else is read twice, which a pipe cannot be.
fn open_standard_input() -> Result<Opened, ItemError> {
    let mut input = BufReader::new(io::stdin());
    let reader: Box<dyn BufRead> = match peek(&mut input)? {
        Kind::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(input))),
        Kind::Png | Kind::Jpeg | Kind::Idx => {
            let message = "expected ink from standard input, one a line, saw a picture or images";
            return Err(ItemError::new("unknown-format", message));
        }
        Kind::Braces | Kind::Empty | Kind::Other => Box::new(input),
    };
    Ok(Opened::Many(Body::Lines { reader, line: 0 }))
}

fn open_json(path: &Path, mut reader: Box<dyn BufRead>, kind: Kind) -> Result<Opened, ItemError> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if name.ends_with(".jsonl") {
        return Ok(Opened::Many(Body::Lines { reader, line: 0 }));
    }
    if kind == Kind::Empty {
        return Err(ItemError::new("empty-file", "expected a picture, images or ink, saw a file without a byte"));
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
    Empty,
    Other,
}

fn peek(reader: &mut impl BufRead) -> Result<Kind, ItemError> {
    let start = reader.fill_buf().map_err(|e| ItemError::io(&e))?;
    Ok(match start {
        [0x89, b'P', b'N', b'G', ..] => Kind::Png,
        [0xff, 0xd8, 0xff, ..] => Kind::Jpeg,
        [0x1f, 0x8b, ..] => Kind::Gzip,
        [0, 0, 8 | 9 | 11..=14, _, ..] => Kind::Idx,
        [] => Kind::Empty,
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
        assert!(matches!(next_line(&mut reader, &mut line), Ok(Some(Err(ItemError { code: "too-large", .. })))));
        assert!(matches!(next_line(&mut reader, &mut line), Ok(Some(Ok(Raw::Ink { line: Some(2), .. })))));
        assert!(matches!(next_line(&mut reader, &mut line), Ok(None)));
    }

    #[test]
    fn nothing_comes_after_a_reader_that_failed() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let reader = Box::new(BufReader::new((&b"{}\n"[..]).chain(Broken)));
        let mut open = OpenFile { source: "x".into(), next_index: 0, body: Body::Lines { reader, line: 0 } };
        assert!(matches!(open.next_item(), Some(Item { place: Place { index: 0, .. }, raw: Ok(_) })));
        let error = open.next_item().and_then(|item| item.raw.err()).unwrap();
        assert_eq!((error.code, error.message.as_str()), ("cannot-read", "line 2: broken"));
        assert!(open.next_item().is_none());
    }

    #[test]
    fn files_left_behind_count_whole() {
        let dir = std::env::temp_dir().join(format!("ink-number-position-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let file = |name: &str, start: &[u8], length: usize| {
            let mut content = start.to_vec();
            content.resize(length, b' ');
            std::fs::write(dir.join(name), content).unwrap();
            dir.join(name)
        };
        let paths = vec![
            file("picture.png", b"\x89PNG", 100_000),
            dir.join("absent.png"),
            file("notes.txt", b"42", 50_000),
            file("two.jsonl", b"{}\n{}\n", 1_000_000),
        ];
        let mut items = Items::new(paths);
        let positions: Vec<u64> = std::iter::from_fn(|| items.next().map(|_| items.bytes_behind())).collect();
        assert_eq!(positions[..3], [100_000, 100_000, 150_000]);
        assert!(positions[3..].iter().all(|at| (150_001..200_000).contains(at)), "{positions:?}");
        assert_eq!((positions.len(), items.bytes_behind()), (5, 1_150_000));
        std::fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn a_framed_image_keeps_its_rows() {
        let framed = Raw::Gray { width: 2, height: 1, pixels: vec![7, 9] }.framed();
        let Raw::Gray { width: 6, height: 5, pixels } = framed else { panic!("6 x 5") };
        let mut expected = [0; 30];
        expected[14..16].copy_from_slice(&[7, 9]);
        assert_eq!(pixels, expected);
    }

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        let kind = |mut bytes: &[u8]| peek(&mut bytes).unwrap();
        assert_eq!(kind(b"\x89PNG\r\n"), Kind::Png);
        assert_eq!(kind(&[0xff, 0xd8, 0xff, 0xe0]), Kind::Jpeg);
        assert_eq!(kind(&[0, 0, 8, 3, 0, 0, 0, 1]), Kind::Idx);
        assert_eq!(kind(b" \n {\"strokes\""), Kind::Braces);
        assert_eq!(kind(b"hello"), Kind::Other);
        assert_eq!(kind(b""), Kind::Empty);
    }
}

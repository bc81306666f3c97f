//! IDX, the format of MNIST: a magic number, the sizes of the dimensions as big-endian 32-bit integers, then the bytes.
//!
//! Only unsigned bytes in three dimensions are images. The promised size is compared with what is there before the first image is
//! given out, by a pass over the data in constant memory, so that a file that lies is refused whole.

use std::io::{self, BufRead, Read};

use super::{ItemError, Raw};
use crate::ink::check_image_size;

/// Unsigned bytes, three dimensions.
const IMAGES_MAGIC: u32 = 0x0000_0803;
const HEADER_BYTES: u64 = 16;

/// Gives out the images one by one.
pub(super) struct IdxReader {
    reader: Box<dyn BufRead>,
    left: u32,
    width: usize,
    height: usize,
}

impl IdxReader {
    /// Reads the header from `reader`, and all of `again`, the same data from its start, to check the size.
    pub fn new(mut reader: Box<dyn BufRead>, again: impl Read) -> Result<Self, ItemError> {
        let mut header = [0; HEADER_BYTES as usize];
        let seen = read_up_to(&mut reader, &mut header).map_err(|e| ItemError::io(&e))?;
        let word = |i: usize| u32::from_be_bytes(header[4 * i..4 * i + 4].try_into().expect("four bytes"));
        if seen >= 4 && word(0) != IMAGES_MAGIC {
            return Err(bad(format!("expected images, magic {IMAGES_MAGIC:#010x}, saw {:#010x}", word(0))));
        }
        if seen < header.len() {
            return Err(bad(format!("expected a header of {HEADER_BYTES} bytes, saw {seen}")));
        }
        let (count, height, width) = (word(1), word(2) as usize, word(3) as usize);
        check_image_size(width, height)?;
        let promised = HEADER_BYTES + u64::from(count) * (width * height) as u64;
        // One byte more than promised is enough to know that there is more.
        let there = io::copy(&mut again.take(promised + 1), &mut io::sink()).map_err(|e| ItemError::io(&e))?;
        if there != promised {
            let seen = if there > promised { "more".into() } else { there.to_string() };
            return Err(bad(format!(
                "the header promises {count} images of {width} x {height}: expected {promised} bytes, saw {seen}"
            )));
        }
        Ok(Self { reader, left: count, width, height })
    }

    /// The next image; `None` after the last one.
    pub fn next_image(&mut self) -> io::Result<Option<Raw>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut pixels = vec![0; self.width * self.height];
        self.reader.read_exact(&mut pixels)?;
        Ok(Some(Raw::Gray { width: self.width, height: self.height, pixels }))
    }
}

fn bad(message: String) -> ItemError {
    ItemError::new("bad-idx", message)
}

fn read_up_to(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match reader.read(&mut buf[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(magic: u32, sizes: [u32; 3], data: usize) -> Vec<u8> {
        let mut bytes = magic.to_be_bytes().to_vec();
        sizes.iter().for_each(|s| bytes.extend(s.to_be_bytes()));
        bytes.extend((0..data).map(|i| i as u8));
        bytes
    }

    fn open(bytes: Vec<u8>) -> Result<IdxReader, ItemError> {
        IdxReader::new(Box::new(io::Cursor::new(bytes.clone())), io::Cursor::new(bytes))
    }

    #[test]
    fn images_come_in_order_rows_then_columns() {
        let mut idx = open(file_of(IMAGES_MAGIC, [2, 3, 4], 24)).unwrap();
        for first in [0, 12] {
            let Some(Raw::Gray { width: 4, height: 3, pixels }) = idx.next_image().unwrap() else { panic!("an image") };
            assert_eq!(pixels, (first..first + 12).collect::<Vec<u8>>());
        }
        assert!(idx.next_image().unwrap().is_none());
    }

    #[test]
    fn a_file_that_lies_is_refused_whole() {
        let table = [
            (file_of(IMAGES_MAGIC, [2, 3, 4], 23), "bad-idx"),
            (file_of(IMAGES_MAGIC, [2, 3, 4], 25), "bad-idx"),
            (file_of(IMAGES_MAGIC, [u32::MAX, 28, 28], 784), "bad-idx"),
            (file_of(IMAGES_MAGIC, [1, u32::MAX, u32::MAX], 784), "image-size"),
            (file_of(IMAGES_MAGIC, [1, 0, 28], 0), "image-size"),
            (file_of(0x801, [2, 3, 4], 24), "bad-idx"),
            (IMAGES_MAGIC.to_be_bytes().to_vec(), "bad-idx"),
            (vec![], "bad-idx"),
        ];
        for (bytes, code) in table {
            let head = bytes[..bytes.len().min(16)].to_vec();
            assert_eq!(open(bytes).err().map(|e| e.code), Some(code), "{head:?}");
        }
    }

    #[test]
    fn a_file_of_no_images_is_empty() {
        assert!(open(file_of(IMAGES_MAGIC, [0, 28, 28], 0)).unwrap().next_image().unwrap().is_none());
    }
}

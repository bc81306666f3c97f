//! Files of the Unix command `compress` (`.Z`), in which the UCI repository keeps its oldest sets: LZW with codes of 9 to 16 bits
//! (T. Welch, "A Technique for High-Performance Data Compression", IEEE Computer 17, 1984).
//!
//! Codes lie in groups of eight, least significant bit first; when the width changes or the table is cleared, the rest of the group
//! is padding.

use anyhow::{Result, bail, ensure};

const MAGIC: [u8; 2] = [0x1f, 0x9d];
/// Bit of the third byte: code 256 clears the table.
const BLOCK_MODE: u8 = 0x80;
const CLEAR: usize = 256;
const FIRST_WIDTH: u32 = 9;
const GROUP_CODES: usize = 8;

/// Unpacks `packed`; refuses to give more than `most` bytes.
pub(super) fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>> {
    let [m0, m1, flags, codes @ ..] = packed else { bail!("expected a .Z file, saw {} bytes", packed.len()) };
    ensure!([*m0, *m1] == MAGIC, "expected a .Z file, magic 1f 9d, saw {m0:02x} {m1:02x}");
    let max_width = u32::from(flags & 0x1f);
    ensure!((FIRST_WIDTH..=16).contains(&max_width), "expected codes of 9 to 16 bits, saw {max_width}");
    let mut table = Table::new(max_width, flags & BLOCK_MODE != 0);
    let mut reader = Codes { bytes: codes, bit: 0, group_start: 0 };
    let mut out = Vec::new();
    let mut previous: Option<usize> = None;
    while let Some(code) = reader.next(table.width) {
        if table.block_mode && code == CLEAR {
            reader.skip_group(table.width);
            table.clear();
            previous = None;
            continue;
        }
        let start = out.len();
        match previous {
            _ if code < table.len() => table.append(code, &mut out),
            // The one code that may come before it is known: the previous string and its own first byte.
            Some(previous) if code == table.len() => {
                table.append(previous, &mut out);
                out.push(out[start]);
            }
            _ => bail!("broken .Z file: code {code} of {}", table.len()),
        }
        ensure!(out.len() <= most, "the .Z file unpacks to more than {most} bytes");
        if let Some(previous) = previous {
            let width = table.width;
            table.push(previous, out[start]);
            if table.width != width {
                reader.skip_group(width);
            }
        }
        previous = Some(code);
    }
    Ok(out)
}

/// Strings by code: each is an earlier string and one more byte.
struct Table {
    entries: Vec<(usize, u8)>,
    width: u32,
    max_width: u32,
    block_mode: bool,
}

impl Table {
    fn new(max_width: u32, block_mode: bool) -> Self {
        let mut table = Self { entries: Vec::new(), width: FIRST_WIDTH, max_width, block_mode };
        table.clear();
        table
    }

    fn clear(&mut self) {
        self.entries.clear();
        self.entries.extend((0..=255).map(|byte| (0, byte)));
        if self.block_mode {
            // The place of the clear code itself.
            self.entries.push((0, 0));
        }
        self.width = FIRST_WIDTH;
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn push(&mut self, prefix: usize, byte: u8) {
        if self.len() < 1 << self.max_width {
            self.entries.push((prefix, byte));
        }
        if self.len() >= 1 << self.width && self.width < self.max_width {
            self.width += 1;
        }
    }

    fn append(&self, code: usize, out: &mut Vec<u8>) {
        let start = out.len();
        let mut code = code;
        while code > 255 {
            let (prefix, byte) = self.entries[code];
            out.push(byte);
            code = prefix;
        }
        out.push(code as u8);
        out[start..].reverse();
    }
}

/// Reads codes and knows where their group of eight began.
struct Codes<'a> {
    bytes: &'a [u8],
    bit: usize,
    group_start: usize,
}

impl Codes<'_> {
    fn next(&mut self, width: u32) -> Option<usize> {
        let width = width as usize;
        if self.bit + width > self.bytes.len() * 8 {
            return None;
        }
        // A code of up to 16 bits lies in at most three bytes.
        let three = (0..3).map(|i| self.bytes.get(self.bit / 8 + i).copied().unwrap_or(0));
        let word = three.rev().fold(0, |word, byte| word << 8 | usize::from(byte));
        let code = word >> (self.bit % 8) & ((1 << width) - 1);
        self.bit += width;
        if self.bit - self.group_start == GROUP_CODES * width {
            self.group_start = self.bit;
        }
        Some(code)
    }

    fn skip_group(&mut self, width: u32) {
        if self.bit != self.group_start {
            self.bit = self.group_start + GROUP_CODES * width as usize;
        }
        self.group_start = self.bit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf 'abababababab0123456789abab\n' | compress -c`, ncompress 4.2.
    const PACKED: &str = "1f9d9061c4041c28b0208c183266d0a861e3068e1c041500";

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
    }

    #[test]
    fn unpacks_what_compress_packed() {
        assert_eq!(unpack(&bytes(PACKED), 100).unwrap(), b"abababababab0123456789abab\n");
    }

    #[test]
    fn never_unpacks_more_than_asked_for() {
        assert!(unpack(&bytes(PACKED), 10).unwrap_err().to_string().contains("more than 10 bytes"));
    }

    #[test]
    fn broken_files_are_errors() {
        for hex in ["", "1f", "1f9d", "1f8b90", "1f9d81", "1f9d9f", "1f9d90ffff", "1f9d90618202ffff"] {
            let result = unpack(&bytes(hex), 100);
            assert!(result.is_err(), "{hex}: {result:?}");
        }
        // No codes at all is a file of nothing.
        assert_eq!(unpack(&bytes("1f9d90"), 100).unwrap(), b"");
    }
}

//! ZIP archives that lie in memory: just what the data sets need, stored or deflated members without encryption or ZIP64.

use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::DeflateDecoder;

const END_SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const ENTRY_SIGNATURE: &[u8; 4] = b"PK\x01\x02";
const LOCAL_SIGNATURE: &[u8; 4] = b"PK\x03\x04";
const END_BYTES: usize = 22;
const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

/// A file in an archive, not yet unpacked.
pub(super) struct Member<'a> {
    /// Its path, `/` between folders.
    pub name: String,
    archive: &'a [u8],
    local: usize,
    method: u16,
    packed: usize,
    unpacked: usize,
    crc: u32,
}

/// Lists the files of an archive, folders left out.
pub(super) fn members(archive: &[u8]) -> Result<Vec<Member<'_>>> {
    let end =
        archive.windows(END_SIGNATURE.len()).rposition(|w| w == END_SIGNATURE).context("expected a ZIP archive")?;
    let count = u16_at(archive, end + 10)?;
    let mut at = u32_at(archive, end + 16)?;
    ensure!(archive.len() >= end + END_BYTES, "the ZIP archive is cut short");
    let mut members = Vec::new();
    for _ in 0..count {
        ensure!(slice(archive, at, 4)? == ENTRY_SIGNATURE, "the ZIP archive's list is broken");
        let lengths = [28, 30, 32].map(|field| u16_at(archive, at + field));
        let [name_len, extra_len, comment_len] = lengths;
        let (name_len, rest_len) = (usize::from(name_len?), usize::from(extra_len?) + usize::from(comment_len?));
        let name = String::from_utf8_lossy(slice(archive, at + ENTRY_BYTES, name_len)?).into_owned();
        if !name.ends_with('/') {
            members.push(Member {
                name,
                archive,
                local: u32_at(archive, at + 42)?,
                method: u16_at(archive, at + 10)?,
                packed: u32_at(archive, at + 20)?,
                unpacked: u32_at(archive, at + 24)?,
                crc: u32_at(archive, at + 16)? as u32,
            });
        }
        at += ENTRY_BYTES + name_len + rest_len;
    }
    Ok(members)
}

impl Member<'_> {
    /// Unpacks; refuses to give more than `most` bytes.
    pub fn content(&self, most: usize) -> Result<Vec<u8>> {
        self.unpack(most).with_context(|| format!("{} of the ZIP archive", self.name))
    }

    fn unpack(&self, most: usize) -> Result<Vec<u8>> {
        ensure!(self.unpacked <= most, "expected at most {most} bytes, saw {}", self.unpacked);
        ensure!(slice(self.archive, self.local, 4)? == LOCAL_SIGNATURE, "its header is broken");
        let lengths = [26, 28].map(|field| u16_at(self.archive, self.local + field).map(usize::from));
        let [name_len, extra_len] = lengths;
        let packed = slice(self.archive, self.local + LOCAL_BYTES + name_len? + extra_len?, self.packed)?;
        let content = match self.method {
            0 => packed.to_vec(),
            8 => {
                let mut content = Vec::new();
                // One byte more than promised is enough to know that it lies.
                DeflateDecoder::new(packed).take(self.unpacked as u64 + 1).read_to_end(&mut content)?;
                content
            }
            other => bail!("expected it stored or deflated, saw method {other}"),
        };
        ensure!(content.len() == self.unpacked, "expected {} bytes, saw {}", self.unpacked, content.len());
        ensure!(crc32fast::hash(&content) == self.crc, "its checksum does not fit");
        Ok(content)
    }
}

fn slice(bytes: &[u8], at: usize, len: usize) -> Result<&[u8]> {
    bytes.get(at..).and_then(|rest| rest.get(..len)).context("the ZIP archive is cut short")
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    Ok(u16::from_le_bytes(slice(bytes, at, 2)?.try_into().expect("two bytes")))
}

fn u32_at(bytes: &[u8], at: usize) -> Result<usize> {
    Ok(u32::from_le_bytes(slice(bytes, at, 4)?.try_into().expect("four bytes")) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `mkdir d; printf 'hello hello hello hello\n' > d/a.txt; printf x > b; zip -X z.zip d d/a.txt b`, Info-ZIP 3.0.
    const ARCHIVE: &str = "504b03040a0000000000a4bb775d00000000000000000000000002000000642f504b0304140000000800a4bb775d0088590b0b0000001800000007000000642f612e747874cb48cdc9c957c84027b900504b03040a0000000000a4bb775d8316dc8c0100000001000000010000006278504b01021e030a0000000000a4bb775d000000000000000000000000020000000000000000001000ed4100000000642f504b01021e03140000000800a4bb775d0088590b0b00000018000000070000000000000001000000a48120000000642f612e747874504b01021e030a0000000000a4bb775d8316dc8c0100000001000000010000000000000001000000a4815000000062504b0506000000000300030094000000700000000000";

    fn archive() -> Vec<u8> {
        (0..ARCHIVE.len()).step_by(2).map(|i| u8::from_str_radix(&ARCHIVE[i..i + 2], 16).unwrap()).collect()
    }

    #[test]
    fn lists_and_unpacks_stored_and_deflated_files() {
        let archive = archive();
        let members = members(&archive).unwrap();
        let listed: Vec<_> = members.iter().map(|m| (m.name.as_str(), m.content(100).unwrap())).collect();
        assert_eq!(listed, [("d/a.txt", b"hello hello hello hello\n".to_vec()), ("b", b"x".to_vec())]);
        assert_eq!(members.iter().map(|m| m.method).collect::<Vec<_>>(), [8, 0]);
    }

    #[test]
    fn too_large_members_are_refused() {
        let archive = archive();
        assert!(members(&archive).unwrap()[0].content(10).is_err());
    }

    #[test]
    fn every_truncation_and_every_changed_byte_is_an_error_or_harmless() {
        let whole = archive();
        let unpack_all =
            |bytes: &[u8]| -> Result<Vec<Vec<u8>>> { members(bytes)?.iter().map(|m| m.content(1 << 20)).collect() };
        for len in 0..whole.len() {
            assert!(unpack_all(&whole[..len]).is_err(), "{len} bytes");
        }
        let good = unpack_all(&whole).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            if let Ok(contents) = unpack_all(&changed) {
                // A folder whose name is changed is a file of nothing.
                assert!(contents.iter().all(|c| c.is_empty() || good.contains(c)), "byte {at}");
            }
        }
    }
}

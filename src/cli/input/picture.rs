//! PNG and JPEG files, and the gray images of IDX, as RGBA.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{ItemError, limits, open_regular, too_large};
use crate::ink::{RgbaImage, check_image_size};

/// Reads a PNG or JPEG; its size is checked before its pixels are made. A photograph is turned the way its camera was held.
pub(super) fn read(path: &Path) -> Result<RgbaImage, ItemError> {
    let bytes = read_capped(open_regular(path)?)?;
    let mut reader = ImageReader::new(Cursor::new(&bytes[..])).with_guessed_format().map_err(|e| ItemError::io(&e))?;
    let is_jpeg = reader.format() == Some(ImageFormat::Jpeg);
    let mut caps = Limits::default();
    caps.max_alloc = Some(limits::MAX_DECODER_BYTES);
    reader.limits(caps);
    let mut decoder = reader.into_decoder().map_err(|e| bad_image(&e))?;
    let (width, height) = decoder.dimensions();
    check_image_size(width as usize, height as usize)?;
    if is_jpeg {
        check_jpeg_is_whole(&bytes)?;
    }
    let orientation = decoder.orientation().map_err(|e| bad_image(&e))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| bad_image(&e))?;
    image.apply_orientation(orientation);
    let rgba = image.into_rgba8();
    Ok(RgbaImage::from_width_height(rgba.width() as usize, rgba.height() as usize, rgba.into_raw())?)
}

/// Looks for the marker that ends a JPEG: the decoder fills up what a cut file lacks with grey, and says nothing. Segments are
/// stepped over, as previews in them are JPEGs with ends of their own; what follows the end is no part of the picture.
fn check_jpeg_is_whole(bytes: &[u8]) -> Result<(), ItemError> {
    const START_OF_SCAN: u8 = 0xda;
    const END_OF_IMAGE: u8 = 0xd9;
    // Scan data holds 0xff only as ff 00 and before restart markers; more of it may fill up before any marker.
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0x01 | 0xd0..=0xd8 | 0xff);
    let mut seen_scan = false;
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(is_marker) {
        match rest[at + 1] {
            END_OF_IMAGE => return Ok(()),
            START_OF_SCAN => seen_scan = true,
            _ => {}
        }
        rest = &rest[at + 2..];
        let length = rest.first_chunk().map_or(0, |&length| usize::from(u16::from_be_bytes(length)));
        rest = rest.get(length..).unwrap_or_default();
    }
    let place = if seen_scan { "in its scan data" } else { "before any scan data" };
    Err(ItemError::new(
        "bad-image",
        format!("expected the end marker of a JPEG, ff d9, saw the file end {place} after {} bytes", bytes.len()),
    ))
}

/// Ink bright on 0, opaque. Which of the two is ink the raster finds out by itself, as for any picture.
pub(super) fn from_gray(width: usize, height: usize, pixels: &[u8]) -> Result<RgbaImage, ItemError> {
    let rgba = pixels.iter().flat_map(|&v| [v, v, v, u8::MAX]).collect();
    Ok(RgbaImage::from_width_height(width, height, rgba)?)
}

fn read_capped(file: File) -> Result<Vec<u8>, ItemError> {
    let mut bytes = Vec::new();
    BufReader::new(file).take(limits::MAX_PICTURE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| ItemError::io(&e))?;
    if bytes.len() as u64 > limits::MAX_PICTURE_BYTES {
        return Err(too_large("the file", limits::MAX_PICTURE_BYTES));
    }
    Ok(bytes)
}

fn bad_image(error: &ImageError) -> ItemError {
    match error {
        // The decoder's own cap on memory, which a picture of a size that is allowed may pass.
        ImageError::Limits(_) => ItemError::new("image-size", error.to_string()),
        _ => ItemError::new("bad-image", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_becomes_opaque_rgba() {
        let image = from_gray(2, 1, &[0, 200]).unwrap();
        assert_eq!(image.data(), [0, 0, 0, 255, 200, 200, 200, 255]);
    }

    #[test]
    fn a_jpeg_is_whole_when_its_own_end_comes() {
        const START: &[u8] = &[0xff, 0xd8];
        const END: &[u8] = &[0xff, 0xd9];
        // A segment of six bytes that looks like a preview; tables; a scan with a stuffed ff, a restart and padding.
        const PREVIEW: &[u8] = &[0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
        const SCAN: &[u8] = &[0xff, 0xda, 0, 3, 1, 7, 0xff, 0x00, 0xd9, 0xff, 0xd0, 9, 0, 0, 0, 0xff];
        let table: [(&[&[u8]], Option<&str>); 8] = [
            (&[START, SCAN, END], None),
            (&[START, PREVIEW, SCAN, SCAN, END], None),
            (&[START, SCAN, END, b"trailing", START], None),
            (&[START, PREVIEW, SCAN], Some("in its scan data after 26 bytes")),
            (&[START, SCAN, &[0; 100]], Some("in its scan data after 118 bytes")),
            (&[START, SCAN, SCAN, &END[..1]], Some("in its scan data")),
            (&[START, PREVIEW], Some("before any scan data")),
            (&[START, &PREVIEW[..6]], Some("before any scan data after 8 bytes")),
        ];
        for (parts, broken) in table {
            match (check_jpeg_is_whole(&parts.concat()), broken) {
                (Ok(()), None) => {}
                (Err(error), Some(part)) => {
                    assert!(error.code == "bad-image" && error.message.contains(part), "{error:?}")
                }
                (seen, _) => panic!("{parts:02x?}: expected {broken:?}, saw {seen:?}"),
            }
        }
    }
}

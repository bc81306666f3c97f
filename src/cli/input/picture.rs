//! PNG and JPEG files, and the gray images of IDX, as RGBA.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};

use super::{ItemError, limits, open_regular, too_large};
use crate::ink::{RgbaImage, check_image_size, limits as ink_limits};

/// Reads a PNG or JPEG; its size is checked before its pixels are made. A photograph is turned the way its camera was held.
pub(super) fn read(path: &Path) -> Result<RgbaImage, ItemError> {
    let bytes = read_capped(open_regular(path)?)?;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| ItemError::io(&e))?;
    let mut caps = Limits::default();
    caps.max_image_width = Some(ink_limits::MAX_SIDE as u32);
    caps.max_image_height = Some(ink_limits::MAX_SIDE as u32);
    caps.max_alloc = Some(limits::MAX_DECODER_BYTES);
    reader.limits(caps);
    let mut decoder = reader.into_decoder().map_err(|e| bad_image(&e))?;
    let (width, height) = decoder.dimensions();
    check_image_size(width as usize, height as usize)?;
    let orientation = decoder.orientation().map_err(|e| bad_image(&e))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| bad_image(&e))?;
    image.apply_orientation(orientation);
    let rgba = image.into_rgba8();
    Ok(RgbaImage::from_width_height(rgba.width() as usize, rgba.height() as usize, rgba.into_raw())?)
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
        // The decoder's own caps: width and height are the first that an image can pass.
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
}

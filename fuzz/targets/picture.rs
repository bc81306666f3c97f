//! Pictures of any pixels.
#![no_main]

use ink_number::ink::{Input, RgbaImage};
use ink_number::recognizer::ReadOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: (u8, u8, bool, &[u8])| {
    let (width, height, gray, bytes) = case;
    let (width, height) = (usize::from(width % 96), usize::from(height % 64));
    // A few bytes make a whole picture, or hardly any would be large enough to have a digit on it.
    let byte = |i: usize| if bytes.is_empty() { 255 } else { bytes[i % bytes.len()] };
    let pixel = |i: usize| if gray { byte(i / 4) | u8::from(i % 4 == 3) * 255 } else { byte(i) };
    let data = (0..4 * width * height).map(pixel).collect();
    let Ok(picture) = RgbaImage::from_width_height(width, height, data) else { return };
    ink_number_fuzz::read(&Input::Picture(picture), &ReadOptions::default());
});

//! Weights files, shipped ones altered too: whatever is taken can be computed with.
#![no_main]

use ink_number::classify::{Classifier, GLYPH_PIXELS, Glyph};
use ink_number::model::{CpuClassifier, Weights};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: (bool, &[u8])| {
    let (seal, bytes) = case;
    let mut file = b"inknumbr".to_vec();
    file.extend(bytes);
    if seal {
        // With its checksum right a file is looked at more closely.
        file.extend(crc32fast(&file).to_le_bytes());
    }
    let Ok(weights) = Weights::from_bytes(&file) else { return };
    assert_eq!(weights.to_bytes(), file);
    if weights.multiply_adds() > 1_000_000 {
        return;
    }
    let glyph = Glyph { pixels: Box::new([255; GLYPH_PIXELS]) };
    let scores = pollster::block_on(CpuClassifier::load(&weights).classify(&[glyph])).expect("the engine answers");
    assert!(scores[0].logits.iter().all(|logit| logit.is_finite()), "{:?}", scores[0].logits);
});

/// CRC-32 bit by bit: the fuzzer must not learn from the shipped one's tables.
fn crc32fast(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

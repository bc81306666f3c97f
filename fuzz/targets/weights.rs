//! Weights files of small networks, whole and broken: whatever is taken can be read with.
#![no_main]

use ink_number::constraint::Constraint;
use ink_number::ink::{Ink, Input};
use ink_number::model::{CpuClassifier, Weights, WeightsError};
use ink_number::recognizer::{ReadOptions, Recognizer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: ([u8; 6], bool, &[u8])| {
    let (widths, whole, bytes) = case;
    let mut file = b"inknumbr".to_vec();
    if whole {
        // A few bytes make a file of the right length with a right checksum, or hardly any would be looked at closely.
        let header = [8, 1].into_iter().chain(widths.map(|width| u16::from(width % 4) + 1));
        header.for_each(|v| file.extend(v.to_le_bytes()));
        let Err(WeightsError::Length { expected, .. }) = Weights::from_bytes(&file) else { panic!("expected too short a file") };
        let body = bytes.iter().chain(&[0]).cycle().take(expected - 4 - file.len());
        file.extend(body);
        file.extend(checksum(&file).to_le_bytes());
    } else {
        file.extend(bytes);
    }
    let Ok(weights) = Weights::from_bytes(&file) else { return };
    assert_eq!(weights.to_bytes(), file);
    let zigzag = (0..40).map(|i| [f64::from(i * 3), f64::from(i * 29 % 50)]).collect();
    let ink = Ink::from_xy(&[zigzag, vec![[150., 0.], [152., 50.]]]).expect("finite points");
    let mut recognizer = Recognizer::new(CpuClassifier::load(&weights), weights.policy, weights.cuts.clone());
    let options = ReadOptions { constraint: Constraint::any(), ..ReadOptions::default() };
    let reading = pollster::block_on(recognizer.recognize(&Input::Strokes(ink), &options)).expect("the engine answers");
    assert!(reading.hypotheses.iter().all(|h| h.probability.is_finite()) && reading.not_a_number.is_finite());
});

/// CRC-32 bit by bit: the fuzzer must not learn from the shipped one's tables.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

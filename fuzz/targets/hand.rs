//! Corrections and examples of a hand, by the shipped networks.
#![no_main]

use std::cell::RefCell;

use ink_number::adaptation::Example;
use ink_number::classify::{GLYPH_PIXELS, Glyph};
use ink_number::ink::{Ink, Input};
use ink_number::model::{CpuClassifier, Weights};
use ink_number::recognizer::{ReadOptions, Recognizer};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static RECOGNIZER: RefCell<Recognizer<CpuClassifier>> = RefCell::new({
        let weights = Weights::shipped();
        Recognizer::new(CpuClassifier::load(&weights), weights.policy, weights.cuts)
    });
}

fuzz_target!(|case: (&str, Vec<Vec<[i8; 2]>>, Vec<(u8, [u8; 8])>)| {
    let (correction, strokes, given) = case;
    let strokes: Vec<Vec<[f64; 2]>> = strokes.iter().take(6).map(|s| s.iter().take(60).map(|p| p.map(f64::from)).collect()).collect();
    let Ok(ink) = Ink::from_xy(&strokes) else { return };
    let input = Input::Strokes(ink);
    let given = given.into_iter().take(5).map(|(digit, pattern)| {
        let pixels = Box::new(std::array::from_fn::<u8, GLYPH_PIXELS, _>(|i| pattern[(i / 28 + i % 28) % 8]));
        Example { digit: digit % 11, glyph: Glyph::of_pixels(pixels) }
    });
    let mut examples: Vec<Example> = given.collect();
    RECOGNIZER.with_borrow_mut(|recognizer| {
        if let Ok(learnt) = pollster::block_on(recognizer.examples(&input, correction)) {
            let digits = correction.bytes().filter(u8::is_ascii_digit).count();
            assert_eq!(learnt.len(), digits, "{correction:?}");
            examples.extend(learnt);
        }
        let known = examples.iter().all(|e| e.digit < 10);
        assert_eq!(pollster::block_on(recognizer.adapt(&examples)).is_ok(), known);
        let options = ReadOptions::default();
        let reading = pollster::block_on(recognizer.recognize(&input, &options)).expect("the engine reads");
        ink_number_fuzz::check(&reading, &options);
        pollster::block_on(recognizer.adapt(&[])).expect("a hand can be forgotten");
    });
});

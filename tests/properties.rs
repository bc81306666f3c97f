//! What must hold of every reading, whatever the ink: tried on digits that the project draws, strung together, and on ink of no sense.
#![cfg(feature = "cli")]

use std::cell::RefCell;

use ink_number::geom::Point;
use ink_number::ink::{Ink, InkPoint, Input};
use ink_number::model::{CpuClassifier, Weights};
use ink_number::reading::Reading;
use ink_number::recognizer::{ReadOptions, Recognizer, prepare};
use ink_number::train::compose::{Composed, Hands, Spacing, compose_strokes};
use ink_number::train::datasets::LabelledInk;
use ink_number::train::hand;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

const SEED: RngSeed = RngSeed::Fixed(2026);

thread_local! {
    static RECOGNIZER: RefCell<Recognizer<CpuClassifier>> = RefCell::new({
        let weights = Weights::shipped();
        Recognizer::new(CpuClassifier::load(&weights), weights.policy, weights.cuts)
    });
}

fn read(strokes: &[Vec<InkPoint>]) -> Reading {
    let input = Input::Strokes(Ink::new(strokes.to_vec()).expect("finite points"));
    let options = ReadOptions { top: 20, ..ReadOptions::default() };
    RECOGNIZER.with_borrow_mut(|r| pollster::block_on(r.recognize(&input, &options)).expect("the engine reads"))
}

/// A number of so many digits by a hand of its own.
fn number(digits: usize, spacing: Spacing, seed: u64) -> Composed {
    let mut rng = StdRng::seed_from_u64(seed);
    let drawn = hand::digits(1, 2, seed);
    let chosen: Vec<&LabelledInk> = (0..digits).map(|_| drawn.choose(&mut rng).expect("a hand draws")).collect();
    compose_strokes(&chosen, spacing, Hands::Own, &mut rng)
}

fn strokes_of(number: &Composed) -> Vec<Vec<InkPoint>> {
    let Input::Strokes(ink) = &number.input else { panic!("expected strokes") };
    ink.strokes().iter().map(|stroke| stroke.points().to_vec()).collect()
}

fn spacings() -> impl Strategy<Value = Spacing> {
    prop_oneof![Just(Spacing::Apart), Just(Spacing::Natural), Just(Spacing::Touching)]
}

/// Ink of no sense: up to six strokes of up to 30 points, crossing each other.
fn senseless() -> impl Strategy<Value = Vec<Vec<InkPoint>>> {
    let point =
        (-300f64..300., -100f64..100.).prop_map(|(x, y)| InkPoint { at: Point { x, y }, time: None, pressure: None });
    prop::collection::vec(prop::collection::vec(point, 1..30), 0..6)
}

/// The same hypotheses as likely as before. What is drawn on another place of the pixel grid differs by the last bit of a coverage here and there.
fn assert_alike(before: &Reading, after: &Reading) -> Result<(), TestCaseError> {
    const TOLERANCE: f64 = 0.02;
    prop_assert!((before.not_a_number - after.not_a_number).abs() < TOLERANCE);
    for (a, b) in [(before, after), (after, before)] {
        for hypothesis in a.hypotheses.iter().filter(|h| h.probability > TOLERANCE) {
            let other = b.hypotheses.iter().find(|h| h.text == hypothesis.text).map_or(0., |h| h.probability);
            prop_assert!((hypothesis.probability - other).abs() < TOLERANCE, "{hypothesis:?} became {other}");
        }
    }
    Ok(())
}

fn assert_honest(reading: &Reading) -> Result<(), TestCaseError> {
    let probabilities = || reading.hypotheses.iter().map(|h| h.probability);
    let all = probabilities().sum::<f64>() + reading.not_a_number;
    prop_assert!(probabilities().chain([reading.not_a_number]).all(|p| (0. ..=1.).contains(&p)));
    prop_assert!(all <= 1. + 1e-9, "probabilities sum to {all}");
    // Those as likely as each other may differ by rounding.
    prop_assert!(reading.hypotheses.is_sorted_by(|a, b| a.probability >= b.probability - 1e-12));
    Ok(())
}

proptest! {
    // The same cases each time.
    #![proptest_config(ProptestConfig { rng_seed: SEED, failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn where_how_large_and_when_changes_no_reading(
        digits in 1usize..6, spacing in spacings(), seed in any::<u64>(),
        x in -1e4..1e4, y in -1e4..1e4, scale in 0.02..50., start in -1e6..1e6, pace in prop::option::of(0.1..100.),
    ) {
        let strokes = strokes_of(&number(digits, spacing, seed));
        let mut time = start;
        let mut moved = |point: &InkPoint| {
            time += pace.unwrap_or_default();
            InkPoint { at: Point { x: point.at.x * scale + x, y: point.at.y * scale + y }, time: pace.map(|_| time), ..*point }
        };
        let others: Vec<Vec<InkPoint>> = strokes.iter().map(|stroke| stroke.iter().map(&mut moved).collect()).collect();
        assert_alike(&read(&strokes), &read(&others))?;
    }

    #[test]
    fn probabilities_are_some_of_numbers(digits in 1usize..9, spacing in spacings(), seed in any::<u64>()) {
        assert_honest(&read(&strokes_of(&number(digits, spacing, seed))))?;
    }

    #[test]
    fn probabilities_are_some_of_what_is_no_number(strokes in senseless()) {
        assert_honest(&read(&strokes))?;
    }
}

/// A true boundary is among the cuts however much stands to its right and left.
#[test]
fn more_ink_does_not_cost_cuts() {
    const LEAST_RECALL: f64 = 0.97;
    let cuts = Weights::shipped().cuts;
    for digits in [2, 4, 8, 16, 32] {
        let hits = (0..200 / digits as u64).flat_map(|seed| {
            let number = number(digits, Spacing::Touching, 31 * seed + digits as u64);
            let prepared = prepare(&number.input, &cuts);
            number.boundaries_hit(&prepared.grid, &prepared.segmentation)
        });
        let hits: Vec<bool> = hits.collect();
        let recall = hits.iter().filter(|&&hit| hit).count() as f64 / hits.len() as f64;
        assert!(recall >= LEAST_RECALL, "of {digits} digits: {recall}");
    }
}

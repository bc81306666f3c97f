//! x
use ink_number::ink::Input;
use ink_number::train::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rayon::prelude::*;
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let dir = std::env::args().nth(2);
    let w = match std::env::args().nth(3) {
        Some(p) => ink_number::model::Weights::from_bytes(&std::fs::read(p).unwrap()).unwrap(),
        None => ink_number::model::Weights::shipped(),
    };
    let (_, held) = datasets::training_data(&datasets::data_dir()).unwrap();
    let made: Vec<(String, Input)> = (0..n)
        .into_par_iter()
        .map(|i| {
            let mut rng = StdRng::seed_from_u64(99 + i as u64);
            let n = rng.random_range(3..=6);
            let s = pool::random_scan(&held, n, &mut rng);
            (s.text, s.input)
        })
        .collect();
    let texts: Vec<&String> = made.iter().map(|m| &m.0).collect();
    let read: Vec<_> = made
        .par_iter()
        .map_init(
            || {
                ink_number::recognizer::Recognizer::new(
                    ink_number::model::CpuClassifier::load(&w),
                    w.policy,
                    w.cuts.clone(),
                )
            },
            |r, m| pollster::block_on(r.recognize(&m.1, &Default::default())).unwrap(),
        )
        .collect();
    let mut right = 0;
    let mut diff = std::collections::BTreeMap::new();
    let (mut ar, mut aw) = (0, 0);
    for (r, t) in read.iter().zip(&texts) {
        let b = r.hypotheses.first().map(|h| h.text.clone()).unwrap_or_default();
        if b == **t {
            right += 1
        } else {
            *diff.entry(b.len() as i64 - t.len() as i64).or_insert(0) += 1;
        }
        if let Some(x) = &r.text {
            if x == *t { ar += 1 } else { aw += 1 }
        }
    }
    println!(
        "right {:.2} accepted right {:.2} wrong {:.2} {diff:?}",
        100. * right as f64 / n as f64,
        100. * ar as f64 / n as f64,
        100. * aw as f64 / n as f64
    );
    if let Some(dir) = dir {
        std::fs::create_dir_all(&dir).unwrap();
        for (i, ((t, m), r)) in made.iter().zip(&read).enumerate().take(400) {
            let b = r.hypotheses.first().map(|h| h.text.clone()).unwrap_or_default();
            let Input::Picture(p) = m else { continue };
            let img = image::RgbaImage::from_raw(p.width() as u32, p.height() as u32, p.data().to_vec()).unwrap();
            img.save(format!("{dir}/{}{i:04}_{t}_{b}.png", if b == *t { "r" } else { "w" })).unwrap();
        }
    }
}

//! x
use ink_number::train::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&a[1]).unwrap();
    let v: Vec<f32> = bytes.chunks_exact(4).map(|c| f32::from_le_bytes(c.try_into().unwrap())).collect();
    let shape = ink_number::model::NetworkShape { channels: [16, 32, 32, 64, 64], hidden: 128 };
    let device = Default::default();
    let cuts = ink_number::segment::CutModel::blank();
    let w =
        ink_number::model::Network::<burn_flex::Flex>::new(&shape, &device).to_weights(shape, fit::START, cuts.clone());
    let mut l = learner::Learner::new(&w);
    l.update(|p| p.copy_from_slice(&v));
    std::fs::write(&a[2], l.weights(fit::START, cuts).to_bytes()).unwrap();
}

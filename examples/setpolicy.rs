//! x
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let w = ink_number::model::Weights::from_bytes(&std::fs::read(&a[1]).unwrap()).unwrap();
    let mut p = w.policy.to_array();
    for kv in &a[3..] {
        let (k, v) = kv.split_once('=').unwrap();
        p[k.parse::<usize>().unwrap()] = v.parse().unwrap();
    }
    println!("{:?}", ink_number::confidence::Policy::from_array(p));
    let c = w.cuts.clone();
    std::fs::write(&a[2], w.with_settings(ink_number::confidence::Policy::from_array(p), c).to_bytes()).unwrap();
}

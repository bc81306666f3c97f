use ink_number::train::*;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let w = match std::env::args().nth(3) {
        Some(p) => ink_number::model::Weights::from_bytes(&std::fs::read(p).unwrap()).unwrap(),
        None => ink_number::model::Weights::shipped(),
    };
    let inks = datasets::inks(std::path::Path::new(&path)).unwrap();
    let inputs: Vec<_> = inks.iter().map(|i| ink_number::ink::Input::Strokes(i.ink().unwrap())).collect();
    let glyphs: Vec<_> = inputs.iter().map(|i| ink_number::recognizer::whole_glyph(i).unwrap()).collect();
    let c = ink_number::model::CpuClassifier::load(&w);
    let s = pollster::block_on(ink_number::classify::Classifier::classify(&c, &glyphs)).unwrap();
    let mut out = Vec::new();
    for (i, s) in inks.iter().zip(&s) {
        out.extend(format!("{}\t{}", i.label, i.writer.clone().unwrap_or_default()).into_bytes());
        for v in s.logits.iter().chain(&s.features) {
            out.extend(format!("\t{v}").into_bytes());
        }
        out.push(b'\n');
    }
    std::fs::write(std::env::args().nth(2).unwrap(), out).unwrap();
}

//! The layers hold: the core imports nothing of the browser, of burn, or of the native tools.

use std::fs;
use std::path::Path;

/// Modules that plain Rust must be able to use alone.
const CORE: &[&str] = &[
    "classify.rs",
    "confidence.rs",
    "geom.rs",
    "glyph.rs",
    "ink.rs",
    "lattice.rs",
    "lattice",
    "raster.rs",
    "raster",
    "reading.rs",
    "recognizer.rs",
    "segment.rs",
];

const FORBIDDEN: &[&str] = &[
    "burn",
    "wasm_bindgen",
    "web_sys",
    "js_sys",
    "crate::model",
    "crate::wasm",
    "crate::train",
    "crate::cli",
    "anyhow",
];

#[test]
fn the_core_depends_on_nothing_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for name in CORE {
        visit(&src.join(name), &mut wrong);
    }
    assert!(wrong.is_empty(), "the core reaches above itself:\n{}", wrong.join("\n"));
}

fn visit(path: &Path, wrong: &mut Vec<String>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("the folder can be listed");
        entries.for_each(|entry| visit(&entry.expect("an entry").path(), wrong));
        return;
    }
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or("");
        let uses = |name: &&&str| code.contains(&format!("{name}::")) || code.trim() == format!("use {name};");
        if let Some(name) = FORBIDDEN.iter().find(uses) {
            wrong.push(format!("{}:{}: {name}", path.display(), number + 1));
        }
    }
}

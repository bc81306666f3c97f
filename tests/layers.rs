//! The layers hold: the core imports nothing of the browser, of burn, or of the native tools.

use std::fs;
use std::path::Path;

use ink_number::reading::{EQUATED, NOTHING_ALLOWED, STRUCK_OUT};

/// Modules that plain Rust must be able to use alone.
const CORE: &[&str] = &[
    "adaptation.rs",
    "classify.rs",
    "confidence.rs",
    "constraint.rs",
    "constraint",
    "geom.rs",
    "glyph.rs",
    "ink.rs",
    "inspection.rs",
    "lattice.rs",
    "lattice",
    "marks.rs",
    "order.rs",
    "perceptron.rs",
    "raster.rs",
    "raster",
    "reading.rs",
    "recognizer.rs",
    "refusal.rs",
    "rounding.rs",
    "segment.rs",
    "segment",
    "trajectory.rs",
];

/// Crates that the core must not name; those whose names go on after an underscore too, as in `burn_flex`.
const CRATES: &[&str] = &["anyhow", "burn", "ink_number_kernels", "js_sys", "pulp", "wasm_bindgen", "web_sys"];

/// Modules of this crate that lie above the core.
const MODULES: &[&str] = &["cli", "model", "svg", "train", "wasm"];

#[test]
fn the_core_depends_on_nothing_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for name in CORE {
        visit(&src.join(name), &mut wrong);
    }
    assert!(wrong.is_empty(), "the core reaches above itself:\n{}", wrong.join("\n"));
}

/// A page compares with these words.
#[test]
fn typescript_says_it_in_the_same_words() {
    let types = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/src/types.ts"))
        .expect("the types are there");
    for (name, reason) in [("NOTHING_ALLOWED", NOTHING_ALLOWED), ("STRUCK_OUT", STRUCK_OUT), ("EQUATED", EQUATED)] {
        let words = format!("export const {name} = {reason:?};");
        assert!(types.contains(&words), "{words}");
    }
}

#[test]
fn every_way_to_reach_above_is_seen() {
    let reaching = [
        "use burn;",
        "use burn::tensor::Tensor;",
        "let device = burn_flex::FlexDevice;",
        "use burn_wgpu as gpu;",
        "use {std::fmt, web_sys::console};",
        "#[wasm_bindgen]",
        "fn f() -> anyhow::Result<()> {",
        "crate::model::Weights::shipped()",
        "use crate::model;",
        "use crate::model as network;",
        "use crate :: train::pool;",
        "use crate::{geom::Point, model};",
        "use crate::{geom::{Point, Rect}, model::Weights};",
        "use crate::{\n    geom::Point,\n    // a comment\n    wasm,\n};",
        "use super::super::cli::Outcome;",
        "use super::{svg, geom};",
        "use crate::*;",
    ];
    let staying = [
        "// burn::tensor",
        "/// As [`crate::model`] has it.",
        "use crate::classify::Classifier;",
        "use crate::{geom::{model, Point}, raster::train};",
        "let model = burned * self.train;",
        "let burning = heartburn;",
        "use super::*;",
        "pub(crate) struct Model;",
    ];
    let missed: Vec<_> = reaching.iter().filter(|code| above_core(code).is_empty()).collect();
    let mistaken: Vec<_> = staying.iter().filter(|code| !above_core(code).is_empty()).collect();
    assert!(missed.is_empty() && mistaken.is_empty(), "missed {missed:#?}, mistaken {mistaken:#?}");
    assert_eq!(above_core("\n\nuse crate::{\n    geom,\n    model};"), [(5, "crate::model".to_owned())]);
}

fn visit(path: &Path, wrong: &mut Vec<String>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("the folder can be listed");
        entries.for_each(|entry| visit(&entry.expect("an entry").path(), wrong));
        return;
    }
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    wrong.extend(above_core(&text).iter().map(|(line, name)| format!("{}:{line}: {name}", path.display())));
}

/// What some code names above the core, with its lines from 1.
fn above_core(code: &str) -> Vec<(usize, String)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    for (at, &(line, token)) in tokens.iter().enumerate() {
        let is_of = |name: &str| token.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
        if CRATES.iter().any(|name| is_of(name)) {
            found.push((line, token.to_owned()));
        }
        if token == "crate" || token == "super" {
            let heads = path_heads(&tokens[at + 1..]).into_iter();
            // Everything of a parent is how a test module begins; everything of the crate is too much.
            let above = heads.filter(|(_, head)| MODULES.contains(head) || (token == "crate" && *head == "*"));
            found.extend(above.map(|(line, head)| (line, format!("{token}::{head}"))));
        }
    }
    found
}

/// What comes right after `crate` or `super`: one name, or in braces the first name of each path.
fn path_heads<'a>(tokens: &[(usize, &'a str)]) -> Vec<(usize, &'a str)> {
    let [(_, ":"), (_, ":"), rest @ ..] = tokens else { return Vec::new() };
    if rest.first().is_none_or(|&(_, token)| token != "{") {
        return rest.first().copied().into_iter().collect();
    }
    let mut depth = 0;
    let mut heads = Vec::new();
    for pair in rest.windows(2) {
        match pair[0].1 {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(pair[0].1, "{" | ",") {
            heads.push(pair[1]);
        }
    }
    heads
}

/// Words and single signs with their lines from 1, without line comments; what is quoted counts as code, which does no harm here.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.split("//").next().unwrap_or("").trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
            tokens.push((number + 1, &rest[..end]));
            rest = rest[end..].trim_start();
        }
    }
    tokens
}

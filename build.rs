//! Tells the tests which data sets are there, so that a test counts as ignored without those that it needs.

use std::env;
use std::path::{Path, PathBuf};

/// The sets that tests need, each with all of its files that they read: a set is there when these are.
const SETS: [(&str, &[&str]); 6] = [
    (
        "mnist",
        &[
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ],
    ),
    ("pendigits", &["train.jsonl.gz", "test.jsonl.gz"]),
    ("semeion", &["images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"]),
    ("optdigits", &["images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"]),
    ("omniglot", &["small1-images-idx3-ubyte.gz", "small1-labels.txt", "small1-strokes.jsonl.gz"]),
    // Not among those that `ink-number data` downloads.
    ("crohme", &["strings.jsonl.gz"]),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=INK_NUMBER_DATA");
    let project = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the project is"));
    let asked_for = env::var_os("INK_NUMBER_DATA").map(PathBuf::from);
    let data = asked_for.clone().unwrap_or_else(|| project.join("../shared/data"));
    if let Some(watched) = watched(&data, asked_for.is_some()) {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    for (set, files) in SETS {
        println!("cargo::rustc-check-cfg=cfg(have_{set})");
        if files.iter().all(|file| data.join(set).join(file).is_file()) {
            println!("cargo::rustc-cfg=have_{set}");
        }
    }
}

/// What changes when data comes or goes; cargo watches folders with all that is in them, and builds anew each time while what it
/// watches is missing. That is right for a folder that was asked for. Of the usual place only the folder around it is watched
/// instead: the one around that holds this project, and each build would count as a change of it.
fn watched(data: &Path, asked_for: bool) -> Option<&Path> {
    if asked_for || data.exists() { Some(data) } else { data.parent().filter(|parent| parent.exists()) }
}

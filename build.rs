//! Tells the tests whether the data sets are there, so that a test that needs them counts as ignored without them.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(have_data)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=INK_NUMBER_DATA");
    let project = env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the project is");
    let data = env::var_os("INK_NUMBER_DATA").map_or_else(|| Path::new(&project).join("../shared/data"), PathBuf::from);
    let one_of_them = data.join("mnist/t10k-images-idx3-ubyte.gz");
    // Watching a file that is not there would build everything anew each time.
    if one_of_them.exists() {
        println!("cargo::rerun-if-changed={}", one_of_them.display());
        println!("cargo::rustc-cfg=have_data");
    }
}

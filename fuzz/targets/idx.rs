//! IDX files of the command line, and the pictures in them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| ink_number::cli::fuzzing::idx(bytes));

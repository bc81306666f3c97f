//! Ink files of the command line.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| ink_number::cli::fuzzing::ink_json(bytes));

//! Files of the command line as they lie on a disk: PNG, JPEG, IDX, JSON, and all of these in gzip.
#![no_main]

use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(Debug, arbitrary::Arbitrary)]
enum Wrapped {
    No,
    /// As it is, in a gzip file that is whole: a broken one hardly ever lets anything through.
    Gzip,
}

fuzz_target!(|case: (Wrapped, bool, &[u8])| {
    let (wrapped, lines, bytes) = case;
    ink_number::cli::fuzzing::file(bytes, matches!(wrapped, Wrapped::Gzip), if lines { "jsonl" } else { "json" });
});

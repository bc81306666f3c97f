//! Files of the command line as they lie on a disk: PNG, JPEG, IDX, JSON, and all of these in gzip.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|case: (bool, bool, &[u8])| {
    // A gzip file that is whole: a broken one hardly ever lets anything through.
    let (gzip, lines, bytes) = case;
    ink_number::cli::fuzzing::file(bytes, gzip, if lines { "jsonl" } else { "json" });
});

//! The command `ink-number`; everything of it is in [`ink_number::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ink_number::cli::main()
}

//! Which numbers are allowed, as given on the command line.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use clap::error::ErrorKind;

use crate::constraint::{Check, Constraint, ConstraintError};

/// Longest list of allowed numbers that is read from a file, bytes; far above what a constraint has room for.
const MAX_LIST_BYTES: u64 = 16 << 20;

/// Arguments that say which numbers are allowed; all that are given must hold.
#[derive(Args)]
#[command(next_help_heading = "Allowed numbers")]
pub(super) struct AllowedArgs {
    /// Lengths in digits, ends included: 6, 4..6, 4.., or several as in 4,6..8
    #[arg(long, value_name = "LENGTHS")]
    length: Option<String>,
    /// What the whole number matches: \d, digits, [0-4], ?, *, +, {2}, {2,4}, (), |; separators as in \d{4}-\d{2} are passed over
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    pattern: Option<String>,
    /// Smallest value, in digits alone (1250 for 12.50); leading zeros do not count
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    min: Option<String>,
    /// Largest value, likewise; leading zeros do not count
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    max: Option<String>,
    /// Check digits that must be right: luhn or mod97
    #[arg(long, value_name = "CHECK")]
    check: Option<String>,
    /// The numbers themselves in digits alone, with commas between, or a file with one a line
    #[arg(long, value_name = "LIST")]
    one_of: Option<String>,
}

impl AllowedArgs {
    /// # Errors
    /// A clap error that names the argument.
    pub fn constraint(&self) -> Result<Constraint, clap::Error> {
        let Self { length, pattern, min, max, check, one_of } = self;
        let mut all = Vec::new();
        if let Some(text) = length {
            all.push(lengths(text).map_err(|message| refused(format!("--length {text}: {message}")))?);
        }
        if let Some(text) = pattern {
            all.push(Constraint::pattern(text).map_err(|error| refused(format!("--pattern {text}: {error}")))?);
        }
        let range = match (min, max) {
            (Some(min), Some(max)) => Constraint::between(min, max).map(Some),
            (Some(min), None) => Constraint::at_least(min).map(Some),
            (None, Some(max)) => Constraint::at_most(max).map(Some),
            (None, None) => Ok(None),
        };
        all.extend(range.map_err(|error| refused(format!("--{error}")))?);
        if let Some(name) = check {
            let check: Check = name.parse().map_err(|error: ConstraintError| refused(format!("--{error}")))?;
            all.push(Constraint::check(check));
        }
        if let Some(text) = one_of {
            let values = values(text).map_err(|message| refused(format!("--one-of {text}: {message}")))?;
            all.push(Constraint::one_of(&values).map_err(|error| refused(format!("--one-of: {error}")))?);
        }
        Constraint::all(all).map_err(|error| refused(error.to_string()))
    }
}

fn refused(message: String) -> clap::Error {
    clap::Error::raw(ErrorKind::ValueValidation, format!("{message}\n"))
}

/// Numbers and ranges of digits, with commas between.
fn lengths(text: &str) -> Result<Constraint, String> {
    let count = |part: &str| match part.parse::<usize>() {
        Ok(count) => Ok(count),
        Err(_) => Err(format!("expected lengths such as 6, 4..6 or 4.., saw {part:?}")),
    };
    let range = |part: &str| {
        let (shortest, longest) = match part.split_once("..") {
            None => (count(part)?, Some(count(part)?)),
            Some((shortest, "")) => (count(shortest)?, None),
            Some((shortest, longest)) => (count(shortest)?, Some(count(longest)?)),
        };
        Constraint::length(shortest, longest).map_err(|error| error.to_string())
    };
    let each = text.split(',').map(|part| range(part.trim())).collect::<Result<Vec<_>, _>>()?;
    Constraint::either(&each).map_err(|error| error.to_string())
}

/// The lines of a file, else the parts between commas. Digits alone are never a file.
fn values(text: &str) -> Result<Vec<String>, String> {
    let path = Path::new(text);
    let is_digits = |value: &str| !value.is_empty() && value.bytes().all(|sign| sign.is_ascii_digit());
    let is_file = !is_digits(text) && path.is_file();
    let values: Vec<String> = if is_file {
        let size = path.metadata().map_err(|error| error.to_string())?.len();
        if size > MAX_LIST_BYTES {
            return Err(format!("expected a file of at most {MAX_LIST_BYTES} bytes, saw {size}"));
        }
        let lines = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        lines.lines().map(|line| line.trim().to_owned()).collect()
    } else if text.contains(',') || text.starts_with(|sign: char| sign.is_ascii_digit()) {
        text.split(',').map(|part| part.trim().to_owned()).collect()
    } else {
        return Err("expected numbers with commas between or a file with one a line, saw neither".into());
    };
    // Lines may be empty.
    let is_fine = |value: &String| is_digits(value) || is_file && value.is_empty();
    match values.iter().position(|value| !is_fine(value)) {
        Some(at) if is_file => Err(format!(
            "line {}: expected digits alone, as in 1250 for 12.50, saw {:?}",
            at + 1,
            shortened(&values[at])
        )),
        Some(at) => {
            Err(format!("expected digits alone, as in 1250 for 12.50, or a file, saw {:?}", shortened(&values[at])))
        }
        None => Ok(values.into_iter().filter(|value| !value.is_empty()).collect()),
    }
}

/// As much of a value as a message has room for.
fn shortened(value: &str) -> String {
    const LONGEST: usize = 40;
    if value.chars().count() <= LONGEST {
        value.to_owned()
    } else {
        value.chars().take(LONGEST).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_numbers_ranges_and_several() {
        for (text, allowed) in
            [("3", vec![3]), ("2..4", vec![2, 3, 4]), ("5..", vec![5, 6]), ("1, 4..5", vec![1, 4, 5])]
        {
            let constraint = lengths(text).unwrap();
            let found: Vec<usize> = (1..=6).filter(|&length| constraint.allows(&"7".repeat(length))).collect();
            assert_eq!(found, allowed, "{text}");
        }
        for (text, words) in [
            ("", "saw \"\""),
            ("..4", "saw \"\""),
            ("4-6", "saw \"4-6\""),
            ("6..4", "at most the longest, 4, saw 6"),
            ("0", "no digits"),
        ] {
            let message = lengths(text).unwrap_err();
            assert!(message.contains(words), "{text}: {message}");
        }
    }

    #[test]
    fn a_list_is_in_the_argument_or_in_a_file() {
        assert_eq!(values("12, 7,012").unwrap(), ["12", "7", "012"]);
        assert_eq!(values("12").unwrap(), ["12"]);
        assert!(values("12,").unwrap_err().contains("saw \"\""));
        assert!(values("12,x").unwrap_err().contains("saw \"x\""));
        assert!(values("no such file").unwrap_err().contains("saw neither"));
        for text in ["12.50", "12.50,13.00"] {
            assert!(values(text).unwrap_err().contains("1250 for 12.50, or a file, saw \"12.50\""), "{text}");
        }
    }
}

//! What a reading may come to: lengths, patterns, numeric ranges, check digits, lists, and all of these together.
//!
//! A [`Constraint`] is no filter on finished readings. It is a deterministic automaton over digits (`constraint/automaton.rs`), and
//! the search of [`crate::lattice`] walks through cuts and through its states at once, so that the
//! probabilities are exactly those given that the number is an allowed one or no number at all.
//!
//! Only digits are constrained. Points, dashes, slashes and the like are marks apart from the digits, so a pattern passes over separators.

use std::fmt;

mod automaton;
mod bounds;
mod check;
mod pattern;

pub use automaton::MAX_STATES;
pub(crate) use automaton::{Automaton, NOWHERE, START};
use bounds::Side;
pub use check::Check;

/// Which strings of digits are allowed: at least one, and never the empty one.
///
/// ```
/// use ink_number::constraint::{Check, Constraint};
///
/// let card = Constraint::all([Constraint::length(13, Some(19))?, Constraint::check(Check::Luhn)])?;
/// assert!(card.allows("4111111111111111") && !card.allows("4111111111111112"));
/// # Ok::<(), ink_number::constraint::ConstraintError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    automaton: Automaton,
}

impl Default for Constraint {
    /// [`Constraint::any`].
    fn default() -> Self {
        Self::any()
    }
}

impl Constraint {
    /// Allows every number.
    pub fn any() -> Self {
        Self { automaton: Automaton::free() }
    }

    /// Numbers of `shortest` to `longest` digits, both included; `None` is without an end.
    ///
    /// # Errors
    /// [`ConstraintError::Length`] where the shortest is longer than the longest, [`ConstraintError::Impossible`] where the longest
    /// is 0, [`ConstraintError::TooLarge`] for more digits than [`MAX_STATES`].
    pub fn length(shortest: usize, longest: Option<usize>) -> Result<Self, ConstraintError> {
        bounds::length(shortest, longest).map(Self::from)
    }

    /// Numbers that match a pattern as a whole, from the first digit to the last. It is a part of the regular expressions of forms:
    /// `\d`, digits, `[0-9]`, `?`, `*`, `+`, `{2}`, `{2,}`, `{2,4}`, groups, `|`. The separators `-` `.` `,` `/` `:` and space stand
    /// for no digit and are passed over, escaped or not: `\d{4}-\d{2}` allows all numbers of six digits.
    ///
    /// # Errors
    /// [`ConstraintError::Pattern`] where it is none, [`ConstraintError::Impossible`] where no digits match,
    /// [`ConstraintError::TooLarge`] where it needs more than [`MAX_STATES`] or is too long when its repetitions are written out.
    pub fn pattern(pattern: &str) -> Result<Self, ConstraintError> {
        pattern::pattern(pattern).map(Self::from)
    }

    /// Numbers of at least this value, in digits. Leading zeros count for nothing in either: 007 is 7, as it is in forms. Where they
    /// are not wanted, add a length or a pattern.
    ///
    /// # Errors
    /// [`ConstraintError::NotDigits`] where it is no number, [`ConstraintError::TooLarge`] for one of thousands of digits.
    pub fn at_least(min: &str) -> Result<Self, ConstraintError> {
        bounds::bound(&bounds::number("min", min)?, Side::AtLeast).map(Self::from)
    }

    /// Numbers of at most this value; see [`Constraint::at_least`].
    ///
    /// # Errors
    /// As [`Constraint::at_least`].
    pub fn at_most(max: &str) -> Result<Self, ConstraintError> {
        bounds::bound(&bounds::number("max", max)?, Side::AtMost).map(Self::from)
    }

    /// Numbers from `min` to `max`, both included; see [`Constraint::at_least`].
    ///
    /// # Errors
    /// As [`Constraint::at_least`], and [`ConstraintError::Range`] where `min` is above `max`.
    pub fn between(min: &str, max: &str) -> Result<Self, ConstraintError> {
        let (least, most) = (bounds::number("min", min)?, bounds::number("max", max)?);
        if (least.len(), &least) > (most.len(), &most) {
            return Err(ConstraintError::Range { min: min.into(), max: max.into() });
        }
        Self::all([Self::at_least(min)?, Self::at_most(max)?])
    }

    /// Numbers whose check digits are right.
    pub fn check(check: Check) -> Self {
        check.automaton().expect("a check allows some numbers and has few states").into()
    }

    /// These numbers, digit by digit: 007 is not 7. Twice the same is as once.
    ///
    /// # Errors
    /// [`ConstraintError::NoValues`] for an empty list, [`ConstraintError::NotDigits`] for a value that is not digits alone,
    /// [`ConstraintError::TooLarge`] beyond [`MAX_STATES`].
    pub fn one_of<S: AsRef<str>>(values: &[S]) -> Result<Self, ConstraintError> {
        bounds::list(values).map(Self::from)
    }

    /// What is allowed by all of them.
    ///
    /// # Errors
    /// [`ConstraintError::Impossible`] where there is no such number, [`ConstraintError::TooLarge`] beyond [`MAX_STATES`].
    pub fn all(constraints: impl IntoIterator<Item = Self>) -> Result<Self, ConstraintError> {
        let mut constraints = constraints.into_iter();
        let Some(first) = constraints.next() else { return Ok(Self::any()) };
        constraints.try_fold(first, |all, next| all.automaton.and(&next.automaton).map(Self::from))
    }

    /// What is allowed by one of these at least. Nothing is, where there are none.
    ///
    /// # Errors
    /// [`ConstraintError::Impossible`] where there are none, [`ConstraintError::TooLarge`] beyond [`MAX_STATES`].
    pub fn either(constraints: &[Self]) -> Result<Self, ConstraintError> {
        let automata: Vec<&Automaton> = constraints.iter().map(|c| &c.automaton).collect();
        Automaton::either(&automata).map(Self::from)
    }

    /// Whether these digits are allowed; text that is not digits alone never is.
    pub fn allows(&self, text: &str) -> bool {
        digits_of(text).is_some_and(|digits| self.automaton.accepts(&digits))
    }

    /// Whether every number is allowed.
    pub fn is_any(&self) -> bool {
        self.automaton.is_free()
    }

    pub(crate) fn automaton(&self) -> &Automaton {
        &self.automaton
    }
}

impl From<Automaton> for Constraint {
    fn from(automaton: Automaton) -> Self {
        Self { automaton }
    }
}

/// The digits of a text that is nothing else, 0 to 9 each; `None` for all other texts, the empty one among them.
fn digits_of(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().map(|sign| sign.is_ascii_digit().then(|| sign - b'0')).collect::<Option<Vec<_>>>();
    digits.filter(|digits| !digits.is_empty())
}

/// Why a constraint could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConstraintError {
    /// The shortest length is above the longest.
    Length {
        /// Digits.
        shortest: usize,
        /// Digits.
        longest: usize,
    },
    /// A text is no pattern.
    Pattern {
        /// Which sign of it, from 1; one past the last where it ends too soon.
        place: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stands there; `None` at the end.
        seen: Option<char>,
    },
    /// Something is not digits alone.
    NotDigits {
        /// `min`, `max`, or `values` with a place from 0.
        field: String,
        /// As given.
        seen: String,
    },
    /// `min` is above `max`.
    Range {
        /// As given.
        min: String,
        /// As given.
        max: String,
    },
    /// There is no check of that name.
    UnknownCheck {
        /// As given.
        seen: String,
    },
    /// A list has no values.
    NoValues,
    /// No number meets it.
    Impossible,
    /// It needs more than [`MAX_STATES`], or is too long when written out.
    TooLarge,
}

impl ConstraintError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ConstraintError::Length { .. } => "bad-length",
            ConstraintError::Pattern { .. } => "bad-pattern",
            ConstraintError::NotDigits { field, .. } if field == "min" || field == "max" => "bad-range",
            ConstraintError::Range { .. } => "bad-range",
            ConstraintError::UnknownCheck { .. } => "bad-check",
            ConstraintError::NotDigits { .. } | ConstraintError::NoValues => "bad-values",
            ConstraintError::Impossible => "constraint-impossible",
            ConstraintError::TooLarge => "constraint-too-large",
        }
    }
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConstraintError::Length { shortest, longest } => {
                write!(f, "length: expected the shortest to be at most the longest, {longest}, saw {shortest}")
            }
            ConstraintError::Pattern { place, expected, seen: Some(seen) } => {
                write!(f, "pattern: expected {expected} at place {place}, saw {seen:?}")
            }
            ConstraintError::Pattern { place, expected, seen: None } => {
                write!(f, "pattern: expected {expected} at place {place}, saw the end")
            }
            ConstraintError::NotDigits { field, seen } => {
                write!(f, "{field}: expected digits, saw {:?}", shortened(seen))
            }
            ConstraintError::Range { min, max } => {
                write!(f, "min: expected at most max, {}, saw {}", shortened(max), shortened(min))
            }
            ConstraintError::UnknownCheck { seen } => {
                let names = Check::ALL.map(Check::name).join(" or ");
                write!(f, "check: expected {names}, saw {:?}", shortened(seen))
            }
            ConstraintError::NoValues => write!(f, "values: expected a value, saw none"),
            ConstraintError::Impossible => {
                write!(f, "constraint: expected to allow some number, saw that no digits meet all of it")
            }
            ConstraintError::TooLarge => {
                write!(
                    f,
                    "constraint: expected at most {MAX_STATES} states, saw more: a shorter list or pattern has fewer"
                )
            }
        }
    }
}

impl std::error::Error for ConstraintError {}

/// Enough of a text to be recognised.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_several_hold() {
        let both = Constraint::all([
            Constraint::length(2, Some(3)).unwrap(),
            Constraint::pattern("[1-5]+").unwrap(),
            Constraint::between("20", "330").unwrap(),
            Constraint::check(Check::Luhn),
        ])
        .unwrap();
        assert_eq!(
            ["18", "34", "42", "315", "331", "59", "034"].map(|text| both.allows(text)),
            [false, true, true, true, false, false, false]
        );
        assert!(Constraint::all([]).unwrap().is_any());
    }

    #[test]
    fn one_of_several_holds() {
        let lengths = [Constraint::length(2, Some(2)).unwrap(), Constraint::length(4, Some(5)).unwrap()];
        let either = Constraint::either(&lengths).unwrap();
        assert_eq!(
            ["1", "12", "123", "1234", "12345", "123456"].map(|t| either.allows(t)),
            [false, true, false, true, true, false]
        );
        assert_eq!(Constraint::either(&[]), Err(ConstraintError::Impossible));
        assert!(Constraint::either(&[Constraint::any(), lengths[0].clone()]).unwrap().allows("123"));
    }

    #[test]
    fn what_cannot_be_met_together_is_impossible() {
        let parts = [Constraint::length(3, Some(3)).unwrap(), Constraint::one_of(&["12", "1234"]).unwrap()];
        assert_eq!(Constraint::all(parts), Err(ConstraintError::Impossible));
        assert!(Constraint::between("7", "007").unwrap().allows("7"));
        let error = ConstraintError::Range { min: "10".into(), max: "09".into() };
        assert_eq!(Constraint::between("10", "09"), Err(error));
    }

    #[test]
    fn numbers_beyond_all_integers_are_compared() {
        let (low, high) = ("9".repeat(30), format!("1{}", "0".repeat(30)));
        let two = Constraint::between(&low, &high).unwrap();
        assert!(two.allows(&low) && two.allows(&high) && two.allows(&format!("0{low}")));
        assert!(!two.allows(&format!("{}8", &low[1..])) && !two.allows(&format!("1{}1", &high[2..])));
    }

    #[test]
    fn text_that_is_not_digits_is_never_allowed() {
        for text in ["", " 1", "1.0", "-1", "٣", "1a"] {
            assert!(!Constraint::any().allows(text), "{text:?}");
            for result in [Constraint::at_least(text), Constraint::at_most(text), Constraint::one_of(&["1", text])] {
                assert!(matches!(result, Err(ConstraintError::NotDigits { seen, .. }) if seen == text));
            }
        }
    }

    #[test]
    fn errors_have_codes_and_say_what_was_seen() {
        let none: [&str; 0] = [];
        let cases = [
            (
                Constraint::length(6, Some(4)),
                "bad-length",
                "length: expected the shortest to be at most the longest, 4, saw 6",
            ),
            (Constraint::pattern("1x"), "bad-pattern", "at place 2, saw 'x'"),
            (Constraint::pattern("(1"), "bad-pattern", "pattern: expected \")\" at place 3, saw the end"),
            (Constraint::at_least("ten"), "bad-range", "min: expected digits, saw \"ten\""),
            (Constraint::between("5", "4"), "bad-range", "min: expected at most max, 4, saw 5"),
            (Constraint::one_of(&none), "bad-values", "values: expected a value, saw none"),
            (Constraint::one_of(&["1", "-2"]), "bad-values", "values[1]: expected digits, saw \"-2\""),
            ("isbn".parse().map(Constraint::check), "bad-check", "check: expected luhn or mod97, saw \"isbn\""),
            (Constraint::pattern("-"), "constraint-impossible", "no digits meet all of it"),
            (Constraint::length(1 << 20, None), "constraint-too-large", "at most 16384 states"),
        ];
        for (result, code, words) in cases {
            let error = result.unwrap_err();
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
        let long = Constraint::at_most(&"x".repeat(100_000)).unwrap_err().to_string();
        assert!(long.len() < 100, "{long}");
    }
}

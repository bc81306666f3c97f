//! Check digits as automata.

use std::fmt;
use std::str::FromStr;

use super::ConstraintError;
use super::automaton::Automaton;

/// A rule that the digits of a number obey together, made to catch slips of the pen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The last digit checks the others, by Luhn's sum (ISO/IEC 7812-1, annex B): bank cards, IMEI. Two digits at least.
    Luhn,
    /// The last two digits check the others: the number leaves 1 when divided by 97 (ISO/IEC 7064, MOD 97-10), as an IBAN does once
    /// its letters are numbers and its first four signs stand last. Three digits at least.
    Mod97,
}

impl Check {
    /// Every check.
    pub const ALL: [Check; 2] = [Check::Luhn, Check::Mod97];

    /// `luhn` or `mod97`.
    pub fn name(self) -> &'static str {
        match self {
            Check::Luhn => "luhn",
            Check::Mod97 => "mod97",
        }
    }

    pub(super) fn automaton(self) -> Result<Automaton, ConstraintError> {
        match self {
            Check::Luhn => luhn(),
            Check::Mod97 => mod97(),
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Check {
    type Err = ConstraintError;

    fn from_str(name: &str) -> Result<Self, ConstraintError> {
        let named = Check::ALL.into_iter().find(|check| check.name() == name);
        named.ok_or_else(|| ConstraintError::UnknownCheck { seen: name.into() })
    }
}

/// From the right every second digit counts double, its own digits summed. Which ones those are is not known before the last, so
/// there are two sums, of the last digit read counted once and counted double; one more digit makes each of them the other.
fn luhn() -> Result<Automaton, ConstraintError> {
    const LEAST: usize = 2;
    let doubled = |digit: usize| 2 * digit - if digit > 4 { 9 } else { 0 };
    let step = |[once, twice, read]: [usize; 3], digit: u8| {
        let digit = usize::from(digit);
        Some([(twice + digit) % 10, (once + doubled(digit)) % 10, LEAST.min(read + 1)])
    };
    Automaton::explore([0; 3], step, |[once, _, read]| once == 0 && read == LEAST)
}

fn mod97() -> Result<Automaton, ConstraintError> {
    const LEAST: usize = 3;
    let step = |[rest, read]: [usize; 2], digit: u8| Some([(10 * rest + usize::from(digit)) % 97, LEAST.min(read + 1)]);
    Automaton::explore([0; 2], step, |[rest, read]| rest == 1 && read == LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::digits_of;

    fn accepts(check: Check, text: &str) -> bool {
        check.automaton().unwrap().accepts(&digits_of(text).unwrap())
    }

    #[test]
    fn numbers_of_the_standards_pass_and_any_wrong_digit_is_caught() {
        // A card number for tests, the IMEI of the standard's example, the IBAN of its example (GB82 WEST 1234 5698 7654 32).
        let right = [
            (Check::Luhn, "4111111111111111"),
            (Check::Luhn, "490154203237518"),
            (Check::Luhn, "18"),
            (Check::Mod97, "3214282912345698765432161182"),
        ];
        for (check, text) in right {
            assert!(accepts(check, text), "{check} {text}");
            for place in 0..text.len() {
                for digit in (b'0'..=b'9').filter(|&d| d != text.as_bytes()[place]) {
                    let mut wrong = text.as_bytes().to_vec();
                    wrong[place] = digit;
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert!(!accepts(check, &wrong), "{check} {wrong}");
                }
            }
        }
    }

    #[test]
    fn what_has_nothing_to_check_fails() {
        assert!(!accepts(Check::Luhn, "0") && accepts(Check::Luhn, "00"));
        assert!(!accepts(Check::Mod97, "1") && !accepts(Check::Mod97, "98") && accepts(Check::Mod97, "098"));
    }

    #[test]
    fn checks_have_names() {
        for check in Check::ALL {
            assert_eq!(check.name().parse(), Ok(check));
        }
        assert_eq!("crc".parse::<Check>(), Err(ConstraintError::UnknownCheck { seen: "crc".into() }));
    }
}

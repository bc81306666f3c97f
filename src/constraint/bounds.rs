//! Lengths, numeric ranges and lists as automata.

use std::cmp::Ordering;

use super::automaton::Automaton;
use super::{ConstraintError, digits_of};

/// Strings of these lengths; `None` is without an end.
pub(super) fn length(shortest: usize, longest: Option<usize>) -> Result<Automaton, ConstraintError> {
    if longest.is_some_and(|longest| longest < shortest) {
        return Err(ConstraintError::Length { shortest, longest: longest.unwrap_or_default() });
    }
    // Where there is no longest, all lengths from the shortest on are one.
    let last = longest.unwrap_or(shortest);
    let step = |[read]: [usize; 1], _| if read < last { Some([read + 1]) } else { longest.is_none().then_some([last]) };
    Automaton::explore([0], step, |[read]| read >= shortest)
}

/// The side of a bound on which numbers are allowed; the bound itself always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    AtLeast,
    AtMost,
}

/// Numbers on one side of `bound`, which has no leading zeros.
pub(super) fn bound(bound: &[u8], side: Side) -> Result<Automaton, ConstraintError> {
    let beyond = bound.len() + 1;
    // A state is how many digits were read after the leading zeros, and how they compare with as many of the bound's, as a number.
    let [equal, greater] = [Ordering::Equal, Ordering::Greater].map(number_of);
    let step = |[read, compared]: [usize; 2], digit: u8| {
        if read == 0 && digit == 0 {
            return Some([0, equal]);
        }
        // More digits are a larger number, whatever they are.
        if read >= bound.len() {
            return Some([beyond, greater]);
        }
        Some([read + 1, number_of(ordering_of(compared).then(digit.cmp(&bound[read])))])
    };
    let allowed = |[read, compared]: [usize; 2]| match (side, read.cmp(&bound.len()).then(ordering_of(compared))) {
        (_, Ordering::Equal) => true,
        (Side::AtLeast, order) => order == Ordering::Greater,
        (Side::AtMost, order) => order == Ordering::Less,
    };
    Automaton::explore([0, equal], step, allowed)
}

/// 0 is less, 1 equal, 2 greater.
fn number_of(ordering: Ordering) -> usize {
    (ordering as isize + 1) as usize
}

/// What [`number_of`] stands for.
fn ordering_of(number: usize) -> Ordering {
    number.cmp(&1)
}

/// The digits of a bound without its leading zeros.
pub(super) fn number(field: &'static str, text: &str) -> Result<Vec<u8>, ConstraintError> {
    let digits =
        digits_of(text).ok_or_else(|| ConstraintError::NotDigits { field: field.into(), seen: text.into() })?;
    Ok(digits.into_iter().skip_while(|&digit| digit == 0).collect())
}

/// These strings and no others.
pub(super) fn list<S: AsRef<str>>(values: &[S]) -> Result<Automaton, ConstraintError> {
    if values.is_empty() {
        return Err(ConstraintError::NoValues);
    }
    let read = |(place, text): (usize, &S)| {
        let bad = || ConstraintError::NotDigits { field: format!("values[{place}]"), seen: text.as_ref().into() };
        digits_of(text.as_ref()).ok_or_else(bad)
    };
    let mut values = values.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    values.sort_unstable();
    // A state is the sorted values that begin with the digits read so far, and how many those are.
    let step = |[from, to, read]: [usize; 3], digit: u8| {
        let left = &values[from..to];
        let low = from + left.partition_point(|value| value.get(read) < Some(&digit));
        let high = from + left.partition_point(|value| value.get(read) <= Some(&digit));
        (low < high).then_some([low, high, read + 1])
    };
    // The shortest comes first: it is all read, or none is.
    Automaton::explore([0, values.len(), 0], step, |[from, _, read]| values[from].len() == read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::automaton::MAX_STATES;

    fn accepts(automaton: &Automaton, text: &str) -> bool {
        automaton.accepts(&digits_of(text).unwrap())
    }

    #[test]
    fn lengths_are_counted() {
        let some = length(2, Some(4)).unwrap();
        assert_eq!(["1", "12", "123", "1234", "12345"].map(|t| accepts(&some, t)), [false, true, true, true, false]);
        let more = length(3, None).unwrap();
        assert_eq!(["12", "123", "123456789"].map(|t| accepts(&more, t)), [false, true, true]);
        assert!(length(0, None).unwrap().is_free());
        assert_eq!(length(0, Some(0)), Err(ConstraintError::Impossible));
        assert_eq!(length(5, Some(4)), Err(ConstraintError::Length { shortest: 5, longest: 4 }));
    }

    #[test]
    fn numbers_are_compared_whatever_their_leading_zeros() {
        let digits = |n: u32| number("min", &n.to_string()).unwrap();
        for limit in [0, 1, 7, 10, 99, 100, 120, 909] {
            let (least, most) =
                (bound(&digits(limit), Side::AtLeast).unwrap(), bound(&digits(limit), Side::AtMost).unwrap());
            for n in 0..1200 {
                for text in [n.to_string(), format!("0{n}"), format!("{n:06}")] {
                    assert_eq!(accepts(&least, &text), n >= limit, "{text} >= {limit}");
                    assert_eq!(accepts(&most, &text), n <= limit, "{text} <= {limit}");
                }
            }
        }
        assert!(bound(&[], Side::AtLeast).unwrap().is_free(), "every number is at least 0");
    }

    #[test]
    fn a_list_holds_its_values_as_they_are_written() {
        let some = list(&["12", "1", "0012", "999", "12"]).unwrap();
        for (text, listed) in
            [("12", true), ("1", true), ("0012", true), ("999", true), ("012", false), ("99", false), ("123", false)]
        {
            assert_eq!(accepts(&some, text), listed, "{text}");
        }
        let none: [&str; 0] = [];
        assert_eq!(list(&none), Err(ConstraintError::NoValues));
        let bad = ConstraintError::NotDigits { field: "values[1]".into(), seen: "1o".into() };
        assert_eq!(list(&["10", "1o"]), Err(bad));
    }

    #[test]
    fn values_that_end_alike_share_their_states() {
        let all: Vec<String> = (0..50_000).map(|n| format!("{n:05}")).collect();
        assert_eq!(list(&all).unwrap().states().len(), 6);
        let unrelated: Vec<String> = (1..=3000u64).map(|n| (n * 48_271 % 99_999_989).to_string()).collect();
        assert!(list(&unrelated).unwrap().states().len() < MAX_STATES);
    }
}

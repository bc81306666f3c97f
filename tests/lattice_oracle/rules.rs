//! Constraints at random, and what each of them means, said a second time and in another way: a Luhn sum digit by digit, a
//! division, a comparison of numbers, a matcher that tries everything. Nothing here knows of automata.

use ink_number::constraint::{Check, Constraint, ConstraintError};

use super::Random;

/// The kinds of constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Length,
    Lengths,
    Pattern,
    Range,
    Luhn,
    Mod97,
    OneOf,
    Several,
}

impl Kind {
    pub const ALL: [Kind; 8] =
        [Kind::Length, Kind::Lengths, Kind::Pattern, Kind::Range, Kind::Luhn, Kind::Mod97, Kind::OneOf, Kind::Several];
}

#[derive(Debug)]
pub enum Rule {
    Length(usize, Option<usize>),
    Lengths(Vec<usize>),
    Pattern(Pattern),
    Range(Option<u64>, Option<u64>),
    Check(Check),
    OneOf(Vec<String>),
    Several(Vec<Rule>),
}

impl Rule {
    /// A rule about the lengths and the digits that lattices have, so that it holds now and then.
    pub fn random(kind: Kind, random: &mut Random, digits: &[usize]) -> Self {
        let digit = |random: &mut Random| digits.get(random.below(digits.len().max(1))).copied().unwrap_or(0);
        let number =
            |random: &mut Random| -> String { (0..1 + random.below(5)).map(|_| digit(random).to_string()).collect() };
        match kind {
            Kind::Length => {
                let shortest = random.below(6);
                Rule::Length(shortest, random.chance(0.8).then(|| shortest.max(1) + random.below(4)))
            }
            Kind::Lengths => Rule::Lengths((0..1 + random.below(3)).map(|_| 1 + random.below(8)).collect()),
            Kind::Pattern => Rule::Pattern(Pattern::random(random, 3, digits)),
            Kind::Range => {
                let (a, b) = (number(random).parse().unwrap(), number(random).parse().unwrap());
                let (min, max): (u64, u64) = (u64::min(a, b), u64::max(a, b));
                let side = random.below(3);
                Rule::Range((side != 0).then_some(min), (side != 1).then_some(max))
            }
            Kind::Luhn => Rule::Check(Check::Luhn),
            Kind::Mod97 => Rule::Check(Check::Mod97),
            Kind::OneOf => Rule::OneOf((0..1 + random.below(12)).map(|_| number(random)).collect()),
            Kind::Several => {
                let parts = [Kind::Length, Kind::Pattern, Kind::Range, Kind::Luhn, Kind::OneOf, Kind::Lengths];
                let mut part = || Rule::random(parts[random.below(parts.len())], random, digits);
                Rule::Several(vec![part(), part()])
            }
        }
    }

    pub fn constraint(&self) -> Result<Constraint, ConstraintError> {
        match self {
            Rule::Length(shortest, longest) => Constraint::length(*shortest, *longest),
            Rule::Lengths(lengths) => {
                let each: Result<Vec<_>, _> = lengths.iter().map(|&l| Constraint::length(l, Some(l))).collect();
                Constraint::either(&each?)
            }
            Rule::Pattern(pattern) => Constraint::pattern(&pattern.text()),
            Rule::Range(Some(min), Some(max)) => Constraint::between(&min.to_string(), &max.to_string()),
            Rule::Range(Some(min), None) => Constraint::at_least(&min.to_string()),
            Rule::Range(None, Some(max)) => Constraint::at_most(&max.to_string()),
            Rule::Range(None, None) => Ok(Constraint::any()),
            Rule::Check(check) => Ok(Constraint::check(*check)),
            Rule::OneOf(values) => Constraint::one_of(values),
            Rule::Several(rules) => {
                let each: Result<Vec<_>, _> = rules.iter().map(Rule::constraint).collect();
                Constraint::all(each?)
            }
        }
    }

    pub fn allows(&self, digits: &[u8]) -> bool {
        let value = || digits.iter().fold(0u64, |value, &digit| 10 * value + u64::from(digit));
        match self {
            Rule::Length(shortest, longest) => {
                digits.len() >= *shortest && longest.is_none_or(|longest| digits.len() <= longest)
            }
            Rule::Lengths(lengths) => lengths.contains(&digits.len()),
            Rule::Pattern(pattern) => pattern.rests(digits).iter().any(|rest| rest.is_empty()),
            Rule::Range(min, max) => min.is_none_or(|min| value() >= min) && max.is_none_or(|max| value() <= max),
            Rule::Check(Check::Luhn) => digits.len() >= 2 && luhn_sum(digits).is_multiple_of(10),
            Rule::Check(Check::Mod97) => digits.len() >= 3 && value() % 97 == 1,
            Rule::OneOf(values) => {
                let text: String = digits.iter().map(u8::to_string).collect();
                values.contains(&text)
            }
            Rule::Several(rules) => rules.iter().all(|rule| rule.allows(digits)),
        }
    }
}

/// From the right, every second digit doubled and its digits added.
fn luhn_sum(digits: &[u8]) -> u32 {
    let counted = |(place, &digit): (usize, &u8)| {
        let digit = u32::from(digit) * if place % 2 == 1 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    digits.iter().rev().enumerate().map(counted).sum()
}

/// A pattern as a tree, to be written out for the parser and to be matched by trying everything.
#[derive(Debug)]
pub enum Pattern {
    Separator(&'static str),
    Digit(u8),
    AnyDigit,
    OneOf(Vec<(u8, u8)>),
    InTurn(Vec<Pattern>),
    Either(Vec<Pattern>),
    Repeat(Box<Pattern>, usize, Option<usize>),
}

impl Pattern {
    fn random(random: &mut Random, depth: usize, digits: &[usize]) -> Self {
        let leaf = depth == 0 || random.chance(0.2);
        let inner = |random: &mut Random| Pattern::random(random, depth - 1, digits);
        match random.below(if leaf { 5 } else { 9 }) {
            0 => Pattern::Separator(["-", r"\.", " ", "/", ":", r"\-", ","][random.below(7)]),
            1 | 2 => Pattern::AnyDigit,
            3 => Pattern::Digit(digits.get(random.below(digits.len().max(1))).copied().unwrap_or(0) as u8),
            4 => {
                let range = |random: &mut Random| {
                    let (a, b) = (random.below(10) as u8, random.below(10) as u8);
                    (a.min(b), a.max(b))
                };
                Pattern::OneOf((0..1 + random.below(2)).map(|_| range(random)).collect())
            }
            5 | 6 => Pattern::InTurn((0..1 + random.below(3)).map(|_| inner(random)).collect()),
            7 => Pattern::Either((0..2 + random.below(2)).map(|_| inner(random)).collect()),
            _ => {
                let least = random.below(3);
                Pattern::Repeat(Box::new(inner(random)), least, random.chance(0.6).then(|| least + random.below(3)))
            }
        }
    }

    fn text(&self) -> String {
        let joined = |parts: &[Pattern], by: &str| parts.iter().map(Pattern::text).collect::<Vec<_>>().join(by);
        match self {
            Pattern::Separator(sign) => (*sign).into(),
            Pattern::Digit(digit) => digit.to_string(),
            Pattern::AnyDigit => r"\d".into(),
            Pattern::OneOf(ranges) => {
                let range = |(a, b): &(u8, u8)| if a == b { a.to_string() } else { format!("{a}-{b}") };
                format!("[{}]", ranges.iter().map(range).collect::<String>())
            }
            Pattern::InTurn(parts) => format!("({})", joined(parts, "")),
            Pattern::Either(parts) => format!("({})", joined(parts, "|")),
            Pattern::Repeat(what, least, most) => {
                let count = match (least, most) {
                    (0, Some(1)) => "?".into(),
                    (0, None) => "*".into(),
                    (1, None) => "+".into(),
                    (least, None) => format!("{{{least},}}"),
                    (least, Some(most)) if least == most => format!("{{{least}}}"),
                    (least, Some(most)) => format!("{{{least},{most}}}"),
                };
                format!("({}){count}", what.text())
            }
        }
    }

    /// What may be left of some digits once this has taken its part from the front.
    fn rests<'a>(&self, digits: &'a [u8]) -> Vec<&'a [u8]> {
        let after = |rests: Vec<&'a [u8]>, next: &Pattern| unique(rests.iter().flat_map(|r| next.rests(r)).collect());
        let one = |fits: &dyn Fn(u8) -> bool| match digits {
            [first, rest @ ..] if fits(*first) => vec![rest],
            _ => Vec::new(),
        };
        match self {
            Pattern::Separator(_) => vec![digits],
            Pattern::Digit(digit) => one(&|first| first == *digit),
            Pattern::AnyDigit => one(&|_| true),
            Pattern::OneOf(ranges) => one(&|first| ranges.iter().any(|&(a, b)| (a..=b).contains(&first))),
            Pattern::InTurn(parts) => parts.iter().fold(vec![digits], after),
            Pattern::Either(parts) => unique(parts.iter().flat_map(|part| part.rests(digits)).collect()),
            Pattern::Repeat(what, least, most) => {
                // More times than there are digits take nothing more.
                let most = most.unwrap_or(least + digits.len());
                let mut times = vec![vec![digits]];
                (0..most).for_each(|i| times.push(after(times[i].clone(), what)));
                unique(times[*least..].concat())
            }
        }
    }
}

/// Rests of the same digits are told apart by their lengths.
fn unique(mut rests: Vec<&[u8]>) -> Vec<&[u8]> {
    rests.sort_by_key(|rest| rest.len());
    rests.dedup_by_key(|rest| rest.len());
    rests
}

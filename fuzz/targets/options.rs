//! Constraints, alone and combined: what they allow, they allow by their own rules.
#![no_main]

use ink_number::constraint::{Check, Constraint};
use libfuzzer_sys::{arbitrary, fuzz_target};

#[derive(Debug, arbitrary::Arbitrary)]
enum Rule<'a> {
    Length(u8, Option<u8>),
    Pattern(&'a str),
    Between(&'a str, &'a str),
    Luhn,
    Mod97,
    OneOf(Vec<&'a str>),
}

fuzz_target!(|case: (Vec<Rule>, Vec<u32>)| {
    let (rules, numbers) = case;
    let made = rules.iter().take(3).filter_map(|rule| match rule {
        Rule::Length(shortest, longest) => Constraint::length((*shortest).into(), longest.map(usize::from)).ok(),
        Rule::Pattern(pattern) => Constraint::pattern(pattern).ok(),
        Rule::Between(min, max) => Constraint::between(min, max).ok(),
        Rule::Luhn => Some(Constraint::check(Check::Luhn)),
        Rule::Mod97 => Some(Constraint::check(Check::Mod97)),
        Rule::OneOf(values) => Constraint::one_of(values).ok(),
    });
    let made: Vec<Constraint> = made.collect();
    let Ok(both) = Constraint::all(made.iter().cloned()) else { return };
    for number in numbers.iter().take(20) {
        let text = number.to_string();
        assert_eq!(both.allows(&text), made.iter().all(|rule| rule.allows(&text)), "{text}");
    }
});

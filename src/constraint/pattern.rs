//! Patterns, a small part of the regular expressions that forms use, as automata.
//!
//! Parsed into a tree, written out as a program of instructions that read a digit or fork (K. Thompson, "Regular Expression Search
//! Algorithm", CACM 1968), and explored: a state is the set of instructions that may read next.
//!
//! The grammar, over the whole number from its first digit to its last:
//!
//! | form | what it allows |
//! |---|---|
//! | `7`, `\d`, `[135]`, `[0-4\d]` | one digit: this one, any, one of these |
//! | `-` `.` `,` `/` `:` space, each also after `\` | nothing: separators are no digits and are passed over |
//! | `x?` `x*` `x+` `x{3}` `x{3,}` `x{3,5}` | x so many times |
//! | `xy`, `x\|y`, `(x)` | x then y, x or y, x as one piece |

use super::ConstraintError;
use super::automaton::Automaton;
use crate::order;

/// Most times that `{}` may ask for.
const MAX_REPEAT: usize = 1000;
/// Most groups within each other; the parser calls itself for each.
const MAX_DEPTH: usize = 50;
/// Most instructions of a program, and most pieces that are written out for it.
const MAX_INSTRUCTIONS: usize = 1 << 12;

/// What a pattern may hold besides digits: signs that people write between them. See the module.
const SEPARATORS: &str = "-.,/: ";

/// The strings that match `pattern` as a whole.
pub(super) fn pattern(pattern: &str) -> Result<Automaton, ConstraintError> {
    let signs: Vec<char> = pattern.chars().collect();
    let mut parser = Parser { signs: &signs, at: 0, depth: 0 };
    let tree = parser.alternatives()?;
    if parser.at < signs.len() {
        return Err(parser.expected("\"(\" before \")\""));
    }
    let mut program = Program::default();
    program.write(&tree)?;
    program.push(Instruction::Match)?;
    let accepting = |state: &[usize]| state.iter().any(|&at| matches!(program.instructions[at], Instruction::Match));
    let mut looked_at = 0;
    let mut step = |state: &[usize], digit| {
        if looked_at > MAX_LOOKED_AT {
            return None; // So that the exploration ends.
        }
        let next = program.step(state, digit);
        looked_at += state.len() + next.as_ref().map_or(0, Vec::len);
        next
    };
    let automaton = Automaton::explore_lists(program.closure([0]), &mut step, &accepting);
    if looked_at > MAX_LOOKED_AT { Err(ConstraintError::TooLarge) } else { automaton }
}

/// Most instructions in all the sets that are looked at: few states may be of many each. Patterns of forms take some thousands.
const MAX_LOOKED_AT: usize = 1 << 23;

/// Digits as bits 0 to 9.
type Digits = u16;
const ANY: Digits = (1 << 10) - 1;

enum Tree {
    /// A separator, or nothing between two signs.
    Nothing,
    OneOf(Digits),
    InTurn(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat {
        what: Box<Tree>,
        least: usize,
        most: Option<usize>,
    },
}

struct Parser<'a> {
    signs: &'a [char],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.signs.get(self.at).copied()
    }

    /// Takes the next sign if it is this one.
    fn took(&mut self, sign: char) -> bool {
        let is_it = self.peek() == Some(sign);
        self.at += usize::from(is_it);
        is_it
    }

    fn expected(&self, what: &'static str) -> ConstraintError {
        ConstraintError::Pattern { place: self.at + 1, expected: what, seen: self.peek() }
    }

    fn alternatives(&mut self) -> Result<Tree, ConstraintError> {
        let mut either = vec![self.in_turn()?];
        while self.took('|') {
            either.push(self.in_turn()?);
        }
        Ok(Tree::Either(either))
    }

    fn in_turn(&mut self) -> Result<Tree, ConstraintError> {
        let mut parts = Vec::new();
        while self.peek().is_some_and(|sign| sign != '|' && sign != ')') {
            let part = self.piece()?;
            parts.push(self.repeated(part)?);
        }
        Ok(Tree::InTurn(parts))
    }

    fn piece(&mut self) -> Result<Tree, ConstraintError> {
        match self.peek() {
            Some('(') => self.group(),
            Some('[') => self.class(),
            Some('\\') => {
                if let Some(sign) = self.signs.get(self.at + 1)
                    && SEPARATORS.contains(*sign)
                {
                    self.at += 2;
                    return Ok(Tree::Nothing);
                }
                self.digits().map(Tree::OneOf)
            }
            Some(sign) if SEPARATORS.contains(sign) => {
                self.at += 1;
                Ok(Tree::Nothing)
            }
            _ => self.digits().map(Tree::OneOf),
        }
    }

    fn group(&mut self) -> Result<Tree, ConstraintError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.expected("at most 50 groups within each other"));
        }
        self.at += 1;
        let inner = self.alternatives()?;
        self.depth -= 1;
        if self.took(')') { Ok(inner) } else { Err(self.expected("\")\"")) }
    }

    /// `\d` or a digit.
    fn digits(&mut self) -> Result<Digits, ConstraintError> {
        if self.took('\\') {
            return if self.took('d') { Ok(ANY) } else { Err(self.expected("\"d\" or a separator after \"\\\"")) };
        }
        self.digit().map(|digit| 1 << digit)
    }

    fn digit(&mut self) -> Result<u32, ConstraintError> {
        let digit = self.peek().and_then(|sign| sign.to_digit(10));
        let digit = digit.ok_or_else(|| self.expected("a digit, \"\\d\", \"[\", \"(\" or a separator"))?;
        self.at += 1;
        Ok(digit)
    }

    fn class(&mut self) -> Result<Tree, ConstraintError> {
        self.at += 1;
        let mut digits = 0;
        while !self.took(']') {
            let first = self.peek().and_then(|sign| sign.to_digit(10));
            if self.peek() == Some('\\') {
                digits |= self.digits()?;
                continue;
            }
            let Some(first) = first else { return Err(self.expected("a digit, \"\\d\" or \"]\"")) };
            self.at += 1;
            let mut last = first;
            if self.took('-') {
                let upper = self.peek().and_then(|sign| sign.to_digit(10)).filter(|&upper| upper >= first);
                last = upper.ok_or_else(|| self.expected("a digit not below the first of the range"))?;
                self.at += 1;
            }
            digits |= (first..=last).fold(0, |digits, digit| digits | 1 << digit);
        }
        if digits == 0 { Err(self.expected("a digit between \"[\" and \"]\"")) } else { Ok(Tree::OneOf(digits)) }
    }

    fn repeated(&mut self, what: Tree) -> Result<Tree, ConstraintError> {
        let (least, most) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.at += 1;
                let least = self.count()?;
                let most = match () {
                    () if !self.took(',') => Some(least),
                    () if self.peek() == Some('}') => None,
                    () => Some(self.count()?).filter(|&most| most >= least).map_or_else(
                        || Err(self.expected("a largest count not below the least before this place")),
                        |most| Ok(Some(most)),
                    )?,
                };
                if self.peek() != Some('}') {
                    return Err(self.expected("\"}\""));
                }
                (least, most)
            }
            _ => return Ok(what),
        };
        self.at += 1;
        Ok(Tree::Repeat { what: Box::new(what), least, most })
    }

    fn count(&mut self) -> Result<usize, ConstraintError> {
        let mut count = None;
        while let Some(digit) = self.peek().and_then(|sign| sign.to_digit(10)) {
            let longer = 10 * count.unwrap_or(0) + digit as usize;
            if longer > MAX_REPEAT {
                return Err(self.expected("a count of at most 1000"));
            }
            count = Some(longer);
            self.at += 1;
        }
        count.ok_or_else(|| self.expected("a count"))
    }
}

enum Instruction {
    /// Reads one of these digits and goes on with the next instruction.
    Read(Digits),
    /// Goes on at both places; where these are the same it is a jump.
    Fork(usize, usize),
    Match,
}

#[derive(Default)]
struct Program {
    instructions: Vec<Instruction>,
    /// Trees written out so far, those of nothing included: repetitions of nothing within each other are many, too.
    written: usize,
}

impl Program {
    fn push(&mut self, instruction: Instruction) -> Result<usize, ConstraintError> {
        if self.instructions.len() == MAX_INSTRUCTIONS {
            return Err(ConstraintError::TooLarge);
        }
        self.instructions.push(instruction);
        Ok(self.instructions.len() - 1)
    }

    fn write(&mut self, tree: &Tree) -> Result<(), ConstraintError> {
        self.written += 1;
        if self.written > 4 * MAX_INSTRUCTIONS {
            return Err(ConstraintError::TooLarge);
        }
        match tree {
            Tree::Nothing => Ok(()),
            Tree::OneOf(digits) => self.push(Instruction::Read(*digits)).map(|_| ()),
            Tree::InTurn(parts) => parts.iter().try_for_each(|part| self.write(part)),
            Tree::Either(parts) => self.write_either(parts),
            Tree::Repeat { what, least, most } => {
                (0..*least).try_for_each(|_| self.write(what))?;
                match most {
                    None => self.write_loop(what),
                    Some(most) => self.write_optional(what, most - least),
                }
            }
        }
    }

    fn write_either(&mut self, parts: &[Tree]) -> Result<(), ConstraintError> {
        let mut ends = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            if place + 1 == parts.len() {
                self.write(part)?;
                continue;
            }
            let fork = self.push(Instruction::Fork(0, 0))?;
            self.write(part)?;
            ends.push(self.push(Instruction::Fork(0, 0))?);
            self.instructions[fork] = Instruction::Fork(fork + 1, self.instructions.len());
        }
        let end = self.instructions.len();
        ends.into_iter().for_each(|jump| self.instructions[jump] = Instruction::Fork(end, end));
        Ok(())
    }

    fn write_loop(&mut self, what: &Tree) -> Result<(), ConstraintError> {
        let fork = self.push(Instruction::Fork(0, 0))?;
        self.write(what)?;
        self.push(Instruction::Fork(fork, fork))?;
        self.instructions[fork] = Instruction::Fork(fork + 1, self.instructions.len());
        Ok(())
    }

    /// Up to `most` times, each begun only after the one before.
    fn write_optional(&mut self, what: &Tree, most: usize) -> Result<(), ConstraintError> {
        let mut forks = Vec::new();
        for _ in 0..most {
            forks.push(self.push(Instruction::Fork(0, 0))?);
            self.write(what)?;
        }
        let end = self.instructions.len();
        forks.into_iter().for_each(|fork| self.instructions[fork] = Instruction::Fork(fork + 1, end));
        Ok(())
    }

    /// The instructions that read or match next when going on from `from`, in order.
    fn closure(&self, from: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut seen = vec![false; self.instructions.len()];
        let mut open: Vec<usize> = from.into_iter().collect();
        let mut state = Vec::new();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match self.instructions[at] {
                Instruction::Fork(a, b) => open.extend([a, b]),
                Instruction::Read(_) | Instruction::Match => state.push(at),
            }
        }
        order::sort_numbers(&mut state);
        state
    }

    fn step(&self, state: &[usize], digit: u8) -> Option<Vec<usize>> {
        let reads =
            |&at: &usize| matches!(self.instructions[at], Instruction::Read(digits) if digits >> digit & 1 == 1);
        let mut next = state.iter().copied().filter(|at| reads(at)).map(|at| at + 1).peekable();
        next.peek()?;
        Some(self.closure(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraint::digits_of;

    #[test]
    fn patterns_match_the_whole_number() {
        let cases: [(&str, &[&str], &[&str]); 14] = [
            (r"\d{4}-\d{2}", &["202601", "000000"], &["20260", "2026011"]),
            ("0[1-9]|1[0-2]", &["01", "09", "10", "12"], &["00", "13", "1", "011"]),
            ("[135]+", &["1", "531531"], &["2", "1352"]),
            ("4?2*", &["4", "2", "4222", "22"], &["44", "24"]),
            ("(12){2,3}", &["1212", "121212"], &["12", "12121212", "121"]),
            ("(12|3)*4", &["4", "124", "3124"], &["14", "123"]),
            (r"\d{3,}", &["123", "123456789"], &["12"]),
            (r"[\d]", &["0", "9"], &["10"]),
            (r"\d{3}[0-4]{0,1}", &["999", "9994"], &["9995", "99944"]),
            (r"1\.5,0 0/3:\-7", &["150037"], &["15003", "1500377"]),
            (r"7-*-?", &["7"], &["77"]),
            ("(|1)2", &["2", "12"], &["1", "112"]),
            ("((1?)*)*", &["1", "1111"], &["2"]),
            (r"(\d{2}){2}", &["1234"], &["12", "123"]),
        ];
        for (text, matching, others) in cases {
            let automaton = pattern(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            for (numbers, expected) in [(matching, true), (others, false)] {
                for number in numbers {
                    assert_eq!(automaton.accepts(&digits_of(number).unwrap()), expected, "{text} on {number}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_by_place() {
        for (text, place, expected, seen) in [
            ("12a", 3, "a digit", Some('a')),
            ("^12", 1, "a digit", Some('^')),
            ("*", 1, "a digit", Some('*')),
            ("1**", 3, "a digit", Some('*')),
            (r"1\w", 3, "after", Some('w')),
            (r"1\", 3, "after", None),
            ("(1", 3, "\")\"", None),
            ("1)", 2, "\"(\"", Some(')')),
            ("[12", 4, "\"]\"", None),
            ("[]", 3, "between", None),
            ("[^1]", 2, "a digit", Some('^')),
            ("[5-3]", 4, "range", Some('3')),
            ("[5-]", 4, "range", Some(']')),
            ("1{", 3, "a count", None),
            ("1{2", 4, "\"}\"", None),
            ("1{3,2}", 6, "largest", Some('}')),
            ("1{1001}", 6, "1000", Some('1')),
        ] {
            let error = pattern(text).unwrap_err();
            let ConstraintError::Pattern { place: at, expected: words, seen: sign } = error else { panic!("{text}") };
            assert_eq!((at, sign), (place, seen), "{text}: {words}");
            assert!(words.contains(expected), "{text}: {words}");
        }
        assert!(matches!(pattern(&"(".repeat(100_000)), Err(ConstraintError::Pattern { place: 51, .. })));
    }

    #[test]
    fn what_no_digits_match_is_impossible() {
        for text in ["", "-", "(,|)*", "1{0}"] {
            assert_eq!(pattern(text), Err(ConstraintError::Impossible), "{text:?}");
        }
    }

    #[test]
    fn huge_patterns_are_refused_soon() {
        let nested = (0..6).fold("1".to_owned(), |inner, _| format!("({inner}){{1000}}"));
        let of_nothing = (0..6).fold("-".to_owned(), |inner, _| format!("({inner}){{1000}}"));
        let many_states = "[01]*1[01]{40}".to_owned();
        let large_states = format!("[01]*1[01]{{20}}|({}\\d)*", "\\d|".repeat(999));
        for text in [nested, of_nothing, many_states, large_states] {
            assert_eq!(pattern(&text), Err(ConstraintError::TooLarge), "{text}");
        }
    }
}

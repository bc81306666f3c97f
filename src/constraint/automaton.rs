//! Deterministic automata over digits, made by exploring states that are told apart by hashing.
//!
//! Every constraint is one: it describes what a state is and how a digit leads on, and [`Automaton::explore`] finds the states that some
//! digits lead to, drops those that nothing allowed follows, and joins those that behave alike. Two automata meet in the
//! automaton of their pairs of states, explored in the same way.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::ConstraintError;
use crate::classify::DIGITS;

/// Most states of a finished automaton. Time and memory of the search grow with them: at 40 cuts some 0.1 to 0.3 ms natively for each
/// state of a check digit, less for a state of a list. There is room for some 3,000 unrelated numbers of eight digits, and for
/// any check digit with lengths, ranges and patterns as forms have them.
pub const MAX_STATES: usize = 1 << 14;

/// Most states before those that lead nowhere or behave alike are taken away: lists need many, and keep few.
const MAX_EXPLORED: usize = 1 << 17;

/// No state: where a digit is not allowed.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Where every reading starts.
pub(crate) const START: u32 = 0;

/// Where a digit leads from a state that is a list of numbers; `None` where it is not allowed.
type Step<'a> = dyn FnMut(&[usize], u8) -> Option<Vec<usize>> + 'a;

/// A state of an [`Automaton`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The state after each digit, or [`NOWHERE`].
    pub(crate) next: [u32; DIGITS],
    /// Whether the digits may end here.
    pub(crate) accepting: bool,
}

impl State {
    /// The one state that all digits lead to, if they do.
    #[inline]
    pub(crate) fn same_next(&self) -> Option<u32> {
        let [first, rest @ ..] = self.next;
        (first != NOWHERE && rest.iter().all(|&next| next == first)).then_some(first)
    }
}

/// Allowed strings of digits. Some allowed string can be completed from every state, and some digits lead to each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Automaton {
    /// Never empty; [`START`] is the first.
    states: Vec<State>,
}

impl Automaton {
    /// The one that allows everything: one state.
    pub(crate) fn free() -> Self {
        Self { states: vec![State { next: [START; DIGITS], accepting: true }] }
    }

    /// Whether it allows everything.
    pub(crate) fn is_free(&self) -> bool {
        *self == Self::free()
    }

    /// All states; [`START`] and [`State::next`] are indices into them.
    #[inline]
    pub(crate) fn states(&self) -> &[State] {
        &self.states
    }

    /// Whether these digits are allowed. No digits never are: there is nothing to read in them.
    pub(crate) fn accepts(&self, digits: &[u8]) -> bool {
        let mut state = START;
        for &digit in digits {
            state = self.states[state as usize].next[usize::from(digit)];
            if state == NOWHERE {
                return false;
            }
        }
        !digits.is_empty() && self.states[state as usize].accepting
    }

    /// The automaton of all states that `step` leads to from `start`; `step` answers `None` where a digit is not allowed.
    ///
    /// # Errors
    /// [`ConstraintError::Impossible`] where no digits are allowed, [`ConstraintError::TooLarge`] beyond [`MAX_STATES`].
    pub(crate) fn explore<const N: usize>(
        start: [usize; N],
        step: impl Fn([usize; N], u8) -> Option<[usize; N]>,
        accepting: impl Fn([usize; N]) -> bool,
    ) -> Result<Self, ConstraintError> {
        let numbers = |state: &[usize]| state.try_into().expect("all states are of so many numbers");
        Self::explore_lists(
            start.to_vec(),
            &mut |state, digit| step(numbers(state), digit).map(|next| next.to_vec()),
            &|state| accepting(numbers(state)),
        )
    }

    /// As [`Automaton::explore`], where each state is a list, of any length. Compiled once for all constraints: that is a part of what a page loads.
    ///
    /// # Errors
    /// As [`Automaton::explore`].
    pub(crate) fn explore_lists(
        start: Vec<usize>,
        step: &mut Step<'_>,
        accepting: &dyn Fn(&[usize]) -> bool,
    ) -> Result<Self, ConstraintError> {
        let mut numbers = HashMap::from([(start.clone(), START)]);
        let mut met = vec![start];
        let mut states = Vec::new();
        while let Some(from) = met.get(states.len()).cloned() {
            let mut next = [NOWHERE; DIGITS];
            for (digit, next) in (0..).zip(&mut next) {
                let Some(to) = step(&from, digit) else { continue };
                *next = match numbers.entry(to) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(fresh) => {
                        let number = u32::try_from(met.len()).expect("the states are capped");
                        met.push(fresh.key().clone());
                        *fresh.insert(number)
                    }
                };
            }
            if met.len() > MAX_EXPLORED {
                return Err(ConstraintError::TooLarge);
            }
            states.push(State { next, accepting: accepting(&from) });
        }
        Self { states }.trimmed()
    }

    /// What both allow.
    ///
    /// # Errors
    /// As [`Automaton::explore`].
    pub(crate) fn and(&self, other: &Self) -> Result<Self, ConstraintError> {
        let both = |[a, b]: [usize; 2]| (&self.states[a], &other.states[b]);
        Self::explore(
            [START as usize; 2],
            |pair, digit| {
                let (a, b) = both(pair);
                let next = [a, b].map(|state| state.next[usize::from(digit)]);
                (!next.contains(&NOWHERE)).then_some(next.map(|state| state as usize))
            },
            |pair| both(pair).0.accepting && both(pair).1.accepting,
        )
    }

    /// What one of them allows at least.
    ///
    /// # Errors
    /// As [`Automaton::explore`].
    pub(crate) fn either(all: &[&Self]) -> Result<Self, ConstraintError> {
        let after = |automaton: &Self, state: usize, digit: u8| {
            automaton.states.get(state).map_or(NOWHERE, |state| state.next[usize::from(digit)])
        };
        let mut step = |states: &[usize], digit| {
            let next: Vec<u32> =
                all.iter().zip(states).map(|(automaton, &state)| after(automaton, state, digit)).collect();
            let goes_on = next.iter().any(|&state| state != NOWHERE);
            goes_on.then(|| next.into_iter().map(|state| state as usize).collect())
        };
        let accepting = |states: &[usize]| {
            let is_accepting =
                |(automaton, &state): (&&Self, &usize)| automaton.states.get(state).is_some_and(|s| s.accepting);
            all.iter().zip(states).any(is_accepting)
        };
        Self::explore_lists(vec![START as usize; all.len()], &mut step, &accepting)
    }

    /// Without the states that nothing allowed follows, and with one state for those that behave alike. Where states of a cycle
    /// behave alike they stay: it costs time, nothing else.
    fn trimmed(mut self) -> Result<Self, ConstraintError> {
        self.drop_dead_ends();
        if self.states[START as usize].next == [NOWHERE; DIGITS] {
            return Err(ConstraintError::Impossible);
        }
        // Whether no digits are allowed matters to nobody, so all else is everything.
        let goes_on = |&next: &u32| next != NOWHERE && self.states[next as usize].accepting;
        if self.states.iter().all(|state| state.next.iter().all(goes_on)) {
            return Ok(Self::free());
        }
        // States were met breadth first, so what follows one mostly has a larger number and is joined before it.
        let mut joined: Vec<u32> = (0..).take(self.states.len()).collect();
        let mut known = HashMap::new();
        for number in (0..self.states.len()).rev() {
            let state = &mut self.states[number];
            let is_final = |next: u32| next == NOWHERE || next as usize > number;
            if state.next.iter().all(|&next| is_final(next)) {
                state.next = state.next.map(|next| if next == NOWHERE { next } else { joined[next as usize] });
                // As a list, as in `explore_lists`: one kind of table is less to load.
                let key: Vec<usize> =
                    state.next.iter().chain([&u32::from(state.accepting)]).map(|&n| n as usize).collect();
                joined[number] = *known.entry(key).or_insert(joined[number]);
            }
        }
        let join = |next: u32| if next == NOWHERE { None } else { Some(joined[next as usize]) };
        self.renumbered(joined[START as usize], join)
    }

    /// Takes away what leads to states from which no accepting one can be reached.
    fn drop_dead_ends(&mut self) {
        let mut alive: Vec<bool> = self.states.iter().map(|state| state.accepting).collect();
        loop {
            let mut changed = false;
            for (number, state) in self.states.iter().enumerate().rev() {
                if !alive[number] && state.next.iter().any(|&next| next != NOWHERE && alive[next as usize]) {
                    alive[number] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let dead = |next: u32| next == NOWHERE || !alive[next as usize];
        self.states.iter_mut().for_each(|s| s.next = s.next.map(|next| if dead(next) { NOWHERE } else { next }));
    }

    /// The states that are reached from `start` when `join` stands for each, breadth first.
    fn renumbered(&self, start: u32, join: impl Fn(u32) -> Option<u32>) -> Result<Self, ConstraintError> {
        let mut numbers = vec![NOWHERE; self.states.len()];
        numbers[start as usize] = START;
        let mut met = vec![start];
        let mut states = Vec::new();
        while let Some(&old) = met.get(states.len()) {
            let State { next, accepting } = self.states[old as usize];
            let next = next.map(|next| {
                let Some(next) = join(next) else { return NOWHERE };
                let number = &mut numbers[next as usize];
                if *number == NOWHERE {
                    *number = u32::try_from(met.len()).expect("the states are capped");
                    met.push(next);
                }
                *number
            });
            states.push(State { next, accepting });
        }
        if states.len() > MAX_STATES {
            return Err(ConstraintError::TooLarge);
        }
        Ok(Self { states })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiples of `n`, by remainders.
    fn multiples(n: usize) -> Automaton {
        Automaton::explore([0], |[r], digit| Some([(10 * r + usize::from(digit)) % n]), |[r]| r == 0).unwrap()
    }

    fn digits(number: u32) -> Vec<u8> {
        number.to_string().bytes().map(|b| b - b'0').collect()
    }

    #[test]
    fn what_both_allow_is_allowed() {
        let (seven, eleven) = (multiples(7), multiples(11));
        let both = seven.and(&eleven).unwrap();
        for number in 0..2000 {
            assert_eq!(seven.accepts(&digits(number)), number % 7 == 0);
            assert_eq!(both.accepts(&digits(number)), number % 77 == 0, "{number}");
        }
        assert_eq!(both.states().len(), 77);
        assert!(!both.accepts(&[]), "no digits are no number");
    }

    #[test]
    fn nothing_is_kept_that_leads_nowhere_or_is_there_twice() {
        // Four digits that begin with 3, or the 7 that nothing can follow; how the digits came about is remembered needlessly.
        let mut step = |seen: &[usize], digit: u8| {
            let fits = seen.len() < 4 && (!seen.is_empty() || digit == 3 || digit == 7);
            fits.then(|| seen.iter().copied().chain([usize::from(digit)]).collect())
        };
        let four = Automaton::explore_lists(Vec::new(), &mut step, &|seen| seen.len() == 4 && seen[0] == 3).unwrap();
        assert_eq!(four.states().len(), 5);
        assert!(four.accepts(&[3, 0, 0, 9]) && !four.accepts(&[7, 0, 0, 9]) && !four.accepts(&[3, 0, 0]));
        assert_eq!(four.states()[0].next[7], NOWHERE);
    }

    #[test]
    fn what_allows_everything_is_known_to() {
        assert!(Automaton::free().is_free());
        assert!(Automaton::explore([], |_, _| Some([]), |_| true).unwrap().is_free());
        assert!(Automaton::explore([0], |[n], _| Some([(n + 1).min(2)]), |[n]| n > 0).unwrap().is_free());
        assert!(!multiples(3).is_free());
        assert!(Automaton::free().and(&Automaton::free()).unwrap().is_free());
    }

    #[test]
    fn no_digits_at_all_are_impossible() {
        let nothing = Automaton::explore([], |_, _| None, |_| true);
        assert_eq!(nothing, Err(ConstraintError::Impossible));
        let ended = Automaton::explore([0], |[n], _| Some([(n + 1).min(5)]), |_| false);
        assert_eq!(ended, Err(ConstraintError::Impossible));
    }

    #[test]
    fn too_many_states_are_refused() {
        let count = |to: usize| Automaton::explore([0], |[n], _| (n < to).then_some([n + 1]), |[n]| n == to);
        assert_eq!(count(MAX_STATES - 1).unwrap().states().len(), MAX_STATES);
        assert_eq!(count(MAX_STATES), Err(ConstraintError::TooLarge));
        assert_eq!(count(MAX_EXPLORED + 1), Err(ConstraintError::TooLarge));
    }
}

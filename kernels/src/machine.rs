//! What the kernels are tested on: registers of every width that they are written for, whatever the machine has.

use pulp::{Scalar, Scalar128b, Scalar256b, WithSimd};

use crate::dispatch;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Machine {
    /// The widest registers of this one.
    Own,
    /// Of one value, four, or eight, computed value by value.
    One,
    Four,
    Eight,
}

impl Machine {
    pub const ALL: [Self; 4] = [Self::Own, Self::One, Self::Four, Self::Eight];

    pub fn run(self, work: impl WithSimd<Output = ()>) {
        match self {
            Self::Own => dispatch(work),
            Self::One => work.with_simd(Scalar),
            Self::Four => work.with_simd(Scalar128b),
            Self::Eight => work.with_simd(Scalar256b),
        }
    }
}

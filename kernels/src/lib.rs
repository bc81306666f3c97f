//! What a small convolutional network spends its time on, for whatever wide registers a processor or a browser has.
//!
//! A crate of its own so that it can be compiled for speed where the rest of a browser module is compiled for size: nothing in its interface
//! is generic, so all of its code is made here.
//!
//! - [`Panels::multiply`]: rows of values times a matrix, which is a dense layer, or a convolution of one channel;
//! - [`Convolution`]: 3x3 convolutions with ReLU and pooling, from [`Map`] to [`Map`].
//!
//! Values are f32. Channels and outputs are filled up to a multiple of [`WIDTH`] by some that stay 0.

#[cfg(test)]
mod machine;
mod map;
mod product;
mod winograd;

pub use map::{Map, Pixels};
pub use product::{Panels, Rows, WIDTH};
pub use winograd::{Convolution, Tiles, Workspace};

use pulp::{Arch, WithSimd};

/// Runs on the widest registers that the kernels are written for: where another crate asks pulp for AVX-512, its own choice would be wider.
#[inline]
fn dispatch(work: impl WithSimd<Output = ()>) {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return pulp::Simd::vectorize(simd, work);
    }
    Arch::new().dispatch(work);
}

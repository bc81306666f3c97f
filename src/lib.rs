//! ink-number reads handwritten numbers, connected digits included, and says so when there is none.
//!
//! The way of the data, one module a stage:
//! [`ink`] (strokes or pixels) → [`raster`] (ink in \[0, 1\]) → [`segment`] (cuts, fragments, candidates) → [`glyph`] (28x28 as MNIST)
//! → [`classify`] (scores) → [`lattice`] (every permutation of cuts) → [`reading`] (ranked, or refused).
//! [`recognizer`] chains them; [`model`] is the network, the only part that knows burn.

pub mod classify;
#[cfg(feature = "cli")]
pub mod cli;
pub mod confidence;
pub mod geom;
pub mod glyph;
pub mod ink;
pub mod lattice;
#[cfg(any(feature = "cpu", feature = "webgpu"))]
pub mod model;
pub mod raster;
pub mod reading;
pub mod recognizer;
pub mod segment;
#[cfg(feature = "cli")]
pub mod train;
#[cfg(all(target_arch = "wasm32", any(feature = "cpu", feature = "webgpu")))]
pub mod wasm;

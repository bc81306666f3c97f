//! ink-number reads handwritten numbers, connected digits included, and says so when there is none.
//!
//! The way of the data, one module a stage:
//! [`ink`] (strokes or pixels) → [`raster`] (ink, 0 to 255) → [`segment`] (cuts, fragments, candidates) → [`glyph`] (28x28 as MNIST)
//! → [`classify`] (scores) → [`lattice`] (every permutation of cuts) → [`reading`] (ranked, or refused).
//! [`recognizer`] chains them; [`model`] is the networks, the only part that knows burn.
//!
//! ```
//! # #[cfg(feature = "cli")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ink_number::ink::{Ink, Input};
//! use ink_number::model::{CpuClassifier, Weights};
//! use ink_number::recognizer::{ReadOptions, Recognizer};
//!
//! let weights = Weights::shipped();
//! let mut recognizer = Recognizer::new(CpuClassifier::load(&weights), weights.policy, weights.cuts);
//! let bar = Ink::from_xy(&[vec![[0., 0.], [1., 20.], [0., 40.]]])?;
//! let reading = pollster::block_on(recognizer.recognize(&Input::Strokes(bar), &ReadOptions::default()))?;
//! assert_eq!(reading.hypotheses[0].text, "1");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "cli"))]
//! # fn main() {}
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `cpu` (default) | the networks on the CPU, by kernels of our own |
//! | `webgpu` | the networks on burn's wgpu backend, in the browser |
//! | `cli` | the native tool: data sets, training, evaluation, the command line, weights built in |

pub mod adaptation;
pub mod classify;
#[cfg(feature = "cli")]
pub mod cli;
pub mod confidence;
pub mod constraint;
pub mod geom;
pub mod glyph;
pub mod ink;
pub mod inspection;
pub mod lattice;
pub mod marks;
#[cfg(any(feature = "cpu", feature = "webgpu"))]
pub mod model;
mod order;
pub mod perceptron;
pub mod raster;
pub mod reading;
pub mod recognizer;
pub mod refusal;
pub mod rounding;
pub mod segment;
#[cfg(feature = "cli")]
mod svg;
#[cfg(feature = "cli")]
pub mod train;
pub mod trajectory;
#[cfg(all(target_arch = "wasm32", any(feature = "cpu", feature = "webgpu")))]
pub mod wasm;

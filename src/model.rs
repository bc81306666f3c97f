//! The networks: their shape, their weights, the two engines. With the trainer, the only part that knows burn.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(any(feature = "cli", feature = "webgpu"))]
mod network;
mod parameters;
mod weights;

#[cfg(feature = "cpu")]
pub use cpu::CpuClassifier;
#[cfg(any(feature = "cli", feature = "webgpu"))]
pub use network::{BurnClassifier, Ensemble, Network, tensor_of};
pub use parameters::{NetworkShape, NetworkWeights};
pub use weights::{MAX_NETWORKS, Weights, WeightsError};

/// The GPU engine: burn's wgpu backend on WebGPU.
#[cfg(feature = "webgpu")]
pub type GpuClassifier = BurnClassifier<burn_wgpu::WebGpu<f32, i32>>;

#[cfg(feature = "webgpu")]
impl GpuClassifier {
    /// The engine with these weights, on the default adapter. One call at a time: the first sets the adapter up for all.
    ///
    /// # Panics
    /// Where WebGPU gives no adapter or no device (burn offers no error here): ask for both before, as pkg/src/webgpu.ts does. Nothing is
    /// set up then, so a later call may do it.
    pub async fn load(weights: &Weights) -> Self {
        use std::cell::Cell;
        thread_local! {
            /// A second set-up would panic: burn keeps the first for good.
            static IS_SET_UP: Cell<bool> = const { Cell::new(false) };
        }
        let device = Default::default();
        if !IS_SET_UP.get() {
            burn_wgpu::init_setup_async::<burn_wgpu::graphics::WebGpu>(&device, Default::default()).await;
            IS_SET_UP.set(true);
        }
        Self::on_device(weights, device, "webgpu")
    }
}

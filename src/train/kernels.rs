//! The two products that training spends its time on: windows times weights, and windows times gradients.
//!
//! A 3x3 convolution needs no matrix of windows. Where a map keeps the channels of a pixel side by side, the three pixels of a window's
//! row are one run of values, and the next pixel's run begins one pixel later: a window is three runs, a line of the map apart. A dense
//! layer is the same with one run. The sums stay in registers, the weights in the nearest cache.
//!
//! The instructions are chosen at run time: AVX2 with fused multiply-adds, else what the compiler makes of eight lanes. Every sum is
//! taken in a fixed order, so that one machine gives the same result each time.

use pulp::{Scalar256b, Simd, cast, f32x8};

/// Values in a register. The products write whole registers, so outputs come in multiples of it.
pub const LANES: usize = 8;

/// Rows that [`multiply`] may write beyond those asked for: its tiles are whole.
pub const SPILL: usize = 7;

/// Runs `pass` on the widest registers there are, if it is `#[inline(always)]` with all that it calls.
pub fn wide<R>(pass: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(pass);
    }
    pass()
}

/// How the windows lie in the input.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    /// Values from one window to the next.
    pub step: usize,
    /// Runs in a window.
    pub runs: usize,
    /// Values in a run: 3, or a multiple of [`LANES`]; for [`accumulate`] with 24 outputs or more a multiple of 3 too.
    pub length: usize,
    /// Values from one run to the next.
    pub apart: usize,
}

/// The windows that count, line by line; those between the lines (a map's margin) do not.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    /// Lines.
    pub lines: usize,
    /// Windows in a line.
    pub columns: usize,
    /// Windows from one line to the next.
    pub pitch: usize,
}

/// A matrix `[depth, width]` as [`multiply`] reads it: panels of 24, 16 or 8 columns one after another, each row by row.
#[derive(Debug, Clone)]
pub struct Panels {
    depth: usize,
    width: usize,
    values: Vec<[f32; LANES]>,
}

/// First column of each panel, and its width in registers.
fn panels(width: usize) -> impl Iterator<Item = (usize, usize)> {
    assert!(width.is_multiple_of(LANES), "expected whole registers, saw {width} columns");
    (0..width).step_by(3 * LANES).map(move |first| (first, ((width - first) / LANES).min(3)))
}

impl Panels {
    /// Zeros; `width` is a multiple of [`LANES`].
    pub fn zeros(depth: usize, width: usize) -> Self {
        Self { depth, width, values: vec![[0.; LANES]; depth * width / LANES] }
    }

    /// Takes the rows that `row` gives, `width` values each.
    pub fn fill<'a>(&mut self, row: impl Fn(usize) -> &'a [f32]) {
        let Self { depth, width, ref mut values } = *self;
        for k in 0..depth {
            let (row, _) = row(k)[..width].as_chunks::<LANES>();
            for (first, registers) in panels(width) {
                let at = depth * first / LANES + k * registers;
                values[at..at + registers].copy_from_slice(&row[first / LANES..][..registers]);
            }
        }
    }
}

/// `out[i, j] = Σ window i [k] · weights[k, j]` for `rows` windows, and up to [`SPILL`] rows more, which mean nothing.
pub fn multiply(input: &[f32], windows: Windows, weights: &Panels, rows: usize, out: &mut [f32]) {
    assert_eq!(windows.runs * windows.length, weights.depth);
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(
            #[inline(always)]
            || multiply_on(simd, input, windows, weights, rows, out),
        );
    }
    multiply_on(Scalar256b, input, windows, weights, rows, out);
}

#[inline(always)]
fn multiply_on<S: Simd<f32s = f32x8>>(
    simd: S,
    input: &[f32],
    windows: Windows,
    weights: &Panels,
    rows: usize,
    out: &mut [f32],
) {
    let (out, _) = out.as_chunks_mut::<LANES>();
    for (first, registers) in panels(weights.width) {
        let panel = &weights.values[weights.depth * first / LANES..][..weights.depth * registers];
        let (to, out_step) = (&mut out[first / LANES..], weights.width / LANES);
        match registers {
            3 => multiply_panel::<S, 3, 3>(simd, input, windows, panel, rows, to, out_step),
            2 => multiply_panel::<S, 4, 2>(simd, input, windows, panel, rows, to, out_step),
            _ => multiply_panel::<S, 8, 1>(simd, input, windows, panel, rows, to, out_step),
        }
    }
}

/// One panel: `R` rows by `N` registers at a time. Each value of the input is spread over a register and meets the row of weights.
/// Eight sums or more keep both multipliers of a core busy; twelve would fit AVX2's sixteen registers with the operands, but then the
/// compiler keeps one of them in memory, which halves the speed.
#[inline(always)]
fn multiply_panel<S: Simd<f32s = f32x8>, const R: usize, const N: usize>(
    simd: S,
    input: &[f32],
    Windows { step, runs, length, apart }: Windows,
    panel: &[[f32; LANES]],
    rows: usize,
    out: &mut [[f32; LANES]],
    out_step: usize,
) {
    for row in (0..rows).step_by(R) {
        let mut sums = [[simd.splat_f32s(0.); N]; R];
        for run in 0..runs {
            let mut inputs = [&input[..0]; R];
            for (i, values) in inputs.iter_mut().enumerate() {
                *values = &input[(row + i) * step + run * apart..][..length];
            }
            let weights = &panel[run * length * N..][..length * N];
            for (k, weights) in weights.as_chunks::<N>().0.iter().enumerate() {
                for (values, sums) in inputs.iter().zip(&mut sums) {
                    let value = simd.splat_f32s(values[k]);
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum = simd.mul_add_e_f32s(value, cast(*weight), *sum);
                    }
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            for (to, sum) in out[(row + i) * out_step..][..N].iter_mut().zip(sums) {
                *to = cast(*sum);
            }
        }
    }
}

/// `out[k, j] += Σ window i [k] · gradients[i, j]` over the windows of the grid: what the weights of [`multiply`] learn from the
/// gradients of its output. `out` is `[runs · length, width]`, row by row.
pub fn accumulate(input: &[f32], windows: Windows, gradients: &[f32], grid: Grid, width: usize, out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(
            #[inline(always)]
            || accumulate_on(simd, input, windows, gradients, grid, width, out),
        );
    }
    accumulate_on(Scalar256b, input, windows, gradients, grid, width, out);
}

#[inline(always)]
fn accumulate_on<S: Simd<f32s = f32x8>>(
    simd: S,
    input: &[f32],
    windows: Windows,
    gradients: &[f32],
    grid: Grid,
    width: usize,
    out: &mut [f32],
) {
    let (gradients, _) = gradients.as_chunks::<LANES>();
    let (out, _) = out.as_chunks_mut::<LANES>();
    let width = width / LANES;
    for (first, registers) in panels(width * LANES) {
        assert!(registers < 3 || windows.length.is_multiple_of(3), "expected runs of three pixels, saw {windows:?}");
        for run in 0..windows.runs {
            let mut k = 0;
            while k < windows.length {
                let input = &input[run * windows.apart + k..];
                let gradients = &gradients[first / LANES..];
                let to = &mut out[(run * windows.length + k) * width + first / LANES..];
                // Nine sums, as in `multiply_panel`; with fewer registers across, more values down.
                let step = windows.step;
                k += match (registers, windows.length) {
                    (3, _) => accumulate_tile::<S, 3, 3>(simd, input, step, gradients, grid, width, to),
                    (2, 3) => accumulate_tile::<S, 3, 2>(simd, input, step, gradients, grid, width, to),
                    (2, _) => accumulate_tile::<S, 4, 2>(simd, input, step, gradients, grid, width, to),
                    (_, 3) => accumulate_tile::<S, 3, 1>(simd, input, step, gradients, grid, width, to),
                    _ => accumulate_tile::<S, 8, 1>(simd, input, step, gradients, grid, width, to),
                };
            }
        }
    }
}

/// `R` values of each window by `N` registers of its gradients; gives `R`.
#[inline(always)]
fn accumulate_tile<S: Simd<f32s = f32x8>, const R: usize, const N: usize>(
    simd: S,
    input: &[f32],
    step: usize,
    gradients: &[[f32; LANES]],
    Grid { lines, columns, pitch }: Grid,
    width: usize,
    out: &mut [[f32; LANES]],
) -> usize {
    let mut sums = [[simd.splat_f32s(0.); N]; R];
    for (i, sums) in sums.iter_mut().enumerate() {
        for (sum, from) in sums.iter_mut().zip(&out[i * width..][..N]) {
            *sum = cast(*from);
        }
    }
    for line in 0..lines {
        let input = &input[line * pitch * step..];
        let gradients = &gradients[line * pitch * width..];
        for column in 0..columns {
            let values = &input[column * step..][..R];
            let gradients = &gradients[column * width..][..N];
            for (value, sums) in values.iter().zip(&mut sums) {
                let value = simd.splat_f32s(*value);
                for (sum, gradient) in sums.iter_mut().zip(gradients) {
                    *sum = simd.mul_add_e_f32s(value, cast(*gradient), *sum);
                }
            }
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        for (to, sum) in out[i * width..][..N].iter_mut().zip(sums) {
            *to = cast(*sum);
        }
    }
    R
}

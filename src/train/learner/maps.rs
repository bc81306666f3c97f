//! Feature maps, the channels of a pixel side by side, and what is done to them pixel by pixel: biases, ReLU, pooling, and back.

use std::ops::Range;

use crate::train::kernels::{SPILL, Windows};

/// Mark of a pooled value that ReLU cut off: none of the four pixels gets its gradient.
pub const NOBODY: u32 = 4;

/// How a map lies in memory.
#[derive(Debug, Clone, Copy)]
pub struct Map {
    /// Values of a pixel.
    pub channels: usize,
    /// Pixels before the first.
    lead: usize,
    /// Pixels from one line to the next.
    pub pitch: usize,
}

impl Map {
    /// With a margin that windows may reach into: a line above and below, and one column that is right of one line and left of the next.
    pub fn framed(side: usize, channels: usize) -> Self {
        Self { channels, lead: side + 2, pitch: side + 1 }
    }

    /// As [`crate::train::kernels::multiply`] writes it for the windows of a framed map: its lines one after another, no margin above.
    pub fn raw(side: usize, channels: usize) -> Self {
        Self { channels, lead: 0, pitch: side + 1 }
    }

    /// Pixels only.
    pub fn dense(side: usize, channels: usize) -> Self {
        Self { channels, lead: 0, pitch: side }
    }

    /// Zeros for a framed map, with room for the windows of spilled rows.
    pub fn zeros(&self) -> Vec<f32> {
        vec![0.; self.channels * ((self.pitch + 1) * self.pitch + SPILL + 3)]
    }

    /// The channels of a pixel.
    pub fn pixel(&self, y: usize, x: usize) -> Range<usize> {
        let first = (self.lead + y * self.pitch + x) * self.channels;
        first..first + self.channels
    }

    /// The 3x3 windows of a framed map.
    pub fn windows(&self) -> Windows {
        Windows { step: self.channels, runs: 3, length: 3 * self.channels, apart: self.pitch * self.channels }
    }
}

/// ReLU of the map plus biases.
#[inline(always)]
pub fn rectify(raw: &[f32], from: Map, biases: &[f32], out: &mut [f32], to: Map, side: usize) {
    for y in 0..side {
        for x in 0..side {
            let values = raw[from.pixel(y, x)].iter().zip(biases);
            for (out, (v, bias)) in out[to.pixel(y, x)].iter_mut().zip(values) {
                *out = (v + bias).max(0.);
            }
        }
    }
}

/// The gradients of what [`rectify`] read; `outputs` is what it wrote, laid out as `out`.
#[inline(always)]
pub fn unrectify(
    gradients: &[f32],
    from: Map,
    outputs: &[f32],
    out: &mut [f32],
    to: Map,
    side: usize,
    bias_gradients: &mut [f32],
) {
    for y in 0..side {
        for x in 0..side {
            let sources = gradients[from.pixel(y, x)].iter().zip(&outputs[to.pixel(y, x)]);
            let sums = bias_gradients.iter_mut().zip(sources);
            for (out, (sum, (gradient, output))) in out[to.pixel(y, x)].iter_mut().zip(sums) {
                *out = if *output > 0. { *gradient } else { 0. };
                *sum += *out;
            }
        }
    }
}

/// ReLU of the map plus biases, then the highest of each 2x2; `winners` says which of them, the first of equals.
#[inline(always)]
pub fn pool(raw: &[f32], from: Map, biases: &[f32], out: &mut [f32], to: Map, side: usize, winners: &mut [u32]) {
    let channels = to.channels;
    for y in 0..side {
        for x in 0..side {
            let of = |v: usize, u: usize| &raw[from.pixel(2 * y + v, 2 * x + u).start..][..channels];
            let (a, b, c, d) = (of(0, 0), of(0, 1), of(1, 0), of(1, 1));
            let out = &mut out[to.pixel(y, x).start..][..channels];
            let winners = &mut winners[(y * side + x) * channels..][..channels];
            let biases = &biases[..channels];
            for i in 0..channels {
                let (mut best, mut index) = (a[i], 0);
                for (other, at) in [(b[i], 1), (c[i], 2), (d[i], 3)] {
                    index = if other > best { at } else { index };
                    best = if other > best { other } else { best };
                }
                best += biases[i];
                winners[i] = if best > 0. { index } else { NOBODY };
                out[i] = best.max(0.);
            }
        }
    }
}

/// The gradients of what [`pool`] read.
#[inline(always)]
pub fn unpool(
    gradients: &[f32],
    from: Map,
    winners: &[u32],
    out: &mut [f32],
    to: Map,
    side: usize,
    bias_gradients: &mut [f32],
) {
    for y in 0..side {
        for x in 0..side {
            let gradients = &gradients[from.pixel(y, x)];
            let winners = &winners[(y * side + x) * to.channels..][..to.channels];
            for (at, v, u) in [(0, 0, 0), (1, 0, 1), (2, 1, 0), (3, 1, 1)] {
                let sources = gradients.iter().zip(winners);
                for (out, (gradient, winner)) in out[to.pixel(2 * y + v, 2 * x + u)].iter_mut().zip(sources) {
                    *out = if *winner == at { *gradient } else { 0. };
                }
            }
            for (sum, (gradient, winner)) in bias_gradients.iter_mut().zip(gradients.iter().zip(winners)) {
                *sum += if *winner == NOBODY { 0. } else { *gradient };
            }
        }
    }
}

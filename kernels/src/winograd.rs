//! 3x3 convolutions with less than half the multiplications: Winograd's F(2x2, 3x3) (A. Lavin and S. Gray, "Fast Algorithms for
//! Convolutional Neural Networks", CVPR 2016).
//!
//! Each 2x2 tile of the output is made of the 4x4 pixels around it. These are transformed to sixteen values, multiplied by the transformed
//! weights, each of the sixteen by itself but over all channels, and transformed back: 16 multiplications where a plain
//! convolution has 36. The transforms are sums and differences; the results differ from a plain convolution's in the last bits.

use pulp::{Simd, WithSimd};

use crate::dispatch;
use crate::map::{Map, Pixels};
use crate::product::{Panels, Product, Rows, WIDTH};

/// Values of a transformed tile.
const POINTS: usize = 16;

/// What becomes of the four pixels of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tiles {
    /// They stay.
    Whole,
    /// The highest stays.
    Pooled,
}

/// The weights of a convolution, transformed.
#[derive(Debug, Clone)]
pub struct Convolution {
    points: [Panels; POINTS],
    biases: Vec<f32>,
}

/// Memory that is used again.
#[derive(Debug, Default)]
pub struct Workspace {
    /// `[point, tile, channel]`.
    tiles: Vec<f32>,
    /// The same times weights.
    products: Vec<f32>,
}

/// G g Gᵀ: what meets a transformed tile.
fn weight_transform(window: [[f32; 3]; 3]) -> [[f32; 4]; 4] {
    let spread = |[a, b, c]: [f32; 3]| [a, (a + b + c) / 2., (a - b + c) / 2., c];
    let rows = window.map(spread);
    let columns: [[f32; 4]; 4] = std::array::from_fn(|x| spread([rows[0][x], rows[1][x], rows[2][x]]));
    std::array::from_fn(|y| std::array::from_fn(|x| columns[x][y]))
}

/// Bᵀ d of a column or row of four pixels.
#[inline(always)]
fn input_transform<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 4] {
    [simd.sub_f32s(a, c), simd.add_f32s(b, c), simd.sub_f32s(c, b), simd.sub_f32s(b, d)]
}

/// Aᵀ m of a column or row of four points.
#[inline(always)]
fn output_transform<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 2] {
    let outer = simd.add_f32s(a, simd.add_f32s(b, c));
    [outer, simd.sub_f32s(simd.sub_f32s(b, c), d)]
}

impl Convolution {
    /// Of `channels` as the map has them; `window(channel, output)` gives the weights, line by line.
    pub fn new(channels: usize, biases: &[f32], window: impl Fn(usize, usize) -> [[f32; 3]; 3]) -> Self {
        let outputs = biases.len();
        let windows: Vec<_> =
            (0..channels * outputs).map(|i| weight_transform(window(i / outputs, i % outputs))).collect();
        let points = std::array::from_fn(|point| {
            Panels::new(channels, outputs, |channel, output| windows[channel * outputs + output][point / 4][point % 4])
        });
        let mut biases = biases.to_vec();
        biases.resize(points[0].outputs(), 0.);
        Self { points, biases }
    }

    /// Channels that come out, those that fill up included.
    pub fn outputs(&self) -> usize {
        self.biases.len()
    }

    /// From a map to the pixels of the next, plus biases, without what is below 0.
    ///
    /// # Panics
    /// Where the map has other channels than the weights, channels are no multiple of [`WIDTH`], or `to` is too small for what comes out.
    pub fn run(&self, from: &Map, tiles: Tiles, work: &mut Workspace, to: Pixels<'_>) {
        let whole = from.channels().is_multiple_of(WIDTH) && to.pitch.is_multiple_of(WIDTH);
        assert!(whole, "expected channels in multiples of {WIDTH}, saw {} and lines of {}", from.channels(), to.pitch);
        assert!(to.pitch >= to.side * self.outputs(), "expected room for {} pixels in a line of {}", to.side, to.pitch);
        dispatch(Run { convolution: self, from, tiles, work, to });
    }
}

/// See [`Convolution::run`].
struct Run<'a> {
    convolution: &'a Convolution,
    from: &'a Map,
    tiles: Tiles,
    work: &'a mut Workspace,
    to: Pixels<'a>,
}

impl WithSimd for Run<'_> {
    type Output = ();

    fn with_simd<S: Simd>(self, simd: S) {
        let Self { convolution: Convolution { points, biases }, from, tiles, work, to } = self;
        let across = match tiles {
            Tiles::Whole => from.side().div_ceil(2),
            Tiles::Pooled => from.side() / 2,
        };
        let (channels, count) = (from.channels(), across * across);
        if count == 0 {
            return;
        }
        work.tiles.resize(POINTS * count * channels, 0.);
        work.products.resize(POINTS * count * biases.len(), 0.);
        simd.vectorize(Transform { from, across, tiles: &mut work.tiles });
        let products = work.products.chunks_exact_mut(count * biases.len());
        for ((values, weights), out) in work.tiles.chunks_exact(count * channels).zip(points).zip(products) {
            simd.vectorize(Product { values, rows: Rows::of(channels), weights, out });
        }
        simd.vectorize(TransformBack { products: &work.products, across, tiles, biases, to });
    }
}

/// Bᵀ d B of the 4x4 pixels of each tile.
struct Transform<'a> {
    from: &'a Map,
    /// Tiles in a line, and lines.
    across: usize,
    /// `[point, tile, channel]`.
    tiles: &'a mut [f32],
}

impl WithSimd for Transform<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { from, across, tiles } = self;
        let (values, _) = S::as_simd_f32s(from.framed());
        let (tiles, _) = S::as_mut_simd_f32s(tiles);
        let (registers, pitch) = (from.channels() / S::F32_LANES, from.pitch() / S::F32_LANES);
        let point = across * across * registers;
        for tile in 0..across * across {
            let first = 2 * (tile / across) * pitch + 2 * (tile % across) * registers;
            for i in 0..registers {
                let pixels = &values[first + i..];
                let column =
                    |x: usize| input_transform(simd, std::array::from_fn(|y| pixels[y * pitch + x * registers]));
                let columns: [_; 4] = std::array::from_fn(column);
                let to = &mut tiles[tile * registers + i..];
                for y in 0..4 {
                    let line = input_transform(simd, columns.map(|column| column[y]));
                    line.into_iter().enumerate().for_each(|(x, value)| to[(4 * y + x) * point] = value);
                }
            }
        }
    }
}

/// Aᵀ m A of the products of each tile, plus biases, without what is below 0.
struct TransformBack<'a> {
    /// `[point, tile, output]`.
    products: &'a [f32],
    across: usize,
    tiles: Tiles,
    biases: &'a [f32],
    to: Pixels<'a>,
}

impl WithSimd for TransformBack<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { products, across, tiles, biases, to } = self;
        let (products, _) = S::as_simd_f32s(products);
        let (biases, _) = S::as_simd_f32s(biases);
        let (values, _) = S::as_mut_simd_f32s(to.values);
        let (registers, pitch) = (biases.len(), to.pitch / S::F32_LANES);
        let point = across * across * registers;
        for tile in 0..across * across {
            let (top, left) = (tile / across, tile % across);
            for (i, &bias) in biases.iter().enumerate() {
                let products = &products[tile * registers + i..];
                let column = |x: usize| output_transform(simd, std::array::from_fn(|y| products[(4 * y + x) * point]));
                let columns: [_; 4] = std::array::from_fn(column);
                let lines: [_; 2] = std::array::from_fn(|y| output_transform(simd, columns.map(|column| column[y])));
                let finished = |v| larger(simd, simd.add_f32s(v, bias), simd.splat_f32s(0.));
                match tiles {
                    Tiles::Pooled => {
                        let [upper, lower] = lines.map(|[left, right]| larger(simd, left, right));
                        values[top * pitch + left * registers + i] = finished(larger(simd, upper, lower));
                    }
                    Tiles::Whole => {
                        for (y, line) in (2 * top..to.side).zip(lines) {
                            for (x, value) in (2 * left..to.side).zip(line) {
                                values[y * pitch + x * registers + i] = finished(value);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Not `max_f32s`, which in browsers minds what is no number and is slower for it.
#[inline(always)]
fn larger<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
    simd.select_f32s(simd.greater_than_f32s(a, b), a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;

    fn weight(channel: usize, output: usize) -> [[f32; 3]; 3] {
        std::array::from_fn(|y| {
            std::array::from_fn(|x| ((channel * 31 + output * 17 + y * 5 + x * 3) % 23) as f32 / 11. - 1.)
        })
    }

    /// As it is defined, before pooling.
    fn plain(map: &Map, y: usize, x: usize, output: usize, bias: f32) -> f32 {
        let at = |dy: usize, dx: usize, channel: usize| {
            map.framed()[(y + dy) * map.pitch() + (x + dx) * map.channels() + channel]
        };
        let windows = (0..map.channels()).map(|channel| {
            let window = weight(channel, output);
            (0..9).map(|tap| window[tap / 3][tap % 3] * at(tap / 3, tap % 3, channel)).sum::<f32>()
        });
        (windows.sum::<f32>() + bias).max(0.)
    }

    #[test]
    fn it_is_a_convolution() {
        for (side, channels, outputs) in [(14, 8, 8_usize), (7, 16, 24), (7, 24, 5), (2, 8, 9), (1, 8, 8)] {
            let mut from = Map::default();
            from.clear(side, channels);
            let Pixels { values, pitch, .. } = from.pixels();
            for (y, line) in values.chunks_mut(pitch).take(side).enumerate() {
                line[..side * channels]
                    .iter_mut()
                    .enumerate()
                    .for_each(|(i, v)| *v = ((y * 41 + i * 13) % 19) as f32 / 9. - 1.);
            }
            let biases: Vec<f32> = (0..outputs).map(|output| output as f32 / 10. - 0.3).collect();
            let convolution = Convolution::new(channels, &biases, weight);
            assert_eq!(convolution.outputs(), outputs.next_multiple_of(WIDTH));
            let kinds = [(Tiles::Whole, side), (Tiles::Pooled, side / 2)];
            for ((tiles, next), machine) in
                kinds.into_iter().flat_map(|kind| Machine::ALL.map(|machine| (kind, machine)))
            {
                let (mut to, mut work) = (Map::default(), Workspace::default());
                to.clear(next, convolution.outputs());
                machine.run(Run { convolution: &convolution, from: &from, tiles, work: &mut work, to: to.pixels() });
                for (y, x, output) in
                    (0..next * next * outputs).map(|i| (i / outputs / next, i / outputs % next, i % outputs))
                {
                    let at = |y, x| plain(&from, y, x, output, biases[output]);
                    let right = match tiles {
                        Tiles::Whole => at(y, x),
                        Tiles::Pooled => [(0, 0), (0, 1), (1, 0), (1, 1)]
                            .map(|(dy, dx)| at(2 * y + dy, 2 * x + dx))
                            .into_iter()
                            .fold(0., f32::max),
                    };
                    let made = to.framed()[(y + 1) * to.pitch() + (x + 1) * to.channels() + output];
                    assert!(
                        (made - right).abs() < 1e-4,
                        "{machine:?}, {tiles:?}, side {side}, ({x}, {y}), output {output}: {made} {right}"
                    );
                }
                // The frame stays 0, or the next convolution would read it.
                let inside = next * next * to.channels();
                assert!(to.framed().iter().filter(|v| **v != 0.).count() <= inside);
            }
        }
    }
}

//! The product that reading spends its time on: rows of values times weights.

use pulp::{Simd, WithSimd};

use crate::dispatch;

/// Outputs that are summed together: the rows of weights are that wide, and outputs are filled up to a multiple of it by some that stay 0.
pub const WIDTH: usize = 8;

/// How the rows lie among the values.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// Values from one row to the next.
    pub step: usize,
    /// Runs in a row.
    pub runs: usize,
    /// Values in a run.
    pub length: usize,
    /// Values from one run to the next.
    pub apart: usize,
}

impl Rows {
    /// One after another, `length` values each.
    pub fn of(length: usize) -> Self {
        Self { step: length, runs: 1, length, apart: 0 }
    }
}

/// Weights `[input, output]` as [`Panels::multiply`] reads them: [`WIDTH`] outputs after another, each input by input.
#[derive(Debug, Clone)]
pub struct Panels {
    depth: usize,
    outputs: usize,
    values: Vec<[f32; WIDTH]>,
}

impl Panels {
    /// `weight(input, output)` gives each; outputs are filled up with zeros.
    ///
    /// # Panics
    /// Where `depth` is 0.
    pub fn new(depth: usize, outputs: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        assert!(depth > 0, "expected rows of some values");
        let at = |first: usize, input: usize, i: usize| if first + i < outputs { weight(input, first + i) } else { 0. };
        let mut values = Vec::with_capacity(depth * outputs.div_ceil(WIDTH));
        for first in (0..outputs).step_by(WIDTH) {
            values.extend((0..depth).map(|input| std::array::from_fn(|i| at(first, input, i))));
        }
        Self { depth, outputs: outputs.next_multiple_of(WIDTH), values }
    }

    /// Values in a row.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Outputs, those that fill up included: a multiple of [`WIDTH`].
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `out[row, output] = Σ row [k] · weights[k, output]`, for as many rows as `out` has place for.
    ///
    /// # Panics
    /// Where `rows` are not as long as the weights are deep, or reach beyond `values`.
    pub fn multiply(&self, values: &[f32], rows: Rows, out: &mut [f32]) {
        dispatch(Product { values, rows, weights: self, out });
    }
}

/// See [`Panels::multiply`].
pub(crate) struct Product<'a> {
    /// What the rows are among.
    pub values: &'a [f32],
    /// How they lie.
    pub rows: Rows,
    /// What they are multiplied by.
    pub weights: &'a Panels,
    /// Row by row.
    pub out: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let weights = self.weights;
        assert_eq!(self.rows.runs * self.rows.length, weights.depth);
        for (panel, first) in weights.values.chunks_exact(weights.depth).zip((0..).step_by(WIDTH)) {
            // Eight sums and more keep the multipliers of a core busy, and leave room among sixteen registers for what they are made of.
            match S::F32_LANES {
                8 => self.multiply_panel::<S, 8, 7, 1>(simd, panel, first),
                4 => self.multiply_panel::<S, 5, 4, 2>(simd, panel, first),
                1 => self.multiply_panel::<S, 2, 1, 8>(simd, panel, first),
                lanes => unreachable!("expected registers of 1, 4 or 8 values, saw {lanes}"),
            }
        }
    }
}

impl Product<'_> {
    /// The outputs from `first` on; `N` registers hold a row of weights. `LONG` rows at a time, and as many times `SHORT`, which is one
    /// less, as make it come out even.
    #[inline(always)]
    fn multiply_panel<S: Simd, const LONG: usize, const SHORT: usize, const N: usize>(
        &mut self,
        simd: S,
        panel: &[[f32; WIDTH]],
        first: usize,
    ) {
        let count = self.out.len() / self.weights.outputs;
        let short = (LONG - count % LONG) % LONG * SHORT;
        let long_end = if short <= count { count - short } else { count - count % LONG };
        let mut row = 0;
        while row < long_end {
            self.multiply_tile::<S, LONG, N>(simd, panel, row, first);
            row += LONG;
        }
        while row + SHORT <= count {
            self.multiply_tile::<S, SHORT, N>(simd, panel, row, first);
            row += SHORT;
        }
        while row < count {
            self.multiply_tile::<S, 1, N>(simd, panel, row, first);
            row += 1;
        }
    }

    /// `R` rows: each value is spread over a register and meets the row of weights.
    #[inline(always)]
    fn multiply_tile<S: Simd, const R: usize, const N: usize>(
        &mut self,
        simd: S,
        panel: &[[f32; WIDTH]],
        row: usize,
        first: usize,
    ) {
        let Rows { step, runs, length, apart } = self.rows;
        let (panel, _) = S::as_simd_f32s(panel.as_flattened());
        let mut sums = [[simd.splat_f32s(0.); N]; R];
        for run in 0..runs {
            let values: [&[f32]; R] = std::array::from_fn(|i| &self.values[(row + i) * step + run * apart..][..length]);
            let panel = &panel[run * length * N..][..length * N];
            for (k, weights) in panel.as_chunks::<N>().0.iter().enumerate() {
                for (values, sums) in values.iter().zip(&mut sums) {
                    let value = simd.splat_f32s(values[k]);
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum = simd.mul_add_e_f32s(value, *weight, *sum);
                    }
                }
            }
        }
        for (i, sums) in sums.iter().enumerate() {
            let at = (row + i) * self.weights.outputs + first;
            S::as_mut_simd_f32s(&mut self.out[at..at + WIDTH]).0.copy_from_slice(sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Machine;

    /// As it is defined.
    fn expected(values: &[f32], rows: Rows, weight: impl Fn(usize, usize) -> f32, row: usize, output: usize) -> f32 {
        let at = |k: usize| values[row * rows.step + k / rows.length * rows.apart + k % rows.length];
        (0..rows.runs * rows.length).map(|k| at(k) * weight(k, output)).sum()
    }

    #[test]
    fn every_count_of_rows_and_outputs_is_multiplied() {
        let values: Vec<f32> = (0..2000).map(|i| ((i * 37) % 101) as f32 / 50. - 1.).collect();
        let weight = |k: usize, output: usize| ((k * 13 + output * 7) % 29) as f32 / 14. - 1.;
        let shapes = [
            Rows::of(8),
            Rows::of(1),
            Rows { step: 1, runs: 3, length: 3, apart: 30 },
            Rows { step: 5, runs: 2, length: 4, apart: 9 },
        ];
        for rows in shapes {
            let counts = (1..18).flat_map(|outputs| (0..35).map(move |count| (outputs, count)));
            for ((outputs, count), machine) in counts.flat_map(|counts| Machine::ALL.map(|machine| (counts, machine))) {
                let weights = Panels::new(rows.runs * rows.length, outputs, weight);
                let mut out = vec![f32::NAN; count * weights.outputs()];
                machine.run(Product { values: &values, rows, weights: &weights, out: &mut out });
                for (row, sums) in out.chunks_exact(weights.outputs()).enumerate() {
                    for (output, &sum) in sums.iter().enumerate() {
                        let right = if output < outputs { expected(&values, rows, weight, row, output) } else { 0. };
                        assert!(
                            (sum - right).abs() < 1e-4,
                            "{machine:?}, {rows:?}, {count} rows, row {row}, output {output}: {sum} {right}"
                        );
                    }
                }
            }
        }
    }
}

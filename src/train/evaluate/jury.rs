//! The ways of refusing that ask networks of their own, on the rows of non-digits, beside reject classes by one network of the same small
//! shape: what a gate, an ensemble or dropout is worth, and what it costs.

use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;

use super::refusing::{Separation, separation};
use super::{Row, share, tables};
use crate::classify::Glyph;
use crate::recognizer::whole_glyph;
use crate::refusal::{Opinion, RefusalMethod};
use crate::train::jury::Jury;

/// One method on one row.
#[derive(Debug, Serialize)]
pub struct JuryResult {
    /// The non-digits, and the digits that they are told from.
    pub row: &'static str,
    /// See `row`.
    pub against: &'static str,
    /// The method.
    pub method: &'static str,
    /// How well it does.
    pub separation: Separation,
    /// Percent of the non-digits, and of the digits, that its own threshold accepts.
    pub non_digits_accepted: f64,
    /// See `non_digits_accepted`.
    pub digits_accepted: f64,
}

/// What one method costs.
#[derive(Debug, Serialize)]
pub struct CostResult {
    /// The method.
    pub method: &'static str,
    /// Bytes of its networks.
    pub bytes: usize,
    /// Milliseconds a glyph for its networks, in batches of 32 on one thread.
    pub milliseconds: f64,
}

/// The jury's own reject classes first, to compare with.
fn methods() -> impl Iterator<Item = RefusalMethod> {
    std::iter::once(RefusalMethod::RejectClasses).chain(RefusalMethod::OF_JURY)
}

/// The jury's opinions of one row.
pub struct Heard {
    name: &'static str,
    opinions: Vec<Opinion>,
}

impl Heard {
    /// Of every input with ink.
    pub fn of<T>(row: &Row<T>, jury: &Jury) -> Self {
        let glyphs: Vec<Glyph> = row.inputs.par_iter().filter_map(whole_glyph).collect();
        Self { name: row.name, opinions: jury.opinions(&glyphs) }
    }

    /// The row.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// One row of non-digits by every method.
pub fn compare(non_digits: &Heard, digits: &Heard, jury: &Jury) -> Vec<JuryResult> {
    let result = |method: RefusalMethod| {
        let of = |heard: &Heard| heard.opinions.iter().map(|o| method.acceptance_by(o)).collect::<Vec<_>>();
        let accepted = |heard: &Heard| {
            share(heard.opinions.iter().filter(|o| jury.accepts(method, o)).count(), heard.opinions.len())
        };
        JuryResult {
            row: non_digits.name,
            against: digits.name,
            method: method.name(),
            separation: separation(of(digits), of(non_digits)),
            non_digits_accepted: accepted(non_digits),
            digits_accepted: accepted(digits),
        }
    };
    methods().map(result).collect()
}

/// What each method costs.
pub fn costs(jury: &Jury) -> Vec<CostResult> {
    const BATCH: usize = 32;
    const ROUNDS: usize = 20;
    let glyphs = vec![Glyph::blank(); BATCH];
    let cost = |method: RefusalMethod| {
        let ask = jury.asker(method);
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let begun = Instant::now();
                ask(&glyphs);
                begun.elapsed().as_secs_f64() * 1000. / BATCH as f64
            })
            .collect();
        times.sort_by(f64::total_cmp);
        CostResult { method: method.name(), bytes: jury.bytes(method), milliseconds: times[ROUNDS / 2] }
    };
    methods().map(cost).collect()
}

/// The table of the rows, and that of the costs.
pub fn tables(page: &mut String, results: &[JuryResult], costs: &[CostResult]) {
    let note = "The ways that ask networks of their own (`train --jury`), all of one small shape and trained alike, as *FPR95 / AUROC / \
                digits lost* like above; reject classes by the ensemble's first network stand beside them. None of these networks ships.";
    let count = methods().count();
    let named: Vec<&str> = results.iter().take(count).map(|r| r.method).collect();
    let head: Vec<&str> = ["non-digits", "told from"].into_iter().chain(named).collect();
    let rows = results.chunks(count).map(|results| {
        let cells = results.iter().map(|r| tables::separation(&r.separation));
        [results[0].row.to_owned(), results[0].against.to_owned()].into_iter().chain(cells).collect()
    });
    tables::table(page, "Ways of refusing that take more than one network", note, &head, rows);
    let note = "Means over the rows above but the look-alikes. *Accepted* by each method's own threshold, which lets the same share of \
                held-back digits in. Milliseconds a glyph in batches of 32, one thread.";
    let head = ["method", "bytes", "ms", "FPR95", "AUROC", "non-digits accepted", "digits accepted"];
    let row = |cost: &CostResult| {
        let own: Vec<&JuryResult> =
            results.iter().filter(|r| r.method == cost.method && !r.row.starts_with("look-alikes")).collect();
        let mean = |of: &dyn Fn(&JuryResult) -> f64| own.iter().map(|r| of(r)).sum::<f64>() / own.len() as f64;
        let mut cells = vec![cost.method.to_owned(), cost.bytes.to_string(), format!("{:.3}", cost.milliseconds)];
        cells.extend([
            tables::percent(mean(&|r| r.separation.fpr95)),
            tables::percent(mean(&|r| r.separation.auroc)),
            tables::percent(mean(&|r| r.non_digits_accepted)),
            tables::percent(mean(&|r| r.digits_accepted)),
        ]);
        cells
    };
    tables::table(page, "What refusing costs", note, &head, costs.iter().map(row));
}

//! The page docs/evaluation.md.

use std::fmt::Write;

use anyhow::{Context, Result};

use super::refusing::Separation;
use super::{Record, ablation, adapting, figures, jury, members, trust};
use crate::model::NetworkShape;
use crate::trajectory::TrajectoryModel;

/// The README's block of figures stands between these lines.
const SUMMARY: [&str; 2] = ["<!-- figures: written by `ink-number evaluate` -->\n", "<!-- /figures -->"];

/// `readme` with its block of figures written anew.
///
/// # Errors
/// Where the block is not there.
pub fn with_summary(readme: &str, record: &Record) -> Result<String> {
    let [begin, end] = SUMMARY;
    let missing = || format!("the README needs its lines {} and {end}", begin.trim());
    let (before, rest) = readme.split_once(begin).with_context(missing)?;
    let (_, after) = rest.split_once(end).with_context(missing)?;
    Ok(format!("{before}{begin}{}{end}{after}", summary(record)))
}

fn summary(record: &Record) -> String {
    let mut block = String::from("\n| row | right, % |\n|---|---|\n");
    for result in &record.strings {
        let _ = writeln!(block, "| {} (whole string) | {} |", result.row, percent(result.right));
    }
    for result in &record.digits {
        let _ = writeln!(block, "| {} (single digits) | {} |", result.row, percent(result.right));
    }
    block.push_str(
        "\n| not a digit | plain softmax is at least 90 % sure, % | ink-number accepts, % |\n|---|---|---|\n",
    );
    for result in &record.refusals {
        let _ =
            writeln!(block, "| {} | {} | {} |", result.row, percent(result.plain_sure), percent(result.ours_accepted));
    }
    block.push('\n');
    block
}

/// The whole page.
pub fn page(record: &Record) -> String {
    let mut page = String::from(
        "# Evaluation\n\nWritten by `ink-number evaluate` in one run; nothing here is typed by hand. Every figure is a percentage unless \
         it says otherwise. The evaluation rows were never trained on.\n",
    );
    network(&mut page, record);
    strings(&mut page, record);
    forms(&mut page, record);
    struck(&mut page, record);
    marks(&mut page, record);
    cuts(&mut page, record);
    strategies(&mut page, record);
    ablation::table(&mut page, &record.ablation);
    digits(&mut page, record);
    trust::tables(&mut page, &record.calibration, &record.risks);
    refusals(&mut page, record);
    methods(&mut page, record);
    members::table(&mut page, &record.members);
    jury::tables(&mut page, &record.jury, &record.jury_costs);
    adapting::table(&mut page, &record.adapting);
    let _ = writeln!(page, "\nThe run took {:.0} seconds.", record.seconds);
    page
}

/// A section with a table.
pub fn table(page: &mut String, title: &str, note: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(page, "\n## {title}\n\n{note}\n");
    let _ = writeln!(page, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(page, "| {} |", row.join(" | "));
    }
}

/// A percentage as all tables give it.
pub fn percent(value: f64) -> String {
    format!("{value:.2}")
}

fn network(page: &mut String, record: &Record) {
    let facts = &record.network;
    let shape =
        |s: &NetworkShape| format!("3x3 convolutions of {:?} channels and a dense layer of {}", s.channels, s.hidden);
    let shapes: Vec<String> = facts.shapes.iter().map(shape).collect();
    let _ = writeln!(
        page,
        "\nThe networks, whose logits are averaged where there are several: {}. In all {} parameters, {:.2} million multiply-adds a glyph, a weights \
         file of {} bytes. The file holds two small networks besides, which are not counted among the parameters: one adds to the logits of a glyph that \
         was written by {} numbers that say how the pen went, the other tells how probable a cut is.",
        shapes.join("; "),
        facts.parameters,
        facts.multiply_adds as f64 / 1e6,
        facts.bytes,
        TrajectoryModel::SHAPE.inputs
    );
}

fn strings(page: &mut String, record: &Record) {
    let note = "Whole strings, length unknown. *Right*: the first hypothesis is the string. *ECE*: expected calibration error of the \
                first hypothesis' probability. *In any order and direction*: the strings of the row before, their strokes shuffled and half of \
                them turned by us; some of what training reads is rewritten likewise. Milliseconds: median of a reading on one thread, two readings at a time.";
    let head = ["row", "strings", "right", "in first five", "accepted, right", "accepted, wrong", "ECE", "ms"];
    let row = |r: &super::StringResult| {
        let mut cells = vec![r.row.to_owned(), r.strings.to_string()];
        cells.extend([r.right, r.right_in_five, r.accepted_right, r.accepted_wrong, r.calibration_error].map(percent));
        cells.push(format!("{:.1}", r.milliseconds));
        cells
    };
    table(page, "Strings", note, &head, record.strings.iter().map(row));
    let _ = writeln!(page);
    for result in &record.strings {
        let _ = writeln!(page, "![reliability, {}](figures/{})", result.row, figures::file_name(result.row));
    }
}

fn forms(page: &mut String, record: &Record) {
    let note = "The row of forms by kind (`src/train/compose/form.rs` says what each is). *Right without*: the same strings as clean \
                pictures; cells move digits apart, but where nobody knows whose ink is \
                whose there is one for all.";
    let head = ["form", "strings", "right", "right without", "accepted, right", "accepted, wrong"];
    let row = |r: &super::FormResult| {
        let mut cells = vec![r.form.to_owned(), r.strings.to_string()];
        cells.extend([r.right, r.right_without, r.accepted_right, r.accepted_wrong].map(percent));
        cells
    };
    table(page, "Forms", note, &head, record.forms.iter().map(row));
}

fn struck(page: &mut String, record: &Record) {
    let note = "Strings of two digits and more, struck out by one line across them. *Told*: refused because of that. *Imagined*: \
                strings that are not struck out, refused because they seem to be.";
    let row = |r: &super::StruckResult| {
        let mut cells = vec![r.row.to_owned(), r.strings.to_string()];
        cells.extend([r.told, r.accepted, r.imagined].map(percent));
        cells
    };
    table(page, "Struck out", note, &["row", "strings", "told", "accepted", "imagined"], record.struck.iter().map(row));
}

fn marks(page: &mut String, record: &Record) {
    let note = "Strings of two digits and more with a mark that we draw between two of them, marks kept in the text (`src/train/compose/mark.rs` says how each is drawn). *Right*: the likeliest \
                reading has it in its place. *Mistaken*: it has a 1 instead of a slash or comma, or a comma instead of a point. *Lost*: it is the string without it. \
                *Imagined*: of all strings as they are, without a mark, those whose likeliest reading has it.";
    let row = |r: &super::MarkResult| {
        let mut cells = vec![r.mark.as_char().to_string(), r.row.to_owned(), r.strings.to_string()];
        cells.extend([r.right, r.mistaken, r.lost, r.accepted_right, r.accepted_wrong, r.imagined].map(percent));
        cells
    };
    let head = ["mark", "row", "strings", "right", "mistaken", "lost", "accepted right", "accepted wrong", "imagined"];
    table(page, "Marks", note, &head, record.marks.iter().map(row));
}

fn cuts(page: &mut String, record: &Record) {
    let note = "*Recall*: the share of true boundaries between neighbouring digits that some cut hits (nine tenths of each digit's ink on \
                its own side, at most a tenth on the other). *All hit*: strings without a missed boundary. *Held*: the share of digits that \
                some candidate shows whole and alone, by the same shares of ink; of the others no search can be sure.";
    let head = ["row", "strings", "recall", "all hit", "held", "candidates a digit", "fragments a digit"];
    let row = |r: &super::CutResult| {
        let mut cells = vec![r.row.to_owned(), r.strings.to_string()];
        cells
            .extend([r.recall, r.strings_whole, r.digits_held, r.candidates_a_digit, r.fragments_a_digit].map(percent));
        cells
    };
    table(page, "Cuts", note, &head, record.cuts.iter().map(row));
}

fn strategies(page: &mut String, record: &Record) {
    let note = format!("On *{}*. Microseconds: median of the search alone.", record.strategies[0].row);
    let row = |r: &super::StrategyResult| {
        vec![r.strategy.to_owned(), percent(r.right), format!("{:.0}", r.search_microseconds)]
    };
    table(page, "Strategies", &note, &["strategy", "right", "µs"], record.strategies.iter().map(row));
}

fn digits(page: &mut String, record: &Record) {
    let note = "Single digits, each taken whole as one glyph. *Accepted* by the shipped decision.";
    let row = |r: &super::DigitResult| {
        let mut cells = vec![r.row.to_owned(), r.glyphs.to_string()];
        cells.extend([r.right, r.accepted, r.calibration_error].map(percent));
        cells
    };
    table(page, "Digits", note, &["row", "glyphs", "right", "accepted", "ECE"], record.digits.iter().map(row));
}

fn refusals(page: &mut String, record: &Record) {
    let note = "The question that began it: how often is a network sure of a digit where there is none? *Plain*: a network of the same \
                shape, a ten-way softmax trained on MNIST alone, at least 90 % sure. *Ours, sure*: ours gives a digit 90 % or more. *Ours, \
                accepted*: the shipped decision takes it for a digit. Look-alikes (I l | / o O s S z Z b B q g) of CROHME stand \
                apart. Of Omniglot's letters three are a 3, a 7 and a slash as they stand; halves may be digits that hold three quarters of \
                the digit's ink or more, and the right halves of 4s. The rows of all letters and halves have them, the two behind \
                each are of them alone and of the others. Among letters of fonts look-alikes are not told apart.";
    let head = ["row", "glyphs", "plain, sure", "ours, sure", "ours, accepted"];
    let row = |r: &super::RefusalResult| {
        let mut cells = vec![r.row.to_owned(), r.glyphs.to_string()];
        cells.extend([r.plain_sure, r.ours_sure, r.ours_accepted].map(percent));
        cells
    };
    table(page, "Refusing", note, &head, record.refusals.iter().map(row));
}

/// How well digits are told from the rest, in one cell.
pub fn separation(&Separation { auroc, fpr95, digits_lost, .. }: &Separation) -> String {
    format!("{} / {} / {}", percent(fpr95), percent(auroc), percent(digits_lost))
}

fn methods(page: &mut String, record: &Record) {
    let note = "Every way of refusing (src/refusal.rs says what each is), as *FPR95 / AUROC / digits lost*. FPR95: the share of non-digits \
                still let in at the threshold that lets 95 % of the digits in. AUROC: the share of pairs of a digit and a non-digit in \
                which the digit is the surer one. Digits lost: the share of digits refused at the threshold that refuses 95 % of the \
                non-digits, which is what papers that take the non-digits for the positives call FPR95. The shipped way is \
                reject-classes.";
    let named: Vec<&str> = record.methods.iter().filter(|m| m.row == record.methods[0].row).map(|m| m.method).collect();
    let mut head = vec!["non-digits", "told from"];
    head.extend(named.iter().copied());
    let rows = record.methods.chunks(named.len()).map(|results| {
        let mut cells = vec![results[0].row.to_owned(), results[0].against.to_owned()];
        cells.extend(results.iter().map(|r| separation(&r.separation)));
        cells
    });
    table(page, "Ways of refusing", note, &head, rows);
    let _ = writeln!(
        page,
        "\nThe wrong candidates again, by the probability that a reading gives each candidate, which knows the rest of the line: {}.",
        separation(&record.candidates_in_line)
    );
}

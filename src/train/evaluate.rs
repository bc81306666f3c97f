//! `ink-number evaluate`: every evaluation row read with the shipped weights, the tables and figures of docs/evaluation.md from one
//! run. The rows are touched here to report, never to choose.

mod ablation;
mod adapting;
mod figures;
mod jury;
mod members;
mod mistakes;
mod refusing;
mod rows;
mod tables;
mod trust;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use rayon::prelude::*;
use serde::Serialize;

use super::calibration::{Bin, bins, calibration_error};
use super::compose::{Between, Composed, Form};
use super::datasets::data_dir;
use super::jury::Jury;
use super::{read_weights, scores_of};
use crate::ink::Input;
use crate::lattice::Strategy;
use crate::marks::{MarkKind, MarksInText};
use crate::model::{CpuClassifier, NetworkShape, Weights};
use crate::reading::{Decision, Reading, STRUCK_OUT};
use crate::recognizer::{GlyphReading, ReadOptions, Recognizer, prepare};
use crate::refusal::RefusalMethod;
use crate::segment::{CutModel, LeftOut};

use jury::Heard;
use members::Member;
use mistakes::Mistake;
use refusing::Judged;
pub use rows::{half_digits, single_digits, strings, touching_pairs, whole_pen_digits};

/// Reads every evaluation row and writes docs/evaluation.md, its figures, and model/evaluation.json.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// Where the data sets lie [default: INK_NUMBER_DATA, else ../shared/data beside the project]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Weights to evaluate [default: those built in]
    #[arg(long)]
    weights: Option<PathBuf>,
    /// The plain ten-way softmax network to compare with
    #[arg(long, default_value = "model/baseline.weights")]
    baseline: PathBuf,
    /// The networks that some ways of refusing ask, as `train --jury` writes them
    #[arg(long, default_value = "model/jury")]
    jury: PathBuf,
    /// Where the page and its figures go
    #[arg(long, default_value = "docs")]
    out: PathBuf,
    /// Where the record of the figures goes
    #[arg(long, default_value = "model/evaluation.json")]
    record: PathBuf,
    /// Where the contact sheets of each row's surest mistakes go
    #[arg(long, default_value = "target/mistakes")]
    mistakes: PathBuf,
    /// The page whose block of figures is written anew
    #[arg(long, default_value = "README.md")]
    readme: PathBuf,
}

/// Inputs of one kind with what they truly are.
#[derive(Debug)]
pub struct Row<T> {
    /// For tables: the data set and how it was put in.
    pub name: &'static str,
    /// What goes in.
    pub inputs: Vec<Input>,
    /// What each is: a string, or a digit; nothing for what is no digit.
    pub truths: Vec<T>,
}

/// Everything that one run measured.
#[derive(Debug, Serialize)]
struct Record {
    network: NetworkFacts,
    strings: Vec<StringResult>,
    forms: Vec<FormResult>,
    struck: Vec<StruckResult>,
    marks: Vec<MarkResult>,
    cuts: Vec<CutResult>,
    strategies: Vec<StrategyResult>,
    ablation: Vec<ablation::AblationResult>,
    digits: Vec<DigitResult>,
    refusals: Vec<RefusalResult>,
    /// Of each `let_in` below: the share of the digits, percent, that its threshold lets in.
    kept: Vec<f64>,
    methods: Vec<refusing::MethodResult>,
    candidates_in_line: refusing::Separation,
    members: Vec<members::MemberResult>,
    jury: Vec<jury::JuryResult>,
    jury_costs: Vec<jury::CostResult>,
    adapting: Vec<adapting::AdaptingResult>,
    calibration: Vec<trust::CalibrationResult>,
    risks: Vec<trust::RiskResult>,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct NetworkFacts {
    shapes: Vec<NetworkShape>,
    parameters: usize,
    multiply_adds: usize,
    bytes: usize,
}

#[derive(Debug, Serialize)]
struct StringResult {
    row: &'static str,
    strings: usize,
    /// Best hypothesis is the string, whatever the decision.
    right: f64,
    /// Accepted and right, accepted and wrong.
    accepted_right: f64,
    accepted_wrong: f64,
    /// The string is among the first five hypotheses.
    right_in_five: f64,
    calibration_error: f64,
    /// Milliseconds a reading, median, one thread.
    milliseconds: f64,
    #[serde(skip)]
    reliability: Vec<Bin>,
}

/// What one kind of form does to the strings that are on it; percent.
#[derive(Debug, Serialize)]
struct FormResult {
    form: &'static str,
    strings: usize,
    /// Best hypothesis is the string: on the form, and as a clean picture.
    right: f64,
    right_without: f64,
    accepted_right: f64,
    accepted_wrong: f64,
}

/// Strings struck out by one line, and the same as they are; percent.
#[derive(Debug, Serialize)]
struct StruckResult {
    row: &'static str,
    strings: usize,
    /// Struck out and said to be, and struck out but accepted.
    told: f64,
    accepted: f64,
    /// Not struck out, but said to be.
    imagined: f64,
}

/// Strings with a mark of one kind between two of their digits, marks kept; percent.
#[derive(Debug, Serialize)]
struct MarkResult {
    mark: MarkKind,
    row: &'static str,
    strings: usize,
    /// Best hypothesis is the string with its mark, with what is most like it in its place, and without it.
    right: f64,
    mistaken: f64,
    lost: f64,
    accepted_right: f64,
    accepted_wrong: f64,
    /// Of all strings of the set, none of which has one: best hypothesis has it.
    imagined: f64,
}

#[derive(Debug, Serialize)]
struct CutResult {
    row: &'static str,
    strings: usize,
    /// Share of the boundaries between neighbouring digits that some cut hits, and of the strings all of whose boundaries are hit.
    recall: f64,
    strings_whole: f64,
    /// Share of the digits that some candidate shows whole and alone.
    digits_held: f64,
    /// Means over all digits.
    candidates_a_digit: f64,
    fragments_a_digit: f64,
}

#[derive(Debug, Serialize)]
struct StrategyResult {
    strategy: &'static str,
    row: &'static str,
    right: f64,
    /// Microseconds of search a reading, median.
    search_microseconds: f64,
}

#[derive(Debug, Serialize)]
struct DigitResult {
    row: &'static str,
    glyphs: usize,
    right: f64,
    accepted: f64,
    calibration_error: f64,
}

#[derive(Debug, Serialize)]
struct RefusalResult {
    row: &'static str,
    glyphs: usize,
    /// Share on which the plain softmax network is at least 90 % sure of a digit.
    plain_sure: f64,
    /// Share on which ours gives a digit at least 90 %.
    ours_sure: f64,
    /// Share that the shipped decision accepts.
    ours_accepted: f64,
}

/// Runs the command.
///
/// # Errors
/// Where data or weights are missing, or the page cannot be written.
pub fn run_evaluate(args: &EvaluateArgs) -> Result<()> {
    let begun = Instant::now();
    let data = args.data.clone().unwrap_or_else(data_dir);
    let weights = match &args.weights {
        Some(path) => read_weights(path)?,
        None => Weights::shipped(),
    };
    let plain = read_weights(&args.baseline)?;
    let jury = Jury::read(&args.jury)?;
    fs::create_dir_all(&args.mistakes)?;
    let sheet = |row: &str, mistakes: Vec<Mistake<'_>>| {
        mistakes::write_sheet(&args.mistakes.join(figures::slug(row) + ".svg"), row, mistakes)
    };
    let mut strings = Vec::new();
    let mut forms = Vec::new();
    let mut clean = Vec::new();
    let mut strategies = Vec::new();
    let mut ablation = Vec::new();
    let mut calibration = Vec::new();
    let mut risks = Vec::new();
    let letters = rows::letters_of_crohme(&data)?;
    let letters_read = judged_strings(&read_all(&weights, &letters.inputs, Strategy::default()), None);
    for row in rows::strings(&data)? {
        eprintln!("reading {} ({})", row.name, row.inputs.len());
        let readings = read_all(&weights, &row.inputs, Strategy::default());
        strings.push(string_result(&row, &readings));
        sheet(row.name, string_mistakes(&row, &readings))?;
        ablation.extend(ablation::evaluate(&row, &weights));
        let judged = judged_strings(&readings, Some(&row.truths));
        risks.push(trust::risk(row.name, &judged));
        calibration.extend(trust::calibration(row.name, &judged, letters.name, &letters_read));
        match row.name {
            rows::PIXELS_ROW => clean = readings,
            rows::FORMS_ROW => forms = Form::ALL.map(|form| form_result(form, &row, &readings, &clean)).into(),
            rows::STRATEGY_ROW => {
                strategies =
                    Strategy::ALL.map(|s| strategy_result(&row, s, &read_all(&weights, &row.inputs, s))).into();
            }
            _ => {}
        }
    }
    let letters_classified: trust::Judged =
        classify_all(&weights, &letters.inputs).iter().map(|r| (r.probability, false)).collect();
    let mut digits = Vec::new();
    let mut judged_digits = Vec::new();
    let mut heard_digits = Vec::new();
    let mut members = Member::all(&weights);
    for row in rows::single_digits(&data)? {
        eprintln!("classifying {} ({})", row.name, row.inputs.len());
        let readings = classify_all(&weights, &row.inputs);
        digits.push(digit_result(&row, &readings));
        members.iter_mut().for_each(|m| m.read(&row));
        heard_digits.push(Heard::of(&row, &jury));
        judged_digits.push(Judged::of(row.name, &classify_all(&plain, &row.inputs), &readings));
        sheet(row.name, digit_mistakes(&row, &readings))?;
        let judged = readings.iter().zip(&row.truths).map(|(r, t)| (r.probability, r.digit == Some(*t))).collect();
        calibration.extend(trust::calibration(row.name, &judged, letters.name, &letters_classified));
    }
    let mut refusals = Vec::new();
    let mut methods = Vec::new();
    let mut juries = Vec::new();
    let mut adapting = Vec::new();
    let whole = rows::whole_pen_digits(&data)?;
    refusals.push(refusal_result(&whole, &classify_all(&plain, &whole.inputs), &classify_all(&weights, &whole.inputs)));
    for (row, against) in rows::refused(&data)? {
        eprintln!("refusing {} ({})", row.name, row.inputs.len());
        let (readings, plainly) = (classify_all(&weights, &row.inputs), classify_all(&plain, &row.inputs));
        refusals.push(refusal_result(&row, &plainly, &readings));
        members.iter_mut().for_each(|m| m.refuse(&row, against));
        let digits = judged_digits.iter().find(|j| j.name == against).expect("a row of single digits");
        methods.extend(refusing::compare(&Judged::of(row.name, &plainly, &readings), digits));
        let heard = heard_digits.iter().find(|h| h.name() == against).expect("a row of single digits");
        juries.extend(jury::compare(&Heard::of(&row, &jury), heard, &jury));
        sheet(row.name, accepted_non_digits(&row, &readings))?;
        if row.name == rows::LETTERS_ROW {
            adapting = adapting::evaluate(&data, &weights, &row.inputs)?;
        }
    }
    let composed = rows::composed(&data)?;
    let touching = composed.iter().find(|(name, _)| *name == rows::STRATEGY_ROW).expect("a row of composed strings");
    let candidates = refusing::candidates(&touching.1, &weights, &plain);
    let [wrong, right] = &candidates.judged;
    methods.extend(refusing::compare(wrong, right));
    let marks = rows::marked(&data)?.iter().flat_map(|marked| mark_results(marked, &weights)).collect();
    let shapes: Vec<NetworkShape> = weights.networks.iter().map(|n| n.shape).collect();
    let record = Record {
        network: NetworkFacts {
            parameters: shapes.iter().map(NetworkShape::parameters).sum(),
            shapes,
            multiply_adds: weights.multiply_adds(),
            bytes: weights.to_bytes().len(),
        },
        strings,
        forms,
        struck: rows::struck(&data)?.map(|(row, inputs)| struck_result(row, &inputs, &weights)).into(),
        marks,
        cuts: composed.iter().map(|(row, strings)| cut_result(row, strings, &weights.cuts)).collect(),
        strategies,
        ablation,
        digits,
        refusals,
        kept: refusing::KEPT.to_vec(),
        methods,
        candidates_in_line: candidates.in_line,
        members: members.into_iter().map(Member::result).collect(),
        jury: juries,
        jury_costs: jury::costs(&jury),
        adapting,
        calibration,
        risks,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let figures_dir = args.out.join("figures");
    fs::create_dir_all(&figures_dir)?;
    trust::draw(&figures_dir, &record.risks)?;
    for result in &record.strings {
        figures::reliability(&figures_dir, result.row, &result.reliability)?;
    }
    fs::write(args.out.join("evaluation.md"), tables::page(&record))?;
    let readme =
        fs::read_to_string(&args.readme).with_context(|| format!("could not read {}", args.readme.display()))?;
    fs::write(&args.readme, tables::with_summary(&readme, &record)?)?;
    fs::write(&args.record, serde_json::to_string_pretty(&record)? + "\n")?;
    eprintln!("wrote {}", args.out.join("evaluation.md").display());
    Ok(())
}

fn recognizer(weights: &Weights) -> Recognizer<CpuClassifier> {
    Recognizer::new(CpuClassifier::load(weights), weights.policy, weights.cuts.clone())
        .with_clock(crate::train::milliseconds)
}

/// Reads every input, on all cores, in order.
pub fn read_all(weights: &Weights, inputs: &[Input], strategy: Strategy) -> Vec<Reading> {
    read_all_with(weights, inputs, &ReadOptions { strategy, ..ReadOptions::default() })
}

fn read_all_with(weights: &Weights, inputs: &[Input], options: &ReadOptions) -> Vec<Reading> {
    let read = |recognizer: &mut Recognizer<_>, input: &Input| {
        pollster::block_on(recognizer.recognize(input, options)).expect("the CPU engine answers")
    };
    inputs.par_iter().map_init(|| recognizer(weights), read).collect()
}

/// Classifies every input as one glyph, on all cores, in order.
pub fn classify_all(weights: &Weights, inputs: &[Input]) -> Vec<GlyphReading> {
    let classify =
        |part: &[Input]| pollster::block_on(recognizer(weights).classify(part)).expect("the CPU engine answers");
    inputs.par_chunks(256).flat_map_iter(classify).collect()
}

fn string_result(row: &Row<String>, readings: &[Reading]) -> StringResult {
    let pairs = || readings.iter().zip(&row.truths);
    let judged = judged_strings(readings, Some(&row.truths));
    let mut times: Vec<f64> = readings.iter().map(|r| r.timings.total).collect();
    times.sort_by(f64::total_cmp);
    StringResult {
        row: row.name,
        strings: readings.len(),
        right: share(judged.iter().filter(|j| j.1).count(), readings.len()),
        accepted_right: share(pairs().filter(|(r, t)| r.text.as_ref() == Some(t)).count(), readings.len()),
        accepted_wrong: share(
            pairs().filter(|(r, t)| r.text.as_ref().is_some_and(|text| text != *t)).count(),
            readings.len(),
        ),
        right_in_five: share(
            pairs().filter(|(r, t)| r.hypotheses.iter().any(|h| h.text == **t)).count(),
            readings.len(),
        ),
        calibration_error: calibration_error(&bins(&judged)),
        milliseconds: times[times.len() / 2],
        reliability: bins(&judged),
    }
}

/// The strings of the row that are on this form, beside how they are read `clean`, in the same order.
fn form_result(form: Form, row: &Row<String>, readings: &[Reading], clean: &[Reading]) -> FormResult {
    assert_eq!(readings.len(), clean.len(), "the row of clean pictures comes before");
    let on_form: Vec<(&Reading, &Reading, &String)> = Form::ALL
        .into_iter()
        .cycle()
        .zip(readings.iter().zip(clean).zip(&row.truths))
        .filter(|&(on, _)| on == form)
        .map(|(_, ((reading, clean), truth))| (reading, clean, truth))
        .collect();
    let percent = |is: &dyn Fn(&(&Reading, &Reading, &String)) -> bool| {
        share(on_form.iter().filter(|each| is(each)).count(), on_form.len())
    };
    let best_is = |reading: &Reading, truth: &String| reading.hypotheses.first().is_some_and(|h| h.text == *truth);
    FormResult {
        form: form.name(),
        strings: on_form.len(),
        right: percent(&|&(reading, _, truth)| best_is(reading, truth)),
        right_without: percent(&|&(_, clean, truth)| best_is(clean, truth)),
        accepted_right: percent(&|&(reading, _, truth)| reading.text.as_ref() == Some(truth)),
        accepted_wrong: percent(&|&(reading, _, truth)| reading.text.as_ref().is_some_and(|text| text != truth)),
    }
}

/// How strings are read as they are and struck out.
fn struck_result(row: &'static str, [whole, struck]: &rows::Pairs, weights: &Weights) -> StruckResult {
    let [whole, struck] = [whole, struck].map(|inputs| read_all(weights, inputs, Strategy::default()));
    let percent =
        |readings: &[Reading], is: fn(&&Reading) -> bool| share(readings.iter().filter(is).count(), readings.len());
    let is_told = |reading: &&Reading| reading.reason.as_deref() == Some(STRUCK_OUT);
    StruckResult {
        row,
        strings: struck.len(),
        told: percent(&struck, is_told),
        accepted: percent(&struck, |reading| reading.text.is_some()),
        imagined: percent(&whole, is_told),
    }
}

/// How strings with a mark are read, and how many without one have it too.
fn mark_results(marked: &rows::Marked, weights: &Weights) -> Vec<MarkResult> {
    let options = ReadOptions { marks: MarksInText::Kept, ..ReadOptions::default() };
    let best = |reading: &Reading| reading.hypotheses.first().map_or(String::new(), |h| h.text.clone());
    let without: Vec<String> = read_all_with(weights, &marked.without, &options).iter().map(best).collect();
    let result = |(mark, row): &(Between, Row<String>)| {
        let char = mark.kind().as_char();
        let readings = read_all_with(weights, &row.inputs, &options);
        let percent = |is: &dyn Fn(&Reading, &String) -> bool| {
            share(
                readings.iter().zip(&row.truths).filter(|(reading, truth)| is(reading, truth)).count(),
                readings.len(),
            )
        };
        MarkResult {
            mark: mark.kind(),
            row: row.name,
            strings: readings.len(),
            right: percent(&|reading, truth| best(reading) == *truth),
            mistaken: percent(&|reading, truth| best(reading) == truth.replace(char, mark.most_like())),
            lost: percent(&|reading, truth| best(reading) == truth.replace(char, "")),
            accepted_right: percent(&|reading, truth| reading.text.as_ref() == Some(truth)),
            accepted_wrong: percent(&|reading, truth| reading.text.as_ref().is_some_and(|text| text != truth)),
            imagined: share(without.iter().filter(|text| text.contains(char)).count(), without.len()),
        }
    };
    marked.with.iter().map(result).collect()
}

/// The best hypothesis' probability and whether it is the truth; without truths nothing is.
fn judged_strings(readings: &[Reading], truths: Option<&[String]>) -> trust::Judged {
    let judged = |(i, reading): (usize, &Reading)| match reading.hypotheses.first() {
        Some(best) => (best.probability, truths.is_some_and(|t| t[i] == best.text)),
        None => (0., false),
    };
    readings.iter().enumerate().map(judged).collect()
}

fn strategy_result(row: &Row<String>, strategy: Strategy, readings: &[Reading]) -> StrategyResult {
    let result = string_result(row, readings);
    let mut times: Vec<f64> = readings.iter().map(|r| r.timings.search * 1000.).collect();
    times.sort_by(f64::total_cmp);
    StrategyResult {
        strategy: strategy.name(),
        row: row.name,
        right: result.right,
        search_microseconds: times[times.len() / 2],
    }
}

fn digit_result(row: &Row<u8>, readings: &[GlyphReading]) -> DigitResult {
    let right = |(r, t): &(&GlyphReading, &u8)| r.digit == Some(**t);
    let pairs = || readings.iter().zip(&row.truths);
    let judged: Vec<(f64, bool)> = pairs().map(|pair| (pair.0.probability, right(&pair))).collect();
    DigitResult {
        row: row.name,
        glyphs: readings.len(),
        right: share(pairs().filter(right).count(), readings.len()),
        accepted: accepted(readings),
        calibration_error: calibration_error(&bins(&judged)),
    }
}

/// From here on a network counts as sure, as in the question that this project began with.
const SURE: f64 = 0.9;

fn refusal_result(row: &Row<()>, plain: &[GlyphReading], ours: &[GlyphReading]) -> RefusalResult {
    RefusalResult {
        row: row.name,
        glyphs: ours.len(),
        plain_sure: plain_sure(plain),
        ours_sure: refusing::sure(ours),
        ours_accepted: accepted(ours),
    }
}

/// How well the true boundaries of composed strings are cut.
fn cut_result(row: &'static str, strings: &[Composed], cuts: &CutModel) -> CutResult {
    let cut = |composed: &Composed| {
        let prepared = prepare(&composed.input, cuts);
        let hit = composed.boundaries_hit(&prepared.grid, &prepared.segmentation);
        let segmentation = &prepared.segmentation;
        let hits = hit.iter().filter(|&&h| h).count();
        // With a ligature left out a candidate is the same glyph, scored once.
        let glyphs = segmentation.candidates.iter().filter(|c| c.left_out_as == LeftOut::Nothing).count();
        let shown = composed.truth(&prepared.grid, segmentation).into_iter().flatten().flatten();
        (hits, hit.len(), glyphs, segmentation.fragments.len(), shown.collect::<BTreeSet<usize>>().len())
    };
    type Counts = (usize, usize, usize, usize, usize);
    let counts: Vec<Counts> = strings.par_iter().map(cut).collect();
    let sum = |of: fn(&Counts) -> usize| counts.iter().map(of).sum::<usize>();
    let digits: usize = strings.iter().map(|c| c.text.len()).sum();
    CutResult {
        row,
        strings: strings.len(),
        recall: share(sum(|c| c.0), sum(|c| c.1)),
        strings_whole: share(counts.iter().filter(|c| c.0 == c.1).count(), counts.len()),
        digits_held: share(sum(|c| c.4), digits),
        candidates_a_digit: sum(|c| c.2) as f64 / digits.max(1) as f64,
        fragments_a_digit: sum(|c| c.3) as f64 / digits.max(1) as f64,
    }
}

fn string_mistakes<'a>(row: &'a Row<String>, readings: &[Reading]) -> Vec<Mistake<'a>> {
    let mistake = |((index, input), (reading, truth)): ((usize, &'a Input), (&Reading, &String))| {
        let (read, probability) = match reading.hypotheses.first() {
            Some(best) => (best.text.clone(), best.probability),
            None => ("nothing".into(), 0.),
        };
        (read != *truth).then(|| Mistake { input, index, read, truth: truth.clone(), probability })
    };
    row.inputs.iter().enumerate().zip(readings.iter().zip(&row.truths)).filter_map(mistake).collect()
}

fn digit_mistakes<'a>(row: &'a Row<u8>, readings: &[GlyphReading]) -> Vec<Mistake<'a>> {
    let mistake = |((index, input), (reading, truth)): ((usize, &'a Input), (&GlyphReading, &u8))| {
        let read = reading.digit.map_or("nothing".into(), |d| d.to_string());
        let probability = reading.probability;
        (reading.digit != Some(*truth)).then(|| Mistake { input, index, read, truth: truth.to_string(), probability })
    };
    row.inputs.iter().enumerate().zip(readings.iter().zip(&row.truths)).filter_map(mistake).collect()
}

fn accepted_non_digits<'a>(row: &'a Row<()>, readings: &[GlyphReading]) -> Vec<Mistake<'a>> {
    let mistake = |((index, input), reading): ((usize, &'a Input), &GlyphReading)| {
        let read = reading.digit.map_or("nothing".into(), |d| d.to_string());
        let accepted = reading.decision == Decision::Accepted;
        let truth = "no digit".into();
        accepted.then_some(Mistake { input, index, read, truth, probability: reading.probability })
    };
    row.inputs.iter().enumerate().zip(readings).filter_map(mistake).collect()
}

/// Percent on which a ten-way softmax is at least 90 % sure.
pub fn plain_sure(readings: &[GlyphReading]) -> f64 {
    let sure = |r: &&GlyphReading| r.accept.is_some_and(|a| a.by(RefusalMethod::Softmax) >= SURE);
    share(readings.iter().filter(sure).count(), readings.len())
}

/// Percent that the shipped decision accepts.
pub fn accepted(readings: &[GlyphReading]) -> f64 {
    let accepted = |r: &&GlyphReading| r.decision == Decision::Accepted;
    share(readings.iter().filter(accepted).count(), readings.len())
}

/// Percent.
fn share(part: usize, whole: usize) -> f64 {
    100. * part as f64 / whole.max(1) as f64
}

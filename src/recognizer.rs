//! The stages chained: ink in, [`Reading`] out. Each stage can be called alone, so that tools and tests can stop midway.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use crate::adaptation::{Adaptation, Example, MAX_EXAMPLES};
use crate::classify::{Calibration, Classifier, ClassifyError, DIGITS, Glyph, Scores, log_sum_exp};
use crate::confidence::{Policy, describe_reject, rather_not_allowed, softplus};
use crate::constraint::Constraint;
use crate::geom::Rect;
use crate::glyph::glyph_of;
use crate::ink::{Input, InputError};
use crate::inspection::Inspection;
use crate::lattice::{Arc, CutWeights, Lattice, PathStep, Posterior, Step, Strategy, StringPosterior};
use crate::marks::{Mark, MarkKind, MarksInText, ordered, stands_before, take_marks};
use crate::order;
use crate::raster::{Grid, Line, Raster};
use crate::reading::{
    Decision, EQUATED, Hypothesis, MarkReading, NOTHING_ALLOWED, Reading, RejectProbabilities, STRUCK_OUT, Segment,
    SegmentDetail, Timings,
};
use crate::refusal::{Acceptance, RefusalMethod};
use crate::segment::{Candidate, CutModel, LeftOut, Segmentation, segment, trajectory_of};
use crate::trajectory::Trajectory;

/// Most hypotheses that a caller may ask for.
pub const MAX_TOP: usize = 100;

/// Scored glyphs kept between readings, so that live writing scores only what the new stroke changed. About 2 KB each; a table of 4096 places
/// takes them without doubling. More would let a page's memory, which never shrinks, go on growing for thousands of readings.
const MAX_CACHED: usize = 3072;

/// Most steps of the search through one ink under a constraint ([`Lattice::steps_within`]): 200 MB of them. A number's digits come to few
/// of a constraint's states at each place, a scribble's to all.
const MAX_STEPS: usize = 1 << 21;

/// How to read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadOptions {
    /// Hypotheses wanted, 1 to [`MAX_TOP`].
    pub top: usize,
    /// How the cuts are searched.
    pub strategy: Strategy,
    /// The numbers that are allowed; hypotheses are of them alone.
    pub constraint: Constraint,
    /// Whether marks are in the text.
    pub marks: MarksInText,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { top: 5, strategy: Strategy::default(), constraint: Constraint::any(), marks: MarksInText::default() }
    }
}

/// Probability that ink which seems struck out, or two numbers that are equated, is meant for one number all the same. A guess, fitted to
/// nothing: it depends on how often people strike out, and on what a page asks for.
const MEANT_ALL_THE_SAME: f64 = 0.02;

/// Ink on its way to a reading: everything that does not need the network.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Back to input units.
    pub grid: Grid,
    /// Cuts, fragments, candidates.
    pub segmentation: Segmentation,
    /// One glyph for each candidate, in order.
    pub glyphs: Vec<Glyph>,
    /// Those that surely are some, left to right; no slashes, which the search weighs.
    pub marks: Vec<Mark>,
    /// One line goes across all of it.
    pub is_struck_out: bool,
}

impl Prepared {
    /// Why ink with these digits and marks is hardly meant as a number.
    fn reason_to_doubt(&self, path: &[Step], marks: &[Mark]) -> Option<&'static str> {
        let middle = |ink: &Raster| ink.left + ink.right();
        let middle_of = |step: &Step| middle(&self.segmentation.candidates[step.arc].ink);
        let stands_between = |mark: &Mark| match path {
            [first, .., last] => middle_of(first) < middle(&mark.ink) && middle(&mark.ink) < middle_of(last),
            _ => false,
        };
        let is_equated = || marks.iter().any(|mark| mark.kind == MarkKind::Equals && stands_between(mark));
        match () {
            () if self.is_struck_out => Some(STRUCK_OUT),
            () if is_equated() => Some(EQUATED),
            () => None,
        }
    }
}

/// Ink to glyphs, cut where `cuts` sees a chance. Without ink there are no glyphs.
pub fn prepare(input: &Input, cuts: &CutModel) -> Prepared {
    let mut line = Line::from_input(input);
    let marks = take_marks(&mut line);
    let segmentation = segment(&line, cuts);
    // What leaves fragments out has the ink of the candidate without them.
    let ends = segmentation.fragments.len() + 1;
    let mut drawn = vec![None; ends * ends];
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(segmentation.candidates.len());
    for (number, candidate) in segmentation.candidates.iter().enumerate() {
        let (first, past) = candidate.inked();
        let same = *drawn[first * ends + past].get_or_insert(number);
        let known = (same < number).then(|| glyphs[same].clone());
        let draw = || {
            let glyph = glyph_of(&candidate.ink).expect("a candidate has ink");
            Glyph { trajectory: segmentation.trajectory(first, past), ..glyph }
        };
        glyphs.push(known.unwrap_or_else(draw));
    }
    Prepared { grid: line.grid, segmentation, glyphs, marks, is_struck_out: line.is_struck_out }
}

/// The whole of an input as one glyph, uncut; `None` when it has no ink.
pub fn whole_glyph(input: &Input) -> Option<Glyph> {
    let line = Line::from_input(input);
    let glyph = glyph_of(&line.whole()?)?;
    Some(Glyph { trajectory: trajectory_of(&line), ..glyph })
}

/// Every permutation of the cuts, weighted: `scores` has one entry for each candidate.
pub fn lattice_of(segmentation: &Segmentation, scores: &[Scores], policy: &Policy) -> Lattice {
    let cuts: Vec<CutWeights> = segmentation.cuts.iter().map(|cut| policy.weights_of_cut(cut)).collect();
    let line_height = segmentation.line_height;
    // The network cannot tell a slash from a leaning 1 or from another sign: what it says for those two is shared with it, by its height and lean.
    let mark = |fragment: usize, height: f64, past: usize| match segmentation.slashes[fragment] {
        None => policy.weight_of_mark(height),
        // It stands behind a digit, and not beside another one.
        Some(_) if fragment < past || segmentation.slashes[past..fragment].iter().any(Option::is_some) => {
            f64::NEG_INFINITY
        }
        Some(log_odds) => {
            let lone = segmentation.lone(fragment);
            let all = [policy.weights_of_digits(&scores[lone], 1, height)[1], policy.weight_of_sign(&scores[lone])];
            log_sum_exp(&all) - softplus(-log_odds)
        }
    };
    let arcs = segmentation.candidates.iter().zip(scores).map(|(candidate, scores)| {
        let height = candidate.ink.height as f64 / line_height;
        let Candidate { start, end, left_out_as, .. } = *candidate;
        let (first, past) = candidate.inked();
        let mut log_weights = policy.weights_of_digits(scores, past - first, height);
        // What is left out is cut off: the cut at its inner end counts as used, though it lies within the arc.
        let left_out = |fragment: usize, cut: usize| {
            let height = segmentation.fragments[fragment].height as f64 / line_height;
            let weight = match left_out_as {
                LeftOut::Nothing => 0.,
                LeftOut::Ligature => f64::from(policy.ligature_bias),
                LeftOut::Marks => mark(fragment, height, past),
            };
            weight + cuts[cut - 1].used - cuts[cut - 1].passed
        };
        let before = (start..first).map(|fragment| left_out(fragment, fragment + 1));
        let after = (past..end).map(|fragment| left_out(fragment, fragment));
        let others: f64 = before.chain(after).sum();
        log_weights.iter_mut().for_each(|weight| *weight += others);
        // With something left out it is another candidate's sign.
        let whole = left_out_as == LeftOut::Nothing;
        let mut sign = if whole { policy.weight_of_sign(scores) } else { f64::NEG_INFINITY };
        if whole
            && end == start + 1
            && let Some(log_odds) = segmentation.slashes[start]
        {
            [&mut log_weights[1], &mut sign].into_iter().for_each(|weight| *weight -= softplus(log_odds));
        }
        Arc { start, end, log_weights, sign }
    });
    let arcs: Vec<Arc> = arcs.collect();
    let junk = vec![f64::from(policy.junk_bias); segmentation.fragments.len()];
    Lattice::new(segmentation.fragments.len(), arcs, cuts, junk)
}

/// What one glyph is, alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GlyphReading {
    /// Accepted as a digit, rejected, or empty.
    pub decision: Decision,
    /// Why it was not accepted; `None` when accepted.
    pub reason: Option<String>,
    /// The most probable digit, also when the glyph is refused; `None` only without ink.
    pub digit: Option<u8>,
    /// Calibrated probability of that digit, against the other digits and all rejects.
    pub probability: f64,
    /// Calibrated probability of each digit.
    pub probabilities: Vec<f64>,
    /// The outputs before softmax: the ten digits, then fragment, several, symbol, noise; none without ink.
    pub logits: Vec<f32>,
    /// Calibrated probabilities of the reject classes; `None` without ink.
    pub reject: Option<RejectProbabilities>,
    /// How surely it is one digit, by each method; `None` without ink.
    pub accept: Option<Acceptance>,
}

/// Reads numbers with one engine.
#[derive(Debug)]
pub struct Recognizer<C> {
    classifier: C,
    policy: Policy,
    cuts: CutModel,
    refusal: RefusalMethod,
    adaptation: Adaptation,
    clock: fn() -> f64,
    /// Before adaptation.
    cache: HashMap<Glyph, Scores>,
}

impl<C: Classifier> Recognizer<C> {
    /// A recogniser with an engine and the settings and the model of cuts that belong to its weights. It has no clock: timings are 0.
    pub fn new(classifier: C, policy: Policy, cuts: CutModel) -> Self {
        let (refusal, adaptation) = (RefusalMethod::default(), Adaptation::default());
        Self { classifier, policy, cuts, refusal, adaptation, clock: || 0., cache: HashMap::new() }
    }

    /// Uses `clock`, in milliseconds from any start, for the timings of readings.
    pub fn with_clock(self, clock: fn() -> f64) -> Self {
        Self { clock, ..self }
    }

    /// Refuses single glyphs by one of [`RefusalMethod::OF_ONE`]; the others ask networks that a recogniser has not, and change nothing.
    pub fn with_refusal(self, refusal: RefusalMethod) -> Self {
        if RefusalMethod::OF_ONE.contains(&refusal) { Self { refusal, ..self } } else { self }
    }

    /// From now on reads as one person writes whose corrected digits these are; none of them forgets what was learnt.
    ///
    /// # Errors
    /// [`Error::TooManyExamples`], [`Error::NoDigit`], or [`Error::Classify`] when the engine fails; the hand learnt before then stays.
    pub async fn adapt(&mut self, examples: &[Example]) -> Result<(), Error> {
        if examples.len() > MAX_EXAMPLES {
            return Err(Error::TooManyExamples { seen: examples.len() });
        }
        if let Some(example) = examples.iter().find(|e| usize::from(e.digit) >= DIGITS) {
            return Err(Error::NoDigit { seen: example.digit.to_string() });
        }
        let glyphs: Vec<Glyph> = examples.iter().map(|e| e.glyph.clone()).collect();
        let scores = self.raw_scores(&glyphs).await?;
        self.adaptation = Adaptation::new(examples.iter().map(|e| e.digit).zip(&scores));
        Ok(())
    }

    /// What a corrected reading teaches: the glyph of each digit, where `input` is most likely to hold it, for [`Recognizer::adapt`]. It
    /// learns nothing by itself. Marks in `text` are passed over.
    ///
    /// # Errors
    /// [`Error::NoDigit`] where `text` is not all digits, [`Error::NotThere`] where the ink cannot be parted into them,
    /// [`Error::TooManySteps`] where both are too long, and [`Error::Classify`].
    pub async fn examples(&mut self, input: &Input, text: &str) -> Result<Vec<Example>, Error> {
        let is_mark = |c: char| MarkKind::ALL.iter().any(|kind| kind.as_char() == c);
        let digits: String = text.chars().filter(|&c| !is_mark(c)).collect();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::NoDigit { seen: text.into() });
        }
        let not_there = || Error::NotThere { text: text.into() };
        let constraint = Constraint::one_of(&[digits]).map_err(|_| not_there())?;
        let prepared = prepare(input, &self.cuts);
        if prepared.glyphs.is_empty() {
            return Err(not_there());
        }
        let scores = self.score(&prepared.glyphs).await?;
        let lattice = lattice_of(&prepared.segmentation, &scores, &self.policy);
        check_steps(&lattice, &constraint)?;
        let found = lattice.read_allowed(Strategy::WholePermutation, 1, &constraint);
        let path = found.strings.into_iter().next().ok_or_else(not_there)?.path;
        // As the picture of it: that is what callers store.
        let glyph = |step: &Step| Glyph::of_pixels(prepared.glyphs[step.arc].pixels.clone());
        let example = |step: Step| Example { digit: step.digit, glyph: glyph(&step) };
        Ok(path.into_iter().map(example).collect())
    }

    /// The engine.
    pub fn classifier(&self) -> &C {
        &self.classifier
    }

    /// The settings.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The model of cuts.
    pub fn cuts(&self) -> &CutModel {
        &self.cuts
    }

    /// Reads one input.
    ///
    /// # Errors
    /// [`Error`] on options out of range or when the engine fails; the input is untouched and may be read again.
    pub async fn recognize(&mut self, input: &Input, options: &ReadOptions) -> Result<Reading, Error> {
        let start = (self.clock)();
        let prepared = prepare(input, &self.cuts);
        let segmented = (self.clock)();
        let scores = self.score(&prepared.glyphs).await?;
        let scored = (self.clock)();
        let mut reading = self.decode(&prepared, &scores, options)?;
        let end = (self.clock)();
        // A clock may be set back meanwhile.
        let between = |from: f64, to: f64| (to - from).max(0.);
        reading.timings = Timings {
            segment: between(start, segmented),
            score: between(segmented, scored),
            search: between(scored, end),
            total: between(start, end),
        };
        Ok(reading)
    }

    /// Reads one input and lays open how. The reading has no timings.
    ///
    /// # Errors
    /// As [`Recognizer::recognize`].
    pub async fn inspect(&mut self, input: &Input, options: &ReadOptions) -> Result<Inspection, Error> {
        let prepared = prepare(input, &self.cuts);
        let scores = self.score(&prepared.glyphs).await?;
        let (reading, posterior) = self.search(&prepared, &scores, options)?;
        Ok(Inspection::new(reading, &prepared, &scores, posterior.as_ref(), self.policy.calibration()))
    }

    /// What each input is when its whole ink is taken for one glyph, in one batch.
    ///
    /// # Errors
    /// [`Error::Classify`] when the engine fails.
    pub async fn classify(&mut self, inputs: &[Input]) -> Result<Vec<GlyphReading>, Error> {
        let glyphs: Vec<Option<Glyph>> = inputs.iter().map(whole_glyph).collect();
        let inked: Vec<Glyph> = glyphs.iter().flatten().cloned().collect();
        let mut scores = self.score(&inked).await?.into_iter();
        let read = |glyph: &Option<Glyph>| match glyph {
            Some(_) => self.read_glyph(&scores.next().expect("one score a glyph")),
            None => GlyphReading::empty(),
        };
        Ok(glyphs.iter().map(read).collect())
    }

    /// Scores glyphs in one batch, asking the engine only for those not seen before, and adapts the scores to the hand that was learnt.
    ///
    /// # Errors
    /// [`ClassifyError`] when the engine fails.
    pub async fn score(&mut self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
        let scores = self.raw_scores(glyphs).await?.into_iter();
        Ok(scores.map(|s| self.adaptation.applied(s, self.policy.calibration())).collect())
    }

    async fn raw_scores(&mut self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
        let mut fresh: Vec<Glyph> = glyphs.iter().filter(|g| !self.cache.contains_key(g)).cloned().collect();
        let hash = |glyph: &Glyph| {
            let way = glyph.trajectory.iter().flat_map(Trajectory::bytes);
            order::hash(glyph.pixels.iter().copied().chain(way).map(u64::from))
        };
        order::dedup(&mut fresh, |glyph| [hash(glyph), 0, 0]);
        let answers = if fresh.is_empty() { Vec::new() } else { self.classifier.classify(&fresh).await? };
        if answers.len() != fresh.len() {
            let message = format!("expected {} scores, saw {}", fresh.len(), answers.len());
            return Err(ClassifyError { message });
        }
        let fresh: HashMap<Glyph, Scores> = fresh.into_iter().zip(answers).collect();
        let find = |glyph: &Glyph| self.cache.get(glyph).or_else(|| fresh.get(glyph)).cloned().expect("scored above");
        let scores: Vec<Scores> = glyphs.iter().map(find).collect();
        if self.cache.len() + fresh.len() <= MAX_CACHED {
            self.cache.extend(fresh);
        } else {
            // The next stroke asks for most of these again, and for none of the others.
            self.cache = glyphs.iter().cloned().zip(scores.iter().cloned()).take(MAX_CACHED).collect();
        }
        Ok(scores)
    }

    /// Searches the permutations and decides; `scores` has one entry for each of the prepared glyphs.
    ///
    /// # Errors
    /// [`Error::Top`], and [`Error::TooManySteps`] where the ink has too many parts for its constraint.
    ///
    /// # Panics
    /// Where there are more or fewer scores.
    pub fn decode(&self, prepared: &Prepared, scores: &[Scores], options: &ReadOptions) -> Result<Reading, Error> {
        Ok(self.search(prepared, scores, options)?.0)
    }

    /// The reading, and what it is made of; nothing without ink.
    fn search(
        &self,
        prepared: &Prepared,
        scores: &[Scores],
        options: &ReadOptions,
    ) -> Result<(Reading, Option<Posterior>), Error> {
        assert!(scores.len() == prepared.glyphs.len());
        if !(1..=MAX_TOP).contains(&options.top) {
            return Err(Error::Top { seen: options.top });
        }
        let mut reading = Reading::empty(self.classifier.engine());
        if prepared.glyphs.is_empty() {
            return Ok((reading, None));
        }
        let lattice = lattice_of(&prepared.segmentation, scores, &self.policy);
        check_steps(&lattice, &options.constraint)?;
        // The decision looks at the two likeliest strings, however few are asked for.
        let mut posterior = lattice.read_allowed(options.strategy, options.top.max(2), &options.constraint);
        // Marks are those of the likeliest string, else of what the best path has of digits.
        let path = match posterior.strings.first() {
            Some(best) => best.path.clone(),
            None => posterior.best_path.iter().filter_map(digit_step).collect(),
        };
        let marks = all_marks(prepared, &path);
        let doubt = prepared.reason_to_doubt(&path, &marks);
        if doubt.is_some() {
            posterior.doubt(MEANT_ALL_THE_SAME);
        }
        let runner_up = match options.strategy {
            Strategy::WholePermutation => posterior.strings.get(1).cloned(),
            _ => runner_up(&lattice, &posterior, &options.constraint),
        };
        let place = |arc: usize| prepared.grid.bounds_of(&prepared.segmentation.candidates[arc].ink);
        let text = |string: &StringPosterior| match options.marks {
            MarksInText::Dropped => text_of(&string.digits),
            MarksInText::Kept => text_with_marks(prepared, &string.path),
        };
        reading.hypotheses = hypotheses(&posterior, text, place);
        reading.not_a_number = posterior.not_a_number;
        reading.not_allowed = posterior.not_allowed;
        reading.marks = marks_read(prepared, &marks);
        reading.segments = segment_details(prepared, scores, &posterior, self.policy.calibration());
        let best = reading.hypotheses.first().map(|h| h.probability);
        let second = runner_up.as_ref().map(|s| s.probability);
        reading.decision = self.policy.decide_allowed(best, second, reading.not_a_number, reading.not_allowed);
        reading.reason = self.reason(&reading, runner_up.as_ref().map(text), doubt, prepared, scores, &posterior);
        reading.hypotheses.truncate(options.top);
        reading.text = (reading.decision == Decision::Accepted).then(|| reading.hypotheses[0].text.clone());
        Ok((reading, Some(posterior)))
    }

    fn reason(
        &self,
        reading: &Reading,
        runner_up: Option<String>,
        doubt: Option<&str>,
        prepared: &Prepared,
        scores: &[Scores],
        posterior: &Posterior,
    ) -> Option<String> {
        match reading.decision {
            Decision::Accepted | Decision::Empty => None,
            Decision::Ambiguous => {
                let second = runner_up.unwrap_or_default();
                Some(format!("two readings are likely: {} or {second}", reading.hypotheses[0].text))
            }
            Decision::Rejected if let Some(doubt) = doubt => Some(doubt.into()),
            Decision::Rejected if rather_not_allowed(reading.not_allowed) => Some(NOTHING_ALLOWED.into()),
            Decision::Rejected => Some(why_rejected(prepared, scores, posterior)),
        }
    }

    fn read_glyph(&self, scores: &Scores) -> GlyphReading {
        let accept = Acceptance::of(scores);
        let (digit, log_prob) = scores.best_digit();
        let accepted = accept.by(self.refusal) >= f64::from(self.policy.thresholds[self.refusal as usize]);
        GlyphReading {
            decision: if accepted { Decision::Accepted } else { Decision::Rejected },
            reason: (!accepted).then(|| format!("not a digit: {}", describe_reject(scores))),
            digit: Some(digit),
            probability: log_prob.exp(),
            probabilities: digit_probabilities(scores),
            logits: scores.logits.to_vec(),
            reject: Some(RejectProbabilities::of(scores)),
            accept: Some(accept),
        }
    }
}

impl GlyphReading {
    fn empty() -> Self {
        Self {
            decision: Decision::Empty,
            reason: Some("there is no ink".into()),
            digit: None,
            probability: 0.,
            probabilities: vec![0.; DIGITS],
            logits: Vec::new(),
            reject: None,
            accept: None,
        }
    }
}

/// Whether a search under the constraint ends soon.
///
/// # Errors
/// [`Error::TooManySteps`].
fn check_steps(lattice: &Lattice, constraint: &Constraint) -> Result<(), Error> {
    let seen = if constraint.is_any() { 0 } else { lattice.steps_within(constraint) };
    if seen > MAX_STEPS { Err(Error::TooManySteps { seen }) } else { Ok(()) }
}

/// The likeliest string other than the one that a greedy strategy found.
fn runner_up(lattice: &Lattice, greedy: &Posterior, allowed: &Constraint) -> Option<StringPosterior> {
    let found = greedy.strings.first().map(|s| &s.digits);
    lattice.read_allowed(Strategy::WholePermutation, 2, allowed).strings.into_iter().find(|s| Some(&s.digits) != found)
}

fn text_of(digits: &[u8]) -> String {
    digits.iter().map(|&d| char::from(b'0' + d)).collect()
}

fn digit_step(step: &PathStep) -> Option<Step> {
    match *step {
        PathStep::Digit(step) => Some(step),
        PathStep::Sign { .. } | PathStep::Junk { .. } => None,
    }
}

/// The marks that were taken out before the search, and those that a path leaves out, left to right. What it leaves out and stands
/// where no mark does is a crumb of a ruled line, and not reported.
fn all_marks(prepared: &Prepared, path: &[Step]) -> Vec<Mark> {
    let Segmentation { fragments, candidates, slashes, line_height, .. } = &prepared.segmentation;
    let digits: Vec<&Raster> = path.iter().map(|step| &candidates[step.arc].ink).collect();
    let mut marks = prepared.marks.clone();
    for candidate in path.iter().map(|step| &candidates[step.arc]).filter(|c| c.left_out_as == LeftOut::Marks) {
        let (first, past) = candidate.inked();
        let left_out = (candidate.start..first).chain(past..candidate.end);
        marks.extend(left_out.filter_map(|fragment| {
            let ink = &fragments[fragment];
            let kind = match slashes[fragment] {
                Some(_) => MarkKind::Slash,
                None => MarkKind::beside(&digits, ink, *line_height)?,
            };
            Some(Mark { kind, ink: ink.clone() })
        }));
    }
    ordered(marks)
}

fn marks_read(prepared: &Prepared, marks: &[Mark]) -> Vec<MarkReading> {
    let read = |mark: &Mark| MarkReading { kind: mark.kind, bounds: prepared.grid.bounds_of(&mark.ink) };
    marks.iter().map(read).collect()
}

/// The digits of a path with its marks between them, by where they stand.
fn text_with_marks(prepared: &Prepared, path: &[Step]) -> String {
    let Segmentation { candidates, line_height, .. } = &prepared.segmentation;
    let marks = all_marks(prepared, path);
    let mut marks = marks.iter().peekable();
    let mut text = String::new();
    for step in path {
        let digit = &candidates[step.arc].ink;
        while let Some(mark) = marks.next_if(|mark| stands_before(&mark.ink, digit, *line_height)) {
            text.push(mark.kind.as_char());
        }
        text.push(char::from(b'0' + step.digit));
    }
    text.extend(marks.map(|mark| mark.kind.as_char()));
    text
}

pub(crate) fn digit_probabilities(scores: &Scores) -> Vec<f64> {
    scores.log_probs[..DIGITS].iter().map(|l| l.exp()).collect()
}

fn hypotheses(
    posterior: &Posterior,
    text: impl Fn(&StringPosterior) -> String,
    place: impl Fn(usize) -> Rect,
) -> Vec<Hypothesis> {
    let segment = |&Step { arc, digit }: &Step| Segment {
        digit,
        probability: posterior.digits[arc][usize::from(digit)],
        bounds: place(arc),
    };
    let hypothesis = |string: &StringPosterior| Hypothesis {
        text: text(string),
        probability: string.probability,
        segments: string.path.iter().map(segment).collect(),
    };
    posterior.strings.iter().map(hypothesis).collect()
}

/// The candidate of each step of the best path, with the digit that it is read as.
fn best_steps<'a>(
    segmentation: &'a Segmentation,
    posterior: &'a Posterior,
) -> impl Iterator<Item = (usize, Option<u8>)> + 'a {
    posterior.best_path.iter().map(move |step| match *step {
        PathStep::Digit(Step { arc, digit }) => (arc, Some(digit)),
        PathStep::Sign { arc } => (arc, None),
        PathStep::Junk { fragment } => (segmentation.lone(fragment), None),
    })
}

fn segment_details(
    prepared: &Prepared,
    scores: &[Scores],
    posterior: &Posterior,
    calibration: Calibration,
) -> Vec<SegmentDetail> {
    let detail = |(candidate, digit): (usize, Option<u8>)| SegmentDetail {
        digit,
        bounds: prepared.grid.bounds_of(&prepared.segmentation.candidates[candidate].ink),
        probabilities: digit_probabilities(&scores[candidate]),
        logits: scores[candidate].logits.to_vec(),
        reject: RejectProbabilities::of(&scores[candidate]),
        spread: scores[candidate].spread(calibration),
    };
    best_steps(&prepared.segmentation, posterior).map(detail).collect()
}

/// Names the part of the best path that is least like a digit.
fn why_rejected(prepared: &Prepared, scores: &[Scores], posterior: &Posterior) -> String {
    let steps: Vec<usize> = best_steps(&prepared.segmentation, posterior).map(|(candidate, _)| candidate).collect();
    let worst = steps.iter().enumerate().min_by(|a, b| {
        let digit = |&candidate: &usize| scores[candidate].log_prob_digit();
        digit(a.1).total_cmp(&digit(b.1))
    });
    match worst {
        Some((place, &candidate)) if scores[candidate].log_prob_digit() < (0.5f64).ln() => {
            let part = if steps.len() == 1 { "this".into() } else { format!("part {} of {}", place + 1, steps.len()) };
            format!("{part} is not a digit: {}", describe_reject(&scores[candidate]))
        }
        _ => "no reading is likely enough".into(),
    }
}

/// Why a reading could not be made.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The input was refused at the door.
    Input(InputError),
    /// `top` is not 1 to [`MAX_TOP`].
    Top {
        /// What was asked for.
        seen: usize,
    },
    /// More examples than [`MAX_EXAMPLES`].
    TooManyExamples {
        /// How many.
        seen: usize,
    },
    /// A correction or an example that is not of digits.
    NoDigit {
        /// What it is.
        seen: String,
    },
    /// The ink cannot be parted into the digits of a correction.
    NotThere {
        /// The correction.
        text: String,
    },
    /// The ink has too many parts to be searched under a constraint with so many states.
    TooManySteps {
        /// As [`Lattice::steps_within`] counts them.
        seen: usize,
    },
    /// The engine failed.
    Classify(ClassifyError),
}

impl Error {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Input(error) => error.code(),
            Error::Top { .. } => "bad-top",
            Error::TooManyExamples { .. } => "too-many-examples",
            Error::NoDigit { .. } => "bad-correction",
            Error::NotThere { .. } => "correction-not-there",
            Error::TooManySteps { .. } => "constraint-too-large",
            Error::Classify(_) => "engine-failed",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(error) => error.fmt(f),
            Error::Top { seen } => write!(f, "top: expected 1 to {MAX_TOP}, saw {seen}"),
            Error::TooManyExamples { seen } => write!(f, "examples: expected at most {MAX_EXAMPLES}, saw {seen}"),
            Error::NoDigit { seen } => write!(f, "correction: expected digits, saw {seen:?}"),
            Error::NotThere { text } => {
                write!(f, "correction: expected digits that the ink can be parted into, saw {text:?}")
            }
            Error::TooManySteps { seen } => {
                write!(f, "constraint: expected at most {MAX_STEPS} steps of the search through this ink, saw {seen}")
            }
            Error::Classify(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Error::Input(error)
    }
}

impl From<ClassifyError> for Error {
    fn from(error: ClassifyError) -> Self {
        Error::Classify(error)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::classify::{CLASSES, Calibration, GLYPH_SIDE, Reject};
    use crate::ink::Ink;

    /// Reads the answer off the pixels: a narrow glyph is a 1, a wide one without ink in the middle a 0, all else a symbol.
    #[derive(Default)]
    struct BarsAndRings {
        asked: Cell<usize>,
        broken: bool,
        /// Logit of an 8 where it sees a 0, whose own is 9.
        nearly_8: f32,
    }

    impl Classifier for BarsAndRings {
        async fn classify(&self, glyphs: &[Glyph]) -> Result<Vec<Scores>, ClassifyError> {
            if self.broken {
                return Err(ClassifyError { message: "the device is lost".into() });
            }
            self.asked.set(self.asked.get() + glyphs.len());
            let shape = |glyph: &Glyph| {
                let inked = |x: usize| (0..GLYPH_SIDE).any(|y| glyph.pixels[y * GLYPH_SIDE + x] > 100);
                let width = (0..GLYPH_SIDE).filter(|&x| inked(x)).count();
                (width, glyph.pixels[14 * GLYPH_SIDE + 14] == 0)
            };
            let class = |glyph: &Glyph| {
                let (width, hollow) = shape(glyph);
                match width {
                    0..5 => 1,
                    14.. if hollow => 0,
                    _ => Reject::Symbol.class(),
                }
            };
            let score = |glyph: &Glyph| {
                let mut logits = [0.; CLASSES];
                logits[class(glyph)] = 9.;
                if class(glyph) == 0 {
                    logits[8] = self.nearly_8;
                }
                let (width, hollow) = shape(glyph);
                let features = vec![width as f32, if hollow { 30. } else { 0. }, 10.];
                Scores { features, ..Scores::calibrated(logits, Calibration::NONE) }
            };
            Ok(glyphs.iter().map(score).collect())
        }

        fn engine(&self) -> &'static str {
            "bars-and-rings"
        }
    }

    const POLICY: Policy = Policy {
        temperature: 1.,
        odds_weight: 1.,
        run_power: 0.,
        digit_bias: 0.,
        cut_weights: [1.; 3],
        cut_biases: [0.; 3],
        height_weight: 4.,
        junk_bias: -2.,
        sign_weight: 0.,
        sign_bias: f32::NEG_INFINITY,
        ligature_bias: -2.,
        mark_bias: -4.,
        mark_height_weight: 10.,
        least_probability: 0.4,
        reject_bias: 0.,
        thresholds: [0.; RefusalMethod::OF_ONE.len()],
    };

    fn bar(x: f64) -> Vec<[f64; 2]> {
        (0..=10).map(|i| [x, f64::from(i) * 6.]).collect()
    }

    fn ring(x: f64) -> Vec<[f64; 2]> {
        let point = |i: i32| {
            let angle = f64::from(i) / 40. * std::f64::consts::TAU;
            [x + 22. * angle.sin(), 30. - 30. * angle.cos()]
        };
        (0..=40).map(point).collect()
    }

    fn cross(x: f64) -> Vec<Vec<[f64; 2]>> {
        vec![vec![[x, 0.], [x + 40., 60.]], vec![[x + 40., 0.], [x, 60.]]]
    }

    fn input(strokes: &[Vec<[f64; 2]>]) -> Input {
        Input::Strokes(Ink::from_xy(strokes).unwrap())
    }

    /// The fake answers at once: one poll is enough.
    fn now<T>(future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => panic!("the fake classifier never waits"),
        }
    }

    fn read(strokes: &[Vec<[f64; 2]>]) -> Reading {
        read_allowed(strokes, Constraint::any())
    }

    fn read_allowed(strokes: &[Vec<[f64; 2]>], constraint: Constraint) -> Reading {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        now(recognizer.recognize(&input(strokes), &ReadOptions { constraint, ..ReadOptions::default() })).unwrap()
    }

    #[test]
    fn digits_apart_are_read_in_order_with_their_boxes() {
        let reading = read(&[ring(80.), bar(0.), bar(140.)]);
        assert_eq!(reading.decision, Decision::Accepted, "{reading:?}");
        assert_eq!(reading.text.as_deref(), Some("101"));
        let boxes: Vec<Rect> = reading.hypotheses[0].segments.iter().map(|s| s.bounds).collect();
        assert!((boxes[1].x - 58.).abs() < 6. && (boxes[1].width - 44.).abs() < 10., "{boxes:?}");
        assert_eq!(reading.engine, "bars-and-rings");
    }

    #[test]
    fn of_two_likely_readings_neither_is_taken_and_both_are_named() {
        let read = |nearly_8: f32| {
            let classifier = BarsAndRings { nearly_8, ..Default::default() };
            let mut recognizer = Recognizer::new(classifier, POLICY, CutModel::blank());
            now(recognizer.recognize(&input(&[bar(0.), ring(80.)]), &ReadOptions::default())).unwrap()
        };
        let doubtful = read(8.7);
        assert_eq!((doubtful.decision, doubtful.text.as_deref()), (Decision::Ambiguous, None), "{doubtful:?}");
        assert_eq!(doubtful.reason.as_deref(), Some("two readings are likely: 10 or 18"));
        let clear = read(7.);
        assert_eq!((clear.decision, clear.reason), (Decision::Accepted, None));
    }

    #[test]
    fn joined_digits_are_cut_apart() {
        // One stroke: down the bar, along the ground, and round the ring from its lowest point.
        let mut stroke = bar(0.);
        stroke.extend([[20., 60.], [40., 60.]]);
        let from_below = ring(80.);
        stroke.extend(from_below[20..].iter().chain(&from_below[1..=20]));
        // The fake takes half a ring for a ring, and the blank model does not know better: that the two parts are there is what counts.
        let reading = read(&[stroke]);
        let boxes = |h: &Hypothesis| h.segments.iter().map(|s| (s.bounds.x, s.bounds.right())).collect::<Vec<_>>();
        let found = reading.hypotheses.iter().find(|h| h.text == "10").map(boxes).expect("the bar and the ring");
        assert!(found[0].1 < 10. && found[1].1 > 95., "{found:?}");
    }

    #[test]
    fn a_scribble_under_a_constraint_of_many_states_is_refused() {
        let scribble: Vec<Vec<[f64; 2]>> = (0..2000).map(|i| bar(f64::from(i % 40))).collect();
        let constraint = Constraint::all([
            Constraint::length(1, Some(160)).unwrap(),
            Constraint::check(crate::constraint::Check::Mod97),
        ])
        .unwrap();
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let options = ReadOptions { constraint, ..ReadOptions::default() };
        let refused = now(recognizer.recognize(&input(&scribble), &options)).unwrap_err();
        assert_eq!(refused.code(), "constraint-too-large", "{refused}");
        assert!(now(recognizer.recognize(&input(&[bar(0.)]), &options)).is_ok());
    }

    #[test]
    fn an_inspection_lays_open_what_the_reading_was_made_of() {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let input = input(&[bar(0.), ring(80.)]);
        let inspection = now(recognizer.inspect(&input, &ReadOptions::default())).unwrap();
        let reading = now(recognizer.recognize(&input, &ReadOptions::default())).unwrap();
        assert_eq!(inspection.reading, reading);
        assert_eq!(inspection.cuts.len() + 1, inspection.fragments.len());
        let path: Vec<_> = inspection.path.iter().map(|step| &inspection.candidates[step.unwrap()]).collect();
        let read: Vec<usize> =
            path.iter().map(|c| (0..10).max_by(|&a, &b| c.posterior[a].total_cmp(&c.posterior[b])).unwrap()).collect();
        assert_eq!(read, [1, 0]);
        assert_eq!((path[0].start, path[1].end), (0, inspection.fragments.len()));
        let [fragment, ..] = &inspection.fragments[..] else { panic!("no fragment") };
        assert_eq!(fragment.pixels.len(), fragment.width * fragment.height);
        let empty = Input::Strokes(Ink::from_xy(&[]).unwrap());
        let nothing = now(recognizer.inspect(&empty, &ReadOptions::default())).unwrap();
        assert_eq!((nothing.reading.decision, nothing.fragments.len()), (Decision::Empty, 0));
    }

    #[test]
    fn probabilities_sum_to_at_most_one() {
        let reading = read(&[ring(80.), bar(0.), bar(92.)]);
        let sum: f64 = reading.hypotheses.iter().map(|h| h.probability).sum();
        assert!(sum + reading.not_a_number <= 1. + 1e-9, "{sum} + {}", reading.not_a_number);
    }

    #[test]
    fn only_allowed_numbers_are_read() {
        let strokes = [bar(0.), ring(80.), bar(140.)];
        let free = read(&strokes);
        assert_eq!((free.text.as_deref(), free.not_allowed), (Some("101"), 0.));
        let three = read_allowed(&strokes, Constraint::pattern(r"1\d[1-9]").unwrap());
        assert_eq!((three.decision, three.text.as_deref()), (Decision::Accepted, Some("101")));
        assert!(three.not_allowed < 0.1 && three.hypotheses.iter().all(|h| h.text.len() == 3), "{three:?}");
        for constraint in [Constraint::length(2, Some(2)).unwrap(), Constraint::one_of(&["555", "777777777"]).unwrap()]
        {
            let other = read_allowed(&strokes, constraint.clone());
            assert_eq!((other.decision, other.text.as_deref()), (Decision::Rejected, None));
            assert_eq!(other.reason.as_deref(), Some(NOTHING_ALLOWED));
            assert!(other.not_allowed > 0.5, "{other:?}");
            assert!(other.hypotheses.iter().all(|h| constraint.allows(&h.text)));
        }
    }

    #[test]
    fn marks_are_dropped_from_the_text_or_kept_where_they_were_written() {
        let strokes = [bar(0.), vec![[24., 58.], [24.5, 59.]], ring(60.), vec![[100., 30.], [122., 31.]]];
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let mut text = |marks| {
            let options = ReadOptions { marks, ..ReadOptions::default() };
            let reading = now(recognizer.recognize(&input(&strokes), &options)).unwrap();
            assert_eq!(reading.marks.len(), 2, "{reading:?}");
            reading.text
        };
        assert_eq!(text(MarksInText::Dropped).as_deref(), Some("10"));
        assert_eq!(text(MarksInText::Kept).as_deref(), Some("1.0-"));
    }

    #[test]
    fn what_may_be_a_mark_is_weighed_by_the_search() {
        // Too wide for a point that is taken out before, and no digit to the network.
        let blot = vec![[28., 50.], [52., 57.], [29., 58.], [51., 51.]];
        let strokes = [bar(0.), blot, ring(120.)];
        let read = |mark_bias| {
            let policy = Policy { mark_bias, mark_height_weight: 0., ..POLICY };
            let mut recognizer = Recognizer::new(BarsAndRings::default(), policy, CutModel::blank());
            now(recognizer.recognize(&input(&strokes), &ReadOptions::default())).unwrap()
        };
        assert!(prepare(&input(&strokes), &CutModel::blank()).marks.is_empty());
        let [likely, unlikely] = [1., -20.].map(read);
        assert_eq!((likely.text.as_deref(), likely.decision), (Some("10"), Decision::Accepted), "{likely:?}");
        assert_eq!(unlikely.decision, Decision::Rejected, "{unlikely:?}");
    }

    #[test]
    fn what_is_no_number_is_so_under_a_constraint_too() {
        let reading = read_allowed(&cross(0.), Constraint::length(3, None).unwrap());
        assert_eq!(reading.decision, Decision::Rejected);
        assert_ne!(reading.reason.as_deref(), Some(NOTHING_ALLOWED));
        assert_eq!(read_allowed(&[], Constraint::length(3, None).unwrap()).decision, Decision::Empty);
    }

    #[test]
    fn a_sign_is_refused_with_a_reason() {
        let reading = read(&cross(0.));
        assert_eq!((reading.decision, reading.text), (Decision::Rejected, None));
        assert!(reading.reason.is_some());
        assert!(!reading.segments.is_empty());
    }

    #[test]
    fn a_letter_of_two_strokes_is_one_sign() {
        let read = |sign_bias| {
            let policy = Policy { sign_weight: 1., sign_bias, ..POLICY };
            let mut recognizer = Recognizer::new(BarsAndRings::default(), policy, CutModel::blank());
            now(recognizer.recognize(&input(&cross(0.)), &ReadOptions::default())).unwrap()
        };
        let [unknown, known] = [f32::NEG_INFINITY, -10.].map(read);
        assert_eq!(unknown.segments.len(), 2, "each stroke is left out alone: {unknown:?}");
        assert!(known.not_a_number > unknown.not_a_number, "{} and {}", known.not_a_number, unknown.not_a_number);
        assert_eq!(known.decision, Decision::Rejected);
        let digits: Vec<Option<u8>> = known.segments.iter().map(|s| s.digit).collect();
        assert_eq!(digits, [None], "one part, the whole of it: {known:?}");
        assert!(known.segments[0].bounds.width > 39.);
        assert_eq!(known.reason.as_deref(), Some("this is not a digit: it looks like a letter or another sign"));
    }

    #[test]
    fn what_leaves_something_out_is_no_sign() {
        let strokes = [bar(0.), vec![[28., 50.], [52., 57.], [29., 58.], [51., 51.]], ring(120.)];
        let prepared = prepare(&input(&strokes), &CutModel::blank());
        let scores = now(BarsAndRings::default().classify(&prepared.glyphs)).unwrap();
        let policy = Policy { sign_weight: 1., sign_bias: 0., ..POLICY };
        let lattice = lattice_of(&prepared.segmentation, &scores, &policy);
        let possible = |arc: &Arc| arc.sign > f64::NEG_INFINITY;
        let whole = |c: &Candidate| c.left_out_as == LeftOut::Nothing;
        let candidates = &prepared.segmentation.candidates;
        assert!(candidates.iter().any(|c| !whole(c)));
        assert!(lattice.arcs().iter().map(possible).eq(candidates.iter().map(whole)));
    }

    #[test]
    fn what_is_struck_out_is_no_number() {
        let digits = [bar(0.), ring(60.)];
        assert_eq!(read(&digits).text.as_deref(), Some("10"));
        let ink = [&digits[..], &[vec![[-10., 30.], [95., 32.]]]].concat();
        let struck = read(&ink);
        assert_eq!((struck.decision, struck.reason.as_deref()), (Decision::Rejected, Some(STRUCK_OUT)));
        let other = read_allowed(&ink, Constraint::between("500", "600").expect("a range"));
        assert_eq!(other.reason.as_deref(), Some(STRUCK_OUT), "whatever is allowed");
        let sum: f64 = struck.hypotheses.iter().map(|h| h.probability).sum();
        assert!(
            struck.not_a_number >= 1. - MEANT_ALL_THE_SAME && sum <= MEANT_ALL_THE_SAME,
            "{} {sum}",
            struck.not_a_number
        );
    }

    #[test]
    fn an_equals_sign_between_digits_parts_two_numbers() {
        let equals = [vec![[110., 22.], [145., 22.]], vec![[110., 38.], [145., 38.]]];
        let before = [bar(0.), ring(50.)];
        let trailing = read(&[&before[..], &equals].concat());
        assert_eq!(trailing.text.as_deref(), Some("10"));
        assert_eq!(trailing.marks.iter().map(|m| m.kind).collect::<Vec<_>>(), [MarkKind::Equals]);
        let equation = read(&[&before[..], &equals, &[ring(165.)]].concat());
        assert_eq!((equation.decision, equation.reason.as_deref()), (Decision::Rejected, Some(EQUATED)));
        // So does one that the search took for one, between digits and not behind them.
        let prepared = prepare(&input(&[&before[..], &[ring(165.)]].concat()), &CutModel::blank());
        let digits = [0, 1, prepared.segmentation.fragments.len() - 1].map(|at| {
            let is_it = |c: &Candidate| (c.start, c.end) == (at, at + 1);
            let arc = prepared.segmentation.candidates.iter().position(is_it).expect("each fragment may be a digit");
            Step { arc, digit: 0 }
        });
        let ink = Raster { left: 58, ..Raster::blank_ltwh(0, 22, 35, 20) };
        let mark = |kind| Mark { kind, ink: ink.clone() };
        assert_eq!(prepared.reason_to_doubt(&digits, &[mark(MarkKind::Equals)]), Some(EQUATED));
        assert_eq!(prepared.reason_to_doubt(&digits[..2], &[mark(MarkKind::Equals)]), None);
        assert_eq!(prepared.reason_to_doubt(&digits, &[mark(MarkKind::Dash)]), None);
    }

    /// A stroke that leans, between two bars, read with a network to which the stroke is of `class`, whatever its lean, and the bars are noughts.
    fn leaning(lean: f64, class: usize, policy: &Policy) -> (Prepared, Posterior) {
        let stroke = vec![[75. + 40. * lean, -8.], [75. - 30. * lean, 62.]];
        let prepared = prepare(&input(&[bar(20.), stroke, bar(130.)]), &CutModel::blank());
        assert_eq!(prepared.segmentation.fragments.len(), 3);
        let score = |candidate: &Candidate| {
            let class = match candidate.inked() {
                (1, 2) => class,
                (0, 1) | (2, 3) => 0,
                _ => Reject::Several.class(),
            };
            let mut logits = [0.; CLASSES];
            logits[class] = 9.;
            Scores::calibrated(logits, Calibration::NONE)
        };
        let scores: Vec<Scores> = prepared.segmentation.candidates.iter().map(score).collect();
        let found = lattice_of(&prepared.segmentation, &scores, policy).posterior(20);
        (prepared, found)
    }

    #[test]
    fn how_high_a_stroke_is_and_leans_is_the_odds_of_a_slash_against_a_1() {
        for lean in [0.1, 0.25, 0.3, 0.5] {
            let (prepared, found) = leaning(lean, 1, &POLICY);
            let string = |digits: &[u8]| found.strings.iter().find(|s| s.digits == digits).expect("it is listed");
            let (slash, one) = (string(&[0, 0]), string(&[0, 1, 0]));
            let log_odds = prepared.segmentation.slashes[1].expect("a straight stroke");
            let seen = (slash.probability / one.probability).ln();
            assert!((seen - log_odds).abs() < 0.01, "{lean}: {seen} {log_odds}");
            assert_eq!(all_marks(&prepared, &slash.path).iter().map(|m| m.kind).collect::<Vec<_>>(), [MarkKind::Slash]);
            assert_eq!(text_with_marks(&prepared, &slash.path), "0/0");
        }
    }

    #[test]
    fn and_against_another_sign() {
        let policy = Policy { sign_weight: 1., sign_bias: -2., ..POLICY };
        for lean in [0.25, 0.3, 0.35] {
            let (prepared, found) = leaning(lean, Reject::Symbol.class(), &policy);
            let slash = found.strings.iter().find(|s| s.digits == [0, 0]).expect("it is listed");
            let lone = prepared.segmentation.lone(1);
            let log_odds = prepared.segmentation.slashes[1].expect("a straight stroke");
            let seen = (slash.probability / found.signs[lone]).ln();
            assert!((seen - log_odds).abs() < 0.05, "{lean}: {seen} {log_odds}");
        }
    }

    #[test]
    fn a_slash_stands_between_digits() {
        let slash = |x: f64| vec![[x + 30., -6.], [x, 66.]];
        for ink in [vec![slash(0.)], vec![slash(0.), ring(70.)], vec![ring(0.), slash(70.)]] {
            assert!(read(&ink).marks.is_empty(), "{ink:?}");
        }
    }

    #[test]
    fn no_ink_is_empty() {
        let reading = read(&[]);
        assert_eq!(reading.decision, Decision::Empty);
        assert!(reading.hypotheses.is_empty() && reading.segments.is_empty());
    }

    #[test]
    fn glyphs_seen_before_are_not_scored_again() {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let options = ReadOptions::default();
        let first = now(recognizer.recognize(&input(&[bar(0.), ring(80.)]), &options)).unwrap();
        let asked = recognizer.classifier().asked.get();
        let again = now(recognizer.recognize(&input(&[bar(0.), ring(80.)]), &options)).unwrap();
        assert_eq!(recognizer.classifier().asked.get(), asked);
        assert_eq!(first, again);
        // What looks the same and was written from its other end is another glyph.
        let mut back = ring(80.);
        back.reverse();
        let both = [ring(80.), back].map(|stroke| whole_glyph(&input(&[stroke])).unwrap());
        assert_eq!(both[0].pixels, both[1].pixels);
        let asked = recognizer.classifier().asked.get();
        now(recognizer.score(&both)).unwrap();
        assert_eq!(recognizer.classifier().asked.get(), asked + 2);
    }

    #[test]
    fn a_broken_engine_is_an_error_with_a_code() {
        let mut recognizer =
            Recognizer::new(BarsAndRings { broken: true, ..Default::default() }, POLICY, CutModel::blank());
        let error = now(recognizer.recognize(&input(&[bar(0.)]), &ReadOptions::default())).unwrap_err();
        assert_eq!(error.code(), "engine-failed");
    }

    #[test]
    fn top_is_checked() {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        for top in [0, MAX_TOP + 1] {
            let options = ReadOptions { top, ..ReadOptions::default() };
            for ink in [input(&[]), input(&[bar(0.)])] {
                assert_eq!(now(recognizer.recognize(&ink, &options)).unwrap_err().code(), "bad-top");
                assert_eq!(now(recognizer.inspect(&ink, &options)).unwrap_err().code(), "bad-top");
                let prepared = prepare(&ink, recognizer.cuts());
                let scores = now(recognizer.score(&prepared.glyphs)).unwrap();
                assert_eq!(recognizer.decode(&prepared, &scores, &options).unwrap_err().code(), "bad-top");
            }
        }
    }

    #[test]
    fn a_corrected_reading_teaches_the_hand_and_no_examples_forget_it() {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let ink = input(&[bar(0.), ring(80.)]);
        let text = |recognizer: &mut Recognizer<BarsAndRings>, ink: &Input| {
            now(recognizer.recognize(ink, &ReadOptions::default())).unwrap().text
        };
        assert_eq!(text(&mut recognizer, &ink).as_deref(), Some("10"));
        let examples = now(recognizer.examples(&ink, "70")).unwrap();
        assert_eq!(examples.iter().map(|e| e.digit).collect::<Vec<_>>(), [7, 0]);
        assert_eq!(now(recognizer.examples(&ink, "-7.0")).unwrap(), examples);
        assert_eq!(text(&mut recognizer, &ink).as_deref(), Some("10"), "asking teaches nothing");
        now(recognizer.adapt(&examples)).unwrap();
        assert_eq!(text(&mut recognizer, &ink).as_deref(), Some("70"));
        assert_eq!(text(&mut recognizer, &input(&[ring(0.), ring(80.)])).as_deref(), Some("00"));
        now(recognizer.adapt(&[])).unwrap();
        assert_eq!(text(&mut recognizer, &ink).as_deref(), Some("10"));
    }

    #[test]
    fn corrections_that_cannot_be_are_refused() {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let mut code =
            |strokes: &[Vec<[f64; 2]>], text: &str| now(recognizer.examples(&input(strokes), text)).unwrap_err().code();
        assert_eq!(code(&[bar(0.)], "1a"), "bad-correction");
        assert_eq!(code(&[bar(0.)], ""), "bad-correction");
        assert_eq!(code(&[bar(0.)], "1234567"), "correction-not-there");
        assert_eq!(code(&[], "1"), "correction-not-there");
        let example = Example { digit: 10, glyph: Glyph::blank() };
        assert_eq!(now(recognizer.adapt(std::slice::from_ref(&example))).unwrap_err().code(), "bad-correction");
        let many = vec![Example { digit: 1, ..example }; MAX_EXAMPLES + 1];
        assert_eq!(now(recognizer.adapt(&many)).unwrap_err().code(), "too-many-examples");
    }

    #[test]
    fn glyphs_alone_are_accepted_or_refused() {
        let mut recognizer = Recognizer::new(BarsAndRings::default(), POLICY, CutModel::blank());
        let inputs = [input(&[bar(0.)]), input(&cross(0.)), input(&[])];
        let readings = now(recognizer.classify(&inputs)).unwrap();
        let decisions: Vec<Decision> = readings.iter().map(|r| r.decision).collect();
        assert_eq!(decisions, [Decision::Accepted, Decision::Rejected, Decision::Empty]);
        assert_eq!(readings[0].digit, Some(1));
        assert_eq!(readings[2].digit, None);
    }
}

//! The lattice search against slow oracles: every path written out and added up, and for 40 cuts, where that is out of reach,
//! counting by recurrence and an exhaustive search by another rule.
#![allow(clippy::print_stdout, reason = "the times taken are for the reader")]

#[path = "lattice_oracle/rules.rs"]
mod rules;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::time::Instant;

use ink_number::classify::DIGITS;
use ink_number::constraint::{Check, Constraint, ConstraintError};
use ink_number::lattice::{Arc, CutWeights, Lattice, PathStep, Posterior, Step, Strategy};
use rules::{Kind, Rule};

const NEVER: f64 = f64::NEG_INFINITY;
/// Largest relative error allowed.
const TOLERANCE: f64 = 1e-9;
/// Most paths of a lattice that the oracle is asked to write out.
const MAX_PATHS: f64 = 12_000.;
const TOP: usize = 10;

/// xorshift64*: the same lattices on every machine.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d);
        random.0 |= 1;
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// In [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// 0 to n - 1.
    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }

    fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// About a standard normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.
    }
}

/// A lattice's raw material, as the definition speaks of it.
struct Material {
    fragments: usize,
    arcs: Vec<Arc>,
    cuts: Vec<CutWeights>,
    junk: Vec<f64>,
}

impl Material {
    fn lattice(&self) -> Lattice {
        Lattice::new(self.fragments, self.arcs.clone(), self.cuts.clone(), self.junk.clone())
    }

    /// The score of one path by the definition.
    fn score(&self, path: &[PathStep]) -> f64 {
        let mut score = 0.;
        let mut borders = vec![false; self.fragments + 1];
        for step in path {
            match *step {
                PathStep::Digit(Step { arc, digit }) => {
                    score += self.arcs[arc].log_weights[usize::from(digit)];
                    borders[self.arcs[arc].end] = true;
                }
                PathStep::Sign { arc } => {
                    score += self.arcs[arc].sign;
                    borders[self.arcs[arc].end] = true;
                }
                PathStep::Junk { fragment } => {
                    score += self.junk[fragment];
                    borders[fragment + 1] = true;
                }
            }
        }
        for (i, cut) in self.cuts.iter().enumerate() {
            score += if borders[i + 1] { cut.used } else { cut.passed };
        }
        score
    }

    /// Every path with a score above -inf, one by one.
    fn each_path(&self, at: usize, path: &mut Vec<PathStep>, visit: &mut impl FnMut(&[PathStep], f64)) {
        if at == self.fragments {
            let score = self.score(path);
            if score > NEVER {
                visit(path, score);
            }
            return;
        }
        for (index, arc) in self.arcs.iter().enumerate().filter(|(_, a)| a.start == at) {
            for digit in (0..10u8).filter(|&d| arc.log_weights[usize::from(d)] > NEVER) {
                path.push(PathStep::Digit(Step { arc: index, digit }));
                self.each_path(arc.end, path, visit);
                path.pop();
            }
        }
        for (arc, a) in self.arcs.iter().enumerate().filter(|(_, a)| a.start == at && a.sign > NEVER) {
            path.push(PathStep::Sign { arc });
            self.each_path(a.end, path, visit);
            path.pop();
        }
        if self.junk[at] > NEVER {
            path.push(PathStep::Junk { fragment: at });
            self.each_path(at + 1, path, visit);
            path.pop();
        }
    }

    /// How many paths the above would visit at most: only to keep the tests short.
    fn path_count(&self) -> f64 {
        let mut ways = vec![0.; self.fragments + 1];
        ways[0] = 1.;
        for at in 0..self.fragments {
            for arc in self.arcs.iter().filter(|a| a.start == at) {
                ways[arc.end] +=
                    ways[at] * arc.log_weights.iter().chain([&arc.sign]).filter(|&&w| w > NEVER).count() as f64;
            }
            if self.junk[at] > NEVER {
                ways[at + 1] += ways[at];
            }
        }
        ways[self.fragments]
    }

    /// A small lattice, sparse enough for the oracle, made to collide: few digits, coarse weights, holes, -inf, twin arcs.
    fn random(random: &mut Random) -> Self {
        let fragments = 1 + random.below(15);
        let palette = 1 + random.below(3);
        let base = random.below(DIGITS);
        // How weights are drawn: all equal, a coarse grid, smooth, or far apart.
        let kind = random.below(5);
        let weight = move |random: &mut Random| match kind {
            0 => 0.,
            1 => (random.below(5) as f64 - 2.) * std::f64::consts::LN_2,
            2 => random.below(4) as f64,
            3 => random.normal() * 3.,
            _ => random.normal() * 60. - 300.,
        };
        let never = if random.chance(0.3) { random.between(0., 0.4) } else { 0. };
        let mut arcs = Vec::new();
        let keep = random.between(0.3, 1.);
        let signs = if random.chance(0.5) { random.between(0., 0.5) } else { 0. };
        for start in 0..fragments {
            for run in 1..=4.min(fragments - start) {
                if !random.chance(keep) {
                    continue;
                }
                let mut log_weights = [NEVER; DIGITS];
                for _ in 0..1 + random.below(3) {
                    let digit = (base + random.below(palette)) % DIGITS;
                    log_weights[digit] = if random.chance(never) { NEVER } else { weight(random) };
                }
                let sign = if random.chance(signs) { weight(random) - 3. } else { NEVER };
                arcs.push(Arc { start, end: start + run, log_weights, sign });
                if random.chance(0.03) {
                    arcs.push(Arc { start, end: start + run, log_weights, sign });
                }
            }
        }
        for i in (1..arcs.len()).rev() {
            arcs.swap(i, random.below(i + 1));
        }
        let cut = |random: &mut Random| if random.chance(never * 0.3) { NEVER } else { weight(random) };
        let cuts = (1..fragments).map(|_| CutWeights { used: cut(random), passed: cut(random) }).collect();
        let no_junk = random.chance(0.1);
        let junk_base = random.between(-30., 2.);
        let junk = |random: &mut Random| match () {
            () if no_junk || random.chance(never) => NEVER,
            () if kind == 4 => weight(random),
            () => junk_base + weight(random),
        };
        let junk = (0..fragments).map(|_| junk(random)).collect();
        let mut material = Self { fragments, arcs, cuts, junk };
        while material.path_count() > MAX_PATHS {
            material.arcs.swap_remove(random.below(material.arcs.len()));
        }
        material
    }

    /// `cuts` cuts with every run of up to 5 fragments, as a good network would score them: a true digit of one to four fragments
    /// after another, all else mostly refused.
    fn peaked(random: &mut Random, cuts: usize) -> Self {
        let fragments = cuts + 1;
        let mut truth = HashMap::new();
        let mut at = 0;
        while at < fragments {
            let end = fragments.min(at + 1 + random.below(4));
            truth.insert((at, end), random.below(DIGITS));
            at = end;
        }
        let mut arcs = Vec::new();
        for start in 0..fragments {
            for end in start + 1..=fragments.min(start + 5) {
                let mut log_weights = [0.; DIGITS].map(|_: f64| -8. + 2. * random.normal());
                match truth.get(&(start, end)) {
                    Some(&digit) => log_weights[digit] = 5. + 2. * random.normal(),
                    None => log_weights[random.below(DIGITS)] = -3. + 2.5 * random.normal(),
                }
                arcs.push(Arc { start, end, log_weights, sign: -7. + 2. * random.normal() });
            }
        }
        let cuts = (1..fragments).map(|_| CutWeights { used: random.normal(), passed: random.normal() }).collect();
        let junk = (0..fragments).map(|_| -4. + random.normal()).collect();
        Self { fragments, arcs, cuts, junk }
    }

    /// `cuts` cuts with every run of up to 5 fragments and independent normal weights.
    fn unstructured(random: &mut Random, cuts: usize, spread: f64) -> Self {
        let fragments = cuts + 1;
        let mut arcs = Vec::new();
        for start in 0..fragments {
            for end in start + 1..=fragments.min(start + 5) {
                let log_weights = [0.; DIGITS].map(|_: f64| spread * random.normal());
                arcs.push(Arc { start, end, log_weights, sign: NEVER });
            }
        }
        let cuts = (1..fragments).map(|_| CutWeights { used: random.normal(), passed: random.normal() }).collect();
        let junk = (0..fragments).map(|_| -4. + random.normal()).collect();
        Self { fragments, arcs, cuts, junk }
    }
}

fn log_add_all(scores: &[f64]) -> f64 {
    let max = scores.iter().copied().fold(NEVER, f64::max);
    if max == NEVER { NEVER } else { max + scores.iter().map(|s| (s - max).exp()).sum::<f64>().ln() }
}

/// The digits of a path without junk.
fn digits_of(path: &[PathStep]) -> Option<Vec<u8>> {
    let digit = |step: &PathStep| match *step {
        PathStep::Digit(Step { digit, .. }) => Some(digit),
        PathStep::Sign { .. } | PathStep::Junk { .. } => None,
    };
    path.iter().map(digit).collect()
}

/// What full enumeration says.
struct Oracle {
    log_total: f64,
    not_a_number: f64,
    not_allowed: f64,
    digits: Vec<[f64; DIGITS]>,
    cuts: Vec<f64>,
    signs: Vec<f64>,
    junk: Vec<f64>,
    strings: HashMap<Vec<u8>, Spelled>,
    best_score: f64,
}

/// All segmentations of one string.
struct Spelled {
    scores: Vec<f64>,
    probability: f64,
    best_score: f64,
}

impl Oracle {
    fn new(material: &Material) -> Self {
        Self::allowing(material, |_| true)
    }

    /// Of the paths without junk only those whose digits are allowed.
    fn allowing(material: &Material, allowed: impl Fn(&[u8]) -> bool) -> Self {
        let mut paths: Vec<(Vec<PathStep>, f64)> = Vec::new();
        let mut not_allowed = Vec::new();
        material.each_path(0, &mut Vec::new(), &mut |path, score| match digits_of(path) {
            Some(digits) if !allowed(&digits) => not_allowed.push(score),
            _ => paths.push((path.to_vec(), score)),
        });
        let scores: Vec<f64> = paths.iter().map(|p| p.1).collect();
        let log_total = log_add_all(&scores);
        let log_not_allowed = log_add_all(&not_allowed);
        let log_all = log_add_all(&[log_total, log_not_allowed]);
        let mut oracle = Oracle {
            log_total,
            not_allowed: if log_all == NEVER { 0. } else { (log_not_allowed - log_all).exp() },
            not_a_number: if paths.is_empty() { 1. } else { 0. },
            digits: vec![[0.; DIGITS]; material.arcs.len()],
            cuts: vec![0.; material.cuts.len()],
            signs: vec![0.; material.arcs.len()],
            junk: vec![0.; material.fragments],
            strings: HashMap::new(),
            best_score: scores.iter().copied().fold(NEVER, f64::max),
        };
        for (path, score) in &paths {
            let probability = (score - log_total).exp();
            let mut string = Some(Vec::new());
            for (i, step) in path.iter().enumerate() {
                let end = match *step {
                    PathStep::Digit(Step { arc, digit }) => {
                        oracle.digits[arc][usize::from(digit)] += probability;
                        if let Some(string) = &mut string {
                            string.push(digit);
                        }
                        material.arcs[arc].end
                    }
                    PathStep::Sign { arc } => {
                        let Arc { start, end, .. } = material.arcs[arc];
                        oracle.signs[arc] += probability;
                        oracle.junk[start..end].iter_mut().for_each(|junk| *junk += probability);
                        string = None;
                        end
                    }
                    PathStep::Junk { fragment } => {
                        oracle.junk[fragment] += probability;
                        string = None;
                        fragment + 1
                    }
                };
                if i + 1 < path.len() {
                    oracle.cuts[end - 1] += probability;
                }
            }
            match string {
                Some(digits) => {
                    let new = || Spelled { scores: Vec::new(), probability: 0., best_score: NEVER };
                    oracle.strings.entry(digits).or_insert_with(new).scores.push(*score);
                }
                None => oracle.not_a_number += probability,
            }
        }
        for spelled in oracle.strings.values_mut() {
            spelled.probability = (log_add_all(&spelled.scores) - log_total).exp();
            spelled.best_score = spelled.scores.iter().copied().fold(NEVER, f64::max);
        }
        oracle
    }

    /// All strings in the order of their log mass, most probable first; no rule for ties.
    fn ranked(&self) -> Vec<(&Vec<u8>, f64)> {
        let mut ranked: Vec<_> = self.strings.iter().map(|(digits, s)| (digits, log_add_all(&s.scores))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }
}

fn assert_close(seen: f64, expected: f64, what: impl FnOnce() -> String) {
    // Below 1e-250 probabilities come near to the edge of f64 and only their smallness counts.
    let close = (seen - expected).abs() <= TOLERANCE * expected.abs().max(1e-250);
    assert!(close, "{}: {seen:e}, and by the oracle {expected:e}", what());
}

fn tie_rule(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// How often strings were tied and how often a tie was not in the order of the rule.
#[derive(Default)]
struct Ties {
    seen: usize,
    broken: usize,
}

fn check_strings(material: &Material, oracle: &Oracle, posterior: &Posterior, seed: u64, ties: &mut Ties) {
    assert!(posterior.exact, "seed {seed}: gave up");
    let ranked = oracle.ranked();
    let log_number = log_add_all(&ranked.iter().map(|r| r.1).collect::<Vec<_>>());
    let listable = ranked.iter().filter(|r| r.1 - log_number > 1e-280f64.ln()).count();
    assert_eq!(posterior.strings.len(), TOP.min(listable), "seed {seed}: number of strings");
    for (i, (string, &(_, log_mass))) in posterior.strings.iter().zip(&ranked).enumerate() {
        let what = || format!("seed {seed}, string {i} {:?}", string.digits);
        let spelled = oracle.strings.get(&string.digits).unwrap_or_else(|| panic!("{}: no such string", what()));
        // Its own probability, and that of the rank: together they prove the ranking, ties aside.
        assert_close(string.probability, spelled.probability, || what() + ": probability");
        assert_close(string.probability, (log_mass - oracle.log_total).exp(), || what() + ": probability of the rank");
        let path: Vec<PathStep> = string.path.iter().map(|&s| PathStep::Digit(s)).collect();
        assert_eq!(string.digits, string.path.iter().map(|s| s.digit).collect::<Vec<_>>(), "{}: path", what());
        check_path(material, &path, &what);
        assert_close(material.score(&path).exp(), spelled.best_score.exp(), || what() + ": best segmentation");
        assert!(posterior.strings[..i].iter().all(|s| s.digits != string.digits), "{}: twice", what());
    }
    // The tie rule: every string of the oracle as probable as the last one listed must come after it or be listed,
    // and those listed must be in order.
    let tied = |a: f64, b: f64| (a - b).abs() <= 1e-11;
    let log_mass: HashMap<&[u8], f64> = ranked.iter().map(|(d, m)| (d.as_slice(), *m)).collect();
    for pair in posterior.strings.windows(2) {
        if tied(log_mass[&*pair[0].digits], log_mass[&*pair[1].digits]) {
            ties.seen += 1;
            ties.broken += usize::from(tie_rule(&pair[0].digits, &pair[1].digits) != Ordering::Less);
        }
    }
    if let Some(last) = posterior.strings.last() {
        let listed = |digits: &[u8]| posterior.strings.iter().any(|s| s.digits == digits);
        let unlisted = ranked.iter().filter(|r| tied(r.1, log_mass[&*last.digits]) && !listed(r.0));
        for (digits, _) in unlisted {
            ties.seen += 1;
            ties.broken += usize::from(tie_rule(&last.digits, digits) != Ordering::Less);
        }
    }
}

/// The steps go from 0 to n without a gap.
fn check_path(material: &Material, path: &[PathStep], what: &dyn Fn() -> String) {
    let mut at = 0;
    for step in path {
        let (start, end) = match *step {
            PathStep::Digit(Step { arc, .. }) | PathStep::Sign { arc } => {
                (material.arcs[arc].start, material.arcs[arc].end)
            }
            PathStep::Junk { fragment } => (fragment, fragment + 1),
        };
        assert_eq!(start, at, "{}: a gap in {path:?}", what());
        at = end;
    }
    assert_eq!(at, material.fragments, "{}: {path:?} does not end", what());
}

fn check_sums(material: &Material, oracle: &Oracle, posterior: &Posterior, seed: u64) {
    let at = |what: &str, i: usize| format!("seed {seed}, {what} {i}");
    if oracle.log_total == NEVER {
        assert_eq!(posterior.log_total, NEVER, "seed {seed}");
    } else {
        let error = (posterior.log_total - oracle.log_total).abs();
        assert!(error <= TOLERANCE, "seed {seed}: total {} for {}", posterior.log_total, oracle.log_total);
    }
    assert_close(posterior.not_a_number, oracle.not_a_number, || at("not a number", 0));
    let (seen, expected) = (posterior.not_allowed, oracle.not_allowed);
    assert!((seen - expected).abs() <= TOLERANCE, "seed {seed}: not allowed {seen:e} for {expected:e}");
    assert_eq!(posterior.digits.len(), oracle.digits.len());
    for (i, (seen, expected)) in posterior.digits.iter().zip(&oracle.digits).enumerate() {
        for d in 0..DIGITS {
            assert_close(seen[d], expected[d], || at("arc", i) + &format!(" as {d}"));
        }
    }
    assert_eq!(posterior.cuts.len(), oracle.cuts.len());
    for (i, (&seen, &expected)) in posterior.cuts.iter().zip(&oracle.cuts).enumerate() {
        assert_close(seen, expected, || at("cut", i + 1));
    }
    assert_eq!(posterior.signs.len(), oracle.signs.len());
    for (i, (&seen, &expected)) in posterior.signs.iter().zip(&oracle.signs).enumerate() {
        assert_close(seen, expected, || at("sign", i));
    }
    assert_eq!(posterior.junk.len(), oracle.junk.len());
    for (i, (&seen, &expected)) in posterior.junk.iter().zip(&oracle.junk).enumerate() {
        assert_close(seen, expected, || at("junk", i));
    }
    if oracle.log_total > NEVER {
        check_path(material, &posterior.best_path, &|| format!("seed {seed}, best path"));
        let error = (material.score(&posterior.best_path) - oracle.best_score).abs();
        assert!(error <= TOLERANCE, "seed {seed}: the best path is worse than the best by {error}");
    } else {
        assert_eq!(posterior.best_path, []);
    }
}

fn check_greedy(material: &Material, oracle: &Oracle, whole: &Posterior, constraint: &Constraint, seed: u64) {
    for strategy in &Strategy::ALL[1..] {
        let posterior = material.lattice().read_allowed(*strategy, TOP, constraint);
        let what = || format!("seed {seed}, {strategy}");
        assert_eq!(posterior.digits, whole.digits, "{}", what());
        assert_eq!(posterior.not_a_number, whole.not_a_number, "{}", what());
        assert!(!posterior.exact, "{}: proves nothing", what());
        if oracle.log_total == NEVER {
            assert_eq!(posterior.strings, [], "{}", what());
            continue;
        }
        check_path(material, &posterior.best_path, &what);
        let junk = digits_of(&posterior.best_path).is_none();
        assert_eq!(posterior.strings.len(), usize::from(!junk), "{}", what());
        // Under a constraint none comes to a dead end.
        assert!(constraint.is_any() || junk == oracle.strings.is_empty() || posterior.best_path == whole.best_path);
        for string in &posterior.strings {
            let spelled = oracle.strings.get(&string.digits).unwrap_or_else(|| panic!("{}: no such string", what()));
            assert_close(string.probability, spelled.probability, || what() + ": probability");
        }
    }
}

#[test]
fn ten_thousand_lattices_agree_with_full_enumeration() {
    let mut ties = Ties::default();
    let (mut impossible, mut no_number, mut merged, mut paths, mut largest) = (0, 0, 0, 0., 0);
    for seed in 0..10_000 {
        let material = Material::random(&mut Random::new(seed));
        let oracle = Oracle::new(&material);
        let lattice = material.lattice();
        let posterior = lattice.posterior(TOP);
        check_sums(&material, &oracle, &posterior, seed);
        check_strings(&material, &oracle, &posterior, seed, &mut ties);
        check_greedy(&material, &oracle, &posterior, &Constraint::any(), seed);
        impossible += usize::from(oracle.log_total == NEVER);
        no_number += usize::from(oracle.strings.is_empty());
        merged += usize::from(oracle.strings.values().any(|s| s.scores.len() > 1));
        paths += material.path_count();
        largest = largest.max(material.fragments);
    }
    println!(
        "{paths} paths; {impossible} lattices without a path, {no_number} without a number, {merged} with strings spelled in several \
         ways; {} ties, {} of them not by the rule",
        ties.seen, ties.broken
    );
    // The generator does what it is there for.
    assert!(impossible >= 20 && no_number >= 500 && merged >= 4_000 && ties.seen >= 5_000 && largest == 15);
    // Values that should be equal may be rounded to either side of a step of 2^-32, a few in a million.
    assert!(ties.broken * 1000 <= ties.seen, "{} of {} ties broken", ties.broken, ties.seen);
}

#[test]
fn constrained_lattices_agree_with_full_enumeration() {
    let mut ties = Ties::default();
    for (place, kind) in (0..).zip(Kind::ALL) {
        let (mut fitting, mut binding, mut nothing) = (0, 0, 0);
        for seed in (0..1500).map(|i| 5_000_000 + 100_000 * place + i) {
            let random = &mut Random::new(seed);
            let material = Material::random(random);
            let digits: Vec<usize> =
                (0..DIGITS).filter(|&d| material.arcs.iter().any(|a| a.log_weights[d] > NEVER)).collect();
            let rule = Rule::random(kind, random, &digits);
            let constraint = match rule.constraint() {
                Ok(constraint) => constraint,
                Err(ConstraintError::Impossible) => continue,
                Err(error) => panic!("seed {seed}, {rule:?}: {error}"),
            };
            let oracle = Oracle::allowing(&material, |digits| rule.allows(digits));
            let posterior = material.lattice().read_allowed(Strategy::WholePermutation, TOP, &constraint);
            check_sums(&material, &oracle, &posterior, seed);
            check_strings(&material, &oracle, &posterior, seed, &mut ties);
            check_greedy(&material, &oracle, &posterior, &constraint, seed);
            fitting += usize::from(!oracle.strings.is_empty());
            binding += usize::from(oracle.not_allowed > 0. && !oracle.strings.is_empty());
            nothing += usize::from(oracle.not_allowed > 0. && oracle.strings.is_empty());
        }
        println!(
            "{kind:?}: {fitting} lattices with an allowed number, {binding} with others too, {nothing} with others only"
        );
        assert!(binding >= 60 && nothing >= 60, "{kind:?}: the rules fit some lattices and others not");
    }
    println!("{} ties, {} of them not by the rule", ties.seen, ties.broken);
    assert!(ties.broken * 1000 <= ties.seen, "{} of {} ties broken", ties.broken, ties.seen);
}

/// The oracle above can fail: with the rule of another constraint it does, for each kind.
#[test]
fn another_constraint_is_found_out() {
    for (place, kind) in (0..).zip(Kind::ALL) {
        let found_out = (0..200).any(|i| {
            let random = &mut Random::new(7_000_000 + 1000 * place + i);
            let material = Material::random(random);
            let (one, other) = (Rule::random(kind, random, &[1, 4, 7]), Rule::random(Kind::Length, random, &[1, 4, 7]));
            let Ok(constraint) = one.constraint() else { return false };
            let oracle = Oracle::allowing(&material, |digits| other.allows(digits));
            let posterior = material.lattice().read_allowed(Strategy::WholePermutation, TOP, &constraint);
            (posterior.not_a_number - oracle.not_a_number).abs() > TOLERANCE
        });
        assert!(found_out, "{kind:?}");
    }
}

/// What allows everything, said by a constraint that does not know it does, changes nothing: the product with its states is the lattice.
#[test]
fn a_constraint_that_everything_meets_changes_nothing() {
    let long = Constraint::length(0, Some(30)).unwrap();
    assert!(!long.is_any());
    for seed in 0..300 {
        let lattice = Material::random(&mut Random::new(8_000_000 + seed)).lattice();
        let (free, product) = (lattice.posterior(TOP), lattice.read_allowed(Strategy::WholePermutation, TOP, &long));
        assert_close(product.not_a_number, free.not_a_number, || format!("seed {seed}"));
        assert_eq!(product.best_path, free.best_path, "seed {seed}");
        assert!(product.not_allowed <= 1e-12, "seed {seed}");
        for (a, b) in product.strings.iter().zip(&free.strings) {
            assert_close(a.probability, b.probability, || format!("seed {seed}"));
        }
    }
}

/// The number of ways to split `n` fragments into `parts` runs of at most 5.
fn compositions(n: usize, parts: usize) -> u128 {
    let mut ways = vec![0u128; n + 1];
    ways[0] = 1;
    for _ in 0..parts {
        ways = (0..=n).map(|m| (1..=5.min(m)).map(|run| ways[m - run]).sum()).collect();
    }
    ways[n]
}

#[test]
fn forty_cuts_of_equal_weights_are_counted() {
    const FRAGMENTS: usize = 41;
    let mut arcs = Vec::new();
    for start in 0..FRAGMENTS {
        for end in start + 1..=FRAGMENTS.min(start + 5) {
            arcs.push(Arc { start, end, log_weights: [0.; DIGITS], sign: NEVER });
        }
    }
    let lattice = Lattice::new(FRAGMENTS, arcs, vec![CutWeights::default(); FRAGMENTS - 1], vec![0.; FRAGMENTS]);
    let clock = Instant::now();
    let posterior = lattice.posterior(TOP);
    println!("40 cuts, all weights equal: {:?}", clock.elapsed());

    // All paths, and all without junk: 5e42 of them, beyond u128.
    let (mut paths, mut numbers) = (vec![1.], vec![1.]);
    for n in 1..=FRAGMENTS {
        paths.push(paths[n - 1] + 10. * (1..=5.min(n)).map(|run| paths[n - run]).sum::<f64>());
        numbers.push(10. * (1..=5.min(n)).map(|run| numbers[n - run]).sum::<f64>());
    }
    let (paths, numbers): (f64, f64) = (paths[FRAGMENTS], numbers[FRAGMENTS]);
    println!("{paths:e} paths, {numbers:e} of them numbers");
    assert_close(posterior.log_total, paths.ln(), || "total".into());
    assert_close(1. - posterior.not_a_number, numbers / paths, || "a number".into());
    assert_close(posterior.not_a_number, 1. - numbers / paths, || "not a number".into());

    // A string's mass is the number of its segmentations, and that depends on its length alone.
    let longest =
        (1..=FRAGMENTS).map(|l| (compositions(FRAGMENTS, l), l)).max_by_key(|&(ways, l)| (ways, FRAGMENTS - l));
    let (ways, length) = longest.unwrap();
    assert!(posterior.exact);
    assert_eq!(posterior.strings.len(), TOP);
    for (i, string) in posterior.strings.iter().enumerate() {
        let mut expected = vec![0; length];
        expected[length - 1] = i as u8;
        assert_eq!(string.digits, expected);
        assert_close(string.probability, ways as f64 / paths, || format!("string {i}"));
    }
}

/// Every string with at least the probability `floor`, by depth first over all prefixes that have it themselves: a string is never
/// more probable than any of its prefixes. In plain f64, scaled by nothing but the totals.
struct Exhaustive<'a> {
    material: &'a Material,
    by_start: Vec<Vec<(usize, [f64; DIGITS])>>,
    /// Mass of all ways without junk to go on from each position.
    onward: Vec<f64>,
    floor: f64,
    found: Vec<(Vec<u8>, f64)>,
    visited: usize,
}

impl<'a> Exhaustive<'a> {
    fn new(material: &'a Material, floor_of_total: f64) -> Self {
        let n = material.fragments;
        let used = |p: usize| if p < n { material.cuts[p - 1].used } else { 0. };
        let mut by_start = vec![Vec::new(); n + 1];
        let mut signs = vec![Vec::new(); n + 1];
        for arc in &material.arcs {
            let passed: f64 = (arc.start + 1..arc.end).map(|c| material.cuts[c - 1].passed).sum();
            let weights = arc.log_weights.map(|w| (w + passed + used(arc.end)).exp());
            by_start[arc.start].push((arc.end, weights));
            signs[arc.start].push((arc.end, (arc.sign + passed + used(arc.end)).exp()));
        }
        let mut onward = vec![0.; n + 1];
        let mut all = vec![0.; n + 1];
        (onward[n], all[n]) = (1., 1.);
        for p in (0..n).rev() {
            for (end, weights) in &by_start[p] {
                let weight: f64 = weights.iter().sum();
                onward[p] += weight * onward[*end];
                all[p] += weight * all[*end];
            }
            all[p] += (material.junk[p] + used(p + 1)).exp() * all[p + 1];
            all[p] += signs[p].iter().map(|&(end, weight)| weight * all[end]).sum::<f64>();
        }
        assert!(all[0].is_normal(), "within f64 without scaling");
        Self { material, by_start, onward, floor: floor_of_total * all[0], found: Vec::new(), visited: 0 }
    }

    fn search(&mut self, prefix: &mut Vec<u8>, masses: &[f64]) {
        self.visited += 1;
        let n = self.material.fragments;
        if masses[n] >= self.floor {
            self.found.push((prefix.clone(), masses[n]));
        }
        for digit in 0..10 {
            let mut next = vec![0.; n + 1];
            for (mass, arcs) in masses.iter().zip(&self.by_start) {
                for (end, weights) in arcs {
                    next[*end] += mass * weights[usize::from(digit)];
                }
            }
            let reach: f64 = next.iter().zip(&self.onward).map(|(a, b)| a * b).sum();
            if reach >= self.floor {
                prefix.push(digit);
                self.search(prefix, &next);
                prefix.pop();
            }
        }
    }
}

/// Compares the listed strings with [`Exhaustive`]; how many prefixes that visited.
fn check_exhaustively(material: &Material, posterior: &Posterior, what: &str) -> usize {
    assert!(posterior.exact, "{what}: gave up");
    let floor = posterior.strings.last().unwrap().probability * (1. - 1e-7);
    let mut exhaustive = Exhaustive::new(material, floor);
    let mut masses = vec![0.; material.fragments + 1];
    masses[0] = 1.;
    exhaustive.search(&mut Vec::new(), &masses);
    let total = exhaustive.floor / floor;
    exhaustive.found.sort_by(|a, b| b.1.total_cmp(&a.1));
    assert_eq!(exhaustive.found.len(), posterior.strings.len(), "{what}: strings above the last listed one");
    for (string, (digits, mass)) in posterior.strings.iter().zip(&exhaustive.found) {
        assert_eq!(string.digits, *digits, "{what}");
        assert_close(string.probability, mass / total, || format!("{what}: {digits:?}"));
    }
    exhaustive.visited
}

#[test]
fn forty_cuts_as_a_network_scores_them() {
    for seed in 0..20 {
        let material = Material::peaked(&mut Random::new(1_000_000 + seed), 40);
        let lattice = material.lattice();
        let clock = Instant::now();
        let posterior = lattice.posterior(TOP);
        let took = clock.elapsed();
        let visited = check_exhaustively(&material, &posterior, &format!("seed {seed}"));
        println!(
            "40 cuts, peaked, seed {seed}: {took:?}; best {:.3}, tenth {:.1e}, not a number {:.3}; the oracle visited {visited} prefixes",
            posterior.strings[0].probability, posterior.strings[9].probability, posterior.not_a_number
        );
    }
}

#[test]
fn fourteen_cuts_of_random_weights() {
    for seed in 0..20 {
        let material = Material::unstructured(&mut Random::new(2_000_000 + seed), 14, 3.);
        let posterior = material.lattice().posterior(TOP);
        check_exhaustively(&material, &posterior, &format!("seed {seed}"));
    }
}

#[test]
fn peaked_lattices_are_searched_to_the_end() {
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], times[times.len() - 1])
    };
    for (name, cuts, spread) in [
        ("peaked", 10, None),
        ("peaked", 20, None),
        ("peaked", 40, None),
        ("normal, sigma 5", 40, Some(5.)),
        ("normal, sigma 3", 10, Some(3.)),
        ("normal, sigma 3", 20, Some(3.)),
        ("normal, sigma 3", 40, Some(3.)),
        ("normal, sigma 1", 20, Some(1.)),
        ("normal, sigma 1", 40, Some(1.)),
    ] {
        let mut times = Vec::new();
        let mut gave_up = 0;
        for seed in 0..100 {
            let random = &mut Random::new(3_000_000 + seed);
            let material = match spread {
                None => Material::peaked(random, cuts),
                Some(spread) => Material::unstructured(random, cuts, spread),
            };
            let lattice = material.lattice();
            let clock = Instant::now();
            let posterior = lattice.posterior(TOP);
            times.push(clock.elapsed().as_secs_f64() * 1e6);
            gave_up += usize::from(!posterior.exact);
        }
        let (median, most) = median(times);
        println!("{cuts} cuts, {name}: median {median:.0} us, at most {most:.0} us; not proven: {gave_up} of 100");
        // Of lattices like those of real ink; weights at random may have too many strings that are as likely.
        assert!(spread.is_some() || gave_up == 0, "{cuts} cuts: {gave_up} of 100 not proven");
    }
}

#[test]
fn peaked_lattices_are_searched_to_the_end_under_constraints() {
    let all = |parts: &[Constraint]| Constraint::all(parts.iter().cloned()).unwrap();
    let length = |n| Constraint::length(n, Some(n)).unwrap();
    let values: Vec<String> = (1..=1000u64).map(|n| (n * 48_271 % 99_999_989).to_string()).collect();
    for (name, constraint) in [
        ("any", Constraint::any()),
        ("length 8 to 20", Constraint::length(8, Some(20)).unwrap()),
        ("16 digits with Luhn's check", all(&[length(16), Constraint::check(Check::Luhn)])),
        ("Luhn's check", Constraint::check(Check::Luhn)),
        ("20 digits, mod 97", all(&[length(20), Constraint::check(Check::Mod97)])),
        ("mod 97", Constraint::check(Check::Mod97)),
        ("at most 20 digits by value", Constraint::at_most(&"5".repeat(20)).unwrap()),
        ("1000 values", Constraint::one_of(&values).unwrap()),
    ] {
        let mut times = Vec::new();
        let mut gave_up = 0;
        for seed in 0..30 {
            let lattice = Material::peaked(&mut Random::new(3_000_000 + seed), 40).lattice();
            let clock = Instant::now();
            let posterior = lattice.read_allowed(Strategy::WholePermutation, TOP, &constraint);
            times.push(clock.elapsed().as_secs_f64() * 1e3);
            gave_up += usize::from(!posterior.exact);
        }
        times.sort_by(f64::total_cmp);
        let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
        println!("40 cuts, peaked, {name}: median {median:.2} ms, at most {most:.2} ms; not proven: {gave_up} of 30");
        assert_eq!(gave_up, 0, "{name}");
    }
}

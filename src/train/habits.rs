//! Strokes as people of other habits write them: in another order, from their other ends, with a pen that loses touch. The data sets' writers
//! learnt in one country, and few write with the left hand.

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt};

use super::datasets::LabelledInk;

/// Shares of writers whose strokes come in another order, and who write about half of them from the other end. Larger believes
/// more of such writers, and takes more letters for digits.
const REORDERED: f64 = 0.125;
const TURNED: f64 = 0.125;

/// Share of writers whose pen leaves one stroke of a sign broken in two.
const BROKEN: f64 = 0.0625;

/// What a writer does otherwise than those of the data. Order and direction are chosen anew for each sign, not once for the writer.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    reordered: bool,
    turned: bool,
    broken: bool,
}

impl Habits {
    /// Strokes come in any order and direction.
    pub const AT_WILL: Self = Self { reordered: true, turned: true, broken: false };

    /// Those of some writer: mostly none.
    pub fn random(rng: &mut impl Rng) -> Self {
        Self { reordered: rng.random_bool(REORDERED), turned: rng.random_bool(TURNED), broken: rng.random_bool(BROKEN) }
    }

    /// The ink as this writer would have written it.
    pub fn rewritten(self, ink: &LabelledInk, rng: &mut impl Rng) -> LabelledInk {
        let mut strokes = ink.strokes.clone();
        self.rewrite(&mut strokes, rng);
        // Whose stroke is whose is no longer known.
        LabelledInk { strokes, digit: Vec::new(), ..ink.clone() }
    }

    /// The same of strokes alone, of whatever points.
    pub fn rewrite<P: Clone>(self, strokes: &mut Vec<Vec<P>>, rng: &mut impl Rng) {
        if self.reordered {
            strokes.shuffle(rng);
        }
        if self.turned {
            strokes.iter_mut().filter(|_| rng.random_bool(0.5)).for_each(|stroke| stroke.reverse());
        }
        if self.broken {
            let long: Vec<usize> = (0..strokes.len()).filter(|&i| strokes[i].len() > 4).collect();
            if let Some(&i) = long.choose(rng) {
                let at = rng.random_range(2..strokes[i].len() - 2);
                let behind = strokes[i][at..].to_vec();
                strokes[i].truncate(at + 1);
                strokes.insert(i + 1, behind);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn most_inks_stay_some_change_and_no_ink_is_lost() {
        let stroke = |x: f64| (0..10).map(|i| [x, f64::from(i)]).collect::<Vec<_>>();
        let written = vec![stroke(0.), stroke(5.)];
        let way = |strokes: &[Vec<[f64; 2]>]| -> f64 {
            strokes.iter().flat_map(|stroke| stroke.windows(2)).map(|pair| (pair[1][1] - pair[0][1]).abs()).sum()
        };
        let mut rng = StdRng::seed_from_u64(3);
        let (mut same, mut broken, mut reordered, mut turned) = (0, 0, 0, 0);
        for _ in 0..1000 {
            let mut strokes = written.clone();
            Habits::random(&mut rng).rewrite(&mut strokes, &mut rng);
            assert!((way(&strokes) - way(&written)).abs() < 1e-9);
            let first = &strokes[0];
            same += usize::from(strokes == written);
            broken += usize::from(strokes.len() == 3);
            reordered += usize::from(first[0][0] == 5.);
            turned += usize::from(first[0][1] > first[first.len() - 1][1]);
        }
        assert!((650..900).contains(&same), "{same}");
        assert!((30..110).contains(&broken) && (30..110).contains(&reordered) && (30..110).contains(&turned));
    }
}

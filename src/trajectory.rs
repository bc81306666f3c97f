//! The pen's way through a glyph, where it is known, and what it says: letters that look somewhat like digits are often written in more strokes, or
//! from another end (on what the way of the pen adds to the picture: R. Plamondon, S. Srihari, "On-line and off-line handwriting
//! recognition: a comprehensive survey", PAMI 2000).

use crate::classify::{CLASSES, Glyph, log_sum_exp};
use crate::geom::{Point, Rect};
use crate::perceptron::{Perceptron, Shape};

/// Places along the way that are looked at, both ends among them.
const PLACES: usize = 10;

/// Strokes that are told apart; more are as many.
const STROKES: usize = 4;

/// Way of the pen that counts as full, in larger sides of its box: scribbles have more.
const LONGEST: f64 = 8.;

/// Numbers that describe a way: the places as x and y, the ends of its first and last stroke, how many strokes, how long.
pub const VIEW: usize = 2 * PLACES + 8 + STROKES + 1;

/// Shape of the model's network.
const SHAPE: Shape = Shape { inputs: VIEW, hidden: 32, outputs: CLASSES };

/// How the pen went, in its own box, wherever and however large: each number -127 to 127.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trajectory([i8; VIEW]);

impl Trajectory {
    /// That of strokes in the order of writing, each of one point or more; `None` where there are none.
    #[inline(never)]
    pub fn of(strokes: &[Vec<Point>]) -> Option<Self> {
        let around = Rect::around(strokes.iter().flatten().copied())?;
        let reach = (around.width.max(around.height) / 2.).max(f64::MIN_POSITIVE);
        let (x, y) = (around.x + around.width / 2., around.y + around.height / 2.);
        let pairs = || strokes.iter().flat_map(|stroke| stroke.windows(2));
        let length: f64 = pairs().map(|pair| pair[0].distance(pair[1])).sum();
        let mut places = Vec::with_capacity(PLACES + 4);
        let mut gone = 0.;
        for pair in pairs() {
            let step = pair[0].distance(pair[1]);
            // Where the pen stands still no place is reached.
            while places.len() < PLACES && step > 0. {
                let along = (length * places.len() as f64 / (PLACES - 1) as f64 - gone) / step;
                if along > 1. {
                    break;
                }
                places.push(pair[0].towards(pair[1], along));
            }
            gone += step;
        }
        let (first, last) = (strokes.first()?, strokes.last()?);
        // By rounding the end may lie beyond the last step; a dot has no way at all.
        places.resize(PLACES, *last.last()?);
        places.extend([*first.first()?, *first.last()?, *last.first()?, *last.last()?]);
        let mut view = [0; VIEW];
        // As cast, what is beyond a byte is its end.
        let byte = |number: f64| (127. * number).round_ties_even() as i8;
        for (to, place) in view.chunks_exact_mut(2).zip(places) {
            to.copy_from_slice(&[byte((place.x - x) / reach), byte((place.y - y) / reach)]);
        }
        view[VIEW - 2 - STROKES + strokes.len().min(STROKES)] = i8::MAX;
        view[VIEW - 1] = byte(length / reach / 2. / LONGEST);
        Some(Self(view))
    }

    /// The numbers, -1 to 1.
    pub fn view(&self) -> [f32; VIEW] {
        self.0.map(|v| f32::from(v) / 127.)
    }

    /// How many strokes, as far as they are told apart.
    #[cfg(test)]
    pub(crate) fn strokes(&self) -> usize {
        1 + self.0[2 * PLACES + 8..][..STROKES].iter().position(|&v| v != 0).expect("a way has strokes")
    }

    /// What makes it another one.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.0.iter().map(|v| v.cast_unsigned())
    }
}

/// What a way says of what was written.
#[derive(Debug, Clone, PartialEq)]
pub struct TrajectoryModel(pub(crate) Perceptron);

impl TrajectoryModel {
    /// Shape of its network.
    pub const SHAPE: Shape = SHAPE;

    /// Says nothing of any way.
    pub fn blank() -> Self {
        Self(Perceptron::blank(SHAPE))
    }

    /// What a way says for each class of a network's outputs beside what the network says, natural log.
    pub fn evidence(&self, trajectory: &Trajectory) -> [f32; CLASSES] {
        self.0.outputs(&trajectory.view()).try_into().expect("an output a class")
    }

    /// What a network says of a glyph, `logits`, and its way besides. Their log-sum-exp stays: what is likelier for the way of the pen takes it from
    /// the others. Probabilities do not mind; energy and its like keep one threshold for strokes and pictures.
    pub fn applied(&self, logits: [f32; CLASSES], glyph: &Glyph) -> [f32; CLASSES] {
        let Some(trajectory) = &glyph.trajectory else { return logits };
        let evidence = self.evidence(trajectory);
        let both: [f32; CLASSES] = std::array::from_fn(|class| logits[class] + evidence[class]);
        let sum = |values: [f32; CLASSES]| log_sum_exp(&values.map(f64::from));
        let raised = (sum(both) - sum(logits)) as f32;
        both.map(|logit| logit - raised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes(strokes: &[&[(f64, f64)]]) -> Vec<Vec<Point>> {
        strokes.iter().map(|stroke| stroke.iter().map(|&(x, y)| Point::new(x, y)).collect()).collect()
    }

    fn of(given: &[&[(f64, f64)]]) -> Trajectory {
        Trajectory::of(&strokes(given)).unwrap()
    }

    /// Places along the way.
    fn places(trajectory: &Trajectory) -> Vec<(i8, i8)> {
        trajectory.0[..2 * PLACES].chunks_exact(2).map(|place| (place[0], place[1])).collect()
    }

    const CROSS: [&[(f64, f64)]; 2] = [&[(0., 50.), (90., 50.)], &[(45., 0.), (45., 10.), (45., 90.)]];

    #[test]
    fn places_lie_evenly_along_all_strokes() {
        let places = places(&of(&[&[(0., 0.), (0., 0.), (70., 0.), (90., 0.)]]));
        let expected: Vec<(i8, i8)> =
            (0..PLACES).map(|i| ((-127. + 254. * i as f64 / (PLACES - 1) as f64).round() as i8, 0)).collect();
        assert_eq!(places, expected);
        let cross = self::places(&of(&CROSS));
        assert!(
            cross[..5].iter().all(|place| place.1 == 14) && cross[5..].iter().all(|place| place.0 == 0),
            "{cross:?}"
        );
        assert_eq!((cross[0], cross[PLACES - 1]), ((-127, 14), (0, 127)));
    }

    #[test]
    fn place_and_size_do_not_matter() {
        let moved: Vec<Vec<(f64, f64)>> =
            CROSS.map(|stroke| stroke.iter().map(|&(x, y)| (300. + 2. * x, 2. * y - 80.)).collect()).to_vec();
        let moved: Vec<&[(f64, f64)]> = moved.iter().map(Vec::as_slice).collect();
        assert_eq!(of(&moved), of(&CROSS));
    }

    #[test]
    fn ends_strokes_and_length_are_known() {
        let cross = of(&CROSS).0;
        assert_eq!(cross[2 * PLACES..2 * PLACES + 8], [-127, 14, 127, 14, 0, -127, 0, 127]);
        assert_eq!(cross[2 * PLACES + 8..][..STROKES], [0, 127, 0, 0]);
        // Two sides of eight.
        assert_eq!(cross[VIEW - 1], (127f64 * 2. / LONGEST).round() as i8);
        let five = of(&[CROSS[0]; 5]).0;
        assert_eq!(five[2 * PLACES + 8..][..STROKES], [0, 0, 0, 127]);
        assert_eq!(of(&[CROSS[0]; 50]).0[VIEW - 1], 127);
    }

    #[test]
    fn dots_and_nothing() {
        assert_eq!(Trajectory::of(&[]), None);
        let dot = of(&[&[(7., 7.)]]);
        assert_eq!(dot, of(&[&[(9., 9.), (9., 9.)]]));
        assert!(dot.0[..2 * PLACES + 8].iter().all(|&v| v == 0));
    }

    #[test]
    fn what_the_way_says_moves_probability_and_makes_none() {
        let values = |count: usize| -> Vec<f32> { (0..count).map(|i| (i * 7 % 23) as f32 / 11. - 1.).collect() };
        let layers = SHAPE.layers().map(|[inputs, outputs]| (values(inputs * outputs), values(outputs)));
        let model = TrajectoryModel(Perceptron::nearest(layers.each_ref().map(|(w, b)| (&w[..], &b[..]))));
        let logits = std::array::from_fn(|class| class as f32 * 0.7 - 3.);
        let seen = Glyph::blank();
        let written = Glyph { trajectory: Some(of(&CROSS)), ..seen.clone() };
        assert_eq!(model.applied(logits, &seen), logits);
        let applied = model.applied(logits, &written);
        let sum = |values: [f32; CLASSES]| log_sum_exp(&values.map(f64::from));
        assert!((sum(applied) - sum(logits)).abs() < 1e-5);
        let evidence = model.evidence(written.trajectory.as_ref().unwrap());
        for class in 1..CLASSES {
            let gained = |class: usize| applied[class] - logits[class] - evidence[class];
            assert!((gained(class) - gained(0)).abs() < 1e-4 && (evidence[class] - evidence[0]).abs() > 1e-3);
        }
        assert_eq!(TrajectoryModel::blank().applied(logits, &written), logits);
    }
}

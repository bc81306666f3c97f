//! Digits drawn by ourselves, as the world writes them: plain, flagged and footed 1s, barred 7s, open 4s, looped and curled 2s, noughts closed
//! at the side. The data sets hold few of them.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};

use super::datasets::LabelledInk;
use super::path;

/// Ways to write each digit, in the language of [`path`].
const SHAPES: [&[&str]; 10] = [
    &[
        "30020739676230",
        "6340020739676351",
        "41100307295754",
        "52300207396762",
        "3002073967623012",
        "4020020629485451303223",
        "20010729576341",
        "11020838685311",
        "0104072959642221",
        "51301106093958633130",
        // From below, from the left, of two halves.
        "3907023062673929",
        "0407396765300104",
        "30010739 30626739",
    ],
    &[
        // Upright and leaning.
        "2029",
        "2009",
        "3009",
        "4009",
        "0019",
        "02202029",
        "03303039",
        "04505059",
        "05404049",
        "07303049",
        "08303059",
        "03303039 1959",
        "06404049 1969",
        "043030191959",
        "053030190959",
        "0640404859",
        // Flags nearly as long as the stem.
        "07606049",
        "08404039",
        "09505029",
        "19404049",
        "08505069",
        // Flags that swing up from the line, or bulge.
        "042433505059",
        "053544606069",
        "062635404049",
        "061626505039",
        "082837404049",
        "092938505049",
        "071330404049",
        "061220303039",
        // Tops that the pen rounds.
        "07314149",
        "0821314349",
        "0522313459",
        // Flags of their own stroke.
        "0530 3039",
        "0740 4049",
        "062640 4039",
    ],
    &[
        "0210405335090959",
        "021040533619081739",
        "0210405335093959",
        "02204153361908173959",
        "0130533509095949",
        "321201204153360959",
        "23130120405327080818395979",
        "322202113041443609184959",
        "120120514508081759",
        "02104153351608081849",
        "13120120414509185969",
        // Curls that close.
        "4233140210405246080849",
        "422414021040524609090949",
        "4133130120505437191939",
        "313214011030514528080849",
        "322312113152460808495847",
    ],
    &[
        "0120522424563908",
        "01205234563908",
        "0050502424563908",
        "0120503434573908",
        "1030422424563908",
        "0130413324445738180706",
    ],
    &[
        "10060666 4349",
        "20060666 5059",
        "40060666 4049",
        "10050554414149",
        "00041544 4049",
        "30062656 4449",
        "40120425566759",
        "3020130415455659",
        "0004254450 4049",
        "401003154045 5259",
        "10050555 4449",
        "20060656 4459",
        "30050565 5359",
        "10041444 4359",
        "20050545414149",
        "00030434 3239",
        "30050575 5358",
        "40050566626269",
        // In one stroke: up to the top and down again, or down behind like an h.
        "00041545404049",
        "01051646515148",
        "000314445050484939",
        "300505454549",
        "200606364659",
        // The stem first.
        "4049 20055565",
    ],
    &[
        "501010040433563908",
        "10040433563908 1050",
        "51200345573908",
        "00040433563908 1050",
        "41101223243656381908",
        "60100434563908",
        "10040433563908 1070",
        "502010043344573808",
    ],
    &[
        "40130729573506",
        "30040729674405",
        "5013072957450618",
        "20030729553405",
        "6020030739675524",
        "502004083957453515",
        "300206093958553515",
    ],
    &[
        "00505029",
        "00505029 1545",
        "0201505029",
        "0201505029 1545",
        "0050504329",
        "0301505019 0646",
        "0120515539171565",
        "0040554029171464",
        "01205139 071565",
        "0111505129",
        "0040404239",
        // The bar from the right, or first.
        "00505029 5515",
        "1555 00505029",
    ],
    &[
        "523002345739073451",
        "3002345230 3407395734",
        "412003355739083441",
        "410012345739074450",
        "30100233523130 34150739573534",
        "50301214355739183451",
    ],
    &[
        "523002255259",
        "5230022552573908",
        "4120033552524859",
        "51200225515439",
        "523002245258491908",
        "5330022453535809",
        "50200214435051583908",
        "401002143451515149",
        "5010021444505059",
        "41200113345151575839",
        "50200214525157390736",
        // A ring, and the stem behind.
        "523002345253 5259",
        "3001144452513130 5152563908",
        "022051540402 5159",
    ],
];

/// How much more often than any other digit a 1 is drawn: no other is written in so many ways, and numbers begin with it more often (F. Benford,
/// "The Law of Anomalous Numbers", Proc. Am. Philos. Soc. 1938).
const ONES: usize = 3;

/// Digits of `hands` writers who each keep to their own shapes, `each` of every digit but 1. The same seed gives the same ink.
pub fn digits(hands: usize, each: usize, seed: u64) -> Vec<LabelledInk> {
    let hand = |number: usize| {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9).wrapping_add(number as u64));
        let shapes = SHAPES.map(|shapes| *shapes.choose(&mut rng).expect("every digit has a shape"));
        let (unsteady, width) = (rng.random_range(0.15..0.5), rng.random_range(0.75..1.3));
        let mut inks = Vec::new();
        for (digit, shape) in shapes.iter().enumerate() {
            let count = if digit == 1 { ONES * each } else { each };
            for _ in 0..count {
                inks.push(LabelledInk {
                    label: digit.to_string(),
                    strokes: drawn(shape, unsteady, width, &mut rng),
                    writer: Some(format!("drawn {number}")),
                    digit: Vec::new(),
                });
            }
        }
        inks
    };
    (0..hands).flat_map(hand).collect()
}

/// One shape by an unsteady hand: its points are off by up to `unsteady` grid steps.
fn drawn(shape: &str, unsteady: f64, width: f64, rng: &mut impl Rng) -> Vec<Vec<[f64; 2]>> {
    /// Less than a B-spline's, which would shrink the small loops.
    const CUT: f64 = 0.2;
    let mut off = || rng.random_range(-unsteady..unsteady);
    let strokes = path::strokes(shape, |[x, y]| [(x + off()) * width, y + off()]);
    strokes.iter().map(|points| path::smooth(&path::smooth(points, CUT), CUT)).collect()
}

/// A digit and one of the ways to write it.
pub fn any_shape(rng: &mut impl Rng) -> (usize, &'static str) {
    let digit = rng.random_range(0..SHAPES.len());
    (digit, SHAPES[digit].choose(rng).expect("every digit has a shape"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hand_writes_every_digit_and_a_seed_gives_one_result() {
        let inks = digits(3, 2, 7);
        assert_eq!(inks.len(), 3 * (9 + ONES) * 2);
        assert_eq!(inks[25].strokes, digits(3, 2, 7)[25].strokes);
        assert_ne!(inks[25].strokes, digits(3, 2, 8)[25].strokes);
        for ink in &inks {
            assert!(ink.strokes.iter().all(|s| s.len() > 1), "{}: {:?}", ink.label, ink.strokes);
        }
    }

    #[test]
    fn shapes_are_whole_points() {
        SHAPES.iter().flat_map(|s| s.iter()).for_each(|shape| assert!(path::is_well_formed(shape), "{shape}"));
    }
}

//! Strokes drawn with a round pen of even width, each into a raster of its own.
//!
//! Pressure is not used: what the networks learnt from (MNIST, pendigits) has none, and pens differ too much in it.

use super::strike::{THROUGH, goes_across};
use super::{Grid, Line, MAX_WORK_SIDE, Part, Raster, WORK_HEIGHT, line_height};
use crate::geom::{Point, Rect, way_along};
use crate::ink::{Ink, Stroke};

/// Width of the pen as a share of the line's height. Thicker closes the small loops of 8 and 9, thinner than MNIST's looks
/// unfamiliar to the network; MNIST's own digits have about 0.13.
pub(crate) const PEN_WIDTH: f64 = 0.1;

/// Most [`work`] of one line: beyond it pixels are coarser. Some thousand digits take less; what takes more is strokes all over each other.
const MAX_WORK: f64 = (1u32 << 25) as f64;

/// Strokes that share this much of the narrower one's width are taken for pieces of one digit when the line's height is measured.
const SAME_DIGIT_OVERLAP: f64 = 0.5;

pub(super) fn draw(ink: &Ink) -> Line {
    let bounds = ink.strokes().iter().map(Stroke::bounds).reduce(|a, b| a.union(&b)).unwrap_or_default();
    let height = measured_height(ink, &bounds);
    let longest = bounds.width.max(bounds.height) / height * WORK_HEIGHT;
    let shrink = (longest / MAX_WORK_SIDE).max((work(ink, height / WORK_HEIGHT) / MAX_WORK).sqrt()).max(1.);
    let unit = height / WORK_HEIGHT * shrink;
    let line_height = height / unit;
    // Wherever a point lies, its pen covers a pixel: of ink so long that its digits are specks something is left, too.
    let radius = (PEN_WIDTH * line_height / 2.).max(0.25);
    let grid = Grid { unit, x: bounds.x, y: bounds.y, pen_reach: radius };
    let part = |stroke: &Stroke| {
        let path = path_on(stroke, &grid);
        Some(Part { ink: draw_path(&path, radius).trimmed()?, path })
    };
    let mut parts: Vec<Part> = ink.strokes().iter().filter_map(part).collect();
    merge_retraced(&mut parts, line_height);
    Line { parts, specks: Vec::new(), height: line_height, grid, is_struck_out: is_struck_out(ink) }
}

/// Puts the ink of strokes that go along another one, as when a digit is written over once more, to that one: they are no strokes of their own, and no
/// second digit. O((points + places)^2), places as [`goes_along`] looks at; of so many that this would be slow, nothing is done.
fn merge_retraced(parts: &mut Vec<Part>, line_height: f64) {
    /// Most points and places of all strokes, about a hundred digits.
    const MOST: f64 = 10_000.;
    let looked_at = |part: &Part| part.path.len() as f64 + way_along(&part.path) / (STEP * line_height);
    if parts.iter().map(looked_at).sum::<f64>() > MOST {
        return;
    }
    let mut at = 0;
    while at < parts.len() {
        let is_over = |other: usize| {
            // Of two that go along each other the first stays.
            goes_along(&parts[at].path, &parts[other].path, line_height)
                && (other < at || !goes_along(&parts[other].path, &parts[at].path, line_height))
        };
        match (0..parts.len()).find(|&other| other != at && is_over(other)) {
            Some(other) => {
                let both = Raster::blended(&[parts[other].ink.clone(), parts[at].ink.clone()]);
                parts[other].ink = both.expect("two rasters");
                parts.remove(at);
            }
            None => at += 1,
        }
    }
}

/// Places on a way that are held against another lie no farther apart, in line heights.
const STEP: f64 = 0.07;

/// Whether a way keeps close to another, all along: as a hand that goes over it, and not as a neighbour's side. Short ones are pieces of a digit,
/// and mend it.
fn goes_along(way: &[Point], other: &[Point], line_height: f64) -> bool {
    /// Least way, and distances from the other: the farthest and the mean. All in line heights.
    const LEAST: f64 = 0.4;
    const FARTHEST: f64 = 0.12;
    const MEAN: f64 = 0.06;
    let around = |way: &[Point]| Rect::around(way.iter().copied()).expect("a stroke has at least one point");
    let (own, others) = (around(way), around(other));
    let far = FARTHEST * line_height;
    let is_within = own.x >= others.x - far
        && own.y >= others.y - far
        && own.right() <= others.right() + far
        && own.bottom() <= others.bottom() + far;
    if !is_within || way_along(way) < LEAST * line_height {
        return false;
    }
    let (mut sum, mut count) = (0., 0.);
    for pair in way.windows(2) {
        let steps = (pair[0].distance(pair[1]) / (STEP * line_height)).ceil().max(1.);
        for step in 0..steps as usize {
            let place = pair[0].towards(pair[1], step as f64 / steps);
            let squares = other.windows(2).map(|side| squared_distance_to_segment(place, side[0], side[1]));
            let distance = squares.fold(f64::INFINITY, f64::min).sqrt();
            if distance > far {
                return false;
            }
            sum += distance;
            count += 1.;
        }
    }
    sum < MEAN * line_height * count
}

/// Whether one stroke goes straight across the others, past both ends of them and through the middle half of at least half of them. A long one,
/// over several digits, may end a little within. Nothing that is as narrow as a stem is struck out: that is a plus. O(lines * others).
fn is_struck_out(ink: &Ink) -> bool {
    /// Steepest line, and longest way of the pen against its length.
    const STEEP: f64 = 0.25;
    const STRAIGHT: f64 = 1.1;
    let is_level = |stroke: &Stroke, own: &Rect| {
        own.height <= STEEP * own.width && stroke.way() <= STRAIGHT * own.width.hypot(own.height)
    };
    let boxed = ink.strokes().iter().map(|stroke| (stroke, stroke.bounds()));
    // It may be struck out twice.
    let (lines, others): (Vec<_>, Vec<_>) = boxed.partition(|(stroke, own)| is_level(stroke, own));
    let Some(written) = others.iter().map(|other| other.1).reduce(|a, b| a.union(&b)) else { return false };
    lines.iter().any(|(line, own)| {
        let points = line.points();
        let (from, to) = (points[0].at, points[points.len() - 1].at);
        let is_crossed = |(_, other): &&(&Stroke, Rect)| {
            let along = (other.x + other.width / 2. - from.x) / (to.x - from.x);
            let level = from.y + along * (to.y - from.y);
            (0. ..=1.).contains(&along) && (level - other.y - other.height / 2.).abs() < THROUGH * other.height
        };
        2 * others.iter().filter(is_crossed).count() >= others.len()
            && goes_across([own.x, own.right()], [written.x, written.right()], written.height)
    })
}

/// Pixels that are looked at to draw all strokes with a pixel of `unit`: their boxes, and the pen's width all along its way. Both go with
/// the square of the unit.
fn work(ink: &Ink, unit: f64) -> f64 {
    let of_stroke = |stroke: &Stroke| {
        let Rect { width, height, .. } = stroke.bounds();
        let way = stroke.way() / unit;
        (width / unit) * (height / unit) + way * PEN_WIDTH * WORK_HEIGHT
    };
    ink.strokes().iter().map(of_stroke).sum()
}

/// Typical height of a digit in input units, above 0. A flat line or a single dot is measured by its width, and by 1 where that is 0 too.
fn measured_height(ink: &Ink, bounds: &Rect) -> f64 {
    let mut groups: Vec<Rect> = Vec::new();
    for stroke in ink.strokes() {
        let mut box_ = stroke.bounds();
        groups.retain(|g| {
            let same = overlaps(g, &box_);
            if same {
                box_ = box_.union(g);
            }
            !same
        });
        groups.push(box_);
    }
    /// A line of writing is at least this high for its widest dash: it keeps a lone minus from being blown up to a digit's height.
    const FLATTEST: f64 = 0.2;
    let dashes = ink.strokes().iter().filter(|s| is_dash(s)).map(|s| s.bounds().width);
    let height = line_height(groups.iter().map(|g| g.height)).max(FLATTEST * dashes.fold(0., f64::max));
    match height {
        h if h > 0. => h,
        _ if bounds.width > 0. => bounds.width,
        _ => 1.,
    }
}

/// The pen went straight across: a minus, not a whole number in one stroke.
fn is_dash(stroke: &Stroke) -> bool {
    /// Longest way of the pen for its width.
    const STRAIGHT: f64 = 1.5;
    stroke.way() <= STRAIGHT * stroke.bounds().width
}

fn overlaps(a: &Rect, b: &Rect) -> bool {
    let shared = a.right().min(b.right()) - a.x.max(b.x);
    shared >= 0. && shared >= SAME_DIGIT_OVERLAP * a.width.min(b.width)
}

/// One stroke on a grid, by a pen of `radius` px; the raster reaches a little beyond the ink.
#[cfg(feature = "cli")]
pub(crate) fn draw_stroke(stroke: &Stroke, grid: &Grid, radius: f64) -> Raster {
    draw_path(&path_on(stroke, grid), radius)
}

/// The way of the pen on a grid, px.
fn path_on(stroke: &Stroke, grid: &Grid) -> Vec<Point> {
    let to_grid = |p: Point| Point::new((p.x - grid.x) / grid.unit, (p.y - grid.y) / grid.unit);
    stroke.points().iter().map(|p| to_grid(p.at)).collect()
}

/// A way that is on the grid already.
pub(crate) fn draw_path(path: &[Point], radius: f64) -> Raster {
    let around = Rect::around(path.iter().copied()).expect("a stroke has at least one point");
    let margin = radius + 1.;
    let (left, top) = ((around.x - margin).floor() as i32, (around.y - margin).floor() as i32);
    let (right, bottom) = ((around.right() + margin).ceil() as i32, (around.bottom() + margin).ceil() as i32);
    let mut raster = Raster::blank_ltwh(left, top, (right - left) as usize, (bottom - top) as usize);
    if let [only] = *path {
        draw_segment(&mut raster, only, only, radius);
    }
    for pair in path.windows(2) {
        draw_segment(&mut raster, pair[0], pair[1], radius);
    }
    raster
}

/// Covers the pixels within `radius` of the segment; a pixel that the edge passes through is covered in part.
fn draw_segment(raster: &mut Raster, from: Point, to: Point, radius: f64) {
    let reach = radius + 0.5;
    let rows = span(from.y.min(to.y) - reach, from.y.max(to.y) + reach, raster.top, raster.height);
    for row in rows {
        let y = f64::from(raster.top) + row as f64 + 0.5;
        let (left, right) = columns_near(from, to, y, reach);
        for column in span(left - reach, right + reach, raster.left, raster.width) {
            let centre = Point::new(f64::from(raster.left) + column as f64 + 0.5, y);
            let squared = squared_distance_to_segment(centre, from, to);
            if squared >= reach * reach {
                continue;
            }
            let pixel = &mut raster.ink[row * raster.width + column];
            // As cast, what is beyond 255 is 255: all that is nearer than the edge.
            *pixel = (*pixel).max(((reach - squared.sqrt()) * 255. + 0.5) as u8);
        }
    }
}

/// Leftmost and rightmost x of the part of a segment that lies within `reach` rows of `y`: a long slanted segment is near few pixels of
/// a row.
fn columns_near(from: Point, to: Point, y: f64, reach: f64) -> (f64, f64) {
    let rise = to.y - from.y;
    let x_at = |y: f64| match rise {
        r if r.abs() < 1e-9 => None,
        r => Some(from.x + ((y - from.y) / r).clamp(0., 1.) * (to.x - from.x)),
    };
    match (x_at(y - reach), x_at(y + reach)) {
        (Some(a), Some(b)) => (a.min(b), a.max(b)),
        _ => (from.x.min(to.x), from.x.max(to.x)),
    }
}

fn span(from: f64, to: f64, start: i32, len: usize) -> std::ops::Range<usize> {
    let clamp = |v: f64| (v - f64::from(start)).clamp(0., len as f64);
    clamp(from.floor()) as usize..clamp(to.ceil()) as usize
}

fn squared_distance_to_segment(p: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length_squared = dx * dx + dy * dy;
    let along = match length_squared {
        l if l > 0. => (((p.x - from.x) * dx + (p.y - from.y) * dy) / l).clamp(0., 1.),
        _ => 0.,
    };
    let (off_x, off_y) = (p.x - (from.x + along * dx), p.y - (from.y + along * dy));
    off_x * off_x + off_y * off_y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(strokes: &[Vec<[f64; 2]>]) -> Line {
        draw(&Ink::from_xy(strokes).unwrap())
    }

    #[test]
    fn a_number_in_one_stroke_is_as_high_as_it_is_written() {
        // Fifteen waves a unit high: no dash, though fifteen times as wide as high.
        let waves: Vec<[f64; 2]> = (0..=300).map(|i| [f64::from(i) / 20., (f64::from(i) / 3.).sin() / 2.]).collect();
        let waves = line(&[waves]);
        assert!((waves.height - WORK_HEIGHT).abs() < 1e-6 && waves.grid.unit < 1. / 60., "{:?}", waves.grid);
        let dash = line(&[vec![[0., 0.], [15., 0.4]]]);
        assert!(dash.grid.unit > 2. / 64., "{:?}", dash.grid);
    }

    #[test]
    fn a_stroke_across_a_number_strikes_it_out() {
        let digits = || [0., 40., 80.].map(|x| vec![[x, 0.], [x - 5., 60.]]).to_vec();
        let struck = |more: &[Vec<[f64; 2]>]| line(&[digits(), more.to_vec()].concat()).is_struck_out;
        assert!(!struck(&[]));
        for across in [[[-14., 30.], [90., 30.]], [[-12., 22.], [88., 40.]], [[90., 35.], [-20., 28.]]] {
            assert!(struck(&[across.to_vec()]), "{across:?}");
            assert!(struck(&[across.to_vec(), across.map(|[x, y]| [x, y + 8.]).to_vec()]), "twice: {across:?}");
        }
        // Below it, through its tails, sloping down under it, across half of it, and a wave.
        for other in
            [[[-10., 62.], [90., 62.]], [[-10., 50.], [90., 50.]], [[-10., 70.], [90., 47.]], [[-10., 30.], [50., 30.]]]
        {
            assert!(!struck(&[other.to_vec()]), "{other:?}");
        }
        let wave = (0..=100).map(|i| [f64::from(i) - 10., 30. + 6. * (f64::from(i) / 3.).sin()]).collect();
        assert!(!struck(&[wave]));
    }

    #[test]
    fn bars_of_digits_and_signs_strike_nothing_out() {
        let stays = |strokes: &[Vec<[f64; 2]>]| assert!(!line(strokes).is_struck_out, "{strokes:?}");
        let seven = |x: f64| vec![[x, 0.], [x + 30., 0.], [x + 10., 60.]];
        let bar = |from: f64, to: f64, y: f64| vec![[from, y], [to, y - 2.]];
        stays(&[seven(0.), bar(2., 34., 30.)]);
        stays(&[seven(0.), bar(2., 34., 30.), seven(45.), bar(47., 80., 29.)]);
        stays(&[seven(0.), seven(45.), bar(4., 82., 30.)]);
        let four = |x: f64| [vec![[x + 20., 0.], [x, 40.]], vec![[x + 28., 20.], [x + 26., 60.]]];
        stays(&[&four(0.)[..], &four(40.), &[bar(0., 74., 40.)]].concat());
        stays(&[vec![[30., 0.], [30., 44.]], bar(0., 60., 22.)]);
        stays(&[bar(0., 60., 0.), bar(0., 62., 20.)]);
        stays(&[bar(-40., -12., 30.), vec![[0., 0.], [0., 60.]], vec![[30., 0.], [30., 60.]]]);
    }

    #[test]
    fn a_way_that_is_endless_in_line_heights_is_not_gone_along() {
        let there_and_back = vec![[0., 0.], [1e6, 0.], [0., 1e-6]];
        let line = line(&[there_and_back.clone(), there_and_back, vec![[1_000_100., -122.]]]);
        assert_eq!(line.parts.len(), 3);
    }

    #[test]
    fn what_is_written_over_once_more_is_no_second_digit() {
        let seven = vec![[0., 0.], [30., 0.], [12., 60.]];
        let bar = vec![[8., 32.], [32., 30.]];
        let wobbly: Vec<[f64; 2]> = vec![[1., 2.], [28., -2.], [26., 12.], [20., 40.], [11., 58.]];
        let back: Vec<[f64; 2]> = seven.iter().rev().copied().collect();
        for over in [seven.clone(), wobbly, back, vec![[28., 2.], [12., 60.]]] {
            for strokes in [[seven.clone(), bar.clone(), over.clone()], [over.clone(), seven.clone(), bar.clone()]] {
                let line = line(&strokes);
                assert_eq!(line.parts.len(), 2, "{over:?}");
                let seven = line.parts.iter().map(|part| part.path.len()).max();
                assert!(seven >= Some(3), "the longer way stays");
            }
        }
        // A neighbour close by, a bar across, a flag, a straight line between the ends of a bow.
        let bow: Vec<[f64; 2]> =
            (0..=12).map(|i| [20. * (f64::from(i) / 12. * std::f64::consts::PI).sin(), f64::from(i) * 5.]).collect();
        let stem = || vec![[0., 0.], [0., 60.]];
        for pair in [
            [stem(), vec![[5., 0.], [5., 60.]]],
            [stem(), vec![[-15., 30.], [15., 30.]]],
            [stem(), vec![[0., 0.], [-14., 20.]]],
            [bow.clone(), stem()],
        ] {
            assert_eq!(line(&pair).parts.len(), 2, "{pair:?}");
        }
    }

    #[test]
    fn a_long_slanted_segment_is_drawn_all_along() {
        let drawn = line(&[vec![[0., 0.], [100., 100.]]]);
        let part = &drawn.parts[0].ink;
        for i in 4..60 {
            assert!(part.at_xy(i, i) > 250, "{i}");
        }
        assert_eq!(part.at_xy(50, 5), 0);
    }

    #[test]
    fn no_strokes_no_parts() {
        assert!(line(&[]).parts.is_empty());
    }

    #[test]
    fn one_point_is_a_dot_of_the_pens_width() {
        for repeats in [1, 5] {
            let line = line(&[vec![[7., 7.]; repeats]]);
            let dot = &line.parts[0].ink;
            let pen = PEN_WIDTH * WORK_HEIGHT;
            assert!((dot.width as f64 - pen).abs() <= 2. && dot.width == dot.height, "{} x {}", dot.width, dot.height);
            assert!((dot.mass() - std::f64::consts::PI * pen * pen / 4.).abs() < 0.1 * dot.mass());
        }
    }

    #[test]
    fn a_flat_line_has_a_height() {
        let line = line(&[vec![[0., 5.], [40., 5.]]]);
        assert_eq!(line.parts.len(), 1);
        assert!(line.height > 0. && line.parts[0].ink.mass() > 0.);
    }

    #[test]
    fn scale_and_place_do_not_matter() {
        let shape = [[0., 0.], [3., 10.], [9., 20.]];
        let moved = |k: f64, d: f64| vec![shape.map(|[x, y]| [x * k + d, y * k + d]).to_vec()];
        let (a, b) = (line(&moved(1., 0.)), line(&moved(512., -4096.)));
        assert_eq!(a.parts, b.parts);
    }

    #[test]
    fn strokes_all_over_each_other_are_drawn_in_coarser_pixels() {
        // Each as long as the line may be, and as high.
        let across = |i: u32| vec![[0., f64::from(i % 7)], [6400., 100.], [3200., 0.]];
        let many = line(&(0..2000).map(across).collect::<Vec<_>>());
        assert!(many.parts.iter().map(|p| p.ink.ink.len()).sum::<usize>() < 2 * MAX_WORK as usize);
        assert!(many.height < WORK_HEIGHT / 2.);
        // One stroke to and fro.
        let zigzag = line(&[(0..100_000).map(|i| [f64::from(i % 2) * 6400., f64::from(i % 101)]).collect()]);
        assert!(zigzag.height < WORK_HEIGHT / 2., "{}", zigzag.height);
    }

    #[test]
    fn a_long_line_is_bounded() {
        let strokes: Vec<_> = (0..500).map(|i| vec![[f64::from(i) * 50., 0.], [f64::from(i) * 50., 60.]]).collect();
        let line = line(&strokes);
        assert_eq!(line.parts.len(), 500);
        assert!(f64::from(line.parts.iter().map(|p| p.ink.right()).max().unwrap()) <= MAX_WORK_SIDE + 8.);
    }
}

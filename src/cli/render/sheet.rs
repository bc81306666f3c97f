//! The drawing of a [`Scene`], from the top to the bottom.

use anyhow::Result;

use super::Scene;
use crate::classify::{CLASSES, DIGITS, GLYPH_SIDE, Glyph, Reject, Scores};
use crate::cli::output::{decision_name, percent};
use crate::ink::{Input, RgbaImage};
use crate::lattice::{Lattice, PathStep, Posterior, Step};
use crate::raster::Raster;
use crate::reading::Decision;
use crate::segment::{Candidate, LeftOut};
use crate::svg::{Anchor, Picture, Svg};

const MARGIN: f64 = 36.;
const WIDTH: f64 = 1120.;
/// Least probability of a candidate that leaves out a ligature to be drawn as a card of its own.
const LEAST_DRAWN: f64 = 0.01;

/// Most candidates drawn as cards; beyond it only the likeliest.
const MAX_CARDS: usize = 48;
/// Arcs less probable than this are drawn thin and without a label.
const FAINT: f64 = 0.02;
/// Least and greatest distance of two positions of the lattice: the labels of arcs need room, but a short number no whole sheet.
const NODE_GAPS: [f64; 2] = [62., 130.];
/// Colours of neighbouring fragments, told apart also by people who do not see red and green.
const FRAGMENT_COLOURS: [[u8; 3]; 6] =
    [[37, 99, 235], [234, 88, 12], [13, 148, 136], [147, 51, 234], [202, 138, 4], [219, 39, 119]];

const STYLE: &str = "\
text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;fill:#1e293b}\
.big{font-size:52px;font-weight:700;letter-spacing:1px}.badge{font-size:15px;font-weight:600;fill:#fff}\
.h{font-size:17px;font-weight:650}.dim{fill:#64748b;font-size:13px}.small{font-size:11.5px;fill:#475569}\
.tiny{font-size:9.5px;fill:#64748b}.digit{font-size:17px;font-weight:700}.row{font-size:21px;font-weight:600}\
.num{font-variant-numeric:tabular-nums}.arc{font-size:12px;font-weight:600}\
.weight{font-size:9.5px;fill:#64748b;paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}\
.best{fill:#15803d}.bad{fill:#b91c1c}";

const GREEN: &str = "#15803d";
const RED: &str = "#b91c1c";
const GREY: &str = "#94a3b8";

/// Draws it all.
pub(super) fn draw(scene: &Scene) -> Result<String> {
    let mut sheet = Sheet::new(scene);
    sheet.header();
    sheet.original()?;
    if let Some((lattice, posterior)) = &scene.search {
        let places = sheet.ink(posterior)?;
        sheet.lattice(lattice, posterior, &places);
        sheet.hypotheses(lattice, posterior);
        sheet.cards(posterior)?;
    }
    Ok(sheet.svg.finish(sheet.y + MARGIN / 2., &scene.title, STYLE))
}

struct Sheet<'a> {
    scene: &'a Scene,
    svg: Svg,
    width: f64,
    /// Pixels on the sheet for one of the work grid.
    scale: f64,
    /// Where the next section begins.
    y: f64,
}

/// Where the positions of the lattice, 0 to the number of fragments, stand on the sheet.
struct Places {
    /// In the ink: the cuts.
    in_ink: Vec<f64>,
    /// In the lattice, evenly spread.
    in_lattice: Vec<f64>,
}

impl<'a> Sheet<'a> {
    fn new(scene: &'a Scene) -> Self {
        /// Scales of the ink: as large as fits the sheet, and a long line makes the sheet wider.
        const SCALES: [f64; 2] = [2.4, 4.2];
        let span = span_of(&scene.prepared.segmentation.fragments);
        let ink_width = span.map_or(1., |(left, right, ..)| f64::from(right - left));
        let scale = ((WIDTH - 2. * MARGIN) / ink_width).clamp(SCALES[0], SCALES[1]);
        let fragments = scene.prepared.segmentation.fragments.len() as f64;
        let width = WIDTH.max(ink_width * scale + 2. * MARGIN).max(fragments * NODE_GAPS[0] + 2. * MARGIN);
        Self { scene, svg: Svg::new(width), width, scale, y: MARGIN }
    }

    fn inner(&self) -> f64 {
        self.width - 2. * MARGIN
    }

    fn heading(&mut self, title: &str, note: &str) {
        self.y += 34.;
        self.svg.line([MARGIN, self.y - 26.], [self.width - MARGIN, self.y - 26.], r##"stroke="#e2e8f0""##);
        self.svg.text_xy([MARGIN, self.y], Anchor::Start, "h", title);
        self.svg.text_xy([self.width - MARGIN, self.y], Anchor::End, "dim", note);
        self.y += 16.;
    }

    /// The decision, large.
    fn header(&mut self) {
        let reading = &self.scene.reading;
        let colour = match reading.decision {
            Decision::Accepted => GREEN,
            Decision::Ambiguous => "#b45309",
            Decision::Rejected => RED,
            Decision::Empty => "#64748b",
        };
        let name = decision_name(reading.decision);
        let badge_width = 30. + 8.6 * name.len() as f64;
        let best = reading.hypotheses.first();
        let shown = reading.text.as_deref().unwrap_or("–");
        self.svg.text_xy([MARGIN, self.y + 46.], Anchor::Start, "big num", shown);
        let x = MARGIN + 34. * shown.chars().count().max(1) as f64 + 22.;
        self.svg.rect_xywh([x, self.y + 4., badge_width, 27.], 13.5, &format!(r#"fill="{colour}""#));
        self.svg.text_xy([x + badge_width / 2., self.y + 22.5], Anchor::Middle, "badge", name);
        let said = match (&reading.reason, best) {
            (Some(reason), _) => reason.clone(),
            (None, Some(best)) => format!("with probability {}", percent(best.probability)),
            (None, None) => String::new(),
        };
        self.svg.text_xy([x, self.y + 50.], Anchor::Start, "", said);
        self.svg.text_xy([self.width - MARGIN, self.y + 22.], Anchor::End, "dim", &self.scene.title);
        let engine = format!("engine {}", reading.engine);
        self.svg.text_xy([self.width - MARGIN, self.y + 42.], Anchor::End, "dim", engine);
        self.y += 74.;
    }

    /// A picture as it came in.
    fn original(&mut self) -> Result<()> {
        let Input::Picture(image) = &self.scene.input else { return Ok(()) };
        self.heading("The picture", &format!("{} x {} px", image.width(), image.height()));
        let (width, height) = (image.width() as f64, image.height() as f64);
        let scale = (self.inner() / width).min(180. / height).min(4.);
        let size = [width * scale, height * scale];
        let shrunk = shrunk(image, size);
        let place = [MARGIN, self.y, size[0], size[1]];
        self.svg.image_xywh(place, &shrunk, if scale > 1. { r#"style="image-rendering:pixelated""# } else { "" })?;
        self.svg.rect_xywh(place, 0., r##"fill="none" stroke="#cbd5e1""##);
        self.y += size[1] + 16.;
        Ok(())
    }

    /// The fragments in colours with the cuts between them.
    fn ink(&mut self, posterior: &Posterior) -> Result<Places> {
        /// Width of a label.
        const LABEL: f64 = 34.;
        let fragments = &self.scene.prepared.segmentation.fragments;
        let count = fragments.len();
        let cuts = count - 1;
        let note = format!("{count} {}, {cuts} possible {}", plural(count, "fragment"), plural(cuts, "cut"));
        self.heading("Ink and cuts", &note);
        let (left, right, top, bottom) = span_of(fragments).expect("there are fragments");
        let (ink_width, ink_height) = (f64::from(right - left) * self.scale, f64::from(bottom - top) * self.scale);
        let x0 = (self.width - ink_width) / 2.;
        let y0 = self.y + 32.;
        let picture = coloured(fragments, [left, top], (right - left) as usize, (bottom - top) as usize);
        self.svg.image_xywh([x0, y0, ink_width, ink_height], &picture, "")?;
        let in_ink: Vec<f64> = positions(fragments).iter().map(|x| x0 + (x - f64::from(left)) * self.scale).collect();
        let (mut labelled, mut raised) = (f64::NEG_INFINITY, false);
        for (x, &used) in in_ink[1..].iter().zip(&posterior.cuts) {
            let (stroke, width, dash) = if used >= 0.5 { (GREEN, 2., "none") } else { (GREY, 1., "3 4") };
            let style = format!(r#"stroke="{stroke}" stroke-width="{width}" stroke-dasharray="{dash}""#);
            self.svg.line([*x, y0 - 8.], [*x, y0 + ink_height + 8.], &style);
            if used >= FAINT {
                let class = if used >= 0.5 { "small num best" } else { "small num" };
                // Labels of close cuts stand above each other.
                raised = if x - labelled < LABEL { !raised } else { false };
                labelled = *x;
                let y = if raised { y0 - 26. } else { y0 - 13. };
                self.svg.text_xy([*x, y], Anchor::Middle, class, whole_percent(used));
            }
        }
        for (i, fragment) in fragments.iter().enumerate() {
            let x = x0 + (fragment.centre_x() - f64::from(left)) * self.scale;
            let [r, g, b] = FRAGMENT_COLOURS[i % FRAGMENT_COLOURS.len()];
            let style = format!(r#"fill="rgb({r},{g},{b})""#);
            self.svg.add(format_args!(r#"<circle cx="{x:.1}" cy="{:.1}" r="9" {style}/>"#, y0 + ink_height + 22.));
            let label = format!(
                r##"<text x="{x:.1}" y="{:.1}" text-anchor="middle" style="font-size:10px;font-weight:600;fill:#fff">{i}</text>"##,
                y0 + ink_height + 25.6
            );
            self.svg.add(label);
            if posterior.junk[i] >= FAINT {
                let out = format!("left out {}", whole_percent(posterior.junk[i]));
                self.svg.text_xy([x, y0 + ink_height + 44.], Anchor::Middle, "tiny bad", out);
            }
        }
        self.y = y0 + ink_height + 50.;
        let gap = (self.inner() / count as f64).clamp(NODE_GAPS[0], NODE_GAPS[1]);
        let first = (self.width - gap * count as f64) / 2.;
        Ok(Places { in_ink, in_lattice: (0..=count).map(|i| first + gap * i as f64).collect() })
    }

    /// Positions as dots, arcs as curves below them, as heavy as they are probable.
    fn lattice(&mut self, lattice: &Lattice, posterior: &Posterior, places: &Places) {
        const FAN: f64 = 34.;
        self.heading(
            "Lattice",
            "each curve reads the ink between two cuts as one digit, or as one sign that is none: its probability, below it its log-weight",
        );
        let ends = [0, places.in_ink.len() - 1];
        let used = |position: usize| if ends.contains(&position) { 1. } else { posterior.cuts[position - 1] };
        let y0 = self.y + FAN + 6.;
        for (position, (&from, &to)) in places.in_ink.iter().zip(&places.in_lattice).enumerate() {
            let style = if used(position) >= 0.5 { GREEN } else { "#cbd5e1" };
            self.svg.add(format_args!(
                r#"<path d="M{from:.1} {:.1}C{from:.1} {y0:.1} {to:.1} {:.1} {to:.1} {y0:.1}" fill="none" stroke="{style}" stroke-width="1"/>"#,
                y0 - FAN,
                y0 - FAN
            ));
        }
        let deepest = self.arcs(lattice, posterior, &places.in_lattice, y0);
        for (position, &x) in places.in_lattice.iter().enumerate() {
            let (fill, stroke) = if used(position) >= 0.5 { (GREEN, GREEN) } else { ("#fff", GREY) };
            let style = format!(r#"fill="{fill}" stroke="{stroke}" stroke-width="1.5""#);
            self.svg.add(format_args!(r#"<circle cx="{x:.1}" cy="{y0:.1}" r="4.5" {style}/>"#));
        }
        self.y = deepest + 34.;
    }

    /// Draws the arcs, the likeliest on top, then the labels; returns how far down they reach.
    fn arcs(&mut self, lattice: &Lattice, posterior: &Posterior, nodes: &[f64], y0: f64) -> f64 {
        let best = best_arcs(posterior);
        let depth = |arc: usize| 18. + 38. * (lattice.arcs()[arc].end - lattice.arcs()[arc].start) as f64;
        let probability = |arc: usize| posterior.digits[arc].iter().sum::<f64>() + posterior.signs[arc];
        let is_sign = |arc: usize| posterior.signs[arc] > 0.5 * probability(arc);
        let mut order: Vec<usize> = (0..lattice.arcs().len()).collect();
        order.sort_by(|&a, &b| probability(a).total_cmp(&probability(b)));
        let is_shown = |arc: usize| probability(arc) >= FAINT || best.contains(&arc);
        for &arc in &order {
            let span = &lattice.arcs()[arc];
            let (x1, x2, p) = (nodes[span.start], nodes[span.end], probability(arc));
            // A cubic's lowest point lies at three quarters of its handles.
            let low = y0 + depth(arc) / 0.75;
            let (colour, width, opacity) = match (best.contains(&arc), is_shown(arc)) {
                (_, true) if is_sign(arc) => (RED, 1.5 + 5. * p, 1.),
                (true, _) => (GREEN, 1.5 + 5. * p, 1.),
                (_, true) => ("#60a5fa", 1. + 5. * p, 0.9),
                _ => ("#e2e8f0", 0.8, 1.),
            };
            self.svg.add(format_args!(
                r#"<path d="M{x1:.1} {y0:.1}C{x1:.1} {low:.1} {x2:.1} {low:.1} {x2:.1} {y0:.1}" fill="none" stroke="{colour}" stroke-width="{width:.2}" opacity="{opacity:.2}"/>"#
            ));
        }
        for &arc in order.iter().filter(|&&arc| is_shown(arc)) {
            let span = &lattice.arcs()[arc];
            let (x, y) = ((nodes[span.start] + nodes[span.end]) / 2., y0 + depth(arc));
            let (digit, _) = largest(&posterior.digits[arc]);
            let (label, weight) = match is_sign(arc) {
                true => ("sign".into(), span.sign),
                false => (digit.to_string(), span.log_weights[digit]),
            };
            let class = if best.contains(&arc) { "best" } else { "" };
            self.svg.rect_xywh([x - 28., y - 10., 56., 19.], 6., r##"fill="#fff" fill-opacity="0.9""##);
            self.svg.add(format_args!(
                r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle" class="arc num {class}"><tspan class="digit">{label}</tspan> {}</text>"#,
                y + 5.,
                whole_percent(probability(arc))
            ));
            self.svg.text_xy([x, y + 17.], Anchor::Middle, "weight num", format!("{weight:+.1}"));
        }
        (0..lattice.arcs().len()).map(|arc| y0 + depth(arc)).fold(y0, f64::max)
    }

    /// The ranking as bars, with what is left for "not a number".
    fn hypotheses(&mut self, lattice: &Lattice, posterior: &Posterior) {
        const BAR: f64 = 480.;
        let reading = &self.scene.reading;
        let listed: f64 = reading.hypotheses.iter().map(|h| h.probability).sum();
        let rest = (1. - listed - reading.not_a_number).max(0.);
        self.heading("Hypotheses", "probability of the string, over all segmentations that spell it; at the right the likeliest one, over the fragments");
        let longest = reading.hypotheses.iter().map(|h| h.text.len()).max().unwrap_or(1).max(8);
        let x = MARGIN + 15.5 * longest as f64 + 16.;
        let bar = BAR.min(self.width - MARGIN - x - 320.);
        let strip =
            [x + bar + 84., (self.width - MARGIN - x - bar - 84.).min(44. * lattice.fragments() as f64).max(80.)];
        let row = |svg: &mut Svg, y: &mut f64, class: &str, label: &str, p: f64, colour: &str| {
            svg.text_xy([x - 14., *y + 18.], Anchor::End, class, label);
            svg.rect_xywh([x, *y + 2., bar, 20.], 4., r##"fill="#f1f5f9""##);
            svg.rect_xywh([x, *y + 2., (bar * p).max(1.5), 20.], 4., &format!(r#"fill="{colour}""#));
            svg.text_xy([x + bar + 12., *y + 17.5], Anchor::Start, "num", percent(p));
            *y += 29.;
        };
        for (rank, hypothesis) in reading.hypotheses.iter().enumerate() {
            let colour = if rank == 0 { GREEN } else { "#60a5fa" };
            let y = self.y;
            row(&mut self.svg, &mut self.y, "row num", &hypothesis.text, hypothesis.probability, colour);
            if let Some(string) = posterior.strings.get(rank) {
                let spans = string.path.iter().map(|step| (&lattice.arcs()[step.arc], step.digit));
                let cell = strip[1] / lattice.fragments() as f64;
                for (arc, digit) in spans {
                    let (left, span) = (strip[0] + cell * arc.start as f64, cell * (arc.end - arc.start) as f64);
                    let style =
                        format!(r#"fill="{colour}" fill-opacity="0.12" stroke="{colour}" stroke-opacity="0.5""#);
                    self.svg.rect_xywh([left + 1., y + 3., span - 2., 18.], 3., &style);
                    self.svg.text_xy([left + span / 2., y + 16.5], Anchor::Middle, "small num", digit);
                }
            }
        }
        if rest > 0.0005 {
            row(&mut self.svg, &mut self.y, "dim", "other strings", rest, GREY);
        }
        row(&mut self.svg, &mut self.y, "dim", "not a number", reading.not_a_number, "#f87171");
        self.y += 8.;
    }

    /// The candidates as the network saw them.
    fn cards(&mut self, posterior: &Posterior) -> Result<()> {
        const CARD: [f64; 2] = [200., 128.];
        const GAP: f64 = 10.;
        let candidates = &self.scene.prepared.segmentation.candidates;
        let probability = |i: usize| posterior.digits[i].iter().sum::<f64>() + posterior.signs[i];
        // What only leaves a ligature out looks like another candidate: it is drawn where it counts.
        let counts = |&i: &usize| candidates[i].left_out_as == LeftOut::Nothing || probability(i) >= LEAST_DRAWN;
        let mut shown: Vec<usize> = (0..candidates.len()).filter(counts).collect();
        let count = shown.len();
        shown.sort_by(|&a, &b| probability(b).total_cmp(&probability(a)));
        shown.truncate(MAX_CARDS);
        shown.sort_unstable();
        let note = match count - shown.len() {
            0 => "what the network said: 0 to 9, then f a piece, s several digits, l a letter, n noise".into(),
            hidden => format!("the likeliest; {hidden} more are not drawn"),
        };
        self.heading(&format!("{count} {}", plural(count, "candidate")), &note);
        let columns = ((self.inner() + GAP) / (CARD[0] + GAP)).floor().max(1.) as usize;
        let best = best_arcs(posterior);
        for (place, &i) in shown.iter().enumerate() {
            let x = MARGIN + (place % columns) as f64 * (CARD[0] + GAP);
            let y = self.y + (place / columns) as f64 * (CARD[1] + GAP);
            let card = Card {
                candidate: &candidates[i],
                glyph: &self.scene.prepared.glyphs[i],
                scores: &self.scene.scores[i],
                posterior: probability(i),
                is_best: best.contains(&i),
            };
            card.draw(&mut self.svg, [x, y, CARD[0], CARD[1]])?;
        }
        self.y += shown.len().div_ceil(columns) as f64 * (CARD[1] + GAP);
        Ok(())
    }
}

/// One candidate.
struct Card<'a> {
    candidate: &'a Candidate,
    glyph: &'a Glyph,
    scores: &'a Scores,
    /// That exactly this ink is one digit, whichever.
    posterior: f64,
    is_best: bool,
}

impl Card<'_> {
    fn draw(&self, svg: &mut Svg, [x, y, width, height]: [f64; 4]) -> Result<()> {
        const GLYPH: f64 = 62.;
        const CHART: f64 = 30.;
        let frame = if self.is_best {
            format!(r##"fill="#f0fdf4" stroke="{GREEN}" stroke-width="1.8""##)
        } else {
            r##"fill="#f8fafc" stroke="#e2e8f0""##.into()
        };
        svg.rect_xywh([x, y, width, height], 8., &frame);
        let pixelated = r#"style="image-rendering:pixelated""#;
        svg.image_xywh([x + 8., y + 8., GLYPH, GLYPH], &glyph_picture(self.glyph), pixelated)?;
        let probabilities: Vec<f64> = self.scores.log_probs.iter().map(|l| l.exp()).collect();
        let (class, p) = largest(&probabilities);
        let name = if class < DIGITS { class.to_string() } else { Reject::ALL[class - DIGITS].name().to_owned() };
        let right = x + GLYPH + 18.;
        let class_name = if class < DIGITS { "digit" } else { "digit bad" };
        svg.text_xy([right, y + 24.], Anchor::Start, class_name, name);
        svg.text_xy([right, y + 41.], Anchor::Start, "small num", percent(p));
        let (first, past) = self.candidate.inked();
        let last = past - 1;
        let fragments =
            if first == last { format!("fragment {first}") } else { format!("fragments {first} to {last}") };
        svg.text_xy([right, y + 56.], Anchor::Start, "tiny", fragments);
        let used = format!("used in {}", percent(self.posterior));
        svg.text_xy([right, y + 69.], Anchor::Start, if self.is_best { "tiny best" } else { "tiny" }, used);
        let column = (width - 16.) / CLASSES as f64;
        let base = y + height - 18.;
        svg.line([x + 8., base], [x + width - 8., base], r##"stroke="#cbd5e1" stroke-width="0.8""##);
        for (i, &p) in probabilities.iter().enumerate() {
            let left = x + 8. + i as f64 * column;
            let colour = if i < DIGITS { "#2563eb" } else { "#dc2626" };
            let tall = (CHART * p).max(0.6);
            svg.rect_xywh([left + 1.5, base - tall, column - 3., tall], 1., &format!(r#"fill="{colour}""#));
            let label = b"0123456789fsln"[i];
            svg.text_xy([left + column / 2., base + 11.], Anchor::Middle, "tiny num", char::from(label));
        }
        Ok(())
    }
}

/// Left, right, top and bottom of all fragments on the work grid; `None` when there are none.
fn span_of(fragments: &[Raster]) -> Option<(i32, i32, i32, i32)> {
    let left = fragments.iter().map(|f| f.left).min()?;
    let right = fragments.iter().map(Raster::right).max()?;
    let top = fragments.iter().map(|f| f.top).min()?;
    let bottom = fragments.iter().map(Raster::bottom).max()?;
    Some((left, right, top, bottom))
}

/// x of each position of the lattice on the work grid: the ends, and between neighbours the middle of where one ends and the next
/// begins. Neighbours may overlap, so that middle is pushed right where it would fall behind its predecessor.
fn positions(fragments: &[Raster]) -> Vec<f64> {
    /// Least distance of two positions, px: they must be told apart.
    const LEAST: f64 = 3.;
    let (left, right, ..) = span_of(fragments).expect("there are fragments");
    let mut out = vec![f64::from(left)];
    for pair in fragments.windows(2) {
        let middle = f64::from(pair[0].right() + pair[1].left) / 2.;
        let after = out.last().expect("it begins with the left end") + LEAST;
        out.push(middle.max(after));
    }
    let after = out.last().expect("it begins with the left end") + LEAST;
    out.push(f64::from(right).max(after));
    out
}

/// The arcs of the best hypothesis, or of the most probable path when no string of digits was found.
fn best_arcs(posterior: &Posterior) -> Vec<usize> {
    if let Some(best) = posterior.strings.first() {
        return best.path.iter().map(|step| step.arc).collect();
    }
    let arc = |step: &PathStep| match step {
        PathStep::Digit(Step { arc, .. }) | PathStep::Sign { arc } => Some(*arc),
        PathStep::Junk { .. } => None,
    };
    posterior.best_path.iter().filter_map(arc).collect()
}

/// Each fragment in its colour, ink as alpha.
fn coloured(fragments: &[Raster], [left, top]: [i32; 2], width: usize, height: usize) -> Picture {
    let mut rgba = vec![0; width * height * 4];
    for (i, fragment) in fragments.iter().enumerate() {
        let [r, g, b] = FRAGMENT_COLOURS[i % FRAGMENT_COLOURS.len()];
        for (at, &ink) in fragment.ink.iter().enumerate() {
            let x = (fragment.left - left) as usize + at % fragment.width;
            let y = (fragment.top - top) as usize + at / fragment.width;
            let pixel = &mut rgba[(y * width + x) * 4..][..4];
            if ink > pixel[3] {
                pixel.copy_from_slice(&[r, g, b, ink]);
            }
        }
    }
    Picture { width, height, rgba }
}

/// Ink white on black, as the network takes it.
fn glyph_picture(glyph: &Glyph) -> Picture {
    let rgba = glyph.pixels.iter().flat_map(|&v| [v, v, v, u8::MAX]).collect();
    Picture { width: GLYPH_SIDE, height: GLYPH_SIDE, rgba }
}

/// Small enough for its place, so that a photograph does not make the file large.
fn shrunk(image: &RgbaImage, [width, height]: [f64; 2]) -> Picture {
    let (width, height) = (width.ceil().max(1.) as usize, height.ceil().max(1.) as usize);
    if image.width() <= width {
        return Picture { width: image.width(), height: image.height(), rgba: image.data().to_vec() };
    }
    let buffer = image::RgbaImage::from_raw(image.width() as u32, image.height() as u32, image.data().to_vec());
    let buffer = buffer.expect("four bytes a pixel");
    let small = image::imageops::thumbnail(&buffer, width as u32, height as u32);
    Picture { width, height, rgba: small.into_raw() }
}

fn largest(values: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::NEG_INFINITY);
    for (i, &value) in values.iter().enumerate() {
        if value > best.1 {
            best = (i, value);
        }
    }
    best
}

fn whole_percent(probability: f64) -> String {
    format!("{:.0} %", 100. * probability)
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.into() } else { format!("{noun}s") }
}

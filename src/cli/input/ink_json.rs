//! Ink in JSON: `{"strokes": [[[x, y], ...], ...]}`, y downward. A point may carry time (ms) and pressure (0 to 1) as its third and
//! fourth numbers, or be an object `{"x": ..., "y": ..., "time": ..., "pressure": ...}` as pages have it. Other fields are left alone.
//!
//! Points and strokes above the caps are counted but not kept, so that memory stays bounded whatever comes. `null` stands for a
//! number that JavaScript could not write, NaN or infinity: a coordinate that is one is refused, a time or pressure is not known.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::ItemError;
use crate::geom::Point;
use crate::ink::{Ink, InkPoint, InputError, limits};

/// Reads one ink. `line` is its line in a file of many, for messages.
pub(super) fn parse(json: &[u8], line: Option<usize>) -> Result<Ink, ItemError> {
    let InkFile(strokes) = serde_json::from_slice(text_of(json)).map_err(|e| bad_json(&e, line))?;
    let Strokes { kept, seen_strokes, seen_points } = strokes;
    if seen_strokes > limits::MAX_STROKES {
        return Err(InputError::TooManyStrokes { seen: seen_strokes }.into());
    }
    if seen_points > limits::MAX_POINTS {
        return Err(InputError::TooManyPoints { seen: seen_points }.into());
    }
    Ok(Ink::new(kept)?)
}

/// Without what some editors put before the text: the byte order mark.
pub(in crate::cli) fn text_of(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

/// serde_json counts lines from the start of what it was given: here the line of the file is the one that helps.
fn bad_json(error: &serde_json::Error, line: Option<usize>) -> ItemError {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let what = text.strip_suffix(&place).unwrap_or(&text);
    ItemError::new("bad-json", format!("line {}, column {}: {what}", line.unwrap_or(error.line()), error.column()))
}

struct InkFile(Strokes);

// By hand because the derived one would take a list for an object too.
impl<'de> Deserialize<'de> for InkFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InkVisitor;

        impl<'de> Visitor<'de> for InkVisitor {
            type Value = InkFile;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object with `strokes`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InkFile, A::Error> {
                let mut strokes = None;
                while let Some(key) = map.next_key::<Cow<str>>()? {
                    if key != "strokes" {
                        map.next_value::<IgnoredAny>()?;
                    } else if strokes.replace(map.next_value()?).is_some() {
                        return Err(A::Error::duplicate_field("strokes"));
                    }
                }
                strokes.map(InkFile).ok_or_else(|| A::Error::missing_field("strokes"))
            }
        }

        deserializer.deserialize_map(InkVisitor)
    }
}

#[derive(Default)]
struct Strokes {
    kept: Vec<Vec<InkPoint>>,
    seen_strokes: usize,
    seen_points: usize,
}

impl<'de> Deserialize<'de> for Strokes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StrokesVisitor;

        impl<'de> Visitor<'de> for StrokesVisitor {
            type Value = Strokes;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of strokes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strokes, A::Error> {
                let mut strokes = Strokes::default();
                while let Some(stroke) = seq.next_element_seed(StrokeSeed { seen_points: &mut strokes.seen_points })? {
                    strokes.seen_strokes += 1;
                    if strokes.seen_strokes <= limits::MAX_STROKES {
                        strokes.kept.push(stroke);
                    }
                }
                Ok(strokes)
            }
        }

        deserializer.deserialize_seq(StrokesVisitor)
    }
}

/// Reads one stroke, counting its points on top of those of the ink so far.
struct StrokeSeed<'a> {
    seen_points: &'a mut usize,
}

impl<'de> DeserializeSeed<'de> for StrokeSeed<'_> {
    type Value = Vec<InkPoint>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for StrokeSeed<'_> {
    type Value = Vec<InkPoint>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a stroke, a list of points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut points = Vec::new();
        while let Some(PointJson(point)) = seq.next_element()? {
            *self.seen_points += 1;
            if *self.seen_points <= limits::MAX_POINTS {
                points.push(point);
            }
        }
        Ok(points)
    }
}

struct PointJson(InkPoint);

impl<'de> Deserialize<'de> for PointJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PointVisitor;

        impl<'de> Visitor<'de> for PointVisitor {
            type Value = PointJson;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a point [x, y], [x, y, time], [x, y, time, pressure] or {x, y, time, pressure}")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PointJson, A::Error> {
                let Named { x, y, time, pressure } = Named::deserialize(MapAccessDeserializer::new(map))?;
                Ok(PointJson(InkPoint { at: Point::new(number(x), number(y)), time, pressure }))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<PointJson, A::Error> {
                let x = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let y = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                // A time or pressure that is null is one not known; a coordinate that is null is none.
                let time = seq.next_element::<Option<f64>>()?.flatten();
                let pressure = seq.next_element::<Option<f64>>()?.flatten();
                if seq.next_element::<Option<f64>>()?.is_some() {
                    return Err(A::Error::invalid_length(5, &self));
                }
                Ok(PointJson(InkPoint { at: Point::new(number(x), number(y)), time, pressure }))
            }
        }

        deserializer.deserialize_any(PointVisitor)
    }
}

/// A point with its numbers by name. A coordinate must be there, and may be `null`; the others need not be there.
#[derive(Deserialize)]
struct Named {
    #[serde(deserialize_with = "Option::deserialize")]
    x: Option<f64>,
    #[serde(deserialize_with = "Option::deserialize")]
    y: Option<f64>,
    #[serde(default)]
    time: Option<f64>,
    #[serde(default)]
    pressure: Option<f64>,
}

/// `null` is no number: it is refused with its place, as NaN is.
fn number(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_keep_time_and_pressure_and_other_fields_are_left_alone() {
        let ink =
            parse(br#"{"label": "7", "strokes": [[[1, 2.5], [3, 4, 10], [5, 6, null, 0.5]], []], "n": {}}"#, None);
        let ink = ink.unwrap();
        assert_eq!(ink.strokes().len(), 1);
        let points = ink.strokes()[0].points();
        assert_eq!(points[0], InkPoint { at: Point::new(1., 2.5), time: None, pressure: None });
        assert_eq!((points[1].time, points[2].time, points[2].pressure), (Some(10.), None, Some(0.5)));
    }

    #[test]
    fn points_may_be_objects_as_pages_have_them() {
        let ink =
            br#"{"strokes": [[{"x": 1, "y": 2, "time": 3, "pressure": 0.5, "tilt": 9}, {"y": 5, "x": 4}, [6, 7]]]}"#;
        let ink = parse(ink, None).unwrap();
        let points = ink.strokes()[0].points();
        assert_eq!(points[0], InkPoint { at: Point::new(1., 2.), time: Some(3.), pressure: Some(0.5) });
        assert_eq!(points[1], InkPoint { at: Point::new(4., 5.), time: None, pressure: None });
        assert_eq!(points[2].at, Point::new(6., 7.));
        let nowhere = parse(br#"{"strokes": [[{"x": null, "y": 2}]]}"#, None).unwrap_err();
        assert!(nowhere.code == "bad-point" && nowhere.message.contains("strokes[0][0].x"), "{nowhere:?}");
    }

    #[test]
    fn every_wrong_shape_has_a_message_that_says_where() {
        let table = [
            ("", "EOF"),
            ("[[[[1, 2]]]]", "an object with `strokes`"),
            (r#"{"strokes": [], "strokes": []}"#, "duplicate field"),
            ("{}", "missing field `strokes`"),
            (r#"{"strokes": 3}"#, "a list of strokes"),
            (r#"{"strokes": [3]}"#, "a stroke, a list of points"),
            (r#"{"strokes": [[3]]}"#, "a point [x, y]"),
            (r#"{"strokes": [[[1]]]}"#, "invalid length 1"),
            (r#"{"strokes": [[{"x": 1}]]}"#, "missing field `y`"),
            (r#"{"strokes": [[{"x": "1", "y": 2}]]}"#, "expected f64"),
            (r#"{"strokes": [[[1, 2, 3, 4, 5]]]}"#, "invalid length 5"),
            (r#"{"strokes": [[["1", 2]]]}"#, "expected f64"),
            (r#"{"strokes": [[[1e999, 2]]]}"#, "number out of range"),
            (r#"{"strokes": [[[NaN, 2]]]}"#, "column 16"),
            (r#"{"strokes": [[[1, 2]]] "#, "EOF"),
            ("{\"strokes\": [[[1, 2]]]}\u{0}", "trailing characters"),
        ];
        for (json, part) in table {
            let error = parse(json.as_bytes(), Some(7)).unwrap_err();
            assert_eq!(error.code, "bad-json", "{json}");
            assert!(
                error.message.contains(part) && error.message.starts_with("line 7, column"),
                "{json}: {}",
                error.message
            );
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_error() {
        assert!(parse("\u{feff}{\"strokes\": []}".as_bytes(), None).unwrap().is_empty());
    }

    #[test]
    fn null_coordinates_are_bad_points() {
        let error = parse(br#"{"strokes": [[[1, 2], [null, 3]]]}"#, None).unwrap_err();
        assert_eq!(error.code, "bad-point");
        assert!(error.message.contains("strokes[0][1].x"), "{}", error.message);
    }

    #[test]
    fn over_the_caps_all_is_counted_and_nothing_kept() {
        let points = format!(r#"{{"strokes": [[{}[0,0]]]}}"#, "[1,2],".repeat(999_999));
        let error = parse(points.as_bytes(), None).unwrap_err();
        assert_eq!((error.code, error.message.contains("1000000")), ("too-many-points", true), "{}", error.message);
        let strokes = format!(r#"{{"strokes": [{}[]]}}"#, "[],".repeat(limits::MAX_STROKES));
        assert_eq!(parse(strokes.as_bytes(), None).unwrap_err().code, "too-many-strokes");
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_stack_overflow() {
        let deep = format!(r#"{{"other": {}"#, "[".repeat(1_000_000));
        assert_eq!(parse(deep.as_bytes(), None).unwrap_err().code, "bad-json");
    }
}

//! JavaScript values to ours and back: one conversion a type, and an error that names the argument and the value seen.

use js_sys::{Array, Float64Array, JsString, Object, Reflect, Uint8Array, Uint8ClampedArray, Uint32Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use super::error::{
    BAD_ARGUMENT, BAD_CHECK, BAD_LENGTH, BAD_MARKS, BAD_PATTERN, BAD_RANGE, BAD_STRATEGY, BAD_TOP, BAD_VALUES, coded,
    thrown,
};
use crate::adaptation::Example;
use crate::classify::{GLYPH_PIXELS, Glyph};
use crate::constraint::{Check, Constraint};
use crate::geom::Point;
use crate::ink::{Ink, InkPoint, Input, RgbaImage};
use crate::lattice::Strategy;
use crate::marks::MarksInText;
use crate::model::Weights;
use crate::recognizer::ReadOptions;

/// Numbers of a point in `points`: x, y, time, pressure.
const POINT_LEN: usize = 4;
/// The bit of a byte in `known` that says that the point's time counts.
const KNOWS_TIME: u8 = 1;
/// The same for its pressure.
const KNOWS_PRESSURE: u8 = 2;

type Converted<T> = Result<T, JsValue>;

/// The error of an argument of the wrong type.
fn mismatch(code: &str, field: &str, expected: &str, value: &JsValue) -> JsValue {
    coded(code, &format!("{field}: expected {expected}, saw {}", seen(value)))
}

/// What a value is, in a few words.
fn seen(value: &JsValue) -> String {
    const MAX_SHOWN: u32 = 40;
    if let Some(text) = value.dyn_ref::<JsString>() {
        let short = String::from(text.slice(0, MAX_SHOWN));
        return if text.length() > MAX_SHOWN { format!("\"{short}...\"") } else { format!("\"{short}\"") };
    }
    if let Some(number) = value.as_f64() {
        return number.to_string();
    }
    if let Some(flag) = value.as_bool() {
        return flag.to_string();
    }
    match value.js_typeof().as_string().as_deref() {
        _ if value.is_null() => "null".into(),
        _ if Array::is_array(value) => "an array".into(),
        Some("object") => "an object".into(),
        other => other.unwrap_or("something unknown").into(),
    }
}

fn array<T: JsCast>(field: &str, type_name: &str, value: &JsValue) -> Converted<T> {
    let expected = || mismatch(BAD_ARGUMENT, field, &format!("a {type_name}"), value);
    value.dyn_ref::<T>().map(|array| array.unchecked_ref::<JsValue>().clone().unchecked_into()).ok_or_else(expected)
}

/// A Uint8Array.
pub fn bytes(field: &str, value: &JsValue) -> Converted<Vec<u8>> {
    Ok(array::<Uint8Array>(field, "Uint8Array", value)?.to_vec())
}

/// A weights file.
pub fn weights(file: &[u8]) -> Converted<Weights> {
    Weights::from_bytes(file).map_err(thrown)
}

/// Glyphs as one Uint8Array, row by row, 784 bytes each.
pub fn glyphs(value: &JsValue) -> Converted<Vec<Glyph>> {
    let pixels = bytes("glyphs", value)?;
    if pixels.is_empty() || pixels.len() % GLYPH_PIXELS != 0 {
        let message = format!("glyphs: expected a multiple of {GLYPH_PIXELS} bytes, saw {}", pixels.len());
        return Err(coded(BAD_ARGUMENT, &message));
    }
    Ok(glyphs_of(&pixels).collect())
}

/// Examples as two Uint8Arrays: the digit of each, and their glyphs one after another, 784 bytes each.
pub fn examples(digits: &JsValue, pixels: &JsValue) -> Converted<Vec<Example>> {
    let (digits, pixels) = (bytes("digits", digits)?, bytes("pixels", pixels)?);
    if pixels.len() != digits.len() * GLYPH_PIXELS {
        let message =
            format!("examples: expected {GLYPH_PIXELS} bytes a digit, saw {} for {}", pixels.len(), digits.len());
        return Err(coded(BAD_ARGUMENT, &message));
    }
    Ok(digits.into_iter().zip(glyphs_of(&pixels)).map(|(digit, glyph)| Example { digit, glyph }).collect())
}

/// The same back to JavaScript, as `{digits, pixels}`.
pub fn examples_out(examples: &[Example]) -> JsValue {
    let digits: Vec<u8> = examples.iter().map(|e| e.digit).collect();
    let pixels: Vec<u8> = examples.iter().flat_map(|e| *e.glyph.pixels).collect();
    let out = Object::new();
    for (key, bytes) in [("digits", digits), ("pixels", pixels)] {
        Reflect::set(&out, &key.into(), &Uint8Array::from(&bytes[..])).expect("a new object takes properties");
    }
    out.into()
}

/// The digits of a correction.
pub fn correction(value: &JsValue) -> Converted<String> {
    text(BAD_ARGUMENT, "text", "digits as a text", value)
}

fn glyphs_of(pixels: &[u8]) -> impl Iterator<Item = Glyph> {
    let glyph = |pixels: &[u8]| Glyph::of_pixels(Box::new(pixels.try_into().expect("a chunk is a glyph")));
    pixels.chunks_exact(GLYPH_PIXELS).map(glyph)
}

/// Ink as three typed arrays: `points`, a Float64Array of x, y, time and pressure for each point; `known`, a Uint8Array that says for
/// each point which of the last two count (bit 0 time, bit 1 pressure); `lengths`, a Uint32Array of the points of each stroke.
pub fn strokes(points: &JsValue, known: &JsValue, lengths: &JsValue) -> Converted<Input> {
    let points = array::<Float64Array>("points", "Float64Array", points)?.to_vec();
    let known = bytes("known", known)?;
    let lengths = array::<Uint32Array>("lengths", "Uint32Array", lengths)?.to_vec();
    let total: u64 = lengths.iter().map(|&length| u64::from(length)).sum();
    if points.len() != known.len() * POINT_LEN || known.len() as u64 != total {
        let message = format!(
            "points: expected {POINT_LEN} numbers and one byte of known for each of {total} points, saw {} and {}",
            points.len(),
            known.len()
        );
        return Err(coded(BAD_ARGUMENT, &message));
    }
    let point = |(numbers, known): (&[f64], u8)| InkPoint {
        at: Point::new(numbers[0], numbers[1]),
        time: (known & KNOWS_TIME != 0).then_some(numbers[2]),
        pressure: (known & KNOWS_PRESSURE != 0).then_some(numbers[3]),
    };
    let mut all = points.chunks_exact(POINT_LEN).zip(known).map(point);
    let strokes = lengths.iter().map(|&length| all.by_ref().take(length as usize).collect()).collect();
    Ink::new(strokes).map(Input::Strokes).map_err(thrown)
}

/// The parts of an ImageData.
pub fn picture(width: &JsValue, height: &JsValue, data: &JsValue) -> Converted<Input> {
    let (width, height) = (whole(BAD_ARGUMENT, "width", width)?, whole(BAD_ARGUMENT, "height", height)?);
    crate::ink::check_image_size(width, height).map_err(thrown)?;
    let data = array::<Uint8ClampedArray>("data", "Uint8ClampedArray", data)?.to_vec();
    RgbaImage::from_width_height(width, height, data).map(Input::Picture).map_err(thrown)
}

/// A whole number from 0.
fn whole(code: &str, field: &str, value: &JsValue) -> Converted<usize> {
    let fits = |number: &f64| number.fract() == 0. && (0. ..=f64::from(u32::MAX)).contains(number);
    match value.as_f64().filter(fits) {
        Some(number) => Ok(number as usize),
        None => Err(mismatch(code, field, "a whole number from 0", value)),
    }
}

/// `{top, strategy, marks}`, each with its default when left out, and the fields of `constraint`.
pub fn options(value: &JsValue) -> Converted<ReadOptions> {
    let mut options = ReadOptions::default();
    if value.is_undefined() {
        return Ok(options);
    }
    if !value.is_object() {
        return Err(mismatch(BAD_ARGUMENT, "options", "an object", value));
    }
    if let Some(value) = given(value, "top")? {
        options.top = whole(BAD_TOP, "top", &value)?;
    }
    if let Some(value) = given(value, "strategy")? {
        options.strategy = text(BAD_STRATEGY, "strategy", "a name", &value)?.parse::<Strategy>().map_err(thrown)?;
    }
    if let Some(value) = given(value, "marks")? {
        options.marks = text(BAD_MARKS, "marks", "a name", &value)?.parse::<MarksInText>().map_err(thrown)?;
    }
    options.constraint = constraint(value)?;
    Ok(options)
}

/// `{minLength, maxLength, pattern, min, max, check, values}`: all that are given must hold.
fn constraint(options: &JsValue) -> Converted<Constraint> {
    let mut all = Vec::new();
    let length = |field: &str| given(options, field)?.map(|value| whole(BAD_LENGTH, field, &value)).transpose();
    match (length("minLength")?, length("maxLength")?) {
        (None, None) => {}
        (Some(shortest), Some(longest)) if shortest > longest => {
            let message = format!("minLength: expected at most maxLength, {longest}, saw {shortest}");
            return Err(coded(BAD_LENGTH, &message));
        }
        (shortest, longest) => all.push(Constraint::length(shortest.unwrap_or(0), longest).map_err(thrown)?),
    }
    if let Some(value) = given(options, "pattern")? {
        let pattern = text(BAD_PATTERN, "pattern", "a text", &value)?;
        all.push(Constraint::pattern(&pattern).map_err(thrown)?);
    }
    let bound = |field: &str| given(options, field)?.map(|value| number(field, &value)).transpose();
    match (bound("min")?, bound("max")?) {
        (None, None) => {}
        (Some(min), None) => all.push(Constraint::at_least(&min).map_err(thrown)?),
        (None, Some(max)) => all.push(Constraint::at_most(&max).map_err(thrown)?),
        (Some(min), Some(max)) => all.push(Constraint::between(&min, &max).map_err(thrown)?),
    }
    if let Some(value) = given(options, "check")? {
        let check = text(BAD_CHECK, "check", "a name", &value)?.parse::<Check>().map_err(thrown)?;
        all.push(Constraint::check(check));
    }
    if let Some(value) = given(options, "values")? {
        all.push(Constraint::one_of(&values(&value)?).map_err(thrown)?);
    }
    Constraint::all(all).map_err(thrown)
}

/// A property that is there and not undefined.
fn given(options: &JsValue, key: &str) -> Converted<Option<JsValue>> {
    Reflect::get(options, &key.into()).map(|value| (!value.is_undefined()).then_some(value))
}

fn text(code: &str, field: &str, expected: &str, value: &JsValue) -> Converted<String> {
    value.as_string().ok_or_else(|| mismatch(code, field, expected, value))
}

/// A number of a range in digits: a text for those beyond what a JavaScript number tells apart.
fn number(field: &str, value: &JsValue) -> Converted<String> {
    const MOST: f64 = js_sys::Number::MAX_SAFE_INTEGER;
    let fits = |number: &f64| number.fract() == 0. && (0. ..=MOST).contains(number);
    match value.as_f64().filter(fits) {
        Some(number) => Ok((number as u64).to_string()),
        None => text(BAD_RANGE, field, "a whole number from 0 or digits as a text", value),
    }
}

/// The texts of an array.
fn values(value: &JsValue) -> Converted<Vec<String>> {
    if !Array::is_array(value) {
        return Err(mismatch(BAD_VALUES, "values", "an array of texts", value));
    }
    let texts = Array::from(value);
    (0..)
        .zip(texts.iter())
        .map(|(i, v): (u32, _)| text(BAD_VALUES, &format!("values[{i}]"), "digits as a text", &v))
        .collect()
}

/// A reading or an inspection as a plain object: `None` as null, bytes as a Uint8Array.
pub fn plain(answer: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false);
    answer.serialize(&serializer).expect("an answer is numbers and strings")
}

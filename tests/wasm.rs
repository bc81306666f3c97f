//! The browser's edge, in a browser: every wrong argument is refused by name, and a reading has the shape that TypeScript promises.
#![cfg(target_arch = "wasm32")]

use ink_number::reading::NOTHING_ALLOWED;
use ink_number::wasm::Engine;
use js_sys::{Array, Float64Array, Object, Promise, Reflect, Uint8Array, Uint8ClampedArray, Uint32Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The shipped weights: whatever their format, they are of today's.
const WEIGHTS: &[u8] = include_bytes!("../model/ink-number.weights");
/// Where a weights file has the low byte of its format version: behind the eight bytes that all formats begin with.
const VERSION_AT: usize = 8;

async fn engine() -> Engine {
    engine_of(load(WEIGHTS).await.expect("the weights are good"))
}

async fn load(weights: &[u8]) -> Result<JsValue, JsValue> {
    settled(Engine::load(Uint8Array::from(weights).into())).await
}

/// The Rust value in a JavaScript one, by the way that wasm-bindgen gives its own classes.
fn engine_of(value: JsValue) -> Engine {
    use wasm_bindgen::convert::TryFromJsValue;
    Engine::try_from_js_value(value).expect("Engine.load promises an Engine")
}

async fn settled(promise: Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(promise).await
}

fn property(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).expect("an object")
}

/// Checks that a call was refused with an Error of ours, whose message has all of `words`.
#[track_caller]
fn refused(result: Result<JsValue, JsValue>, code: &str, words: &[&str]) {
    let error = result.expect_err("a refusal");
    let error = error.dyn_ref::<js_sys::Error>().expect("a real Error");
    let message = String::from(error.message());
    assert_eq!(String::from(error.name()), "InkNumberError");
    assert_eq!(property(error, "code").as_string().as_deref(), Some(code), "{message}");
    for word in words {
        assert!(message.contains(word), "{word:?} is not in {message:?}");
    }
}

/// One value of each type that JavaScript has, with what a message says of it.
fn wrong_values() -> Vec<(JsValue, &'static str)> {
    vec![
        (JsValue::UNDEFINED, "undefined"),
        (JsValue::NULL, "null"),
        (JsValue::TRUE, "true"),
        (7.5.into(), "7.5"),
        ("text".into(), "\"text\""),
        (JsValue::bigint_from_str("12"), "bigint"),
        (JsValue::symbol(None), "symbol"),
        (js_sys::Function::new_no_args("").into(), "function"),
        (Object::new().into(), "an object"),
        (Array::of1(&1.into()).into(), "an array"),
    ]
}

/// The three arguments of one stroke from (0, 0) to (0, 30).
fn line() -> [JsValue; 3] {
    ink(&[0., 0., 0., 0., 0., 30., 0., 0.], &[0, 0], &[2])
}

fn ink(points: &[f64], known: &[u8], lengths: &[u32]) -> [JsValue; 3] {
    [Float64Array::from(points).into(), Uint8Array::from(known).into(), Uint32Array::from(lengths).into()]
}

fn options(key: &str, value: impl Into<JsValue>) -> JsValue {
    let options = Object::new();
    Reflect::set(&options, &key.into(), &value.into()).expect("a new object takes properties");
    options.into()
}

async fn read(engine: &Engine, [points, known, lengths]: &[JsValue; 3], how: &JsValue) -> Result<JsValue, JsValue> {
    settled(engine.recognize_strokes(points, known, lengths, how)).await
}

#[wasm_bindgen_test]
async fn weights_of_a_wrong_type_are_refused() {
    for (value, seen) in wrong_values() {
        refused(settled(Engine::load(value)).await, "bad-argument", &["weights: expected a Uint8Array", seen]);
    }
}

#[wasm_bindgen_test]
async fn damaged_weights_are_refused() {
    refused(load(&[]).await, "weights-unknown", &[]);
    refused(load(b"<!doctype html>").await, "weights-unknown", &[]);
    for length in [VERSION_AT + 2, WEIGHTS.len() - 1] {
        refused(load(&WEIGHTS[..length]).await, "weights-length", &[&format!("saw {length}")]);
    }
    let altered = |at: usize| {
        let mut bytes = WEIGHTS.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    let other_version = format!("saw format {}", WEIGHTS[VERSION_AT] ^ 1);
    refused(load(&altered(VERSION_AT)).await, "weights-version", &[&other_version]);
    // Behind the version stands how many networks there are: 2 and 256 are too many.
    refused(load(&altered(VERSION_AT + 3)).await, "weights-networks", &["expected 1 to 8 networks, saw"]);
    refused(load(&altered(WEIGHTS.len() / 2)).await, "weights-altered", &[]);
}

#[wasm_bindgen_test]
async fn strokes_of_a_wrong_type_are_refused_by_name() {
    let engine = engine().await;
    let arrays = [("points", "Float64Array"), ("known", "Uint8Array"), ("lengths", "Uint32Array")];
    for (place, (name, expected)) in arrays.into_iter().enumerate() {
        for (value, seen) in wrong_values() {
            let mut arguments = line();
            arguments[place] = value;
            let words = [&format!("{name}: expected a {expected}")[..], seen];
            refused(read(&engine, &arguments, &JsValue::UNDEFINED).await, "bad-argument", &words);
        }
    }
}

#[wasm_bindgen_test]
async fn strokes_that_do_not_fit_together_are_refused() {
    let engine = engine().await;
    let four = [0., 0., 0., 0.];
    for arguments in
        [ink(&four, &[0, 0], &[1]), ink(&four, &[0], &[2]), ink(&four[..3], &[0], &[1]), ink(&[], &[], &[u32::MAX; 3])]
    {
        refused(read(&engine, &arguments, &JsValue::UNDEFINED).await, "bad-argument", &["points: expected 4 numbers"]);
    }
}

#[wasm_bindgen_test]
async fn numbers_that_are_no_numbers_are_refused_by_place() {
    let engine = engine().await;
    for (place, field) in ["x", "y", "time", "pressure"].into_iter().enumerate() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut points = [0.; 12];
            points[8 + place] = bad;
            let arguments = ink(&points, &[3, 3, 3], &[1, 2]);
            let words = [&format!("strokes[1][1].{field}")[..], &format!("saw {bad}")];
            refused(read(&engine, &arguments, &JsValue::UNDEFINED).await, "bad-point", &words);
        }
    }
}

#[wasm_bindgen_test]
async fn a_million_points_are_refused() {
    let arguments = ink(&vec![0.; 4_000_000], &vec![0; 1_000_000], &[1_000_000]);
    refused(read(&engine().await, &arguments, &JsValue::UNDEFINED).await, "too-many-points", &["saw 1000000"]);
}

#[wasm_bindgen_test]
async fn unknown_times_do_not_matter() {
    let arguments = ink(&[0., 0., f64::NAN, f64::NAN, 0., 30., f64::NAN, f64::NAN], &[0, 0], &[2]);
    assert!(read(&engine().await, &arguments, &JsValue::UNDEFINED).await.is_ok());
}

#[wasm_bindgen_test]
async fn pictures_of_a_wrong_type_are_refused_by_name() {
    let engine = engine().await;
    let data: JsValue = Uint8ClampedArray::new_with_length(16).into();
    let read = async |width: &JsValue, height: &JsValue, data: &JsValue| {
        settled(engine.recognize_picture(width, height, data, &JsValue::UNDEFINED)).await
    };
    let two = JsValue::from(2);
    for (value, seen) in wrong_values() {
        let whole = "expected a whole number from 0";
        refused(read(&value, &two, &data).await, "bad-argument", &["width", whole, seen]);
        refused(read(&two, &value, &data).await, "bad-argument", &["height", whole, seen]);
        refused(read(&two, &two, &value).await, "bad-argument", &["data: expected a Uint8ClampedArray", seen]);
    }
    for bad in [-1., f64::NAN, f64::INFINITY, 1e300] {
        refused(read(&bad.into(), &two, &data).await, "bad-argument", &["width", &bad.to_string()]);
    }
    refused(read(&0.into(), &0.into(), &data).await, "image-size", &["0 x 0"]);
    refused(read(&16_384.into(), &16_384.into(), &data).await, "image-size", &["16384 x 16384"]);
    refused(read(&two, &3.into(), &data).await, "image-length", &["24 bytes", "saw 16"]);
    assert!(read(&two, &two, &data).await.is_ok());
}

#[wasm_bindgen_test]
async fn options_of_a_wrong_type_are_refused_by_name() {
    let engine = engine().await;
    let read_with = async |how: JsValue| read(&engine, &line(), &how).await;
    for (value, seen) in wrong_values() {
        if !value.is_object() && !value.is_undefined() {
            refused(read_with(value.clone()).await, "bad-argument", &["options: expected an object", seen]);
        }
        if !value.is_undefined() {
            refused(read_with(options("top", value.clone())).await, "bad-top", &["top", seen]);
            refused(read_with(options("strategy", value)).await, "bad-strategy", &["strategy", seen.trim_matches('"')]);
        }
    }
    for (top, seen) in [(0., "0"), (101., "101"), (-1., "-1"), (2.5, "2.5"), (f64::NAN, "NaN"), (1e300, "1")] {
        refused(read_with(options("top", top)).await, "bad-top", &["top: expected", seen]);
    }
    refused(
        read_with(options("strategy", "guess")).await,
        "bad-strategy",
        &["guess", "whole-permutation", "left-to-right"],
    );
    refused(read_with(options("marks", "maybe")).await, "bad-marks", &["expected drop or keep", "maybe"]);
    refused(read_with(options("marks", 5)).await, "bad-marks", &["marks", "5"]);
    for fine in [
        JsValue::UNDEFINED,
        Object::new().into(),
        options("top", 100),
        options("strategy", "meet-in-the-middle"),
        options("marks", "keep"),
    ] {
        assert!(read_with(fine).await.is_ok());
    }
}

#[wasm_bindgen_test]
async fn constraints_of_a_wrong_type_are_refused_by_name() {
    let engine = engine().await;
    let read_with = async |how: JsValue| read(&engine, &line(), &how).await;
    let fields = [
        ("minLength", "bad-length"),
        ("maxLength", "bad-length"),
        ("pattern", "bad-pattern"),
        ("min", "bad-range"),
        ("max", "bad-range"),
        ("check", "bad-check"),
        ("values", "bad-values"),
    ];
    for (field, code) in fields {
        for (value, seen) in wrong_values().into_iter().filter(|(value, _)| !value.is_undefined()) {
            // The text is a text, but no pattern, number or check; the array holds a number.
            let seen = if field == "pattern" && value.is_string() { "'t'" } else { seen };
            let seen = if field == "values" && Array::is_array(&value) {
                "values[0]: expected digits as a text, saw 1"
            } else {
                seen
            };
            refused(read_with(options(field, value)).await, code, &[field, seen]);
        }
    }
    let both = |a: (&str, JsValue), b: (&str, JsValue)| {
        let both = options(a.0, a.1);
        Reflect::set(&both, &b.0.into(), &b.1).expect("an object takes properties");
        both
    };
    let swapped = both(("minLength", 6.into()), ("maxLength", 4.into()));
    refused(read_with(swapped).await, "bad-length", &["minLength: expected at most maxLength, 4, saw 6"]);
    let swapped = both(("min", 6.into()), ("max", "4".into()));
    refused(read_with(swapped).await, "bad-range", &["min: expected at most max, 4, saw 6"]);
    let apart = both(("minLength", 3.into()), ("max", 9.into()));
    assert!(read_with(apart).await.is_ok(), "007 is 7");
    let apart = both(("minLength", 3.into()), ("values", Array::of1(&"12".into()).into()));
    refused(read_with(apart).await, "constraint-impossible", &["no digits meet all of it"]);
    refused(read_with(options("values", Array::new())).await, "bad-values", &["expected a value, saw none"]);
}

#[wasm_bindgen_test]
async fn readings_are_of_allowed_numbers() {
    let engine = engine().await;
    for (field, value) in [
        ("maxLength", JsValue::from(1)),
        ("pattern", r"\d-?".into()),
        ("max", 1.into()),
        ("min", "1".into()),
        ("values", Array::of2(&"1".into(), &"23".into()).into()),
    ] {
        let reading = read(&engine, &line(), &options(field, value)).await.expect("a reading");
        assert_eq!(property(&reading, "text"), "1", "{field}");
    }
    let reading = read(&engine, &line(), &options("values", Array::of1(&"88".into()))).await.expect("a reading");
    assert_eq!(property(&reading, "decision"), "rejected");
    assert_eq!(property(&reading, "reason").as_string().as_deref(), Some(NOTHING_ALLOWED));
    assert!(property(&reading, "notAllowed").as_f64().is_some_and(|p| p > 0.5));
}

#[wasm_bindgen_test]
async fn glyphs_of_a_wrong_type_are_refused() {
    let engine = engine().await;
    for (value, seen) in wrong_values() {
        refused(settled(engine.warm_up(&value)).await, "bad-argument", &["glyphs: expected a Uint8Array", seen]);
    }
    for length in [0, 783, 785] {
        let pixels = Uint8Array::new_with_length(length).into();
        refused(settled(engine.warm_up(&pixels)).await, "bad-argument", &["784", &format!("saw {length}")]);
    }
    assert!(settled(engine.warm_up(&Uint8Array::new_with_length(3 * 784).into())).await.is_ok());
}

#[wasm_bindgen_test]
async fn no_ink_reads_as_empty() {
    let engine = engine().await;
    for nothing in [ink(&[], &[], &[]), ink(&[], &[], &[0, 0])] {
        let reading = read(&engine, &nothing, &JsValue::UNDEFINED).await.expect("a reading");
        assert_eq!(property(&reading, "decision"), "empty");
        assert!(property(&reading, "text").is_null());
        assert!(property(&reading, "reason").is_string());
        assert_eq!(Array::from(&property(&reading, "hypotheses")).length(), 0);
    }
}

/// The fields of pkg/src/types.ts.
#[wasm_bindgen_test]
async fn a_reading_has_the_fields_that_typescript_promises() {
    let reading = read(&engine().await, &line(), &JsValue::UNDEFINED).await.expect("a reading");
    let keys = |object: &JsValue| {
        let mut keys: Vec<String> =
            Object::keys(object.unchecked_ref::<Object>()).iter().filter_map(|k| k.as_string()).collect();
        keys.sort();
        keys.join(" ")
    };
    let first = |key: &str| Array::from(&property(&reading, key)).get(0);
    assert_eq!(keys(&reading), "decision engine hypotheses marks notANumber notAllowed reason segments text timings");
    assert_eq!(keys(&property(&reading, "timings")), "score search segment total");
    let detail = first("segments");
    assert_eq!(keys(&detail), "box digit logits probabilities reject spread");
    assert_eq!(keys(&property(&detail, "box")), "height width x y");
    assert_eq!(keys(&property(&detail, "reject")), "fragment noise several symbol");
    assert_eq!(Array::from(&property(&detail, "probabilities")).length(), 10);
    assert_eq!(Array::from(&property(&detail, "logits")).length(), 14);
    let hypothesis = first("hypotheses");
    assert_eq!(keys(&hypothesis), "probability segments text");
    assert_eq!(keys(&Array::from(&property(&hypothesis, "segments")).get(0)), "box digit probability");
    assert_eq!(property(&reading, "engine"), if cfg!(feature = "cpu") { "cpu" } else { "webgpu" });
    assert!(property(&property(&reading, "timings"), "total").as_f64().is_some_and(|ms| ms >= 0.));
}

#[wasm_bindgen_test]
async fn a_corrected_reading_gives_examples_that_adapt_and_none_forget() {
    let engine = engine().await;
    let [points, known, lengths] = line();
    let teach = |text: &str| engine.examples_of_strokes(&points, &known, &lengths, &text.into());
    let examples = settled(teach("7")).await.expect("the line can be one digit");
    let (digits, pixels) = (property(&examples, "digits"), property(&examples, "pixels"));
    assert_eq!(digits.unchecked_ref::<Uint8Array>().to_vec(), [7]);
    assert_eq!(pixels.unchecked_ref::<Uint8Array>().length(), 784);
    let best = async || {
        let reading = read(&engine, &line(), &JsValue::UNDEFINED).await.expect("a reading");
        property(&Array::from(&property(&reading, "hypotheses")).get(0), "text").as_string()
    };
    let before = best().await;
    // Five times over: nobody's bar is a 7, and one correction does not outweigh that.
    let again = |bytes: &JsValue| Uint8Array::from(&bytes.unchecked_ref::<Uint8Array>().to_vec().repeat(5)[..]);
    settled(engine.adapt(&again(&digits), &again(&pixels))).await.expect("examples of ours");
    assert_eq!(best().await.as_deref(), Some("7"));
    settled(engine.adapt(&Uint8Array::new_with_length(0), &Uint8Array::new_with_length(0))).await.expect("no examples");
    assert_eq!(best().await, before);
}

#[wasm_bindgen_test]
async fn corrections_and_examples_that_cannot_be_are_refused() {
    let engine = engine().await;
    let [points, known, lengths] = line();
    let teach = |text: JsValue| settled(engine.examples_of_strokes(&points, &known, &lengths, &text));
    refused(teach("1a".into()).await, "bad-correction", &["\"1a\""]);
    refused(teach("123456789".into()).await, "correction-not-there", &["\"123456789\""]);
    refused(teach(7.into()).await, "bad-argument", &["text: expected digits as a text, saw 7"]);
    let bytes = |length: u32| JsValue::from(Uint8Array::new_with_length(length));
    refused(settled(engine.adapt(&bytes(2), &bytes(784))).await, "bad-argument", &["784 bytes a digit, saw 784 for 2"]);
    refused(settled(engine.adapt(&Uint8Array::from(&[10][..]), &bytes(784))).await, "bad-correction", &["\"10\""]);
    refused(settled(engine.adapt(&bytes(1001), &bytes(1001 * 784))).await, "too-many-examples", &["1001"]);
}

//! What the edge throws: real `Error` objects with `name: "InkNumberError"` and a stable `code`.

use std::fmt;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::constraint::ConstraintError;
use crate::ink::InputError;
use crate::lattice::UnknownStrategy;
use crate::marks::UnknownMarksInText;
use crate::model::WeightsError;
use crate::recognizer;

/// An argument is of the wrong type.
pub const BAD_ARGUMENT: &str = "bad-argument";
/// `top` is not a whole number in range.
pub const BAD_TOP: &str = "bad-top";
/// `strategy` is none of the names.
pub const BAD_STRATEGY: &str = "bad-strategy";
/// `marks` is neither `drop` nor `keep`.
pub const BAD_MARKS: &str = "bad-marks";
/// `minLength` or `maxLength` is not a whole number, or the first is above the second.
pub const BAD_LENGTH: &str = "bad-length";
/// `pattern` is none.
pub const BAD_PATTERN: &str = "bad-pattern";
/// `min` or `max` is no number, or the first is above the second.
pub const BAD_RANGE: &str = "bad-range";
/// `check` is none of the names.
pub const BAD_CHECK: &str = "bad-check";
/// `values` is not a list of digits.
pub const BAD_VALUES: &str = "bad-values";
/// A second call came before the first was answered.
pub const BUSY: &str = "busy";

/// An error of ours as JavaScript sees it.
pub trait Coded: fmt::Display {
    /// A stable name for programs.
    fn code(&self) -> &'static str;
}

impl Coded for InputError {
    fn code(&self) -> &'static str {
        InputError::code(self)
    }
}

impl Coded for WeightsError {
    fn code(&self) -> &'static str {
        WeightsError::code(self)
    }
}

impl Coded for recognizer::Error {
    fn code(&self) -> &'static str {
        recognizer::Error::code(self)
    }
}

impl Coded for ConstraintError {
    fn code(&self) -> &'static str {
        ConstraintError::code(self)
    }
}

impl Coded for UnknownStrategy {
    fn code(&self) -> &'static str {
        BAD_STRATEGY
    }
}

impl Coded for UnknownMarksInText {
    fn code(&self) -> &'static str {
        BAD_MARKS
    }
}

/// The JavaScript error of one of ours.
pub fn thrown(error: impl Coded) -> JsValue {
    coded(error.code(), &error.to_string())
}

/// The JavaScript error with this code and message.
pub fn coded(code: &str, message: &str) -> JsValue {
    let error: JsValue = js_sys::Error::new(message).into();
    for (key, value) in [("name", "InkNumberError"), ("code", code)] {
        Reflect::set(&error, &key.into(), &value.into()).expect("a new Error takes properties");
    }
    error
}

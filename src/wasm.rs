//! The browser's edge: checks arguments, converts, holds one engine. No logic.
//!
//! Two modules are built from it, one a feature: `cpu` and `webgpu`. Both export the same names, so that the script that loads them
//! need not know which one it has. What it throws is described in [`error`].

pub mod convert;
pub mod error;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::Performance;

use crate::classify::Classifier;
use crate::ink::Input;
use crate::model::Weights;
use crate::recognizer::{ReadOptions, Recognizer};
use convert::{bytes, correction, examples, examples_out, glyphs, options, picture, plain, strokes, weights};
use error::{BUSY, coded, thrown};

#[cfg(all(feature = "cpu", feature = "webgpu"))]
compile_error!("a browser module has one engine: build it with --features cpu or --features webgpu");

#[cfg(feature = "cpu")]
type EngineClassifier = crate::model::CpuClassifier;
#[cfg(all(feature = "webgpu", not(feature = "cpu")))]
type EngineClassifier = crate::model::GpuClassifier;

#[cfg(feature = "cpu")]
async fn load_classifier(weights: &Weights) -> EngineClassifier {
    EngineClassifier::load(weights)
}
#[cfg(all(feature = "webgpu", not(feature = "cpu")))]
async fn load_classifier(weights: &Weights) -> EngineClassifier {
    EngineClassifier::load(weights).await
}

thread_local! {
    static PANIC_LISTENER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Milliseconds, in a page and in a worker alike.
fn now() -> f64 {
    let performance = Reflect::get(&js_sys::global(), &"performance".into());
    performance.map_or(0., |clock| clock.unchecked_into::<Performance>().now())
}

#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        PANIC_LISTENER.with_borrow(|listener| {
            if let Some(listener) = listener {
                // What the listener throws is its own affair: the panic goes on.
                let _ = listener.call1(&JsValue::NULL, &panic.to_string().into());
            }
        });
    }));
}

/// A promise of what a call comes to. It is begun at once: where wasm itself fails, for want of memory say, the caller sees that as an exception
/// and not as a promise that never settles.
fn promise_of(call: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let mut call: Pin<Box<dyn Future<Output = _>>> = Box::pin(call);
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(answer)) => Promise::resolve(&answer),
        Poll::Ready(Err(error)) => Promise::reject(&error),
        // Whoever polls next leaves a waker that wakes.
        Poll::Pending => future_to_promise(call),
    }
}

/// Calls `listener` with the message of each panic: the promise of the call that panicked never settles.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(listener: Function) {
    PANIC_LISTENER.set(Some(listener));
}

/// One engine with its weights. One call at a time: a second one while the first is out is refused as `busy`.
#[wasm_bindgen]
pub struct Engine {
    /// Away while a call is out.
    recognizer: Rc<Cell<Option<Recognizer<EngineClassifier>>>>,
}

#[wasm_bindgen]
impl Engine {
    /// A promise of the engine with the weights of a file, given as a Uint8Array.
    pub fn load(file: JsValue) -> Promise {
        promise_of(async move {
            let weights = weights(&bytes("weights", &file)?)?;
            let recognizer =
                Recognizer::new(load_classifier(&weights).await, weights.policy, weights.cuts).with_clock(now);
            Ok(Engine { recognizer: Rc::new(Cell::new(Some(recognizer))) }.into())
        })
    }

    /// A promise of the reading of ink; for the arguments see [`convert::strokes`] and [`convert::options`].
    #[wasm_bindgen(js_name = recognizeStrokes)]
    pub fn recognize_strokes(&self, points: &JsValue, known: &JsValue, lengths: &JsValue, how: &JsValue) -> Promise {
        self.recognize(strokes(points, known, lengths), options(how))
    }

    /// A promise of the reading of a picture: `data` as in ImageData, a Uint8ClampedArray of red, green, blue, alpha, rows from the top.
    #[wasm_bindgen(js_name = recognizePicture)]
    pub fn recognize_picture(&self, width: &JsValue, height: &JsValue, data: &JsValue, how: &JsValue) -> Promise {
        self.recognize(picture(width, height, data), options(how))
    }

    /// A promise of the reading of ink with all that it was made of.
    #[wasm_bindgen(js_name = inspectStrokes)]
    pub fn inspect_strokes(&self, points: &JsValue, known: &JsValue, lengths: &JsValue, how: &JsValue) -> Promise {
        self.inspect(strokes(points, known, lengths), options(how))
    }

    /// A promise of the reading of a picture with all that it was made of.
    #[wasm_bindgen(js_name = inspectPicture)]
    pub fn inspect_picture(&self, width: &JsValue, height: &JsValue, data: &JsValue, how: &JsValue) -> Promise {
        self.inspect(picture(width, height, data), options(how))
    }

    /// A promise of what a corrected reading of ink teaches, as [`convert::examples_out`] gives it.
    #[wasm_bindgen(js_name = examplesOfStrokes)]
    pub fn examples_of_strokes(&self, points: &JsValue, known: &JsValue, lengths: &JsValue, text: &JsValue) -> Promise {
        self.examples(strokes(points, known, lengths), correction(text))
    }

    /// A promise of what a corrected reading of a picture teaches.
    #[wasm_bindgen(js_name = examplesOfPicture)]
    pub fn examples_of_picture(&self, width: &JsValue, height: &JsValue, data: &JsValue, text: &JsValue) -> Promise {
        self.examples(picture(width, height, data), correction(text))
    }

    /// Reads from now on as the person writes whose examples these are; for the arguments see [`convert::examples`].
    pub fn adapt(&self, digits: &JsValue, pixels: &JsValue) -> Promise {
        let taught = examples(digits, pixels);
        self.with_recognizer(async move |recognizer| {
            recognizer.adapt(&taught?).await.map_err(thrown)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Scores glyphs, 784 bytes each, and promises nothing: it warms the engine up and lets a caller take the time.
    #[wasm_bindgen(js_name = warmUp)]
    pub fn warm_up(&self, pixels: &JsValue) -> Promise {
        let glyphs = glyphs(pixels);
        self.with_recognizer(async move |recognizer| {
            // Not through the recogniser, which would remember the glyphs.
            recognizer.classifier().classify(&glyphs?).await.map_err(crate::recognizer::Error::from).map_err(thrown)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    fn recognize(&self, input: Result<Input, JsValue>, options: Result<ReadOptions, JsValue>) -> Promise {
        self.with_recognizer(async move |recognizer| {
            let answer = recognizer.recognize(&input?, &options?).await.map_err(thrown)?;
            Ok(plain(&answer))
        })
    }

    fn inspect(&self, input: Result<Input, JsValue>, options: Result<ReadOptions, JsValue>) -> Promise {
        self.with_recognizer(async move |recognizer| {
            let answer = recognizer.inspect(&input?, &options?).await.map_err(thrown)?;
            Ok(plain(&answer))
        })
    }

    fn examples(&self, input: Result<Input, JsValue>, text: Result<String, JsValue>) -> Promise {
        self.with_recognizer(async move |recognizer| {
            let examples = recognizer.examples(&input?, &text?).await.map_err(thrown)?;
            Ok(examples_out(&examples))
        })
    }

    /// Runs `call` with the recogniser taken out of its cell, so that no borrow is held while JavaScript runs in between.
    fn with_recognizer<F>(&self, call: F) -> Promise
    where
        F: AsyncFnOnce(&mut Recognizer<EngineClassifier>) -> Result<JsValue, JsValue> + 'static,
    {
        let cell = Rc::clone(&self.recognizer);
        promise_of(async move {
            let busy = || coded(BUSY, "expected one call at a time, saw a second one before the first was answered");
            let mut recognizer = cell.take().ok_or_else(busy)?;
            let answer = call(&mut recognizer).await;
            cell.set(Some(recognizer));
            answer
        })
    }
}

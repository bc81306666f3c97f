//! The command line as a person or a program meets it: real runs of the binary, real files.
#![cfg(feature = "cli")]

#[path = "cli/loopback.rs"]
mod loopback;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ink_number::refusal::RefusalMethod;
use loopback::{Loopback, Serve};
use serde_json::Value;

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ink-number"));
    command.args(args).stdin(Stdio::null());
    for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

/// What a run came to.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.out.lines().map(parse).collect()
    }
}

fn run(args: &[&str]) -> Run {
    let Output { status, stdout, stderr } = command(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code().expect("no signal"), out: text(stdout), err: text(stderr) }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    GzDecoder::new(fs::File::open(path).unwrap()).read_to_end(&mut content).unwrap();
    content
}

/// A vertical stroke, as a PNG: dark on light.
fn stroke_png() -> Vec<u8> {
    let bar = |x: u32, y: u32| (28..34).contains(&x) && (10..70).contains(&y);
    let image = image::GrayImage::from_fn(60, 80, |x, y| image::Luma([if bar(x, y) { 20 } else { 240 }]));
    let mut png = Vec::new();
    image.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    png
}

const STROKE: &str = r#"{"label": "1", "strokes": [[[50, 10, 0], [50, 40, 12, 0.5], [51, 90]]]}"#;

fn idx(magic: u32, sizes: [u32; 3], data: &[u8]) -> Vec<u8> {
    let mut bytes = magic.to_be_bytes().to_vec();
    sizes.iter().for_each(|s| bytes.extend(s.to_be_bytes()));
    bytes.extend(data);
    bytes
}

/// Three 8x8 images: a bar, nothing, a bar that touches the edges.
fn small_idx() -> Vec<u8> {
    let bar = |rows: std::ops::Range<usize>| -> Vec<u8> {
        (0..64).map(|i| if rows.contains(&(i / 8)) && (3..5).contains(&(i % 8)) { 250 } else { 0 }).collect()
    };
    idx(0x803, [3, 8, 8], &[bar(1..7), vec![0; 64], bar(0..8)].concat())
}

fn code_of(line: &Value) -> &str {
    line["error"]["code"].as_str().unwrap_or_else(|| panic!("an error in {line}"))
}

#[test]
fn bad_files_are_errors_in_their_place_and_the_rest_is_read() {
    let folder = Folder::new("places");
    let good = folder.file("good.json", STROKE);
    let broken = folder.file("broken.json", r#"{"strokes": [[[1, 2]"#);
    let lines = [STROKE, r#"{"strokes": [[[1e999, 2]]]}"#, "", r#"{"strokes": [[[null, 2]]]}"#, r#"{"strokes": []}"#];
    let many = folder.file("many.jsonl", lines.join("\n"));
    let png = stroke_png();
    let cut = folder.file("cut.png", &png[..png.len() / 2]);
    let whole = folder.file("whole.png", &png);
    let absent = folder.path("absent.png");
    let text = folder.file("notes.txt", "42");
    let inner = folder.path("");
    let lying = folder.file("lying-idx3-ubyte", idx(0x803, [9, 8, 8], &[0; 64]));

    let paths = [&good, &broken, &many, &cut, &whole, &absent, &text, &inner, &lying];
    let args: Vec<&str> = ["recognize", "--format", "json"].into_iter().chain(paths.map(|p| p.as_str())).collect();
    let run = run(&args);
    assert_eq!(run.code, 1, "{}", run.err);
    let seen: Vec<(String, u64, String)> = run
        .json()
        .iter()
        .map(|line| {
            let what = if line.get("error").is_some() { code_of(line) } else { "read" };
            (line["source"].as_str().unwrap().to_owned(), line["index"].as_u64().unwrap(), what.to_owned())
        })
        .collect();
    let expected = [
        (&good, 0, "read"),
        (&broken, 0, "bad-json"),
        (&many, 0, "read"),
        (&many, 1, "bad-json"),
        (&many, 2, "bad-point"),
        (&many, 3, "read"),
        (&cut, 0, "bad-image"),
        (&whole, 0, "read"),
        (&absent, 0, "cannot-read"),
        (&text, 0, "unknown-format"),
        (&inner, 0, "cannot-read"),
        (&lying, 0, "bad-idx"),
    ];
    assert_eq!(seen, expected.map(|(path, index, what)| (path.clone(), index, what.to_owned())));
}

#[test]
fn a_reading_has_its_fields_and_its_probabilities_make_sense() {
    let folder = Folder::new("fields");
    let ink = folder.file("stroke.json", STROKE);
    let png = folder.file("stroke.png", stroke_png());
    for top in ["1", "3", "100"] {
        let run = run(&["recognize", "--format", "json", "--top", top, &ink, &png]);
        assert_eq!(run.code, 0, "{}", run.err);
        for line in run.json() {
            let hypotheses = line["hypotheses"].as_array().unwrap();
            assert!(hypotheses.len() <= top.parse().unwrap(), "{line}");
            let listed: f64 = hypotheses.iter().map(|h| h["probability"].as_f64().unwrap()).sum();
            assert!(listed + line["notANumber"].as_f64().unwrap() <= 1. + 1e-9, "{line}");
            let decision = line["decision"].as_str().unwrap();
            assert!(["accepted", "ambiguous", "rejected"].contains(&decision), "{line}");
            assert_eq!(line["text"].is_string(), decision == "accepted", "{line}");
            assert_eq!(line["reason"].is_string(), decision != "accepted", "{line}");
            assert_eq!(line["engine"], "cpu");
            assert!(line["timings"]["total"].as_f64().unwrap() > 0., "{line}");
            for segment in line["segments"].as_array().unwrap() {
                assert_eq!(
                    (segment["logits"].as_array().unwrap().len(), segment["box"].as_object().unwrap().len()),
                    (14, 4)
                );
            }
        }
    }
}

#[test]
fn only_allowed_numbers_are_read() {
    let folder = Folder::new("allowed");
    let ink = folder.file("stroke.json", STROKE);
    let list = folder.file("list.txt", "23\n 1\n\n456\n");
    let allowing: [&[&str]; 7] = [
        &["--length", "1"],
        &["--length", "3,1..2"],
        &["--pattern", r"-?[0-4]\d?"],
        &["--min", "1", "--max", "12"],
        &["--one-of", "1,23"],
        &["--one-of", &list],
        &["--length", "1..", "--pattern", r"\d+", "--max", "1", "--one-of", "1,2"],
    ];
    for allowed in allowing {
        let run = run(&[&["recognize", "--format", "json", &ink], allowed].concat());
        assert_eq!(run.code, 0, "{allowed:?}: {}", run.err);
        assert_eq!(run.json()[0]["text"], "1", "{allowed:?}");
    }
    for other in [["--check", "luhn"], ["--one-of", "88,808"]] {
        let run = run(&["recognize", "--format", "json", "--top", "100", &ink, other[0], other[1]]);
        let reading = &run.json()[0];
        assert_eq!((run.code, &reading["decision"]), (0, &Value::from("rejected")), "{other:?}: {reading}");
        assert_eq!(reading["reason"], ink_number::reading::NOTHING_ALLOWED, "{other:?}");
        assert!(reading["notAllowed"].as_f64().unwrap() > 0.5, "{reading}");
        let listed: f64 =
            reading["hypotheses"].as_array().unwrap().iter().map(|h| h["probability"].as_f64().unwrap()).sum();
        assert!(listed + reading["notANumber"].as_f64().unwrap() <= 1. + 1e-9, "{reading}");
    }
    let drawn = run(&["render", &ink, "--out", &folder.path("drawn.svg"), "--length", "1"]);
    assert_eq!(drawn.code, 0, "{}", drawn.err);
}

#[test]
fn constraints_that_are_none_are_wrong_arguments() {
    let folder = Folder::new("not-allowed");
    let ink = folder.file("stroke.json", STROKE);
    let empty = folder.file("empty.txt", "\n");
    let amounts = folder.file("amounts.txt", "1250\n\n12.50\n");
    let cases: [(&[&str], &str); 14] = [
        (&["--length", "6..4"], "--length 6..4: length: expected the shortest to be at most the longest, 4, saw 6"),
        (&["--length", "some"], "expected lengths such as 6, 4..6 or 4.., saw \"some\""),
        (&["--length", "0"], "no digits meet all of it"),
        (&["--pattern", r"(\d"], "--pattern (\\d: pattern: expected \")\" at place 4, saw the end"),
        (&["--max", "-5"], "--max: expected digits, saw \"-5\""),
        (&["--min", "ten"], "--min: expected digits, saw \"ten\""),
        (&["--min", "5", "--max", "4"], "--min: expected at most max, 4, saw 5"),
        (&["--check", "isbn"], "--check: expected luhn or mod97, saw \"isbn\""),
        (&["--one-of", "1,x"], "expected digits alone, as in 1250 for 12.50, or a file, saw \"x\""),
        (&["--one-of", "nowhere.txt"], "numbers with commas between or a file with one a line, saw neither"),
        (&["--one-of", &empty], "values: expected a value, saw none"),
        (&["--one-of", &amounts], "line 3: expected digits alone, as in 1250 for 12.50, saw \"12.50\""),
        (&["--length", "3", "--one-of", "12,1234"], "no digits meet all of it"),
        (&["--length", "99999"], "at most 16384 states"),
    ];
    for (args, message) in cases {
        let run = run(&[&["recognize", &ink], args].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(message), "{args:?}: {}", run.err);
    }
}

#[test]
fn empty_ink_is_empty_and_no_error() {
    let folder = Folder::new("empty");
    let nothing = folder.file("nothing.json", r#"{"strokes": []}"#);
    let no_points = folder.file("no-points.json", r#"{"strokes": [[], []]}"#);
    let run_json = run(&["recognize", "--format", "json", &nothing, &no_points]);
    assert_eq!(run_json.code, 0);
    for line in run_json.json() {
        assert_eq!((&line["decision"], &line["text"]), (&Value::from("empty"), &Value::Null));
        assert_eq!(line["hypotheses"], Value::Array(vec![]));
    }
    let glyphs = run(&["classify", "--format", "json", &nothing]);
    assert_eq!((glyphs.code, &glyphs.json()[0]["decision"]), (0, &Value::from("empty")));
    let no_lines = folder.file("no-lines.jsonl", "\n\n");
    let none = run(&["recognize", "--format", "json", &no_lines]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));
}

#[test]
fn thousands_of_lines_come_back_in_order() {
    let folder = Folder::new("order");
    let line = |i: usize| match i % 3 {
        0 => "{".to_owned(),
        1 if i % 100 == 1 => STROKE.to_owned(),
        _ => r#"{"strokes": []}"#.to_owned(),
    };
    let lines: Vec<String> = (0..2500).map(line).collect();
    let path = folder.file("many.jsonl.gz", gzip(lines.join("\n").as_bytes()));
    for verb in ["recognize", "classify"] {
        let run = run(&[verb, "--format", "json", &path]);
        let read = run.json();
        assert_eq!((run.code, read.len()), (1, lines.len()), "{verb}");
        for (i, line) in read.iter().enumerate() {
            assert_eq!(line["index"], i, "{verb}");
            match i % 3 {
                0 => assert!(
                    line["error"]["message"].as_str().unwrap().starts_with(&format!("line {},", i + 1)),
                    "{line}"
                ),
                1 if i % 100 == 1 => assert_ne!(line["decision"], "empty", "{verb} {i}"),
                _ => assert_eq!(line["decision"], "empty", "{verb} {i}"),
            }
        }
    }
}

#[test]
fn inks_come_from_standard_input_too() {
    let piped = |verb: &str, content: &[u8]| {
        let mut child = command(&[verb, "--format", "json", "-"]);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(content).unwrap();
        let output = child.wait_with_output().unwrap();
        let parse = |line: std::io::Result<String>| serde_json::from_str(&line.unwrap()).unwrap();
        (output.status.code(), output.stdout.lines().map(parse).collect::<Vec<Value>>())
    };
    let inks = format!("{STROKE}\n\n{{\n");
    let (code, lines) = piped("recognize", &stroke_png());
    assert_eq!((code, lines.len(), code_of(&lines[0])), (Some(1), 1, "unknown-format"));
    let packed = gzip(inks.as_bytes());
    for (verb, content) in [("recognize", inks.as_bytes()), ("classify", inks.as_bytes()), ("recognize", &packed)] {
        let (code, lines) = piped(verb, content);
        assert_eq!((code, lines.len()), (Some(1), 2), "{verb}");
        assert_eq!((&lines[0]["source"], &lines[0]["error"]), (&"-".into(), &Value::Null), "{verb}");
        assert_eq!(code_of(&lines[1]), "bad-json", "{verb}");
    }
}

#[test]
fn too_much_is_refused_by_name() {
    let folder = Folder::new("caps");
    let points = format!(r#"{{"strokes": [[{}[0,0]]]}}"#, "[1,2],".repeat(999_999));
    let strokes = format!(r#"{{"strokes": [{}[[1,2]]]}}"#, "[[1,2]],".repeat(2_000));
    let far = r#"{"strokes": [[[1e12, 0]]]}"#;
    let mut huge = stroke_png();
    // The picture's width in its first chunk, whose checksum then has to fit again.
    huge[16..20].copy_from_slice(&100_000u32.to_be_bytes());
    let checksum = crc32fast::hash(&huge[12..29]).to_be_bytes();
    huge[29..33].copy_from_slice(&checksum);
    let files = [
        (folder.file("points.json", points), "too-many-points"),
        (folder.file("strokes.json", strokes), "too-many-strokes"),
        (folder.file("far.json", far), "bad-point"),
        (folder.file("huge.png", &huge), "image-size"),
        (folder.file("empty.json", ""), "empty-file"),
        (folder.file("empty.png", ""), "empty-file"),
        (folder.file("wide-idx3-ubyte", idx(0x803, [1, 1, 40_000], &[0; 40_000])), "image-size"),
        (folder.file("zero-idx3-ubyte", idx(0x803, [1, 0, 28], &[])), "image-size"),
    ];
    for (path, code) in files {
        let run = run(&["recognize", "--format", "json", &path]);
        assert_eq!((run.code, code_of(&run.json()[0])), (1, code), "{path}");
    }
    // The message says what was seen; a file of one thing is named without a place in it, and one of many with it.
    let (huge, none) = (folder.file("huge.png", huge), folder.file("none.jsonl", "{}"));
    let run = run(&["recognize", &huge, &none]);
    assert!(run.out.contains("saw 100000 x "), "{}", run.out);
    assert!(run.out.contains(&format!("{huge} ")) && run.out.contains(&format!("{none}:0 ")), "{}", run.out);
}

#[test]
fn every_truncated_picture_is_an_error() {
    let folder = Folder::new("truncated");
    let png = stroke_png();
    // Large enough, and on grainy paper, that nearly all of it is scan data.
    let image = image::load_from_memory(&png).unwrap().into_luma8();
    let mut image = image::imageops::resize(&image, 600, 800, image::imageops::FilterType::Triangle);
    image.enumerate_pixels_mut().for_each(|(x, y, p)| p.0[0] -= ((x * 7919 + y * 104_729) % 13) as u8);
    let mut jpeg = Vec::new();
    image.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
    assert!(jpeg.len() > 30_000 && jpeg.ends_with(&[0xff, 0xd9]), "{} bytes", jpeg.len());
    // Some writers put a preview into an application segment, and some padding after the end.
    let preview: &[u8] = &[0xff, 0xef, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
    let jpeg = [&jpeg[..2], preview, &jpeg[2..]].concat();
    let whole = folder.file("whole.jpg", &jpeg);
    let padded = folder.file("padded.jpg", [&jpeg[..], &[0; 99]].concat());
    let whole = run(&["recognize", "--format", "json", &whole, &padded]);
    assert_eq!((whole.code, whole.json().len()), (0, 2), "{}", whole.out);
    // The last twelve bytes of a PNG only say that it ends.
    let lengths = [9, 20, 33, png.len() / 2, png.len() - 20];
    let mut paths: Vec<String> = lengths.iter().map(|&n| folder.file(&format!("{n}.png"), &png[..n])).collect();
    let n = jpeg.len();
    let lengths = [4, 30, n / 20, n / 3, n / 2, n * 2 / 3, n * 9 / 10, n * 99 / 100, n - 3, n - 2, n - 1];
    paths.extend(lengths.iter().map(|&n| folder.file(&format!("{n}.jpg"), &jpeg[..n])));
    paths.push(folder.file("blank-tail.jpg", [&jpeg[..n / 2], &vec![0; n - n / 2]].concat()));
    let args: Vec<&str> =
        ["recognize", "--format", "json"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let run = run(&args);
    assert_eq!(run.code, 1);
    let lines = run.json();
    let codes: Vec<&str> = lines.iter().map(code_of).collect();
    assert_eq!(codes, vec!["bad-image"; paths.len()], "{}", run.out);
    let last = lines[lines.len() - 1]["error"]["message"].as_str().unwrap();
    assert!(last.contains("ff d9") && last.contains(&format!("after {n} bytes")), "{last}");
}

/// Three hundred photographs once showed nothing until all of them were read.
#[test]
fn each_answer_comes_as_soon_as_it_is_there() {
    let folder = Folder::new("soon");
    let page = image::GrayImage::from_fn(800, 600, |x, y| image::Luma([if x > 300 && y / 9 == 30 { 20 } else { 240 }]));
    let mut png = Vec::new();
    page.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    let path = folder.file("page.png", png);
    // Several times what is read side by side.
    let pages = 8 * std::thread::available_parallelism().unwrap().get();
    for verb in ["recognize", "classify"] {
        let start = std::time::Instant::now();
        let args: Vec<&str> = [verb].into_iter().chain(std::iter::repeat_n(path.as_str(), pages)).collect();
        let mut child = command(&args).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        lines.next().unwrap().unwrap();
        let first = start.elapsed();
        assert_eq!(lines.map_while(Result::ok).count(), pages - 1, "{verb}");
        assert!(child.wait().unwrap().success(), "{verb}");
        assert!(first < start.elapsed() / 2, "{verb}: the first of {pages} after {first:?} of {:?}", start.elapsed());
    }
}

#[test]
fn truncated_gzip_is_an_error_after_what_could_be_read() {
    let folder = Folder::new("gzip");
    let lines: Vec<String> = (0..400).map(|i| format!(r#"{{"strokes": [], "n": {}}}"#, i * 7919 % 10007)).collect();
    let packed = gzip(lines.join("\n").as_bytes());
    let path = folder.file("cut.jsonl.gz", &packed[..packed.len() / 2]);
    let run = run(&["recognize", "--format", "json", &path]);
    assert_eq!(run.code, 1);
    let read = run.json();
    let (last, before) = read.split_last().unwrap();
    assert_eq!(code_of(last), "cannot-read");
    assert!(!before.is_empty() && before.iter().all(|line| line["decision"] == "empty"));
}

#[test]
fn classify_reads_idx_plain_and_packed() {
    let folder = Folder::new("idx");
    let plain = folder.file("images-idx3-ubyte", small_idx());
    let packed = folder.file("images-idx3-ubyte.gz", gzip(&small_idx()));
    let run = run(&["classify", "--format", "json", &plain, &packed]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lines = run.json();
    assert_eq!(lines.iter().map(|l| l["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2]);
    for (i, line) in lines.iter().enumerate() {
        if i % 3 == 1 {
            assert_eq!((&line["decision"], &line["digit"]), (&Value::from("empty"), &Value::Null));
            continue;
        }
        let numbers =
            |field: &str| -> Vec<f64> { line[field].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect() };
        let probabilities = numbers("probabilities");
        assert_eq!((probabilities.len(), numbers("logits").len()), (10, 14));
        let reject = line["reject"].as_object().unwrap();
        assert_eq!(reject.keys().collect::<Vec<_>>(), ["fragment", "noise", "several", "symbol"]);
        let total: f64 =
            probabilities.iter().chain(&reject.values().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>()).sum();
        assert!((total - 1.).abs() < 1e-6, "{line}");
        assert_eq!(line["probability"], probabilities[line["digit"].as_u64().unwrap() as usize]);
        for method in RefusalMethod::OF_ONE.map(RefusalMethod::name) {
            assert!(line["accept"][method].is_number(), "{method} in {line}");
        }
    }
    let without_place = |line: &Value| {
        let mut line = line.clone();
        line.as_object_mut().unwrap().remove("source");
        line
    };
    assert!((0..3).all(|i| without_place(&lines[i]) == without_place(&lines[i + 3])), "packed and plain read alike");
}

#[test]
fn an_idx_that_lies_is_refused_whole() {
    let folder = Folder::new("lies");
    let good = small_idx();
    let files = [
        ("short", good[..good.len() - 1].to_vec()),
        ("long", [&good[..], &[0]].concat()),
        ("count", idx(0x803, [u32::MAX, 8, 8], &[0; 64])),
        ("labels", idx(0x801, [1, 2, 3], &[])),
        ("header", good[..10].to_vec()),
    ];
    for (name, bytes) in files {
        for (path, packing) in
            [(folder.file(name, &bytes), "plain"), (folder.file(&format!("{name}.gz"), gzip(&bytes)), "packed")]
        {
            let run = run(&["classify", "--format", "json", &path]);
            let lines = run.json();
            assert_eq!((run.code, lines.len(), code_of(&lines[0])), (1, 1, "bad-idx"), "{name} {packing}");
        }
    }
}

#[test]
fn wrong_arguments_are_exit_code_2_and_say_what_is_right() {
    let table: [(&[&str], &str); 10] = [
        (&["recognize", "--strategy", "clever", "x.json"], "meet-in-the-middle"),
        (&["recognize", "--marks", "maybe", "x.json"], "expected drop or keep"),
        (&["classify", "--refuse-by", "feeling", "x.json"], "there are: softmax"),
        (&["recognize", "--top", "0", "x.json"], "1..=100"),
        (&["recognize", "--top", "101", "x.json"], "1..=100"),
        (&["recognize", "--top", "many", "x.json"], "--top"),
        (&["recognize", "--format", "xml", "x.json"], "json"),
        (&["recognize"], "PATH"),
        (&["classify"], "PATH"),
        (&["guess"], "recognize"),
    ];
    for (args, part) in table {
        let run = run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
}

#[test]
fn marks_are_dropped_or_kept() {
    let folder = Folder::new("marks");
    // Two bars with a dot between their feet, and a dash behind.
    let ink = folder.file(
        "ink.json",
        r#"{"strokes": [[[0,0],[0,50],[0,100]], [[35,97],[36,98]], [[70,0],[70,50],[70,100]], [[105,50],[140,51]]]}"#,
    );
    for (marks, text) in [("drop", "11"), ("keep", "1.1-")] {
        let run = run(&["recognize", "--format", "json", "--marks", marks, &ink]);
        let reading = &run.json()[0];
        assert_eq!((run.code, &reading["hypotheses"][0]["text"]), (0, &Value::from(text)), "{reading}");
        assert_eq!(reading["marks"].as_array().unwrap().len(), 2, "{reading}");
    }
    let text = run(&["recognize", &ink]);
    assert!(text.out.contains("(left out: point, dash)"), "{}", text.out);
}

#[test]
fn a_hand_is_learnt_from_labelled_ink() {
    let folder = Folder::new("hand");
    let ink = folder.file("ink.json", STROKE);
    let labelled = |label: &str| STROKE.replace("\"1\"", &format!("{label:?}"));
    let best = |args: &[&str]| {
        let run = run(&[&["recognize", "--format", "json", &ink], args].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.json()[0]["hypotheses"][0]["text"].clone()
    };
    assert_eq!(best(&[]), "1");
    // Five times over: nobody's bar is a 7, and one correction does not outweigh that.
    let sevens = format!("{}\n", labelled("7")).repeat(5);
    for hand in [folder.file("hand.jsonl", &sevens), folder.file("hand.jsonl.gz", gzip(sevens.as_bytes()))] {
        assert_eq!(best(&["--hand", &hand]), "7");
    }
    let many = folder.file("many.jsonl", format!("{}\n", labelled("1")).repeat(1001));
    for (file, part) in [(many, "at most 1000, saw 1001"), (folder.file("none.jsonl", ""), "saw none")] {
        let run = run(&["recognize", "--hand", &file, &ink]);
        assert_ne!(run.code, 0);
        assert!(run.err.contains(part), "{}", run.err);
    }
    for (label, part) in [("x", "expected digits, saw \"x\""), ("123456", "can be parted into, saw \"123456\"")] {
        let wrong = folder.file("wrong.jsonl", labelled(label));
        let run = run(&["recognize", "--hand", &wrong, &ink]);
        assert_ne!(run.code, 0);
        assert!(run.err.contains(part) && run.err.contains("ink 1 of"), "{}", run.err);
    }
}

#[test]
fn ways_of_refusing_that_ask_more_networks_decide_too() {
    let folder = Folder::new("jury");
    let idx = folder.file("digits.idx3-ubyte", small_idx());
    let jury = concat!(env!("CARGO_MANIFEST_DIR"), "/model/jury");
    for method in RefusalMethod::OF_JURY.map(RefusalMethod::name) {
        let run = run(&["classify", "--format", "json", "--refuse-by", method, "--jury", jury, &idx]);
        assert_eq!(run.code, 0, "{method}: {}", run.err);
        for line in run.json() {
            let decision = line["decision"].as_str().unwrap();
            assert_eq!(line["reason"].is_string(), decision != "accepted", "{method}: {line}");
        }
    }
    let run = run(&["classify", "--refuse-by", "gate", "--jury", &folder.path("nobody"), &idx]);
    assert_ne!(run.code, 0);
    assert!(run.err.contains("gate asks networks of its own"), "{}", run.err);
}

#[test]
fn every_strategy_reads() {
    let folder = Folder::new("strategies");
    let ink = folder.file("ink.json", STROKE);
    for strategy in ["whole-permutation", "left-to-right", "right-to-left", "meet-in-the-middle"] {
        let run = run(&["recognize", "--format", "json", "--strategy", strategy, &ink]);
        assert_eq!((run.code, run.json().len()), (0, 1), "{strategy}: {}", run.err);
    }
}

#[test]
fn text_is_aligned_one_line_a_result() {
    let folder = Folder::new("text");
    let nothing = folder.file("nothing.json", r#"{"strokes": []}"#);
    let long = folder.file("a-much-longer-name.json", r#"{"strokes": []}"#);
    let run = run(&["recognize", &nothing, &long, &folder.path("absent.json")]);
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.out.lines().collect();
    let column = |line: &str| line.find("empty").or_else(|| line.find("error  ")).unwrap();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| column(line) == column(lines[0])), "{}", run.out);
    assert!(lines[0].contains("there is no ink") && lines[2].contains("cannot-read"), "{}", run.out);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::new("pipe");
    let path = folder.file("many.jsonl", "{\"strokes\": []}\n".repeat(5000));
    let mut child = command(&["recognize", "--format", "json", &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("\"empty\""), "{first}");
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!((status.code(), String::from_utf8_lossy(&stderr).as_ref()), (Some(0), ""));
}

#[test]
fn what_cannot_be_trained_together_is_refused_before_anything_is_read() {
    let folder = Folder::new("join");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("model");
    fs::copy(model.join("ink-number.weights"), folder.path("ink-number.weights")).unwrap();
    folder.file("config.json", "[]");
    let [dir, model] = [&folder.0, &model].map(|path| path.to_str().unwrap());
    for (args, message) in [
        (vec!["train", "--join", dir], "configs, saw 0"),
        (vec!["train", "--join", model, model, model, model, model], "expected at most 8 networks, saw 10"),
        (vec!["train", "--refit", "--from", model], "cannot be used with"),
    ] {
        let run = run(&args);
        assert_ne!(run.code, 0, "{args:?}");
        assert!(run.err.contains(message), "{args:?}: {}", run.err);
    }
}

#[test]
fn wrong_weights_are_refused() {
    let folder = Folder::new("weights");
    let ink = folder.file("ink.json", STROKE);
    let shipped = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("model/ink-number.weights")).unwrap();
    let mut other_version = shipped.clone();
    other_version[8] ^= 0x40;
    let files = [
        (folder.file("text", "not weights"), "expected an ink-number weights file"),
        (folder.file("cut", &shipped[..shipped.len() - 7]), "bytes"),
        (folder.file("version", other_version), "format"),
        (folder.path("absent"), "No such file"),
    ];
    for (path, part) in files {
        let run = run(&["recognize", "--weights", &path, &ink]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{path}");
        assert!(run.err.contains(part) && run.err.contains(&path), "{path}: {}", run.err);
    }
    let same = folder.file("same", &shipped);
    assert_eq!(run(&["recognize", "--weights", &same, &ink]).code, 0);
}

#[test]
fn render_draws_one_file_that_needs_nothing_else() {
    let folder = Folder::new("render");
    let many = folder.file("many & <more>.jsonl", format!("{STROKE}\n{{\n{STROKE}\n{{\"strokes\": []}}"));
    let picture = folder.file("picture.png", stroke_png());
    let out = folder.path("out.svg");
    for (path, index, images) in [(&many, "0", true), (&many, "2", true), (&many, "3", false), (&picture, "0", true)] {
        let run = run(&["render", path, "--index", index, "--out", &out]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{path} {index}");
        let svg = fs::read_to_string(&out).unwrap();
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        assert_eq!(svg.contains("data:image/png;base64,"), images, "{path} {index}");
        assert!(!svg.contains("<more>") && !svg.contains("NaN") && !svg.contains("inf"), "{path} {index}");
        let outside = svg.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http") && !outside.contains("<script"), "{path} {index}");
    }
    let failures: [(&[&str], &str); 4] = [
        (&[&many, "--index", "1", "--out", &out], "bad-json"),
        (&[&many, "--index", "9", "--out", &out], "at most 3"),
        (&[&folder.path("absent"), "--out", &out], "cannot-read"),
        (&[&picture, "--out", &folder.path("no/such/folder.svg")], "cannot write"),
    ];
    for (args, part) in failures {
        let run = run(&[&["render"], args].concat());
        assert_eq!(run.code, 1, "{args:?}");
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
}

/// Runs `data` for MNIST's smallest file and others against a server, all of which must fail and leave nothing.
#[test]
fn downloads_that_go_wrong_are_never_kept() {
    let wrong = gzip(b"not MNIST at all");
    let server = Loopback::start([
        ("mnist/train-labels-idx1-ubyte.gz", Serve::Whole(wrong.clone())),
        ("mnist/t10k-labels-idx1-ubyte.gz", Serve::Half(wrong)),
        ("mnist/t10k-images-idx3-ubyte.gz", Serve::Whole(b"not even gzip".to_vec())),
        ("semeion/semeion.data", Serve::Status(500)),
        ("optdigits/optdigits-orig.tra.Z", Serve::Whole(vec![0x1f, 0x9d, 0x90, 0xff, 0xff])),
        ("omniglot/images_background_small1.zip", Serve::Whole(b"PK".to_vec())),
        ("omniglot/strokes_background_small1.zip", Serve::Whole(b"PK".to_vec())),
    ]);
    let folder = Folder::new("data-wrong");
    let dir = folder.path("data");
    let run = run(&["data", &dir, "--from", &server.url()]);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
    let table = [
        ("mnist/train-images-idx3-ubyte.gz", "404"),
        ("mnist/train-labels-idx1-ubyte.gz", "expected content of SHA-256"),
        ("mnist/t10k-labels-idx1-ubyte.gz", "broke off"),
        ("mnist/t10k-images-idx3-ubyte.gz", "not what was expected"),
        ("pendigits", "404"),
        ("semeion", "500"),
        ("optdigits", "broken .Z file"),
        ("omniglot", "ZIP"),
    ];
    for (name, part) in table {
        let line =
            run.err.lines().find(|line| line.starts_with(&format!("{name}:"))).unwrap_or_else(|| panic!("{name}"));
        assert!(line.contains(part), "{line}");
    }
    assert!(files_below(Path::new(&dir)).is_empty(), "{:?}", files_below(Path::new(&dir)));
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let url = Loopback::start([]).url();
    let folder = Folder::new("data-gone");
    let run = run(&["data", &folder.path("data"), "--only", "semeion", "--from", &url]);
    assert_eq!(run.code, 1);
    assert!(run.err.starts_with("semeion: cannot download http://127.0.0.1"), "{}", run.err);
}

#[test]
fn unknown_sets_are_wrong_arguments() {
    let run = run(&["data", "x", "--only", "imagenet"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("pendigits"), "{}", run.err);
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// `semeion.data` as the UCI repository has it, from the images that were made of it: its MD5 is the published
/// cb545d371d2ce14ec121470795a77432.
fn semeion_original(data: &Path) -> Vec<u8> {
    let (images, labels) =
        (gunzip(&data.join("semeion/images-idx3-ubyte.gz")), gunzip(&data.join("semeion/labels-idx1-ubyte.gz")));
    let mut text = String::new();
    for (pixels, label) in images[16..].chunks_exact(256).zip(&labels[8..]) {
        pixels.iter().for_each(|&v| text.push_str(if v > 0 { "1.0000 " } else { "0.0000 " }));
        (0..10).for_each(|digit| text.push_str(if digit == *label { "1 " } else { "0 " }));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

#[test]
#[cfg_attr(
    not(all(have_mnist, have_semeion)),
    ignore = "needs MNIST and semeion: set INK_NUMBER_DATA or run `ink-number data DIR`"
)]
fn downloads_are_checked_kept_and_not_repeated() {
    let data = ink_number::train::datasets::data_dir();
    let mnist = |name: &str| Serve::Whole(fs::read(data.join("mnist").join(name)).unwrap());
    let server = Loopback::start([
        ("mnist/train-images-idx3-ubyte.gz", mnist("train-images-idx3-ubyte.gz")),
        ("mnist/train-labels-idx1-ubyte.gz", mnist("train-labels-idx1-ubyte.gz")),
        ("mnist/t10k-images-idx3-ubyte.gz", mnist("t10k-images-idx3-ubyte.gz")),
        ("mnist/t10k-labels-idx1-ubyte.gz", mnist("t10k-labels-idx1-ubyte.gz")),
        ("semeion/semeion.data", Serve::Whole(semeion_original(&data))),
    ]);
    let folder = Folder::new("data-right");
    let dir = folder.path("data");
    let args = ["data", &dir, "--only", "mnist,semeion", "--from", &server.url()];

    let first = run(&args);
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(server.take_asked().len(), 5);
    let files = files_below(Path::new(&dir));
    assert_eq!(files.len(), 6, "{files:?}");
    for file in &files {
        let original = data.join(file.strip_prefix(&dir).unwrap());
        assert!(gunzip(file) == gunzip(&original), "{}", file.display());
    }

    let second = run(&args);
    assert_eq!((second.code, server.take_asked()), (0, vec![]), "{}", second.err);

    let damaged = Path::new(&dir).join("mnist/t10k-labels-idx1-ubyte.gz");
    let whole = fs::read(&damaged).unwrap();
    fs::write(&damaged, &whole[..whole.len() - 9]).unwrap();
    let third = run(&args);
    assert_eq!(
        (third.code, server.take_asked()),
        (0, vec!["/mnist/t10k-labels-idx1-ubyte.gz".into()]),
        "{}",
        third.err
    );
    assert_eq!(gunzip(&damaged).len(), 10_008);
}

#[test]
#[cfg_attr(
    not(all(have_mnist, have_pendigits, have_semeion, have_optdigits, have_omniglot)),
    ignore = "needs all that `ink-number data DIR` downloads: run it or set INK_NUMBER_DATA"
)]
fn the_shared_data_is_what_the_catalogue_promises() {
    let data = ink_number::train::datasets::data_dir();
    let server = Loopback::start([]);
    let run = run(&["data", data.to_str().unwrap(), "--from", &server.url()]);
    assert_eq!((run.code, server.take_asked()), (0, vec![]), "{}", run.err);
}

#[test]
#[cfg_attr(not(have_mnist), ignore = "needs MNIST: set INK_NUMBER_DATA or run `ink-number data DIR`")]
fn mnist_is_read() {
    const GLYPHS: usize = 2000;
    let data = ink_number::train::datasets::data_dir();
    let folder = Folder::new("mnist");
    let images = gunzip(&data.join("mnist/t10k-images-idx3-ubyte.gz"));
    let labels = gunzip(&data.join("mnist/t10k-labels-idx1-ubyte.gz"));
    let some = idx(0x803, [GLYPHS as u32, 28, 28], &images[16..16 + GLYPHS * 784]);
    let glyphs = run(&["classify", "--format", "json", &folder.file("some-idx3-ubyte", some)]);
    let right = glyphs.json().iter().zip(&labels[8..]).filter(|(line, label)| line["digit"] == **label).count();
    assert!(right * 100 >= GLYPHS * 99, "{right} of {GLYPHS}");
}

/// Strings of CROHME from all over its file.
fn written_numbers() -> Vec<Value> {
    const NUMBERS: usize = 400;
    let data = ink_number::train::datasets::data_dir();
    let strings = String::from_utf8(gunzip(&data.join("crohme/strings.jsonl.gz"))).unwrap();
    let lines: Vec<&str> = strings.lines().collect();
    (0..NUMBERS).map(|i| serde_json::from_str(lines[i * lines.len() / NUMBERS]).unwrap()).collect()
}

/// How many of the numbers are the best hypothesis of their line, in percent.
fn percent_right(read: &Run, numbers: &[Value]) -> f64 {
    let lines = read.json();
    assert_eq!((read.code, lines.len()), (0, numbers.len()), "{}", read.err);
    let right = lines.iter().zip(numbers).filter(|(line, number)| line["hypotheses"][0]["text"] == number["label"]);
    100. * right.count() as f64 / numbers.len() as f64
}

#[test]
#[cfg_attr(not(have_crohme), ignore = "needs CROHME, which is not for download: set INK_NUMBER_DATA")]
fn written_numbers_are_read_as_ink() {
    let folder = Folder::new("written-ink");
    let numbers = written_numbers();
    let lines: Vec<String> = numbers.iter().map(Value::to_string).collect();
    let right =
        percent_right(&run(&["recognize", "--format", "json", &folder.file("some.jsonl", lines.join("\n"))]), &numbers);
    assert!(right >= 88., "{right} %");
}

#[test]
#[cfg_attr(not(have_crohme), ignore = "needs CROHME, which is not for download: set INK_NUMBER_DATA")]
fn written_numbers_are_read_as_pictures() {
    let folder = Folder::new("written-pictures");
    let numbers = written_numbers();
    let file = |(i, number): (usize, &Value)| folder.file(&format!("{i}.png"), drawn_png(&number["strokes"]));
    let paths: Vec<String> = numbers.iter().enumerate().map(file).collect();
    let args: Vec<&str> =
        ["recognize", "--format", "json"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let right = percent_right(&run(&args), &numbers);
    assert!(right >= 85., "{right} %");
}

/// Strokes dark on white, 64 px high where they are not a dash, with a round pen of a tenth of that. The project's own renderer
/// is not asked: it might err as the reader does.
fn drawn_png(strokes: &Value) -> Vec<u8> {
    const HEIGHT: f64 = 64.;
    const PEN: f64 = HEIGHT / 10.;
    const MARGIN: f64 = 12.;
    let strokes: Vec<Vec<[f64; 2]>> = serde_json::from_value(strokes.clone()).unwrap();
    let span = |axis: usize| {
        let values = || strokes.iter().flatten().map(|p| p[axis]);
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let [(left, right), (top, bottom)] = [span(0), span(1)];
    let scale = HEIGHT / (bottom - top).max((right - left) / 20.);
    let side = |length: f64| (length * scale + 2. * MARGIN).ceil() as u32;
    let mut page = image::GrayImage::from_pixel(side(right - left), side(bottom - top), image::Luma([255]));
    for stroke in &strokes {
        let points: Vec<[f64; 2]> =
            stroke.iter().map(|[x, y]| [(x - left) * scale + MARGIN, (y - top) * scale + MARGIN]).collect();
        // A stroke of one point is a dot.
        let ends = points.iter().zip(points.iter().skip(1).chain(points.last()));
        for (&from, &to) in ends {
            draw_line(&mut page, from, to, PEN / 2.);
        }
    }
    let mut png = Vec::new();
    page.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    png
}

/// Darkens what lies within `reach` of the line, with a soft edge of one pixel.
fn draw_line(page: &mut image::GrayImage, [ax, ay]: [f64; 2], [bx, by]: [f64; 2], reach: f64) {
    let (dx, dy) = (bx - ax, by - ay);
    let near = |a: f64, b: f64| (a.min(b) - reach - 1.).max(0.) as u32..(a.max(b) + reach + 2.) as u32;
    for y in near(ay, by).start..near(ay, by).end.min(page.height()) {
        for x in near(ax, bx).start..near(ax, bx).end.min(page.width()) {
            let (px, py) = (f64::from(x) + 0.5 - ax, f64::from(y) + 0.5 - ay);
            let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0., 1.);
            let away = (px - along * dx).hypot(py - along * dy);
            let white = (255. * (away - reach + 0.5).clamp(0., 1.)) as u8;
            let pixel = &mut page.get_pixel_mut(x, y).0[0];
            *pixel = white.min(*pixel);
        }
    }
}

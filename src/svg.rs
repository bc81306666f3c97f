//! Just enough SVG: elements into a string, and pictures inside it as PNG.

use std::fmt::{Display, Write};

use anyhow::Result;
use image::{ExtendedColorType, ImageEncoder};

/// A drawing that grows downward; its height is known when it is finished. Lengths are CSS px.
pub(crate) struct Svg {
    width: f64,
    body: String,
}

/// Where a text is held.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    pub fn new(width: f64) -> Self {
        Self { width, body: String::new() }
    }

    /// Adds an element as it is; the caller has escaped what came from outside.
    pub fn add(&mut self, element: impl Display) {
        writeln!(self.body, "{element}").expect("a string takes all");
    }

    /// A rectangle with round corners.
    pub fn rect_xywh(&mut self, [x, y, width, height]: [f64; 4], radius: f64, style: &str) {
        let (width, height) = (width.max(0.), height.max(0.));
        self.add(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{radius}" {style}/>"#
        ));
    }

    /// A straight line.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], style: &str) {
        let ([x1, y1], [x2, y2]) = (from, to);
        self.add(format_args!(r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" {style}/>"#));
    }

    /// A line of text of a class of the style sheet, its baseline at `y`.
    pub fn text_xy(&mut self, [x, y]: [f64; 2], anchor: Anchor, class: &str, text: impl Display) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(&text.to_string());
        self.add(format_args!(r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{text}</text>"#));
    }

    /// A picture, RGBA rows from the top.
    pub fn image_xywh(&mut self, [x, y, width, height]: [f64; 4], picture: &Picture, style: &str) -> Result<()> {
        let data = picture.data_uri()?;
        self.add(format_args!(
            r#"<image x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" preserveAspectRatio="none" href="{data}" {style}/>"#
        ));
        Ok(())
    }

    /// The whole file.
    pub fn finish(self, height: f64, title: &str, style: &str) -> String {
        let Self { width, body } = self;
        let title = escaped(title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\">\n\
             <title>{title}</title>\n<style>{style}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
        )
    }
}

/// RGBA pixels for an image element.
pub(crate) struct Picture {
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

impl Picture {
    fn data_uri(&self) -> Result<String> {
        let mut png = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        encoder.write_image(&self.rgba, self.width as u32, self.height as u32, ExtendedColorType::Rgba8)?;
        Ok(format!("data:image/png;base64,{}", base64(&png)))
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, &b| word << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let sextet = word >> (18 - 6 * i) & 63;
            out.push(if i <= chunk.len() { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // Not allowed in XML at all, even escaped.
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_standard() {
        // RFC 4648, section 10.
        let table = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in table {
            assert_eq!(base64(plain.as_bytes()), coded, "{plain}");
        }
    }

    #[test]
    fn text_cannot_break_out() {
        assert_eq!(escaped("a<b>&\"\u{1}"), "a&lt;b>&amp;&quot;\u{fffd}");
    }
}

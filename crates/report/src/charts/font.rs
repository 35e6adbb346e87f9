//! The embedded typeface: two weights of Inter, so that a picture has the same bytes everywhere.

use std::sync::OnceLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, OutlineBuilder};

/// A weight of the typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.ttf");
/// Width of the box that stands for a character that the typeface does not have, in ems.
const BOX_EM: f64 = 0.6;

fn face(weight: Weight) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [REGULAR, SEMI_BOLD].map(|bytes| Face::parse(bytes, 0).ok()));
    faces[usize::from(weight == Weight::SemiBold)].as_ref()
}

fn em(face: &Face<'_>) -> f64 {
    f64::from(face.units_per_em())
}

/// Whether the typeface has a character. What has no picture of its own, such as a line break, is not missed.
pub(super) fn has(character: char, weight: Weight) -> bool {
    character.is_control() || face(weight).is_some_and(|face| face.glyph_index(character).is_some())
}

/// Width of `text` at `size`, in the size's unit.
pub(super) fn width(text: &str, weight: Weight, size: f64) -> f64 {
    let Some(face) = face(weight) else { return 0.0 };
    let ems: f64 = text
        .chars()
        .map(|character| {
            let advance = face.glyph_index(character).and_then(|glyph| face.glyph_hor_advance(glyph));
            advance.map_or(BOX_EM, |advance| f64::from(advance) / em(face))
        })
        .sum();
    ems * size
}

/// Height of capitals above the base line at `size`.
pub(super) fn cap_height(size: f64) -> f64 {
    let height = face(Weight::Regular).and_then(Face::capital_height);
    let em = face(Weight::Regular).map_or(1.0, em);
    height.map_or(0.7, |height| f64::from(height) / em) * size
}

/// The outlines of `text` with its base line beginning at (`x`, `y`); none for blank text.
pub(super) fn outline(text: &str, weight: Weight, size: f64, (x, y): (f64, f64)) -> Option<Path> {
    let face = face(weight)?;
    let mut pen = Pen { builder: PathBuilder::new(), scale: size / em(face), x, y };
    for character in text.chars() {
        if let Some(glyph) = face.glyph_index(character) {
            // A space has no outline and is no fault.
            let _ = face.outline_glyph(glyph, &mut pen);
            pen.x += f64::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * pen.scale;
        } else {
            pen.missing(size);
        }
    }
    pen.builder.finish()
}

struct Pen {
    builder: PathBuilder,
    scale: f64,
    x: f64,
    y: f64,
}

#[expect(clippy::cast_possible_truncation, reason = "pixels fit single precision")]
impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        ((self.x + f64::from(x) * self.scale) as f32, (self.y - f64::from(y) * self.scale) as f32)
    }

    fn missing(&mut self, size: f64) {
        let (left, right) = (self.x + 0.08 * size, self.x + (BOX_EM - 0.08) * size);
        let (top, bottom, line) = (self.y - 0.7 * size, self.y, 0.06 * size);
        let edges = [
            (left, top, right, top + line),
            (left, bottom - line, right, bottom),
            (left, top, left + line, bottom),
            (right - line, top, right, bottom),
        ];
        for (x0, y0, x1, y1) in edges {
            if let Some(rectangle) = tiny_skia::Rect::from_ltrb(x0 as f32, y0 as f32, x1 as f32, y1 as f32) {
                self.builder.push_rect(rectangle);
            }
        }
        self.x += BOX_EM * size;
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.move_to(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.line_to(x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.builder.quad_to(x1, y1, x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }
    fn close(&mut self) {
        self.builder.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_equally_wide_and_umlauts_are_there() {
        let digit = width("1", Weight::Regular, 10.0);
        assert!(('0'..='9').all(|c| (width(&c.to_string(), Weight::Regular, 10.0) - digit).abs() < 1e-9));
        for c in "äöüßÄÖÜéłøğ€→≤–\u{202f}".chars() {
            assert!(face(Weight::SemiBold).is_some_and(|face| face.glyph_index(c).is_some()), "{c}");
        }
    }

    #[test]
    fn a_character_that_is_not_there_has_a_box() {
        assert!((width("電", Weight::Regular, 10.0) - 6.0).abs() < 1e-9);
        assert!(outline("電", Weight::Regular, 10.0, (0.0, 0.0)).is_some());
        assert!(outline("  ", Weight::Regular, 10.0, (0.0, 0.0)).is_none());
    }
}

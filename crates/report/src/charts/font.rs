//! The embedded typefaces, so that a picture has the same bytes everywhere: two weights of Inter, and Droid Sans
//! Fallback, in one weight, for Han, kana and Hangul, which need no shaping.

use std::sync::OnceLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// A weight of the typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.ttf");
const FALLBACK: &[u8] = include_bytes!("../../fonts/DroidSansFallback.ttf");
/// Width of the box that stands for a character that no typeface has, in ems.
const BOX_EM: f64 = 0.6;

/// The second typeface has one weight: drawn again this far to the right, in ems, it looks as dark as semi-bold.
const DARKER_EM: f64 = 0.035;

/// The typefaces to look in for a character, in order.
fn faces(weight: Weight) -> impl Iterator<Item = &'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 3]> = OnceLock::new();
    let all = FACES.get_or_init(|| [REGULAR, SEMI_BOLD, FALLBACK].map(|bytes| Face::parse(bytes, 0).ok()));
    [usize::from(weight == Weight::SemiBold), 2].into_iter().filter_map(|index| all[index].as_ref())
}

/// A character's picture in the first typeface that has it; none if no one has.
fn glyph(character: char, weight: Weight) -> Option<(&'static Face<'static>, GlyphId)> {
    faces(weight).find_map(|face| Some((face, face.glyph_index(character)?)))
}

fn em(face: &Face<'_>) -> f64 {
    f64::from(face.units_per_em())
}

/// Whether there is a picture of a character. What has none of its own, such as a line break, is not missed.
pub(super) fn has(character: char, weight: Weight) -> bool {
    character.is_control() || glyph(character, weight).is_some()
}

/// Width of a glyph in ems.
fn advance(face: &Face<'_>, glyph: GlyphId) -> f64 {
    f64::from(face.glyph_hor_advance(glyph).unwrap_or_default()) / em(face)
}

/// Width of `text` at `size`, in the size's unit.
pub(super) fn width(text: &str, weight: Weight, size: f64) -> f64 {
    let ems = text.chars().map(|one| glyph(one, weight).map_or(BOX_EM, |(face, glyph)| advance(face, glyph)));
    ems.sum::<f64>() * size
}

/// Height of capitals above the base line at `size`.
pub(super) fn cap_height(size: f64) -> f64 {
    let face = faces(Weight::Regular).next();
    face.and_then(|face| Some(f64::from(face.capital_height()?) / em(face))).unwrap_or(0.7) * size
}

/// The outlines of `text` with its base line beginning at (`x`, `y`); none for blank text.
pub(super) fn outline(text: &str, weight: Weight, size: f64, (x, y): (f64, f64)) -> Option<Path> {
    let mut pen = Pen { builder: PathBuilder::new(), scale: 0.0, x, y };
    for character in text.chars() {
        if let Some((face, glyph)) = glyph(character, weight) {
            pen.scale = size / em(face);
            // A space has no outline and is no fault.
            let _ = face.outline_glyph(glyph, &mut pen);
            let is_first = faces(weight).next().is_some_and(|first| std::ptr::eq(first, face));
            if weight == Weight::SemiBold && !is_first {
                pen.x += DARKER_EM * size;
                let _ = face.outline_glyph(glyph, &mut pen);
                pen.x -= DARKER_EM * size;
            }
            pen.x += advance(face, glyph) * size;
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
        for c in "äöüßÄÖÜéłøğ€→≤–\u{202f}ȘșȚțỆừĐґҚә№✓●".chars() {
            let inter = faces(Weight::SemiBold).next();
            assert!(inter.is_some_and(|face| face.glyph_index(c).is_some()), "{c}");
        }
    }

    #[test]
    fn what_inter_lacks_is_drawn_from_the_second_typeface() {
        for c in "豊田市工場長春臺灣울산공장トヨタﾄﾖ（Ａ）、".chars() {
            for weight in [Weight::Regular, Weight::SemiBold] {
                let (face, found) = glyph(c, weight).expect("a picture");
                assert_eq!(face.units_per_em(), 256, "{c} is of Droid Sans Fallback");
                assert!(has(c, weight) && face.glyph_bounding_box(found).is_some(), "{c}");
            }
        }
        // As wide as it is high, and no box: a box has 16 points.
        assert!((width("電力", Weight::Regular, 10.0) - 20.0).abs() < 1e-9);
        let drawn = outline("電", Weight::Regular, 10.0, (0.0, 0.0)).expect("an outline");
        assert!(drawn.points().len() > 40, "{}", drawn.points().len());
        let bounds = drawn.bounds();
        assert!(bounds.height() > 8.0 && bounds.top() > -10.0 && bounds.bottom() < 2.0, "{bounds:?}");
        // The pen goes on where the other typeface stopped, in its own scale.
        let mixed = outline("電A", Weight::Regular, 10.0, (0.0, 0.0)).expect("an outline").bounds();
        let alone = outline("A", Weight::Regular, 10.0, (0.0, 0.0)).expect("an outline").bounds();
        assert!((mixed.right() - alone.right() - 10.0).abs() < 1e-4, "{mixed:?} {alone:?}");
    }

    #[test]
    fn a_character_that_no_typeface_has_is_a_box() {
        // Devanagari, Arabic and Hebrew need more than a picture of each character.
        for c in "कعאไ🏭".chars() {
            assert!(!has(c, Weight::Regular) && glyph(c, Weight::SemiBold).is_none(), "{c}");
            assert!((width(&c.to_string(), Weight::Regular, 10.0) - 6.0).abs() < 1e-9);
            assert!(outline(&c.to_string(), Weight::Regular, 10.0, (0.0, 0.0)).is_some());
        }
        assert!(outline("  ", Weight::Regular, 10.0, (0.0, 0.0)).is_none());
    }
}

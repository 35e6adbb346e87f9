//! A page with the house style: red tag, finding as title, subtitle, plot, source line. It is a list of shapes, from
//! which [`super::raster`] and [`super::svg`] make files.

use std::collections::BTreeSet;

use plotters_backend::{BackendColor, BackendStyle, text_anchor::HPos};

use super::{
    Provenance,
    backend::GRID,
    color,
    font::{self, Weight},
    labels::Area,
    scale::Scale,
    speech::Speech,
    strings,
};

/// Page size in logical pixels.
pub(super) const WIDTH: u32 = 800;
/// Page size in logical pixels.
pub(super) const HEIGHT: u32 = 500;

/// Width of the white rim of text, both sides together.
pub(super) const RIM: f64 = 3.2;

/// Logical pixels from the left and from the top of the page.
pub(super) type Point = (f64, f64);

/// What a page is made of.
#[derive(Clone)]
pub(super) enum Shape {
    Line {
        points: Vec<Point>,
        style: Line,
    },
    Fill {
        points: Vec<Point>,
        color: BackendColor,
    },
    Dot {
        at: Point,
        radius: f64,
        inside: BackendColor,
        rim: Line,
    },
    /// The middle of its capitals is at the point.
    Text {
        at: Point,
        text: String,
        style: Text,
        rimmed: bool,
    },
}

/// A line.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) color: BackendColor,
    /// Logical pixels.
    pub(super) width: f64,
    /// Logical pixels drawn and left out; none for a whole line.
    pub(super) dash: Option<(f64, f64)>,
}

impl BackendStyle for Line {
    fn color(&self) -> BackendColor {
        self.color
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a line's width")]
    fn stroke_width(&self) -> u32 {
        (self.width * GRID).round() as u32
    }
}

/// How a piece of text stands.
#[derive(Clone, Copy)]
pub(super) struct Text {
    /// Logical pixels of an em.
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) color: BackendColor,
    pub(super) align: HPos,
}

impl Text {
    pub(super) const fn plain(size: f64, color: BackendColor) -> Self {
        Self { size, weight: Weight::Regular, color, align: HPos::Left }
    }
    pub(super) const fn bold(size: f64, color: BackendColor) -> Self {
        Self { size, weight: Weight::SemiBold, color, align: HPos::Left }
    }
    pub(super) const fn aligned(self, align: HPos) -> Self {
        Self { align, ..self }
    }
    pub(super) fn width(&self, text: &str) -> f64 {
        font::width(text, self.weight, self.size)
    }

    /// The text, cut to fit.
    pub(super) fn cut(&self, text: &str, width: f64) -> String {
        let mut shown = text.to_owned();
        // What was made smaller to fit is as wide as `width` up to rounding.
        while self.width(&shown) > width + 1e-6 && shown != "…" {
            let kept = shown.trim_end_matches('…').chars().count().saturating_sub(1);
            shown = shown.chars().take(kept).collect();
            shown.push('…');
        }
        shown
    }
}

/// A page being drawn. Points are logical pixels from the top left corner.
pub(super) struct Page {
    shapes: Vec<Shape>,
    title: String,
    alt: String,
}

/// The plot's place on the page.
pub(super) const PLOT: Area = Area { left: 64.0, top: 84.0, right: 776.0, bottom: 430.0 };

impl Page {
    /// A page with its title, its subtitle and the description for those who cannot see it.
    pub(super) fn new(speech: Speech, title: &str, subtitle: &str, alt: String, provenance: &Provenance) -> Self {
        let mut page = Self { shapes: Vec::new(), title: title.to_owned(), alt };
        page.fill(&[(24.0, 0.0), (64.0, 0.0), (64.0, 6.0), (24.0, 6.0)], color::RED);
        page.fitted((24.0, 25.0), title, Text::bold(20.0, color::INK), 752.0);
        page.fitted((24.0, 47.5), subtitle, Text::plain(13.0, color::MUTED), 752.0);
        let source: Vec<String> =
            provenance.fields.iter().map(|(name, value)| speech.origin(name, value)).collect();
        let source = speech.say(strings::SOURCE, &[("fields", &source.join(" · "))]);
        page.fitted((24.0, 484.0), &source, Text::plain(10.5, color::MUTED), 752.0);
        page
    }

    pub(super) fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// What it shows, for those who cannot see it.
    pub(super) fn alt(&self) -> &str {
        &self.alt
    }

    /// Text that is made smaller, to three quarters at most, and then cut to fit `width`.
    pub(super) fn fitted(&mut self, at: Point, text: &str, style: Text, width: f64) {
        let ratio = (width / style.width(text).max(1.0)).min(1.0);
        let style = Text { size: style.size * ratio.max(0.75), ..style };
        self.text(at, &style.cut(text, width), style);
    }

    /// Characters that no embedded typeface has, each once: in the PNG they are boxes.
    pub(super) fn missing(&self) -> BTreeSet<char> {
        let texts = self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text { text, style, .. } => Some((text, style.weight)),
            _ => None,
        });
        texts.flat_map(|(text, weight)| text.chars().filter(move |one| !font::has(*one, weight))).collect()
    }

    pub(super) fn line(&mut self, points: &[Point], style: Line) {
        self.shapes.push(Shape::Line { points: points.to_vec(), style });
    }

    pub(super) fn fill(&mut self, points: &[Point], color: BackendColor) {
        self.shapes.push(Shape::Fill { points: points.to_vec(), color });
    }

    pub(super) fn rectangle(&mut self, (left, top): Point, (right, bottom): Point, color: BackendColor) {
        self.fill(&[(left, top), (right, top), (right, bottom), (left, bottom)], color);
    }

    /// A dot with a rim of its own width.
    pub(super) fn dot(&mut self, at: Point, radius: f64, inside: BackendColor, rim: Line) {
        self.shapes.push(Shape::Dot { at, radius, inside, rim });
    }

    /// Text with the middle of its capitals at the point.
    pub(super) fn text(&mut self, at: Point, text: &str, style: Text) {
        self.shapes.push(Shape::Text { at, text: text.to_owned(), style, rimmed: false });
    }

    /// Text with a white rim, so that it can be read over lines and bands.
    pub(super) fn rimmed_text(&mut self, at: Point, text: &str, style: Text) {
        self.shapes.push(Shape::Text { at, text: text.to_owned(), style, rimmed: true });
    }

    /// Horizontal grid with numbers, the foot with numbers, and both titles.
    pub(super) fn axes(&mut self, x: (&Scale, &str, &[(f64, String)]), y: (&Scale, &str, &[(f64, String)])) {
        self.text((24.0, 69.0), &format!("↑ {}", y.1), Text::bold(11.5, color::INK));
        for (value, text) in y.2 {
            let level = vertical(y.0, *value);
            let grid = Line { color: color::GRID, width: 1.0, dash: None };
            self.line(&[(PLOT.left, level), (PLOT.right, level)], grid);
            self.text((PLOT.left - 8.0, level), text, Text::plain(12.0, color::MUTED).aligned(HPos::Right));
        }
        let axis = Line { color: color::AXIS, width: 1.0, dash: None };
        self.line(&[(PLOT.left, PLOT.bottom), (PLOT.right, PLOT.bottom)], axis);
        let mut free = f64::NEG_INFINITY;
        for (value, text) in x.2 {
            let place = horizontal(x.0, *value);
            self.line(&[(place, PLOT.bottom), (place, PLOT.bottom + 4.0)], axis);
            let style = Text::plain(12.0, color::MUTED).aligned(HPos::Center);
            let half = style.width(text) / 2.0;
            if place - half > free {
                self.text((place, PLOT.bottom + 14.0), text, style);
                free = place + half + 6.0;
            }
        }
        let title = format!("{} →", x.1);
        self.text((PLOT.right, PLOT.bottom + 33.0), &title, Text::bold(11.5, color::INK).aligned(HPos::Right));
    }
}

/// Where a value is on the plot's foot.
pub(super) fn horizontal(scale: &Scale, value: f64) -> f64 {
    PLOT.left + scale.position(value) * (PLOT.right - PLOT.left)
}

/// Where a value is on the plot's side.
pub(super) fn vertical(scale: &Scale, value: f64) -> f64 {
    PLOT.bottom - scale.position(value) * (PLOT.bottom - PLOT.top)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_text(page: &Page) -> (&str, f64) {
        match page.shapes.last() {
            Some(Shape::Text { text, style, .. }) => (text, style.size),
            _ => panic!("no text"),
        }
    }

    #[test]
    fn text_is_made_smaller_before_it_is_cut() {
        let mut page = Page::new(Speech::default(), "", "", String::new(), &Provenance { fields: Vec::new() });
        let (style, words) = (Text::bold(20.0, color::INK), "€347 a year, €21.5k and €41.3k");
        let width = style.width(words);
        for part in [1.0, 0.999, 0.93, 0.871, 0.76] {
            page.fitted((0.0, 0.0), words, style, width * part);
            let (text, size) = last_text(&page);
            assert_eq!(text, words, "{part}");
            assert!((size - 20.0 * part).abs() < 1e-9, "{part}: {size}");
        }
        page.fitted((0.0, 0.0), words, style, width * 0.5);
        let (text, size) = last_text(&page);
        assert!(text.ends_with('…') && text.len() < words.len() && size >= 15.0, "{text} {size}");
    }

    #[test]
    fn what_the_typeface_lacks_is_known() {
        let provenance =
            Provenance { fields: vec![("case".to_owned(), "Süd मुंबई 電力".to_owned())] };
        let page = Page::new(Speech::default(), "ع is not €", "Łódź", String::new(), &provenance);
        assert_eq!(page.missing(), "عमुंबई".chars().collect());
    }
}

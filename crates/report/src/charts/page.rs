//! A page with the house style: red tag, finding as title, subtitle, plot, source line.

use plotters_backend::{
    BackendColor, BackendStyle, DrawingBackend,
    text_anchor::{HPos, Pos, VPos},
};
use png::{BitDepth, ColorType, Compression, PixelDimensions, Unit};

use super::{
    Provenance,
    backend::{GRID, SkiaBackend, TextStyle},
    font::{self, Weight},
    labels::Area,
    scale::Scale,
};

/// Page size in logical pixels.
pub(super) const WIDTH: u32 = 800;
/// Page size in logical pixels.
pub(super) const HEIGHT: u32 = 500;

/// Colours that the colour-blind can tell apart and that keep 3:1 against white as lines, 4.5:1 as text.
pub(super) mod color {
    use plotters_backend::BackendColor;

    const fn rgb(red: u8, green: u8, blue: u8) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: (red, green, blue) }
    }
    pub(crate) const INK: BackendColor = rgb(0x1d, 0x29, 0x39);
    pub(crate) const MUTED: BackendColor = rgb(0x5b, 0x66, 0x75);
    pub(crate) const GRID: BackendColor = rgb(0xdf, 0xe3, 0xe8);
    pub(crate) const AXIS: BackendColor = rgb(0x8a, 0x94, 0xa3);
    pub(crate) const WHITE: BackendColor = rgb(0xff, 0xff, 0xff);
    pub(crate) const BLUE: BackendColor = rgb(0x13, 0x5b, 0xa1);
    pub(crate) const RED: BackendColor = rgb(0xd3, 0x2f, 0x2f);
    pub(crate) const ORANGE: BackendColor = rgb(0xb3, 0x5c, 0x00);
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
}

/// A page being drawn. Points are logical pixels from the top left corner.
pub(super) struct Page {
    backend: SkiaBackend,
    title: String,
    alt: String,
}

/// The plot's place on the page.
pub(super) const PLOT: Area = Area { left: 64.0, top: 84.0, right: 776.0, bottom: 430.0 };

impl Page {
    /// A page with its title, its subtitle and the description for those who cannot see it.
    pub(super) fn new(title: &str, subtitle: &str, alt: String, provenance: &Provenance) -> Option<Self> {
        let mut page = Self { backend: SkiaBackend::new(WIDTH, HEIGHT)?, title: title.to_owned(), alt };
        page.fill(&[(24.0, 0.0), (64.0, 0.0), (64.0, 6.0), (24.0, 6.0)], color::RED);
        page.fitted((24.0, 25.0), title, Text::bold(20.0, color::INK), 752.0);
        page.fitted((24.0, 47.5), subtitle, Text::plain(13.0, color::MUTED), 752.0);
        let source: Vec<String> =
            provenance.fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let source = format!("Source: {}", source.join(" · "));
        page.fitted((24.0, 484.0), &source, Text::plain(10.5, color::MUTED), 752.0);
        Some(page)
    }

    /// Text that is made smaller, to two thirds at most, and then cut to fit `width`.
    fn fitted(&mut self, at: (f64, f64), text: &str, style: Text, width: f64) {
        let ratio = (width / style.width(text).max(1.0)).min(1.0);
        let style = Text { size: style.size * ratio.max(0.67), ..style };
        let mut shown = text.to_owned();
        while style.width(&shown) > width && !shown.is_empty() {
            shown = shown.trim_end_matches('…').chars().rev().skip(1).collect::<String>().chars().rev().collect();
            shown.push('…');
        }
        self.text(at, &shown, style);
    }

    #[expect(clippy::cast_possible_truncation, reason = "grid units of a page")]
    fn grid((x, y): (f64, f64)) -> (i32, i32) {
        ((x * GRID).round() as i32, (y * GRID).round() as i32)
    }

    // The backend's error has no value, so there is nothing to pass on.
    pub(super) fn line(&mut self, points: &[(f64, f64)], style: Line) {
        for piece in dashes(points, style.dash) {
            let _ = self.backend.draw_path(piece.into_iter().map(Self::grid), &style);
        }
    }

    pub(super) fn fill(&mut self, points: &[(f64, f64)], color: BackendColor) {
        let _ = self.backend.fill_polygon(points.iter().copied().map(Self::grid), &color);
    }

    /// A dot with a rim of its own width.
    pub(super) fn dot(&mut self, at: (f64, f64), radius: f64, inside: BackendColor, rim: Line) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a dot's radius")]
        let units = (radius * GRID).round() as u32;
        let _ = self.backend.draw_circle(Self::grid(at), units, &inside, true);
        let _ = self.backend.draw_circle(Self::grid(at), units, &rim, false);
    }

    /// Text with the middle of its capitals at the point.
    pub(super) fn text(&mut self, at: (f64, f64), text: &str, style: Text) {
        let anchor = Pos { h_pos: style.align, v_pos: VPos::Center };
        let style = TextStyle { size: style.size * GRID, weight: style.weight, color: style.color, anchor };
        let _ = self.backend.draw_text(text, &style, Self::grid(at));
    }

    /// Text with a white rim, so that it can be read over lines and bands.
    pub(super) fn rimmed_text(&mut self, at: (f64, f64), text: &str, style: Text) {
        let white = Text { color: BackendColor { alpha: 0.9, ..color::WHITE }, ..style };
        for (dx, dy) in
            [(1.6, 0.0), (-1.6, 0.0), (0.0, 1.6), (0.0, -1.6), (1.1, 1.1), (-1.1, 1.1), (1.1, -1.1), (-1.1, -1.1)]
        {
            self.text((at.0 + dx, at.1 + dy), text, white);
        }
        self.text(at, text, style);
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

    /// The page as a PNG at twice the logical size, with its title, description and origin inside.
    ///
    /// # Errors
    /// If the encoder refuses it.
    pub(super) fn into_png(self, provenance: &Provenance) -> Result<Vec<u8>, png::EncodingError> {
        let pixels = self.backend.into_pixels();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        // 192 dots an inch, in dots a metre: the size at which Word and PowerPoint place it.
        encoder.set_pixel_dims(Some(PixelDimensions { xppu: 7559, yppu: 7559, unit: Unit::Meter }));
        encoder.add_itxt_chunk("Title".to_owned(), self.title)?;
        encoder.add_itxt_chunk("Description".to_owned(), self.alt)?;
        for (name, value) in &provenance.fields {
            encoder.add_itxt_chunk(name.clone(), value.clone())?;
        }
        let opaque: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|pixel| pixel[..3].iter().copied()).collect();
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&opaque)?;
        writer.finish()?;
        Ok(bytes)
    }
}

/// Relative luminance (WCAG 2.2).
pub(super) fn luminance(color: BackendColor) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
    };
    let (red, green, blue) = color.rgb;
    0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
}

/// Where a value is on the plot's foot.
pub(super) fn horizontal(scale: &Scale, value: f64) -> f64 {
    PLOT.left + scale.position(value) * (PLOT.right - PLOT.left)
}

/// Where a value is on the plot's side.
pub(super) fn vertical(scale: &Scale, value: f64) -> f64 {
    PLOT.bottom - scale.position(value) * (PLOT.bottom - PLOT.top)
}

/// The pieces of a line that a dash leaves.
fn dashes(points: &[(f64, f64)], dash: Option<(f64, f64)>) -> Vec<Vec<(f64, f64)>> {
    let Some((on, off)) = dash else { return vec![points.to_vec()] };
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let (mut drawing, mut left) = (true, on);
    let mut piece: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let ((mut x, mut y), end) = (pair[0], pair[1]);
        loop {
            let length = (end.0 - x).hypot(end.1 - y);
            if length <= left || !length.is_finite() {
                left -= length;
                piece.push(end);
                break;
            }
            (x, y) = (x + (end.0 - x) * left / length, y + (end.1 - y) * left / length);
            piece.push((x, y));
            if drawing {
                pieces.push(std::mem::take(&mut piece));
            }
            piece = vec![(x, y)];
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
    }
    if drawing && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_dark_enough_on_white() {
        for one in [color::INK, color::MUTED, color::BLUE, color::RED, color::ORANGE] {
            let contrast = 1.05 / (luminance(one) + 0.05);
            assert!(contrast >= 4.5, "{:?}: {contrast:.2}", one.rgb);
        }
    }

    #[test]
    fn dashes_add_up_to_the_share_that_is_drawn() {
        let pieces = dashes(&[(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)], Some((4.0, 2.0)));
        let drawn: f64 = pieces
            .iter()
            .flat_map(|piece| piece.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)))
            .sum();
        assert!((drawn - 100.0).abs() < 1e-9, "{drawn}");
    }
}

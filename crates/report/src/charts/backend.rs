//! A plotters backend on tiny-skia: anti-aliased lines and text from outlines, on a grid finer than pixels.

use std::convert::Infallible;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily,
    FontStyle,
    text_anchor::{HPos, Pos, VPos},
};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::font::{self, Weight};

/// Grid units per logical pixel: plotters has whole coordinates only.
pub(super) const GRID: f64 = 8.0;
/// Pixels per logical pixel.
const DENSITY: f64 = 2.0;
/// Pixels per grid unit.
const SCALE: f64 = DENSITY / GRID;

type Result = std::result::Result<(), DrawingErrorKind<Infallible>>;

/// A picture in memory.
pub(super) struct SkiaBackend {
    pixels: Pixmap,
}

impl SkiaBackend {
    /// A white picture of so many logical pixels; none if it has no area.
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        let mut pixels = Pixmap::new(width * 2, height * 2)?;
        pixels.fill(Color::WHITE);
        Some(Self { pixels })
    }

    /// The pixels.
    pub(super) fn into_pixels(self) -> Pixmap {
        self.pixels
    }

    fn fill(&mut self, path: Option<Path>, color: BackendColor) {
        if let Some(path) = path {
            self.pixels.fill_path(&path, &paint(color), FillRule::Winding, Transform::identity(), None);
        }
    }

    fn stroke(&mut self, path: Option<Path>, color: BackendColor, width: u32) {
        if let Some(path) = path {
            let stroke = Stroke {
                width: pixel(f64::from(width)),
                line_cap: LineCap::Butt,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            self.pixels.stroke_path(&path, &paint(color), &stroke, Transform::identity(), None);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pixels fit single precision")]
fn pixel(units: f64) -> f32 {
    (units * SCALE) as f32
}

fn paint(color: BackendColor) -> Paint<'static> {
    let mut paint = Paint::default();
    let (red, green, blue) = color.rgb;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an opacity is in 0..=1")]
    paint.set_color_rgba8(red, green, blue, (color.alpha * 255.0).round() as u8);
    paint.anti_alias = true;
    paint
}

fn path(points: impl IntoIterator<Item = BackendCoord>, closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (position, (x, y)) in points.into_iter().enumerate() {
        let (x, y) = (pixel(f64::from(x)), pixel(f64::from(y)));
        if position == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
    }
    if closed {
        builder.close();
    }
    builder.finish()
}

impl DrawingBackend for SkiaBackend {
    type ErrorType = Infallible;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand pixels")]
    fn get_size(&self) -> (u32, u32) {
        let units = |pixels: u32| (f64::from(pixels) / SCALE) as u32;
        (units(self.pixels.width()), units(self.pixels.height()))
    }

    fn ensure_prepared(&mut self) -> Result {
        Ok(())
    }

    fn present(&mut self) -> Result {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Result {
        self.fill(path([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], true), color);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Result {
        self.stroke(path([from, to], false), style.color(), style.stroke_width());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result {
        let path = path([(left, top), (right, top), (right, bottom), (left, bottom)], true);
        if fill {
            self.fill(path, style.color());
        } else {
            self.stroke(path, style.color(), style.stroke_width());
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Result {
        self.stroke(path(points, false), style.color(), style.stroke_width());
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Result {
        let at = (pixel(f64::from(x)), pixel(f64::from(y)));
        let path = PathBuilder::from_circle(at.0, at.1, pixel(f64::from(radius)));
        if fill {
            self.fill(path, style.color());
        } else {
            self.stroke(path, style.color(), style.stroke_width());
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Result {
        self.fill(path(points, true), style.color());
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Result {
        let weight = if matches!(style.style(), FontStyle::Bold) { Weight::SemiBold } else { Weight::Regular };
        let size = style.size() * SCALE;
        let width = font::width(text, weight, size);
        let anchor = style.anchor();
        let left = match anchor.h_pos {
            HPos::Left => 0.0,
            HPos::Center => width / 2.0,
            HPos::Right => width,
        };
        let below = match anchor.v_pos {
            VPos::Top => font::cap_height(size),
            VPos::Center => font::cap_height(size) / 2.0,
            VPos::Bottom => 0.0,
        };
        let at = (f64::from(x) * SCALE - left, f64::from(y) * SCALE + below);
        self.fill(font::outline(text, weight, size, at), style.color());
        Ok(())
    }
}

/// How a text looks; the size is of an em, in grid units.
#[derive(Clone, Copy)]
pub(super) struct TextStyle {
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) color: BackendColor,
    pub(super) anchor: Pos,
}

impl BackendTextStyle for TextStyle {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn style(&self) -> FontStyle {
        if self.weight == Weight::SemiBold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        self.anchor
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("Inter")
    }

    #[expect(clippy::cast_possible_truncation, reason = "grid units of a text on a page")]
    fn layout_box(&self, text: &str) -> std::result::Result<((i32, i32), (i32, i32)), Infallible> {
        let width = font::width(text, self.weight, self.size).ceil() as i32;
        Ok(((0, 0), (width, font::cap_height(self.size).ceil() as i32)))
    }

    /// Nothing to do: the backends draw text themselves.
    fn draw<E, F: FnMut(i32, i32, BackendColor) -> std::result::Result<(), E>>(
        &self,
        _: &str,
        _: BackendCoord,
        _: F,
    ) -> std::result::Result<std::result::Result<(), E>, Infallible> {
        Ok(Ok(()))
    }
}

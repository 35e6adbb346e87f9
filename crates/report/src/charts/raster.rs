//! A page as a PNG at twice its logical size.

use plotters_backend::{
    DrawingBackend,
    text_anchor::{Pos, VPos},
};
use png::{BitDepth, ColorType, Compression, PixelDimensions, Unit};

use super::{
    Provenance,
    backend::{GRID, SkiaBackend, TextStyle},
    color,
    page::{HEIGHT, Page, Point, RIM, Shape, Text, WIDTH},
};

/// A page that could not be encoded.
#[derive(Debug, thiserror::Error)]
pub(super) enum RasterError {
    #[error("no memory for its pixels")]
    Memory,
    #[error(transparent)]
    Encoding(#[from] png::EncodingError),
}

/// The page with its title, description and origin inside.
///
/// # Errors
/// If the encoder refuses it.
pub(super) fn png(page: &Page, provenance: &Provenance) -> Result<Vec<u8>, RasterError> {
    let mut backend = SkiaBackend::new(WIDTH, HEIGHT).ok_or(RasterError::Memory)?;
    for shape in page.shapes() {
        draw(&mut backend, shape);
    }
    let pixels = backend.into_pixels();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    // 192 dots an inch, in dots a metre: the size at which Word and PowerPoint place it.
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: 7559, yppu: 7559, unit: Unit::Meter }));
    encoder.add_itxt_chunk("Title".to_owned(), page.title().to_owned())?;
    encoder.add_itxt_chunk("Description".to_owned(), page.alt().to_owned())?;
    for (name, value) in &provenance.fields {
        encoder.add_itxt_chunk(name.clone(), value.clone())?;
    }
    let opaque: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|pixel| pixel[..3].iter().copied()).collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&opaque)?;
    writer.finish()?;
    Ok(bytes)
}

// The backend's error has no value, so there is nothing to pass on.
fn draw(backend: &mut SkiaBackend, shape: &Shape) {
    match shape {
        Shape::Line { points, style } => {
            for piece in dashes(points, style.dash) {
                let _ = backend.draw_path(piece.into_iter().map(grid), style);
            }
        }
        Shape::Fill { points, color } => {
            let _ = backend.fill_polygon(points.iter().copied().map(grid), color);
        }
        Shape::Dot { at, radius, inside, rim } => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a dot's radius")]
            let units = (radius * GRID).round() as u32;
            let _ = backend.draw_circle(grid(*at), units, inside, true);
            let _ = backend.draw_circle(grid(*at), units, rim, false);
        }
        Shape::Text { at, text, style, rimmed } => {
            if *rimmed {
                let white = Text { color: color::RIM, ..*style };
                let far = RIM / 2.0;
                let near = far * 0.7;
                for (dx, dy) in [(far, 0.0), (-far, 0.0), (0.0, far), (0.0, -far)].into_iter().chain([
                    (near, near),
                    (-near, near),
                    (near, -near),
                    (-near, -near),
                ]) {
                    draw_text(backend, (at.0 + dx, at.1 + dy), text, white);
                }
            }
            draw_text(backend, *at, text, *style);
        }
    }
}

fn draw_text(backend: &mut SkiaBackend, at: Point, text: &str, style: Text) {
    let anchor = Pos { h_pos: style.align, v_pos: VPos::Center };
    let style = TextStyle { size: style.size * GRID, weight: style.weight, color: style.color, anchor };
    let _ = backend.draw_text(text, &style, grid(at));
}

#[expect(clippy::cast_possible_truncation, reason = "grid units of a page")]
fn grid((x, y): Point) -> (i32, i32) {
    ((x * GRID).round() as i32, (y * GRID).round() as i32)
}

/// The pieces of a line that a dash leaves.
fn dashes(points: &[Point], dash: Option<(f64, f64)>) -> Vec<Vec<Point>> {
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
    fn dashes_add_up_to_the_share_that_is_drawn() {
        let pieces = dashes(&[(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)], Some((4.0, 2.0)));
        let drawn: f64 = pieces
            .iter()
            .flat_map(|piece| piece.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)))
            .sum();
        assert!((drawn - 100.0).abs() < 1e-9, "{drawn}");
    }
}

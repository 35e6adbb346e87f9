//! What every picture must keep, whatever its figures and names: text on the page, and no text over another.

use plotters_backend::text_anchor::HPos;

use super::{
    Provenance, font,
    labels::Area,
    page::{HEIGHT, Page, Point, Shape, Text, WIDTH},
    raster,
};

/// Where a text's capitals are.
fn area((x, y): Point, text: &str, style: Text) -> Area {
    let (width, half) = (style.width(text), font::cap_height(style.size) / 2.0);
    let left = match style.align {
        HPos::Left => x,
        HPos::Center => x - width / 2.0,
        HPos::Right => x - width,
    };
    Area { left, top: y - half, right: left + width, bottom: y + half }
}

/// Draws the page and panics if a text leaves it or covers another.
pub(super) fn assert_sound(page: &Page) {
    assert!(raster::png(page, &Provenance { fields: Vec::new() }).is_ok());
    let mut known: Vec<(Area, &str)> = Vec::new();
    for shape in page.shapes() {
        let Shape::Text { at, text, style, .. } = shape else { continue };
        let area = area(*at, text, *style);
        let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
        assert!(
            area.left >= 0.0 && area.right <= width && area.top >= 0.0 && area.bottom <= height,
            "{text:?} leaves the page: {area:?}"
        );
        if text.trim().is_empty() {
            continue;
        }
        for (other, words) in &known {
            assert!(area.overlap(other) < 0.5, "{text:?} covers {words:?}: {area:?}, {other:?}");
        }
        known.push((area, text));
    }
}

/// Names that try a layout: long, empty, with umlauts, in other scripts.
pub(super) const NAMES: [&str; 7] = [
    "compute",
    "Rechenzentrum Düsseldorf-Süd, Halle 3, Zone ß (Straßburg-Nord)",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "電力会社の障害",
    "",
    "Łódź Ελλάδα Москва",
    "a",
];

//! Colours that the colour-blind can tell apart and that keep 3:1 against white as lines, 4.5:1 as text.

use plotters_backend::BackendColor;

const fn rgb(red: u8, green: u8, blue: u8) -> BackendColor {
    BackendColor { alpha: 1.0, rgb: (red, green, blue) }
}

pub(super) const INK: BackendColor = rgb(0x1d, 0x29, 0x39);
pub(super) const MUTED: BackendColor = rgb(0x5b, 0x66, 0x75);
pub(super) const GRID: BackendColor = rgb(0xdf, 0xe3, 0xe8);
pub(super) const AXIS: BackendColor = rgb(0x8a, 0x94, 0xa3);
pub(super) const WHITE: BackendColor = rgb(0xff, 0xff, 0xff);
/// Around text that stands on lines and bands.
pub(super) const RIM: BackendColor = BackendColor { alpha: 0.9, ..WHITE };
pub(super) const BLUE: BackendColor = rgb(0x13, 0x5b, 0xa1);
pub(super) const RED: BackendColor = rgb(0xd3, 0x2f, 0x2f);
pub(super) const ORANGE: BackendColor = rgb(0xb3, 0x5c, 0x00);

/// Relative luminance (WCAG 2.2).
pub(super) fn luminance(color: BackendColor) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
    };
    let (red, green, blue) = color.rgb;
    0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours (WCAG 2.2), 1 to 21.
    fn contrast(one: BackendColor, other: BackendColor) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_dark_enough_on_white() {
        for one in [INK, MUTED, BLUE, RED, ORANGE] {
            let contrast = contrast(one, WHITE);
            assert!(contrast >= 4.5, "{:?}: {contrast:.2}", one.rgb);
        }
    }
}

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

/// Bars of today's plan beside those of the chosen one, which are red: far lighter, for who cannot tell the two hues.
pub(super) const PALE_ORANGE: BackendColor = rgb(0xf0, 0xbe, 0x86);

/// Fills of what is stacked, in this order. Neighbours differ in lightness, so that they can be told apart in grey
/// and by the colour-blind; the last is for all that is left.
pub(super) const SERIES: [BackendColor; 7] = [
    BLUE,
    rgb(0xe0, 0x8a, 0x1e),
    rgb(0xf6, 0xd5, 0x8e),
    rgb(0x4f, 0x94, 0xcd),
    rgb(0xb9, 0xd8, 0xf0),
    rgb(0x8c, 0x3f, 0x00),
    rgb(0xc3, 0xc8, 0xd0),
];

/// Black or white, whichever can be read on `fill`: one of them is always 4.5:1 from it.
pub(super) fn ink_on(fill: BackendColor) -> BackendColor {
    let light = luminance(fill);
    if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 { WHITE } else { rgb(0, 0, 0) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours (WCAG 2.2), 1 to 21.
    fn contrast(one: BackendColor, other: BackendColor) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// What somebody without one of the three cones sees (Viénot, Brettel and Mollon 1999), as linear light.
    fn seen(color: BackendColor, missing: usize) -> [f64; 3] {
        let (red, green, blue) = color.rgb;
        let [r, g, b] = [red, green, blue].map(|value| libm::pow(f64::from(value) / 255.0, 2.2));
        match missing {
            0 => [0.1121 * r + 0.8853 * g, 0.1127 * r + 0.8897 * g, 0.0045 * r - 0.0045 * g + b],
            1 => [0.2920 * r + 0.7054 * g, 0.2934 * r + 0.7089 * g, -0.0210 * r + 0.0210 * g + b],
            _ => [r, g, b],
        }
    }

    #[test]
    fn neighbours_in_a_stack_differ_in_lightness() {
        let pairs = SERIES.windows(2).map(|pair| (pair[0], pair[1])).chain([(PALE_ORANGE, RED)]);
        for (one, other) in pairs {
            let ratio = contrast(one, other);
            assert!(ratio >= 1.5, "{:?} and {:?}: {ratio:.2}", one.rgb, other.rgb);
        }
    }

    #[test]
    fn no_two_fills_look_alike_to_the_colour_blind() {
        let named = SERIES.iter().chain([&ORANGE, &RED]);
        for missing in 0..3 {
            for (position, one) in SERIES.iter().enumerate() {
                for other in &SERIES[position + 1..] {
                    let (a, b) = (seen(*one, missing), seen(*other, missing));
                    // Differences of perceived brightness: roots of light.
                    let gap: f64 = (0..3).map(|part| (a[part].abs().sqrt() - b[part].abs().sqrt()).powi(2)).sum();
                    assert!(gap.sqrt() > 0.12, "{:?} and {:?} without {missing}: {gap:.3}", one.rgb, other.rgb);
                }
            }
        }
        assert!(named.into_iter().all(|fill| contrast(*fill, ink_on(*fill)) >= 4.5));
    }

    #[test]
    fn text_is_dark_enough_on_white() {
        for one in [INK, MUTED, BLUE, RED, ORANGE] {
            let contrast = contrast(one, WHITE);
            assert!(contrast >= 4.5, "{:?}: {contrast:.2}", one.rgb);
        }
    }
}

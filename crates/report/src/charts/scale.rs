//! Axes: where a value is, and which values to mark.

/// A linear or logarithmic axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// Equal steps for equal differences.
    Linear { low: f64, high: f64 },
    /// Equal steps for equal ratios; both ends above 0.
    Log { low: f64, high: f64 },
}

impl Scale {
    /// A linear axis over these values with a margin of `pad` of their span; from 0 if they begin near it.
    pub(super) fn linear(values: impl Iterator<Item = f64>, pad: f64) -> Self {
        let (low, high) = span(values);
        let width = (high - low).max(high.abs() * 1e-3);
        let width = if width > 0.0 { width } else { 1.0 };
        let below = low - pad * width;
        Self::Linear { low: if low >= 0.0 && below < 0.0 { 0.0 } else { below }, high: high + pad * width }
    }

    /// A linear axis from 0.
    pub(super) fn from_zero(values: impl Iterator<Item = f64>, pad: f64) -> Self {
        let (_, high) = span(values);
        Self::Linear { low: 0.0, high: if high > 0.0 { high * (1.0 + pad) } else { 1.0 } }
    }

    /// A logarithmic axis over the positive ones of these values.
    pub(super) fn log(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = span(values.filter(|value| *value > 0.0));
        if high <= 0.0 {
            return Self::Log { low: 1.0, high: 10.0 };
        }
        Self::Log { low: low / 1.1, high: (high * 1.1).max(low * 2.0) }
    }

    /// Where `value` is, 0 at the low end and 1 at the high one.
    pub(super) fn position(&self, value: f64) -> f64 {
        match *self {
            Self::Linear { low, high } => (value - low) / (high - low),
            Self::Log { low, high } => libm::log(value.max(low * 1e-3) / low) / libm::log(high / low),
        }
    }

    /// Whether `value` is on the axis.
    pub(super) fn has(&self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.position(value))
    }

    /// Round values to mark, about `count` of them.
    pub(super) fn ticks(&self, count: f64) -> Vec<f64> {
        match *self {
            Self::Linear { low, high } => {
                let step = round_step((high - low) / count);
                let first = (low / step - 1e-9).ceil();
                (0..64)
                    .map(|n| (first + f64::from(n)) * step)
                    .take_while(|value| *value <= high + step * 1e-9)
                    .collect()
            }
            Self::Log { low, high } => {
                let decades = libm::log10(high / low);
                let marks: &[f64] = if decades > count {
                    &[1.0]
                } else if decades > count / 3.0 {
                    &[1.0, 3.0]
                } else {
                    &[1.0, 2.0, 5.0]
                };
                // Within a few times, equal steps are as far apart as equal ratios.
                if decades < 0.6 {
                    return Self::Linear { low, high }.ticks(count);
                }
                let mut ticks = Vec::new();
                let mut power = libm::pow(10.0, libm::floor(libm::log10(low)));
                while power <= high && ticks.len() < 64 {
                    ticks.extend(
                        marks.iter().map(|mark| mark * power).filter(|value| *value >= low && *value <= high),
                    );
                    power *= 10.0;
                }
                ticks
            }
        }
    }
}

/// The least and greatest; 0 and 0 if there are none.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high { (0.0, 0.0) } else { (low, high) }
}

/// The least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(step.max(f64::MIN_POSITIVE))));
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| factor * power >= step * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// The unit in which an axis up to `largest` has short numbers.
pub(super) fn money_unit(largest: f64) -> f64 {
    match largest.abs() {
        size if size >= 2e9 => 1e9,
        size if size >= 2e6 => 1e6,
        size if size >= 2e3 => 1e3,
        _ => 1.0,
    }
}

/// A tick's number: as many decimals as it takes, thin spaces between thousands.
pub(super) fn tick_text(value: f64) -> String {
    let rounded = format!("{value:.9}");
    let text = rounded.trim_end_matches('0').trim_end_matches('.');
    if text.parse::<f64>() != Ok(0.0) || value == 0.0 {
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (whole, rest) =
            digits.split_once('.').map_or((digits, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
        let mut grouped = String::new();
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (whole.len() - position).is_multiple_of(3) {
                grouped.push('\u{202f}');
            }
            grouped.push(digit);
        }
        return format!("{sign}{grouped}{rest}");
    }
    format!("{value:e}")
}

/// The numbers of an axis in `unit`, all with as many decimals as the one that has most, where the steps are equal.
pub(super) fn tick_texts(values: &[f64], unit: f64) -> Vec<(f64, String)> {
    let mut texts: Vec<(f64, String)> = values.iter().map(|value| (*value, tick_text(value / unit))).collect();
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, rest)| rest.len());
    let most = texts.iter().map(|(_, text)| decimals(text)).max().unwrap_or(0);
    let is_even = values.len() < 3 || ((values[1] - values[0]) / (values[2] - values[1]) - 1.0).abs() < 1e-6;
    for (_, text) in texts.iter_mut().filter(|(value, _)| is_even && most > 0 && *value != 0.0) {
        let missing = most - decimals(text);
        if missing == most {
            text.push('.');
        }
        text.push_str(&"0".repeat(missing));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_on_the_axis() {
        for magnitude in [1e-3, 1.0, 7.3e4, 1e12] {
            for scale in [
                Scale::linear([magnitude, 3.0 * magnitude].into_iter(), 0.04),
                Scale::from_zero([magnitude].into_iter(), 0.1),
                Scale::log([magnitude, 500.0 * magnitude].into_iter()),
                Scale::log([4.0 * magnitude, 9.0 * magnitude].into_iter()),
                Scale::Log { low: 2.9 * magnitude, high: 3.35 * magnitude },
            ] {
                let ticks = scale.ticks(7.0);
                assert!((2..=24).contains(&ticks.len()), "{scale:?}: {ticks:?}");
                assert!(ticks.iter().all(|tick| scale.has(*tick)), "{scale:?}: {ticks:?}");
            }
        }
    }

    #[test]
    fn equal_values_and_none_have_an_axis_too() {
        for scale in [
            Scale::linear([5.0, 5.0].into_iter(), 0.04),
            Scale::linear(std::iter::empty(), 0.04),
            Scale::from_zero(std::iter::empty(), 0.04),
            Scale::log([0.0, -1.0].into_iter()),
            Scale::log([3.0].into_iter()),
        ] {
            assert!(scale.position(5.0).is_finite(), "{scale:?}");
            assert!(!scale.ticks(6.0).is_empty(), "{scale:?}");
            assert!(tick_texts(&scale.ticks(6.0), 1.0).iter().all(|(_, text)| !text.contains('e')), "{scale:?}");
        }
    }

    #[test]
    fn numbers_of_an_even_axis_have_the_same_decimals() {
        let texts = |values: &[f64]| tick_texts(values, 1e6).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts(&[6.5e6, 7e6, 7.5e6]), ["6.5", "7.0", "7.5"]);
        assert_eq!(texts(&[0.3e6, 1e6, 3e6]), ["0.3", "1", "3"]);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(tick_text(12_500.0), "12\u{202f}500");
        assert_eq!(tick_text(0.25), "0.25");
        assert_eq!(tick_text(0.0), "0");
        assert_eq!(tick_text(-1_000_000.0), "-1\u{202f}000\u{202f}000");
    }
}

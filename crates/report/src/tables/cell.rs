//! A value becomes the text of a cell here. No number has exactly three decimals: a German spreadsheet would read
//! `10912.125` as ten million.

/// Money: two decimals.
pub(crate) fn money(value: f64) -> String {
    fixed(value, 2)
}

/// Hours: four decimals.
pub(crate) fn hours(value: f64) -> String {
    fixed(value, 4)
}

/// A share, a probability or a rate: six significant digits.
pub fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (0_usize..=24).find(|decimals| {
        // The first decimal place that shows six digits of the value.
        value.abs() * 10_f64.powi(i32::try_from(*decimals).unwrap_or(24)) >= 99_999.5
    });
    match decimals.unwrap_or(24) {
        3 => fixed(value, 4),
        decimals => fixed(value, decimals),
    }
}

pub(super) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    // A loss of -0.00 is none.
    if text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) { text.replace('-', "") } else { text }
}

pub(crate) fn flag(value: bool) -> String {
    if value { "true" } else { "false" }.to_owned()
}

/// The cell of a value that may be missing.
pub(crate) fn or_empty(value: Option<f64>, write: fn(f64) -> String) -> String {
    value.map(write).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits_never_leave_three_decimals() {
        for (value, expected) in [
            (0.125, "0.125000"),
            (0.012_345_678, "0.0123457"),
            (1.0, "1.00000"),
            (123.456, "123.4560"),
            (1_234_567.8, "1234568"),
            (0.000_001, "0.00000100000"),
            (-0.5, "-0.500000"),
            (0.0, "0"),
        ] {
            assert_eq!(significant(value), expected);
        }
    }

    #[test]
    fn money_has_two_decimals_and_no_negative_zero() {
        assert_eq!([money(10_912.125), money(-0.001), money(-3.5)], ["10912.12", "0.00", "-3.50"]);
    }
}

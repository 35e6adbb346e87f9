//! Numbers for people: short money, percentages, groups of three.

/// `€1.23m` for 1 230 000 and `EUR`: three significant digits and a unit.
pub fn money(value: f64, currency: &str) -> String {
    let symbol = match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        _ => "",
    };
    let space = if symbol.is_empty() { format!("{currency} ") } else { symbol.to_owned() };
    let sign = if value < 0.0 { "-" } else { "" };
    let size = value.abs();
    let (scaled, unit) = [(1e9, "bn"), (1e6, "m"), (1e3, "k")]
        .into_iter()
        .find(|(scale, _)| size >= *scale * 0.9995)
        .map_or((size, ""), |(scale, unit)| (size / scale, unit));
    let decimals = match scaled {
        _ if unit.is_empty() => 0,
        scaled if scaled < 9.995 => 2,
        scaled if scaled < 99.95 => 1,
        _ => 0,
    };
    format!("{sign}{space}{scaled:.decimals$}{unit}")
}

/// `0.5 %` for 0.005.
pub fn percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    let decimals =
        if percent == 0.0 || percent.abs() >= 9.95 { 0 } else { usize::from(percent.abs() < 0.995) + 1 };
    let text = format!("{percent:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// `10 000`, in groups of three.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(money(1_234_567.0, "EUR"), "€1.23m");
        assert_eq!(money(-999_900.0, "USD"), "-$1.00m");
        assert_eq!(money(12.4, "CHF"), "CHF 12");
        assert_eq!(percent(0.005), "0.5 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(grouped(1_234_567), "1\u{a0}234\u{a0}567");
    }
}

//! The page's languages: its words and how they write numbers.

use super::strings::{fill, text};

/// A language of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English: 1,234.5.
    #[default]
    English,
    /// German: 1.234,5.
    German,
}

impl Language {
    /// Its code on the command line and in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The text for `key` with its figures.
    pub(super) fn say(self, key: &str, values: &[(&str, &str)]) -> String {
        fill(text(self, key), values)
    }

    /// `1,234.5`: in groups of three, with this many decimals.
    pub(crate) fn number(self, value: f64, decimals: usize) -> String {
        let plain = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut written = String::new();
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (whole.len() - position).is_multiple_of(3) {
                written.push_str(text(self, "group_mark"));
            }
            written.push(digit);
        }
        if !fraction.is_empty() {
            written.push_str(text(self, "decimal_mark"));
            written.push_str(fraction);
        }
        let is_zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if value < 0.0 && !is_zero { format!("-{written}") } else { written }
    }

    /// `€1.23m`: three significant digits and a unit.
    pub(crate) fn money(self, value: f64, currency: &str) -> String {
        let size = value.abs();
        let (scaled, unit) = [(1e9, "billion"), (1e6, "million"), (1e3, "thousand")]
            .into_iter()
            .find(|(scale, _)| size >= *scale * 0.9995)
            .map_or((size, ""), |(scale, unit)| (size / scale, text(self, unit)));
        let decimals = match scaled {
            _ if unit.is_empty() => 0,
            scaled if scaled < 9.995 => 2,
            scaled if scaled < 99.95 => 1,
            _ => 0,
        };
        let symbol = symbol(currency);
        let spaced = format!("{symbol}\u{a0}");
        // A code of letters stands apart from the figure in English too.
        let symbol = if self == Self::English && symbol == currency { &spaced } else { symbol };
        let amount = self.number(scaled, decimals);
        let sign = if value < 0.0 && amount != "0" { "-" } else { "" };
        self.say("money_sign", &[("sign", sign), ("symbol", symbol), ("amount", &amount), ("unit", unit)])
    }

    /// `+€1.23m`.
    pub(super) fn change(self, value: f64, currency: &str) -> String {
        let money = self.money(value, currency);
        if value < 0.0 { money } else { format!("+{money}") }
    }

    /// `0.5 %` for 0.005.
    pub(crate) fn percent(self, fraction: f64) -> String {
        let plain = crate::number::percent(fraction);
        let figure = plain.trim_end_matches(" %").replace('.', text(self, "decimal_mark"));
        self.say("percent", &[("value", &figure)])
    }

    /// `1 year in 3.4`, for a probability per year.
    pub(super) fn chance(self, probability: f64) -> String {
        match probability {
            0.0 => self.say("never", &[]),
            often if often >= 0.95 => self.say("every_year", &[]),
            some => self.say("one_year_in", &[("years", &self.number(1.0 / some, 1))]),
        }
    }
}

/// `€` for `EUR`; the code itself where there is no sign.
pub(super) fn symbol(currency: &str) -> &str {
    match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        let (english, german) = (Language::English, Language::German);
        assert_eq!([english.number(1234.5, 1), german.number(1234.5, 1)], ["1,234.5", "1.234,5"]);
        assert_eq!([english.number(-1e6, 0), german.number(-0.001, 2)], ["-1,000,000", "0,00"]);
        assert_eq!(
            [english.money(1_234_567.0, "EUR"), german.money(1_234_567.0, "EUR")],
            ["€1.23m", "1,23\u{a0}Mio.\u{a0}€"]
        );
        assert_eq!([english.money(-12.4, "CHF"), german.money(-12.4, "CHF")], ["-CHF\u{a0}12", "-12\u{a0}CHF"]);
        assert_eq!([english.percent(0.005), german.percent(0.005)], ["0.5\u{a0}%", "0,5\u{a0}%"]);
        assert_eq!([english.chance(0.4), german.chance(0.4)], ["1 year in 2.5", "1 Jahr von 2,5"]);
        assert_eq!(english.change(5.0, "EUR"), "+€5");
    }
}

//! Text becomes a value here and nowhere else.

use ballast_model::{
    AnnualRate, Date, Hours, Money, MoneyPerHour, MoneyPerYear, Probability, Quantity, Share, UnitError,
};
use jiff::civil::{DateTime, Time};

use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity, nearest},
    dialect::Decimal,
    schema::{ColumnSchema, Kind, Need},
    table::Table,
};

/// Reads a number as people write it on a command line: `12e6`, `12_000_000`, `12m`, `1.5bn`.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace('_', "");
    let (digits, factor) = [("bn", 1e9), ("m", 1e6), ("k", 1e3)]
        .into_iter()
        .find_map(|(suffix, factor)| text.strip_suffix(suffix).map(|digits| (digits.trim().to_owned(), factor)))
        .unwrap_or((text, 1.0));
    parse_number(&digits, Decimal::Point).map(|value| value * factor)
}

/// What stands between groups of thousands; the point only where a comma is the decimal mark.
const THOUSANDS: [char; 7] = ['.', ' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’'];

/// Reads a number with this decimal mark; groups of thousands must be groups of three.
pub(crate) fn parse_number(text: &str, decimal: Decimal) -> Option<f64> {
    let (mark, between): (char, &[char]) =
        if decimal == Decimal::Comma { (',', &THOUSANDS) } else { ('.', &THOUSANDS[1..]) };
    let text = text.replace('\u{2212}', "-");
    let (whole, rest) = text.split_once(mark).map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    if whole.contains(between) {
        let mut groups = whole.trim_start_matches(['-', '+']).split(between);
        let first = groups.next()?;
        // `0.039` in a file with decimal commas is a slip, and not 39.
        let sound =
            (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|part| part.len() == 3);
        if !sound {
            return None;
        }
    }
    let plain = whole.replace(between, "");
    let joined = rest.map_or_else(|| plain.clone(), |rest| format!("{plain}.{rest}"));
    let is_number =
        joined.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    is_number.then(|| joined.parse::<f64>().ok()).flatten().filter(|value| value.is_finite())
}

/// Writes a number with this decimal mark.
pub(crate) fn write_number(value: f64, decimal: Decimal) -> String {
    let text = value.to_string();
    if decimal == Decimal::Comma { text.replace('.', ",") } else { text }
}

/// One row of a table and the findings it adds to.
pub(crate) struct Row<'a> {
    pub(crate) table: &'a Table,
    pub(crate) row: usize,
}

impl<'a> Row<'a> {
    /// `workloads.csv:14`.
    pub(crate) fn origin(&self) -> String {
        format!("{}:{}", self.table.file, self.table.place(self.row, self.table.schema.columns[0].name).0)
    }

    /// Reports something about one of the row's cells.
    pub(crate) fn report(
        &self,
        found: &mut Diagnostics,
        column: &str,
        code: &'static str,
        message: String,
        help: &str,
    ) {
        let severity = if code.starts_with('W') { Severity::Warning } else { Severity::Error };
        let (line, position) = self.table.place(self.row, column);
        found.push(Diagnostic {
            file: self.table.file.clone(),
            line,
            column: position,
            severity,
            code,
            message,
            help: help.to_owned(),
        });
    }

    fn column(&self, name: &str) -> &'static ColumnSchema {
        // Columns are named by the reader's own code, and a test reads every one of them.
        self.table.schema.column(name).unwrap_or(&self.table.schema.columns[0])
    }

    /// The cell's text, its default, or none; an empty required cell is reported.
    pub(crate) fn opt(&self, name: &str, found: &mut Diagnostics) -> Option<&'a str> {
        let text = self.table.text(self.row, name);
        if !text.is_empty() {
            return Some(text);
        }
        let column = self.column(name);
        match column.need {
            Need::Default(value) => Some(value),
            Need::Optional => None,
            Need::Required => {
                if self.table.position(name).is_some() {
                    self.report(found, name, "E010", format!("`{name}` is empty"), column.help);
                }
                None
            }
        }
    }

    /// The cell's text; empty where it is missing (and reported, if required).
    pub(crate) fn text(&self, name: &str, found: &mut Diagnostics) -> &'a str {
        self.opt(name, found).unwrap_or_default()
    }

    /// The parts of a list.
    pub(crate) fn list(&self, name: &str, found: &mut Diagnostics) -> Vec<&'a str> {
        self.text(name, found).split([';', '|']).map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// The number in the cell, within its column's range.
    pub(crate) fn opt_number(&self, name: &str, found: &mut Diagnostics) -> Option<f64> {
        let text = self.opt(name, found)?;
        let is_default = self.table.text(self.row, name).is_empty();
        let decimal = if is_default { Decimal::Point } else { self.table.dialect.decimal };
        let Some(value) = parse_number(text, decimal) else {
            self.report(
                found,
                name,
                "E011",
                format!("`{name}` is \"{text}\", expected a number"),
                number_help(text, decimal, self.column(name).need),
            );
            return None;
        };
        if let Kind::Number(least, most) = self.column(name).kind
            && (value < least || value > most)
        {
            let (message, help) = if most.is_infinite() {
                (format!("`{name}` is {text}, below {least}"), format!("write {least} or more"))
            } else if most == 1.0 {
                (format!("`{name}` is {text}, outside {least} to {most}"), "write 5 % as 0.05".to_owned())
            } else {
                let message = format!("`{name}` is {text}, outside {least} to {most}");
                (message, format!("write a number from {least} to {most}"))
            };
            self.report(found, name, "E012", message, &help);
            return None;
        }
        Some(value)
    }

    /// The number in the cell; 0 stands in for one that has been reported, so that reading can go on.
    pub(crate) fn number(&self, name: &str, found: &mut Diagnostics) -> f64 {
        self.opt_number(name, found).unwrap_or_default()
    }

    /// The whole number in the cell.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and in range"
    )]
    pub(crate) fn whole(&self, name: &str, found: &mut Diagnostics) -> u32 {
        let value = self.number(name, found);
        if value.fract() != 0.0 || value < 0.0 || value > f64::from(u32::MAX) {
            let message = format!("`{name}` is {value}, expected a whole number");
            self.report(found, name, "E011", message, "write it without decimals");
            return 0;
        }
        value as u32
    }

    /// Whether the cell says true.
    pub(crate) fn flag(&self, name: &str, found: &mut Diagnostics) -> Option<bool> {
        let text = self.opt(name, found)?;
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "wahr" | "ja" => Some(true),
            "false" | "no" | "0" | "falsch" | "nein" => Some(false),
            _ => {
                let message = format!("`{name}` is \"{text}\", expected true or false");
                self.report(found, name, "E014", message, "yes and no, 1 and 0 do as well");
                None
            }
        }
    }

    /// The value that the cell's word stands for.
    pub(crate) fn word<T: Copy>(
        &self,
        name: &str,
        known: &[(T, &'static str)],
        found: &mut Diagnostics,
    ) -> Option<T> {
        let text = self.opt(name, found)?;
        self.known_word(name, text, known, found)
    }

    /// The value that one of the cell's words stands for.
    pub(crate) fn known_word<T: Copy>(
        &self,
        name: &str,
        text: &str,
        known: &[(T, &'static str)],
        found: &mut Diagnostics,
    ) -> Option<T> {
        let value = known.iter().find(|(_, word)| word.eq_ignore_ascii_case(text)).map(|(value, _)| *value);
        if value.is_none() {
            let words: Vec<&str> = known.iter().map(|(_, word)| *word).collect();
            let help = nearest(text, words.iter().copied()).map_or_else(
                || format!("one of {}", words.join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            self.report(found, name, "E013", format!("`{name}` is \"{text}\""), &help);
        }
        value
    }

    /// The date in the cell.
    pub(crate) fn date(&self, name: &str, found: &mut Diagnostics) -> Option<Date> {
        let text = self.opt(name, found)?;
        let date = text.parse::<Date>().ok();
        if date.is_none() {
            self.report(
                found,
                name,
                "E015",
                format!("`{name}` is \"{text}\", expected a date"),
                "write 2026-03-29",
            );
        }
        date
    }

    /// The time of day in the cell, in hours after midnight; 24:00 is the end of the day.
    pub(crate) fn time(&self, name: &str, found: &mut Diagnostics) -> Option<f64> {
        let text = self.opt(name, found)?;
        if text == "24:00" {
            return Some(24.0);
        }
        let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
        let time = padded.parse::<Time>().ok();
        if time.is_none() {
            self.report(
                found,
                name,
                "E015",
                format!("`{name}` is \"{text}\", expected a time of day"),
                "write 06:00",
            );
        }
        time.map(|time| f64::from(time.hour()) + f64::from(time.minute()) / 60.0)
    }
}

/// The way out for a text that is no number in a file with this decimal mark.
fn number_help(text: &str, decimal: Decimal, need: Need) -> &'static str {
    let has_unit = text.contains(|letter: char| letter.is_alphabetic() || "€$£¥".contains(letter));
    if text.starts_with('#') {
        "the spreadsheet could not work it out: mend the formula in that cell"
    } else if text.contains('%') {
        "write 5 % as 0.05"
    } else if !text.contains(|letter: char| letter.is_ascii_digit()) && need != Need::Required {
        "leave the cell empty if there is none"
    } else if has_unit {
        "write the number alone; the unit is in the column's name"
    } else if decimal == Decimal::Point && text.contains(',') {
        "numbers in this file have a decimal point: write 1.5, and 1000 without a separator"
    } else if decimal == Decimal::Comma && text.contains('.') {
        "other numbers in this file have a decimal comma: write 0,5"
    } else {
        "write the number alone"
    }
}

/// The hour of `year` at which an event of another year is laid: the nearest date with the same weekday, the same
/// hour, noon for a date alone. None if the text is neither a time nor a number of hours.
pub(crate) fn hour_of_year(text: &str, year: i16) -> Option<f64> {
    if let Some(hours) = parse_number(text, Decimal::Point) {
        return Some(hours);
    }
    let trimmed = text.trim_end_matches('Z');
    // A date alone would be read as midnight, when hardly anything is at stake.
    let moment: DateTime = if trimmed.contains([':', 'T']) {
        trimmed.parse().ok()?
    } else {
        trimmed.parse::<Date>().ok()?.at(12, 0, 0, 0)
    };
    let first = Date::new(year, 1, 1).ok()?;
    let offset = i32::from(moment.date().day_of_year()) - 1;
    let weekday = |days: i32| (i32::from(first.weekday().to_monday_zero_offset()) + days).rem_euclid(7);
    let wanted = i32::from(moment.weekday().to_monday_zero_offset());
    let days = (-3..=3).map(|shift| offset + shift).find(|days| weekday(*days) == wanted)?;
    let days = days.rem_euclid(364);
    Some(f64::from(days) * 24.0 + f64::from(moment.hour()) + f64::from(moment.minute()) / 60.0)
}

/// A checked unit, or 0 of it for a number that has been reported already.
macro_rules! units {
    ($($function:ident -> $unit:ident),*) => {$(
        pub(crate) fn $function(value: f64) -> $unit {
            let checked: Result<$unit, UnitError> = $unit::new(value);
            checked.unwrap_or($unit::ZERO)
        }
    )*};
}
units!(
    hours -> Hours, money -> Money, per_hour -> MoneyPerHour, per_year -> MoneyPerYear, share -> Share,
    probability -> Probability, rate -> AnnualRate, quantity -> Quantity
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_their_dialect_writes_them() {
        for (text, decimal, value) in [
            ("1.5", Decimal::Point, Some(1.5)),
            ("12e6", Decimal::Point, Some(12e6)),
            ("-3", Decimal::Point, Some(-3.0)),
            ("1,5", Decimal::Point, None),
            ("1,234", Decimal::Point, None),
            ("1,5", Decimal::Comma, Some(1.5)),
            ("1.234,5", Decimal::Comma, Some(1234.5)),
            ("1.23,5", Decimal::Comma, None),
            ("12\u{202f}000", Decimal::Point, Some(12_000.0)),
            ("1\u{a0}260 000.5", Decimal::Point, Some(1_260_000.5)),
            ("260'000", Decimal::Point, Some(260_000.0)),
            ("12 00", Decimal::Point, None),
            ("\u{2212}3", Decimal::Point, Some(-3.0)),
            ("260.000", Decimal::Comma, Some(260_000.0)),
            ("0.039", Decimal::Comma, None),
            ("-0.039", Decimal::Comma, None),
            ("3 min", Decimal::Point, None),
            ("nan", Decimal::Point, None),
            ("inf", Decimal::Point, None),
            ("1e999", Decimal::Point, None),
        ] {
            assert_eq!(parse_number(text, decimal), value, "{text}");
        }
        assert_eq!(number("12m"), Some(12e6));
        assert_eq!(number("1.5bn"), Some(1.5e9));
        assert_eq!(number("12_000_000"), Some(12e6));
        assert_eq!(number("twelve"), None);
    }

    #[test]
    fn an_event_keeps_its_weekday_and_hour() {
        // 20 October 2025 was a Monday; the nearest Monday of 2026 is 19 October, day 291 from 0.
        assert_eq!(hour_of_year("2025-10-20T06:48Z", 2026), Some(291.0 * 24.0 + 6.8));
        assert_eq!(hour_of_year("2025-10-20 06:48", 2026), Some(291.0 * 24.0 + 6.8));
        assert_eq!(hour_of_year("2025-10-20", 2026), Some(291.0 * 24.0 + 12.0));
        assert_eq!(hour_of_year("soon", 2026), None);
    }
}

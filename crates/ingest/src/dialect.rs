//! The dialect of a file: separator, decimal mark, byte-order mark, line ends. Detected, reported, never guessed twice.

use std::fmt;

/// The mark between the whole and the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// 1.5
    Point,
    /// 1,5
    Comma,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between cells: comma, semicolon or tab.
    pub separator: u8,
    /// Within numbers.
    pub decimal: Decimal,
    /// Whether it begins with a byte-order mark.
    pub bom: bool,
    /// Whether lines end in CRLF.
    pub crlf: bool,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.separator {
            b';' => "semicolon",
            b'\t' => "tab",
            _ => "comma",
        };
        let decimal = if self.decimal == Decimal::Comma { "decimal comma" } else { "decimal point" };
        write!(f, "{separator}, {decimal}")?;
        if self.bom {
            f.write_str(", BOM")?;
        }
        if self.crlf { f.write_str(", CRLF") } else { Ok(()) }
    }
}

/// The separator that the header line uses most, outside quotes; a comma where it has one column only.
pub(crate) fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in header.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        }
        for (separator, count) in &mut counts {
            if byte == *separator && !quoted {
                *count += 1;
            }
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(
        b',',
        |(separator, count)| {
            if *count == 0 { b',' } else { *separator }
        },
    )
}

/// What the numbers of a file say about its decimal mark.
pub(crate) enum Evidence {
    /// They leave no doubt, or there is nothing to doubt.
    Clear(Decimal),
    /// Only numbers like `1.234`, in a file that a German spreadsheet may have written; the position of the first.
    Ambiguous(usize),
}

/// Decides from the numeric `cells` of a file with this separator.
pub(crate) fn decimal<'a>(separator: u8, cells: impl Iterator<Item = &'a str>) -> Evidence {
    if separator == b',' {
        return Evidence::Clear(Decimal::Point);
    }
    let mut doubtful = None;
    let mut point = false;
    for (position, cell) in cells.enumerate() {
        if cell.contains(',') {
            return Evidence::Clear(Decimal::Comma);
        }
        if let Some((whole, fraction)) = cell.split_once('.') {
            if fraction.contains('.') {
                return Evidence::Clear(Decimal::Comma);
            }
            // `0.039` and `1234.567` have no groups of thousands.
            let whole = whole.trim_start_matches('-');
            let grouped = (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if grouped && fraction.len() == 3 && fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                doubtful = doubtful.or(Some(position));
            } else {
                point = true;
            }
        }
    }
    match doubtful {
        Some(position) if !point => Evidence::Ambiguous(position),
        _ => Evidence::Clear(Decimal::Point),
    }
}

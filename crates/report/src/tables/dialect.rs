//! How spreadsheets of different countries expect a CSV file.

use std::{borrow::Cow, io};

use super::Rows;

/// A dialect of CSV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CsvDialect {
    /// Comma, decimal point, LF: RFC 4180 but for its line ends. What programs read.
    #[default]
    Rfc4180,
    /// Semicolon, decimal comma, CRLF, byte-order mark: what a German Excel opens with a double click.
    ExcelDe,
    /// Comma, decimal point, CRLF, byte-order mark: what an English Excel opens with umlauts intact.
    ExcelUs,
}

const MARK: &[u8] = "\u{feff}".as_bytes();

impl CsvDialect {
    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rfc4180 => "rfc4180",
            Self::ExcelDe => "excel-de",
            Self::ExcelUs => "excel-us",
        }
    }

    fn separator(self) -> u8 {
        if self == Self::ExcelDe { b';' } else { b',' }
    }

    /// A header and rows of its length. What a spreadsheet would take for a formula is quoted.
    ///
    /// # Panics
    /// If the rows are longer or shorter than the header.
    pub fn bytes(self, columns: &[String], rows: &Rows) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(columns, rows, &mut bytes).expect("memory takes all bytes of rows as long as their header");
        bytes
    }

    /// Writes the same to `file`.
    ///
    /// # Errors
    /// If it cannot be written to, or the rows are longer or shorter than the header.
    pub fn write(self, columns: &[String], rows: &Rows, file: &mut dyn io::Write) -> io::Result<()> {
        let end = if self == Self::Rfc4180 { csv::Terminator::Any(b'\n') } else { csv::Terminator::CRLF };
        if self != Self::Rfc4180 {
            file.write_all(MARK)?;
        }
        let mut writer = csv::WriterBuilder::new().delimiter(self.separator()).terminator(end).from_writer(file);
        let written = |cell: &'_ str| self.written(cell).into_owned();
        writer.write_record(columns.iter().map(|name| written(name)))?;
        for row in rows.iter() {
            for cell in row.iter() {
                writer.write_field(self.written(cell).as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()
    }

    /// A cell as it stands in the file.
    fn written(self, cell: &str) -> Cow<'_, str> {
        if self == Self::ExcelDe && is_number(cell, b'.') {
            cell.replace('.', ",").into()
        } else if is_formula(cell) {
            format!("'{cell}").into()
        } else {
            cell.into()
        }
    }

    /// The dialect of a file that one of them wrote.
    fn of(bytes: &[u8]) -> Self {
        let Some(text) = bytes.strip_prefix(MARK) else { return Self::Rfc4180 };
        let header = text.split(|byte| *byte == b'\r').next().unwrap_or_default();
        if header.contains(&b';') { Self::ExcelDe } else { Self::ExcelUs }
    }

    /// The header and the rows of a file in any of the dialects, with decimal points.
    ///
    /// # Errors
    /// If the bytes are not CSV with rows of equal length.
    pub fn read(bytes: &[u8]) -> Result<(Vec<String>, Rows), csv::Error> {
        let dialect = Self::of(bytes);
        let text = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().delimiter(dialect.separator()).from_reader(text);
        let columns = reader.headers()?.iter().map(str::to_owned).collect();
        let mut rows = Rows::default();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            rows.push(record.iter().map(|cell| dialect.plain(cell)));
        }
        Ok((columns, rows))
    }

    /// What was written as this cell.
    fn plain(self, cell: &str) -> Cow<'_, str> {
        if self == Self::ExcelDe && is_number(cell, b',') {
            cell.replace(',', ".").into()
        } else {
            cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell).into()
        }
    }
}

/// Whether a spreadsheet would take a text for a formula, whatever quotes it has in front already.
fn is_formula(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    bare.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err()
}

/// Whether a cell is a number with a fraction after `mark`.
fn is_number(cell: &str, mark: u8) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell).as_bytes();
    let mut parts = digits.split(|byte| *byte == mark);
    let is_whole =
        |part: Option<&[u8]>| part.is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    is_whole(parts.next()) && is_whole(parts.next()) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<String> {
        ["point", "name", "loss_eur", "binding"].map(str::to_owned).to_vec()
    }

    fn rows() -> Rows {
        Rows::from_iter([
            ["p01", "Düsseldorf; Halle 3", "1234567.89", "a;b"],
            ["p02", "1.2.3", "-0.50", "=1+1"],
            ["p03", "@SUM(A1)", "-12", "-2+3"],
            ["p04", "+49 711", "-1e-05", "'=quoted already"],
            ["p05", "\t=1", "0", "it's"],
        ])
    }

    #[test]
    fn a_german_spreadsheet_gets_what_it_expects() {
        let bytes = CsvDialect::ExcelDe.bytes(&columns(), &rows());
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(
            text,
            "\u{feff}point;name;loss_eur;binding\r\np01;\"Düsseldorf; Halle 3\";1234567,89;\"a;b\"\r\np02;1.2.3;-0,50;'=1+1\r\n\
             p03;'@SUM(A1);-12;'-2+3\r\np04;'+49 711;-1e-05;''=quoted already\r\np05;'\t=1;0;it's\r\n"
        );
    }

    #[test]
    fn every_dialect_is_read_back() {
        for dialect in [CsvDialect::Rfc4180, CsvDialect::ExcelDe, CsvDialect::ExcelUs] {
            let back = CsvDialect::read(&dialect.bytes(&columns(), &rows())).expect("our own table");
            assert_eq!(back, (columns(), rows()), "{dialect:?}");
        }
    }
}

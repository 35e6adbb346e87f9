//! A file as a table of text cells. This is the only file that names polars.

use std::io::Cursor;

use polars::prelude::{CsvReadOptions, DataFrame, SerReader};

use crate::{
    cell,
    diagnostic::{Diagnostic, Diagnostics, Severity, nearest},
    dialect::{self, Decimal, Dialect, Evidence},
    locate::{Record, line_column, places, records},
    schema::{Kind, Need, TableSchema},
};

/// A table as it was read: every cell is text, and every cell's place is known.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) schema: &'static TableSchema,
    pub(crate) file: String,
    pub(crate) dialect: Dialect,
    /// Names of the columns in the file.
    header: Vec<String>,
    /// Cells by row and column of the file.
    rows: Vec<Vec<String>>,
    /// (line, column) of every cell.
    places: Vec<Vec<(usize, usize)>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn empty(schema: &'static TableSchema) -> Self {
        let dialect = Dialect { separator: b',', decimal: Decimal::Point, bom: false, crlf: false };
        let header = schema.columns.iter().map(|column| column.name.to_owned()).collect();
        Self { schema, file: schema.file(), dialect, header, rows: Vec::new(), places: Vec::new() }
    }

    /// Reads `bytes` as `schema`; what is wrong goes into `found`, and reading goes on where it can.
    pub(crate) fn read(
        schema: &'static TableSchema,
        file: &str,
        bytes: &[u8],
        decimal: Option<Decimal>,
        found: &mut Diagnostics,
    ) -> Self {
        let mut table = Self::empty(schema);
        file.clone_into(&mut table.file);
        let bom = bytes.starts_with(b"\xef\xbb\xbf");
        let Ok(text) = std::str::from_utf8(if bom { &bytes[3..] } else { bytes }) else {
            table.report(
                found,
                (0, 0),
                "E002",
                "the file is not UTF-8 text".to_owned(),
                "save it as \"CSV UTF-8\"",
            );
            return table;
        };
        let separator = dialect::separator(text);
        table.dialect = Dialect { separator, decimal: Decimal::Point, bom, crlf: text.contains("\r\n") };
        let records = records(text, separator);
        let Some(header) = records.first() else {
            table.report(found, (0, 0), "E005", "the file is empty".to_owned(), "give it at least a header line");
            return table;
        };
        let sound = table.sound(text, &records[1..], header.cells.len(), found);
        // polars sees exactly the records that were located: no comments, no blank or ragged lines.
        let clean: String = std::iter::once(header)
            .chain(sound.iter().copied())
            .flat_map(|record| [&text[record.range.clone()], "\n"])
            .collect();
        match all_text(clean.into_bytes(), separator) {
            Ok(frame) => table.fill(&frame, text, header, &sound),
            Err(why) => {
                table.report(found, (0, 0), "E002", format!("the file cannot be read: {why}"), "");
                return table;
            }
        }
        table.check_header(found, text, header);
        table.settle_decimal(decimal, found);
        table
    }

    /// The records with as many cells as the header; the others are reported.
    fn sound<'r>(
        &self,
        text: &str,
        records: &'r [Record],
        width: usize,
        found: &mut Diagnostics,
    ) -> Vec<&'r Record> {
        let mut sound = Vec::new();
        for record in records {
            if record.cells.len() == width {
                sound.push(record);
            } else {
                let (line, _) = line_column(text, record.range.start);
                let message = format!("the line has {} cells, the header {width}", record.cells.len());
                self.report(
                    found,
                    (line, 0),
                    "E004",
                    message,
                    "put cells that contain the separator in double quotes",
                );
            }
        }
        sound
    }

    fn fill(&mut self, frame: &DataFrame, text: &str, header: &Record, sound: &[&Record]) {
        self.header = frame.get_column_names().iter().map(|name| name.trim().to_owned()).collect();
        // A column of one name twice comes back renamed; its own text is the truth.
        for (position, name) in self.header.iter_mut().enumerate() {
            let start = header.cells[position];
            let end = header.cells.get(position + 1).map_or(header.range.end, |next| next - 1);
            text[start..end].trim().trim_matches('"').clone_into(name);
        }
        let columns: Vec<Vec<String>> = frame
            .columns()
            .iter()
            .map(|column| {
                column.str().map_or_else(
                    |_| vec![String::new(); sound.len()],
                    |cells| cells.iter().map(|cell| cell.unwrap_or_default().trim().to_owned()).collect(),
                )
            })
            .collect();
        self.rows = (0..sound.len())
            .map(|row| columns.iter().map(|column| column.get(row).cloned().unwrap_or_default()).collect())
            .collect();
        self.places = places(text, sound);
    }

    fn check_header(&self, found: &mut Diagnostics, text: &str, header: &Record) {
        for (position, name) in self.header.iter().enumerate() {
            let place = line_column(text, header.cells[position]);
            if self.header[..position].contains(name) {
                self.report(
                    found,
                    place,
                    "E007",
                    format!("column `{name}` is there twice"),
                    "rename or delete one",
                );
            }
            let ignored =
                ["source", "comment"].contains(&name.as_str()) || name.starts_with("x_") || name.is_empty();
            if !ignored && self.schema.column(name).is_none() {
                let known = self.schema.columns.iter().map(|column| column.name);
                let help = nearest(name, known).map_or_else(
                    || "name it x_… if it is for your own use".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let mut diagnostic =
                    self.diagnostic(place, "W101", format!("column `{name}` is not known and is ignored"), &help);
                diagnostic.severity = Severity::Warning;
                found.push(diagnostic);
            }
        }
        for column in self.schema.columns.iter().filter(|column| column.need == Need::Required) {
            if !self.header.iter().any(|name| name == column.name) {
                let message = format!("column `{}` is missing", column.name);
                self.report(found, (1, 0), "E005", message, &format!("add it: {}", column.help));
            }
        }
    }

    fn settle_decimal(&mut self, given: Option<Decimal>, found: &mut Diagnostics) {
        let numeric: Vec<usize> = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, name)| {
                self.schema.column(name).is_some_and(|column| matches!(column.kind, Kind::Number(..)))
            })
            .map(|(position, _)| position)
            .collect();
        let cells = self.rows.iter().flat_map(|row| numeric.iter().map(|column| row[*column].as_str()));
        self.dialect.decimal = match (given, dialect::decimal(self.dialect.separator, cells)) {
            (Some(given), _) => given,
            (None, Evidence::Clear(decimal)) => decimal,
            (None, Evidence::Ambiguous(position)) => {
                let (row, column) = (position / numeric.len(), numeric[position % numeric.len()]);
                let message = format!("\"{}\" may be a thousand times as much", self.rows[row][column]);
                let help = "write a decimal comma, or set `decimal = \".\"` under [input] in case.toml";
                self.report(found, self.places[row][column], "E006", message, help);
                Decimal::Point
            }
        };
    }

    fn report(
        &self,
        found: &mut Diagnostics,
        place: (usize, usize),
        code: &'static str,
        message: String,
        help: &str,
    ) {
        found.push(self.diagnostic(place, code, message, help));
    }

    fn diagnostic(
        &self,
        (line, column): (usize, usize),
        code: &'static str,
        message: String,
        help: &str,
    ) -> Diagnostic {
        Diagnostic {
            file: self.file.clone(),
            line,
            column,
            severity: Severity::Error,
            code,
            message,
            help: help.to_owned(),
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The position of a column in the file.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// A cell's text; empty if the file has no such column.
    pub(crate) fn text(&self, row: usize, column: &str) -> &str {
        self.position(column).map_or("", |position| &self.rows[row][position])
    }

    /// Where a cell stands; the start of its line if the file has no such column.
    pub(crate) fn place(&self, row: usize, column: &str) -> (usize, usize) {
        match self.position(column) {
            Some(position) => self.places[row][position],
            None => (self.places[row].first().map_or(0, |place| place.0), 0),
        }
    }

    /// Overwrites a cell, adding the column if need be.
    pub(crate) fn set(&mut self, row: usize, column: &str, text: &str) {
        let position = self.position(column).unwrap_or_else(|| {
            self.header.push(column.to_owned());
            for (cells, places) in self.rows.iter_mut().zip(&mut self.places) {
                cells.push(String::new());
                places.push((places.first().map_or(0, |place| place.0), 0));
            }
            self.header.len() - 1
        });
        text.clone_into(&mut self.rows[row][position]);
    }

    /// Deletes the rows that `drop` says.
    pub(crate) fn remove(&mut self, drop: impl Fn(&Self, usize) -> bool) -> usize {
        let keep: Vec<bool> = (0..self.len()).map(|row| !drop(self, row)).collect();
        let before = self.len();
        let mut flags = keep.iter();
        self.rows.retain(|_| *flags.next().unwrap_or(&true));
        let mut flags = keep.iter();
        self.places.retain(|_| *flags.next().unwrap_or(&true));
        before - self.len()
    }

    /// Adds an empty row and answers its position.
    pub(crate) fn add_row(&mut self) -> usize {
        self.rows.push(vec![String::new(); self.header.len()]);
        self.places.push(vec![(0, 0); self.header.len()]);
        self.rows.len() - 1
    }

    /// The key of a row, parts joined with `/`.
    pub(crate) fn key(&self, row: usize) -> String {
        let first = [self.schema.columns[0].name];
        let columns = if self.schema.key.is_empty() { &first[..] } else { self.schema.key };
        columns.iter().map(|column| self.text(row, column)).collect::<Vec<_>>().join("/")
    }

    /// A number as this file would write it.
    pub(crate) fn write_number(&self, value: f64) -> String {
        cell::write_number(value, self.dialect.decimal)
    }
}

fn all_text(bytes: Vec<u8>, separator: u8) -> Result<DataFrame, String> {
    CsvReadOptions::default()
        .with_infer_schema_length(Some(0))
        .with_has_header(true)
        .with_n_threads(Some(1))
        .map_parse_options(|options| options.with_separator(separator).with_missing_is_null(false))
        .into_reader_with_file_handle(Cursor::new(bytes))
        .finish()
        .map_err(|error| error.to_string())
}

//! A file as a table of text cells. This is the only file that names polars.

use std::{borrow::Cow, io::Cursor};

use polars::prelude::{CsvReadOptions, DataFrame, SerReader};

use crate::{
    cell,
    diagnostic::{Diagnostic, Diagnostics, Severity, nearest},
    dialect::{self, Decimal, Dialect, Evidence},
    encoding,
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
    /// Whether all that the file holds is here: false where a line or the whole of it could not be read.
    pub(crate) whole: bool,
}

impl Table {
    /// A table without rows.
    pub(crate) fn empty(schema: &'static TableSchema) -> Self {
        let dialect = Dialect { separator: b',', decimal: Decimal::Point, bom: false, crlf: false };
        let header = schema.columns.iter().map(|column| column.name.to_owned()).collect();
        Self { schema, file: schema.file(), dialect, header, rows: Vec::new(), places: Vec::new(), whole: true }
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
        table.whole = false;
        let (text, bom) = match encoding::decode(bytes) {
            Ok(read) => read,
            Err(why) => {
                table.report(found, why.place, "E002", why.message, why.help);
                return table;
            }
        };
        let text = &without_order(text);
        let separator = dialect::separator(text);
        table.dialect = Dialect { separator, decimal: Decimal::Point, bom, crlf: text.contains("\r\n") };
        let mut records = records(text, separator);
        records.retain(|record| !is_blank(record, text, 0));
        let Some(header) = records.first() else {
            table.report(found, (0, 0), "E005", "the file is empty".to_owned(), "give it at least a header line");
            return table;
        };
        // Spreadsheets write empty columns at the right where something once stood.
        let names: Vec<String> = (0..header.cells.len())
            .map(|cell| column_name(schema, &cell_text(header.raw(text, cell), separator)))
            .collect();
        let width = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        if !names.iter().any(|name| schema.column(name).is_some()) {
            let known: Vec<&str> = schema.columns.iter().map(|column| column.name).collect();
            let message = "the first line names no column of this table".to_owned();
            let place = (line_column(text, header.range.start).0, 0);
            table.report(
                found,
                place,
                "E005",
                message,
                &format!("begin with a line of names: {}", known.join(", ")),
            );
            return table;
        }
        let sound = table.sound(text, &records[1..], (width, header.cells.len()), found);
        // polars sees exactly the records that were located: no comments, no blank or ragged lines.
        let header = header.cut(width);
        let clean: String = std::iter::once(&header)
            .chain(&sound)
            .flat_map(|record| [plainly(record, text, separator), "\n".into()])
            .collect();
        match all_text(clean.into_bytes(), separator) {
            Ok(frame) => table.fill(&frame, text, names, &sound),
            Err(why) => {
                let help = "save it anew from the spreadsheet as \"CSV UTF-8\"";
                table.report(found, (0, 0), "E002", format!("the file cannot be read: {why}"), help);
                return table;
            }
        }
        table.whole = sound.len() + 1 == records.len();
        table.check_header(found, text, &header);
        table.settle_decimal(decimal, found);
        table
    }

    /// The records with as many cells as the header, cut to the columns that it names; the others are reported.
    fn sound(
        &self,
        text: &str,
        records: &[Record],
        (width, header): (usize, usize),
        found: &mut Diagnostics,
    ) -> Vec<Record> {
        let mut sound = Vec::new();
        for record in records {
            let cells = record.cells.len();
            if let Some(open) = unclosed(record, text) {
                let message = "the double quote that opens here is never closed".to_owned();
                let help = "close or delete it: everything after it counts as one cell";
                self.report(found, line_column(text, open), "E004", message, help);
            } else if cells >= width && is_blank(record, text, header) {
                sound.push(record.cut(width));
            } else {
                let (line, _) = line_column(text, record.range.start);
                let message = format!("the line has {cells} cells, the header {header}");
                let help = if cells > header {
                    "put cells that contain the separator in double quotes"
                } else {
                    "fill it up with separators, and look for a double quote that is missing"
                };
                self.report(found, (line, 0), "E004", message, help);
            }
        }
        sound
    }

    fn fill(&mut self, frame: &DataFrame, text: &str, mut names: Vec<String>, sound: &[Record]) {
        names.truncate(frame.width());
        self.header = names;
        let columns: Vec<Vec<String>> = frame
            .columns()
            .iter()
            .map(|column| {
                column.str().map_or_else(
                    |_| vec![String::new(); sound.len()],
                    |cells| cells.iter().map(|cell| meant(cell.unwrap_or_default())).collect(),
                )
            })
            .collect();
        self.rows = (0..sound.len())
            .map(|row| columns.iter().map(|column| column.get(row).cloned().unwrap_or_default()).collect())
            .collect();
        self.places = places(text, sound);
    }

    fn check_header(&mut self, found: &mut Diagnostics, text: &str, header: &Record) {
        for (position, name) in self.header.iter().enumerate() {
            let place = line_column(text, header.cells[position]);
            if !name.is_empty() && self.header[..position].contains(name) {
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
                self.whole = false;
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
                let help = "write it with a decimal comma or without the point, or say what `decimal` is under [input] in case.toml";
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

/// The text with the line `sep=;`, by which Excel is told the separator, made a comment of the same length.
fn without_order(text: Cow<'_, str>) -> Cow<'_, str> {
    let first = text.lines().next().unwrap_or_default();
    let is_order =
        first.trim_end().len() == 5 && first.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="));
    if is_order { Cow::Owned(format!("#{}", &text[1..])) } else { text }
}

/// Without the blanks around it, and the marks that cannot be seen.
fn trim(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}' | '\u{2060}')
    })
}

/// What a cell means: one line, and a name like `=x` without the quote by which it is no formula in a spreadsheet.
fn meant(cell: &str) -> String {
    let text = trim(cell);
    let quoted = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    let text = quoted.unwrap_or(text);
    if text.contains(['\n', '\r', '\t']) {
        text.split(['\n', '\r', '\t']).map(trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

/// A column's name as the schema has it, where only case, blanks and hyphens differ; else as it is written.
fn column_name(schema: &TableSchema, written: &str) -> String {
    let written = trim(written);
    let parts = written.split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '_'));
    let plain = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_").to_lowercase();
    let known = schema.column(&plain).is_some() || ["source", "comment"].contains(&plain.as_str());
    if known { plain } else { written.to_owned() }
}

/// Whether all cells from `first` on are empty.
fn is_blank(record: &Record, text: &str, first: usize) -> bool {
    (first..record.cells.len()).all(|cell| trim(record.raw(text, cell).trim_matches('"')).is_empty())
}

/// Where a double quote opens that the end of the file closes.
fn unclosed(record: &Record, text: &str) -> Option<usize> {
    let last = record.raw(text, record.cells.len() - 1);
    let open =
        text[record.range.end..].trim().is_empty() && last.starts_with('"') && last.matches('"').count() % 2 == 1;
    open.then(|| record.cells[record.cells.len() - 1])
}

/// What a cell says, without the quotes that only enclose it.
fn cell_text(raw: &str, separator: u8) -> String {
    let mut text = vec![0_u8; raw.len()];
    let (_, _, length) =
        csv_core::ReaderBuilder::new().delimiter(separator).build().read_field(raw.as_bytes(), &mut text);
    String::from_utf8_lossy(&text[..length]).into_owned()
}

/// A record as any reader reads it: whatever has a quote in it is in quotes.
fn plainly<'t>(record: &Record, text: &'t str, separator: u8) -> Cow<'t, str> {
    let whole = &text[record.range.clone()];
    if !whole.contains('"') {
        return Cow::Borrowed(whole);
    }
    let cells: Vec<String> = (0..record.cells.len())
        .map(|cell| format!("\"{}\"", cell_text(record.raw(text, cell), separator).replace('"', "\"\"")))
        .collect();
    Cow::Owned(cells.join(char::from(separator).encode_utf8(&mut [0; 4])))
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

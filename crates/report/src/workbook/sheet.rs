//! A result table as a sheet: the same figures as in its CSV file, as numbers.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::{style, vocabulary};
use crate::{
    Language,
    tables::{
        Table,
        columns::{Column, Kind},
    },
};

/// Rows that a sheet has room for, its header included.
pub(super) const SHEET_ROWS: usize = 1_048_576;

/// Letters that a cell has room for.
const CELL_LETTERS: usize = 32_767;

/// Widest column, in letters.
const WIDEST: usize = 48;
/// Narrowest column, in letters.
const NARROWEST: usize = 9;

/// Columns that can be read on one printed page.
const COLUMNS_PER_PAGE: usize = 12;
/// The number of the paper in the file format.
pub(super) const A4: u8 = 9;

/// Height of the header, for three lines.
const HEADER_HEIGHT: f64 = 48.0;

/// A table and the sheet that it fills.
pub(super) struct Sheet<'a> {
    pub(super) name: &'static str,
    pub(super) table: &'a Table,
    pub(super) currency: &'a str,
    pub(super) language: Language,
    /// Columns that stay in sight.
    pub(super) frozen: u16,
}

impl Sheet<'_> {
    /// Adds the sheet. Its rows go to a temporary file as they are written, so that a large estate needs no memory.
    pub(super) fn add(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        self.fill(book.add_worksheet_with_low_memory()?)
    }

    pub(super) fn fill(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.name)?;
        self.set_up(sheet)?;
        let columns = self.columns();
        for (row, cells) in (1..).zip(self.table.rows.iter()) {
            for ((at, column), cell) in (0..).zip(&columns).zip(cells.iter()) {
                let name = self.table.columns[usize::from(at)].as_str();
                let word = match column.kind {
                    Kind::Text | Kind::Setting => {
                        vocabulary::word(self.language, name, cell, |other| self.table.get(cells, other))
                    }
                    _ => cell.into(),
                };
                write(sheet, (row, at), column.kind, &word)?;
            }
        }
        Ok(())
    }

    fn columns(&self) -> Vec<Column> {
        self.table.columns.iter().map(|name| Column::of(name, self.currency, self.language)).collect()
    }

    /// The header, widths, number formats, filter and printing.
    fn set_up(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let columns = self.columns();
        sheet.set_row_height(0, HEADER_HEIGHT)?;
        for (at, column) in (0..).zip(&columns) {
            let widest = self.table.rows.iter().map(|row| width(column.kind, &row[usize::from(at)])).max();
            let word = column.heading.split(' ').map(|word| word.chars().count()).max();
            let letters = widest.max(word).max(Some(column.heading.chars().count() / 2)).unwrap_or(0) + 2;
            sheet.set_column_width(at, letters.clamp(NARROWEST, WIDEST) as f64)?;
            sheet.set_column_format(at, &style::column(column.kind, self.language))?;
            sheet.write_string_with_format(0, at, &column.heading, &style::heading(column.kind.is_number()))?;
        }
        sheet.set_freeze_panes(1, self.frozen)?;
        sheet.autofilter(0, 0, last_row(self.table), last_column(&columns))?;
        let pages = columns.len().div_ceil(COLUMNS_PER_PAGE);
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(u16::try_from(pages).unwrap_or(1), 0);
        sheet.set_repeat_rows(0, 0)?.set_repeat_columns(0, self.frozen.saturating_sub(1))?;
        Ok(())
    }
}

/// The row of a table's last line; the header's where it has none.
pub(super) fn last_row(table: &Table) -> u32 {
    u32::try_from(table.rows.len()).unwrap_or(u32::MAX)
}

fn last_column(columns: &[Column]) -> u16 {
    u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX)
}

/// Letters that a cell needs as it will be shown.
fn width(kind: Kind, cell: &str) -> usize {
    match kind {
        Kind::Money => {
            let whole = cell.split('.').next().unwrap_or_default().len();
            whole + whole / 3
        }
        Kind::Text | Kind::Setting => cell.chars().count(),
        _ => cell.len().min(NARROWEST),
    }
}

/// Writes a cell of a table: numbers as numbers, the rest as text and never as a formula.
fn write(sheet: &mut Worksheet, (row, at): (u32, u16), kind: Kind, cell: &str) -> Result<(), XlsxError> {
    match (kind, cell) {
        (_, "") => {}
        (Kind::Flag, flag) => {
            sheet.write_boolean(row, at, flag == "true")?;
        }
        (Kind::Text, text) => {
            sheet.write_string(row, at, plain(text))?;
        }
        (_, number) => match number.parse::<f64>() {
            Ok(value) if value.is_finite() => {
                sheet.write_number(row, at, value)?;
            }
            _ => {
                sheet.write_string(row, at, plain(number))?;
            }
        },
    }
    Ok(())
}

/// The text, cut to what a cell holds.
fn plain(text: &str) -> String {
    if text.chars().count() <= CELL_LETTERS {
        text.to_owned()
    } else {
        text.chars().take(CELL_LETTERS - 1).chain(std::iter::once('…')).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::tables::Rows;

    fn untitled(name: &'static str, columns: &[&str]) -> Table {
        Table { name, columns: columns.iter().map(|&name| name.to_owned()).collect(), rows: Rows::default() }
    }

    fn read_back(table: &Table) -> calamine::Range<Data> {
        let mut book = Workbook::new();
        Sheet { name: "Sheet", table, currency: "EUR", language: Language::English, frozen: 1 }
            .add(&mut book)
            .expect("written");
        let bytes = book.save_to_buffer().expect("a workbook");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("opens");
        assert!(book.worksheet_formula("Sheet").expect("a sheet").is_empty(), "a name became a formula");
        book.worksheet_range("Sheet").expect("a sheet")
    }

    #[test]
    fn names_that_look_like_formulas_stay_text() {
        let names = ["=1+1", "+49", "-a", "@SUM(A1)", "'quoted", "plain", "12"];
        let mut table = untitled("downtime", &["workload", "downtime_min_per_year"]);
        for name in names {
            table.push([name, "1.50000"]);
        }
        let range = read_back(&table);
        for (row, name) in (1..).zip(names) {
            assert_eq!(range.get_value((row, 0)), Some(&Data::String(name.to_owned())));
            assert_eq!(range.get_value((row, 1)), Some(&Data::Float(1.5)));
        }
    }

    #[test]
    fn a_text_that_is_too_long_for_a_cell_is_cut_and_an_empty_one_is_left_out() {
        let mut table = untitled("frontier", &["binding", "gap", "is_knee"]);
        table.push(["x".repeat(40_000).as_str(), "", "false"]);
        let range = read_back(&table);
        let Some(Data::String(text)) = range.get_value((1, 0)) else { panic!("no text") };
        assert!(text.chars().count() == CELL_LETTERS && text.ends_with("x…"));
        assert_eq!(range.get_value((1, 1)), Some(&Data::Empty));
        assert_eq!(range.get_value((1, 2)), Some(&Data::Bool(false)));
    }
}

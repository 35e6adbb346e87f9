//! The first sheet of an analysis: its finding, its figures, a native chart, and what the other sheets show.

use rust_xlsxwriter::{Chart, FormatAlign, Url, Workbook, Worksheet, XlsxError};

use super::{
    AnalysisOrigin,
    sheet::A4,
    strings::{self, Words},
    style,
};
use crate::{
    Language,
    tables::columns::{Kind, heading_in},
};

/// Where the headings of the figures stand.
pub(super) const HEADINGS: u32 = 5;
/// Rows of figures that fit on a printed page with the chart and the list of sheets.
const ON_ONE_PAGE: usize = 16;
/// Rows that the chart covers.
const CHART_ROWS: u32 = 24;

/// A line of the list of sheets.
pub(super) enum Entry {
    /// A sheet, what it shows, and how many rows it has where that is worth knowing.
    There { name: &'static str, shows: Words, rows: Option<u32> },
    /// What is left out, and how to get it.
    Missing { name: Words, why: Words },
}

/// A figure of the first sheet.
pub(super) enum Figure {
    Text(String),
    Number(f64, Kind),
    /// Money that grew or shrank.
    Change(f64),
}

/// What the sheet shows.
pub(super) struct Front<'a> {
    pub(super) language: Language,
    pub(super) origin: &'a AnalysisOrigin<'a>,
    /// The finding, and a line below it.
    pub(super) finding: [String; 2],
    /// Headings, and whether the column holds numbers; a `$` stands for the currency.
    pub(super) headings: Vec<(Words, bool)>,
    pub(super) rows: Vec<Vec<Figure>>,
    pub(super) chart: Option<Chart>,
    pub(super) sheets: Vec<Entry>,
}

impl Front<'_> {
    pub(super) fn add(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let (language, settings) = (self.language, self.origin.settings);
        let sheet = book.add_worksheet();
        sheet.set_name(strings::SUMMARY.of(language))?.set_screen_gridlines(false);
        sheet.set_column_width(0, 34)?.set_column_range_width(1, 8, 18)?;
        // One page where it can be read on one.
        let pages = u16::from(self.rows.len() <= ON_ONE_PAGE);
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, pages);
        sheet.write_string_with_format(0, 0, &settings.name, &style::title(18))?;
        let currency = &settings.currency;
        let mut values = vec![("version", self.origin.version), ("run", self.origin.run), ("currency", currency)];
        let (seed, years);
        let line = match self.origin.years {
            Some(count) => {
                (seed, years) = (settings.risk.seed.to_string(), language.number(count as f64, 0));
                values.extend([("seed", seed.as_str()), ("years", years.as_str())]);
                strings::LINE
            }
            None => strings::REPLAY_LINE,
        };
        sheet.write_string_with_format(1, 0, line.say(language, &values), &style::remark())?;
        sheet.write_string_with_format(2, 0, &self.finding[0], &style::title(13))?;
        sheet.write_string(3, 0, &self.finding[1])?;
        sheet.set_row_height(HEADINGS, 48.0)?;
        for (at, (heading, is_number)) in (0..).zip(&self.headings) {
            let heading = heading_in(heading.of(language), currency);
            sheet.write_string_with_format(HEADINGS, at, heading, &style::heading(*is_number))?;
        }
        let mut row = HEADINGS;
        for figures in &self.rows {
            row += 1;
            for (at, figure) in (0..).zip(figures) {
                match figure {
                    Figure::Text(text) => sheet.write_string_with_format(row, at, text, &style::words())?,
                    Figure::Number(value, kind) => {
                        sheet.write_number_with_format(row, at, *value, &style::cell(kind.format(language)))?
                    }
                    Figure::Change(value) => {
                        sheet.write_number_with_format(row, at, *value, &style::cell(style::CHANGE))?
                    }
                };
            }
        }
        row += 2;
        if let Some(chart) = &self.chart {
            sheet.insert_chart(row, 0, chart)?;
            row += CHART_ROWS;
        }
        write_sheets(sheet, row, &self.sheets, language)
    }
}

/// The list of sheets, each with a link.
pub(super) fn write_sheets(
    sheet: &mut Worksheet,
    row: u32,
    entries: &[Entry],
    language: Language,
) -> Result<(), XlsxError> {
    sheet.write_string_with_format(row, 0, strings::SHEETS.of(language), &style::title(13))?;
    let heading = style::remark().set_align(FormatAlign::Right);
    sheet.write_string_with_format(row, 1, strings::ROWS.of(language), &heading)?;
    for (row, entry) in (row + 1..).zip(entries) {
        match entry {
            Entry::There { name, shows, rows } => {
                sheet.write_url_with_text(row, 0, Url::new(format!("internal:'{name}'!A1")), *name)?;
                if let Some(rows) = rows {
                    let format = style::cell(Kind::Money.format(language));
                    sheet.write_number_with_format(row, 1, f64::from(*rows), &format)?;
                }
                sheet.write_string_with_format(row, 2, shows.of(language), &style::words())?;
            }
            Entry::Missing { name, why } => {
                sheet.write_string_with_format(row, 0, name.of(language), &style::remark())?;
                sheet.write_string_with_format(row, 2, why.of(language), &style::remark().set_indent(1))?;
            }
        }
    }
    Ok(())
}

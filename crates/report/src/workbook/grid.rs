//! A heat map that a spreadsheet draws: a grid of amounts, coloured by their size.

use rust_xlsxwriter::{
    ConditionalFormat3ColorScale, ConditionalFormatType, FormatAlign, FormatBorder, Workbook, XlsxError,
};

use super::{sheet::A4, style};

/// From nothing to the most. Dark ink can be read on all of them.
const COLORS: [u32; 3] = [0x00ff_ffff, 0x00c6_dbef, 0x007a_b4da];

/// Rows of one plan, or all there are.
pub(super) struct Grid {
    /// Above the first row; empty for none.
    pub(super) heading: String,
    pub(super) rows: Vec<(String, Vec<f64>)>,
    /// The cell of what happened, by row and column.
    pub(super) framed: Option<(usize, usize)>,
}

/// A sheet of grids under the same columns.
pub(super) struct GridSheet<'a> {
    pub(super) name: &'a str,
    pub(super) corner: String,
    pub(super) columns: Vec<String>,
    pub(super) grids: Vec<Grid>,
    /// Width of a column at least, in letters.
    pub(super) width: f64,
}

impl GridSheet<'_> {
    /// Letters that the largest amount needs, with its marks and a margin.
    fn letters(&self) -> f64 {
        let amounts = self.grids.iter().flat_map(|grid| grid.rows.iter().flat_map(|(_, values)| values));
        let digits = (amounts.copied().fold(1.0, f64::max).log10().floor() + 1.0).max(1.0);
        digits + (digits / 3.0).floor() + 2.0
    }

    pub(super) fn add(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet();
        sheet.set_name(self.name)?.set_freeze_panes(1, 1)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        sheet.set_column_width(0, 16)?;
        sheet.write_string_with_format(0, 0, &self.corner, &style::heading(false))?;
        let last = u16::try_from(self.columns.len()).unwrap_or(u16::MAX);
        if !self.columns.is_empty() {
            sheet.set_column_range_width(1, last, self.width.max(self.letters()))?;
        }
        if self.columns.iter().any(|name| name.len() > 12) {
            sheet.set_row_height(0, 48.0)?;
        }
        for (at, name) in (1..).zip(&self.columns) {
            sheet.write_string_with_format(0, at, name, &style::heading(true))?;
        }
        let (plain, framed) = (
            style::cell("#,##0"),
            style::cell("#,##0").set_border(FormatBorder::Thick).set_border_color(style::RED),
        );
        let mut row = 0;
        for grid in &self.grids {
            if !grid.heading.is_empty() {
                row += 1;
                sheet.write_string_with_format(row, 0, &grid.heading, &style::title(13))?;
            }
            for (number, (name, values)) in grid.rows.iter().enumerate() {
                row += 1;
                let name_format = style::words().set_bold().set_align(FormatAlign::Left);
                sheet.write_string_with_format(row, 0, name, &name_format)?;
                for (column, (at, value)) in (1..).zip(values).enumerate() {
                    let format = if grid.framed == Some((number, column)) { &framed } else { &plain };
                    sheet.write_number_with_format(row, at, (value * 100.0).round() / 100.0, format)?;
                }
            }
        }
        if row > 0 && last > 0 {
            let [least, middle, most] = COLORS;
            let scale = ConditionalFormat3ColorScale::new()
                .set_minimum(ConditionalFormatType::Number, 0)
                .set_midpoint(ConditionalFormatType::Percentile, 50)
                .set_minimum_color(least)
                .set_midpoint_color(middle)
                .set_maximum_color(most);
            sheet.add_conditional_format(1, 1, row, last, &scale)?;
        }
        Ok(())
    }
}

//! How the cells look: the charts' colours.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::{Language, tables::columns::Kind};

pub(super) const INK: Color = Color::RGB(0x001d_2939);
pub(super) const MUTED: Color = Color::RGB(0x005b_6675);
pub(super) const GRID: Color = Color::RGB(0x00df_e3e8);
pub(super) const BLUE: Color = Color::RGB(0x0013_5ba1);
pub(super) const RED: Color = Color::RGB(0x00d3_2f2f);
pub(super) const ORANGE: Color = Color::RGB(0x00b3_5c00);
/// Less, and more, as in the tornado chart.
pub(super) const TEAL: Color = Color::RGB(0x000b_7a75);
pub(super) const RUST: Color = Color::RGB(0x00c4_552d);
const PALE: Color = Color::RGB(0x00ee_f2f6);
const INPUT: Color = Color::RGB(0x00ff_f4cc);

/// Money that grew or shrank.
pub(super) const CHANGE: &str = "+#,##0;-#,##0;0";

/// The name of a workbook or of a list in it.
pub(super) fn title(size: u8) -> Format {
    Format::new().set_bold().set_font_size(size).set_font_color(INK)
}

/// A column's heading.
pub(super) fn heading(is_number: bool) -> Format {
    let side = Format::new().set_align(if is_number { FormatAlign::Right } else { FormatAlign::Left });
    let side = if is_number { side } else { side.set_indent(1) };
    side.set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Bottom)
        .set_font_color(INK)
        .set_background_color(PALE)
        .set_border_bottom(FormatBorder::Thin)
        .set_border_bottom_color(BLUE)
}

/// Words in a cell of their own.
pub(super) fn words() -> Format {
    Format::new().set_indent(1)
}

/// A remark.
pub(super) fn remark() -> Format {
    Format::new().set_font_color(MUTED)
}

/// The cells of a column. Text keeps its distance from numbers.
pub(super) fn column(kind: Kind, language: Language) -> Format {
    match kind {
        Kind::Text => words(),
        Kind::Setting => words().set_align(FormatAlign::Left),
        other => cell(other.format(language)),
    }
}

/// A cell that the reader is to change.
pub(super) fn input(number_format: &str) -> Format {
    Format::new()
        .set_num_format(number_format)
        .set_bold()
        .set_background_color(INPUT)
        .set_border(FormatBorder::Thin)
        .set_border_color(ORANGE)
        .set_unlocked()
}

/// A cell of this number format.
pub(super) fn cell(number_format: &str) -> Format {
    Format::new().set_num_format(number_format)
}

//! The last sheet: what was run on what, so that it can be run again.

use rust_xlsxwriter::{Workbook, XlsxError};

use super::{sheet::A4, style};
use crate::{Origin, Study};

pub(super) const NAME: &str = "Run";

/// Adds the sheet. No time is in it: the same run makes the same workbook.
pub(super) fn add(book: &mut Workbook, study: &Study<'_>, origin: &Origin<'_>) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(NAME)?;
    sheet.set_column_width(0, 34)?.set_column_width(1, 70)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    sheet.write_string_with_format(0, 0, "What", &style::heading(false))?;
    sheet.write_string_with_format(0, 1, "Value", &style::heading(false))?;
    sheet.set_freeze_panes(1, 1)?;
    let settings = study.estate.settings();
    let mut row = 1;
    let texts = [
        ("Run", origin.run.to_owned()),
        ("Version of Ballast", origin.version.to_owned()),
        ("Case", settings.name.clone()),
        ("Currency", settings.currency.clone()),
        ("Command", origin.command.to_owned()),
        ("Arguments", origin.arguments.join(" ")),
        ("Changes laid over the case", origin.overrides.to_owned()),
        ("Solver", origin.solver.backend.clone()),
        ("Versions of the solver's crates", origin.solver.version.clone()),
        ("Chosen plan", study.chosen().id.clone()),
        ("Ended", ended(study).to_owned()),
    ];
    for (name, text) in texts {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, if text.is_empty() { "none" } else { &text })?;
        row += 1;
    }
    let left = style::cell("0").set_align(rust_xlsxwriter::FormatAlign::Left);
    let share = style::cell("0.00%").set_align(rust_xlsxwriter::FormatAlign::Left);
    // A seed may have more digits than a spreadsheet's numbers.
    sheet.write_string(row, 0, "Seed")?.write_string(row, 1, settings.risk.seed.to_string())?;
    let whole = |count: usize| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    let numbers = [
        ("Simulated years", whole(study.chosen().risk.annual_losses().len()), &left),
        ("Options that the rules allow", whole(origin.solver.options_generated), &left),
        ("Options left after pruning", whole(origin.solver.options_kept), &left),
        ("Gap asked for", settings.solver.gap, &share),
        ("Widest gap of all plans", study.largest_gap(), &share),
        ("Confidence of CVaR", study.alpha(), &share),
    ];
    for (name, value, format) in numbers {
        row += 1;
        sheet.write_string(row, 0, name)?.write_number_with_format(row, 1, value, format)?;
    }
    row += 2;
    sheet.write_string_with_format(row, 0, "Input file", &style::heading(false))?;
    sheet.write_string_with_format(row, 1, "SHA-256", &style::heading(false))?;
    for input in origin.inputs {
        row += 1;
        sheet.write_string(row, 0, &input.path)?.write_string(row, 1, &input.sha256)?;
    }
    if !origin.warnings.is_empty() {
        row += 2;
        sheet.write_string_with_format(row, 0, "Warnings", &style::heading(false))?;
        for warning in origin.warnings {
            row += 1;
            sheet.write_string(row, 0, warning)?;
        }
    }
    Ok(())
}

/// How the run ended.
fn ended(study: &Study<'_>) -> &'static str {
    match (study.complete, study.out_of_time) {
        (true, _) => "complete",
        (false, true) => "time limit",
        (false, false) => "interrupted",
    }
}

//! The last sheet: what was run on what, so that it can be run again.

use ballast_model::Settings;
use rust_xlsxwriter::{FormatAlign, Workbook, XlsxError};

use super::{
    AnalysisOrigin,
    sheet::A4,
    strings::{self, Words},
    style,
};
use crate::{InputFile, Language, Origin, Study};

/// A line of the sheet.
enum Fact {
    Text(Words, String),
    Count(Words, usize),
    Share(Words, f64),
}

/// Adds the sheet of a run. No time is in it: the same run makes the same workbook.
pub(super) fn add(
    book: &mut Workbook,
    study: &Study<'_>,
    origin: &Origin<'_>,
    language: Language,
) -> Result<(), XlsxError> {
    let settings = study.estate.settings();
    let ended = match (study.complete, study.out_of_time) {
        (true, _) => strings::COMPLETE,
        (false, true) => strings::OUT_OF_TIME,
        (false, false) => strings::INTERRUPTED,
    };
    let mut facts =
        asked_for((origin.run, origin.version, origin.command), settings, (origin.arguments, origin.overrides));
    facts.extend([
        Fact::Text(strings::SOLVER, origin.solver.backend.clone()),
        Fact::Text(strings::SOLVER_VERSIONS, origin.solver.version.clone()),
        Fact::Text(strings::CHOSEN_PLAN, study.chosen().id.clone()),
        Fact::Text(strings::ENDED, ended.of(language).to_owned()),
        // A seed may have more digits than a spreadsheet's numbers.
        Fact::Text(strings::SEED, settings.risk.seed.to_string()),
        Fact::Count(strings::YEARS, study.chosen().risk.annual_losses().len()),
        Fact::Count(strings::OPTIONS_GENERATED, origin.solver.options_generated),
        Fact::Count(strings::OPTIONS_KEPT, origin.solver.options_kept),
        Fact::Share(strings::GAP_WANTED, settings.solver.gap),
        Fact::Share(strings::GAP_WIDEST, study.largest_gap()),
        Fact::Share(strings::ALPHA, study.alpha()),
    ]);
    write(book, &facts, (origin.inputs, origin.warnings), language)
}

/// The same of an analysis.
pub(super) fn add_analysis(
    book: &mut Workbook,
    origin: &AnalysisOrigin<'_>,
    language: Language,
) -> Result<(), XlsxError> {
    let settings = origin.settings;
    let mut facts =
        asked_for((origin.run, origin.version, origin.command), settings, (origin.arguments, origin.overrides));
    facts.push(Fact::Text(strings::PLANS_OF, origin.plans_of.unwrap_or_default().to_owned()));
    if let Some(years) = origin.years {
        facts.push(Fact::Text(strings::SEED, settings.risk.seed.to_string()));
        facts.push(Fact::Count(strings::YEARS, years));
    }
    write(book, &facts, (origin.inputs, origin.warnings), language)
}

/// What was asked for, of what.
fn asked_for(
    (run, version, command): (&str, &str, &str),
    settings: &Settings,
    (arguments, overrides): (&[String], &str),
) -> Vec<Fact> {
    vec![
        Fact::Text(strings::RUN, run.to_owned()),
        Fact::Text(strings::VERSION, version.to_owned()),
        Fact::Text(strings::CASE, settings.name.clone()),
        Fact::Text(strings::CURRENCY, settings.currency.clone()),
        Fact::Text(strings::COMMAND, command.to_owned()),
        Fact::Text(strings::ARGUMENTS, arguments.join(" ")),
        Fact::Text(strings::OVERRIDES, overrides.to_owned()),
    ]
}

fn write(
    book: &mut Workbook,
    facts: &[Fact],
    (inputs, warnings): (&[InputFile], &[String]),
    language: Language,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(strings::RUN.of(language))?;
    sheet.set_column_width(0, 34)?.set_column_width(1, 70)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    let heading = style::heading(false);
    sheet.write_string_with_format(0, 0, strings::WHAT.of(language), &heading)?;
    sheet.write_string_with_format(0, 1, strings::VALUE.of(language), &heading)?;
    sheet.set_freeze_panes(1, 1)?;
    let left = |format: &str| style::cell(format).set_align(FormatAlign::Left);
    let mut row = 0;
    for fact in facts {
        row += 1;
        let name = match fact {
            Fact::Text(name, text) => {
                sheet.write_string(row, 1, if text.is_empty() { strings::NONE.of(language) } else { text })?;
                name
            }
            Fact::Count(name, count) => {
                let count = u32::try_from(*count).map_or(f64::INFINITY, f64::from);
                sheet.write_number_with_format(row, 1, count, &left("0"))?;
                name
            }
            Fact::Share(name, share) => {
                sheet.write_number_with_format(row, 1, *share, &left("0.00%"))?;
                name
            }
        };
        sheet.write_string(row, 0, name.of(language))?;
    }
    row += 2;
    sheet.write_string_with_format(row, 0, strings::INPUT_FILE.of(language), &heading)?;
    sheet.write_string_with_format(row, 1, strings::DIGEST.of(language), &heading)?;
    for input in inputs {
        row += 1;
        sheet.write_string(row, 0, &input.path)?.write_string(row, 1, &input.sha256)?;
    }
    if !warnings.is_empty() {
        row += 2;
        sheet.write_string_with_format(row, 0, strings::WARNINGS.of(language), &heading)?;
        for warning in warnings {
            row += 1;
            sheet.write_string(row, 0, warning)?;
        }
    }
    Ok(())
}

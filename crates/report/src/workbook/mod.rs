//! `workbook.xlsx`: a run or an analysis for people who work in a spreadsheet. Figures are those of the CSV files, as
//! numbers.

mod chart;
mod curve;
mod front;
mod grid;
mod replay;
mod run;
mod sensitivity;
mod sheet;
mod strings;
mod style;
mod summary;
mod vocabulary;

use ballast_model::Settings;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use replay::{catalogue_workbook, event_workbook};
pub use sensitivity::sensitivity_workbook;

use crate::{
    InputFile, Language, Origin, Study,
    tables::{Row, Rows, Table},
    workbook::{
        curve::Curve,
        front::Entry,
        sheet::{SHEET_ROWS, Sheet},
        strings::Words,
        summary::Summary,
    },
};

/// A workbook that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the workbook: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// Where an analysis comes from, without anything that another one of the same inputs would not have.
#[derive(Debug, Clone, Copy)]
pub struct AnalysisOrigin<'a> {
    /// Its id.
    pub run: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// The command without what does not change the answer.
    pub command: &'a str,
    /// The flags that change the case, as typed.
    pub arguments: &'a [String],
    /// Changes laid over the inputs, in words; empty if none.
    pub overrides: &'a str,
    /// Every input file.
    pub inputs: &'a [InputFile],
    /// The run whose plans are looked into.
    pub plans_of: Option<&'a str>,
    /// Simulated years, if any were.
    pub years: Option<usize>,
    /// The case's settings.
    pub settings: &'a Settings,
    /// Findings that did not stop it.
    pub warnings: &'a [String],
}

/// A table, the name of its sheet, what it shows, and how many columns stay in sight.
type Listed = (&'static str, Words, Words, u16);

/// What a case takes for granted.
const ASSUMPTIONS: Listed = ("assumptions", strings::ASSUMPTIONS, strings::ASSUMPTIONS_SHOWS, 2);

/// The sheets of a run that show a table as it is.
const SHEETS: [Listed; 11] = [
    ("roadmap", strings::ROADMAP, strings::ROADMAP_SHOWS, 3),
    ("placements", strings::PLACEMENT, strings::PLACEMENT_SHOWS, 2),
    ("losses_by_process", strings::LOSSES, strings::LOSSES_SHOWS, 2),
    ("losses_by_domain", strings::BLAST_RADIUS, strings::BLAST_RADIUS_SHOWS, 3),
    ("risk", strings::RISK, strings::RISK_SHOWS, 2),
    ("downtime", strings::DOWNTIME, strings::DOWNTIME_SHOWS, 2),
    ("ep_curve", strings::BAD_YEARS, strings::BAD_YEARS_SHOWS, 2),
    ("replay", strings::PAST, strings::PAST_SHOWS, 2),
    ("surface", strings::SURFACE, strings::SURFACE_SHOWS, 1),
    ("shadow_prices", strings::LIMITS, strings::LIMITS_SHOWS, 2),
    ASSUMPTIONS,
];

/// Tables as sheets, each with what it shows, in the order in which they are listed.
fn listed<'t>(
    sheets: &[Listed],
    tables: &[&'t Table],
    currency: &'t str,
    language: Language,
) -> Vec<(Sheet<'t>, Words)> {
    let of = |&(name, title, shows, frozen): &Listed| {
        let table = tables.iter().copied().find(|table| table.name == name)?;
        Some((Sheet { name: title.of(language), table, currency, language, frozen }, shows))
    };
    sheets.iter().filter_map(of).collect()
}

/// The workbook of a run: `tables` are all of its tables, `assumptions` what the case takes for granted.
///
/// # Errors
/// If the folder for temporary files cannot be written to.
pub fn workbook(
    study: &Study<'_>,
    tables: &[Table],
    assumptions: &Table,
    origin: &Origin<'_>,
    language: Language,
) -> Result<Vec<u8>, WorkbookError> {
    let currency = study.estate.settings().currency.as_str();
    let of = |name: &str| tables.iter().find(|table| table.name == name);
    let none = Table { name: "frontier", columns: Vec::new(), rows: Rows::default() };
    let curve = Curve::new(study, of("frontier").unwrap_or(&none), language);
    let compared: Vec<&str> = study.compared().map(|plan| plan.id.as_str()).collect();
    let short = of("placements").and_then(|table| shortened(table, &compared, SHEET_ROWS));
    // The first of a name is the one that is shown.
    let tables: Vec<&Table> = short.iter().chain(tables).chain([assumptions]).collect();
    let shown = listed(&SHEETS, &tables, currency, language);
    let mut book = Workbook::new();
    book.set_properties(&properties(&study.estate.settings().name, (origin.run, origin.version), language)?);
    let entries = entries(&shown, short.is_some(), language);
    let summary = Summary { study, curve: &curve, origin, sheets: &entries };
    summary.add(&mut book)?;
    curve.add(&mut book, summary.weights().as_ref())?;
    for (sheet, _) in &shown {
        sheet.add(&mut book)?;
    }
    run::add(&mut book, study, origin, language)?;
    Ok(book.save_to_buffer()?)
}

/// An empty workbook of an analysis.
fn begun(origin: &AnalysisOrigin<'_>, language: Language) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(&origin.settings.name, (origin.run, origin.version), language)?);
    Ok(book)
}

/// Adds the sheets of tables and of the run, and makes the file.
fn finished(
    mut book: Workbook,
    shown: &[(Sheet<'_>, Words)],
    origin: &AnalysisOrigin<'_>,
    language: Language,
) -> Result<Vec<u8>, WorkbookError> {
    for (sheet, _) in shown {
        sheet.add(&mut book)?;
    }
    run::add_analysis(&mut book, origin, language)?;
    Ok(book.save_to_buffer()?)
}

/// No time of making: the same run makes the same bytes.
fn properties(case: &str, (run, version): (&str, &str), language: Language) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(strings::BOOK_TITLE.say(language, &[("case", case)]))
        .set_subject(strings::BOOK_SUBJECT.say(language, &[("run", run)]))
        .set_author(format!("Ballast {version}"))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

/// Only the plans that are `kept`, where all plans have more rows than a sheet has room for.
fn shortened(placements: &Table, kept: &[&str], room: usize) -> Option<Table> {
    if placements.rows.len() < room {
        return None;
    }
    let rows = placements.rows.iter().filter(|row| kept.contains(&placements.get(*row, "point")));
    let rows = rows.map(Row::iter).collect();
    Some(Table { name: placements.name, columns: placements.columns.clone(), rows })
}

fn entries(shown: &[(Sheet<'_>, Words)], is_short: bool, language: Language) -> Vec<Entry> {
    let frontier = strings::FRONTIER.of(language);
    let mut entries = vec![Entry::There { name: frontier, shows: strings::FRONTIER_SHOWS, rows: None }];
    entries.extend(shown.iter().map(there));
    entries.push(Entry::There { name: strings::RUN.of(language), shows: strings::RUN_SHOWS, rows: None });
    if is_short {
        entries.push(Entry::Missing { name: strings::OTHER_PLACEMENTS, why: strings::OTHER_PLACEMENTS_WHY });
    }
    entries.push(Entry::Missing { name: strings::SENSITIVITY, why: strings::SENSITIVITY_WHY });
    entries
}

/// A table's line of the list of sheets.
fn there((sheet, shows): &(Sheet<'_>, Words)) -> Entry {
    Entry::There { name: sheet.name, shows: *shows, rows: Some(sheet::last_row(sheet.table)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_that_a_sheet_has_no_room_for_are_left_out() {
        let mut table = Table { name: "placements", columns: vec!["point".to_owned()], rows: Rows::default() };
        for point in ["as_is", "p01", "p02", "as_is", "p01", "p02"] {
            table.push([point]);
        }
        assert_eq!(shortened(&table, &["as_is", "p02"], 7), None, "six rows and a header fit");
        let short = shortened(&table, &["as_is", "p02"], 6).expect("no room");
        assert_eq!(short.rows, Rows::from_iter([["as_is"], ["p02"], ["as_is"], ["p02"]]));
    }
}

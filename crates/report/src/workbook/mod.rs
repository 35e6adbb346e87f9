//! `workbook.xlsx`: the run for people who work in a spreadsheet. Figures are those of the CSV files, as numbers.

mod chart;
mod curve;
mod run;
mod sheet;
mod style;
mod summary;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::{
    Origin, Study,
    tables::Table,
    workbook::{
        curve::Curve,
        sheet::{SHEET_ROWS, Sheet},
        summary::Summary,
    },
};

/// A workbook that could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the workbook: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// A line of the list of sheets.
enum Entry {
    /// A sheet, what it shows, and how many rows it has where that is worth knowing.
    There { name: &'static str, shows: &'static str, rows: Option<u32> },
    /// What is left out, and how to get it.
    Missing { name: &'static str, why: &'static str },
}

/// The sheets that show a table as it is: the table's name, the sheet's, what it shows, columns that stay in sight.
const SHEETS: [(&str, &str, &str, u16); 11] = [
    ("roadmap", "Roadmap", "the way from today's plan to the chosen one: what buys most for its money first", 3),
    ("placements", "Placement", "where every workload runs in every plan, at what cost, and the runner-up", 2),
    ("losses_by_process", "Losses", "who bears the expected loss, today and planned", 2),
    ("losses_by_domain", "Blast radius", "what fails and what that costs, today and planned", 3),
    ("risk", "Risk", "every measure of risk with its standard error", 2),
    ("downtime", "Downtime", "minutes of outage a year of every workload, against what providers promise", 2),
    ("ep_curve", "Bad years", "what is lost once in so many years", 2),
    ("replay", "Past outages", "what historic outages would cost, today and planned", 2),
    ("surface", "Surface", "what is proven at every weight of cost, expected loss and CVaR", 1),
    ("shadow_prices", "Limits", "what one unit more of each limit that binds is worth", 2),
    (
        "assumptions",
        "Assumptions",
        "settings, defaults that were used, shipped tables, and the sources of the case's rows",
        2,
    ),
];

/// The workbook of a run: `tables` are all of its tables, `assumptions` what the case takes for granted.
///
/// # Errors
/// If the folder for temporary files cannot be written to.
pub fn workbook(
    study: &Study<'_>,
    tables: &[Table],
    assumptions: &Table,
    origin: &Origin<'_>,
) -> Result<Vec<u8>, WorkbookError> {
    let currency = study.estate.settings().currency.as_str();
    let tables: Vec<&Table> = tables.iter().chain([assumptions]).collect();
    let of = |name: &str| tables.iter().copied().find(|table| table.name == name);
    let none = Table { name: "frontier", columns: Vec::new(), rows: Vec::new() };
    let curve = Curve::new(study, of("frontier").unwrap_or(&none));
    let all_placements = of("placements");
    let compared: Vec<&str> = study.compared().map(|plan| plan.id.as_str()).collect();
    let placements = all_placements.and_then(|table| shortened(table, &compared, SHEET_ROWS));
    let shown: Vec<(Sheet<'_>, &'static str)> = SHEETS
        .iter()
        .filter_map(|&(table, name, shows, frozen)| {
            let table = if table == "placements" { placements.as_ref().or(all_placements) } else { of(table) };
            Some((Sheet { name, table: table?, currency, frozen }, shows))
        })
        .collect();
    let mut book = Workbook::new();
    book.set_properties(&properties(study, origin)?);
    let entries = entries(&shown, placements.is_some());
    let summary = Summary { study, curve: &curve, origin, sheets: &entries };
    summary.add(&mut book)?;
    curve.add(&mut book, summary.weights().as_ref())?;
    for (sheet, _) in &shown {
        sheet.add(&mut book)?;
    }
    run::add(&mut book, study, origin)?;
    Ok(book.save_to_buffer()?)
}

/// No time of making: the same run makes the same bytes.
fn properties(study: &Study<'_>, origin: &Origin<'_>) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(format!("{}: cost of resilience", study.estate.settings().name))
        .set_subject(format!("run {}", origin.run))
        .set_author(format!("Ballast {}", origin.version))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

/// Only the plans that are `kept`, where all plans have more rows than a sheet has room for.
fn shortened(placements: &Table, kept: &[&str], room: usize) -> Option<Table> {
    if placements.rows.len() < room {
        return None;
    }
    let rows = placements.rows.iter().filter(|row| kept.contains(&placements.get(row, "point")));
    Some(Table { name: placements.name, columns: placements.columns.clone(), rows: rows.cloned().collect() })
}

fn entries(shown: &[(Sheet<'_>, &'static str)], is_short: bool) -> Vec<Entry> {
    let mut entries = vec![Entry::There {
        name: curve::NAME,
        shows: "every plan with its cost, loss and proof; the chart",
        rows: None,
    }];
    entries.extend(shown.iter().map(|(sheet, shows)| Entry::There {
        name: sheet.name,
        shows,
        rows: Some(sheet::last_row(sheet.table)),
    }));
    entries.push(Entry::There {
        name: run::NAME,
        shows: "versions, seed, solver, gap, and digests of the input files",
        rows: None,
    });
    if is_short {
        entries.push(Entry::Missing {
            name: "Placement of other plans",
            why: "a sheet has no room for all plans: today's and the chosen one are there, all are in placements.csv",
        });
    }
    entries.push(Entry::Missing {
        name: "Sensitivity",
        why: "is not part of this run: `ballast sensitivity CASE` says what moves the plan",
    });
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_that_a_sheet_has_no_room_for_are_left_out() {
        let mut table = Table { name: "placements", columns: vec!["point".to_owned()], rows: Vec::new() };
        for point in ["as_is", "p01", "p02", "as_is", "p01", "p02"] {
            table.push(vec![point.to_owned()]);
        }
        assert_eq!(shortened(&table, &["as_is", "p02"], 7), None, "six rows and a header fit");
        let short = shortened(&table, &["as_is", "p02"], 6).expect("no room");
        assert_eq!(short.rows.concat(), ["as_is", "p02", "as_is", "p02"]);
    }
}

//! history.csv by itself: incidents with the names that the file gives them, whether or not a case knows them.

use std::path::Path;

use ballast_model::{DOMAIN_LEVELS, Date};

use crate::{
    case::{Case, FileReport},
    diagnostic::Diagnostics,
    dialect::Decimal,
    names::rows,
    schema::TABLES,
    settings::plain,
    table::Table,
};

/// A file of past incidents.
#[derive(Debug, Clone)]
pub struct History {
    /// Its incidents, in the order of the file.
    pub incidents: Vec<Incident>,
    /// The file.
    pub file: FileReport,
    /// What to look at all the same.
    pub warnings: Diagnostics,
}

/// A past incident as its row has it. It names a domain, a level, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// The day on which it began.
    pub date: Date,
    /// What failed.
    pub domain: Option<String>,
    /// What kind of thing that is, one of the levels of a failure domain.
    pub level: Option<String>,
    /// Whose it is.
    pub provider: Option<String>,
    /// How long it lasted, hours; none if still open.
    pub duration_h: Option<f64>,
    /// The share of the function that was lost, 0 to 1.
    pub severity: f64,
}

/// Reads a file of past incidents, without a case around it.
///
/// # Errors
/// Everything that is wrong with it, sorted by line and column.
pub fn read_history(path: &Path) -> Result<History, Diagnostics> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match std::fs::read(path) {
        Ok(bytes) => parse(&name, Some(path), bytes, None),
        Err(error) => {
            let mut found = Diagnostics::default();
            found.push(plain(&name, "E002", format!("{name} cannot be read: {error}"), ""));
            Err(found)
        }
    }
}

impl Case {
    /// The past incidents of the case with the names that history.csv gives them; none without that file.
    ///
    /// # Errors
    /// Everything that is wrong with the file as one of incidents; the case by itself asks for less.
    pub fn history(&self) -> Option<Result<History, Diagnostics>> {
        let file = self.files.iter().find(|file| file.name == "history.csv")?;
        let decimal = file.dialect.map(|dialect| dialect.decimal);
        Some(parse(&file.name, file.path.as_deref(), file.bytes.clone(), decimal))
    }
}

fn parse(
    name: &str,
    path: Option<&Path>,
    bytes: Vec<u8>,
    decimal: Option<Decimal>,
) -> Result<History, Diagnostics> {
    let mut found = Diagnostics::default();
    // `history` is one of TABLES: the end-to-end tests read one.
    let schema = TABLES.iter().find(|table| table.name == "history").unwrap_or(&TABLES[0]);
    let table = Table::read(schema, name, &bytes, decimal, &mut found);
    let incidents = incidents(&table, &mut found);
    if found.has_errors() {
        return Err(found.sorted());
    }
    let file = FileReport {
        name: name.to_owned(),
        path: path.map(Path::to_owned),
        dialect: Some(table.dialect),
        rows: table.len(),
        bytes,
    };
    Ok(History { incidents, file, warnings: found.sorted() })
}

fn incidents(table: &Table, found: &mut Diagnostics) -> Vec<Incident> {
    let levels: Vec<(&'static str, &'static str)> = DOMAIN_LEVELS.iter().map(|level| (*level, *level)).collect();
    rows(table)
        .filter_map(|row| {
            let date = row.date("date", found);
            let domain = row.opt("domain", found).map(str::to_owned);
            let level = row.word("level", &levels, found).map(str::to_owned);
            if domain.is_none() && row.opt("level", found).is_none() {
                let message = "neither `domain` nor `level` is given".to_owned();
                row.report(found, "domain", "E010", message, "name what failed, or its level and provider");
            }
            let provider = row.opt("provider", found).map(str::to_owned);
            let duration_h = row.opt_number("duration_h", found);
            let severity = row.number("severity", found);
            Some(Incident { date: date?, domain, level, provider, duration_h, severity })
        })
        .collect()
}

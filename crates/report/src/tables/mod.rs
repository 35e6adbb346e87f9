//! Results as tidy tables: one header row, units in column names, the same bytes for the same run.

pub(crate) mod cell;
pub(crate) mod columns;
mod dialect;
mod ep_curve;
mod frontier;
mod headings;
mod losses;
mod options;
mod parquet;
mod placements;
mod replay;
mod risk;
mod roadmap;
mod rows;
pub(crate) mod schema;
mod shadow_prices;
mod surface;

pub use cell::significant;
pub use dialect::CsvDialect;
pub(crate) use ep_curve::{CONFIDENCE, return_periods};
pub(crate) use frontier::status;
pub use options::table as options;
pub use parquet::ParquetError;
pub use rows::{Row, Rows};
pub use schema::results_markdown;

use std::io;

use self::schema::Schema;
use crate::{RoadmapView, Study};

/// A table in the form in which it is written: every cell is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The file's name without `.csv`.
    pub name: &'static str,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Rows,
}

/// A table that is not one of ours.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}.csv of the run: {why}")]
pub struct TableError {
    name: &'static str,
    why: csv::Error,
}

impl Table {
    /// An empty table as it is declared, with money in `currency`.
    pub(crate) fn of(schema: &Schema, currency: &str) -> Self {
        let currency = format!("_{}", currency.to_lowercase());
        let columns = schema.columns.iter().map(|(name, ..)| name.replace('$', &currency)).collect();
        Self { name: schema.name, columns, rows: Rows::default() }
    }

    pub(crate) fn push<Cell: AsRef<str>>(&mut self, row: impl IntoIterator<Item = Cell>) {
        self.rows.push(row);
        let last = self.rows.get(self.rows.len().saturating_sub(1));
        debug_assert_eq!(last.map(|row| row.iter().len()), Some(self.columns.len()), "row of {}.csv", self.name);
    }

    /// The file's name.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// The table as CSV.
    pub fn to_csv(&self, dialect: CsvDialect) -> Vec<u8> {
        dialect.bytes(&self.columns, &self.rows)
    }

    /// Writes the table as CSV, a large one too without all of its text in memory.
    ///
    /// # Errors
    /// If `file` cannot be written to.
    pub fn write_csv(&self, dialect: CsvDialect, file: &mut dyn io::Write) -> io::Result<()> {
        dialect.write(&self.columns, &self.rows, file)
    }

    /// The Parquet file's name.
    pub fn parquet_file(&self) -> String {
        format!("{}.parquet", self.name)
    }

    /// The table as Parquet: the same figures, as numbers, flags and text; an empty cell is null.
    ///
    /// # Errors
    /// If the table cannot be encoded.
    pub fn to_parquet(&self) -> Result<Vec<u8>, ParquetError> {
        parquet::encode(self)
    }

    /// Reads a table back, in whichever dialect it was written.
    ///
    /// # Errors
    /// If `bytes` are not CSV with rows of equal length.
    pub fn from_csv(name: &'static str, bytes: &[u8]) -> Result<Self, TableError> {
        let (columns, rows) = CsvDialect::read(bytes).map_err(|why| TableError { name, why })?;
        Ok(Self { name, columns, rows })
    }

    /// The cell of `row` in the column with this name; empty if there is none.
    pub fn get<'t>(&self, row: Row<'t>, column: &str) -> &'t str {
        self.columns.iter().position(|name| name == column).and_then(|at| row.get(at)).unwrap_or_default()
    }
}

/// Every table of a run, in the order in which they are listed.
pub fn all(study: &Study<'_>) -> Vec<Table> {
    let mut tables = vec![
        frontier::table(study),
        placements::table(study),
        losses::by_domain(study),
        losses::by_process(study),
        risk::measures(study),
        risk::downtime(study),
        ep_curve::table(study),
        shadow_prices::table(study),
    ];
    if !study.replays().is_empty() && !study.estate.events().is_empty() {
        tables.push(replay::table(study));
    }
    tables.extend(surface::table(study));
    tables.extend(study.roadmap().map(|view| roadmap::table(&view)));
    tables
}

/// `frontier.csv`: one row per plan.
pub fn frontier(study: &Study<'_>) -> Table {
    frontier::table(study)
}

/// `placements.csv`: one row per plan, workload and deployment.
pub fn placements(study: &Study<'_>) -> Table {
    placements::table(study)
}

/// `roadmap.csv`: today's plan, one row per move, and one for the rest.
pub fn roadmap(view: &RoadmapView<'_>) -> Table {
    roadmap::table(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_lf_line_ends_and_quotes_what_it_must() {
        let columns = &[("a", "", "one"), ("b$", "$", "other")];
        let schema = Schema { name: "t", row: "test", columns };
        let mut table = Table::of(&schema, "EUR");
        table.push(["x,y", "say \"no\""]);
        table.push(["=1+1", ""]);
        let bytes = table.to_csv(CsvDialect::Rfc4180);
        assert_eq!(String::from_utf8_lossy(&bytes), "a,b_eur\n\"x,y\",\"say \"\"no\"\"\"\n'=1+1,\n");
        assert_eq!(Table::from_csv("t", &bytes).expect("our own table"), table);
    }
}

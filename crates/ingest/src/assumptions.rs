//! What a case takes for granted: settings in force, defaults that filled empty cells, shipped tables, and the sources
//! that its own rows name.

use std::collections::BTreeMap;

use crate::{schema::Need, settings_help::KEYS, table::Table};

/// Why something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The case says so.
    Given,
    /// A scenario or a flag says so, over the case.
    LaidOver,
    /// Nobody says; the default of the file format holds.
    Default,
    /// The case has no such table; the shipped one holds.
    Shipped,
}

impl Basis {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::LaidOver => "laid over",
            Self::Default => "default",
            Self::Shipped => "shipped",
        }
    }
}

/// Something that a run takes for granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The file that it is about.
    pub file: String,
    /// The key, the column, or the row.
    pub what: String,
    /// What holds; empty for rows that only name their source.
    pub value: String,
    /// Why it holds.
    pub basis: Basis,
    /// For how many rows of the file.
    pub rows: usize,
    /// What it means, or where it comes from.
    pub source: String,
}

/// The answer does not depend on it, and it may differ from run to run.
const THREADS: &str = "solver.threads";

/// The settings in force: case.toml as `text`, with `overrides` laid over it.
pub(crate) fn of_settings(text: &str, overrides: &[(String, String)]) -> Vec<Assumption> {
    let given: toml::Table = toml::from_str(text).unwrap_or_default();
    let setting = |(key, default, meaning): &(&str, &str, &str)| {
        let laid_over = overrides.iter().rev().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        let (value, basis) = match (laid_over, value_of(&given, key)) {
            (Some(value), _) => (value, Basis::LaidOver),
            (None, Some(value)) => (value, Basis::Given),
            (None, None) => (if default.is_empty() { "none" } else { default }.to_owned(), Basis::Default),
        };
        Assumption {
            file: "case.toml".to_owned(),
            what: (*key).to_owned(),
            value: value.trim_matches('"').to_owned(),
            basis,
            rows: 1,
            source: (*meaning).to_owned(),
        }
    };
    KEYS.iter().filter(|(key, ..)| *key != THREADS).map(setting).collect()
}

/// The value at a dotted key, as text.
fn value_of(table: &toml::Table, key: &str) -> Option<String> {
    let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    match (table.get(first)?, rest) {
        (toml::Value::Table(inner), Some(rest)) => value_of(inner, rest),
        (value, None) => Some(value.to_string()),
        _ => None,
    }
}

/// What the tables leave to defaults or to shipped rows, and the sources that their rows name.
pub(crate) fn of_tables(tables: &[Table], shipped: &[&str]) -> Vec<Assumption> {
    let mut found = Vec::new();
    for table in tables.iter().filter(|table| table.len() > 0) {
        if shipped.contains(&table.schema.name) {
            found.extend((0..table.len()).map(|row| shipped_row(table, row)));
        } else {
            found.extend(sources(table));
        }
        found.extend(empty_cells(table));
    }
    found
}

fn shipped_row(table: &Table, row: usize) -> Assumption {
    let schema = table.schema;
    let is_key = |name: &str| {
        if schema.key.is_empty() { schema.columns[0].name == name } else { schema.key.contains(&name) }
    };
    let cells = schema.columns.iter().filter(|column| !is_key(column.name));
    let filled =
        cells.map(|column| (column.name, table.text(row, column.name))).filter(|(_, text)| !text.is_empty());
    Assumption {
        file: schema.file(),
        what: table.key(row),
        value: filled.map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", "),
        basis: Basis::Shipped,
        rows: 1,
        source: table.text(row, "source").to_owned(),
    }
}

/// One for each source that the rows name, in the order of the rows.
fn sources(table: &Table) -> Vec<Assumption> {
    let mut by_source: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in 0..table.len() {
        by_source.entry(table.text(row, "source")).or_insert((row, 0)).1 += 1;
    }
    let mut found: Vec<_> = by_source.into_iter().collect();
    found.sort_by_key(|(_, (first, _))| *first);
    let assumption = |(source, (first, rows)): (&str, (usize, usize))| {
        let key = table.key(first);
        Assumption {
            file: table.schema.file(),
            what: if rows == 1 { key } else { format!("{key} and {} more", rows - 1) },
            value: String::new(),
            basis: Basis::Given,
            rows,
            source: if source.is_empty() { "no source given" } else { source }.to_owned(),
        }
    };
    found.into_iter().map(assumption).collect()
}

/// One for each column whose default filled cells.
fn empty_cells(table: &Table) -> impl Iterator<Item = Assumption> {
    table.schema.columns.iter().filter_map(move |column| {
        let Need::Default(value) = column.need else { return None };
        let rows = (0..table.len()).filter(|row| table.text(*row, column.name).is_empty()).count();
        (rows > 0).then(|| Assumption {
            file: table.schema.file(),
            what: column.name.to_owned(),
            value: value.to_owned(),
            basis: Basis::Default,
            rows,
            source: column.help.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diagnostic::Diagnostics,
        schema::{TABLES, TableSchema},
    };

    fn schema(name: &str) -> &'static TableSchema {
        TABLES.iter().find(|schema| schema.name == name).expect("a table")
    }

    fn read(name: &str, text: &str) -> Table {
        Table::read(schema(name), name, text.as_bytes(), None, &mut Diagnostics::default())
    }

    #[test]
    fn a_setting_is_given_laid_over_or_by_default() {
        let text = "name = \"n\"\ncurrency = \"EUR\"\n[risk]\nseed = 42\nalpha = 0.9\n";
        let found = of_settings(text, &[("risk.seed".to_owned(), "7".to_owned())]);
        let of = |key: &str| {
            let one = found.iter().find(|one| one.what == key).expect("a key");
            (one.value.as_str(), one.basis)
        };
        assert_eq!(of("name"), ("n", Basis::Given));
        assert_eq!(of("risk.seed"), ("7", Basis::LaidOver));
        assert_eq!(of("risk.alpha"), ("0.9", Basis::Given));
        assert_eq!(of("objective.points"), ("25", Basis::Default));
        assert_eq!(of("limits.budget"), ("none", Basis::Default));
        assert!(found.iter().all(|one| one.what != THREADS), "threads change no answer");
    }

    #[test]
    fn empty_cells_are_counted_and_sources_gathered() {
        let text = "workload,vcpu,memory_gib,gpu,source\na,1,1,,list\nb,1,1,2,\nc,1,1,,list\n";
        let found = of_tables(&[read("workloads", text)], &[]);
        let of = |what: &str| found.iter().find(|one| one.what == what).expect("one");
        assert_eq!((of("gpu").value.as_str(), of("gpu").rows, of("gpu").basis), ("0", 2, Basis::Default));
        assert_eq!((of("count").rows, of("count").value.as_str()), (3, "1"));
        assert_eq!((of("a and 1 more").source.as_str(), of("b").source.as_str()), ("list", "no source given"));
        assert!(found.iter().all(|one| one.what != "vcpu"), "required columns have no default");
    }

    #[test]
    fn rows_of_a_shipped_table_are_told_with_their_source() {
        let text = "currency,rate,date,source\nUSD,0.92,2026-11-01,planning rate\n";
        let found = of_tables(&[read("fx", text)], &["fx"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].what.as_str(), found[0].basis), ("USD", Basis::Shipped));
        assert_eq!(found[0].value, "rate 0.92, date 2026-11-01");
        assert_eq!(found[0].source, "planning rate");
    }
}

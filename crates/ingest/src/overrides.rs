//! Scenarios: changes laid over a case's tables and settings before they are typed.

use serde::Deserialize;

use crate::{
    cell,
    diagnostic::{Diagnostics, nearest},
    schema::schema,
    settings::{plain, toml_diagnostic},
    table::Table,
};

/// Changes to a case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    name: String,
    settings: Vec<(String, String)>,
    changes: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq)]
enum Change {
    Set { table: String, key: String, column: String, to: NewValue },
    Drop { table: String, key: String },
    Add { table: String, row: Vec<(String, String)> },
}

#[derive(Debug, Clone, PartialEq)]
enum NewValue {
    Text(String),
    Times(f64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioFile {
    #[serde(default)]
    settings: toml::Table,
    #[serde(default)]
    set: Vec<SetFile>,
    #[serde(default)]
    drop: Vec<DropFile>,
    #[serde(default)]
    add: Vec<AddFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    table: String,
    key: String,
    column: String,
    value: Option<toml::Value>,
    multiply: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DropFile {
    table: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddFile {
    table: String,
    row: toml::Table,
}

impl Overrides {
    /// No changes.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads a scenario file.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    pub fn parse(text: &str, name: &str) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::default();
        let file: ScenarioFile = match toml::from_str(text) {
            Ok(file) => file,
            Err(error) => {
                found.push(toml_diagnostic(name, text, &error));
                return Err(found);
            }
        };
        let mut overrides = Self { name: name.to_owned(), ..Self::default() };
        flatten("", &file.settings, &mut overrides.settings);
        for set in file.set {
            let to = match (set.value, set.multiply) {
                (Some(value), None) => NewValue::Text(as_text(&value)),
                (None, Some(factor)) => NewValue::Times(factor),
                _ => {
                    let message =
                        format!("[[set]] of {}/{} needs either `value` or `multiply`", set.table, set.key);
                    found.push(plain(name, "E040", message, ""));
                    continue;
                }
            };
            overrides.changes.push(Change::Set { table: set.table, key: set.key, column: set.column, to });
        }
        overrides
            .changes
            .extend(file.drop.into_iter().map(|drop| Change::Drop { table: drop.table, key: drop.key }));
        overrides.changes.extend(file.add.into_iter().map(|add| Change::Add {
            table: add.table,
            row: add.row.iter().map(|(column, value)| (column.clone(), as_text(value))).collect(),
        }));
        if found.has_errors() { Err(found) } else { Ok(overrides) }
    }

    /// Sets a key of case.toml, e.g. `risk.years` to `2000`.
    pub fn set_setting(&mut self, key: &str, value: &str) {
        self.settings.push((key.to_owned(), value.to_owned()));
    }

    /// These changes, then those of `other`.
    pub fn extend(&mut self, other: Self) {
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.settings.extend(other.settings);
        self.changes.extend(other.changes);
    }

    /// All changes as text: part of a run's identity.
    pub fn describe(&self) -> String {
        format!("{:?} {:?}", self.settings, self.changes)
    }

    pub(crate) fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// Lays the changes over the tables; a change that finds nothing to change is an error.
    pub(crate) fn apply(&self, tables: &mut [Table], found: &mut Diagnostics) {
        let file = if self.name.is_empty() { "--set" } else { &self.name };
        for change in &self.changes {
            let (Change::Set { table, .. } | Change::Drop { table, .. } | Change::Add { table, .. }) = change;
            let Some(target) = tables.iter_mut().find(|known| known.schema.name == table) else {
                let help = suggestion(table, schema().iter().map(|known| known.name));
                found.push(plain(file, "E040", format!("there is no table \"{table}\""), &help));
                continue;
            };
            match change {
                Change::Set { key, column, to, .. } => set(target, key, column, to, file, found),
                Change::Drop { key, .. } => {
                    if target.remove(|table, row| matches(key, &table.key(row))) == 0 {
                        no_row(target, key, file, found);
                    }
                }
                Change::Add { row, .. } => {
                    let position = target.add_row();
                    for (column, value) in row {
                        if known_column(target, column, file, found) {
                            target.set(position, column, value);
                        }
                    }
                }
            }
        }
    }
}

fn set(table: &mut Table, key: &str, column: &str, to: &NewValue, file: &str, found: &mut Diagnostics) {
    if !known_column(table, column, file, found) {
        return;
    }
    let rows: Vec<usize> = (0..table.len()).filter(|row| matches(key, &table.key(*row))).collect();
    if rows.is_empty() {
        no_row(table, key, file, found);
    }
    for row in rows {
        let text = match to {
            NewValue::Text(text) => cell::parse_number(text, crate::dialect::Decimal::Point)
                .map_or_else(|| text.clone(), |value| table.write_number(value)),
            NewValue::Times(factor) => {
                let old = table.text(row, column);
                if let Some(value) = cell::parse_number(old, table.dialect.decimal) {
                    table.write_number(value * factor)
                } else {
                    let message = format!("`{column}` of {key} is \"{old}\": there is nothing to multiply");
                    found.push(plain(file, "E040", message, "set it with `value`"));
                    continue;
                }
            }
        };
        table.set(row, column, &text);
    }
}

/// `*` is every row; a key may end in `*`.
fn matches(key: &str, row: &str) -> bool {
    key.strip_suffix('*').map_or(key == row, |start| row.starts_with(start))
}

fn known_column(table: &Table, column: &str, file: &str, found: &mut Diagnostics) -> bool {
    let known = table.schema.column(column).is_some();
    if !known {
        let help = suggestion(column, table.schema.columns.iter().map(|known| known.name));
        found.push(plain(file, "E040", format!("{} has no column \"{column}\"", table.file), &help));
    }
    known
}

fn no_row(table: &Table, key: &str, file: &str, found: &mut Diagnostics) {
    let keys: Vec<String> = (0..table.len()).map(|row| table.key(row)).collect();
    let help = suggestion(key, keys.iter().map(String::as_str));
    found.push(plain(file, "E040", format!("{} has no row \"{key}\"", table.file), &help));
}

fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!("did you mean \"{near}\"?"))
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, into),
            other => into.push((path, other.to_string())),
        }
    }
}

fn as_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

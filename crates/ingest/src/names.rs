//! Ids of a table and how to look them up.

use std::collections::BTreeMap;

use crate::{
    cell::Row,
    diagnostic::{Diagnostics, nearest},
    table::Table,
};

/// The ids of one or more tables with their positions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    what: &'static str,
    positions: BTreeMap<String, usize>,
    /// Whether a table could not be read in full, so that any id may be one of those that it lacks.
    partial: bool,
}

impl Names {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, positions: BTreeMap::new(), partial: false }
    }

    /// Takes the ids of `table` in; a second row with the same id is reported.
    pub(crate) fn add_table(&mut self, table: &Table, found: &mut Diagnostics) {
        let column = table.schema.columns[0].name;
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for row in 0..table.len() {
            let id = table.text(row, column);
            if !id.is_empty() && !self.add(id) {
                let before = first.get(id).map(|first| table.place(*first, column).0);
                let before = before.map_or_else(String::new, |line| format!("; the first is in line {line}"));
                let message = format!("{} \"{id}\" is there twice{before}", self.what);
                Row { table, row }.report(found, column, "E021", message, "give each row an id of its own");
            }
            first.entry(id).or_insert(row);
        }
        self.miss(table);
    }

    /// Takes note of whether `table` lacks rows: then ids that are not known are no findings of their own.
    pub(crate) fn miss(&mut self, table: &Table) {
        self.partial |= !table.whole;
    }

    /// Takes an id in at the next position; answers whether it is new.
    pub(crate) fn add(&mut self, id: &str) -> bool {
        let next = self.positions.len();
        if self.positions.contains_key(id) {
            return false;
        }
        self.positions.insert(id.to_owned(), next);
        true
    }

    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The id in a cell; an unknown one is reported with the nearest known.
    pub(crate) fn find(&self, row: &Row<'_>, column: &str, found: &mut Diagnostics) -> Option<usize> {
        let id = row.opt(column, found)?;
        self.find_id(row, column, id, found)
    }

    /// One of the ids in a cell.
    pub(crate) fn find_id(&self, row: &Row<'_>, column: &str, id: &str, found: &mut Diagnostics) -> Option<usize> {
        let position = self.position(id);
        if position.is_none() && !self.partial {
            let help = nearest(id, self.positions.keys().map(String::as_str)).map_or_else(
                || match self.positions.len() {
                    0 => "declare it first: there are none yet".to_owned(),
                    count => format!("declare it first, or take one of the {count} that there are"),
                },
                |near| format!("did you mean \"{near}\"?"),
            );
            row.report(found, column, "E020", format!("there is no {} \"{id}\"", self.what), &help);
        }
        position
    }
}

/// The rows of a table.
pub(crate) fn rows(table: &Table) -> impl Iterator<Item = Row<'_>> {
    (0..table.len()).map(move |row| Row { table, row })
}

/// Reports rows whose whole key is there twice.
pub(crate) fn unique_keys(table: &Table, found: &mut Diagnostics) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(table) {
        let key = table.key(row.row);
        if let Some(first) = seen.get(&key) {
            let column = table.schema.key[0];
            let message =
                format!("\"{key}\" is there twice; the first is in line {}", table.place(*first, column).0);
            row.report(found, column, "E021", message, "delete one");
        } else {
            seen.insert(key, row.row);
        }
    }
}

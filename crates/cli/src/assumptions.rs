//! What a case takes for granted, as a table.

use ballast_ingest::Assumption;
use ballast_report::tables::{Table, text};

/// One row per assumption.
pub(crate) fn table(assumptions: &[Assumption]) -> Table {
    let row = |one: &Assumption| {
        vec![
            text(&one.file),
            text(&one.what),
            text(&one.value),
            one.basis.name().to_owned(),
            one.rows.to_string(),
            text(&one.source),
        ]
    };
    Table {
        name: "assumptions",
        columns: ["file", "what", "held", "basis", "rows", "source"].map(str::to_owned).to_vec(),
        rows: assumptions.iter().map(row).collect(),
    }
}

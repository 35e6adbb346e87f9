//! What a case takes for granted, as a table.

use ballast_ingest::Assumption;
use ballast_report::tables::Table;

/// One row per assumption.
pub(crate) fn table(assumptions: &[Assumption]) -> Table {
    let row = |one: &Assumption| {
        vec![
            one.file.clone(),
            one.what.clone(),
            one.value.clone(),
            one.basis.name().to_owned(),
            one.rows.to_string(),
            one.source.clone(),
        ]
    };
    Table {
        name: "assumptions",
        columns: ["file", "what", "held", "basis", "rows", "source"].map(str::to_owned).to_vec(),
        rows: assumptions.iter().map(row).collect(),
    }
}

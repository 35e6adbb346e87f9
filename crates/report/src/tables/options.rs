//! `options.csv`: what may be placed where, beside the programme that chooses among it.

use ballast_model::Estate;
use ballast_solver::PricedOption;

use super::{
    Table,
    cell::money,
    placements,
    schema::{PATTERN, PRIMARY, STANDBY, Schema},
};

pub(super) const SCHEMA: Schema = Schema {
    name: "options",
    row: "column of the programme that places a workload",
    columns: &[
        ("column", "", "its name in programme.mps"),
        ("workload", "", "workload that it places"),
        PATTERN,
        PRIMARY,
        STANDBY,
        ("annual_cost$", "$ a year", "run cost, without what is paid once per site and provider"),
        ("loss_alone$", "$ a year", "expected loss through outages of this workload alone"),
    ],
};

/// `options.csv`: one row per column of the programme that places a workload.
pub fn table(estate: &Estate, options: &[PricedOption]) -> Table {
    let mut table = Table::of(&SCHEMA, &estate.settings().currency);
    for option in options {
        let mut row = vec![option.column.clone(), estate.workload(option.workload).id.clone()];
        row.extend(placements::deployment(estate, Some(&option.deployment)));
        row.extend([money(option.annual_cost), money(option.loss_alone)]);
        table.push(row);
    }
    table
}

//! `options.csv`: what may be placed where, beside the programme that chooses among it.

use ballast_model::Estate;
use ballast_solver::PricedOption;

use super::{
    Table,
    cell::{money, text},
    money_columns, placements,
};

/// `options.csv`: one row per column of the programme that places a workload.
pub fn table(estate: &Estate, options: &[PricedOption]) -> Table {
    let names = ["column", "workload", "pattern", "primary_site", "standby_site", "annual_cost$", "loss_alone$"];
    let mut table = Table::new("options", money_columns(&estate.settings().currency, &names));
    for option in options {
        let mut row = vec![text(&option.column), text(&estate.workload(option.workload).id)];
        row.extend(placements::deployment(estate, Some(&option.deployment)));
        row.extend([money(option.annual_cost), money(option.loss_alone)]);
        table.push(row);
    }
    table
}

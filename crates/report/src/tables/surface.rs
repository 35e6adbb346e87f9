//! `surface.csv`: what every solve of a surface proves, beside the best of the plans at its weights.

use super::{
    Table,
    cell::{money, significant},
    schema::{POINT, Schema},
};
use crate::Study;

pub(super) const SCHEMA: Schema = Schema {
    name: "surface",
    row: "weights of cost, expected loss and CVaR that were solved for, with `frontier --axes` of three measures or two losses",
    columns: &[
        POINT,
        ("weight_of_cost", "", "weight of run cost in the objective"),
        ("weight_of_loss", "", "weight of expected loss"),
        ("weight_of_cvar", "", "weight of CVaR"),
        ("annual_cost$", "$ a year", "run cost of the plan, the best of the run's at these weights"),
        ("expected_loss$", "$ a year", "its expected loss"),
        ("cvar$", "$ a year", "its CVaR"),
        ("objective$", "$ a year", "the three with their weights"),
        ("lower_bound$", "$ a year", "no plan that keeps the limits has a lower objective; proven"),
        ("gap", "share", "how far the bound is below the objective"),
    ],
};

/// The table; none if the run has no surface.
pub(super) fn table(study: &Study<'_>) -> Option<Table> {
    let surface = study.surface?;
    let mut table = Table::of(&SCHEMA, study.currency());
    for support in &surface.supports {
        let solution = &surface.points[support.plan];
        let mut row = vec![Study::point_name(support.plan)];
        row.extend(support.weights.map(significant));
        row.extend([
            money(solution.annual_cost),
            money(solution.expected_loss()),
            money(solution.risk.cvar(study.alpha())),
            money(support.objective),
            money(support.bound),
            significant(support.gap),
        ]);
        table.push(row);
    }
    Some(table)
}

//! `shadow_prices.csv`: what one unit more of each binding limit is worth, at the divisible optimum.

use super::{
    Table,
    cell::{money, or_empty, significant},
    schema::{POINT, Schema},
};
use crate::{RowName, Study};

pub(super) const SCHEMA: Schema = Schema {
    name: "shadow_prices",
    row: "plan and limit that binds it",
    columns: &[
        POINT,
        (
            "row",
            "",
            "the limit's row of the programme, as the table of labels in [the mathematics](math.md) has it",
        ),
        ("limit", "in `unit`", "its limit; of `expected_loss` or `cvar` on a curve, the point's own loss"),
        (
            "limit_from",
            "in `unit`",
            "least limit for which the worth holds, as exact as the tolerance of the divisible plan that it is of; below it one unit more is worth as much or more; empty if it was not found. On a curve `limit` of `expected_loss` or `cvar` is often outside: the point is a whole plan, the worth and its range are those of the divisible plan that bounds it",
        ),
        (
            "limit_to",
            "in `unit`",
            "greatest such limit; above it one unit more is worth as much or less; empty if it was not found, whether or not `limit_from` was",
        ),
        ("unit", "", "unit of the limit"),
        ("value_per_unit$", "$ a year", "what one unit more would be worth"),
        ("meaning", "", "the limit in words"),
    ],
};

pub(super) fn table(study: &Study<'_>) -> Table {
    let mut table = Table::of(&SCHEMA, study.currency());
    let currency = &study.estate.settings().currency;
    for plan in &study.plans {
        for price in plan.solution.iter().flat_map(|solution| &solution.shadow_prices) {
            let name = RowName::parse(&price.row);
            let figure: fn(f64) -> String = if name.is_money() { money } else { significant };
            table.push(vec![
                plan.id.clone(),
                price.row.clone(),
                figure(price.limit),
                or_empty(price.range.from, figure),
                or_empty(price.range.to, figure),
                name.unit(currency),
                significant(price.value),
                name.in_words(),
            ]);
        }
    }
    table
}

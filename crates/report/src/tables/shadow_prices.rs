//! `shadow_prices.csv`: what one unit more of each binding limit is worth, at the divisible optimum.

use super::{
    Table,
    cell::{money, significant, text},
    columns,
};
use crate::{RowName, Study};

pub(super) fn table(study: &Study<'_>) -> Table {
    let names = ["point", "row", "limit", "unit", "value_per_unit$", "meaning"];
    let mut table = Table::new("shadow_prices", columns(study, &names));
    let currency = &study.estate.settings().currency;
    for plan in &study.plans {
        for price in plan.solution.iter().flat_map(|solution| &solution.shadow_prices) {
            let name = RowName::parse(&price.row);
            table.push(vec![
                plan.id.clone(),
                text(&price.row),
                if name.is_money() { money(price.limit) } else { significant(price.limit) },
                text(&name.unit(currency)),
                significant(price.value),
                text(&name.in_words()),
            ]);
        }
    }
    table
}

//! `roadmap.csv`: the way from today's plan to the chosen one, move by move.

use ballast_solver::Stop;

use super::{
    Table,
    cell::{money, or_empty, significant},
    schema::Schema,
};
use crate::roadmap::{RoadmapView, bond};

pub(super) const SCHEMA: Schema = Schema {
    name: "roadmap",
    row: "move from today to the chosen plan, after one for today's plan, before one for all other moves",
    columns: &[
        ("point", "", "the plan to which it leads"),
        ("move", "", "today, number of the move, or rest"),
        ("workloads", "", "workloads that move, joined by `;`"),
        ("workloads_moved", "", "their number"),
        ("together", "", "why they move together"),
        ("today", "", "how they are deployed today"),
        ("then", "", "how they are deployed then"),
        ("cost_change$", "$ a year", "change of the run cost by the move"),
        ("loss_avoided$", "$ a year", "expected loss that the move avoids"),
        ("benefit_per_cost", "", "loss avoided less cost, per cost; empty if the move costs nothing"),
        ("annual_cost$", "$ a year", "run cost of the plan after it"),
        ("expected_loss$", "$ a year", "expected loss of the plan after it"),
        ("cvar$", "$ a year", "CVaR of the plan after it"),
        ("total$", "$ a year", "total of the plan after it"),
        ("mends", "", "rules and limits that the move mends, joined by `;`"),
        ("violations", "", "rules and limits that the plan after it breaks, joined by `;`"),
    ],
};

/// One row for today's plan, one per move with the plan after it, and one for all other moves.
pub(super) fn table(view: &RoadmapView<'_>) -> Table {
    let mut table = Table::of(&SCHEMA, &view.estate.settings().currency);
    let today = &view.roadmap.today;
    let mut row = vec![view.name.to_owned(), "today".to_owned(), String::new(), "0".to_owned()];
    row.extend(std::iter::repeat_n(String::new(), 6));
    row.extend(figures(today));
    row.extend([String::new(), today.broken.join(";")]);
    table.push(row);
    for step in view.steps() {
        let one = step.one;
        let (number, lists) = match step.number {
            Some(number) => {
                let [now, then] = view.deployments(one).map(|each| each.join(";"));
                (number.to_string(), [view.ids(one).join(";"), now, then])
            }
            // All of a large estate are too many for a cell.
            None => ("rest".to_owned(), <[String; 3]>::default()),
        };
        let together: Vec<String> = one.bonds.iter().map(bond).collect();
        let mut row = vec![view.name.to_owned(), number, lists[0].clone(), one.workloads.len().to_string()];
        row.extend([together.join(";"), lists[1].clone(), lists[2].clone()]);
        row.extend([money(step.cost()), money(step.avoided()), or_empty(step.benefit_per_cost(), significant)]);
        row.extend(figures(&one.after));
        row.extend([one.mends.join(";"), one.after.broken.join(";")]);
        table.push(row);
    }
    table
}

fn figures(stop: &Stop) -> [String; 4] {
    [stop.annual_cost, stop.expected_loss, stop.cvar, stop.total].map(money)
}

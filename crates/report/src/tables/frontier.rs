//! `frontier.csv`: every plan with its cost, its loss and its proof.

use ballast_solver::{Goal, Status};

use super::{
    Table,
    cell::{flag, money, or_empty, significant, text},
    columns,
};
use crate::{PlanView, Role, Study};

const COLUMNS: [&str; 28] = [
    "point",
    "role",
    "is_knee",
    "is_as_is",
    "annual_cost$",
    "fixed_cost$",
    "expected_loss$",
    "expected_loss_se$",
    "cvar$",
    "cvar_se$",
    "fresh_expected_loss$",
    "fresh_cvar$",
    "var$",
    "alpha",
    "total$",
    "minimised",
    "budget$",
    "loss_cap$",
    "cvar_cap$",
    "objective$",
    "lower_bound$",
    "gap",
    "optimum_low$",
    "optimum_high$",
    "status",
    "split_workloads",
    "binding",
    "violations",
];

pub(super) fn table(study: &Study<'_>) -> Table {
    let mut table = Table::new("frontier", columns(study, &COLUMNS));
    for plan in &study.plans {
        table.push(row(study, plan));
    }
    table
}

fn row(study: &Study<'_>, plan: &PlanView<'_>) -> Vec<String> {
    let alpha = study.alpha();
    let solution = plan.solution;
    let of_goal = |part: fn(&Goal) -> Option<f64>| or_empty(solution.and_then(|found| part(&found.goal)), money);
    vec![
        plan.id.clone(),
        plan.role.name().to_owned(),
        flag(plan.role == Role::Frontier && study.is_chosen(plan)),
        flag(plan.role == Role::AsIs),
        money(plan.annual_cost),
        money(plan.fixed_cost),
        money(plan.risk.expected_loss()),
        money(plan.risk.expected_loss_se()),
        money(plan.risk.cvar(alpha)),
        money(plan.risk.cvar_se(alpha)),
        or_empty(study.afresh(&plan.id).map(|fresh| fresh.0), money),
        or_empty(study.afresh(&plan.id).map(|fresh| fresh.1), money),
        money(plan.risk.var(alpha)),
        significant(alpha),
        money(study.total(plan)),
        solution.map(|found| minimised(&found.goal)).unwrap_or_default(),
        of_goal(|goal| goal.budget),
        of_goal(|goal| goal.loss_cap),
        of_goal(|goal| goal.cvar_cap),
        or_empty(solution.map(|found| found.objective), money),
        or_empty(solution.map(|found| found.lower_bound), money),
        or_empty(solution.map(|found| found.gap), significant),
        or_empty(study.optimum(&plan.id).map(|optimum| optimum.low), money),
        or_empty(study.optimum(&plan.id).map(|optimum| optimum.high), money),
        solution.map(|found| status(found.status).to_owned()).unwrap_or_default(),
        solution.map(|found| found.fractional_workloads.to_string()).unwrap_or_default(),
        solution
            .map(|found| text(&joined(found.shadow_prices.iter().map(|price| price.row.as_str()))))
            .unwrap_or_default(),
        text(&joined(plan.violations.iter().map(String::as_str))),
    ]
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join(";")
}

/// The name of how a solve ended.
pub(crate) const fn status(status: Status) -> &'static str {
    match status {
        Status::WithinGap => "within_gap",
        Status::Limit => "limit",
    }
}

/// What `objective` adds up, e.g. `annual_cost + 0.5 expected_loss`.
fn minimised(goal: &Goal) -> String {
    let terms =
        [(goal.cost_weight, "annual_cost"), (goal.loss_weight, "expected_loss"), (goal.cvar_weight, "cvar")];
    terms
        .iter()
        .filter(|(weight, _)| *weight > 0.0)
        .map(
            |(weight, name)| {
                if (weight - 1.0).abs() < f64::EPSILON { (*name).to_owned() } else { format!("{weight} {name}") }
            },
        )
        .collect::<Vec<_>>()
        .join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objective_is_written_out() {
        assert_eq!(minimised(&Goal::CHEAPEST), "annual_cost");
        assert_eq!(minimised(&Goal::total(1.0, 0.25)), "annual_cost + 0.75 expected_loss + 0.25 cvar");
    }
}

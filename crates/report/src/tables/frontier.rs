//! `frontier.csv`: every plan with its cost, its loss and its proof.

use ballast_solver::{Goal, Status};

use super::{
    Table,
    cell::{flag, money, or_empty, significant},
    schema::{POINT, Schema},
};
use crate::{PlanView, Role, Study};

pub(super) const SCHEMA: Schema = Schema {
    name: "frontier",
    row: "plan",
    columns: &[
        POINT,
        ("role", "", "as_is, frontier, surface, same_loss, same_cost, or plan for that of `solve`"),
        ("is_knee", "", "whether it has the lowest total of the curve or the surface"),
        ("is_as_is", "", "whether it is today's plan"),
        ("annual_cost$", "$ a year", "what running it costs, moves spread over the horizon included"),
        ("fixed_cost$", "$ a year", "of that, what sites and providers cost however much they are used"),
        ("expected_loss$", "$ a year", "mean loss of the simulated years"),
        ("expected_loss_se$", "$ a year", "its standard error"),
        ("cvar$", "$ a year", "mean loss of the worst 1 - alpha of years"),
        ("cvar_se$", "$ a year", "its standard error"),
        ("fresh_expected_loss$", "$ a year", "mean loss of as many years on which no plan was chosen"),
        ("fresh_cvar$", "$ a year", "CVaR of those years"),
        ("var$", "$ a year", "loss that 1 - alpha of years exceed"),
        ("alpha", "share", "confidence of CVaR and VaR"),
        ("total$", "$ a year", "run cost plus weighted loss"),
        ("minimised", "", "what was minimised"),
        ("budget$", "$ a year", "the most that it was allowed to cost"),
        ("loss_cap$", "$ a year", "the most that it was allowed to lose"),
        ("cvar_cap$", "$ a year", "the highest CVaR that it was allowed"),
        ("objective$", "$ a year", "value of what was minimised"),
        ("lower_bound$", "$ a year", "no plan that keeps the same caps has a lower objective; proven"),
        ("gap", "share", "how far the bound is below the objective"),
        (
            "optimum_low$",
            "$ a year",
            "low end of the 90 % interval of the true optimum of the objective, over all years there could be",
        ),
        ("optimum_high$", "$ a year", "its high end"),
        ("status", "", "within_gap, or limit if the search ended before"),
        ("split_workloads", "", "workloads that the relaxation splits"),
        ("binding", "", "rows of the programme that bind, joined by `;`"),
        ("violations", "", "rules and limits that it breaks, joined by `;`"),
    ],
};

pub(super) fn table(study: &Study<'_>) -> Table {
    let mut table = Table::of(&SCHEMA, study.currency());
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
        flag(matches!(plan.role, Role::Frontier | Role::Surface) && study.is_chosen(plan)),
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
            .map(|found| joined(found.shadow_prices.iter().map(|price| price.row.as_str())))
            .unwrap_or_default(),
        joined(plan.violations.iter().map(String::as_str)),
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
        .map(|(weight, name)| {
            if (weight - 1.0).abs() < f64::EPSILON {
                (*name).to_owned()
            } else {
                format!("{} {name}", shortest(*weight))
            }
        })
        .collect::<Vec<_>>()
        .join(" + ")
}

/// A weight with six significant digits at most.
fn shortest(weight: f64) -> String {
    let text = significant(weight);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objective_is_written_out() {
        assert_eq!(minimised(&Goal::CHEAPEST), "annual_cost");
        assert_eq!(
            minimised(&Goal { cvar_weight: 0.181_139_27, ..Goal::CHEAPEST }),
            "annual_cost + 0.181139 cvar"
        );
        assert_eq!(minimised(&Goal::total(1.0, 0.25)), "annual_cost + 0.75 expected_loss + 0.25 cvar");
    }
}

//! `placements.csv`: who runs where, at what cost, and what the next best deployment would cost more.

use ballast_model::{Assignment, Deployment, Estate, WorkloadId, cost};

use super::{
    Table,
    cell::{flag, hours, money, significant, text},
    columns, money_column,
};
use crate::{PlanView, Study};

pub(super) fn table(study: &Study<'_>) -> Table {
    let mut names = columns(
        study,
        &["point", "workload", "pattern", "primary_site", "standby_site", "share", "is_as_is", "annual_cost$"],
    );
    names.extend(cost::Component::ALL.iter().map(|(_, name)| money_column(name, study)));
    names.extend(columns(
        study,
        &[
            "expected_loss$",
            "downtime_h_per_year",
            "runner_up_pattern",
            "runner_up_primary_site",
            "runner_up_standby_site",
            "runner_up_premium$",
        ],
    ));
    let mut table = Table::new("placements", names);
    for plan in &study.plans {
        for workload in study.estate.workload_ids() {
            // Largest part first: the figures of the whole workload stand in its row.
            let mut parts: Vec<&Assignment> = plan.plan.of(workload).iter().collect();
            parts.sort_by(|a, b| b.share.cmp(&a.share).then(a.deployment.cmp(&b.deployment)));
            for (position, part) in parts.into_iter().enumerate() {
                table.push(row(study.estate, plan, workload, part, position == 0));
            }
        }
    }
    table
}

fn row(
    estate: &Estate,
    plan: &PlanView<'_>,
    workload: WorkloadId,
    part: &Assignment,
    is_main: bool,
) -> Vec<String> {
    let as_is = estate.workload(workload).as_is.as_ref().map(|as_is| as_is.deployment);
    let share = part.share.get();
    let mut row = vec![plan.id.clone(), text(&estate.workload(workload).id)];
    row.extend(deployment(estate, Some(&part.deployment)));
    row.push(significant(share));
    row.push(flag(as_is == Some(part.deployment)));
    // The solver priced this deployment, or `baseline` did: no price is missing.
    match cost::annual_cost(estate, workload, &part.deployment) {
        Ok(cost) => {
            row.push(money(cost.total().get() * share));
            row.extend(cost::Component::ALL.iter().map(|(part, _)| money(cost.get(*part).get() * share)));
        }
        Err(_) => row.extend(std::iter::repeat_n(String::new(), 1 + cost::Component::ALL.len())),
    }
    if is_main {
        let risk = plan.risk.by_workload[workload.index()];
        row.extend([money(risk.expected_loss), hours(risk.downtime_h_per_year)]);
    } else {
        row.extend([String::new(), String::new()]);
    }
    let runner_up = plan.solution.filter(|_| is_main).and_then(|found| found.runner_up_of(workload));
    row.extend(deployment(estate, runner_up.map(|next| &next.deployment)));
    row.push(runner_up.map(|next| money(next.premium)).unwrap_or_default());
    row
}

/// Pattern, primary and standby; empty where there is none.
pub(super) fn deployment(estate: &Estate, deployment: Option<&Deployment>) -> [String; 3] {
    let Some(deployment) = deployment else { return Default::default() };
    [
        text(&estate.pattern(deployment.pattern).id),
        text(&estate.site(deployment.primary).id),
        deployment.standby.map(|standby| text(&estate.site(standby).id)).unwrap_or_default(),
    ]
}

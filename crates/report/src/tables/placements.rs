//! `placements.csv`: who runs where, at what cost, and what the next best deployment would cost more.

use ballast_model::{Assignment, Deployment, Estate, WorkloadId, cost};
use rayon::prelude::*;

use super::{
    Rows, Table,
    cell::{flag, hours, money, significant},
    schema::{PATTERN, POINT, PRIMARY, STANDBY, Schema},
};
use crate::{PlanView, Study};

pub(super) const SCHEMA: Schema = Schema {
    name: "placements",
    row: "plan, workload and deployment; a divisible workload may have several",
    columns: &[
        POINT,
        ("workload", "", "workload"),
        PATTERN,
        PRIMARY,
        STANDBY,
        ("share", "share", "share of the workload's units that is deployed so"),
        ("is_as_is", "", "whether it is deployed so today"),
        ("annual_cost$", "$ a year", "run cost of this part, the sum of the next nine"),
        ("compute$", "$ a year", "compute at the primary"),
        ("standby_compute$", "$ a year", "compute that stands by"),
        ("storage$", "$ a year", "storage of every copy"),
        ("replication$", "$ a year", "changes sent to the standby"),
        ("egress$", "$ a year", "traffic to the internet"),
        ("licence$", "$ a year", "licences"),
        ("operations$", "$ a year", "run effort, the pattern's share on top included"),
        ("extra$", "$ a year", "extra cost of the workload at this site"),
        ("migration$", "$ a year", "moving here, spread over the horizon"),
        ("expected_loss$", "$ a year", "what its outages cost; in the row of the largest part"),
        ("downtime_h_per_year", "h a year", "expected outage; in the row of the largest part"),
        ("runner_up_pattern", "", "the deployment that would be next"),
        ("runner_up_primary_site", "", "its primary"),
        ("runner_up_standby_site", "", "its standby"),
        ("runner_up_premium$", "$ a year", "what it would cost more, at the shadow prices"),
    ],
};

/// Plans whose rows are made side by side, before they stand in the table: they are in memory twice.
const SIDE_BY_SIDE: usize = 8;

pub(super) fn table(study: &Study<'_>) -> Table {
    let of_plan = |plan: &PlanView<'_>| {
        let mut rows = Rows::default();
        for workload in study.estate.workload_ids() {
            // Largest part first: the figures of the whole workload stand in its row.
            let mut parts: Vec<&Assignment> = plan.plan.of(workload).iter().collect();
            parts.sort_by(|a, b| b.share.cmp(&a.share).then(a.deployment.cmp(&b.deployment)));
            for (position, part) in parts.into_iter().enumerate() {
                rows.push(row(study.estate, plan, workload, part, position == 0));
            }
        }
        rows
    };
    let mut table = Table::of(&SCHEMA, study.currency());
    for plans in study.plans.chunks(SIDE_BY_SIDE) {
        for rows in plans.par_iter().map(of_plan).collect::<Vec<_>>() {
            table.rows.append(&rows);
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
    let mut row = vec![plan.id.clone(), estate.workload(workload).id.clone()];
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
        estate.pattern(deployment.pattern).id.clone(),
        estate.site(deployment.primary).id.clone(),
        deployment.standby.map(|standby| estate.site(standby).id.clone()).unwrap_or_default(),
    ]
}

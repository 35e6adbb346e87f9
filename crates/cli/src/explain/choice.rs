//! The plan to explain: a point of a run in the case's folder, or one that is solved now.

use std::time::Instant;

use ballast_model::{Deployment, Estate, Plan, WorkloadId};
use ballast_report::number;
use ballast_risk::EventSet;
use ballast_solver::Status;

use crate::{
    deadline::Deadline,
    failure::Failure,
    optimise::lowest_total,
    output::Output,
    past_run::{Found, PastRun},
    progress::Bar,
};

/// A plan and, where one workload is asked for, what its run says of it.
pub(super) struct Choice {
    /// `p05 of run frontier-059a81f7`, or how it was found.
    pub(super) origin: String,
    pub(super) plan: Plan,
    /// The next best deployment and what it would cost more per year.
    pub(super) runner_up: Option<(Deployment, f64)>,
}

/// The plan at `point`: of the run, or solved now for the lowest total where there is no run, in this part of the time
/// of a command that began at `start`.
pub(super) fn make(
    found: &Found,
    events: &EventSet,
    point: Option<&str>,
    workload: Option<WorkloadId>,
    (start, part): (Instant, f64),
    output: &Output,
) -> anyhow::Result<Choice> {
    let estate = &found.source.case.estate;
    match &found.run {
        Some(run) => of_run(estate, run, point, workload),
        None if point.is_some() => {
            let hint = "`ballast frontier` makes one";
            Err(Failure::usage("the case has no run to take a point from", hint).into())
        }
        None => solve_now(estate, events, workload, (start, part), output),
    }
}

fn solve_now(
    estate: &Estate,
    events: &EventSet,
    workload: Option<WorkloadId>,
    (start, part): (Instant, f64),
    output: &Output,
) -> anyhow::Result<Choice> {
    output.note("note: the case has no run, so the plan of lowest total is solved first");
    let bar = Bar::new(output, &estate.settings().currency);
    bar.say("solving");
    let deadline = Deadline::new(start, estate.settings());
    let progress = |progress| bar.take(&progress);
    let solution = deadline.within(part, &progress, |control| lowest_total(estate, events, control))?;
    let mut origin = "the plan of lowest total, solved now".to_owned();
    if solution.status == Status::Limit {
        origin = format!(
            "the best plan so far for the lowest total, solved now with a gap of {}",
            number::percent(solution.gap)
        );
    }
    let runner_up = workload.and_then(|id| solution.runner_up_of(id)).map(|next| (next.deployment, next.premium));
    Ok(Choice { origin, plan: solution.plan, runner_up })
}

fn of_run(
    estate: &Estate,
    run: &PastRun,
    point: Option<&str>,
    workload: Option<WorkloadId>,
) -> anyhow::Result<Choice> {
    let point = point.map_or_else(|| Ok(run.chosen().to_owned()), |wanted| run.point(wanted))?;
    let plan = run.plan(estate, &point)?;
    let runner_up = workload.and_then(|id| run.runner_up(estate, &point, id));
    Ok(Choice { origin: run.name_of(&point), plan, runner_up })
}

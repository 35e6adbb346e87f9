//! The plan to explain: a point of a run in the case's folder, or one that is solved now.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ballast_ingest::Overrides;
use ballast_model::{Assignment, Deployment, Estate, Plan, Share, WorkloadId};
use ballast_report::{InputFile, tables::Table};
use ballast_risk::EventSet;
use ballast_solver::{Control, Problem};
use clap::Parser;
use serde::Deserialize;

use crate::{
    args::{ChangeArgs, GoalArgs},
    failure::Failure,
    interrupt,
    optimise::solve_one,
    output::Output,
    progress::Bar,
    source::{self, Source},
};

/// A plan and what its run says of one workload.
pub(super) struct Choice {
    /// `p05 of run frontier-059a81f7`, or how it was found.
    pub(super) origin: String,
    pub(super) plan: Plan,
    /// The next best deployment and what it would cost more per year.
    pub(super) runner_up: Option<(Deployment, f64)>,
}

/// The case as a run saw it.
pub(super) struct Found {
    pub(super) source: Source,
    run: Option<Run>,
}

/// A run's folder and the part of its record that is needed here.
struct Run {
    folder: PathBuf,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    run: String,
    chosen: String,
    arguments: Vec<String>,
    overrides: String,
    inputs: Vec<InputFile>,
}

/// Only the flags that change a case.
#[derive(Parser)]
#[command(no_binary_name = true)]
struct Flags {
    #[command(flatten)]
    changes: ChangeArgs,
}

/// Reads the case with the changes of the run: `id` or its folder, the latest if not given.
pub(super) fn find(case: &Path, id: Option<&str>, output: &Output) -> anyhow::Result<Found> {
    source::must_exist(case)?;
    let Some(run) = open(case, id)? else {
        return Ok(Found { source: Source::read(case, &Overrides::none(), None)?, run: None });
    };
    let flags = Flags::try_parse_from(&run.head.arguments).map_err(|_| {
        Failure::usage(format!("run.json of {} is not ours", run.head.run), "choose another with --run")
    })?;
    let source = Source::read(case, &source::overrides(&flags.changes)?, None)?;
    if source.overrides != run.head.overrides {
        let hint = "a job of a batch cannot be explained; run its scenario with `ballast frontier --scenario`";
        return Err(Failure::usage(format!("the changes of run {} are not known", run.head.run), hint).into());
    }
    if source.inputs != run.head.inputs {
        output.note(&format!(
            "note: the case has changed since run {}; its plan is measured on the case of now",
            run.head.run
        ));
    }
    Ok(Found { source, run: Some(run) })
}

fn open(case: &Path, id: Option<&str>) -> anyhow::Result<Option<Run>> {
    let runs = case.join("runs");
    let folder = match id {
        Some(id) if runs.join(id).is_dir() => runs.join(id),
        Some(id) if Path::new(id).join("run.json").is_file() => PathBuf::from(id),
        Some(id) => {
            let hint = format!("its runs are in {}; a folder made with --out can be named too", runs.display());
            return Err(Failure::usage(format!("there is no run {id}"), hint).into());
        }
        None => match fs::read_to_string(runs.join("latest")) {
            Ok(id) if runs.join(id.trim()).is_dir() => runs.join(id.trim()),
            _ => return Ok(None),
        },
    };
    let text = read(&folder, "run.json")?;
    let head = serde_json::from_slice(&text)
        .map_err(|why| Failure::usage(format!("run.json of {} cannot be read: {why}", folder.display()), ""))?;
    Ok(Some(Run { folder, head }))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, Failure> {
    let path = folder.join(name);
    fs::read(&path).map_err(|why| {
        let hint = "run `ballast frontier` again, or choose another run with --run";
        Failure::usage(format!("cannot read {}: {why}", path.display()), hint)
    })
}

/// The plan at `point`: of the run, or solved now for the lowest total where there is no run.
pub(super) fn make(
    found: &Found,
    events: &EventSet,
    point: Option<&str>,
    workload: WorkloadId,
    output: &Output,
) -> anyhow::Result<Choice> {
    let estate = &found.source.case.estate;
    match &found.run {
        Some(run) => of_run(estate, run, point, workload),
        None if point.is_some() => {
            let hint = "`ballast frontier` makes one";
            Err(Failure::usage("the case has no run to take a point from", hint).into())
        }
        None => solve_now(estate, events, workload, output),
    }
}

fn solve_now(estate: &Estate, events: &EventSet, workload: WorkloadId, output: &Output) -> anyhow::Result<Choice> {
    output.note("note: the case has no run, so the plan of lowest total is solved first");
    let bar = Bar::new(output, &estate.settings().currency);
    bar.say("solving");
    let problem = Problem::new(estate, events).map_err(Failure::Solve)?;
    let control = Control { progress: &|progress| bar.take(&progress), interrupt: interrupt::flag() };
    let (solution, _) = solve_one(&problem, &GoalArgs::default(), &control)?;
    let runner_up = solution.runner_up_of(workload).map(|next| (next.deployment, next.premium));
    Ok(Choice { origin: "the plan of lowest total, solved now".to_owned(), plan: solution.plan, runner_up })
}

fn of_run(estate: &Estate, run: &Run, point: Option<&str>, workload: WorkloadId) -> anyhow::Result<Choice> {
    let bytes = read(&run.folder, "placements.csv")?;
    let table = Table::from_csv("placements", &bytes).map_err(|why| Failure::usage(why.to_string(), ""))?;
    let point = point.map_or_else(|| run.head.chosen.clone(), full_name);
    let rows: Vec<&Vec<String>> = table.rows.iter().filter(|row| table.get(row, "point") == point).collect();
    if rows.is_empty() {
        let mut points: Vec<&str> = table.rows.iter().map(|row| table.get(row, "point")).collect();
        points.dedup();
        let hint = format!("its points are {}", points.join(", "));
        return Err(Failure::usage(format!("run {} has no point {point}", run.head.run), hint).into());
    }
    let mut assignments = vec![Vec::new(); estate.workloads().len()];
    let mut runner_up = None;
    for row in rows {
        let cell = |column: &str| table.get(row, column);
        let gone = |what: &str| {
            let hint = "the case has changed; run `ballast frontier` again";
            Failure::usage(format!("run {} has {what}, the case has not", run.head.run), hint)
        };
        let id = estate.workload_ids().find(|id| estate.workload(*id).id == cell("workload"));
        let id = id.ok_or_else(|| gone(cell("workload")))?;
        let deployment = deployment(estate, cell("pattern"), cell("primary_site"), cell("standby_site"));
        let deployment = deployment.ok_or_else(|| gone(cell("primary_site")))?;
        let share = cell("share").parse().ok().and_then(|share| Share::new(share).ok());
        let share = share.ok_or_else(|| gone("a share that is no number"))?;
        assignments[id.index()].push(Assignment { deployment, share });
        if id == workload {
            let next = deployment_of_runner_up(estate, &cell);
            runner_up = runner_up.or(next);
        }
    }
    let origin = format!("{point} of run {}", run.head.run);
    let plan = if point == "as_is" { Plan::as_is(estate) } else { Plan::new(estate, assignments) };
    let plan = plan.map_err(|why| {
        Failure::usage(format!("{origin} does not fit the case of now: {why}"), "run `ballast frontier` again")
    })?;
    Ok(Choice { origin, plan, runner_up })
}

fn deployment_of_runner_up<'t>(estate: &Estate, cell: &dyn Fn(&str) -> &'t str) -> Option<(Deployment, f64)> {
    let premium = format!("runner_up_premium_{}", estate.settings().currency.to_lowercase());
    let names = [cell("runner_up_pattern"), cell("runner_up_primary_site"), cell("runner_up_standby_site")];
    Some((deployment(estate, names[0], names[1], names[2])?, cell(&premium).parse().ok()?))
}

fn deployment(estate: &Estate, pattern: &str, primary: &str, standby: &str) -> Option<Deployment> {
    let site = |name: &str| estate.site_ids().find(|id| estate.site(*id).id == name);
    let standby = if standby.is_empty() { None } else { Some(site(standby)?) };
    let pattern = estate.pattern_ids().find(|id| estate.pattern(*id).id == pattern)?;
    Some(Deployment { pattern, primary: site(primary)?, standby })
}

/// `7` is `p07`.
fn full_name(point: &str) -> String {
    point.parse::<u32>().map_or_else(|_| point.to_owned(), |number| format!("p{number:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_may_be_numbers() {
        assert_eq!(["7", "12", "p07", "as_is"].map(full_name), ["p07", "p12", "p07", "as_is"]);
    }

    #[test]
    fn the_flags_of_a_record_are_read_back() {
        let changes = ChangeArgs {
            set: vec![("risk.alpha".to_owned(), "0.9".to_owned())],
            seed: Some(3),
            years: Some(200),
            ..ChangeArgs::default()
        };
        let flags = Flags::try_parse_from(source::as_arguments(&changes)).expect("our own flags");
        assert_eq!(source::as_arguments(&flags.changes), source::as_arguments(&changes));
    }
}

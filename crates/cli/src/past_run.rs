//! A finished run in a case's folder: the case as it saw it, and its plans.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use ballast_ingest::Overrides;
use ballast_model::{Assignment, Deployment, Estate, Plan, Share, WorkloadId};
use ballast_report::{
    InputFile,
    tables::{Row, Table},
};
use clap::Parser;
use serde::Deserialize;

use crate::{
    args::ChangeArgs,
    failure::Failure,
    output::Output,
    source::{self, Source},
};

/// The case as a run saw it, or as it is where there is no run.
pub(crate) struct Found {
    pub(crate) source: Source,
    pub(crate) run: Option<PastRun>,
}

/// A run's folder with its plans.
pub(crate) struct PastRun {
    folder: PathBuf,
    head: Head,
    placements: Table,
    /// By the id of a plan: its rows.
    of: BTreeMap<String, Vec<usize>>,
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
pub(crate) fn find(case: &Path, id: Option<&str>, output: &Output) -> anyhow::Result<Found> {
    source::must_exist(case)?;
    let Some(run) = open(case, id)? else {
        return Ok(Found { source: Source::read(case, &Overrides::none(), None)?, run: None });
    };
    let flags = Flags::try_parse_from(&run.head.arguments).map_err(|_| {
        Failure::usage(format!("run.json of {} is not ours", run.head.run), "choose another with --run")
    })?;
    let mut source = Source::read(case, &source::overrides(&flags.changes)?, None)?;
    source.arguments.clone_from(&run.head.arguments);
    if source.overrides != run.head.overrides {
        let hint = "a job of a batch cannot be looked into; run its scenario with `ballast frontier --scenario`";
        return Err(Failure::usage(format!("the changes of run {} are not known", run.head.run), hint).into());
    }
    if source.inputs != run.head.inputs {
        output.note(&format!(
            "note: the case has changed since run {}; its plans are measured on the case of now",
            run.head.run
        ));
    }
    Ok(Found { source, run: Some(run) })
}

/// Reads the case with these changes and no run.
pub(crate) fn case_alone(case: &Path, changes: &ChangeArgs) -> anyhow::Result<Found> {
    let mut source = Source::read(case, &source::overrides(changes)?, None)?;
    source.arguments = source::as_arguments(changes);
    Ok(Found { source, run: None })
}

fn open(case: &Path, id: Option<&str>) -> anyhow::Result<Option<PastRun>> {
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
    let bytes = read(&folder, "placements.csv")?;
    let placements = Table::from_csv("placements", &bytes).map_err(|why| Failure::usage(why.to_string(), ""))?;
    let mut of: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, row) in placements.rows.iter().enumerate() {
        let point = placements.get(row, "point");
        match of.get_mut(point) {
            Some(rows) => rows.push(at),
            None => drop(of.insert(point.to_owned(), vec![at])),
        }
    }
    Ok(Some(PastRun { folder, head, placements, of }))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, Failure> {
    let path = folder.join(name);
    fs::read(&path).map_err(|why| {
        let hint = "run `ballast frontier` again, or choose another run with --run";
        Failure::usage(format!("cannot read {}: {why}", path.display()), hint)
    })
}

impl PastRun {
    /// The run's id.
    pub(crate) fn id(&self) -> &str {
        &self.head.run
    }

    /// The id of its chosen plan: the knee, or the one that was asked for.
    pub(crate) fn chosen(&self) -> &str {
        &self.head.chosen
    }

    /// Another of its tables.
    ///
    /// # Errors
    /// If it is not there or not a table.
    pub(crate) fn table(&self, name: &'static str) -> anyhow::Result<Table> {
        let bytes = read(&self.folder, &format!("{name}.csv"))?;
        Ok(Table::from_csv(name, &bytes).map_err(|why| Failure::usage(why.to_string(), ""))?)
    }

    /// The input files that it was made from, with their digests.
    pub(crate) fn inputs(&self) -> &[InputFile] {
        &self.head.inputs
    }

    /// The ids of its plans, in the order of the files.
    pub(crate) fn points(&self) -> Vec<&str> {
        let mut points: Vec<(&Vec<usize>, &String)> = self.of.iter().map(|(point, rows)| (rows, point)).collect();
        points.sort_unstable();
        points.into_iter().map(|(_, point)| point.as_str()).collect()
    }

    /// `p05 of run frontier-059a81f7`.
    pub(crate) fn name_of(&self, point: &str) -> String {
        format!("{point} of run {}", self.head.run)
    }

    /// The id of a plan that a user names: `7` is `p07`.
    ///
    /// # Errors
    /// If the run has no such plan.
    pub(crate) fn point(&self, wanted: &str) -> anyhow::Result<String> {
        let point = full_name(wanted);
        if self.points().contains(&point.as_str()) {
            return Ok(point);
        }
        let hint = format!("its points are {}", self.points().join(", "));
        Err(Failure::usage(format!("run {} has no point {point}", self.head.run), hint).into())
    }

    fn rows(&self, point: &str) -> impl Iterator<Item = Row<'_>> {
        self.of.get(point).into_iter().flatten().filter_map(|at| self.placements.rows.get(*at))
    }

    /// The plan with this id.
    ///
    /// # Errors
    /// If it does not fit the case of now.
    pub(crate) fn plan(&self, estate: &Estate, point: &str) -> anyhow::Result<Plan> {
        let mut assignments = vec![Vec::new(); estate.workloads().len()];
        let gone = |what: &str| {
            let hint = "the case has changed; run `ballast frontier` again";
            Failure::usage(format!("run {} has {what}, the case has not", self.head.run), hint)
        };
        let ids: BTreeMap<&str, WorkloadId> =
            estate.workload_ids().map(|id| (estate.workload(id).id.as_str(), id)).collect();
        for row in self.rows(point) {
            let cell = |column: &str| self.placements.get(row, column);
            let id = ids.get(cell("workload")).ok_or_else(|| gone(cell("workload")))?;
            let deployment = deployment(estate, cell("pattern"), cell("primary_site"), cell("standby_site"));
            let deployment = deployment.ok_or_else(|| gone(cell("primary_site")))?;
            let share = cell("share").parse().ok().and_then(|share| Share::new(share).ok());
            let share = share.ok_or_else(|| gone("a share that is no number"))?;
            assignments[id.index()].push(Assignment { deployment, share });
        }
        let plan = if point == "as_is" { Plan::as_is(estate) } else { Plan::new(estate, assignments) };
        let misfit = |why| format!("{} does not fit the case of now: {why}", self.name_of(point));
        plan.map_err(|why| Failure::usage(misfit(why), "run `ballast frontier` again").into())
    }

    /// The next best deployment of `workload` in a plan, and what it would cost more per year.
    pub(crate) fn runner_up(
        &self,
        estate: &Estate,
        point: &str,
        workload: WorkloadId,
    ) -> Option<(Deployment, f64)> {
        let premium = format!("runner_up_premium_{}", estate.settings().currency.to_lowercase());
        let id = &estate.workload(workload).id;
        self.rows(point).filter(|row| self.placements.get(*row, "workload") == id).find_map(|row| {
            let cell = |column: &str| self.placements.get(row, column);
            let names =
                [cell("runner_up_pattern"), cell("runner_up_primary_site"), cell("runner_up_standby_site")];
            Some((deployment(estate, names[0], names[1], names[2])?, cell(&premium).parse().ok()?))
        })
    }
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

//! One job of a sweep: done already, run now, or failed with a reason.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use ballast_report::tables::Table;
use serde::Deserialize;

use crate::{
    batch::sweep::Job,
    failure::Failure,
    form::Form,
    interrupt,
    optimise::{self, Clock, Task},
    run_folder::RunFolder,
    source::Source,
};

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It ran now.
    Done,
    /// Its results were there already.
    Skipped,
    /// It has no results.
    Failed { why: String },
    /// The batch was stopped before it.
    NotRun,
}

impl State {
    /// The name in `batch.csv`.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            // Whether it ran now or earlier must not change the table's bytes.
            Self::Done | Self::Skipped => "done",
            Self::Failed { .. } => "failed",
            Self::NotRun => "not_run",
        }
    }

    pub(super) const fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }

    pub(super) fn why(&self) -> Option<&str> {
        match self {
            Self::Failed { why } => Some(why),
            Self::NotRun => Some("the batch was stopped before it"),
            Self::Done | Self::Skipped => None,
        }
    }
}

/// A job's end and its results.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) state: State,
    pub(super) results: Option<Results>,
}

/// What `batch.csv` takes from a job's folder.
#[derive(Debug, Clone)]
pub(super) struct Results {
    pub(super) run: RunHead,
    pub(super) frontier: Table,
}

/// The part of `run.json` that a batch needs.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RunHead {
    pub(super) run: String,
    pub(super) currency: String,
    pub(super) seed: u64,
    status: String,
    files: Vec<String>,
    csv_dialect: String,
    language: String,
}

impl Outcome {
    pub(super) fn not_run() -> Self {
        Self { state: State::NotRun, results: None }
    }

    pub(super) fn in_words(&self) -> String {
        match &self.state {
            State::Done => "is done".to_owned(),
            State::Skipped => "was done already".to_owned(),
            State::Failed { why } => format!("failed: {why}"),
            State::NotRun => "was not run".to_owned(),
        }
    }
}

/// Runs `job`, unless `target` holds its results.
pub(super) fn run(job: &Job, task: Task, target: &Path, form: Form) -> Outcome {
    // A defect in one job must not take the others down.
    let ended = catch_unwind(AssertUnwindSafe(|| attempt(job, task, target, form)));
    match ended {
        Ok(Ok((state, results))) => Outcome { state, results: Some(results) },
        Ok(Err(error)) => {
            let stopped = matches!(error.downcast_ref(), Some(Failure::Interrupted | Failure::Stopped { .. }));
            if stopped { Outcome::not_run() } else { failed(in_one_line(&error)) }
        }
        Err(_) => failed("a bug in ballast; its message is above".to_owned()),
    }
}

fn failed(why: String) -> Outcome {
    Outcome { state: State::Failed { why }, results: None }
}

fn in_one_line(error: &anyhow::Error) -> String {
    let text = error.downcast_ref::<Failure>().map_or_else(|| format!("{error:#}"), Failure::in_one_line);
    text.lines().next().unwrap_or_default().to_owned()
}

fn attempt(job: &Job, task: Task, target: &Path, form: Form) -> anyhow::Result<(State, Results)> {
    let mut clock = Clock::start();
    let source = Source::read(&job.folder, &job.overrides, None)?;
    clock.read();
    if let Some(results) = finished(target, &task.run_id(&source), form) {
        return Ok((State::Skipped, results));
    }
    let folder = RunFolder::prepare(target.to_owned(), form)?;
    optimise::execute(&source, task, &folder, clock, &|_| {}, false)?;
    // At the time limit a job is done with what it has, like one above its gap.
    if interrupt::asked() {
        return Err(Failure::Interrupted.into());
    }
    folder.publish()?;
    read_results(target).map(|results| (State::Done, results))
}

/// The results in `target`, if they are those of the run with this id, whole, and with all files that are asked for.
fn finished(target: &Path, id: &str, form: Form) -> Option<Results> {
    let is_it = |run: &RunHead| {
        run.run == id && run.status != "interrupted" && form.is_met(&run.files, &run.csv_dialect, &run.language)
    };
    // Results that cannot be read are made anew.
    read_results(target).ok().filter(|results| is_it(&results.run))
}

fn read_results(target: &Path) -> anyhow::Result<Results> {
    let run = serde_json::from_slice(&fs::read(target.join("run.json"))?)?;
    let frontier = Table::from_csv("frontier", &fs::read(target.join("frontier.csv"))?)?;
    Ok(Results { run, frontier })
}

//! `ballast batch`: every job of a sweep over all cores, each in a folder of its own, and one table of them all.

mod job;
mod sweep;
mod table;

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
};

use ballast_report::write;
use serde_json::json;

use crate::{
    args::BatchArgs,
    batch::{
        job::{Outcome, State},
        sweep::{Job, Sweep},
    },
    failure::Failure,
    form::Form,
    interrupt,
    output::Output,
    progress::Bar,
};

pub(crate) fn run(args: &BatchArgs, output: &Output) -> anyhow::Result<()> {
    let sweep = Sweep::read(&args.sweep)?;
    let out = args.out.clone().unwrap_or_else(|| args.sweep.with_extension("results"));
    let at_a_time = args.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let form = Form::new(args.report, output);
    let bar = Bar::new(output, "");
    bar.of(sweep.jobs.len());
    let outcomes = run_all(&sweep, &out, at_a_time, form, &|job, outcome| {
        let line = format!("{} {}", job.name(), outcome.in_words());
        bar.tick(&job.name());
        if output.shows_progress() && !outcome.state.is_done() {
            bar.above(&line);
        } else if !output.shows_progress() {
            output.note(&line);
        }
    });
    drop(bar);
    let table = table::table(&sweep.jobs, &outcomes);
    let path = out.join(table.file());
    write(&path, &table.to_csv(form.dialect)).map_err(Failure::Write)?;
    if form.report.files.parquet {
        write(&out.join(table.parquet_file()), &table.to_parquet()?).map_err(Failure::Write)?;
    }
    tell(&sweep.jobs, &outcomes, &path, output)?;
    verdict(&sweep.jobs, &outcomes, &out)
}

/// Runs the jobs, `at_a_time` of them side by side; answers their outcomes in the order of the jobs.
fn run_all(
    sweep: &Sweep,
    out: &Path,
    at_a_time: usize,
    form: Form,
    done: &(dyn Fn(&Job, &Outcome) + Sync),
) -> Vec<Outcome> {
    let waiting = Mutex::new(sweep.jobs.iter().enumerate());
    let outcomes: Mutex<Vec<Option<Outcome>>> = Mutex::new(vec![None; sweep.jobs.len()]);
    thread::scope(|scope| {
        for _ in 0..at_a_time.min(sweep.jobs.len()) {
            scope.spawn(|| {
                loop {
                    // The lock is let go before the job runs.
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((position, job)) = next.filter(|_| !interrupt::asked()) else { break };
                    let outcome = job::run(job, sweep.task, &out.join(job.name()), form);
                    done(job, &outcome);
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner)[position] = Some(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(Outcome::not_run)).collect()
}

fn tell(jobs: &[Job], outcomes: &[Outcome], path: &Path, output: &Output) -> anyhow::Result<()> {
    let count = |wanted: fn(&State) -> bool| outcomes.iter().filter(|outcome| wanted(&outcome.state)).count();
    let (ran, skipped) = (count(|state| *state == State::Done), count(|state| *state == State::Skipped));
    let missing = jobs.len() - ran - skipped;
    if output.is_json() {
        let jobs: Vec<_> = jobs
            .iter()
            .zip(outcomes)
            .map(|(job, outcome)| {
                json!({
                    "job": job.name(),
                    "case": job.case,
                    "scenario": job.scenario,
                    "seed": job.seed,
                    "status": outcome.state.name(),
                    "why": outcome.state.why(),
                })
            })
            .collect();
        return output
            .json(&json!({ "table": path, "ran": ran, "skipped": skipped, "missing": missing, "jobs": jobs }));
    }
    let mut page = format!("{} jobs: {ran} ran, {skipped} were done already", jobs.len());
    if missing > 0 {
        page = format!("{page}, {missing} are not done");
    }
    output.result(&format!("{page}\nWrote to {}\n", path.display()))
}

fn verdict(jobs: &[Job], outcomes: &[Outcome], out: &Path) -> anyhow::Result<()> {
    if interrupt::asked() {
        return Err(Failure::Stopped { folder: out.display().to_string() }.into());
    }
    let why: Vec<String> = jobs
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| !outcome.state.is_done())
        .map(|(job, outcome)| format!("{}: {}", job.name(), outcome.state.why().unwrap_or_default()))
        .collect();
    if why.is_empty() { Ok(()) } else { Err(Failure::Incomplete { all: jobs.len(), why }.into()) }
}

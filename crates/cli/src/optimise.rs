//! `ballast solve` and `ballast frontier`: read, simulate, optimise, write.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
    time::Instant,
};

use ballast_ingest::Overrides;
use ballast_model::{Estate, Settings};
use ballast_report::{
    Provenance, RunFacts, RunRecord, SolverRecord, Study, Times, charts, number, run_is_within_gap, summary, tables,
    write,
};
use ballast_solver::{Control, Goal, Problem, Progress, SolveError, baseline};

use crate::{
    args::{FrontierArgs, GoalArgs, RunArgs, SolveArgs},
    failure::Failure,
    interrupt,
    output::Output,
    progress::Bar,
    run_folder::RunFolder,
    source::{self, Source},
};

/// What is asked of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Task {
    /// The whole curve.
    Frontier,
    /// One plan.
    Solve(GoalArgs),
}

/// The weight of cost where the loss is what is minimised. It decides between plans of equal loss; a plan is never
/// dearer by more than ten thousand to save one in loss.
const TIE_BREAK: f64 = 1e-4;

impl Task {
    /// The command without what does not change the answer.
    pub(crate) fn command(&self) -> String {
        let Self::Solve(goal) = self else { return "frontier".to_owned() };
        let flags = [("budget", goal.budget), ("max-loss", goal.max_loss), ("max-cvar", goal.max_cvar)];
        flags.iter().fold("solve".to_owned(), |text, (flag, value)| {
            value.map_or_else(|| text.clone(), |value| format!("{text} --{flag} {value}"))
        })
    }

    /// The word that a run's id begins with.
    fn word(&self) -> &'static str {
        match self {
            Self::Frontier => "frontier",
            Self::Solve(_) => "solve",
        }
    }

    /// The run's id: the same for the same inputs, changes, command and version.
    pub(crate) fn run_id(&self, source: &Source) -> String {
        format!("{}-{}", self.word(), source.fingerprint(&self.command()))
    }
}

pub(crate) fn frontier(args: &FrontierArgs, output: &Output) -> anyhow::Result<()> {
    let mut overrides = source::overrides(&args.changes)?;
    if let Some(points) = args.points {
        overrides.set_setting("objective.points", &points.to_string());
    }
    run(&args.case, &overrides, Task::Frontier, &args.run, output)
}

pub(crate) fn solve(args: &SolveArgs, output: &Output) -> anyhow::Result<()> {
    run(&args.case, &source::overrides(&args.changes)?, Task::Solve(args.goal), &args.run, output)
}

fn run(case: &Path, overrides: &Overrides, task: Task, args: &RunArgs, output: &Output) -> anyhow::Result<()> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global()?;
    }
    let mut clock = Clock::start();
    let source = Source::read(case, overrides, args.threads)?;
    clock.times.read_s = clock.lap();
    let id = task.run_id(&source);
    let runs = case.join("runs");
    let folder = RunFolder::prepare(args.out.clone().unwrap_or_else(|| runs.join(&id)))?;
    for warning in source.warnings() {
        output.note(&warning);
    }
    let bar = Bar::new(output, &source.case.estate.settings().currency);
    let finished = execute(&source, task, &folder, clock, &|progress| bar.take(progress), output.is_bold())?;
    drop(bar);
    let folder = folder.publish()?;
    if args.out.is_none() {
        write(&runs.join("latest"), format!("{id}\n").as_bytes()).map_err(Failure::Write)?;
    }
    if output.is_json() {
        let mut document = serde_json::to_value(&finished.record)?;
        if let Some(fields) = document.as_object_mut() {
            fields.insert("folder".to_owned(), folder.display().to_string().into());
        }
        output.json(&document)?;
    } else {
        let names = finished.files.iter().fold(String::new(), |text, name| format!("{text}  {name}\n"));
        output.result(&format!("{}\nWrote to {}\n{names}", finished.summary, folder.display()))?;
    }
    finished.verdict(&folder)
}

/// A run whose files are written.
#[derive(Debug)]
pub(crate) struct Finished {
    record: RunRecord,
    summary: String,
    files: Vec<String>,
    complete: bool,
    /// The widest gap, where it is wider than the one that was asked for.
    above_gap: Option<(String, String)>,
}

impl Finished {
    /// What the run's end means for the exit code.
    pub(crate) fn verdict(&self, folder: &Path) -> anyhow::Result<()> {
        if !self.complete {
            return Err(Failure::Interrupted { written: Some(folder.display().to_string()) }.into());
        }
        match &self.above_gap {
            Some((gap, wanted)) => Err(Failure::AboveGap { gap: gap.clone(), wanted: wanted.clone() }.into()),
            None => Ok(()),
        }
    }
}

/// Measures the parts of a run.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    last: Instant,
    times: Times,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        let times = Times { started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), ..Times::default() };
        Self { start: now, last: now, times }
    }

    /// Seconds since the last lap.
    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        self.last = now;
        seconds
    }
}

/// Simulates and optimises `source` and writes every file of the run into `folder`.
pub(crate) fn execute(
    source: &Source,
    task: Task,
    folder: &RunFolder,
    mut clock: Clock,
    progress: &(dyn Fn(Progress) + Sync),
    bold: bool,
) -> anyhow::Result<Finished> {
    let estate = &source.case.estate;
    let events = ballast_risk::sample(estate);
    clock.times.sample_s = clock.lap();
    let problem = Problem::new(estate, &events).map_err(Failure::Solve)?;
    clock.times.prepare_s = clock.lap();
    let control = Control { progress, interrupt: interrupt::flag() };
    let (frontier, plan);
    let study = match task {
        Task::Frontier => {
            frontier = ballast_solver::frontier(&problem, &control).map_err(Failure::Solve)?;
            Study::of_frontier(estate, &frontier)
        }
        Task::Solve(goal) => {
            plan = solve_one(&problem, &goal, &control)?;
            Study::of_plan(estate, &plan.0, plan.1.as_ref())
        }
    };
    clock.times.solve_s = clock.lap();
    let id = task.run_id(source);
    let mut files = Vec::new();
    for table in tables::all(&study) {
        folder.write(&table.file(), &table.to_csv())?;
        files.push(table.file());
    }
    let provenance = provenance(&study, &id);
    for (name, bytes) in charts(&study, &provenance)? {
        folder.write(name, &bytes)?;
        files.push(name.to_owned());
    }
    files.push("run.json".to_owned());
    clock.times.total_s = clock.start.elapsed().as_secs_f64();
    let (generated, kept) = problem.option_counts();
    let settings = estate.settings();
    let facts = RunFacts {
        id,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: task.command(),
        inputs: source.inputs.clone(),
        overrides: source.overrides.clone(),
        solver: SolverRecord {
            backend: settings.solver.backend.clone(),
            version: concat!("good_lp ", env!("GOOD_LP_VERSION"), ", highs-sys ", env!("HIGHS_SYS_VERSION")).to_owned(),
            options_generated: generated,
            options_kept: kept,
        },
        times: clock.times,
        peak_memory_mib: peak_memory_mib(),
        warnings: source.warnings(),
        files: files.clone(),
    };
    let record = RunRecord::new(&study, facts);
    folder.write("run.json", record.to_json().as_bytes())?;
    Ok(Finished {
        record,
        summary: summary(&study, bold),
        files,
        complete: study.complete,
        above_gap: (!study.within_gap())
            .then(|| (number::percent(study.largest_gap()), number::percent(settings.solver.gap))),
    })
}

type PlanAndToday = (ballast_solver::Solution, Option<ballast_solver::Baseline>);

/// The plan for `goal`, and today's.
fn solve_one(problem: &Problem<'_>, goal: &GoalArgs, control: &Control<'_>) -> anyhow::Result<PlanAndToday> {
    let settings = problem.estate().settings();
    let solution = ballast_solver::solve(problem, &goal_of(goal, settings), control).map_err(Failure::Solve)?;
    Ok((solution, baseline(problem).map_err(Failure::Solve)?))
}

/// The goal that the flags ask for, within the case's own limits.
fn goal_of(args: &GoalArgs, settings: &Settings) -> Goal {
    let base = match args {
        GoalArgs { budget: Some(_), .. } => match settings.objective.axis {
            ballast_model::LossMeasure::ExpectedLoss => Goal { cost_weight: TIE_BREAK, ..Goal::SAFEST },
            ballast_model::LossMeasure::Cvar => {
                Goal { cost_weight: TIE_BREAK, loss_weight: 0.0, cvar_weight: 1.0, ..Goal::SAFEST }
            }
        },
        GoalArgs { max_loss: None, max_cvar: None, .. } => {
            Goal::total(settings.objective.loss_weight, settings.objective.risk_aversion)
        }
        _ => Goal::CHEAPEST,
    };
    let tighter = |asked: Option<f64>, limit: Option<ballast_model::MoneyPerYear>| {
        [asked, limit.map(ballast_model::MoneyPerYear::get)].into_iter().flatten().reduce(f64::min)
    };
    let limits = &settings.limits;
    Goal {
        budget: tighter(args.budget, limits.budget),
        loss_cap: tighter(args.max_loss, limits.expected_loss),
        cvar_cap: tighter(args.max_cvar, limits.cvar),
        ..base
    }
}

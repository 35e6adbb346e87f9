//! `ballast solve` and `ballast frontier`: read, simulate, optimise, write.

use std::{path::Path, time::Instant};

use ballast_model::{Estate, Settings};
use ballast_report::{
    Origin, Provenance, Role, RunFacts, RunRecord, SolverRecord, Study, Times, charts, html, missing_characters,
    number, summary, tables, workbook, write,
};
use ballast_risk::{EventSet, RiskProfile};
use ballast_solver::{
    Baseline, Control, Goal, Problem, Progress, Reach, Roadmap, Solution, SolveError, Status, baseline,
};

use crate::{
    args::{ChangeArgs, FrontierArgs, GoalArgs, RunArgs, SolveArgs},
    assumptions, axes, deadline,
    failure::Failure,
    form::Form,
    interrupt, memory,
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
    /// The plans of three measures, or of both losses at a budget.
    Surface {
        /// The most that a plan may cost, where both losses are traded off.
        budget: Option<f64>,
        /// How near all plans shall be proven to be.
        distance: f64,
    },
    /// One plan.
    Solve(GoalArgs),
}

/// The weight of cost where the loss is what is minimised. It decides between plans of equal loss; a plan is never
/// dearer by more than a hundred to save one in loss.
const TIE_BREAK: f64 = 1e-2;

/// Workloads that change, at most, for which every run orders the moves: a tenth of the time that solving takes.
const MOST_MOVED: usize = 200;

impl Task {
    /// The command without what does not change the answer.
    pub(crate) fn command(&self) -> String {
        let goal = match self {
            Self::Frontier => return "frontier".to_owned(),
            Self::Surface { budget: None, distance } => {
                return format!("frontier --axes cost,loss,cvar --distance {distance}");
            }
            Self::Surface { budget: Some(budget), distance } => {
                return format!("frontier --axes loss,cvar --budget {budget} --distance {distance}");
            }
            Self::Solve(goal) => goal,
        };
        let flags = [("budget", goal.budget), ("max-loss", goal.max_loss), ("max-cvar", goal.max_cvar)];
        flags.iter().fold("solve".to_owned(), |text, (flag, value)| {
            value.map_or_else(|| text.clone(), |value| format!("{text} --{flag} {value}"))
        })
    }

    /// The word that a run's id begins with.
    fn word(&self) -> &'static str {
        match self {
            Self::Frontier => "frontier",
            Self::Surface { .. } => "surface",
            Self::Solve(_) => "solve",
        }
    }

    /// The run's id: the same for the same inputs, changes, command and version.
    pub(crate) fn run_id(&self, source: &Source) -> String {
        format!("{}-{}", self.word(), source.fingerprint(&self.command()))
    }
}

pub(crate) fn frontier(args: &FrontierArgs, output: &Output) -> anyhow::Result<()> {
    let mut changes = args.changes.clone();
    changes.set.extend(args.points.map(|points| ("objective.points".to_owned(), points.to_string())));
    let task = axes::task(args, &mut changes)?;
    run(&args.case, &changes, task, (&args.run, args.log), output)
}

pub(crate) fn solve(args: &SolveArgs, output: &Output) -> anyhow::Result<()> {
    run(&args.case, &args.changes, Task::Solve(args.goal), (&args.run, false), output)
}

fn run(
    case: &Path,
    changes: &ChangeArgs,
    task: Task,
    (args, log): (&RunArgs, bool),
    output: &Output,
) -> anyhow::Result<()> {
    let mut clock = Clock::start();
    let mut source = Source::read(case, &source::overrides(changes)?, args.threads)?;
    source.arguments = source::as_arguments(changes);
    clock.read();
    let id = task.run_id(&source);
    let runs = case.join("runs");
    let form = Form { log, ..Form::new(args.report, output) };
    let folder = RunFolder::prepare(args.out.clone().unwrap_or_else(|| runs.join(&id)), form)?;
    for warning in source.warnings() {
        output.note(&warning);
    }
    let bar = Bar::new(output, &source.case.estate.settings().currency);
    let finished = execute(&source, task, &folder, clock, &|progress| bar.take(&progress), output.is_bold())?;
    drop(bar);
    if let Some(warning) = &finished.chart_warning {
        output.note(warning);
    }
    if !finished.complete && folder.replaces() {
        // The older run of the same inputs is whole, or has as much of it; this one is not.
        return Err(deadline::unfinished("it had more than the run that is there already").into());
    }
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
    /// What the charts could not show.
    chart_warning: Option<String>,
    complete: bool,
    /// The widest gap, where it is wider than the one that was asked for.
    above_gap: Option<(String, String)>,
}

impl Finished {
    /// What the run's end means for the exit code.
    pub(crate) fn verdict(&self, folder: &Path) -> anyhow::Result<()> {
        if !self.complete {
            return Err(deadline::stopped(folder.display().to_string()).into());
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
        let times = Times {
            started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            ..Times::default()
        };
        Self { start: now, last: now, times }
    }

    /// The case has been read.
    pub(crate) fn read(&mut self) {
        self.times.read_s = self.lap();
    }

    /// Seconds since the last lap.
    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        self.last = now;
        seconds
    }
}

/// Simulates and optimises `source` and writes every file of the run into `folder`, on `solver.threads` threads.
pub(crate) fn execute(
    source: &Source,
    task: Task,
    folder: &RunFolder,
    clock: Clock,
    progress: &(dyn Fn(Progress) + Sync),
    bold: bool,
) -> anyhow::Result<Finished> {
    let work = || optimise(source, task, folder, clock, progress, bold);
    match source.case.estate.settings().solver.threads {
        Some(threads) => rayon::ThreadPoolBuilder::new().num_threads(threads).build()?.install(work),
        None => work(),
    }
}

fn optimise(
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
    if let Ok(as_is) = ballast_model::Plan::as_is(estate) {
        ballast_risk::evaluate(estate, &events, &as_is);
        clock.times.evaluate_s = clock.lap();
    }
    stop_if_asked()?;
    let (limit, start) = (estate.settings().solver.time_limit_s, clock.start);
    let left = || limit.map_or(f64::INFINITY, |limit| limit - start.elapsed().as_secs_f64());
    let seconds_left: Option<&(dyn Fn() -> f64 + Sync)> = if limit.is_some() { Some(&left) } else { None };
    let control = Control { progress, interrupt: interrupt::flag(), seconds_left };
    let problem = Problem::watched(estate, &events, &control).map_err(solver_failure)?;
    clock.times.prepare_s = clock.lap();
    let (frontier, surface, plan);
    let mut study = match task {
        Task::Frontier => {
            frontier = ballast_solver::frontier(&problem, &control).map_err(solver_failure)?;
            Study::of_frontier(estate, &frontier)
        }
        Task::Surface { budget, distance } => {
            let reach = Reach { budget, distance, plans: estate.settings().objective.points };
            surface = ballast_solver::surface(&problem, reach, &control).map_err(solver_failure)?;
            Study::of_surface(estate, &surface)
        }
        Task::Solve(goal) => {
            plan = solve_one(&problem, &goal, &control)?;
            let complete = plan.0.status == Status::WithinGap || !control.interrupted();
            let mut study = Study::of_plan(estate, &plan.0, plan.1.as_ref());
            study.complete = complete;
            study
        }
    };
    clock.times.solve_s = clock.lap();
    study.out_of_time = !study.complete && !interrupt::asked();
    let past = ballast_risk::historic(estate);
    let study = in_fresh_years(study, &problem, &control)?;
    let study = study
        .replayed(|plan| ballast_risk::evaluate(estate, &past, plan).annual_losses().to_vec())
        .concentrated(|plan, risk| ballast_risk::concentration(estate, &events, plan, risk));
    let roadmap = way(&study, &events, &control)?;
    let study = study.with_roadmap(roadmap);
    let settings = estate.settings();
    let (options_generated, options_kept) = problem.option_counts();
    let solver = SolverRecord {
        backend: settings.solver.backend.clone(),
        version: concat!("good_lp ", env!("GOOD_LP_VERSION"), ", highs-sys ", env!("HIGHS_SYS_VERSION"))
            .to_owned(),
        options_generated,
        options_kept,
    };
    let (id, warnings) = (task.run_id(source), source.warnings());
    let origin = Origin {
        run: &id,
        version: env!("CARGO_PKG_VERSION"),
        command: &task.command(),
        arguments: &source.arguments,
        inputs: &source.inputs,
        overrides: &source.overrides,
        solver: &solver,
        warnings: &warnings,
    };
    let (files, chart_warning) = write_results(&study, source, &origin, folder)?;
    clock.times.total_s = clock.start.elapsed().as_secs_f64();
    let record = RunRecord::new(
        &study,
        RunFacts {
            id,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: task.command(),
            arguments: source.arguments.clone(),
            inputs: source.inputs.clone(),
            overrides: source.overrides.clone(),
            solver,
            times: clock.times,
            peak_memory_mib: memory::peak_mib(),
            warnings: warnings.into_iter().chain(chart_warning.clone()).collect(),
            files: files.clone(),
            csv_dialect: folder.form().dialect.name(),
            language: folder.form().language().code(),
        },
    );
    folder.write("run.json", record.to_json().as_bytes())?;
    let gaps = || (number::percent(study.largest_gap()), number::percent(settings.solver.gap));
    Ok(Finished {
        record,
        summary: summary(&study, bold),
        files,
        chart_warning,
        complete: study.complete,
        // A surface ends at so many plans as well as at its distance; it says how far that is.
        above_gap: (!study.within_gap() && study.surface.is_none()).then(gaps),
    })
}

/// What the plans lose in years that they were not chosen on, and where the true optima lie; nothing where the case
/// brings its own years.
fn in_fresh_years<'a>(
    study: Study<'a>,
    problem: &Problem<'_>,
    control: &Control<'_>,
) -> anyhow::Result<Study<'a>> {
    let Some(fresh) = ballast_risk::fresh(problem.estate(), problem.events()) else { return Ok(study) };
    let risks: Vec<RiskProfile> =
        study.plans.iter().map(|plan| ballast_risk::evaluate(problem.estate(), &fresh, plan.plan)).collect();
    let study = study.evaluated_afresh(&risks);
    let replications = problem.replications();
    // What bounds a few prices of loss says little of other prices of two losses.
    if replications == 0 || !study.complete || study.surface.is_some() {
        return Ok(study);
    }
    let solved: Vec<_> = study.solved().map(|(at, _, solution)| (solution, &risks[at])).collect();
    match ballast_solver::optimum_intervals(problem, &solved, replications, control) {
        Ok(optima) => Ok(study.with_optima(optima.unwrap_or_default())),
        // The plans are found: they are written without it.
        Err(error) if error.is_end() => Ok(study),
        Err(other) => Err(Failure::Solve(other).into()),
    }
}

/// The way from today's plan to the chosen one, where it is found in little time; `ballast explain --roadmap` finds any.
fn way(study: &Study<'_>, events: &EventSet, control: &Control<'_>) -> anyhow::Result<Option<Roadmap>> {
    let Some(today) = study.first(Role::AsIs).filter(|_| study.complete) else { return Ok(None) };
    let [from, to] = [today.plan, study.chosen().plan];
    let moved = study.estate.workload_ids().filter(|id| from.of(*id) != to.of(*id)).count();
    if moved > MOST_MOVED {
        return Ok(None);
    }
    match ballast_solver::roadmap(study.estate, events, [from, to], control) {
        Ok(roadmap) => Ok(Some(roadmap).filter(|roadmap| roadmap.complete)),
        // The plans are found: they are written without it.
        Err(error) if error.is_end() => Ok(None),
        Err(other) => Err(Failure::Solve(other).into()),
    }
}

/// Writes tables, charts, page and workbook; answers all files of the run, run.json last, and what the charts could not show.
fn write_results(
    study: &Study<'_>,
    source: &Source,
    origin: &Origin<'_>,
    folder: &RunFolder,
) -> anyhow::Result<(Vec<String>, Option<String>)> {
    let tables = tables::all(study);
    let mut files = folder.tables(&tables)?;
    let charts = charts(study, folder.form().style(), &provenance(study, origin.run))?;
    for chart in &charts {
        files.extend(folder.chart(chart)?);
    }
    if folder.form().report.html {
        folder.write("report.html", html(study, origin, &charts, folder.form().language()).as_bytes())?;
        files.push("report.html".to_owned());
    }
    if folder.form().report.files.xlsx {
        let assumptions = assumptions::table(&source.case.assumptions);
        folder
            .write("workbook.xlsx", &workbook(study, &tables, &assumptions, origin, folder.form().language())?)?;
        files.push("workbook.xlsx".to_owned());
    }
    files.push("run.json".to_owned());
    Ok((files, missing_characters(&charts)))
}

/// What a chart says of where it comes from. No time: the same run draws the same picture.
fn provenance(study: &Study<'_>, id: &str) -> Provenance {
    let settings = study.estate.settings();
    let fields = [
        ("case", settings.name.clone()),
        ("run", id.to_owned()),
        ("version", format!("ballast {}", env!("CARGO_PKG_VERSION"))),
        ("seed", settings.risk.seed.to_string()),
        ("years", study.chosen().risk.annual_losses().len().to_string()),
        ("gap", number::percent(study.largest_gap())),
    ];
    Provenance::of(fields)
}

pub(crate) fn stop_if_asked() -> anyhow::Result<()> {
    if interrupt::asked() { Err(Failure::Interrupted.into()) } else { Ok(()) }
}

/// An interrupt is the user's wish, not the solver's failure.
pub(crate) fn solver_failure(error: SolveError) -> Failure {
    if error == SolveError::Interrupted { Failure::Interrupted } else { Failure::Solve(error) }
}

/// The plan of lowest total of a case that is prepared for it.
pub(crate) fn lowest_total(estate: &Estate, events: &EventSet, control: &Control<'_>) -> anyhow::Result<Solution> {
    let problem = Problem::watched(estate, events, control).map_err(solver_failure)?;
    Ok(solve_one(&problem, &GoalArgs::default(), control)?.0)
}

/// The plan for `goal`, and today's.
pub(crate) fn solve_one(
    problem: &Problem<'_>,
    goal: &GoalArgs,
    control: &Control<'_>,
) -> anyhow::Result<(Solution, Option<Baseline>)> {
    let settings = problem.estate().settings();
    let solution = ballast_solver::solve(problem, &goal_of(goal, settings), control).map_err(solver_failure)?;
    Ok((solution, baseline(problem).map_err(Failure::Solve)?))
}

/// The goal that the flags ask for, within the case's own limits.
pub(crate) fn goal_of(args: &GoalArgs, settings: &Settings) -> Goal {
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

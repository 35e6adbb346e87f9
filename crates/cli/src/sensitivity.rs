//! `ballast sensitivity`: what a plan hangs on, where another becomes better, and the plan for bad luck.

use std::time::Instant;

use ballast_model::{Estate, Plan};
use ballast_report::{
    AnalysisOrigin, Provenance, Sensitivity, number, sensitivity_summary, sensitivity_tables,
    sensitivity_workbook, tornado_chart,
};
use ballast_solver::{Progress, Status, robust, tornado};
use serde_json::json;

use crate::{
    args::SensitivityArgs,
    assumptions,
    deadline::{self, Deadline},
    failure::Failure,
    form::Form,
    optimise::{lowest_total, solver_failure},
    output::Output,
    past_run::{self, Found, PastRun},
    progress::Bar,
    run_folder::RunFolder,
};

/// The part of the time that is left which the plan may take, where there is a limit.
const FOR_PLAN: f64 = 0.4;
/// The same for the plan for bad luck.
const FOR_ROBUST: f64 = 0.4;

pub(crate) fn run(args: &SensitivityArgs, output: &Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let found = match &args.point {
        Some(_) => past_run::find(&args.case, args.run.as_deref(), output)?,
        None => past_run::case_alone(&args.case, &args.changes)?,
    };
    let source = &found.source;
    let estate = &source.case.estate;
    let command = command(args, &found);
    let id = format!("sensitivity-{}", found.source.fingerprint(&command));
    let form = Form::without_page(args.files, output);
    let folder = RunFolder::prepare(args.out.clone().unwrap_or_else(|| args.case.join("runs").join(&id)), form)?;
    let bar = Bar::new(output, &estate.settings().currency);
    let events = ballast_risk::sample(estate);
    let progress = |progress: Progress| bar.take(&progress);
    let deadline = Deadline::new(start, estate.settings());

    bar.say("finding the plan");
    let mut warnings = source.warnings();
    let mut complete = true;
    let plan = if let Some(point) = &args.point {
        of_run(&found, point)?
    } else {
        deadline.within(FOR_PLAN, &progress, |control| -> anyhow::Result<Plan> {
            let solution = lowest_total(estate, &events, control)?;
            if control.interrupted() && solution.status == Status::Limit {
                complete = false;
                warnings.push(format!(
                    "the plan was searched for until its part of the time was up: a better one by {} of its total is not excluded",
                    number::percent(solution.gap)
                ));
            }
            Ok(solution.plan)
        })?
    };
    let as_is = Plan::as_is(estate).ok();
    let mut names = vec![args.point.clone().unwrap_or_else(|| "plan".to_owned())];
    let mut plans: Vec<&Plan> = vec![&plan];
    if let Some(as_is) = &as_is {
        names.push("as_is".to_owned());
        plans.push(as_is);
    }

    bar.say("the plan for bad luck");
    let budget = usize::from(args.robust);
    let wants_robust = budget > 0 && has_intervals(estate);
    let bad_luck = if wants_robust {
        let found =
            deadline.within(FOR_ROBUST, &progress, |control| robust(estate, &events, &plans, budget, control));
        match found {
            Err(error) if error.is_end() => None,
            other => Some(other.map_err(solver_failure)?),
        }
    } else {
        None
    };
    let lacks_robust = wants_robust && bad_luck.is_none();
    complete &= !lacks_robust && bad_luck.as_ref().is_none_or(|found| found.complete);
    if let Some(found) = &bad_luck {
        names.push("robust".to_owned());
        plans.push(&found.plan);
    }

    bar.say("moving one input after the other");
    let inputs = usize::from(args.inputs);
    let effects = deadline
        .within(1.0, &progress, |control| tornado(estate, &events, &plans, inputs, control))
        .map_err(deadline::failure_before("an input was moved"))?;
    drop(bar);
    complete &= effects.is_complete();
    let study = Sensitivity { estate, names, tornado: &effects, robust: bad_luck.as_ref(), lacks_robust };
    let not_done = study.not_done();
    warnings.extend(not_done.iter().map(|line| format!("not done: {line}")));
    let tables = sensitivity_tables(&study);
    let mut files = folder.tables(&tables)?;
    let fields = [
        ("case", estate.settings().name.clone()),
        ("run", id.clone()),
        ("version", format!("ballast {}", env!("CARGO_PKG_VERSION"))),
        ("seed", estate.settings().risk.seed.to_string()),
        ("years", events.years().to_string()),
    ];
    let provenance = Provenance::of(fields);
    files.extend(folder.draw(&tornado_chart(&study, form.style(), &provenance)?, output)?);
    if form.report.files.xlsx {
        let assumptions = assumptions::table(&source.case.assumptions);
        let origin = AnalysisOrigin {
            run: &id,
            version: env!("CARGO_PKG_VERSION"),
            command: &command,
            arguments: &source.arguments,
            overrides: &source.overrides,
            inputs: &source.inputs,
            plans_of: found.run.as_ref().filter(|_| args.point.is_some()).map(PastRun::id),
            years: Some(events.years()),
            settings: estate.settings(),
            warnings: &warnings,
        };
        let book = sensitivity_workbook(&study, &assumptions, &origin, form.language())?;
        folder.write("workbook.xlsx", &book)?;
        files.push("workbook.xlsx".to_owned());
    }
    files.push("run.json".to_owned());
    let record = json!({
        "run": id,
        "version": env!("CARGO_PKG_VERSION"),
        "command": command,
        "arguments": source.arguments,
        "overrides": source.overrides,
        "inputs": source.inputs,
        "currency": estate.settings().currency,
        "csv_dialect": form.dialect.name(),
        "language": form.language().code(),
        "complete": complete,
        "not_done": not_done,
        "total": effects.base[0].total,
        "robust": bad_luck.as_ref().map(|found| json!({
            "uncertainty_budget": found.budget,
            "worst_total": found.worst.total,
            "lower_bound": found.lower_bound,
            "gap": found.gap,
        })),
        "files": files,
    });
    folder.write("run.json", format!("{}\n", serde_json::to_string_pretty(&record)?).as_bytes())?;
    let folder = folder.publish()?;
    if output.is_json() {
        let mut document = record;
        document["folder"] = folder.display().to_string().into();
        output.json(&document)?;
    } else {
        let names = files.iter().fold(String::new(), |text, name| format!("{text}  {name}\n"));
        let summary = sensitivity_summary(&study, output.is_bold());
        output.result(&format!("{summary}\nWrote to {}\n{names}", folder.display()))?;
    }
    if complete { Ok(()) } else { Err(deadline::stopped(folder.display().to_string()).into()) }
}

/// What was asked for, as far as it changes the answer.
fn command(args: &SensitivityArgs, found: &Found) -> String {
    let mut command = format!("sensitivity --inputs {} --robust {}", args.inputs, args.robust);
    if let Some((run, point)) = found.run.as_ref().zip(args.point.as_ref()) {
        command = format!("{command} --run {} --point {point}", run.id());
    }
    command
}

fn of_run(found: &Found, point: &str) -> anyhow::Result<Plan> {
    let Some(run) = &found.run else {
        return Err(
            Failure::usage("the case has no run to take a point from", "`ballast frontier` makes one").into()
        );
    };
    run.plan(&found.source.case.estate, &run.point(point)?)
}

fn has_intervals(estate: &Estate) -> bool {
    estate.hazards().iter().any(|hazard| hazard.rate_interval.is_some())
}

//! `ballast export`: the programme that is solved, for another solver or for a calculation of one's own.

use std::time::Instant;

use ballast_report::{number, tables};
use ballast_solver::{Export, Problem};
use serde_json::json;

use crate::{
    args::{ExportArgs, FileArgs},
    deadline::{self, Deadline},
    failure::Failure,
    form::Form,
    optimise::{Task, goal_of},
    output::Output,
    past_run,
    progress::Bar,
    run_folder::RunFolder,
};

/// What is written, in the order in which it is listed.
const FILES: [&str; 3] = ["programme.mps", "options.csv", "run.json"];

pub(crate) fn run(args: &ExportArgs, output: &Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let source = past_run::case_alone(&args.case, &args.changes)?.source;
    let estate = &source.case.estate;
    let command = Task::Solve(args.goal).command().replacen("solve", "export", 1);
    let id = format!("export-{}", source.fingerprint(&command));
    let folder = RunFolder::prepare(
        args.out.clone().unwrap_or_else(|| args.case.join("runs").join(&id)),
        Form::without_page(FileArgs::default(), output),
    )?;
    for warning in source.warnings() {
        output.note(&warning);
    }
    let bar = Bar::new(output, &estate.settings().currency);
    bar.say("building the programme");
    let events = ballast_risk::sample(estate);
    let problem = Problem::new(estate, &events).map_err(Failure::Solve)?;
    let goal = goal_of(&args.goal, estate.settings());
    let deadline = Deadline::new(start, estate.settings());
    let export =
        deadline.within(1.0, &|progress| bar.take(&progress), |control| problem.export(&goal, control)).map_err(
            deadline::failure_before("the programme was complete, and a part of it is the programme of nothing"),
        )?;
    drop(bar);

    let currency = &estate.settings().currency;
    let remarks = [
        format!("ballast {} {command}, run {id}", env!("CARGO_PKG_VERSION")),
        format!("case {}, seed {}", estate.settings().name, estate.settings().risk.seed),
        format!("to be minimised; money in units of {} {currency} a year", problem.money_unit()),
        "rows and columns: docs/math.md; placements: options.csv".to_owned(),
    ];
    folder.write(FILES[0], export.program.to_mps(&remarks).as_bytes())?;
    folder.table(&tables::options(estate, &export.options))?;
    let mut record = json!({
        "run": id,
        "version": env!("CARGO_PKG_VERSION"),
        "command": command,
        "arguments": source.arguments,
        "overrides": source.overrides,
        "inputs": source.inputs,
        "currency": currency,
        "money_unit": problem.money_unit(),
        "divisible_optimum": export.divisible_optimum,
        "rows": export.program.rows.len(),
        "columns": export.program.columns.len(),
        "files": FILES,
    });
    folder.write(FILES[2], format!("{}\n", serde_json::to_string_pretty(&record)?).as_bytes())?;
    let folder = folder.publish()?;
    if output.is_json() {
        record["folder"] = folder.display().to_string().into();
        return output.json(&record);
    }
    let names = FILES.iter().fold(String::new(), |text, name| format!("{text}  {name}\n"));
    output.result(&format!("{}\nWrote to {}\n{names}", page(&export, &problem), folder.display()))
}

fn page(export: &Export, problem: &Problem<'_>) -> String {
    let settings = problem.estate().settings();
    format!(
        "The programme of {}: {} rows, {} columns, {} of them options of {} workloads\n  \
         its optimum with divisible workloads is {} a year; no plan of whole ones is below it\n  \
         its money is in units of {} {} a year\n",
        settings.name,
        export.program.rows.len(),
        export.program.columns.len(),
        export.options.len(),
        problem.estate().workloads().len(),
        number::money(export.divisible_optimum, &settings.currency),
        problem.money_unit(),
        settings.currency,
    )
}

//! The way from today's plan to another one, in the order in which to go.

use std::{path::Path, time::Instant};

use ballast_model::Plan;
use ballast_report::{RoadmapView, roadmap_summary, tables, write};
use ballast_solver::{Bond, Roadmap, Stop, roadmap};
use serde_json::{Value, json};

use super::choice;
use crate::{
    args::ExplainArgs,
    deadline::{self, Deadline},
    failure::Failure,
    output::Output,
    past_run,
    progress::Bar,
    run_folder,
};

/// The part of the time that finding the plan may take, where it is not of a run and there is a limit.
const FOR_PLAN: f64 = 0.6;

pub(super) fn explain(args: &ExplainArgs, output: &Output) -> anyhow::Result<()> {
    let start = Instant::now();
    run_folder::refuse_written(args.out.as_deref())?;
    let found = past_run::find(Path::new(&args.subject), args.run.as_deref(), output)?;
    let estate = &found.source.case.estate;
    let today = Plan::as_is(estate).map_err(|why| {
        let hint = "a roadmap begins at today's plan: give every workload its row in placement.csv";
        Failure::usage(why.to_string(), hint)
    })?;
    let events = ballast_risk::sample(estate);
    let choice = choice::make(&found, &events, args.point.as_deref(), None, (start, FOR_PLAN), output)?;
    let bar = Bar::new(output, &estate.settings().currency);
    bar.say("ordering the moves");
    let plans = [&today, &choice.plan];
    let deadline = Deadline::new(start, estate.settings());
    let roadmap = deadline
        .within(1.0, &|_| {}, |control| roadmap(estate, &events, plans, control))
        .map_err(deadline::failure_before("there was a first move"))?;
    drop(bar);
    let view = RoadmapView { estate, name: &choice.origin, plans, roadmap: &roadmap };
    if let Some(path) = &args.out {
        let bytes = tables::roadmap(&view).to_csv(output.dialect());
        write(path, &bytes).map_err(Failure::Write)?;
    }
    if output.is_json() {
        output.json(&document(&view))?;
    } else {
        output.result(&roadmap_summary(&view, output.is_bold()))?;
    }
    if roadmap.complete {
        Ok(())
    } else {
        Err(deadline::partial("the order of the moves in the rest, some of which may pay").into())
    }
}

fn document(view: &RoadmapView<'_>) -> Value {
    let estate = view.estate;
    let moves = moves(view.roadmap).map(|(number, before, one)| {
        let [today, then] = view.plans.map(|plan| {
            let described = |id| plan.of(id).iter().map(|part| estate.describe(&part.deployment)).collect();
            one.workloads.iter().map(|id| described(*id)).collect::<Vec<Vec<String>>>()
        });
        json!({
            "move": number,
            "workloads": one.workloads.iter().map(|id| &estate.workload(*id).id).collect::<Vec<_>>(),
            "together": one.bonds.iter().map(bond).collect::<Vec<_>>(),
            "today": today,
            "then": then,
            "cost_change": one.after.annual_cost - before.annual_cost,
            "loss_avoided": before.expected_loss - one.after.expected_loss,
            "mends": one.mends,
            "after": stop(&one.after),
        })
    });
    json!({
        "plan": view.name,
        "currency": estate.settings().currency,
        "complete": view.roadmap.complete,
        "today": stop(&view.roadmap.today),
        "moves": moves.collect::<Vec<_>>(),
    })
}

/// Every move with its number, `rest` for the last one, and the plan before it.
fn moves(roadmap: &Roadmap) -> impl Iterator<Item = (Value, &Stop, &ballast_solver::Move)> {
    let told = roadmap.moves.len();
    roadmap.steps().enumerate().map(move |(at, (before, one))| {
        let number = if at < told { json!(at + 1) } else { json!("rest") };
        (number, before, one)
    })
}

fn bond(bond: &Bond) -> Value {
    match bond {
        Bond::Group(name) => json!({ "group": name }),
        Bond::Process(name) => json!({ "process": name }),
        Bond::Site(name) => json!({ "site": name }),
        Bond::Limit(name) => json!({ "limit": name }),
    }
}

fn stop(stop: &Stop) -> Value {
    json!({
        "annual_cost": stop.annual_cost,
        "expected_loss": stop.expected_loss,
        "cvar": stop.cvar,
        "total": stop.total,
        "violations": stop.broken,
    })
}

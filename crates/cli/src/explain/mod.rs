//! `ballast explain`: why a workload is where it is, what limits and rules cost and who pays for them, in which order to
//! move from today's plan to another one, or what a code means.

mod choice;
mod limit;
mod options;
mod page;
mod price;
mod price_page;
mod prices;
mod roadmap;
mod series;
mod turning;

use std::{path::Path, time::Instant};

use ballast_ingest::CODES;
use ballast_model::{Estate, WorkloadId};
use serde_json::json;

use crate::{
    args::{ChangeArgs, ExplainArgs},
    deadline,
    failure::Failure,
    output::Output,
    past_run,
    progress::Bar,
};

pub(crate) fn run(args: &ExplainArgs, output: &Output) -> anyhow::Result<()> {
    match (&args.workload, &args.limit) {
        (Some(workload), _) => explain_workload(args, workload, output),
        (None, Some(limit)) => explain_limit(args, limit, output),
        (None, None) if args.limits => prices::explain(args, output),
        (None, None) if args.roadmap => roadmap::explain(args, output),
        (None, None) => explain_code(&args.subject, output),
    }
}

fn explain_code(code: &str, output: &Output) -> anyhow::Result<()> {
    let Some((code, text)) = CODES.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)) else {
        let (what, hint) = if Path::new(code).is_dir() {
            (
                format!("which workload of {code}?"),
                format!(
                    "ballast explain {code} WORKLOAD, or {code} --limit NAME, or {code} --limits, or {code} --roadmap"
                ),
            )
        } else {
            let known: Vec<&str> = CODES.iter().map(|(known, _)| *known).collect();
            (format!("there is no code {code}"), format!("the codes are {}", known.join(" ")))
        };
        return Err(Failure::usage(what, hint).into());
    };
    if output.is_json() {
        output.json(&json!({ "code": code, "text": text }))
    } else {
        output.result(&format!("{code}\n{text}\n"))
    }
}

fn explain_workload(args: &ExplainArgs, workload: &str, output: &Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let case = Path::new(&args.subject);
    let found = past_run::find(case, args.run.as_deref(), output)?;
    let estate = &found.source.case.estate;
    let workload = id_of(estate, workload)?;
    let events = ballast_risk::sample(estate);
    let choice = choice::make(&found, &events, args.point.as_deref(), Some(workload), (start, 1.0), output)?;
    let bar = Bar::new(output, &estate.settings().currency);
    bar.say("weighing options");
    let options = options::weigh(estate, &events, &choice, workload);
    drop(bar);
    let subject = page::Subject { source: &found.source, choice: &choice, options: &options, workload };
    if output.is_json() {
        output.json(&subject.document())
    } else {
        output.result(&subject.page(output.is_bold()))
    }
}

fn explain_limit(args: &ExplainArgs, name: &str, output: &Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let found = past_run::case_alone(Path::new(&args.subject), &ChangeArgs::default())?;
    let estate = &found.source.case.estate;
    let Some(limit) = limit::find(estate, name) else {
        let known: Vec<String> = limit::all(estate).into_iter().map(|limit| limit.name).collect();
        let hint = if known.is_empty() {
            "the case has no limits: no limits.csv, no max_share, no capacities, no [limits], no rules of workloads".to_owned()
        } else {
            format!("its limits are {}", known.join(" "))
        };
        return Err(Failure::usage(format!("the case has no limit {name}"), hint).into());
    };
    let events = ballast_risk::sample(estate);
    let found = price::find(estate, &events, std::slice::from_ref(&limit), start, output)?;
    let Some(price) = found.of_limits.first().and_then(Option::as_ref) else {
        return Err(deadline::unfinished("there was a plan without the limit").into());
    };
    let subject = price_page::Subject { estate, limit: &limit, price };
    if output.is_json() {
        output.json(&subject.document())?;
    } else {
        output.result(&subject.page(output.is_bold()))?;
    }
    if found.is_cut_short { Err(deadline::partial(price::BETTER_PROOF).into()) } else { Ok(()) }
}

fn id_of(estate: &Estate, name: &str) -> anyhow::Result<WorkloadId> {
    estate.workload_ids().find(|id| estate.workload(*id).id == name).ok_or_else(|| {
        let names: Vec<&str> = estate.workloads().iter().map(|workload| workload.id.as_str()).collect();
        let alike: Vec<&str> = names.iter().copied().filter(|known| known.contains(name)).take(8).collect();
        let shown = if alike.is_empty() { names.into_iter().take(8).collect() } else { alike };
        Failure::usage(format!("there is no workload {name}"), format!("for example {}", shown.join(", "))).into()
    })
}

//! `ballast check`: every problem of a case with its line, or what the case holds.

use std::{collections::BTreeSet, fmt::Write as _};

use ballast_ingest::{Case, Diagnostics, read_case};
use ballast_model::{Estate, PlanError, Resource, rules};
use ballast_report::number;
use serde_json::json;

use crate::{args::CheckArgs, failure::Failure, output::Output, source};

pub(crate) fn run(args: &CheckArgs, output: &Output) -> anyhow::Result<()> {
    source::must_exist(&args.case)?;
    match read_case(&args.case, &source::overrides(&args.changes)?) {
        Ok(case) => {
            if output.is_json() {
                output.json(&document(&args.case.display().to_string(), Some(&case), &case.warnings))
            } else {
                output.result(&page(&case))
            }
        }
        Err(findings) => {
            let errors = findings.counts().0;
            if output.is_json() {
                output.json(&document(&args.case.display().to_string(), None, &findings))?;
            } else {
                let hint = "`ballast explain CODE` says more about a code";
                output.result(&format!("{findings}\n{}\n{hint}\n", counts(&findings)))?;
            }
            Err(Failure::Checked { errors }.into())
        }
    }
}

/// `1 error, 2 warnings`.
fn counts(findings: &Diagnostics) -> String {
    let (errors, warnings) = findings.counts();
    format!("{}, {}", counted(errors, "error"), counted(warnings, "warning"))
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", number::grouped(count as u64))
}

fn page(case: &Case) -> String {
    let estate = &case.estate;
    let settings = estate.settings();
    let facts = Facts::of(estate);
    let mut page = String::new();
    // Writing to a String cannot fail.
    if !case.warnings.is_empty() {
        let _ = writeln!(page, "{}", case.warnings);
    }
    let _ = writeln!(page, "{}: {}", settings.name, counts(&case.warnings));
    let demand = |resource: Resource| grouped(estate.total_demand(resource));
    let _ = writeln!(
        page,
        "  {}: {} vCPU, {} GiB memory, {} GPU, {} GiB storage",
        counted(estate.workloads().len(), "workload"),
        demand(Resource::Vcpu),
        demand(Resource::MemoryGib),
        demand(Resource::Gpu),
        demand(Resource::StorageGib)
    );
    let _ = writeln!(
        page,
        "  {} of {} in {}",
        counted(estate.sites().len(), "site"),
        counted(facts.providers, "provider"),
        facts.countries.join(", ")
    );
    let _ = writeln!(
        page,
        "  {}, {} to choose from",
        counted(estate.patterns().len(), "pattern"),
        counted(facts.deployments, "deployment")
    );
    let _ = writeln!(
        page,
        "  {} in {} of {}; {:.2} events a year",
        counted(estate.hazards().len(), "hazard"),
        facts.hit_domains,
        counted(estate.domains().len(), "failure domain"),
        facts.events_per_year
    );
    let _ = writeln!(
        page,
        "  {} business processes, {} of them partners'; {}",
        estate.processes().len(),
        facts.partner_processes,
        counted(estate.supply().len(), "supply link")
    );
    let _ = writeln!(page, "  today's placement: {}", facts.today);
    page.push_str("\nFiles\n");
    for file in &case.files {
        let shipped = if file.path.is_none() { "  (shipped default)" } else { "" };
        let dialect = file.dialect.map(|dialect| dialect.to_string()).unwrap_or_default();
        let line = format!(
            "  {:<24}{:>7}  {dialect}{shipped}",
            file.name,
            counted_rows(file.rows, file.dialect.is_some())
        );
        let _ = writeln!(page, "{}", line.trim_end());
    }
    page
}

/// How many rows a table has; case.toml has none.
fn counted_rows(rows: usize, is_table: bool) -> String {
    if is_table { number::grouped(rows as u64) } else { String::new() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "demands are not negative; saturates")]
fn grouped(value: f64) -> String {
    number::grouped(value.round() as u64)
}

/// What is counted over an estate.
struct Facts {
    providers: usize,
    countries: Vec<String>,
    deployments: usize,
    hit_domains: usize,
    events_per_year: f64,
    partner_processes: usize,
    today: String,
}

impl Facts {
    fn of(estate: &Estate) -> Self {
        let providers: BTreeSet<_> = estate.sites().iter().map(|site| site.provider).collect();
        let countries: BTreeSet<_> = estate
            .sites()
            .iter()
            .map(|site| site.country.clone().unwrap_or_else(|| "no country".to_owned()))
            .collect();
        let hit: BTreeSet<_> = estate.hazards().iter().map(|hazard| hazard.domain).collect();
        Self {
            providers: providers.len(),
            countries: countries.into_iter().collect(),
            deployments: estate.workload_ids().map(|workload| rules::deployments(estate, workload).len()).sum(),
            hit_domains: hit.len(),
            events_per_year: estate.hazards().iter().map(|hazard| hazard.rate.get()).sum(),
            partner_processes: estate.processes().iter().filter(|process| process.partner.is_some()).count(),
            today: today(estate),
        }
    }
}

fn today(estate: &Estate) -> String {
    let pinned = estate.workloads().iter().filter(|w| w.as_is.as_ref().is_some_and(|as_is| as_is.pinned)).count();
    match ballast_model::Plan::as_is(estate) {
        Ok(_) => format!("known, {pinned} pinned"),
        Err(PlanError::NoPlacement(first)) => {
            let missing = estate.workloads().iter().filter(|workload| workload.as_is.is_none()).count();
            if missing == estate.workloads().len() {
                "not given, so plans are not compared with it".to_owned()
            } else {
                format!(
                    "missing for {}, e.g. {first}; plans are not compared with it",
                    counted(missing, "workload")
                )
            }
        }
        Err(other) => other.to_string(),
    }
}

fn document(case: &str, read: Option<&Case>, findings: &Diagnostics) -> serde_json::Value {
    let (errors, warnings) = findings.counts();
    json!({
        "case": case,
        "sound": read.is_some(),
        "errors": errors,
        "warnings": warnings,
        "diagnostics": findings,
        "estate": read.map(|case| estate(&case.estate)),
        "files": read.map(|case| case.files.iter().map(file).collect::<Vec<_>>()),
    })
}

fn estate(estate: &Estate) -> serde_json::Value {
    let facts = Facts::of(estate);
    let demand: serde_json::Map<String, serde_json::Value> = Resource::ALL
        .iter()
        .map(|(resource, name)| ((*name).to_owned(), estate.total_demand(*resource).into()))
        .collect();
    json!({
        "name": estate.settings().name,
        "currency": estate.settings().currency,
        "workloads": estate.workloads().len(),
        "demand": demand,
        "sites": estate.sites().len(),
        "providers": facts.providers,
        "countries": facts.countries,
        "patterns": estate.patterns().len(),
        "deployments": facts.deployments,
        "domains": estate.domains().len(),
        "hazards": estate.hazards().len(),
        "events_per_year": facts.events_per_year,
        "processes": estate.processes().len(),
        "partner_processes": facts.partner_processes,
        "has_placement": ballast_model::Plan::as_is(estate).is_ok(),
    })
}

fn file(file: &ballast_ingest::FileReport) -> serde_json::Value {
    json!({
        "name": file.name,
        "rows": file.dialect.map(|_| file.rows),
        "dialect": file.dialect.map(|dialect| dialect.to_string()),
        "shipped": file.path.is_none(),
    })
}

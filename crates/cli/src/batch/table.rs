//! `batch.csv`: every plan of every job, one row each; a job without results has one row that says why.

use super::{job::Outcome, sweep::Job};
use ballast_report::tables::{Rows, Table};

/// What stands before the columns of `frontier.csv`.
const HEAD: [&str; 7] = ["job", "case", "scenario", "seed", "job_status", "why", "currency"];

/// The table. Money has no currency in its column's name here: the cases of a sweep may differ in it.
pub(super) fn table(jobs: &[Job], outcomes: &[Outcome]) -> Table {
    let columns = columns(outcomes);
    let mut rows = Rows::default();
    for (job, outcome) in jobs.iter().zip(outcomes) {
        let head = |seed: String, currency: &str| {
            vec![
                job.name(),
                job.case.clone(),
                job.scenario.clone(),
                seed,
                outcome.state.name().to_owned(),
                outcome.state.why().unwrap_or_default().to_owned(),
                currency.to_owned(),
            ]
        };
        let Some(results) = &outcome.results else {
            let mut row = head(job.seed.map(|seed| seed.to_string()).unwrap_or_default(), "");
            row.extend(std::iter::repeat_n(String::new(), columns.len()));
            rows.push(row);
            continue;
        };
        for plan in results.frontier.rows.iter() {
            let mut row = head(results.run.seed.to_string(), &results.run.currency);
            row.extend(columns.iter().map(|column| {
                let money = format!("{column}_{}", results.run.currency.to_lowercase());
                let plain = results.frontier.get(plan, column);
                if plain.is_empty() { results.frontier.get(plan, &money) } else { plain }.to_owned()
            }));
            rows.push(row);
        }
    }
    let all = HEAD.iter().map(|name| (*name).to_owned()).chain(columns).collect();
    Table { name: "batch", columns: all, rows }
}

/// The columns of `frontier.csv` without the currency.
fn columns(outcomes: &[Outcome]) -> Vec<String> {
    let Some(results) = outcomes.iter().find_map(|outcome| outcome.results.as_ref()) else { return Vec::new() };
    let suffix = format!("_{}", results.run.currency.to_lowercase());
    let names = &results.frontier.columns;
    names.iter().map(|name| name.strip_suffix(&suffix).unwrap_or(name).to_owned()).collect()
}

//! `losses_by_domain.csv` and `losses_by_process.csv`: where the loss comes from and who bears it, today and planned.

use super::{
    Table,
    cell::{money, significant},
    schema::{POINT, Schema},
};
use crate::Study;

pub(super) const BY_DOMAIN: Schema = Schema {
    name: "losses_by_domain",
    row: "plan and failure domain, of today's and the chosen one",
    columns: &[
        POINT,
        ("rank", "", "greatest expected loss first"),
        ("domain", "", "failure domain or site"),
        ("level", "", "what it is: site, zone, identity and so on"),
        ("name", "", "its name for people"),
        ("rate_per_year", "a year", "events that strike it"),
        ("expected_loss$", "$ a year", "what these events cost"),
        ("expected_loss_se$", "$ a year", "its standard error"),
        ("share_of_loss", "share", "share of the plan's expected loss"),
        ("loss_per_event$", "$", "mean loss of an event"),
        ("worst_event$", "$", "loss of the worst simulated event"),
    ],
};

pub(super) const BY_PROCESS: Schema = Schema {
    name: "losses_by_process",
    row: "plan and process, of today's and the chosen one",
    columns: &[
        POINT,
        ("process", "", "process"),
        ("owner", "", "ours, or the partner whose loss it is"),
        ("expected_loss$", "$ a year", "what the process loses"),
        ("expected_loss_se$", "$ a year", "its standard error"),
        ("share_of_loss", "share", "share of our expected loss; empty for partners'"),
        ("stops_per_year_above_1_h", "a year", "stops longer than 1 h"),
        ("stops_per_year_above_4_h", "a year", "stops longer than 4 h"),
        ("stops_per_year_above_8_h", "a year", "stops longer than 8 h"),
        ("stops_per_year_above_24_h", "a year", "stops longer than 24 h"),
        ("stops_per_year_above_72_h", "a year", "stops longer than 72 h"),
        ("stops_per_year_above_168_h", "a year", "stops longer than 168 h"),
    ],
};

/// The blast-radius ranking: greatest expected loss first.
pub(super) fn by_domain(study: &Study<'_>) -> Table {
    let mut table = Table::of(&BY_DOMAIN, study.currency());
    for plan in study.compared() {
        let all: f64 = plan.risk.by_domain.iter().map(|risk| risk.expected_loss).sum();
        let mut ranked: Vec<_> = plan.risk.by_domain.iter().collect();
        ranked.sort_by(|a, b| b.expected_loss.total_cmp(&a.expected_loss).then(a.domain.cmp(&b.domain)));
        for (position, risk) in ranked.into_iter().enumerate() {
            let domain = study.estate.domain(risk.domain);
            table.push(vec![
                plan.id.clone(),
                (position + 1).to_string(),
                domain.id.clone(),
                domain.level.clone(),
                domain.name.clone(),
                significant(risk.rate_per_year),
                money(risk.expected_loss),
                money(risk.expected_loss_se),
                share_of(risk.expected_loss, all),
                money(risk.loss_per_event),
                money(risk.worst),
            ]);
        }
    }
    table
}

/// A partner's loss is listed and has no share of ours.
pub(super) fn by_process(study: &Study<'_>) -> Table {
    let mut table = Table::of(&BY_PROCESS, study.currency());
    for plan in study.compared() {
        let is_ours = |index: &usize| study.estate.processes()[*index].partner.is_none();
        let losses = &plan.risk.by_process;
        let all: f64 = (0..losses.len()).filter(is_ours).map(|index| losses[index].expected_loss).sum();
        let mut ranked: Vec<usize> = (0..losses.len()).collect();
        let loss = |index: usize| losses[index].expected_loss;
        ranked.sort_by(|a, b| loss(*b).total_cmp(&loss(*a)).then(a.cmp(b)));
        for index in ranked {
            let process = &study.estate.processes()[index];
            let mut row = vec![
                plan.id.clone(),
                process.id.clone(),
                process.partner.as_deref().unwrap_or("ours").to_owned(),
                money(loss(index)),
                money(losses[index].expected_loss_se),
                if is_ours(&index) { share_of(loss(index), all) } else { String::new() },
            ];
            row.extend(losses[index].stops_per_year.iter().map(|stops| significant(*stops)));
            table.push(row);
        }
    }
    table
}

fn share_of(part: f64, all: f64) -> String {
    significant(if all > 0.0 { part / all } else { 0.0 })
}

//! `losses_by_domain.csv` and `losses_by_process.csv`: where the loss comes from and who bears it, today and planned.

use ballast_risk::STOP_HOURS;

use super::{
    Table,
    cell::{money, significant, text},
    columns,
};
use crate::Study;

/// The blast-radius ranking: greatest expected loss first.
pub(super) fn by_domain(study: &Study<'_>) -> Table {
    let names = [
        "point",
        "rank",
        "domain",
        "level",
        "name",
        "rate_per_year",
        "expected_loss$",
        "expected_loss_se$",
        "share_of_loss",
        "loss_per_event$",
        "worst_event$",
    ];
    let mut table = Table::new("losses_by_domain", columns(study, &names));
    for plan in study.compared() {
        let all: f64 = plan.risk.by_domain.iter().map(|risk| risk.expected_loss).sum();
        let mut ranked: Vec<_> = plan.risk.by_domain.iter().collect();
        ranked.sort_by(|a, b| b.expected_loss.total_cmp(&a.expected_loss).then(a.domain.cmp(&b.domain)));
        for (position, risk) in ranked.into_iter().enumerate() {
            let domain = study.estate.domain(risk.domain);
            table.push(vec![
                plan.id.clone(),
                (position + 1).to_string(),
                text(&domain.id),
                text(&domain.level),
                text(&domain.name),
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
    let names = ["point", "process", "owner", "expected_loss$", "expected_loss_se$", "share_of_loss"];
    let mut columns = columns(study, &names);
    columns.extend(STOP_HOURS.iter().map(|hours| format!("stops_per_year_above_{hours}_h")));
    let mut table = Table::new("losses_by_process", columns);
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
                text(&process.id),
                text(process.partner.as_deref().unwrap_or("ours")),
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

//! `risk.csv`: every measure of risk with its standard error, today and planned; `downtime.csv`: minutes per workload
//! against what providers promise.

use ballast_risk::{Dimension, STOP_HOURS};

use super::{
    Table,
    cell::{money, significant},
    schema::{PATTERN, POINT, Schema},
};
use crate::{PlanView, Study};

/// Confidences of VaR and CVaR beside the case's own.
const CONFIDENCES: [f64; 2] = [0.95, 0.99];
/// Return periods of the two curves.
const PERIODS: [f64; 3] = [10.0, 100.0, 250.0];

pub(super) const MEASURES: Schema = Schema {
    name: "risk",
    row: "plan and measure, of today's and the chosen one",
    columns: &[
        POINT,
        (
            "measure",
            "",
            "expected_annual_loss, var, cvar, aep (losses of a year), oep (greatest event of a year), probability_of_stop_above, herfindahl, largest_share, loss_when_largest_fails",
        ),
        ("of", "", "its confidence, return period, hours or dimension"),
        ("value", "in `unit`", "its value"),
        ("standard_error", "in `unit`", "its standard error; empty where it has none"),
        ("unit", "", "unit of value and standard error"),
    ],
};

/// One row per measure and plan.
pub(super) fn measures(study: &Study<'_>) -> Table {
    let mut table = Table::of(&MEASURES, study.currency());
    for plan in study.compared() {
        for row in rows(study, plan) {
            table.push(row);
        }
    }
    table
}

fn rows(study: &Study<'_>, plan: &PlanView<'_>) -> Vec<Vec<String>> {
    let currency = format!("{} a year", study.estate.settings().currency);
    let risk = plan.risk;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut push = |measure: &str, of: String, value: String, error: String, unit: &str| {
        rows.push(vec![plan.id.clone(), measure.to_owned(), of, value, error, unit.to_owned()]);
    };
    push(
        "expected_annual_loss",
        String::new(),
        money(risk.expected_loss()),
        money(risk.expected_loss_se()),
        &currency,
    );
    let mut confidences = CONFIDENCES.to_vec();
    if !confidences.contains(&study.alpha()) {
        confidences.push(study.alpha());
        confidences.sort_by(f64::total_cmp);
    }
    for alpha in confidences {
        push("var", significant(alpha), money(risk.var(alpha)), money(risk.var_se(alpha)), &currency);
        push("cvar", significant(alpha), money(risk.cvar(alpha)), money(risk.cvar_se(alpha)), &currency);
    }
    for (name, curve) in [("aep", risk.aep()), ("oep", risk.oep())] {
        for period in PERIODS {
            let (one, other) = curve.band(period, 0.682_689_492);
            let error = (other - one).abs() / 2.0;
            push(name, format!("1 year in {period}"), money(curve.loss_at(period)), money(error), &currency);
        }
    }
    for hours in STOP_HOURS {
        let (probability, error) = risk.probability_of_stop_above(hours);
        let of = format!("{hours} h");
        push("probability_of_stop_above", of, significant(probability), significant(error), "a year");
    }
    for one in study.concentrations_of(&plan.id) {
        let name = Dimension::ALL.iter().find(|(known, _)| *known == one.dimension).map_or("", |(_, name)| name);
        push("herfindahl", name.to_owned(), significant(one.herfindahl), String::new(), "0 to 1");
        let of = format!("{name} {}", one.largest);
        push("largest_share", of.clone(), significant(one.share), String::new(), "share of vCPU");
        push("loss_when_largest_fails", of, money(one.expected_loss), String::new(), &currency);
    }
    rows
}

const HOURS_PER_YEAR: f64 = 8760.0;

pub(super) const DOWNTIME: Schema = Schema {
    name: "downtime",
    row: "plan and workload, of today's and the chosen one",
    columns: &[
        POINT,
        ("workload", "", "workload"),
        PATTERN,
        ("downtime_min_per_year", "min a year", "expected outage"),
        ("standard_error", "min a year", "its standard error"),
        ("sla_share", "share", "share of time that providers promise for the pattern"),
        ("sla_min_per_year", "min a year", "outage that the promise leaves room for"),
        ("times_sla", "", "outage as a multiple of that"),
    ],
};

/// One row per workload and plan.
pub(super) fn downtime(study: &Study<'_>) -> Table {
    let mut table = Table::of(&DOWNTIME, study.currency());
    let estate = study.estate;
    for plan in study.compared() {
        for workload in estate.workload_ids() {
            let Some(main) = plan.plan.main_deployment(workload) else { continue };
            let pattern = estate.pattern(main.pattern);
            let risk = &plan.risk.by_workload[workload.index()];
            let minutes = risk.downtime_h_per_year * 60.0;
            let promised =
                pattern.promised.map(|share| (share.get(), (1.0 - share.get()) * HOURS_PER_YEAR * 60.0));
            table.push(vec![
                plan.id.clone(),
                estate.workload(workload).id.clone(),
                pattern.id.clone(),
                significant(minutes),
                significant(risk.downtime_se * 60.0),
                promised.map(|(share, _)| significant(share)).unwrap_or_default(),
                promised.map(|(_, minutes)| significant(minutes)).unwrap_or_default(),
                promised
                    .filter(|(_, promised)| *promised > 0.0)
                    .map(|(_, promised)| significant(minutes / promised))
                    .unwrap_or_default(),
            ]);
        }
    }
    table
}

//! `ballast verify`: a finished run against its input files, by code that the solver does not share.

use ballast_model::{Estate, Plan};
use ballast_report::tables::{Row, Table};
use ballast_risk::{EventSet, audit, evaluate};
use ballast_solver::Goal;
use rayon::prelude::*;
use serde_json::json;

use crate::{
    args::VerifyArgs,
    failure::Failure,
    output::Output,
    past_run::{self, PastRun},
};

/// Half a cent: figures are written with two decimals.
const ROUNDING: f64 = 0.005_001;
/// How far a figure may be from its recomputation, relative.
const TOLERANCE: f64 = 1e-6;

/// One thing that was checked.
struct Check {
    point: String,
    what: String,
    /// What is wrong; none if it stands up.
    finding: Option<String>,
}

pub(crate) fn run(args: &VerifyArgs, output: &Output) -> anyhow::Result<()> {
    let found = past_run::find(&args.case, args.run.as_deref(), output)?;
    let Some(run) = &found.run else {
        return Err(Failure::usage("the case has no run", "`ballast frontier` makes one").into());
    };
    let mut checks = inputs(&found.source.inputs, run);
    let estate = &found.source.case.estate;
    let events = ballast_risk::sample(estate);
    let table = run.table("frontier")?;
    let rows: Vec<Row<'_>> = table.rows.iter().collect();
    let of_rows = rows.into_par_iter().map(|row| {
        let point = table.get(row, "point");
        let plan = run.plan(estate, point)?;
        let figures = Figures { table: &table, row, currency: estate.settings().currency.to_lowercase() };
        Ok(of_plan(estate, &events, &plan, point, &figures))
    });
    checks.extend(of_rows.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten());
    checks.extend(order(&table, &estate.settings().currency.to_lowercase()));
    let wrong: Vec<&Check> = checks.iter().filter(|check| check.finding.is_some()).collect();
    if output.is_json() {
        let list = |check: &&Check| json!({ "point": check.point, "check": check.what, "finding": check.finding });
        let findings: Vec<_> = wrong.iter().map(list).collect();
        output.json(&json!({ "run": run.id(), "checks": checks.len(), "findings": findings }))?;
    } else {
        let mut page = format!("run {}: {} plans, {} checks\n", run.id(), table.rows.len(), checks.len());
        for check in &wrong {
            let finding = check.finding.as_deref().unwrap_or_default();
            page.push_str(&format!("  {}: {}: {finding}\n", check.point, check.what));
        }
        if wrong.is_empty() {
            page.push_str("Every cost, limit, loss and tail loss is that of the input files; every bound is below its plan\n");
        }
        output.result(&page)?;
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::Unverified { wrong: wrong.len(), all: checks.len() }.into())
    }
}

/// The files of now against those of the run.
fn inputs(now: &[ballast_report::InputFile], run: &PastRun) -> Vec<Check> {
    let check = |input: &ballast_report::InputFile| {
        let same = now.iter().find(|file| file.path == input.path).map(|file| file.sha256 == input.sha256);
        let finding = match same {
            Some(true) => None,
            Some(false) => Some("has changed since the run".to_owned()),
            None => Some("is not there any more".to_owned()),
        };
        Check { point: "inputs".to_owned(), what: input.path.clone(), finding }
    };
    run.inputs().iter().map(check).collect()
}

/// A row of frontier.csv.
struct Figures<'a> {
    table: &'a Table,
    row: Row<'a>,
    currency: String,
}

impl Figures<'_> {
    /// A figure by its column without the currency; none if it is not given.
    fn get(&self, column: &str) -> Option<f64> {
        let money = self.table.get(self.row, &format!("{column}_{}", self.currency));
        let text = if money.is_empty() { self.table.get(self.row, column) } else { money };
        text.parse().ok()
    }
}

/// Costs, losses, limits, bound and gap of one plan.
fn of_plan(estate: &Estate, events: &EventSet, plan: &Plan, point: &str, figures: &Figures<'_>) -> Vec<Check> {
    let alpha = estate.settings().risk.alpha.get();
    let objective = &estate.settings().objective;
    let audit = audit(estate, events.classes(), plan);
    let risk = evaluate(estate, events, plan);
    let (expected, cvar) = (risk.expected_loss(), risk.cvar(alpha));
    let total =
        Goal::total(objective.loss_weight, objective.risk_aversion).objective(audit.annual_cost, expected, cvar);
    let mut checks = Vec::new();
    let mut push = |what: &str, finding: Option<String>| {
        checks.push(Check { point: point.to_owned(), what: what.to_owned(), finding });
    };
    let truths = [
        ("annual_cost", audit.annual_cost),
        ("expected_loss", expected),
        ("cvar", cvar),
        ("var", risk.var(alpha)),
        ("total", total),
    ];
    for (column, truth) in truths {
        let finding = match figures.get(column) {
            None => Some("is not given".to_owned()),
            Some(said) if near(said, truth) => None,
            Some(said) => Some(format!("the run says {said:.2}, the files say {truth:.2}")),
        };
        push(column, finding);
    }
    if point == "as_is" {
        return checks;
    }
    let broken = audit.violations.iter().find(|violation| violation.by > TOLERANCE);
    push("limits", broken.map(|violation| format!("breaks {} by {:.3}", violation.rule, violation.by)));
    for (cap, figure) in [("budget", audit.annual_cost), ("loss_cap", expected), ("cvar_cap", cvar)] {
        if let Some(most) = figures.get(cap) {
            let above = figure > most * (1.0 + 2.0 * TOLERANCE) + ROUNDING;
            push(cap, above.then(|| format!("{figure:.2} is above {most:.2}")));
        }
    }
    let (said, bound, gap) = (figures.get("objective"), figures.get("lower_bound"), figures.get("gap"));
    if let (Some(said), Some(bound), Some(gap)) = (said, bound, gap) {
        let above = bound > said * (1.0 + TOLERANCE) + ROUNDING;
        push("lower_bound", above.then(|| format!("{bound:.2} is above the plan's {said:.2}")));
        let truth = if said == 0.0 { 0.0 } else { (said - bound) / said };
        // The gap is written with six significant figures, the amounts with two decimals.
        let off = (gap - truth).abs() > 1e-5 * truth.abs() + 2.0 * ROUNDING / said.abs().max(1.0) + 1e-9;
        push("gap", off.then(|| format!("the run says {gap}, objective and bound make it {truth:.6}")));
    } else {
        push("gap", Some("objective, bound or gap is not given".to_owned()));
    }
    checks
}

/// The points of the curve: cost rises, loss falls.
fn order(table: &Table, currency: &str) -> Vec<Check> {
    let points: Vec<Row<'_>> = table.rows.iter().filter(|row| table.get(*row, "role") == "frontier").collect();
    let figure = |row: Row<'_>, column: &str| {
        table.get(row, &format!("{column}_{currency}")).parse::<f64>().unwrap_or(f64::NAN)
    };
    points
        .windows(2)
        .map(|pair| {
            let rises = figure(pair[1], "annual_cost") >= figure(pair[0], "annual_cost");
            let finding = (!rises).then(|| "costs less than the point before it".to_owned());
            Check { point: table.get(pair[1], "point").to_owned(), what: "order".to_owned(), finding }
        })
        .collect()
}

fn near(said: f64, truth: f64) -> bool {
    (said - truth).abs() <= ROUNDING + TOLERANCE * truth.abs()
}

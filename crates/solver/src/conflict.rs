//! Which requirements conflict, and what would have to give way.

use crate::{
    Control, LinearProgram, Relaxation, SolveError,
    backend::{self, Effort},
    problem::Problem,
};

/// Names the requirements that conflict in `program`. What was asked of this solve (money rows) gives way first; the
/// limits of the estate only if that is not enough. A run that is to end has no answer.
pub(crate) fn explain(problem: &Problem<'_>, program: &LinearProgram, control: &Control<'_>) -> SolveError {
    for gives_way in [is_money, is_requirement] {
        if let Some((conflict, relaxations)) = cheapest_relaxation(problem, program, gives_way, control) {
            return SolveError::Infeasible { conflict, relaxations };
        }
        if control.interrupted() {
            return SolveError::NoPlan;
        }
    }
    SolveError::Infeasible { conflict: vec!["the placement rules".to_owned()], relaxations: Vec::new() }
}

/// The cheapest elastic relaxation of the rows that may give way, relative to each row's limit: the rows that take
/// part in the conflict, and by how much those give way that do. None if it is not enough.
fn cheapest_relaxation(
    problem: &Problem<'_>,
    program: &LinearProgram,
    gives_way: fn(&str) -> bool,
    control: &Control<'_>,
) -> Option<(Vec<String>, Vec<Relaxation>)> {
    let mut elastic = program.clone();
    for column in &mut elastic.columns {
        column.cost = 0.0;
    }
    let mut slacks = Vec::new();
    for row in elastic.rows.iter_mut().filter(|row| gives_way(&row.name)) {
        let limit = if row.upper.is_finite() { row.upper } else { row.lower };
        let reach: f64 =
            row.coefficients.iter().map(|(column, a)| (a * program.columns[*column].upper).abs()).sum();
        let slack = elastic.columns.len();
        elastic.columns.push(crate::lp::Column {
            name: format!("slack[{}]", row.name),
            cost: 1.0 / (1.0 + limit.abs()),
            lower: 0.0,
            upper: reach + limit.abs(),
            integer: false,
        });
        row.coefficients.push((slack, if row.upper.is_finite() { -1.0 } else { 1.0 }));
        slacks.push((row.name.clone(), slack));
    }
    let raw = backend::run(problem.backend, &elastic, Effort::default(), control).ok()?;
    let relaxations: Vec<Relaxation> = slacks
        .into_iter()
        .filter(|(_, slack)| raw.x[*slack] > 1e-7)
        .map(|(row, slack)| {
            let unit = if is_money(&row) { problem.money_unit } else { 1.0 };
            Relaxation { by: raw.x[slack] * unit, row }
        })
        .collect();
    // The rows that give way, and those that hold them there (non-zero duals).
    let mut conflict: Vec<String> = relaxations.iter().map(|relaxation| relaxation.row.clone()).collect();
    let holding =
        elastic.rows.iter().zip(&raw.duals).filter(|(row, dual)| is_requirement(&row.name) && dual.abs() > 1e-9);
    conflict.extend(holding.map(|(row, _)| row.name.clone()));
    conflict.sort();
    conflict.dedup();
    Some((conflict, relaxations))
}

/// The programme in which every row but those that place workloads, charge and cut may give way, at a price relative to its
/// limit, and nothing else costs anything.
pub(crate) fn elastic(program: &LinearProgram) -> LinearProgram {
    let mut elastic = program.clone();
    for column in &mut elastic.columns {
        column.cost = 0.0;
    }
    for row in elastic.rows.iter_mut().filter(|row| is_requirement(&row.name) || row.name.starts_with("group[")) {
        let reach: f64 =
            row.coefficients.iter().map(|(column, a)| (a * program.columns[*column].upper).abs()).sum();
        let limits = [(row.upper, -1.0), (row.lower, 1.0)];
        for (limit, sign) in limits.into_iter().filter(|(limit, _)| limit.is_finite()) {
            let slack = elastic.columns.len();
            elastic.columns.push(crate::lp::Column {
                name: format!("slack[{},{slack}]", row.name),
                cost: 1.0 / (1.0 + limit.abs()),
                lower: 0.0,
                upper: reach + limit.abs() + 1.0,
                integer: false,
            });
            row.coefficients.push((slack, sign));
        }
    }
    elastic
}

/// Rows that a planner asked for, as against those that define what a plan is.
pub(crate) fn is_requirement(row: &str) -> bool {
    is_money(row) || ["capacity[", "standby[", "share["].iter().any(|label| row.starts_with(label))
}

/// Rows whose right-hand side is money.
pub(crate) fn is_money(row: &str) -> bool {
    ["budget", "expected_loss", "cvar"].contains(&row)
}

//! No solver's word is taken for anything: residuals, objective and bound are recomputed from our own programme.

use crate::{LinearProgram, RawSolution, lp::compensated_sum};

/// How far a row or bound may be off, relative to the size of its terms.
pub const FEASIBILITY_TOLERANCE: f64 = 1e-6;
/// How far primal objective and Lagrangian bound of a linear programme may be apart, relative.
pub const DUALITY_TOLERANCE: f64 = 1e-6;

/// What does not hold, where, and by how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What does not hold.
    pub what: &'static str,
    /// The worst row or column by name.
    pub row: String,
    /// By how much, relative to the size of its terms.
    pub by: f64,
}

/// A solution whose figures we have computed ourselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// The objective at the solution.
    pub objective: f64,
    /// No solution of the programme's relaxation has a lower objective; minus infinity without duals.
    pub lower_bound: f64,
    /// Reduced cost by column at the recomputed duals; empty without duals.
    pub reduced_costs: Vec<f64>,
    /// The duals with impossible signs set to zero.
    pub duals: Vec<f64>,
}

/// Recomputes everything that `raw` claims about `program`.
///
/// A linear programme must also close its duality gap; an integer one must be whole.
///
/// # Errors
/// The worst violation.
pub fn certify(program: &LinearProgram, raw: &RawSolution) -> Result<Certificate, Failure> {
    feasible(program, &raw.x)?;
    let objective = program.objective(&raw.x);
    if raw.duals.is_empty() {
        return Ok(Certificate {
            objective,
            lower_bound: f64::NEG_INFINITY,
            reduced_costs: Vec::new(),
            duals: Vec::new(),
        });
    }
    let (lower_bound, reduced_costs, duals) = lagrangian_bound(program, &raw.duals);
    let gap = (objective - lower_bound).abs() / (1.0 + objective.abs());
    if gap.is_nan() || gap > DUALITY_TOLERANCE {
        return Err(Failure { what: "duality gap", row: "objective".to_owned(), by: gap });
    }
    Ok(Certificate { objective, lower_bound, reduced_costs, duals })
}

/// Whether `x` keeps every bound, row and integrality of `program`.
///
/// # Errors
/// The worst violation.
pub fn feasible(program: &LinearProgram, x: &[f64]) -> Result<(), Failure> {
    let mut worst = Failure { what: "", row: String::new(), by: 0.0 };
    let mut note = |what, name: &str, by: f64| {
        if by > worst.by || by.is_nan() {
            worst = Failure { what, row: name.to_owned(), by: if by.is_nan() { f64::INFINITY } else { by } };
        }
    };
    if x.len() != program.columns.len() {
        return Err(Failure { what: "number of columns", row: "solution".to_owned(), by: f64::INFINITY });
    }
    for (column, &value) in program.columns.iter().zip(x) {
        let size = 1.0 + column.lower.abs().min(column.upper.abs());
        note("bound", &column.name, ((column.lower - value).max(value - column.upper)).max(0.0) / size);
        if !value.is_finite() {
            note("finiteness", &column.name, f64::INFINITY);
        }
        if column.integer {
            note("integrality", &column.name, (value - value.round()).abs());
        }
    }
    for row in &program.rows {
        let activity = row.activity(x);
        let limit = if row.upper.is_finite() { row.upper } else { row.lower };
        let size = 1.0
            + limit
                .abs()
                .max(row.coefficients.iter().map(|&(column, a)| (a * x[column]).abs()).fold(0.0, f64::max));
        note("row", &row.name, (row.lower - activity).max(activity - row.upper).max(0.0) / size);
    }
    if worst.by > FEASIBILITY_TOLERANCE { Err(worst) } else { Ok(()) }
}

/// The Lagrangian bound of `program` at any row multipliers, with the reduced costs and the multipliers used.
///
/// For every `duals`, `sum of duals times limits + sum over columns of the least reduced cost times value` is a
/// lower bound on the minimum (weak duality); a multiplier whose sign would need an infinite limit is set to 0.
pub fn lagrangian_bound(program: &LinearProgram, duals: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
    let used: Vec<f64> = program
        .rows
        .iter()
        .zip(duals)
        .map(|(row, &dual)| {
            let limit = if dual > 0.0 { row.lower } else { row.upper };
            if limit.is_finite() && dual.is_finite() { dual } else { 0.0 }
        })
        .collect();
    let mut reduced: Vec<f64> = program.columns.iter().map(|column| column.cost).collect();
    let mut lost = vec![0.0; reduced.len()];
    for (row, &dual) in program.rows.iter().zip(&used) {
        if dual == 0.0 {
            continue;
        }
        for &(column, coefficient) in &row.coefficients {
            let term = -dual * coefficient;
            let sum = reduced[column];
            let next = sum + term;
            lost[column] += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
            reduced[column] = next;
        }
    }
    for (sum, lost) in reduced.iter_mut().zip(lost) {
        *sum += lost;
    }
    let from_rows = program
        .rows
        .iter()
        .zip(&used)
        .filter(|(_, dual)| **dual != 0.0)
        .map(|(row, &dual)| dual * if dual > 0.0 { row.lower } else { row.upper });
    let from_columns = program
        .columns
        .iter()
        .zip(&reduced)
        .filter(|(_, cost)| **cost != 0.0)
        .map(|(column, &cost)| cost * if cost > 0.0 { column.lower } else { column.upper });
    (compensated_sum(from_rows.chain(from_columns)), reduced, used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Control,
        backend::{Backend, Effort, run},
    };

    /// `min 2x + 3y` with `x + y >= 10`, `x <= 6`: x = 6, y = 4, objective 24; duals 3 and -1 (by hand).
    fn by_hand() -> LinearProgram {
        let mut lp = LinearProgram::default();
        let x = lp.column("x".to_owned(), 2.0, (0.0, 100.0), false);
        let y = lp.column("y".to_owned(), 3.0, (0.0, 100.0), false);
        lp.at_least("need".to_owned(), vec![(x, 1.0), (y, 1.0)], 10.0);
        lp.at_most("cap".to_owned(), vec![(x, 1.0)], 6.0);
        lp
    }

    fn honest(backend: Backend) -> RawSolution {
        run(backend, &by_hand(), Effort::default(), &Control::quiet()).expect("feasible and bounded")
    }

    #[test]
    fn duals_have_our_sign_with_every_engine_that_has_them() {
        for backend in [Backend::Highs, Backend::Clarabel] {
            let duals = honest(backend).duals;
            assert!((duals[0] - 3.0).abs() < 1e-5, "{backend:?}: {duals:?}");
            assert!((duals[1] + 1.0).abs() < 1e-5, "{backend:?}: {duals:?}");
        }
    }

    #[test]
    fn an_honest_answer_passes() {
        let certificate = certify(&by_hand(), &honest(Backend::Highs)).expect("certified");
        assert!((certificate.objective - 24.0).abs() < 1e-9);
        assert!((certificate.lower_bound - 24.0).abs() < 1e-9);
    }

    #[test]
    fn every_injected_fault_is_caught() {
        let lp = by_hand();
        let check = |change: &dyn Fn(&mut RawSolution), what: &str| {
            let mut raw = honest(Backend::Highs);
            change(&mut raw);
            assert_eq!(certify(&lp, &raw).expect_err("a fault").what, what);
        };
        check(&|raw| raw.x[1] -= 0.01, "row");
        check(&|raw| raw.x[0] = -1.0, "bound");
        check(&|raw| raw.x[0] = f64::NAN, "finiteness");
        check(&|raw| raw.x[1] += 1.0, "duality gap");
        check(&|raw| raw.duals[0] = -raw.duals[0], "duality gap");
        check(&|raw| raw.duals[1] *= 1.001, "duality gap");
        check(&|raw| raw.x.truncate(1), "number of columns");
    }

    #[test]
    fn a_dropped_row_is_caught() {
        let mut without = by_hand();
        without.rows.remove(1);
        let mut raw = run(Backend::Highs, &without, Effort::default(), &Control::quiet()).expect("feasible");
        raw.duals.push(0.0);
        let failure = certify(&by_hand(), &raw).expect_err("x = 10 breaks the cap");
        assert_eq!((failure.what, failure.row.as_str()), ("row", "cap"));
    }

    #[test]
    fn an_unbounded_programme_is_not_called_optimal() {
        // max x + y with x - y <= 1: Clarabel answers Ok through good_lp; our bounds and certificate do not.
        let mut lp = LinearProgram::default();
        let x = lp.column("x".to_owned(), -1.0, (0.0, f64::INFINITY), false);
        let y = lp.column("y".to_owned(), -1.0, (0.0, f64::INFINITY), false);
        lp.at_most("r".to_owned(), vec![(x, 1.0), (y, -1.0)], 1.0);
        for backend in [Backend::Highs, Backend::Microlp, Backend::Clarabel] {
            let verdict = run(backend, &lp, Effort::default(), &Control::quiet()).map(|mut raw| {
                if raw.duals.is_empty() {
                    raw.duals = vec![0.0];
                }
                certify(&lp, &raw)
            });
            assert!(!matches!(verdict, Ok(Ok(_))), "{backend:?} certified an unbounded programme");
        }
    }

    #[test]
    fn engines_agree_on_the_objective() {
        for (backend, name) in Backend::ALL {
            let raw = honest(backend);
            assert!((by_hand().objective(&raw.x) - 24.0).abs() < 1e-5, "{name}");
        }
    }
}

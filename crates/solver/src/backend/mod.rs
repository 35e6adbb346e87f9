//! The engines behind `good_lp`. This is the only file that names it; `warm` goes beneath it for a warm start.

mod aside;
mod warm;

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution as _, SolverModel, Variable,
    constraint::{eq, geq, leq},
    solvers::{
        DualValues, SolutionStatus, SolutionWithDual,
        highs::{HighsParallelType, HighsPresolveType, HighsProblem, HighsSolverType, highs},
    },
    variable,
};

use crate::{Control, LinearProgram, SolveError};

pub(crate) use warm::Warm;

/// An engine that solves linear programmes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// HiGHS: simplex and branch and bound, with duals. The default.
    Highs,
    /// microlp: simplex in pure Rust, without duals; for cross-checks.
    Microlp,
    /// Clarabel: interior point in pure Rust, with duals, without integers; for cross-checks.
    Clarabel,
}

impl Backend {
    /// Every engine with its name in the files.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Highs, "highs"), (Self::Microlp, "microlp"), (Self::Clarabel, "clarabel")];

    /// The engine with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(backend, _)| *backend)
    }

    /// The name in the files.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// How an engine shall work on one programme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Relative gap at which branch and bound may stop.
    pub mip_gap: f64,
    /// Nodes after which it must stop: unlike time, the same on every machine.
    pub mip_nodes: i32,
    /// Seconds after which it must stop.
    pub time_limit_s: f64,
    /// Seed of the engine's own choices; another one gives another way to the same optimum.
    pub seed: i32,
}

impl Default for Effort {
    fn default() -> Self {
        Self { mip_gap: 1e-6, mip_nodes: 200, time_limit_s: f64::INFINITY, seed: 0 }
    }
}

/// What an engine answered: nothing of it is believed until [`crate::certify`] has recomputed it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawSolution {
    /// Value by column.
    pub x: Vec<f64>,
    /// Dual by row in our one sign convention: the rate at which the minimum rises with the row's limits.
    /// Empty if the engine has none (integers, microlp).
    pub duals: Vec<f64>,
    /// Whether a limit ended the search.
    pub stopped: bool,
}

/// Why an engine gave no solution.
#[derive(Debug, Clone, PartialEq)]
pub enum BackendError {
    /// It says that nothing is feasible.
    Infeasible,
    /// It says that there is no finite optimum.
    Unbounded,
    /// It stopped at a limit without a solution, or was left when the run was to end.
    NoSolution,
    /// Anything else.
    Failed(SolveError),
}

/// Columns times rows from which an engine works on a thread of its own: those below take no time to speak of, and
/// there may be thousands of them.
const LONG: usize = 100_000;

/// Solves `program` with `backend`.
///
/// # Errors
/// What the engine says; see [`BackendError`].
pub fn run(
    backend: Backend,
    program: &LinearProgram,
    effort: Effort,
    control: &Control<'_>,
) -> Result<RawSolution, BackendError> {
    let integers = program.columns.iter().any(|column| column.integer);
    let mut variables = ProblemVariables::new();
    let columns: Vec<Variable> = program
        .columns
        .iter()
        .map(|column| {
            let definition = variable().min(column.lower).max(column.upper);
            variables.add(if column.integer { definition.integer() } else { definition })
        })
        .collect();
    let mut objective = Expression::with_capacity(columns.len());
    for (column, variable) in program.columns.iter().zip(&columns) {
        if column.cost != 0.0 {
            objective.add_mul(column.cost, *variable);
        }
    }
    let unsolved = variables.minimise(objective);
    match backend {
        Backend::Highs => {
            let mut model = tuned(unsolved.using(highs), effort, integers);
            let rows = add_rows(&mut model, program, &columns);
            let mut solution = solved(model, program, integers, control, backend)?;
            let x = columns.iter().map(|column| solution.value(*column)).collect();
            let stopped = matches!(solution.status(), SolutionStatus::TimeLimit);
            let duals = if integers { Vec::new() } else { read_duals(&solution.compute_dual(), &rows) };
            Ok(RawSolution { x, duals, stopped })
        }
        Backend::Microlp => {
            let mut model = unsolved.using(good_lp::solvers::microlp::microlp);
            add_rows(&mut model, program, &columns);
            let solution = solved(model, program, integers, control, backend)?;
            let x = columns.iter().map(|column| solution.value(*column)).collect();
            Ok(RawSolution { x, duals: Vec::new(), stopped: false })
        }
        Backend::Clarabel => {
            if integers {
                let what = "place indivisible workloads";
                return Err(BackendError::Failed(SolveError::Unsupported { backend: backend.name(), what }));
            }
            let mut model = unsolved.using(good_lp::solvers::clarabel::clarabel);
            let rows = add_rows(&mut model, program, &columns);
            let mut solution = solved(model, program, integers, control, backend)?;
            let x = columns.iter().map(|column| solution.value(*column)).collect();
            let duals = read_duals(&solution.compute_dual(), &rows);
            Ok(RawSolution { x, duals, stopped: false })
        }
    }
}

/// Hands the model to its engine. The model is the engine's own by then, so nothing is copied for its thread.
fn solved<M>(
    model: M,
    program: &LinearProgram,
    integers: bool,
    control: &Control<'_>,
    backend: Backend,
) -> Result<M::Solution, BackendError>
where
    M: SolverModel<Error = ResolutionError> + Send + 'static,
    M::Solution: Send + 'static,
{
    let is_long = integers || program.rows.len().saturating_mul(program.columns.len()) >= LONG;
    let answer = if is_long {
        aside::aside(control, move || model.solve()).map_err(|why| {
            let why = format!("no thread for it: {why}");
            BackendError::Failed(SolveError::Backend { backend: backend.name(), why })
        })?
    } else {
        Some(model.solve())
    };
    answer.ok_or(BackendError::NoSolution)?.map_err(|error| translate(backend, &error))
}

/// One thread and a fixed seed: the same bytes on every machine. Plans need vertices, so simplex, not interior point.
fn tuned(model: HighsProblem, effort: Effort, integers: bool) -> HighsProblem {
    let model = model
        .set_parallel(HighsParallelType::Off)
        .set_threads(1)
        .set_presolve(HighsPresolveType::On)
        .set_time_limit(effort.time_limit_s)
        .set_option("random_seed", effort.seed);
    if integers {
        model.set_option("mip_rel_gap", effort.mip_gap).set_option("mip_max_nodes", effort.mip_nodes)
    } else {
        model.set_solver(HighsSolverType::Simplex)
    }
}

/// A row's references: two for a range, as `good_lp` has one-sided rows and equations only.
type RowReferences = Vec<good_lp::constraint::ConstraintReference>;

fn add_rows<M: SolverModel>(model: &mut M, program: &LinearProgram, columns: &[Variable]) -> Vec<RowReferences> {
    program
        .rows
        .iter()
        .map(|row| {
            let sum = || {
                let mut sum = Expression::with_capacity(row.coefficients.len());
                for &(column, coefficient) in &row.coefficients {
                    sum.add_mul(coefficient, columns[column]);
                }
                sum
            };
            if row.lower == row.upper {
                return vec![model.add_constraint(eq(sum(), row.upper))];
            }
            let mut references = Vec::with_capacity(1);
            if row.lower.is_finite() {
                references.push(model.add_constraint(geq(sum(), row.lower)));
            }
            if row.upper.is_finite() {
                references.push(model.add_constraint(leq(sum(), row.upper)));
            }
            references
        })
        .collect()
}

/// Row duals in our sign convention. `good_lp` 1.15.3 (pinned) reports, for a minimisation, the rate at which the
/// optimum rises with the right-hand side; a finite-difference test guards it.
fn read_duals(duals: &impl DualValues, rows: &[RowReferences]) -> Vec<f64> {
    rows.iter().map(|references| references.iter().map(|row| duals.dual(row.clone())).sum()).collect()
}

fn translate(backend: Backend, error: &ResolutionError) -> BackendError {
    match error {
        ResolutionError::Infeasible => BackendError::Infeasible,
        ResolutionError::Unbounded => BackendError::Unbounded,
        ResolutionError::Other("NoSolutionFound") => BackendError::NoSolution,
        other => BackendError::Failed(SolveError::Backend { backend: backend.name(), why: other.to_string() }),
    }
}

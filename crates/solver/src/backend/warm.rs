//! A programme that grows: HiGHS keeps its basis while columns and rows are added.
//!
//! `good_lp` starts every solve from nothing, so this goes to the `highs` crate beneath it. Nothing else changes: the
//! answer is certified like any other, and one that fails its certificate is solved again cold.

use std::collections::HashMap;

use highs::{Col, HighsModelStatus, Model, Row, RowProblem, Sense};

use super::{BackendError, Effort, RawSolution};
use crate::{Control, LinearProgram, SolveError};

/// Iterations of the simplex method after which the caller is asked whether to go on: seconds even for large programmes,
/// and unlike seconds the same on every machine. What is left begins where they ended.
const SLICE: i32 = 20_000;

/// A series of programmes, each with the columns and rows of the one before and perhaps more.
#[derive(Default)]
pub(crate) struct Warm {
    grown: Option<Grown>,
}

/// What HiGHS has so far; columns and rows are known by their names.
struct Grown {
    model: Model,
    columns: HashMap<String, (usize, Col)>,
    rows: HashMap<String, (usize, Row)>,
    /// Seconds that its solves have taken, where there is a limit: HiGHS counts its time over all of them.
    seconds: f64,
}

impl Warm {
    /// Solves `program` from the basis of the programme before.
    ///
    /// # Errors
    /// What the engine says, or that the caller wants no more of it; the next programme then starts from nothing.
    pub(crate) fn run(
        &mut self,
        program: &LinearProgram,
        effort: Effort,
        control: &Control<'_>,
    ) -> Result<RawSolution, BackendError> {
        let known = self.grown.take().filter(|grown| grown.is_part_of(program));
        let mut grown = known.unwrap_or_else(|| Grown::new(program, effort));
        grown.grow(program).map_err(|status| failed(&format!("{status:?}")))?;
        let Grown { mut model, columns, rows, mut seconds } = grown;
        let mut iterations = SLICE;
        let solved = loop {
            let left = control.seconds_left();
            model.set_option("time_limit", seconds + left);
            model.set_option("simplex_iteration_limit", iterations);
            let solved = model.try_solve().map_err(|status| failed(&format!("{status:?}")))?;
            if left.is_finite() {
                seconds += left - control.seconds_left();
            }
            if solved.status() != HighsModelStatus::ReachedIterationLimit {
                break solved;
            }
            if control.interrupted() {
                return Err(BackendError::NoSolution);
            }
            // HiGHS may count those before, or begin anew: twice as many are more in any case.
            iterations = iterations.saturating_mul(2);
            model = Model::from(solved);
        };
        match solved.status() {
            HighsModelStatus::Optimal => {}
            HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
                return Err(BackendError::Infeasible);
            }
            HighsModelStatus::Unbounded => return Err(BackendError::Unbounded),
            HighsModelStatus::ReachedTimeLimit => return Err(BackendError::NoSolution),
            other => return Err(failed(&format!("{other:?}"))),
        }
        let solution = solved.get_solution();
        let x = program.columns.iter().map(|column| solution.columns()[columns[&column.name].0]).collect();
        let duals = program.rows.iter().map(|row| solution.dual_rows()[rows[&row.name].0]).collect();
        self.grown = Some(Grown { model: Model::from(solved), columns, rows, seconds });
        Ok(RawSolution { x, duals, stopped: false })
    }
}

impl Grown {
    fn new(program: &LinearProgram, effort: Effort) -> Self {
        let mut problem = RowProblem::default();
        let mut columns = HashMap::new();
        for (position, column) in program.columns.iter().enumerate() {
            let known = problem.add_column(column.cost, column.lower..=column.upper);
            columns.insert(column.name.clone(), (position, known));
        }
        let mut model = problem.optimise(Sense::Minimise);
        model.make_quiet();
        model.set_option("solver", "simplex");
        model.set_option("parallel", "off");
        model.set_option("threads", 1);
        model.set_option("random_seed", effort.seed);
        Self { model, columns, rows: HashMap::new(), seconds: 0.0 }
    }

    /// Whether nothing of what there is has gone.
    fn is_part_of(&self, program: &LinearProgram) -> bool {
        let columns = program.columns.iter().filter(|column| self.columns.contains_key(&column.name)).count();
        let rows = program.rows.iter().filter(|row| self.rows.contains_key(&row.name)).count();
        columns == self.columns.len() && rows == self.rows.len()
    }

    fn grow(&mut self, program: &LinearProgram) -> Result<(), highs::HighsStatus> {
        let is_new: Vec<bool> =
            program.columns.iter().map(|column| !self.columns.contains_key(&column.name)).collect();
        let mut entries: Vec<Vec<(Row, f64)>> = vec![Vec::new(); program.columns.len()];
        for row in &program.rows {
            let Some((_, known)) = self.rows.get(&row.name) else { continue };
            for &(column, value) in &row.coefficients {
                if is_new[column] {
                    entries[column].push((*known, value));
                }
            }
        }
        for (column, entries) in program.columns.iter().zip(entries) {
            if !self.columns.contains_key(&column.name) {
                let position = self.model.num_cols();
                let known = self.model.try_add_column(column.cost, column.lower..=column.upper, entries)?;
                self.columns.insert(column.name.clone(), (position, known));
            }
        }
        for row in &program.rows {
            if !self.rows.contains_key(&row.name) {
                let factors: Vec<(Col, f64)> = row
                    .coefficients
                    .iter()
                    .map(|&(column, value)| (self.columns[&program.columns[column].name].1, value))
                    .collect();
                let position = self.model.num_rows();
                let known = self.model.try_add_row(row.lower..=row.upper, factors)?;
                self.rows.insert(row.name.clone(), (position, known));
            }
        }
        Ok(())
    }
}

fn failed(why: &str) -> BackendError {
    BackendError::Failed(SolveError::Backend { backend: "highs", why: why.to_owned() })
}

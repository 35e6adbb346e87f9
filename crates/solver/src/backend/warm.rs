//! A programme that grows: HiGHS keeps its basis while columns and rows are added.
//!
//! `good_lp` starts every solve from nothing, so this goes to the `highs` crate beneath it. Nothing else changes: the
//! answer is certified like any other, and one that fails its certificate is solved again cold.

use std::collections::BTreeMap;

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
    columns: Named<Col>,
    rows: Named<Row>,
    /// Seconds that its solves have taken, where there is a limit: HiGHS counts its time over all of them.
    seconds: f64,
}

/// Columns or rows in the order in which they came.
struct Named<T> {
    names: Vec<String>,
    of: Vec<T>,
    positions: BTreeMap<String, usize>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { names: Vec::new(), of: Vec::new(), positions: BTreeMap::new() }
    }
}

impl<T: Copy> Named<T> {
    fn push(&mut self, name: &str, one: T) {
        self.positions.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.of.push(one);
    }

    /// Where the one with this name is: most programmes grow at their end, so likely where it is in the programme.
    fn position(&self, likely: usize, name: &str) -> Option<usize> {
        if self.names.get(likely).is_some_and(|known| known == name) {
            return Some(likely);
        }
        self.positions.get(name).copied()
    }

    /// By name of a programme: where it is.
    fn positions<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Option<usize>> {
        names.enumerate().map(|(likely, name)| self.position(likely, name)).collect()
    }
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
        let all = |positions: Vec<Option<usize>>, values: &[f64]| -> Option<Vec<f64>> {
            positions.into_iter().map(|position| values.get(position?).copied()).collect()
        };
        let grown = Grown { model: Model::from(solved), columns, rows, seconds };
        let (columns, rows) = grown.places(program);
        let (x, duals) = (all(columns, solution.columns()), all(rows, solution.dual_rows()));
        let (Some(x), Some(duals)) = (x, duals) else { return Err(failed("it has lost columns or rows")) };
        self.grown = Some(grown);
        Ok(RawSolution { x, duals, stopped: false })
    }
}

impl Grown {
    fn new(program: &LinearProgram, effort: Effort) -> Self {
        let mut problem = RowProblem::default();
        let mut columns = Named::default();
        for column in &program.columns {
            columns.push(&column.name, problem.add_column(column.cost, column.lower..=column.upper));
        }
        let mut model = problem.optimise(Sense::Minimise);
        model.make_quiet();
        model.set_option("solver", "simplex");
        model.set_option("parallel", "off");
        model.set_option("threads", 1);
        model.set_option("random_seed", effort.seed);
        Self { model, columns, rows: Named::default(), seconds: 0.0 }
    }

    /// By column and by row of a programme: where it is.
    fn places(&self, program: &LinearProgram) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
        let columns = program.columns.iter().map(|column| &*column.name);
        (self.columns.positions(columns), self.rows.positions(program.rows.iter().map(|row| &*row.name)))
    }

    /// Whether nothing of what there is has gone.
    fn is_part_of(&self, program: &LinearProgram) -> bool {
        let known = |positions: Vec<Option<usize>>| positions.iter().flatten().count();
        let (columns, rows) = self.places(program);
        known(columns) == self.columns.names.len() && known(rows) == self.rows.names.len()
    }

    fn grow(&mut self, program: &LinearProgram) -> Result<(), highs::HighsStatus> {
        let (columns, rows) = self.places(program);
        let mut entries: Vec<Vec<(Row, f64)>> = vec![Vec::new(); program.columns.len()];
        for (row, position) in program.rows.iter().zip(&rows) {
            let Some(position) = position else { continue };
            for &(column, value) in &row.coefficients {
                if columns[column].is_none() {
                    entries[column].push((self.rows.of[*position], value));
                }
            }
        }
        // By column of the programme: HiGHS's own.
        let mut own = Vec::with_capacity(columns.len());
        for ((column, position), entries) in program.columns.iter().zip(columns).zip(entries) {
            if let Some(position) = position {
                own.push(self.columns.of[position]);
            } else {
                let new = self.model.try_add_column(column.cost, column.lower..=column.upper, entries)?;
                self.columns.push(&column.name, new);
                own.push(new);
            }
        }
        for (row, _) in program.rows.iter().zip(rows).filter(|(_, position)| position.is_none()) {
            let factors: Vec<(Col, f64)> =
                row.coefficients.iter().map(|&(column, value)| (own[column], value)).collect();
            let new = self.model.try_add_row(row.lower..=row.upper, factors)?;
            self.rows.push(&row.name, new);
        }
        Ok(())
    }
}

fn failed(why: &str) -> BackendError {
    BackendError::Failed(SolveError::Backend { backend: "highs", why: why.to_owned() })
}

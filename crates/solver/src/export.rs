//! A goal's programme with all that somebody needs who wants to solve it by other means.

use std::collections::BTreeMap;

use ballast_model::{Deployment, WorkloadId};

use crate::{
    Control, Goal, LinearProgram, SolveError, formulation, mps::without_blanks, problem::Problem,
    relaxation::Search,
};

/// A goal's programme over every option, with the cuts that its relaxation needed.
#[derive(Debug, Clone)]
pub struct Export {
    /// The programme, money in units of [`Problem::money_unit`]; indivisible workloads are whole.
    pub program: LinearProgram,
    /// Its optimum with every workload divisible, money per year, certified.
    pub divisible_optimum: f64,
    /// What may be placed where.
    pub options: Vec<PricedOption>,
}

/// An option of a workload: a column of the programme.
#[derive(Debug, Clone, PartialEq)]
pub struct PricedOption {
    /// Its column in the programme, as MPS writes it.
    pub column: String,
    /// The workload.
    pub workload: WorkloadId,
    /// How and where it would run.
    pub deployment: Deployment,
    /// Money per year.
    pub annual_cost: f64,
    /// What outages of this workload alone would cost, money per year: by process the greatest loss of one of its
    /// terms, over processes the sum. Adds up over workloads where no process needs two of them.
    pub loss_alone: f64,
}

impl Problem<'_> {
    /// The programme of `goal`, solved as if every workload were divisible.
    ///
    /// # Errors
    /// If the goal is infeasible or its relaxation cannot be certified, or the run was ended: half a programme is none.
    pub fn export(&self, goal: &Goal, control: &Control<'_>) -> Result<Export, SolveError> {
        let mut search =
            Search { problem: self, goal, control, known: self.first.clone(), programmes: 0, center: None };
        let relaxed = search.relax();
        if control.interrupted() {
            return Err(control.ended());
        }
        relaxed?;
        let built = formulation::build(self, goal, &search.known, true, &|_, _| true);
        let (_, certificate) = search
            .certified(&built.program.relaxed())
            .map_err(|error| if control.interrupted() { control.ended() } else { error })?;
        let losses = self.losses_alone();
        let options = built.placements.iter().zip(&built.program.columns).map(|(&(w, o), column)| {
            let option = &self.options.options[w][o];
            PricedOption {
                column: without_blanks(&column.name),
                workload: WorkloadId::new(w),
                deployment: option.deployment,
                annual_cost: option.annual_cost(),
                loss_alone: losses.get(&(w, o)).copied().unwrap_or_default(),
            }
        });
        let options = options.collect();
        Ok(Export { program: built.program, divisible_optimum: certificate.objective * self.money_unit, options })
    }

    /// By workload and option, money per year.
    fn losses_alone(&self) -> BTreeMap<(usize, usize), f64> {
        let mut of_process: BTreeMap<(usize, usize, usize), f64> = BTreeMap::new();
        for (process, cut) in self.losses.first_cuts(&self.options) {
            for (w, o, loss) in cut.coefficients() {
                let most = of_process.entry((w, o, process)).or_default();
                *most = most.max(loss);
            }
        }
        let mut losses: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for ((w, o, _), loss) in of_process {
            *losses.entry((w, o)).or_default() += loss;
        }
        losses
    }
}

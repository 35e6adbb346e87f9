//! Why there is no plan.

use ballast_model::{EstateError, PlanError, cost::MissingPrice};

/// Why a problem has no certified answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// No deployment passes a workload's hard rules.
    #[error("workload {0} has no deployment that its rules allow")]
    NoOption(String),
    /// A deployment cannot be priced.
    #[error("{site} has no price for {item}")]
    MissingPrice {
        /// The site's id.
        site: String,
        /// What has no price there.
        item: &'static str,
    },
    /// Requirements that no plan meets together, proven.
    #[error("no plan meets these requirements together: {}", conflict.join(", "))]
    Infeasible {
        /// Names of the rows that conflict, in the planner's words.
        conflict: Vec<String>,
        /// What would make it feasible, at least cost.
        relaxations: Vec<Relaxation>,
    },
    /// The programme has no finite optimum: a defect of the model, not of the case.
    #[error("the programme is unbounded")]
    Unbounded,
    /// The engine gave up or failed.
    #[error("solver {backend} failed: {why}")]
    Backend {
        /// The engine's name.
        backend: &'static str,
        /// What it said.
        why: String,
    },
    /// The engine cannot do what was asked of it.
    #[error("solver {backend} cannot {what}; use highs")]
    Unsupported {
        /// The engine's name.
        backend: &'static str,
        /// What it lacks.
        what: &'static str,
    },
    /// The engine's answer does not stand up to its recomputation.
    #[error("solver {backend} gave an answer that fails its certificate: {what} at {row} by {by:e}")]
    Uncertified {
        /// The engine's name.
        backend: &'static str,
        /// What does not hold.
        what: &'static str,
        /// The worst row or column by name.
        row: String,
        /// By how much it fails, in the row's scaled unit.
        by: f64,
    },
    /// No integer plan was found within the limits.
    #[error("no whole plan was found within the limits of the search; raise the cap")]
    NoPlan,
    /// The run was interrupted before a first plan was found.
    #[error("interrupted")]
    Interrupted,
    /// Its time was up before a first plan was found.
    #[error("the time limit was reached before a first plan was found")]
    OutOfTime,
    /// An input that was moved for a sensitivity analysis left what an estate allows.
    #[error("an input cannot be moved: {0}")]
    Moved(#[from] EstateError),
    /// Assignments that the solver found do not make a plan: a defect.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// A requirement and how far it would have to give way.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// The row's name.
    pub row: String,
    /// How far, in the row's unit (money per year, vCPU, GiB).
    pub by: f64,
}

impl SolveError {
    /// Whether the caller ended the run, by hand or by its time limit.
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Interrupted | Self::OutOfTime)
    }

    pub(crate) fn missing_price(estate: &ballast_model::Estate, missing: MissingPrice) -> Self {
        Self::MissingPrice { site: estate.site(missing.site).id.clone(), item: missing.item.name() }
    }
}

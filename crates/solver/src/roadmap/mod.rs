//! From today's plan to another one, move by move: what buys most for its money comes first, and whoever stops after a
//! move has a plan that keeps the limits.
//!
//! Workloads that can only move together are one move: those of a group, those that make room for each other within a
//! limit, and those of which none pays by itself but all together do. Every stop is measured by the evaluator and the
//! audit, never by adding up single moves.

mod bundles;
mod ground;
mod rank;
mod room;
mod walk;

use ballast_model::{Estate, Plan, WorkloadId};
use ballast_risk::EventSet;

use crate::{Control, SolveError};

/// Moves that are told one by one.
pub const ROADMAP_MOVES: usize = 10;

/// A plan on the way. All money per year.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Its cost, fixed costs included.
    pub annual_cost: f64,
    /// Its expected loss.
    pub expected_loss: f64,
    /// Its CVaR.
    pub cvar: f64,
    /// Cost and weighted loss together.
    pub total: f64,
    /// Rules and limits that it breaks, by row name or in words.
    pub broken: Vec<String>,
}

/// Why workloads move together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bond {
    /// They are of one group.
    Group(String),
    /// A process needs them all: alone none of them pays.
    Process(String),
    /// They open a site, or leave one for good: alone none of them pays.
    Site(String),
    /// One makes room for the other within this limit, by row name.
    Limit(String),
}

/// Workloads that move at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Who moves, in the estate's order.
    pub workloads: Vec<WorkloadId>,
    /// Why they move together; empty for a single workload.
    pub bonds: Vec<Bond>,
    /// What the plan broke before and keeps now.
    pub mends: Vec<String>,
    /// The plan after it.
    pub after: Stop,
}

/// The way from one plan to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Roadmap {
    /// Where it begins.
    pub today: Stop,
    /// The moves that buy most, in order.
    pub moves: Vec<Move>,
    /// All others at once; none if nothing is left.
    pub rest: Option<Move>,
    /// Whether nothing ended the search for the best order: else there may be moves among the rest that pay.
    pub complete: bool,
}

impl Roadmap {
    /// Every move with the plan before it; the rest last.
    pub fn steps(&self) -> impl Iterator<Item = (&Stop, &Move)> {
        let before = std::iter::once(&self.today).chain(self.moves.iter().map(|one| &one.after));
        before.zip(self.moves.iter().chain(&self.rest))
    }

    /// The plan at its end.
    pub fn end(&self) -> &Stop {
        self.steps().last().map_or(&self.today, |(_, one)| &one.after)
    }
}

/// The way from `today` to `plan`. A run that is ended early has the moves so far, and all others at once.
///
/// # Errors
/// If the run is ended before the first move.
pub fn roadmap(
    estate: &Estate,
    events: &EventSet,
    [today, plan]: [&Plan; 2],
    control: &Control<'_>,
) -> Result<Roadmap, SolveError> {
    walk::walk(&ground::Ground::new(estate, events, [today, plan]), control)
}

//! Places every workload by linear programming so that annual cost is balanced against outage loss.
//!
//! [`Problem::new`] generates, prices and prunes the options of an estate and factors their losses over simulated
//! events. [`solve`] finds a certified plan for one [`Goal`]; [`frontier`] the whole trade-off curve. The formulation
//! is docs/math.md, one function of `formulation` per labelled constraint.
//!
//! What this crate does not know: files, clocks, text for people. No engine's word is taken for anything: `certify`
//! recomputes feasibility, objective and bound, and every plan is evaluated again by `ballast-risk`.

mod backend;
mod blocks;
mod bounds;
mod certified;
mod certify;
mod choices;
mod conflict;
mod control;
mod couplings;
mod decomposed;
mod error;
mod export;
mod formulation;
mod frontier;
mod hubs;
mod local_search;
mod losses;
mod lp;
mod mps;
mod options;
mod pricing;
mod problem;
mod pruning;
mod ranging;
mod relaxation;
mod replication;
mod roadmap;
mod sensitivity;
mod shares;
mod solution;
mod solve;
mod surface;
mod tail;
mod turns;
mod whole;

pub use backend::{Backend, BackendError, Effort, RawSolution, run};
pub use certify::{
    Certificate, DUALITY_TOLERANCE, FEASIBILITY_TOLERANCE, Failure, certify, feasible, lagrangian_bound,
};
pub use control::{Control, Progress};
pub use error::{Relaxation, SolveError};
pub use export::{Export, PricedOption};
pub use frontier::frontier;
pub use lp::{Column, LinearProgram, Row, compensated_sum};
pub use problem::{Problem, baseline};
pub use replication::{Optimum, optimum_intervals};
pub use roadmap::{Bond, Move, ROADMAP_MOVES, Roadmap, Stop, roadmap};
pub use sensitivity::{
    Best, BreakEven, Effect, End, Figures, Input, Robust, Subject, Tornado, Worst, robust, tornado,
};
pub use solution::{Baseline, Frontier, Goal, Range, RunnerUp, ShadowPrice, Solution, Status};
pub use solve::solve;
pub use surface::{Reach, Support, Surface, surface};

//! Hazards to events to downtime to losses: what outages do to any plan.
//!
//! [`sample`] simulates years of events; [`FailureGraph`] closes each over the failure domains into an impairment
//! class; [`outcome`] says how a deployment comes through it; [`evaluate`] adds up what the processes lose, and
//! [`audit`] what the plan costs and which limits it breaks. [`fit`] estimates hazards from past incidents.
//!
//! What this crate does not know: files, clocks, linear programmes. Its only randomness is the seed it is handed.

mod audit;
mod concentration;
mod evaluate;
mod events;
pub mod fit;
mod graph;
mod loss;
mod measure;
mod outcome;
mod replay;
mod sampling;
mod terms;

pub use audit::{Audit, Violation, audit};
pub use concentration::{Concentration, Dimension, concentration};
pub use evaluate::{
    DomainRisk, HazardRisk, PartialLosses, ProcessRisk, STOP_HOURS, WorkloadRisk, evaluate, losses_through,
};
pub use events::{Event, EventClass, EventSet, historic, moved};
pub use graph::{FailureGraph, Impairment};
pub use loss::term_loss;
pub use measure::{EpCurve, RiskProfile};
pub use outcome::{Outcome, Recovery, outcome};
pub use replay::{LossWindow, ProcessLoss, replay_event};
pub use sampling::{fresh, replication, sample, sample_with};
pub use terms::{LossModel, LossTerm, TermKind};

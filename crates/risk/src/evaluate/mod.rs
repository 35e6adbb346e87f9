//! Evaluates a plan over all simulated years: the check on the optimiser's factored arithmetic.
//!
//! It shares no code with the optimiser; a test holds it against [`crate::replay_event`], which works event by event
//! and process by process straight from the definitions.

mod tally;
mod work;

use ballast_model::{DomainId, Estate, HazardId, Plan, ProcessId};
use rayon::prelude::*;

use crate::{Event, EventSet, LossModel, RiskProfile};
use tally::Tally;
pub(crate) use tally::spread;
use work::{ClassWork, Hours, Part, by_class};

/// Lengths of a standstill, in hours, whose frequency is counted.
pub const STOP_HOURS: [f64; 6] = [1.0, 4.0, 8.0, 24.0, 72.0, 168.0];

/// What one workload's placement means in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WorkloadRisk {
    /// Expected annual loss of our processes that it causes: it is the worst critical workload, or degrades.
    pub expected_loss: f64,
    /// Standard error of the expected loss.
    pub expected_loss_se: f64,
    /// Expected hours of downtime per year, partial ones by their severity.
    pub downtime_h_per_year: f64,
    /// Standard error of the downtime.
    pub downtime_se: f64,
}

/// What outages cost one process in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProcessRisk {
    /// Expected annual loss, the partner's own if it is a partner's.
    pub expected_loss: f64,
    /// Standard error of the expected loss.
    pub expected_loss_se: f64,
    /// Stops per year that amount to more than each of [`STOP_HOURS`] of full standstill.
    pub stops_per_year: [f64; STOP_HOURS.len()],
}

/// What the events that begin in one domain mean in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DomainRisk {
    /// The domain in which the events begin.
    pub domain: DomainId,
    /// Events per year.
    pub rate_per_year: f64,
    /// Expected annual loss of our processes.
    pub expected_loss: f64,
    /// Standard error of the expected loss.
    pub expected_loss_se: f64,
    /// Mean loss of one event: the blast radius in money.
    pub loss_per_event: f64,
    /// The greatest loss of a simulated event.
    pub worst: f64,
}

/// What the events of one hazard mean in a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardRisk {
    /// The hazard.
    pub hazard: HazardId,
    /// Expected annual loss of our processes.
    pub expected_loss: f64,
    /// Standard error of the expected loss.
    pub expected_loss_se: f64,
}

/// Simulates `plan` through `events`.
pub fn evaluate(estate: &Estate, events: &EventSet, plan: &Plan) -> RiskProfile {
    let model = LossModel::new(estate);
    let whole = Part::whole(estate);
    let work: Vec<ClassWork<'_>> =
        events.classes().par_iter().map(|class| ClassWork::new(estate, class, plan, &model, &whole)).collect();
    let pieces: Vec<Tally> =
        events.pieces().into_par_iter().map(|years| Tally::of(estate, events, &work, years)).collect();
    tally::profile(estate, events, pieces)
}

/// What we lose through some processes.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialLosses {
    /// By simulated year.
    pub annual: Vec<f64>,
    /// By hazard: expected in a year.
    pub by_hazard: Vec<f64>,
}

/// Our losses through these processes alone: all that changes when workloads move that no other process needs. `model`
/// is the estate's.
pub fn losses_through(
    estate: &Estate,
    events: &EventSet,
    plan: &Plan,
    model: &LossModel,
    processes: &[ProcessId],
) -> PartialLosses {
    let part = Part::of(estate, model, processes);
    let work: Vec<ClassWork<'_>> =
        events.classes().iter().map(|class| ClassWork::new(estate, class, plan, model, &part)).collect();
    let (mut hours, mut losses) = (Hours::default(), Vec::new());
    let mut found =
        PartialLosses { annual: vec![0.0; events.years()], by_hazard: vec![0.0; estate.hazards().len()] };
    for years in events.pieces() {
        let of_piece = events.events_of_years(years);
        let mut ours = vec![0.0; of_piece.len()];
        for (work, positions) in work.iter().zip(by_class(of_piece, work.len())) {
            let some: Vec<&Event> = positions.iter().map(|position| &of_piece[*position]).collect();
            work.reckon(&some, &mut hours);
            for group in &work.groups {
                group.losses(&mut hours, &mut losses);
                for (position, loss) in positions.iter().zip(&losses) {
                    ours[*position] += group.our_units * loss.all();
                }
            }
        }
        for (event, ours) in of_piece.iter().zip(ours) {
            let loss = event.times * ours;
            found.annual[event.year as usize] += loss;
            if let Some(hazard) = event.hazard {
                found.by_hazard[hazard.index()] += events.weights()[event.year as usize] * loss;
            }
        }
    }
    found
}

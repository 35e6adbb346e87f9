//! Evaluates a plan event by event, straight from the definitions: the check on the optimiser's factored arithmetic.

use ballast_model::{DomainId, Estate, Plan, ProcessId};
use rayon::prelude::*;

use crate::{Event, EventSet, LossModel, LossTerm, Outcome, RiskProfile, TermKind, outcome, term_loss};

/// Years per piece of parallel work: fixed, so that sums do not depend on the number of threads.
const YEARS_PER_PIECE: usize = 512;

/// What one workload's placement means in a year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WorkloadRisk {
    /// Expected annual loss of our processes that it causes: it is the worst critical workload, or degrades.
    pub expected_loss: f64,
    /// Expected hours of downtime per year, partial ones by their severity.
    pub downtime_h_per_year: f64,
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
    /// Mean loss of one event: the blast radius in money.
    pub loss_per_event: f64,
    /// The greatest loss of a simulated event.
    pub worst: f64,
}

/// Simulates `plan` through `events`.
pub fn evaluate(estate: &Estate, events: &EventSet, plan: &Plan) -> RiskProfile {
    let model = LossModel::new(estate);
    let outcomes = outcomes_by_class(estate, events, plan);
    let exposed = exposed_processes(estate, &model, &outcomes);
    let setting = Setting { estate, events, plan, model: &model, outcomes: &outcomes, exposed: &exposed };
    let years: Vec<usize> = (0..events.years()).collect();
    let pieces: Vec<Tally> = years
        .par_chunks(YEARS_PER_PIECE)
        .map(|piece| {
            let mut tally = Tally::new(estate);
            for &year in piece {
                setting.simulate(year, &mut tally);
            }
            tally
        })
        .collect();
    let mut total = Tally::new(estate);
    for piece in pieces {
        total.add(piece);
    }
    total.into_profile(events)
}

/// By class and workload: the outcome of each assignment.
fn outcomes_by_class(estate: &Estate, events: &EventSet, plan: &Plan) -> Vec<Vec<Vec<Outcome>>> {
    events
        .classes()
        .iter()
        .map(|class| {
            estate
                .workload_ids()
                .map(|workload| {
                    plan.of(workload)
                        .iter()
                        .map(|part| outcome(estate, &class.impairment, workload, &part.deployment))
                        .collect()
                })
                .collect()
        })
        .collect()
}

/// By class: the processes with a term whose workload the class touches. The others lose nothing.
fn exposed_processes(estate: &Estate, model: &LossModel, outcomes: &[Vec<Vec<Outcome>>]) -> Vec<Vec<ProcessId>> {
    outcomes
        .iter()
        .map(|of_class| {
            let is_touched =
                |term: &LossTerm| of_class[term.workload.index()].iter().any(|outcome| outcome.severity > 0.0);
            estate.process_ids().filter(|id| model.terms_of(*id).iter().any(is_touched)).collect()
        })
        .collect()
}

struct Setting<'a> {
    estate: &'a Estate,
    events: &'a EventSet,
    plan: &'a Plan,
    model: &'a LossModel,
    outcomes: &'a [Vec<Vec<Outcome>>],
    exposed: &'a [Vec<ProcessId>],
}

impl Setting<'_> {
    fn simulate(&self, year: usize, tally: &mut Tally) {
        let weight = self.events.weights()[year];
        let mut annual = 0.0;
        let mut worst_event = 0.0_f64;
        for event in self.events.events_of(year) {
            let class = event.class as usize;
            let mut of_event = 0.0;
            for &process in &self.exposed[class] {
                let loss = self.process_loss(process, event, weight, tally);
                tally.by_process[process.index()] += weight * loss;
                if self.estate.process(process).partner.is_none() {
                    of_event += loss;
                }
            }
            for (workload, parts) in self.outcomes[class].iter().enumerate() {
                for (part, outcome) in self.plan.of(ballast_model::WorkloadId::new(workload)).iter().zip(parts) {
                    let down = outcome.severity * outcome.downtime_h(event.duration_h, event.luck);
                    tally.by_workload[workload].downtime_h_per_year += weight * part.share.get() * down;
                }
            }
            let domain = &mut tally.by_domain[event.origin.index()];
            domain.rate_per_year += weight;
            domain.expected_loss += weight * of_event;
            domain.worst = domain.worst.max(of_event);
            annual += of_event;
            worst_event = worst_event.max(of_event);
        }
        tally.annual.push(annual);
        tally.worst_event.push(worst_event);
    }

    /// The worst critical term, or all degrading ones together if they lose more.
    fn process_loss(&self, process: ProcessId, event: &Event, weight: f64, tally: &mut Tally) -> f64 {
        let is_ours = self.estate.process(process).partner.is_none();
        let terms = self.model.terms_of(process);
        let mut stopped = 0.0;
        let mut cause = None;
        let mut degraded = 0.0;
        for term in terms {
            let loss = self.mixed_loss(term, event);
            match term.kind {
                TermKind::Critical if loss > stopped => {
                    stopped = loss;
                    cause = Some(term.workload);
                }
                TermKind::Critical => {}
                TermKind::Degrading(_) => degraded += loss,
            }
        }
        if is_ours {
            match cause {
                Some(workload) if stopped >= degraded => {
                    tally.by_workload[workload.index()].expected_loss += weight * stopped;
                }
                _ if degraded > 0.0 => {
                    for term in terms.iter().filter(|term| term.kind != TermKind::Critical) {
                        let loss = self.mixed_loss(term, event);
                        tally.by_workload[term.workload.index()].expected_loss += weight * loss;
                    }
                }
                _ => {}
            }
        }
        f64::max(stopped, degraded)
    }

    fn mixed_loss(&self, term: &LossTerm, event: &Event) -> f64 {
        let outcomes = &self.outcomes[event.class as usize][term.workload.index()];
        self.plan
            .of(term.workload)
            .iter()
            .zip(outcomes)
            .map(|(part, outcome)| {
                part.share.get()
                    * term_loss(self.estate, term, outcome, event.start_h, event.duration_h, event.luck)
            })
            .sum()
    }
}

/// Sums over simulated years.
struct Tally {
    annual: Vec<f64>,
    worst_event: Vec<f64>,
    by_process: Vec<f64>,
    by_workload: Vec<WorkloadRisk>,
    by_domain: Vec<DomainRisk>,
}

impl Tally {
    fn new(estate: &Estate) -> Self {
        let domain = |index| DomainRisk {
            domain: DomainId::new(index),
            rate_per_year: 0.0,
            expected_loss: 0.0,
            loss_per_event: 0.0,
            worst: 0.0,
        };
        Self {
            annual: Vec::new(),
            worst_event: Vec::new(),
            by_process: vec![0.0; estate.processes().len()],
            by_workload: vec![WorkloadRisk::default(); estate.workloads().len()],
            by_domain: (0..estate.domains().len()).map(domain).collect(),
        }
    }

    fn add(&mut self, piece: Self) {
        self.annual.extend(piece.annual);
        self.worst_event.extend(piece.worst_event);
        for (sum, more) in self.by_process.iter_mut().zip(piece.by_process) {
            *sum += more;
        }
        for (sum, more) in self.by_workload.iter_mut().zip(piece.by_workload) {
            sum.expected_loss += more.expected_loss;
            sum.downtime_h_per_year += more.downtime_h_per_year;
        }
        for (sum, more) in self.by_domain.iter_mut().zip(piece.by_domain) {
            sum.rate_per_year += more.rate_per_year;
            sum.expected_loss += more.expected_loss;
            sum.worst = sum.worst.max(more.worst);
        }
    }

    fn into_profile(mut self, events: &EventSet) -> RiskProfile {
        for domain in &mut self.by_domain {
            if domain.rate_per_year > 0.0 {
                domain.loss_per_event = domain.expected_loss / domain.rate_per_year;
            }
        }
        self.by_domain.retain(|domain| domain.rate_per_year > 0.0);
        RiskProfile::new(
            events.weights().to_vec(),
            self.annual,
            self.worst_event,
            self.by_process,
            self.by_workload,
            self.by_domain,
        )
    }
}

//! Sums over simulated years, and their standard errors from the spread between pieces of years.

use std::ops::Range;

use ballast_model::{DomainId, Estate, HazardId};

use super::{
    DomainRisk, HazardRisk, ProcessRisk, STOP_HOURS, WorkloadRisk,
    work::{ClassWork, Group, Scratch},
};
use crate::{Event, EventSet, RiskProfile, measure::Years};

/// What one piece of the years adds up to, each year with its weight.
#[derive(Debug)]
pub(super) struct Tally {
    weight: f64,
    years: Years,
    by_process: Vec<ProcessRisk>,
    by_workload: Vec<WorkloadRisk>,
    by_domain: Vec<DomainRisk>,
    by_hazard: Vec<f64>,
    by_class: Vec<f64>,
}

/// Sums over the events of one class, by group, term and downtime.
#[derive(Debug)]
struct ClassSums {
    groups: Vec<GroupSums>,
    downtimes: Vec<f64>,
}

#[derive(Debug)]
struct GroupSums {
    loss: f64,
    /// By term: what it is the cause of.
    caused: Vec<f64>,
    stops: [f64; STOP_HOURS.len()],
}

impl ClassSums {
    fn new(work: &ClassWork<'_>) -> Self {
        let group = |group: &Group| GroupSums {
            loss: 0.0,
            caused: vec![0.0; group.terms.len()],
            stops: [0.0; STOP_HOURS.len()],
        };
        Self { groups: work.groups.iter().map(group).collect(), downtimes: vec![0.0; work.downtimes.len()] }
    }
}

impl GroupSums {
    /// Takes in one event: the worst critical term, or all degrading ones together if they lose more. Answers the
    /// loss per unit of the group's value and the hours of full standstill.
    fn add(&mut self, group: &Group, scratch: &Scratch, weight: f64) -> (f64, f64) {
        let (mut worst, mut cause, mut degraded, mut stop_h) = (0.0, None, 0.0, 0.0_f64);
        for (position, term) in group.terms.iter().enumerate() {
            let loss = term.loss(&scratch.weighted);
            if !term.is_critical {
                degraded += loss;
                continue;
            }
            stop_h = stop_h.max(term.stop_h(&scratch.elapsed));
            if loss > worst {
                worst = loss;
                cause = Some(position);
            }
        }
        match cause {
            Some(position) if worst >= degraded => self.caused[position] += weight * worst,
            _ if degraded > 0.0 => {
                for (sum, term) in self.caused.iter_mut().zip(&group.terms) {
                    *sum += if term.is_critical { 0.0 } else { weight * term.loss(&scratch.weighted) };
                }
            }
            _ => {}
        }
        let loss = f64::max(worst, degraded);
        self.loss += weight * loss;
        for (stops, hours) in self.stops.iter_mut().zip(STOP_HOURS) {
            *stops += if stop_h > hours { weight } else { 0.0 };
        }
        (loss, stop_h)
    }
}

impl Tally {
    /// Simulates the years of one piece.
    pub(super) fn of(estate: &Estate, events: &EventSet, work: &[ClassWork<'_>], years: Range<usize>) -> Self {
        let mut tally = Self::new(estate);
        tally.by_class = vec![0.0; work.len()];
        let mut sums: Vec<ClassSums> = work.iter().map(ClassSums::new).collect();
        let mut scratch = Scratch::default();
        for year in years {
            let weight = events.weights()[year];
            let (mut annual, mut worst_event, mut longest_stop) = (0.0, 0.0_f64, 0.0_f64);
            for event in events.events_of(year) {
                let class = event.class as usize;
                let counted = weight * event.times;
                let (loss, stop_h) = take(&work[class], &mut sums[class], event, counted, &mut scratch);
                tally.add_event(event, counted, loss);
                annual += event.times * loss;
                worst_event = worst_event.max(loss);
                longest_stop = longest_stop.max(stop_h);
            }
            tally.weight += weight;
            tally.years.push(annual, worst_event, longest_stop);
        }
        for (work, sums) in work.iter().zip(&sums) {
            tally.distribute(work, sums);
        }
        tally
    }

    fn new(estate: &Estate) -> Self {
        let domain = |index| DomainRisk {
            domain: DomainId::new(index),
            rate_per_year: 0.0,
            expected_loss: 0.0,
            expected_loss_se: 0.0,
            loss_per_event: 0.0,
            worst: 0.0,
        };
        Self {
            weight: 0.0,
            years: Years::default(),
            by_process: vec![ProcessRisk::default(); estate.processes().len()],
            by_workload: vec![WorkloadRisk::default(); estate.workloads().len()],
            by_domain: (0..estate.domains().len()).map(domain).collect(),
            by_hazard: vec![0.0; estate.hazards().len()],
            by_class: Vec::new(),
        }
    }

    fn add_event(&mut self, event: &Event, weight: f64, loss: f64) {
        let domain = &mut self.by_domain[event.origin.index()];
        domain.rate_per_year += weight;
        domain.expected_loss += weight * loss;
        domain.worst = domain.worst.max(loss);
        self.by_class[event.class as usize] += weight * loss;
        if let Some(hazard) = event.hazard {
            self.by_hazard[hazard.index()] += weight * loss;
        }
    }

    /// Gives every member of a group, and every workload that is down, its part of the class's sums.
    fn distribute(&mut self, work: &ClassWork<'_>, sums: &ClassSums) {
        for (group, sums) in work.groups.iter().zip(&sums.groups) {
            for member in &group.members {
                let process = &mut self.by_process[member.process.index()];
                process.expected_loss += member.unit * sums.loss;
                for (stops, more) in process.stops_per_year.iter_mut().zip(sums.stops) {
                    *stops += more;
                }
                if group.our_units > 0.0 {
                    for (workload, caused) in member.workloads.iter().zip(&sums.caused) {
                        self.by_workload[workload.index()].expected_loss += member.unit * caused;
                    }
                }
            }
        }
        for (downtime, hours) in work.downtimes.iter().zip(&sums.downtimes) {
            for (workload, share) in &downtime.workloads {
                self.by_workload[workload.index()].downtime_h_per_year += share * hours;
            }
        }
    }
}

/// Takes one event into the sums of its class; answers our loss and our longest stop in it.
fn take(
    work: &ClassWork<'_>,
    sums: &mut ClassSums,
    event: &Event,
    weight: f64,
    scratch: &mut Scratch,
) -> (f64, f64) {
    work.reckon(event, scratch);
    let (mut ours, mut longest_stop) = (0.0, 0.0_f64);
    for (group, sums) in work.groups.iter().zip(&mut sums.groups) {
        let (loss, stop_h) = sums.add(group, scratch, weight);
        ours += group.our_units * loss;
        if group.our_units > 0.0 {
            longest_stop = longest_stop.max(stop_h);
        }
    }
    for (downtime, sum) in work.downtimes.iter().zip(&mut sums.downtimes) {
        *sum += weight * downtime.severity * scratch.downtime[downtime.recovery];
    }
    (ours, longest_stop)
}

/// Adds the pieces up.
pub(super) fn profile(estate: &Estate, events: &EventSet, pieces: Vec<Tally>) -> RiskProfile {
    let weights: Vec<f64> = pieces.iter().map(|piece| piece.weight).collect();
    let sum = |figure: &dyn Fn(&Tally) -> f64| -> (f64, f64) {
        let parts: Vec<f64> = pieces.iter().map(figure).collect();
        (parts.iter().sum(), spread(&parts, &weights))
    };
    let by_process = (0..estate.processes().len())
        .map(|index| {
            let (expected_loss, expected_loss_se) = sum(&|piece| piece.by_process[index].expected_loss);
            let stops_per_year =
                std::array::from_fn(|hours| sum(&|piece| piece.by_process[index].stops_per_year[hours]).0);
            ProcessRisk { expected_loss, expected_loss_se, stops_per_year }
        })
        .collect();
    let by_workload = (0..estate.workloads().len())
        .map(|index| {
            let (expected_loss, expected_loss_se) = sum(&|piece| piece.by_workload[index].expected_loss);
            let (downtime_h_per_year, downtime_se) = sum(&|piece| piece.by_workload[index].downtime_h_per_year);
            WorkloadRisk { expected_loss, expected_loss_se, downtime_h_per_year, downtime_se }
        })
        .collect();
    let by_domain = (0..estate.domains().len())
        .map(|index| {
            let (rate_per_year, _) = sum(&|piece| piece.by_domain[index].rate_per_year);
            let (expected_loss, expected_loss_se) = sum(&|piece| piece.by_domain[index].expected_loss);
            let loss_per_event = if rate_per_year > 0.0 { expected_loss / rate_per_year } else { 0.0 };
            let worst = pieces.iter().map(|piece| piece.by_domain[index].worst).fold(0.0, f64::max);
            let domain = DomainId::new(index);
            DomainRisk { domain, rate_per_year, expected_loss, expected_loss_se, loss_per_event, worst }
        })
        .filter(|domain| domain.rate_per_year > 0.0)
        .collect();
    let by_hazard = (0..estate.hazards().len())
        .map(|index| {
            let (expected_loss, expected_loss_se) = sum(&|piece| piece.by_hazard[index]);
            HazardRisk { hazard: HazardId::new(index), expected_loss, expected_loss_se }
        })
        .collect();
    let by_class = (0..events.classes().len()).map(|index| sum(&|piece| piece.by_class[index]).0).collect();
    let mut years = Years::default();
    for piece in pieces {
        years.append(piece.years);
    }
    RiskProfile::new(events, years, by_process, by_workload, by_domain, by_hazard, by_class)
}

/// Standard error of a sum of `parts` over independent pieces of these weights, which add up to 1: each piece's part
/// would be its weight's share of the whole if there were no chance in it.
pub(crate) fn spread(parts: &[f64], weights: &[f64]) -> f64 {
    let pieces = parts.len() as f64;
    if pieces < 2.0 {
        return 0.0;
    }
    let whole: f64 = parts.iter().sum();
    let squares: f64 = parts.iter().zip(weights).map(|(part, weight)| (part - weight * whole).powi(2)).sum();
    (squares * pieces / (pieces - 1.0)).sqrt()
}

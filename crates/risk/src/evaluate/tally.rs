//! Sums over simulated years, and their standard errors from the spread between pieces of years.

use std::ops::Range;

use ballast_model::{DomainId, Estate, HazardId};

use super::{
    DomainRisk, HazardRisk, ProcessRisk, STOP_HOURS, WorkloadRisk,
    work::{ClassWork, Group, Hours, Loss, by_class},
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

/// Sums over the events of one class for a group.
#[derive(Debug)]
struct GroupSums {
    loss: f64,
    /// By term: what it is the cause of.
    caused: Vec<f64>,
    stops: [f64; STOP_HOURS.len()],
}

impl GroupSums {
    /// Over events that were reckoned, with what a unit loses in each and its weight.
    fn of(group: &Group, hours: &Hours, losses: &[Loss], weights: &[f64]) -> Self {
        let mut sums = Self { loss: 0.0, caused: vec![0.0; group.terms.len()], stops: [0.0; STOP_HOURS.len()] };
        for (event, (loss, weight)) in losses.iter().zip(weights).enumerate() {
            match loss.cause {
                Some(position) if loss.worst >= loss.degraded => sums.caused[position] += weight * loss.worst,
                _ if loss.degraded > 0.0 => {
                    for (sum, term) in sums.caused.iter_mut().zip(&group.terms) {
                        *sum += if term.is_critical { 0.0 } else { weight * term.loss(hours, event) };
                    }
                }
                _ => {}
            }
            sums.loss += weight * loss.all();
            for (stops, hours) in sums.stops.iter_mut().zip(STOP_HOURS) {
                *stops += if loss.stop_h > hours { *weight } else { 0.0 };
            }
        }
        sums
    }
}

/// What an event does to us.
#[derive(Debug, Clone, Copy, Default)]
struct Ours {
    loss: f64,
    stop_h: f64,
}

impl Tally {
    /// Simulates the years of one piece, class by class: what a plan has to reckon with there is looked up once for all
    /// events of the class.
    pub(super) fn of(estate: &Estate, events: &EventSet, work: &[ClassWork<'_>], years: Range<usize>) -> Self {
        let mut tally = Self::new(estate);
        tally.by_class = vec![0.0; work.len()];
        let of_piece = events.events_of_years(years.clone());
        let mut ours = vec![Ours::default(); of_piece.len()];
        let mut hours = Hours::default();
        let mut losses = Vec::new();
        for (work, positions) in
            work.iter().zip(by_class(of_piece, work.len())).filter(|(_, some)| !some.is_empty())
        {
            let some: Vec<&Event> = positions.iter().map(|position| &of_piece[*position]).collect();
            let weight = |event: &&Event| events.weights()[event.year as usize] * event.times;
            let weights: Vec<f64> = some.iter().map(weight).collect();
            work.reckon(&some, &mut hours);
            for group in &work.groups {
                group.losses(&mut hours, &mut losses);
                tally.distribute(group, &GroupSums::of(group, &hours, &losses, &weights));
                if group.our_units == 0.0 {
                    continue;
                }
                for (position, loss) in positions.iter().zip(&losses) {
                    let ours = &mut ours[*position];
                    ours.loss += group.our_units * loss.all();
                    ours.stop_h = ours.stop_h.max(loss.stop_h);
                }
            }
            for downtime in &work.downtimes {
                let downtimes = hours.downtimes(downtime.recovery).iter().zip(&weights);
                let sum: f64 = downtimes.map(|(hours, weight)| weight * downtime.severity * hours).sum();
                for (workload, share) in &downtime.workloads {
                    tally.by_workload[workload.index()].downtime_h_per_year += share * sum;
                }
            }
        }
        let mut ours = ours.into_iter();
        for year in years {
            let weight = events.weights()[year];
            let (mut annual, mut worst_event, mut longest_stop) = (0.0, 0.0_f64, 0.0_f64);
            for (event, ours) in events.events_of(year).iter().zip(ours.by_ref()) {
                tally.add_event(event, weight * event.times, ours.loss);
                annual += event.times * ours.loss;
                worst_event = worst_event.max(ours.loss);
                longest_stop = longest_stop.max(ours.stop_h);
            }
            tally.weight += weight;
            tally.years.push(annual, worst_event, longest_stop);
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

    /// Gives every member of a group its part of the group's sums.
    fn distribute(&mut self, group: &Group, sums: &GroupSums) {
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

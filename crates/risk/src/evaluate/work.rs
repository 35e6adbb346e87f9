//! What a plan has to reckon with in each impairment class, with everything that is alike reckoned once.
//!
//! Within a class the downtime of a deployment depends on the event only through its recovery, and the loss of a term
//! through its calendar, buffer, restart and recovery. Processes that differ in their value alone form one group. So
//! the work per event grows with what is different in an estate, not with its size.

use std::collections::BTreeMap;

use ballast_model::{Assignment, Estate, Plan, ProcessId, WorkProfile, WorkloadId};

use crate::{Event, EventClass, LossModel, LossTerm, Outcome, Recovery, TermKind, outcome};

/// A standstill that terms share.
#[derive(Debug)]
pub(super) struct Standstill<'a> {
    profile: &'a WorkProfile,
    buffer_h: f64,
    restart_h: f64,
    recovery: usize,
}

/// The processes that lose the same per unit of value.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) terms: Vec<Term>,
    pub(super) members: Vec<Member>,
    /// The units of our own processes together; partners' losses are theirs.
    pub(super) our_units: f64,
}

impl Group {
    /// What one unit loses: through the worst critical term, or through all degrading ones together if that is more.
    fn loss(&self, scratch: &Scratch) -> f64 {
        let (mut worst, mut degraded) = (0.0_f64, 0.0);
        for term in &self.terms {
            let loss = term.loss(&scratch.weighted);
            if term.is_critical {
                worst = worst.max(loss);
            } else {
                degraded += loss;
            }
        }
        worst.max(degraded)
    }
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) process: ProcessId,
    /// Money per unit of the group's loss.
    pub(super) unit: f64,
    /// By term: the workload that is down.
    pub(super) workloads: Vec<WorkloadId>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) is_critical: bool,
    /// (standstill, loss per weighted hour, share of the function that is lost).
    parts: Vec<(usize, f64, f64)>,
    /// Lost data.
    fixed: f64,
}

impl Term {
    pub(super) fn loss(&self, hours: &[f64]) -> f64 {
        self.parts.iter().map(|&(standstill, factor, _)| factor * hours[standstill]).sum::<f64>() + self.fixed
    }

    /// Hours of full standstill to which it amounts.
    pub(super) fn stop_h(&self, elapsed: &[f64]) -> f64 {
        self.parts.iter().map(|&(standstill, _, lost)| lost * elapsed[standstill]).sum()
    }
}

/// Workloads that are down alike: (severity, recovery) and the share of each workload.
#[derive(Debug)]
pub(super) struct Downtime {
    pub(super) severity: f64,
    pub(super) recovery: usize,
    pub(super) workloads: Vec<(WorkloadId, f64)>,
}

/// All that the events of one class do to a plan.
#[derive(Debug)]
pub(super) struct ClassWork<'a> {
    recoveries: Vec<Option<Recovery>>,
    standstills: Vec<Standstill<'a>>,
    pub(super) groups: Vec<Group>,
    pub(super) downtimes: Vec<Downtime>,
}

/// The hours of one event that terms share: of downtime by recovery, of weighted and of elapsed standstill; kept from event to event to save memory.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) downtime: Vec<f64>,
    pub(super) weighted: Vec<f64>,
    pub(super) elapsed: Vec<f64>,
}

/// What of an estate is looked at: processes, and whether each workload is.
#[derive(Debug)]
pub(super) struct Part {
    processes: Vec<ProcessId>,
    workloads: Vec<bool>,
}

impl Part {
    /// All of it.
    pub(super) fn whole(estate: &Estate) -> Self {
        Self { processes: estate.process_ids().collect(), workloads: vec![true; estate.workloads().len()] }
    }

    /// These processes with all that can stop them.
    pub(super) fn of(estate: &Estate, model: &LossModel, processes: &[ProcessId]) -> Self {
        let mut workloads = vec![false; estate.workloads().len()];
        for term in processes.iter().flat_map(|process| model.terms_of(*process)) {
            workloads[term.workload.index()] = true;
        }
        Self { processes: processes.to_vec(), workloads }
    }
}

impl<'a> ClassWork<'a> {
    pub(super) fn new(
        estate: &'a Estate,
        class: &EventClass,
        plan: &Plan,
        model: &LossModel,
        part: &Part,
    ) -> Self {
        let outcomes: Vec<Vec<Outcome>> = estate
            .workload_ids()
            .map(|workload| {
                let parts = if part.workloads[workload.index()] { plan.of(workload) } else { &[] };
                let outcome = |part: &Assignment| outcome(estate, &class.impairment, workload, &part.deployment);
                parts.iter().map(outcome).collect()
            })
            .collect();
        let mut work =
            Self { recoveries: Vec::new(), standstills: Vec::new(), groups: Vec::new(), downtimes: Vec::new() };
        work.add_downtimes(estate, plan, &outcomes);
        let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        for &id in &part.processes {
            work.add_process(estate, plan, &outcomes, (id, model.terms_of(id)), &mut known);
        }
        work
    }

    fn add_downtimes(&mut self, estate: &Estate, plan: &Plan, outcomes: &[Vec<Outcome>]) {
        for workload in estate.workload_ids() {
            for (part, outcome) in plan.of(workload).iter().zip(&outcomes[workload.index()]) {
                if outcome.severity == 0.0 {
                    continue;
                }
                let recovery = self.recovery(outcome);
                let same = |known: &Downtime| known.severity == outcome.severity && known.recovery == recovery;
                let position = self.downtimes.iter().position(same).unwrap_or_else(|| {
                    self.downtimes.push(Downtime { severity: outcome.severity, recovery, workloads: Vec::new() });
                    self.downtimes.len() - 1
                });
                self.downtimes[position].workloads.push((workload, part.share.get()));
            }
        }
    }

    fn add_process(
        &mut self,
        estate: &'a Estate,
        plan: &Plan,
        outcomes: &[Vec<Outcome>],
        (id, terms): (ProcessId, &[LossTerm]),
        known: &mut BTreeMap<Vec<u64>, usize>,
    ) {
        let process = estate.process(id);
        let is_ours = process.partner.is_none();
        let unit = if process.value.get() > 0.0 { process.value.get() } else { 1.0 };
        let mut list: Vec<Term> = Vec::new();
        let mut workloads = Vec::new();
        let mut signature = vec![u64::from(is_ours)];
        for term in terms {
            let of_workload = &outcomes[term.workload.index()];
            if of_workload.iter().all(|outcome| outcome.severity == 0.0) {
                continue;
            }
            let (is_critical, share, restart_h, made_up) = match term.kind {
                TermKind::Critical => (true, 1.0, process.restart.get(), process.made_up_factor()),
                TermKind::Degrading(share) => (false, share, 0.0, 1.0),
            };
            let scale = process.value.get() / unit * term.share * share * made_up;
            let data_value = if term.is_own { process.data_value.get() / unit } else { 0.0 };
            let mut entry = Term { is_critical, parts: Vec::new(), fixed: 0.0 };
            for (part, outcome) in plan.of(term.workload).iter().zip(of_workload) {
                if outcome.severity == 0.0 {
                    continue;
                }
                let standstill = self.standstill(&Standstill {
                    profile: estate.profile(process.calendar),
                    buffer_h: term.buffer_h,
                    restart_h,
                    recovery: self.recovery_of(outcome),
                });
                let lost = part.share.get() * outcome.severity;
                entry.parts.push((standstill, lost * scale, lost * term.share));
                entry.fixed += part.share.get() * data_value * outcome.data_loss_h;
            }
            signature.extend([u64::from(is_critical), entry.parts.len() as u64, entry.fixed.to_bits()]);
            for (standstill, factor, lost) in &entry.parts {
                signature.extend([*standstill as u64, factor.to_bits(), lost.to_bits()]);
            }
            list.push(entry);
            workloads.push(term.workload);
        }
        if list.is_empty() {
            return;
        }
        let position = *known.entry(signature).or_insert_with(|| {
            self.groups.push(Group { terms: list, members: Vec::new(), our_units: 0.0 });
            self.groups.len() - 1
        });
        let group = &mut self.groups[position];
        group.members.push(Member { process: id, unit, workloads });
        group.our_units += if is_ours { unit } else { 0.0 };
    }

    fn recovery(&mut self, outcome: &Outcome) -> usize {
        self.recoveries.iter().position(|known| *known == outcome.recovery).unwrap_or_else(|| {
            self.recoveries.push(outcome.recovery);
            self.recoveries.len() - 1
        })
    }

    /// Every touched part is among the downtimes, so its recovery is known.
    fn recovery_of(&self, outcome: &Outcome) -> usize {
        self.recoveries.iter().position(|known| *known == outcome.recovery).unwrap_or(0)
    }

    fn standstill(&mut self, wanted: &Standstill<'a>) -> usize {
        let same = |known: &Standstill<'_>| {
            std::ptr::eq(known.profile, wanted.profile)
                && known.buffer_h == wanted.buffer_h
                && known.restart_h == wanted.restart_h
                && known.recovery == wanted.recovery
        };
        self.standstills.iter().position(same).unwrap_or_else(|| {
            self.standstills.push(Standstill { ..*wanted });
            self.standstills.len() - 1
        })
    }

    /// What our processes lose in `event`.
    pub(super) fn our_loss(&self, event: &Event, scratch: &mut Scratch) -> f64 {
        if self.groups.is_empty() {
            return 0.0;
        }
        self.reckon(event, scratch);
        self.groups.iter().map(|group| group.our_units * group.loss(scratch)).sum()
    }

    /// Works out what the terms share in `event`.
    pub(super) fn reckon(&self, event: &Event, scratch: &mut Scratch) {
        scratch.downtime.clear();
        scratch.downtime.extend(self.recoveries.iter().map(|recovery| match recovery {
            Some(recovery) if event.luck <= recovery.success => event.duration_h.min(recovery.after_h),
            _ => event.duration_h,
        }));
        scratch.weighted.clear();
        scratch.elapsed.clear();
        for standstill in &self.standstills {
            let down = scratch.downtime[standstill.recovery];
            let (weighted, elapsed) = if down > standstill.buffer_h {
                let from = event.start_h + standstill.buffer_h;
                let to = event.start_h + down + standstill.restart_h;
                (standstill.profile.integral(from, to), to - from)
            } else {
                (0.0, 0.0)
            };
            scratch.weighted.push(weighted);
            scratch.elapsed.push(elapsed);
        }
    }
}

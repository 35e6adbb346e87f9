//! What a plan has to reckon with in each impairment class, with everything that is alike reckoned once.
//!
//! Within a class the downtime of a deployment depends on the event only through its recovery, and the loss of a term
//! through its calendar, buffer, restart and recovery. Processes that differ in their value alone form one group. So
//! the work per event grows with what is different in an estate, not with its size.

use std::collections::{BTreeMap, BTreeSet};

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
    /// What a unit loses in each of the events that were reckoned.
    pub(super) fn losses(&self, hours: &mut Hours, losses: &mut Vec<Loss>) {
        losses.clear();
        losses.resize(hours.events, Loss::default());
        for (position, term) in self.terms.iter().enumerate() {
            let of_term = hours.of_term(term);
            if !term.is_critical {
                for (all, (loss, _)) in losses.iter_mut().zip(of_term) {
                    all.degraded += loss;
                }
                continue;
            }
            for (all, (loss, stop_h)) in losses.iter_mut().zip(of_term) {
                all.stop_h = all.stop_h.max(*stop_h);
                if *loss > all.worst {
                    all.worst = *loss;
                    all.cause = Some(position);
                }
            }
        }
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
    /// What it loses in one of the events that were reckoned.
    pub(super) fn loss(&self, hours: &Hours, event: usize) -> f64 {
        let parts = self.parts.iter();
        parts.map(|&(standstill, factor, _)| factor * hours.weighted[hours.at(standstill, event)]).sum::<f64>()
            + self.fixed
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

/// The hours of events of one class that terms share: of downtime by recovery and event, of weighted and of elapsed
/// standstill; kept from class to class to save memory.
#[derive(Debug, Default)]
pub(super) struct Hours {
    events: usize,
    downtime: Vec<f64>,
    weighted: Vec<f64>,
    elapsed: Vec<f64>,
    /// By event: what the term that was asked for last loses, and the hours of full standstill to which it amounts.
    of_term: Vec<(f64, f64)>,
}

impl Hours {
    fn at(&self, of: usize, event: usize) -> usize {
        of * self.events + event
    }

    /// By event: what a term loses, and the hours of full standstill to which it amounts.
    fn of_term(&mut self, term: &Term) -> &[(f64, f64)] {
        self.of_term.clear();
        self.of_term.resize(self.events, (0.0, 0.0));
        for &(standstill, factor, lost) in &term.parts {
            let all = self.at(standstill, 0)..self.at(standstill + 1, 0);
            let hours = self.weighted[all.clone()].iter().zip(&self.elapsed[all]);
            for ((loss, stop_h), (weighted, elapsed)) in self.of_term.iter_mut().zip(hours) {
                *loss += factor * weighted;
                *stop_h += lost * elapsed;
            }
        }
        if term.fixed != 0.0 {
            for (loss, _) in &mut self.of_term {
                *loss += term.fixed;
            }
        }
        &self.of_term
    }

    /// Hours of downtime by event.
    pub(super) fn downtimes(&self, recovery: usize) -> &[f64] {
        &self.downtime[self.at(recovery, 0)..self.at(recovery + 1, 0)]
    }
}

/// What a unit of a group loses in an event: through the worst critical term, or through all degrading ones together if
/// that is more.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loss {
    pub(super) worst: f64,
    /// The worst critical term.
    pub(super) cause: Option<usize>,
    pub(super) degraded: f64,
    /// Hours of full standstill.
    pub(super) stop_h: f64,
}

impl Loss {
    /// The loss itself.
    pub(super) fn all(&self) -> f64 {
        self.worst.max(self.degraded)
    }
}

/// Events by class, as their positions.
pub(super) fn by_class(events: &[Event], classes: usize) -> Vec<Vec<usize>> {
    let mut by_class = vec![Vec::new(); classes];
    for (position, event) in events.iter().enumerate() {
        by_class[event.class as usize].push(position);
    }
    by_class
}

/// What of an estate is looked at: processes and workloads.
#[derive(Debug)]
pub(super) struct Part {
    processes: Vec<ProcessId>,
    workloads: Vec<WorkloadId>,
    /// By workload: its place among them, if it is one of them.
    places: Vec<usize>,
}

impl Part {
    /// All of it.
    pub(super) fn whole(estate: &Estate) -> Self {
        Self {
            processes: estate.process_ids().collect(),
            workloads: estate.workload_ids().collect(),
            places: (0..estate.workloads().len()).collect(),
        }
    }

    /// These processes with all that can stop them.
    pub(super) fn of(estate: &Estate, model: &LossModel, processes: &[ProcessId]) -> Self {
        let terms = processes.iter().flat_map(|process| model.terms_of(*process));
        let workloads: BTreeSet<WorkloadId> = terms.map(|term| term.workload).collect();
        let mut places = vec![0; estate.workloads().len()];
        for (place, workload) in workloads.iter().enumerate() {
            places[workload.index()] = place;
        }
        Self { processes: processes.to_vec(), workloads: workloads.into_iter().collect(), places }
    }
}

/// What the events of a class do to the workloads that are looked at.
struct Outcomes<'a> {
    part: &'a Part,
    /// By place of the workload and part of its deployment.
    of: Vec<Vec<Outcome>>,
}

impl Outcomes<'_> {
    fn of_workload(&self, workload: WorkloadId) -> &[Outcome] {
        &self.of[self.part.places[workload.index()]]
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
        let of_workload = |workload: &WorkloadId| {
            let outcome = |part: &Assignment| outcome(estate, &class.impairment, *workload, &part.deployment);
            plan.of(*workload).iter().map(outcome).collect()
        };
        let outcomes = Outcomes { part, of: part.workloads.iter().map(of_workload).collect() };
        let mut work =
            Self { recoveries: Vec::new(), standstills: Vec::new(), groups: Vec::new(), downtimes: Vec::new() };
        work.add_downtimes(plan, &outcomes);
        let mut known: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
        for &id in &part.processes {
            work.add_process(estate, plan, &outcomes, (id, model.terms_of(id)), &mut known);
        }
        work
    }

    fn add_downtimes(&mut self, plan: &Plan, outcomes: &Outcomes<'_>) {
        for (&workload, outcomes) in outcomes.part.workloads.iter().zip(&outcomes.of) {
            for (part, outcome) in plan.of(workload).iter().zip(outcomes) {
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
        outcomes: &Outcomes<'_>,
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
            let of_workload = outcomes.of_workload(term.workload);
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

    /// Works out what the terms share in these events.
    pub(super) fn reckon(&self, events: &[&Event], hours: &mut Hours) {
        hours.events = events.len();
        hours.downtime.clear();
        for recovery in &self.recoveries {
            hours.downtime.extend(events.iter().map(|event| match recovery {
                Some(recovery) if event.luck <= recovery.success => event.duration_h.min(recovery.after_h),
                _ => event.duration_h,
            }));
        }
        hours.weighted.clear();
        hours.elapsed.clear();
        for standstill in &self.standstills {
            for (position, event) in events.iter().enumerate() {
                let down = hours.downtime[hours.at(standstill.recovery, position)];
                let (weighted, elapsed) = if down > standstill.buffer_h {
                    let from = event.start_h + standstill.buffer_h;
                    let to = event.start_h + down + standstill.restart_h;
                    (standstill.profile.integral(from, to), to - from)
                } else {
                    (0.0, 0.0)
                };
                hours.weighted.push(weighted);
                hours.elapsed.push(elapsed);
            }
        }
    }
}

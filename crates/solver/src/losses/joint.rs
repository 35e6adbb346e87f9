//! Expected losses of whole choices, exactly: factored by process and impairment class.
//!
//! What a class costs a process depends on the choice only through what the class does to each of the process's
//! workloads. There are few such combinations, and processes that differ in their value alone share them, so each is
//! computed once for a whole frontier.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use super::{LossTable, downtime};
use crate::options::{DeploymentOption, Touch};

/// What a class does to a workload: 0 for nothing, else the position of the kind of outcome plus 1.
pub(crate) type Mark = u16;

/// Slots whose marks need no room of their own.
const FEW: usize = 16;

/// Does `work` with the marks of so many slots, nothing marked yet.
pub(crate) fn with_marks<T>(slots: usize, work: impl FnOnce(&mut [Mark]) -> T) -> T {
    match [0; FEW].get_mut(..slots) {
        Some(marks) => work(marks),
        None => work(&mut vec![0; slots]),
    }
}

/// A process as its joint losses see it.
#[derive(Debug)]
pub(crate) struct JointProcess {
    /// Its distinct workloads.
    pub(crate) workloads: Vec<usize>,
    profile: usize,
    /// Money per unit of the profile.
    unit: f64,
}

/// What processes of the same make-up share.
#[derive(Debug)]
pub(super) struct Profile {
    terms: Vec<ProfileTerm>,
    /// By slot: its term, if it has just one.
    single: Vec<Option<usize>>,
    /// By class: what each combination of marks costs.
    known: Vec<RwLock<BTreeMap<Box<[Mark]>, f64>>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ProfileTerm {
    /// Position in the process's workloads.
    pub(super) slot: usize,
    pub(super) shape: usize,
    pub(super) is_critical: bool,
    scale: f64,
    data_value: f64,
}

/// Joint losses of every process that counts.
#[derive(Debug, Default)]
pub(crate) struct JointLosses {
    processes: Vec<JointProcess>,
    profiles: Vec<Profile>,
    pub(super) events_by_class: Vec<Vec<u32>>,
    /// By workload: the processes that need it, with its slot there.
    needed_by: Vec<Vec<(usize, usize)>>,
}

impl JointLosses {
    /// Prepares the processes of `table` for an estate of so many workloads.
    pub(super) fn new(table: &LossTable<'_>, workloads: usize) -> Self {
        let classes = table.events.classes().len();
        let mut joint = Self {
            processes: Vec::new(),
            profiles: Vec::new(),
            events_by_class: vec![Vec::new(); classes],
            needed_by: vec![Vec::new(); workloads],
        };
        for (number, event) in (0_u32..).zip(table.events.events()) {
            joint.events_by_class[event.class as usize].push(number);
        }
        for (position, process) in table.processes.iter().enumerate() {
            let unit = process.terms().map(|term| table.terms[term].scale).fold(f64::MIN_POSITIVE, f64::max);
            let mut slots: Vec<usize> = Vec::new();
            let mut terms = Vec::new();
            for index in process.terms() {
                let term = &table.terms[index];
                let workload = term.workload.index();
                let slot = slots.iter().position(|known| *known == workload).unwrap_or_else(|| {
                    joint.needed_by[workload].push((position, slots.len()));
                    slots.push(workload);
                    slots.len() - 1
                });
                terms.push(ProfileTerm {
                    slot,
                    shape: term.shape,
                    is_critical: process.critical.contains(&index),
                    scale: term.scale / unit,
                    data_value: term.data_value / unit,
                });
            }
            let profile = joint.profiles.iter().position(|known| known.terms == terms).unwrap_or_else(|| {
                let known = (0..classes).map(|_| RwLock::default()).collect();
                let single = (0..slots.len()).map(|slot| only(&terms, slot)).collect();
                joint.profiles.push(Profile { terms, single, known });
                joint.profiles.len() - 1
            });
            joint.processes.push(JointProcess { workloads: slots, profile, unit });
        }
        joint
    }

    /// The processes, in the order of [`LossTable::processes`].
    pub(crate) fn processes(&self) -> &[JointProcess] {
        &self.processes
    }

    /// What a process shares with all of the same make-up, and its money per unit of that.
    pub(crate) fn profile_of(&self, process: usize) -> (usize, f64) {
        (self.processes[process].profile, self.processes[process].unit)
    }

    /// What processes of this make-up share.
    pub(super) fn profile(&self, number: usize) -> &Profile {
        &self.profiles[number]
    }

    /// The events of a class, by number.
    pub(super) fn events_of(&self, class: u32) -> &[u32] {
        &self.events_by_class[class as usize]
    }

    /// The processes that need `workload`, each with the workload's slot there.
    pub(crate) fn needing(&self, workload: usize) -> &[(usize, usize)] {
        &self.needed_by[workload]
    }
}

impl Profile {
    pub(super) fn terms(&self) -> impl Iterator<Item = &ProfileTerm> {
        self.terms.iter()
    }

    /// The shapes of its terms.
    pub(super) fn shapes(&self) -> impl Iterator<Item = usize> {
        self.terms.iter().map(|term| term.shape)
    }
}

impl LossTable<'_> {
    /// Expected annual loss of a process in the events of one class, given what the class does to each of its
    /// workloads. Fewer marks never lose more: a mark left out gives a lower bound.
    pub(crate) fn joint_loss(&self, position: usize, class: u32, marks: &[Mark]) -> f64 {
        self.known_loss(position, class, marks).unwrap_or_else(|| {
            let process = &self.joint.processes[position];
            let profile = &self.joint.profiles[process.profile];
            let value = self.profile_loss(profile, class, marks);
            let known = profile.known[class as usize].write();
            known.unwrap_or_else(PoisonError::into_inner).insert(Box::from(marks), value);
            value * process.unit
        })
    }

    /// The same where that takes little time: if it has been worked out before, or only one term is hit.
    fn known_loss(&self, position: usize, class: u32, marks: &[Mark]) -> Option<f64> {
        let mut marked = (0..marks.len()).filter(|slot| marks[*slot] > 0);
        let Some(slot) = marked.next() else { return Some(0.0) };
        let process = &self.joint.processes[position];
        let profile = &self.joint.profiles[process.profile];
        if marked.next().is_none()
            && let Some(single) = profile.single[slot]
        {
            return Some(self.alone(&self.hit(&profile.terms[single], marks[slot]), class) * process.unit);
        }
        // A poisoned lock means that another thread panicked over plain arithmetic: its entries are whole.
        let known = profile.known[class as usize].read().unwrap_or_else(PoisonError::into_inner);
        known.get(marks).map(|value| value * process.unit)
    }

    /// A term where a class does this to its workload.
    pub(super) fn hit<'t>(&self, term: &'t ProfileTerm, mark: Mark) -> Hit<'t> {
        let (severity, recovery, data_loss_h) = self.kinds[usize::from(mark) - 1];
        Hit { term, severity: term.scale * severity, recovery, fixed: term.data_value * data_loss_h }
    }

    /// The terms of a profile that these marks hit.
    pub(super) fn hits<'t>(&self, profile: &'t Profile, marks: &[Mark]) -> impl Iterator<Item = Hit<'t>> + Clone {
        let hit = profile.terms.iter().filter(|term| marks[term.slot] > 0);
        hit.map(|term| self.hit(term, marks[term.slot]))
    }

    /// What one term loses by itself in the events of a class.
    fn alone(&self, hit: &Hit<'_>, class: u32) -> f64 {
        let sums = &self.expected[hit.term.shape];
        let hours = sums.hours[class as usize * sums.recoveries + hit.recovery];
        hit.severity * hours + hit.fixed * sums.weight[class as usize]
    }

    fn profile_loss(&self, profile: &Profile, class: u32, marks: &[Mark]) -> f64 {
        let hits = self.hits(profile, marks);
        if adds_up(hits.clone()) {
            return self.sum_of(hits, class);
        }
        let hits: Vec<Hit<'_>> = hits.collect();
        let mut total = 0.0;
        for &number in self.joint.events_of(class) {
            let event = &self.events.events()[number as usize];
            let loss = loss_of(&hits, |hit| {
                let down_h = downtime(self.recoveries[hit.recovery], event.duration_h, event.luck);
                let hours = self.shapes[hit.term.shape].weighted_hours(down_h, event.start_h);
                hit.severity * hours + hit.fixed
            });
            total += loss * self.events.weights()[event.year as usize] * event.times;
        }
        total
    }

    /// What terms lose in the events of a class, added up.
    pub(super) fn sum_of<'t>(&self, hits: impl Iterator<Item = Hit<'t>>, class: u32) -> f64 {
        hits.map(|hit| self.alone(&hit, class)).sum()
    }

    /// What every class does to an option, dense by class.
    pub(crate) fn marks_of(&self, option: &DeploymentOption) -> Vec<Mark> {
        let mut marks = vec![0; self.events.classes().len()];
        for touch in option.touches.iter() {
            marks[touch.class as usize] = mark(*touch);
        }
        marks
    }
}

/// A term that is hit, with its factors.
pub(super) struct Hit<'t> {
    pub(super) term: &'t ProfileTerm,
    pub(super) severity: f64,
    pub(super) recovery: usize,
    pub(super) fixed: f64,
}

/// Whether terms lose in every event what each loses alone: no critical one has another beside it.
pub(super) fn adds_up<'t>(mut hits: impl Iterator<Item = Hit<'t>> + Clone) -> bool {
    hits.clone().nth(1).is_none() || hits.all(|hit| !hit.term.is_critical)
}

/// What the terms lose together: the worst critical one, or all degrading ones if that is more.
fn loss_of<'t>(hits: &[Hit<'t>], loss: impl Fn(&Hit<'t>) -> f64) -> f64 {
    let (mut worst, mut degraded) = (0.0_f64, 0.0);
    for hit in hits {
        if hit.term.is_critical {
            worst = worst.max(loss(hit));
        } else {
            degraded += loss(hit);
        }
    }
    worst.max(degraded)
}

/// The term of a slot, if it has just one.
fn only(terms: &[ProfileTerm], slot: usize) -> Option<usize> {
    let mut own = (0..terms.len()).filter(|term| terms[*term].slot == slot);
    own.next().filter(|_| own.next().is_none())
}

/// The mark of a touch.
pub(crate) fn mark(touch: Touch) -> Mark {
    Mark::try_from(touch.kind + 1).unwrap_or(Mark::MAX)
}

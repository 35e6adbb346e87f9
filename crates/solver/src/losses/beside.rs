//! What a process loses by groups of events if one of its workloads fares otherwise, all others being as they are.
//!
//! A workload's many options are compared with the others held fixed: what those lose is worked out once for each class.

use std::cell::OnceCell;

use super::{
    CoarseLosses, LossTable,
    joint::{Hit, Mark, Profile},
    repeated::greater,
};

/// The losses of a process by what a class does to the workload in one slot: at most the true ones.
pub(crate) struct LossesBeside<'t, 'a> {
    table: &'t LossTable<'a>,
    coarse: &'t CoarseLosses,
    profile: &'t Profile,
    unit: f64,
    slot: usize,
    /// By class, once somebody asks: what the others lose.
    others: Vec<OnceCell<Others>>,
}

/// By group of a class.
struct Others {
    /// What the worst critical term loses.
    worst: Vec<f64>,
    /// What degrading terms lose together.
    degraded: Vec<f64>,
}

impl<'t, 'a> LossesBeside<'t, 'a> {
    /// Of the process at this position, whose workload in `slot` fares otherwise.
    pub(crate) fn new(table: &'t LossTable<'a>, coarse: &'t CoarseLosses, position: usize, slot: usize) -> Self {
        let (profile, unit) = table.joint.profile_of(position);
        let others = table.events.classes().iter().map(|_| OnceCell::new()).collect();
        Self { table, coarse, profile: table.joint.profile(profile), unit, slot, others }
    }

    /// Expected annual loss in the events of one class with this mark in the slot, and these of the others.
    pub(crate) fn loss(&self, class: u32, mark: Mark, marks: impl Fn(usize) -> Mark) -> f64 {
        let others = self.others[class as usize].get_or_init(|| self.others(class, marks));
        let Others { mut worst, mut degraded } =
            Others { worst: others.worst.clone(), degraded: others.degraded.clone() };
        if mark > 0 {
            for term in self.profile.terms().filter(|term| term.slot == self.slot) {
                self.add(&self.table.hit(term, mark), class, &mut worst, &mut degraded);
            }
        }
        let losses = worst.iter().zip(&degraded).map(|(worst, degraded)| greater(*worst, *degraded));
        losses.sum::<f64>() * self.unit
    }

    fn others(&self, class: u32, marks: impl Fn(usize) -> Mark) -> Others {
        let groups = self.coarse.weights(class).len();
        let (mut worst, mut degraded) = (vec![0.0; groups], vec![0.0; groups]);
        for term in self.profile.terms().filter(|term| term.slot != self.slot) {
            let mark = marks(term.slot);
            if mark > 0 {
                self.add(&self.table.hit(term, mark), class, &mut worst, &mut degraded);
            }
        }
        Others { worst, degraded }
    }

    fn add(&self, hit: &Hit<'_>, class: u32, worst: &mut [f64], degraded: &mut [f64]) {
        let hours = self.coarse.hours(class, hit.term.shape, hit.recovery).iter().zip(self.coarse.weights(class));
        let losses = hours.map(|(hours, weight)| hit.severity * hours + hit.fixed * weight);
        if hit.term.is_critical {
            for (worst, loss) in worst.iter_mut().zip(losses) {
                *worst = greater(*worst, loss);
            }
        } else {
            for (degraded, loss) in degraded.iter_mut().zip(losses) {
                *degraded += loss;
            }
        }
    }
}

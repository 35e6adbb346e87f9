//! What a process loses by groups of events if one of its workloads fares otherwise, all others being as they are.
//!
//! A workload's many options are compared with the others held fixed: what those lose is worked out once for each class.

use std::cell::OnceCell;

use super::{
    CoarseLosses, LossTable,
    joint::{Hit, Mark, Profile},
    repeated::ByCell,
};

/// The losses of a process by what a class does to the workload in one slot: at most the true ones.
pub(crate) struct LossesBeside<'t, 'a> {
    table: &'t LossTable<'a>,
    coarse: &'t CoarseLosses,
    profile: &'t Profile,
    unit: f64,
    slot: usize,
    /// By class, once somebody asks: what the others lose.
    others: Vec<OnceCell<ByCell>>,
}

impl<'t, 'a> LossesBeside<'t, 'a> {
    /// Of the process at this position, whose workload in `slot` fares otherwise.
    pub(crate) fn new(table: &'t LossTable<'a>, position: usize, slot: usize) -> Self {
        let (profile, unit) = table.joint.profile_of(position);
        let others = table.events.classes().iter().map(|_| OnceCell::new()).collect();
        Self { table, coarse: table.coarse(), profile: table.joint.profile(profile), unit, slot, others }
    }

    /// Expected annual loss in the events of one class with this mark in the slot, and these of the others.
    pub(crate) fn loss(&self, class: u32, mark: Mark, marks: impl Fn(usize) -> Mark) -> f64 {
        let others = self.others[class as usize].get_or_init(|| self.others(class, marks));
        let mut all = others.clone();
        if mark > 0 {
            for term in self.profile.terms().filter(|term| term.slot == self.slot) {
                self.add(&mut all, class, &self.table.hit(term, mark));
            }
        }
        all.sum() * self.unit
    }

    fn others(&self, class: u32, marks: impl Fn(usize) -> Mark) -> ByCell {
        let mut others = ByCell::default();
        others.clear(self.coarse.weights(class).len());
        for term in self.profile.terms().filter(|term| term.slot != self.slot) {
            let mark = marks(term.slot);
            if mark > 0 {
                self.add(&mut others, class, &self.table.hit(term, mark));
            }
        }
        others
    }

    fn add(&self, to: &mut ByCell, class: u32, hit: &Hit<'_>) {
        to.add(hit, self.coarse.hours(class, hit.term.shape, hit.recovery), self.coarse.weights(class));
    }
}

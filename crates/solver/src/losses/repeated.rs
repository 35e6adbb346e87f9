//! Losses of one process's whole choices, many in a row: what its terms lose by event, or by group of events, is worked
//! out once.
//!
//! Event by event it is what [`LossTable::joint_loss`] says, but for rounding, in a small part of the time and with
//! nothing kept for others: a search over the choices of a process looks at many thousand combinations. By groups it is
//! at most as much: a group loses what its worst term loses in all of it.

use std::cell::{OnceCell, RefCell};

use super::{
    CoarseLosses, LossTable, downtime,
    joint::{Hit, Mark, Profile, adds_up},
};

/// The losses of one process.
pub(crate) struct RepeatedLosses<'t, 'a> {
    table: &'t LossTable<'a>,
    /// Groups of events in place of events.
    coarse: Option<&'t CoarseLosses>,
    profile: &'t Profile,
    /// Money per unit of the profile.
    unit: f64,
    /// The distinct shapes of its terms.
    shapes: Vec<usize>,
    /// By class, once somebody asks.
    classes: Vec<OnceCell<OfClass>>,
    /// Room for the losses of a class.
    scratch: RefCell<ByCell>,
}

/// The events of a class or their groups, weighted by their years' probabilities.
struct OfClass {
    /// The events in which hours can be lost; none for groups.
    events: Vec<usize>,
    /// The weights of these events or of the groups.
    weights: Vec<f64>,
    /// The weight of all others.
    rest: f64,
    /// By shape of the process and recovery, once somebody asks: weighted hours by event.
    hours: Vec<OnceCell<Vec<f64>>>,
}

/// What terms lose by event or group of a class.
#[derive(Clone, Default)]
pub(super) struct ByCell {
    /// What the worst critical term loses.
    worst: Vec<f64>,
    /// What degrading terms lose together.
    degraded: Vec<f64>,
}

impl ByCell {
    /// Nothing in so many cells.
    pub(super) fn clear(&mut self, cells: usize) {
        for losses in [&mut self.worst, &mut self.degraded] {
            losses.clear();
            losses.resize(cells, 0.0);
        }
    }

    /// A term more, with its weighted hours by cell and the cells' weights.
    pub(super) fn add(&mut self, hit: &Hit<'_>, hours: &[f64], weights: &[f64]) {
        let losses = hours.iter().zip(weights).map(|(hours, weight)| hit.severity * hours + hit.fixed * weight);
        if hit.term.is_critical {
            for (worst, loss) in self.worst.iter_mut().zip(losses) {
                *worst = greater(*worst, loss);
            }
        } else {
            for (degraded, loss) in self.degraded.iter_mut().zip(losses) {
                *degraded += loss;
            }
        }
    }

    /// What is lost in all cells: in each the worst critical term's, or all degrading ones' if that is more.
    pub(super) fn sum(&self) -> f64 {
        self.worst.iter().zip(&self.degraded).map(|(worst, degraded)| greater(*worst, *degraded)).sum()
    }
}

impl<'t, 'a> RepeatedLosses<'t, 'a> {
    /// Of the process at this position, event by event.
    pub(crate) fn exact(table: &'t LossTable<'a>, position: usize) -> Self {
        Self::new(table, None, position)
    }

    /// Of the process at this position by groups of events: at most as much.
    pub(crate) fn by_groups(table: &'t LossTable<'a>, position: usize) -> Self {
        Self::new(table, Some(table.coarse()), position)
    }

    fn new(table: &'t LossTable<'a>, coarse: Option<&'t CoarseLosses>, position: usize) -> Self {
        let (profile, unit) = table.joint.profile_of(position);
        let profile = table.joint.profile(profile);
        let mut shapes: Vec<usize> = profile.shapes().collect();
        shapes.sort_unstable();
        shapes.dedup();
        let classes = table.events.classes().iter().map(|_| OnceCell::new()).collect();
        Self { table, coarse, profile, unit, shapes, classes, scratch: RefCell::default() }
    }

    /// Expected annual loss in the events of one class, given what the class does to each of the process's workloads.
    pub(crate) fn loss(&self, class: u32, marks: &[Mark]) -> f64 {
        let hits = self.table.hits(self.profile, marks);
        if adds_up(hits.clone()) {
            return self.table.sum_of(hits, class) * self.unit;
        }
        let of = self.classes[class as usize].get_or_init(|| self.of_class(class));
        let mut scratch = self.scratch.borrow_mut();
        scratch.clear(of.weights.len());
        let (mut worst_rest, mut degraded_rest) = (0.0, 0.0);
        for hit in hits {
            scratch.add(&hit, self.hours(of, class, &hit), &of.weights);
            if hit.term.is_critical {
                worst_rest = greater(worst_rest, hit.fixed);
            } else {
                degraded_rest += hit.fixed;
            }
        }
        (scratch.sum() + greater(worst_rest, degraded_rest) * of.rest) * self.unit
    }

    fn of_class(&self, class: u32) -> OfClass {
        let table = self.table;
        let (mut events, mut weights, mut rest) = (Vec::new(), Vec::new(), 0.0);
        if let Some(coarse) = self.coarse {
            weights.extend(coarse.weights(class));
        } else {
            for &number in table.joint.events_of(class) {
                let event = &table.events.events()[number as usize];
                let weight = table.events.weights()[event.year as usize] * event.times;
                // What ends sooner by a recovery loses no more.
                let loses =
                    |shape: &usize| table.shapes[*shape].weighted_hours(event.duration_h, event.start_h) > 0.0;
                if self.shapes.iter().any(loses) {
                    events.push(number as usize);
                    weights.push(weight);
                } else {
                    rest += weight;
                }
            }
        }
        let hours = (0..self.shapes.len() * table.recoveries.len()).map(|_| OnceCell::new()).collect();
        OfClass { events, weights, rest, hours }
    }

    /// By event or group: a term's weighted hours.
    fn hours<'o>(&'o self, of: &'o OfClass, class: u32, hit: &Hit<'_>) -> &'o [f64] {
        if let Some(coarse) = self.coarse {
            return coarse.hours(class, hit.term.shape, hit.recovery);
        }
        let table = self.table;
        let position = self.shapes.binary_search(&hit.term.shape).unwrap_or_default();
        of.hours[position * table.recoveries.len() + hit.recovery].get_or_init(|| {
            let shape = &table.shapes[hit.term.shape];
            let hours = |(number, weight): (&usize, &f64)| {
                let event = &table.events.events()[*number];
                let down_h = downtime(table.recoveries[hit.recovery], event.duration_h, event.luck);
                weight * shape.weighted_hours(down_h, event.start_h)
            };
            of.events.iter().zip(&of.weights).map(hours).collect()
        })
    }
}

/// The greater of two numbers; quicker than [`f64::max`], which looks for what is no number.
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

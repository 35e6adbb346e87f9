//! Exact losses of one process's whole choices, many in a row: what its terms lose event by event is worked out once.
//!
//! It is what [`LossTable::joint_loss`] says, but for rounding, in a small part of the time and with nothing kept for
//! others: a search over the choices of a process looks at many thousand combinations.

use std::cell::OnceCell;

use super::{
    LossTable, downtime,
    joint::{Hit, Mark, Profile, add_up},
};

/// The losses of one process.
pub(crate) struct ExactLosses<'t, 'a> {
    table: &'t LossTable<'a>,
    profile: &'t Profile,
    /// Money per unit of the profile.
    unit: f64,
    /// The distinct shapes of its terms.
    shapes: Vec<usize>,
    /// By class, once somebody asks.
    classes: Vec<OnceCell<OfClass>>,
}

/// The events of a class, weighted by their years' probabilities.
struct OfClass {
    /// The events in which hours can be lost.
    events: Vec<u32>,
    /// Their weights.
    weights: Vec<f64>,
    /// The weight of all the others.
    rest: f64,
    /// By shape of the process and recovery, once somebody asks: weighted hours by event.
    hours: Vec<OnceCell<Vec<f64>>>,
}

impl<'t, 'a> ExactLosses<'t, 'a> {
    /// Of the process at this position.
    pub(crate) fn new(table: &'t LossTable<'a>, position: usize) -> Self {
        let (profile, unit) = table.joint.profile_of(position);
        let profile = table.joint.profile(profile);
        let mut shapes: Vec<usize> = profile.shapes().collect();
        shapes.sort_unstable();
        shapes.dedup();
        let classes = table.events.classes().iter().map(|_| OnceCell::new()).collect();
        Self { table, profile, unit, shapes, classes }
    }

    /// Expected annual loss in the events of one class, given what the class does to each of the process's workloads.
    pub(crate) fn loss(&self, class: u32, marks: &[Mark]) -> f64 {
        let hits = self.table.hits(self.profile, marks);
        if add_up(&hits) {
            return self.table.sum_of(&hits, class) * self.unit;
        }
        let of = self.classes[class as usize].get_or_init(|| self.of_class(class));
        let (mut worst, mut degraded) = (vec![0.0; of.events.len()], vec![0.0; of.events.len()]);
        let (mut worst_rest, mut degraded_rest) = (0.0, 0.0);
        let mut any_degraded = false;
        for hit in &hits {
            let losses = self.hours(of, hit).iter().zip(&of.weights);
            let losses = losses.map(|(hours, weight)| hit.severity * hours + hit.fixed * weight);
            if hit.term.is_critical {
                for (worst, loss) in worst.iter_mut().zip(losses) {
                    *worst = greater(*worst, loss);
                }
                worst_rest = greater(worst_rest, hit.fixed);
            } else {
                for (degraded, loss) in degraded.iter_mut().zip(losses) {
                    *degraded += loss;
                }
                degraded_rest += hit.fixed;
                any_degraded = true;
            }
        }
        if any_degraded {
            for (worst, degraded) in worst.iter_mut().zip(&degraded) {
                *worst = greater(*worst, *degraded);
            }
        }
        (worst.iter().sum::<f64>() + greater(worst_rest, degraded_rest) * of.rest) * self.unit
    }

    fn of_class(&self, class: u32) -> OfClass {
        let table = self.table;
        let (mut events, mut weights, mut rest) = (Vec::new(), Vec::new(), 0.0);
        for &number in table.joint.events_of(class) {
            let event = &table.events.events()[number as usize];
            let weight = table.events.weights()[event.year as usize] * event.times;
            // What ends sooner by a recovery loses no more.
            let loses = |shape: &usize| table.shapes[*shape].weighted_hours(event.duration_h, event.start_h) > 0.0;
            if self.shapes.iter().any(loses) {
                events.push(number);
                weights.push(weight);
            } else {
                rest += weight;
            }
        }
        let cells = self.shapes.len() * table.recoveries.len();
        OfClass { events, weights, rest, hours: (0..cells).map(|_| OnceCell::new()).collect() }
    }

    /// By event: a term's weighted hours.
    fn hours<'o>(&self, of: &'o OfClass, hit: &Hit<'_>) -> &'o [f64] {
        let table = self.table;
        let position = self.shapes.binary_search(&hit.term.shape).unwrap_or_default();
        of.hours[position * table.recoveries.len() + hit.recovery].get_or_init(|| {
            let shape = &table.shapes[hit.term.shape];
            let hours = |(number, weight): (&u32, &f64)| {
                let event = &table.events.events()[*number as usize];
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

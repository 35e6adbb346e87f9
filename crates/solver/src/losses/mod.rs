//! Losses as the optimiser sees them: factored by impairment class, and as cuts at any mix of options.
//!
//! The loss of a term (process, workload, buffer) in an event is
//! `scale * severity * hours(shape, recovery, event) + data value * hours of data`, where `hours` is the weighted
//! standstill. It depends on the option only through what the event's class does to it, so sums over the events of a
//! class are taken once per shape and recovery, not once per option (model.md section 3).

use std::{collections::BTreeMap, sync::OnceLock};

use ballast_model::Estate;
use ballast_risk::{Event, EventSet, Outcome};
use rayon::prelude::*;

use crate::options::{DeploymentOption, OptionTable};

mod active;
mod beside;
mod coarse;
mod cut;
pub(crate) mod joint;
mod repeated;
mod terms;

use active::Scratch;
pub(crate) use beside::LossesBeside;
pub(crate) use coarse::CoarseCut;
use coarse::CoarseLosses;
pub(crate) use cut::Cut;
pub(crate) use repeated::RepeatedLosses;
pub(crate) use terms::ProcessTerms;
use terms::{Shape, Term, terms_of};

/// A mix of options by workload: (position of the option, share). Whole plans have one option of share 1.
pub(crate) type Mix = Vec<Vec<(usize, f64)>>;

/// When an outage ends: with the event, or after recovery if luck has it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Recovery {
    after_h: f64,
    success: f64,
}

/// Sums over the events of each class: weighted hours by recovery, and the events' own weight.
#[derive(Debug, Clone)]
struct ClassSums {
    recoveries: usize,
    hours: Vec<f64>,
    weight: Vec<f64>,
}

impl ClassSums {
    fn new(classes: usize, recoveries: usize) -> Self {
        Self { recoveries, hours: vec![0.0; classes * recoveries], weight: vec![0.0; classes] }
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.hours.iter_mut().zip(&other.hours) {
            *sum += more;
        }
        for (sum, more) in self.weight.iter_mut().zip(&other.weight) {
            *sum += more;
        }
    }

    fn add_class(&mut self, other: &Self, class: usize) {
        let range = class * self.recoveries..(class + 1) * self.recoveries;
        for (sum, more) in self.hours[range.clone()].iter_mut().zip(&other.hours[range]) {
            *sum += more;
        }
        self.weight[class] += other.weight[class];
    }
}

/// The losses of an estate's options, factored.
#[derive(Debug)]
pub(crate) struct LossTable<'a> {
    events: &'a EventSet,
    shapes: Vec<Shape<'a>>,
    recoveries: Vec<Option<Recovery>>,
    /// By kind of outcome: severity, position in `recoveries`, hours of data.
    kinds: Vec<(f64, usize, f64)>,
    terms: Vec<Term>,
    /// The processes whose loss counts, each with its terms.
    pub(crate) processes: Vec<ProcessTerms>,
    /// By shape: sums over all events with the years' probabilities.
    expected: Vec<ClassSums>,
    /// Joint losses of whole choices.
    pub(crate) joint: joint::JointLosses,
    /// Losses by groups of events, once somebody has asked for them.
    coarse: OnceLock<CoarseLosses>,
}

/// Years per piece of parallel work: fixed, so that sums do not depend on the number of threads.
const PIECES: usize = 8;

impl<'a> LossTable<'a> {
    /// Factors the losses of `estate` over `events` for the outcomes that `options` can have; by groups of events too
    /// where there are very many of them and workloads that are needed together.
    pub(crate) fn new(estate: &'a Estate, events: &'a EventSet, options: &OptionTable) -> Self {
        let mut recoveries: Vec<Option<Recovery>> = vec![None];
        let kinds = options.kinds.iter().map(|kind| factor(kind, &mut recoveries)).collect();
        let (shapes, terms, processes) = terms_of(estate);
        let joint = joint::JointLosses::default();
        let (expected, coarse) = (Vec::new(), OnceLock::new());
        let mut table = Self { events, shapes, recoveries, kinds, terms, processes, expected, joint, coarse };
        table.joint = joint::JointLosses::new(&table, options.options.len());
        let needs_groups = options.is_large() && table.processes.iter().any(|process| !process.is_linear());
        // The sums over groups are those over their events: each event is looked up in calendars once.
        table.expected =
            if needs_groups { table.coarse().class_sums() } else { table.class_sums(events.weights()) };
        table
    }

    /// Losses by groups of events, made when somebody first asks.
    pub(crate) fn coarse(&self) -> &CoarseLosses {
        self.coarse.get_or_init(|| CoarseLosses::new(self))
    }

    /// The same if somebody has asked for them.
    pub(crate) fn known_coarse(&self) -> Option<&CoarseLosses> {
        self.coarse.get()
    }

    /// By shape: sums of weighted hours over all events, each with its year's weight.
    fn class_sums(&self, year_weights: &[f64]) -> Vec<ClassSums> {
        let classes = self.events.classes().len();
        let empty = || vec![ClassSums::new(classes, self.recoveries.len()); self.shapes.len()];
        let pieces: Vec<Vec<ClassSums>> = self
            .pieces()
            .par_iter()
            .map(|piece| {
                let mut sums = empty();
                for event in &self.events.events()[piece.clone()] {
                    let weight = year_weights[event.year as usize] * event.times;
                    if weight == 0.0 {
                        continue;
                    }
                    let class = event.class as usize;
                    let downtimes = self.downtimes(event);
                    for (shape, sum) in self.shapes.iter().zip(&mut sums) {
                        sum.weight[class] += weight;
                        let hours = &mut sum.hours[class * self.recoveries.len()..];
                        downtimes.add_hours(shape, event.start_h, weight, hours);
                    }
                }
                sums
            })
            .collect();
        let mut total = empty();
        for piece in &pieces {
            for (sum, more) in total.iter_mut().zip(piece) {
                sum.add(more);
            }
        }
        total
    }

    fn downtimes(&self, event: &Event) -> Downtimes {
        let mut downtimes =
            Downtimes { distinct: Vec::new(), positions: Vec::with_capacity(self.recoveries.len()) };
        for recovery in &self.recoveries {
            let downtime = downtime(*recovery, event.duration_h, event.luck);
            let known = downtimes.distinct.iter().position(|known| *known == downtime);
            downtimes.positions.push(known.unwrap_or_else(|| {
                downtimes.distinct.push(downtime);
                downtimes.distinct.len() - 1
            }));
        }
        downtimes
    }

    fn pieces(&self) -> Vec<std::ops::Range<usize>> {
        let events = self.events.events().len();
        (0..PIECES).map(|piece| events * piece / PIECES..events * (piece + 1) / PIECES).collect()
    }

    /// The coefficient of `option` in a cut that holds the term with these sums.
    fn coefficient(&self, term: &Term, sums: &ClassSums, option: &DeploymentOption) -> f64 {
        option
            .touches
            .iter()
            .map(|touch| {
                let (severity, recovery, data_loss_h) = self.kinds[touch.kind as usize];
                let class = touch.class as usize;
                let hours = sums.hours[class * self.recoveries.len() + recovery];
                term.scale * severity * hours + term.data_value * data_loss_h * sums.weight[class]
            })
            .sum()
    }

    /// Cuts that hold for every mix: a process loses at least what each critical term alone costs it, and at least
    /// its degrading terms together. Exact for a process with one critical workload.
    pub(crate) fn first_cuts(&self, options: &OptionTable) -> Vec<(usize, Cut)> {
        let mut cuts = Vec::new();
        for (position, process) in self.processes.iter().enumerate() {
            for term in process.critical.clone() {
                cuts.push((position, self.cut(&[(term, &self.expected[self.terms[term].shape])], options)));
            }
            if !process.degrading.is_empty() {
                let parts: Vec<_> =
                    process.degrading.clone().map(|term| (term, &self.expected[self.terms[term].shape])).collect();
                cuts.push((position, self.cut(&parts, options)));
            }
        }
        cuts
    }

    fn cut(&self, parts: &[(usize, &ClassSums)], options: &OptionTable) -> Cut {
        let mut by_workload: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for &(term, sums) in parts {
            let term = &self.terms[term];
            let workload = term.workload.index();
            let (of_workload, alike) = (&options.options[workload], &options.alike[workload]);
            let by_exposure = by_workload.entry(workload).or_insert_with(|| vec![0.0; alike.first.len()]);
            for (value, option) in by_exposure.iter_mut().zip(&*alike.first) {
                *value += self.coefficient(term, sums, &of_workload[*option as usize]);
            }
        }
        let by_option = |(workload, by_exposure): (usize, Vec<f64>)| {
            let of = options.alike[workload].of.iter();
            (workload, of.map(|exposure| by_exposure[*exposure as usize]).collect())
        };
        Cut::new(by_workload.into_iter().map(by_option).collect())
    }

    /// Loss of every simulated year at `mix`.
    pub(crate) fn annual_losses(&self, mix: &Mix, options: &OptionTable) -> Vec<f64> {
        let active = self.active(mix, options);
        let linear = self.linear_losses(mix, options);
        let pieces: Vec<Vec<(u32, f64)>> = self
            .pieces()
            .par_iter()
            .map(|piece| {
                let mut hours = Scratch::new(self);
                let mut losses: Vec<(u32, f64)> = Vec::new();
                for event in &self.events.events()[piece.clone()] {
                    let (of_class, linear) = (&active[event.class as usize], &linear[event.class as usize]);
                    if of_class.is_empty() && linear.is_empty() {
                        continue;
                    }
                    hours.reset();
                    let series: f64 = of_class.iter().map(|process| process.loss(self, &mut hours, event)).sum();
                    let loss = series + linear.loss(self, &mut hours, event);
                    losses.push((event.year, event.times * loss));
                }
                losses
            })
            .collect();
        let mut annual = vec![0.0; self.events.years()];
        for (year, loss) in pieces.into_iter().flatten() {
            annual[year as usize] += loss;
        }
        annual
    }

    /// The cuts of every process at `mix`, with the years weighted by `year_weights`: tight there, valid everywhere.
    pub(crate) fn cuts(&self, mix: &Mix, options: &OptionTable, year_weights: &[f64]) -> Vec<Cut> {
        let active = self.active(mix, options);
        let whole = if year_weights == self.events.weights() {
            self.expected.clone()
        } else {
            self.class_sums(year_weights)
        };
        let classes = self.events.classes().len();
        let recoveries = self.recoveries.len();
        let pieces: Vec<Vec<Option<ClassSums>>> = self
            .pieces()
            .par_iter()
            .map(|piece| {
                let mut hours = Scratch::new(self);
                let mut sums: Vec<Option<ClassSums>> = vec![None; self.terms.len()];
                for event in &self.events.events()[piece.clone()] {
                    let weight = year_weights[event.year as usize] * event.times;
                    let class = event.class as usize;
                    if weight == 0.0 || active[class].is_empty() {
                        continue;
                    }
                    hours.reset();
                    for process in &active[class] {
                        for term in process.worst(self, &mut hours, event) {
                            let sum = sums[term].get_or_insert_with(|| ClassSums::new(classes, recoveries));
                            sum.weight[class] += weight;
                            for recovery in 0..recoveries {
                                sum.hours[class * recoveries + recovery] +=
                                    weight * hours.get(self, self.terms[term].shape, recovery, event);
                            }
                        }
                    }
                }
                sums
            })
            .collect();
        let mut sums: Vec<Option<ClassSums>> = vec![None; self.terms.len()];
        for piece in pieces {
            for (sum, more) in sums.iter_mut().zip(piece) {
                match (sum.as_mut(), more) {
                    (Some(sum), Some(more)) => sum.add(&more),
                    (None, more) => *sum = more,
                    (Some(_), None) => {}
                }
            }
        }
        // Where nothing of the mix is touched the loss is 0 and every term is a worst one: take the first, whole.
        for (class, active) in active.iter().enumerate() {
            let mut touched = active.iter().map(|process| process.position).peekable();
            for (position, process) in self.processes.iter().enumerate() {
                if touched.next_if_eq(&position).is_some() || process.is_linear() {
                    continue;
                }
                for term in process.default_terms() {
                    sums[term]
                        .get_or_insert_with(|| ClassSums::new(classes, recoveries))
                        .add_class(&whole[self.terms[term].shape], class);
                }
            }
        }
        self.processes
            .par_iter()
            .map(|process| {
                let terms = process.terms();
                let parts: Vec<(usize, &ClassSums)> = if process.is_linear() {
                    terms.map(|term| (term, &whole[self.terms[term].shape])).collect()
                } else {
                    terms.filter_map(|term| sums[term].as_ref().map(|sum| (term, sum))).collect()
                };
                self.cut(&parts, options)
            })
            .collect()
    }
}

/// How long an event lasts by recovery: often alike, and then looked up in the calendar once.
struct Downtimes {
    distinct: Vec<f64>,
    /// By recovery.
    positions: Vec<usize>,
}

impl Downtimes {
    /// Adds a shape's weighted hours of an event that starts then, times so much, by recovery.
    fn add_hours(&self, shape: &Shape<'_>, start_h: f64, times: f64, hours: &mut [f64]) {
        for (number, downtime) in self.distinct.iter().enumerate() {
            let more = times * shape.weighted_hours(*downtime, start_h);
            let alike = hours.iter_mut().zip(&self.positions).filter(|(_, position)| **position == number);
            alike.for_each(|(sum, _)| *sum += more);
        }
    }
}

fn downtime(recovery: Option<Recovery>, duration_h: f64, luck: f64) -> f64 {
    match recovery {
        Some(recovery) if luck <= recovery.success => duration_h.min(recovery.after_h),
        _ => duration_h,
    }
}

fn factor(kind: &Outcome, recoveries: &mut Vec<Option<Recovery>>) -> (f64, usize, f64) {
    let recovery = kind.recovery.map(|r| Recovery { after_h: r.after_h, success: r.success });
    let position = recoveries.iter().position(|known| *known == recovery).unwrap_or_else(|| {
        recoveries.push(recovery);
        recoveries.len() - 1
    });
    (kind.severity, position, kind.data_loss_h)
}

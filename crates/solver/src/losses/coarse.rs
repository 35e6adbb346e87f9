//! Losses by groups of like events: quick cuts for estates with many processes.
//!
//! Holding for a whole group of events which term makes the loss is one more valid choice, so what comes out is a
//! lower bound like any cut, a little below the one that looks at every event. Events of a class are alike if their
//! failovers come out alike and they last about as long.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{ClassSums, Cut, LossTable};
use crate::options::{DeploymentOption, OptionTable, Touch};

/// Groups by duration within events of a class whose failovers come out alike.
const DURATIONS: usize = 6;

/// Sums of weighted hours by groups of events.
#[derive(Debug)]
pub(crate) struct CoarseLosses {
    /// By class: where its groups are.
    groups: Vec<std::ops::Range<usize>>,
    /// By group: the events' weight.
    weight: Vec<f64>,
    /// By class, shape, recovery and group of the class.
    hours: Vec<f64>,
    shapes: usize,
    recoveries: usize,
}

impl CoarseLosses {
    pub(crate) fn new(table: &LossTable<'_>) -> Self {
        let (shapes, recoveries) = (table.shapes.len(), table.recoveries.len());
        let mut lucks: Vec<f64> = table.recoveries.iter().flatten().map(|recovery| recovery.success).collect();
        lucks.sort_by(f64::total_cmp);
        lucks.dedup();
        let events = table.events.events();
        let mut groups = Vec::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        for of_class in &table.joint.events_by_class {
            let first = members.len();
            let mut by_luck: Vec<Vec<u32>> = vec![Vec::new(); lucks.len() + 1];
            for &number in of_class {
                by_luck[lucks.partition_point(|success| events[number as usize].luck > *success)].push(number);
            }
            for mut alike in by_luck {
                alike.sort_by(|a, b| {
                    let last = |number: &u32| events[*number as usize].duration_h;
                    last(a).total_cmp(&last(b)).then(a.cmp(b))
                });
                members.extend(alike.chunks(alike.len().div_ceil(DURATIONS).max(1)).map(<[u32]>::to_vec));
            }
            groups.push(first..members.len());
        }
        let of_group = |members: &Vec<u32>| {
            let mut hours = vec![0.0; shapes * recoveries];
            let mut sum = 0.0;
            for &number in members {
                let event = &events[number as usize];
                let weight = table.events.weights()[event.year as usize] * event.times;
                sum += weight;
                let downtimes = table.downtimes(event);
                for (shape, hours) in table.shapes.iter().zip(hours.chunks_mut(recoveries)) {
                    downtimes.add_hours(shape, event.start_h, weight, hours);
                }
            }
            (sum, hours)
        };
        let sums: Vec<(f64, Vec<f64>)> = members.par_iter().map(of_group).collect();
        let weight = sums.iter().map(|(weight, _)| *weight).collect();
        let mut hours = Vec::with_capacity(members.len() * shapes * recoveries);
        for groups in &groups {
            let of_class = &sums[groups.clone()];
            for cell in 0..shapes * recoveries {
                hours.extend(of_class.iter().map(|(_, hours)| hours[cell]));
            }
        }
        Self { groups, weight, hours, shapes, recoveries }
    }

    /// By group of a class: the weight of its events.
    pub(super) fn weights(&self, class: u32) -> &[f64] {
        &self.weight[self.groups[class as usize].clone()]
    }

    /// By group of a class: weighted hours.
    pub(super) fn hours(&self, class: u32, shape: usize, recovery: usize) -> &[f64] {
        let groups = &self.groups[class as usize];
        let first =
            groups.start * self.shapes * self.recoveries + (shape * self.recoveries + recovery) * groups.len();
        &self.hours[first..first + groups.len()]
    }

    /// By shape: the sums over all groups of each class.
    pub(super) fn class_sums(&self) -> Vec<ClassSums> {
        let of_shape = |shape: usize| {
            let mut sums = ClassSums::new(self.groups.len(), self.recoveries);
            for (number, class) in (0_u32..).zip(0..self.groups.len()) {
                sums.weight[class] = self.weights(number).iter().sum();
                for recovery in 0..self.recoveries {
                    sums.hours[class * self.recoveries + recovery] =
                        self.hours(number, shape, recovery).iter().sum();
                }
            }
            sums
        };
        (0..self.shapes).into_par_iter().map(of_shape).collect()
    }
}

/// A term at a mix in one class.
struct Hit {
    /// Position among the process's terms.
    term: usize,
    /// (recovery, money per weighted hour, money per event)
    parts: Vec<(usize, f64, f64)>,
}

/// A cut on a process's loss before its coefficients are worked out.
#[derive(Debug)]
pub(crate) struct CoarseCut {
    /// By term of the process.
    sums: Vec<Sums>,
}

/// By class and recovery, and by class for lost data: the weight of the groups that the term makes the loss of.
#[derive(Debug, Clone)]
struct Sums {
    hours: Vec<f64>,
    weight: Vec<f64>,
}

impl CoarseCut {
    /// The average of cuts on the loss of one process with these weights, which add up to `sum`: a cut on it too.
    pub(crate) fn average(cuts: &[(&Self, f64)], sum: f64) -> Option<Self> {
        let (first, _) = cuts.first()?;
        let empty =
            |sums: &Sums| Sums { hours: vec![0.0; sums.hours.len()], weight: vec![0.0; sums.weight.len()] };
        let mut average: Vec<Sums> = first.sums.iter().map(empty).collect();
        for (cut, weight) in cuts {
            let part = weight / sum;
            for (known, more) in average.iter_mut().zip(&cut.sums) {
                for (known, more) in known.hours.iter_mut().zip(&more.hours) {
                    *known += part * more;
                }
                for (known, more) in known.weight.iter_mut().zip(&more.weight) {
                    *known += part * more;
                }
            }
        }
        Some(Self { sums: average })
    }
}

impl LossTable<'_> {
    fn terms_of_process(&self, process: usize) -> impl Iterator<Item = &super::Term> {
        self.processes[process].terms().map(|term| &self.terms[term])
    }

    /// The cut on a process's loss at `mix` by groups of events, and what it comes to there.
    pub(crate) fn coarse_cut(
        &self,
        process: usize,
        mix: &dyn Fn(usize) -> Vec<(usize, f64)>,
        options: &OptionTable,
    ) -> (CoarseCut, f64) {
        let coarse = self.coarse();
        let critical = self.processes[process].critical.len();
        let classes = coarse.groups.len();
        let recoveries = coarse.recoveries;
        let mut hits: Vec<Vec<Hit>> = (0..classes).map(|_| Vec::new()).collect();
        let mut sums: Vec<Sums> = Vec::new();
        let mut shapes: Vec<usize> = Vec::new();
        for (position, term) in self.terms_of_process(process).enumerate() {
            shapes.push(term.shape);
            sums.push(Sums { hours: vec![0.0; classes * recoveries], weight: vec![0.0; classes] });
            let workload = term.workload.index();
            for (option, share) in mix(workload) {
                for touch in options.options[workload][option].touches.iter() {
                    let (severity, recovery, data_loss_h) = self.kinds[touch.kind as usize];
                    let part = (recovery, share * term.scale * severity, share * term.data_value * data_loss_h);
                    let hits = &mut hits[touch.class as usize];
                    match hits.last_mut().filter(|hit| hit.term == position) {
                        Some(hit) => hit.parts.push(part),
                        None => hits.push(Hit { term: position, parts: vec![part] }),
                    }
                }
            }
        }
        let mut value = 0.0;
        let all_degrading: Vec<usize> = (critical..shapes.len()).collect();
        for ((number, class), hits) in (0_u32..).zip(0..).zip(&hits) {
            // Where no term has another one beside it that may lose more, the whole class is its own.
            let criticals = hits.iter().filter(|hit| hit.term < critical).count();
            let whole: Option<&[usize]> = match hits[..] {
                [] if critical > 0 => Some(&[0]),
                [ref hit] if criticals == 1 => Some(std::slice::from_ref(&hit.term)),
                _ if criticals == 0 => Some(&all_degrading),
                _ => None,
            };
            if let Some(terms) = whole {
                for &term in terms {
                    let expected = &self.expected[shapes[term]];
                    sums[term].weight[class] += expected.weight[class];
                    let hours = &expected.hours[class * recoveries..(class + 1) * recoveries];
                    for (sum, hours) in sums[term].hours[class * recoveries..].iter_mut().zip(hours) {
                        *sum += hours;
                    }
                }
                for hit in hits {
                    let expected = &self.expected[shapes[hit.term]];
                    let loss = |(recovery, scale, fixed): &(usize, f64, f64)| {
                        scale * expected.hours[class * recoveries + recovery] + fixed * expected.weight[class]
                    };
                    value += hit.parts.iter().map(loss).sum::<f64>();
                }
                continue;
            }
            for (group, weight) in coarse.weights(number).iter().enumerate() {
                let mut worst: Option<(usize, f64)> = None;
                let mut degraded = 0.0;
                for hit in hits {
                    let hours = |recovery: usize| coarse.hours(number, shapes[hit.term], recovery)[group];
                    let parts = hit.parts.iter();
                    let loss: f64 =
                        parts.map(|(recovery, scale, fixed)| scale * hours(*recovery) + fixed * weight).sum();
                    if hit.term >= critical {
                        degraded += loss;
                    } else if worst.is_none_or(|(_, most)| loss > most) {
                        worst = Some((hit.term, loss));
                    }
                }
                let made_by: &[usize] = match &worst {
                    Some((term, loss)) if *loss >= degraded => std::slice::from_ref(term),
                    _ if degraded > 0.0 || critical == 0 => &all_degrading,
                    _ => &[0],
                };
                value += worst.map_or(0.0, |(_, loss)| loss).max(degraded);
                for &term in made_by {
                    let sum = &mut sums[term];
                    sum.weight[class] += weight;
                    for recovery in 0..recoveries {
                        sum.hours[class * recoveries + recovery] +=
                            coarse.hours(number, shapes[term], recovery)[group];
                    }
                }
            }
        }
        (CoarseCut { sums }, value)
    }

    /// What a cut holds against the options of one of the process's workloads, money per year.
    pub(crate) fn coarse_loss<'c>(
        &'c self,
        process: usize,
        cut: &'c CoarseCut,
        workload: usize,
    ) -> impl Fn(&DeploymentOption) -> f64 + 'c {
        let recoveries = self.recoveries.len();
        let terms = self.terms_of_process(process).zip(&cut.sums);
        let own: Vec<(&super::Term, &Sums)> =
            terms.filter(|(term, _)| term.workload.index() == workload).collect();
        move |option: &DeploymentOption| {
            let of_term = |(term, sums): &(&super::Term, &Sums)| {
                let of_touch = |touch: &Touch| {
                    let (severity, recovery, data_loss_h) = self.kinds[touch.kind as usize];
                    let class = touch.class as usize;
                    term.scale * severity * sums.hours[class * recoveries + recovery]
                        + term.data_value * data_loss_h * sums.weight[class]
                };
                option.touches.iter().map(of_touch).sum::<f64>()
            };
            own.iter().map(of_term).sum()
        }
    }

    /// The same for every option of a workload.
    pub(crate) fn coarse_losses(
        &self,
        process: usize,
        cut: &CoarseCut,
        workload: usize,
        options: &OptionTable,
    ) -> impl Iterator<Item = f64> {
        let (options, alike) = (&options.options[workload], &options.alike[workload]);
        let loss = self.coarse_loss(process, cut, workload);
        let losses: Vec<f64> = alike.first.iter().map(|first| loss(&options[*first as usize])).collect();
        alike.of.iter().map(move |exposure| losses[*exposure as usize])
    }

    /// The cut with its coefficients for every option.
    pub(crate) fn coarse_row(&self, process: usize, cut: &CoarseCut, options: &OptionTable) -> Cut {
        let workloads: BTreeSet<usize> =
            self.terms_of_process(process).map(|term| term.workload.index()).collect();
        let row = |w: usize| self.coarse_losses(process, cut, w, options).collect::<Vec<f64>>();
        Cut::new(workloads.into_iter().map(|w| (w, row(w))).collect())
    }
}

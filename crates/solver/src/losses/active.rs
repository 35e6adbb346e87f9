//! What a mix of options exposes to each class: the terms that lose there, ready to be compared event by event.

use std::collections::BTreeMap;

use super::{LossTable, Mix, downtime};
use crate::options::OptionTable;

impl LossTable<'_> {
    /// By class: what the processes that are sums of their terms lose at a mix, all together.
    pub(super) fn linear_losses(&self, mix: &Mix, options: &OptionTable) -> Vec<LinearLosses> {
        let recoveries = self.recoveries.len();
        let empty = || LinearLosses { scales: BTreeMap::new(), fixed: 0.0 };
        let mut by_class: Vec<LinearLosses> = (0..self.events.classes().len()).map(|_| empty()).collect();
        for process in self.processes.iter().filter(|process| process.is_linear()) {
            for term in process.terms() {
                let term = &self.terms[term];
                let workload = term.workload.index();
                for &(option, share) in &mix[workload] {
                    for touch in options.options[workload][option].touches.iter() {
                        let (severity, recovery, data_loss_h) = self.kinds[touch.kind as usize];
                        let of_class = &mut by_class[touch.class as usize];
                        *of_class.scales.entry(term.shape * recoveries + recovery).or_default() +=
                            share * term.scale * severity;
                        of_class.fixed += share * term.data_value * data_loss_h;
                    }
                }
            }
        }
        by_class
    }

    /// By class: the other processes that the mix exposes to it, by position, with what each term loses there.
    pub(super) fn active(&self, mix: &Mix, options: &OptionTable) -> Vec<Vec<ActiveProcess>> {
        let classes = self.events.classes().len();
        let mut active: Vec<Vec<ActiveProcess>> = vec![Vec::new(); classes];
        let series = self.processes.iter().enumerate().filter(|(_, process)| !process.is_linear());
        for (position, process) in series {
            let mut by_class: Vec<Option<ActiveProcess>> = vec![None; classes];
            for term_index in process.terms() {
                let term = &self.terms[term_index];
                let is_critical = process.critical.contains(&term_index);
                let workload = term.workload.index();
                for &(option, share) in &mix[workload] {
                    for touch in options.options[workload][option].touches.iter() {
                        let (severity, recovery, data_loss_h) = self.kinds[touch.kind as usize];
                        let entry = by_class[touch.class as usize].get_or_insert_with(|| ActiveProcess {
                            position,
                            terms: Vec::new(),
                            default: process.default_terms().collect(),
                        });
                        let part = ActivePart {
                            recovery,
                            scale: share * term.scale * severity,
                            fixed: share * term.data_value * data_loss_h,
                        };
                        match entry.terms.last_mut().filter(|last| last.term == term_index) {
                            Some(last) => last.parts.push(part),
                            None => entry.terms.push(ActiveTerm {
                                term: term_index,
                                shape: term.shape,
                                is_critical,
                                parts: vec![part],
                            }),
                        }
                    }
                }
            }
            for (class, entry) in by_class.into_iter().enumerate() {
                active[class].extend(entry);
            }
        }
        active
    }
}

/// What processes that are sums of their terms lose in an event of one class.
#[derive(Debug, Clone)]
pub(super) struct LinearLosses {
    /// By shape and recovery: money per weighted hour.
    scales: BTreeMap<usize, f64>,
    /// Money per event.
    fixed: f64,
}

impl LinearLosses {
    pub(super) fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    pub(super) fn loss(&self, table: &LossTable<'_>, hours: &mut Scratch, event: &ballast_risk::Event) -> f64 {
        let recoveries = table.recoveries.len();
        let of =
            |(cell, scale): (&usize, &f64)| scale * hours.get(table, cell / recoveries, cell % recoveries, event);
        self.scales.iter().map(of).sum::<f64>() + self.fixed
    }
}

#[derive(Debug, Clone)]
struct ActivePart {
    recovery: usize,
    scale: f64,
    fixed: f64,
}

#[derive(Debug, Clone)]
struct ActiveTerm {
    term: usize,
    shape: usize,
    is_critical: bool,
    parts: Vec<ActivePart>,
}

#[derive(Debug, Clone)]
pub(super) struct ActiveProcess {
    pub(super) position: usize,
    terms: Vec<ActiveTerm>,
    default: Vec<usize>,
}

impl ActiveProcess {
    /// The process's loss in `event`, and its worst critical term if that makes it: all degrading ones do if together they
    /// lose more.
    fn loss_by(
        &self,
        table: &LossTable<'_>,
        hours: &mut Scratch,
        event: &ballast_risk::Event,
    ) -> (f64, Option<usize>) {
        let mut worst: Option<(usize, f64)> = None;
        let mut degraded = 0.0;
        for term in &self.terms {
            let loss: f64 = term
                .parts
                .iter()
                .map(|part| part.scale * hours.get(table, term.shape, part.recovery, event) + part.fixed)
                .sum();
            if !term.is_critical {
                degraded += loss;
            } else if worst.is_none_or(|(_, most)| loss > most) {
                worst = Some((term.term, loss));
            }
        }
        match worst {
            Some((term, loss)) if loss >= degraded && loss > 0.0 || degraded <= 0.0 => (loss, Some(term)),
            _ => (degraded, None),
        }
    }

    /// The process's loss in `event`.
    pub(super) fn loss(&self, table: &LossTable<'_>, hours: &mut Scratch, event: &ballast_risk::Event) -> f64 {
        self.loss_by(table, hours, event).0
    }

    /// The terms that make it.
    pub(super) fn worst(
        &self,
        table: &LossTable<'_>,
        hours: &mut Scratch,
        event: &ballast_risk::Event,
    ) -> Vec<usize> {
        match self.loss_by(table, hours, event) {
            (_, Some(term)) => vec![term],
            (loss, None) if loss > 0.0 => {
                self.terms.iter().filter(|term| !term.is_critical).map(|term| term.term).collect()
            }
            _ => self.default.clone(),
        }
    }
}

/// Weighted hours of one event by shape and recovery, computed once each.
pub(super) struct Scratch {
    stamp: u32,
    stamps: Vec<u32>,
    values: Vec<f64>,
    recoveries: usize,
}

impl Scratch {
    pub(super) fn new(table: &LossTable<'_>) -> Self {
        let cells = table.shapes.len() * table.recoveries.len();
        Self { stamp: 0, stamps: vec![0; cells], values: vec![0.0; cells], recoveries: table.recoveries.len() }
    }

    pub(super) fn reset(&mut self) {
        self.stamp += 1;
    }

    pub(super) fn get(
        &mut self,
        table: &LossTable<'_>,
        shape: usize,
        recovery: usize,
        event: &ballast_risk::Event,
    ) -> f64 {
        let cell = shape * self.recoveries + recovery;
        if self.stamps[cell] != self.stamp {
            let downtime = downtime(table.recoveries[recovery], event.duration_h, event.luck);
            self.values[cell] = table.shapes[shape].weighted_hours(downtime, event.start_h);
            self.stamps[cell] = self.stamp;
        }
        self.values[cell]
    }
}

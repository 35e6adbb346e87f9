//! The terms of the losses of processes: what each of their workloads can make them lose.

use ballast_model::{Estate, ProcessId, WorkProfile, WorkloadId};
use ballast_risk::{LossModel, TermKind};

/// How a standstill follows from a downtime: what terms with the same calendar and buffers share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape<'a> {
    profile: &'a WorkProfile,
    buffer_h: f64,
    /// Hours until it earns again; none for degraded running, which ends with the outage.
    restart_h: f64,
}

impl Shape<'_> {
    pub(super) fn weighted_hours(&self, downtime_h: f64, start_h: f64) -> f64 {
        if downtime_h > self.buffer_h {
            self.profile.integral(start_h + self.buffer_h, start_h + downtime_h + self.restart_h)
        } else {
            0.0
        }
    }
}

/// A term with its factors.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) workload: WorkloadId,
    pub(super) shape: usize,
    /// Money per weighted hour.
    pub(super) scale: f64,
    /// Money per hour of lost data.
    pub(super) data_value: f64,
}

/// The terms of one process that counts, as ranges of the term list.
#[derive(Debug, Clone)]
pub(crate) struct ProcessTerms {
    /// The process.
    pub(crate) process: ProcessId,
    pub(super) critical: std::ops::Range<usize>,
    pub(super) degrading: std::ops::Range<usize>,
}

impl ProcessTerms {
    /// All of its terms, the critical ones first.
    pub(super) fn terms(&self) -> impl Iterator<Item = usize> + use<> {
        self.critical.clone().chain(self.degrading.clone())
    }

    /// Whether its loss is the sum of its terms' losses: there is no other term that one could be worse than.
    pub(super) fn is_linear(&self) -> bool {
        self.critical.is_empty() || self.critical.len() == 1 && self.degrading.is_empty()
    }

    /// The terms that stand for the loss where every term loses nothing.
    pub(super) fn default_terms(&self) -> std::ops::Range<usize> {
        if self.critical.is_empty() {
            self.degrading.clone()
        } else {
            self.critical.start..self.critical.start + 1
        }
    }
}

pub(super) fn terms_of(estate: &Estate) -> (Vec<Shape<'_>>, Vec<Term>, Vec<ProcessTerms>) {
    let model = LossModel::new(estate);
    let mut shapes: Vec<Shape<'_>> = Vec::new();
    let mut terms = Vec::new();
    let mut processes = Vec::new();
    for id in estate.process_ids() {
        let process = estate.process(id);
        if process.partner.is_some() || model.terms_of(id).is_empty() {
            continue;
        }
        let mut ranges = [0..0, 0..0];
        for (range, wants_critical) in ranges.iter_mut().zip([true, false]) {
            let start = terms.len();
            for term in model.terms_of(id) {
                let (is_critical, share, restart_h, made_up) = match term.kind {
                    TermKind::Critical => (true, 1.0, process.restart.get(), process.made_up_factor()),
                    TermKind::Degrading(share) => (false, share, 0.0, 1.0),
                };
                if is_critical != wants_critical {
                    continue;
                }
                let shape =
                    Shape { profile: estate.profile(process.calendar), buffer_h: term.buffer_h, restart_h };
                terms.push(Term {
                    workload: term.workload,
                    shape: intern(&mut shapes, shape),
                    scale: process.value.get() * term.share * share * made_up,
                    data_value: if term.is_own { process.data_value.get() } else { 0.0 },
                });
            }
            *range = start..terms.len();
        }
        let [critical, degrading] = ranges;
        processes.push(ProcessTerms { process: id, critical, degrading });
    }
    (shapes, terms, processes)
}

fn intern<'a>(shapes: &mut Vec<Shape<'a>>, shape: Shape<'a>) -> usize {
    let same = |known: &Shape<'_>| {
        std::ptr::eq(known.profile, shape.profile)
            && known.buffer_h == shape.buffer_h
            && known.restart_h == shape.restart_h
    };
    shapes.iter().position(same).unwrap_or_else(|| {
        shapes.push(shape);
        shapes.len() - 1
    })
}

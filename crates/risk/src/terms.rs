//! What can stop a process: its own workloads and, through supply links, those of everything upstream.

use std::collections::BTreeMap;

use ballast_model::{Estate, ProcessId, Role, WorkloadId};

/// What the loss of a term's workload does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TermKind {
    /// It stops the process.
    Critical,
    /// This share of the process's value is lost meanwhile.
    Degrading(f64),
}

/// A way in which a workload's downtime costs a process money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossTerm {
    /// The process that loses.
    pub process: ProcessId,
    /// The workload that is down.
    pub workload: WorkloadId,
    /// Hours before it is felt: the sum of the buffers on the way.
    pub buffer_h: f64,
    /// What it does.
    pub kind: TermKind,
    /// The share of the process that stands: the product of the supply shares on the way, 1 for its own workloads.
    pub share: f64,
    /// Whether the workload is the process's own; only then its lost data count.
    pub is_own: bool,
}

/// Every process's terms: reach(p) of model.md section 4.
#[derive(Debug, Clone, PartialEq)]
pub struct LossModel {
    terms: Vec<LossTerm>,
    first: Vec<usize>,
}

/// A way from an upstream process: hours of buffer, share that stands.
type Path = (f64, f64);

impl LossModel {
    /// Collects the terms of every process of `estate`, critical ones first.
    pub fn new(estate: &Estate) -> Self {
        let mut terms = Vec::new();
        let mut first = vec![0];
        for process in estate.process_ids() {
            terms.extend(terms_of(estate, process));
            first.push(terms.len());
        }
        Self { terms, first }
    }

    /// All terms by process, critical before degrading, then by workload.
    pub fn terms(&self) -> &[LossTerm] {
        &self.terms
    }

    /// The terms of one process.
    pub fn terms_of(&self, process: ProcessId) -> &[LossTerm] {
        &self.terms[self.first[process.index()]..self.first[process.index() + 1]]
    }
}

fn terms_of(estate: &Estate, id: ProcessId) -> Vec<LossTerm> {
    let process = estate.process(id);
    let mut critical: Vec<LossTerm> = Vec::new();
    let mut degrading: Vec<LossTerm> = Vec::new();
    for need in &process.needs {
        let own = |kind| LossTerm {
            process: id,
            workload: need.workload,
            buffer_h: (process.buffer + need.buffer).get(),
            kind,
            share: 1.0,
            is_own: true,
        };
        match need.role {
            Role::Critical => critical.push(own(TermKind::Critical)),
            Role::Degrading(share) => degrading.push(own(TermKind::Degrading(share.get()))),
        }
    }
    for (upstream, paths) in paths_to(estate, id) {
        let supplier = estate.process(upstream);
        for need in supplier.needs.iter().filter(|need| need.role == Role::Critical) {
            for (buffer_h, share) in &paths {
                critical.push(LossTerm {
                    process: id,
                    workload: need.workload,
                    buffer_h: buffer_h + (supplier.buffer + need.buffer).get(),
                    kind: TermKind::Critical,
                    share: *share,
                    is_own: false,
                });
            }
        }
    }
    for terms in [&mut critical, &mut degrading] {
        terms.sort_by(|a, b| a.workload.cmp(&b.workload).then(a.buffer_h.total_cmp(&b.buffer_h)));
    }
    critical.extend(degrading);
    critical
}

/// By upstream process: the ways to `consumer` that no other one beats in both buffer and share.
///
/// A way round a cycle adds buffer and loses share, so it is always beaten and the search ends.
fn paths_to(estate: &Estate, consumer: ProcessId) -> BTreeMap<ProcessId, Vec<Path>> {
    let mut found: BTreeMap<ProcessId, Vec<Path>> = BTreeMap::new();
    let mut queue: Vec<(ProcessId, Path)> = vec![(consumer, (0.0, 1.0))];
    while let Some((process, (buffer_h, share))) = queue.pop() {
        for link in estate.supply().iter().filter(|link| link.consumer == process && link.supplier != consumer) {
            let path = (buffer_h + link.buffer.get(), share * link.share.get());
            let known = found.entry(link.supplier).or_default();
            let beaten = known.iter().any(|other| other.0 <= path.0 && other.1 >= path.1);
            if path.1 > 0.0 && !beaten {
                known.retain(|other| !(path.0 <= other.0 && path.1 >= other.1));
                known.push(path);
                queue.push((link.supplier, path));
            }
        }
    }
    found
}

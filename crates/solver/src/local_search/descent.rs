//! The descent: every workload's best move, one after the other, until none is left.
//!
//! What a move loses is worked out exactly only where a lower bound by groups of events does not rule it out.

use rayon::prelude::*;

use super::{Change, Choice, PASSES, Terms, Weights};
use crate::losses::LossesBeside;

impl Choice<'_> {
    /// A workload's best move among these options that is worth less than so much, with its worth.
    pub(super) fn best_move(
        &self,
        workload: usize,
        options: &[usize],
        by: &Terms,
        below: f64,
    ) -> Option<(f64, Change)> {
        let others = options.iter().filter(|option| **option != self.options[workload]);
        let losses = &self.problem.losses;
        if losses.known_coarse().is_none() {
            let changes = others.map(|option| self.change(workload, *option));
            let worth = changes.map(|change| (self.value(&change, by), change));
            return worth.filter(|(value, _)| *value < below).min_by(|a, b| a.0.total_cmp(&b.0));
        }
        // Exact losses only where a lower bound does not rule a move out.
        let needing = losses.joint.needing(workload);
        let beside: Vec<(usize, LossesBeside<'_, '_>)> =
            needing.iter().map(|&(process, slot)| (process, LossesBeside::new(losses, process, slot))).collect();
        let at_least = |option: &usize| {
            let mut change = self.change_beside(workload, *option);
            let marks = self.sparse_marks(workload, *option);
            for (process, beside) in &beside {
                let workloads = &losses.joint.processes()[*process].workloads;
                for &(class, mark) in &marks {
                    let others = |slot: usize| self.marks[workloads[slot]][class as usize];
                    change.loss += beside.loss(class, mark, others) - self.class_losses[*process][class as usize];
                }
            }
            (self.value(&change, by), change)
        };
        let mut bounded: Vec<(f64, Change)> = others.map(at_least).filter(|(bound, _)| *bound < below).collect();
        bounded.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<(f64, Change)> = None;
        for (bound, mut change) in bounded {
            let least = best.as_ref().map_or(below, |(value, _)| *value);
            if bound >= least {
                break;
            }
            change.loss = self.loss_of(workload, change.option);
            let value = self.value(&change, by);
            if value < least {
                best = Some((value, change));
            }
        }
        best
    }

    /// Takes the best move of each workload in turn until none is left.
    pub(super) fn descend(&mut self, candidates: &[Vec<usize>], weights: Weights, keep_caps: bool) {
        for _ in 0..PASSES {
            // Moves elsewhere may have freed what a limit held: only where nothing finds any is the end.
            let by = self.terms(weights, keep_caps);
            let moves = |(workload, options): (usize, &Vec<usize>)| {
                self.best_move(workload, options, &by, by.least()).is_some()
            };
            let stirred: Vec<bool> = candidates.par_iter().enumerate().map(moves).collect();
            if !stirred.contains(&true) {
                break;
            }
            self.descend_from(stirred, candidates, &by);
        }
    }

    /// The same from these workloads on: after a move, those that are in a process with it are looked at again.
    pub(super) fn descend_from(&mut self, mut stirred: Vec<bool>, candidates: &[Vec<usize>], by: &Terms) {
        let joint = &self.problem.losses.joint;
        for _ in 0..PASSES {
            let mut moved = false;
            for (workload, options) in candidates.iter().enumerate() {
                if !std::mem::take(&mut stirred[workload]) {
                    continue;
                }
                if let Some((_, change)) = self.best_move(workload, options, by, by.least()) {
                    self.apply(&change);
                    moved = true;
                    for (process, _) in joint.needing(workload) {
                        for other in &joint.processes()[*process].workloads {
                            stirred[*other] = true;
                        }
                    }
                }
            }
            if !moved {
                break;
            }
        }
    }
}

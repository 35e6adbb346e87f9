//! Moves that pay only together: a workload's, with the best answers of those that it stands in a process with.
//!
//! A process stands as long as its worst critical workload, so making one of them safer buys nothing while another one
//! fails with the same domain; both together may buy a lot. Single moves are stuck there, and so is a relaxation's
//! rounding.

use super::{Choice, LEAST, Weights};

/// Passes over all workloads before a search gives up.
const PASSES: usize = 8;
/// Answers of one workload that are tried, best reduced cost first.
const ANSWERS: usize = 6;

impl Choice<'_> {
    /// Moves every workload in turn if that and the best answers to it pay together; answers whether any did.
    pub(super) fn chains(&mut self, candidates: &[Vec<usize>], weights: Weights, keep_caps: bool) -> bool {
        let partners = self.partners();
        let size = self.size(weights);
        let mut any = false;
        for _ in 0..PASSES {
            let mut moved = false;
            for (workload, options) in candidates.iter().enumerate() {
                if partners[workload].is_empty() {
                    continue;
                }
                for &option in options {
                    if option == self.options[workload] {
                        continue;
                    }
                    let (taken, value) =
                        self.chain((workload, option), &partners[workload], candidates, weights, keep_caps);
                    if value < -LEAST * size {
                        moved = true;
                    } else {
                        self.take_back(&taken);
                    }
                }
            }
            any |= moved;
            if !moved {
                break;
            }
        }
        any
    }

    /// Takes a move and each partner's best answer; answers what was there before, in order, and what it is worth.
    fn chain(
        &mut self,
        (workload, option): (usize, usize),
        partners: &[usize],
        candidates: &[Vec<usize>],
        weights: Weights,
        keep_caps: bool,
    ) -> (Vec<(usize, usize)>, f64) {
        let size = self.size(weights);
        let first = self.change(workload, option);
        let mut value = self.value(&first, weights, size, keep_caps);
        let mut taken = vec![(workload, self.options[workload])];
        self.apply(&first);
        for &partner in partners {
            let options = &candidates[partner][..candidates[partner].len().min(ANSWERS)];
            if let Some((worth, change)) = self.best_move(partner, options, weights, size, keep_caps)
                && worth < -LEAST * size
            {
                taken.push((partner, self.options[partner]));
                self.apply(&change);
                value += worth;
            }
        }
        (taken, value)
    }

    fn take_back(&mut self, taken: &[(usize, usize)]) {
        for &(workload, option) in taken.iter().rev() {
            let back = self.change(workload, option);
            self.apply(&back);
        }
    }

    /// By workload: the others of its processes, each once.
    fn partners(&self) -> Vec<Vec<usize>> {
        let joint = &self.problem.losses.joint;
        (0..self.options.len())
            .map(|workload| {
                let processes = joint.needing(workload).iter().map(|(process, _)| &joint.processes()[*process]);
                let mut others: Vec<usize> = processes
                    .flat_map(|process| process.workloads.iter().copied())
                    .filter(|other| *other != workload)
                    .collect();
                others.sort_unstable();
                others.dedup();
                others
            })
            .collect()
    }
}

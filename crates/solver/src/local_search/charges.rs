//! Moves of all workloads that use what is paid once: to leave a site or provider, or to come to one.
//!
//! No single move pays for opening a site, and none saves it unless it is the last; so these are tried as a whole, as in
//! the add and drop heuristics for facility location (Kuehn and Hamburger 1963).

use super::{Choice, LEAST, PENALTY, Weights};
use crate::Control;

/// Rounds over all charges.
const ROUNDS: usize = 3;

impl Choice<'_> {
    /// Leaves, or comes to, each site and provider that is paid once as long as that pays at these weights.
    pub(super) fn open_and_close(&mut self, candidates: &[Vec<usize>], weights: Weights, control: &Control<'_>) {
        let size = self.size(weights);
        for _ in 0..ROUNDS {
            let mut moved = false;
            for charge in 0..self.users.len() {
                if control.interrupted() {
                    return;
                }
                let mut other = self.clone();
                let stirred = if self.users[charge] > 0 {
                    other.leave(charge, candidates, weights, size)
                } else {
                    other.come_to(charge, candidates, weights, size)
                };
                other.descend_from(stirred, candidates, weights, false);
                if other.worth(weights, size) < self.worth(weights, size) - LEAST * size {
                    *self = other;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
    }

    /// All that counts at these weights, with broken limits penalised.
    fn worth(&self, weights: Weights, size: f64) -> f64 {
        weights.0 * self.cost + weights.1 * self.expected_loss + PENALTY * size * self.broken_limits()
    }

    /// Every user takes its best option that does without the charge, if it has one; answers who moved.
    fn leave(&mut self, charge: usize, candidates: &[Vec<usize>], weights: Weights, size: f64) -> Vec<bool> {
        let used = &self.problem.couplings.charges[charge].used;
        let mut moved = vec![false; candidates.len()];
        for (workload, options) in candidates.iter().enumerate() {
            if !used[workload][self.options[workload]] {
                continue;
            }
            let without: Vec<usize> = options.iter().copied().filter(|option| !used[workload][*option]).collect();
            if let Some((_, change)) = self.best_move(workload, &without, weights, size, false) {
                self.apply(&change);
                moved[workload] = true;
            }
        }
        moved
    }

    /// Every workload takes its best option that needs the charge if that pays where the charge costs nothing; then it
    /// is paid if anyone has come. Answers who moved.
    fn come_to(&mut self, charge: usize, candidates: &[Vec<usize>], weights: Weights, size: f64) -> Vec<bool> {
        let used = &self.problem.couplings.charges[charge].used;
        let mut moved = vec![false; candidates.len()];
        self.waived = Some(charge);
        for (workload, options) in candidates.iter().enumerate() {
            let with: Vec<usize> = options.iter().copied().filter(|option| used[workload][*option]).collect();
            if let Some((value, change)) = self.best_move(workload, &with, weights, size, false)
                && value < -LEAST * size
            {
                self.apply(&change);
                moved[workload] = true;
            }
        }
        self.waived = None;
        if self.users[charge] > 0 {
            self.cost += self.problem.couplings.charges[charge].cost;
        }
        moved
    }
}

//! Moves of all workloads that use what is paid once: to leave a site or provider, or to come to one.
//!
//! No single move pays for opening a site, and none saves it unless it is the last; so these are tried as a whole, as in
//! the add and drop heuristics for facility location (Kuehn and Hamburger 1963).

use rayon::prelude::*;

use super::{Choice, PENALTY, Terms, Weights};
use crate::Control;

/// Rounds over all charges.
const ROUNDS: usize = 3;

impl Choice<'_> {
    /// Leaves, or comes to, each site and provider that is paid once as long as that pays at these weights.
    pub(super) fn open_and_close(&mut self, candidates: &[Vec<usize>], weights: Weights, control: &Control<'_>) {
        let by = self.terms(weights, false);
        for _ in 0..ROUNDS {
            let mut moved = false;
            let mut next = 0;
            while !control.interrupted() {
                // Those that are left are tried side by side, and the first that pays is taken.
                let other = (next..self.users.len()).into_par_iter().map(|charge| {
                    let other = self.turned(charge, candidates, &by);
                    (other.worth(&by) < self.worth(&by) + by.least()).then_some((charge, other))
                });
                let Some((charge, other)) = other.find_first(Option::is_some).flatten() else { break };
                *self = other;
                moved = true;
                next = charge + 1;
            }
            if !moved || control.interrupted() {
                break;
            }
        }
    }

    /// The plan after all that use a charge have left it, or if nobody does, after some have come to it.
    fn turned(&self, charge: usize, candidates: &[Vec<usize>], by: &Terms) -> Self {
        let mut other = self.clone();
        let stirred = if self.users[charge] > 0 {
            other.leave(charge, candidates, by)
        } else {
            other.come_to(charge, candidates, by)
        };
        other.descend_from(stirred, candidates, by);
        other
    }

    /// All that counts on these terms, with broken limits penalised.
    fn worth(&self, by: &Terms) -> f64 {
        by.weights.0 * self.cost + by.weights.1 * self.expected_loss + PENALTY * by.size * self.broken_limits()
    }

    /// Every user takes its best option that does without the charge, if it has one; answers who moved.
    fn leave(&mut self, charge: usize, candidates: &[Vec<usize>], by: &Terms) -> Vec<bool> {
        let used = &self.problem.couplings.charges[charge].used;
        let mut moved = vec![false; candidates.len()];
        for (workload, options) in candidates.iter().enumerate() {
            if !used[workload][self.options[workload]] {
                continue;
            }
            let without: Vec<usize> = options.iter().copied().filter(|option| !used[workload][*option]).collect();
            if let Some((_, change)) = self.best_move(workload, &without, by, f64::INFINITY) {
                self.apply(&change);
                moved[workload] = true;
            }
        }
        moved
    }

    /// Every workload takes its best option that needs the charge if that pays where the charge costs nothing; then it
    /// is paid if anyone has come. Answers who moved.
    fn come_to(&mut self, charge: usize, candidates: &[Vec<usize>], by: &Terms) -> Vec<bool> {
        let used = &self.problem.couplings.charges[charge].used;
        let mut moved = vec![false; candidates.len()];
        self.waived = Some(charge);
        for (workload, options) in candidates.iter().enumerate() {
            let with: Vec<usize> = options.iter().copied().filter(|option| used[workload][*option]).collect();
            if let Some((_, change)) = self.best_move(workload, &with, by, by.least()) {
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

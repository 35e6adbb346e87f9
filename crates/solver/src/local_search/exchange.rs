//! Moves within caps: repair of a plan beyond one, and exchanges of two workloads where single moves are stuck.

use super::{Change, Choice, LEAST};

/// Rounds of repair.
const ROUNDS: usize = 12;
/// Exchanges of two workloads at a time that are tried per round.
const PAIRS: usize = 24;

impl Choice<'_> {
    /// Every single move among the candidates.
    fn moves(&self, candidates: &[Vec<usize>]) -> Vec<Change> {
        candidates
            .iter()
            .enumerate()
            .flat_map(|(workload, options)| {
                options
                    .iter()
                    .filter(move |option| **option != self.options[workload])
                    .map(move |option| self.change(workload, *option))
            })
            .collect()
    }

    /// What a move draws more from each row, where it does not draw the same.
    fn drawn(&self, change: &Change) -> Vec<(usize, f64)> {
        let draws = |option| self.problem.couplings.draws(change.workload, option);
        let old = draws(self.options[change.workload]).map(|(row, demand)| (row, -demand));
        let mut more: Vec<(usize, f64)> = draws(change.option).collect();
        for (row, demand) in old {
            match more.iter_mut().find(|(known, _)| *known == row) {
                Some((_, sum)) => *sum += demand,
                None => more.push((row, demand)),
            }
        }
        more.retain(|(_, demand)| *demand != 0.0);
        more
    }

    /// Whether two moves together keep the limits that hold now.
    fn fit(&self, one: &[(usize, f64)], other: &[(usize, f64)]) -> bool {
        let with = |row: usize, list: &[(usize, f64)]| {
            list.iter().find(|(known, _)| *known == row).map_or(0.0, |(_, demand)| *demand)
        };
        one.iter().chain(other).all(|&(row, _)| {
            let limit = &self.problem.couplings.rows[row];
            let sum = with(row, one) + with(row, other);
            limit.penalty.is_some() || sum <= 0.0 || self.usage[row] + sum <= limit.limit * (1.0 + 1e-9)
        })
    }

    /// Moves to where the caps hold, the best exchanges of what there is for what is missing first. The list of moves
    /// is made anew after each workload has moved once, not after every step.
    pub(super) fn repair(&mut self, candidates: &[Vec<usize>]) {
        for _ in 0..ROUNDS {
            let (late, dear) = self.beyond_caps();
            if !late && !dear {
                return;
            }
            let exchange = |change: &Change| {
                let (gain, price) = if late { (-change.loss, change.cost) } else { (-change.cost, change.loss) };
                if gain > 0.0 { price.max(0.0) / gain } else { f64::INFINITY }
            };
            let mut ranked: Vec<(f64, Change)> = self
                .moves(candidates)
                .into_iter()
                .filter(|change| change.violation <= 1e-12)
                .map(|change| (exchange(&change), change))
                .filter(|(ratio, _)| ratio.is_finite())
                .collect();
            ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut moved = vec![false; candidates.len()];
            for (_, planned) in ranked {
                if moved[planned.workload] {
                    continue;
                }
                let change = self.change(planned.workload, planned.option);
                if change.violation <= 1e-12 && exchange(&change).is_finite() {
                    self.apply(&change);
                    moved[planned.workload] = true;
                }
                if self.beyond_caps() != (late, dear) {
                    break;
                }
            }
            if !moved.contains(&true) {
                return;
            }
        }
    }

    /// Whether the expected loss, and the cost, is beyond its cap.
    fn beyond_caps(&self) -> (bool, bool) {
        (
            self.goal.loss_cap.is_some_and(|cap| self.expected_loss > cap),
            self.goal.budget.is_some_and(|budget| self.cost > budget),
        )
    }

    /// Exchanges two workloads at a time within the caps; answers whether it found one.
    pub(super) fn exchange_pair(&mut self, candidates: &[Vec<usize>]) -> bool {
        let moves = self.moves(candidates);
        let value = |change: &Change| self.goal.objective(change.cost, change.loss, 0.0);
        let size = self.objective().abs() + 1.0;
        let room = |cap: Option<f64>, used: f64| cap.map_or(f64::INFINITY, |cap| cap - used);
        let (loss_room, cost_room) =
            (room(self.goal.loss_cap, self.expected_loss), room(self.goal.budget, self.cost));
        let drawn: Vec<Vec<(usize, f64)>> = moves.iter().map(|change| self.drawn(change)).collect();
        let mut pairs: Vec<(f64, Change, Change)> = Vec::new();
        for (saver, drawn_by_saver) in moves.iter().zip(&drawn).filter(|(change, _)| value(change) < -LEAST * size)
        {
            let mut best: Option<(f64, &Change)> = None;
            for (fixer, drawn_by_fixer) in moves.iter().zip(&drawn) {
                let gain = value(saver) + value(fixer);
                if fixer.workload != saver.workload
                    && gain < best.map_or(-LEAST * size, |(least, _)| least)
                    && saver.loss + fixer.loss <= loss_room
                    && saver.cost + fixer.cost <= cost_room
                    && self.fit(drawn_by_saver, drawn_by_fixer)
                {
                    best = Some((gain, fixer));
                }
            }
            pairs.extend(best.map(|(gain, fixer)| (gain, *saver, *fixer)));
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, saver, fixer) in pairs.into_iter().take(PAIRS) {
            let mut next = self.clone();
            next.apply(&saver);
            let fixed = next.change(fixer.workload, fixer.option);
            next.apply(&fixed);
            if next.violation() <= self.violation() + 1e-12 && next.objective() < self.objective() - LEAST * size {
                *self = next;
                return true;
            }
        }
        false
    }
}

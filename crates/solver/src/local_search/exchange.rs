//! Moves within caps and limits: repair of a plan beyond one, and exchanges of two workloads where single moves are stuck.

use rayon::prelude::*;

use super::{Change, Choice, LEAST, Steering, Terms, Weights};
use crate::Control;

/// Rounds of repair.
const ROUNDS: usize = 12;
/// Exchanges of two workloads at a time that are tried per round.
const PAIRS: usize = 24;

/// What a move draws more, by coupling row.
type Drawn = Vec<(usize, f64)>;

impl Choice<'_> {
    /// Every single move among the candidates.
    fn moves(&self, candidates: &[Vec<usize>]) -> Vec<Change> {
        candidates
            .par_iter()
            .enumerate()
            .flat_map_iter(|(workload, options)| {
                options
                    .iter()
                    .filter(move |option| **option != self.options[workload])
                    .map(move |option| self.change(workload, *option))
            })
            .collect()
    }

    /// What a move draws more from each row, where it does not draw the same.
    fn drawn(&self, change: &Change) -> Drawn {
        let draws = |option| self.problem.couplings.draws(change.workload, option);
        let old = draws(self.options[change.workload]).map(|(row, demand)| (row, -demand));
        let mut more: Drawn = draws(change.option).collect();
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

    /// Moves to where the limits hold, those first that are worth least at these weights for what they draw less.
    pub(crate) fn keep_limits(&mut self, candidates: &[Vec<usize>], weights: Weights) {
        let holds = |choice: &Self| choice.broken_limits() <= 0.0;
        let rank = |change: &Change| {
            let lost = weights.0 * change.cost + weights.1 * change.loss;
            (change.violation < 0.0).then(|| lost / -change.violation)
        };
        for _ in 0..ROUNDS {
            if holds(self) || !self.move_in_order(candidates, rank, holds) {
                return;
            }
        }
    }

    /// Moves to where the caps hold, the best exchanges of what there is for what is missing first.
    pub(super) fn repair(&mut self, candidates: &[Vec<usize>], control: &Control<'_>) {
        for _ in 0..ROUNDS {
            let (late, dear) = self.beyond_caps();
            if !late && !dear || control.interrupted() {
                return;
            }
            let rank = |change: &Change| {
                let (gain, price) = if late { (-change.loss, change.cost) } else { (-change.cost, change.loss) };
                (change.violation <= 1e-12 && gain > 0.0)
                    .then(|| price.max(0.0) / gain)
                    .filter(|ratio| ratio.is_finite())
            };
            if !self.move_in_order(candidates, rank, |choice| choice.beyond_caps() != (late, dear)) {
                return;
            }
        }
    }

    /// Takes the moves that have a rank, the lowest first and those that have one still, until it is done. The list is
    /// made once: each workload moves once. Answers whether any did.
    fn move_in_order(
        &mut self,
        candidates: &[Vec<usize>],
        rank: impl Fn(&Change) -> Option<f64>,
        is_done: impl Fn(&Self) -> bool,
    ) -> bool {
        let mut ranked: Vec<(f64, Change)> =
            self.moves(candidates).into_iter().filter_map(|change| Some((rank(&change)?, change))).collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut moved = vec![false; candidates.len()];
        for (_, planned) in ranked {
            if moved[planned.workload] {
                continue;
            }
            let change = self.change(planned.workload, planned.option);
            if rank(&change).is_some() {
                self.apply(&change);
                moved[planned.workload] = true;
                if is_done(self) {
                    break;
                }
            }
        }
        moved.contains(&true)
    }

    /// Whether the expected loss, and the cost, is beyond its cap.
    fn beyond_caps(&self) -> (bool, bool) {
        (
            self.goal.loss_cap.is_some_and(|cap| self.expected_loss > cap),
            self.goal.budget.is_some_and(|budget| self.cost > budget),
        )
    }

    /// Exchanges two workloads at a time within caps and limits; answers whether it found any. The better the prices
    /// of what limits, the fewer pairs are looked at: of those that are left at most `most_pairs`, which become fewer.
    pub(super) fn exchange_pairs(
        &mut self,
        candidates: &[Vec<usize>],
        by: &Steering<'_>,
        most_pairs: &mut usize,
    ) -> bool {
        let size = self.objective().abs() + 1.0;
        // One of two saves by itself, and breaks something.
        let own = (self.goal.cost_weight, self.goal.loss_weight);
        let saves = Terms { weights: own, size: 0.0, keep_caps: false };
        let has_saver = |(workload, options): (usize, &Vec<usize>)| {
            self.best_move(workload, options, &saves, -LEAST * size).is_some()
        };
        if !candidates.par_iter().enumerate().any(has_saver) {
            return false;
        }
        let room = |cap: Option<f64>, used: f64| cap.map_or(f64::INFINITY, |cap| cap - used);
        let (cost_room, loss_room) =
            (room(self.goal.budget, self.cost), room(self.goal.loss_cap, self.expected_loss));
        let value = |change: &Change| self.goal.objective(change.cost, change.loss, 0.0);
        // Two moves that keep caps and limits draw no more than the room, so what they are worth at these prices is at
        // most their gain and the room's worth: that rules most moves out, and ends the search for a partner early.
        let price = |price: f64, room: f64| if room.is_finite() { price } else { 0.0 };
        let (cost_price, loss_price) = (price(by.cost, cost_room), price(by.loss, loss_room));
        let worth = |price: f64, room: f64| if price > 0.0 { price * room.max(0.0) } else { 0.0 };
        let limits = self.problem.couplings.rows.iter().zip(&self.usage).zip(&by.limits);
        let of_limits: f64 = limits.map(|((row, usage), price)| worth(*price, row.limit - usage)).sum();
        let most = worth(cost_price, cost_room) + worth(loss_price, loss_room) + of_limits;
        let priced = |change: Change| {
            let drawn = self.drawn(&change);
            let of_limits: f64 = drawn.iter().map(|(row, demand)| by.limits[*row] * demand).sum();
            let of_caps = cost_price * change.cost + loss_price * change.loss;
            (value(&change) + of_caps + of_limits, change, drawn)
        };
        let mut moves: Vec<(f64, Change, Drawn)> = self.moves(candidates).into_par_iter().map(priced).collect();
        let least = moves.iter().map(|(priced, ..)| *priced).fold(f64::INFINITY, f64::min);
        moves.retain(|(priced, ..)| priced + least < most);
        moves.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut savers: Vec<usize> = (0..moves.len()).filter(|i| value(&moves[*i].1) < -LEAST * size).collect();
        savers.truncate(*most_pairs / moves.len().max(1));
        *most_pairs -= savers.len() * moves.len();
        let mut pairs: Vec<(f64, Change, Change)> = savers
            .par_iter()
            .filter_map(|&position| {
                let (saver_priced, saver, drawn_by_saver) = &moves[position];
                let mut best: Option<(f64, Change)> = None;
                for (fixer_priced, fixer, drawn_by_fixer) in &moves {
                    let wanted = best.map_or(-LEAST * size, |(least, _)| least);
                    if saver_priced + fixer_priced >= wanted + most {
                        break;
                    }
                    let gain = value(saver) + value(fixer);
                    if fixer.workload != saver.workload
                        && gain < wanted
                        && saver.loss + fixer.loss <= loss_room
                        && saver.cost + fixer.cost <= cost_room
                        && self.fit(drawn_by_saver, drawn_by_fixer)
                    {
                        best = Some((gain, *fixer));
                    }
                }
                best.map(|(gain, fixer)| (gain, *saver, fixer))
            })
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut moved = vec![false; candidates.len()];
        for (_, saver, fixer) in pairs.into_iter().take(PAIRS) {
            if moved[saver.workload] || moved[fixer.workload] {
                continue;
            }
            let mut next = self.clone();
            // What went before may have changed what a move is worth.
            let saved = next.change(saver.workload, saver.option);
            next.apply(&saved);
            let fixed = next.change(fixer.workload, fixer.option);
            next.apply(&fixed);
            if next.violation() <= self.violation() + 1e-12 && next.objective() < self.objective() - LEAST * size {
                *self = next;
                moved[saver.workload] = true;
                moved[fixer.workload] = true;
            }
        }
        moved.contains(&true)
    }
}

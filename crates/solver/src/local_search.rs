//! Whole plans by local search: exact changes of cost and expected loss, one or two workloads at a time.
//!
//! It proves nothing and needs not to: the relaxation bounds what it finds, and the plan is evaluated again.

use crate::{
    Goal,
    losses::{Mix, joint::Mark},
    problem::Problem,
};

/// Passes over all workloads before a descent gives up.
const PASSES: usize = 30;
/// Rounds of repair.
const ROUNDS: usize = 12;
/// Exchanges of two workloads at a time that are tried per round.
const PAIRS: usize = 24;
/// Least improvement that counts, relative to the objective.
const LEAST: f64 = 1e-9;
/// Weight of broken limits against everything else.
const PENALTY: f64 = 1e3;

/// One option for every workload, with its exact figures.
#[derive(Clone)]
pub(crate) struct Choice<'a> {
    problem: &'a Problem<'a>,
    goal: &'a Goal,
    /// By workload.
    pub(crate) options: Vec<usize>,
    /// By workload and class.
    marks: Vec<Vec<Mark>>,
    /// By process and class.
    class_losses: Vec<Vec<f64>>,
    /// By coupling row.
    usage: Vec<f64>,
    /// By charge: workloads that use it.
    users: Vec<usize>,
    /// Money per year.
    pub(crate) cost: f64,
    /// Money per year.
    pub(crate) expected_loss: f64,
}

/// What a move changes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    workload: usize,
    option: usize,
    cost: f64,
    loss: f64,
    /// Of broken limits, each relative to its limit.
    violation: f64,
}

impl<'a> Choice<'a> {
    /// The choice of these options.
    pub(crate) fn new(problem: &'a Problem<'a>, goal: &'a Goal, options: Vec<usize>) -> Self {
        let table = &problem.options.options;
        let couplings = &problem.couplings;
        let marks: Vec<Vec<Mark>> =
            options.iter().enumerate().map(|(w, o)| problem.losses.marks_of(&table[w][*o])).collect();
        let mut choice = Self {
            problem,
            goal,
            marks,
            class_losses: Vec::new(),
            usage: vec![0.0; couplings.rows.len()],
            users: vec![0; couplings.charges.len()],
            cost: options.iter().enumerate().map(|(w, o)| table[w][*o].annual_cost()).sum(),
            expected_loss: 0.0,
            options,
        };
        for (w, &o) in choice.options.iter().enumerate() {
            for &(row, demand) in &couplings.draws[w][o] {
                choice.usage[row] += demand;
            }
            for (charge, users) in couplings.charges.iter().zip(&mut choice.users) {
                *users += usize::from(charge.used[w][o]);
            }
        }
        for (charge, users) in couplings.charges.iter().zip(&choice.users) {
            choice.cost += if *users > 0 { charge.cost } else { 0.0 };
        }
        for (row, usage) in couplings.rows.iter().zip(&choice.usage) {
            choice.cost += row.penalty.unwrap_or_default() * (usage - row.limit).max(0.0);
        }
        choice.class_losses = (0..problem.losses.joint.processes().len())
            .map(|process| {
                (0_u32..).take(choice.classes()).map(|class| choice.class_loss(process, class, None)).collect()
            })
            .collect();
        choice.expected_loss = choice.class_losses.iter().flatten().sum();
        choice
    }

    fn classes(&self) -> usize {
        self.problem.events.classes().len()
    }

    /// Loss of a process in a class, with another mark in one slot.
    fn class_loss(&self, process: usize, class: u32, other: Option<(usize, Mark)>) -> f64 {
        let workloads = &self.problem.losses.joint.processes()[process].workloads;
        let mut marks = [0; 16];
        let mut long = Vec::new();
        let row = if workloads.len() <= marks.len() {
            &mut marks[..workloads.len()]
        } else {
            long.resize(workloads.len(), 0);
            &mut long[..]
        };
        for (mark, workload) in row.iter_mut().zip(workloads) {
            *mark = self.marks[*workload][class as usize];
        }
        if let Some((slot, mark)) = other {
            row[slot] = mark;
        }
        self.problem.losses.joint_loss(process, class, row)
    }

    /// What a move would change.
    fn change(&self, workload: usize, option: usize) -> Change {
        let table = &self.problem.options.options[workload];
        let couplings = &self.problem.couplings;
        let old = self.options[workload];
        let mut change = Change {
            workload,
            option,
            cost: table[option].annual_cost() - table[old].annual_cost(),
            loss: 0.0,
            violation: 0.0,
        };
        for (charge, users) in couplings.charges.iter().zip(&self.users) {
            match (charge.used[workload][old], charge.used[workload][option]) {
                (true, false) if *users == 1 => change.cost -= charge.cost,
                (false, true) if *users == 0 => change.cost += charge.cost,
                _ => {}
            }
        }
        for (draws, sign) in [(&couplings.draws[workload][old], -1.0), (&couplings.draws[workload][option], 1.0)] {
            for &(row, demand) in draws {
                // A row that both options draw on is met twice: each part is taken from where the other left it.
                let drawn = |o: usize| {
                    let found = couplings.draws[workload][o].iter().find(|(known, _)| *known == row);
                    found.map_or(0.0, |(_, demand)| *demand)
                };
                let before = if sign > 0.0 { self.usage[row] - drawn(old) } else { self.usage[row] };
                let limit = &couplings.rows[row];
                let excess = |usage: f64| (usage - limit.limit).max(0.0);
                let more = excess(before + sign * demand) - excess(before);
                match limit.penalty {
                    Some(penalty) => change.cost += penalty * more,
                    None => change.violation += more / (1.0 + limit.limit.abs()),
                }
            }
        }
        let primary = |w: usize, o: usize| self.problem.options.options[w][o].deployment.primary;
        for &companion in &couplings.companions[workload] {
            let there = primary(companion, self.options[companion]);
            change.violation += f64::from(u8::from(primary(workload, option) != there))
                - f64::from(u8::from(primary(workload, old) != there));
        }
        let new_marks = self.sparse_marks(workload, option);
        for &(process, slot) in self.problem.losses.joint.needing(workload) {
            for &(class, mark) in &new_marks {
                change.loss += self.class_loss(process, class, Some((slot, mark)))
                    - self.class_losses[process][class as usize];
            }
        }
        change
    }

    /// The classes in which `option` fares otherwise than the present one, with its marks.
    fn sparse_marks(&self, workload: usize, option: usize) -> Vec<(u32, Mark)> {
        let options = &self.problem.options.options[workload];
        let (old, new) = (&options[self.options[workload]].touches, &options[option].touches);
        let mut marks = Vec::with_capacity(old.len() + new.len());
        let (mut i, mut j) = (0, 0);
        while i < old.len() || j < new.len() {
            let a = old.get(i).map_or(u32::MAX, |touch| touch.class);
            let b = new.get(j).map_or(u32::MAX, |touch| touch.class);
            let mark = if b <= a { crate::losses::joint::mark(new[j]) } else { 0 };
            if mark != self.marks[workload][a.min(b) as usize] {
                marks.push((a.min(b), mark));
            }
            i += usize::from(a <= b);
            j += usize::from(b <= a);
        }
        marks
    }

    fn apply(&mut self, change: &Change) {
        let workload = change.workload;
        let couplings = &self.problem.couplings;
        let new_marks = self.sparse_marks(workload, change.option);
        let old = std::mem::replace(&mut self.options[workload], change.option);
        for &(row, demand) in &couplings.draws[workload][old] {
            self.usage[row] -= demand;
        }
        for &(row, demand) in &couplings.draws[workload][change.option] {
            self.usage[row] += demand;
        }
        for (charge, users) in couplings.charges.iter().zip(&mut self.users) {
            *users += usize::from(charge.used[workload][change.option]);
            *users -= usize::from(charge.used[workload][old]);
        }
        for &(class, mark) in &new_marks {
            self.marks[workload][class as usize] = mark;
        }
        for &(process, _) in self.problem.losses.joint.needing(workload) {
            for &(class, _) in &new_marks {
                self.class_losses[process][class as usize] = self.class_loss(process, class, None);
            }
        }
        self.cost += change.cost;
        self.expected_loss += change.loss;
    }

    /// How far limits, caps and groups are broken, relative.
    pub(crate) fn violation(&self) -> f64 {
        let couplings = &self.problem.couplings;
        let over = |value: f64, limit: f64| (value - limit).max(0.0) / (1.0 + limit.abs());
        let rows = couplings.rows.iter().zip(&self.usage).filter(|(row, _)| row.penalty.is_none());
        let limits: f64 = rows.map(|(row, usage)| over(*usage, row.limit * (1.0 + 1e-9))).sum();
        let primary = |w: usize| self.problem.options.options[w][self.options[w]].deployment.primary;
        let apart: usize = couplings
            .companions
            .iter()
            .enumerate()
            .map(|(w, companions)| companions.iter().filter(|other| primary(**other) != primary(w)).count())
            .sum();
        limits
            + f64::from(u32::try_from(apart).unwrap_or(u32::MAX))
            + over(self.cost, self.goal.budget.unwrap_or(f64::INFINITY))
            + over(self.expected_loss, self.goal.loss_cap.unwrap_or(f64::INFINITY))
    }

    /// The goal's value.
    pub(crate) fn objective(&self) -> f64 {
        self.goal.objective(self.cost, self.expected_loss, 0.0)
    }

    /// The goal's value, with broken limits above everything.
    pub(crate) fn rank(&self) -> f64 {
        let violation = self.violation();
        if violation > 1e-9 { f64::MAX * (1.0 - 1.0 / (2.0 + violation)) } else { self.objective() }
    }

    /// The choice as a mix.
    pub(crate) fn mix(&self) -> Mix {
        self.options.iter().map(|option| vec![(*option, 1.0)]).collect()
    }

    /// How far a change leads beyond the caps, relative, compared with now.
    fn beyond(&self, change: &Change) -> f64 {
        let over = |value: f64, limit: Option<f64>| {
            limit.map_or(0.0, |limit| (value - limit).max(0.0) / (1.0 + limit.abs()))
        };
        change.violation + over(self.cost + change.cost, self.goal.budget) - over(self.cost, self.goal.budget)
            + over(self.expected_loss + change.loss, self.goal.loss_cap)
            - over(self.expected_loss, self.goal.loss_cap)
    }

    /// Takes the best move of each workload in turn, at these weights of cost and loss and with broken limits
    /// penalised, until none is left. With `keep_caps` caps count as limits.
    fn descend(&mut self, candidates: &[Vec<usize>], (cost_weight, loss_weight): (f64, f64), keep_caps: bool) {
        let size = (cost_weight * self.cost + loss_weight * self.expected_loss).abs() + 1.0;
        for _ in 0..PASSES {
            let mut moved = false;
            for (workload, options) in candidates.iter().enumerate() {
                let value = |change: &Change| {
                    let broken = if keep_caps { self.beyond(change) } else { change.violation };
                    cost_weight * change.cost + loss_weight * change.loss + PENALTY * size * broken
                };
                let best = options
                    .iter()
                    .filter(|option| **option != self.options[workload])
                    .map(|option| self.change(workload, *option))
                    .map(|change| (value(&change), change))
                    .min_by(|a, b| a.0.total_cmp(&b.0));
                if let Some((value, change)) = best
                    && value < -LEAST * size
                {
                    self.apply(&change);
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
    }

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
        let draws = &self.problem.couplings.draws[change.workload];
        let old = draws[self.options[change.workload]].iter().map(|(row, demand)| (*row, -demand));
        let mut more: Vec<(usize, f64)> = draws[change.option].clone();
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
    fn repair(&mut self, candidates: &[Vec<usize>]) {
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
    fn exchange_pair(&mut self, candidates: &[Vec<usize>]) -> bool {
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

    /// The best plan nearby that keeps the caps as far as any does. `prices` are what a unit of cost and of loss is
    /// worth beyond the goal's own weights, because a cap limits it.
    pub(crate) fn improve(&mut self, candidates: &[Vec<usize>], prices: (f64, f64)) {
        let own = (self.goal.cost_weight, self.goal.loss_weight);
        self.descend(candidates, (own.0 + prices.0, own.1 + prices.1), false);
        self.repair(candidates);
        for _ in 0..PASSES {
            self.descend(candidates, own, true);
            if !self.exchange_pair(candidates) {
                break;
            }
        }
    }
}

//! Whole plans by local search: exact changes of cost and expected loss, of one workload at a time (`descent`), of all that
//! use a site or provider that is paid once (`charges`), and of two that exchange what a limit leaves (`exchange`).
//!
//! It proves nothing and needs not to: the relaxation bounds what it finds, and the plan is evaluated again.

mod charges;
mod descent;
mod exchange;

use rayon::prelude::*;

use crate::{
    Control, Goal,
    losses::{
        Mix,
        joint::{Mark, with_marks},
    },
    problem::Problem,
    whole::whole_mix,
};

/// Passes over all workloads before a descent gives up.
const PASSES: usize = 30;
/// Pairs of moves that one search looks at: about a second's.
const LOOKED_AT: usize = 50_000_000;
/// Least improvement that counts, relative to the objective.
const LEAST: f64 = 1e-9;
/// Weight of broken limits against everything else.
const PENALTY: f64 = 1e3;

/// What a unit of cost and of expected loss is worth.
type Weights = (f64, f64);

/// What a search for a plan goes by: what things are worth beyond the goal's own weights because they are limited, and
/// whether the run shall end.
pub(crate) struct Steering<'a> {
    /// Of a unit of cost, because of the budget.
    pub(crate) cost: f64,
    /// Of a unit of expected loss, because of its cap.
    pub(crate) loss: f64,
    /// By coupling row: of a unit of it, money per year.
    pub(crate) limits: Vec<f64>,
    pub(crate) control: &'a Control<'a>,
}

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
    /// A charge that is not counted for now.
    waived: Option<usize>,
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

/// What moves are judged by.
struct Terms {
    weights: Weights,
    /// What improvements are measured against.
    size: f64,
    /// Whether caps count as limits.
    keep_caps: bool,
}

impl Terms {
    /// What a move has to be worth less than to be taken.
    fn least(&self) -> f64 {
        -LEAST * self.size
    }
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
            waived: None,
            cost: options.iter().enumerate().map(|(w, o)| table[w][*o].annual_cost()).sum(),
            expected_loss: 0.0,
            options,
        };
        for (w, &o) in choice.options.iter().enumerate() {
            for (row, demand) in couplings.draws(w, o) {
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
        let of_process = |process: usize| {
            (0_u32..).take(choice.classes()).map(|class| choice.class_loss(process, class, None)).collect()
        };
        choice.class_losses =
            (0..problem.losses.joint.processes().len()).into_par_iter().map(of_process).collect();
        choice.expected_loss = choice.class_losses.iter().flatten().sum();
        choice
    }

    fn classes(&self) -> usize {
        self.problem.events.classes().len()
    }

    /// Loss of a process in a class, with another mark in one slot.
    fn class_loss(&self, process: usize, class: u32, other: Option<(usize, Mark)>) -> f64 {
        let workloads = &self.problem.losses.joint.processes()[process].workloads;
        with_marks(workloads.len(), |marks| {
            for (mark, workload) in marks.iter_mut().zip(workloads) {
                *mark = self.marks[*workload][class as usize];
            }
            if let Some((slot, mark)) = other {
                marks[slot] = mark;
            }
            self.problem.losses.joint_loss(process, class, marks)
        })
    }

    /// What a move would change.
    fn change(&self, workload: usize, option: usize) -> Change {
        Change { loss: self.loss_of(workload, option), ..self.change_beside(workload, option) }
    }

    /// How much more is lost after a move.
    fn loss_of(&self, workload: usize, option: usize) -> f64 {
        let new_marks = self.sparse_marks(workload, option);
        let mut loss = 0.0;
        for &(process, slot) in self.problem.losses.joint.needing(workload) {
            for &(class, mark) in &new_marks {
                loss += self.class_loss(process, class, Some((slot, mark)))
                    - self.class_losses[process][class as usize];
            }
        }
        loss
    }

    /// What a move would change but for the loss.
    fn change_beside(&self, workload: usize, option: usize) -> Change {
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
        for (position, (charge, users)) in couplings.charges.iter().zip(&self.users).enumerate() {
            if self.waived == Some(position) {
                continue;
            }
            match (charge.used[workload][old], charge.used[workload][option]) {
                (true, false) if *users == 1 => change.cost -= charge.cost,
                (false, true) if *users == 0 => change.cost += charge.cost,
                _ => {}
            }
        }
        for (drawing, sign) in [(old, -1.0), (option, 1.0)] {
            for (row, demand) in couplings.draws(workload, drawing) {
                // A row that both options draw on is met twice: each part is taken from where the other left it.
                let drawn = |o: usize| {
                    let found = couplings.draws(workload, o).find(|(known, _)| *known == row);
                    found.map_or(0.0, |(_, demand)| demand)
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
        for (row, demand) in couplings.draws(workload, old) {
            self.usage[row] -= demand;
        }
        for (row, demand) in couplings.draws(workload, change.option) {
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
        let over = |value: f64, limit: Option<f64>| {
            limit.map_or(0.0, |limit| (value - limit).max(0.0) / (1.0 + limit.abs()))
        };
        self.broken_limits() + over(self.cost, self.goal.budget) + over(self.expected_loss, self.goal.loss_cap)
    }

    /// The same without the caps.
    fn broken_limits(&self) -> f64 {
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
        limits + f64::from(u32::try_from(apart).unwrap_or(u32::MAX))
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
        whole_mix(&self.options)
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

    /// What a move is worth on these terms, with broken limits penalised: the less the better.
    fn value(&self, change: &Change, by: &Terms) -> f64 {
        let broken = if by.keep_caps { self.beyond(change) } else { change.violation };
        by.weights.0 * change.cost + by.weights.1 * change.loss + PENALTY * by.size * broken
    }

    /// Terms on which what counts is what all is worth now.
    fn terms(&self, weights: Weights, keep_caps: bool) -> Terms {
        Terms { weights, size: self.size(weights), keep_caps }
    }

    /// What all is worth at these weights: what improvements are measured against.
    fn size(&self, weights: Weights) -> f64 {
        (weights.0 * self.cost + weights.1 * self.expected_loss).abs() + 1.0
    }

    /// The moves among these options that break no limit more, the best for the goal first, at most so many.
    pub(crate) fn best_moves(&self, candidates: &[Vec<usize>], most: usize) -> Vec<(usize, usize)> {
        let weights = (self.goal.cost_weight, self.goal.loss_weight);
        let by = Terms { weights, size: 0.0, keep_caps: false };
        let all = candidates.iter().enumerate().flat_map(|(w, options)| options.iter().map(move |o| (w, *o)));
        let mut moves: Vec<(f64, (usize, usize))> = all
            .filter(|(w, option)| *option != self.options[*w])
            .map(|(w, option)| (self.change(w, option), (w, option)))
            .filter(|(change, _)| change.violation <= 0.0)
            .map(|(change, to)| (self.value(&change, &by), to))
            .collect();
        moves.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        moves.into_iter().take(most).map(|(_, to)| to).collect()
    }

    /// Takes single moves among these options until none is better for the goal; limits count, caps do not.
    pub(crate) fn settle(&mut self, candidates: &[Vec<usize>]) {
        self.descend(candidates, (self.goal.cost_weight, self.goal.loss_weight), false);
    }

    /// The best plan nearby that keeps the caps as far as any does.
    pub(crate) fn improve(&mut self, candidates: &[Vec<usize>], by: &Steering<'_>) {
        let own = (self.goal.cost_weight, self.goal.loss_weight);
        let priced = (own.0 + by.cost, own.1 + by.loss);
        self.keep_limits(candidates, priced);
        self.descend(candidates, priced, false);
        self.open_and_close(candidates, priced, by.control);
        self.repair(candidates, by.control);
        let mut most_pairs = LOOKED_AT;
        for _ in 0..PASSES {
            self.descend(candidates, own, true);
            if by.control.interrupted() || !self.exchange_pairs(candidates, by, &mut most_pairs) {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests;

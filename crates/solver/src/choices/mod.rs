//! A bound in which every process's own workloads choose together.
//!
//! At the splits of losses that a relaxation ends with, workloads choose one by one, and each may take an option for
//! which another one of its process has to be elsewhere. Most workloads belong to one process (locals). Here they choose
//! together, with the loss of the whole choice, and only what a process takes of shared workloads (hubs) keeps its
//! split. That is Lagrangian decomposition by process (Guignard and Kim 1987): the bound is never below the one that it
//! begins with, since a choice loses at least what the splits hold against it. The time grows with the number of
//! processes.

mod search;
mod table;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{
    Control, Goal, hubs::whole_processes, losses::Cut, lp::compensated_sum, options::Touch, problem::Problem,
    relaxation::Relaxed,
};

use search::Subproblem;
use table::Table;

/// How much care is taken over a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// Of a large estate losses are taken by groups of events.
    Quick,
    /// Losses are exact, and searches are longer.
    Thorough,
}

impl Care {
    /// Beginnings of choices that the search for a process's best one looks at.
    fn steps(self) -> usize {
        match self {
            Self::Quick => 10_000,
            Self::Thorough => 100_000,
        }
    }
}

/// What options of a workload that the classes hit alike have in common.
#[derive(Debug, Clone)]
struct Exposure<'a> {
    touches: &'a [Touch],
    /// The first of these options.
    option: usize,
    /// What the cheapest of them costs.
    cost: f64,
}

/// The exposures of a workload's options at these costs, in the order of their first options.
fn exposures<'a>(problem: &'a Problem<'_>, workload: usize, costs: &[f64]) -> Vec<Exposure<'a>> {
    let mut positions: BTreeMap<&[Touch], usize> = BTreeMap::new();
    let mut exposures: Vec<Exposure<'a>> = Vec::new();
    for (number, (option, cost)) in problem.options.options[workload].iter().zip(costs).enumerate() {
        let touches: &[Touch] = &option.touches;
        let position = *positions.entry(touches).or_insert(exposures.len());
        match exposures.get_mut(position) {
            Some(known) => known.cost = known.cost.min(*cost),
            None => exposures.push(Exposure { touches, option: number, cost: *cost }),
        }
    }
    exposures
}

/// A bound on `goal` in units of [`Problem::money_unit`] at the multipliers of `relaxed`, never below the one that they
/// prove by themselves; none if the run is ended meanwhile, or loss has no price.
pub(crate) fn raised_bound(
    problem: &Problem<'_>,
    goal: &Goal,
    relaxed: &Relaxed,
    care: Care,
    control: &Control<'_>,
) -> Option<f64> {
    let price = relaxed.prices.loss_price(goal) / problem.money_unit;
    if price <= 0.0 {
        return None;
    }
    let joint = &problem.losses.joint;
    let whole = whole_processes(problem);
    let mut cuts: Vec<Vec<(&Cut, f64)>> = vec![Vec::new(); whole.len()];
    for (process, cut, dual) in relaxed.prices.loss_cuts.iter().filter(|(_, _, dual)| *dual > 0.0) {
        cuts[*process].push((cut, *dual));
    }
    let is_local = |w: usize| matches!(joint.needing(w), [(process, _)] if whole[*process]);
    let of_process = |process: usize| {
        if control.interrupted() {
            return None;
        }
        let workloads = &joint.processes()[process].workloads;
        let exposures: Vec<Vec<Exposure<'_>>> =
            workloads.iter().map(|w| exposures(problem, *w, &relaxed.costs[*w])).collect();
        // What the relaxation holds against each exposure of the process's loss, and the same at the whole price.
        let sum: f64 = cuts[process].iter().map(|(_, dual)| dual).sum();
        let mut splits: Vec<Vec<f64>> = exposures.iter().map(|of| vec![0.0; of.len()]).collect();
        for (cut, dual) in &cuts[process] {
            for (w, losses) in cut.parts() {
                let Some(slot) = workloads.iter().position(|known| known == w) else { continue };
                for (split, exposure) in splits[slot].iter_mut().zip(&exposures[slot]) {
                    *split += dual / problem.money_unit * losses[exposure.option];
                }
            }
        }
        let whole_price = if sum > 0.0 { price * problem.money_unit / sum } else { 0.0 };
        let guide = splits.iter().map(|of| of.iter().map(|split| whole_price * split).collect()).collect();
        let costs = workloads.iter().zip(&exposures).zip(&splits).map(|((w, exposures), splits)| {
            let own = |exposure: &Exposure<'_>| if is_local(*w) { exposure.cost } else { 0.0 };
            exposures.iter().zip(splits).map(|(exposure, split)| own(exposure) - split).collect()
        });
        let touches: Vec<Vec<&[Touch]>> =
            exposures.iter().map(|of| of.iter().map(|exposure| exposure.touches).collect()).collect();
        let loss = problem.class_loss(process, care == Care::Thorough);
        let mut table = Table::new(&touches, problem.events.classes().len(), &loss);
        let sub = Subproblem { costs: costs.collect(), guide, price };
        Some(sub.least(&mut table, care.steps()))
    };
    let processes: Vec<usize> = (0..whole.len()).filter(|process| whole[*process]).collect();
    let least: Option<Vec<f64>> = processes.into_par_iter().map(of_process).collect();
    let shared = relaxed.costs.iter().enumerate().filter(|(w, _)| !is_local(*w));
    let shared = shared.map(|(_, costs)| costs.iter().copied().fold(f64::INFINITY, f64::min));
    let beside = relaxed.prices.beside(problem, goal);
    let raised = compensated_sum(beside.into_iter().chain(shared).chain(least?));
    Some(raised.max(relaxed.bound_at_duals))
}

#[cfg(test)]
mod tests;

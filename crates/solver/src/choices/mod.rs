//! A bound in which every process's own workloads choose together, and a plan in which they do.
//!
//! At the splits of losses that a relaxation ends with, workloads choose one by one, and each may take an option for
//! which another one of its process has to be elsewhere. Most workloads belong to one process (locals). Here they choose
//! together, with the loss of the whole choice, and only shared workloads (hubs) are coupled: each process pays for what
//! it takes of them, at first what the splits say. That is Lagrangian decomposition by process (Guignard and Kim 1987):
//! the bound is never below the one that it begins with, since a choice loses at least what the splits hold against it.
//! The payments are then raised until processes agree, and once hubs are chosen every process chooses for itself. The
//! time grows with the number of processes.

mod agreement;
mod ascent;
mod resharing;
mod search;
mod table;

use rayon::prelude::*;

use crate::{
    Goal,
    hubs::whole_processes,
    losses::Cut,
    options::{DeploymentOption, Touch},
    pricing::least,
    problem::Problem,
    relaxation::Relaxed,
    shares,
};

pub(crate) use ascent::Ascent;
use search::{Found, Subproblem};
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
    /// The cheapest of these options.
    option: usize,
    /// What it costs.
    cost: f64,
}

/// The exposures of a workload's options at these costs, in the order of their first options.
fn exposures<'a>(problem: &'a Problem<'_>, workload: usize, costs: &[f64]) -> Vec<Exposure<'a>> {
    let (options, alike) = (&problem.options.options[workload], &problem.options.alike[workload]);
    let first = |option: &u32| {
        let option = *option as usize;
        Exposure { touches: &options[option].touches, option, cost: costs[option] }
    };
    let mut exposures: Vec<Exposure<'a>> = alike.first.iter().map(first).collect();
    for (option, (cost, exposure)) in costs.iter().zip(&*alike.of).enumerate() {
        let known = &mut exposures[*exposure as usize];
        if *cost < known.cost {
            (known.option, known.cost) = (option, *cost);
        }
    }
    exposures
}

/// By slot and exposure: what the classes do.
fn touches<'a>(exposures: &[Vec<Exposure<'a>>]) -> Vec<Vec<&'a [Touch]>> {
    exposures.iter().map(|of| of.iter().map(|exposure| exposure.touches).collect()).collect()
}

/// By workload: the option that costs least.
fn cheapest(costs: &[Vec<f64>]) -> Vec<usize> {
    costs.iter().map(|costs| least(costs).0).collect()
}

/// The processes whose workloads choose together, at the multipliers of a relaxation.
pub(crate) struct Together<'a> {
    problem: &'a Problem<'a>,
    goal: &'a Goal,
    relaxed: &'a Relaxed,
    /// Price of a unit of money lost, per money per year.
    price: f64,
    /// Those that choose.
    processes: Vec<usize>,
    /// By workload: whether it belongs to one of them alone.
    is_local: Vec<bool>,
    /// By process: the cuts that bind with their multipliers.
    cuts: Vec<Vec<(&'a Cut, f64)>>,
}

impl<'a> Together<'a> {
    /// None if loss has no price.
    pub(crate) fn new(problem: &'a Problem<'a>, goal: &'a Goal, relaxed: &'a Relaxed) -> Option<Self> {
        let price = relaxed.prices.loss_price(goal) / problem.money_unit;
        if price <= 0.0 {
            return None;
        }
        // A workload that is alone in its process has nobody to choose with: its cut says all.
        let is_alone = |process: usize| problem.losses.joint.processes()[process].workloads.len() < 2;
        let whole: Vec<bool> =
            whole_processes(problem).into_iter().enumerate().map(|(p, whole)| whole && !is_alone(p)).collect();
        let mut cuts: Vec<Vec<(&Cut, f64)>> = vec![Vec::new(); whole.len()];
        for (process, cut, dual) in relaxed.prices.loss_cuts.iter().filter(|(_, _, dual)| *dual > 0.0) {
            cuts[*process].push((cut, *dual));
        }
        let is_local = |w: usize| matches!(problem.losses.joint.needing(w), [(process, _)] if whole[*process]);
        let is_local = (0..relaxed.costs.len()).map(is_local).collect();
        let processes = (0..whole.len()).filter(|process| whole[*process]).collect();
        Some(Self { problem, goal, relaxed, price, processes, is_local, cuts })
    }

    fn workloads(&self, process: usize) -> &'a [usize] {
        &self.problem.losses.joint.processes()[process].workloads
    }

    /// By slot of a process: the exposures at these costs by workload and option.
    fn exposures(&self, process: usize, costs: &[Vec<f64>]) -> Vec<Vec<Exposure<'a>>> {
        self.workloads(process).iter().map(|w| exposures(self.problem, *w, &costs[*w])).collect()
    }

    /// By slot and exposure: what the relaxation holds against it of the process's loss.
    fn splits(&self, process: usize, exposures: &[Vec<Exposure<'_>>]) -> Vec<Vec<f64>> {
        let mut splits: Vec<Vec<f64>> = exposures.iter().map(|of| vec![0.0; of.len()]).collect();
        for (cut, dual) in &self.cuts[process] {
            for (w, losses) in cut.parts() {
                let Some(slot) = self.workloads(process).iter().position(|known| known == w) else { continue };
                for (split, exposure) in splits[slot].iter_mut().zip(&exposures[slot]) {
                    *split += dual / self.problem.money_unit * losses[exposure.option];
                }
            }
        }
        splits
    }

    /// Searches the choices of a process whose slots have these exposures at these costs beside the loss.
    fn search(
        &self,
        process: usize,
        exposures: &[Vec<Exposure<'_>>],
        costs: Vec<Vec<f64>>,
        effort: &SearchEffort,
    ) -> Found {
        // The splits at the whole price.
        let sum: f64 = self.cuts[process].iter().map(|(_, dual)| dual).sum();
        let whole_price = if sum > 0.0 { self.price * self.problem.money_unit / sum } else { 0.0 };
        let mut guide = self.splits(process, exposures);
        guide.iter_mut().flatten().for_each(|split| *split *= whole_price);
        let loss = self.problem.class_loss(process, effort.care == Care::Thorough);
        let mut table = Table::new(&touches(exposures), self.problem.events.classes().len(), &loss);
        let is_hub = self.workloads(process).iter().map(|w| !self.is_local[*w]).collect();
        let sub = Subproblem { costs, guide, is_hub, price: self.price };
        sub.search(&mut table, effort.steps, effort.reach)
    }

    /// The charges that are worth their cost at the splits, by charge.
    pub(crate) fn begun(&self) -> Vec<bool> {
        let prices = &self.relaxed.prices;
        let mut costs = self.relaxed.costs.clone();
        for (charge, prices) in self.problem.couplings.charges.iter().zip(&prices.charges) {
            for (&w, dual) in prices {
                for (cost, used) in costs[w].iter_mut().zip(&charge.used[w]) {
                    *cost += if *used { *dual } else { 0.0 };
                }
            }
        }
        shares::begun(
            &self.problem.couplings.charges,
            &costs,
            prices.cost_price(self.goal) / self.problem.money_unit,
        )
    }

    fn is_allowed(&self, w: usize, option: usize, begun: &[bool]) -> bool {
        let charges = self.problem.couplings.charges.iter().zip(begun);
        charges.filter(|(_, begun)| !**begun).all(|(charge, _)| !charge.used[w][option])
    }

    /// These costs by workload and option, infinite where another charge is needed.
    fn only_begun(&self, mut costs: Vec<Vec<f64>>, begun: &[bool]) -> Vec<Vec<f64>> {
        for (w, costs) in costs.iter_mut().enumerate() {
            for (option, cost) in costs.iter_mut().enumerate() {
                *cost = if self.is_allowed(w, option, begun) { *cost } else { f64::INFINITY };
            }
        }
        costs
    }

    /// The plan with the hubs that are cheapest at the splits, and the best for each process with them.
    pub(crate) fn at_splits(&self) -> Vec<usize> {
        let begun = self.begun();
        self.completed(&cheapest(&self.only_begun(self.relaxed.costs.clone(), &begun)), &begun)
    }

    /// The plan with the best options for the workloads of each process, its hubs' being as they are. No charges are
    /// begun but these, and limits are at their prices.
    pub(crate) fn completed(&self, options: &[usize], begun: &[bool]) -> Vec<usize> {
        let problem = self.problem;
        let charges = problem.couplings.charges.len();
        let costs = self.relaxed.prices.costs_without_losses(problem, self.goal, charges);
        let costs = self.only_begun(costs, begun);
        let effort = SearchEffort { care: Care::Quick, steps: Care::Quick.steps(), reach: 0.0 };
        let best = |process: &usize| {
            let exposures = self.exposures(*process, &costs);
            let beside = |(w, exposures): (&usize, &Vec<Exposure<'_>>)| {
                let kept: &DeploymentOption = &problem.options.options[*w][options[*w]];
                let cost = |exposure: &Exposure<'_>| match self.is_local[*w] {
                    true => exposure.cost,
                    false if *exposure.touches == *kept.touches => 0.0,
                    false => f64::INFINITY,
                };
                exposures.iter().map(cost).collect()
            };
            let workloads = self.workloads(*process);
            let beside = workloads.iter().zip(&exposures).map(beside).collect();
            let best = self.search(*process, &exposures, beside, &effort).known.into_values().next();
            let chosen = |best: search::Best| {
                let slots = workloads.iter().zip(&exposures).zip(best.exposures);
                let locals = slots.filter(|((w, _), _)| self.is_local[**w]);
                locals.map(|((w, of), exposure)| (*w, of[exposure].option)).collect::<Vec<(usize, usize)>>()
            };
            best.map(chosen).unwrap_or_default()
        };
        let mut options = options.to_vec();
        for (w, option) in self.processes.par_iter().map(best).collect::<Vec<_>>().into_iter().flatten() {
            options[w] = option;
        }
        options
    }
}

/// How far a search goes.
#[derive(Clone, Copy)]
struct SearchEffort {
    care: Care,
    /// Beginnings of choices that are looked at.
    steps: usize,
    /// How much above the best choice others are of interest, in units of [`Problem::money_unit`].
    reach: f64,
}

#[cfg(test)]
mod tests;

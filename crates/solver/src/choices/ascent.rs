//! The ascent to a better bound in turns: processes are searched, and what they pay for hubs is raised.

use rayon::prelude::*;

use super::{
    Care, SearchEffort, Together,
    agreement::{self, Hub, Near, Paid},
    exposures,
    search::Found,
};
use crate::{Control, lp::compensated_sum};

/// How much above its best choice others of a process are of interest: this part of the bound, shared out evenly.
const REACH: f64 = 6e-3;
/// Steps of a process's search in the first turn.
const FIRST_STEPS: usize = 1000;
/// How many times as many steps each turn has as the one before.
const MORE_STEPS: usize = 3;

/// Processes and hubs on their way to agreement.
pub(crate) struct Ascent<'a> {
    together: &'a Together<'a>,
    care: Care,
    steps: usize,
    hubs: Vec<Hub>,
    /// By process that chooses: its hubs.
    hubs_of: Vec<Vec<usize>>,
    /// More than the splits say.
    paid: Paid,
    /// What the last turn found, and what is to be paid more from the next one on.
    nears: Vec<Near>,
    more: Paid,
    /// What the bound is beside hubs and processes.
    beside: f64,
    bound: f64,
}

impl<'a> Ascent<'a> {
    /// At the multipliers of the relaxation.
    pub(crate) fn new(together: &'a Together<'a>, care: Care) -> Self {
        let (problem, relaxed) = (together.problem, together.relaxed);
        let mut hubs: Vec<Hub> = Vec::new();
        let mut hub_of: Vec<Option<usize>> = vec![None; relaxed.costs.len()];
        let mut hubs_of: Vec<Vec<usize>> = vec![Vec::new(); together.processes.len()];
        for (number, process) in together.processes.iter().enumerate() {
            for &w in together.workloads(*process).iter().filter(|w| !together.is_local[**w]) {
                let hub = *hub_of[w].get_or_insert_with(|| {
                    let costs = exposures(problem, w, &relaxed.costs[w]).iter().map(|of| of.cost).collect();
                    hubs.push(Hub { workload: w, costs, members: Vec::new() });
                    hubs.len() - 1
                });
                hubs[hub].members.push((number, hubs_of[number].len()));
                hubs_of[number].push(hub);
            }
        }
        let nothing = |of: &Vec<usize>| of.iter().map(|hub| vec![0.0; hubs[*hub].costs.len()]).collect();
        let paid: Paid = hubs_of.iter().map(nothing).collect();
        let alone =
            relaxed.costs.iter().enumerate().filter(|(w, _)| !together.is_local[*w] && hub_of[*w].is_none());
        let alone = alone.map(|(_, costs)| costs.iter().copied().fold(f64::INFINITY, f64::min));
        let beside = compensated_sum(relaxed.prices.beside(problem, together.goal).into_iter().chain(alone));
        Self {
            together,
            care,
            steps: FIRST_STEPS,
            hubs,
            hubs_of,
            more: paid.clone(),
            paid,
            nears: Vec::new(),
            beside,
            bound: relaxed.bound_at_duals,
        }
    }

    /// No plan has a lower objective, in units of [`crate::Problem::money_unit`]: never below the relaxation's bound.
    pub(crate) fn bound(&self) -> f64 {
        self.bound
    }

    /// Takes more care from now on.
    pub(crate) fn take_care(&mut self) {
        self.care = Care::Thorough;
        self.steps = Care::Quick.steps();
        self.nears.clear();
    }

    /// One turn: searches the processes whose best choice is not known at what they pay, and raises what they pay.
    /// Answers whether it was not ended meanwhile.
    pub(crate) fn turn(&mut self, control: &Control<'_>) -> bool {
        self.pay();
        let processes = &self.together.processes;
        let reach = REACH * self.bound.abs() / processes.len().max(1) as f64;
        let effort = SearchEffort { care: self.care, steps: self.steps.min(self.care.steps()), reach };
        let near = |number: usize| {
            let known = self.nears.get(number).and_then(|near| near.paying(&self.more[number]));
            if known.is_some() || control.interrupted() {
                return known;
            }
            Some(Near { hubs: self.hubs_of[number].clone(), found: self.search(number, &effort) })
        };
        let nears: Option<Vec<Near>> = (0..processes.len()).into_par_iter().map(near).collect();
        let Some(nears) = nears else { return false };
        self.steps = self.steps.saturating_mul(MORE_STEPS);
        let found = nears.iter().map(|near| near.found.least()).chain(self.hubs.iter().map(Hub::least));
        self.bound = self.bound.max(self.beside + compensated_sum(found));
        let (more, raised) = agreement::raised(&nears, &self.hubs);
        self.bound = self.bound.max(self.beside + raised);
        self.nears = nears;
        self.more = more;
        true
    }

    /// Pays what the last turn raised.
    fn pay(&mut self) {
        for ((hubs, paid), more) in self.hubs_of.iter().zip(&mut self.paid).zip(&self.more) {
            for ((hub, paid), more) in hubs.iter().zip(paid).zip(more) {
                for ((cost, paid), more) in self.hubs[*hub].costs.iter_mut().zip(paid).zip(more) {
                    *cost += more;
                    *paid += more;
                }
            }
        }
    }

    /// The choices of a process near its best one at what it pays.
    fn search(&self, number: usize, effort: &SearchEffort) -> Found {
        let together = self.together;
        let process = together.processes[number];
        let exposures = together.exposures(process, &together.relaxed.costs);
        let splits = together.splits(process, &exposures);
        let mut paid = self.paid[number].iter();
        let slots = together.workloads(process).iter().zip(&exposures).zip(splits);
        let costs = slots.map(|((w, exposures), splits)| {
            let paid = if together.is_local[*w] { None } else { paid.next() };
            let exposures = exposures.iter().zip(splits).enumerate();
            let cost = |(position, (exposure, split)): (usize, (&super::Exposure<'_>, f64))| match paid {
                Some(paid) => -paid[position] - split,
                None => exposure.cost - split,
            };
            exposures.map(cost).collect()
        });
        let costs = costs.collect();
        // Without hubs there is nothing to agree on.
        let reach = if self.hubs_of[number].is_empty() { 0.0 } else { effort.reach };
        together.search(process, &exposures, costs, &SearchEffort { reach, ..*effort })
    }

    /// A plan with the hubs on which the processes agree, and the best for each process with them. No charges are begun
    /// but these.
    pub(crate) fn plan(&self, begun: &[bool]) -> Vec<usize> {
        let together = self.together;
        let costs = &together.relaxed.costs;
        let mut options = together.cheapest(costs, begun);
        // The cheapest allowed option by exposure of each hub.
        let allowed: Vec<Vec<Option<usize>>> = self
            .hubs
            .iter()
            .map(|hub| {
                let w = hub.workload;
                let of_exposure = |exposure: super::Exposure<'_>| {
                    let alike = together.problem.options.options[w].iter().enumerate().filter(|(option, of)| {
                        *of.touches == *exposure.touches && together.is_allowed(w, *option, begun)
                    });
                    alike.map(|(option, _)| option).min_by(|a, b| costs[w][*a].total_cmp(&costs[w][*b]))
                };
                exposures(together.problem, w, &costs[w]).into_iter().map(of_exposure).collect()
            })
            .collect();
        let is_allowed: Vec<Vec<bool>> =
            allowed.iter().map(|of| of.iter().map(Option::is_some).collect()).collect();
        let agreed = agreement::agreed(&self.nears, &self.hubs, &is_allowed);
        for ((hub, allowed), exposure) in self.hubs.iter().zip(&allowed).zip(agreed) {
            if let Some(option) = exposure.and_then(|exposure| allowed[exposure]) {
                options[hub.workload] = option;
            }
        }
        together.completed(&options, begun)
    }
}

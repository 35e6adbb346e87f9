//! The ascent to a better bound in turns: processes are searched, and what they pay for hubs is raised.

use rayon::prelude::*;

use super::{
    Care, Exposure, SearchEffort, Together,
    agreement::{self, Hub, Paid},
    cheapest, exposures,
    search::Found,
};
use crate::{Control, lp::compensated_sum};

/// How much above its best choice others of a process are of interest: this part of the bound, shared out evenly.
const REACH: f64 = 3e-2;
/// Steps of a process's search in the first turn.
const FIRST_STEPS: usize = 1000;
/// How many times as many steps each turn has as the one before.
const MORE_STEPS: usize = 3;

/// Processes and hubs on their way to agreement.
pub(crate) struct Ascent<'a> {
    pub(super) together: &'a Together<'a>,
    pub(super) care: Care,
    steps: usize,
    pub(super) hubs: Vec<Hub>,
    /// By process that chooses: its hubs.
    hubs_of: Vec<Vec<usize>>,
    /// More than the splits say.
    pub(super) paid: Paid,
    /// By process: what the last turn found, and what is to be paid more from the next one on.
    pub(super) found: Vec<Found>,
    pub(super) more: Paid,
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
        let alone =
            relaxed.costs.iter().enumerate().filter(|(w, _)| !together.is_local[*w] && hub_of[*w].is_none());
        let alone = alone.map(|(_, costs)| costs.iter().copied().fold(f64::INFINITY, f64::min));
        let beside = compensated_sum(relaxed.prices.beside(problem, together.goal).into_iter().chain(alone));
        Self {
            together,
            care,
            steps: FIRST_STEPS,
            paid: agreement::nothing(&hubs_of, &hubs),
            more: Paid::new(),
            hubs,
            hubs_of,
            found: Vec::new(),
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
        self.found.clear();
    }

    /// One turn: searches the processes whose best choice is not known at what they pay, and raises what they pay.
    /// Answers whether it was not ended meanwhile: then it has no plan and needs no other turn.
    pub(crate) fn turn(&mut self, control: &Control<'_>) -> bool {
        self.pay();
        let processes = &self.together.processes;
        let reach = REACH * self.bound.abs() / processes.len().max(1) as f64;
        let effort = SearchEffort { care: self.care, steps: self.steps.min(self.care.steps()), reach };
        let mut last: Vec<Option<Found>> = std::mem::take(&mut self.found).into_iter().map(Some).collect();
        last.resize_with(processes.len(), || None);
        let found = |(number, last): (usize, Option<Found>)| {
            let known = last.and_then(|last| last.paying(&self.more[number]));
            known.or_else(|| (!control.interrupted()).then(|| self.search(number, &effort)))
        };
        let found: Option<Vec<Found>> = last.into_par_iter().enumerate().map(found).collect();
        let Some(found) = found else { return false };
        self.steps = self.steps.saturating_mul(MORE_STEPS);
        let least = found.iter().map(Found::least).chain(self.hubs.iter().map(Hub::least));
        self.bound = self.bound.max(self.beside + compensated_sum(least));
        let (more, raised) = agreement::raised(&found, &self.hubs_of, &self.hubs);
        self.bound = self.bound.max(self.beside + raised);
        (self.found, self.more) = (found, more);
        true
    }

    /// Goes on with the steps of a second turn.
    pub(super) fn skip_first(&mut self) {
        self.steps = FIRST_STEPS * MORE_STEPS;
    }

    /// Pays what the last turn raised.
    pub(super) fn pay(&mut self) {
        agreement::charge(&mut self.hubs, &self.hubs_of, &self.more);
        let paid = self.paid.iter_mut().flatten().flatten();
        for (paid, more) in paid.zip(self.more.iter().flatten().flatten()) {
            *paid += more;
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
            let cost = |(position, (exposure, split)): (usize, (&Exposure<'_>, f64))| match paid {
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
        let costs = together.only_begun(together.relaxed.costs.clone(), begun);
        let mut options = cheapest(&costs);
        let exposures = |hub: &Hub| exposures(together.problem, hub.workload, &costs[hub.workload]);
        let exposures: Vec<Vec<Exposure<'_>>> = self.hubs.iter().map(exposures).collect();
        let is_allowed = |of: &Vec<Exposure<'_>>| of.iter().map(|exposure| exposure.cost.is_finite()).collect();
        let allowed: Vec<Vec<bool>> = exposures.iter().map(is_allowed).collect();
        let agreed = agreement::agreed(&self.found, &self.hubs_of, &self.hubs, &allowed);
        for ((hub, of), exposure) in self.hubs.iter().zip(&exposures).zip(agreed) {
            if let Some(exposure) = exposure {
                options[hub.workload] = of[exposure].option;
            }
        }
        together.completed(&options, begun)
    }
}

//! What is paid once, shared out anew by what its use is worth where workloads choose together.
//!
//! A relaxation shares a charge out by what it is worth to workloads that choose one by one. Once processes agree, some
//! use it for a small share who would pay more, and others have a share of what they do without: the bound misses the
//! difference.

use rayon::prelude::*;

use super::{Ascent, Together, exposures, table::Table, touches};
use crate::{
    relaxation::Relaxed,
    shares::{self, SharedCharges},
};

impl<'a> Ascent<'a> {
    /// The relaxation with every charge shared out by what its use is worth to each workload, while all others choose
    /// what they now do; none if nothing is paid once.
    pub(crate) fn reshared(&mut self) -> Option<Relaxed> {
        let (together, relaxed) = (self.together, self.together.relaxed);
        let (problem, goal) = (together.problem, together.goal);
        let charges = &problem.couplings.charges;
        if charges.is_empty() || charges.len() > shares::MOST {
            return None;
        }
        self.pay();
        self.more.clear();
        let unit = problem.money_unit / relaxed.prices.cost_price(goal);
        let share = |dual: Option<&f64>| dual.map_or(0.0, |dual| -dual * unit);
        let of_charge = |prices: &std::collections::BTreeMap<usize, f64>| {
            (0..relaxed.costs.len()).map(|w| share(prices.get(&w))).collect()
        };
        let shared: SharedCharges = relaxed.prices.charges.iter().map(of_charge).collect();
        let other = shares::improved(charges, &self.costs_beside_others(), &shared, unit);
        let mut prices = relaxed.prices.clone();
        prices.share(goal, &other, problem.money_unit);
        let priced = prices.price(problem, goal);
        Some(Relaxed {
            formulation: relaxed.formulation.clone(),
            duals: relaxed.duals.clone(),
            prices,
            costs: priced.costs,
            bound_at_duals: priced.bound,
            mix: relaxed.mix.clone(),
            cuts: relaxed.cuts.clone(),
        })
    }

    /// An ascent at other shares of charges that goes on from what is paid in this one.
    pub(crate) fn at_shares_of(&self, together: &'a Together<'a>) -> Self {
        let mut next = Self::new(together, self.care);
        next.more.clone_from(&self.paid);
        next.skip_first();
        next
    }

    /// By workload and option: what it costs beside what all others now choose: a hub with all that is paid for it, a
    /// workload of one process with what it makes that lose more.
    fn costs_beside_others(&self) -> Vec<Vec<f64>> {
        let together = self.together;
        let (problem, relaxed) = (together.problem, together.relaxed);
        let mut costs = relaxed.costs.clone();
        let mut add = |w: usize, more: &[f64]| {
            for (cost, exposure) in costs[w].iter_mut().zip(&*problem.options.alike[w].of) {
                *cost += more[*exposure as usize];
            }
        };
        for hub in &self.hubs {
            let before = exposures(problem, hub.workload, &relaxed.costs[hub.workload]);
            let paid: Vec<f64> = hub.costs.iter().zip(before).map(|(cost, before)| cost - before.cost).collect();
            add(hub.workload, &paid);
        }
        let numbers = 0..together.processes.len();
        let more: Vec<_> = numbers.into_par_iter().map(|number| self.more_of_locals(number)).collect();
        for (w, more) in more.into_iter().flatten() {
            add(w, &more);
        }
        costs
    }

    /// The workloads of one process alone, each with what its exposures make the process lose more than their splits
    /// say, all others being as in its best choice.
    fn more_of_locals(&self, number: usize) -> Vec<(usize, Vec<f64>)> {
        let together = self.together;
        let problem = together.problem;
        let process = together.processes[number];
        let best = self.found.get(number).and_then(|found| {
            found.known.values().min_by(|a, b| a.value.total_cmp(&b.value)).map(|best| &best.exposures)
        });
        let Some(best) = best else { return Vec::new() };
        let exposures = together.exposures(process, &together.relaxed.costs);
        let splits = together.splits(process, &exposures);
        let loss = problem.class_loss(process, false);
        let mut table = Table::new(&touches(&exposures), problem.events.classes().len(), &loss);
        let mut more = Vec::new();
        for (slot, w) in together.workloads(process).iter().enumerate().filter(|(_, w)| together.is_local[**w]) {
            let mut others = table.nothing();
            for (other, exposure) in best.iter().enumerate().filter(|(other, _)| *other != slot) {
                table.choose(&mut others, other, *exposure);
            }
            let of =
                |(exposure, split): (usize, &f64)| together.price * table.more(&others, slot, exposure) - split;
            more.push((*w, splits[slot].iter().enumerate().map(of).collect()));
        }
        more
    }
}

//! What processes pay for the hubs that they share, raised hub by hub until their choices agree.
//!
//! Each process has its own copy of a hub's choice, and pays for it by exposure. What a hub costs with all that is paid
//! for it, and what each process's best choice comes to less what it pays, add up to a bound, whatever is paid. For one
//! hub at a time the best payments are known: what each exposure is worth to each process (message passing in dual
//! decomposition; Globerson and Jaakkola 2007, Kolmogorov 2006). Only choices near the best one are known of a process,
//! and what all others come to at least: so what comes out holds without another search.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::search::Found;
use crate::lp::compensated_sum;

/// A hub at present prices.
pub(super) struct Hub {
    pub(super) workload: usize,
    /// By exposure: what the hub's cheapest option with it costs, with what processes pay for it.
    pub(super) costs: Vec<f64>,
    /// The processes that choose it, each with the hub's slot there.
    pub(super) members: Vec<(usize, usize)>,
}

/// What processes pay by process, slot and exposure.
pub(super) type Paid = Vec<Vec<Vec<f64>>>;

/// Sweeps over all hubs at most.
const SWEEPS: usize = 60;
/// A sweep that proves less than this more, relative, is the last one.
const WORTH: f64 = 1e-6;

impl Found {
    /// The same where the process pays so much more by hub and exposure, if what is known still has the best choice.
    pub(super) fn paying(mut self, more: &[Vec<f64>]) -> Option<Self> {
        self.beyond -= more.iter().map(|more| largest(more)).sum::<f64>();
        for (of, best) in &mut self.known {
            best.value -= paid_for(of, more);
        }
        (self.best() <= self.beyond).then_some(self)
    }
}

impl Hub {
    /// What its cheapest exposure costs.
    pub(super) fn least(&self) -> f64 {
        smallest(&self.costs)
    }
}

/// A process's known choices at what it pays.
struct Known {
    /// By slot and choice: the exposure.
    exposures: Vec<Vec<usize>>,
    /// By choice: its value less what is paid for it.
    net: Vec<f64>,
    /// What all other choices come to at least, before anything is paid.
    beyond: f64,
    /// By slot: the most that is paid for an exposure.
    most: Vec<f64>,
}

impl Known {
    /// Of so many slots, where nothing is paid.
    fn new(found: &Found, slots: usize) -> Self {
        let of_slot = |slot: usize| found.known.keys().map(|of| of[slot]).collect();
        Self {
            exposures: (0..slots).map(of_slot).collect(),
            net: found.known.values().map(|best| best.value).collect(),
            beyond: found.beyond,
            most: vec![0.0; slots],
        }
    }

    /// What each exposure in a slot is worth, whatever is paid for it: this much is paid now.
    fn worth(&self, slot: usize, paid: &[f64]) -> Vec<f64> {
        let others = self.most.iter().enumerate().filter(|(other, _)| *other != slot);
        let mut worth = vec![self.beyond - others.map(|(_, most)| most).sum::<f64>(); paid.len()];
        for (exposure, net) in self.exposures[slot].iter().zip(&self.net) {
            let value = net + paid[*exposure];
            if value < worth[*exposure] {
                worth[*exposure] = value;
            }
        }
        worth
    }

    /// Pays so much for the exposures in a slot in place of what is paid now.
    fn pay(&mut self, slot: usize, before: &[f64], paid: &[f64]) {
        for (exposure, net) in self.exposures[slot].iter().zip(&mut self.net) {
            *net += before[*exposure] - paid[*exposure];
        }
        self.most[slot] = largest(paid);
    }

    /// What every choice comes to at least.
    fn least(&self) -> f64 {
        self.net.iter().copied().fold(self.beyond - self.most.iter().sum::<f64>(), f64::min)
    }
}

/// Raises the bound that hubs and processes prove together. Answers what processes pay more than now, and the bound.
/// `hubs_of` has the hubs of each process by slot.
pub(super) fn raised(found: &[Found], hubs_of: &[Vec<usize>], hubs: &[Hub]) -> (Paid, f64) {
    let mut paid = nothing(hubs_of, hubs);
    let mut known: Vec<Known> =
        found.par_iter().zip(hubs_of).map(|(found, of)| Known::new(found, of.len())).collect();
    // By hub: its costs with what is paid for it.
    let mut costs: Vec<Vec<f64>> = hubs.iter().map(|hub| hub.costs.clone()).collect();
    let together = |known: &[Known], costs: &[Vec<f64>]| {
        compensated_sum(known.iter().map(Known::least).chain(costs.iter().map(|costs| smallest(costs))))
    };
    let mut bound = together(&known, &costs);
    for sweep in 0..SWEEPS {
        for position in 0..hubs.len() {
            // There and back.
            let hub = if sweep % 2 == 0 { position } else { hubs.len() - 1 - position };
            costs[hub] = agree(&mut known, &hubs[hub], &mut paid);
        }
        let before = bound;
        bound = together(&known, &costs);
        if bound - before < WORTH * bound.abs() {
            break;
        }
    }
    // Anew, without the rounding of so many steps.
    let bound = proven(found, hubs_of, hubs, &paid);
    (paid, bound)
}

/// Adds what processes pay more for hubs to what the hubs cost.
pub(super) fn charge(hubs: &mut [Hub], hubs_of: &[Vec<usize>], more: &Paid) {
    for (hub, more) in hubs_of.iter().zip(more).flat_map(|(of, more)| of.iter().zip(more)) {
        for (cost, more) in hubs[*hub].costs.iter_mut().zip(more) {
            *cost += more;
        }
    }
}

/// Where nothing is paid.
pub(super) fn nothing(hubs_of: &[Vec<usize>], hubs: &[Hub]) -> Paid {
    let of = |of: &Vec<usize>| of.iter().map(|hub| vec![0.0; hubs[*hub].costs.len()]).collect();
    hubs_of.iter().map(of).collect()
}

/// What hubs and processes prove where so much more is paid.
fn proven(found: &[Found], hubs_of: &[Vec<usize>], hubs: &[Hub], paid: &Paid) -> f64 {
    let mut costs: Vec<Vec<f64>> = hubs.iter().map(|hub| hub.costs.clone()).collect();
    let mut parts = Vec::with_capacity(found.len() + hubs.len());
    for ((found, of), paid) in found.iter().zip(hubs_of).zip(paid) {
        for (hub, paid) in of.iter().zip(paid) {
            for (cost, paid) in costs[*hub].iter_mut().zip(paid) {
                *cost += paid;
            }
        }
        let beyond = found.beyond - paid.iter().map(|paid| largest(paid)).sum::<f64>();
        let known = found.known.iter().map(|(of, best)| best.value - paid_for(of, paid));
        parts.push(known.fold(beyond, f64::min));
    }
    parts.extend(costs.iter().map(|costs| smallest(costs)));
    compensated_sum(parts)
}

/// Sets what all its processes pay for a hub: what it is worth to each, less its part of what all comes to. Answers what
/// the hub costs with that.
fn agree(known: &mut [Known], hub: &Hub, paid: &mut Paid) -> Vec<f64> {
    let worth = |&(process, slot): &(usize, usize)| known[process].worth(slot, &paid[process][slot]);
    let worths: Vec<Vec<f64>> = hub.members.iter().map(worth).collect();
    let mut together = hub.costs.clone();
    for worth in &worths {
        for (sum, worth) in together.iter_mut().zip(worth) {
            *sum += worth;
        }
    }
    let part = 1.0 / (hub.members.len() + 1) as f64;
    let mut costs = hub.costs.clone();
    for (&(process, slot), worth) in hub.members.iter().zip(worths) {
        let now = worth.iter().zip(&together).map(|(worth, sum)| worth - part * sum).collect::<Vec<f64>>();
        for (cost, now) in costs.iter_mut().zip(&now) {
            *cost += now;
        }
        let before = std::mem::replace(&mut paid[process][slot], now);
        known[process].pay(slot, &before, &paid[process][slot]);
    }
    costs
}

/// What is paid for these exposures.
fn paid_for(of: &[usize], paid: &[Vec<f64>]) -> f64 {
    of.iter().zip(paid).map(|(exposure, paid)| paid[*exposure]).sum()
}

fn smallest(costs: &[f64]) -> f64 {
    costs.iter().copied().fold(f64::INFINITY, f64::min)
}

fn largest(paid: &[f64]) -> f64 {
    paid.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// By hub: an exposure, of those that are allowed, on which its processes agree with the hubs before it.
pub(super) fn agreed(
    found: &[Found],
    hubs_of: &[Vec<usize>],
    hubs: &[Hub],
    allowed: &[Vec<bool>],
) -> Vec<Option<usize>> {
    let mut chosen: Vec<Option<usize>> = vec![None; hubs.len()];
    let mut order: Vec<usize> = (0..hubs.len()).collect();
    order.sort_by_key(|hub| (Reverse(hubs[*hub].members.len()), *hub));
    for hub in order {
        let mut together = hubs[hub].costs.clone();
        for &(process, slot) in &hubs[hub].members {
            let mut worth = vec![found[process].beyond; together.len()];
            for (of, best) in &found[process].known {
                let mut slots = hubs_of[process].iter().zip(of);
                if slots.all(|(hub, exposure)| chosen[*hub].is_none_or(|known| known == *exposure)) {
                    let least = &mut worth[of[slot]];
                    *least = least.min(best.value);
                }
            }
            for (sum, worth) in together.iter_mut().zip(&worth) {
                *sum += worth;
            }
        }
        let allowed = together.iter().zip(&allowed[hub]).enumerate().filter(|(_, (_, allowed))| **allowed);
        chosen[hub] = allowed.min_by(|a, b| a.1.0.total_cmp(b.1.0)).map(|(exposure, _)| exposure);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::choices::search::Best;

    /// What a process's choice comes to by exposures of its hubs.
    type Values = BTreeMap<Vec<usize>, f64>;

    /// Every tuple of so many digits below `size`.
    fn tuples(count: usize, size: usize) -> Vec<Vec<usize>> {
        (0..count).fold(vec![Vec::new()], |shorter, _| {
            let longer = |of: &Vec<usize>| (0..size).map(|digit| [&of[..], &[digit]].concat()).collect::<Vec<_>>();
            shorter.iter().flat_map(longer).collect()
        })
    }

    /// Processes over hubs with so many exposures each, and their best choices for all exposures; those above `beyond`
    /// are not told.
    fn processes(
        shared: &[Vec<usize>],
        size: usize,
        seed: u64,
        beyond: f64,
    ) -> (Vec<Found>, Vec<Hub>, Vec<Values>) {
        let mut state = seed;
        let mut dice = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        };
        let count = shared.iter().flatten().max().map_or(0, |hub| hub + 1);
        let mut hubs: Vec<Hub> = (0..count)
            .map(|workload| Hub { workload, costs: (0..size).map(|_| dice()).collect(), members: Vec::new() })
            .collect();
        let (mut found, mut all) = (Vec::new(), Vec::new());
        for (process, of) in shared.iter().enumerate() {
            for (slot, hub) in of.iter().enumerate() {
                hubs[*hub].members.push((process, slot));
            }
            let values: Values = tuples(of.len(), size).into_iter().map(|of| (of, dice())).collect();
            let best = values.values().copied().fold(f64::INFINITY, f64::min);
            let told = values.iter().filter(|(_, value)| **value < best + beyond);
            let known = told.map(|(of, value)| (of.clone(), Best { value: *value, exposures: Vec::new() }));
            found.push(Found { known: known.collect(), beyond: best + beyond });
            all.push(values);
        }
        (found, hubs, all)
    }

    /// The least of everything together, by trying all.
    fn least(shared: &[Vec<usize>], hubs: &[Hub], all: &[Values], size: usize) -> (f64, Vec<usize>) {
        let value = |of: &Vec<usize>| {
            let own: f64 = hubs.iter().zip(of).map(|(hub, exposure)| hub.costs[*exposure]).sum();
            let of_process = |(hubs, values): (&Vec<usize>, &Values)| {
                values[&hubs.iter().map(|hub| of[*hub]).collect::<Vec<usize>>()]
            };
            own + shared.iter().zip(all).map(of_process).sum::<f64>()
        };
        tuples(hubs.len(), size)
            .into_iter()
            .map(|of| (value(&of), of))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .expect("some")
    }

    /// Where processes hang together without a circle the bound is the optimum, and they agree on it.
    #[test]
    fn processes_that_form_a_tree_agree_on_the_best_choice() {
        let shared = [vec![0], vec![0, 1], vec![1], vec![1, 2], vec![2], vec![]];
        for seed in 1..9 {
            let (found, mut hubs, all) = processes(&shared, 4, seed, 10.0);
            let (least, best) = least(&shared, &hubs, &all, 4);
            let before = proven(&found, &shared, &hubs, &nothing(&shared, &hubs));
            let (paid, bound) = raised(&found, &shared, &hubs);
            assert!(before <= bound && bound <= least + 1e-9, "{before} {bound} {least}");
            assert!(bound >= least - 2e-3, "seed {seed}: {bound} far below {least}");
            charge(&mut hubs, &shared, &paid);
            let pay = |(found, more): (Found, &Vec<Vec<f64>>)| found.paying(more).expect("all is known");
            let found: Vec<Found> = found.into_iter().zip(&paid).map(pay).collect();
            let chosen = agreed(&found, &shared, &hubs, &[vec![true; 4], vec![true; 4], vec![true; 4]]);
            assert_eq!(chosen, best.into_iter().map(Some).collect::<Vec<_>>(), "seed {seed}");
        }
    }

    /// In a circle, and where only the best choices are told, it stays below.
    #[test]
    fn what_is_not_known_is_never_counted_as_more_than_it_may_be() {
        let shared = [vec![0, 1], vec![1, 2], vec![2, 0], vec![0], vec![0, 1, 2]];
        for seed in 1..20 {
            for beyond in [0.0, 0.1, 0.3, 10.0] {
                let (found, hubs, all) = processes(&shared, 4, seed, beyond);
                let (least, _) = least(&shared, &hubs, &all, 4);
                let (_, bound) = raised(&found, &shared, &hubs);
                assert!(bound <= least + 1e-9, "seed {seed}, {beyond}: {bound} above {least}");
            }
        }
    }

    #[test]
    fn what_is_not_allowed_is_not_chosen() {
        let shared = [vec![0], vec![0]];
        let (found, hubs, _) = processes(&shared, 3, 5, 10.0);
        for only in 0..3 {
            let mut allowed = vec![false; 3];
            allowed[only] = true;
            assert_eq!(agreed(&found, &shared, &hubs, &[allowed]), [Some(only)]);
        }
        assert_eq!(agreed(&found, &shared, &hubs, &[vec![false; 3]]), [None]);
    }
}

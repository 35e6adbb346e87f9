//! What is paid once, shared out among those who use it: the dual of `open` and `onboard` without their rows.
//!
//! A charge f and shares v of workloads with `sum of v <= f` give a bound: whoever uses it pays at least its share. For
//! given prices of everything else, raising the shares of one charge at a time to what its use is worth to each
//! workload is dual ascent for facility location (Erlenkotter 1978).

use rayon::prelude::*;

use crate::couplings::{Charge, Couplings};

/// By charge and workload: money per year. The shares of a charge add up to no more than it.
pub(crate) type SharedCharges = Vec<Vec<f64>>;

/// Rounds over all charges.
const ROUNDS: usize = 4;

/// A workload's cheapest option among those that use the same charges: (which charges, its cost).
type Cheapest = Vec<(u32, f64)>;

/// Charges beyond this many are not shared out.
pub(crate) const MOST: usize = 32;

/// Every charge shared out evenly.
pub(crate) fn even(couplings: &Couplings) -> SharedCharges {
    let of = |charge: &Charge| {
        let user = |used: &Vec<bool>| used.contains(&true);
        let users = charge.used.iter().filter(|used| user(used)).count().max(1);
        charge.used.iter().map(|used| if user(used) { charge.cost / users as f64 } else { 0.0 }).collect()
    };
    couplings.charges.iter().map(of).collect()
}

/// Shares that prove more, where the options cost this by workload with the shares so far, in units of so much money
/// per year.
pub(crate) fn improved(
    couplings: &Couplings,
    costs: &[Vec<f64>],
    shared: &SharedCharges,
    unit: f64,
) -> SharedCharges {
    let charges = &couplings.charges;
    let cheapest: Vec<Cheapest> =
        costs.par_iter().enumerate().map(|(w, costs)| by_use(couplings, w, costs, shared, unit)).collect();
    let mut shared = shared.clone();
    for _ in 0..ROUNDS {
        for (number, charge) in charges.iter().enumerate() {
            let worth: Vec<f64> =
                cheapest.iter().enumerate().map(|(w, cheapest)| worth(cheapest, number, w, &shared)).collect();
            let all: f64 = worth.iter().filter(|worth| worth.is_finite()).sum();
            let must = worth.iter().filter(|worth| worth.is_infinite()).count();
            for (share, worth) in shared[number].iter_mut().zip(&worth) {
                *share = if must > 0 {
                    // Somebody cannot do without: it is paid in any case.
                    if worth.is_infinite() { charge.cost / must as f64 } else { 0.0 }
                } else if all > 0.0 {
                    charge.cost * worth / all
                } else {
                    *share
                };
            }
        }
    }
    shared
}

/// What a charge's use is worth to a workload, with the other charges at their shares; infinite if it has no choice.
fn worth(cheapest: &Cheapest, charge: usize, w: usize, shared: &SharedCharges) -> f64 {
    let (mut with, mut without) = (f64::INFINITY, f64::INFINITY);
    for &(used, cost) in cheapest {
        let others = shared.iter().enumerate().filter(|(other, _)| *other != charge && used >> other & 1 == 1);
        let cost = cost + others.map(|(_, shares)| shares[w]).sum::<f64>();
        let side = if used >> charge & 1 == 1 { &mut with } else { &mut without };
        *side = side.min(cost);
    }
    if with.is_infinite() { 0.0 } else { (without - with).max(0.0) }
}

fn by_use(couplings: &Couplings, w: usize, costs: &[f64], shared: &SharedCharges, unit: f64) -> Cheapest {
    let mut cheapest: Cheapest = Vec::new();
    for (option, &cost) in costs.iter().enumerate() {
        let charges = couplings.charges.iter().enumerate();
        let used =
            charges.filter(|(_, charge)| charge.used[w][option]).fold(0, |used, (number, _)| used | 1 << number);
        let cost = cost * unit;
        match cheapest.iter_mut().find(|(known, _)| *known == used) {
            Some((_, known)) => *known = known.min(cost),
            None => cheapest.push((used, cost)),
        }
    }
    for (used, cost) in &mut cheapest {
        let paid = shared.iter().enumerate().filter(|(number, _)| *used >> number & 1 == 1);
        *cost -= paid.map(|(_, shares)| shares[w]).sum::<f64>();
    }
    cheapest
}

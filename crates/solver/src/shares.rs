//! What is paid once, shared out among those who use it: the dual of `open` and `onboard` without their rows.
//!
//! A charge f and shares v of workloads with `sum of v <= f` give a bound: whoever uses it pays at least its share. For
//! given prices of everything else, raising the shares of one charge at a time to what its use is worth to each
//! workload is dual ascent for facility location (Erlenkotter 1978).

use rayon::prelude::*;

use crate::couplings::Charge;

/// By charge and workload: money per year. The shares of a charge add up to no more than it.
pub(crate) type SharedCharges = Vec<Vec<f64>>;

/// Rounds over all charges.
const ROUNDS: usize = 4;

/// A workload's cheapest option among those that use the same charges: (which charges, its cost).
type Cheapest = Vec<(u32, f64)>;

/// Charges beyond this many are not shared out.
pub(crate) const MOST: usize = 32;

/// Every charge shared out evenly.
pub(crate) fn even(charges: &[Charge]) -> SharedCharges {
    let of = |charge: &Charge| {
        let user = |used: &Vec<bool>| used.contains(&true);
        let users = charge.used.iter().filter(|used| user(used)).count().max(1);
        charge.used.iter().map(|used| if user(used) { charge.cost / users as f64 } else { 0.0 }).collect()
    };
    charges.iter().map(of).collect()
}

/// Shares that prove more, where the options cost this by workload with the shares so far, in units of so much money
/// per year.
pub(crate) fn improved(
    charges: &[Charge],
    costs: &[Vec<f64>],
    shared: &SharedCharges,
    unit: f64,
) -> SharedCharges {
    let cheapest: Vec<Cheapest> =
        costs.par_iter().enumerate().map(|(w, costs)| by_use(charges, w, costs, shared, unit)).collect();
    let mut shared = shared.clone();
    for _ in 0..ROUNDS {
        for (number, charge) in charges.iter().enumerate() {
            let worth: Vec<f64> =
                cheapest.iter().enumerate().map(|(w, cheapest)| worth(cheapest, number, w, &shared)).collect();
            let all: f64 = worth.iter().filter(|worth| worth.is_finite()).sum();
            let must = worth.iter().filter(|worth| worth.is_infinite()).count();
            // What it costs beyond its worth to all keeps everyone from using it once other prices have changed: those
            // most that have most to gain.
            let beyond = (charge.cost - all).max(0.0);
            let sizes: Vec<f64> = cheapest.iter().map(|cheapest| size(cheapest, number)).collect();
            let size: f64 = sizes.iter().sum();
            for ((share, worth), own) in shared[number].iter_mut().zip(&worth).zip(&sizes) {
                *share = if must > 0 {
                    // Somebody cannot do without: it is paid in any case.
                    if worth.is_infinite() { charge.cost / must as f64 } else { 0.0 }
                } else if beyond > 0.0 && size > 0.0 {
                    worth + beyond * own / size
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

/// How much a workload pays that may use a charge: nothing if it may not.
fn size(cheapest: &Cheapest, charge: usize) -> f64 {
    let may_use = cheapest.iter().any(|(used, _)| used >> charge & 1 == 1);
    let least = cheapest.iter().map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min);
    if may_use { least.max(0.0) } else { 0.0 }
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

/// The charges that are worth their cost, where the options cost this by workload without them and a unit of cost so
/// much: from all of them on, the one is left out that saves most, until none saves anything.
pub(crate) fn begun(charges: &[Charge], costs: &[Vec<f64>], price: f64) -> Vec<bool> {
    let mut begun = vec![true; charges.len()];
    if charges.len() > MOST {
        return begun;
    }
    let none: SharedCharges = Vec::new();
    let cheapest: Vec<Cheapest> =
        costs.par_iter().enumerate().map(|(w, costs)| by_use(charges, w, costs, &none, 1.0)).collect();
    let total = |begun: &[bool]| -> f64 {
        let closed = bits(begun.iter().map(|begun| !begun));
        let least = |cheapest: &Cheapest| {
            let allowed = cheapest.iter().filter(|(used, _)| used & closed == 0);
            allowed.map(|(_, cost)| *cost).fold(f64::INFINITY, f64::min)
        };
        let paid = charges.iter().zip(begun).filter(|(_, begun)| **begun).map(|(charge, _)| price * charge.cost);
        cheapest.iter().map(least).chain(paid).sum()
    };
    let mut now = total(&begun);
    loop {
        let without = (0..begun.len()).filter(|charge| begun[*charge]).map(|charge| {
            let mut fewer = begun.clone();
            fewer[charge] = false;
            (total(&fewer), fewer)
        });
        match without.min_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((less, fewer)) if less < now => (now, begun) = (less, fewer),
            _ => return begun,
        }
    }
}

/// The bits of those that are true.
fn bits(flags: impl Iterator<Item = bool>) -> u32 {
    flags.enumerate().fold(0, |bits, (number, flag)| bits | u32::from(flag) << number)
}

fn by_use(charges: &[Charge], w: usize, costs: &[f64], shared: &SharedCharges, unit: f64) -> Cheapest {
    let mut cheapest: Cheapest = Vec::new();
    for (option, &cost) in costs.iter().enumerate() {
        let used = bits(charges.iter().map(|charge| charge.used[w][option]));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Three charges and two workloads whose options use none or one of them.
    fn charges(costs: [f64; 3]) -> Vec<Charge> {
        let charge = |(number, cost): (usize, &f64)| Charge {
            column: format!("y[{number}]"),
            label: "open",
            id: number.to_string(),
            cost: *cost,
            used: vec![(0..4).map(|option| option == number + 1).collect(); 2],
        };
        costs.iter().enumerate().map(charge).collect()
    }

    /// Charges are begun that save more than they cost, and of two that would do only the better one.
    #[test]
    fn charges_are_begun_that_are_worth_it() {
        // Without a charge 10 each; with them 6, 5 and 1.
        let costs = vec![vec![10.0, 6.0, 5.0, 1.0]; 2];
        for (paid, expected) in [
            ([1.0, 1.0, 100.0], [false, true, false]),
            ([1.0, 1.0, 8.0], [false, false, true]),
            ([9.0, 11.0, 100.0], [false, false, false]),
            ([7.0, 11.0, 100.0], [true, false, false]),
        ] {
            assert_eq!(begun(&charges(paid), &costs, 1.0), expected, "{paid:?}");
            // Where cost counts for half, so does a charge.
            assert_eq!(begun(&charges(paid.map(|cost| 2.0 * cost)), &costs, 0.5), expected, "{paid:?}");
        }
        // Whoever cannot do without has it begun.
        let costs = vec![vec![f64::INFINITY, 6.0, f64::INFINITY, f64::INFINITY]; 2];
        assert_eq!(begun(&charges([1e6, 1.0, 1.0]), &costs, 1.0), [true, false, false]);
    }

    /// What a charge costs beyond its worth to all is shared out too: nobody uses it as soon as other prices change a
    /// little. Shares add up to the charge.
    #[test]
    fn a_charge_that_is_not_worth_it_is_shared_out_among_all_that_may_use_it() {
        // The first charge is worth 4 to the first workload, nothing to the second, which is twice as large.
        let costs = vec![vec![10.0, 6.0, 99.0, 99.0], vec![20.0, 20.5, 99.0, 99.0]];
        let none = vec![vec![0.0; 2]; 3];
        let shared = improved(&charges([13.0, 1e3, 1e3]), &costs, &none, 1.0);
        assert!((shared[0].iter().sum::<f64>() - 13.0).abs() < 1e-9, "{shared:?}");
        // 9 are left, of which the larger has the larger part.
        assert!(shared[0][0] > 4.0 + 1.0 && shared[0][1] > shared[0][0] - 4.0, "{shared:?}");
        // One that is worth it is shared out by what it is worth.
        let shared = improved(&charges([3.0, 1e3, 1e3]), &costs, &none, 1.0);
        assert!((shared[0][0] - 3.0).abs() < 1e-9 && shared[0][1].abs() < 1e-9, "{shared:?}");
    }
}

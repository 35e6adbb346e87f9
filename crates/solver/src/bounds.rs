//! Lower bounds on cost for any loss: what every solve proves about the whole curve.

use std::{collections::BTreeMap, sync::Arc};

use ballast_model::LossMeasure;
use rayon::prelude::*;

use crate::{Control, Range, ShadowPrice, Solution, problem::Problem, ranging::Ground};

/// What a Lagrangian bound says about every plan: `cost >= intercept - price * loss`, money per year.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// Bound at no loss.
    pub(crate) intercept: f64,
    /// What a unit of loss is worth, never negative: a bound at a loss holds below it too.
    pub(crate) price: f64,
    /// The multipliers that prove it.
    pub(crate) multipliers: Arc<Multipliers>,
}

/// Multipliers of the coupling rows, as people ask for them.
#[derive(Debug)]
pub(crate) struct Multipliers {
    /// By workload: options with their reduced costs in units of `Problem::money_unit`, best first.
    pub(crate) ranked: Vec<Vec<(f64, usize)>>,
    /// Limits that bind.
    pub(crate) shadow_prices: Vec<ShadowPrice>,
    /// Workloads split in the relaxation.
    pub(crate) split: usize,
    /// What the ranges of the prices are found from; none where no programme over everything was solved.
    pub(crate) ground: Option<Arc<Ground>>,
    /// The ranges that are known without it.
    pub(crate) known: Ranges,
}

/// For which values of a limit its price holds, by its row.
pub(crate) type Ranges = BTreeMap<String, Range>;

impl Multipliers {
    /// The ranges of the prices, and of more figures that the goal counts or caps.
    pub(crate) fn ranges(&self, problem: &Problem<'_>, control: &Control<'_>, more: &[&str]) -> Ranges {
        let Some(ground) = self.ground.as_ref().filter(|_| !control.interrupted()) else {
            return self.known.clone();
        };
        let mut rows: Vec<&str> =
            self.shadow_prices.iter().map(|price| price.row.as_str()).chain(more.iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        let ranges = ground.ranges(problem, control, &rows);
        rows.iter().zip(ranges).map(|(row, range)| ((*row).to_owned(), range)).collect()
    }

    /// The same where the goal counts a unit of cost as this much: per unit of cost.
    pub(crate) fn per_unit_of_cost(&self, weight: f64) -> Self {
        let priced = |(cost, option): &(f64, usize)| (cost / weight, *option);
        let dearer = |price: &ShadowPrice| ShadowPrice { value: price.value / weight, ..price.clone() };
        Self {
            ranked: self.ranked.iter().map(|options| options.iter().map(priced).collect()).collect(),
            shadow_prices: self.shadow_prices.iter().map(dearer).collect(),
            split: self.split,
            ground: self.ground.clone(),
            known: self.known.clone(),
        }
    }
}

impl Proof {
    /// The least that a plan with this loss or less can cost.
    pub(crate) fn least_cost(&self, loss: f64) -> f64 {
        self.intercept - self.price * loss
    }
}

/// The proof that says most at this loss.
pub(crate) fn best_proof(proofs: &[Proof], loss: f64) -> Option<&Proof> {
    proofs.iter().max_by(|a, b| a.least_cost(loss).total_cmp(&b.least_cost(loss)))
}

/// The row of a cap on the measure that a curve is over.
pub(crate) fn axis_row(axis: LossMeasure) -> &'static str {
    match axis {
        LossMeasure::ExpectedLoss => "expected_loss",
        LossMeasure::Cvar => "cvar",
    }
}

/// Gives the prices of a curve's plans their ranges, once for all plans that have the same proof.
pub(crate) fn range(problem: &Problem<'_>, control: &Control<'_>, plans: Vec<(Option<&Proof>, &mut Solution)>) {
    let row = axis_row(problem.estate.settings().objective.axis);
    let mut distinct: Vec<&Arc<Multipliers>> = Vec::new();
    for proof in plans.iter().filter_map(|(proof, _)| *proof) {
        if !distinct.iter().any(|known| Arc::ptr_eq(known, &proof.multipliers)) {
            distinct.push(&proof.multipliers);
        }
    }
    let ranged: Vec<Ranges> =
        distinct.par_iter().map(|multipliers| multipliers.ranges(problem, control, &[row])).collect();
    for (proof, plan) in plans {
        let is_of = |known: &Arc<Multipliers>| proof.is_some_and(|proof| Arc::ptr_eq(known, &proof.multipliers));
        let Some((_, ranges)) = distinct.iter().zip(&ranged).find(|(known, _)| is_of(known)) else { continue };
        for price in &mut plan.shadow_prices {
            price.range = ranges.get(&price.row).copied().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_proof_depends_on_the_loss() {
        let multipliers = Arc::new(Multipliers {
            ranked: Vec::new(),
            shadow_prices: Vec::new(),
            split: 0,
            ground: None,
            known: Ranges::new(),
        });
        let proof = |intercept, price| Proof { intercept, price, multipliers: Arc::clone(&multipliers) };
        let proofs = [proof(10.0, 2.0), proof(7.0, 0.5)];
        let least = |loss| best_proof(&proofs, loss).map(|proof| proof.least_cost(loss));
        assert_eq!(least(0.0), Some(10.0));
        assert_eq!(least(4.0), Some(5.0));
        assert!(best_proof(&[], 1.0).is_none());
    }

    #[test]
    fn a_goal_that_counts_a_quarter_of_the_cost_has_prices_of_a_quarter() {
        let price =
            ShadowPrice { row: "provider:aws".to_owned(), limit: 0.6, value: 5.0, range: Range::default() };
        let multipliers = Multipliers {
            ranked: vec![vec![(0.0, 3), (2.0, 1)]],
            shadow_prices: vec![price],
            split: 2,
            ground: None,
            known: Ranges::new(),
        };
        let per_unit = multipliers.per_unit_of_cost(0.25);
        assert_eq!(per_unit.ranked, [[(0.0, 3), (8.0, 1)]]);
        let found: Vec<(f64, f64)> = per_unit.shadow_prices.iter().map(|p| (p.limit, p.value)).collect();
        assert_eq!((found, per_unit.split), (vec![(0.6, 20.0)], 2));
    }
}

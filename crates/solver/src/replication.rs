//! How far simulated years can mislead an optimum: bounds from years of their own, against plans in fresh years.
//!
//! The optimum over a sample of years is below the true one on average, as the plan is chosen with those years in
//! sight. The mean over independent samples is a lower limit, and any plan in years that it was not chosen on an upper
//! one (Mak, Morton and Wood 1999). Caps on loss are priced: a plan's objective is compared with a straight line that
//! no plan is below, and a curve's with a few of them, which hold all at once.

use ballast_risk::{EventSet, RiskProfile, replication};
use rayon::prelude::*;

use crate::{
    Control, Goal, Progress, Solution, SolveError,
    problem::Problem,
    solve::{Effort, solve_with},
};

/// Prices of loss for which optima are bounded, at most: the plans of a curve share them.
const PRICES: usize = 4;
/// Quantiles at 0.95 of Student's t for 1 to 29 degrees of freedom: one price.
const T_ONE: [f64; 29] = [
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753,
    1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699,
];
/// The same at 0.9875: all of [`PRICES`] hold at once with probability 0.95 (Bonferroni).
const T_ALL: [f64; 29] = [
    25.452, 6.205, 4.177, 3.495, 3.163, 2.969, 2.841, 2.752, 2.685, 2.634, 2.593, 2.560, 2.533, 2.510, 2.490,
    2.473, 2.458, 2.445, 2.433, 2.423, 2.414, 2.405, 2.398, 2.391, 2.385, 2.379, 2.373, 2.368, 2.364,
];
/// The quantile at 0.95 of the normal distribution.
const NORMAL: f64 = 1.645;

/// A 90 % confidence interval of the least value of a plan's objective in truth, money per year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimum {
    /// With 95 % confidence no plan's true objective is lower: for all plans of a curve at once.
    pub low: f64,
    /// With 95 % confidence the plan's own true objective is no higher, what it loses beyond a cap at its shadow price.
    pub high: f64,
}

/// Intervals of the true optima of the goals that `plans` were found for, from so many `replications` with years of
/// their own, and each plan's risk in fresh years. None where the case brings its own years.
///
/// # Errors
/// If a replication is not solved, or on an interrupt.
pub fn optimum_intervals(
    problem: &Problem<'_>,
    plans: &[(&Solution, &RiskProfile)],
    replications: u32,
    control: &Control<'_>,
) -> Result<Option<Vec<Optimum>>, SolveError> {
    let goals: Vec<Goal> = plans.iter().map(|(solution, _)| priced(solution)).collect();
    let shared = spread(&goals);
    let numbers: Vec<u32> = (0..replications).collect();
    let samples = numbers.into_par_iter().map(|number| {
        let Some(events) = replication(problem.estate, problem.events, number) else { return Ok(None) };
        bounds(problem, &events, &shared, control).map(Some)
    });
    let samples: Vec<Option<Vec<f64>>> = samples.collect::<Result<_, SolveError>>()?;
    let Some(samples) = samples.into_iter().collect::<Option<Vec<Vec<f64>>>>() else { return Ok(None) };
    let lines: Vec<(Goal, f64)> = shared
        .iter()
        .enumerate()
        .map(|(at, goal)| {
            let sample: Vec<f64> = samples.iter().map(|of_goals| of_goals[at]).collect();
            (*goal, lower_limit(&sample, shared.len()))
        })
        .collect();
    let intervals = plans.iter().zip(&goals).map(|((solution, fresh), goal)| Optimum {
        low: lines
            .iter()
            .filter(|(line, _)| line.budget == goal.budget)
            .map(|(line, limit)| at_caps(solution, line, *limit))
            .fold(f64::NEG_INFINITY, f64::max),
        high: at_caps(solution, goal, upper_limit(problem.alpha, solution, fresh, goal)),
    });
    Ok(Some(intervals.collect()))
}

/// What bounds the goals in other years: one problem for all of them, each helped by those before it.
fn bounds(
    problem: &Problem<'_>,
    events: &EventSet,
    goals: &[Goal],
    control: &Control<'_>,
) -> Result<Vec<f64>, SolveError> {
    let quiet = Control { progress: &|_: Progress| {}, ..*control };
    let other = Problem::watched(problem.estate, events, control)?;
    let mut known = other.first.clone();
    let mut bounds = Vec::with_capacity(goals.len());
    for goal in goals {
        if control.interrupted() {
            return Err(control.ended());
        }
        let solved = solve_with(&other, goal, &quiet, &known, Effort::Quick)?;
        known.learn(solved.known);
        bounds.push(solved.solution.lower_bound);
    }
    Ok(bounds)
}

/// The goal with every cap on loss as a price instead: what the multipliers say a unit of it is worth.
fn priced(solution: &Solution) -> Goal {
    let goal = &solution.goal;
    let price = |row: &str| -> f64 {
        solution.shadow_prices.iter().filter(|price| price.row == row).map(|price| price.value).sum()
    };
    Goal {
        loss_weight: goal.loss_weight + price("expected_loss"),
        cvar_weight: goal.cvar_weight + price("cvar"),
        loss_cap: None,
        cvar_cap: None,
        ..*goal
    }
}

/// At most [`PRICES`] of the goals, spread evenly over those that differ, by rising price of loss.
fn spread(goals: &[Goal]) -> Vec<Goal> {
    let mut distinct: Vec<Goal> = Vec::new();
    for goal in goals {
        if !distinct.contains(goal) {
            distinct.push(*goal);
        }
    }
    let price = |goal: &Goal| goal.loss_weight + goal.cvar_weight;
    distinct.sort_by(|a, b| price(a).total_cmp(&price(b)));
    let last = distinct.len().saturating_sub(1);
    if last < PRICES {
        return distinct;
    }
    (0..PRICES).map(|rank| distinct[rank * last / (PRICES - 1)]).collect()
}

/// With 95 % confidence the mean that `sample` is drawn from is no lower, nor is any of so many `limits`.
fn lower_limit(sample: &[f64], limits: usize) -> f64 {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let variance = sample.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    let quantiles = if limits == 1 { &T_ONE } else { &T_ALL };
    let quantile = quantiles[sample.len().saturating_sub(2).min(quantiles.len() - 1)];
    mean - quantile * (variance / count).sqrt()
}

/// With 95 % confidence the plan's value of the priced `goal` is no higher in truth.
fn upper_limit(alpha: f64, solution: &Solution, fresh: &RiskProfile, goal: &Goal) -> f64 {
    let error = goal.loss_weight * fresh.expected_loss_se() + goal.cvar_weight * fresh.cvar_se(alpha);
    goal.objective(solution.annual_cost, fresh.expected_loss(), fresh.cvar(alpha)) + NORMAL * error
}

/// What a value of the `priced` goal says about the solution's own objective: caps give back what their price adds.
/// A price above a loss's own weight says nothing where there is no cap.
fn at_caps(solution: &Solution, priced: &Goal, value: f64) -> f64 {
    let own = &solution.goal;
    let of_cap = |price: f64, own: f64, cap: Option<f64>| {
        if price > own { (price - own) * cap.unwrap_or(f64::INFINITY) } else { 0.0 }
    };
    value
        - of_cap(priced.loss_weight, own.loss_weight, own.loss_cap)
        - of_cap(priced.cvar_weight, own.cvar_weight, own.cvar_cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_below_the_mean_by_students_t() {
        // Mean 10, standard deviation 2, 4 values: 10 - 2.353 * 2 / 2.
        let sample = [8.0, 8.0, 12.0, 12.0].map(|value| 10.0 + (value - 10.0) * 0.75_f64.sqrt());
        assert!((lower_limit(&sample, 1) - (10.0 - 2.353)).abs() < 1e-9);
        assert!((lower_limit(&sample, 4) - (10.0 - 4.177)).abs() < 1e-9);
        assert_eq!(lower_limit(&[3.0; 30], 1), 3.0);
    }

    #[test]
    fn prices_are_spread_over_the_curve() {
        let goals: Vec<Goal> = (0..10).map(|weight| Goal::total(f64::from(weight), 0.0)).collect();
        let weights = |goals: &[Goal]| goals.iter().map(|goal| goal.loss_weight).collect::<Vec<_>>();
        assert_eq!(weights(&spread(&goals)), [0.0, 3.0, 6.0, 9.0]);
        assert_eq!(weights(&spread(&[goals[1], goals[0], goals[1]])), [0.0, 1.0]);
    }
}

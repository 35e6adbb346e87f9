//! What limits are worth, at given splits of losses: one multiplier at a time to where it proves most, and for which
//! values of the limit it would be the same.

use rayon::prelude::*;

use crate::{
    Goal, Range,
    bounds::Ranges,
    couplings::CouplingRow,
    pricing::{Prices, least},
    problem::Problem,
};

/// Rounds over all limits.
const ROUNDS: usize = 2;

/// Halvings of the range in which a multiplier is looked for.
const HALVINGS: usize = 40;

/// Options whose costs differ by less than this part are as cheap as each other.
const ALIKE: f64 = 1e-9;

/// By option that may be a workload's cheapest at some price of a limit: what it draws, and what it costs beside it.
type Lines = Vec<(f64, f64)>;

/// Multipliers of the coupling rows that prove at least as much as those of `prices`, at which options cost this by
/// workload.
pub(super) fn improved(problem: &Problem<'_>, goal: &Goal, prices: &Prices, mut costs: Vec<Vec<f64>>) -> Vec<f64> {
    let rows = &problem.couplings.rows;
    let unit_cost = prices.cost_price(goal) / problem.money_unit;
    let mut paid: Vec<f64> = prices.couplings.iter().map(|dual| -dual).collect();
    for _ in 0..ROUNDS {
        let drawn = drawn(problem, &costs);
        for (number, row) in rows.iter().enumerate() {
            if paid[number] == 0.0 && drawn[number] <= row.limit {
                continue;
            }
            let of = |(w, costs): (usize, &Vec<f64>)| lines(problem, w, costs, number, paid[number]);
            let lines: Vec<Lines> = costs.par_iter().enumerate().map(of).collect();
            let highest = row.penalty.map_or(f64::INFINITY, |penalty| penalty * unit_cost);
            let price = best_price(&lines, row.limit, paid[number], highest);
            let mut more = vec![0.0; rows.len()];
            more[number] = price - paid[number];
            problem.couplings.add_priced(&more, &mut costs);
            paid[number] = price;
        }
    }
    paid.iter().map(|price| if *price == 0.0 { 0.0 } else { -price }).collect()
}

/// By name of a coupling row that has a price: for which values of its limit no other price would prove more, all else
/// being priced as it is. That is what the workloads' cheapest options at these `costs` draw, at least and at most, less
/// what a soft limit lets through; none if the limit itself is not among them.
pub(crate) fn ranges(problem: &Problem<'_>, goal: &Goal, prices: &Prices, costs: &[Vec<f64>]) -> Ranges {
    let rows = &problem.couplings.rows;
    let unit_cost = prices.cost_price(goal) / problem.money_unit;
    let mut drawn: Vec<(f64, f64)> = vec![(0.0, 0.0); rows.len()];
    for (w, costs) in costs.iter().enumerate() {
        let (_, cost) = least(costs);
        let mut own: Vec<(f64, f64)> = vec![(f64::INFINITY, 0.0); rows.len()];
        for option in (0..costs.len()).filter(|option| costs[*option] <= cost + ALIKE * cost.abs()) {
            let mut draws = vec![0.0; rows.len()];
            problem.couplings.draws(w, option).for_each(|(row, demand)| draws[row] += demand);
            for ((from, to), draw) in own.iter_mut().zip(draws) {
                (*from, *to) = (from.min(draw), to.max(draw));
            }
        }
        for ((from, to), own) in drawn.iter_mut().zip(own) {
            (*from, *to) = (*from + own.0, *to + own.1);
        }
    }
    let priced = rows.iter().zip(&prices.couplings).zip(drawn).filter(|((_, dual), _)| **dual != 0.0);
    let range = |((row, dual), (from, to)): ((&CouplingRow, &f64), (f64, f64))| {
        // At its penalty as much as anyone likes is let through.
        let is_let_through = row.penalty.is_some_and(|penalty| -dual >= penalty * unit_cost * (1.0 - ALIKE));
        let from = if is_let_through { 0.0 } else { from };
        let is_among = from <= row.limit * (1.0 + ALIKE) && row.limit <= to * (1.0 + ALIKE);
        is_among.then(|| (row.name.clone(), Range { from: Some(from), to: Some(to) }))
    };
    priced.filter_map(range).collect()
}

/// By coupling row: what every workload's cheapest option draws.
fn drawn(problem: &Problem<'_>, costs: &[Vec<f64>]) -> Vec<f64> {
    let mut drawn = vec![0.0; problem.couplings.rows.len()];
    for (w, costs) in costs.iter().enumerate() {
        for (row, demand) in problem.couplings.draws(w, least(costs).0) {
            drawn[row] += demand;
        }
    }
    drawn
}

/// The options of a workload that no other one beats in what it draws from a row and what it costs beside it.
fn lines(problem: &Problem<'_>, w: usize, costs: &[f64], row: usize, paid: f64) -> Lines {
    let line = |(option, cost): (usize, &f64)| {
        let drawn =
            problem.couplings.draws(w, option).find(|(known, _)| *known == row).map_or(0.0, |(_, drawn)| drawn);
        (drawn, cost - paid * drawn)
    };
    let mut lines: Lines = costs.iter().enumerate().map(line).collect();
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // Who draws more has to cost less.
    let mut least = f64::INFINITY;
    lines.retain(|(_, cost)| {
        let is_less = *cost < least;
        least = least.min(*cost);
        is_less
    });
    lines
}

/// The price at which the workloads' cheapest options draw no more than the limit, or just do.
fn best_price(lines: &[Lines], limit: f64, paid: f64, highest: f64) -> f64 {
    let drawn = |price: f64| -> f64 {
        let of = |lines: &Lines| {
            let cheapest = lines.iter().min_by(|a, b| (a.1 + price * a.0).total_cmp(&(b.1 + price * b.0)));
            cheapest.map_or(0.0, |(drawn, _)| *drawn)
        };
        lines.iter().map(of).sum()
    };
    if drawn(0.0) <= limit {
        return 0.0;
    }
    let dearest = lines.iter().flatten().map(|(_, cost)| cost.abs()).fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, paid.max(1e-9 * dearest / limit.max(1.0)).min(highest));
    while drawn(high) > limit {
        if high >= highest || high > 1e9 * dearest {
            // No price keeps the limit.
            return high;
        }
        low = high;
        high = (4.0 * high).min(highest);
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if drawn(middle) > limit { low = middle } else { high = middle }
    }
    high
}

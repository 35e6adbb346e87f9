use ballast_risk::sample;

use super::*;
use crate::{
    blocks::tests::{estate, with_search},
    couplings::CouplingRow,
    relaxation::Search,
};

/// What limits are worth rules out pairs that are no better, and no others: the exchanges are those that are found
/// where nothing is ruled out.
#[test]
fn pairs_that_prices_rule_out_are_no_better() {
    let mut exchanged = 0;
    for seed in 1..9 {
        let estate = estate(6, seed);
        let events = sample(&estate);
        let goal = Goal::total(1.0, 0.0);
        with_search(&estate, &events, &goal, |mut search| {
            let relaxed = search.relax().expect("feasible");
            let problem = search.problem;
            let price = |row: &CouplingRow| Search::price_of(&relaxed, &row.name) * problem.money_unit;
            let limits: Vec<f64> = problem.couplings.rows.iter().map(price).collect();
            assert!(limits.iter().any(|price| *price > 0.0), "seed {seed}: no limit binds");
            let candidates: Vec<Vec<usize>> =
                problem.options.options.iter().map(|of| (0..of.len()).collect()).collect();
            let by = |limits: Vec<f64>| Steering { cost: 0.0, loss: 0.0, limits, control: search.control };
            // Where single moves are stuck, and the limits hold.
            let cheapest = vec![0; candidates.len()];
            let mut start = Choice::new(problem, &goal, cheapest);
            start.descend(&candidates, (goal.cost_weight, goal.loss_weight), true);
            assert!(start.violation() <= 1e-9, "seed {seed}: {}", start.violation());
            let (mut with, mut without) = (start.clone(), start.clone());
            let found = with.exchange_pairs(&candidates, &by(limits.clone()), &mut 1_000_000);
            assert_eq!(
                found,
                without.exchange_pairs(&candidates, &by(vec![0.0; limits.len()]), &mut 1_000_000),
                "seed {seed}"
            );
            assert_eq!(with.options, without.options, "seed {seed}");
            exchanged += usize::from(found);
            if found {
                assert!(with.objective() < start.objective() && with.violation() <= 1e-9, "seed {seed}");
            }
        });
    }
    assert!(exchanged > 2, "nothing is exchanged in most cases: {exchanged}");
}

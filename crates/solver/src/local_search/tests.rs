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

/// Lower bounds on losses rule out moves that are no better, and no others.
#[test]
fn the_best_move_is_the_same_where_lower_bounds_rule_moves_out() {
    let mut found = 0;
    for seed in 1..5 {
        let estate = estate(6, seed);
        let events = sample(&estate);
        let goal = Goal::total(1.0, 0.0);
        let best_moves = |is_bounded: bool| {
            with_search(&estate, &events, &goal, |search| {
                let problem = search.problem;
                if is_bounded {
                    problem.losses.coarse();
                }
                let options = &problem.options.options;
                let candidates: Vec<Vec<usize>> = options.iter().map(|of| (0..of.len()).collect()).collect();
                let mut moves = Vec::new();
                for turn in 0..4 {
                    let start = options.iter().map(|of| (turn * 3 + 1) % of.len()).collect();
                    let choice = Choice::new(problem, &goal, start);
                    for keep_caps in [false, true] {
                        let by = choice.terms((1.0, 1.0), keep_caps);
                        for below in [by.least(), f64::INFINITY] {
                            let best = |(w, of): (usize, &Vec<usize>)| {
                                choice.best_move(w, of, &by, below).map(|(value, change)| (value, change.option))
                            };
                            moves.extend(candidates.iter().enumerate().map(best));
                        }
                    }
                }
                moves
            })
        };
        let (with, without) = (best_moves(true), best_moves(false));
        for (with, without) in with.iter().zip(&without) {
            let values = (with.map_or(0.0, |best| best.0), without.map_or(0.0, |best| best.0));
            assert!((values.0 - values.1).abs() <= 1e-9 * (1.0 + values.1.abs()), "{with:?} {without:?}");
            assert_eq!(with.is_some(), without.is_some());
            found += usize::from(with.is_some());
        }
    }
    assert!(found > 100, "hardly any move: {found}");
}

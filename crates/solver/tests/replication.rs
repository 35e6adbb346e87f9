//! Intervals for the true optimum against the optimum over very many years.

#[path = "support/mod.rs"]
mod support;

use std::sync::atomic::AtomicBool;

use ballast_risk::{evaluate, fresh, sample, sample_with};
use ballast_solver::{Control, Goal, Problem, optimum_intervals};
use support::{random, solved};

/// Years that stand for the truth.
const MANY: u32 = 10_000;

#[test]
fn the_true_optimum_is_in_the_interval() {
    let never = AtomicBool::new(false);
    let (mut low, mut high, mut narrow, mut cases) = (0, 0, 0, 0);
    for seed in 0..10 {
        let estate = random(seed, false);
        for goal in [Goal::total(1.0, 0.0), Goal::total(0.5, 0.6)] {
            let true_events = sample_with(&estate, MANY, 977);
            let truth = {
                let problem = Problem::new(&estate, &true_events).expect("priced");
                solved(&problem, &goal).expect("solved").objective
            };
            let events = sample(&estate);
            let problem = Problem::new(&estate, &events).expect("priced");
            let solution = solved(&problem, &goal).expect("solved");
            let fresh = evaluate(&estate, &fresh(&estate, &events).expect("sampled"), &solution.plan);
            let intervals = optimum_intervals(
                &problem,
                &[(&solution, &fresh)],
                5,
                &Control { progress: &|_| {}, interrupt: &never, seconds_left: None },
            )
            .expect("solved");
            let interval = intervals.expect("sampled years")[0];
            cases += 1;
            low += u32::from(interval.low <= truth);
            high += u32::from(truth <= interval.high);
            narrow += u32::from(interval.high - interval.low < 0.4 * truth);
        }
    }
    assert!(low * 20 >= cases * 17, "{low} of {cases} are above the lower limit");
    assert!(high * 20 >= cases * 17, "{high} of {cases} are below the upper limit");
    assert!(narrow * 2 > cases, "{narrow} of {cases} intervals say something");
}

#[test]
fn a_cap_on_loss_is_priced() {
    let never = AtomicBool::new(false);
    let estate = random(3, true);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("priced");
    let free = solved(&problem, &Goal::CHEAPEST).expect("solved");
    let cap = 0.7 * free.expected_loss();
    let goal = Goal { loss_cap: Some(cap), ..Goal::CHEAPEST };
    let capped = solved(&problem, &goal).expect("solved");
    let fresh = fresh(&estate, &events).expect("sampled");
    let risks = [&free, &capped].map(|solution| evaluate(&estate, &fresh, &solution.plan));
    let plans = [(&free, &risks[0]), (&capped, &risks[1])];
    let found = optimum_intervals(
        &problem,
        &plans,
        5,
        &Control { progress: &|_| {}, interrupt: &never, seconds_left: None },
    )
    .expect("solved")
    .expect("sampled years");
    // Costs are certain: without a cap there is nothing to sample.
    assert!((found[0].low - free.lower_bound).abs() < 1e-3 * free.objective, "{found:?}");
    assert!((found[0].high - free.objective).abs() < 1e-6 * free.objective, "{found:?}");
    assert!(capped.shadow_prices.iter().any(|price| price.row == "expected_loss"));
    assert!(found[1].low < capped.lower_bound && capped.lower_bound < found[1].high, "{found:?}");
    assert!(found[1].low > 0.5 * free.objective, "{found:?}");
}

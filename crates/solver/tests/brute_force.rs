//! The certified answers against the enumeration of every plan of small random estates.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions in short lists")]

mod support;

use ballast_risk::sample;
use ballast_solver::{Goal, Problem, SolveError, Status};
use support::{every_plan, random, random_with, solved, swept};

const SEEDS: std::ops::Range<u64> = 1..9;
const SLACK: f64 = 1.0 + 1e-6;

/// The least objective among the plans that keep the goal's caps.
fn best(plans: &[(f64, f64, f64)], goal: &Goal) -> f64 {
    let keeps = |figure: f64, cap: Option<f64>| cap.is_none_or(|cap| figure <= cap * SLACK);
    plans
        .iter()
        .filter(|plan| keeps(plan.0, goal.budget) && keeps(plan.1, goal.loss_cap) && keeps(plan.2, goal.cvar_cap))
        .map(|plan| goal.objective(plan.0, plan.1, plan.2))
        .fold(f64::INFINITY, f64::min)
}

/// The figure below which a share of the plans is.
fn quantile(figures: impl Iterator<Item = f64>, share: f64) -> f64 {
    let mut sorted: Vec<f64> = figures.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[(share * (sorted.len() - 1) as f64) as usize]
}

#[test]
fn no_plan_beats_the_answer_and_no_bound_is_above_the_best_plan() {
    for seed in SEEDS {
        let estate = random(seed, false);
        let events = sample(&estate);
        let plans = every_plan(&estate, &events);
        let problem = Problem::new(&estate, &events).expect("sound");
        let cost = |share| quantile(plans.iter().map(|plan| plan.0), share);
        let loss = |share| quantile(plans.iter().map(|plan| plan.1), share);
        let cvar = |share| quantile(plans.iter().map(|plan| plan.2), share);
        let goals = [
            Goal::CHEAPEST,
            Goal::total(1.0, 0.0),
            Goal::total(3.0, 0.0),
            Goal { loss_cap: Some(loss(0.02)), ..Goal::CHEAPEST },
            Goal { loss_cap: Some(loss(0.3)), ..Goal::CHEAPEST },
            Goal { budget: Some(cost(0.2)), ..Goal::SAFEST },
            Goal { budget: Some(cost(0.6)), loss_cap: Some(loss(0.5)), ..Goal::CHEAPEST },
            Goal::total(1.0, 0.5),
            Goal { cvar_cap: Some(cvar(0.2)), ..Goal::CHEAPEST },
        ];
        for goal in goals {
            let best = best(&plans, &goal);
            let found = match solved(&problem, &goal) {
                Ok(found) => found,
                Err(SolveError::Infeasible { .. }) if best.is_infinite() => continue,
                Err(error) => panic!("seed {seed}, {goal:?}: {error}"),
            };
            let context =
                format!("seed {seed}, {goal:?}: {} in {} against {best}", found.objective, found.lower_bound);
            assert!(found.lower_bound <= best * SLACK, "{context}");
            assert!(found.objective >= best / SLACK, "{context}");
            assert!(found.objective <= best * 1.01, "{context}");
            assert!(
                (found.gap - (found.objective - found.lower_bound) / found.objective).abs() < 1e-9,
                "{context}"
            );
        }
    }
}

#[test]
fn no_plan_is_below_the_curve_by_more_than_the_gap_that_it_states() {
    for seed in SEEDS {
        let estate = random(seed, false);
        let events = sample(&estate);
        let plans = every_plan(&estate, &events);
        let problem = Problem::new(&estate, &events).expect("sound");
        let curve = swept(&problem).expect("feasible");
        assert!(curve.complete && !curve.points.is_empty());
        for point in &curve.points {
            let loss = point.expected_loss();
            let cheapest = best(&plans, &Goal { loss_cap: Some(loss), ..Goal::CHEAPEST });
            let context = format!(
                "seed {seed}: {} with {loss}, bound {}, best {cheapest}",
                point.annual_cost, point.lower_bound
            );
            assert!(point.lower_bound <= cheapest * SLACK, "{context}");
            assert!(point.annual_cost >= cheapest / SLACK, "{context}");
            assert!(point.annual_cost * (1.0 - point.gap) <= cheapest * SLACK, "{context}");
        }
        for pair in curve.points.windows(2) {
            assert!(
                pair[0].annual_cost < pair[1].annual_cost && pair[0].expected_loss() > pair[1].expected_loss()
            );
        }
        let total = |cost: f64, loss: f64| cost + loss;
        let knee = &curve.points[curve.knee];
        let least = plans.iter().map(|plan| total(plan.0, plan.1)).fold(f64::INFINITY, f64::min);
        assert!(total(knee.annual_cost, knee.expected_loss()) <= least * 1.01, "seed {seed}: the knee");
    }
}

/// The plan of least total with CVaR is not on the curve of cost and expected loss: it is proven for the total.
#[test]
fn a_knee_beside_the_curve_is_proven_for_what_it_was_chosen_for() {
    let mut beside = 0;
    for seed in SEEDS {
        let estate = random_with(seed, false, 0.7, "[objective]\nrisk_aversion = 0.9\n");
        let events = sample(&estate);
        let plans = every_plan(&estate, &events);
        let problem = Problem::new(&estate, &events).expect("sound");
        let curve = swept(&problem).expect("feasible");
        for point in &curve.points {
            let best = best(&plans, &point.goal);
            let context = format!("seed {seed}: {:?}, {} in {}", point.goal, point.objective, point.lower_bound);
            assert!(point.lower_bound <= best * SLACK && point.objective >= best / SLACK, "{context}, {best}");
            assert!(
                (point.gap - (point.objective - point.lower_bound) / point.objective).abs() < 1e-9,
                "{context}"
            );
        }
        let knee = &curve.points[curve.knee];
        if knee.goal.cvar_weight > 0.0 {
            beside += 1;
            assert_eq!(knee.goal, Goal::total(1.0, 0.9), "seed {seed}");
            assert_eq!(knee.status, Status::WithinGap, "seed {seed}");
        }
    }
    assert!(beside > 0, "every knee is on the curve");
}

//! The surface of three measures against every plan of small random estates.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ballast_risk::sample;
use ballast_solver::{Control, Problem, Reach, SolveError, Surface, surface};
use support::{every_plan, random};

const SLACK: f64 = 1.0 + 1e-6;
const SEEDS: [u64; 4] = [1, 2, 5, 7];

fn found(problem: &Problem<'_>, reach: Reach) -> Surface {
    let never = AtomicBool::new(false);
    surface(problem, reach, &Control { progress: &|_| {}, interrupt: &never, seconds_left: None })
        .expect("feasible")
}

fn sum(weights: &[f64; 3], plan: &(f64, f64, f64)) -> f64 {
    weights[0] * plan.0 + weights[1] * plan.1 + weights[2] * plan.2
}

fn least(weights: &[f64; 3], plans: &[(f64, f64, f64)]) -> f64 {
    plans.iter().map(|plan| sum(weights, plan)).fold(f64::INFINITY, f64::min)
}

/// Mixes of the corners, evenly over all of them.
fn mixes(corners: &[[f64; 3]]) -> Vec<[f64; 3]> {
    let steps = 40;
    let mut mixes = Vec::new();
    for first in 0..=steps {
        for second in 0..=steps - first {
            let parts = [first, second, steps - first - second].map(f64::from);
            if corners.len() == 3 || parts[2] == 0.0 {
                let mut weights = [0.0; 3];
                for (part, corner) in parts.iter().zip(corners) {
                    for (sum, weight) in weights.iter_mut().zip(corner) {
                        *sum += part * weight;
                    }
                }
                mixes.push(weights);
            }
        }
    }
    mixes
}

fn check(found: &Surface, plans: &[(f64, f64, f64)], corners: &[[f64; 3]], context: &str) {
    let points: Vec<(f64, f64, f64)> = found
        .points
        .iter()
        .map(|point| (point.annual_cost, point.expected_loss(), point.risk.cvar(0.95)))
        .collect();
    for support in &found.supports {
        let (of_all, of_plan) = (least(&support.weights, plans), sum(&support.weights, &points[support.plan]));
        assert!(support.bound <= of_all * SLACK, "{context}: {support:?} is above {of_all}");
        assert!((support.objective - of_plan).abs() <= 1e-6 * of_plan, "{context}: {support:?} has {of_plan}");
    }
    // Plans that are dominated by mixes of the points, times a factor, are those that no weights set apart.
    for weights in mixes(corners) {
        let (ours, best) = (least(&weights, &points), least(&weights, plans));
        assert!(ours >= best / SLACK && ours * (1.0 - found.distance) <= best * SLACK, "{context}: {ours} {best}");
    }
    for (at, one) in points.iter().enumerate() {
        let beats = |other: &(f64, f64, f64)| other.0 <= one.0 && other.1 <= one.1 && other.2 <= one.2;
        assert!(points.iter().enumerate().all(|(other, figures)| other == at || !beats(figures)), "{context}");
    }
    assert!(found.points.windows(2).all(|pair| pair[0].annual_cost < pair[1].annual_cost));
}

#[test]
fn every_plan_is_within_the_proven_distance_of_the_surface() {
    for seed in SEEDS {
        let estate = random(seed, false);
        let events = sample(&estate);
        let plans = every_plan(&estate, &events);
        let problem = Problem::new(&estate, &events).expect("sound");
        let corners = [[1.0, 1e-3, 1e-3], [0.25, 1.0, 1e-3], [0.25, 1e-3, 1.0]];
        let near = found(&problem, Reach { budget: None, distance: 0.002, plans: 60 });
        check(&near, &plans, &corners, &format!("seed {seed}"));
        assert!(near.complete && near.corners_left == 0);
        // It ends where it is near enough, or where only the gaps of the solves are left.
        let widest = near.supports.iter().map(|support| support.gap).fold(0.002, f64::max);
        assert!(near.distance <= widest + 1e-5, "seed {seed}: {} {widest}", near.distance);
        let coarse = found(&problem, Reach { budget: None, distance: 0.0, plans: 3 });
        check(&coarse, &plans, &corners, &format!("seed {seed}, three plans"));
        assert!(coarse.distance >= near.distance - 1e-9 && coarse.points.len() <= near.points.len().max(3));
    }
}

#[test]
fn both_losses_are_traded_off_at_a_budget() {
    for seed in SEEDS {
        let estate = random(seed, false);
        let events = sample(&estate);
        let all = every_plan(&estate, &events);
        let mut costs: Vec<f64> = all.iter().map(|plan| plan.0).collect();
        costs.sort_by(f64::total_cmp);
        let budget = costs[costs.len() / 3];
        let plans: Vec<(f64, f64, f64)> = all.into_iter().filter(|plan| plan.0 <= budget * SLACK).collect();
        let problem = Problem::new(&estate, &events).expect("sound");
        let surface = found(&problem, Reach { budget: Some(budget), distance: 0.002, plans: 30 });
        check(&surface, &plans, &[[1e-3, 1.0, 1e-3], [1e-3, 1e-3, 1.0]], &format!("seed {seed}"));
        assert!(surface.points.iter().all(|point| point.annual_cost <= budget * SLACK));
    }
}

#[test]
fn a_surface_that_is_ended_anywhere_has_a_distance_that_holds() {
    let corners = [[1.0, 1e-3, 1e-3], [0.25, 1.0, 1e-3], [0.25, 1e-3, 1.0]];
    let never = AtomicBool::new(false);
    let (mut empty, mut without_corners, mut short) = (0, 0, 0);
    for seed in &SEEDS[..2] {
        let estate = random(*seed, false);
        let events = sample(&estate);
        let all = every_plan(&estate, &events);
        let mut costs: Vec<f64> = all.iter().map(|plan| plan.0).collect();
        costs.sort_by(f64::total_cmp);
        for budget in [None, Some(costs[costs.len() / 3])] {
            let is_within = |plan: &&(f64, f64, f64)| budget.is_none_or(|budget| plan.0 <= budget * SLACK);
            let plans: Vec<(f64, f64, f64)> = all.iter().filter(is_within).copied().collect();
            let corners: &[[f64; 3]] =
                if budget.is_some() { &[[1e-3, 1.0, 1e-3], [1e-3, 1e-3, 1.0]] } else { &corners };
            let problem = Problem::new(&estate, &events).expect("sound");
            let reach = Reach { budget, distance: 0.002, plans: 30 };
            let looks = AtomicUsize::new(0);
            let run = |most: usize| {
                looks.store(0, Ordering::Relaxed);
                let left = || if looks.fetch_add(1, Ordering::Relaxed) < most { 1e6 } else { 0.0 };
                let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: Some(&left) };
                surface(&problem, reach, &control)
            };
            assert!(run(usize::MAX).expect("feasible").complete);
            let looks = looks.load(Ordering::Relaxed);
            for part in 0..20 {
                let most = looks * part * part / 400;
                match run(most) {
                    Err(SolveError::OutOfTime) => empty += 1,
                    Err(other) => panic!("{other}"),
                    Ok(found) => {
                        assert!(!found.complete && found.distance < 1.0);
                        check(&found, &plans, corners, &format!("seed {seed}, {most} looks of {looks}"));
                        without_corners += usize::from(found.corners_left > 0);
                        short += 1;
                    }
                }
            }
        }
    }
    assert!(empty >= 1 && without_corners >= 1 && short > without_corners, "{empty} {without_corners} {short}");
}

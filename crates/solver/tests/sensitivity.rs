//! Robust plans, break-evens and regrets against the enumeration of every plan of small random estates.

mod support;

use std::sync::atomic::AtomicBool;

use ballast_model::{AnnualRate, Estate, Plan};
use ballast_risk::{RiskProfile, evaluate, sample};
use ballast_solver::{Control, Goal, Problem, Subject, robust, tornado};
use support::{random, solved, whole_plans};

const SEEDS: std::ops::Range<u64> = 1..7;

/// A random estate whose rates may be half or twice what they are.
fn uncertain(seed: u64) -> Estate {
    let mut parts = random(seed, false).into_parts();
    for hazard in &mut parts.hazards {
        let rate = hazard.rate.get();
        hazard.rate_interval = AnnualRate::new(rate * 0.5).ok().zip(AnnualRate::new(rate * 2.0).ok());
    }
    Estate::new(parts).expect("sound")
}

/// The worst total of a plan when up to `budget` rates are doubled, by trying every set of hazards.
fn worst(cost: f64, risk: &RiskProfile, budget: u32) -> f64 {
    let losses: Vec<f64> = risk.by_hazard.iter().map(|hazard| hazard.expected_loss).collect();
    (0_u32..1 << losses.len())
        .filter(|set| set.count_ones() <= budget)
        .map(|set| {
            let doubled = losses.iter().enumerate().filter(|(hazard, _)| set >> hazard & 1 == 1);
            cost + losses.iter().sum::<f64>() + doubled.map(|(_, loss)| loss).sum::<f64>()
        })
        .fold(0.0, f64::max)
}

#[test]
fn the_robust_plan_has_the_least_worst_case_of_all_plans() {
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    for seed in SEEDS {
        let estate = uncertain(seed);
        let events = sample(&estate);
        let every = whole_plans(&estate, &events);
        let nominal =
            solved(&Problem::new(&estate, &events).expect("sound"), &Goal::total(1.0, 0.0)).expect("found");
        for budget in [1_u32, 2, 4] {
            let least =
                every.iter().map(|(_, cost, risk)| worst(*cost, risk, budget)).fold(f64::INFINITY, f64::min);
            let plans: Vec<&Plan> = vec![&nominal.plan];
            let found = robust(&estate, &events, &plans, budget as usize, &control).expect("found");
            let context = format!(
                "seed {seed}, budget {budget}: {} in {} against {least}",
                found.worst.total, found.lower_bound
            );
            assert!(found.lower_bound <= least * (1.0 + 1e-6), "{context}");
            assert!(found.worst.total >= least * (1.0 - 1e-6), "{context}");
            assert!(found.worst.total <= least * 1.03, "{context}");
            assert!(found.worst.total <= found.compared[0].total * (1.0 + 1e-9), "{context}");
            let risk = evaluate(&estate, &events, &found.plan);
            let own = worst(found.worst.nominal.annual_cost, &risk, budget);
            assert!((own / found.worst.total - 1.0).abs() < 1e-9, "{context}: {own}");
        }
    }
}

#[test]
fn scaled_events_are_scaled_rates() {
    let estate = uncertain(3);
    let events = sample(&estate);
    let (plan, _, risk) = whole_plans(&estate, &events).swap_remove(0);
    let factor = |index: usize| 1.0 + 0.5 * index as f64;
    let scaled = evaluate(&estate, &events.scaled(|hazard| factor(hazard.index())), &plan);
    let wanted: f64 = risk.by_hazard.iter().map(|one| factor(one.hazard.index()) * one.expected_loss).sum();
    assert!((scaled.expected_loss() / wanted - 1.0).abs() < 1e-9);
    // And the solver's factored losses see the same.
    let scaled_events = events.scaled(|hazard| factor(hazard.index()));
    let problem = Problem::new(&estate, &scaled_events).expect("sound");
    let found = solved(&problem, &Goal::total(1.0, 0.0)).expect("found");
    let direct = evaluate(&estate, &scaled_events, &found.plan).expected_loss();
    assert!((found.expected_loss() / direct - 1.0).abs() < 1e-6);
}

#[test]
fn regret_is_what_the_best_plan_would_save_and_break_evens_are_where_it_begins_to() {
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    let mut break_evens = 0;
    for seed in SEEDS {
        let estate = uncertain(seed);
        let events = sample(&estate);
        let nominal =
            solved(&Problem::new(&estate, &events).expect("sound"), &Goal::total(1.0, 0.0)).expect("found");
        let found = tornado(&estate, &events, &[&nominal.plan], 6, &control).expect("found");
        assert!(found.is_complete());
        let swings: Vec<f64> = found.effects.iter().map(|effect| effect.swing(found.base[0].total)).collect();
        assert!(swings.windows(2).all(|pair| pair[0] >= pair[1]), "greatest first");
        for effect in found.effects.iter().take(6) {
            for (end, position, at) in
                [(&effect.low, 0.0, effect.break_even_low), (&effect.high, 1.0, effect.break_even_high)]
            {
                let best = end.best.as_ref().expect("solved");
                assert!((best.regret[0] - (end.kept[0].total - best.figures.total).max(0.0)).abs() < 1e-6);
                assert!(best.lower_bound <= best.figures.total * (1.0 + 1e-9));
                // Dearer, longer, more: never cheaper; the other way round for buffers.
                let rises = effect.input.subject != Subject::Buffers;
                if position == 1.0 && rises {
                    assert!(end.kept[0].total >= found.base[0].total * (1.0 - 1e-6), "{:?}", effect.input);
                }
                let Some(at) = at.filter(|at| at.position != 0.5) else { continue };
                break_evens += 1;
                // On either side of the break-even the order of the two plans is the other one.
                let advantage = |position: f64| {
                    let moved = effect.input.at(&estate, position).expect("sound");
                    let events = sample(&moved);
                    let total = |plan: &Plan| {
                        let cost = ballast_risk::audit(&moved, events.classes(), plan).annual_cost;
                        cost + evaluate(&moved, &events, plan).expected_loss()
                    };
                    total(&nominal.plan) - total(&best.plan)
                };
                assert!(advantage(at.position) > 0.0, "{:?} at {at:?}", effect.input);
                let before = at.position + (0.5 - at.position).signum() * 0.002;
                assert!(advantage(before) <= 1e-3 * found.base[0].total, "{:?} at {at:?}", effect.input);
            }
        }
    }
    assert!(break_evens >= 3, "{break_evens} plans changed");
}

//! The decomposition against the programme of everything with branch and bound, on estates that are small enough for it.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicUsize, Ordering},
};

use ballast_model::Estate;
use ballast_risk::{EventSet, audit, evaluate, sample};

use super::{
    master::{Figures, Master},
    mixing::Items,
};
use crate::{
    Control, Goal, Problem, Solution, SolveError,
    blocks::tests::case,
    relaxation::Search,
    solve::{Effort, Found, solve},
    whole::{plan_of, whole_mix},
};

/// Lines with a workload of their own, each on one of ten platforms; a limit on a site, a hall to open, a provider to
/// onboard.
fn estate(lines: usize, seed: u64) -> Estate {
    let mut state = seed;
    let mut roll = |from: u64, to: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (state >> 33) % (to - from + 1)
    };
    let mut workloads = String::from("workload,vcpu,memory_gib\n");
    let mut processes = String::from("process,value_per_h,buffer_h\n");
    let mut needs = String::from("process,workload,role\n");
    for platform in 0..10 {
        let _ = writeln!(workloads, "platform-{platform},{},0", roll(10, 40));
    }
    for line in 0..lines {
        let _ = writeln!(workloads, "mes-{line},{},0", roll(8, 32));
        let _ = writeln!(processes, "line-{line},{},{}", 500 * roll(1, 9), roll(0, 3));
        let _ = writeln!(needs, "line-{line},mes-{line},critical\nline-{line},platform-{},critical", roll(0, 9));
    }
    let files = [
        ("case.toml", "name = \"parts\"\ncurrency = \"EUR\"\n[risk]\nyears = 80\nseed = 3\n[solver]\ngap = 0.01\n".to_owned()),
        ("workloads.csv", workloads),
        ("processes.csv", processes),
        ("process_workloads.csv", needs),
        (
            "sites.csv",
            "site,kind,provider,country,fixed_cost_per_year\nde,region,p,DE,0\nfr,region,q,FR,0\nus,region,p,US,0\nhall,onprem,own,DE,4000\n"
                .to_owned(),
        ),
        ("providers.csv", "provider,onboarding_cost_per_year\np,0\nq,3000\nown,0\n".to_owned()),
        (
            "prices.csv",
            "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nfr,vcpu_h,0.052,EUR\nus,vcpu_h,0.045,EUR\nhall,vcpu_h,0.048,EUR\n".to_owned(),
        ),
        (
            "patterns.csv",
            "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h,failover_success_share\nsingle,none,0,0.5,4,24,0.9\npilot,any,0.2,0.25,2,1,0.9\n"
                .to_owned(),
        ),
        (
            "hazards.csv",
            "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.6,6,1\nb,hall,1,4,1\nc,fr,0.5,5,1\nd,us,0.9,5,0.7\n"
                .to_owned(),
        ),
        ("limits.csv", "limit,scope,member,resource,max_share\nvirginia,site,us,vcpu,0.3\n".to_owned()),
    ];
    case(&files)
}

fn by_worths(problem: &Problem<'_>, goal: &Goal, control: &Control<'_>) -> Result<Found, SolveError> {
    Search::new(problem, goal, control, problem.first.clone()).best_by_worths(Effort::Alone)
}

/// Goals with each cap, with CVaR, and with several of them, where the plan of least total has these figures.
fn goals(total: &Solution) -> Vec<(&'static str, Goal)> {
    let (cost, loss, cvar) = (total.annual_cost, total.expected_loss(), total.risk.cvar(0.95));
    vec![
        ("a budget", Goal { budget: Some(0.97 * cost), ..Goal::total(1.0, 0.0) }),
        ("a budget alone", Goal { budget: Some(cost), ..Goal::SAFEST }),
        ("a cap on loss", Goal { loss_cap: Some(1.1 * loss), ..Goal::CHEAPEST }),
        ("a cap that does not bind", Goal { loss_cap: Some(1e3 * loss), ..Goal::total(1.0, 0.0) }),
        ("a cap on CVaR", Goal { cvar_cap: Some(1.1 * cvar), ..Goal::CHEAPEST }),
        ("CVaR", Goal::total(1.0, 0.4)),
        ("CVaR and a budget", Goal { budget: Some(0.98 * cost), ..Goal::total(1.0, 0.4) }),
        ("caps on both", Goal { loss_cap: Some(1.1 * loss), cvar_cap: Some(1.05 * cvar), ..Goal::CHEAPEST }),
    ]
}

struct Case {
    estate: Estate,
    events: EventSet,
}

fn cases() -> Vec<Case> {
    let case = |(lines, seed)| {
        let estate = estate(lines, seed);
        let events = sample(&estate);
        Case { estate, events }
    };
    [(40, 1), (50, 5)].map(case).into()
}

/// What the plan comes to by evaluator and audit, that keep to caps and limits.
fn confirmed(case: &Case, problem: &Problem<'_>, name: &str, goal: &Goal, found: &Found) -> f64 {
    let plan = plan_of(problem, &found.whole.mix).expect("whole");
    let audit = audit(&case.estate, case.events.classes(), &plan);
    let risk = evaluate(&case.estate, &case.events, &plan);
    assert!(audit.violations.is_empty(), "{name}: {:?}", audit.violations);
    let (cost, loss, cvar) = (audit.annual_cost, risk.expected_loss(), risk.cvar(0.95));
    for (figure, cap) in [(cost, goal.budget), (loss, goal.loss_cap), (cvar, goal.cvar_cap)] {
        assert!(cap.is_none_or(|cap| figure <= cap * (1.0 + 1e-6)), "{name}: {figure} beyond {cap:?}");
    }
    let objective = goal.objective(cost, loss, cvar);
    assert!((objective - found.whole.objective).abs() < 1e-6 * objective, "{name}");
    objective
}

/// Plans keep caps and limits, and the gap that is proven is small.
#[test]
fn every_kind_of_cap_has_a_plan_that_keeps_it_and_a_bound_near_it() {
    let mut gaps: Vec<(&str, f64)> = Vec::new();
    for case in cases() {
        let problem = Problem::new(&case.estate, &case.events).expect("sound");
        let control = Control::quiet();
        let total = solve(&problem, &Goal::total(1.0, 0.0), &control).expect("feasible");
        for (name, goal) in goals(&total) {
            let found = by_worths(&problem, &goal, &control).unwrap_or_else(|error| panic!("{name}: {error}"));
            let objective = confirmed(&case, &problem, name, &goal, &found);
            let gap = 1.0 - found.bound * problem.money_unit / objective;
            gaps.push((name, gap));
        }
    }
    // Few lines share few platforms: whole plans are far apart where bad years count.
    assert!(gaps.iter().all(|(_, gap)| (-1e-9..0.25).contains(gap)), "{gaps:?}");
    let average = gaps.iter().map(|(_, gap)| gap).sum::<f64>() / gaps.len() as f64;
    assert!(average < 0.05, "{average}: {gaps:?}");
}

/// The bound is never above what a plan by branch and bound comes to, nor the plan below its bound.
#[test]
fn bounds_hold_against_branch_and_bound() {
    for seed in 1..4 {
        let estate = estate(6, seed);
        let events = sample(&estate);
        let case = Case { estate, events };
        let problem = Problem::new(&case.estate, &case.events).expect("sound");
        let control = Control::quiet();
        let total = solve(&problem, &Goal::total(1.0, 0.0), &control).expect("feasible");
        for (name, goal) in goals(&total).into_iter().filter(|(_, goal)| goal.cvar_cap.is_none()) {
            let exact = solve(&problem, &goal, &control).expect("feasible");
            let Ok(found) = by_worths(&problem, &goal, &control) else { continue };
            let bound = found.bound * problem.money_unit;
            assert!(bound <= exact.objective * (1.0 + 1e-6), "{name}: {bound} above {}", exact.objective);
            let objective = confirmed(&case, &problem, name, &goal, &found);
            assert!(objective >= exact.lower_bound * (1.0 - 1e-6), "{name}: {objective} {}", exact.lower_bound);
        }
    }
}

#[test]
fn caps_that_no_plan_keeps_are_named_with_what_is_missing() {
    for Case { estate, events } in cases() {
        let problem = Problem::new(&estate, &events).expect("sound");
        let control = Control::quiet();
        let cheapest = solve(&problem, &Goal { loss_weight: 1e-6, ..Goal::CHEAPEST }, &control).expect("feasible");
        let budget = 0.9 * cheapest.annual_cost;
        let goal = Goal { budget: Some(budget), ..Goal::total(1.0, 0.3) };
        let Err(SolveError::Infeasible { conflict, relaxations }) = by_worths(&problem, &goal, &control) else {
            panic!("nothing is as cheap");
        };
        assert_eq!(conflict, ["budget"]);
        let missing = cheapest.annual_cost - budget;
        assert!((relaxations[0].by - missing).abs() < 0.2 * missing, "{relaxations:?} {missing}");
    }
}

/// Ended at any step it has a bound that holds, or says that it was ended.
#[test]
fn ended_at_any_step_the_bound_holds() {
    let estate = estate(20, 1);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let control = Control::quiet();
    let total = solve(&problem, &Goal::total(1.0, 0.0), &control).expect("feasible");
    let goal = Goal { budget: Some(0.98 * total.annual_cost), ..Goal::total(1.0, 0.4) };
    let least = by_worths(&problem, &goal, &control).expect("feasible");
    let (least, most) = (least.whole.objective, least.bound * problem.money_unit);
    let looks = AtomicUsize::new(0);
    let run = |most: usize| {
        looks.store(0, Ordering::Relaxed);
        let left = || if looks.fetch_add(1, Ordering::Relaxed) < most { 1e6 } else { 0.0 };
        by_worths(&problem, &goal, &Control { seconds_left: Some(&left), ..Control::quiet() })
    };
    assert!(run(usize::MAX).is_ok());
    let all = looks.load(Ordering::Relaxed);
    let (mut with, mut without) = (0, 0);
    for part in 0..8 {
        match run(all * part / 8) {
            Ok(found) => {
                let bound = found.bound * problem.money_unit;
                assert!(bound <= least * (1.0 + 1e-6), "{bound} above {least}");
                assert!(found.whole.objective >= most * (1.0 - 1e-6));
                with += 1;
            }
            Err(error) => {
                assert!(error.is_end() || error == SolveError::NoPlan, "{error}");
                without += 1;
            }
        }
    }
    assert!(with > 0 && without > 0, "{with} with a plan, {without} without");
}

/// Two plans on either side of a cap: the mixture that just keeps it, and the slope between them as its price.
#[test]
fn the_master_programme_mixes_what_is_on_both_sides_of_a_cap() {
    let Case { estate, events } = cases().remove(1);
    let problem = Problem::new(&estate, &events).expect("sound");
    let control = Control::quiet();
    let plan = |loss_weight: f64| {
        let goal = Goal { loss_weight, ..Goal::CHEAPEST };
        let found = Search::new(&problem, &goal, &control, problem.first.clone()).relax().expect("feasible");
        Figures::of(&problem, &found.mix)
    };
    let (cheap, safe) = (plan(0.01), plan(4.0));
    let cap = 0.25 * cheap.expected + 0.75 * safe.expected;
    let goal = Goal { loss_cap: Some(cap), ..Goal::CHEAPEST };
    let mut master = Master::new(&problem, &goal);
    master.add(cheap.clone());
    master.add(safe.clone());
    let mixture = master.solve(&control, &mut 0).expect("feasible");
    assert!(
        (mixture.parts[0] - 0.25).abs() < 1e-6 && (mixture.parts[1] - 0.75).abs() < 1e-6,
        "{:?}",
        mixture.parts
    );
    let slope = (safe.cost - cheap.cost) / (cheap.expected - safe.expected);
    assert!((mixture.worth.expected - slope).abs() < 1e-6 * slope, "{} {slope}", mixture.worth.expected);
    let value = 0.25 * cheap.cost + 0.75 * safe.cost;
    assert!((mixture.value - value).abs() < 1e-6 * value && mixture.keeps_caps);
    // At these worths neither is better.
    let at = |figures: &Figures| figures.at(&goal, &mixture.worth);
    assert!((at(&cheap) - at(&safe)).abs() < 1e-6 * value && (at(&cheap) - value).abs() < 1e-6 * value);
}

#[test]
fn every_plan_has_its_part_of_a_mixed_one() {
    let Case { estate, events } = cases().remove(1);
    let problem = Problem::new(&estate, &events).expect("sound");
    let items = Items::of(&problem);
    assert_eq!(items.hubs.len(), 10);
    let last: Vec<usize> = problem.options.options.iter().map(|options| options.len() - 1).collect();
    let first = vec![0; last.len()];
    let plans = [first.clone(), last.clone()];
    assert_eq!(items.mixed(&problem, &plans, &[1.0, 0.0]), first);
    let mixed = items.mixed(&problem, &plans, &[0.25, 0.75]);
    // The shared workloads are as in the first plan, a quarter of the others too, within one of them.
    assert!(items.hubs.iter().all(|hub| mixed[*hub] == first[*hub]));
    let cost = |options: &[usize]| Figures::of(&problem, &whole_mix(options)).cost;
    let own: Vec<usize> = items.of.iter().flatten().copied().collect();
    let moved = own.iter().filter(|w| mixed[**w] != first[**w]).count();
    assert!(moved > own.len() / 2 && moved < own.len(), "{moved} of {}", own.len());
    assert!(cost(&mixed) > 0.0);
}

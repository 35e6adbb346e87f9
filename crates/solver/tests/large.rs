//! An estate with more than a thousand processes, which is solved by blocks.

mod support;

use std::fmt::Write as _;

use ballast_risk::{audit, evaluate, sample};
use ballast_solver::{Goal, Problem, Solution, SolveError};
use support::{Dice, case, solved, swept};

/// Lines with a workload of their own, each on one of few platforms; a limit on a site and a provider to onboard.
fn files(lines: usize) -> Vec<(&'static str, String)> {
    let mut dice = Dice(11);
    let mut workloads = String::from("workload,vcpu,memory_gib\n");
    let mut processes = String::from("process,value_per_h,buffer_h,restart_h\n");
    let mut needs = String::from("process,workload,role,buffer_h\n");
    let platforms = lines / 25;
    for platform in 0..platforms {
        let _ = writeln!(workloads, "platform-{platform},{},0", dice.roll(20.0, 90.0).round());
    }
    for line in 0..lines {
        let _ = writeln!(workloads, "mes-{line},{},0", dice.roll(8.0, 32.0).round());
        let value = (dice.roll(1.0, 9.0).round() * 500.0, dice.roll(0.0, 3.0).round());
        let _ = writeln!(processes, "line-{line},{},{},1", value.0, value.1);
        let platform = dice.roll(0.0, platforms as f64 - 0.01).floor();
        let _ = writeln!(needs, "line-{line},mes-{line},critical,0\nline-{line},platform-{platform},critical,2");
    }
    let text = str::to_owned;
    vec![
        (
            "case.toml",
            text("name = \"large\"\ncurrency = \"EUR\"\n[risk]\nyears = 200\nseed = 5\n[objective]\npoints = 5\n"),
        ),
        ("workloads.csv", workloads),
        ("processes.csv", processes),
        ("process_workloads.csv", needs),
        ("sites.csv", text("site,kind,provider,country\nde,region,p,DE\nfr,region,q,FR\nus,region,p,US\n")),
        ("providers.csv", text("provider,onboarding_cost_per_year\np,0\nq,90000\n")),
        (
            "prices.csv",
            text("site,resource,price,currency\nde,vcpu_h,0.05,EUR\nfr,vcpu_h,0.052,EUR\nus,vcpu_h,0.045,EUR\n"),
        ),
        (
            "patterns.csv",
            text(
                "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h,failover_success_share\n\
                 single,none,0,0.5,4,24,0.9\npilot,any,0.2,0.25,2,1,0.9\n",
            ),
        ),
        (
            "hazards.csv",
            text(
                "hazard,domain,rate_per_year,duration_median_h,duration_sigma\n\
                 a,de,0.6,6,1\nb,fr,0.5,5,1\nc,us,0.9,5,0.7\n",
            ),
        ),
        ("limits.csv", text("limit,scope,member,resource,max_share\nvirginia,site,us,vcpu,0.3\n")),
    ]
}

#[test]
fn a_thousand_processes_have_a_plan_with_a_proof_and_a_curve() {
    let estate = case(&files(1010));
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let found = solved(&problem, &Goal::total(1.0, 0.0)).expect("feasible");
    // Without workloads that choose together it is 0.019 %.
    assert!(found.gap < 1.7e-4, "{}", found.gap);
    assert!(audit(&estate, events.classes(), &found.plan).violations.is_empty());
    let risk = evaluate(&estate, &events, &found.plan);
    assert!((found.objective - found.annual_cost - risk.expected_loss()).abs() < 1e-6 * found.objective);
    let us = found.shadow_prices.iter().find(|price| price.row.starts_with("share[site=us"));
    assert!(us.is_some_and(|price| price.value > 0.0), "the cheapest site is full: {:?}", found.shadow_prices);

    let curve = swept(&problem).expect("feasible");
    assert!(curve.complete && curve.points.len() >= 4, "{}", curve.points.len());
    for pair in curve.points.windows(2) {
        assert!(pair[0].annual_cost < pair[1].annual_cost);
        assert!(pair[0].risk.expected_loss() > pair[1].risk.expected_loss());
    }
    let knee = &curve.points[curve.knee];
    let total = |cost: f64, loss: f64| cost + loss;
    assert!(total(knee.annual_cost, knee.risk.expected_loss()) <= found.objective * (1.0 + found.gap));
    for point in &curve.points {
        assert!(point.gap < 0.03, "{}", point.gap);
    }
}

/// Caps and CVaR couple every process; nothing is solved as one programme.
#[test]
fn a_thousand_processes_keep_caps_and_count_bad_years() {
    let estate = case(&files(1010));
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let total = solved(&problem, &Goal::total(1.0, 0.0)).expect("feasible");
    let (cost, loss, cvar) = (total.annual_cost, total.expected_loss(), total.risk.cvar(0.95));
    let capped = |found: &Solution, row: &str| {
        found.shadow_prices.iter().any(|price| price.row == row && price.value > 0.0)
    };
    for (row, goal, most) in [
        ("budget", Goal { budget: Some(0.97 * cost), ..Goal::total(1.0, 0.0) }, 5e-3),
        ("expected_loss", Goal { loss_cap: Some(1.2 * loss), ..Goal::CHEAPEST }, 5e-3),
        ("cvar", Goal { cvar_cap: Some(1.2 * cvar), ..Goal::CHEAPEST }, 0.06),
    ] {
        let found = solved(&problem, &goal).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert!(audit(&estate, events.classes(), &found.plan).violations.is_empty());
        let risk = evaluate(&estate, &events, &found.plan);
        for (figure, cap) in [
            (found.annual_cost, goal.budget),
            (risk.expected_loss(), goal.loss_cap),
            (risk.cvar(0.95), goal.cvar_cap),
        ] {
            assert!(cap.is_none_or(|cap| figure <= cap * (1.0 + 1e-6)), "{row}: {figure} beyond {cap:?}");
        }
        assert!(found.gap < most, "{row}: {}", found.gap);
        assert!(capped(&found, row), "{row} has a price: {:?}", found.shadow_prices);
    }
    let averse = solved(&problem, &Goal::total(1.0, 0.5)).expect("feasible");
    // 200 years have ten bad ones: whole plans are far apart.
    assert!(averse.gap < 0.03, "{}", averse.gap);
    assert!(averse.risk.cvar(0.95) < cvar, "who fears bad years has fewer of them");
    let Err(SolveError::Infeasible { conflict, .. }) =
        solved(&problem, &Goal { budget: Some(0.5 * cost), ..Goal::total(1.0, 0.0) })
    else {
        panic!("nothing is as cheap");
    };
    assert_eq!(conflict, ["budget"]);
}

/// The plans that other goals of a curve have found do not take the place of a search of its own.
#[test]
fn the_knee_of_a_curve_is_as_good_as_the_plan_by_itself() {
    let mut files = files(1010);
    // So wide a gap that the safest plan is within it.
    files[0].1 += "risk_aversion = 0.1\n[solver]\ngap = 0.05\n";
    files[3].1 = files[3]
        .1
        .lines()
        .filter(|line| !line.contains("platform"))
        .fold(String::new(), |text, line| text + line + "\n");
    let estate = case(&files);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let goal = Goal::total(1.0, 0.1);
    let alone = solved(&problem, &goal).expect("feasible");
    let curve = swept(&problem).expect("feasible");
    let knee = &curve.points[curve.knee];
    let total = goal.objective(knee.annual_cost, knee.expected_loss(), knee.risk.cvar(0.95));
    assert!(alone.gap < 0.002, "{}", alone.gap);
    assert!(total <= alone.objective * 1.001, "{total} against {}", alone.objective);
}

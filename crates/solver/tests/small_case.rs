//! A case small enough to enumerate: the certified answers against brute force.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions in short lists")]

use std::{fs, sync::atomic::AtomicBool};

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Assignment, Estate, Plan, Share, rules};
use ballast_risk::{EventSet, audit, evaluate, sample};
use ballast_solver::{Control, Goal, Problem, SolveError, solve};

fn estate() -> Estate {
    let dir = tempfile::tempdir().expect("a place to write");
    for (name, text) in [
        (
            "case.toml",
            "name = \"tiny\"\ncurrency = \"EUR\"\n[risk]\nyears = 500\nseed = 3\n[solver]\ngap = 0.000001\n",
        ),
        ("workloads.csv", "workload,vcpu,memory_gib,storage_gib,residency\nmes,16,64,500,\nlog,8,32,200,DE\n"),
        (
            "sites.csv",
            "site,kind,provider,country,zones,fixed_cost_per_year,capacity_vcpu\nde,region,p,DE,3,0,\nie,region,p,IE,3,0,\nhall,onprem,own,DE,1,900,20\n",
        ),
        (
            "prices.csv",
            "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nde,memory_gib_h,0.005,EUR\nde,storage_gib_month,0.1,EUR\n\
             ie,vcpu_h,0.04,EUR\nie,memory_gib_h,0.004,EUR\nie,storage_gib_month,0.08,EUR\n\
             hall,vcpu_h,0.03,EUR\nhall,memory_gib_h,0.003,EUR\nhall,storage_gib_month,0.05,EUR\n",
        ),
        (
            "hazards.csv",
            "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.4,6,1\nb,ie,0.5,9,1\nc,hall,0.9,5,0.5\n",
        ),
        ("processes.csv", "process,value_per_h,buffer_h,restart_h\nline,3000,1,1\n"),
        ("process_workloads.csv", "process,workload,role,buffer_h\nline,mes,critical,0\nline,log,critical,2\n"),
    ] {
        fs::write(dir.path().join(name), text).expect("writable");
    }
    read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{found}")).estate
}

/// Cost, expected loss and CVaR of every plan that keeps the limits.
fn every_plan(estate: &Estate, events: &EventSet) -> Vec<(f64, f64, f64)> {
    let [first, second] = [0, 1].map(|w| rules::deployments(estate, ballast_model::WorkloadId::new(w)));
    let whole = |deployment| vec![Assignment { deployment, share: Share::ONE }];
    let mut plans = Vec::new();
    for a in &first {
        for b in &second {
            let plan = Plan::new(estate, vec![whole(*a), whole(*b)]).expect("allowed");
            let audit = audit(estate, events.classes(), &plan);
            if audit.violations.is_empty() {
                let risk = evaluate(estate, events, &plan);
                plans.push((audit.annual_cost, risk.expected_loss(), risk.cvar(0.95)));
            }
        }
    }
    plans
}

fn solved(problem: &Problem<'_>, goal: &Goal) -> Result<(f64, f64), SolveError> {
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    solve(problem, goal, &control).map(|solution| (solution.objective, solution.lower_bound))
}

#[test]
fn whole_plans_are_those_of_brute_force() {
    let estate = estate();
    let events = sample(&estate);
    let plans = every_plan(&estate, &events);
    let problem = Problem::new(&estate, &events).expect("sound");
    let caps: Vec<f64> = {
        let mut losses: Vec<f64> = plans.iter().map(|plan| plan.1).collect();
        losses.sort_by(f64::total_cmp);
        [0.2, 0.5, 0.9].map(|share: f64| losses[(share * (plans.len() - 1) as f64) as usize]).to_vec()
    };
    let mut goals = vec![Goal::CHEAPEST, Goal::total(1.0, 0.0), Goal::total(1.0, 0.5)];
    goals.extend(caps.iter().map(|cap| Goal { loss_cap: Some(*cap), ..Goal::CHEAPEST }));
    for goal in goals {
        let best = plans
            .iter()
            .filter(|plan| goal.loss_cap.is_none_or(|cap| plan.1 <= cap * (1.0 + 1e-6)))
            .map(|plan| goal.objective(plan.0, plan.1, plan.2))
            .fold(f64::INFINITY, f64::min);
        let (objective, bound) = solved(&problem, &goal).expect("feasible");
        assert!(objective <= best * 1.01, "{goal:?}: {objective} against {best}");
        assert!(objective >= best * (1.0 - 1e-6), "{goal:?}: {objective} is better than every plan, {best}");
        assert!(bound <= best * (1.0 + 1e-9), "{goal:?}: the bound {bound} is above the optimum {best}");
    }
}

#[test]
fn what_cannot_be_met_is_named() {
    let estate = estate();
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let error =
        solved(&problem, &Goal { budget: Some(1.0), ..Goal::CHEAPEST }).expect_err("nothing costs 1 a year");
    let SolveError::Infeasible { conflict, relaxations } = error else { panic!("{error}") };
    // The hall is the cheapest site and full: its capacity holds the budget up too.
    assert!(conflict.contains(&"budget".to_owned()), "{conflict:?}");
    let [only] = &relaxations[..] else { panic!("{relaxations:?}") };
    assert_eq!(only.row, "budget");
    assert!(only.by > 1000.0, "{only:?}");
}

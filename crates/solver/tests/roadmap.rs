//! The roadmap on estates small enough to see why: who moves together, who first, and that every stop stands up.

mod support;

use std::sync::atomic::AtomicBool;

use ballast_model::{Assignment, Deployment, Estate, Plan, Share, WorkloadId, rules};
use ballast_risk::{EventSet, audit, evaluate, sample};
use ballast_solver::{Bond, Control, Goal, Problem, Roadmap, roadmap};
use support::{Dice, case, random, solved};

fn way(estate: &Estate, events: &EventSet, plans: [&Plan; 2]) -> Roadmap {
    let never = AtomicBool::new(false);
    roadmap(estate, events, plans, &Control { progress: &|_| {}, interrupt: &never, seconds_left: None })
        .expect("not interrupted")
}

/// Walks again with audit and evaluator alone: nothing is broken that the stop before kept, all figures are true.
fn walk_again(estate: &Estate, events: &EventSet, [today, plan]: [&Plan; 2], found: &Roadmap) {
    let mut moved = vec![false; estate.workloads().len()];
    let mut before = audit(estate, events.classes(), today).violations;
    for (_, step) in found.steps() {
        for workload in &step.workloads {
            assert!(!std::mem::replace(&mut moved[workload.index()], true), "{workload:?} moves twice");
        }
        let here = today.moved(plan, |workload| moved[workload.index()]);
        let audit = audit(estate, events.classes(), &here);
        for violation in &audit.violations {
            let kept = before.iter().find(|known| known.rule == violation.rule);
            assert!(kept.is_some_and(|known| violation.by <= known.by + 1e-9), "{violation:?} is new or worse");
        }
        let risk = evaluate(estate, events, &here);
        assert!((step.after.annual_cost - audit.annual_cost).abs() < 1e-6);
        assert!((step.after.expected_loss - risk.expected_loss()).abs() < 1e-6);
        assert_eq!(step.after.broken.is_empty(), audit.violations.is_empty());
        before = audit.violations;
    }
    let differ = estate.workload_ids().filter(|id| today.of(*id) != plan.of(*id));
    assert_eq!(moved.iter().filter(|moved| **moved).count(), differ.count());
}

#[test]
fn every_stop_between_any_two_plans_stands_up() {
    for seed in 0..24 {
        let estate = random(seed, false);
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("a problem");
        let plan = solved(&problem, &Goal::total(1.0, 0.0)).expect("a plan").plan;
        // Where everybody is today, limits or no limits.
        let mut dice = Dice(seed + 77);
        let assignments = estate.workload_ids().map(|workload| {
            let all = rules::deployments(&estate, workload);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in a list")]
            let at = dice.roll(0.0, all.len() as f64) as usize;
            vec![Assignment { deployment: all[at.min(all.len() - 1)], share: Share::ONE }]
        });
        let today = Plan::new(&estate, assignments.collect()).expect("allowed");
        let found = way(&estate, &events, [&today, &plan]);
        walk_again(&estate, &events, [&today, &plan], &found);
        assert_eq!(found, way(&estate, &events, [&today, &plan]));
    }
}

const TWO_SITES: &str = "site,kind,provider,zones,capacity_vcpu\nnorth,region,p,1,\nsouth,region,q,1,\n";

/// Three workloads at `north`, which fails often; `south` never does. One process needs `a` and `b`, another one `c`.
fn estate(sites: &str, groups: [&str; 3], needs: &str) -> Estate {
    let [a, b, c] = groups;
    case(&[
        ("case.toml", "name = \"way\"\ncurrency = \"EUR\"\n[risk]\nyears = 500\n".to_owned()),
        ("workloads.csv", format!("workload,vcpu,memory_gib,group\na,8,32,{a}\nb,8,32,{b}\nc,8,32,{c}\n")),
        ("sites.csv", sites.to_owned()),
        (
            "prices.csv",
            "site,resource,price,currency\nnorth,vcpu_h,0.04,EUR\nnorth,memory_gib_h,0.004,EUR\n\
             south,vcpu_h,0.05,EUR\nsouth,memory_gib_h,0.004,EUR\n"
                .to_owned(),
        ),
        ("patterns.csv", "pattern,primary_zones,standby,rto_h,rpo_h\nsingle,1,none,4,24\n".to_owned()),
        ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nn,north,2,8\n".to_owned()),
        ("processes.csv", "process,value_per_h\nline,3000\nshop,500\n".to_owned()),
        ("process_workloads.csv", format!("process,workload,role\n{needs}shop,c,critical\n")),
    ])
}

/// A plan with each workload at the site of this position.
fn at(estate: &Estate, sites: [usize; 3]) -> Plan {
    let site = |at: usize| estate.site_ids().nth(at).expect("a site");
    let pattern = estate.pattern_ids().next().expect("a pattern");
    let deployment = |at| Deployment { pattern, primary: site(at), standby: None };
    let assignments = sites.map(|at| vec![Assignment { deployment: deployment(at), share: Share::ONE }]);
    Plan::new(estate, assignments.to_vec()).expect("allowed")
}

/// Who moves, move by move, by position in the estate.
fn moves(found: &Roadmap) -> Vec<Vec<usize>> {
    found.moves.iter().map(|one| one.workloads.iter().copied().map(WorkloadId::index).collect()).collect()
}

const LINE: &str = "line,a,critical\nline,b,critical\n";

#[test]
fn workloads_of_a_series_pay_together_or_not_at_all() {
    let estate = estate(TWO_SITES, ["", "", ""], LINE);
    let events = sample(&estate);
    let found = way(&estate, &events, [&at(&estate, [0, 0, 0]), &at(&estate, [1, 1, 1])]);
    // Alone, `a` costs more and the line still stops with `b`; together they buy more for their money than `c`.
    assert_eq!(moves(&found), [vec![0, 1], vec![2]]);
    assert_eq!(found.moves[0].bonds, [Bond::Process("line".to_owned())]);
    assert!(found.moves[1].bonds.is_empty() && found.rest.is_none());
    assert!(found.end().expected_loss == 0.0 && found.today.expected_loss > 10_000.0);
}

#[test]
fn what_buys_nothing_is_left_for_the_rest() {
    let estate = estate(TWO_SITES, ["", "", ""], "line,a,critical\n");
    let events = sample(&estate);
    let plans = [&at(&estate, [0, 0, 0]), &at(&estate, [1, 1, 1])];
    let found = way(&estate, &events, plans);
    assert_eq!(moves(&found), [vec![0], vec![2]]);
    let rest = found.rest.as_ref().expect("b, which nobody needs");
    assert_eq!(rest.workloads, [WorkloadId::new(1)]);
    walk_again(&estate, &events, plans, &found);
}

#[test]
fn a_group_is_never_parted() {
    let estate = estate(TWO_SITES, ["g", "", "g"], "line,a,critical\n");
    let events = sample(&estate);
    let found = way(&estate, &events, [&at(&estate, [0, 0, 0]), &at(&estate, [1, 0, 1])]);
    assert_eq!(moves(&found), [vec![0, 2]]);
    assert_eq!(found.moves[0].bonds, [Bond::Group("g".to_owned())]);
}

#[test]
fn who_needs_room_takes_along_who_makes_it() {
    let full = "site,kind,provider,zones,capacity_vcpu\nnorth,region,p,1,\nsouth,region,q,1,16\n";
    let estate = estate(full, ["", "", ""], "line,a,critical\n");
    let events = sample(&estate);
    // South is full: `a` can come when `b`, which nobody needs, goes; `c` is there and stays.
    let plans = [&at(&estate, [0, 1, 1]), &at(&estate, [1, 0, 1])];
    let found = way(&estate, &events, plans);
    walk_again(&estate, &events, plans, &found);
    // North is cheaper, so that `b` goes first by itself.
    assert_eq!(moves(&found), [vec![1], vec![0]]);
    // Were `b` dear to move, `a` would have to take it along.
    let mut parts = estate.clone().into_parts();
    for (site, price) in parts.sites.iter_mut().zip([0.06, 0.05]) {
        site.prices.set(ballast_model::Priced::VcpuHour, ballast_model::Money::new(price).expect("money"));
    }
    let estate = Estate::new(parts).expect("an estate");
    let found = way(&estate, &events, plans);
    walk_again(&estate, &events, plans, &found);
    assert_eq!(moves(&found), [vec![0, 1]]);
    assert_eq!(found.moves[0].bonds, [Bond::Limit("capacity[south,vcpu]".to_owned())]);
}

#[test]
fn what_mends_a_broken_limit_comes_first() {
    let full = "site,kind,provider,zones,capacity_vcpu\nnorth,region,p,1,16\nsouth,region,q,1,\n";
    let estate = estate(full, ["", "", ""], "line,a,critical\n");
    let events = sample(&estate);
    let plans = [&at(&estate, [0, 0, 0]), &at(&estate, [1, 1, 0])];
    let found = way(&estate, &events, plans);
    walk_again(&estate, &events, plans, &found);
    assert_eq!(found.today.broken, ["capacity[north,vcpu]"]);
    // Of those that make room the one that pays most for its money.
    assert_eq!(moves(&found)[0], [0]);
    assert_eq!(found.moves[0].mends, ["capacity[north,vcpu]"]);
    assert!(found.moves[0].after.broken.is_empty());
}

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ballast_risk::sample;

use super::hub_bound;
use crate::{Control, Goal, blocks::tests::case, problem::Problem, relaxation::Search};

/// Two lines share a hub; each has a workload of its own.
const FILES: [(&str, &str); 7] = [
    ("case.toml", "name = \"hubs\"\ncurrency = \"EUR\"\n[risk]\nyears = 80\nseed = 2\n"),
    ("workloads.csv", "workload,vcpu,memory_gib\nhub,10,0\nmes-a,6,0\nmes-b,7,0\n"),
    ("sites.csv", "site,kind,provider,country\nde,region,p,DE\nfr,region,q,FR\nie,region,p,IE\n"),
    ("prices.csv", "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nfr,vcpu_h,0.06,EUR\nie,vcpu_h,0.04,EUR\n"),
    (
        "patterns.csv",
        "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h\nsingle,none,0,0.5,4,24\npilot,any,0.25,0.25,2,1\n",
    ),
    (
        "hazards.csv",
        "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.5,6,1\nb,ie,1,4,1\nc,fr,0.3,5,1\n",
    ),
    ("processes.csv", "process,value_per_h,buffer_h\nline-a,1000,1\nline-b,700,1\n"),
];
const NEEDS: &str = "process,workload,role\nline-a,hub,critical\nline-a,mes-a,critical\nline-b,hub,critical\nline-b,mes-b,critical\n";

#[test]
fn an_interrupt_ends_the_enumeration_of_the_hubs_within_one_fixing() {
    let files: Vec<(&str, &str)> = FILES.into_iter().chain([("process_workloads.csv", NEEDS)]).collect();
    let estate = case(&files);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let goal = Goal::total(1.0, 0.0);
    let never = AtomicBool::new(false);
    let free = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    let mut search = Search::new(&problem, &goal, &free, problem.first.clone());
    let relaxed = search.relax().expect("feasible");
    // Far above what a plan can cost: every fixing is looked at.
    let target = 2.0 * relaxed.bound_at_duals;
    let looks = AtomicUsize::new(0);
    let bound = |most: usize| {
        looks.store(0, Ordering::Relaxed);
        let left = || if looks.fetch_add(1, Ordering::Relaxed) < most { 1.0 } else { 0.0 };
        let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: Some(&left) };
        hub_bound(&problem, &goal, &relaxed, target, &control).map(|found| found.bound)
    };
    assert!(bound(usize::MAX).is_some_and(|bound| bound >= relaxed.bound_at_duals - 1e-9));
    let all = looks.load(Ordering::Relaxed);
    assert!(all > 4, "{all} fixings");
    for most in 0..all {
        assert_eq!(bound(most), None, "after {most} of {all}");
        assert_eq!(looks.load(Ordering::Relaxed), most + 1);
    }
}

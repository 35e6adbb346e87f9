//! The range of a shadow price against brute force: the case solved again with the limit moved.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ballast_model::Estate;
use ballast_risk::sample;
use ballast_solver::{Control, Goal, Problem, Range, Solution, solve};
use support::{PATTERNS, case, random_limited, solved};

const SINGLE: &str = "pattern,standby,detection_h,rto_h,rpo_h\nsingle,none,0.5,4,24\n";

/// Divisible workloads with a process each, so that losses add up and the relaxation is the answer; a cheap hall and
/// the cheap region of two may be full.
struct Yard {
    vcpu: [f64; 3],
    hall: f64,
    share_of_ie: f64,
    patterns: &'static str,
}

impl Yard {
    const USUAL: Self = Self { vcpu: [32.0, 24.0, 12.0], hall: 20.0, share_of_ie: 1.0, patterns: PATTERNS };

    fn estate(&self) -> Estate {
        let [a, b, c] = self.vcpu;
        let Self { hall, share_of_ie, patterns, .. } = self;
        case(&[
            (
                "case.toml",
                "name = \"yard\"\ncurrency = \"EUR\"\n[risk]\nyears = 200\nseed = 9\n[solver]\ngap = 0.000001\n"
                    .to_owned(),
            ),
            (
                "workloads.csv",
                format!("workload,vcpu,memory_gib,divisible\na,{a},0,true\nb,{b},0,true\nc,{c},0,true\n"),
            ),
            (
                "sites.csv",
                format!(
                    "site,kind,provider,country,capacity_vcpu\nde,region,p,DE,\nie,region,p,IE,\nhall,onprem,own,DE,{hall}\n"
                ),
            ),
            (
                "prices.csv",
                "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nie,vcpu_h,0.042,EUR\nhall,vcpu_h,0.03,EUR\n".to_owned(),
            ),
            ("patterns.csv", (*patterns).to_owned()),
            (
                "limits.csv",
                format!("limit,scope,member,resource,max_share\nirish,site,ie,vcpu,{share_of_ie}\n"),
            ),
            (
                "hazards.csv",
                "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.4,6,1\nb,ie,0.5,9,1\nc,hall,0.9,5,0.5\n"
                    .to_owned(),
            ),
            ("processes.csv", "process,value_per_h\npa,900\npb,500\npc,200\n".to_owned()),
            (
                "process_workloads.csv",
                "process,workload,role\npa,a,critical\npb,b,critical\npc,c,critical\n".to_owned(),
            ),
        ])
    }

    fn solve(&self, goal: &Goal) -> Solution {
        let estate = self.estate();
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        solved(&problem, goal).expect("feasible")
    }
}

fn ends(range: Range) -> (f64, f64) {
    range.from.zip(range.to).unwrap_or_else(|| panic!("both ends of {range:?}"))
}

/// Solves at `limit` and elsewhere: on the range of the row's price the optimum is on the line through `limit` with
/// the price as its slope, beyond either end it is above it.
fn check(row: &str, limit: f64, solve: impl Fn(f64) -> Solution) -> (f64, f64) {
    let here = solve(limit);
    let price = here.shadow_prices.iter().find(|price| price.row == row);
    let price = price.unwrap_or_else(|| panic!("{row} binds, of {:?}", here.shadow_prices));
    let (from, to) = ends(price.range);
    assert!((price.limit - limit).abs() < 1e-6 * limit, "{price:?}");
    assert!(from <= limit * (1.0 + 1e-6) && limit <= to * (1.0 + 1e-6), "{price:?}");
    let above = |at: f64| {
        let line = here.lower_bound - price.value * (at - limit);
        (solve(at).lower_bound - line) / here.lower_bound.abs()
    };
    let width = to - from;
    assert!(width > 1e-3 * limit, "{price:?}");
    for part in [0.02, 0.35, 0.7, 0.98] {
        let by = above(from + part * width);
        assert!(by.abs() < 1e-5, "{row}: {by} off the line within {from} to {to}");
    }
    let step = 0.05 * limit;
    let by = above(to + step);
    assert!(by > 3e-5, "{row}: only {by} above the line beyond {from} to {to}");
    if from - step > 0.0 {
        let by = above(from - step);
        assert!(by > 3e-5, "{row}: only {by} above the line before {from} to {to}");
    }
    (from, to)
}

#[test]
fn the_price_of_a_site_s_capacity_holds_on_its_range_only() {
    let yard = |hall| Yard { hall, patterns: SINGLE, share_of_ie: 0.3, ..Yard::USUAL };
    check("capacity[hall,vcpu]", 20.0, |hall| yard(hall).solve(&Goal::total(1.0, 0.0)));
}

#[test]
fn the_price_of_a_concentration_limit_holds_on_its_range_only() {
    let yard = |vcpu: f64| Yard { share_of_ie: vcpu / 68.0, patterns: SINGLE, ..Yard::USUAL };
    check("share[site=ie,vcpu]", 30.0, |vcpu| yard(vcpu).solve(&Goal::CHEAPEST));
}

#[test]
fn the_price_of_a_cap_on_loss_holds_on_its_range_only() {
    let free = Yard::USUAL.solve(&Goal::CHEAPEST).expected_loss();
    check("expected_loss", 0.5 * free, |cap| Yard::USUAL.solve(&Goal { loss_cap: Some(cap), ..Goal::CHEAPEST }));
}

#[test]
fn the_price_of_a_budget_holds_on_its_range_only() {
    let least = Yard::USUAL.solve(&Goal::CHEAPEST).annual_cost;
    check("budget", 1.15 * least, |budget| Yard::USUAL.solve(&Goal { budget: Some(budget), ..Goal::SAFEST }));
}

/// Three workloads alike: whichever of them an engine's basis splits, ranging by that basis ends where this one is
/// whole, at 16 and 32; the price is the same until all are in the hall.
#[test]
fn the_range_is_not_that_of_one_of_many_bases() {
    let yard = |hall| Yard { vcpu: [16.0; 3], hall, patterns: SINGLE, ..Yard::USUAL };
    let (from, to) = check("capacity[hall,vcpu]", 24.0, |hall| yard(hall).solve(&Goal::CHEAPEST));
    assert!(from.abs() < 1e-6 && (to - 48.0).abs() < 1e-6, "{from} to {to}");
}

/// Three limits at once, and processes of several workloads, whose losses are convex: each end of each range needs cuts
/// where it is. Added for all ends, they leave no mix at the prices for the ends after it.
#[test]
fn the_prices_of_limits_that_bind_at_once_hold_on_their_ranges_only() {
    let solve = |share, goal: &Goal| {
        let estate = random_limited(3, true, share);
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        solved(&problem, goal).expect("feasible")
    };
    let vcpu = 30.0;
    let [free, safe] = [Goal::CHEAPEST, Goal::SAFEST].map(|goal| solve(0.7, &goal).expected_loss());
    let cap = safe + 0.1 * (free - safe);
    let capped = |cap| Goal { loss_cap: Some(cap), ..Goal::CHEAPEST };
    let found = solve(0.7, &capped(cap));
    assert!(found.shadow_prices.len() > 2, "{:?}", found.shadow_prices);
    check("share[site=de,vcpu]", 0.7 * vcpu, |limit| solve(limit / vcpu, &capped(cap)));
    check("expected_loss", cap, |cap| solve(0.7, &capped(cap)));
}

/// A clock that is asked so many times before the time is up: every moment at which a run may have to end.
#[test]
fn ends_that_there_was_no_time_for_are_empty() {
    let estate = Yard::USUAL.estate();
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let free = solved(&problem, &Goal::CHEAPEST).expect("feasible").expected_loss();
    let goal = Goal { loss_cap: Some(0.5 * free), ..Goal::CHEAPEST };
    let timed = |most: usize| {
        let (never, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
        let left = || if asked.fetch_add(1, Ordering::Relaxed) < most { 1e6 } else { 0.0 };
        let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: Some(&left) };
        let found = solve(&problem, &goal, &control).ok()?;
        let price = found.shadow_prices.iter().find(|price| price.row == "expected_loss")?;
        Some((price.range, asked.load(Ordering::Relaxed)))
    };
    let (range, all) = timed(usize::MAX).expect("feasible");
    let (from, to) = ends(range);
    let found: Vec<Range> = (0..all).filter_map(timed).map(|(range, _)| range).collect();
    assert!(found.contains(&Range::default()), "{found:?}");
    assert!(found.contains(&Range { from: Some(from), to: None }), "{found:?}");
    let is_early =
        |range: &Range| range.to.is_some_and(|end| end < to) || range.from.is_some_and(|end| end > from);
    assert!(!found.iter().any(is_early), "{found:?}");
}

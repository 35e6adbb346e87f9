use std::{fmt::Write as _, fs, sync::atomic::AtomicBool};

use ballast_ingest::{Overrides, read_case};
use ballast_model::Estate;
use ballast_risk::{EventSet, sample};

use super::*;
use crate::{Control, local_search::Choice, solve};

/// Lines that share platforms, each with a workload of its own and one that only degrades it; a hall to open, a
/// provider to onboard, a limit on a site.
pub(crate) fn estate(lines: usize, seed: u64) -> Estate {
    estate_with(lines, seed, 60)
}

/// The same with so many vCPUs in the hall.
fn estate_with(lines: usize, seed: u64, hall: u32) -> Estate {
    estate_where(lines, seed, hall, |_| true)
}

/// The same where only these lines need more than a workload of their own.
fn estate_where(lines: usize, seed: u64, hall: u32, shares: impl Fn(usize) -> bool) -> Estate {
    let mut state = seed;
    let mut dice = |end: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    let mut workloads = String::from("workload,vcpu,memory_gib,divisible\n");
    let mut processes = String::from("process,value_per_h,buffer_h,restart_h\n");
    let mut needs = String::from("process,workload,role,buffer_h,degraded_share\n");
    let platforms = lines.div_ceil(3);
    for platform in 0..platforms {
        let _ = writeln!(workloads, "platform-{platform},{},0,false", 20 + dice(60));
    }
    for line in 0..lines {
        let _ = writeln!(workloads, "mes-{line},{},0,false\nlog-{line},{},0,true", 10 + dice(20), 2 + dice(9));
        let _ = writeln!(processes, "line-{line},{},{},{}", 500 + 500 * dice(6), dice(3), dice(2));
        let _ = writeln!(needs, "line-{line},mes-{line},critical,{},", dice(3));
        if !shares(line) {
            continue;
        }
        let _ = writeln!(needs, "line-{line},log-{line},degrading,0,0.2");
        for platform in [dice(platforms as u64), dice(platforms as u64)] {
            let row = format!("line-{line},platform-{platform},critical");
            if !needs.contains(&row) {
                let _ = writeln!(needs, "{row},{},", dice(6));
            }
        }
    }
    let files = [
        ("case.toml", "name = \"blocks\"\ncurrency = \"EUR\"\n[risk]\nyears = 200\nseed = 3\n".to_owned()),
        ("workloads.csv", workloads),
        ("processes.csv", processes),
        ("process_workloads.csv", needs),
        (
            "sites.csv",
            format!(
                "site,kind,provider,country,fixed_cost_per_year,capacity_vcpu\nde,region,p,DE,0,\nfr,region,q,FR,0,\nus,region,p,US,0,\nhall,onprem,own,DE,9000,{hall}\n"
            ),
        ),
        ("providers.csv", "provider,onboarding_cost_per_year\np,0\nq,6000\nown,0\n".to_owned()),
        (
            "prices.csv",
            "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nfr,vcpu_h,0.052,EUR\nus,vcpu_h,0.045,EUR\nhall,vcpu_h,0.03,EUR\n"
                .to_owned(),
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

/// The estate that these files, by name, are a case of.
pub(crate) fn case(files: &[(&str, impl AsRef<str>)]) -> Estate {
    let dir = tempfile::tempdir().expect("a place to write");
    for (name, text) in files {
        fs::write(dir.path().join(name), text.as_ref()).expect("writable");
    }
    read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{found}")).estate
}

pub(crate) fn with_search<T>(
    estate: &Estate,
    events: &EventSet,
    goal: &Goal,
    then: impl FnOnce(Search<'_>) -> T,
) -> T {
    let problem = Problem::new(estate, events).expect("sound");
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    let known = problem.first.clone();
    then(Search::new(&problem, goal, &control, known))
}

/// A single block is the whole programme, so it proves as much but for its tolerance and its groups of events; more
/// blocks prove no more than that, and not much less.
#[test]
fn blocks_prove_nearly_what_one_programme_does() {
    for seed in 1..4 {
        let estate = estate(12, seed);
        let events = sample(&estate);
        let goal = Goal::total(1.0, 0.0);
        let whole =
            with_search(&estate, &events, &goal, |mut search| search.relax().expect("feasible").bound_at_duals);
        for (size, part) in [(12, 0.99), (4, 0.97), (1, 0.9)] {
            let bound = with_search(&estate, &events, &goal, |mut search| {
                search.relax_by_blocks(size, None).expect("feasible").bound_at_duals
            });
            assert!(bound <= whole * 1.001, "seed {seed}, blocks of {size}: {bound} above {whole}");
            assert!(bound >= whole * part, "seed {seed}, blocks of {size}: {bound} far below {whole}");
        }
    }
}

/// Processes of one workload are no part of any block, and as much is proven.
#[test]
fn processes_of_one_workload_couple_nothing() {
    for seed in 1..4 {
        for (every, least) in [(usize::MAX, 0.99), (2, 0.99)] {
            let estate = estate_where(12, seed, 60, |line| line % every == every - 1);
            let events = sample(&estate);
            let goal = Goal::total(1.0, 0.0);
            let whole = with_search(&estate, &events, &goal, |mut search| {
                search.relax().expect("feasible").bound_at_duals
            });
            with_search(&estate, &events, &goal, |mut search| {
                let relaxed = search.relax_by_blocks(60, None).expect("feasible");
                let bound = relaxed.bound_at_duals;
                assert!(bound <= whole * 1.001, "seed {seed}: {bound} above {whole}");
                assert!(bound >= whole * least, "seed {seed}: {bound} far below {whole}");
                assert!(relaxed.mix.iter().all(|parts| !parts.is_empty()), "seed {seed}");
                let blocks = blocks(search.problem, 0, 60, &losses_alone(search.problem));
                let inside: usize = blocks.iter().map(|block| block.processes.len()).sum();
                assert_eq!(inside, if every == usize::MAX { 0 } else { 6 });
            });
        }
    }
}

/// With one limit and nothing that is paid once its price is found without a programme, and proves as much.
#[test]
fn the_price_of_a_single_limit_needs_no_programme() {
    let workloads = (0..30).fold("workload,vcpu,memory_gib,loss_per_h\n".to_owned(), |mut text, n| {
        let _ = writeln!(text, "w{n},{},0,{}", 2 + 7 * n % 31, 40 + 170 * n % 900);
        text
    });
    for share in ["0.05", "0.3", "0.8"] {
        let estate = case(&[
            ("case.toml", "name = \"alone\"\ncurrency = \"EUR\"\n[risk]\nyears = 100\nseed = 3\n"),
            ("workloads.csv", &workloads),
            ("sites.csv", "site,kind,provider,country\nde,region,p,DE\nus,region,q,US\n"),
            ("prices.csv", "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nus,vcpu_h,0.04,EUR\n"),
            (
                "patterns.csv",
                "pattern,standby,standby_compute_share,rto_h,rpo_h\nsingle,none,0,4,24\npilot,any,0.2,1,1\n",
            ),
            ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\na,de,0.5,6\nb,us,0.4,5\n"),
            ("limits.csv", &format!("limit,scope,member,resource,max_share\nvirginia,site,us,vcpu,{share}\n")),
        ]);
        let events = sample(&estate);
        let goal = Goal::total(1.0, 0.0);
        let whole =
            with_search(&estate, &events, &goal, |mut search| search.relax().expect("feasible").bound_at_duals);
        with_search(&estate, &events, &goal, |mut search| {
            let relaxed = search.relax_by_blocks(60, None).expect("feasible");
            assert_eq!(search.programmes, 0);
            assert!(
                (relaxed.bound_at_duals / whole - 1.0).abs() < 1e-3,
                "{share}: {}",
                relaxed.bound_at_duals / whole
            );
            assert!(relaxed.mix.iter().all(|parts| parts.len() == 1));
            // And it holds for the same values of the limit.
            let plan = solve(search.problem, &goal, search.control).expect("feasible");
            let ranges = limits::ranges(search.problem, &goal, &relaxed.prices, &relaxed.costs);
            assert_eq!(ranges.len(), plan.shadow_prices.len());
            for price in &plan.shadow_prices {
                let range = ranges[&price.row];
                for (found, known) in [(range.from, price.range.from), (range.to, price.range.to)] {
                    let (found, known) = (found.expect("an end"), known.expect("an end"));
                    assert!((found - known).abs() <= 1e-6 * price.limit, "{share}: {range:?} {:?}", price.range);
                }
            }
        });
    }
}

#[test]
fn no_plan_is_below_what_blocks_prove() {
    let estate = estate(4, 7);
    let events = sample(&estate);
    for goal in [Goal::total(1.0, 0.0), Goal { cost_weight: 0.25, ..Goal::total(1.0, 0.0) }] {
        with_search(&estate, &events, &goal, |mut search| {
            let relaxed = search.relax_by_blocks(2, None).expect("feasible");
            let bound = relaxed.bound_at_duals * search.problem.money_unit;
            let found = solve(search.problem, &goal, search.control).expect("feasible");
            assert!(bound <= found.objective * (1.0 + 1e-9), "{bound} {}", found.objective);
            assert!(bound >= 0.9 * found.objective, "{bound} {}", found.objective);
            // Any whole choice that keeps the limits, at its true figures.
            for option in 0..3 {
                let options = search.problem.options.options.iter().map(|of| option.min(of.len() - 1)).collect();
                let choice = Choice::new(search.problem, &goal, options);
                assert!(choice.violation() > 1e-9 || bound <= choice.objective() * (1.0 + 1e-9));
            }
        });
    }
}

/// Whatever limits are said to be worth at first, what they are worth in the end proves at least as much, never more than
/// a plan comes to. A limit that holds nothing back is worth nothing, one that does is worth something.
#[test]
fn limits_are_worth_what_proves_most() {
    let goal = Goal::total(1.0, 0.0);
    for (hall, is_scarce) in [(30, true), (100_000, false)] {
        let estate = estate_with(8, 3, hall);
        let events = sample(&estate);
        with_search(&estate, &events, &goal, |mut search| {
            let relaxed = search.relax_by_blocks(3, None).expect("feasible");
            let problem = search.problem;
            let plan = solve(problem, &goal, search.control).expect("feasible").objective / problem.money_unit;
            let rows = &problem.couplings.rows;
            let hall = rows.iter().position(|row| row.name.contains("hall")).expect("a capacity");
            let size = relaxed.bound_at_duals / rows[hall].all;
            for wrong in [0.0, 0.01, 10.0] {
                let mut prices = relaxed.prices.clone();
                prices.couplings[hall] = -wrong * size;
                let before = prices.price(problem, &goal);
                prices.couplings = limits::improved(problem, &goal, &prices, before.costs);
                let after = prices.price(problem, &goal).bound;
                assert!(before.bound <= after + 1e-9 && after <= plan * (1.0 + 1e-9), "{} {after}", before.bound);
                assert_eq!(prices.couplings[hall] < 0.0, is_scarce, "{hall} {wrong}: {:?}", prices.couplings);
            }
        });
    }
}

/// A hall without any room has a limit of nothing, and a block's part of that is nothing too.
#[test]
fn a_limit_of_nothing_is_kept() {
    let estate = estate_with(4, 7, 0);
    let events = sample(&estate);
    let goal = Goal::total(1.0, 0.0);
    with_search(&estate, &events, &goal, |mut search| {
        let bound = search.relax_by_blocks(2, None).expect("feasible").bound_at_duals * search.problem.money_unit;
        let found = solve(search.problem, &goal, search.control).expect("feasible");
        assert!(bound <= found.objective * (1.0 + 1e-9), "{bound} {}", found.objective);
        assert!(bound >= 0.9 * found.objective, "{bound} {}", found.objective);
    });
}

/// By groups of events too a cut is at most the loss, at its own mix and at any other.
#[test]
fn coarse_cuts_are_below_every_loss() {
    let estate = estate(6, 5);
    let events = sample(&estate);
    let goal = Goal::total(1.0, 0.0);
    with_search(&estate, &events, &goal, |search| {
        let problem = search.problem;
        let mix = |turn: usize| -> Mix {
            let of = |options: usize| {
                let (one, other) = (turn % options, (3 * turn + 1) % options);
                if one == other { vec![(one, 1.0)] } else { vec![(one, 0.6), (other, 0.4)] }
            };
            problem.options.options.iter().map(|options| of(options.len())).collect()
        };
        let mut tight = 0;
        for process in 0..problem.losses.processes.len() {
            for turn in 0..8 {
                let own = mix(turn);
                let at = |w: usize| own[w].clone();
                let (cut, value) = problem.losses.coarse_cut(process, &at, &problem.options);
                let row = problem.losses.coarse_row(process, &cut, &problem.options);
                assert!((row.value(&own) - value).abs() <= 1e-9 * (1.0 + value), "{} {value}", row.value(&own));
                for other in [turn, turn + 1, turn + 5] {
                    let other = mix(other);
                    let truth =
                        problem.losses.cuts(&other, &problem.options, events.weights())[process].value(&other);
                    assert!(row.value(&other) <= truth * (1.0 + 1e-9) + 1e-6, "{} {truth}", row.value(&other));
                }
                let truth = problem.losses.cuts(&own, &problem.options, events.weights())[process].value(&own);
                tight += usize::from(value >= 0.97 * truth);
            }
        }
        assert!(tight >= 40, "only {tight} of 48 cuts are near the loss where they were made");
    });
}

/// Shares never add up to more than the charge, and better ones prove more.
#[test]
fn shares_of_charges_prove_more_and_add_up() {
    let estate = estate(6, 2);
    let events = sample(&estate);
    let goal = Goal::total(1.0, 0.0);
    with_search(&estate, &events, &goal, |search| {
        let problem = search.problem;
        let even = shares::even(&problem.couplings.charges);
        let mut prices = Prices::of_limits(problem, vec![0.0; problem.couplings.rows.len()]);
        prices.share(&goal, &even, problem.money_unit);
        let priced = prices.price(problem, &goal);
        let better = shares::improved(&problem.couplings.charges, &priced.costs, &even, problem.money_unit);
        for (charge, shares) in problem.couplings.charges.iter().zip(&better) {
            assert!(shares.iter().all(|share| *share >= 0.0));
            assert!(shares.iter().sum::<f64>() <= charge.cost * (1.0 + 1e-9), "{}", charge.id);
        }
        let mut other = prices.clone();
        other.share(&goal, &better, problem.money_unit);
        let again = other.price(problem, &goal).bound;
        assert!(again > priced.bound, "{again} {}", priced.bound);
    });
}

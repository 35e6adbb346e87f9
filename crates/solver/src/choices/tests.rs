use std::{collections::BTreeMap, sync::atomic::AtomicBool};

use ballast_model::Estate;
use ballast_risk::sample;

use super::*;
use crate::{
    Control,
    blocks::tests::case,
    local_search::Choice,
    losses::{LossesBeside, RepeatedLosses},
    relaxation::Search,
};

/// Two lines share a platform and have two workloads each of their own, one of which may be divisible; a limit on the
/// cheapest site and a provider to onboard.
fn estate(seed: u32, divisible: bool) -> Estate {
    let files = [
        ("case.toml", format!("name = \"choices\"\ncurrency = \"EUR\"\n[risk]\nyears = 120\nseed = {seed}\n")),
        (
            "workloads.csv",
            format!(
                "workload,vcpu,memory_gib,divisible\nplatform,{},0,false\nmes-a,8,0,false\nlog-a,5,0,{divisible}\nmes-b,7,0,false\nscada-b,6,0,false\n",
                6 + seed
            ),
        ),
        ("sites.csv", "site,kind,provider,country\nde,region,p,DE\nfr,region,q,FR\nie,region,p,IE\n".to_owned()),
        ("providers.csv", "provider,onboarding_cost_per_year\np,0\nq,800\n".to_owned()),
        (
            "prices.csv",
            "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nfr,vcpu_h,0.052,EUR\nie,vcpu_h,0.045,EUR\n".to_owned(),
        ),
        (
            "patterns.csv",
            "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h,failover_success_share\nsingle,none,0,0.5,4,24,0.9\npilot,any,0.2,0.25,2,1,0.8\n"
                .to_owned(),
        ),
        (
            "hazards.csv",
            "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.6,6,1\nb,ie,1.1,4,1\nc,fr,0.5,5,1\n"
                .to_owned(),
        ),
        ("limits.csv", "limit,scope,member,resource,max_share\nie-cap,site,ie,vcpu,0.5\n".to_owned()),
        ("processes.csv", "process,value_per_h,buffer_h\nline-a,900,1\nline-b,700,2\n".to_owned()),
        (
            "process_workloads.csv",
            "process,workload,role,degraded_share\nline-a,platform,critical,\nline-a,mes-a,critical,\nline-a,log-a,degrading,0.3\nline-b,platform,critical,\nline-b,mes-b,critical,\nline-b,scada-b,critical,\n"
                .to_owned(),
        ),
    ];
    case(&files)
}

/// What follows from the relaxation of an estate.
fn with_relaxed<T>(estate: &Estate, goal: &Goal, then: impl FnOnce(&Problem<'_>, &Relaxed) -> T) -> T {
    let events = sample(estate);
    let problem = Problem::new(estate, &events).expect("sound");
    let (control, known) = (Control::quiet(), problem.first.clone());
    let mut search = Search::new(&problem, goal, &control, known);
    let relaxed = search.relax().expect("feasible");
    then(&problem, &relaxed)
}

/// Every whole plan.
fn every_plan(problem: &Problem<'_>) -> impl Iterator<Item = Vec<usize>> {
    let sizes: Vec<usize> = problem.options.options.iter().map(Vec::len).collect();
    (0..sizes.iter().product()).map(move |number| {
        let mut rest: usize = number;
        let option = |size: &usize| {
            let option = rest % size;
            rest /= size;
            option
        };
        sizes.iter().map(option).collect()
    })
}

/// The bound of the relaxation, the raised one, the least that any of all whole plans comes to, and the best plan in
/// which processes agree, money per year.
fn bounds_and_least(estate: &Estate, goal: &Goal) -> (f64, f64, f64, f64) {
    with_relaxed(estate, goal, |problem, relaxed| {
        let together = Together::new(problem, goal, relaxed).expect("loss has a price");
        let begun = together.begun();
        let mut ascent = Ascent::new(&together, Care::Quick);
        let mut planned = f64::INFINITY;
        for _ in 0..4 {
            let before = ascent.bound();
            assert!(ascent.turn(&Control::quiet()) && ascent.bound() >= before);
            let plan = Choice::new(problem, goal, ascent.plan(&begun));
            planned = if plan.violation() <= 1e-9 { planned.min(plan.objective()) } else { planned };
        }
        // What is paid once is shared out anew: shares add up to no more than it, and what is proven holds.
        let other = ascent.reshared().expect("a provider to onboard");
        let unit = problem.money_unit / other.prices.cost_price(goal);
        for (charge, prices) in problem.couplings.charges.iter().zip(&other.prices.charges) {
            let shared = -prices.values().sum::<f64>() * unit;
            assert!(shared > 0.0 && shared <= charge.cost * (1.0 + 1e-9), "{shared} of {}", charge.cost);
        }
        let again = Together::new(problem, goal, &other).expect("loss has a price");
        let mut next = ascent.at_shares_of(&again);
        for _ in 0..3 {
            assert!(next.turn(&Control::quiet()));
        }
        let raised = ascent.bound().max(next.bound());
        let mut least = f64::INFINITY;
        for options in every_plan(problem) {
            let choice = Choice::new(problem, goal, options);
            let keeps = goal.loss_cap.is_none_or(|cap| choice.expected_loss <= cap);
            if choice.violation() <= 1e-9 && keeps {
                least = least.min(choice.objective());
            }
        }
        (relaxed.bound_at_duals * problem.money_unit, raised * problem.money_unit, least, planned)
    })
}

/// Every whole plan, one by one: none is below the raised bound, and it is above that of the splits.
#[test]
fn no_plan_is_below_the_raised_bound_and_it_is_raised() {
    let mut raised_by = 0.0;
    for seed in 1..6 {
        for divisible in [false, true] {
            let estate = estate(seed, divisible);
            let total = Goal::total(1.0, 0.0);
            let (before, raised, least, planned) = bounds_and_least(&estate, &total);
            assert!(planned >= least * (1.0 - 1e-9), "seed {seed}: a plan of {planned} below all");
            assert!(raised <= least * (1.0 + 1e-9), "seed {seed}: {raised} above a plan of {least}");
            assert!(raised >= before, "seed {seed}: {raised} below {before}");
            raised_by += raised - before;
        }
    }
    assert!(raised_by > 1.0, "raised by {raised_by} in all");
}

#[test]
fn a_cap_on_loss_is_priced() {
    let estate = estate(2, false);
    let (_, _, least, _) = bounds_and_least(&estate, &Goal::total(1.0, 0.0));
    for part in [0.1, 0.2, 0.4] {
        let goal = Goal { loss_weight: 0.0, loss_cap: Some(part * least), ..Goal::total(1.0, 0.0) };
        let (before, raised, least, _) = bounds_and_least(&estate, &goal);
        assert!(before <= raised && raised <= least * (1.0 + 1e-9), "{before} {raised} {least}");
    }
}

/// Whatever the platform's option, the lines' own workloads get what is best with it at the prices of limits, of what
/// needs no charge that is not begun.
#[test]
fn once_hubs_are_chosen_every_process_chooses_what_is_best() {
    let estate = estate(2, false);
    let goal = Goal::total(1.0, 0.0);
    with_relaxed(&estate, &goal, |problem, relaxed| {
        let together = Together::new(problem, &goal, relaxed).expect("loss has a price");
        let charges = problem.couplings.charges.len();
        let costs = relaxed.prices.costs_without_losses(problem, &goal, charges);
        let value = |options: &[usize]| {
            let own: f64 = options.iter().enumerate().map(|(w, option)| costs[w][*option]).sum();
            own + Choice::new(problem, &goal, options.to_vec()).expected_loss / problem.money_unit
        };
        let platforms = problem.options.options[0].len();
        for begun in [vec![true; charges], vec![false; charges]] {
            let mut best = vec![f64::INFINITY; platforms];
            for options in every_plan(problem) {
                let is_allowed = |(w, option): (usize, &usize)| together.is_allowed(w, *option, &begun);
                if options.iter().enumerate().skip(1).all(is_allowed) {
                    best[options[0]] = best[options[0]].min(value(&options));
                }
            }
            for (platform, least) in best.iter().enumerate() {
                let mut options = vec![0; problem.options.options.len()];
                options[0] = platform;
                let completed = together.completed(&options, &begun);
                assert_eq!(completed[0], platform);
                let found = value(&completed);
                assert!((found - least).abs() <= 1e-9 * least, "{platform}: {found} {least}");
            }
        }
    });
}

#[test]
fn an_interrupt_ends_it_at_the_bound_that_there_was() {
    let goal = Goal::total(1.0, 0.0);
    with_relaxed(&estate(1, false), &goal, |problem, relaxed| {
        let interrupt = AtomicBool::new(true);
        let together = Together::new(problem, &goal, relaxed).expect("loss has a price");
        let mut ascent = Ascent::new(&together, Care::Thorough);
        assert!(!ascent.turn(&Control { interrupt: &interrupt, ..Control::quiet() }));
        assert_eq!(ascent.bound(), relaxed.bound_at_duals);
    });
}

/// With steps enough the search finds, for every choice of the hubs, what trying everything finds, as far as it reaches;
/// with few nothing is below what it says.
#[test]
fn the_search_finds_the_best_choices_of_all() {
    let estate = estate(3, false);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    for process in 0..2 {
        let workloads = problem.losses.joint.processes()[process].workloads.clone();
        let costs: Vec<Vec<f64>> = workloads
            .iter()
            .map(|w| problem.options.options[*w].iter().map(|option| option.annual_cost() / 1e4).collect())
            .collect();
        let of: Vec<Vec<Exposure<'_>>> =
            workloads.iter().zip(&costs).map(|(w, costs)| exposures(&problem, *w, costs)).collect();
        let touches = touches(&of);
        let classes = problem.events.classes().len();
        let loss =
            |class: u32, marks: &[crate::losses::joint::Mark]| problem.losses.joint_loss(process, class, marks);
        let costs: Vec<Vec<f64>> = of.iter().map(|of| of.iter().map(|exposure| exposure.cost).collect()).collect();
        let sizes: Vec<usize> = of.iter().map(Vec::len).collect();
        for is_hub in [vec![false; 3], vec![true, false, false], vec![false, true, true], vec![true; 3]] {
            let guide = costs.iter().map(|costs| vec![0.0; costs.len()]).collect();
            let sub = Subproblem { costs: costs.clone(), guide, is_hub, price: 1e-4 };
            let mut table = Table::new(&touches, classes, &loss);
            let mut least: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
            for number in 0..sizes.iter().product::<usize>() {
                let mut rest = number;
                let mut partial = table.nothing();
                let (mut cost, mut of_hubs) = (0.0, Vec::new());
                for (slot, size) in sizes.iter().enumerate() {
                    table.choose(&mut partial, slot, rest % size);
                    cost += sub.costs[slot][rest % size];
                    of_hubs.extend(sub.is_hub[slot].then_some(rest % size));
                    rest /= size;
                }
                let value = cost + sub.price * partial.loss;
                let known = least.entry(of_hubs).or_insert(f64::INFINITY);
                *known = known.min(value);
            }
            let best = least.values().copied().fold(f64::INFINITY, f64::min);
            let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs();
            for reach in [0.0, 0.05 * best, f64::INFINITY] {
                let found = sub.search(&mut table, usize::MAX, reach);
                assert!(same(found.best(), best), "{} {best}", found.best());
                for (of_hubs, least) in &least {
                    match found.known.get(of_hubs) {
                        Some(known) if known.value < found.beyond => assert!(same(known.value, *least)),
                        _ => assert!(
                            *least >= found.beyond.min(best + reach) * (1.0 - 1e-9),
                            "{least} {}",
                            found.beyond
                        ),
                    }
                }
            }
            for steps in [0, 1, 3, 10] {
                let found = sub.search(&mut table, steps, 0.05 * best);
                for (of_hubs, least) in &least {
                    let known = found.known.get(of_hubs).map_or(f64::INFINITY, |known| known.value);
                    assert!(known.min(found.beyond) <= least * (1.0 + 1e-9), "{steps} steps: above {least}");
                }
            }
        }
    }
}

/// A choice loses what the evaluator of whole choices says, whatever the order in which it is made; by groups of events
/// no more than that, and not much less.
#[test]
fn the_table_adds_up_to_the_joint_loss() {
    let estate = estate(4, false);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let goal = Goal::total(1.0, 0.0);
    let classes = problem.events.classes().len();
    for turn in 0..12 {
        let options: Vec<usize> =
            problem.options.options.iter().enumerate().map(|(w, of)| (turn * (w + 1) + w) % of.len()).collect();
        let truth = Choice::new(&problem, &goal, options.clone()).expected_loss;
        let (mut exact, mut quick, mut by_groups) = (0.0, 0.0, 0.0);
        for process in 0..problem.losses.processes.len() {
            let workloads = &problem.losses.joint.processes()[process].workloads;
            let touches: Vec<Vec<&[Touch]>> = workloads
                .iter()
                .map(|w| vec![&*problem.options.options[*w][options[*w]].touches as &[Touch]])
                .collect();
            let whole = |class: u32, marks: &[crate::losses::joint::Mark]| {
                problem.losses.joint_loss(process, class, marks)
            };
            let of_process = RepeatedLosses::exact(&problem.losses, process);
            let in_a_row = |class: u32, marks: &[crate::losses::joint::Mark]| of_process.loss(class, marks);
            let of_groups = RepeatedLosses::by_groups(&problem.losses, process);
            let grouped = |class: u32, marks: &[crate::losses::joint::Mark]| of_groups.loss(class, marks);
            // The same with all but one workload held fixed.
            let marks: Vec<Vec<crate::losses::joint::Mark>> = workloads
                .iter()
                .map(|w| problem.losses.marks_of(&problem.options.options[*w][options[*w]]))
                .collect();
            for slot in 0..workloads.len() {
                let beside = LossesBeside::new(&problem.losses, process, slot);
                for class in 0..u32::try_from(classes).expect("few") {
                    let of_class = |slot: usize| marks[slot][class as usize];
                    for mark in [0, of_class(slot)] {
                        let mut all: Vec<_> = (0..workloads.len()).map(of_class).collect();
                        all[slot] = mark;
                        let (one, other) = (beside.loss(class, mark, of_class), of_groups.loss(class, &all));
                        assert!((one - other).abs() <= 1e-9 * (1.0 + other), "{one} {other}");
                    }
                }
            }
            for (loss, sum) in [
                (&whole as &dyn Fn(u32, &[u16]) -> f64, &mut exact),
                (&in_a_row, &mut quick),
                (&grouped, &mut by_groups),
            ] {
                let mut table = Table::new(&touches, classes, loss);
                let mut partial = table.nothing();
                for slot in (0..workloads.len()).rev() {
                    table.choose(&mut partial, slot, 0);
                }
                *sum += partial.loss;
            }
        }
        assert!((exact - truth).abs() <= 1e-9 * (1.0 + truth), "{exact} {truth}");
        assert!((quick - truth).abs() <= 1e-9 * (1.0 + truth), "{quick} {truth}");
        assert!(by_groups <= truth * (1.0 + 1e-9) && by_groups >= 0.95 * truth, "{by_groups} {truth}");
    }
}

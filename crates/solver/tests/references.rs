//! Figures that can be had in another way: CVaR by the textbook programme, prices by finite differences, engines
//! against each other.

mod support;

use ballast_model::{Assignment, Estate, Plan, Share, WorkloadId, rules};
use ballast_risk::{EventSet, audit, evaluate, sample};
use ballast_solver::{Backend, Control, Effort, Goal, LinearProgram, Problem, SolveError, run};
use support::{PATTERNS, case, solved};

/// Two divisible fleets with a process each, so that losses add up and the relaxation is the answer.
fn fleets(capacity: f64, backend: &str) -> Estate {
    case(&[
        (
            "case.toml",
            format!(
                "name = \"fleets\"\ncurrency = \"EUR\"\n[risk]\nyears = 200\nseed = 9\n[solver]\ngap = 0.0001\nbackend = \"{backend}\"\n"
            ),
        ),
        ("workloads.csv", "workload,vcpu,memory_gib,divisible\na,32,128,true\nb,24,96,true\n".to_owned()),
        (
            "sites.csv",
            format!("site,kind,provider,country,capacity_vcpu\nde,region,p,DE,\nie,region,p,IE,\nhall,onprem,own,DE,{capacity}\n"),
        ),
        (
            "prices.csv",
            "site,resource,price,currency\nde,vcpu_h,0.05,EUR\nde,memory_gib_h,0.005,EUR\nie,vcpu_h,0.042,EUR\n\
             ie,memory_gib_h,0.004,EUR\nhall,vcpu_h,0.03,EUR\nhall,memory_gib_h,0.003,EUR\n"
                .to_owned(),
        ),
        ("patterns.csv", PATTERNS.to_owned()),
        (
            "hazards.csv",
            "hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.4,6,1\nb,ie,0.5,9,1\nc,hall,0.9,5,0.5\n"
                .to_owned(),
        ),
        ("processes.csv", "process,value_per_h\npa,900\npb,500\n".to_owned()),
        ("process_workloads.csv", "process,workload,role\npa,a,critical\npb,b,critical\n".to_owned()),
    ])
}

/// Cost and loss by year of every deployment of each workload, all else as it is: losses add up here.
fn options(estate: &Estate, events: &EventSet) -> Vec<Vec<(f64, Vec<f64>)>> {
    let first = |w: usize| rules::deployments(estate, WorkloadId::new(w))[0];
    let plan = |chosen: [ballast_model::Deployment; 2]| {
        let whole = chosen.map(|deployment| vec![Assignment { deployment, share: Share::ONE }]).to_vec();
        Plan::new(estate, whole).expect("allowed")
    };
    let figures = |chosen| {
        let plan = plan(chosen);
        let costs = audit(estate, events.classes(), &plan).workload_cost;
        (costs, evaluate(estate, events, &plan).annual_losses().to_vec())
    };
    let base = figures([first(0), first(1)]).1;
    let own = |w: usize| {
        rules::deployments(estate, WorkloadId::new(w))
            .into_iter()
            .map(|deployment| {
                let mut chosen = [first(0), first(1)];
                chosen[w] = deployment;
                let (costs, losses) = figures(chosen);
                // What the other workload loses is taken off, half the base each, so that the two add up to the whole.
                (costs[w], losses.iter().zip(&base).map(|(loss, base)| loss - 0.5 * base).collect())
            })
            .collect()
    };
    vec![own(0), own(1)]
}

#[test]
fn cvar_is_that_of_the_extensive_programme_of_rockafellar_and_uryasev() {
    let estate = fleets(1e6, "highs");
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let years = events.years();
    let goal = Goal::total(1.0, 0.7);
    let ours = solved(&problem, &goal).expect("feasible");

    let mut lp = LinearProgram::default();
    let mut losses: Vec<Vec<(usize, f64)>> = vec![Vec::new(); years];
    let each = 1.0 / years as f64;
    for (w, options) in options(&estate, &events).into_iter().enumerate() {
        let mut place = Vec::new();
        for (o, (cost, by_year)) in options.into_iter().enumerate() {
            let expected: f64 = by_year.iter().sum::<f64>() * each;
            let objective = cost + goal.loss_weight * expected;
            let column = lp.column(format!("x[{w},{o}]"), objective, (0.0, 1.0), false);
            place.push((column, 1.0));
            for (row, loss) in losses.iter_mut().zip(by_year) {
                row.push((column, loss));
            }
        }
        lp.equal(format!("place[{w}]"), place, 1.0);
    }
    // cvar = var + sum over years of excess / ((1 - alpha) years), excess >= loss - var.
    let var = lp.column("var".to_owned(), goal.cvar_weight, (-1e9, 1e9), false);
    for (year, row) in losses.into_iter().enumerate() {
        let excess = lp.column(format!("e[{year}]"), goal.cvar_weight * each / 0.05, (0.0, 1e9), false);
        let mut row: Vec<(usize, f64)> = row.into_iter().map(|(column, loss)| (column, -loss)).collect();
        row.extend([(var, 1.0), (excess, 1.0)]);
        lp.at_least(format!("year[{year}]"), row, 0.0);
    }
    let raw = run(Backend::Highs, &lp, Effort::default(), &Control::quiet()).expect("feasible");
    let theirs = lp.objective(&raw.x);
    assert!((ours.objective / theirs - 1.0).abs() < 5e-4, "{} against {theirs}", ours.objective);
    assert!(ours.lower_bound <= theirs * (1.0 + 1e-6), "{} is above {theirs}", ours.lower_bound);
}

#[test]
fn a_shadow_price_is_what_one_more_unit_saves() {
    let price_and_cost = |capacity: f64| {
        let estate = fleets(capacity, "highs");
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        let solution = solved(&problem, &Goal::CHEAPEST).expect("feasible");
        // Normal running and every class that sends workloads over have a row each on the same vCPU.
        let rows = solution.shadow_prices.iter().filter(|price| {
            price.row.starts_with("capacity[hall,vcpu]") || price.row.starts_with("standby[hall,")
        });
        let price = rows.map(|price| (price.limit, price.value)).reduce(|a, b| (a.0, a.1 + b.1));
        (price, solution.objective)
    };
    let (price, before) = price_and_cost(20.0);
    let (limit, value) = price.expect("the hall is full");
    assert!((limit - 20.0).abs() < 1e-9);
    assert!(value > 0.0, "more room is never worth less than nothing");
    let saved = before - price_and_cost(20.5).1;
    assert!((saved / 0.5 / value - 1.0).abs() < 1e-3, "{saved} for half a vCPU at {value}");
    assert_eq!(price_and_cost(1e6).0, None, "room that is not used has no price");
}

#[test]
fn the_price_of_a_cap_is_what_one_more_unit_of_loss_saves() {
    let estate = fleets(20.0, "highs");
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let free = solved(&problem, &Goal::CHEAPEST).expect("feasible").expected_loss();
    let capped = |cap: f64| {
        let solution = solved(&problem, &Goal { loss_cap: Some(cap), ..Goal::CHEAPEST }).expect("feasible");
        let price =
            solution.shadow_prices.iter().find(|price| price.row == "expected_loss").map(|price| price.value);
        (price, solution.annual_cost)
    };
    let cap = 0.5 * free;
    let (price, before) = capped(cap);
    let step = 1e-3 * cap;
    let saved = before - capped(cap + step).1;
    let value = price.expect("the cap binds");
    assert!((saved / step / value - 1.0).abs() < 0.02, "{saved} for {step} at {value}");
}

#[test]
fn engines_agree_or_say_what_they_lack() {
    let objective = |backend: &str| {
        let estate = fleets(20.0, backend);
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        solved(&problem, &Goal::total(1.0, 0.0)).map(|solution| solution.lower_bound)
    };
    let highs = objective("highs").expect("feasible");
    let clarabel = objective("clarabel").expect("feasible");
    assert!((highs / clarabel - 1.0).abs() < 2e-3, "{highs} against {clarabel}");
    assert_eq!(objective("microlp"), Err(SolveError::Unsupported { backend: "microlp", what: "prove a bound" }));
}

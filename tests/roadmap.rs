//! The roadmap: every stop on the way is a plan that keeps what it must, and the way ends at the plan.

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Assignment, Deployment, Estate, Plan, Share};
use ballast_risk::{audit, evaluate, sample};

use crate::support::{Bench, Csv};

/// The parts of a workload in a plan of placements.csv.
fn parts(estate: &Estate, table: &Csv, point: &str, workload: &str) -> Vec<Assignment> {
    let site = |name: &str| estate.site_ids().find(|id| estate.site(*id).id == name).expect("a site");
    let rows = table.rows.iter().filter(|row| table.get(row, "point") == point);
    rows.filter(|row| table.get(row, "workload") == workload)
        .map(|row| {
            let pattern = estate.pattern_ids().find(|id| estate.pattern(*id).id == table.get(row, "pattern"));
            let standby = table.get(row, "standby_site");
            let deployment = Deployment {
                pattern: pattern.expect("a pattern"),
                primary: site(table.get(row, "primary_site")),
                standby: (!standby.is_empty()).then(|| site(standby)),
            };
            Assignment { deployment, share: Share::new(table.number(row, "share")).expect("a share") }
        })
        .collect()
}

/// Follows the roadmap of a run by its files alone; answers how many workloads moved.
fn follow(bench: &Bench, case: &str, run: &str, years: u32) -> usize {
    let mut overrides = Overrides::none();
    overrides.set_setting("risk.years", &years.to_string());
    let estate = read_case(&bench.path(case), &overrides).unwrap_or_else(|found| panic!("{found}")).estate;
    let events = sample(&estate);
    let placements = Csv::parse(&bench.read(&format!("{run}/placements.csv")));
    let roadmap = Csv::parse(&bench.read(&format!("{run}/roadmap.csv")));
    let point = roadmap.get(&roadmap.rows[0], "point").to_owned();
    let mut moved: Vec<String> = Vec::new();
    let mut broken: Option<Vec<String>> = None;
    let mut before = [0.0; 2];
    for row in &roadmap.rows {
        let is_rest = roadmap.get(row, "move") == "rest";
        let names: Vec<&str> = roadmap.get(row, "workloads").split(';').filter(|name| !name.is_empty()).collect();
        moved.extend(names.iter().map(|name| (*name).to_owned()));
        let assignments = estate
            .workloads()
            .iter()
            .map(|workload| {
                let is_moved = is_rest || moved.contains(&workload.id);
                parts(&estate, &placements, if is_moved { &point } else { "as_is" }, &workload.id)
            })
            .collect();
        let plan = Plan::new(&estate, assignments).expect("a plan that the rules allow");
        let found = audit(&estate, events.classes(), &plan);
        let rules: Vec<String> = found.violations.iter().map(|one| one.rule.clone()).collect();
        if let Some(broken) = &broken {
            assert!(rules.iter().all(|rule| broken.contains(rule)), "{case} breaks {rules:?} after {moved:?}");
        }
        broken = Some(rules);
        let figures = [found.annual_cost, evaluate(&estate, &events, &plan).expected_loss()];
        let said = ["annual_cost_eur", "expected_loss_eur"].map(|column| roadmap.number(row, column));
        for (said, figure) in said.iter().zip(figures) {
            assert!((said - figure).abs() < 0.02, "{case}: {said} is not {figure} after {moved:?}");
        }
        if roadmap.get(row, "move") != "today" {
            assert!((roadmap.number(row, "cost_change_eur") - (said[0] - before[0])).abs() < 0.02, "{case}");
            assert!((roadmap.number(row, "loss_avoided_eur") - (before[1] - said[1])).abs() < 0.02, "{case}");
        }
        before = said;
    }
    assert_eq!(broken.expect("a row"), Vec::<String>::new(), "the plan itself keeps all");
    // The way ends at the plan.
    let frontier = Csv::parse(&bench.read(&format!("{run}/frontier.csv")));
    let plan = frontier.rows.iter().find(|row| frontier.get(row, "point") == point).expect("the plan");
    let (last, counted) = (roadmap.rows.last().expect("a row"), "workloads_moved");
    for column in ["annual_cost_eur", "expected_loss_eur", "cvar_eur", "total_eur"] {
        assert_eq!(roadmap.get(last, column), frontier.get(plan, column), "{case}: {column}");
    }
    let differ = estate.workloads().iter().filter(|workload| {
        let of = |point: &str| parts(&estate, &placements, point, &workload.id);
        of("as_is") != of(&point)
    });
    let all: f64 = roadmap.rows.iter().map(|row| roadmap.number(row, counted)).sum();
    assert_eq!(all, differ.count() as f64, "{case}: everyone who moves is counted once");
    moved.len()
}

#[test]
fn every_stop_on_the_way_of_a_shipped_case_keeps_what_today_keeps() {
    let bench = Bench::new();
    for case in ["multi-brand", "automotive-aws"] {
        bench.ok(&format!("init {case} --sample {case}"));
        bench.ok(&format!("solve {case} --years 500 --threads 1 --out {case}-one"));
        let moved = follow(&bench, case, &format!("{case}-one"), 500);
        assert!(moved >= 10, "{case}: only {moved} workloads are told one by one");
    }
    // Today's plan breaks a limit there, and the first move mends it.
    let roadmap = Csv::parse(&bench.read("multi-brand-one/roadmap.csv"));
    assert_eq!(roadmap.get(&roadmap.rows[0], "violations"), "share[site=aws-us-east-1,vcpu]");
    assert_eq!(roadmap.get(&roadmap.rows[1], "mends"), "share[site=aws-us-east-1,vcpu]");
    assert_eq!(roadmap.rows.len(), 12, "today, ten moves and the rest");
    let page = bench.ok("explain multi-brand --roadmap --run multi-brand-one").out;
    for part in ["Today's plan breaks the limit on site aws-us-east-1", "1 mends the limit", "the rest, "] {
        assert!(page.contains(part), "no {part:?} in\n{page}");
    }
    // The same bytes on two threads, by the other command too.
    bench.ok("solve multi-brand --years 500 --threads 2 --out multi-brand-two");
    let bytes = |run: &str| bench.read(&format!("{run}/roadmap.csv"));
    assert_eq!(bytes("multi-brand-one"), bytes("multi-brand-two"));
    bench.ok("explain multi-brand --roadmap --run multi-brand-two --out way.csv");
    let way = Csv::parse(&bench.read("way.csv"));
    let without_point = |table: &Csv| table.rows.iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>();
    assert_eq!(without_point(&way), without_point(&roadmap));
    assert!(bench.fails("explain multi-brand --roadmap --out way.csv", 2).contains("way.csv is there already"));
}

#[test]
fn a_roadmap_needs_a_plan_of_today_and_no_moves_are_said_to_be_none() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 4 --xlsx --html");
    let page = bench.ok("explain small --roadmap --point as_is").out;
    assert!(page.contains("Nothing moves: the plan is today's"), "{page}");
    let said = bench.ok("explain small --roadmap --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let moves = document["moves"].as_array().expect("moves");
    let cost = |value: &serde_json::Value| value["annual_cost"].as_f64().expect("money");
    let changed: f64 = moves.iter().map(|one| one["cost_change"].as_f64().expect("money")).sum();
    let last = moves.last().expect("a move");
    assert!((cost(&document["today"]) + changed - cost(&last["after"])).abs() < 1e-6, "{document}");
    let text = bench.read("small/placement.csv");
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("erp,")).collect();
    bench.write("small/placement.csv", &without.join("\n"));
    let refused = bench.fails("explain small --roadmap", 2);
    assert!(refused.contains("workload erp has no row") && refused.contains("placement.csv"), "{refused}");
    bench.ok("solve small --out unplaced");
    assert!(!bench.path("unplaced/roadmap.csv").exists());
}

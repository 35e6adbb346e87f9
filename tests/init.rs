//! `ballast init --sample synthetic`: a case of any size, the same for the same seed.

use crate::support::{Bench, Csv};

#[test]
fn a_synthetic_case_is_made_of_its_seed() {
    let bench = Bench::new();
    bench.ok("init one --sample synthetic --workloads 120 --seed 7");
    bench.ok("init same --sample synthetic --workloads 120 --seed 7");
    bench.ok("init other --sample synthetic --workloads 120 --seed 8");
    assert_eq!(bench.files("one"), bench.files("same"));
    for name in ["workloads.csv", "placement.csv", "processes.csv", "process_workloads.csv", "supply.csv"] {
        assert_ne!(bench.read(&format!("one/{name}")), bench.read(&format!("other/{name}")), "{name}");
        let rows = Csv::parse(&bench.read(&format!("one/{name}")));
        assert!(!rows.rows.is_empty(), "{name}");
        assert!(rows.rows.iter().all(|row| rows.get(row, "source") == "assumption: synthetic"), "{name}");
    }
}

#[test]
fn synthetic_cases_of_all_sizes_have_no_errors() {
    let bench = Bench::new();
    for (workloads, seed) in [(10, 1), (11, 2), (40, 3), (333, 4), (3_000, 5)] {
        bench.ok(&format!("init case-{workloads} --sample synthetic --workloads {workloads} --seed {seed}"));
        let page = bench.ok(&format!("check case-{workloads} --format json")).out;
        let found: serde_json::Value = serde_json::from_str(&page).expect("JSON");
        assert_eq!(found["diagnostics"].as_array().map(Vec::len), Some(0), "{page}");
    }
}

#[test]
fn further_sites_have_prices_hazards_and_dependencies() {
    let bench = Bench::new();
    bench.ok("init few --sample synthetic --workloads 210 --seed 7");
    bench.ok("init many --sample synthetic --workloads 210 --sites 25 --seed 7");
    bench.ok("check many");
    let rows = |case: &str, file: &str| Csv::parse(&bench.read(&format!("{case}/{file}"))).rows.len();
    assert_eq!((rows("few", "sites.csv"), rows("many", "sites.csv")), (14, 25));
    for file in ["prices.csv", "domains.csv", "dependencies.csv", "hazards.csv"] {
        assert!(rows("many", file) > rows("few", file), "{file}");
    }
    for file in ["workloads.csv", "processes.csv", "placement.csv"] {
        assert_eq!(bench.read(&format!("few/{file}")), bench.read(&format!("many/{file}")), "{file}");
    }
    let sites = bench.read("few/sites.csv");
    let own = sites.lines().find(|line| line.starts_with("onprem-wolfsburg")).expect("the data centre");
    assert!(own.contains(",5200,"), "twice the workloads, twice the room: {own}");
}

#[test]
fn a_synthetic_case_can_be_solved() {
    let bench = Bench::new();
    bench.ok("init forty --sample synthetic --workloads 40");
    bench.ok("solve forty --years 200 --set solver.gap=0.01 --out solved --quiet");
    let record: serde_json::Value = serde_json::from_str(&bench.read("solved/run.json")).expect("JSON");
    assert_eq!(record["case"], "synthetic-40");
    assert_eq!(record["status"], "within_gap");
    let today = record["points"].as_array().into_iter().flatten().find(|point| point["point"] == "as_is");
    assert!(today.and_then(|point| point["expected_loss"].as_f64()) > Some(0.0), "{record}");
}

#[test]
fn a_size_is_for_the_synthetic_sample() {
    let bench = Bench::new();
    assert!(bench.fails("init a --workloads 50", 2).contains("--sample synthetic"));
    assert!(bench.fails("init a --sample blank --seed 3", 2).contains("--seed"));
    assert!(bench.fails("init a --sample synthetic", 2).contains("--workloads 500"));
    assert!(bench.fails("init a --sample automotive --sites 20", 2).contains("--sites"));
    assert!(bench.fails("init a --sample synthetic --workloads 9", 2).contains("10..=100000"));
    assert!(!bench.path("a").exists());
}

//! `export`: the programme for other solvers.

use crate::support::{Bench, Csv};

#[test]
fn the_programme_is_written_with_its_options_and_its_optimum() {
    let bench = Bench::with_small_case();
    let page = bench.ok("export small --out programme").out;
    assert!(page.contains("options of 5 workloads") && page.contains("  programme.mps\n"), "{page}");
    let mps = bench.read("programme/programme.mps");
    assert!(mps.contains("\nNAME ballast\nROWS\n N objective\n") && mps.ends_with("ENDATA\n"), "{mps}");
    let options = Csv::parse(&bench.read("programme/options.csv"));
    for row in &options.rows {
        let placed = format!(" {} place[{}] 1\n", options.get(row, "column"), options.get(row, "workload"));
        assert!(mps.contains(&placed), "{row:?} is no column");
    }
    let record: serde_json::Value = serde_json::from_str(&bench.read("programme/run.json")).expect("JSON");
    let optimum = record["divisible_optimum"].as_f64().expect("money");
    // The bound of `solve` is that of the relaxation or better.
    let said = bench.ok("solve small --out plan --format json --set solver.gap=0.02").out;
    let plan: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let total = plan["points"][1]["total"].as_f64().expect("money");
    assert!(optimum > 0.98 * total && optimum <= total * (1.0 + 1e-6), "{optimum} and {total}");
    let first = bench.files("programme");
    bench.ok("export small --out programme --quiet");
    assert_eq!(first, bench.files("programme"), "the same bytes");
}

#[test]
fn the_goal_is_in_the_programme() {
    let bench = Bench::with_small_case();
    let free: serde_json::Value = serde_json::from_str(&bench.ok("export small --format json").out).expect("JSON");
    assert!(free["run"].as_str().expect("id").starts_with("export-"));
    let capped: serde_json::Value =
        serde_json::from_str(&bench.ok("export small --budget 220k --format json --out capped").out)
            .expect("JSON");
    assert_eq!(capped["command"], "export --budget 220000");
    let mps = bench.read("capped/programme.mps");
    assert!(mps.contains("\n L budget\n") && mps.contains("\n RHS budget "), "{mps}");
    assert!(bench.fails("export small --budget 10", 3).contains("proven"), "no plan is that cheap");
    assert!(bench.fails("export nowhere", 2).contains("there is no folder nowhere"));
}

//! `batch`: jobs in folders of their own, skipped when done, named when failed.

use crate::support::{Bench, Csv};

const SWEEP: &str = "\
cases = [\"small\"]
seeds = [1, 2]

[settings]
risk.years = 100
objective.points = 3

[[scenario]]
name = \"base\"

[[scenario]]
name = \"dear\"
set = [{ table = \"prices\", key = \"*\", column = \"price\", multiply = 2 }]
";

#[test]
fn a_sweep_ends_with_one_tidy_table() {
    let bench = Bench::with_small_case();
    bench.write("sweep.toml", SWEEP);
    let said = bench.ok("batch sweep.toml --jobs 2");
    assert!(said.out.contains("4 jobs: 4 ran, 0 were done already"), "{}", said.out);
    let table = Csv::parse(&bench.read("sweep.results/batch.csv"));
    let today = |job: &str| {
        let is_today = |row: &&Vec<String>| table.get(row, "job") == job && table.get(row, "role") == "as_is";
        table.rows.iter().find(is_today).unwrap_or_else(|| panic!("no {job}"))
    };
    let cost = |job: &str| table.number(today(job), "annual_cost");
    // Site and onboarding costs are not prices.
    assert!(cost("small/dear/seed-1") > 1.5 * cost("small/base/seed-1"));
    assert_ne!(
        table.get(today("small/base/seed-1"), "expected_loss"),
        table.get(today("small/base/seed-2"), "expected_loss")
    );
    assert_eq!(table.get(today("small/base/seed-2"), "currency"), "EUR");
    assert!(bench.path("sweep.results/small/base/seed-1/frontier.csv").exists());
}

#[test]
fn finished_jobs_are_skipped_and_the_table_stays_the_same() {
    let bench = Bench::with_small_case();
    bench.write("sweep.toml", SWEEP);
    bench.ok("batch sweep.toml --out results --jobs 1");
    let first = bench.files("results");
    std::fs::remove_dir_all(bench.path("results/small/dear/seed-2")).expect("there");
    let said = bench.ok("batch sweep.toml --out results");
    assert!(said.out.contains("4 jobs: 1 ran, 3 were done already"), "{}", said.out);
    let second = bench.files("results");
    for (name, bytes) in first.iter().filter(|(name, _)| !name.ends_with("run.json")) {
        assert_eq!(bytes, &second[name], "{name} differs");
    }
    // A changed input is another job's result.
    bench.change("small/hazards.csv", "south-out,south,0.6", "south-out,south,0.7");
    let said = bench.ok("batch sweep.toml --out results");
    assert!(said.out.contains("4 jobs: 4 ran, 0 were done already"), "{}", said.out);
}

#[test]
fn jobs_are_done_again_for_files_that_are_not_there() {
    let bench = Bench::with_small_case();
    bench.write("sweep.toml", SWEEP);
    bench.ok("batch sweep.toml --out results");
    let more = "batch sweep.toml --out results --svg --html --xlsx --parquet --lang de";
    let said = bench.ok(more);
    assert!(said.out.contains("4 jobs: 4 ran, 0 were done already"), "{}", said.out);
    for file in ["frontier.svg", "report.html", "workbook.xlsx", "placements.parquet"] {
        assert!(bench.path("results/small/dear/seed-2").join(file).exists(), "{file}");
    }
    assert!(bench.path("results/batch.parquet").exists());
    assert!(bench.read("results/small/base/seed-1/report.html").contains("<html lang=\"de\""));
    let said = bench.ok(more);
    assert!(said.out.contains("4 jobs: 0 ran, 4 were done already"), "{}", said.out);
    // Files that are there and not asked for do no harm.
    let said = bench.ok("batch sweep.toml --out results --lang de");
    assert!(said.out.contains("4 jobs: 0 ran, 4 were done already"), "{}", said.out);
    let said = bench.ok("batch sweep.toml --out results --lang de --csv-dialect excel-de");
    assert!(said.out.contains("4 jobs: 4 ran, 0 were done already"), "{}", said.out);
}

#[test]
fn a_failing_job_is_named_and_the_others_are_done() {
    let bench = Bench::with_small_case();
    bench.write(
        "sweep.toml",
        &SWEEP.replace("[\"small\"]", "[\"small\", \"gone\"]").replace("\"price\"", "\"prize\""),
    );
    let answer = bench.run("batch sweep.toml");
    assert_eq!(answer.code, 6, "{}", answer.err);
    assert!(answer.err.contains("error: 6 of 8 jobs are not done"), "{}", answer.err);
    assert!(answer.err.contains("gone/base/seed-1: there is no folder gone"), "{}", answer.err);
    assert!(answer.err.contains("small/dear/seed-1: ") && answer.err.contains("prize"), "{}", answer.err);
    let table = Csv::parse(&bench.read("sweep.results/batch.csv"));
    let failed: Vec<_> = table.rows.iter().filter(|row| table.get(row, "job_status") == "failed").collect();
    assert_eq!(failed.len(), 6);
    assert_eq!(table.get(failed[2], "why"), "there is no folder gone");
    assert!(bench.path("sweep.results/small/base/seed-2/run.json").exists());
}

#[test]
fn an_infeasible_job_says_so_and_json_is_one_document() {
    let bench = Bench::with_small_case();
    bench.write("sweep.toml", "command = \"solve\"\nbudget = 1000\ncases = [\"small\"]\n");
    let answer = bench.run("batch sweep.toml --format json --quiet");
    assert_eq!(answer.code, 6);
    let document: serde_json::Value = serde_json::from_str(&answer.out).expect("one JSON document");
    assert_eq!(document["jobs"][0]["job"], "small/base/own-seed");
    assert!(document["jobs"][0]["why"].as_str().expect("a reason").contains("proven"), "{document}");
}

#[test]
fn a_sweep_file_with_a_mistake_is_refused() {
    let bench = Bench::with_small_case();
    bench.write("sweep.toml", "cases = [\"small\"]\nseedz = [1]\n");
    let said = bench.fails("batch sweep.toml", 2);
    assert!(said.contains("sweep.toml: line 2: unknown field `seedz`"), "{said}");
    assert!(bench.fails("batch nowhere.toml", 2).contains("nowhere.toml: cannot be read"));
}

//! `fit`: from past incidents to hazards.

use crate::support::{Bench, Csv};

/// Three like regions over five years, one incident still open.
const HISTORY: &str = "\
date,domain,level,duration_h,severity
2020-03-01,north,region,2,1
2020-09-12,south,region,4.5,1
2021-02-20,north,region,1.5,0.5
2022-06-30,hall,region,8,1
2023-01-05,south,region,6,1
2024-11-11,north,region,3,1
2024-12-30,hall,region,,1
";

const FIVE_YEARS: &str = "--from 2020-01-01 --to 2024-12-31";

fn document(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_file_of_incidents_gives_a_row_a_domain_and_says_what_to_mind() {
    let bench = Bench::new();
    bench.write("history.csv", HISTORY);
    let page = bench.ok(&format!("fit history.csv {FIVE_YEARS}")).out;
    for part in [
        "history.csv: 7 incidents from 2020-01-01 to 2024-12-31, 5.0 years",
        "domain  level   incidents  years  rate a year",
        "north   region          3    5.0",
        "region: 3 domains whose counts differ no more than by chance: one rate for all",
        "Still open: 1 incident",
        "look at the curve with the rates at both ends",
    ] {
        assert!(page.contains(part), "no {part:?} in\n{page}");
    }
    assert!(!page.contains("The clock"), "both ends were given:\n{page}");

    let found = document(&bench.ok(&format!("fit history.csv {FIVE_YEARS} --format json")).out);
    let pool = &found["pools"][0];
    assert_eq!((&pool["level"], &pool["pooling"]), (&"region".into(), &"complete".into()));
    assert_eq!((&pool["durations"]["ended"], &pool["durations"]["open"]), (&6.into(), &1.into()));
    let rate = &pool["domains"][1]["rate_per_year"];
    let expected = 7.5 / (3.0 * 1827.0 / 365.25);
    assert!((rate["value"].as_f64().expect("a rate") - expected).abs() < 1e-9, "{rate}");
}

#[test]
fn without_a_window_the_first_incident_starts_the_clock_and_does_not_count() {
    let bench = Bench::new();
    bench.write("history.csv", "date,domain,duration_h\n2021-01-01,a,1\n2022-01-01,a,2\n2023-01-01,a,4\n");
    let answer = bench.ok("fit history.csv --format json");
    let found = document(&answer.out);
    assert_eq!(found["window"]["from_is_first_incident"], true);
    let domain = &found["pools"][0]["domains"][0];
    assert_eq!((&domain["incidents"], &domain["counted"]), (&3.into(), &2.into()));
    let notes = found["notes"].to_string();
    assert!(notes.contains("The clock starts at the first incident, 2021-01-01 of a"), "{notes}");
    assert!(notes.contains("The clock stops at the last incident, 2023-01-01"), "{notes}");

    bench.write("one.csv", "date,domain,duration_h\n2021-01-01,a,1\n");
    let refused = bench.fails("fit one.csv", 2);
    assert!(refused.contains("no window of time") && refused.contains("--from 2020-01-01"), "{refused}");
    bench.ok("fit one.csv --from 2020-01-01 --to 2024-12-31");
}

#[test]
fn a_german_file_reads_the_same() {
    let bench = Bench::new();
    bench.write("history.csv", HISTORY);
    let german = HISTORY.replace(',', ";").replace('.', ",").replace('\n', "\r\n");
    bench.write("german.csv", &format!("\u{feff}{german}"));
    let pools = |file: &str| document(&bench.ok(&format!("fit {file} --format json")).out)["pools"].clone();
    assert_eq!(pools("german.csv"), pools("history.csv"));
}

#[test]
fn a_level_and_its_provider_stand_in_for_a_domain() {
    let bench = Bench::new();
    bench.write(
        "history.csv",
        "date,level,provider,duration_h\n2020-01-01,region,aws,1\n2021-01-01,region,azure,2\n2022-01-01,region,aws,3\n2023-01-01,dns,,5\n",
    );
    let page = bench.ok("fit history.csv").out;
    for part in ["aws region    region", "azure region  region", "dns           dns", "dns has 1 ended incident"] {
        assert!(page.contains(part), "no {part:?} in\n{page}");
    }
}

#[test]
fn mistakes_are_named_with_file_line_and_column() {
    let bench = Bench::new();
    bench.write(
        "history.csv",
        "date,domain,level,duration_h\n2020-01-01,a,,1\n2020-13-01,a,,long\n2020-02-01,,,2\n2020-02-01,,regoin,2\n",
    );
    let refused = bench.fails("fit history.csv", 2);
    for part in [
        "history.csv:3:1: error[E015]",
        "history.csv:3:15: error[E011]: `duration_h` is \"long\"",
        "history.csv:4:12: error[E010]: neither `domain` nor `level` is given",
        "history.csv:5:13: error[E013]",
        "did you mean \"region\"?",
    ] {
        assert!(refused.contains(part), "no {part:?} in\n{refused}");
    }
    bench.write("empty.csv", "date,domain\n");
    assert!(bench.fails("fit empty.csv", 2).contains("the history has no incident"));
    assert!(bench.fails("fit nowhere.csv", 2).contains("there is no nowhere.csv"));
}

#[test]
fn a_case_brings_its_quiet_domains_and_takes_the_hazards() {
    let bench = Bench::with_small_case();
    assert!(bench.fails("fit small", 2).contains("the case small has no history.csv"));
    bench.write(
        "small/history.csv",
        "date,domain,duration_h\n2020-03-01,north,2\n2021-03-01,south,4\n2022-03-01,north,9\n2022-04-01,north,1\n",
    );
    let found = document(&bench.ok(&format!("fit small {FIVE_YEARS} --format json")).out);
    let quiet = &found["pools"][0]["domains"][0];
    assert_eq!((&quiet["domain"], &quiet["incidents"]), (&"hall".into(), &0.into()));

    let page = bench.ok(&format!("fit small {FIVE_YEARS} --out fitted.csv")).out;
    assert!(page.contains("Wrote fitted.csv"), "{page}");
    let hazards = Csv::parse(&bench.read("fitted.csv"));
    assert_eq!(hazards.rows.len(), 3);
    for row in &hazards.rows {
        let [low, rate, high] = ["rate_low", "rate_per_year", "rate_high"].map(|name| hazards.number(row, name));
        assert!(0.0 < low && low < rate && rate < high, "{row:?}");
        assert_eq!((hazards.get(row, "basis"), hazards.get(row, "destructive")), ("observed", "false"));
        assert!(hazards.get(row, "source").contains("history.csv, 2020-01-01 to 2024-12-31"), "{row:?}");
    }

    let refused = bench.fails("fit small --out small/hazards.csv", 2);
    assert!(refused.contains("hazards.csv is there already"), "{refused}");
    bench.write("small/hazards.csv", &bench.read("fitted.csv"));
    let checked = bench.ok("check small").out;
    assert!(checked.contains("small: 0 errors, 0 warnings") && checked.contains("3 hazards in 3 of"), "{checked}");
}

#[test]
fn a_ready_case_can_be_fitted() {
    let bench = Bench::new();
    bench.ok("init case --sample automotive");
    let page = bench.ok("fit case --to 2025-12-31 --out case/fitted.csv").out;
    assert!(page.contains("aws-us-east-1"), "{page}");
    std::fs::rename(bench.path("case/fitted.csv"), bench.path("case/hazards.csv")).expect("renamed");
    bench.ok("check case");
}

//! Every diagnostic code has a case that causes it.

use std::{collections::BTreeSet, fs};

use ballast_ingest::{CODES, Overrides, read_case};

/// The sound case that each mistake is made in.
const FILES: [(&str, &str); 8] = [
    ("case.toml", "name = \"tiny\"\ncurrency = \"EUR\"\n"),
    ("workloads.csv", "workload,vcpu,memory_gib,rpo_h\nshop,4,16,\n"),
    ("sites.csv", "site,kind,provider\nnorth,region,p\nsouth,region,p\n"),
    (
        "prices.csv",
        "site,resource,price,currency\nnorth,vcpu_h,0.04,EUR\nnorth,memory_gib_h,0.004,EUR\nsouth,vcpu_h,0.05,EUR\nsouth,memory_gib_h,0.005,EUR\n",
    ),
    ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nstorm,north,0.5,8\n"),
    ("processes.csv", "process,value_per_h,calendar\nsales,1000,\n"),
    ("process_workloads.csv", "process,workload,role\nsales,shop,critical\n"),
    ("placement.csv", "workload,pattern,primary_site,standby_site\nshop,pilot_light,north,south\n"),
];

/// What is said of the case with `file` replaced or added.
fn said(file: &str, content: &[u8], scenario: &str) -> String {
    let dir = tempfile::tempdir().expect("a place to write");
    for (name, text) in FILES {
        fs::write(dir.path().join(name), text).expect("writable");
    }
    if !file.is_empty() {
        fs::write(dir.path().join(file), content).expect("writable");
    }
    let overrides = match Overrides::parse(scenario, "scenario.toml") {
        Ok(overrides) => overrides,
        Err(found) => return found.to_string(),
    };
    match read_case(dir.path(), &overrides) {
        Ok(case) => case.warnings.to_string(),
        Err(found) => found.to_string(),
    }
}

/// Mistakes beyond those of `diagnostics.rs`: file, content, scenario, what must be said.
const MISTAKES: [(&str, &[u8], &str, &str); 16] = [
    ("workloads.csv", b"workload,vcpu,memory_gib\ncaf\xe9,4,16\n", "", "error[E002]"),
    ("holidays.csv", b"calendar,date\nplant-de,2026-13-01\n", "", "holidays.csv:2:10: error[E015]"),
    (
        "calendars.csv",
        b"calendar,weekday,from,to,time_zone\noffice,Mon-Fri,08:00,16:00,Europe/Berln\n",
        "",
        "calendars.csv:2:28: error[E015]",
    ),
    (
        "calendars.csv",
        b"calendar,weekday,from,to,time_zone\noffice,Mon-Fri,8 am,16:00,UTC\n",
        "",
        "calendars.csv:2:16: error[E015]",
    ),
    (
        "placement.csv",
        b"workload,pattern,primary_site,standby_site\nshop,pilot_light,north,\n",
        "",
        "placement.csv:2:24: error[E034]",
    ),
    (
        "years.csv",
        b"year,probability,start_h,duration_h,domains\n1,0.6,10,5,north\n2,0.7,20,5,south\n",
        "",
        "error[E036]",
    ),
    ("calendars.csv", b"calendar,weekday,from,to,time_zone\noffice,Mon-Fri,16:00,08:00,UTC\n", "", "error[E037]"),
    ("durations.csv", b"durations,duration_h,weight\nstorms,4,0\n", "", "error[E038]"),
    (
        "",
        b"",
        "[[set]]\ntable = \"price\"\nkey = \"*\"\ncolumn = \"price\"\nmultiply = 2\n",
        "error[E040]: there is no table \"price\"",
    ),
    (
        "",
        b"",
        "[[set]]\ntable = \"prices\"\nkey = \"*\"\ncolumn = \"prise\"\nmultiply = 2\n",
        "error[E040]: prices.csv has no column \"prise\"",
    ),
    (
        "",
        b"",
        "[[set]]\ntable = \"sites\"\nkey = \"west\"\ncolumn = \"zones\"\nvalue = 2\n",
        "error[E040]: sites.csv has no row \"west\"",
    ),
    ("", b"", "[settings.risk]\nyeers = 5\n", "error[E040]"),
    (
        "hazards.csv",
        b"hazard,domain,rate_per_year,duration_median_h\nstorm,north,0.5,8\nquake,moon,0.1,9\n",
        "[[add]]\ntable = \"domains\"\nrow = { domain = \"moon\", level = \"network\" }\n",
        "hazards.csv:3:7: warning[W102]",
    ),
    ("workloads.csv", b"workload,vcpu,memory_gib,egress_gib_per_month\nshop,4,16,100\n", "", "warning[W103]"),
    ("workloads.csv", b"workload,vcpu,memory_gib,rpo_h\nshop,4,16,0.01\n", "", "placement.csv:2:1: warning[W104]"),
    ("holiday.csv", b"calendar,date\n", "", "holiday.csv: warning[W105]"),
];

#[test]
fn further_mistakes_are_named_too() {
    for (file, content, scenario, expected) in MISTAKES {
        let said = said(file, content, scenario);
        assert!(said.contains(expected), "{file} {scenario}\nwanted: {expected}\nsaid: {said}");
    }
}

#[test]
fn every_code_is_caused_by_a_test_and_explained() {
    let own = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codes.rs")).expect("this file");
    let other =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diagnostics.rs")).expect("its neighbour");
    // Only expectations count, and those stand in brackets as they are printed.
    let missing: BTreeSet<&str> = CODES
        .iter()
        .map(|(code, _)| *code)
        .filter(|code| !own.contains(&format!("[{code}]")) && !other.contains(&format!("[{code}]")))
        .collect();
    assert!(missing.is_empty(), "no test causes {missing:?}");
    assert!(CODES.iter().all(|(_, text)| text.len() > 20));
}

#[test]
fn the_sound_case_is_sound() {
    assert_eq!(said("", b"", ""), "");
}

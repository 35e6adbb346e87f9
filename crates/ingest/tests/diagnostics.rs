//! Broken cases: every finding with its place, its code and a way out.

use std::{fs, path::Path};

use ballast_ingest::{Overrides, read_case};

const FILES: [(&str, &str); 5] = [
    ("case.toml", "name = \"tiny\"\ncurrency = \"EUR\"\n"),
    ("workloads.csv", "workload,vcpu,memory_gib,loss_per_h\nshop,4,16,1000\n"),
    ("sites.csv", "site,kind,provider\nnorth,region,p\nsouth,region,p\n"),
    (
        "prices.csv",
        "site,resource,price,currency\nnorth,vcpu_h,0.04,EUR\nnorth,memory_gib_h,0.004,EUR\nsouth,vcpu_h,0.05,EUR\nsouth,memory_gib_h,0.005,EUR\n",
    ),
    ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nstorm,north,0.5,8\n"),
];

/// Reads the tiny case with `file` replaced by `text` (removed, if empty) and answers what is said of it.
fn said(dir: &Path, file: &str, text: &str) -> String {
    for (name, content) in FILES {
        fs::write(dir.join(name), content).expect("writable");
    }
    if text.is_empty() {
        fs::remove_file(dir.join(file)).expect("was there");
    } else if !file.is_empty() {
        fs::write(dir.join(file), text).expect("writable");
    }
    match read_case(dir, &Overrides::none()) {
        Ok(case) => case.warnings.to_string(),
        Err(found) => found.to_string(),
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    for (file, text, expected) in [
        ("workloads.csv", "", "workloads.csv: error[E001]"),
        ("case.toml", "name = \"t\"\ncurrency = \"EUR\"\nhorizon_yeers = 3\n", "case.toml:3:1: error[E003]"),
        (
            "workloads.csv",
            "workload,vcpu,memory_gib\nshop,4\n",
            "workloads.csv:2: error[E004]: the line has 2 cells, the header 3",
        ),
        (
            "workloads.csv",
            "workload,vcpu\nshop,4\n",
            "workloads.csv:1: error[E005]: column `memory_gib` is missing",
        ),
        ("workloads.csv", "workload;vcpu;memory_gib\nshop;1.234;2.500\n", "workloads.csv:2:6: error[E006]"),
        (
            "workloads.csv",
            "workload,vcpu,memory_gib,vcpu\nshop,4,16,4\n",
            "error[E007]: column `vcpu` is there twice",
        ),
        (
            "workloads.csv",
            "workload,vcpu,memory_gib\nshop,,16\n",
            "workloads.csv:2:6: error[E010]: `vcpu` is empty",
        ),
        (
            "workloads.csv",
            "workload,vcpu,memory_gib,rto_h\nshop,4,16,3 min\n",
            "workloads.csv:2:11: error[E011]: `rto_h` is \"3 min\"",
        ),
        ("workloads.csv", "workload,vcpu,memory_gib\nshop,-4,16\n", "workloads.csv:2:6: error[E012]"),
        (
            "sites.csv",
            "site,kind,provider\nnorth,regio,p\nsouth,region,p\n",
            "sites.csv:2:7: error[E013]: `kind` is \"regio\"\n  help: did you mean \"region\"?",
        ),
        ("workloads.csv", "workload,vcpu,memory_gib,divisible\nshop,4,16,perhaps\n", "error[E014]"),
        (
            "hazards.csv",
            "hazard,domain,rate_per_year,duration_median_h\nstorm,nort,0.5,8\n",
            "hazards.csv:2:7: error[E020]: there is no domain or site \"nort\"\n  help: did you mean \"north\"?",
        ),
        ("sites.csv", "site,kind,provider\nnorth,region,p\nnorth,region,p\n", "sites.csv:3:1: error[E021]"),
        (
            "prices.csv",
            "site,resource,price,currency\nnorth,vcpu_h,1,EUR\nnorth,vcpu_h,2,EUR\n",
            "prices.csv:3:14: error[E022]",
        ),
        (
            "prices.csv",
            "site,resource,price,currency\nnorth,vcpu_h,1,CHF\n",
            "error[E023]: there is no rate for currency \"CHF\"",
        ),
        (
            "prices.csv",
            "site,resource,price,currency\nnorth,vcpu_h,0.04,EUR\n",
            "error[E032]: site \"north\" has no price for memory_gib_h",
        ),
        (
            "workloads.csv",
            "workload,vcpu,memory_gib,site_kinds\nshop,4,16,edge\n",
            "error[E030]: workload \"shop\" has no possible site (north: site_kinds; south: site_kinds)",
        ),
        (
            "workloads.csv",
            "workload,vcpu,memory_gib,rto_h\nshop,4,16,0.001\n",
            "error[E031]: no pattern reaches the `rto_h`",
        ),
        (
            "hazards.csv",
            "hazard,domain,rate_per_year,rate_low,duration_median_h\nstorm,north,0.5,0.6,8\n",
            "error[E033]",
        ),
        (
            "events.csv",
            "event,title,duration_h,domains\nfog,Fog,2,;\n",
            "events.csv:2:11: error[E010]: `domains` names none",
        ),
        ("workloads.csv", "workload,vcpu,memory_gib,colour\nshop,4,16,red\n", "workloads.csv:1:26: warning[W101]"),
    ] {
        let dir = tempfile::tempdir().expect("a place to write");
        let said = said(dir.path(), file, text);
        assert!(said.contains(expected), "{file} with {text:?}: expected {expected:?} in\n{said}");
    }
}

#[test]
fn a_german_file_means_what_the_plain_one_means() {
    let dir = tempfile::tempdir().expect("a place to write");
    let plain = said(dir.path(), "workloads.csv", "workload,vcpu,memory_gib,loss_per_h\nshop,4.5,16,1234.5\n");
    assert_eq!(plain, "");
    let of = |dir: &Path| read_case(dir, &Overrides::none()).expect("sound").estate;
    let first = of(dir.path());
    let german = "\u{feff}workload;vcpu;memory_gib;loss_per_h\r\nshop;4,5;16;1.234,5\r\n";
    fs::write(dir.path().join("workloads.csv"), german).expect("writable");
    let second = of(dir.path());
    assert_eq!(first.workloads(), second.workloads());
    assert_eq!(first.processes(), second.processes());
}

#[test]
fn an_override_changes_a_cell_and_a_wrong_one_is_refused() {
    let dir = tempfile::tempdir().expect("a place to write");
    said(dir.path(), "", "x");
    let scenario = "[[set]]\ntable = \"hazards\"\nkey = \"storm\"\ncolumn = \"rate_per_year\"\nmultiply = 3\n";
    let overrides = Overrides::parse(scenario, "worse.toml").expect("sound");
    let estate = read_case(dir.path(), &overrides).expect("sound").estate;
    assert!((estate.hazards()[0].rate.get() - 1.5).abs() < 1e-12);
    let wrong = Overrides::parse(&scenario.replace("storm", "strom"), "worse.toml").expect("reads");
    let found = read_case(dir.path(), &wrong).expect_err("no such row").to_string();
    assert!(found.contains("hazards.csv has no row \"strom\"\n  help: did you mean \"storm\"?"), "{found}");
}

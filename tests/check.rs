//! `init` and `check`.

use crate::support::Bench;

#[test]
fn a_ready_case_is_written_and_sound() {
    for sample in ["automotive", "automotive-aws", "automotive-azure", "multi-brand"] {
        let bench = Bench::new();
        let said = bench.ok(&format!("init case --sample {sample}"));
        assert!(said.out.contains("ballast check case"), "{}", said.out);
        let checked = bench.ok("check case");
        assert!(checked.out.contains(": 0 errors, "), "{}", checked.out);
        assert!(checked.out.contains(" deployments to choose from"), "{}", checked.out);
    }
}

#[test]
fn init_does_not_write_over_what_is_there() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("case")).expect("writable");
    bench.write("case/notes.txt", "mine");
    let refused = bench.fails("init case", 2);
    assert!(refused.contains("case is not empty") && refused.contains("hint: "), "{refused}");
    assert_eq!(bench.files("case").len(), 1);
    bench.ok("init case --force");
    assert_eq!(bench.read("case/notes.txt"), "mine");
    bench.ok("check case");
}

#[test]
fn a_sample_that_does_not_exist_is_refused_with_those_that_do() {
    let bench = Bench::new();
    let refused = bench.fails("init case --sample bank", 2);
    assert!(
        refused.contains("there is no sample \"bank\"") && refused.contains("multi-brand, synthetic, blank"),
        "{refused}"
    );
    assert!(!bench.path("case").exists());
}

#[test]
fn the_blank_case_has_every_column_and_no_row() {
    let bench = Bench::new();
    bench.ok("init case --sample blank");
    for (file, columns) in [
        ("workloads.csv", "workload,name,type,count,vcpu,"),
        ("sites.csv", "site,kind,provider,"),
        ("prices.csv", "site,"),
        ("hazards.csv", "hazard,domain,rate_per_year,"),
    ] {
        let text = bench.read(&format!("case/{file}"));
        assert!(text.starts_with(columns) && text.lines().count() == 1, "{file}: {text}");
    }
    let said = bench.run("check case");
    assert_eq!(said.code, 2);
    assert!(said.out.contains("there are no "), "{}", said.out);
}

#[test]
fn check_sums_a_sound_case_up() {
    let bench = Bench::with_small_case();
    let page = bench.ok("check small").out;
    for part in [
        "small: 0 errors, 0 warnings",
        "5 workloads: 212 vCPU, 688 GiB memory",
        "3 sites of 2 providers in DE, US",
        "3 hazards in 3 of 3 failure domains; 1.50 events a year",
        "workloads.csv                 5  comma, decimal point",
        "patterns.csv                  8  comma, decimal point  (shipped default)",
    ] {
        assert!(page.contains(part), "no {part:?} in\n{page}");
    }
    let document: serde_json::Value =
        serde_json::from_str(&bench.ok("check small --format json").out).expect("JSON");
    assert_eq!(document["sound"], true);
    assert_eq!(document["estate"]["demand"]["vcpu"], 212.0);
}

#[test]
fn check_names_every_mistake_with_file_line_and_column() {
    let bench = Bench::with_small_case();
    bench.change("small/workloads.csv", "erp,60,", "erp,sixty,");
    bench.change("small/hazards.csv", "hall-out,hall,", "hall-out,hal,");
    let said = bench.run("check small");
    assert_eq!((said.code, said.err.as_str()), (2, ""));
    assert!(said.out.contains("workloads.csv:3:5: error[E011]: `vcpu` is \"sixty\""), "{}", said.out);
    assert!(said.out.contains("hazards.csv:4:10: error[E020]"), "{}", said.out);
    assert!(
        said.out.contains("did you mean \"hall\"?") && said.out.contains("2 errors, 0 warnings"),
        "{}",
        said.out
    );

    let said = bench.run("check small --format json");
    assert_eq!(said.code, 2);
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((&document["sound"], &document["errors"]), (&false.into(), &2.into()));
    assert_eq!(
        (&document["diagnostics"][1]["line"], &document["diagnostics"][1]["column"]),
        (&3.into(), &5.into())
    );
}

#[test]
fn a_missing_case_is_refused_with_a_way_out() {
    let refused = Bench::new().fails("check nowhere", 2);
    assert!(
        refused.contains("error: there is no folder nowhere") && refused.contains("ballast init"),
        "{refused}"
    );
}

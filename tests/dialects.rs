//! Result tables for spreadsheets of different countries.

use crate::support::Bench;

#[test]
fn a_german_spreadsheet_opens_a_run_and_the_run_can_still_be_read() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --years 200 --points 4 --out plain");
    bench.ok("frontier small --years 200 --points 4 --out german --csv-dialect excel-de");
    let (plain, german) = (bench.read("plain/frontier.csv"), bench.read("german/frontier.csv"));
    assert!(german.starts_with('\u{feff}') && german.contains(";annual_cost_eur;") && german.contains("\r\n"));
    // The same figures: what has a point in one has a comma in the other.
    let first = |text: &str, separator: char| -> Vec<String> {
        let line = text.lines().find(|line| line.starts_with("p01")).expect("p01");
        line.split(separator).take(16).map(str::to_owned).collect()
    };
    let back: Vec<String> = first(&german, ';').iter().map(|cell| cell.replace(',', ".")).collect();
    assert_eq!(back, first(&plain, ','));
    // Three decimals would be read as thousands; nothing has them.
    for line in german.lines().skip(1) {
        for cell in line.split(';') {
            let decimals = cell.rsplit_once(',').map_or(0, |(_, decimals)| decimals.len());
            assert!(decimals != 3 || cell.contains('['), "{cell} in {line}");
        }
    }
    // What reads runs reads this one too.
    assert!(bench.ok("verify small --run german").out.contains("is that of the input files"));
    assert!(bench.ok("explain small mes --run german").out.contains(" of run "));
}

#[test]
fn names_like_formulas_are_quoted_in_csv_and_come_back_as_they_are() {
    let bench = Bench::with_small_case();
    for file in ["workloads", "placement"] {
        bench.change(&format!("small/{file}.csv"), "\nerp,", "\n=cmd|' /C calc'!A0,");
        bench.change(&format!("small/{file}.csv"), "\norders,", "\n\"-2+3\nsecond \"\"line\"\"\",");
    }
    for dialect in ["rfc4180", "excel-de"] {
        bench.ok(&format!("frontier small --points 3 --out {dialect} --csv-dialect {dialect}"));
        let placements = bench.read(&format!("{dialect}/placements.csv"));
        assert!(placements.contains("'=cmd|' /C calc'!A0"), "{placements}");
        assert!(placements.contains("\"'-2+3 second \"\"line\"\"\""), "{placements}");
        // What reads runs takes the quote off again, and a run may be verified in either dialect.
        assert!(bench.ok(&format!("verify small --run {dialect}")).out.contains("is that of the input files"));
        let page = bench.ok(&format!("explain small --roadmap --run {dialect}")).out;
        assert!(page.contains("=cmd|' /C calc'!A0") && !page.contains("'=cmd"), "{page}");
    }
}

#[test]
fn a_batch_writes_the_dialect_and_skips_what_it_wrote() {
    let bench = Bench::with_small_case();
    bench.write(
        "sweep.toml",
        "command = \"solve\"\ncases = [\"small\"]\nseeds = [1, 2]\n[settings]\nrisk.years = 100\n",
    );
    bench.ok("batch sweep.toml --csv-dialect excel-de");
    assert!(bench.read("sweep.results/batch.csv").contains("job;case;scenario"));
    let again = bench.ok("batch sweep.toml --csv-dialect excel-de").out;
    assert!(again.contains("0 ran, 2 were done already"), "{again}");
    // In another dialect, the tables of every job are written in it too.
    let other = bench.ok("batch sweep.toml --csv-dialect excel-us").out;
    assert!(other.contains("2 ran, 0 were done already"), "{other}");
    assert!(bench.read("sweep.results/batch.csv").contains("job,case,scenario"));
    assert!(bench.read("sweep.results/small/base/seed-1/placements.csv").contains("point,workload,"));
}

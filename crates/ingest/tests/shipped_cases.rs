//! The shipped cases read without an error, and say what their files say.

use std::path::Path;

use ballast_ingest::{Overrides, read_case};

fn case(name: &str) -> ballast_ingest::Case {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases").join(name);
    read_case(&dir, &Overrides::none()).unwrap_or_else(|found| panic!("{name}:\n{found}"))
}

#[test]
fn the_three_cases_read_without_errors() {
    for (name, workloads, sites) in
        [("automotive-aws", 105, 14), ("automotive-azure", 70, 11), ("multi-brand", 38, 13)]
    {
        let estate = case(name).estate;
        assert_eq!((estate.workloads().len(), estate.sites().len()), (workloads, sites), "{name}");
        assert!(
            estate.workloads().iter().all(|workload| workload.as_is.is_some()),
            "{name}: no placement of today"
        );
    }
}

#[test]
fn the_price_of_a_machine_is_its_list_price() {
    // m5.xlarge in Frankfurt: USD 0.230 an hour for 4 vCPU and 16 GiB, at 0.92 EUR per USD.
    let case = case("automotive-aws");
    let site = case.estate.sites().iter().find(|site| site.id == "aws-eu-central-1").expect("in the case");
    let price = |item| site.prices.get(item).expect("priced").get();
    let machine =
        4.0 * price(ballast_model::Priced::VcpuHour) + 16.0 * price(ballast_model::Priced::MemoryGibHour);
    assert!((machine - 0.230 * 0.92).abs() < 1e-4, "{machine}");
}

/// The case's files as a German Excel writes them: semicolons, decimal commas, a byte-order mark, CRLF.
fn in_german(name: &str) -> ballast_ingest::Case {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases").join(name);
    let dir = tempfile::tempdir().expect("a place to write");
    for entry in std::fs::read_dir(from).expect("the case") {
        let path = entry.expect("readable").path();
        let target = dir.path().join(path.file_name().expect("a file"));
        if path.extension().is_none_or(|extension| extension != "csv") {
            std::fs::copy(&path, target).expect("copied");
            continue;
        }
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).expect("readable");
        let mut writer = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::from("\u{feff}"));
        for record in reader.records() {
            let record = record.expect("a row");
            let cells = record.iter().map(|cell| {
                let is_decimal = cell.contains('.') && cell.parse::<f64>().is_ok();
                if is_decimal { cell.replace('.', ",") } else { cell.to_owned() }
            });
            writer.write_record(cells).expect("written");
        }
        std::fs::write(target, writer.into_inner().expect("written")).expect("written");
    }
    read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{name}:\n{found}"))
}

#[test]
fn a_german_spreadsheet_says_the_same() {
    for name in ["automotive-aws", "automotive-azure", "multi-brand"] {
        let told = |case: ballast_ingest::Case| format!("{:?}", case.estate);
        assert!(told(in_german(name)) == told(case(name)), "{name} is another estate");
    }
}

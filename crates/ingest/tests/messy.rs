//! Files as spreadsheets and people leave them: what can be read is read as it is meant, the rest has a way out.

use std::{fs, path::Path};

use ballast_ingest::{Case, Diagnostics, Overrides, read_case};

const FILES: [(&str, &str); 8] = [
    ("case.toml", "name = \"tiny\"\ncurrency = \"EUR\"\n"),
    ("workloads.csv", "workload,name,vcpu,memory_gib,rto_h,residency\nshop,Süd,4.5,16,8,EU\nerp,Nord,12,48,,\n"),
    ("sites.csv", "site,kind,provider,country\nnorth,region,p,DE\nsouth,region,p,FR\n"),
    (
        "prices.csv",
        "site,resource,price,currency\nnorth,vcpu_h,0.045,EUR\nnorth,memory_gib_h,0.0045,EUR\nsouth,vcpu_h,0.05,EUR\nsouth,memory_gib_h,0.005,EUR\n",
    ),
    ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nstorm,north,0.5,8\n"),
    ("processes.csv", "process,value_per_h,calendar\nsales,260000,office\n"),
    ("calendars.csv", "calendar,weekday,from,to,time_zone\noffice,Mon-Fri,06:00,16:00,UTC\n"),
    ("process_workloads.csv", "process,workload,role\nsales,shop,critical\n"),
];

fn read(dir: &Path, file: &str, content: &[u8]) -> Result<Case, Diagnostics> {
    for (name, text) in FILES {
        fs::write(dir.join(name), text).expect("writable");
    }
    fs::write(dir.join(file), content).expect("writable");
    read_case(dir, &Overrides::none())
}

fn plain(file: &str) -> &'static str {
    FILES.iter().find(|(name, _)| *name == file).map(|(_, text)| *text).expect("one of the files")
}

/// As a German Excel writes it: semicolons, decimal commas, CRLF.
fn german(file: &str) -> String {
    plain(file).replace(',', ";").replace('.', ",").replace('\n', "\r\n")
}

#[test]
fn a_mess_that_leaves_no_doubt_means_what_the_plain_file_means() {
    let dir = tempfile::tempdir().expect("a place to write");
    let whole = read(dir.path(), "case.toml", plain("case.toml").as_bytes()).expect("sound").estate;
    let wide =
        |text: &str| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let (workloads, prices, processes) = (plain("workloads.csv"), plain("prices.csv"), plain("processes.csv"));
    let messes: Vec<(&str, Vec<u8>)> = vec![
        ("workloads.csv", format!("\u{feff}{}", german("workloads.csv")).into_bytes()),
        ("workloads.csv", format!("sep=;\r\n{}", german("workloads.csv")).into_bytes()),
        ("workloads.csv", wide(&workloads.replace(',', "\t"))),
        // Empty columns at the right, empty rows below and between.
        (
            "workloads.csv",
            workloads.replace('\n', ",,\n").replace("\nerp", "\n,,,,,,,\n \n\"\",\nerp").into_bytes(),
        ),
        ("workloads.csv", format!("{workloads},,,,,,,,,,,\n,,\n").into_bytes()),
        ("workloads.csv", workloads.replace("8,EU", "8,EU,,,").into_bytes()),
        ("workloads.csv", workloads.replace("vcpu,memory_gib", " VCPU , Memory GiB").into_bytes()),
        ("workloads.csv", workloads.replace("rto_h", "RTO-h\u{a0}").replace("shop", "\u{200b}shop ").into_bytes()),
        // An umlaut as a Mac writes it, a letter and its dots apart.
        ("workloads.csv", workloads.replace('ü', "u\u{308}").into_bytes()),
        ("prices.csv", german("prices.csv").into_bytes()),
        // Three decimals below 1 are no thousands, whatever the separator.
        ("prices.csv", prices.replace(',', ";").into_bytes()),
        ("processes.csv", processes.replace("260000", "260\u{a0}000").into_bytes()),
        ("processes.csv", processes.replace("260000", "260 000").into_bytes()),
        ("processes.csv", processes.replace("260000", "260'000.0").into_bytes()),
        ("processes.csv", german("processes.csv").replace("260000", "260.000,00").into_bytes()),
        ("calendars.csv", plain("calendars.csv").replace("06:00", "6:00:00").into_bytes()),
    ];
    for (file, content) in messes {
        let shown = String::from_utf8_lossy(&content).into_owned();
        let case = read(dir.path(), file, &content).unwrap_or_else(|found| panic!("{shown}\n{found}"));
        assert!(case.warnings.is_empty(), "{shown}\n{}", case.warnings);
        assert_eq!(case.estate.workloads(), whole.workloads(), "{shown}");
        assert_eq!(case.estate.sites(), whole.sites(), "{shown}");
        assert_eq!(case.estate.processes(), whole.processes(), "{shown}");
    }
}

#[test]
fn names_keep_their_quotes_and_commas_and_stand_on_one_line() {
    let dir = tempfile::tempdir().expect("a place to write");
    for (cell, meant) in [
        ("\"two\r\nlines; and \"\"quotes\"\", commas\"", "two lines; and \"quotes\", commas"),
        ("19\" rack", "19\" rack"),
        ("=cmd|'/C calc'!A0", "=cmd|'/C calc'!A0"),
        ("@x", "@x"),
        ("'=1+1", "=1+1"),
        ("'t Hof", "'t Hof"),
    ] {
        let text = plain("workloads.csv").replace("Süd", cell);
        let case = read(dir.path(), "workloads.csv", text.as_bytes()).unwrap_or_else(|found| panic!("{found}"));
        assert_eq!(case.estate.workloads()[0].name, meant);
        // The rows below are found where they are.
        let broken = text.replace("erp,Nord,12", "erp,Nord,x");
        let found = read(dir.path(), "workloads.csv", broken.as_bytes()).expect_err("no number").to_string();
        let line = 3 + cell.matches('\n').count();
        assert!(found.starts_with(&format!("workloads.csv:{line}:10: error[E011]")), "{found}");
    }
}

/// File, content, and all that must be said of it: no finding follows from another.
#[test]
fn what_cannot_be_read_is_one_finding_with_its_place_and_a_way_out() {
    let (workloads, processes) = (plain("workloads.csv"), plain("processes.csv"));
    let value = |cell: &str| processes.replace("260000", cell).into_bytes();
    let mut latin: Vec<u8> = workloads.replace("Süd", "S?d").into_bytes();
    if let Some(mark) = latin.iter_mut().find(|byte| **byte == b'?') {
        *mark = 0xfc;
    }
    let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("workloads.csv", latin, "workloads.csv:2:7: error[E002]", "CSV UTF-8"),
        ("workloads.csv", b"PK\x03\x04workbook".to_vec(), "workloads.csv: error[E002]", "save the sheet"),
        (
            "workloads.csv",
            workloads.replace("Süd", "\"Süd").into_bytes(),
            "workloads.csv:2:6: error[E004]: the double quote that opens here",
            "close or delete it",
        ),
        (
            "workloads.csv",
            workloads.replace(",8,EU", "").into_bytes(),
            "workloads.csv:2: error[E004]",
            "fill it up",
        ),
        (
            "workloads.csv",
            workloads.replace(",8,EU", ",8,EU,US").into_bytes(),
            "workloads.csv:2: error[E004]",
            "quotes",
        ),
        (
            "workloads.csv",
            format!("Workloads 2026,,\n{workloads}").into_bytes(),
            "workloads.csv:1: error[E005]: the first line names no column",
            "workload, name",
        ),
        (
            "workloads.csv",
            workloads.replace("vcpu", "cores").into_bytes(),
            "column `vcpu` is missing",
            "vCPU per unit",
        ),
        (
            "workloads.csv",
            workloads.replace("\nerp", "\nshop").into_bytes(),
            "the first is in line 2",
            "of its own",
        ),
        (
            "workloads.csv",
            workloads.replace("EU", "\"EU,US\"").into_bytes(),
            "workloads.csv:2:19: error[E013]",
            "`;`",
        ),
        ("workloads.csv", workloads.replace("16,8", "16,n/a").into_bytes(), "error[E011]", "leave the cell empty"),
        ("workloads.csv", workloads.replace("16,8", "16,#NV").into_bytes(), "error[E011]", "formula"),
        ("workloads.csv", workloads.replace("4.5", "\u{2212}4.5").into_bytes(), "error[E012]", "write 0 or more"),
        ("processes.csv", value("260 T€"), "processes.csv:2:7: error[E011]", "the unit is in the column's name"),
        ("processes.csv", value("\"260,000\""), "processes.csv:2:7: error[E011]", "decimal point"),
        (
            "prices.csv",
            german("prices.csv").replace("0,045", "0.045").into_bytes(),
            "prices.csv:2:14: error[E011]",
            "decimal comma",
        ),
        (
            "sites.csv",
            plain("sites.csv").replace("provider", "proovider").into_bytes(),
            "sites.csv:1: error[E005]: column `provider` is missing",
            "add it",
        ),
        (
            "limits.csv",
            b"limit,scope,member,resource,max_share\ncap,site,north,vcpu,40 %\n".to_vec(),
            "limits.csv:2:21: error[E011]",
            "0.05",
        ),
        ("case.toml", b"name = \"t\"\ncurrency = \"EUR\"\ndiscount_rate = 0,08\n".to_vec(), "case.toml:3", "0.08"),
        ("case.toml", b"name = \"S\xfcd\"\ncurrency = \"EUR\"\n".to_vec(), "case.toml:1:10: error[E002]", "UTF-8"),
    ];
    for (file, content, expected, help) in cases {
        let dir = tempfile::tempdir().expect("a place to write");
        let shown = String::from_utf8_lossy(&content).into_owned();
        let found = read(dir.path(), file, &content).expect_err(&shown);
        let errors: Vec<String> =
            found.iter().filter(|one| one.code.starts_with('E')).map(ToString::to_string).collect();
        assert!(errors.len() == 1, "{shown}\n{found}");
        let (message, way_out) = errors[0].split_once("\n  help: ").expect("a way out");
        assert!(message.contains(expected) && way_out.contains(help), "{shown}\n{found}");
    }
}

#[test]
fn a_file_that_is_nearly_called_as_a_table_is_warned_of() {
    for name in ["Placement.csv", "placements.csv", "PLACEMENT.CSV"] {
        let dir = tempfile::tempdir().expect("a place to write");
        let case = read(dir.path(), name, b"workload,pattern,primary_site\n").expect("sound");
        let said = case.warnings.to_string();
        assert_eq!(
            said,
            format!("{name}: warning[W105]: the file {name} is not read\n  help: did you mean placement.csv?\n")
        );
    }
    let dir = tempfile::tempdir().expect("a place to write");
    let case = read(dir.path(), "our-own-notes.csv", b"a,b\n").expect("sound");
    assert!(case.warnings.is_empty(), "{}", case.warnings);
}

#[test]
fn any_column_may_be_missing_and_any_cell_wrong_without_a_crash() {
    let dir = tempfile::tempdir().expect("a place to write");
    for (file, text) in FILES.iter().skip(1) {
        let header = text.lines().next().expect("a header");
        for (at, column) in header.split(',').enumerate() {
            let renamed = text.replacen(column, "x_else", 1);
            let cells = |cell: &str| -> String {
                let rows = text.lines().skip(1).map(|line| {
                    let mut cells: Vec<&str> = line.split(',').collect();
                    cells[at] = cell;
                    cells.join(",") + "\n"
                });
                format!("{header}\n{}", rows.collect::<String>())
            };
            for changed in [renamed, cells(""), cells("no such thing"), cells("-1"), header.to_owned()] {
                if let Err(found) = read(dir.path(), file, changed.as_bytes()) {
                    let without: Vec<String> =
                        found.iter().filter(|one| one.help.is_empty()).map(ToString::to_string).collect();
                    assert!(without.is_empty(), "no way out of {without:?} in\n{changed}");
                }
            }
        }
    }
}

//! `--xlsx`: the workbook has the figures of the tables.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};

use crate::support::{Bench, Csv};

type Book = Xlsx<Cursor<Vec<u8>>>;

const SHEETS: [(&str, &str); 10] = [
    ("Roadmap", "roadmap"),
    ("Frontier", "frontier"),
    ("Placement", "placements"),
    ("Losses", "losses_by_process"),
    ("Blast radius", "losses_by_domain"),
    ("Risk", "risk"),
    ("Downtime", "downtime"),
    ("Bad years", "ep_curve"),
    ("Past outages", "replay"),
    ("Limits", "shadow_prices"),
];

fn open(bench: &Bench, folder: &str) -> Book {
    let bytes = bench.files(folder).remove("workbook.xlsx").expect("a workbook");
    calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("opens")
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// The row whose first cell is `name`.
fn row(range: &Range<Data>, name: &str) -> u32 {
    let found = range.rows().position(|row| row[0] == Data::String(name.to_owned()));
    u32::try_from(found.unwrap_or_else(|| panic!("no row {name}"))).expect("few rows")
}

fn number(range: &Range<Data>, at: (u32, u32)) -> f64 {
    match range.get_value(at) {
        Some(Data::Float(value)) => *value,
        other => panic!("{at:?} is {other:?}"),
    }
}

#[test]
fn every_table_is_a_sheet_with_the_same_figures() {
    let bench = Bench::with_small_case();
    bench.write(
        "small/events.csv",
        "event,title,start,duration_h,domains\nown,Own outage,2026-03-03T10:00:00Z,9,north\n",
    );
    bench.ok("frontier small --points 5 --out results --xlsx");
    let mut book = open(&bench, "results");
    let mut figures = 0;
    for (name, file) in SHEETS {
        let table = Csv::parse(&bench.read(&format!("results/{file}.csv")));
        let range = sheet(&mut book, name);
        assert_eq!(range.height(), table.rows.len() + 1, "{name}");
        for (at, column) in (0..).zip(&table.columns) {
            let heading = range.get_value((0, at)).map(ToString::to_string).unwrap_or_default();
            let has_unit = heading.contains("EUR");
            assert_eq!(has_unit, column.ends_with("_eur"), "{name}: {column} is headed {heading:?}");
            for (row, cells) in (1..).zip(&table.rows) {
                let cell = cells[usize::try_from(at).expect("few columns")].as_str();
                match (range.get_value((row, at)).unwrap_or(&Data::Empty), cell) {
                    (Data::Empty, "") | (Data::Bool(true), "true") | (Data::Bool(false), "false") => {}
                    (Data::Float(value), cell) => {
                        assert_eq!(Ok(*value), cell.parse(), "{name}: {column} in row {row}");
                        figures += 1;
                    }
                    (Data::String(text), cell) => {
                        assert_eq!(text, cell, "{name}: {column} in row {row}");
                        let is_id = column == "of";
                        assert!(is_id || cell.parse::<f64>().is_err(), "{name}: {column} {cell} is no number");
                    }
                    (other, cell) => panic!("{name}: {column} in row {row} is {other:?}, not {cell:?}"),
                }
            }
        }
    }
    assert!(figures > 500, "only {figures} figures compared");
}

#[test]
fn the_weights_in_the_summary_pick_a_plan_by_formula() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 8 --out results --xlsx --set objective.loss_weight=0.5");
    let mut book = open(&bench, "results");
    let (summary, frontier) = (sheet(&mut book, "Summary"), sheet(&mut book, "Frontier"));
    let weights =
        ["Weight of loss against cost", "Weight of CVaR within the loss"].map(|name| row(&summary, name));
    assert_eq!(weights.map(|row| number(&summary, (row, 2))), [0.5, 0.0]);

    let table = Csv::parse(&bench.read("results/frontier.csv"));
    let best = table
        .rows
        .iter()
        .filter(|row| table.get(row, "role") == "frontier")
        .min_by(|a, b| {
            let total = |row: &[String]| {
                table.number(row, "annual_cost_eur") + 0.5 * table.number(row, "expected_loss_eur")
            };
            total(a).total_cmp(&total(b))
        })
        .expect("points");
    assert_eq!(table.get(best, "is_knee"), "true", "the weights of the case pick its knee");
    let shown = row(&summary, "Best plan by these weights");
    assert_eq!(summary.get_value((shown, 1)), Some(&Data::String(table.get(best, "point").to_owned())));
    let costs = [number(&summary, (shown, 2)), number(&summary, (shown, 3))];
    assert_eq!(costs, [table.number(best, "annual_cost_eur"), table.number(best, "expected_loss_eur")]);

    // Row 3 of the sheet is the first point: today's plan stands above it.
    let formulas = book.worksheet_formula("Frontier").expect("formulas");
    let (loss, cvar) = (weights[0] + 1, weights[1] + 1);
    let live = u32::try_from(table.columns.len()).expect("few columns");
    assert_eq!(
        formulas.get_value((2, live)).map(String::as_str),
        Some(format!("E3+Summary!$C${loss}*((1-Summary!$C${cvar})*G3+Summary!$C${cvar}*I3)").as_str())
    );
    let columns = [4, 6, 8].map(|at| table.columns[at].as_str());
    assert_eq!(columns, ["annual_cost_eur", "expected_loss_eur", "cvar_eur"]);
    for (row, cells) in (1..).zip(&table.rows) {
        let total = table.number(cells, "annual_cost_eur") + 0.5 * table.number(cells, "expected_loss_eur");
        assert!((number(&frontier, (row, live)) - total).abs() < 1e-6, "row {row}");
    }
    let points = table.rows.iter().filter(|row| table.get(row, "role") == "frontier").count();
    let formulas = book.worksheet_formula("Summary").expect("formulas");
    // Spreadsheets count columns in letters; there are more than 26.
    let letter = |at: u32| char::from_digit(at + 10, 36).expect("a letter").to_ascii_uppercase();
    let column: String = [letter(live / 26 - 1), letter(live % 26)].into_iter().collect();
    let range = format!("Frontier!${column}$3:${column}${}", points + 2);
    assert_eq!(
        formulas.get_value((shown, 2)).cloned(),
        Some(format!("INDEX(Frontier!$E$3:$E${},MATCH(MIN({range}),{range},0))", points + 2))
    );
}

#[test]
fn the_workbook_says_what_holds_and_what_was_run() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 3 --out results --xlsx --seed 8");
    let mut book = open(&bench, "results");
    let assumptions = sheet(&mut book, "Assumptions");
    let of = |key: &str| {
        let found = assumptions.rows().find(|row| row[1] == Data::String(key.to_owned()));
        let row = found.unwrap_or_else(|| panic!("no {key}"));
        (row[2].clone(), row[3].to_string())
    };
    assert_eq!(of("risk.seed"), (Data::Float(8.0), "laid over".to_owned()));
    assert_eq!(of("risk.years"), (Data::Float(300.0), "given".to_owned()));
    assert_eq!(of("discount_rate"), (Data::Float(0.08), "given".to_owned()));
    assert_eq!(of("risk.alpha"), (Data::Float(0.95), "default".to_owned()));
    assert!(assumptions.rows().any(|row| row[3] == Data::String("shipped".to_owned())), "no shipped table");

    let record: serde_json::Value = serde_json::from_str(&bench.read("results/run.json")).expect("JSON");
    assert!(record["files"].as_array().expect("files").contains(&"workbook.xlsx".into()));
    let run = sheet(&mut book, "Run");
    let text = |name: &str| run.get_value((row(&run, name), 1)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((text("Seed"), text("Simulated years")), ("8".to_owned(), "300".to_owned()));
    assert_eq!(record["run"], text("Run").as_str());
    for input in record["inputs"].as_array().expect("inputs") {
        assert_eq!(input["sha256"], text(input["path"].as_str().expect("a path")).as_str());
    }

    assert!(!book.sheet_names().contains(&"Sensitivity".to_owned()));
    let summary = sheet(&mut book, "Summary");
    let why = summary.get_value((row(&summary, "Sensitivity"), 2)).map(ToString::to_string).unwrap_or_default();
    assert!(why.contains("ballast sensitivity"), "{why}");
}

#[test]
fn the_same_run_makes_the_same_workbook_and_only_if_asked() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 3 --out one --xlsx --threads 1");
    bench.ok("frontier small --points 3 --out two --xlsx --threads 2");
    assert_eq!(bench.files("one")["workbook.xlsx"], bench.files("two")["workbook.xlsx"]);
    bench.ok("frontier small --points 3 --out two");
    assert!(!bench.path("two/workbook.xlsx").exists());
}

#[test]
fn one_plan_has_a_workbook_without_weights() {
    let bench = Bench::with_small_case();
    bench.ok("solve small --out results --xlsx");
    let mut book = open(&bench, "results");
    let summary = sheet(&mut book, "Summary");
    let table = Csv::parse(&bench.read("results/frontier.csv"));
    let plan = row(&summary, "The plan");
    assert_eq!(number(&summary, (plan, 2)), table.number(&table.rows[1], "annual_cost_eur"));
    assert!(summary.rows().all(|row| !row[0].to_string().starts_with("Weight")));
    assert!(book.worksheet_formula("Summary").expect("a sheet").is_empty());
}

/// The small case with two events and rates that have intervals, and a run of it.
fn with_events() -> Bench {
    let bench = Bench::with_small_case();
    bench.write(
        "small/events.csv",
        "event,title,start,duration_h,domains\nnorth-2026-03-03,North,2026-03-03T09:00Z,20,north\n\
         south-2026-03-08,South,2026-03-08T03:00Z,6,south\n",
    );
    bench.ok("frontier small --years 200 --points 4 -q");
    bench
}

/// Every number of a table is in the sheet, cell by cell.
fn assert_same_numbers(bench: &Bench, book: &mut Book, name: &str, file: &str) {
    let table = Csv::parse(&bench.read(file));
    let range = sheet(book, name);
    assert_eq!(range.height(), table.rows.len() + 1, "{name}");
    let mut figures = 0;
    for (row, cells) in (1..).zip(&table.rows) {
        for (at, cell) in (0..).zip(cells) {
            if let Some(Data::Float(value)) = range.get_value((row, at)) {
                assert_eq!(Ok(*value), cell.parse(), "{name}: {row}, {at}");
                figures += 1;
            }
        }
    }
    assert!(figures > 0, "no figure in {name}");
}

#[test]
fn a_sensitivity_analysis_has_a_workbook_with_its_figures() {
    let bench = with_events();
    bench.ok("sensitivity small --years 200 --inputs 2 --robust 0 --xlsx --out told");
    let mut book = open(&bench, "told");
    assert_eq!(book.sheet_names(), ["Summary", "Sensitivity", "Bad luck", "Assumptions", "Run"]);
    assert_same_numbers(&bench, &mut book, "Sensitivity", "told/sensitivity.csv");
    assert_same_numbers(&bench, &mut book, "Bad luck", "told/robust.csv");
    let (summary, table) = (sheet(&mut book, "Summary"), Csv::parse(&bench.read("told/sensitivity.csv")));
    for cells in &table.rows {
        let row = row(&summary, table.get(cells, "title"));
        for (at, column) in [(3, "total_low_eur"), (4, "total_high_eur")] {
            let change = table.number(cells, column) - table.number(cells, "total_eur");
            assert!((number(&summary, (row, at)) - change).abs() < 0.02, "{column} of {cells:?}");
        }
    }
    let record: serde_json::Value = serde_json::from_str(&bench.read("told/run.json")).expect("JSON");
    assert!(record["files"].as_array().expect("files").contains(&"workbook.xlsx".into()));
    assert_eq!(
        sheet(&mut book, "Run").get_value((1, 1)).map(ToString::to_string).as_deref(),
        record["run"].as_str()
    );
}

#[test]
fn replays_have_workbooks_with_their_figures() {
    let bench = with_events();
    bench.ok("replay small --all --xlsx --out all");
    let mut book = open(&bench, "all");
    assert_eq!(book.sheet_names(), ["Summary", "Event map", "Ranking", "Events", "Assumptions", "Run"]);
    assert_same_numbers(&bench, &mut book, "Ranking", "all/ranking.csv");
    assert_same_numbers(&bench, &mut book, "Events", "all/catalogue.csv");
    let (map, events) = (sheet(&mut book, "Event map"), Csv::parse(&bench.read("all/catalogue.csv")));
    for cells in &events.rows {
        let plan = match events.get(cells, "point") {
            "as_is" => "Today",
            other => other,
        };
        let named = |cell: &Data| cell.to_string().trim_start_matches("Chosen: ") == plan;
        let line = map.rows().find(|line| named(&line[0])).expect("the plan");
        let at =
            map.rows().next().and_then(|line| line.iter().position(|cell| *cell == events.get(cells, "event")));
        assert_eq!(line[at.expect("the event")], Data::Float(events.number(cells, "loss_eur")), "{cells:?}");
    }

    bench.ok("replay small south-2026-03-08 --sweep-week --xlsx --out one");
    let mut book = open(&bench, "one");
    let names = ["Summary", "Week map", "Processes", "Hours", "Week", "Assumptions", "Run"];
    assert_eq!(book.sheet_names(), names);
    for (name, file) in [("Processes", "processes"), ("Hours", "hours"), ("Week", "week")] {
        assert_same_numbers(&bench, &mut book, name, &format!("one/{file}.csv"));
    }
    let (map, week) = (sheet(&mut book, "Week map"), Csv::parse(&bench.read("one/week.csv")));
    // Row 0 has the hours, row 1 the plan's name, and Monday begins below it.
    for (hour, cells) in (0_u32..168).zip(&week.rows) {
        let shown = number(&map, (2 + hour / 24, 1 + hour % 24));
        assert!((shown - week.number(cells, "loss_eur")).abs() < 0.006, "{cells:?}");
    }
    bench.ok("replay small south-2026-03-08 --sweep-week --xlsx --out two");
    assert_eq!(bench.files("one")["workbook.xlsx"], bench.files("two")["workbook.xlsx"]);
}

#[test]
fn a_german_workbook_has_german_words_and_the_same_numbers() {
    let bench = with_events();
    bench.ok("frontier small --points 4 --xlsx --out english");
    bench.ok("frontier small --points 4 --xlsx --lang de --out german");
    let (mut english, mut german) = (open(&bench, "english"), open(&bench, "german"));
    let (names, others) = (english.sheet_names(), german.sheet_names());
    assert_eq!(names.len(), others.len());
    for (name, other) in names.iter().zip(&others) {
        let (ours, theirs) = (sheet(&mut english, name), sheet(&mut german, other));
        assert_eq!(ours.get_size(), theirs.get_size(), "{name}");
        for ((at, one), (_, another)) in ours
            .cells()
            .map(|(row, at, cell)| ((row, at), cell))
            .zip(theirs.cells().map(|(row, at, cell)| ((row, at), cell)))
        {
            match (one, another) {
                (Data::Float(one), Data::Float(another)) => {
                    assert_eq!(one.to_bits(), another.to_bits(), "{name} {at:?}");
                }
                (Data::String(_), Data::String(_)) | (Data::Empty, Data::Empty) => {}
                (one, another) => assert_eq!(one, another, "{name} {at:?}"),
            }
        }
    }
    let range = sheet(&mut german, "Kurve");
    assert_eq!(
        range.get_value((0, 4)).map(ToString::to_string).as_deref(),
        Some("Betriebskosten (EUR\u{a0}im\u{a0}Jahr)")
    );
    let summary = sheet(&mut german, "Überblick");
    assert!(row(&summary, "Gewicht des Schadens gegen die Kosten") > 5);
    let formulas = german.worksheet_formula("Kurve").expect("formulas");
    assert!(formulas.used_cells().any(|(.., formula)| formula.contains("'Überblick'!$C$")), "the live column");
    for words in ["Run cost", "a year", "Placement", "Summary"] {
        let text: Vec<String> = summary.used_cells().map(|(.., cell)| cell.to_string()).collect();
        assert!(!text.iter().any(|cell| cell.contains(words)), "{words} in {text:?}");
    }
}

/// The spreadsheet: the program that `SOFFICE` names, or one on the path.
fn soffice() -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::var_os("SOFFICE").map(std::path::PathBuf::from);
    let found = named.or_else(|| {
        std::env::split_paths(&path)
            .flat_map(|folder| ["soffice", "libreoffice"].map(|name| folder.join(name)))
            .find(|program| program.is_file())
    });
    if found.is_none() {
        left_out();
    }
    found
}

#[expect(clippy::print_stderr, reason = "whoever reads the tests' output is to know what was not tested")]
fn left_out() {
    eprintln!("left out: no LibreOffice on the path or in SOFFICE, so no spreadsheet has opened a workbook");
}

/// A profile of the spreadsheet in a country.
fn profile(bench: &Bench, locale: &str) -> String {
    let name = format!("profile-{locale}");
    std::fs::create_dir_all(bench.path(&name).join("user")).expect("writable");
    bench.write(
        &format!("{name}/user/registrymodifications.xcu"),
        &format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\
             <item oor:path=\"/org.openoffice.Setup/L10N\">\
             <prop oor:name=\"ooSetupSystemLocale\" oor:op=\"fuse\"><value>{locale}</value></prop>\
             </item></oor:items>"
        ),
    );
    format!("-env:UserInstallation=file://{}", bench.path(&name).display())
}

/// What the spreadsheet in a country makes of a workbook, in the folder `out`.
fn convert(soffice: &std::path::Path, bench: &Bench, locale: &str, to: &str, book: &str) {
    let mut command = std::process::Command::new(soffice);
    command.arg(profile(bench, locale)).args(["--headless", "--convert-to", to, "--outdir"]);
    let answer = command.arg(bench.path("out")).arg(bench.path(book)).output().expect("LibreOffice starts");
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
}

/// Every sheet as CSV with `|` between cells, formulas worked out and numbers in full.
const SHEETS_AS_CSV: &str = "csv:Text - txt - csv (StarCalc):124,34,76,1,,0,false,false,false,false,false,-1";

#[test]
fn a_spreadsheet_opens_the_workbooks_and_works_out_the_same() {
    let Some(soffice) = soffice() else { return };
    let bench = with_events();
    bench.ok("frontier small --points 6 --xlsx --out run --set objective.loss_weight=0.5");
    bench.ok("sensitivity small --years 200 --inputs 1 --robust 0 --xlsx --lang de --out told");
    bench.ok("replay small south-2026-03-08 --sweep-week --xlsx --out week");
    let table = Csv::parse(&bench.read("run/frontier.csv"));
    let live = table.columns.len();
    for (locale, mark) in [("en-US", "."), ("de-DE", ",")] {
        convert(&soffice, &bench, locale, SHEETS_AS_CSV, "run/workbook.xlsx");
        let shown = bench.read("out/workbook-Frontier.csv");
        for (cells, line) in table.rows.iter().zip(shown.lines().skip(1)) {
            let row: Vec<String> = line.split('|').map(|cell| cell.replace('"', "").replace(mark, ".")).collect();
            for (at, column) in table.columns.iter().enumerate().filter(|(_, name)| name.ends_with("_eur")) {
                assert_eq!(row[at].parse::<f64>().ok(), cells[at].parse().ok(), "{locale}: {column} of {cells:?}");
            }
            let total = table.number(cells, "annual_cost_eur") + 0.5 * table.number(cells, "expected_loss_eur");
            let worked_out: f64 = row[live].parse().expect("a total");
            assert!((worked_out - total).abs() < 0.01, "{locale}: {worked_out} is not {total}");
        }
    }
    for book in ["run", "told", "week"] {
        convert(&soffice, &bench, "de-DE", "pdf", &format!("{book}/workbook.xlsx"));
        assert!(std::fs::read(bench.path("out/workbook.pdf")).expect("pages").starts_with(b"%PDF"), "{book}");
        std::fs::remove_file(bench.path("out/workbook.pdf")).expect("removable");
    }
    // Nothing in any sheet is an error.
    for name in ["Summary", "Frontier", "Placement"] {
        let shown = bench.read(&format!("out/workbook-{name}.csv"));
        assert!(
            !shown.contains("#REF!") && !shown.contains("#NAME?") && !shown.contains("Err:"),
            "{name}: {shown}"
        );
    }
}

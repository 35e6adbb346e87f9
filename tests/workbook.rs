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

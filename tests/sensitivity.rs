//! `sensitivity`: what a plan hangs on.

use crate::support::{Bench, Csv};

#[test]
fn inputs_are_moved_and_plans_compared() {
    let bench = Bench::with_small_case();
    // Every rate may be half or twice what it is.
    let hazards = Csv::parse(&bench.read("small/hazards.csv"));
    let mut text = format!("{},rate_low,rate_high\n", hazards.columns.join(","));
    for row in &hazards.rows {
        let rate = hazards.number(row, "rate_per_year");
        text += &format!("{},{},{}\n", row.join(","), rate / 2.0, rate * 2.0);
    }
    bench.write("small/hazards.csv", &text);
    let page = bench.ok("sensitivity small --years 200 --inputs 4 --robust 2 --svg --out told").out;
    assert!(page.contains("What moves the total of plan") && page.contains("Plans against bad luck"), "{page}");
    let table = Csv::parse(&bench.read("told/sensitivity.csv"));
    let swing = |row: &Vec<String>| {
        let base = table.number(row, "total_eur");
        (table.number(row, "total_low_eur") - base).abs().max((table.number(row, "total_high_eur") - base).abs())
    };
    let swings: Vec<f64> = table.rows.iter().map(swing).collect();
    assert!(swings.len() >= 8 && swings.windows(2).all(|pair| pair[0] >= pair[1] - 0.01), "{swings:?}");
    let solved = table.rows.iter().filter(|row| !table.get(row, "regret_high_eur").is_empty()).count();
    assert_eq!(solved, 4);
    assert!(bench.path("told/tornado.png").exists());
    assert!(bench.read("told/tornado.svg").starts_with("<svg "));
    let plans = Csv::parse(&bench.read("told/robust.csv"));
    let worst = |plan: &str| {
        let row = plans.rows.iter().find(|row| plans.get(row, "plan") == plan).expect("the plan");
        plans.number(row, "worst_total_eur")
    };
    assert!(worst("robust") <= worst("plan") + 0.01 && worst("robust") <= worst("as_is") + 0.01);
}

#[test]
fn a_plan_of_a_run_can_be_looked_into() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --years 200 --points 4 -q");
    let said = bench.ok("sensitivity small --point 1 --inputs 0 --robust 0 --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    assert!(document["command"].as_str().expect("text").contains("--point 1"), "{document}");
    assert!(bench.fails("sensitivity small --point 99", 2).contains("no point p99"));
    assert!(bench.fails("sensitivity small --run x", 2).contains("--point"));
}

#[test]
fn the_german_tornado_names_what_moves_most() {
    let bench = Bench::with_small_case();
    bench.ok("sensitivity small --years 200 --inputs 0 --robust 0 --svg --out english");
    bench.ok("sensitivity small --years 200 --inputs 0 --robust 0 --svg --lang de --out german");
    assert_eq!(bench.files("english")["sensitivity.csv"], bench.files("german")["sensitivity.csv"]);
    let table = Csv::parse(&bench.read("german/sensitivity.csv"));
    let german = [
        ("Duration of outages", "Dauer der Ausfälle"),
        ("Value of an hour", "Wert einer Stunde"),
        ("Buffers", "Puffer"),
        ("Recovery times", "Wiederanlaufzeiten"),
        ("Failed failovers", "Gescheiterte Failovers"),
        ("Prices", "Preise"),
        ("Sites and providers", "Standorte und Anbieter"),
        ("Migration costs", "Umzugskosten"),
    ];
    let name = |row: &Vec<String>| {
        german.iter().find(|(english, _)| *english == table.get(row, "title")).expect("an input").1
    };
    let finding = format!(
        "Am meisten bewegen die Summe: {} und {}; keine Eingabe ändert den Plan",
        name(&table.rows[0]),
        name(&table.rows[1])
    );
    let svg = bench.read("german/tornado.svg");
    assert!(svg.contains(&finding), "{finding} is not in {svg}");
    let total = table.number(&table.rows[0], "total_eur");
    let total = format!("jetzt {:.0} Tsd. €", total / 1e3);
    assert!(svg.replace('\u{a0}', " ").contains(&total), "{total} is not in {svg}");
}

//! `replay`: historic events through today's placement and the plans of a run.

use crate::support::{Bench, Csv};

/// The small case with an event of its own and a run.
fn bench() -> Bench {
    let bench = Bench::with_small_case();
    bench.write(
        "small/events.csv",
        "event,title,start,duration_h,domains\nnorth-2026-03-03,North on a Tuesday,2026-03-03T09:00Z,20,north\n\
         south-2026-03-08,South on a Sunday,2026-03-08T03:00Z,6,south\n",
    );
    bench.ok("frontier small --years 200 --points 4 -q");
    bench
}

#[test]
fn the_events_that_touch_the_case_are_listed() {
    let bench = bench();
    let page = bench.ok("replay small").out;
    assert!(page.contains("north-2026-03-03") && page.contains("South on a Sunday"), "{page}");
    let said = bench.ok("replay small --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let events = document["events"].as_array().expect("a list");
    assert!(
        events.iter().any(|event| event["domains"][0] == "north" && event["duration_h"] == 20.0),
        "{document}"
    );
}

#[test]
fn an_event_is_replayed_hour_by_hour_through_every_plan() {
    let bench = bench();
    let page = bench.ok("replay small north-2026-03-03 --out now").out;
    assert!(page.contains("Today") && page.contains("Chosen") && page.contains("stops after"), "{page}");
    let (processes, hours) =
        (Csv::parse(&bench.read("now/processes.csv")), Csv::parse(&bench.read("now/hours.csv")));
    let points: std::collections::BTreeSet<&str> =
        processes.rows.iter().map(|row| processes.get(row, "point")).collect();
    assert!(points.contains("as_is"), "{points:?}");
    // The hours of a plan add up to the losses of its processes.
    for point in &points {
        let of = |table: &Csv, column: &str| -> f64 {
            let rows = table.rows.iter().filter(|row| table.get(row, "point") == *point);
            rows.filter(|row| {
                table.columns.iter().all(|name| name != "owner") || table.get(row, "owner") == "ours"
            })
            .map(|row| table.number(row, column))
            .sum()
        };
        let (whole, by_hour) = (of(&processes, "loss_eur"), of(&hours, "loss_eur"));
        assert!(
            (whole - by_hour).abs() <= 0.02 * hours.rows.len() as f64 + 1e-6 * whole,
            "{point}: {whole} {by_hour}"
        );
        if *point == "as_is" {
            assert!(whole > 0.0);
        }
    }
    // The run's own table says the same of today.
    let runs = std::fs::read_dir(bench.path("small/runs")).expect("runs");
    let run = runs
        .map(|entry| entry.expect("readable"))
        .map(|entry| entry.path().join("replay.csv"))
        .find(|path| path.exists())
        .expect("a run");
    let replay = Csv::parse(&std::fs::read_to_string(run).expect("readable"));
    let row = replay
        .rows
        .iter()
        .find(|row| replay.get(row, "point") == "as_is" && replay.get(row, "event") == "north-2026-03-03")
        .expect("the event");
    let today: f64 = processes
        .rows
        .iter()
        .filter(|row| processes.get(row, "point") == "as_is" && processes.get(row, "owner") == "ours")
        .map(|row| processes.number(row, "loss_eur"))
        .sum();
    assert!((replay.number(row, "loss_eur") - today).abs() < 1.0, "{today}");
}

#[test]
fn moving_an_event_gives_the_hour_of_the_sweep() {
    let bench = bench();
    bench.ok("replay small north-2026-03-03 --sweep-week --out week");
    let week = Csv::parse(&bench.read("week/week.csv"));
    assert_eq!(week.rows.iter().filter(|row| week.get(row, "point") == "as_is").count(), 168);
    assert!(bench.path("week/week.png").exists());
    for (at, weekday, hour) in [("Tue 10:00", "Tue", "10"), ("Sun 03:00", "Sun", "3")] {
        let said = bench.ok_words(&["replay", "small", "north-2026-03-03", "--at", at, "--format", "json"]).out;
        let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
        let moved = document["plans"][0]["loss"].as_f64().expect("money");
        let row = week
            .rows
            .iter()
            .find(|row| {
                week.get(row, "point") == "as_is"
                    && week.get(row, "weekday") == weekday
                    && week.get(row, "local_hour") == hour
            })
            .expect("the hour");
        assert!((week.number(row, "loss_eur") - moved).abs() < 0.01, "{at}: {moved}");
    }
    let losses: Vec<f64> = week.rows.iter().map(|row| week.number(row, "loss_eur")).collect();
    assert!(losses.iter().copied().fold(0.0, f64::max) > losses.iter().copied().fold(f64::INFINITY, f64::min));
}

#[test]
fn all_events_rank_all_plans() {
    let bench = bench();
    let page = bench.ok("replay small --all --out all").out;
    assert!(page.contains("least loss first"), "{page}");
    let ranking = Csv::parse(&bench.read("all/ranking.csv"));
    let totals: Vec<f64> = ranking.rows.iter().map(|row| ranking.number(row, "all_events_eur")).collect();
    assert!(totals.len() >= 3 && totals.windows(2).all(|pair| pair[0] <= pair[1]), "{totals:?}");
    assert!(bench.path("all/catalogue.png").exists());
    // Failovers that fail never make an event cheaper.
    assert!(!bench.path("all/catalogue.svg").exists());
    bench.ok("replay small --all --svg --out scaled");
    assert!(bench.read("scaled/catalogue.svg").starts_with("<svg "));
    let refused = bench.fails("replay small --svg", 2);
    assert!(refused.contains("only --all and --sweep-week draw a chart"), "{refused}");
    bench.ok("replay small --all --failovers-fail --out unlucky");
    let unlucky = Csv::parse(&bench.read("unlucky/ranking.csv"));
    for row in &ranking.rows {
        let same = unlucky.rows.iter().find(|other| unlucky.get(other, "point") == ranking.get(row, "point"));
        let (lucky, unlucky) =
            (ranking.number(row, "all_events_eur"), unlucky.number(same.expect("the plan"), "all_events_eur"));
        assert!(unlucky >= lucky - 0.01, "{unlucky} {lucky}");
    }
}

#[test]
fn what_cannot_be_replayed_is_said() {
    let bench = bench();
    assert!(bench.fails("replay small --xlsx", 2).contains("a list of events has no workbook"));
    assert!(bench.fails("replay small north", 2).contains("north-2026-03-03"));
    assert!(bench.fails("replay small north-2026-03-03 --at noon", 2).contains("Tue 10:00"));
    assert!(bench.fails("replay small --sweep-week", 2).contains("EVENT"));
    assert!(bench.fails("replay small north-2026-03-03 --time-zone Mars", 2).contains("Europe/Berlin"));
}

/// `117 Tsd. €`, with spaces that may break.
fn german(value: f64) -> String {
    let plain = ballast_report::number::money(value, "EUR").replace('.', ",");
    let units = [("bn", " Mrd."), ("m", " Mio."), ("k", " Tsd.")];
    let (digits, unit) =
        units.iter().find_map(|(short, long)| Some((plain.strip_suffix(short)?, *long))).unwrap_or((&plain, ""));
    format!("{}{unit} €", digits.replacen('€', "", 1))
}

#[test]
fn german_findings_have_the_figures_of_the_tables() {
    let bench = bench();
    bench.ok("replay small --all --svg --lang de --out all");
    let svg = bench.read("all/catalogue.svg").replace('\u{a0}', " ");
    let events = Csv::parse(&bench.read("all/catalogue.csv"));
    let mut today: Vec<f64> = events
        .rows
        .iter()
        .filter(|row| events.get(row, "point") == "as_is")
        .map(|row| events.number(row, "loss_eur"))
        .collect();
    today.sort_by(f64::total_cmp);
    let finding = match today.as_slice() {
        [one, _] if *one > 0.0 => {
            format!("Neben dem teuersten kostet ein früherer Ausfall heute {}", german(*one))
        }
        [_, one] => format!("Ein früherer Ausfall kostet heute {}", german(*one)),
        other => panic!("{other:?}"),
    };
    assert!(svg.contains(&finding), "{finding} is not in {svg}");
    bench.ok("replay small south-2026-03-08 --sweep-week --svg --lang de --out week");
    let svg = bench.read("week/week.svg").replace('\u{a0}', " ");
    let week = Csv::parse(&bench.read("week/week.csv"));
    let ours = |point: &str| {
        week.rows
            .iter()
            .filter(|row| week.get(row, "point") == point)
            .map(|row| week.number(row, "loss_eur"))
            .fold(0.0, f64::max)
    };
    assert!(svg.contains("Wie geschehen heute") && svg.contains(&german(ours("as_is"))), "{svg}");
    let plan = week.get(week.rows.last().expect("rows"), "point");
    assert!(svg.contains(&format!("mit Plan {plan} höchstens {}", german(ours(plan)))), "{svg}");
    assert!(svg.contains(">Mo<") && svg.contains("logarithmisch; weiß ist nichts"));
    let record = bench.read("week/run.json");
    assert!(record.contains("\"language\": \"de\""), "{record}");
}

//! `solve` and `frontier`: what they write, and how they end.

use crate::support::{Bench, Csv};

const TABLES: [&str; 7] = [
    "frontier.csv",
    "placements.csv",
    "losses_by_domain.csv",
    "losses_by_process.csv",
    "ep_curve.csv",
    "shadow_prices.csv",
    "roadmap.csv",
];

#[test]
fn a_frontier_is_written_whole_into_the_case() {
    let bench = Bench::with_small_case();
    let said = bench.ok("frontier small");
    assert!(said.out.contains("Lowest total (knee)") && said.out.contains("frontier.csv"), "{}", said.out);
    let id = bench.read("small/runs/latest").trim().to_owned();
    let files = bench.files(&format!("small/runs/{id}"));
    for table in TABLES.iter().chain(&["run.json"]) {
        assert!(files.contains_key(*table), "no {table} in {:?}", files.keys());
    }
    let record: serde_json::Value = serde_json::from_slice(&files["run.json"]).expect("JSON");
    assert_eq!((&record["run"], &record["seed"], &record["years"]), (&id.into(), &7.into(), &300.into()));
    assert!(record["inputs"].as_array().expect("files").iter().all(|file| file["sha256"].to_string().len() == 66));
}

#[test]
fn the_frontier_falls_and_every_point_has_its_bound() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --out results");
    let table = Csv::parse(&bench.read("results/frontier.csv"));
    let of_role = |role: &str| table.rows.iter().filter(|row| table.get(row, "role") == role).collect::<Vec<_>>();
    let points = of_role("frontier");
    assert!(points.len() > 3, "{} points", points.len());
    for pair in points.windows(2) {
        assert!(table.number(pair[0], "annual_cost_eur") < table.number(pair[1], "annual_cost_eur"));
        assert!(table.number(pair[0], "expected_loss_eur") > table.number(pair[1], "expected_loss_eur"));
    }
    for point in &points {
        assert!(table.number(point, "lower_bound_eur") <= table.number(point, "objective_eur"));
    }
    assert_eq!(points.iter().filter(|row| table.get(row, "is_knee") == "true").count(), 1);
    let today = of_role("as_is")[0];
    let same_loss = of_role("same_loss")[0];
    let same_cost = of_role("same_cost")[0];
    assert!(table.number(same_loss, "annual_cost_eur") <= table.number(today, "annual_cost_eur"));
    assert!(table.number(same_loss, "expected_loss_eur") <= table.number(today, "expected_loss_eur"));
    assert!(table.number(same_cost, "annual_cost_eur") <= table.number(today, "annual_cost_eur"));
    assert!(table.number(same_cost, "expected_loss_eur") <= table.number(today, "expected_loss_eur"));
}

#[test]
fn every_plan_is_evaluated_in_years_that_it_was_not_chosen_on() {
    let bench = Bench::with_small_case();
    let said = bench.ok("frontier small --out results");
    assert!(said.out.contains("In 300 fresh years, which no plan was chosen on, "), "{}", said.out);
    let table = Csv::parse(&bench.read("results/frontier.csv"));
    for row in &table.rows {
        let (own, fresh) = (table.number(row, "expected_loss_eur"), table.number(row, "fresh_expected_loss_eur"));
        let error = table.number(row, "expected_loss_se_eur");
        assert!((own - fresh).abs() < 8.0 * error + 1.0, "{own} and {fresh}, standard error {error}");
        assert!(own != fresh || own == 0.0, "the same years");
    }
    // The fresh years are those of another seed: the case's own and what the risk engine adds.
    bench.ok(&format!("frontier small --out other --set risk.seed={}", 7 + 1_481_765_933));
    let other = Csv::parse(&bench.read("other/frontier.csv"));
    let today = |table: &Csv, column: &str| table.number(&table.rows[0], column);
    assert_eq!(today(&table, "fresh_expected_loss_eur"), today(&other, "expected_loss_eur"));
    assert_eq!(today(&table, "fresh_cvar_eur"), today(&other, "cvar_eur"));
}

#[test]
fn every_workload_is_placed_whole_in_every_plan() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 3 --out results");
    let frontier = Csv::parse(&bench.read("results/frontier.csv"));
    let table = Csv::parse(&bench.read("results/placements.csv"));
    for plan in &frontier.rows {
        let point = frontier.get(plan, "point");
        let rows: Vec<_> = table.rows.iter().filter(|row| table.get(row, "point") == point).collect();
        let placed: f64 = rows.iter().map(|row| table.number(row, "share")).sum();
        assert!((placed - 5.0).abs() < 1e-3, "{point}: {placed} of 5 workloads");
        let cost: f64 = rows.iter().map(|row| table.number(row, "annual_cost_eur")).sum();
        let whole = frontier.number(plan, "annual_cost_eur");
        let fixed = frontier.number(plan, "fixed_cost_eur");
        assert!((cost + fixed - whole).abs() < 1.0, "{point}: {cost} + {fixed} is not {whole}");
    }
}

#[test]
fn a_second_run_writes_the_same_bytes_on_any_number_of_threads() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --svg --out one --threads 1");
    bench.ok("frontier small --svg --out two --threads 3");
    bench.ok("frontier small --svg --out two");
    let (one, two) = (bench.files("one"), bench.files("two"));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, bytes) in one.iter().filter(|(name, _)| *name != "run.json") {
        assert_eq!(bytes, &two[name], "{name} differs");
    }
    bench.ok("frontier small --out three --seed 8");
    let three = bench.files("three");
    assert_ne!(one["frontier.csv"], three["frontier.csv"]);
    // A picture is drawn from the figures, so that other figures are another picture.
    assert_ne!(one["frontier.png"], three["frontier.png"]);
}

#[test]
fn every_chart_is_written_as_svg_too_if_asked_for() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 4 --svg --out scaled");
    bench.ok("frontier small --points 4 --out plain");
    let (scaled, plain) = (bench.files("scaled"), bench.files("plain"));
    let pictures: Vec<&str> = plain.keys().filter_map(|name| name.strip_suffix(".png")).collect();
    assert!(pictures.contains(&"frontier") && pictures.contains(&"ep"), "{pictures:?}");
    assert!(pictures.iter().all(|name| !plain.contains_key(&format!("{name}.svg"))), "{:?}", plain.keys());
    let record: serde_json::Value = serde_json::from_slice(&scaled["run.json"]).expect("JSON");
    let listed = record["files"].as_array().expect("files");
    for name in pictures {
        let svg = std::str::from_utf8(&scaled[&format!("{name}.svg")]).expect("text");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("<text "), "{name}");
        assert!(listed.contains(&format!("{name}.svg").into()), "{name}");
        assert_eq!(scaled[&format!("{name}.png")], plain[&format!("{name}.png")]);
    }
}

#[test]
fn a_plan_keeps_the_budget_that_it_was_given() {
    let bench = Bench::with_small_case();
    let said = bench.ok("solve small --budget 220k --format json");
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("one JSON document");
    assert_eq!(document["command"], "solve --budget 220000");
    let plan = &document["points"][1];
    assert!(plan["annual_cost"].as_f64().expect("money") <= 220e3);
    assert!(plan["expected_loss"].as_f64() < document["points"][0]["expected_loss"].as_f64());
    let capped = bench.ok("solve small --max-loss 100k --format json");
    let document: serde_json::Value = serde_json::from_str(&capped.out).expect("one JSON document");
    assert!(document["points"][1]["expected_loss"].as_f64().expect("money") <= 100e3);
}

#[test]
fn what_cannot_be_met_is_proven_and_named() {
    let bench = Bench::with_small_case();
    let said = bench.fails("solve small --budget 1000", 3);
    assert!(said.contains("conflict: the budget") && said.contains("would do: the budget relaxed by"), "{said}");
    assert!(!bench.path("small/runs/latest").exists());
    assert_eq!(bench.files("small").keys().filter(|name| name.starts_with("runs/")).count(), 0);
    let said = bench.run("solve small --budget 1000 --format json");
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("one JSON document");
    assert_eq!(document["error"]["code"], 3);
}

#[test]
fn a_gap_above_the_one_asked_for_is_said_and_the_plan_is_written() {
    let bench = Bench::with_small_case();
    // No gap at all is more than floating-point arithmetic can prove of every point.
    let said = bench.fails("frontier small --out results --set solver.gap=0 --points 3", 4);
    assert!(said.contains("was asked for") && said.contains("hint: "), "{said}");
    assert!(bench.read("results/run.json").contains("\"status\": \"limit\""));
    assert!(bench.path("results/frontier.csv").exists());
}

#[test]
fn a_time_limit_is_that_of_the_command_and_leaves_whole_results_or_none() {
    let bench = Bench::with_small_case();
    // Less than reading the case takes.
    let said = bench.fails("frontier small --out results --set solver.time_limit_s=0.000001", 5);
    assert!(said.contains("time limit") && said.contains("nothing was written"), "{said}");
    assert!(!bench.path("results").exists() && !bench.path("results.partial").exists());
    // Time for some of the plans, or for none on a slow machine; never for all.
    let said = bench.run("frontier small --out results --years 100000 --points 200 --set solver.time_limit_s=3");
    assert!(said.err.contains("time limit"), "{}", said.err);
    if said.code == 4 {
        assert!(bench.read("results/run.json").contains("\"status\": \"time_limit\""));
        assert!(bench.path("results/frontier.csv").exists());
    } else {
        assert_eq!(said.code, 5, "{}", said.err);
        assert!(!bench.path("results").exists());
    }
}

#[test]
fn a_time_limit_is_kept_by_every_command_that_solves() {
    let bench = Bench::with_small_case();
    let limit = "--set solver.time_limit_s=0.000001";
    let before = |said: &str, what: &str| {
        assert!(said.contains("the time limit was reached before") && said.contains(what), "{said}");
        assert!(said.contains("nothing was written") && said.contains("time_limit_s = 600"), "{said}");
    };
    before(&bench.fails(&format!("export small --out results {limit}"), 5), "the programme was complete");
    // On an estate as small as this one a plan may be found before anybody looks at the clock.
    before(&bench.fails(&format!("sensitivity small --out results {limit}"), 5), "");
    before(&bench.fails(&format!("frontier small --axes cost,loss,cvar --out results {limit}"), 5), "");
    assert!(!bench.path("results").exists() && !bench.path("results.partial").exists());
    bench.change("small/case.toml", "[solver]", "[solver]\ntime_limit_s = 0.000001");
    before(&bench.fails("explain small --limits --out prices.csv", 5), "");
    before(&bench.fails("explain small --roadmap --out way.csv", 5), "");
    assert!(!bench.path("prices.csv").exists() && !bench.path("way.csv").exists());
}

#[test]
fn bad_input_ends_a_run_before_it_begins() {
    let bench = Bench::with_small_case();
    bench.change("small/prices.csv", "north,vcpu_h,0.04,EUR", "north,vcpu_h,-0.04,EUR");
    let said = bench.fails("frontier small", 2);
    assert!(said.contains("prices.csv:2:14: error[E012]") && said.contains("nothing was run"), "{said}");
    assert!(!bench.path("small/runs").exists());
    let said = bench.fails("frontier small --set risk.yeers=5", 2);
    assert!(said.contains("yeers"), "{said}");
}

#[test]
fn a_folder_with_other_files_is_not_written_over() {
    let bench = Bench::with_small_case();
    std::fs::create_dir(bench.path("papers")).expect("writable");
    bench.write("papers/thesis.txt", "years of work");
    let said = bench.fails("frontier small --out papers", 2);
    assert!(said.contains("papers is not a folder of results"), "{said}");
    assert_eq!(bench.read("papers/thesis.txt"), "years of work");
    assert!(bench.fails("frontier small --out ..", 2).contains("hint: "));
}

#[test]
fn a_scenario_changes_the_answer_and_leaves_the_files_alone() {
    let bench = Bench::with_small_case();
    bench.write(
        "calm.toml",
        "[[set]]\ntable = \"hazards\"\nkey = \"*\"\ncolumn = \"rate_per_year\"\nmultiply = 0.1\n",
    );
    let before = bench.files("small");
    bench.ok("frontier small --points 3 --out base");
    bench.ok("frontier small --points 3 --out calm --scenario calm.toml");
    assert_eq!(bench.files("small"), before);
    let loss = |folder: &str| {
        let table = Csv::parse(&bench.read(&format!("{folder}/frontier.csv")));
        table.number(&table.rows[0], "expected_loss_eur")
    };
    assert!(loss("calm") < 0.5 * loss("base"), "{} and {}", loss("calm"), loss("base"));
}

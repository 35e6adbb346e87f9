//! `explain`: a workload's place, and codes.

use crate::support::Bench;

#[test]
fn a_code_is_explained() {
    let bench = Bench::new();
    assert!(bench.ok("explain E012").out.contains("outside the range"));
    let refused = bench.fails("explain E999", 2);
    assert!(refused.contains("there is no code E999") && refused.contains("E012"), "{refused}");
}

#[test]
fn a_placement_is_explained_from_the_latest_run() {
    let bench = Bench::with_small_case();
    bench.write("calm.toml", "[[drop]]\ntable = \"hazards\"\nkey = \"north-out\"\n");
    bench.ok("frontier small --years 200 --points 5 --set risk.alpha=0.9 --scenario calm.toml");
    let page = bench.ok("explain small erp").out;
    for part in [
        " of run frontier-",
        "asked for in workloads.csv:3",
        "placed today in placement.csv:3",
        "south  residency",
    ] {
        assert!(page.contains(part), "no {part:?} in\n{page}");
    }
    assert!(page.contains("runner-up"), "{page}");
    let said = bench.ok("explain small archive --point 1 --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    assert!(document["of"].as_str().expect("text").starts_with("p01 of run frontier-"), "{document}");
    assert_eq!(document["excluded_sites"][0]["rule"], "residency");
}

#[test]
fn todays_cost_is_the_one_of_the_table() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --out results");
    let table = crate::support::Csv::parse(&bench.read("results/placements.csv"));
    let is_mes = |row: &&Vec<String>| table.get(row, "workload") == "mes" && table.get(row, "point") == "as_is";
    let row = table.rows.iter().find(is_mes).expect("mes of today");
    let said = bench.ok("explain small mes --run results --point as_is --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let cost = document["annual_cost"].as_f64().expect("money");
    assert!((cost - table.number(row, "annual_cost_eur")).abs() < 0.01, "{cost}");
    // The safest option of all costs more than today's and loses less.
    let safest = document["options"].as_array().expect("options").iter().map(|one| one["loss_change"].as_f64());
    assert!(safest.flatten().fold(0.0, f64::min) < -100e3, "{document}");
}

/// By how much the total changes, each year, if `workload` of the plan in `run` were deployed as `to` says.
fn total_change(bench: &Bench, workload: &str, to: &serde_json::Value) -> f64 {
    let said = bench.ok(&format!("explain small {workload} --run run --format json")).out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let is_it = |option: &&serde_json::Value| {
        ["pattern", "primary_site", "standby_site"].iter().all(|field| option[field] == to[field])
    };
    let option = document["options"].as_array().expect("options").iter().find(is_it).expect("the option");
    option["total_change"].as_f64().expect("money")
}

#[test]
fn a_workload_would_move_at_its_turning_points_and_not_before() {
    let bench = Bench::with_small_case();
    bench.ok("solve small --set solver.gap=0.02 --years 40000 --out run");
    let (workloads, hazards) = (bench.read("small/workloads.csv"), bench.read("small/hazards.csv"));
    // A column of a table, times a factor.
    let scaled = |text: &str, column: usize, row: &str, factor: f64| -> String {
        let lines = text.lines().map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let (true, Ok(value)) = (row.is_empty() || cells[0] == row, cells[column].parse::<f64>()) {
                cells[column] = (value * factor).to_string();
            }
            cells.join(",") + "\n"
        });
        lines.collect()
    };
    let mut seen = std::collections::BTreeSet::new();
    for workload in ["mes", "erp", "orders", "telemetry"] {
        let said = bench.ok(&format!("explain small {workload} --run run --format json")).out;
        let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
        let page = bench.ok(&format!("explain small {workload} --run run")).out;
        assert!(page.contains("What would move it, all else as it is"), "{page}");
        for point in document["turning_points"].as_array().expect("turning points") {
            let factor = point["factor"].as_f64().expect("a factor");
            let input = point["input"].as_str().expect("an input");
            seen.insert(input.to_owned());
            // Its own cost rises by what the option is dearer.
            if input == "own_cost" {
                let (now, then) = (point["now"].as_f64().expect("money"), point["then"].as_f64().expect("money"));
                assert!((then - now - total_change(&bench, workload, point)).abs() < 0.01, "{workload} {point}");
                continue;
            }
            // A little before it the option is worse, a little beyond it is better. Other rates draw other years.
            let near = if input == "worth_of_losses" { 0.001 } else { 0.25 };
            for (share, is_better) in [(1.0 - near, false), (1.0 + near, true)] {
                let moved = (factor.ln() * share).exp();
                if input == "worth_of_losses" {
                    bench.write("small/workloads.csv", &scaled(&workloads, 6, "", moved));
                } else {
                    let hazard = point["hazard"].as_str().expect("a hazard");
                    bench.write("small/hazards.csv", &scaled(&hazards, 2, hazard, moved));
                }
                let change = total_change(&bench, workload, point);
                assert!((change < 0.0) == is_better, "{workload} {point}: {change} at {moved}");
            }
            bench.write("small/workloads.csv", &workloads);
            bench.write("small/hazards.csv", &hazards);
        }
    }
    let all = ["own_cost", "rate_per_year", "worth_of_losses"].map(str::to_owned);
    assert!(seen.iter().eq(&all), "{seen:?}");
}

#[test]
fn without_a_run_the_case_is_solved() {
    let bench = Bench::with_small_case();
    let said = bench.ok("explain small mes");
    assert!(said.out.contains("the plan of lowest total, solved now"), "{}", said.out);
    assert!(!bench.path("small/runs").exists());
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let bench = Bench::with_small_case();
    assert!(bench.fails("explain small er", 2).contains("for example erp, orders"));
    assert!(bench.fails("explain small", 2).contains("ballast explain small WORKLOAD"));
    assert!(bench.fails("explain small mes --run frontier-1", 2).contains("there is no run frontier-1"));
    bench.ok("frontier small --points 3");
    assert!(bench.fails("explain small mes --point p99", 2).contains("its points are as_is, p01"));
}

#[test]
fn two_critical_workloads_of_a_line_stay_together_and_the_page_says_why() {
    let bench = Bench::new();
    bench.write_case(
        "line",
        &[
            ("case.toml", "name = \"line\"\ncurrency = \"EUR\"\n[risk]\nyears = 2000\n"),
            ("workloads.csv", "workload,vcpu,memory_gib\nmes,8,32\ncalls,8,32\n"),
            ("sites.csv", "site,kind,provider,zones\nnorth,region,p,1\nsouth,region,q,1\n"),
            (
                "prices.csv",
                "site,resource,price,currency\nnorth,vcpu_h,0.04,EUR\nnorth,memory_gib_h,0.004,EUR\n\
                 south,vcpu_h,0.0399,EUR\nsouth,memory_gib_h,0.004,EUR\n",
            ),
            ("patterns.csv", "pattern,primary_zones,standby,rto_h,rpo_h\nsingle,1,none,4,24\n"),
            ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nn,north,0.5,8\ns,south,0.5,8\n"),
            ("processes.csv", "process,value_per_h\nline-1,5000\n"),
            ("process_workloads.csv", "process,workload,role\nline-1,mes,critical\nline-1,calls,critical\n"),
            ("placement.csv", "workload,pattern,primary_site\nmes,single,north\ncalls,single,south\n"),
        ],
    );
    bench.ok("solve line --out plan");
    let table = crate::support::Csv::parse(&bench.read("plan/placements.csv"));
    let sites = |point: &str| -> Vec<String> {
        let rows = table.rows.iter().filter(|row| table.get(row, "point") == point);
        rows.map(|row| table.get(row, "primary_site").to_owned()).collect()
    };
    assert_eq!(sites("as_is"), ["north", "south"], "today at two providers");
    assert_eq!(sites("p01"), ["south", "south"], "the plan brings them together");
    // Apart, the line stands for the outages of both: twice as often.
    let losses = crate::support::Csv::parse(&bench.read("plan/losses_by_process.csv"));
    let stops: Vec<f64> = losses.rows.iter().map(|row| losses.number(row, "stops_per_year_above_4_h")).collect();
    assert!((stops[0] - 1.0).abs() < 0.1 && (stops[1] - 0.5).abs() < 0.05, "{stops:?}");
    let page = bench.ok("explain line mes --run plan").out;
    for part in [
        "line-1 stops without it, and without calls (q)",
        "it stops for each of them",
        "line-1 would stop for two providers",
    ] {
        assert!(page.contains(part), "no {part:?} in\n{page}");
    }
}

/// The plan that `solve` finds: total and annual cost.
fn lowest_total(bench: &Bench) -> (f64, f64) {
    let said = bench.ok("solve small --out lowest --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let plan = &document["points"][1];
    (plan["total"].as_f64().expect("money"), plan["annual_cost"].as_f64().expect("money"))
}

#[test]
fn a_limit_costs_what_the_case_without_it_saves() {
    let bench = Bench::with_small_case();
    bench.change("small/case.toml", "gap = 0.5", "gap = 0.02");
    let said = bench.ok("explain small --limit capacity[hall,vcpu] --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let figure = |value: &serde_json::Value| value.as_f64().expect("a figure");
    let with = lowest_total(&bench);
    bench.change("small/sites.csv", "hall,onprem,own,DE,DE,1,120,", "hall,onprem,own,DE,DE,1,,");
    let without = lowest_total(&bench);

    let price = figure(&document["price"]);
    assert!(price > 1000.0 && (price - (with.0 - without.0)).abs() < 0.01, "{price}, {with:?}, {without:?}");
    assert!(figure(&document["price_at_least"]) > 0.0 && figure(&document["price_at_least"]) <= price);
    assert!(figure(&document["price_at_most"]) >= price);
    let payers = document["payers"].as_array().expect("payers");
    assert!(!payers.is_empty() && payers.iter().all(|payer| payer["with"] != payer["without"]), "{document}");
    let paid: f64 = payers.iter().map(|payer| figure(&payer["cost_change"])).sum();
    let all = paid + figure(&document["shared_cost_change"]);
    assert!((all - (with.1 - without.1)).abs() < 0.01, "{all} is not {} - {}", with.1, without.1);
    let shadow = &document["shadow_prices"].as_array().expect("prices")[0];
    let [from, limit, to] = ["limit_from", "limit", "limit_to"].map(|key| figure(&shadow[key]));
    assert!(from <= limit && limit <= to && from < to, "{shadow}");
}

#[test]
fn a_limit_that_nobody_feels_costs_nothing_and_an_unknown_one_is_refused() {
    let bench = Bench::with_small_case();
    bench.write("small/limits.csv", "limit,scope,member,resource,max_share\nnorth-cap,site,north,vcpu,0.9\n");
    for name in ["north-cap", "share[site=north,vcpu]"] {
        let page = bench.ok(&format!("explain small --limit {name}")).out;
        assert!(page.contains("the limit north-cap on site north costs nothing"), "{page}");
    }
    let refused = bench.fails("explain small --limit south-cap", 2);
    assert!(
        refused.contains("no limit south-cap") && refused.contains("north-cap capacity[hall,vcpu]"),
        "{refused}"
    );
    assert_eq!(bench.run("explain small mes --limit north-cap").code, 2);
}

#[test]
fn every_limit_and_rule_has_its_price() {
    let bench = Bench::with_small_case();
    bench.change("small/case.toml", "gap = 0.5", "gap = 0.02");
    let said = bench.ok("explain small --limits --out prices.csv --format json").out;
    let document: serde_json::Value = serde_json::from_str(&said).expect("one JSON document");
    let limits = document["limits"].as_array().expect("limits");
    let names: std::collections::BTreeSet<&str> = limits.iter().filter_map(|one| one["limit"].as_str()).collect();
    assert!(names.iter().eq(&["capacity[hall,vcpu]", "residency", "rto_h"]), "{names:?}");
    let figure = |one: &serde_json::Value, field: &str| one[field].as_f64().expect("a figure");
    for one in limits {
        let (price, least, most) =
            (figure(one, "price"), figure(one, "price_at_least"), figure(one, "price_at_most"));
        assert!(least <= price + 0.01 && price <= most + 0.01, "{one}");
        let totals = figure(one, "total_with") - figure(one, "total_without");
        assert!((price - totals).abs() < 0.01 && (one["binds"] == true || price == 0.0), "{one}");
    }
    assert!(limits.windows(2).all(|two| figure(&two[0], "price") >= figure(&two[1], "price")), "{document}");

    // The table has the same figures, and the picture is there; neither is written over.
    let table = crate::support::Csv::parse(&bench.read("prices.csv"));
    for (row, one) in table.rows.iter().zip(limits) {
        assert_eq!(table.get(row, "row"), one["limit"].as_str().expect("a name"));
        assert!((table.number(row, "price_eur") - figure(one, "price")).abs() < 0.01, "{one}");
    }
    assert!(std::fs::read(bench.path("prices.png")).expect("a picture").starts_with(b"\x89PNG"));
    assert!(bench.fails("explain small --limits --out prices.csv", 2).contains("is there already"));
    assert!(bench.fails("explain small --limits --out other.png", 2).contains("names a table"));
    assert_eq!(bench.run("explain E012 --out other.csv").code, 2);
    assert!(bench.ok("explain small --limits").out.contains("the residency of 2 workloads"));

    // A rule costs what the case without it saves.
    let with = lowest_total(&bench);
    let workloads = bench.read("small/workloads.csv");
    bench.write("small/workloads.csv", &workloads.replace(",EU,", ",,").replace(",DE,", ",,"));
    let without = lowest_total(&bench);
    let residency = limits.iter().find(|one| one["limit"] == "residency").expect("the rule");
    let price = figure(residency, "price");
    assert!(price > 0.0 && (price - (with.0 - without.0)).abs() < 0.01, "{price}, {with:?}, {without:?}");
    bench.write("small/workloads.csv", &workloads);
    let page = bench.ok("explain small --limit residency").out;
    assert!(page.contains("the residency of 2 workloads costs") && page.contains("Who pays for it"), "{page}");
}

//! `frontier --axes`: three measures at once, or both losses at a budget.

use crate::support::{Bench, Csv};

#[test]
fn three_measures_have_a_surface_with_its_proof() {
    let bench = Bench::with_small_case();
    let said = bench.ok("frontier small --axes cost,loss,cvar --points 12 --xlsx --html --out results");
    assert!(said.out.contains("no plan beats the best"), "{}", said.out);
    let surface = Csv::parse(&bench.read("results/surface.csv"));
    let plans = Csv::parse(&bench.read("results/frontier.csv"));
    let number = |row: &[String], table: &Csv, column: &str| table.number(row, column);
    assert!(surface.rows.len() >= 3);
    for row in &surface.rows {
        let of = |column: &str| number(row, &surface, column);
        let sum = of("weight_of_cost") * of("annual_cost_eur")
            + of("weight_of_loss") * of("expected_loss_eur")
            + of("weight_of_cvar") * of("cvar_eur");
        assert!((sum - of("objective_eur")).abs() <= 1e-5 * sum + 0.02, "{row:?}");
        assert!(of("lower_bound_eur") <= of("objective_eur") + 0.01);
        // No plan of the run is below the half-space.
        for plan in plans.rows.iter().filter(|plan| plans.get(plan, "role") == "surface") {
            let of_plan = of("weight_of_cost") * number(plan, &plans, "annual_cost_eur")
                + of("weight_of_loss") * number(plan, &plans, "expected_loss_eur")
                + of("weight_of_cvar") * number(plan, &plans, "cvar_eur");
            assert!(of_plan >= of("lower_bound_eur") * (1.0 - 1e-5) - 0.02, "{plan:?} below {row:?}");
        }
    }
    let record: serde_json::Value = serde_json::from_str(&bench.read("results/run.json")).expect("JSON");
    let distance = record["distance"].as_f64().expect("a distance");
    let widest = surface.rows.iter().map(|row| number(row, &surface, "gap")).fold(0.0, f64::max);
    assert!(distance >= widest - 1e-6 && distance < 0.2, "{distance} {widest}");
    assert!(bench.path("results/measures.png").exists() && !bench.path("results/frontier.png").exists());
    let verified = bench.ok("verify small --run results");
    assert!(verified.out.contains("Every cost"), "{}", verified.out);
}

#[test]
fn both_losses_are_traded_off_at_a_budget_only() {
    let bench = Bench::with_small_case();
    assert!(bench.fails("frontier small --axes loss,cvar", 2).contains("--budget"));
    assert!(bench.fails("frontier small --axes cost", 2).contains("one measure is no trade-off"));
    assert!(bench.fails("frontier small --distance 0.1", 2).contains("--axes"));
    assert!(bench.fails("frontier small --budget 5m", 2).contains("--axes loss,cvar"));
    bench.ok("frontier small --points 3 --out curve");
    let curve = Csv::parse(&bench.read("curve/frontier.csv"));
    let knee = curve.rows.iter().find(|row| curve.get(row, "is_knee") == "true").expect("a knee");
    let budget = curve.number(knee, "annual_cost_eur") * 1.05;
    bench.ok(&format!("frontier small --axes cvar,loss --budget {budget} --points 5 --out losses"));
    let plans = Csv::parse(&bench.read("losses/frontier.csv"));
    let mut found = 0;
    for plan in plans.rows.iter().filter(|plan| plans.get(plan, "role") == "surface") {
        assert!(plans.number(plan, "annual_cost_eur") <= budget * 1.000_01);
        found += 1;
    }
    assert!((1..=5).contains(&found));
}

#[test]
fn cost_and_one_loss_are_the_curve_of_that_loss() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --points 3 --out set --set objective.axis=cvar");
    bench.ok("frontier small --points 3 --out axes --axes cost,cvar");
    assert_eq!(bench.read("set/frontier.csv"), bench.read("axes/frontier.csv"));
}

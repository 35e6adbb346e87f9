//! `verify`: a run against its input files.

use crate::support::Bench;

#[test]
fn a_run_stands_up_and_a_changed_figure_does_not() {
    let bench = Bench::with_small_case();
    bench.ok("frontier small --years 200 --points 5 --out results");
    let page = bench.ok("verify small --run results").out;
    assert!(page.contains("is that of the input files"), "{page}");
    let table = bench.read("results/frontier.csv");
    let csv = crate::support::Csv::parse(&table);
    // Every figure of a plan that the run claims is caught when it is another one.
    let line = table.lines().find(|line| line.starts_with("p02,")).expect("p02");
    for column in
        ["annual_cost_eur", "expected_loss_eur", "cvar_eur", "var_eur", "total_eur", "lower_bound_eur", "gap"]
    {
        // No cell before these has a comma in it.
        let position = csv.columns.iter().position(|name| name == column).expect("the column");
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let value: f64 = cells[position].parse().expect("a number");
        cells[position] = format!("{}", value * 1.01 + 1.0);
        bench.write("results/frontier.csv", &table.replacen(line, &cells.join(","), 1));
        let answer = bench.run("verify small --run results");
        assert_eq!(answer.code, 5, "{column}\n{}", answer.out);
        assert!(answer.out.contains("p02"), "{column}\n{}", answer.out);
    }
    bench.write("results/frontier.csv", &table);
    // So is a placement that was changed by hand.
    let placements = bench.read("results/placements.csv");
    let of = |point: &str| -> Vec<&str> { placements.lines().filter(|line| line.starts_with(point)).collect() };
    let swapped = placements.replacen(&of("p01,").join("\n"), &of("p05,").join("\n").replace("p05,", "p01,"), 1);
    assert_ne!(swapped, placements);
    bench.write("results/placements.csv", &swapped);
    assert_eq!(bench.run("verify small --run results").code, 5);
    bench.write("results/placements.csv", &placements);
    // And inputs that are not those of the run.
    bench.change("small/hazards.csv", "0.4", "0.5");
    let answer = bench.run("verify small --run results --format json");
    assert_eq!(answer.code, 5);
    assert!(answer.out.contains("has changed since the run"), "{}", answer.out);
}

#[test]
fn without_a_run_there_is_nothing_to_verify() {
    let bench = Bench::with_small_case();
    assert!(bench.fails("verify small", 2).contains("has no run"));
}

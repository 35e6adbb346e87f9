//! What is exported is the programme that is solved: read back as MPS, and worked out again from the options.

mod support;

use std::{collections::BTreeMap, sync::atomic::AtomicBool};

use ballast_risk::sample;
use ballast_solver::{Backend, Column, Control, Effort, Export, Goal, LinearProgram, Problem, Row, run};
use support::{case, random, solved};

fn exported(problem: &Problem<'_>, goal: &Goal) -> Export {
    let never = AtomicBool::new(false);
    problem.export(goal, &Control { progress: &|_| {}, interrupt: &never, seconds_left: None }).expect("feasible")
}

/// Reads free MPS as the format is described, knowing nothing of how it was written.
fn read_mps(text: &str) -> LinearProgram {
    let mut program = LinearProgram::default();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    let (mut section, mut objective, mut whole) = ("", String::new(), false);
    for line in text.lines().filter(|line| !line.starts_with('*')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !line.starts_with(' ') {
            section = words[0];
            continue;
        }
        let number = |word: &str| -> f64 { word.parse().expect("a number") };
        match section {
            "ROWS" if words[0] == "N" => words[1].clone_into(&mut objective),
            "ROWS" => {
                let (lower, upper) = match words[0] {
                    "E" => (0.0, 0.0),
                    "L" => (f64::NEG_INFINITY, 0.0),
                    _ => (0.0, f64::INFINITY),
                };
                rows.insert(words[1].to_owned(), program.rows.len());
                program.rows.push(Row { name: words[1].to_owned(), coefficients: Vec::new(), lower, upper });
            }
            "COLUMNS" if words[1] == "'MARKER'" => whole = words[2] == "'INTORG'",
            "COLUMNS" => {
                let next = program.columns.len();
                let at = *columns.entry(words[0].to_owned()).or_insert(next);
                if at == next {
                    let name = words[0].to_owned();
                    program.columns.push(Column { name, cost: 0.0, lower: 0.0, upper: 0.0, integer: whole });
                }
                if words[1] == objective {
                    program.columns[at].cost = number(words[2]);
                } else {
                    program.rows[rows[words[1]]].coefficients.push((at, number(words[2])));
                }
            }
            "RHS" => {
                let row = &mut program.rows[rows[words[1]]];
                let limit = number(words[2]);
                row.lower = if row.lower.is_finite() { limit } else { row.lower };
                row.upper = if row.upper.is_finite() { limit } else { row.upper };
            }
            "BOUNDS" => {
                let column = &mut program.columns[columns[words[2]]];
                match words[0] {
                    "LO" => column.lower = number(words[3]),
                    "UP" => column.upper = number(words[3]),
                    other => panic!("bound {other}"),
                }
            }
            other => panic!("section {other}"),
        }
    }
    program
}

#[test]
fn a_programme_that_is_read_back_has_the_same_optimum() {
    let goals = [
        Goal::total(1.0, 0.0),
        Goal { loss_cap: Some(15e3), ..Goal::CHEAPEST },
        Goal { budget: Some(20e3), ..Goal::total(1.0, 0.5) },
    ];
    for (seed, goal) in (1..).zip(goals) {
        let estate = random(seed, false);
        let events = sample(&estate);
        let problem = Problem::new(&estate, &events).expect("sound");
        let export = exported(&problem, &goal);
        let back = read_mps(&export.program.to_mps(&[]));
        assert_eq!(back.columns, export.program.columns);
        assert_eq!(back.rows.len(), export.program.rows.len());
        let optimum = |program: &LinearProgram| {
            let raw = run(Backend::Highs, program, Effort::default(), &Control::quiet()).expect("an optimum");
            program.objective(&raw.x) * problem.money_unit()
        };
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs();
        let divisible = optimum(&back.relaxed());
        assert!(close(divisible, export.divisible_optimum), "{divisible} is not {}", export.divisible_optimum);
        let whole = optimum(&back);
        assert!(close(whole, optimum(&export.program)) && whole >= divisible * (1.0 - 1e-9), "{whole}");
        // The cuts are those of the relaxation: no plan is better than the programme says.
        let plan = solved(&problem, &goal).expect("a plan").objective;
        assert!(whole <= plan * (1.0 + 1e-6), "{whole} is above the plan's {plan}");
    }
}

#[test]
fn where_nothing_is_shared_every_workload_takes_its_own_best_option() {
    let text = str::to_owned;
    let estate = case(&[
        ("case.toml", text("name = \"apart\"\ncurrency = \"EUR\"\n[risk]\nyears = 400\n[solver]\ngap = 1e-7\n")),
        (
            "workloads.csv",
            text("workload,vcpu,memory_gib,loss_per_h\nmes,40,160,3000\nerp 2,60,240,900\nlog,8,8,5\n"),
        ),
        ("sites.csv", text("site,kind,provider,country\nde,region,p,DE\nie,region,p,IE\n")),
        (
            "prices.csv",
            text(
                "site,resource,price,currency\nde,vcpu_h,0.04,EUR\nde,memory_gib_h,0.005,EUR\nie,vcpu_h,0.03,EUR\n\
                 ie,memory_gib_h,0.004,EUR\n",
            ),
        ),
        ("patterns.csv", support::PATTERNS.to_owned()),
        ("hazards.csv", text("hazard,domain,rate_per_year,duration_median_h\na,de,0.5,8\nb,ie,1,8\n")),
    ]);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let goal = Goal::total(1.0, 0.0);
    let export = exported(&problem, &goal);
    let best: f64 = estate
        .workload_ids()
        .map(|workload| {
            let own = export.options.iter().filter(|option| option.workload == workload);
            own.map(|option| option.annual_cost + option.loss_alone).fold(f64::INFINITY, f64::min)
        })
        .sum();
    let close = |a: f64| (a - best).abs() <= 1e-6 * best;
    assert!(close(export.divisible_optimum), "{} is not {best}", export.divisible_optimum);
    // The evaluator, which knows no options, says the same of the plan.
    let plan = solved(&problem, &goal).expect("a plan");
    assert!(close(plan.objective), "{} is not {best}", plan.objective);
    let protected = plan.plan.of(ballast_model::WorkloadId::new(0))[0].deployment.standby.is_some();
    assert!(protected, "the dear one has a standby, so that losses matter here");
    assert!(export.program.to_mps(&[]).contains(" x[erp%202,0] place[erp%202] 1\n"), "blanks are escaped");
}

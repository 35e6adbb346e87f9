//! Every labelled constraint as it is written, row by row. `BALLAST_BLESS=1 cargo test` writes the files anew: read
//! the difference before you commit it.

mod support;

use std::{collections::BTreeSet, fs, path::PathBuf, sync::atomic::AtomicBool};

use ballast_model::Estate;
use ballast_risk::sample;
use ballast_solver::{Control, Goal, Problem};
use support::case;

/// The labels of docs/math.md, in its order.
const LABELS: [&str; 12] = [
    "place",
    "open",
    "onboard",
    "capacity",
    "standby",
    "share",
    "group",
    "budget",
    "loss_cut",
    "expected_loss",
    "cvar_cut",
    "cvar",
];

/// Two workloads in a group, a hall that costs and is small, a second provider, limits, one line.
fn estate() -> Estate {
    let text = str::to_owned;
    case(&[
        ("case.toml", text("name = \"golden\"\ncurrency = \"EUR\"\n[risk]\nyears = 60\nseed = 2\n")),
        ("workloads.csv", text("workload,vcpu,memory_gib,group\nmes,10,0,line\nlog,4,0,line\n")),
        (
            "sites.csv",
            text(
                "site,kind,provider,country,fixed_cost_per_year,capacity_vcpu\nde,region,p,DE,0,\nhall,onprem,own,DE,900,20\n",
            ),
        ),
        ("providers.csv", text("provider,onboarding_cost_per_year,max_share\np,500,0.9\nown,0,\n")),
        ("prices.csv", text("site,resource,price,currency\nde,vcpu_h,0.05,EUR\nhall,vcpu_h,0.03,EUR\n")),
        (
            "patterns.csv",
            text(
                "pattern,standby,standby_compute_share,detection_h,rto_h,rpo_h\nsingle,none,0,0.5,4,24\npilot,any,0.25,0.25,2,1\n",
            ),
        ),
        (
            "hazards.csv",
            text("hazard,domain,rate_per_year,duration_median_h,duration_sigma\na,de,0.5,6,1\nb,hall,1,4,1\n"),
        ),
        ("limits.csv", text("limit,scope,member,resource,max_share,soft_penalty\ncap,country,DE,vcpu,0.8,100\n")),
        ("processes.csv", text("process,value_per_h,buffer_h\nassembly,1000,1\n")),
        ("process_workloads.csv", text("process,workload,role\nassembly,mes,critical\nassembly,log,critical\n")),
    ])
}

/// The rows of the programme with every cap, by label.
fn rows() -> Vec<(String, String)> {
    let estate = estate();
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let goal = Goal { budget: Some(1e5), loss_cap: Some(1e5), cvar_cap: Some(1e6), ..Goal::total(1.0, 0.5) };
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    let text = problem.export(&goal, &control).expect("feasible").program.to_lp_format();
    let body = text.split("Subject To\n").nth(1).and_then(|rest| rest.split("Bounds\n").next()).expect("rows");
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        // A row begins with its name and a colon; longer ones go on on the next line.
        match line.split_once(':') {
            Some((name, _)) => {
                let label = name.trim().split('.').next().unwrap_or_default();
                rows.push((label.to_owned(), format!("{line}\n")));
            }
            None => {
                if let Some(last) = rows.last_mut() {
                    last.1 += &format!("{line}\n");
                }
            }
        }
    }
    rows
}

fn golden(label: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{label}.lp"))
}

#[test]
fn every_constraint_is_written_as_before() {
    let rows = rows();
    let mut wrong = Vec::new();
    for label in LABELS {
        let now: String = rows.iter().filter(|(of, _)| of == label).map(|(_, row)| row.as_str()).collect();
        assert!(!now.is_empty(), "no row of {label}");
        if std::env::var_os("BALLAST_BLESS").is_some() {
            fs::write(golden(label), &now).expect("writable");
        }
        if fs::read_to_string(golden(label)).unwrap_or_default() != now {
            wrong.push(label);
        }
    }
    assert!(wrong.is_empty(), "not as in tests/golden: {wrong:?}");
}

#[test]
fn the_mathematics_list_every_constraint_that_is_built_and_no_other() {
    let built: BTreeSet<String> = rows().into_iter().map(|(label, _)| label).collect();
    let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/math.md"))
        .expect("readable");
    let listed: BTreeSet<String> = text
        .lines()
        .skip_while(|line| !line.starts_with("| label"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('`').nth(1))
        .map(|label| label.split('[').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(built, listed);
    assert_eq!(built, LABELS.iter().map(|label| (*label).to_owned()).collect());
}

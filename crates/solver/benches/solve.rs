//! What structure buys: losses of all options by factors against one simulation per option, and a small curve.

use std::{path::Path, sync::atomic::AtomicBool};

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Assignment, Estate, Plan, Share, rules};
use ballast_risk::{evaluate, sample};
use ballast_solver::{Control, Goal, Problem, frontier, solve};
use criterion::{Criterion, criterion_group, criterion_main};

fn estate(points: usize) -> Estate {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases/automotive-azure");
    let mut overrides = Overrides::none();
    overrides.set_setting("risk.years", "10000");
    overrides.set_setting("objective.points", &points.to_string());
    read_case(&dir, &overrides).unwrap_or_else(|found| panic!("{found}")).estate
}

fn losses(criterion: &mut Criterion) {
    let estate = estate(5);
    let events = sample(&estate);
    let mut group = criterion.benchmark_group("losses of every option");
    group.sample_size(10);
    group.bench_function("by factors: all options, with prices and pruning", |bencher| {
        bencher.iter(|| Problem::new(&estate, &events).expect("sound"));
    });
    // The same by simulation takes this long for ONE of the workloads.
    let today = Plan::as_is(&estate).expect("whole");
    let first = estate.workload_ids().next().expect("a workload");
    let deployments = rules::deployments(&estate, first);
    group.bench_function("by simulation: the options of one workload", |bencher| {
        bencher.iter(|| {
            let losses = deployments.iter().map(|deployment| {
                let assignments = estate
                    .workload_ids()
                    .map(|w| {
                        if w == first {
                            vec![Assignment { deployment: *deployment, share: Share::ONE }]
                        } else {
                            today.of(w).to_vec()
                        }
                    })
                    .collect();
                let plan = Plan::new(&estate, assignments).expect("allowed");
                evaluate(&estate, &events, &plan).expected_loss()
            });
            losses.sum::<f64>()
        });
    });
    group.finish();
}

fn plans(criterion: &mut Criterion) {
    let estate = estate(5);
    let events = sample(&estate);
    let problem = Problem::new(&estate, &events).expect("sound");
    let never = AtomicBool::new(false);
    let control = Control { progress: &|_| {}, interrupt: &never, seconds_left: None };
    let mut group = criterion.benchmark_group("plans");
    group.sample_size(10);
    group.bench_function("the knee", |bencher| {
        bencher.iter(|| solve(&problem, &Goal::total(1.0, 0.0), &control).expect("feasible"));
    });
    group.bench_function("a curve of five points", |bencher| {
        bencher.iter(|| frontier(&problem, &control).expect("feasible"));
    });
    group.finish();
}

criterion_group!(benches, losses, plans);
criterion_main!(benches);

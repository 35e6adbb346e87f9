//! Sampling and evaluating today's plan of the automotive case: time grows with the years, not faster.

use std::path::Path;

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Estate, Hours, MoneyPerHour, Plan, ProcessId, SupplyLink, WorkloadId};
use ballast_risk::{evaluate, sample};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn estate(years: u32) -> Estate {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases/automotive-aws");
    let mut overrides = Overrides::none();
    overrides.set_setting("risk.years", &years.to_string());
    read_case(&dir, &overrides).unwrap_or_else(|found| panic!("{found}")).estate
}

fn years(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("years");
    group.sample_size(20);
    for count in [10_000_u32, 40_000] {
        let estate = estate(count);
        let events = sample(&estate);
        let plan = Plan::as_is(&estate).expect("whole");
        group.throughput(Throughput::Elements(u64::from(count)));
        group.bench_with_input(BenchmarkId::new("sample", count), &estate, |bencher, estate| {
            bencher.iter(|| sample(estate));
        });
        group.bench_with_input(BenchmarkId::new("evaluate", count), &plan, |bencher, plan| {
            bencher.iter(|| evaluate(&estate, &events, plan));
        });
    }
    group.finish();
}

/// The automotive case so many times over, each copy with buffers and values of its own: an estate of about 105 times
/// as many workloads.
fn enlarged(copies: usize, years: u32) -> Estate {
    let mut parts = estate(years).into_parts();
    let (workloads, processes, supply) = (parts.workloads.clone(), parts.processes.clone(), parts.supply.clone());
    for copy in 1..copies {
        for workload in &workloads {
            let mut workload = workload.clone();
            workload.id = format!("{}-{copy}", workload.id);
            parts.workloads.push(workload);
        }
        for process in &processes {
            let mut process = process.clone();
            process.id = format!("{}-{copy}", process.id);
            process.value = MoneyPerHour::new(process.value.get() * (1.0 + 0.01 * copy as f64)).expect("positive");
            process.buffer = Hours::new(process.buffer.get() + 0.5 * (copy % 7) as f64).expect("positive");
            for need in &mut process.needs {
                need.workload = WorkloadId::new(need.workload.index() + copy * workloads.len());
            }
            parts.processes.push(process);
        }
        for link in &supply {
            let shifted = |id: ProcessId| ProcessId::new(id.index() + copy * processes.len());
            parts.supply.push(SupplyLink {
                supplier: shifted(link.supplier),
                consumer: shifted(link.consumer),
                ..*link
            });
        }
    }
    Estate::new(parts).expect("sound")
}

/// Today's plan of estates of one to twenty copies over up to 100 000 years: the goal is below 2 s for 2 100 workloads.
fn estates(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("estate");
    group.sample_size(10);
    for (copies, years) in [(5, 100_000), (10, 100_000), (20, 25_000), (20, 50_000), (20, 100_000)] {
        let estate = enlarged(copies, years);
        let events = sample(&estate);
        let plan = Plan::as_is(&estate).expect("whole");
        let name = format!("{} workloads, {years} years", estate.workloads().len());
        group.throughput(Throughput::Elements(u64::from(years)));
        group.bench_with_input(BenchmarkId::new("evaluate", name), &plan, |bencher, plan| {
            bencher.iter(|| evaluate(&estate, &events, plan));
        });
    }
    group.finish();
}

criterion_group!(benches, years, estates);
criterion_main!(benches);

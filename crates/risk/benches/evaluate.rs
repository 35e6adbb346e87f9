//! Sampling and evaluating today's plan of the automotive case: time grows with the years, not faster.

use std::path::Path;

use ballast_ingest::{Overrides, read_case};
use ballast_model::{Estate, Plan};
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

criterion_group!(benches, years);
criterion_main!(benches);

//! Thousands of small random estates against closed forms: expected loss and its standard error, the spread of annual
//! losses, the time under outage. Each way of sampling must be unbiased and must know its own error.

use ballast_ingest::{Overrides, read_case};
use ballast_model::{
    AnnualRate, DurationLaw, Estate, EstateParts, Hazard, Hours, MoneyPerHour, Plan, Sampling, Share,
};
use ballast_risk::{
    EventSet, LossModel, RiskProfile, evaluate, losses_through, replay_event, sample, sample_with,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// Student's t with 15 degrees of freedom, 95 % quantile: 16 replicates.
const T15: f64 = 1.753;

fn base() -> EstateParts {
    let dir = tempfile::tempdir().expect("a place to write");
    let files = [
        ("case.toml", "name = \"oracle\"\ncurrency = \"EUR\"\n[risk]\nyears = 800\nseed = 5\n"),
        ("workloads.csv", "workload,vcpu,memory_gib\na,1,1\nb,1,1\nc,1,1\n"),
        ("sites.csv", "site,kind,provider,zones\nnorth,region,p,2\nsouth,region,q,2\nwest,region,r,2\n"),
        (
            "prices.csv",
            "site,resource,price,currency\nnorth,vcpu_h,1,EUR\nnorth,memory_gib_h,1,EUR\nsouth,vcpu_h,1,EUR\n\
             south,memory_gib_h,1,EUR\nwest,vcpu_h,1,EUR\nwest,memory_gib_h,1,EUR\n",
        ),
        ("patterns.csv", "pattern,primary_zones,standby,rto_h,rpo_h\nsingle,1,none,4,24\n"),
        ("hazards.csv", "hazard,domain,rate_per_year,duration_median_h\nn,north,1,8\ns,south,1,8\nw,west,1,8\n"),
        ("processes.csv", "process,value_per_h\np,1\nq,1\nr,1\n"),
        ("process_workloads.csv", "process,workload,role\np,a,critical\nq,b,critical\nr,c,critical\n"),
        ("placement.csv", "workload,pattern,primary_site\na,single,north\nb,single,south\nc,single,west\n"),
    ];
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).expect("writable");
    }
    read_case(dir.path(), &Overrides::none()).unwrap_or_else(|found| panic!("{found}")).estate.into_parts()
}

fn hours(value: f64) -> Hours {
    Hours::new(value).expect("not negative")
}

/// The distribution function of the standard normal distribution.
fn phi(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// E[min(D, cap)^n; D > floor] of a lognormal D (n = 0, 1, 2), from the partial moments of the distribution.
fn partial_moment(median: f64, sigma: f64, floor: f64, cap: f64, n: i32) -> f64 {
    let (mu, order) = (median.ln(), f64::from(n));
    let whole = (order * mu + order * order * sigma * sigma / 2.0).exp();
    let below = |x: f64| if x > 0.0 { phi((x.ln() - mu) / sigma - order * sigma) } else { 0.0 };
    let above = |x: f64| if x > 0.0 { 1.0 - phi((x.ln() - mu) / sigma) } else { 1.0 };
    if cap <= floor {
        return 0.0;
    }
    whole * (below(cap) - below(floor)) + cap.powi(n) * above(cap)
}

/// One hazard with a process that stops for it.
struct Branch {
    rate: f64,
    value: f64,
    /// First and second moment of the loss of one event, and the mean duration.
    loss: f64,
    square: f64,
    mean_h: f64,
}

/// A random estate of three independent branches.
fn estate(parts: &EstateParts, stream: &mut Pcg64, sampling: Sampling) -> (Estate, Vec<Branch>) {
    let mut parts = parts.clone();
    parts.settings.risk.sampling = sampling;
    let mut branches = Vec::new();
    for index in 0..3 {
        let uniform = |stream: &mut Pcg64, low: f64, high: f64| low + (high - low) * stream.random::<f64>();
        let (rate, value) = (uniform(stream, 0.2, 3.0), uniform(stream, 10.0, 1000.0));
        let (buffer, restart) = (uniform(stream, 0.0, 6.0), uniform(stream, 0.0, 3.0));
        let hazard: &mut Hazard = &mut parts.hazards[index];
        hazard.rate = AnnualRate::new(rate).expect("positive");
        let interval = (AnnualRate::new(rate * 0.5), AnnualRate::new(rate * 2.0));
        hazard.rate_interval = interval.0.ok().zip(interval.1.ok()).filter(|_| index > 0);
        // Loss of an event: value * (D - buffer + restart) if D > buffer.
        let shift = restart - buffer;
        let moments = if index == 2 {
            let observed = [1.0, 3.0, 7.0, 30.0];
            let set = observed.iter().map(|h| (hours(*h), 0.25)).collect();
            hazard.duration = DurationLaw::Empirical(set);
            std::array::from_fn(|n| {
                observed
                    .iter()
                    .filter(|h| **h > buffer)
                    .map(|h| 0.25 * h.powi(i32::try_from(n).expect("small")))
                    .sum()
            })
        } else {
            let (median, sigma) = (uniform(stream, 2.0, 12.0), uniform(stream, 0.2, 1.2));
            let cap = uniform(stream, 20.0, 100.0);
            hazard.duration = DurationLaw::Lognormal { median: hours(median), sigma };
            hazard.duration_max = Some(hours(cap));
            std::array::from_fn(|n| partial_moment(median, sigma, buffer, cap, i32::try_from(n).expect("small")))
        };
        let [m0, m1, m2]: [f64; 3] = moments;
        let mean_h = match &hazard.duration {
            DurationLaw::Empirical(set) => set.iter().map(|(h, share)| h.get() * share).sum(),
            DurationLaw::Lognormal { median, sigma } => {
                let cap = hazard.duration_max.map_or(f64::INFINITY, Hours::get);
                partial_moment(median.get(), *sigma, 0.0, cap, 1)
            }
        };
        let process = &mut parts.processes[index];
        process.value = MoneyPerHour::new(value).expect("positive");
        process.buffer = hours(buffer);
        process.restart = hours(restart);
        branches.push(Branch {
            rate,
            value,
            loss: value * (m1 + shift * m0),
            square: value * value * (m2 + 2.0 * shift * m1 + shift * shift * m0),
            mean_h,
        });
    }
    (Estate::new(parts).expect("sound"), branches)
}

fn profile(estate: &Estate, events: &EventSet) -> RiskProfile {
    evaluate(estate, events, &Plan::as_is(estate).expect("whole"))
}

#[test]
fn expected_losses_of_three_thousand_estates_are_within_their_own_errors() {
    let parts = base();
    for sampling in [Sampling::Random, Sampling::Stratified, Sampling::Tail] {
        let mut stream = Pcg64::seed_from_u64(99);
        let (mut within, mut processes_within, mut scores, tries) = (0, 0, 0.0, 1_000_u32);
        for seed in 0..tries {
            let (estate, branches) = estate(&parts, &mut stream, sampling);
            let risk = profile(&estate, &sample_with(&estate, 800, u64::from(seed)));
            let expected: f64 = branches.iter().map(|branch| branch.rate * branch.loss).sum();
            let score = (risk.expected_loss() - expected) / risk.expected_loss_se();
            scores += score;
            within += u32::from(score.abs() <= T15);
            // The same for each process alone.
            for (process, branch) in risk.by_process.iter().zip(&branches) {
                let off = (process.expected_loss - branch.rate * branch.loss).abs();
                processes_within += u32::from(off <= T15 * process.expected_loss_se + 1e-9 * branch.value);
            }
        }
        let share = f64::from(within) / f64::from(tries);
        assert!((0.85..=0.95).contains(&share), "{sampling:?}: {share} of the 90 % intervals hold");
        let share = f64::from(processes_within) / f64::from(3 * tries);
        assert!((0.85..=0.95).contains(&share), "{sampling:?}: {share} of the processes' 90 % intervals hold");
        let mean = scores / f64::from(tries);
        assert!(mean.abs() < 0.15, "{sampling:?}: off by {mean} standard errors on average");
    }
}

#[test]
fn stratified_years_say_more_than_random_ones_and_tail_years_more_of_the_tail() {
    let parts = base();
    let mut errors = [[0.0; 2]; 3];
    for (errors, sampling) in errors.iter_mut().zip([Sampling::Random, Sampling::Stratified, Sampling::Tail]) {
        let mut stream = Pcg64::seed_from_u64(7);
        for _ in 0..20 {
            let (estate, branches) = estate(&parts, &mut stream, sampling);
            let expected: f64 = branches.iter().map(|branch| branch.rate * branch.loss).sum();
            let tails: Vec<(f64, f64)> = (0..40)
                .map(|seed| {
                    let risk = profile(&estate, &sample_with(&estate, 800, seed));
                    (risk.expected_loss() / expected, risk.cvar(0.99) / expected)
                })
                .collect();
            let variance = |of: &dyn Fn(&(f64, f64)) -> f64| {
                let mean = tails.iter().map(of).sum::<f64>() / 40.0;
                tails.iter().map(|pair| (of(pair) - mean).powi(2)).sum::<f64>()
            };
            errors[0] += variance(&|pair| pair.0);
            errors[1] += variance(&|pair| pair.1);
        }
    }
    let [random, stratified, tail] = errors;
    assert!(stratified[0] < 0.2 * random[0], "expected loss: {} against {}", stratified[0], random[0]);
    assert!(tail[1] < 0.8 * random[1], "CVaR of 99 %: {} against {}", tail[1], random[1]);
}

#[test]
fn annual_losses_have_the_variance_of_a_compound_sum() {
    let parts = base();
    let mut stream = Pcg64::seed_from_u64(31);
    for sampling in [Sampling::Random, Sampling::Stratified, Sampling::Tail] {
        for _ in 0..5 {
            let (estate, branches) = estate(&parts, &mut stream, sampling);
            let events = sample_with(&estate, 40_000, 3);
            let risk = profile(&estate, &events);
            let mean = risk.expected_loss();
            let losses = risk.annual_losses().iter().zip(events.weights());
            let variance: f64 = losses.map(|(loss, weight)| weight * (loss - mean).powi(2)).sum();
            let (mut certain, mut uncertain) = (0.0, 0.0);
            for (branch, hazard) in branches.iter().zip(estate.hazards()) {
                certain += branch.rate * branch.square;
                // Half and twice the rate: the quantiles of a Gamma distribution of this shape have the ratio 4.
                uncertain += if hazard.rate_interval.is_some() {
                    (branch.rate * branch.loss).powi(2) / SHAPE_OF_FOURFOLD
                } else {
                    0.0
                };
            }
            let wanted = certain + uncertain;
            assert!((variance / wanted - 1.0).abs() < 0.05, "{sampling:?}: {variance} against {wanted}");
        }
    }
}

/// The shape at which the 95 % quantile of a Gamma distribution is four times its 5 % quantile, from the chi-square
/// table: with 11.4 degrees of freedom they are 20.2 and 5.0.
const SHAPE_OF_FOURFOLD: f64 = 5.83;

#[test]
fn the_time_under_outage_is_that_of_an_infinite_server_queue() {
    let parts = base();
    let mut stream = Pcg64::seed_from_u64(17);
    for sampling in [Sampling::Random, Sampling::Stratified] {
        let (estate, branches) = estate(&parts, &mut stream, sampling);
        let events = sample_with(&estate, 4_000, 1);
        // Hazard 0 has a certain rate. An instant is under outage with probability 1 - exp(-rate * mean duration).
        let mut covered = 0.0;
        for year in 0..events.years() {
            let mut until = 0.0_f64;
            for event in events.events_of(year).iter().filter(|event| event.hazard.is_some_and(|h| h.index() == 0))
            {
                covered += (event.start_h + event.duration_h - until.max(event.start_h)).max(0.0);
                until = until.max(event.start_h + event.duration_h);
            }
        }
        let share = covered / (8760.0 * events.years() as f64);
        let wanted = 1.0 - (-branches[0].rate * branches[0].mean_h / 8760.0).exp();
        assert!((share / wanted - 1.0).abs() < 0.04, "{sampling:?}: {share} against {wanted}");
    }
}

#[test]
fn the_fast_evaluation_is_the_definition_event_by_event() {
    let cases = ["automotive-aws", "automotive-azure", "multi-brand"];
    for case in cases {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/cases").join(case);
        let mut overrides = Overrides::none();
        overrides.set_setting("risk.years", "60");
        let estate = read_case(&dir, &overrides).unwrap_or_else(|found| panic!("{found}")).estate;
        let events = sample(&estate);
        let plan = Plan::as_is(&estate).expect("whole");
        let risk = evaluate(&estate, &events, &plan);
        let model = LossModel::new(&estate);
        let mut by_process = vec![0.0; estate.processes().len()];
        for event in events.events() {
            let class = &events.classes()[event.class as usize];
            for felt in replay_event(&estate, &model, class, event, &plan) {
                by_process[felt.process.index()] += felt.loss * events.weights()[event.year as usize];
                // Hour by hour it is the same loss.
                let hours = (0..2_000).map(f64::from).map(|from| felt.between(&estate, event, from, from + 1.0));
                let whole = hours.sum::<f64>() + felt.data_loss;
                assert!((whole - felt.loss).abs() <= 1e-6 * felt.loss.max(1.0), "{case}: {whole} {}", felt.loss);
            }
        }
        for (process, wanted) in risk.by_process.iter().zip(&by_process) {
            assert!((process.expected_loss - wanted).abs() <= 1e-9 * wanted.max(1.0), "{case}");
        }
        assert!(by_process.iter().sum::<f64>() > 0.0);
        // Some processes alone lose what they lose among the others.
        let ours = estate.process_ids().filter(|id| estate.process(*id).partner.is_none());
        let (some, others): (Vec<_>, Vec<_>) = ours.partition(|id| id.index() % 3 == 0);
        let parts = [some, others].map(|part| losses_through(&estate, &events, &plan, &model, &part));
        for (year, whole) in risk.annual_losses().iter().enumerate() {
            let sum = parts[0].annual[year] + parts[1].annual[year];
            assert!((sum - whole).abs() <= 1e-9 * whole.max(1.0), "{case}: {sum} is not {whole}");
        }
        for (hazard, whole) in risk.by_hazard.iter().enumerate() {
            let (sum, whole) = (parts[0].by_hazard[hazard] + parts[1].by_hazard[hazard], whole.expected_loss);
            assert!((sum - whole).abs() <= 1e-9 * whole.max(1.0), "{case}: {sum} is not {whole}");
        }
        assert!(parts.iter().all(|part| part.annual.iter().sum::<f64>() > 0.0));
    }
}

#[test]
fn a_share_of_a_fleet_loses_its_share() {
    let mut parts = base();
    parts.workloads[0].divisible = true;
    let estate = Estate::new(parts).expect("sound");
    let events = sample(&estate);
    let as_is = Plan::as_is(&estate).expect("whole");
    let deployments: Vec<_> = estate.workload_ids().map(|id| as_is.of(id)[0].deployment).collect();
    let part =
        |deployment, share| ballast_model::Assignment { deployment, share: Share::new(share).expect("share") };
    let halves = vec![part(deployments[0], 0.25), part(deployments[1], 0.75)];
    let assignments = vec![halves, vec![part(deployments[1], 1.0)], vec![part(deployments[2], 1.0)]];
    let mixed = evaluate(&estate, &events, &Plan::new(&estate, assignments).expect("whole"));
    let whole = evaluate(&estate, &events, &as_is);
    let wanted = 0.25 * whole.by_process[0].expected_loss + 0.75 * whole.by_process[1].expected_loss;
    assert!((mixed.by_process[0].expected_loss - wanted).abs() < 1e-9 * wanted);
}

//! Estimates from history: closed forms, and whether the intervals cover as often as they say.

use ballast_risk::fit::{DurationError, Estimate, Exposure, Lasted, LognormalFit, Pooling, durations, rates};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, Normal, Poisson};
use rand_pcg::Pcg64;

fn close(left: f64, right: f64, tolerance: f64) {
    assert!((left - right).abs() <= tolerance, "{left} and {right} differ by more than {tolerance}");
}

fn covers(estimate: &Estimate, truth: f64) -> bool {
    (estimate.low..=estimate.high).contains(&truth)
}

/// The share of `draws` draws whose interval covers the truth.
fn coverage(draws: u64, mut draw: impl FnMut(&mut Pcg64) -> (usize, usize)) -> f64 {
    let (mut covered, mut of) = (0, 0);
    for seed in 0..draws {
        let (one, all) = draw(&mut Pcg64::seed_from_u64(seed));
        covered += one;
        of += all;
    }
    covered as f64 / of as f64
}

fn nine_in_ten(share: f64, what: &str) {
    assert!((0.85..=0.95).contains(&share), "90 % intervals of {what} cover {share:.3}");
}

/// Counts of `domains` like domains over `years` each, whose rates are Gamma with this shape and mean.
fn pool(random: &mut Pcg64, domains: usize, years: f64, shape: f64, mean: f64) -> (Vec<f64>, Vec<Exposure>) {
    let rate = Gamma::new(shape, mean / shape).expect("sound");
    let rates: Vec<f64> = (0..domains).map(|_| rate.sample(random)).collect();
    let counts = rates.iter().map(|rate| count(random, *rate, years)).collect();
    (rates, counts)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
fn count(random: &mut Pcg64, rate: f64, years: f64) -> Exposure {
    let incidents = Poisson::new(rate * years).map_or(0.0, |poisson| poisson.sample(random)) as u32;
    Exposure { incidents, years }
}

#[test]
fn intervals_of_rates_cover_nine_in_ten() {
    for (domains, years, shape, mean) in [
        (6, 8.0, 2.0, 1.0),
        (3, 5.0, 2.0, 1.0),
        (12, 10.0, 1.0, 0.4),
        (8, 4.0, 10.0, 1.0),
        (5, 3.0, 4.0, 10.0),
        (10, 8.0, 0.6, 0.6),
    ] {
        let share = coverage(1000, |random| {
            let (truth, counts) = pool(random, domains, years, shape, mean);
            let fitted = rates(&counts).rates;
            (fitted.iter().zip(&truth).filter(|(rate, truth)| covers(rate, **truth)).count(), domains)
        });
        nine_in_ten(share, &format!("rates of {domains} domains, {years} years, shape {shape}, mean {mean}"));
    }
}

#[test]
fn the_interval_of_a_lone_rate_covers_nine_in_ten() {
    for expected in [3.0, 7.5, 20.0] {
        let share = coverage(1000, |random| {
            let counts = [count(random, expected / 10.0, 10.0)];
            (usize::from(covers(&rates(&counts).rates[0], expected / 10.0)), 1)
        });
        nine_in_ten(share, &format!("a lone rate, {expected} incidents expected"));
    }
}

const MU: f64 = 1.6;
const SIGMA: f64 = 1.1;

/// Durations of `count` incidents; if `some_open`, each is looked at after a time of its own.
fn lasted(random: &mut Pcg64, count: usize, some_open: bool) -> Vec<Lasted> {
    let log = Normal::new(MU, SIGMA).expect("sound");
    (0..count)
        .map(|_| {
            let hours = log.sample(random).exp();
            let looked = if some_open { 40.0 * random.random::<f64>() } else { f64::INFINITY };
            if hours <= looked { Lasted::Ended(hours) } else { Lasted::Open(looked) }
        })
        .collect()
}

#[test]
fn intervals_of_durations_cover_nine_in_ten() {
    for count in [5, 10, 20] {
        for some_open in [false, true] {
            let fits: Vec<LognormalFit> = (0..1000)
                .filter_map(|seed| durations(&lasted(&mut Pcg64::seed_from_u64(seed), count, some_open)).ok())
                .collect();
            let share = |covered: &dyn Fn(&LognormalFit) -> bool| {
                fits.iter().filter(|fit| covered(fit)).count() as f64 / fits.len() as f64
            };
            let open: usize = fits.iter().map(|fit| fit.open).sum();
            let what = format!("{count} durations, {open} of {} open", count * fits.len());
            nine_in_ten(share(&|fit| covers(&fit.median, MU.exp())), &format!("the median of {what}"));
            nine_in_ten(share(&|fit| covers(&fit.sigma, SIGMA)), &format!("sigma of {what}"));
        }
    }
}

#[test]
fn a_lone_domain_has_the_jeffreys_posterior() {
    // Gamma(n + 1/2) is half of chi-square with 2n + 1 degrees of freedom; the quantiles are those of its tables.
    for (incidents, low, high) in
        [(0, 0.003_932_14, 3.841_459), (2, 1.145_476, 11.070_498), (7, 7.260_944, 24.995_79)]
    {
        let fitted = rates(&[Exposure { incidents, years: 10.0 }]);
        assert_eq!(fitted.pooling, Pooling::Alone);
        let rate = fitted.rates[0];
        close(rate.value, (f64::from(incidents) + 0.5) / 10.0, 1e-12);
        close(rate.low * 20.0, low, 2e-6);
        close(rate.high * 20.0, high, 2e-5);
    }
}

#[test]
fn without_open_incidents_the_fit_is_mean_and_deviation_of_the_logarithms() {
    let hours = [1.0, 2.0, 4.0, 8.0, 16.0];
    let fit = durations(&hours.map(Lasted::Ended)).expect("five of them");
    let ln2 = std::f64::consts::LN_2;
    close(fit.median.value, 4.0, 1e-9);
    close(fit.sigma.value, 2.0_f64.sqrt() * ln2, 1e-9);
    // Student's interval: t of 4 degrees of freedom at 0.95 is 2.131847; s is 1.581139 ln 2.
    let half = 2.131_847 * 1.581_139 * ln2 / 5.0_f64.sqrt();
    close((fit.median.low / 4.0).ln(), -half, 1e-5);
    close((fit.median.high / 4.0).ln(), half, 1e-5);
    // Chi-square of 4 degrees of freedom: 0.710723 and 9.487729; the sum of squares is 10 ln 2 squared.
    close(fit.sigma.low, ln2 * (10.0_f64 / 9.487_729).sqrt(), 1e-5);
    close(fit.sigma.high, ln2 * (10.0_f64 / 0.710_723).sqrt(), 1e-5);
}

#[test]
fn an_open_incident_moves_the_median_up() {
    let ended = [1.0, 3.0, 5.0, 6.0, 12.0].map(Lasted::Ended);
    let without = durations(&ended).expect("enough");
    let mut sample = ended.to_vec();
    sample.push(Lasted::Open(9.0));
    let open = durations(&sample).expect("enough");
    sample.pop();
    sample.push(Lasted::Ended(9.0));
    let closed = durations(&sample).expect("enough");
    assert!(open.median.value > closed.median.value && closed.median.value > without.median.value);
    assert_eq!((open.ended, open.open), (5, 1));
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    assert_eq!(durations(&[2.0, 3.0].map(Lasted::Ended)), Err(DurationError::TooFew(2)));
    assert_eq!(durations(&[2.0; 4].map(Lasted::Ended)), Err(DurationError::AllSame));
}

#[test]
fn counts_that_vary_no_more_than_chance_share_one_rate() {
    let even = rates(&[4, 5, 6, 5].map(|incidents| Exposure { incidents, years: 5.0 }));
    assert_eq!(even.pooling, Pooling::Complete);
    assert!(even.rates.iter().all(|rate| rate.value == 20.5 / 20.0));
    let none = rates(&[0, 0].map(|incidents| Exposure { incidents, years: 5.0 }));
    assert_eq!(none.pooling, Pooling::Complete);
    close(none.rates[0].value, 0.05, 1e-12);
}

#[test]
fn counts_that_vary_more_are_drawn_towards_their_mean() {
    let counts = [0, 1, 2, 12].map(|incidents| Exposure { incidents, years: 5.0 });
    let fitted = rates(&counts);
    assert!(matches!(fitted.pooling, Pooling::Partial { .. }));
    assert!(fitted.rates[0].value > 0.0 && fitted.rates[3].value < 12.0 / 5.0);
    assert!(fitted.rates.windows(2).all(|pair| pair[0].value < pair[1].value));
    // With equal exposures the mean over the pool is that of the counts.
    close(fitted.rates.iter().map(|rate| rate.value).sum::<f64>(), 15.0 / 5.0, 1e-6);
}

#[test]
fn the_prior_of_a_large_pool_is_found() {
    let (_, counts) = pool(&mut Pcg64::seed_from_u64(7), 2000, 6.0, 2.0, 0.8);
    let Pooling::Partial { shape, years } = rates(&counts).pooling else { panic!("the rates differ") };
    close(shape, 2.0, 0.3);
    close(shape / years, 0.8, 0.05);
}

#[test]
fn a_quiet_record_is_no_proof_of_a_rate_of_zero() {
    let lopsided = rates(&[9, 0, 0, 0, 0, 0, 0, 0].map(|incidents| Exposure { incidents, years: 13.0 }));
    assert_eq!(lopsided.pooling, Pooling::Apart);
    close(lopsided.rates[0].value, 9.5 / 13.0, 1e-12);
    close(lopsided.rates[7].value, 0.5 / 13.0, 1e-12);
}

//! The distributions of counts and durations, by their quantile functions: what is stratified is drawn by inversion.

use ballast_model::{DurationLaw, Hazard};
use statrs::function::{erf::erfc_inv, gamma::gamma_lr};

/// The most events per year that one recurrence from `P(0)` counts without underflow.
const LARGEST_MEAN: f64 = 500.0;

/// Events of one hazard in one year: Poisson with a rate that each year draws from a Gamma distribution, that is, the
/// negative binomial of shape `k` and mean `m` (Greenwood and Yule 1920); Poisson where the rate is certain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CountLaw {
    mean: f64,
    /// Shape of the Gamma distribution; none for a certain rate.
    shape: Option<f64>,
    /// `P(N <= n)` of one of `parts` equal parts that add up to N.
    cumulative: Vec<f64>,
    parts: u32,
}

impl CountLaw {
    pub(super) fn of(hazard: &Hazard, shapes: &mut Shapes) -> Self {
        let mean = hazard.rate.get();
        let interval = hazard.rate_interval.map(|(low, high)| (low.get(), high.get()));
        Self::new(mean, interval.and_then(|(low, high)| shapes.of(mean, low, high)))
    }

    pub(super) fn new(mean: f64, shape: Option<f64>) -> Self {
        let mut parts = 1_u32;
        while mean / f64::from(parts) > LARGEST_MEAN {
            parts *= 2;
        }
        let (mean_of_part, shape_of_part) = (mean / f64::from(parts), shape.map(|k| k / f64::from(parts)));
        let mut probability = zero_probability(mean_of_part, shape_of_part);
        let mut sum = probability;
        let mut cumulative = vec![sum];
        let mut n = 0.0;
        // The mass that is left below the last step is beyond what a uniform number of 53 bits can reach.
        while sum < 1.0 - 1e-15 && (n < mean_of_part || probability > 1e-18) {
            probability *= match shape_of_part {
                None => mean_of_part / (n + 1.0),
                Some(k) => (k + n) / (n + 1.0) * mean_of_part / (k + mean_of_part),
            };
            sum += probability;
            n += 1.0;
            cumulative.push(sum);
        }
        Self { mean, shape, cumulative, parts }
    }

    /// How many equal parts add up to the count; each is drawn by a uniform number of its own.
    pub(super) fn parts(&self) -> u32 {
        self.parts
    }

    /// The number of events of one part below which a share `u` of all years lies.
    pub(super) fn quantile(&self, u: f64) -> u32 {
        // Most years see nothing of most hazards.
        if u < self.cumulative[0] {
            return 0;
        }
        u32::try_from(self.cumulative.partition_point(|sum| *sum <= u)).unwrap_or(u32::MAX)
    }

    /// `P(N = 0)` if every event is dropped with probability `1 - kept`: the generating function at `1 - kept`.
    pub(super) fn none_kept(&self, kept: f64) -> f64 {
        zero_probability(self.mean * kept, self.shape)
    }
}

/// `P(N = 0)`: `exp(-m)`, or `(1 + m / k)^-k` for a rate of Gamma shape `k`.
fn zero_probability(mean: f64, shape: Option<f64>) -> f64 {
    match shape {
        None => libm::exp(-mean),
        Some(k) => libm::exp(-k * libm::log1p(mean / k)),
    }
}

/// Shapes that have been found: most hazards have intervals of the same proportions.
#[derive(Debug, Default)]
pub(super) struct Shapes(Vec<([f64; 2], Option<f64>)>);

impl Shapes {
    fn of(&mut self, mean: f64, low: f64, high: f64) -> Option<f64> {
        let key = [low / mean, high / mean];
        if let Some((_, shape)) = self.0.iter().find(|(known, _)| *known == key) {
            return *shape;
        }
        let shape = gamma_shape(mean, low, high);
        self.0.push((key, shape));
        shape
    }
}

/// The shape of the Gamma distribution with this mean whose 5 and 95 % quantiles have the ratio of `low` and `high`
/// (of `high` and the mean where `low` is 0); none where the interval says that the rate is certain.
fn gamma_shape(mean: f64, low: f64, high: f64) -> Option<f64> {
    if mean <= 0.0 || high <= low * (1.0 + 1e-9) {
        return None;
    }
    // Both spreads fall as the shape rises; the widest that a quantile can show has its shape at the lower end.
    let spread = |shape: f64| {
        let upper = gamma_quantile(shape, 0.95);
        if low > 0.0 { upper / gamma_quantile(shape, 0.05) } else { upper / shape }
    };
    let wanted = if low > 0.0 { high / low } else { high / mean };
    let (mut least, mut most) = (0.05_f64.ln(), 1e6_f64.ln());
    for _ in 0..50 {
        let middle = f64::midpoint(least, most);
        if spread(libm::exp(middle)) > wanted { least = middle } else { most = middle }
    }
    Some(libm::exp(most))
}

/// Quantile of the Gamma distribution of scale 1, by bisection of its distribution function.
fn gamma_quantile(shape: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, shape + 20.0 * shape.sqrt() + 50.0);
    for _ in 0..70 {
        let middle = f64::midpoint(low, high);
        if middle > 0.0 && gamma_lr(shape, middle) < probability { low = middle } else { high = middle }
    }
    high
}

/// The duration in hours below which a share `u` of a hazard's events lies.
pub(super) fn duration_quantile(hazard: &Hazard, u: f64) -> f64 {
    let duration = match &hazard.duration {
        DurationLaw::Lognormal { median, sigma } if *sigma == 0.0 => median.get(),
        DurationLaw::Lognormal { median, sigma } => median.get() * libm::exp(sigma * normal_quantile(u)),
        DurationLaw::Empirical(observed) => {
            let mut sum = 0.0;
            let reached = observed.iter().find(|(_, share)| {
                sum += share;
                u < sum
            });
            reached.or(observed.last()).map_or(0.0, |(hours, _)| hours.get())
        }
    };
    hazard.duration_max.map_or(duration, |most| duration.min(most.get()))
}

/// Quantile of the standard normal distribution; `u` is kept off 0 and 1.
pub(crate) fn normal_quantile(u: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * u.clamp(1e-300, 1.0 - 1e-16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_quantiles_are_those_of_the_table() {
        // Half the chi-square quantiles with 2k degrees of freedom: 95 % of 10 degrees is 18.307, 5 % is 3.940.
        assert!((gamma_quantile(5.0, 0.95) - 18.307 / 2.0).abs() < 1e-3);
        assert!((gamma_quantile(5.0, 0.05) - 3.940 / 2.0).abs() < 1e-3);
    }

    #[test]
    fn the_interval_gives_the_shape() {
        let (low, high) = (gamma_quantile(5.0, 0.05), gamma_quantile(5.0, 0.95));
        let shape = gamma_shape(5.0, low, high).expect("uncertain");
        assert!((shape - 5.0).abs() < 1e-6, "{shape}");
        let shape = gamma_shape(5.0, 0.0, high).expect("uncertain");
        assert!((shape - 5.0).abs() < 1e-6, "{shape}");
        assert_eq!(gamma_shape(5.0, 5.0, 5.0), None);
    }

    #[test]
    fn counts_have_their_mean_and_their_spread() {
        for (mean, shape) in [(0.3, None), (0.3, Some(2.0)), (40.0, None), (40.0, Some(5.0)), (3_000.0, Some(9.0))]
        {
            let law = CountLaw::new(mean, shape);
            let part_mean: f64 = law.cumulative.iter().map(|below| 1.0 - below).sum();
            assert!((part_mean * f64::from(law.parts) / mean - 1.0).abs() < 1e-9, "{mean} {shape:?}: {part_mean}");
            let square: f64 =
                law.cumulative.iter().enumerate().map(|(n, below)| (2 * n + 1) as f64 * (1.0 - below)).sum();
            let variance = (square - part_mean * part_mean) * f64::from(law.parts);
            let wanted = mean + shape.map_or(0.0, |k| mean * mean / k);
            assert!((variance / wanted - 1.0).abs() < 1e-6, "{mean} {shape:?}: {variance}");
        }
    }

    #[test]
    fn thinned_counts_are_none_as_often_as_the_sum_says() {
        let law = CountLaw::new(1.7, Some(2.5));
        let mut below = 0.0;
        let mut sum = 0.0;
        for (n, cumulative) in (0_i32..).zip(&law.cumulative) {
            sum += (cumulative - below) * 0.75_f64.powi(n);
            below = *cumulative;
        }
        assert!((law.none_kept(0.25) - sum).abs() < 1e-12);
    }

    #[test]
    fn normal_quantiles_are_those_of_the_table() {
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-6);
        assert!((normal_quantile(0.05) + 1.644_854).abs() < 1e-6);
        assert!(normal_quantile(0.0).is_finite() && normal_quantile(1.0).is_finite());
    }
}

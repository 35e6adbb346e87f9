//! Lognormal durations of ended and open incidents.

use statrs::distribution::{ChiSquared, ContinuousCDF, StudentsT};

use super::{
    Estimate, TAIL,
    likelihood::{Censored, Normal},
    turning_point,
};

/// How long an incident lasted, in hours above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lasted {
    /// It ended after so many hours.
    Ended(f64),
    /// It was open after so many hours: a right-censored duration.
    Open(f64),
}

/// A lognormal distribution of durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LognormalFit {
    /// Median, hours.
    pub median: Estimate,
    /// Standard deviation of the logarithm of the hours.
    pub sigma: Estimate,
    /// Incidents that had ended.
    pub ended: usize,
    /// Incidents that were open.
    pub open: usize,
}

/// Why there is no distribution to be had from some durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Fewer than [`LEAST`] incidents had ended.
    #[error("{0} ended, at least {LEAST} are needed")]
    TooFew(usize),
    /// All durations are the same: sigma would be 0, which no sample can show.
    #[error("all durations are the same")]
    AllSame,
}

/// The fewest ended incidents from which a distribution is fitted.
pub const LEAST: usize = 3;

/// Fits a lognormal distribution by maximum likelihood; open incidents count by the chance to last longer.
///
/// The intervals are the ranges over which the profile likelihood is high enough. How high is taken from the case
/// without open incidents: the thresholds are those at which the interval of the median is Student's and that of sigma
/// the chi-square one, each exact for any sample size (Cox and Hinkley 1974, section 9.3, for the likelihood ratio as a
/// monotone function of t). With open incidents both are approximate, with the ended ones as sample size.
///
/// # Errors
/// If fewer than [`LEAST`] incidents had ended, or all durations are the same.
pub fn durations(sample: &[Lasted]) -> Result<LognormalFit, DurationError> {
    let seen: Vec<f64> = sample
        .iter()
        .filter_map(|lasted| if let Lasted::Ended(h) = lasted { Some(h.ln()) } else { None })
        .collect();
    let above: Vec<f64> = sample
        .iter()
        .filter_map(|lasted| if let Lasted::Open(h) = lasted { Some(h.ln()) } else { None })
        .collect();
    if seen.len() < LEAST {
        return Err(DurationError::TooFew(seen.len()));
    }
    let count = seen.len() as f64;
    let center = seen.iter().sum::<f64>() / count;
    let scale = (seen.iter().map(|x| (x - center).powi(2)).sum::<f64>() / count).sqrt();
    if scale < 1e-9 {
        return Err(DurationError::AllSame);
    }
    let units = |values: Vec<f64>| values.into_iter().map(|x| (x - center) / scale).collect();
    let (ended, open) = (seen.len(), above.len());
    let profile = Profile::new(Censored { seen: units(seen), above: units(above) });
    let hours = |mean: f64| (center + scale * mean).exp();
    let (mean, sigma) = (profile.mean(), profile.sigma());
    Ok(LognormalFit {
        median: Estimate { value: hours(mean.value), low: hours(mean.low), high: hours(mean.high) },
        sigma: Estimate { value: scale * sigma.value, low: scale * sigma.low, high: scale * sigma.high },
        ended,
        open,
    })
}

/// The likelihood around its top.
struct Profile {
    sample: Censored,
    top: Normal,
    height: f64,
}

impl Profile {
    fn new(sample: Censored) -> Self {
        let top = sample.fit();
        let height = sample.log(top);
        Self { sample, top, height }
    }

    /// Twice the logarithm of the likelihood ratio of the top to `at`.
    fn fall(&self, at: Normal) -> f64 {
        2.0 * (self.height - self.sample.log(at))
    }

    fn mean(&self) -> Estimate {
        let (count, top) = (self.sample.seen.len() as f64, self.top);
        let t = StudentsT::new(0.0, 1.0, count - 1.0).map_or(f64::INFINITY, |t| t.inverse_cdf(1.0 - TAIL));
        let depth = count * (t * t / (count - 1.0)).ln_1p();
        let end = |direction: f64| {
            let at = |steps: f64| top.mean() + direction * steps * top.sigma();
            at(reach(depth, |steps| self.fall(self.sample.fit_with_mean(at(steps), top))))
        };
        Estimate { value: top.mean(), low: end(-1.0), high: end(1.0) }
    }

    fn sigma(&self) -> Estimate {
        let (count, top) = (self.sample.seen.len() as f64, self.top);
        let end = |direction: f64, p: f64| {
            let quantile = ChiSquared::new(count - 1.0).map_or(count, |chi| chi.inverse_cdf(p));
            let depth = quantile - count - count * (quantile / count).ln();
            let at = |steps: f64| top.sigma() * (direction * steps).exp();
            at(reach(depth, |steps| self.fall(self.sample.fit_with_sigma(at(steps), top))))
        };
        Estimate { value: top.sigma(), low: end(-1.0, 1.0 - TAIL), high: end(1.0, TAIL) }
    }
}

/// The distance at which `fall`, which grows from 0, reaches `depth`.
fn reach(depth: f64, fall: impl Fn(f64) -> f64) -> f64 {
    let mut high = 1.0;
    while fall(high) < depth && high < 1e6 {
        high *= 2.0;
    }
    turning_point(0.0, high, |steps| fall(steps) > depth)
}
